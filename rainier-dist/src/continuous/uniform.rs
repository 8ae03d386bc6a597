//! States the continuous uniform distribution.
//!
//! In: two ends. Out: its log density, tails, support and draws.

use rainier_core::{Condition, Real};
use rand::RngExt;

use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Requirement, Support, draw_if_valid,
};
use crate::generator::Generator;

/// Uniform distribution between `low` and `high`, both included.
///
/// ln p(x) = −ln(high − low). Mean (low + high)/2, variance (high − low)²/12.
///
/// The width high − low must be positive and finite.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Uniform;
/// use rainier_dist::distribution::Distribution;
///
/// let density = |x: f64| Uniform::new(-5, 10).log_density(&Real::constant(x)).as_constant();
/// assert_eq!(density(10.0), Some(-(15.0_f64.ln())));
/// assert_eq!(density(11.0), Some(f64::NEG_INFINITY));
/// ```
#[derive(Debug, Clone)]
pub struct Uniform {
    low: Real,
    high: Real,
}

impl Uniform {
    /// The uniform distribution between these ends; `low` must be below `high`.
    pub fn new(low: impl Into<Real>, high: impl Into<Real>) -> Self {
        Self {
            low: low.into(),
            high: high.into(),
        }
    }

    /// Between 0 and 1.
    pub fn standard() -> Self {
        Self::new(0.0, 1.0)
    }

    fn width(&self) -> Real {
        &self.high - &self.low
    }
}

impl Distribution for Uniform {
    type Value = f64;

    fn name(&self) -> &'static str {
        "Uniform"
    }

    fn constraints(&self) -> Vec<Constraint> {
        // A finite width excludes infinite ends as well.
        vec![Constraint::new(
            self.name(),
            "high - low",
            &self.width(),
            Requirement::Positive,
        )]
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains_with_edges(x)
    }

    fn log_density_within(&self, _: &Real) -> Real {
        -self.width().ln()
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [&self.low, &self.high];
        draw_if_valid(&self.constraints(), parameters, |[low, high], rng| {
            // The sum may round to a number just above `high`.
            (low + (high - low) * rng.random::<f64>()).min(high)
        })
    }

    fn mean(&self) -> Option<Real> {
        Some(0.5 * &self.low + 0.5 * &self.high)
    }

    fn variance(&self) -> Option<Real> {
        let width = self.width();
        Some(&width * &width / 12.0)
    }

    fn entropy(&self) -> Option<Real> {
        Some(self.width().ln())
    }
}

impl Cumulative for Uniform {
    fn log_cumulative(&self, x: &Real) -> Real {
        let inside = (x - &self.low).ln() - self.width().ln();
        self.support().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let inside = (&self.high - x).ln() - self.width().ln();
        self.support().piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl Continuous for Uniform {
    fn support(&self) -> Support {
        Support::Interval(self.low.clone(), self.high.clone())
    }
}
