//! Holds what the extreme-value distributions (Gumbel, Weibull, Fréchet) have in common.
//!
//! In: logarithms of expected counts, and reciprocals of shapes. Out: the probability of any event
//! at all, and mean and variance of a power of an exponential variable.

use rainier_core::Real;

/// Euler's constant γ, the mean of the standard Gumbel distribution.
pub(super) const EULER_GAMMA: f64 = 0.577_215_664_901_532_9;

/// Beyond this size of a logarithm 1 − e^(−e^w) rounds to e^w.
const RARE: f64 = 40.0;

/// ln(1 − e^(−e^w)): the probability that anything happens where e^w events are expected.
pub(super) fn log_any(log_expected: &Real) -> Real {
    let many = (-log_expected.exp()).ln_one_minus_exp();
    log_expected.less(-RARE).select(log_expected, many)
}

/// E Eᵈ = Γ(1 + d), E standard exponential; ∞ for d ≤ −1.
pub(super) fn mean_of_power(d: &Real) -> Real {
    let mean = (d + 1.0).ln_gamma().exp();
    d.greater(-1.0).select(mean, f64::INFINITY)
}

/// The variance Γ(1 + 2d) − Γ(1 + d)² of Eᵈ; ∞ for d ≤ −½. It is the square of the mean times
/// Γ(1 + 2d) / Γ(1 + d)² − 1, so that no digits cancel for small d.
pub(super) fn variance_of_power(d: &Real) -> Real {
    let mean = mean_of_power(d);
    let log_ratio = (d + 1.0).ln_rising_factorial(d) - Real::constant(1.0).ln_rising_factorial(d);
    let variance = &mean * &mean * log_ratio.exp_m1();
    d.greater(-0.5).select(variance, f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(of: fn(&Real) -> Real, x: f64) -> f64 {
        of(&Real::constant(x)).as_constant().unwrap()
    }

    #[test]
    fn rare_events_have_the_probability_of_their_expected_count() {
        assert_eq!(at(log_any, -1000.0), -1000.0);
        assert!((at(log_any, 0.0) - (-(-1.0_f64).exp()).ln_1p()).abs() < 1e-15);
        assert_eq!(at(log_any, 1000.0), 0.0);
        let below = at(log_any, (-RARE).next_down());
        assert!((below - at(log_any, -RARE)).abs() < 1e-14);
    }

    #[test]
    fn variances_of_powers_keep_their_digits() {
        // mpmath 1.3.0, 50 digits: gamma(1 + 2d) − gamma(1 + d)².
        for (d, expected) in [
            (1.0, 1.0),
            (2.0, 20.0),
            (1e-2, 0.00016030491620026113),
            (1e-5, 1.6448910372477486e-10),
            (-0.25, 0.27080775622488631),
        ] {
            let found = at(variance_of_power, d);
            assert!((found / expected - 1.0).abs() < 1e-9, "{d}: {found}");
        }
        assert_eq!(at(variance_of_power, -0.5), f64::INFINITY);
        assert_eq!(at(mean_of_power, -1.0), f64::INFINITY);
    }
}
