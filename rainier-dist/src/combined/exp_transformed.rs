//! Takes the exponential of a continuous distribution's values.
//!
//! In: a distribution. Out: the distribution of e^X, which is positive.

use rainier_core::{Condition, Real};

use crate::distribution::{Constraint, Continuous, Cumulative, Distribution, Latent, Support};
use crate::generator::Generator;

/// Distribution of e^X, where X follows the distribution f: log-normal for a normal X, log-logistic
/// for a logistic one, log-t for Student's.
///
/// ln p(x) = ln f(ln x) − ln x, x > 0. The entropy is that of f plus E X; mean and variance have no
/// common formula.
///
/// The unknown is e^z, z the unknown of f.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::{LogNormal, Normal};
/// use rainier_dist::distribution::{Continuous, Distribution};
///
/// let x = Real::constant(3.0);
/// let ln_p = Normal::new(0.5, 2.0).exp_transformed().log_density(&x).as_constant();
/// assert_eq!(ln_p, LogNormal::new(0.5, 2.0).log_density(&x).as_constant());
/// ```
#[derive(Debug, Clone)]
pub struct ExpTransformed<D> {
    distribution: D,
}

impl<D: Continuous> ExpTransformed<D> {
    /// The distribution of e^X, where X follows `distribution`.
    pub fn new(distribution: D) -> Self {
        Self { distribution }
    }
}

impl<D: Continuous> Distribution for ExpTransformed<D> {
    type Value = f64;

    fn name(&self) -> &'static str {
        "ExpTransformed"
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.distribution.constraints()
    }

    fn contains(&self, x: &Real) -> Condition {
        let inside = self.distribution.contains(&x.ln());
        Support::positive().contains(x).and(&inside)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let logarithm = x.ln();
        self.distribution.log_density_within(&logarithm) - logarithm
    }

    fn log_density_with_edges(&self, x: &Real) -> Real {
        let logarithm = x.ln();
        self.distribution.log_density_with_edges(&logarithm) - logarithm
    }

    fn generator(&self) -> Generator<f64> {
        self.distribution.generator().map(f64::exp)
    }

    fn entropy(&self) -> Option<Real> {
        let mean = self.distribution.mean()?;
        Some(self.distribution.entropy()? + mean)
    }
}

impl<D: Continuous + Cumulative> Cumulative for ExpTransformed<D> {
    fn log_cumulative(&self, x: &Real) -> Real {
        let inside = self.distribution.log_cumulative(&x.ln());
        Support::positive().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let inside = self.distribution.log_survival(&x.ln());
        Support::positive().piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl<D: Continuous> Continuous for ExpTransformed<D> {
    fn support(&self) -> Support {
        match self.distribution.support() {
            Support::WholeLine => Support::positive(),
            Support::Above(low) => Support::Above(low.exp()),
            Support::Below(high) => Support::Interval(Real::constant(0.0), high.exp()),
            Support::Interval(low, high) => Support::Interval(low.exp(), high.exp()),
        }
    }

    fn latent(&self) -> Latent {
        let latent = self.distribution.latent();
        Latent {
            value: latent.value.exp(),
            ..latent
        }
    }
}
