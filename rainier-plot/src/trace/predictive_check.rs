//! Draws observed values beside simulated ones: [`predictive_check`].
//!
//! In: what was observed, and data sets that the model makes. Out: one panel of densities, of
//! cumulative shares where values are few, or of bars where they are whole numbers.

use rainier_sampler::diagnostics::quantiles;

use super::counts::Cells;
use super::kernel_density::kernel_density;
use super::thin::evenly;
use super::view::View;
use crate::error::PlotError;
use crate::figure::{Colour, Layer, Panel, Shape, YAxis};

/// Data sets of which a line is drawn.
const LINES: usize = 50;
/// Below this many observed values a density would be one of its bandwidth.
const FEW: usize = 50;
/// Steps of a line of cumulative shares at most.
const STEPS: usize = 400;
/// Ends of the interval of simulated shares.
const LOW: f64 = 0.05;
const HIGH: f64 = 0.95;
/// Simulated values beyond these quantiles are drawn only where something was observed.
const AXIS: [f64; 2] = [0.005, 0.995];

/// Observed values beside data sets simulated from the fitted model. Where the black line leaves
/// the others, the model does not make such data.
///
/// Values on the line: the density of the observed values, those of up to 50 data sets, and that of
/// all simulated values together, as [`density_plot`](crate::density_plot) estimates them; of fewer
/// than 50 observed values, or equal ones, cumulative shares instead. Whole numbers: the share of observed values in each of up to 40 cells as bars, beside median and
/// interval from 5 to 95 % of the shares of all data sets. The axis holds all observed values and
/// 99 % of the simulated ones; those beyond it are left out or stand at its ends. The parameters of the view play no part.
///
/// # Errors
/// [`PlotError::NoFiniteValue`] if nothing observed or nothing simulated is finite; if the size is
/// out of its range.
///
/// # Example
/// ```
/// use rainier_plot::{View, predictive_check};
///
/// let observed = [0.0, 2.0, 1.0, 0.0, 3.0];
/// let simulated = (0..20).map(|set| [0, 1, 2, 3, 4].map(|i| f64::from((set * i) % 4)));
/// let svg = predictive_check(&observed, simulated, &View::default())?;
/// assert!(svg.contains("observed") && svg.contains("simulated"));
/// # Ok::<(), rainier_plot::PlotError>(())
/// ```
pub fn predictive_check(
    observed: &[f64],
    simulated: impl IntoIterator<Item = impl AsRef<[f64]>>,
    view: &View,
) -> Result<String, PlotError> {
    let finite = |values: &[f64]| -> Vec<f64> {
        values
            .iter()
            .copied()
            .filter(|value| value.is_finite())
            .collect()
    };
    let sets: Vec<Vec<f64>> = simulated
        .into_iter()
        .map(|set| finite(set.as_ref()))
        .collect();
    let (count, observed) = (observed.len(), finite(observed));
    let all = sets.concat();
    if observed.is_empty() || all.is_empty() {
        return Err(PlotError::NoFiniteValue { count });
    }
    // Whether numbers are whole is asked of all, how many cells there are of those on the axis.
    let is_whole = Cells::of(observed.iter().chain(&all)).is_some();
    let range = axis(&observed, &all);
    let cumulative = || {
        let curve = |values: &[f64]| Some(steps(values, range));
        lines(&observed, &sets, YAxis::Numbers, curve)
    };
    let is_few = !is_whole && observed.len() < FEW;
    let panel = if is_few {
        None
    } else {
        smooth(&observed, &sets, is_whole, range)
    };
    let panel = panel
        .or_else(cumulative)
        .ok_or(PlotError::NoFiniteValue { count })?;
    let figure = view.figure("Observed and simulated values".to_owned(), 1, 1, (620, 280));
    figure.to_svg(&[panel])
}

/// From the least to the largest of what must be seen.
fn axis(observed: &[f64], simulated: &[f64]) -> (f64, f64) {
    let ends = quantiles(&[simulated], &AXIS);
    let ends = ends.iter().chain(observed);
    ends.fold(
        (f64::INFINITY, f64::NEG_INFINITY),
        |(least, largest), &x| (least.min(x), largest.max(x)),
    )
}

