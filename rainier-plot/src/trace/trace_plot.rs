//! Draws values by draw: [`trace_plot`].
//!
//! In: a trace and a view. Out: a panel a parameter, a line a chain, divergences marked below.

use rainier_sampler::Trace;

use super::thin::envelope;
use super::view::{View, colour_of};
use crate::error::PlotError;
use crate::figure::{Colour, Layer, Panel, Shape};

/// Parameters drawn if none are named.
const MOST_PARAMETERS: usize = 16;
/// Runs of draws of which least and largest are drawn: about one a pixel.
const CELLS: usize = 400;

/// The draws of each parameter in their order, a line a chain. Divergent draws have a black stroke
/// at the bottom.
///
/// Chains that have mixed look alike: noise about one level, without trends. Of more than 800 draws
/// the least and the largest of each of 400 runs are drawn.
///
/// # Errors
/// If a parameter is unknown, no draw is finite, or the size is out of its range.
///
/// # Example
/// ```
/// use rainier_plot::{View, trace_plot};
/// use rainier_sampler::{Chain, Statistics, Trace};
///
/// let mut chain = Chain::new(1);
/// for draw in 0..100 {
///     chain.push(&[f64::from(draw * 37 % 100)], Statistics::default())?;
/// }
/// let trace = Trace::from_chains(vec!["rate".to_owned()], vec![chain])?;
/// let svg = trace_plot(&trace, &View::default())?;
/// assert!(svg.starts_with("<svg ") && svg.contains("rate"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn trace_plot(trace: &Trace, view: &View) -> Result<String, PlotError> {
    let choice = view.choose(trace, MOST_PARAMETERS)?;
    let divergent: Vec<f64> = (0..trace.draws_per_chain())
        .filter(|&draw| {
            (0..choice.chains).any(|chain| trace.statistics(chain, draw).is_divergent())
        })
        .map(|draw| draw as f64)
        .collect();
    let panels: Vec<Panel> = choice
        .parameters
        .iter()
        .map(|&parameter| {
            let chains = trace.parameter(parameter);
            let lines = chains.iter().take(choice.chains).enumerate();
            let mut layers: Vec<Layer> = lines
                .map(|(chain, draws)| {
                    let line = Shape::Line(envelope(draws, CELLS));
                    Layer::new(colour_of(chain), line)
                        .with_weight(1)
                        .with_opacity(0.8)
                })
                .collect();
            if !divergent.is_empty() {
                layers.push(Layer::new(Colour::Black, Shape::Ticks(divergent.clone())));
            }
            Panel {
                layers,
                ..choice.panel(parameter)
            }
        })
        .collect();
    let title = choice.title_by_chain("Values by draw");
    let mut figure = view.figure(title, panels.len(), 2, (460, 160));
    figure.legend = choice.legend();
    if !divergent.is_empty() {
        figure.legend.push(("divergence".to_owned(), Colour::Black));
    }
    figure.to_svg(&panels)
}
