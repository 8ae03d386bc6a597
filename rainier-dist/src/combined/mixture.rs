//! Picks one of several distributions at random.
//!
//! In: weights that sum to one, and a distribution for each. Out: their mixture.

use std::sync::Arc;

use rainier_core::{Condition, Real};
use rand::RngExt;

use crate::distribution::{
    Constraint, Continuous, Cumulative, Discrete, Distribution, Number, Requirement, Support,
    log_density_where_supported, when_valid,
};
use crate::generator::Generator;

/// With probability wᵢ the value follows the distribution fᵢ.
///
/// p(x) = Σ wᵢ fᵢ(x), computed by log-sum-exp. Mean m = Σ wᵢ E fᵢ, variance
/// Σ wᵢ (Var fᵢ + (E fᵢ − m)²).
///
/// `D` is `dyn Continuous` or `dyn Discrete`. Weights must lie in [0, 1] and sum to one; nothing
/// rescales them. Weights that are unknown should be made to sum to one, as p and 1 − p; their sum
/// is checked when it is constant.
///
/// Tails are known where those of all components are: for components of one type, and for
/// `dyn Cumulative<Value = i64>` or `f64`, by [`Mixture::new`].
///
/// The support is the smallest interval that covers those of all components.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::combined::Mixture;
/// use rainier_dist::discrete::{Constant, NegativeBinomial, Poisson};
/// use rainier_dist::distribution::Distribution;
///
/// // Silent, quiet or busy.
/// let queries = Mixture::discrete(0.5, Constant::new(0))
///     .and(0.25, Poisson::new(2.0))
///     .and(0.25, NegativeBinomial::new(3.0, 1.0));
/// let ln_p = queries.log_density(&Real::constant(0.0)).as_constant().expect("constant");
/// let expected = 0.5 + 0.25 * (-2.0_f64).exp() + 0.25 * 0.25;
/// assert!((ln_p - expected.ln()).abs() < 1e-15);
/// ```
#[derive(Debug)]
pub struct Mixture<D: ?Sized> {
    components: Vec<(Real, Arc<D>)>,
}

impl<D: Distribution + ?Sized> Mixture<D> {
    /// The mixture of these components and weights. Without any, the weights do not sum to one,
    /// which compiling reports.
    pub fn new(components: impl IntoIterator<Item = (Real, Arc<D>)>) -> Self {
        Self {
            components: components.into_iter().collect(),
        }
    }

    fn push(mut self, weight: Real, component: Arc<D>) -> Self {
        self.components.push((weight, component));
        self
    }

    /// Σ wᵢ · what `of` says of each component, if it says something of all.
    fn weighted(&self, of: impl Fn(&D) -> Option<Real>) -> Option<Real> {
        let terms = self.components.iter();
        let terms: Option<Vec<Real>> = terms
            .map(|(weight, component)| Some(weight * of(component)?))
            .collect();
        terms?.into_iter().reduce(|sum, term| sum + term)
    }

    /// ln Σ wᵢ e^(what `of` says of each component).
    fn tail(&self, of: impl Fn(&D) -> Real) -> Real {
        let terms = self.components.iter();
        Real::log_sum_exp(terms.map(|(weight, component)| weight.ln() + of(component)))
    }

    fn total(&self) -> Real {
        Real::sum(self.components.iter().map(|(weight, _)| weight.clone()))
    }
}

impl Mixture<dyn Discrete> {
    /// A mixture of discrete distributions that begins with this one; see [`Mixture::and`].
    pub fn discrete(weight: impl Into<Real>, component: impl Discrete) -> Self {
        Self {
            components: Vec::new(),
        }
        .and(weight, component)
    }

    /// Adds a component.
    #[must_use]
    pub fn and(self, weight: impl Into<Real>, component: impl Discrete) -> Self {
        self.push(weight.into(), Arc::new(component))
    }
}

