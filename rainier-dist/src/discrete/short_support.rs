//! Adds up the probabilities of few whole numbers.
//!
//! In: the smallest and the largest number, and the log probability of each. Out: both tails, as
//! log-sum-exps in which nothing cancels, and the entropy.

use std::ops::RangeInclusive;

use rainier_core::Real;

use crate::distribution::count::{log_cumulative_between, log_survival_between};

/// More numbers than this are not added up; an expression has one term for each.
const MOST: i64 = 10_000;

/// The whole numbers of a support with two ends.
#[derive(Debug)]
pub(super) struct ShortSupport {
    ends: [Real; 2],
    numbers: Option<RangeInclusive<i32>>,
}

impl ShortSupport {
    /// The numbers from `low` to `high`, which are added up if both are constant and not too far
    /// from each other; else tails inside of them are NaN.
    pub(super) fn new(low: Real, high: Real) -> Self {
        let numbers = low.as_constant().zip(high.as_constant());
        let numbers = numbers.and_then(|(low, high)| whole_numbers(low, high));
        Self {
            ends: [low, high],
            numbers,
        }
    }

    /// ln P(X ≤ x), with `log_mass` the log probability of each number.
    pub(super) fn log_cumulative(&self, x: &Real, log_mass: impl Fn(&Real) -> Real) -> Real {
        log_cumulative_between(x, &self.ends, |_| {
            let [below, above] = self.sums(x, &log_mass);
            smaller_or_complement(&below, &above)
        })
    }

    /// ln P(X > x), as [`log_cumulative`](Self::log_cumulative).
    pub(super) fn log_survival(&self, x: &Real, log_mass: impl Fn(&Real) -> Real) -> Real {
        log_survival_between(x, &self.ends, |_| {
            let [below, above] = self.sums(x, &log_mass);
            smaller_or_complement(&above, &below)
        })
    }

    /// −Σ p ln p; none if the numbers are not added up.
    pub(super) fn entropy(&self, log_mass: impl Fn(&Real) -> Real) -> Option<Real> {
        let terms = self.numbers.clone()?.map(|number| {
            let log_mass = log_mass(&Real::from(number));
            let is_nothing = log_mass.equal(f64::NEG_INFINITY);
            is_nothing.select(0.0, -log_mass.exp() * &log_mass)
        });
        Some(Real::sum(terms))
    }

    /// ln of the sums up to `x` and beyond.
    fn sums(&self, x: &Real, log_mass: &impl Fn(&Real) -> Real) -> [Real; 2] {
        let nothing = f64::NEG_INFINITY;
        [
            self.sum(|k| x.less(k).select(nothing, log_mass(k))),
            self.sum(|k| x.less(k).select(log_mass(k), nothing)),
        ]
    }

    fn sum(&self, term: impl Fn(&Real) -> Real) -> Real {
        match &self.numbers {
            Some(numbers) => {
                Real::log_sum_exp(numbers.clone().map(|number| term(&Real::from(number))))
            }
            None => Real::constant(f64::NAN),
        }
    }
}

/// The log probability `own`, by that of the complement where it is the larger one: a rounded sum
/// of all numbers may exceed 1.
fn smaller_or_complement(own: &Real, other: &Real) -> Real {
    own.less(other).select(own, other.ln_one_minus_exp())
}

/// The whole numbers between two, if they are few.
#[expect(
    clippy::cast_possible_truncation,
    reason = "both ends were checked to be exact"
)]
fn whole_numbers(low: f64, high: f64) -> Option<RangeInclusive<i32>> {
    let is_whole = |end: f64| end == f64::from(end as i32);
    let are_few = high - low < MOST as f64;
    (is_whole(low) && is_whole(high) && are_few).then_some(low as i32..=high as i32)
}
