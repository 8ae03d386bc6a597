//! Shifts and stretches a continuous distribution.
//!
//! In: a distribution, a location and a positive scale. Out: the distribution of location + scale · X.

use rainier_core::{Condition, Real};

use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Latent, Requirement, Support,
    all_open_questions, when_valid,
};
use crate::generator::Generator;

/// Distribution of location + scale · X, where X follows the distribution f.
///
/// ln p(x) = ln f(z) − ln scale with z = (x − location)/scale. Mean location + scale · E X, variance
/// scale² · Var X.
///
/// The unknown is location + scale · z, z the unknown of f: non-centred as far as location and
/// scale are concerned.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Gamma;
/// use rainier_dist::distribution::{Continuous, Distribution};
///
/// // Waiting times that are never below 5.
/// let wait = Gamma::new(1.0, 1.0).affine(5.0, 2.0);
/// let ln_p = wait.log_density(&Real::constant(7.0)).as_constant().expect("constant");
/// assert!((ln_p - (-1.0 - 2.0_f64.ln())).abs() < 1e-15);
/// assert_eq!(wait.mean().and_then(|mean| mean.as_constant()), Some(7.0));
/// ```
#[derive(Debug, Clone)]
pub struct Affine<D> {
    distribution: D,
    location: Real,
    scale: Real,
}

impl<D: Continuous> Affine<D> {
    /// The distribution of location + scale · X; the location must be finite, the scale positive.
    pub fn new(distribution: D, location: impl Into<Real>, scale: impl Into<Real>) -> Self {
        Self {
            distribution,
            location: location.into(),
            scale: scale.into(),
        }
    }

    fn forward(&self, z: &Real) -> Real {
        &self.location + &self.scale * z
    }

    fn standardised(&self, x: &Real) -> Real {
        (x - &self.location) / &self.scale
    }

    fn own_constraints(&self) -> [Constraint; 2] {
        [
            Constraint::new("Affine", "location", &self.location, Requirement::Finite),
            Constraint::new("Affine", "scale", &self.scale, Requirement::Positive),
        ]
    }
}

impl<D: Continuous> Distribution for Affine<D> {
    type Value = f64;

    fn name(&self) -> &'static str {
        "Affine"
    }

    fn constraints(&self) -> Vec<Constraint> {
        let mut constraints = self.distribution.constraints();
        constraints.extend(self.own_constraints());
        constraints
    }

    fn contains(&self, x: &Real) -> Condition {
        self.distribution.contains(&self.standardised(x))
    }

    fn log_density_within(&self, x: &Real) -> Real {
        let z = self.standardised(x);
        self.distribution.log_density_within(&z) - self.scale.ln()
    }

    fn log_density_with_edges(&self, x: &Real) -> Real {
        let z = self.standardised(x);
        self.distribution.log_density_with_edges(&z) - self.scale.ln()
    }

    fn generator(&self) -> Generator<f64> {
        let (location, scale) = (self.location.clone(), self.scale.clone());
        let standard = self.distribution.generator();
        let own = [location.clone(), scale.clone()];
        let requirements: Vec<Real> = own
            .into_iter()
            .chain(standard.requirements().iter().cloned())
            .collect();
        let moved = Generator::new(requirements, move |environment, rng| {
            let z = standard.draw(environment, rng);
            environment.value(&location) + environment.value(&scale) * z
        });
        when_valid(&self.constraints(), moved)
    }

    fn mean(&self) -> Option<Real> {
        self.distribution.mean().map(|mean| self.forward(&mean))
    }

    fn variance(&self) -> Option<Real> {
        let variance = self.distribution.variance()?;
        Some(&self.scale * &self.scale * variance)
    }

    fn entropy(&self) -> Option<Real> {
        let entropy = self.distribution.entropy()?;
        Some(self.scale.ln() + entropy)
    }
}

impl<D: Continuous + Cumulative> Cumulative for Affine<D> {
    fn log_cumulative(&self, x: &Real) -> Real {
        self.distribution.log_cumulative(&self.standardised(x))
    }

    fn log_survival(&self, x: &Real) -> Real {
        self.distribution.log_survival(&self.standardised(x))
    }
}

impl<D: Continuous> Continuous for Affine<D> {
    fn support(&self) -> Support {
        match self.distribution.support() {
            Support::WholeLine => Support::WholeLine,
            Support::Above(low) => Support::Above(self.forward(&low)),
            Support::Below(high) => Support::Below(self.forward(&high)),
            Support::Interval(low, high) => {
                Support::Interval(self.forward(&low), self.forward(&high))
            }
        }
    }

    fn latent(&self) -> Latent {
        let latent = self.distribution.latent();
        let valid = all_open_questions(&self.own_constraints());
        Latent {
            value: self.forward(&latent.value),
            log_density: valid.select(latent.log_density, f64::NEG_INFINITY),
            parameter: latent.parameter,
        }
    }
}
