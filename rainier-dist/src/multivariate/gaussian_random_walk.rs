//! States the Gaussian random walk.
//!
//! In: a length, the scale of a step and a start. Out: the log density of a path, non-centred
//! unknowns and draws.

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, StandardNormal};

use super::draw::draw_vector_if_valid;
use super::multivariate_normal::standard_normals;
use crate::distribution::{
    Constraint, ContinuousVector, Multivariate, Requirement, VectorLatent, VectorSupport,
    all_open_questions,
};
use crate::generator::Generator;

/// Gaussian random walk: xₜ = xₜ₋₁ + σ zₜ with zₜ standard normal, t = 1 … n, from x₀.
///
/// ln p(x) = Σ −½ ((xₜ − xₜ₋₁)/σ)² − n ln σ − n/2 ln 2π. Mean of each number x₀, variance t σ².
/// The start itself is not part of the path: a start that is unknown has a prior of its own.
///
/// The unknowns are non-centred: the parameters are the zₜ.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::distribution::Multivariate;
/// use rainier_dist::multivariate::GaussianRandomWalk;
///
/// let path = GaussianRandomWalk::new(2, 1.0, 5.0);
/// let ln_p = path.log_density(&[5.0, 6.0].map(Real::constant)).as_constant().expect("constant");
/// // −ln 2π − ½
/// assert!((ln_p + 2.337877066409345).abs() < 1e-14);
/// ```
#[derive(Debug, Clone)]
pub struct GaussianRandomWalk {
    length: usize,
    innovation_scale: Real,
    start: Real,
}

impl GaussianRandomWalk {
    /// Paths of `length` steps from `start`; the scale σ of a step must be positive.
    pub fn new(length: usize, innovation_scale: impl Into<Real>, start: impl Into<Real>) -> Self {
        Self {
            length,
            innovation_scale: innovation_scale.into(),
            start: start.into(),
        }
    }
}

impl Multivariate for GaussianRandomWalk {
    type Value = f64;

    fn name(&self) -> &'static str {
        "GaussianRandomWalk"
    }

    fn dimension(&self) -> usize {
        self.length
    }

    fn constraints(&self) -> Vec<Constraint> {
        let (name, scale) = (self.name(), &self.innovation_scale);
        vec![
            Constraint::new(name, "innovation_scale", scale, Requirement::Positive),
            Constraint::new(name, "start", &self.start, Requirement::Finite),
        ]
    }

    fn contains(&self, x: &[Real]) -> Condition {
        self.support().contains(x)
    }

    fn log_density_within(&self, x: &[Real]) -> Real {
        assert_eq!(x.len(), self.length, "one number for each step");
        let before = std::iter::once(&self.start).chain(x);
        let steps = x.iter().zip(before);
        let z: Vec<Real> = steps
            .map(|(x, before)| (x - before) / &self.innovation_scale)
            .collect();
        standard_normals(&z) - self.length as f64 * self.innovation_scale.ln()
    }

    fn generator(&self) -> Generator<Vec<f64>> {
        let length = self.length;
        let parameters = vec![self.innovation_scale.clone(), self.start.clone()];
        draw_vector_if_valid(
            &self.constraints(),
            parameters,
            length,
            move |numbers, rng| {
                let mut at = numbers[1];
                let mut step = || {
                    let z: f64 = StandardNormal.sample(rng);
                    at += numbers[0] * z;
                    at
                };
                (0..length).map(|_| step()).collect()
            },
        )
    }

    fn means(&self) -> Option<Vec<Real>> {
        Some(vec![self.start.clone(); self.length])
    }

    fn variances(&self) -> Option<Vec<Real>> {
        let square = &self.innovation_scale * &self.innovation_scale;
        Some(
            (1..=self.length)
                .map(|step| step as f64 * &square)
                .collect(),
        )
    }
}

impl ContinuousVector for GaussianRandomWalk {
    fn support(&self) -> VectorSupport {
        VectorSupport::WholeSpace(self.length)
    }

    fn latents(&self) -> VectorLatent {
        let z: Vec<Real> = (0..self.length)
            .map(|_| Real::parameter(self.name()))
            .collect();
        let mut values: Vec<Real> = Vec::with_capacity(self.length);
        for z in &z {
            let next = values.last().unwrap_or(&self.start) + &self.innovation_scale * z;
            values.push(next);
        }
        let valid = all_open_questions(&self.constraints());
        VectorLatent {
            values,
            log_density: valid.select(standard_normals(&z), f64::NEG_INFINITY),
            parameters: z,
        }
    }
}
