//! States the Kumaraswamy distribution: like a beta distribution, with tails in closed form.
//!
//! In: two shapes. Out: its log density, tails, support and draws.

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, Exp1};

use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Requirement, Support, draw_if_valid,
};
use crate::generator::Generator;

/// Euler's constant γ.
const EULER: f64 = 0.577_215_664_901_532_9;

/// Logarithm of a probability below which 1 − (1 − t)^b is b·t to all digits.
const TINY: f64 = -40.0;

/// Kumaraswamy distribution with shapes a and b, on (0, 1).
///
/// ln p(x) = ln a + ln b + (a − 1) ln x + (b − 1) ln(1 − x^a), and P(X > x) = (1 − x^a)^b
/// (Kumaraswamy 1980, Journal of Hydrology 46). E Xⁿ = b B(1 + n/a, b).
///
/// At x = 0 the density is b for a = 1 and 0 for larger a; at x = 1 it is a for b = 1 and 0 for
/// larger b. Where it is infinite, the edge is left out of the support.
///
/// # Numerics
/// x near 1 is known only to ε, as for [`Beta`](super::Beta); an unknown does not suffer. The
/// variance loses the digits of mean²/variance.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Kumaraswamy;
/// use rainier_dist::distribution::{Cumulative, Distribution};
///
/// let share = Kumaraswamy::new(2.0, 1.0);
/// let ln_p = share.log_density(&Real::constant(0.5)).as_constant().expect("constant");
/// assert!(ln_p.abs() < 1e-15);
/// assert!((share.quantile(0.25) - 0.5).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct Kumaraswamy {
    a: Real,
    b: Real,
}

impl Kumaraswamy {
    /// Shapes a and b, both positive.
    pub fn new(a: impl Into<Real>, b: impl Into<Real>) -> Self {
        Self {
            a: a.into(),
            b: b.into(),
        }
    }

    /// ln (1 − x^a).
    fn log_rest(&self, x: &Real) -> Real {
        (&self.a * x.ln()).ln_one_minus_exp()
    }

    /// ln E Xⁿ.
    fn log_moment(&self, n: f64) -> Real {
        self.b.ln() + (1.0 + n / &self.a).ln_beta(&self.b)
    }
}

impl Distribution for Kumaraswamy {
    type Value = f64;

    fn name(&self) -> &'static str {
        "Kumaraswamy"
    }

    fn constraints(&self) -> Vec<Constraint> {
        [("a", &self.a), ("b", &self.b)]
            .map(|(parameter, value)| {
                Constraint::new(self.name(), parameter, value, Requirement::Positive)
            })
            .to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        let zero = x.equal(0.0).and(&self.a.greater_or_equal(1.0));
        let one = x.equal(1.0).and(&self.b.greater_or_equal(1.0));
        self.support().contains(x).or(&zero).or(&one)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.a.ln() + self.b.ln() + (&self.a - 1.0) * x.ln() + (&self.b - 1.0) * self.log_rest(x)
    }

    fn log_density_with_edges(&self, x: &Real) -> Real {
        let at_zero = self.a.equal(1.0).select(self.b.ln(), f64::NEG_INFINITY);
        let at_one = self.b.equal(1.0).select(self.a.ln(), f64::NEG_INFINITY);
        let inside = self.log_density_within(x);
        x.equal(0.0)
            .select(at_zero, x.equal(1.0).select(at_one, inside))
    }

    fn generator(&self) -> Generator<f64> {
        draw_if_valid(&self.constraints(), [&self.a, &self.b], |[a, b], rng| {
            let exponential: f64 = Exp1.sample(rng);
            // (1 − x^a)^b is uniform: x^a = 1 − e^(−E/b).
            let power = -(-exponential / b).exp_m1();
            let inside = (f64::MIN_POSITIVE, 1.0 - 0.5 * f64::EPSILON);
            (power.ln() / a).exp().clamp(inside.0, inside.1)
        })
    }

    fn mean(&self) -> Option<Real> {
        Some(self.log_moment(1.0).exp())
    }

    fn variance(&self) -> Option<Real> {
        let mean = self.log_moment(1.0);
        let relative = (self.log_moment(2.0) - 2.0 * &mean).exp_m1();
        Some((2.0 * mean).exp() * relative)
    }

    fn entropy(&self) -> Option<Real> {
        let harmonic = (&self.b + 1.0).digamma() + EULER;
        let (by_a, by_b) = (1.0 - 1.0 / &self.a, 1.0 - 1.0 / &self.b);
        Some(by_b + by_a * harmonic - self.a.ln() - self.b.ln())
    }
}

impl Cumulative for Kumaraswamy {
    fn log_cumulative(&self, x: &Real) -> Real {
        let log_power = &self.a * x.ln();
        let first_order = self.b.ln() + &log_power;
        let is_tiny = log_power.less(TINY).and(&first_order.less(TINY));
        let whole = (&self.b * self.log_rest(x)).ln_one_minus_exp();
        let inside = is_tiny.select(first_order, whole);
        self.support().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let inside = &self.b * self.log_rest(x);
        self.support().piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl Continuous for Kumaraswamy {
    fn support(&self) -> Support {
        Support::unit_interval()
    }
}
