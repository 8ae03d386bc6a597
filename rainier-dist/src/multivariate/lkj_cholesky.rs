//! States the LKJ distribution of correlation matrices, by their Cholesky factor.
//!
//! In: how many numbers are correlated, and a concentration. Out: the log density of the factor,
//! and draws.

use std::f64::consts::LN_2;

use rainier_core::{Condition, Real};
use rand_distr::{Beta as BetaDraw, Distribution as _};

use super::draw::draw_vector_if_valid;
use crate::distribution::{
    Constraint, ContinuousVector, Multivariate, Requirement, VectorSupport, rows,
};
use crate::generator::Generator;

/// LKJ distribution: correlation matrices R = L Lᵀ of n rows with density in proportion to
/// (det R)^(η − 1), as the distribution of L.
///
/// ln p(L) = Σᵢ (n − i + 2η − 2) ln Lᵢᵢ − ln c, i = 2 … n, a density of the entries below the
/// diagonal, with ln c = Σⱼ (n − j)(ln B(aⱼ, aⱼ) + (2aⱼ − 1) ln 2), aⱼ = η + (n − 1 − j)/2,
/// j = 1 … n − 1. For η = 1 all correlation matrices are equally likely, for larger η they are near
/// the identity. Each correlation r has mean 0, and (r + 1)/2 a beta distribution with both shapes
/// η − 1 + n/2.
///
/// Values are the lower triangle of L by rows, for
/// [`CholeskyFactor::from_triangle`](super::CholeskyFactor::from_triangle). Source: Lewandowski,
/// Kurowicka & Joe (2009), Journal of Multivariate Analysis 100, 1989–2001.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::distribution::Multivariate;
/// use rainier_dist::multivariate::LkjCholesky;
///
/// // One correlation, uniform between −1 and 1.
/// let ln_p = LkjCholesky::new(2, 1.0).log_density(&[1.0, 0.6, 0.8].map(Real::constant));
/// assert!((ln_p.as_constant().expect("constant") - 0.5_f64.ln()).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct LkjCholesky {
    rows: usize,
    concentration: Real,
}

impl LkjCholesky {
    /// Factors with `rows` rows and this concentration η, which must be positive.
    ///
    /// # Panics
    /// If `rows` is 0.
    pub fn new(rows: usize, concentration: impl Into<Real>) -> Self {
        assert!(rows > 0, "there is at least one row");
        Self {
            rows,
            concentration: concentration.into(),
        }
    }

    /// What aⱼ adds to η, for the columns j = 1 … n − 1.
    fn shape_offsets(&self) -> impl Iterator<Item = f64> + use<> {
        let n = self.rows;
        (1..n).map(move |column| (n - 1 - column) as f64 / 2.0)
    }
}

impl Multivariate for LkjCholesky {
    type Value = f64;

    fn name(&self) -> &'static str {
        "LkjCholesky"
    }

    fn dimension(&self) -> usize {
        self.support().dimension()
    }

    fn constraints(&self) -> Vec<Constraint> {
        let (name, requirement) = (self.name(), Requirement::Positive);
        let concentration = &self.concentration;
        vec![Constraint::new(
            name,
            "concentration",
            concentration,
            requirement,
        )]
    }

    fn contains(&self, x: &[Real]) -> Condition {
        self.support().contains(x)
    }

    fn contains_component(&self, _index: usize, x: &Real) -> Condition {
        x.abs().less_or_equal(1.0)
    }

    fn log_density_within(&self, x: &[Real]) -> Real {
        let n = self.rows;
        let diagonals = rows(n, x).enumerate().skip(1).map(|(i, row)| {
            let power = (n - 1 - i) as f64 + 2.0 * &self.concentration - 2.0;
            power * row[i].ln()
        });
        let constants = self.shape_offsets().zip(1..n).map(|(offset, column)| {
            let shape = &self.concentration + offset;
            let ln_c = shape.ln_beta(&shape) + (2.0 * &shape - 1.0) * LN_2;
            (n - column) as f64 * ln_c
        });
        Real::sum(diagonals) - Real::sum(constants)
    }

    fn generator(&self) -> Generator<Vec<f64>> {
        let (n, dimension) = (self.rows, self.dimension());
        let offsets: Vec<f64> = self.shape_offsets().collect();
        let parameters = vec![self.concentration.clone()];
        let constraints = self.constraints();
        draw_vector_if_valid(&constraints, parameters, dimension, move |numbers, rng| {
            let mut triangle = Vec::with_capacity(dimension);
            for i in 0..n {
                let mut rest = 1.0_f64;
                for offset in &offsets[..i] {
                    // A partial correlation and 1 less its square, with u beta distributed.
                    let shape = numbers[0] + offset;
                    let u = BetaDraw::new(shape, shape).map_or(f64::NAN, |beta| beta.sample(rng));
                    triangle.push((2.0 * u - 1.0) * rest);
                    rest *= 2.0 * (u * (1.0 - u)).sqrt();
                }
                triangle.push(rest);
            }
            triangle
        })
    }
}

impl ContinuousVector for LkjCholesky {
    fn support(&self) -> VectorSupport {
        VectorSupport::CorrelationCholesky(self.rows)
    }
}
