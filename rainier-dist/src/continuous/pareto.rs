//! States the Pareto distribution: a power law above a least value.
//!
//! In: a scale and a shape. Out: its log density, tails, support and draws.

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, Exp1};

use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Requirement, Support, draw_if_valid,
};
use crate::generator::Generator;

/// Pareto distribution with scale m, the least value, and shape α, on [m, ∞).
///
/// ln p(x) = ln α − ln x − α ln(x/m), and P(X > x) = (m/x)^α. Mean αm/(α − 1) for α > 1, else ∞;
/// variance m²α/((α − 1)² (α − 2)) for α > 2, else ∞.
///
/// # Numerics
/// ln(x/m) is computed from (x − m)/m, which keeps its digits near m. With a known scale, sums over
/// data need Σ ln x and Σ ln(x/m) only.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Pareto;
/// use rainier_dist::distribution::{Cumulative, Distribution};
///
/// let sizes = Pareto::new(2.0, 3.0);
/// let ln_p = sizes.log_density(&Real::constant(2.0)).as_constant();
/// assert_eq!(ln_p, Some(3.0_f64.ln() - 2.0_f64.ln()));
/// assert!((sizes.quantile(0.875) - 4.0).abs() < 1e-14);
/// ```
#[derive(Debug, Clone)]
pub struct Pareto {
    scale: Real,
    shape: Real,
}

impl Pareto {
    /// Scale m, the least value, and shape α, both positive.
    pub fn new(scale: impl Into<Real>, shape: impl Into<Real>) -> Self {
        Self {
            scale: scale.into(),
            shape: shape.into(),
        }
    }

    /// ln P(X > x) for x above the scale.
    fn log_above(&self, x: &Real) -> Real {
        -(&self.shape * ((x - &self.scale) / &self.scale).ln_1p())
    }
}

impl Distribution for Pareto {
    type Value = f64;

    fn name(&self) -> &'static str {
        "Pareto"
    }

    fn constraints(&self) -> Vec<Constraint> {
        [("scale", &self.scale), ("shape", &self.shape)]
            .map(|(parameter, value)| {
                Constraint::new(self.name(), parameter, value, Requirement::Positive)
            })
            .to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains_with_edges(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.shape.ln() - x.ln() + self.log_above(x)
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [&self.scale, &self.shape];
        draw_if_valid(&self.constraints(), parameters, |[scale, shape], rng| {
            let exponential: f64 = Exp1.sample(rng);
            // A small shape reaches beyond all numbers.
            (scale * (exponential / shape).exp()).min(f64::MAX)
        })
    }

    fn mean(&self) -> Option<Real> {
        let mean = &self.shape * &self.scale / (&self.shape - 1.0);
        Some(self.shape.greater(1.0).select(mean, f64::INFINITY))
    }

    fn variance(&self) -> Option<Real> {
        let ratio = &self.scale / (&self.shape - 1.0);
        let variance = &ratio * &ratio * &self.shape / (&self.shape - 2.0);
        Some(self.shape.greater(2.0).select(variance, f64::INFINITY))
    }

    fn entropy(&self) -> Option<Real> {
        Some(self.scale.ln() - self.shape.ln() + 1.0 / &self.shape + 1.0)
    }
}

impl Cumulative for Pareto {
    fn log_cumulative(&self, x: &Real) -> Real {
        let inside = self.log_above(x).ln_one_minus_exp();
        self.support().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let inside = self.log_above(x);
        self.support().piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl Continuous for Pareto {
    fn support(&self) -> Support {
        Support::Above(self.scale.clone())
    }
}