/// Bars or densities of the values on the axis; none where values are equal and not whole.
fn smooth(observed: &[f64], sets: &[Vec<f64>], is_whole: bool, range: (f64, f64)) -> Option<Panel> {
    let is_inside = |x: &f64| range.0 <= *x && *x <= range.1;
    let inside = |set: &Vec<f64>| set.iter().copied().filter(is_inside).collect();
    let sets: Vec<Vec<f64>> = sets.iter().map(inside).collect();
    if is_whole {
        let cells = Cells::of(observed.iter().chain(sets.iter().flatten()))?;
        return Some(bars(&cells, observed, &sets));
    }
    // All values together are as smooth as those of one data set.
    let curve = |values: &[f64]| kernel_density(values, Some(observed.len()));
    lines(observed, &sets, YAxis::Blank, curve)
}

/// A curve of each of some data sets, of all together, and of what was observed.
fn lines(
    observed: &[f64],
    sets: &[Vec<f64>],
    y_axis: YAxis,
    curve: impl Fn(&[f64]) -> Option<Vec<(f64, f64)>>,
) -> Option<Panel> {
    let mut layers: Vec<Layer> = evenly(sets.len(), LINES)
        .filter(|&set| !sets[set].is_empty())
        .filter_map(|set| curve(&sets[set]))
        .map(|curve| {
            Layer::new(Colour::SkyBlue, Shape::Line(curve))
                .with_weight(1)
                .with_opacity(0.5)
        })
        .collect();
    if let Some(first) = layers.first_mut() {
        *first = first.clone().with_name("simulated data sets");
    }
    let bold = [
        (Colour::Orange, "all simulated values", &*sets.concat()),
        (Colour::Black, "observed", observed),
    ];
    for (colour, name, values) in bold {
        layers.push(Layer::new(colour, Shape::Line(curve(values)?)).with_name(name));
    }
    Some(Panel {
        layers,
        y_including: vec![0.0],
        y_axis,
        ..Panel::default()
    })
}

/// The share of values up to each, from 0 to 1 over the whole axis; values beyond it stand at its
/// ends.
fn steps(values: &[f64], range: (f64, f64)) -> Vec<(f64, f64)> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let share = |place: usize| place as f64 / sorted.len() as f64;
    let mut corners = vec![(range.0, 0.0)];
    let mut before = 0.0;
    for place in evenly(sorted.len(), STEPS) {
        let x = sorted[place].clamp(range.0, range.1);
        corners.extend([(x, before), (x, share(place + 1))]);
        before = share(place + 1);
    }
    corners.push((range.1, 1.0));
    corners
}

fn bars(cells: &Cells, observed: &[f64], sets: &[Vec<f64>]) -> Panel {
    let shares = |values: &[f64]| -> Vec<f64> {
        let (counts, total) = cells.count(values);
        counts.iter().map(|count| count / total).collect()
    };
    let simulated: Vec<Vec<f64>> = sets
        .iter()
        .filter(|set| !set.is_empty())
        .map(|set| shares(set))
        .collect();
    let (mut boxes, mut intervals, mut medians) = (Vec::new(), Vec::new(), Vec::new());
    for (cell, share) in shares(observed).into_iter().enumerate() {
        let (left, right) = cells.edges(cell);
        let (middle, half) = (0.5 * (left + right), 0.4 * (right - left));
        boxes.push([middle - half, middle + half, 0.0, share]);
        let here: Vec<f64> = simulated.iter().map(|shares| shares[cell]).collect();
        let ends = quantiles(&[here], &[LOW, 0.5, HIGH]);
        intervals.extend([(middle, ends[0]), (middle, ends[2]), (f64::NAN, f64::NAN)]);
        medians.push((middle, ends[1]));
    }
    Panel {
        layers: vec![
            Layer::new(Colour::SkyBlue, Shape::Boxes(boxes)).with_name("observed"),
            Layer::new(Colour::Black, Shape::Line(intervals))
                .with_name("simulated, median and 5 to 95 %"),
            Layer::new(Colour::Black, Shape::Points(medians)),
        ],
        y_including: vec![0.0],
        ..Panel::default()
    }
}
