//! States the categorical distribution.
//!
//! In: a probability, or an unnormalised log probability, for each category. Out: the log probability
//! of a category's number, and draws.

use rainier_core::{Condition, Real};

use super::categories::{Categories, total};
use crate::distribution::{Constraint, Cumulative, Discrete, Distribution, Requirement};
use crate::generator::Generator;

const NAME: &str = "Categorical";

/// Categorical distribution: one of n categories, by its number from 0.
///
/// ln p(k) = ln pₖ, k = 0 … n − 1. Mean Σ k pₖ, variance Σ (k − mean)² pₖ, entropy −Σ pₖ ln pₖ.
///
/// The probabilities lie in [0, 1] and sum to one; nothing rescales them. Unknown ones should be
/// made to sum to one, as p and 1 − p; their sum is checked when it is constant.
/// [`Categorical::with_logits`] takes any numbers.
///
/// Over data the density comes apart into the number of rows of each category: it costs the same
/// for a million rows as for one.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::discrete::Categorical;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = |x: f64| Categorical::new([0.5, 0.25, 0.25]).log_density(&Real::constant(x)).as_constant();
/// assert_eq!(ln_p(2.0), Some(0.25_f64.ln()));
/// assert_eq!(ln_p(3.0), Some(f64::NEG_INFINITY));
/// ```
#[derive(Debug, Clone)]
pub struct Categorical {
    categories: Categories,
    constraints: Vec<Constraint>,
}

impl Categorical {
    /// One probability for each category, 1 in sum.
    pub fn new(probabilities: impl IntoIterator<Item = impl Into<Real>>) -> Self {
        let probabilities: Vec<Real> = probabilities.into_iter().map(Into::into).collect();
        let requirement = Requirement::UnitInterval;
        let mut constraints: Vec<Constraint> = probabilities
            .iter()
            .map(|probability| Constraint::new(NAME, "probability", probability, requirement))
            .collect();
        let sum = total(probabilities.iter().cloned());
        if sum.as_constant().is_some() {
            let requirement = Requirement::SumsToOne;
            constraints.push(Constraint::new(NAME, "probabilities", &sum, requirement));
        }
        Self {
            categories: Categories::new(probabilities.iter().map(Real::ln).collect()),
            constraints,
        }
    }

    /// One finite number for each category, its log probability up to a shift that they share:
    /// pₖ = e^ηₖ / Σ e^ηⱼ.
    ///
    /// ```
    /// use rainier_core::Real;
    /// use rainier_dist::discrete::Categorical;
    /// use rainier_dist::distribution::Distribution;
    ///
    /// let ln_p = Categorical::with_logits([1000.0, 0.0]).log_density(&Real::constant(1.0));
    /// assert_eq!(ln_p.as_constant(), Some(-1000.0));
    /// ```
    pub fn with_logits(logits: impl IntoIterator<Item = impl Into<Real>>) -> Self {
        let logits: Vec<Real> = logits.into_iter().map(Into::into).collect();
        let mut constraints: Vec<Constraint> = logits
            .iter()
            .map(|logit| Constraint::new(NAME, "logit", logit, Requirement::Finite))
            .collect();
        let total = Real::log_sum_exp(logits.iter().cloned());
        let categories = Categories::new(logits.iter().map(|logit| logit - &total).collect());
        let number = categories.number();
        constraints.push(Constraint::new(
            NAME,
            "number of logits",
            &number,
            Requirement::Positive,
        ));
        Self {
            categories,
            constraints,
        }
    }
}

impl Distribution for Categorical {
    type Value = i64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.constraints.clone()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.categories.contains(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.categories.log_density(x)
    }

    fn generator(&self) -> Generator<i64> {
        self.categories.generator(&self.constraints)
    }

    fn mean(&self) -> Option<Real> {
        Some(self.categories.mean())
    }

    fn variance(&self) -> Option<Real> {
        Some(self.categories.variance())
    }

    fn entropy(&self) -> Option<Real> {
        Some(self.categories.entropy())
    }
}

/// Sums of probabilities, of up to 10,000.
impl Cumulative for Categorical {
    fn log_cumulative(&self, x: &Real) -> Real {
        self.categories.log_cumulative(x)
    }

    fn log_survival(&self, x: &Real) -> Real {
        self.categories.log_survival(x)
    }
}

impl Discrete for Categorical {}
