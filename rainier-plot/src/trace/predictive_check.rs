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
/// than 50 observed values cumulative shares instead. Whole numbers: the share of observed values in each of up to 40 cells as bars, beside median and
/// interval from 5 to 95 % of the shares of all data sets. The axis holds all observed values and
/// 99 % of the simulated ones; those beyond it are left out. The parameters of the view play no part.
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
    let mut sets: Vec<Vec<f64>> = simulated
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
    let is_inside = |x: &f64| range.0 <= *x && *x <= range.1;
    for set in &mut sets {
        set.retain(is_inside);
    }
    let all = sets.concat();
    let panel = match Cells::of(observed.iter().chain(&all)) {
        Some(cells) if is_whole => bars(&cells, &observed, &sets, range),
        _ => lines(&observed, &sets, &all, range)?,
    };
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

/// Densities, or cumulative shares of few values.
fn lines(
    observed: &[f64],
    sets: &[Vec<f64>],
    all: &[f64],
    range: (f64, f64),
) -> Result<Panel, PlotError> {
    let is_few = observed.len() < FEW;
    let curve = |values: &[f64]| {
        if is_few {
            Some(steps(values, range))
        } else {
            // All values together are as smooth as those of one data set.
            kernel_density(values, Some(observed.len()))
        }
    };
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
        (Colour::Orange, "all simulated values", all),
        (Colour::Black, "observed", observed),
    ];
    for (colour, name, values) in bold {
        let curve = curve(values).ok_or(PlotError::NoFiniteValue {
            count: values.len(),
        })?;
        layers.push(Layer::new(colour, Shape::Line(curve)).with_name(name));
    }
    Ok(Panel {
        layers,
        x_including: vec![range.0, range.1],
        y_including: vec![0.0],
        y_axis: if is_few { YAxis::Numbers } else { YAxis::Blank },
        ..Panel::default()
    })
}

/// The share of values up to each, from 0 to 1 over the whole axis.
fn steps(values: &[f64], range: (f64, f64)) -> Vec<(f64, f64)> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let share = |place: usize| place as f64 / sorted.len() as f64;
    let mut corners = vec![(range.0, 0.0)];
    let mut before = 0.0;
    for place in evenly(sorted.len(), STEPS) {
        corners.extend([(sorted[place], before), (sorted[place], share(place + 1))]);
        before = share(place + 1);
    }
    corners.push((range.1, 1.0));
    corners
}

fn bars(cells: &Cells, observed: &[f64], sets: &[Vec<f64>], range: (f64, f64)) -> Panel {
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
        x_including: vec![range.0 - 0.5, range.1 + 0.5],
        y_including: vec![0.0],
        ..Panel::default()
    }
}
