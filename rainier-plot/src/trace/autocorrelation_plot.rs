//! Draws how long chains remember: [`autocorrelation_plot`].
//!
//! In: a trace and a view. Out: a row of panels a parameter, a panel a chain, a bar a lag.

use rainier_sampler::Trace;
use rainier_sampler::diagnostics::autocorrelation;

use super::view::{View, colour_of};
use crate::error::PlotError;
use crate::figure::{Colour, Layer, Panel, Shape};

/// Parameters drawn if none are named.
const MOST_PARAMETERS: usize = 12;
/// The longest lag.
const LAGS: usize = 40;
/// Standard deviations on both sides that hold 95 % of a normal distribution.
const BAND: f64 = 1.96;
/// Half the width of a bar, in lags.
const HALF: f64 = 0.3;

/// Autocorrelations of each chain up to lag 40. The grey band, ±1.96 / √n, holds 95 % of those of n
/// independent draws; where bars leave it at long lags, draws are worth few independent ones.
///
/// # Errors
/// If a parameter is unknown, no chain has finite draws alone that differ, or the size is out of its
/// range.
///
/// # Example
/// ```
/// use rainier_plot::{View, autocorrelation_plot};
/// use rainier_sampler::{Chain, Statistics, Trace};
///
/// let mut chain = Chain::new(1);
/// for draw in 0..100 {
///     chain.push(&[f64::from(draw * draw % 17)], Statistics::default())?;
/// }
/// let trace = Trace::from_chains(vec!["rate".to_owned()], vec![chain])?;
/// let svg = autocorrelation_plot(&trace, &View::default().with_size(400, 200))?;
/// assert!(svg.contains("chain 1, rate"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn autocorrelation_plot(trace: &Trace, view: &View) -> Result<String, PlotError> {
    let choice = view.choose(trace, MOST_PARAMETERS)?;
    let draws = trace.draws_per_chain();
    let lags = LAGS.min(draws.saturating_sub(1));
    let half = BAND / (draws as f64).sqrt();
    let ends = [-0.5, lags as f64 + 0.5];
    let mut panels = Vec::with_capacity(choice.parameters.len() * choice.chains);
    for &parameter in &choice.parameters {
        for (chain, draws) in trace
            .parameter(parameter)
            .iter()
            .take(choice.chains)
            .enumerate()
        {
            let bars = autocorrelation(draws, lags).into_iter().enumerate();
            let boxes = bars.map(|(lag, height)| {
                let lag = lag as f64;
                [lag - HALF, lag + HALF, height.min(0.0), height.max(0.0)]
            });
            let boxes: Vec<[f64; 4]> = boxes.collect();
            // `min` and `max` pass over NaN: a chain without correlations has bars without height.
            let is_defined = boxes.iter().any(|edges| edges[3] > 0.0);
            let mut layers = Vec::new();
            if is_defined {
                let band = ends.map(|x| (x, -half, half)).to_vec();
                layers.push(Layer::new(Colour::Grey, Shape::Band(band)));
                layers.push(Layer::new(colour_of(chain), Shape::Boxes(boxes)).with_opacity(1.0));
            }
            panels.push(Panel {
                title: format!("chain {}, {}", chain + 1, choice.name(parameter)),
                layers,
                ..Panel::default()
            });
        }
    }
    let title = choice.title_by_chain("Autocorrelations by lag");
    let figure = view.figure(title, panels.len(), choice.chains, (220, 140));
    figure.to_svg(&panels)
}
