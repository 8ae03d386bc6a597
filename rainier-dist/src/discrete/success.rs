//! Holds a probability of success by whichever parameter it was given.
//!
//! In: a probability, or its logit. Out: the probability, its complement and the logarithms of
//! both, each with all its digits, and tails of binomial counts.

use rainier_core::Real;
use rainier_core::special::Tail;

use crate::distribution::{Constraint, Requirement};

/// Logits up to this size have shares that are normal numbers.
const LARGEST_LOGIT: f64 = 700.0;

/// A probability p of success.
#[derive(Debug, Clone)]
pub(super) struct Success {
    /// p.
    pub(super) probability: Real,
    /// 1 − p.
    pub(super) complement: Real,
    /// ln p.
    pub(super) log_probability: Real,
    /// ln(1 − p).
    pub(super) log_complement: Real,
    /// What must hold of the parameter.
    pub(super) constraint: Constraint,
    logit: Option<Real>,
}

impl Success {
    /// By the probability, in [0, 1].
    pub(super) fn by_probability(distribution: &'static str, probability: Real) -> Self {
        let requirement = Requirement::UnitInterval;
        Self {
            complement: 1.0 - &probability,
            log_probability: probability.ln(),
            log_complement: (-&probability).ln_1p(),
            constraint: Constraint::new(distribution, "probability", &probability, requirement),
            probability,
            logit: None,
        }
    }

    /// By the logit ln(p/(1 − p)), a finite number.
    pub(super) fn by_logit(distribution: &'static str, logit: Real) -> Self {
        Self {
            probability: logit.logistic(),
            complement: (-&logit).logistic(),
            log_probability: logit.log_logistic(),
            log_complement: -logit.softplus(),
            constraint: Constraint::new(distribution, "logit", &logit, Requirement::Finite),
            logit: Some(logit),
        }
    }

    /// The logarithm of the incomplete beta function of shapes a and b at p.
    pub(super) fn ln_incomplete_beta(&self, tail: Tail, a: &Real, b: &Real) -> Real {
        let by_probability = a.ln_incomplete_beta(tail, b, &self.probability);
        let Some(logit) = &self.logit else {
            return by_probability;
        };
        // Near p = 1 only the complement has all its digits.
        let other = match tail {
            Tail::Lower => Tail::Upper,
            Tail::Upper => Tail::Lower,
        };
        let by_complement = b.ln_incomplete_beta(other, a, &self.complement);
        let usual = logit.less(0.0).select(by_probability, by_complement);
        self.unless_extreme(|_| usual.clone(), || self.ln_extreme_tail(tail, a, b))
    }

    /// The same where the smaller share may round to 0: there I(p; a, b) is pᵃ/(a B(a, b)).
    fn ln_extreme_tail(&self, tail: Tail, a: &Real, b: &Real) -> Real {
        let of_power = |share: &Real, a: &Real, b: &Real| {
            let power = a * share - (a.ln() + a.ln_beta(b));
            [power.clone(), power.ln_one_minus_exp()]
        };
        let [below, above] = of_power(&self.log_probability, a, b);
        let [rest_above, rest_below] = of_power(&self.log_complement, b, a);
        let is_rare = self.log_probability.less(&self.log_complement);
        match tail {
            Tail::Lower => is_rare.select(below, rest_below),
            Tail::Upper => is_rare.select(above, rest_above),
        }
    }

    /// ln of the term p^a (1 − p)^b of the binomial expansion with its coefficient, for shares that
    /// do not round to 0.
    pub(super) fn ln_binomial_term(&self, a: &Real, b: &Real) -> Real {
        let Some(logit) = &self.logit else {
            return a.ln_binomial_term(b, &self.probability);
        };
        // By the smaller share: the larger one may round to 1.
        let is_rare = logit.less(0.0);
        let share = is_rare.select(logit, -logit).logistic();
        let (of_share, of_rest) = (is_rare.select(a, b), is_rare.select(b, a));
        of_share.ln_binomial_term(of_rest, share)
    }

    /// `usual`, or `extreme` where a logit is so large that the smaller share may round to 0.
    pub(super) fn unless_extreme(
        &self,
        usual: impl Fn(&Self) -> Real,
        extreme: impl Fn() -> Real,
    ) -> Real {
        match &self.logit {
            None => usual(self),
            Some(logit) => logit
                .abs()
                .less(LARGEST_LOGIT)
                .select(usual(self), extreme()),
        }
    }

    /// p(1 − p).
    pub(super) fn variance(&self) -> Real {
        &self.probability * &self.complement
    }
}
