//! Draws parameters by pairs: [`pairs_plot`].
//!
//! In: a trace and a view. Out: a matrix of panels, scatter plots below the diagonal, densities on it.

use rainier_sampler::Trace;

use super::density_plot::density;
use super::thin::evenly;
use super::view::{Choice, View};
use crate::error::PlotError;
use crate::figure::{Colour, Extent, Layer, Panel, Shape, YAxis, is_drawn};

/// Parameters drawn if none are named.
const MOST_PARAMETERS: usize = 6;
/// Points of a panel at most: more are a blot.
const POINTS: usize = 1000;
/// Points of all panels at most, for the size of the file.
const ALL_POINTS: usize = 60_000;
/// The share of an axis left free on both sides.
const MARGIN: f64 = 0.04;

/// A scatter plot of each pair of parameters, and the density of each on the diagonal. Divergent
/// draws are larger and red: where they gather, the sampler could not follow the posterior.
///
/// Of more than 1000 draws of all chains, or fewer if there are many panels,
/// points are evenly thinned; divergent ones are thinned apart.
///
/// # Errors
/// If a parameter is unknown, no draw is finite, or the size is out of its range.
///
/// # Example
/// ```
/// use rainier_plot::{View, pairs_plot};
/// use rainier_sampler::{Chain, Statistics, Trace};
///
/// let mut chain = Chain::new(2);
/// for draw in 0..100 {
///     let rate = f64::from(draw * 37 % 100);
///     chain.push(&[rate, rate * rate], Statistics::default())?;
/// }
/// let names = vec!["rate".to_owned(), "square".to_owned()];
/// let svg = pairs_plot(&Trace::from_chains(names, vec![chain])?, &View::default())?;
/// assert!(svg.matches("<circle ").count() == 100);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn pairs_plot(trace: &Trace, view: &View) -> Result<String, PlotError> {
    let choice = view.choose(trace, MOST_PARAMETERS)?;
    let count = choice.parameters.len();
    let scatters = count * count.saturating_sub(1) / 2;
    let most = POINTS.min(ALL_POINTS / scatters.max(1)).max(1);
    let [divergent, others] = [true, false].map(|wanted| places(trace, wanted, most));
    let mut panels = Vec::with_capacity(count * count);
    for (row, &below) in choice.parameters.iter().enumerate() {
        for (column, &left) in choice.parameters.iter().enumerate() {
            let points = |places: &[(usize, usize)]| {
                let draws = places.iter().map(|&(chain, draw)| trace.draw(chain, draw));
                Shape::Points(draws.map(|draw| (draw[left], draw[below])).collect())
            };
            panels.push(match column.cmp(&row) {
                std::cmp::Ordering::Less => Panel {
                    layers: vec![
                        Layer::new(Colour::Blue, points(&others))
                            .with_weight(1)
                            .with_opacity(0.45),
                        Layer::new(Colour::Red, points(&divergent)).with_weight(2),
                    ],
                    x_title: choice.name(left),
                    y_title: choice.name(below),
                    x_including: ends(trace, left),
                    y_including: ends(trace, below),
                    ..Panel::default()
                },
                std::cmp::Ordering::Equal => diagonal(trace, &choice, left),
                std::cmp::Ordering::Greater => Panel::default(),
            });
        }
    }
    let title = choice.title("Draws by pairs");
    let mut figure = view.figure(title, panels.len(), count, (200, 185));
    if !divergent.is_empty() {
        figure.legend = vec![
            ("draw".to_owned(), Colour::Blue),
            ("divergent draw".to_owned(), Colour::Red),
        ];
    }
    figure.to_svg(&panels)
}

/// Chain and number of the draws that are divergent, or of those that are not.
fn places(trace: &Trace, divergent: bool, most: usize) -> Vec<(usize, usize)> {
    let chains = 0..trace.chains();
    let all = chains.flat_map(|chain| (0..trace.draws_per_chain()).map(move |draw| (chain, draw)));
    let wanted: Vec<(usize, usize)> = all
        .filter(|&(chain, draw)| trace.statistics(chain, draw).is_divergent() == divergent)
        .collect();
    evenly(wanted.len(), most)
        .map(|place| wanted[place])
        .collect()
}

/// What all panels of a parameter hold: points at the ends are seen whole.
fn ends(trace: &Trace, parameter: usize) -> Vec<f64> {
    let mut extent = Extent::default();
    for draw in trace.parameter(parameter).concat() {
        if is_drawn(&[draw]) {
            extent.hold(draw);
        }
    }
    if extent.is_empty() {
        return Vec::new();
    }
    let (least, largest) = extent.wide();
    let margin = MARGIN * (largest - least);
    vec![least - margin, largest + margin]
}

/// The density of all chains together.
fn diagonal(trace: &Trace, choice: &Choice<'_>, parameter: usize) -> Panel {
    let ends = ends(trace, parameter);
    if ends.is_empty() {
        return choice.panel(parameter);
    }
    Panel {
        layers: density(&[trace.parameter(parameter).concat()]),
        x_including: ends,
        x_title: choice.name(parameter),
        y_title: "density".to_owned(),
        y_including: vec![0.0],
        y_axis: YAxis::Blank,
        ..Panel::default()
    }
}
