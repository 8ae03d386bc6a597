//! Draws traces as text: [`trace_lines`] and [`forest_lines`].
//!
//! In: a trace, a view, a number of columns. Out: lines for a terminal.

use rainier_sampler::Trace;

use super::forest_plot::{Location, MOST_PARAMETERS};
use super::view::{Choice, View};
use crate::axis::Axis;
use crate::error::PlotError;
use crate::label::label;
use crate::sparkline::sparkline;

/// Room for a number.
const NUMBER: usize = 9;

/// A sparkline a chain of each parameter: the mean of the draws in each of `columns` runs of equal
/// length. All chains of a parameter share a scale, so that one that stays apart is seen.
///
/// # Errors
/// If a parameter is unknown.
///
/// # Example
/// ```
/// use rainier_plot::{View, trace_lines};
/// use rainier_sampler::{Chain, Statistics, Trace};
///
/// let mut chains = vec![Chain::new(1), Chain::new(1)];
/// for draw in 0..8 {
///     chains[0].push(&[f64::from(draw)], Statistics::default())?;
///     chains[1].push(&[7.0], Statistics::default())?;
/// }
/// let trace = Trace::from_chains(vec!["rate".to_owned()], chains)?;
/// assert_eq!(trace_lines(&trace, &View::default(), 8)?, ["rate  1  ▁▂▃▄▅▆▇█", "      2  ████████"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn trace_lines(trace: &Trace, view: &View, columns: usize) -> Result<Vec<String>, PlotError> {
    let choice = view.choose(trace, MOST_PARAMETERS)?;
    let columns = columns.clamp(1, trace.draws_per_chain().max(1));
    let names = padded_names(&choice);
    let mut lines = Vec::new();
    for (&parameter, name) in choice.parameters.iter().zip(names) {
        let chains = trace.parameter(parameter);
        let runs = chains
            .iter()
            .take(choice.chains)
            .flat_map(|draws| means(draws, columns));
        // One sparkline of all chains has one scale.
        let bars: Vec<char> = sparkline(runs.collect::<Vec<f64>>()).chars().collect();
        for (chain, bars) in bars.chunks(columns).enumerate() {
            let name = if chain == 0 {
                name.clone()
            } else {
                " ".repeat(name.chars().count())
            };
            let bars = String::from_iter(bars);
            lines.push(format!("{name}  {}  {bars}", chain + 1));
        }
    }
    Ok(lines)
}

/// Means of `columns` runs of draws.
fn means(draws: &[f64], columns: usize) -> impl Iterator<Item = f64> {
    (0..columns).map(move |column| {
        let [from, to] = [column, column + 1].map(|edge| edge * draws.len() / columns);
        let run = &draws[from..to];
        run.iter().map(|draw| draw / run.len() as f64).sum()
    })
}

/// A line a parameter: median, and `columns` characters with the shortest intervals of half (`━`) and
/// of 94 % (`─`) of the draws and the median (`●`), all parameters on one scale, whose ends are in
/// the last line.
///
/// # Errors
/// If a parameter is unknown, or none has finite draws alone.
///
/// # Example
/// ```
/// use rainier_plot::{View, forest_lines};
/// use rainier_sampler::{Chain, Statistics, Trace};
///
/// let mut chain = Chain::new(1);
/// for draw in 0..101 {
///     let x = f64::from(draw) / 50.0 - 1.0;
///     chain.push(&[x * x * x], Statistics::default())?;
/// }
/// let trace = Trace::from_chains(vec!["effect".to_owned()], vec![chain])?;
/// let lines = forest_lines(&trace, &View::default(), 21)?;
/// assert!(lines[0].starts_with("effect") && lines[0].contains("──━━●━━──"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn forest_lines(trace: &Trace, view: &View, columns: usize) -> Result<Vec<String>, PlotError> {
    let choice = view.choose(trace, MOST_PARAMETERS)?;
    let columns = columns.max(1);
    let locations: Vec<Location> = choice
        .parameters
        .iter()
        .map(|&parameter| Location::of(&trace.parameter(parameter)))
        .collect();
    let defined = locations
        .iter()
        .filter(|location| location.median.is_finite());
    let (least, largest) = defined.fold(
        (f64::INFINITY, f64::NEG_INFINITY),
        |(least, largest), location| (least.min(location.outer.0), largest.max(location.outer.1)),
    );
    if least > largest {
        let count = trace.draws().len();
        return Err(PlotError::NoFiniteValue { count });
    }
    let axis = Axis::new(least, largest, columns);
    let names = padded_names(&choice);
    let mut lines = Vec::new();
    let mut blank = 0;
    for (location, name) in locations.iter().zip(names) {
        blank = name.chars().count() + NUMBER + 4;
        let median = if location.median.is_finite() {
            // A hundredth of the interval is as much as a median is known.
            let step = 0.01 * (location.outer.1 - location.outer.0);
            let step = if step > 0.0 { step } else { axis.width() };
            label(location.median, step, NUMBER)
        } else {
            "undefined".to_owned()
        };
        let cells = row(location, &axis, columns);
        lines.push(
            format!("{name}  {median:>NUMBER$}  {cells}")
                .trim_end()
                .to_owned(),
        );
    }
    let [low, high] = [axis.edge(0), axis.edge(columns)].map(|x| label(x, axis.width(), NUMBER));
    let between = columns.saturating_sub(high.len()).max(low.len() + 1);
    lines.push(format!("{}{low:<between$}{high}", " ".repeat(blank)));
    Ok(lines)
}

fn row(location: &Location, axis: &Axis, columns: usize) -> String {
    let mut cells = vec![' '; columns];
    if location.median.is_finite() {
        for ((low, high), marker) in [(location.outer, '─'), (location.inner, '━')] {
            cells[axis.cell(low)..=axis.cell(high)].fill(marker);
        }
        cells[axis.cell(location.median)] = '●';
    }
    String::from_iter(cells)
}

/// The parameters' names with blanks behind, all as wide as the widest.
fn padded_names(choice: &Choice<'_>) -> Vec<String> {
    let parameters = choice.parameters.iter();
    let names: Vec<String> = parameters.map(|&place| choice.name(place)).collect();
    let width = names
        .iter()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or(0);
    names.iter().map(|name| format!("{name:<width$}")).collect()
}
