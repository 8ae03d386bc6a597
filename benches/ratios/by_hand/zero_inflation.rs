//! Sums the part of a zero-inflated likelihood that all families share.
//!
//! In: the logit of the probability of a structural zero, and a = −ln f(0). Out: the log
//! likelihood of being zero or not, with the uniform prior, and two derivatives.

use super::priors::Probability;

/// How many counts are zero, and how many are not.
#[derive(Debug, Clone, Copy)]
pub(super) struct ZeroCounts {
    pub(super) zeros: f64,
    pub(super) others: f64,
}

/// A value and its derivatives by q and a.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inflation {
    pub(super) value: f64,
    pub(super) by_logit: f64,
    pub(super) by_a: f64,
}

impl ZeroCounts {
    pub(super) fn of(counts: &[f64]) -> Self {
        let zeros = counts.iter().filter(|&&count| count == 0.0).count();
        Self {
            zeros: zeros as f64,
            others: (counts.len() - zeros) as f64,
        }
    }

    /// ln p + ln(1 − p) + n₀ ln(p + (1 − p) e^−a) + n₁ (ln(1 − p) − a), p = 1/(1 + e^−q).
    ///
    /// p + (1 − p) e^−a is p (1 + w) with w = e^(−q − a): one more exp and one more logarithm.
    pub(super) fn inflate(self, logit: f64, a: f64) -> Inflation {
        let probability = Probability::new(logit);
        let (prior, prior_slope) = probability.prior();
        let odds = (-logit - a).exp();
        let by_chance = odds / (1.0 + odds);
        let zero = self.zeros * (probability.ln + odds.ln_1p());
        let other = self.others * (probability.ln_complement - a);
        Inflation {
            value: prior + zero + other,
            by_logit: prior_slope
                + self.zeros * (probability.complement - by_chance)
                + self.others * (probability.complement - 1.0),
            by_a: -self.zeros * by_chance - self.others,
        }
    }
}
