//! Draws medians and intervals: [`forest_plot`].
//!
//! In: a trace and a view. Out: one panel, a row a parameter, with R-hat and effective sizes beside.

use rainier_sampler::Trace;
use rainier_sampler::diagnostics::{ess_bulk, highest_density_interval, quantiles, rhat};

use super::view::{Choice, View};
use crate::error::PlotError;
use crate::figure::{Colour, Extent, Layer, Panel, Row, Shape, YAxis, is_drawn};

/// Parameters drawn if none are named.
pub(super) const MOST_PARAMETERS: usize = 40;
/// Masses of the two intervals.
const INNER: f64 = 0.5;
const OUTER: f64 = 0.94;
/// The share of the axis left free on both sides.
const MARGIN: f64 = 0.03;

/// Median and intervals of one parameter; NaN where draws are not all finite.
#[derive(Debug, Clone, Copy)]
pub(super) struct Location {
    pub(super) median: f64,
    pub(super) inner: (f64, f64),
    pub(super) outer: (f64, f64),
}

impl Location {
    pub(super) fn of(chains: &[Vec<f64>]) -> Self {
        Self {
            median: quantiles(chains, &[0.5])[0],
            inner: highest_density_interval(chains, INNER),
            outer: highest_density_interval(chains, OUTER),
        }
    }
}

/// The median of each parameter (a dot), the shortest interval with half of the draws (thick) and
/// that with 94 % of them (thin), all chains together; on the right R-hat and the effective number
/// of draws for the bulk, where they are defined.
///
/// # Errors
/// If a parameter is unknown, no parameter has finite draws alone, or the size is out of its range.
///
/// # Example
/// ```
/// use rainier_plot::{View, forest_plot};
/// use rainier_sampler::{Chain, Statistics, Trace};
///
/// let mut chain = Chain::new(1);
/// for draw in 0..100 {
///     chain.push(&[f64::from(draw * 37 % 100)], Statistics::default())?;
/// }
/// let trace = Trace::from_chains(vec!["rate".to_owned()], vec![chain])?;
/// let svg = forest_plot(&trace, &View::default().with_title("rates"))?;
/// assert!(svg.contains("R-hat") && svg.contains("rate"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn forest_plot(trace: &Trace, view: &View) -> Result<String, PlotError> {
    let choice = view.choose(trace, MOST_PARAMETERS)?;
    let panel = panel(trace, &choice);
    let rows = u32::try_from(choice.parameters.len()).unwrap_or(u32::MAX);
    let title = choice.title("Median, 50 % and 94 % highest density intervals");
    let height = 22_u32.saturating_mul(rows).saturating_add(70);
    view.figure(title, 1, 1, (680, height)).to_svg(&[panel])
}

fn panel(trace: &Trace, choice: &Choice<'_>) -> Panel {
    let count = choice.parameters.len() as f64;
    let mut rows = vec![Row {
        height: count,
        left: String::new(),
        right: ["R-hat", "ESS"].map(str::to_owned),
    }];
    let (mut outer, mut inner, mut medians) = (Vec::new(), Vec::new(), Vec::new());
    for (place, &parameter) in choice.parameters.iter().enumerate() {
        let height = count - 1.0 - place as f64;
        let chains = trace.parameter(parameter);
        let location = Location::of(&chains);
        let gap = (f64::NAN, f64::NAN);
        outer.extend([(location.outer.0, height), (location.outer.1, height), gap]);
        inner.extend([(location.inner.0, height), (location.inner.1, height), gap]);
        medians.push((location.median, height));
        rows.push(Row {
            height,
            left: choice.name(parameter),
            right: diagnostics(&chains),
        });
    }
    let mut extent = Extent::default();
    for end in outer
        .iter()
        .map(|pair| pair.0)
        .filter(|end| is_drawn(&[*end]))
    {
        extent.hold(end);
    }
    let (least, largest) = extent.wide();
    let margin = MARGIN * (largest - least);
    let mut layers = Vec::new();
    if least < 0.0 && largest > 0.0 {
        let zero = vec![(0.0, -0.5), (0.0, count - 0.5)];
        layers.push(
            Layer::new(Colour::Black, Shape::Line(zero))
                .with_weight(1)
                .with_opacity(0.5),
        );
    }
    layers.extend([
        Layer::new(Colour::Blue, Shape::Line(outer)),
        Layer::new(Colour::Blue, Shape::Line(inner)).with_weight(6),
        Layer::new(Colour::Orange, Shape::Points(medians)).with_weight(4),
    ]);
    Panel {
        layers,
        x_including: vec![least - margin, largest + margin],
        y_including: vec![-0.6, count],
        y_axis: YAxis::Rows(rows),
        ..Panel::default()
    }
}

/// R-hat and effective size; nothing where one is not defined.
fn diagnostics(chains: &[Vec<f64>]) -> [String; 2] {
    let text = |number: f64, decimals: usize| {
        if number.is_nan() {
            String::new()
        } else {
            format!("{number:.decimals$}")
        }
    };
    [text(rhat(chains), 2), text(ess_bulk(chains), 0)]
}
