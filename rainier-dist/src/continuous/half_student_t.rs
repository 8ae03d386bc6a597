//! States the half-t distribution.
//!
//! In: degrees of freedom and scale. Out: its log density, tails, support, non-centred unknown and
//! draws.

use std::f64::consts::LN_2;

use rainier_core::special::Tail;
use rainier_core::{Condition, Real};

use super::student_t;
use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Latent, LocationScale, Support, draw_if_valid,
};
use crate::generator::Generator;

const NAME: &str = "HalfStudentT";

/// Half-t distribution with ν degrees of freedom and scale s, on [0, ∞): the size of a
/// [`StudentT`](super::StudentT) variable around 0.
///
/// ln p(x) = ln 2 − ln B(ν/2, ½) − ½ ln ν − ln s − ½ (ν + 1) ln(1 + (x/s)²/ν). Mean
/// 2s √ν / ((ν − 1) B(ν/2, ½)) for ν > 1, else ∞; E x² = s² ν/(ν − 2) for ν > 2, else ∞. A prior of
/// standard deviations, between half-Cauchy (ν = 1) and half-normal (ν = ∞).
///
/// The unknown is non-centred: x = s e^q, where e^q is half-t with scale 1.
///
/// # Numerics
/// As those of [`StudentT`](super::StudentT).
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::HalfStudentT;
/// use rainier_dist::distribution::Distribution;
///
/// let ln_p = HalfStudentT::new(3.0, 1.0).log_density(&Real::constant(0.0)).as_constant();
/// let expected = 2.0_f64.ln() - 1.0008888496235098;
/// assert!((ln_p.expect("constant") - expected).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct HalfStudentT {
    degrees_of_freedom: Real,
    map: LocationScale,
}

impl HalfStudentT {
    /// The half-t distribution with these parameters, both positive.
    pub fn new(degrees_of_freedom: impl Into<Real>, scale: impl Into<Real>) -> Self {
        let degrees_of_freedom = degrees_of_freedom.into();
        let constraint = student_t::required(NAME, &degrees_of_freedom);
        Self {
            map: LocationScale::scale(NAME, scale).requiring(constraint),
            degrees_of_freedom,
        }
    }

    fn standard(&self, z: &Real) -> Real {
        student_t::standard_student_t(&self.degrees_of_freedom, z) + LN_2
    }

    fn log_size(&self, tail: Tail, x: &Real) -> Real {
        let z = self.map.standardised(x);
        student_t::log_size(tail, &self.degrees_of_freedom, &z)
    }
}

impl Distribution for HalfStudentT {
    type Value = f64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.map.constraints().to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains_with_edges(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.map.log_density(x, |z| self.standard(z))
    }

    fn generator(&self) -> Generator<f64> {
        draw_if_valid(
            self.map.constraints(),
            [&self.degrees_of_freedom, self.map.spread()],
            |[degrees_of_freedom, scale], rng| {
                scale * student_t::draw_standard(degrees_of_freedom, rng).abs()
            },
        )
    }

    fn mean(&self) -> Option<Real> {
        let standard = student_t::mean_size(&self.degrees_of_freedom);
        Some(self.map.mean(standard))
    }

    fn variance(&self) -> Option<Real> {
        let mean = student_t::mean_size(&self.degrees_of_freedom);
        let mean_square = student_t::mean_square(&self.degrees_of_freedom);
        let variance = self.map.variance(mean_square - &mean * &mean);
        let is_finite = self.degrees_of_freedom.greater(2.0);
        Some(is_finite.select(variance, f64::INFINITY))
    }

    fn entropy(&self) -> Option<Real> {
        let standard = student_t::standard_entropy(&self.degrees_of_freedom) - LN_2;
        Some(self.map.entropy(standard))
    }
}

impl Cumulative for HalfStudentT {
    fn log_cumulative(&self, x: &Real) -> Real {
        let inside = self.log_size(Tail::Lower, x);
        self.support().piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let inside = self.log_size(Tail::Upper, x);
        self.support().piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl Continuous for HalfStudentT {
    fn support(&self) -> Support {
        Support::positive()
    }

    fn latent(&self) -> Latent {
        self.map
            .latent(self.name(), &self.support(), |z| self.standard(z))
    }
}
