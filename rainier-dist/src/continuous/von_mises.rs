//! States the von Mises distribution: the normal distribution of a circle.
//!
//! In: a mean direction and a concentration. Out: its log density, tails, support and draws.

use std::f64::consts::{PI, TAU};

use rainier_core::{Condition, Real};
use rand::{Rng, RngExt};

use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Requirement, Support, draw_if_valid,
};
use crate::generator::Generator;

/// Concentration from which six terms of the asymptotic series of I₀ give all digits.
const LARGE: f64 = 200.0;

/// Concentration from which four terms of the asymptotic series of 1 − I₁/I₀ give 12 digits, and
/// the difference would give no more.
const CONCENTRATED: f64 = 1000.0;

/// Von Mises distribution with mean direction μ and concentration κ, for angles in (−π, π].
///
/// ln p(x) = κ cos(x − μ) − ln 2π − ln I₀(κ), I₀ the modified Bessel function. For κ = 0 it is
/// uniform, for large κ near a normal distribution of variance 1/κ around μ.
///
/// [`mean`](Distribution::mean) and [`variance`](Distribution::variance) are the circular ones, as
/// always for directions: the mean direction μ and 1 − I₁(κ)/I₀(κ) = 1 − E cos(X − μ).
///
/// # Numerics
/// For large κ both κ cos and ln I₀ are near κ. They are computed without it, as −2κ sin²((x −
/// μ)/2) and by an asymptotic series (Abramowitz & Stegun 9.7.1).
///
/// Tails are counted from −π and up to π, where the circle is cut; they come from the incomplete
/// Bessel function, which is integrated from its larger end. The smaller tail keeps its digits, and
/// loses some of κ (x − μ) ε where the rounding of x − μ does that.
///
/// Draws follow Best & Fisher (1979), Applied Statistics 28: rejection from a wrapped Cauchy
/// distribution, here by its half-angle tangent, so that small angles keep their digits.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::VonMises;
/// use rainier_dist::distribution::Distribution;
///
/// let anywhere = VonMises::new(0.0, 0.0).log_density(&Real::constant(3.0)).as_constant();
/// assert!((anywhere.expect("constant") + std::f64::consts::TAU.ln()).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct VonMises {
    mean_direction: Real,
    concentration: Real,
}

impl VonMises {
    /// Mean direction μ in radians, any finite number, and concentration κ, 0 or above.
    pub fn new(mean_direction: impl Into<Real>, concentration: impl Into<Real>) -> Self {
        Self {
            mean_direction: mean_direction.into(),
            concentration: concentration.into(),
        }
    }

    /// ln I₀(κ) − κ.
    fn log_scaled_bessel(&self) -> Real {
        let kappa = &self.concentration;
        // 1 + t (1²/1 + t²…): each term is the one before times (2k − 1)² t / k, t = 1/(8κ).
        let t = 0.125 / kappa;
        let series = [
            121.0 / 6.0,
            81.0 / 5.0,
            49.0 / 4.0,
            25.0 / 3.0,
            9.0 / 2.0,
            1.0,
        ]
        .into_iter()
        .fold(Real::constant(0.0), |rest, factor| {
            factor * &t * (1.0 + rest)
        });
        let large = series.ln_1p() - 0.5 * (TAU * kappa).ln();
        let small = kappa.ln_bessel_i0() - kappa;
        kappa.greater(LARGE).select(large, small)
    }

    /// 1 − I₁(κ)/I₀(κ).
    fn circular_variance(&self) -> Real {
        let kappa = &self.concentration;
        let inverse = 1.0 / kappa;
        let large = [25.0 / 16.0, 1.0, 1.0 / 4.0, 1.0 / 2.0]
            .into_iter()
            .fold(Real::constant(0.0), |rest, factor| {
                factor * &inverse * (1.0 + rest)
            });
        let small = 1.0 - kappa.bessel_ratio();
        kappa.greater(CONCENTRATED).select(large, small)
    }
}

impl Distribution for VonMises {
    type Value = f64;

