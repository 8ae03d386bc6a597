//! States the Dirichlet-multinomial distribution.
//!
//! In: a number of trials and concentrations. Out: the log probability of the counts of kinds, and
//! draws.

use std::slice;

use rainier_core::{Condition, Real};

use super::dirichlet::positive;
use super::draw::{draw_kinds, draw_shares, draw_vector_if_valid};
use super::multinomial::are_counts;
use crate::distribution::count::{is_count, ln_series_coefficient, to_count};
use crate::distribution::{Constraint, Multivariate, Requirement};
use crate::generator::Generator;

/// Dirichlet-multinomial distribution: counts of kinds in n trials whose probabilities are
/// themselves drawn, once for all trials, from a [`Dirichlet`](super::Dirichlet) distribution with
/// concentrations α₁ … αₖ.
///
/// ln p(x) = Σ ln C(αᵢ, xᵢ) − ln C(A, n) with C(a, k) = Γ(a + k) / (Γ(a) k!) and A = Σ αᵢ, for
/// counts with Σ xᵢ = n. Mean n mᵢ with mᵢ = αᵢ/A, variance n mᵢ (1 − mᵢ)(A + n)/(A + 1).
///
/// # Numerics
/// Each ln C is computed without cancellation of its gamma functions.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::distribution::Multivariate;
/// use rainier_dist::multivariate::DirichletMultinomial;
///
/// // With concentrations of 1 all six ways to share two trials among three kinds are alike.
/// let counts = DirichletMultinomial::new(2, [1, 1, 1]);
/// let ln_p = counts.log_density(&[2.0, 0.0, 0.0].map(Real::constant));
/// assert!((ln_p.as_constant().expect("constant") + 6.0_f64.ln()).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct DirichletMultinomial {
    trials: Real,
    concentrations: Vec<Real>,
}

impl DirichletMultinomial {
    /// The Dirichlet-multinomial distribution with this whole number of trials and these positive
    /// concentrations.
    ///
    /// # Panics
    /// If there is no concentration.
    pub fn new(
        trials: impl Into<Real>,
        concentrations: impl IntoIterator<Item = impl Into<Real>>,
    ) -> Self {
        let concentrations: Vec<Real> = concentrations.into_iter().map(Into::into).collect();
        assert!(!concentrations.is_empty(), "there is at least one kind");
        Self {
            trials: trials.into(),
            concentrations,
        }
    }

    fn total(&self) -> Real {
        Real::sum(self.concentrations.iter().cloned())
    }
}

impl Multivariate for DirichletMultinomial {
    type Value = i64;

    fn name(&self) -> &'static str {
        "DirichletMultinomial"
    }

    fn dimension(&self) -> usize {
        self.concentrations.len()
    }

    fn constraints(&self) -> Vec<Constraint> {
        let (name, trials) = (self.name(), &self.trials);
        let whole = Constraint::new(name, "trials", trials, Requirement::WholeNonNegative);
        let mut constraints = positive(name, &self.concentrations);
        constraints.insert(0, whole);
        constraints
    }

    fn contains(&self, x: &[Real]) -> Condition {
        assert_eq!(x.len(), self.dimension(), "one count for each kind");
        are_counts(&self.trials, x)
    }

    fn contains_component(&self, _index: usize, x: &Real) -> Condition {
        is_count(x)
    }

    fn log_density_within(&self, x: &[Real]) -> Real {
        let pairs = self.concentrations.iter().zip(x);
        let ways = pairs.map(|(concentration, count)| ln_series_coefficient(concentration, count));
        Real::sum(ways) - ln_series_coefficient(&self.total(), &self.trials)
    }

    fn generator(&self) -> Generator<Vec<i64>> {
        let parameters = [slice::from_ref(&self.trials), &self.concentrations[..]].concat();
        draw_vector_if_valid(
            &self.constraints(),
            parameters,
            self.dimension(),
            |parameters, rng| {
                let shares = draw_shares(&parameters[1..], rng);
                draw_kinds(to_count(parameters[0]), &shares, rng)
            },
        )
    }

    fn means(&self) -> Option<Vec<Real>> {
        let scale = &self.trials / self.total();
        Some(self.concentrations.iter().map(|a| a * &scale).collect())
    }

    fn variances(&self) -> Option<Vec<Real>> {
        let (total, trials) = (self.total(), &self.trials);
        let inflation = (&total + trials) / (&total + 1.0);
        let variance = |a: &Real| {
            let mean = a / &total;
            trials * &mean * ((&total - a) / &total) * &inflation
        };
        Some(self.concentrations.iter().map(variance).collect())
    }
}
