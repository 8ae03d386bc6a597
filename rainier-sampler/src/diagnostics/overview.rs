//! Computes what a table shows of one quantity, sorting and ranking its draws once.
//!
//! In: `[chain][draw]`. Out: the numbers that the functions of [`super`] give one by one, to the
//! bit: a tenth of a millisecond matters when there are thousands of tables.

use super::effective_size::{effective_size, quantile_effective_size};
use super::estimates::{mean_of, quantile_of_sorted, variance_of};
use super::order::Order;
use super::rhat::rhat_of;
use super::split::{checked, halves, parts, pooled};

/// One row of a table; NaN where a number is undefined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Overview {
    pub(crate) mean: f64,
    pub(crate) standard_deviation: f64,
    pub(crate) mcse_mean: f64,
    /// At 5, 50 and 95 %.
    pub(crate) quantiles: [f64; 3],
    pub(crate) ess_bulk: f64,
    pub(crate) ess_tail: f64,
    pub(crate) rhat: f64,
}

/// Where overviews are made, one after the other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Room {
    draws: Vec<f64>,
    order: Order,
    scores: Vec<f64>,
    /// Of distances from the median.
    folded: Vec<f64>,
}

impl Overview {
    /// Of draws that are all finite; else all is NaN.
    pub(crate) fn of<C: AsRef<[f64]>>(chains: &[C], room: &mut Room) -> Self {
        let Some(chains) = checked(chains) else {
            return Self::undefined();
        };
        let Room {
            draws,
            order,
            scores,
            folded,
        } = room;
        draws.clear();
        draws.extend(chains.iter().copied().flatten());
        order.sort(draws);
        let standard_deviation = variance_of(draws).sqrt();
        let quantiles = [0.05, 0.5, 0.95].map(|p| quantile_of_sorted(order.values(), p));
        let low = quantile_effective_size(&chains, quantiles[0]);
        let high = quantile_effective_size(&chains, quantiles[2]);
        let halves = halves(&chains);
        // Chains of odd length leave out a draw when they are halved.
        if !chains[0].len().is_multiple_of(2) {
            order.sort(&pooled(&halves));
        }
        order.normal_scores(scores);
        order.sort_by_distance(quantiles[1]);
        order.normal_scores(folded);
        let scores = parts(scores, halves.len());
        let folded = parts(folded, halves.len());
        Self {
            mean: mean_of(draws),
            standard_deviation,
            mcse_mean: standard_deviation / effective_size(&halves).sqrt(),
            quantiles,
            ess_bulk: effective_size(&scores),
            ess_tail: if low.is_nan() || high.is_nan() {
                f64::NAN
            } else {
                low.min(high)
            },
            rhat: rhat_of(&chains, &scores, &folded),
        }
    }

    fn undefined() -> Self {
        Self {
            mean: f64::NAN,
            standard_deviation: f64::NAN,
            mcse_mean: f64::NAN,
            quantiles: [f64::NAN; 3],
            ess_bulk: f64::NAN,
            ess_tail: f64::NAN,
            rhat: f64::NAN,
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use super::*;
    use crate::diagnostics;
    use crate::random::Streams;

    #[test]
    fn an_overview_is_its_parts() {
        let mut rng = Streams::from_seed(1).stream(0, 0);
        let mut room = Room::default();
        for (chains, draws) in [(1, 1), (1, 3), (2, 4), (2, 9), (3, 10), (4, 101), (2, 400)] {
            for distinct in [1.0, 3.0, 1e9] {
                let mut draw = |_| (rng.random::<f64>() * distinct).floor();
                let mut data: Vec<Vec<f64>> = (0..chains)
                    .map(|_| (0..draws).map(&mut draw).collect())
                    .collect();
                check(&data, &mut room);
                data[0][0] = f64::INFINITY;
                check(&data, &mut room);
            }
        }
        check(&[], &mut room);
    }

    fn check(chains: &[Vec<f64>], room: &mut Room) {
        let quantiles = diagnostics::quantiles(chains, &[0.05, 0.5, 0.95]);
        let parts = Overview {
            mean: diagnostics::mean(chains),
            standard_deviation: diagnostics::standard_deviation(chains),
            mcse_mean: diagnostics::mcse_mean(chains),
            quantiles: [quantiles[0], quantiles[1], quantiles[2]],
            ess_bulk: diagnostics::ess_bulk(chains),
            ess_tail: diagnostics::ess_tail(chains),
            rhat: diagnostics::rhat(chains),
        };
        // The shortest digits that give a number back, and NaN as NaN.
        assert_eq!(
            format!("{:?}", Overview::of(chains, room)),
            format!("{parts:?}")
        );
    }
}
