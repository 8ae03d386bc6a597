//! Tests whether a sample follows a continuous distribution (Kolmogorov–Smirnov, one sample).
//!
//! In: independent draws and a distribution function. Out: D and its p-value.

use statrs::function::gamma::ln_gamma;

use crate::goodness_of_fit::GoodnessOfFit;

/// Kolmogorov–Smirnov test of independent draws against the distribution function `cdf`.
///
/// D = supₓ |Fₙ(x) − F(x)|. The p-value is min(1, 2·P(D⁺ ≥ d)) with the exact one-sided
/// probability of Birnbaum & Tingey (1951, Annals of Mathematical Statistics 22, 592–596).
/// Being twice the one-sided value it exceeds the two-sided one, by a relative (p/2)³ or so, which
/// is nothing where a decision falls. Draws of a chain are not independent: thin them first. For
/// counts use [`discrete_fit`](crate::discrete_fit).
///
/// `cdf` must not descend: it is asked at as few draws as the largest distance needs, some thousand
/// of a million. A NaN among the draws or where `cdf` is asked fits nothing: D is 1 and p is 0.
///
/// # Panics
/// If there are no draws.
///
/// ```
/// use testkit::kolmogorov_smirnov;
///
/// let grid: Vec<f64> = (0..100).map(|i| (f64::from(i) + 0.5) / 100.0).collect();
/// assert!(kolmogorov_smirnov(&grid, |x| x).is_plausible());
/// assert!(!kolmogorov_smirnov(&grid, |x| x * x).is_plausible());
/// ```
pub fn kolmogorov_smirnov(draws: &[f64], cdf: impl FnMut(f64) -> f64) -> GoodnessOfFit {
    assert!(!draws.is_empty(), "a sample must have at least one draw");
    let mut sorted = draws.to_vec();
    sorted.sort_by(f64::total_cmp);
    let statistic = distance(&sorted, cdf);
    let p_value = if statistic.is_nan() {
        0.0
    } else {
        (2.0 * one_sided(sorted.len(), statistic)).min(1.0)
    };
    GoodnessOfFit {
        statistic: if statistic.is_nan() { 1.0 } else { statistic },
        p_value,
    }
}

/// D of sorted draws, or NaN if it is met. Between two draws where F is known, F is between; a
/// range of draws that cannot hold the largest distance is left out.
fn distance(sorted: &[f64], mut cdf: impl FnMut(f64) -> f64) -> f64 {
    let count = sorted.len() as f64;
    let mut largest = 0.0_f64;
    let mut at = |index: usize| {
        let probability = cdf(sorted[index]);
        let below = probability - index as f64 / count;
        let above = (index + 1) as f64 / count - probability;
        largest = if (below + sorted[index]).is_nan() {
            f64::NAN
        } else if largest.is_nan() {
            largest
        } else {
            largest.max(below).max(above)
        };
        (probability, largest)
    };
    let last: usize = sorted.len() - 1;
    let mut ranges = vec![((0_usize, at(0).0), (last, at(last).0))];
    while let Some((first, last)) = ranges.pop() {
        let middle = first.0.midpoint(last.0);
        if middle == first.0 {
            continue;
        }
        let (probability, largest) = at(middle);
        let middle = (middle, probability);
        for (first, last) in [(first, middle), (middle, last)] {
            let most = (last.0 as f64 / count - first.1).max(last.1 - first.0 as f64 / count);
            if most > largest {
                ranges.push((first, last));
            }
        }
    }
    largest
}

