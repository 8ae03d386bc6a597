//! States the Dirichlet distribution.
//!
//! In: concentrations. Out: the log density of shares of a whole, and draws.

use rainier_core::{Condition, Real};

use super::draw::{draw_shares, draw_vector_if_valid};
use crate::distribution::{Constraint, ContinuousVector, Multivariate, Requirement, VectorSupport};
use crate::generator::Generator;

/// Dirichlet distribution with concentrations α₁ … αₙ, on the simplex of n shares.
///
/// ln p(x) = Σ (αᵢ − 1) ln xᵢ − ln B(α), a density of the first n − 1 shares, with
/// B(α) = ∏ Γ(αᵢ) / Γ(A), A = Σ αᵢ. Mean mᵢ = αᵢ/A, variance mᵢ (1 − mᵢ)/(A + 1).
///
/// Shares of exactly 0 are outside the support, also where the density there is finite.
///
/// # Numerics
/// ln B(α) is a sum of ln B of two numbers, Σ ln B(α₁ + … + αᵢ₋₁, αᵢ), which does not cancel.
/// Unknown shares keep the digits of ln xᵢ even where xᵢ rounds to 0. Draws for concentrations near
/// 0 may have shares that round to 0 or 1. Data must sum to 1 up to 1e-9.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::distribution::Multivariate;
/// use rainier_dist::multivariate::Dirichlet;
///
/// // With two shares it is a beta distribution: 6 x (1 − x).
/// let ln_p = Dirichlet::new([2.0, 2.0]).log_density(&[0.25, 0.75].map(Real::constant));
/// assert!((ln_p.as_constant().expect("constant") - 1.125_f64.ln()).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct Dirichlet {
    concentrations: Vec<Real>,
}

impl Dirichlet {
    /// The Dirichlet distribution with these concentrations, which must be positive.
    ///
    /// # Panics
    /// If there are none.
    pub fn new(concentrations: impl IntoIterator<Item = impl Into<Real>>) -> Self {
        let concentrations: Vec<Real> = concentrations.into_iter().map(Into::into).collect();
        assert!(!concentrations.is_empty(), "a whole has at least one share");
        Self { concentrations }
    }

    /// All concentrations the same: above 1 shares tend to be equal, below 1 unequal.
    ///
    /// # Panics
    /// If `dimension` is 0.
    pub fn symmetric(dimension: usize, concentration: impl Into<Real>) -> Self {
        Self::new(vec![concentration.into(); dimension])
    }

    /// All shares equally likely: concentrations of 1.
    ///
    /// # Panics
    /// If `dimension` is 0.
    pub fn uniform(dimension: usize) -> Self {
        Self::symmetric(dimension, 1.0)
    }

    fn total(&self) -> Real {
        Real::sum(self.concentrations.iter().cloned())
    }
}

/// What must hold of concentrations.
pub(super) fn positive(name: &'static str, concentrations: &[Real]) -> Vec<Constraint> {
    let requirement = Requirement::Positive;
    concentrations
        .iter()
        .map(|value| Constraint::new(name, "concentration", value, requirement))
        .collect()
}

impl Multivariate for Dirichlet {
    type Value = f64;

    fn name(&self) -> &'static str {
        "Dirichlet"
    }

    fn dimension(&self) -> usize {
        self.concentrations.len()
    }

    fn constraints(&self) -> Vec<Constraint> {
        positive(self.name(), &self.concentrations)
    }

    fn contains(&self, x: &[Real]) -> Condition {
        self.support().contains(x)
    }

    fn contains_component(&self, _index: usize, x: &Real) -> Condition {
        x.greater(0.0).and(&x.less_or_equal(1.0))
    }

    fn log_density_within(&self, x: &[Real]) -> Real {
        let pairs = self.concentrations.iter().zip(x);
        let shares = pairs.map(|(concentration, share)| (concentration - 1.0) * share.ln());
        let mut before = self.concentrations[0].clone();
        let mut ln_beta = Vec::new();
        for concentration in &self.concentrations[1..] {
            ln_beta.push(before.ln_beta(concentration));
            before = before + concentration;
        }
        Real::sum(shares) - Real::sum(ln_beta)
    }

    fn generator(&self) -> Generator<Vec<f64>> {
        let parameters = self.concentrations.clone();
        draw_vector_if_valid(
            &self.constraints(),
            parameters,
            self.dimension(),
            draw_shares,
        )
    }

    fn means(&self) -> Option<Vec<Real>> {
        let total = self.total();
        Some(self.concentrations.iter().map(|a| a / &total).collect())
    }

    fn variances(&self) -> Option<Vec<Real>> {
        let total = self.total();
        let variance = |a: &Real| {
            let mean = a / &total;
            &mean * (&total - a) / (&total * (&total + 1.0))
        };
        Some(self.concentrations.iter().map(variance).collect())
    }
}

impl ContinuousVector for Dirichlet {
    fn support(&self) -> VectorSupport {
        VectorSupport::Simplex(self.dimension())
    }
}
