//! States the Skellam distribution.
//!
//! In: two rates. Out: the log probability of a difference of two Poisson counts, tails, and draws.

use rainier_core::special::Tail;
use rainier_core::{Condition, Real};

use super::poisson::draw_poisson;
use crate::distribution::{
    Constraint, Cumulative, Discrete, Distribution, Requirement, Support, draw_if_valid,
    entropy_of_counts,
};
use crate::generator::Generator;

const NAME: &str = "Skellam";

/// √(λμ) below which both counts are hardly ever positive, and (λμ)² changes no digit of p.
const RARE: f64 = 1e-8;

/// Skellam distribution: the difference of two independent Poisson counts with rates λ and μ, such
/// as of goals.
///
/// p(k) = e^(−λ−μ) (λ/μ)^(k/2) I(2√(λμ)), k any whole number, I the modified Bessel function of
/// order |k| (Skellam 1946, Journal of the Royal Statistical Society 109, 296). Mean λ − μ, variance
/// λ + μ.
///
/// # Numerics
/// With N = √(k² + 4λμ), a = (N + k)/2 and b = (N − k)/2, the most likely two counts with that
/// difference, ln p(k) is −d(a, λ) − d(b, μ) and a remainder of about −½ ln(2πN), where
/// d(a, λ) = a ln(a/λ) − a + λ: all that is large is negative, and no digits cancel.
///
/// The distribution function is Marcum's Q, P(X ≤ k) = Q(k + 1, μ, λ), an integral over p(k) for rates
/// above λ; each tail keeps its digits. It costs some hundred Bessel functions.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::discrete::Skellam;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = Skellam::new(2.0, 2.0).log_density(&Real::constant(0.0)).as_constant();
/// let expected = Real::constant(4.0).ln_bessel_i0().as_constant().expect("constant") - 4.0;
/// assert!((ln_p.expect("constant") - expected).abs() < 1e-14);
/// ```
#[derive(Debug, Clone)]
pub struct Skellam {
    first_rate: Real,
    second_rate: Real,
}

impl Skellam {
    /// The first count less the second, with these positive rates.
    pub fn new(first_rate: impl Into<Real>, second_rate: impl Into<Real>) -> Self {
        Self {
            first_rate: first_rate.into(),
            second_rate: second_rate.into(),
        }
    }
}

impl Distribution for Skellam {
    type Value = i64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        let positive = Requirement::Positive;
        vec![
            Constraint::new(NAME, "first_rate", &self.first_rate, positive),
            Constraint::new(NAME, "second_rate", &self.second_rate, positive),
        ]
    }

    fn contains(&self, x: &Real) -> Condition {
        Requirement::Whole.condition(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        // √(λμ), where λμ may be too small for a number.
        let middle = self.first_rate.sqrt() * self.second_rate.sqrt();
        let is_rare = middle.less(RARE);
        is_rare.select(
            self.log_density_of_rare(x),
            self.log_density_by_bessel(x, &middle),
        )
    }

    fn generator(&self) -> Generator<i64> {
        let parameters = [&self.first_rate, &self.second_rate];
        draw_if_valid(&self.constraints(), parameters, |[first, second], rng| {
            draw_poisson(first, rng) - draw_poisson(second, rng)
        })
    }

    fn mean(&self) -> Option<Real> {
        Some(&self.first_rate - &self.second_rate)
    }

    fn variance(&self) -> Option<Real> {
        Some(&self.first_rate + &self.second_rate)
    }

    /// A sum over counts, for constant parameters and unless too many matter.
    fn entropy(&self) -> Option<Real> {
        entropy_of_counts(
            f64::NEG_INFINITY,
            &(&self.first_rate - &self.second_rate),
            |k| self.log_density_within(k),
        )
    }
}

impl Skellam {
    /// ln p(x) where one of the counts is nearly always 0: a Poisson probability of the other, times
    /// 1 + λμ/(|x| + 1) for a single event more of each.
    fn log_density_of_rare(&self, x: &Real) -> Real {
        let (first_rate, second_rate) = (&self.first_rate, &self.second_rate);
        let first = x.ln_exponential_term(first_rate, 1.0) - second_rate;
        let second = (-x).ln_exponential_term(second_rate, 1.0) - first_rate;
        let more = first_rate * (second_rate / (1.0 + x.abs()));
        x.greater(0.0).select(first, second) + more
    }

    fn log_density_by_bessel(&self, x: &Real, middle: &Real) -> Real {
        let (distance, zero) = (x.abs(), x.equal(0.0));
        let argument = 2.0 * middle;
        let hypotenuse = (x * x + &argument * &argument).sqrt();
        let hypotenuse = zero.select(&argument, hypotenuse);
        // The larger of a and b by a sum, the smaller by their product, λμ.
        let larger = 0.5 * (hypotenuse + &distance);
        let smaller = middle * (middle / &larger);
        let is_positive = x.greater(0.0);
        let first = is_positive.select(&larger, &smaller);
        let second = is_positive.select(&smaller, &larger);
        distance.ln_bessel_remainder(argument)
            - deviance(&first, &self.first_rate)
            - deviance(&second, &self.second_rate)
    }
}

/// P(X ≤ k) = Q(k + 1, μ, λ), Marcum's function (Gil, Segura & Temme 2014, ACM Transactions on
/// Mathematical Software 40, article 20).
impl Cumulative for Skellam {
    fn log_cumulative(&self, x: &Real) -> Real {
        let inside = self.log_tail(Tail::Upper, x);
        Support::WholeLine.piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let inside = self.log_tail(Tail::Lower, x);
        Support::WholeLine.piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl Skellam {
    fn log_tail(&self, tail: Tail, x: &Real) -> Real {
        (x.floor() + 1.0).ln_marcum(tail, &self.second_rate, &self.first_rate)
    }
}

/// a ln(a/m) − a + m, by how much less probable a is than m itself among counts that are m on
/// average.
fn deviance(count: &Real, mean: &Real) -> Real {
    count.ln_exponential_term(count, 1.0) - count.ln_exponential_term(mean, 1.0)
}

impl Discrete for Skellam {}
