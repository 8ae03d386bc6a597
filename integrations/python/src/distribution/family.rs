//! Keeps a distribution of any type, by what it can be used for.
//!
//! In: a distribution. Out: a [`Family`], shared: a density, counts, or a density with
//! probabilities at some numbers.

use std::sync::Arc;

use rainier::compute::Real;
use rainier::dist::distribution::{Continuous, Cumulative, Discrete, Distribution};

/// A density whose tails are known.
pub(crate) trait WithDensity: Continuous + Cumulative {}
impl<D: Continuous + Cumulative> WithDensity for D {}

/// A distribution of whole numbers whose tails are known.
pub(crate) trait OfCounts: Discrete + Cumulative {}
impl<D: Discrete + Cumulative> OfCounts for D {}

pub(crate) type ShapedContinuous = Arc<dyn WithDensity>;
pub(crate) type ShapedDiscrete = Arc<dyn OfCounts>;

/// A distribution by what it can be used for.
#[derive(Debug, Clone)]
pub(crate) enum Family {
    /// May be a prior.
    Continuous(ShapedContinuous),
    /// Counts.
    Discrete(ShapedDiscrete),
    /// Fits and draws numbers, and no more.
    Mixed(Arc<dyn Distribution<Value = f64>>),
}

impl Family {
    pub(crate) fn continuous(distribution: impl WithDensity) -> Self {
        Self::Continuous(Arc::new(distribution))
    }

    pub(crate) fn discrete(distribution: impl OfCounts) -> Self {
        Self::Discrete(Arc::new(distribution))
    }

    pub(crate) fn mixed(distribution: impl Distribution<Value = f64>) -> Self {
        Self::Mixed(Arc::new(distribution))
    }

    /// The density, if it is one alone.
    pub(crate) fn as_density(&self) -> Option<&ShapedContinuous> {
        match self {
            Self::Continuous(one) => Some(one),
            Self::Discrete(_) | Self::Mixed(_) => None,
        }
    }

    /// The counts, if it is of them alone.
    pub(crate) fn as_counts(&self) -> Option<&ShapedDiscrete> {
        match self {
            Self::Discrete(one) => Some(one),
            Self::Continuous(_) | Self::Mixed(_) => None,
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Continuous(one) => one.name(),
            Self::Discrete(one) => one.name(),
            Self::Mixed(one) => one.name(),
        }
    }

    pub(crate) fn log_density(&self, x: &Real) -> Real {
        match self {
            Self::Continuous(one) => one.log_density(x),
            Self::Discrete(one) => one.log_density(x),
            Self::Mixed(one) => one.log_density(x),
        }
    }

    pub(crate) fn mean(&self) -> Option<Real> {
        match self {
            Self::Continuous(one) => one.mean(),
            Self::Discrete(one) => one.mean(),
            Self::Mixed(one) => one.mean(),
        }
    }

    pub(crate) fn variance(&self) -> Option<Real> {
        match self {
            Self::Continuous(one) => one.variance(),
            Self::Discrete(one) => one.variance(),
            Self::Mixed(one) => one.variance(),
        }
    }
}
