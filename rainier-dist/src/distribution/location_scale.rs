//! Makes a family out of one standard density by shifting and stretching it, once for all.
//!
//! In: a location, a scale, and the log density of z = (x − location) / scale. Out: the log density
//! of x, and the non-centred unknown, whose parameter is z (or ln z where z is positive).

use rainier_core::Real;

use super::{Constraint, Latent, Requirement, Support, all_open_questions};

/// The map x = location + scale · z.
#[derive(Debug, Clone)]
pub(crate) struct LocationScale {
    location: Real,
    scale: Real,
    constraints: Vec<Constraint>,
}

impl LocationScale {
    /// The map of the distribution `name` with parameters called `names`.
    pub(crate) fn new(
        name: &'static str,
        [location_name, scale_name]: [&'static str; 2],
        location: impl Into<Real>,
        scale: impl Into<Real>,
    ) -> Self {
        let (location, scale) = (location.into(), scale.into());
        let constraints = vec![
            Constraint::new(name, location_name, &location, Requirement::Finite),
            Constraint::new(name, scale_name, &scale, Requirement::Positive),
        ];
        Self {
            location,
            scale,
            constraints,
        }
    }

    /// The map x = scale · z of the distribution `name`.
    pub(crate) fn scale(name: &'static str, scale: impl Into<Real>) -> Self {
        let scale = scale.into();
        let constraints = vec![Constraint::new(
            name,
            "scale",
            &scale,
            Requirement::Positive,
        )];
        Self {
            location: Real::constant(0.0),
            scale,
            constraints,
        }
    }

    /// The map x = z / rate of the distribution `name`.
    pub(crate) fn by_rate(name: &'static str, rate: &Real) -> Self {
        let constraints = vec![Constraint::new(name, "rate", rate, Requirement::Positive)];
        Self {
            location: Real::constant(0.0),
            scale: 1.0 / rate,
            constraints,
        }
    }

    /// The same map of a family of which something is required besides.
    pub(crate) fn requiring(mut self, constraint: Constraint) -> Self {
        self.constraints.insert(0, constraint);
        self
    }

    /// What must hold of location, scale and shape.
    pub(crate) fn constraints(&self) -> &[Constraint] {
        &self.constraints
    }

    /// The location.
    pub(crate) fn location(&self) -> &Real {
        &self.location
    }

    /// The scale.
    pub(crate) fn spread(&self) -> &Real {
        &self.scale
    }

    /// z = (x − location) / scale.
    pub(crate) fn standardised(&self, x: &Real) -> Real {
        (x - &self.location) / &self.scale
    }

    /// ln p(x) = ln p(z) − ln scale.
    pub(crate) fn log_density(&self, x: &Real, standard: impl Fn(&Real) -> Real) -> Real {
        standard(&self.standardised(x)) - self.scale.ln()
    }

    /// The mean of x, given that of z.
    pub(crate) fn mean(&self, standard: impl Into<Real>) -> Real {
        &self.location + &self.scale * standard.into()
    }

    /// The variance of x, given that of z.
    pub(crate) fn variance(&self, standard: impl Into<Real>) -> Real {
        &self.scale * &self.scale * standard.into()
    }

    /// The entropy of x, given that of z.
    pub(crate) fn entropy(&self, standard: impl Into<Real>) -> Real {
        self.scale.ln() + standard.into()
    }

    /// The unknown x = location + scale · z, z on `support`. The density of z (or of its
    /// parameter) mentions neither location nor scale; they matter only where they are invalid.
    pub(crate) fn latent(
        &self,
        name: &'static str,
        support: &Support,
        standard: impl Fn(&Real) -> Real,
    ) -> Latent {
        let parameter = Real::parameter(name);
        let z = support.forward(&parameter);
        let within = standard(&z) + support.log_jacobian(&parameter);
        Latent {
            value: &self.location + &self.scale * &z,
            log_density: all_open_questions(&self.constraints).select(within, f64::NEG_INFINITY),
            parameter,
        }
    }
}
