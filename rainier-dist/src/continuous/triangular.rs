//! States the triangular distribution.
//!
//! In: two ends and the mode between them. Out: its log density, tails, support and draws.

use std::f64::consts::LN_2;

use rainier_core::{Condition, Real};
use rand::RngExt;

use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Requirement, Support, draw_if_valid,
};
use crate::generator::Generator;

/// Triangular distribution between `low` and `high`, with its peak at `mode`.
///
/// p(x) = 2 (x − low) / ((high − low)(mode − low)) below the mode and 2 (high − x) / ((high −
/// low)(high − mode)) above it. Mean (low + mode + high)/3; variance (u² + uv + v²)/18 with
/// u = mode − low and v = high − mode.
///
/// The mode may be one of the ends. The other end, where the density is 0, is outside the support.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Triangular;
/// use rainier_dist::distribution::{Cumulative, Distribution};
///
/// let estimate = Triangular::new(0, 1, 4);
/// assert_eq!(estimate.log_density(&Real::constant(1.0)).as_constant(), Some(0.5_f64.ln()));
/// assert!((estimate.quantile(0.25) - 1.0).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct Triangular {
    low: Real,
    mode: Real,
    high: Real,
}

impl Triangular {
    /// The triangular distribution with low ≤ mode ≤ high and low < high.
    pub fn new(low: impl Into<Real>, mode: impl Into<Real>, high: impl Into<Real>) -> Self {
        Self {
            low: low.into(),
            mode: mode.into(),
            high: high.into(),
        }
    }

    fn width(&self) -> Real {
        &self.high - &self.low
    }

    /// ln P(X ≤ x) for x from `low` to the mode.
    fn log_below(&self, x: &Real) -> Real {
        2.0 * (x - &self.low).ln() - self.width().ln() - (&self.mode - &self.low).ln()
    }

    /// ln P(X > x) for x from the mode to `high`.
    fn log_above(&self, x: &Real) -> Real {
        2.0 * (&self.high - x).ln() - self.width().ln() - (&self.high - &self.mode).ln()
    }
}

impl Distribution for Triangular {
    type Value = f64;

    fn name(&self) -> &'static str {
        "Triangular"
    }

    fn constraints(&self) -> Vec<Constraint> {
        // Finite differences exclude infinite ends as well.
        let [left, right] = [&self.mode - &self.low, &self.high - &self.mode];
        vec![
            Constraint::new(
                self.name(),
                "high - low",
                &self.width(),
                Requirement::Positive,
            ),
            Constraint::new(self.name(), "mode - low", &left, Requirement::NonNegative),
            Constraint::new(self.name(), "high - mode", &right, Requirement::NonNegative),
        ]
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains(x).or(&x.equal(&self.mode))
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let peak = LN_2 - self.width().ln();
        let left = &peak + (x - &self.low).ln() - (&self.mode - &self.low).ln();
        let right = &peak + (&self.high - x).ln() - (&self.high - &self.mode).ln();
        let beside = x.less(&self.mode).select(left, right);
        x.equal(&self.mode).select(peak, beside)
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [&self.low, &self.mode, &self.high];
        let constraints = self.constraints();
        draw_if_valid(&constraints, parameters, |[low, mode, high], rng| {
            let (width, left) = (high - low, mode - low);
            // In (0, 1], so that an end of density 0 is not drawn.
            let area = (1.0 - rng.random::<f64>()) * width;
            if area <= left {
                (low + (area * left).sqrt()).min(mode)
            } else {
                (high - ((width - area) * (high - mode)).sqrt()).max(mode)
            }
        })
    }

    fn mean(&self) -> Option<Real> {
        Some((&self.low + &self.mode + &self.high) / 3.0)
    }

    fn variance(&self) -> Option<Real> {
        let [left, right] = [&self.mode - &self.low, &self.high - &self.mode];
        Some((&left * &left + &left * &right + &right * &right) / 18.0)
    }

    fn entropy(&self) -> Option<Real> {
        Some(0.5 + self.width().ln() - LN_2)
    }
}

impl Cumulative for Triangular {
    fn log_cumulative(&self, x: &Real) -> Real {
        let right = self.log_above(x).ln_one_minus_exp();
        let inside = x.less(&self.mode).select(self.log_below(x), right);
        self.support().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let left = self.log_below(x).ln_one_minus_exp();
        let inside = x.less(&self.mode).select(left, self.log_above(x));
        self.support().piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl Continuous for Triangular {
    fn support(&self) -> Support {
        Support::Interval(self.low.clone(), self.high.clone())
    }
}