/// P(D⁺ ≥ d) = d Σⱼ C(n, j) (d + j/n)^(j−1) (1 − d − j/n)^(n−j) over j ≤ n(1 − d).
fn one_sided(count: usize, statistic: f64) -> f64 {
    if statistic >= 1.0 {
        return 0.0;
    }
    let size = count as f64;
    let ln_factorial = ln_gamma(size + 1.0);
    let mut sum = 0.0;
    for index in 0..count {
        let j = index as f64;
        let rest = 1.0 - statistic - j / size;
        if rest <= 0.0 {
            break;
        }
        let ln_choose = ln_factorial - ln_gamma(j + 1.0) - ln_gamma(size - j + 1.0);
        // Logarithms: C(n, j) overflows beyond a thousand draws.
        sum += (ln_choose + (j - 1.0) * (statistic + j / size).ln() + (size - j) * rest.ln()).exp();
    }
    statistic * sum
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

    use super::*;
    use crate::tolerance::relative_error;

    fn uniform(count: usize) -> Vec<f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        (0..count).map(|_| rng.random()).collect()
    }

    #[test]
    fn one_and_two_draws_have_their_closed_forms() {
        // n = 1: P(D ≥ d) = 2(1 − d) for d ≥ 1/2. n = 2: 2(1 − d)² for d ≥ 1/2.
        for d in [0.5, 0.6, 0.9, 0.999] {
            assert!(relative_error(one_sided(1, d), 1.0 - d) < 1e-13, "{d}");
            assert!(
                relative_error(one_sided(2, d), (1.0 - d) * (1.0 - d)) < 1e-12,
                "{d}"
            );
        }
    }

    #[test]
    fn many_draws_approach_the_limit_of_smirnov() {
        // P(√n D⁺ ≥ z) → exp(−2z²) with the next term −2z/(3√n) inside (Smirnov 1944).
        let (count, z) = (1_000_000, 2.0);
        let root = 1000.0;
        let limit = (-2.0_f64 * z * z - 2.0 * z / (3.0 * root)).exp();
        assert!(relative_error(one_sided(count, z / root), limit) < 1e-4);
    }

    #[test]
    fn right_law_is_plausible_and_a_slightly_wrong_one_is_not() {
        let draws = uniform(100_000);
        assert!(kolmogorov_smirnov(&draws, |x| x).is_plausible());
        // Wrong by 5 % in the exponent: sup |x − x^1.05| = 0.018, D√n = 5.6, p about 1e-27.
        let wrong = kolmogorov_smirnov(&draws, |x| x.powf(1.05));
        assert!(!wrong.is_plausible(), "{wrong:?}");
    }

    #[test]
    fn distance_is_taken_on_both_sides_of_a_step() {
        assert_eq!(kolmogorov_smirnov(&[0.75], |x| x).statistic, 0.75);
        assert_eq!(kolmogorov_smirnov(&[0.25], |x| x).statistic, 0.75);
    }

    #[test]
    fn leaving_ranges_out_leaves_no_distance_out() {
        for count in [1, 2, 3, 10, 1000] {
            let mut draws = uniform(count);
            draws.sort_by(f64::total_cmp);
            for power in [0.7, 1.0, 1.3] {
                let at = |(index, draw): (usize, &f64)| {
                    let (below, probability) = (index as f64 / count as f64, draw.powf(power));
                    (probability - below).max(below + 1.0 / count as f64 - probability)
                };
                let expected = draws.iter().enumerate().map(at).fold(0.0, f64::max);
                let mut asked = 0;
                let found = distance(&draws, |x| {
                    asked += 1;
                    x.powf(power)
                });
                assert!(
                    (found - expected).abs() < 1e-15,
                    "{count}: {found}, {expected}"
                );
                assert!(count < 1000 || asked < 500, "asked {asked} times");
            }
        }
    }

    #[test]
    fn order_of_draws_does_not_matter() {
        let draws = uniform(100);
        let reversed: Vec<f64> = draws.iter().rev().copied().collect();
        assert_eq!(
            kolmogorov_smirnov(&draws, |x| x),
            kolmogorov_smirnov(&reversed, |x| x)
        );
    }

    #[test]
    fn nan_fits_nothing() {
        assert_eq!(kolmogorov_smirnov(&[0.5, f64::NAN], |x| x).p_value, 0.0);
        assert_eq!(kolmogorov_smirnov(&[0.5], |_| f64::NAN).p_value, 0.0);
    }

    #[test]
    #[should_panic(expected = "at least one draw")]
    fn empty_sample_is_refused() {
        kolmogorov_smirnov(&[], |x| x);
    }
}
