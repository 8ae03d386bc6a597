//! Draws how ranks spread in each chain: [`rank_plot`].
//!
//! In: a trace and a view. Out: a panel a parameter, a row of bars a chain, beside what chains that
//! have mixed would show.

use std::collections::BTreeMap;

use rainier_sampler::Trace;
use rainier_sampler::diagnostics::ranks;

use super::view::{Choice, View, colour_of};
use crate::error::PlotError;
use crate::figure::{Colour, Layer, Panel, Row, Shape, YAxis};

/// Parameters drawn if none are named.
const MOST_PARAMETERS: usize = 12;
/// Bars of a chain, and draws that a bar should hold at least.
const BARS: usize = 20;
const DRAWS_IN_BAR: usize = 5;
/// Standard deviations on both sides that hold 95 % of a normal distribution.
const BAND: f64 = 1.96;
/// Bars are cut at this many times what is expected, so that those of other chains are seen.
const CUT: f64 = 4.0;
/// The share of a row's height that the highest bar takes.
const HIGHEST: f64 = 0.92;

/// Histograms of ranks: all draws of a parameter are ranked together, and each chain's ranks are
/// counted in up to 20 bars. Chains that have mixed have bars of equal height.
///
/// The grey band holds a bar with probability 0.95 if draws are independent and chains agree: with n
/// draws a chain, S in all and B bars the count is hypergeometric, its variance
/// n · 1/B · (1 − 1/B) · (S − n) / (S − 1). Correlated draws leave it more often. A bar out of it
/// at either end is a chain that was too high or too low; both ends, one that was too wide. Tied
/// draws, as those of counts, are spread evenly over the ranks that they share. Bars more than four
/// times as high as expected are cut there.
/// Vehtari et al. (2021), "Rank-normalization, folding, and localization".
///
/// # Errors
/// If a parameter is unknown, no parameter has finite draws alone, or the size is out of its range.
///
/// # Example
/// ```
/// use rainier_plot::{View, rank_plot};
/// use rainier_sampler::{Chain, Statistics, Trace};
///
/// let mut chains = vec![Chain::new(1), Chain::new(1)];
/// for draw in 0..200 {
///     for (chain, factor) in chains.iter_mut().zip([37, 73]) {
///         chain.push(&[f64::from(draw * factor % 101)], Statistics::default())?;
///     }
/// }
/// let trace = Trace::from_chains(vec!["rate".to_owned()], chains)?;
/// let svg = rank_plot(&trace, &View::default().with_title("ranks"))?;
/// assert!(svg.contains("chain 2"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn rank_plot(trace: &Trace, view: &View) -> Result<String, PlotError> {
    let choice = view.choose(trace, MOST_PARAMETERS)?;
    let panels: Vec<Panel> = choice
        .parameters
        .iter()
        .map(|&parameter| panel(trace, &choice, parameter))
        .collect();
    let rows = u32::try_from(choice.chains).unwrap_or(1);
    let title = choice.title_by_chain("Ranks among the draws of all chains");
    let figure = view.figure(title, panels.len(), 3, (300, 64 + 34 * rows));
    figure.to_svg(&panels)
}

