//! States Student's t distribution.
//!
//! In: degrees of freedom, location and scale. Out: its log density, tails, support, non-centred
//! unknown and draws.

use std::f64::consts::{LN_2, TAU};

use rainier_core::special::Tail;
use rainier_core::{Condition, Real};
use rand::Rng;
use rand_distr::{Distribution as _, StandardNormal};

use super::gamma::draw_log_gamma;
use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Latent, LocationScale, Requirement, Support,
    draw_if_valid,
};
use crate::generator::Generator;

const NAME: &str = "StudentT";

/// Student's t distribution with ν degrees of freedom, location m and scale s, on the whole line: a
/// normal variable over the root of an independent [`ChiSquared`](super::ChiSquared) variable's
/// share, shifted and stretched.
///
/// ln p(x) = −ln B(ν/2, ½) − ½ ln ν − ln s − ½ (ν + 1) ln(1 + z²/ν) with z = (x − m)/s. Mean m for
/// ν > 1, variance s² ν/(ν − 2) for ν > 2 and ∞ for 1 < ν ≤ 2; below they do not exist. The Cauchy
/// distribution for ν = 1; for large ν the normal one.
///
/// The unknown is non-centred: x = m + sz with z standard t.
///
/// # Numerics
/// The square overflows for |x − m| beyond 1e154 s, where the log density becomes −∞; the tails
/// hold there, too. Derivatives by ν lose digits beside 1/ν for large ν, where they are of order
/// 1/ν². Draws are right for every ν; where ν is small many lie beyond 1e154.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::StudentT;
/// use rainier_dist::distribution::{Cumulative, Distribution};
///
/// let t = StudentT::new(3.0, 0.0, 1.0);
/// let ln_p = t.log_density(&Real::constant(0.0)).as_constant().expect("constant");
/// assert!((ln_p + 1.0008888496235098).abs() < 1e-15);
/// assert!((t.quantile(0.975) - 3.1824463052837095).abs() < 1e-12);
/// ```
#[derive(Debug, Clone)]
pub struct StudentT {
    degrees_of_freedom: Real,
    map: LocationScale,
}

impl StudentT {
    /// Student's t distribution with these parameters; degrees of freedom and scale must be
    /// positive.
    pub fn new(
        degrees_of_freedom: impl Into<Real>,
        location: impl Into<Real>,
        scale: impl Into<Real>,
    ) -> Self {
        let degrees_of_freedom = degrees_of_freedom.into();
        let constraint = required(NAME, &degrees_of_freedom);
        Self {
            map: LocationScale::new(NAME, ["location", "scale"], location, scale)
                .requiring(constraint),
            degrees_of_freedom,
        }
    }

    fn standard(&self, z: &Real) -> Real {
        standard_student_t(&self.degrees_of_freedom, z)
    }
}

impl Distribution for StudentT {
    type Value = f64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.map.constraints().to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.map.log_density(x, |z| self.standard(z))
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [
            &self.degrees_of_freedom,
            self.map.location(),
            self.map.spread(),
        ];
        draw_if_valid(
            self.map.constraints(),
            parameters,
            |[degrees_of_freedom, location, scale], rng| {
                location + scale * draw_standard(degrees_of_freedom, rng)
            },
        )
    }

    fn mean(&self) -> Option<Real> {
        let exists = self.degrees_of_freedom.greater(1.0);
        Some(exists.select(self.map.mean(0.0), f64::NAN))
    }

    fn variance(&self) -> Option<Real> {
        let exists = self.degrees_of_freedom.greater(1.0);
        let variance = self.map.variance(mean_square(&self.degrees_of_freedom));
        Some(exists.select(variance, f64::NAN))
    }

    fn entropy(&self) -> Option<Real> {
        let standard = standard_entropy(&self.degrees_of_freedom);
        Some(self.map.entropy(standard))
    }
}

impl Cumulative for StudentT {
    fn log_cumulative(&self, x: &Real) -> Real {
        log_above(&self.degrees_of_freedom, &-self.map.standardised(x))
    }

    fn log_survival(&self, x: &Real) -> Real {
        log_above(&self.degrees_of_freedom, &self.map.standardised(x))
    }
}

impl Continuous for StudentT {
    fn support(&self) -> Support {
        Support::WholeLine
    }

    fn latent(&self) -> Latent {
        self.map
            .latent(self.name(), &self.support(), |z| self.standard(z))
    }
}

/// What must hold of the degrees of freedom.
pub(super) fn required(name: &'static str, degrees_of_freedom: &Real) -> Constraint {
    let parameter = "degrees_of_freedom";
    Constraint::new(name, parameter, degrees_of_freedom, Requirement::Positive)
}

