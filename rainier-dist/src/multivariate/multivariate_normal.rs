//! States the multivariate normal distribution.
//!
//! In: means, and the Cholesky factor of the covariance. Out: its log density, non-centred unknowns
//! and draws.

use std::f64::consts::TAU;

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, StandardNormal};

use super::cholesky::CholeskyFactor;
use super::draw::draw_vector_if_valid;
use crate::distribution::{
    Constraint, ContinuousVector, Multivariate, Requirement, VectorLatent, VectorSupport,
    all_open_questions, rows,
};
use crate::generator::Generator;

/// Multivariate normal distribution with means μ and covariance L Lᵀ.
///
/// ln p(x) = −½ |z|² − Σ ln Lᵢᵢ − n/2 ln 2π with z = L⁻¹(x − μ). Means μ, variances Σⱼ Lᵢⱼ².
///
/// The unknowns are non-centred: x = μ + L z with z standard normal.
///
/// # Numerics
/// z comes by forward substitution, which is as stable as a solution can be; no covariance is
/// inverted.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::distribution::Multivariate;
/// use rainier_dist::multivariate::MultivariateNormal;
///
/// let pair = MultivariateNormal::from_covariance([1.0, 2.0], &[[4.0, 0.0], [0.0, 9.0]]);
/// let ln_p = pair.log_density(&[1.0, 2.0].map(Real::constant)).as_constant().expect("constant");
/// // −ln 2π − ln(2 · 3)
/// assert!((ln_p + 3.629636535637400).abs() < 1e-14);
/// ```
#[derive(Debug, Clone)]
pub struct MultivariateNormal {
    means: Vec<Real>,
    factor: CholeskyFactor,
}

impl MultivariateNormal {
    /// The multivariate normal distribution with these means and this factor of the covariance,
    /// whose diagonal must be positive.
    ///
    /// # Panics
    /// If their lengths differ.
    pub fn new(means: impl IntoIterator<Item = impl Into<Real>>, factor: CholeskyFactor) -> Self {
        let means: Vec<Real> = means.into_iter().map(Into::into).collect();
        assert_eq!(means.len(), factor.dimension(), "one mean for each row");
        Self { means, factor }
    }

    /// The multivariate normal distribution with these means and this constant covariance, which
    /// must be positive definite.
    ///
    /// # Panics
    /// If their lengths differ, or a row ends before the diagonal.
    pub fn from_covariance(
        means: impl IntoIterator<Item = impl Into<Real>>,
        covariance: &[impl AsRef<[f64]>],
    ) -> Self {
        Self::new(means, CholeskyFactor::of_covariance(covariance))
    }
}

impl Multivariate for MultivariateNormal {
    type Value = f64;

    fn name(&self) -> &'static str {
        "MultivariateNormal"
    }

    fn dimension(&self) -> usize {
        self.means.len()
    }

    fn constraints(&self) -> Vec<Constraint> {
        let finite = |parameter: &'static str, value: &Real| {
            Constraint::new(self.name(), parameter, value, Requirement::Finite)
        };
        let mut constraints: Vec<Constraint> =
            self.means.iter().map(|mean| finite("mean", mean)).collect();
        for row in self.factor.rows() {
            let [below @ .., diagonal] = &row[..] else {
                continue;
            };
            constraints.extend(below.iter().map(|entry| finite("factor", entry)));
            let requirement = Requirement::Positive;
            let name = "diagonal of the factor";
            constraints.push(Constraint::new(self.name(), name, diagonal, requirement));
        }
        constraints
    }

    fn contains(&self, x: &[Real]) -> Condition {
        self.support().contains(x)
    }

    fn log_density_within(&self, x: &[Real]) -> Real {
        assert_eq!(x.len(), self.dimension(), "one number for each mean");
        let deviations: Vec<Real> = x
            .iter()
            .zip(&self.means)
            .map(|(x, mean)| x - mean)
            .collect();
        let z = self.factor.solve(&deviations);
        let spreads = Real::sum(self.factor.diagonal().map(Real::ln));
        standard_normals(&z) - spreads
    }

    fn generator(&self) -> Generator<Vec<f64>> {
        let factor = self.factor.rows().iter().flatten();
        let parameters = self.means.iter().chain(factor).cloned().collect();
        let n = self.dimension();
        draw_vector_if_valid(&self.constraints(), parameters, n, move |numbers, rng| {
            let (means, triangle) = numbers.split_at(n);
            let z: Vec<f64> = (0..n).map(|_| StandardNormal.sample(rng)).collect();
            let product = |row: &[f64]| row.iter().zip(&z).map(|(a, z)| a * z).sum::<f64>();
            let pairs = means.iter().zip(rows(n, triangle));
            pairs.map(|(mean, row)| mean + product(row)).collect()
        })
    }

    fn means(&self) -> Option<Vec<Real>> {
        Some(self.means.clone())
    }

    fn variances(&self) -> Option<Vec<Real>> {
        let square = |row: &Vec<Real>| Real::sum(row.iter().map(|entry| entry * entry));
        Some(self.factor.rows().iter().map(square).collect())
    }
}

/// ln p of independent standard normal numbers.
pub(super) fn standard_normals(z: &[Real]) -> Real {
    let squares = Real::sum(z.iter().map(|z| z * z));
    -0.5 * squares - 0.5 * TAU.ln() * z.len() as f64
}

impl ContinuousVector for MultivariateNormal {
    fn support(&self) -> VectorSupport {
        VectorSupport::WholeSpace(self.dimension())
    }

    fn latents(&self) -> VectorLatent {
        let z: Vec<Real> = self
            .means
            .iter()
            .map(|_| Real::parameter(self.name()))
            .collect();
        let products = self.factor.times(&z);
        let pairs = self.means.iter().zip(&products);
        let valid = all_open_questions(&self.constraints());
        VectorLatent {
            values: pairs.map(|(mean, product)| mean + product).collect(),
            log_density: valid.select(standard_normals(&z), f64::NEG_INFINITY),
            parameters: z,
        }
    }
}
