//! States the multinomial distribution.
//!
//! In: a number of trials and a probability of each kind. Out: the log probability of the counts
//! of kinds, and draws.

use std::slice;

use rainier_core::{Condition, Real};

use super::draw::{draw_kinds, draw_vector_if_valid};
use crate::distribution::count::{is_count, ln_series_coefficient, times_log, to_count};
use crate::distribution::{Constraint, Multivariate, Requirement};
use crate::generator::Generator;

/// Multinomial distribution: how often each kind comes up in n independent trials.
///
/// ln p(x) = ln n! − Σ ln xᵢ! + Σ xᵢ ln pᵢ for counts with Σ xᵢ = n. Mean n pᵢ, variance
/// n pᵢ (1 − pᵢ).
///
/// Probabilities must sum to one up to 1e-9; nothing rescales them.
///
/// # Numerics
/// The number of orders n! / ∏ xᵢ! is a product of binomial coefficients, which does not cancel; it
/// belongs to the data. Sums over data need Σxᵢ only. The terms xᵢ ln pᵢ cancel against it for large
/// counts: the absolute error is a few ε times n.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::distribution::Multivariate;
/// use rainier_dist::multivariate::Multinomial;
///
/// let dice = Multinomial::new(3, [0.5, 0.25, 0.25]);
/// let ln_p = dice.log_density(&[1.0, 1.0, 1.0].map(Real::constant));
/// assert!((ln_p.as_constant().expect("constant") - (6.0_f64 / 32.0).ln()).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct Multinomial {
    trials: Real,
    probabilities: Vec<Real>,
}

impl Multinomial {
    /// The multinomial distribution with this whole number of trials and these probabilities.
    ///
    /// # Panics
    /// If there is no probability.
    pub fn new(
        trials: impl Into<Real>,
        probabilities: impl IntoIterator<Item = impl Into<Real>>,
    ) -> Self {
        let probabilities: Vec<Real> = probabilities.into_iter().map(Into::into).collect();
        assert!(!probabilities.is_empty(), "there is at least one kind");
        Self {
            trials: trials.into(),
            probabilities,
        }
    }
}

/// Whether these are counts with this sum.
pub(super) fn are_counts(trials: &Real, x: &[Real]) -> Condition {
    let total = Real::sum(x.iter().cloned());
    x.iter()
        .fold(total.equal(trials), |all, x| all.and(&is_count(x)))
}

/// ln of n! / ∏ xᵢ!, n = Σ xᵢ.
pub(super) fn ln_orders(x: &[Real]) -> Real {
    let mut before = x[0].clone();
    let mut terms = Vec::new();
    for x in &x[1..] {
        terms.push(ln_series_coefficient(&(&before + 1.0), x));
        before = before + x;
    }
    Real::sum(terms)
}

impl Multivariate for Multinomial {
    type Value = i64;

    fn name(&self) -> &'static str {
        "Multinomial"
    }

    fn dimension(&self) -> usize {
        self.probabilities.len()
    }

    fn constraints(&self) -> Vec<Constraint> {
        let (name, trials) = (self.name(), &self.trials);
        let whole = Constraint::new(name, "trials", trials, Requirement::WholeNonNegative);
        let total = Real::sum(self.probabilities.iter().cloned());
        let total = Constraint::new(name, "probabilities", &total, Requirement::SumsToOne);
        let requirement = Requirement::UnitInterval;
        let each = self.probabilities.iter();
        let each = each.map(|value| Constraint::new(name, "probability", value, requirement));
        [whole, total].into_iter().chain(each).collect()
    }

    fn contains(&self, x: &[Real]) -> Condition {
        assert_eq!(x.len(), self.dimension(), "one count for each kind");
        are_counts(&self.trials, x)
    }

    fn contains_component(&self, _index: usize, x: &Real) -> Condition {
        is_count(x)
    }

    fn log_density_within(&self, x: &[Real]) -> Real {
        let pairs = x.iter().zip(&self.probabilities);
        let chances = pairs.map(|(count, probability)| times_log(count, &probability.ln()));
        ln_orders(x) + Real::sum(chances)
    }

    fn generator(&self) -> Generator<Vec<i64>> {
        let parameters = [slice::from_ref(&self.trials), &self.probabilities[..]].concat();
        draw_vector_if_valid(
            &self.constraints(),
            parameters,
            self.dimension(),
            |parameters, rng| draw_kinds(to_count(parameters[0]), &parameters[1..], rng),
        )
    }

    fn means(&self) -> Option<Vec<Real>> {
        let mean = |probability: &Real| &self.trials * probability;
        Some(self.probabilities.iter().map(mean).collect())
    }

    fn variances(&self) -> Option<Vec<Real>> {
        let variance = |probability: &Real| &self.trials * probability * (1.0 - probability);
        Some(self.probabilities.iter().map(variance).collect())
    }
}
