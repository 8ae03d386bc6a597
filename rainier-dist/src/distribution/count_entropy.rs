//! Adds up the entropy of counts that has no formula.
//!
//! In: the log probability of each whole number, for constant parameters, and a number near the most
//! likely one. Out: −Σ p ln p, in nats.

use rainier_core::Real;

/// More terms are not added up: some tens of milliseconds.
const MOST_TERMS: usize = 200_000;

/// What is left of a sum, relative to it, where it ends.
const NEGLIGIBLE: f64 = 1e-16;

/// −Σ p ln p over the whole numbers from `first` on, which may be −∞, added up from `middle` outwards:
/// beyond the most likely number terms fall at least as fast as those of a geometric series, but for
/// tails that are heavier.
///
/// None for unknown parameters, and where so many numbers matter that it would take long.
pub(crate) fn entropy_of_counts(
    first: f64,
    middle: &Real,
    log_mass: impl Fn(&Real) -> Real,
) -> Option<Real> {
    let middle = middle.as_constant()?.floor().max(first);
    let term = |number: f64| {
        let log_mass = log_mass(&Real::constant(number)).as_constant()?;
        let mass = log_mass.exp();
        Some(if mass > 0.0 { -mass * log_mass } else { 0.0 })
    };
    let above = sum_outwards((0..).map(|step| term(middle + f64::from(step))))?;
    let numbers = (1..).map(|step| middle - f64::from(step));
    let below = sum_outwards(numbers.take_while(|number| *number >= first).map(term))?;
    let sum = above + below;
    sum.is_finite().then(|| Real::constant(sum))
}

/// The sum of terms that rise at most for a while and then fall for good.
fn sum_outwards(terms: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let (mut sum, mut before) = (0.0, 0.0);
    for (count, term) in terms.enumerate() {
        let term = term?;
        sum += term;
        let ratio = term / before;
        let is_over = term == 0.0 || (ratio < 1.0 && term < NEGLIGIBLE * sum * (1.0 - ratio));
        if is_over {
            return Some(sum);
        }
        if count == MOST_TERMS {
            return None;
        }
        before = term;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// p(k) = (1 − q) qᵏ has entropy −ln(1 − q) − q ln q / (1 − q).
    fn geometric(q: f64) -> Option<Real> {
        entropy_of_counts(0.0, &Real::constant(0.0), |k| k * q.ln() + (-q).ln_1p())
    }

    #[test]
    fn a_geometric_series_has_the_entropy_of_its_formula() {
        for q in [1e-9_f64, 0.1, 0.5, 0.99, 0.999] {
            let expected = -(-q).ln_1p() - q * q.ln() / (1.0 - q);
            let found = geometric(q).unwrap().as_constant().unwrap();
            assert!(
                (found / expected - 1.0).abs() < 1e-12,
                "{q}: {found}, {expected}"
            );
        }
    }

    #[test]
    fn what_would_take_long_and_what_is_unknown_has_none() {
        assert_eq!(geometric(1.0 - 1e-9).map(|found| found.as_constant()), None);
        let unknown = Real::parameter("rate");
        let found = entropy_of_counts(0.0, &Real::constant(0.0), |k| k * &unknown);
        assert_eq!(found.map(|found| found.as_constant()), None);
    }
}