impl Mixture<dyn Continuous> {
    /// A mixture of continuous distributions that begins with this one; see [`Mixture::and`].
    ///
    /// ```
    /// use rainier_core::Real;
    /// use rainier_dist::combined::Mixture;
    /// use rainier_dist::continuous::{Cauchy, Normal};
    /// use rainier_dist::distribution::Distribution;
    ///
    /// let with_outliers = Mixture::continuous(0.95, Normal::new(0, 1)).and(0.05, Cauchy::new(0, 9));
    /// assert!(with_outliers.constraints().iter().all(|constraint| constraint.check().is_ok()));
    /// ```
    pub fn continuous(weight: impl Into<Real>, component: impl Continuous) -> Self {
        Self {
            components: Vec::new(),
        }
        .and(weight, component)
    }

    /// Adds a component.
    #[must_use]
    pub fn and(self, weight: impl Into<Real>, component: impl Continuous) -> Self {
        self.push(weight.into(), Arc::new(component))
    }
}

impl<D: Distribution + ?Sized> Distribution for Mixture<D> {
    type Value = D::Value;

    fn name(&self) -> &'static str {
        "Mixture"
    }

    fn constraints(&self) -> Vec<Constraint> {
        let mut constraints = Vec::new();
        for (weight, component) in &self.components {
            let requirement = Requirement::UnitInterval;
            constraints.push(Constraint::new(self.name(), "weight", weight, requirement));
            constraints.extend(component.constraints());
        }
        let total = self.total();
        if total.as_constant().is_some() {
            let requirement = Requirement::SumsToOne;
            constraints.push(Constraint::new(self.name(), "weights", &total, requirement));
        }
        constraints
    }

    fn contains(&self, x: &Real) -> Condition {
        self.components
            .iter()
            .map(|(_, component)| component.contains(x))
            .reduce(|any, one| any.or(&one))
            .unwrap_or_else(|| Condition::always().not())
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.tail(|component| log_density_where_supported(component, x))
    }

    fn generator(&self) -> Generator<D::Value> {
        let components: Vec<(Real, Generator<D::Value>)> = self
            .components
            .iter()
            .map(|(weight, component)| (weight.clone(), component.generator()))
            .collect();
        let requirements: Vec<Real> = components
            .iter()
            .flat_map(|(weight, generator)| generator.requirements().iter().chain([weight]))
            .cloned()
            .collect();
        let mixture = Generator::new(requirements, move |environment, rng| {
            let mut left = rng.random::<f64>();
            let mut chosen = None;
            for (weight, generator) in &components {
                let weight = environment.value(weight);
                // Rounding may leave a little of `left`: the last possible component takes it.
                if weight > 0.0 {
                    chosen = Some(generator);
                }
                left -= weight;
                if left < 0.0 {
                    break;
                }
            }
            chosen.map_or(D::Value::NO_VALUE, |generator| {
                generator.draw(environment, rng)
            })
        });
        when_valid(&self.constraints(), mixture)
    }

    fn mean(&self) -> Option<Real> {
        self.weighted(|component| component.mean())
    }

    fn variance(&self) -> Option<Real> {
        let mean = self.mean()?;
        self.weighted(|component| {
            let distance = component.mean()? - &mean;
            Some(component.variance()? + &distance * &distance)
        })
    }
}

impl<D: Cumulative + ?Sized> Cumulative for Mixture<D> {
    fn log_cumulative(&self, x: &Real) -> Real {
        let inside = self.tail(|component| component.log_cumulative(x));
        // Weights that sum to one do so up to rounding.
        Support::WholeLine.piecewise(x, f64::NEG_INFINITY, &inside, 0.0)
    }

    fn log_survival(&self, x: &Real) -> Real {
        let inside = self.tail(|component| component.log_survival(x));
        Support::WholeLine.piecewise(x, 0.0, &inside, f64::NEG_INFINITY)
    }
}

impl<D: Continuous + ?Sized> Continuous for Mixture<D> {
    fn support(&self) -> Support {
        self.components
            .iter()
            .map(|(_, component)| component.support())
            .reduce(|cover, support| cover.cover(&support))
            .unwrap_or(Support::WholeLine)
    }
}

impl<D: Discrete + ?Sized> Discrete for Mixture<D> {}

// Written out, since a derive would ask `D: Clone`, which a trait object is not.
impl<D: ?Sized> Clone for Mixture<D> {
    fn clone(&self) -> Self {
        Self {
            components: self.components.clone(),
        }
    }
}
