//! Says what a distribution is: a log density over expressions, and a way to draw.
//!
//! In: parameters that are constants, unknowns or any expression of them. Out: expressions for a
//! model's log density, and generators for its predictions.
//!
//! | to add a distribution, write | and get for free |
//! | --- | --- |
//! | `name`, `constraints`, `contains`, `log_density_within`, `generator` | guards against parameters and values out of their domain, sums over data |
//! | if they have a formula: `mean`, `variance`, `entropy` | |
//! | if it has one: [`Cumulative`] | quantiles, truncation, censoring |
//! | for [`Continuous`]: `support` | an unknown with this prior, on the whole line; affine and exponential transforms |
//! | for [`Discrete`]: nothing | zero truncation |
//! | for any | zero inflation, hurdles, mixtures |
//!
//! Several numbers at once are a [`Multivariate`], with a density a [`ContinuousVector`].

pub(crate) mod count;
mod count_entropy;

mod constraint;
mod cumulative;
mod location_scale;
mod multivariate;
mod number;
mod shared;
mod support;
mod vector_support;

use std::fmt;

use rainier_core::{Condition, Real};

use crate::combined::{
    Affine, ConstantInflated, ExpTransformed, Hurdle, ZeroInflated, ZeroTruncated,
};
use crate::generator::Generator;

pub use constraint::{Constraint, Requirement};
pub(crate) use constraint::{
    all_hold, all_open_questions, draw_if_valid, when_valid, when_valid_else,
};
pub(crate) use count_entropy::entropy_of_counts;
pub use cumulative::Cumulative;
pub(crate) use cumulative::{first_place, just_below, log_between};
pub(crate) use location_scale::LocationScale;
pub use multivariate::{ContinuousVector, Multivariate, VectorLatent};
pub use number::Number;
pub use support::Support;
pub use vector_support::VectorSupport;
pub(crate) use vector_support::rows;

/// A probability distribution of one number whose parameters are expressions.
///
/// Constructors never fail, since their parameters may be unknown. What must hold of them is
/// listed by [`Distribution::constraints`]: constants are checked when a model is compiled, and
/// where an unknown breaks its constraint the log density is −∞.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::distribution::Distribution;
/// use rainier_dist::discrete::Poisson;
///
/// let count = Poisson::new(3.0);
/// assert_eq!(count.log_density(&Real::constant(0.0)).as_constant(), Some(-3.0));
/// assert_eq!(count.log_density(&Real::constant(0.5)).as_constant(), Some(f64::NEG_INFINITY));
///
/// let unknown = Poisson::new(Real::parameter("rate"));
/// assert_eq!(unknown.constraints()[0].parameter, "rate");
/// ```
pub trait Distribution: fmt::Debug + Send + Sync + 'static {
    /// What is drawn: `f64`, or `i64` for counts.
    type Value: Number;

    /// The distribution's name, for messages.
    fn name(&self) -> &'static str;

    /// What must hold of the parameters.
    fn constraints(&self) -> Vec<Constraint>;

    /// Whether `x` lies in the support: where this is false the density is zero. `x` may be a
    /// column of data, an unknown or any other expression.
    fn contains(&self, x: &Real) -> Condition;

    /// ln p(x) by its formula, for parameters within their constraints and `x` inside the support
    /// (its edges excluded). Elsewhere the value means nothing.
    fn log_density_within(&self, x: &Real) -> Real;

    /// The same with its terms kept apart where [`log_density_within`](Self::log_density_within)
    /// joins them so that their digits do not cancel. Sums over rows then need sums of data only,
    /// and an unknown's logarithm is its parameter; only the absolute error of such a sum counts.
    ///
    /// Provided: the joined form.
    fn log_density_apart(&self, x: &Real) -> Real {
        self.log_density_within(x)
    }

    /// A generator of draws. Where a parameter breaks its constraint, it gives
    /// [`Number::NO_VALUE`].
    fn generator(&self) -> Generator<Self::Value>;

    /// The mean as an expression; none where there is no formula for it, ∞ or NaN for parameters
    /// with which it does not exist.
    fn mean(&self) -> Option<Real> {
        None
    }

    /// The variance as an expression, as [`mean`](Self::mean).
    fn variance(&self) -> Option<Real> {
        None
    }

    /// The entropy −E ln p(X) in nats as an expression, as [`mean`](Self::mean); of a density it
    /// may be negative.
    fn entropy(&self) -> Option<Real> {
        None
    }

    /// ln p(x) for `x` inside the support or on an edge that belongs to it.
    ///
    /// Provided: the formula of the inside. To be overridden where that is 0 · ln 0 on an edge.
    fn log_density_with_edges(&self, x: &Real) -> Real {
        self.log_density_within(x)
    }

    /// ln p(x); −∞ where `x` is outside the support or a parameter breaks its constraint, with
    /// gradient 0 there. It is NaN only where `x` is.
    fn log_density(&self, x: &Real) -> Real {
        let supported = log_density_where_supported(self, x);
        all_hold(&self.constraints()).select(supported, f64::NEG_INFINITY)
    }
}

/// A distribution with a density on an interval of the real line.
pub trait Continuous: Distribution<Value = f64> {
    /// The interval, up to its edges, on which the density is positive.
    fn support(&self) -> Support;