    fn name(&self) -> &'static str {
        "VonMises"
    }

    fn constraints(&self) -> Vec<Constraint> {
        let direction = (&self.mean_direction, Requirement::Finite);
        let concentration = (&self.concentration, Requirement::NonNegative);
        vec![
            Constraint::new(self.name(), "mean_direction", direction.0, direction.1),
            Constraint::new(
                self.name(),
                "concentration",
                concentration.0,
                concentration.1,
            ),
        ]
    }

    fn contains(&self, x: &Real) -> Condition {
        x.greater(-PI).and(&x.less_or_equal(PI))
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let half = (0.5 * (x - &self.mean_direction)).sin();
        -2.0 * &self.concentration * (&half * &half) - TAU.ln() - self.log_scaled_bessel()
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [&self.mean_direction, &self.concentration];
        let constraints = self.constraints();
        draw_if_valid(
            &constraints,
            parameters,
            |[direction, concentration], rng| on_circle(direction + draw_angle(concentration, rng)),
        )
    }

    fn mean(&self) -> Option<Real> {
        Some(self.mean_direction.clone())
    }

    fn variance(&self) -> Option<Real> {
        Some(self.circular_variance())
    }

    fn entropy(&self) -> Option<Real> {
        let rest = &self.concentration * self.circular_variance();
        Some(TAU.ln() + self.log_scaled_bessel() + rest)
    }
}

/// A draw around direction 0.
///
/// The proposal's density is proportional to 1/(r − cos x), where the best r has κ(r² − 1) = r.
/// With e = κ(r − cos x) the target is proportional to e^(−e), and e · e^(1 − e) is accepted.
fn draw_angle(concentration: f64, rng: &mut dyn Rng) -> f64 {
    // Twice the largest numbers is infinite, and nothing would ever be accepted.
    let twice = 2.0 * concentration.min(1e300);
    // κ(r − 1), without a difference.
    let least = 0.5 * (1.0 + 1.0 / (twice.hypot(1.0) + twice));
    let narrowness = (least / (least + twice)).sqrt();
    loop {
        let tangent = narrowness * (PI * (rng.random::<f64>() - 0.5)).tan();
        let square = tangent * tangent;
        // 1 − cos x = 2 tan² / (1 + tan²), written for infinite tangents as well.
        let energy = least + twice / (1.0 + 1.0 / square);
        if rng.random::<f64>() < energy * (1.0 - energy).exp() {
            return 2.0 * tangent.atan();
        }
    }
}

/// P(X ≤ x) is the incomplete Bessel function from −π − μ to x − μ over the complete one.
impl Cumulative for VonMises {
    fn log_cumulative(&self, x: &Real) -> Real {
        let [below, above] = self.log_tails(x);
        let inside = smaller_or_complement(&below, &above);
        self.support().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let [below, above] = self.log_tails(x);
        let inside = smaller_or_complement(&above, &below);
        self.support().piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl VonMises {
    /// ln P(X ≤ x) and ln P(X > x), of which the smaller has all its digits.
    fn log_tails(&self, x: &Real) -> [Real; 2] {
        let (kappa, place) = (&self.concentration, x - &self.mean_direction);
        let [start, end] = [-PI, PI].map(|edge| edge - &self.mean_direction);
        let total = TAU.ln() + self.log_scaled_bessel();
        [
            kappa.ln_incomplete_bessel(start, &place) - &total,
            kappa.ln_incomplete_bessel(&place, end) - total,
        ]
    }
}

/// The logarithm of a tail, by that of the other one if that is smaller.
fn smaller_or_complement(tail: &Real, other: &Real) -> Real {
    tail.less(other).select(tail, other.ln_one_minus_exp())
}

/// The same direction as an angle in (−π, π].
fn on_circle(angle: f64) -> f64 {
    let angle = angle - TAU * (angle / TAU).round();
    if angle > -PI { angle.min(PI) } else { PI }
}

impl Continuous for VonMises {
    fn support(&self) -> Support {
        Support::Interval(Real::constant(-PI), Real::constant(PI))
    }
}
