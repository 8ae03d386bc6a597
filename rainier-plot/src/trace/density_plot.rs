//! Draws the density of each parameter: [`density_plot`].
//!
//! In: a trace and a view. Out: a panel a parameter, a line a chain, or bars where all draws are
//! whole numbers.

use rainier_sampler::Trace;

use super::counts::Cells;
use super::kernel_density::{density_or_upright, kernel_density, peak};
use super::view::{View, colour_of};
use crate::error::PlotError;
use crate::figure::{Colour, Layer, Panel, Shape, YAxis};

/// Parameters drawn if none are named.
const MOST_PARAMETERS: usize = 18;
/// The share of a cell that its bars take.
const FILLED: f64 = 0.84;

/// The density of each parameter, a line a chain. Heights have no scale: only shapes are compared.
///
/// Densities are estimated by a normal kernel of bandwidth 0.9 · min(sd, IQR / 1.34) · n^(−1/5)
/// (Silverman 1986, equation 3.31), mirrored at the least and the largest draw. Whole numbers are
/// bars, the share of draws in each of up to 40 cells, the chains of a cell side by side. A chain of
/// equal draws is an upright line.
///
/// # Errors
/// If a parameter is unknown, no draw is finite, or the size is out of its range.
///
/// # Example
/// ```
/// use rainier_plot::{View, density_plot};
/// use rainier_sampler::{Chain, Statistics, Trace};
///
/// let mut chain = Chain::new(2);
/// for draw in 0..100 {
///     let rate = f64::from(draw * 37 % 100) / 100.0;
///     chain.push(&[rate, (9.0 * rate).floor()], Statistics::default())?;
/// }
/// let names = vec!["rate".to_owned(), "count".to_owned()];
/// let svg = density_plot(&Trace::from_chains(names, vec![chain])?, &View::default())?;
/// assert!(svg.contains("<polyline ") && svg.contains("count"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn density_plot(trace: &Trace, view: &View) -> Result<String, PlotError> {
    let choice = view.choose(trace, MOST_PARAMETERS)?;
    let panels: Vec<Panel> = choice
        .parameters
        .iter()
        .map(|&parameter| {
            let mut chains = trace.parameter(parameter);
            chains.truncate(choice.chains);
            Panel {
                layers: density(&chains),
                y_including: vec![0.0],
                y_axis: YAxis::Blank,
                ..choice.panel(parameter)
            }
        })
        .collect();
    let title = choice.title_by_chain("Densities");
    let mut figure = view.figure(title, panels.len(), 3, (300, 190));
    figure.legend = choice.legend();
    figure.to_svg(&panels)
}

/// The density of each chain: bars if all draws are whole numbers, else lines. That of a single
/// chain is shaded.
pub(super) fn density(chains: &[Vec<f64>]) -> Vec<Layer> {
    match Cells::of(chains.iter().flatten()) {
        Some(cells) => bars(&cells, chains),
        None => lines(chains),
    }
}

fn lines(chains: &[Vec<f64>]) -> Vec<Layer> {
    let curves = chains
        .iter()
        .filter_map(|draws| kernel_density(draws, None));
    let highest = curves.map(|curve| peak(&curve)).fold(0.0, f64::max);
    let spike = if highest > 0.0 { highest } else { 1.0 };
    let mut layers = Vec::new();
    for (chain, draws) in chains.iter().enumerate() {
        let line = density_or_upright(draws, spike);
        if chains.len() == 1 {
            layers.push(shaded(colour_of(chain), &line));
        }
        layers.push(Layer::new(colour_of(chain), Shape::Line(line)));
    }
    layers
}

/// The area under a curve.
pub(super) fn shaded(colour: Colour, curve: &[(f64, f64)]) -> Layer {
    let band = curve.iter().map(|&(x, height)| (x, 0.0, height)).collect();
    Layer::new(colour, Shape::Band(band))
}

/// The chains of a cell side by side, in its middle.
fn bars(cells: &Cells, chains: &[Vec<f64>]) -> Vec<Layer> {
    let all = chains.len() as f64;
    let layer = |(chain, draws): (usize, &Vec<f64>)| {
        let (counts, total) = cells.count(draws);
        let boxes = cells.numbers().map(|cell| {
            let (left, right) = cells.edges(cell);
            let width = FILLED * (right - left) / all;
            let left = 0.5 * (left + right - width * all) + width * chain as f64;
            [left, left + width, 0.0, counts[cell] / total]
        });
        Layer::new(colour_of(chain), Shape::Boxes(boxes.collect())).with_opacity(1.0)
    };
    chains.iter().enumerate().map(layer).collect()
}