fn panel(trace: &Trace, choice: &Choice<'_>, parameter: usize) -> Panel {
    let draws = trace.draws_per_chain();
    let all = (draws * trace.chains()) as f64;
    let count = (draws / DRAWS_IN_BAR).clamp(1, BARS);
    let bars = bars(&ranks(&trace.parameter(parameter)), count);
    if bars.iter().flatten().any(|height| height.is_nan()) {
        return choice.panel(parameter);
    }
    let expected = draws as f64 / count as f64;
    let variance = if all > 1.0 {
        expected * (1.0 - 1.0 / count as f64) * (all - draws as f64) / (all - 1.0)
    } else {
        0.0
    };
    let half = BAND * variance.sqrt();
    // Twice what is expected at least, so that small deviations look small.
    let largest = bars.iter().take(choice.chains).flatten().copied();
    let largest = largest.fold(2.0 * expected, f64::max).min(CUT * expected);
    let scale = HIGHEST / largest;
    let edge = |bar: usize| 0.5 + all * bar as f64 / count as f64;
    let ends = [edge(0), edge(count)];
    let mut layers = Vec::new();
    let mut rows = Vec::new();
    for (chain, heights) in bars.iter().take(choice.chains).enumerate() {
        let foot = (choice.chains - 1 - chain) as f64;
        let boxes = heights.iter().enumerate().map(|(bar, height)| {
            [
                edge(bar),
                edge(bar + 1),
                foot,
                foot + scale * height.min(largest),
            ]
        });
        let middle = foot + scale * expected;
        let [low, high] = [(expected - half).max(0.0), expected + half].map(|y| foot + scale * y);
        layers.extend([
            Layer::new(colour_of(chain), Shape::Boxes(boxes.collect())).with_opacity(0.6),
            Layer::new(
                Colour::Grey,
                Shape::Band(ends.map(|x| (x, low, high)).to_vec()),
            ),
            Layer::new(
                Colour::Black,
                Shape::Line(ends.map(|x| (x, middle)).to_vec()),
            )
            .with_weight(1),
        ]);
        rows.push(Row {
            height: foot + 0.4,
            left: format!("chain {}", chain + 1),
            right: <[String; 2]>::default(),
        });
    }
    Panel {
        layers,
        y_including: vec![0.0, choice.chains as f64 - 1.0 + HIGHEST],
        y_axis: YAxis::Rows(rows),
        ..choice.panel(parameter)
    }
}

/// How many of each chain's ranks fall in each of `count` bars; NaN if ranks are.
///
/// Draws that share a mean rank r are t draws with the ranks from r − (t − 1)/2 to r + (t − 1)/2;
/// each counts for a t-th in all of them.
fn bars(ranks: &[Vec<f64>], count: usize) -> Vec<Vec<f64>> {
    let all = ranks.iter().map(Vec::len).sum::<usize>() as f64;
    let mut ties: BTreeMap<u64, f64> = BTreeMap::new();
    for rank in ranks.iter().flatten() {
        *ties.entry(rank.to_bits()).or_insert(0.0) += 1.0;
    }
    let bars_of = |ranks: &Vec<f64>| {
        let mut bars = vec![0.0; count];
        for &rank in ranks {
            let tied = ties.get(&rank.to_bits()).copied().unwrap_or(1.0);
            // Rank k takes the stretch from k − 1 to k, in bars of all / count.
            let [from, to] =
                [-0.5, 0.5].map(|side| (rank - 0.5 + side * tied) * count as f64 / all);
            spread(&mut bars, from, to);
        }
        bars
    };
    ranks.iter().map(bars_of).collect()
}

/// Adds one to the bars, a share to each as long as its part of `from` to `to`.
fn spread(bars: &mut [f64], from: f64, to: f64) {
    if from.is_nan() {
        bars.fill(f64::NAN);
        return;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates, and the end is cut"
    )]
    let [first, last] = [from, to].map(|edge| (edge as usize).min(bars.len() - 1));
    for (place, bar) in bars.iter_mut().enumerate().take(last + 1).skip(first) {
        let inside = to.min(place as f64 + 1.0) - from.max(place as f64);
        *bar += inside / (to - from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: &[Vec<f64>], expected: &[[f64; 2]]) {
        for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
            assert!(
                (found - expected).abs() < 1e-12,
                "{found} is not {expected}"
            );
        }
    }

    #[test]
    fn a_chain_that_is_lower_fills_the_lower_bars() {
        close(
            &bars(&ranks(&[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), 2),
            &[[3.0, 0.0], [0.0, 3.0]],
        );
    }

    #[test]
    fn ties_are_spread_evenly_over_their_ranks() {
        close(&bars(&ranks(&[[7.0, 7.0, 7.0]]), 2), &[[1.5, 1.5]]);
        // Three tied draws take ranks 2 to 4, of which 2 and 3 lie in the lower bar of three.
        close(
            &bars(&ranks(&[[1.0, 5.0, 5.0], [5.0, 8.0, 9.0]]), 2),
            &[[1.0 + 4.0 / 3.0, 2.0 / 3.0], [2.0 / 3.0, 2.0 + 1.0 / 3.0]],
        );
    }
}