    /// One new unknown with this prior, as a function of an unconstrained parameter.
    ///
    /// Provided: the value is [`Support::forward`] of the parameter. Families with a location or a
    /// scale override it by the non-centred form, value = location + scale · z, in which z does
    /// not depend on the other parameters (Papaspiliopoulos, Roberts & Sköld 2007, Statistical
    /// Science 22): hierarchies are then sampled without a funnel.
    fn latent(&self) -> Latent {
        self.centred_latent()
    }

    /// One new unknown whose parameter is its value, moved to the whole line: the form to prefer
    /// where data say much about each value of a hierarchy.
    fn centred_latent(&self) -> Latent {
        let support = self.support();
        let parameter = Real::parameter(self.name());
        let value = support.forward(&parameter);
        let within = self.log_density_apart(&value) + support.log_jacobian(&parameter);
        let valid = all_open_questions(&self.constraints());
        let log_density = valid.select(within, f64::NEG_INFINITY);
        Latent {
            parameter,
            value,
            log_density,
        }
    }

    /// The distribution of location + scale · X; the scale must be positive.
    fn affine(self, location: impl Into<Real>, scale: impl Into<Real>) -> Affine<Self>
    where
        Self: Sized,
    {
        Affine::new(self, location, scale)
    }

    /// The distribution of e^X: log-normal of a normal one, log-logistic of a logistic one.
    fn exp_transformed(self) -> ExpTransformed<Self>
    where
        Self: Sized,
    {
        ExpTransformed::new(self)
    }

    /// With probability `zero_probability` the value is 0, else it follows this distribution: amounts
    /// of what often does not happen at all.
    ///
    /// The result has a probability at 0 and a density elsewhere; see
    /// [`ZeroInflated`].
    ///
    /// ```
    /// use rainier_core::Real;
    /// use rainier_dist::continuous::Gamma;
    /// use rainier_dist::distribution::{Continuous, Distribution};
    ///
    /// let bytes = Gamma::new(2.0, 1.0).zero_inflated(0.25);
    /// assert_eq!(bytes.log_density(&Real::constant(0.0)).as_constant(), Some(0.25_f64.ln()));
    /// ```
    fn zero_inflated(self, zero_probability: impl Into<Real>) -> ZeroInflated<Self>
    where
        Self: Sized,
    {
        ZeroInflated::new(self, zero_probability)
    }

    /// With probability `active_probability` the value follows this distribution, else it is 0.
    fn hurdle(self, active_probability: impl Into<Real>) -> Hurdle<Self>
    where
        Self: Sized,
    {
        Hurdle::new(self, active_probability)
    }
}

/// An unknown on its way into a model.
#[derive(Debug, Clone)]
pub struct Latent {
    /// The unconstrained parameter a sampler moves.
    pub parameter: Real,
    /// The unknown's value, a function of the parameter.
    pub value: Real,
    /// Log density of the parameter, the log-Jacobian of the transform included. Where a parameter
    /// of the distribution is not finite it may be NaN, which samplers take for −∞.
    pub log_density: Real,
}

/// A distribution of whole numbers. Values are exact up to 2⁵³ in size.
pub trait Discrete: Distribution<Value = i64> {
    /// With probability `zero_probability` the value is 0, whatever this distribution says.
    ///
    /// ```
    /// use rainier_core::Real;
    /// use rainier_dist::discrete::Poisson;
    /// use rainier_dist::distribution::{Discrete, Distribution};
    ///
    /// let count = Poisson::new(2.0).zero_inflated(0.5);
    /// let ln_p = count.log_density(&Real::constant(0.0)).as_constant().expect("constant");
    /// assert!((ln_p.exp() - (0.5 + 0.5 * (-2.0_f64).exp())).abs() < 1e-15);
    /// ```
    fn zero_inflated(self, zero_probability: impl Into<Real>) -> ZeroInflated<Self>
    where
        Self: Sized,
    {
        ZeroInflated::new(self, zero_probability)
    }

    /// With probability `probability` the value is `constant`, whatever this distribution says.
    fn constant_inflated(
        self,
        constant: impl Into<Real>,
        probability: impl Into<Real>,
    ) -> ConstantInflated<Self>
    where
        Self: Sized,
    {
        ConstantInflated::new(self, constant, probability)
    }

    /// With probability `active_probability` the value follows this distribution given that it is
    /// positive, else it is 0.
    fn hurdle(self, active_probability: impl Into<Real>) -> Hurdle<Self>
    where
        Self: Sized,
    {
        Hurdle::new(self, active_probability)
    }

    /// This distribution given that the value is not 0.
    fn zero_truncated(self) -> ZeroTruncated<Self>
    where
        Self: Sized,
    {
        ZeroTruncated::new(self)
    }
}

/// Whether the terms of a log density of these belong apart: some have one value for each row.
pub(crate) fn is_per_row<const COUNT: usize>(reals: [&Real; COUNT]) -> bool {
    reals.iter().any(|real| real.is_per_row())
}

/// ln p(x) for parameters within their constraints; −∞ outside the support.
pub(crate) fn log_density_where_supported<D: Distribution + ?Sized>(
    distribution: &D,
    x: &Real,
) -> Real {
    distribution
        .contains(x)
        .select(distribution.log_density_with_edges(x), f64::NEG_INFINITY)
}
