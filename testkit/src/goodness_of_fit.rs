//! Holds the outcome of a goodness-of-fit test.
//!
//! In: a statistic and its p-value. Out: whether the sample is plausible under the law.

use crate::tolerance::P_VALUE_THRESHOLD;

/// Outcome of testing whether a sample follows a law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GoodnessOfFit {
    /// Kolmogorov's D, or Pearson's χ².
    pub statistic: f64,
    /// Probability of a statistic at least as large if the sample does follow the law.
    pub p_value: f64,
}

impl GoodnessOfFit {
    /// Whether the p-value reaches [`P_VALUE_THRESHOLD`]; false if it is NaN.
    pub fn is_plausible(&self) -> bool {
        self.p_value >= P_VALUE_THRESHOLD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_is_not_plausible() {
        assert!(
            !GoodnessOfFit {
                statistic: 0.0,
                p_value: f64::NAN
            }
            .is_plausible()
        );
    }
}