/// ln p(z) of the standard t distribution.
pub(super) fn standard_student_t(degrees_of_freedom: &Real, z: &Real) -> Real {
    let exponent = 0.5 * (degrees_of_freedom + 1.0);
    log_peak(degrees_of_freedom) - exponent * (z * z / degrees_of_freedom).ln_1p()
}

/// ln p(0) = −ln B(ν/2, ½) − ½ ln ν. For large ν, where ½ ln ν cancels and nearly all of the
/// derivative does, by the asymptotic series of ln Γ(a + ½) − ln Γ(a) − ½ ln a, a = ν/2.
fn log_peak(degrees_of_freedom: &Real) -> Real {
    let half = 0.5 * degrees_of_freedom;
    let plain = -half.ln_beta(0.5) - 0.5 * degrees_of_freedom.ln();
    let inverse = 2.0 / degrees_of_freedom;
    let square = &inverse * &inverse;
    // The next term is below 1e-19.
    let series = &inverse
        * (-1.0 / 8.0
            + &square * (1.0 / 192.0 + &square * (-1.0 / 640.0 + &square * (17.0 / 14336.0))));
    degrees_of_freedom
        .less(200.0)
        .select(plain, series - 0.5 * TAU.ln())
}

/// E z² = ν/(ν − 2); ∞ for ν ≤ 2.
pub(super) fn mean_square(degrees_of_freedom: &Real) -> Real {
    let finite = 1.0 / (1.0 - 2.0 / degrees_of_freedom);
    degrees_of_freedom
        .greater(2.0)
        .select(finite, f64::INFINITY)
}

/// E |z| = 2 p(0) ν/(ν − 1); ∞ for ν ≤ 1.
pub(super) fn mean_size(degrees_of_freedom: &Real) -> Real {
    let finite = 2.0 * log_peak(degrees_of_freedom).exp() / (1.0 - 1.0 / degrees_of_freedom);
    degrees_of_freedom
        .greater(1.0)
        .select(finite, f64::INFINITY)
}

/// ½ (ν + 1) [ψ((ν + 1)/2) − ψ(ν/2)] − ln p(0).
pub(super) fn standard_entropy(degrees_of_freedom: &Real) -> Real {
    let half = 0.5 * degrees_of_freedom;
    let mean_logarithm = half.digamma_difference(0.5);
    (half + 0.5) * mean_logarithm - log_peak(degrees_of_freedom)
}

/// ln P(Z > z).
fn log_above(degrees_of_freedom: &Real, z: &Real) -> Real {
    let is_below = z.less(0.0);
    // Not |z|, whose derivative at 0 is 0.
    let size = is_below.select(-z, z);
    let farther = log_size(Tail::Upper, degrees_of_freedom, &size) - LN_2;
    is_below.select(farther.ln_one_minus_exp(), farther)
}

/// ln P(|Z| ≤ t) or ln P(|Z| > t) for t ≥ 0, incomplete beta functions of shapes ν/2 and ½ at
/// ν/(ν + t²), or of ½ and ν/2 at t²/(ν + t²): whichever is the smaller.
pub(super) fn log_size(tail: Tail, degrees_of_freedom: &Real, t: &Real) -> Real {
    let other_tail = match tail {
        Tail::Lower => Tail::Upper,
        Tail::Upper => Tail::Lower,
    };
    let half = 0.5 * degrees_of_freedom;
    let square = t * t;
    let ratio = &square / degrees_of_freedom;
    let near = Real::constant(0.5).ln_incomplete_beta(tail, &half, 1.0 / (1.0 + 1.0 / &ratio));
    let far = half.ln_incomplete_beta(other_tail, 0.5, 1.0 / (1.0 + &ratio));
    let inside = ratio.less(1.0).select(near, far);

    // Beside 0, where t² underflows, the density is constant, and where it overflows, a power.
    let twice_peak = LN_2 + log_peak(degrees_of_freedom);
    let beyond = -half.ln_beta(0.5) - half.ln() - &half * (2.0 * t.ln() - degrees_of_freedom.ln());
    let (beside_zero, beyond) = match tail {
        Tail::Lower => (t.ln() + twice_peak, beyond.ln_one_minus_exp()),
        Tail::Upper => ((-t * twice_peak.exp()).ln_1p(), beyond),
    };
    let is_beside_zero = (square + &ratio).less(1e-20);
    let is_beyond = ratio.greater(1e100);
    is_beside_zero.select(beside_zero, is_beyond.select(beyond, inside))
}

/// A draw of the standard t distribution. The logarithm of the gamma variable keeps it finite where
/// that variable itself underflows.
pub(super) fn draw_standard(degrees_of_freedom: f64, rng: &mut dyn Rng) -> f64 {
    let half = 0.5 * degrees_of_freedom;
    let normal: f64 = StandardNormal.sample(rng);
    normal * (0.5 * (half.ln() - draw_log_gamma(half, rng))).exp()
}
