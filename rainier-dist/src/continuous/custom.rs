//! Makes a distribution of any log density.
//!
//! In: a support and a function from a value to its log density. Out: a distribution that can be a
//! prior or a likelihood like any other.

use std::fmt;
use std::sync::Arc;

use rainier_core::{Condition, Real};

use crate::distribution::{
    Constraint, Continuous, Distribution, Number, Requirement, Support, when_valid,
};
use crate::generator::Generator;

/// A distribution given by its log density on a [`Support`].
///
/// The density need not integrate to one: samplers ask for it up to a constant factor. Where its
/// integral depends on unknowns it must be divided by it, as any likelihood must.
///
/// The edges of the support are outside. Draws ask for a generator
/// ([`with_generator`](Self::with_generator)); without one there is no value.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Custom;
/// use rainier_dist::distribution::{Distribution, Support};
///
/// let prior = Custom::continuous(Support::positive(), |x| -(x.ln() * x.ln()));
/// let ln_p = |x: f64| prior.log_density(&Real::constant(x)).as_constant();
/// assert_eq!(ln_p(1.0), Some(0.0));
/// assert_eq!(ln_p(-1.0), Some(f64::NEG_INFINITY));
/// ```
#[derive(Clone)]
pub struct Custom {
    name: &'static str,
    support: Support,
    log_density: Arc<dyn Fn(&Real) -> Real + Send + Sync>,
    constraints: Vec<Constraint>,
    generator: Generator<f64>,
}

impl Custom {
    /// The distribution called `name` with this log density, asked for inside the support only.
    pub fn new(
        name: &'static str,
        support: Support,
        log_density: impl Fn(&Real) -> Real + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            support,
            log_density: Arc::new(log_density),
            constraints: Vec::new(),
            generator: Generator::constant(f64::NO_VALUE),
        }
    }

    /// The same, called "Custom".
    pub fn continuous(
        support: Support,
        log_density: impl Fn(&Real) -> Real + Send + Sync + 'static,
    ) -> Self {
        Self::new("Custom", support, log_density)
    }

    /// Says what must hold of a parameter that the log density uses: constants are checked when a
    /// model is compiled, and where an unknown breaks it the density is zero.
    ///
    /// ```
    /// use rainier_core::Real;
    /// use rainier_dist::continuous::Custom;
    /// use rainier_dist::distribution::{Distribution, Requirement, Support};
    ///
    /// let width = Real::constant(-1.0);
    /// let density = { let width = width.clone(); move |x: &Real| -(x / &width).abs() - width.ln() };
    /// let bump = Custom::new("Bump", Support::WholeLine, density)
    ///     .requiring("width", &width, Requirement::Positive);
    /// assert_eq!(
    ///     bump.constraints()[0].check().unwrap_err().to_string(),
    ///     "Bump: width must be positive and finite, got -1",
    /// );
    /// ```
    #[must_use]
    pub fn requiring(
        mut self,
        parameter: &'static str,
        value: &Real,
        requirement: Requirement,
    ) -> Self {
        let constraint = Constraint::new(self.name, parameter, value, requirement);
        self.constraints.push(constraint);
        self
    }

    /// Says how to draw. The generator must follow the log density; nothing checks it.
    #[must_use]
    pub fn with_generator(mut self, generator: Generator<f64>) -> Self {
        self.generator = generator;
        self
    }
}

impl Distribution for Custom {
    type Value = f64;

    fn name(&self) -> &'static str {
        self.name
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.constraints.clone()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support.contains(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        (self.log_density)(x)
    }

    fn generator(&self) -> Generator<f64> {
        when_valid(&self.constraints, self.generator.clone())
    }
}

impl Continuous for Custom {
    fn support(&self) -> Support {
        self.support.clone()
    }
}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Custom")
            .field("name", &self.name)
            .field("support", &self.support)
            .field("constraints", &self.constraints)
            .finish_non_exhaustive()
    }
}
