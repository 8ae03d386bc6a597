//! States the exponentially modified Gaussian distribution: a normal plus an exponential variable.
//!
//! In: mean and standard deviation of the one, rate of the other. Out: its log density, tails,
//! support and draws.

use std::f64::consts::{FRAC_1_SQRT_2, LN_2, PI};

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, Exp1, StandardNormal};

use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Requirement, Support, draw_if_valid,
};
use crate::generator::Generator;

const NAME: &str = "ExGaussian";

/// Exponentially modified Gaussian distribution, on the whole line: the sum of a normal variable
/// with mean μ and standard deviation σ and of an exponential one with rate λ, as reaction times
/// and peaks of chromatograms are.
///
/// ln p(x) = ln λ − kz + ½ k² + ln Φ(z − k) with z = (x − μ)/σ and k = λσ. Mean μ + 1/λ, variance
/// σ² + 1/λ². For an exponential part of mean τ use [`ExGaussian::with_exponential_mean`].
///
/// # Numerics
/// Nothing cancels in the log density: below z = k, where its terms would, it is
/// ln λ − ½ z² + ln(½ erfcx((k − z)/√2)) with erfcx u = e^(u²) erfc u. So is the upper tail exact;
/// the lower one, a difference, loses digits beside 1/k where k is small.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::ExGaussian;
/// use rainier_dist::distribution::Distribution;
///
/// // So narrow a normal part leaves the exponential one.
/// let ln_p = ExGaussian::new(0.0, 1e-9, 2.0).log_density(&Real::constant(1.5)).as_constant();
/// assert!((ln_p.expect("constant") - (2.0_f64.ln() - 3.0)).abs() < 1e-14);
/// ```
#[derive(Debug, Clone)]
pub struct ExGaussian {
    mean: Real,
    standard_deviation: Real,
    rate: Real,
    constraints: Vec<Constraint>,
}

impl ExGaussian {
    /// Mean and standard deviation of the normal part and rate of the exponential one, the latter
    /// two positive.
    pub fn new(
        mean: impl Into<Real>,
        standard_deviation: impl Into<Real>,
        rate: impl Into<Real>,
    ) -> Self {
        let rate = rate.into();
        let constraint = Constraint::new(NAME, "rate", &rate, Requirement::Positive);
        Self::of(mean.into(), standard_deviation.into(), rate, constraint)
    }

    /// The same with the mean τ = 1/λ of the exponential part.
    pub fn with_exponential_mean(
        mean: impl Into<Real>,
        standard_deviation: impl Into<Real>,
        exponential_mean: impl Into<Real>,
    ) -> Self {
        let tau = exponential_mean.into();
        let constraint = Constraint::new(NAME, "exponential_mean", &tau, Requirement::Positive);
        Self::of(
            mean.into(),
            standard_deviation.into(),
            1.0 / tau,
            constraint,
        )
    }

    fn of(mean: Real, standard_deviation: Real, rate: Real, of_rate: Constraint) -> Self {
        let positive = Requirement::Positive;
        let constraints = vec![
            Constraint::new(NAME, "mean", &mean, Requirement::Finite),
            Constraint::new(NAME, "standard_deviation", &standard_deviation, positive),
            of_rate,
        ];
        Self {
            mean,
            standard_deviation,
            rate,
            constraints,
        }
    }

    /// z and k.
    fn standardised(&self, x: &Real) -> (Real, Real) {
        let z = (x - &self.mean) / &self.standard_deviation;
        (z, &self.rate * &self.standard_deviation)
    }
}

/// −kz + ½ k² + ln Φ(z − k), the logarithm of the density over λ.
fn log_density_over_rate(z: &Real, k: &Real) -> Real {
    let distance = k - z;
    let below = -0.5 * (z * z) - LN_2 + ln_scaled_erfc(&(FRAC_1_SQRT_2 * &distance));
    let above = (-distance).ln_normal_cdf() - k * (z - 0.5 * k);
    z.less(k).select(below, above)
}

/// ln(e^(u²) erfc u) for u ≥ 0. From 20 up by the asymptotic series (Abramowitz & Stegun 7.1.23),
/// since the derivative of [`Real::scaled_erfc`] cancels there. Below 0, where it would overflow, it
/// is held at 0: two branches share it, and so their conditions do not keep an infinity out.
fn ln_scaled_erfc(u: &Real) -> Real {
    const FROM: f64 = 20.0;
    let u = &u.max(0.0);
    let factor = -0.5 / (u * u);
    // 1 − 1/(2u²) + 1·3/(2u²)² − …; the tenth term is below 1e-18.
    let series = [17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0]
        .iter()
        .fold(Real::constant(0.0), |sum, &odd| odd * &factor * (1.0 + sum));
    let large = series.ln_1p() - u.ln() - 0.5 * PI.ln();
    u.less(FROM).select(u.scaled_erfc().ln(), large)
}

impl Distribution for ExGaussian {
    type Value = f64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.constraints.clone()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let (z, k) = self.standardised(x);
        self.rate.ln() + log_density_over_rate(&z, &k)
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [&self.mean, &self.standard_deviation, &self.rate];
        draw_if_valid(
            &self.constraints,
            parameters,
            |[mean, deviation, rate], rng| {
                let normal: f64 = StandardNormal.sample(rng);
                let exponential: f64 = Exp1.sample(rng);
                mean + deviation * normal + exponential / rate
            },
        )
    }

    fn mean(&self) -> Option<Real> {
        Some(&self.mean + 1.0 / &self.rate)
    }

    fn variance(&self) -> Option<Real> {
        let exponential_mean = 1.0 / &self.rate;
        let deviation = &self.standard_deviation;
        Some(deviation * deviation + &exponential_mean * &exponential_mean)
    }
}

/// P(X > x) = Φ(−z) + p(x)/λ.
impl Cumulative for ExGaussian {
    fn log_cumulative(&self, x: &Real) -> Real {
        let (z, k) = self.standardised(x);
        // Below 0, with the common factor e^(−z²/2)/2 taken out.
        let [first, second] = [-&z, &k - &z].map(|u| ln_scaled_erfc(&(FRAC_1_SQRT_2 * u)));
        let below = first.log_diff_exp(second) - 0.5 * (&z * &z) - LN_2;
        let above = z
            .ln_normal_cdf()
            .log_diff_exp(log_density_over_rate(&z, &k));
        z.less(0.0).select(below, above)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let (z, k) = self.standardised(x);
        (-&z)
            .ln_normal_cdf()
            .log_add_exp(log_density_over_rate(&z, &k))
    }
}

impl Continuous for ExGaussian {
    fn support(&self) -> Support {
        Support::WholeLine
    }
}
