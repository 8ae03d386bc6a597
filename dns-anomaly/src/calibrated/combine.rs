//! Joins the p-values of one window's statistics into one.
//!
//! In: tails. Out: [`Parts`], a p for each measure, and their Cauchy combination.
//!
//! Sum, busy bins and silence may differ either way: p = 2 min(p up, p down). The combination is Liu & Xie's (2020):
//! T = mean of cot(π pₖ) is standard Cauchy in its tail whatever the dependence, p = ½ − arctan(T)/π. A part above 0.95
//! counts as 0.95, so that a statistic that is as usual as can be takes nothing from another that is not. The last step
//! of calibration maps the result through what such windows showed, so that only its order matters.

use super::statistic::{COMPARISONS, Comparison, Direction, Measure};
use super::tail::{SMALLEST, Tail};

/// Number of measures.
pub(super) const MEASURES: usize = 5;

/// All measures, in the order of parts.
pub(super) const MEASURE_ORDER: [Measure; MEASURES] = [
    Measure::Sum,
    Measure::Busy,
    Measure::Maximum,
    Measure::Silence,
    Measure::Run,
];

/// A p-value for each measure, as −ln p.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Parts {
    pub(super) surprise: [f32; MEASURES],
    pub(super) is_fewer: [bool; MEASURES],
}

impl Parts {
    /// `u` between 0 and 1 for each measure: what of P(T = t) counts as more extreme.
    pub(super) fn of(tails: &[Tail; COMPARISONS], u: [f64; MEASURES]) -> Self {
        let mut p = [2.0_f64; MEASURES];
        let mut is_fewer = [false; MEASURES];
        for (comparison, tail) in Comparison::ALL.into_iter().zip(tails) {
            let part = part_of(comparison.measure);
            let is_down = comparison.direction == Direction::Fewer;
            let one_sided = tail.p(
                comparison.direction,
                if is_down { 1.0 - u[part] } else { u[part] },
            );
            let sides = match comparison.measure {
                Measure::Sum | Measure::Busy | Measure::Silence => 2.0,
                Measure::Maximum | Measure::Run => 1.0,
            };
            let two_sided = (sides * one_sided).min(1.0);
            if two_sided < p[part] {
                p[part] = two_sided;
                is_fewer[part] = is_down;
            }
        }
        Self {
            surprise: p.map(|p| -p.clamp(SMALLEST, 1.0).ln() as f32),
            is_fewer,
        }
    }

    /// The direction of a part.
    pub(super) fn direction(&self, part: usize) -> Direction {
        if self.is_fewer[part] {
            Direction::Fewer
        } else {
            Direction::More
        }
    }
}

/// The place of a measure among the parts.
pub(super) fn part_of(measure: Measure) -> usize {
    match measure {
        Measure::Sum => 0,
        Measure::Busy => 1,
        Measure::Maximum => 2,
        Measure::Silence => 3,
        Measure::Run => 4,
    }
}

/// The Cauchy combination of p-values given as −ln p, as −ln p.
pub(super) fn cauchy(surprises: &[f64]) -> f64 {
    let mut total = 0.0;
    for surprise in surprises {
        let p = (-surprise).exp().clamp(SMALLEST, 0.95);
        total += if p < 1e-8 {
            1.0 / (std::f64::consts::PI * p)
        } else {
            1.0 / (std::f64::consts::PI * p).tan()
        };
    }
    let mean = total / surprises.len() as f64;
    if mean > 1e7 {
        (std::f64::consts::PI * mean).ln()
    } else {
        -(0.5 - mean.atan() / std::f64::consts::PI).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_parts_combine_to_themselves() {
        for p in [0.3_f64, 1e-3, 1e-12, 1e-200] {
            let combined = cauchy(&[-p.ln(); 5]);
            assert!(
                (combined + p.ln()).abs() < 1e-6 * p.ln().abs().max(1.0),
                "{p}"
            );
        }
    }

    #[test]
    fn one_small_part_among_five_counts_about_five_times() {
        let combined = (-cauchy(&[20.0, 0.7, 0.7, 0.7, 0.7])).exp();
        assert!(testkit::relative_error(combined, 5.0 * (-20.0_f64).exp()) < 0.01);
        // Parts of p = 1 do not cancel it.
        let combined = (-cauchy(&[20.0, 0.0, 0.0, 0.0, 0.0])).exp();
        assert!(testkit::relative_error(combined, 5.0 * (-20.0_f64).exp()) < 0.01);
    }

    #[test]
    fn both_sides_of_a_part_are_uniform_together() {
        let tail = Tail {
            below: 0.5,
            at: 0.3,
            above: 0.2,
        };
        // Averaged over u, P(p ≤ 0.5) at this value of T.
        let parts = |u: f64| Parts::of(&[tail; COMPARISONS], [u; MEASURES]).surprise[0];
        let below = (0..1_000)
            .filter(|k| parts((f64::from(*k) + 0.5) / 1_000.0) >= std::f32::consts::LN_2 - 1e-6)
            .count();
        // p up = 0.2 + 0.3 u; 2 p ≤ 0.5 when u ≤ 1/6.
        assert!((165..=168).contains(&below), "{below}");
    }
}
