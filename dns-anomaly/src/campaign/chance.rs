//! Says how probable it is that names meet by chance.
//!
//! In: numbers of names, of windows, of shared clients. Out: probabilities, as logarithms where they may be tiny.

use rainier::compute::special::{Tail, ln_beta, ln_binomial, ln_incomplete_beta};

/// How many of the names that share a client stand out: a beta-binomial distribution.
///
/// Each of n names stands out with probability φ; two of them together more often than φ², by φ(1 − φ)ρ: whoever works
/// on a Saturday makes all of the names asked for unusual. ρ = 0 is the binomial distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Together {
    /// φ.
    pub(super) share: f64,
    /// ρ, from 0 to below 1.
    pub(super) correlation: f64,
}

impl Together {
    /// ln P(K ≥ k) among n names, k from 1 to n.
    pub(super) fn ln_at_least(&self, names: u64, flagged: u64) -> f64 {
        let (n, k) = (names as f64, flagged as f64);
        let share = self.share.clamp(1e-12, 1.0 - 1e-12);
        if self.correlation < 1e-9 {
            return ln_incomplete_beta(Tail::Lower, k, n - k + 1.0, share);
        }
        let shapes = 1.0 / self.correlation - 1.0;
        let (a, b) = (share * shapes, (1.0 - share) * shapes);
        // Terms of the sum over j ≥ k, relative to the first.
        let (mut term, mut sum, mut j) = (1.0, 1.0, k);
        while j < n {
            term *= (n - j) / (j + 1.0) * (j + a) / (n - j - 1.0 + b);
            sum += term;
            j += 1.0;
            // The ratio of terms falls with j: the rest is a geometric series at most.
            if term < 1e-12 * sum {
                break;
            }
        }
        let first = ln_binomial(n, k) + ln_beta(k + a, n - k + b) - ln_beta(a, b);
        (first + sum.ln()).min(0.0)
    }
}

/// P(X ≥ both): that two names which stand out in `first` and `second` of `windows` windows do so together in at least
/// `both`, by chance: the hypergeometric distribution.
pub(super) fn coincidence(windows: usize, first: usize, second: usize, both: usize) -> f64 {
    let (w, a, b) = (windows as f64, first as f64, second as f64);
    (both..=first.min(second))
        .filter(|&x| first + second <= windows + x)
        .map(|x| {
            let x = x as f64;
            (ln_binomial(a, x) + ln_binomial(w - a, b - x) - ln_binomial(w, b)).exp()
        })
        .sum::<f64>()
        .min(1.0)
}

/// A bound on ln P that a name with at most `items` clients shares so many, given the sum of ln f over those shared, f
/// being the share of all names a client asks for: ln C(items, shared) + Σ ln f.
pub(super) fn ln_sharing(items: usize, shared: usize, sum_ln_share: f64) -> f64 {
    ln_binomial(items.max(shared) as f64, shared as f64) + sum_ln_share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_correlation_tails_are_binomial() {
        let independent = Together {
            share: 0.1,
            correlation: 0.0,
        };
        // 1 − 0.9¹⁰ − 10 · 0.1 · 0.9⁹.
        let expected = 1.0 - 0.9_f64.powi(10) - 0.9_f64.powi(9);
        let actual = independent.ln_at_least(10, 2).exp();
        assert!(testkit::relative_error(actual, expected) < 1e-10);
        let nearly = Together {
            correlation: 2e-9,
            ..independent
        };
        let actual = nearly.ln_at_least(10, 2).exp();
        assert!(testkit::relative_error(actual, expected) < 1e-5);
    }

    #[test]
    fn tails_of_equal_shapes_are_uniform() {
        // a = b = 1: each number from 0 to n is as probable.
        let uniform = Together {
            share: 0.5,
            correlation: 1.0 / 3.0,
        };
        let actual = uniform.ln_at_least(9, 7).exp();
        assert!(testkit::relative_error(actual, 0.3) < 1e-10);
    }

    #[test]
    fn names_that_go_together_gather_more_often() {
        let tail = |correlation| {
            Together {
                share: 0.02,
                correlation,
            }
            .ln_at_least(40, 8)
        };
        assert!(tail(0.0) < tail(0.01) && tail(0.01) < tail(0.1));
        // Deep tails keep their digits: C(40, 40) 0.02⁴⁰.
        let all = Together {
            share: 0.02,
            correlation: 0.0,
        };
        let actual = all.ln_at_least(40, 40);
        assert!(testkit::relative_error(actual, 40.0 * 0.02_f64.ln()) < 1e-10);
    }

    #[test]
    fn coincidences_are_hypergeometric() {
        assert!(testkit::relative_error(coincidence(20, 1, 1, 1), 0.05) < 1e-10);
        assert!(testkit::relative_error(coincidence(20, 10, 1, 1), 0.5) < 1e-10);
        // C(3,2) C(7,1)/C(10,3) + C(3,3)/C(10,3).
        assert!(testkit::relative_error(coincidence(10, 3, 3, 2), 22.0 / 120.0) < 1e-10);
        assert!(testkit::relative_error(coincidence(1, 1, 1, 1), 1.0) < 1e-10);
    }
}
