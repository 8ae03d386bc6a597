//! Keeps what a random variable rests on: a set of terms, joined at no cost.
//!
//! In: single terms and other sets. Out: the same terms, each once, from left to right.
//! A term is told from another by where it is stored, not by what it says: two equal conditions
//! count twice, one condition reached on two ways counts once.

use std::sync::Arc;

use rainier_core::{Column, Real};
use rustc_hash::{FxBuildHasher, FxHashSet};

use crate::distribution::{Constraint, Distribution, Latent};
use crate::error::ModelError;
use crate::generator::Generator;
use crate::observation::Observation;

/// One thing a model says, beside its value.
#[derive(Debug)]
pub(crate) enum Term {
    /// There is an unknown, with this prior.
    Latent(Latent),
    /// This is how unknowns are drawn when there are no data.
    Prior(Prior),
    /// The log density has this summand.
    Density(Real),
    /// These data were seen. Their density is a term of its own.
    Observed(Observation),
    /// The log density of data that were seen is a summand.
    Likelihood(Likelihood),
    /// This expression is called so in reports.
    Name { of: Real, label: Box<str> },
    /// The model cannot be meant; found while it was built.
    Flaw(ModelError),
}

/// What data add to the log density, together and one by one.
#[derive(Debug)]
pub(crate) struct Likelihood {
    /// The name of the distribution.
    pub(crate) distribution: &'static str,
    /// The log density of all.
    pub(crate) sum: Real,
    /// That of the row at hand, its weight included.
    pub(crate) row: Real,
    /// A column of the rows; none if all data are one outcome.
    pub(crate) rows: Option<Column>,
    /// For each row its place in the data, where some were left out.
    pub(crate) places: Option<Arc<[usize]>>,
}

/// Unknowns with a common prior, as it draws them.
#[derive(Debug)]
pub(crate) struct Prior {
    /// The unknowns' values, which later priors may depend on.
    pub(crate) values: Vec<Real>,
    /// Gives a number for each.
    pub(crate) generator: Generator<Vec<f64>>,
}

/// A set of terms. Cloning and joining take constant time; clones share.
#[derive(Debug, Clone, Default)]
pub(crate) struct Terms(Option<Arc<Node>>);

#[derive(Debug)]
enum Node {
    One(Term),
    Union(Vec<Arc<Node>>),
}

impl Terms {
    /// The set of this one term, which is different from every other.
    pub(crate) fn one(term: Term) -> Self {
        Self(Some(Arc::new(Node::One(term))))
    }

    /// The terms of all sets, those of earlier sets first.
    pub(crate) fn union(sets: impl IntoIterator<Item = Self>) -> Self {
        let mut members: Vec<Arc<Node>> = sets.into_iter().filter_map(|set| set.0).collect();
        match members.len() {
            0 | 1 => Self(members.pop()),
            _ => Self(Some(Arc::new(Node::Union(members)))),
        }
    }

    /// The constant parameters of `distribution` that break their constraints.
    pub(crate) fn flaws(distribution: &(impl Distribution + ?Sized)) -> Self {
        Self::broken(&distribution.constraints())
    }

    /// The constraints that constants break.
    pub(crate) fn broken(constraints: &[Constraint]) -> Self {
        Self::union(constraints.iter().filter_map(|constraint| {
            let error = constraint.check().err()?;
            Some(Self::one(Term::Flaw(error.into())))
        }))
    }

    /// These terms, then `other`'s.
    pub(crate) fn and(self, other: Self) -> Self {
        Self::union([self, other])
    }

    /// Each term once, in the order of first appearance.
    ///
    /// Takes time in proportion to the number of joins, however often sets were joined with
    /// themselves.
    pub(crate) fn collect(&self) -> Vec<&Term> {
        // Room for the terms of a small model.
        let mut seen = FxHashSet::with_capacity_and_hasher(32, FxBuildHasher);
        let mut terms = Vec::new();
        let mut pending: Vec<&Arc<Node>> = self.0.iter().collect();
        while let Some(node) = pending.pop() {
            if !seen.insert(Arc::as_ptr(node)) {
                continue;
            }
            match &**node {
                Node::One(term) => terms.push(term),
                Node::Union(members) => pending.extend(members.iter().rev()),
            }
        }
        terms
    }
}

/// Frees joins one by one: a chain of a million must not need a million stack frames.
impl Drop for Node {
    fn drop(&mut self) {
        let Self::Union(members) = self else { return };
        let mut pending = std::mem::take(members);
        while let Some(node) = pending.pop() {
            if let Some(mut node) = Arc::into_inner(node)
                && let Self::Union(members) = &mut node
            {
                pending.append(members);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn density(value: f64) -> Terms {
        Terms::one(Term::Density(Real::constant(value)))
    }

    fn values(terms: &Terms) -> Vec<f64> {
        let value = |term: &Term| match term {
            Term::Density(density) => density.as_constant(),
            Term::Latent(_)
            | Term::Prior(_)
            | Term::Observed(_)
            | Term::Likelihood(_)
            | Term::Name { .. }
            | Term::Flaw(_) => None,
        };
        terms.collect().into_iter().filter_map(value).collect()
    }

    #[test]
    fn union_keeps_the_order_of_first_appearance() {
        let (a, b, c) = (density(1.0), density(2.0), density(3.0));
        let joined = b.clone().and(a.clone()).and(Terms::union([a, c, b]));
        assert_eq!(values(&joined), [2.0, 1.0, 3.0]);
    }

    #[test]
    fn equal_terms_made_apart_count_twice() {
        assert_eq!(values(&density(1.0).and(density(1.0))), [1.0, 1.0]);
    }

    #[test]
    fn joining_with_itself_stays_linear() {
        let mut terms = density(1.0);
        for _ in 0..200 {
            terms = terms.clone().and(terms);
        }
        assert_eq!(values(&terms), [1.0]);
    }

    #[test]
    fn empty_sets_leave_no_trace() {
        assert!(values(&Terms::union([Terms::default(), Terms::default()])).is_empty());
    }
}
