//! Computes how improbable a window's statistic is, exactly, given the model's unknowns.
//!
//! In: posterior draws, the number of bins, an observed value. Out: P(statistic ≥ value) and P(statistic ≤ value) under
//! the posterior predictive distribution, averaged over the draws. Analytic tails (Rao–Blackwell) have no floor:
//! counting simulated windows could never go below one over their number.
//!
//! A bin is active with probability a = 1 − `zero_prob`, then Poisson(`rate`):
//! sum ~ Poisson(K·rate), K ~ Binomial(bins, a); busy ~ Binomial(bins, a(1 − e^−rate)).

use rainier::compute::special::{ln_gamma, ln_normal_cdf};

use super::window::Statistic;
use crate::model::ZipDraw;

/// Both tails, each including the observed value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tails {
    pub(super) at_least: f64,
    pub(super) at_most: f64,
}

/// The tails of `statistic` at `observed`, averaged over `draws`.
pub(super) fn predictive_tails(
    draws: &[ZipDraw],
    bins: u32,
    statistic: Statistic,
    observed: u64,
) -> Tails {
    let poisson = PoissonAt::new(observed);
    let mut total = Tails {
        at_least: 0.0,
        at_most: 0.0,
    };
    for &draw in draws {
        let tails = match statistic {
            Statistic::Sum => sum_tails(draw, bins, &poisson),
            Statistic::Busy => {
                let busy_prob = (1.0 - draw.zero_prob) * -(-draw.rate).exp_m1();
                binomial_tails(bins, busy_prob, observed)
            }
        };
        total.at_least += tails.at_least;
        total.at_most += tails.at_most;
    }
    let count = draws.len().max(1) as f64;
    Tails {
        at_least: (total.at_least / count).min(1.0),
        at_most: (total.at_most / count).min(1.0),
    }
}

/// Σ P(K) · tails of Poisson(K·rate) over the number K of active bins.
fn sum_tails(draw: ZipDraw, bins: u32, poisson: &PoissonAt) -> Tails {
    let mut tails = Tails {
        at_least: 0.0,
        at_most: 0.0,
    };
    for (active, probability) in binomial_masses(bins, 1.0 - draw.zero_prob)
        .into_iter()
        .enumerate()
    {
        if probability > 0.0 {
            let inner = poisson.tails(active as f64 * draw.rate);
            tails.at_least += probability * inner.at_least;
            tails.at_most += probability * inner.at_most;
        }
    }
    tails
}

fn binomial_tails(bins: u32, probability: f64, observed: u64) -> Tails {
    let masses = binomial_masses(bins, probability);
    let observed = usize::try_from(observed).unwrap_or(usize::MAX);
    Tails {
        at_least: masses.iter().skip(observed).sum(),
        at_most: masses.iter().take(observed.saturating_add(1)).sum(),
    }
}

/// P(K = k) for k = 0 … n.
fn binomial_masses(n: u32, p: f64) -> Vec<f64> {
    let n = n as usize;
    let mut masses = vec![0.0; n + 1];
    if p.is_nan() || p <= 0.0 {
        masses[0] = 1.0;
        return masses;
    }
    if p >= 1.0 {
        masses[n] = 1.0;
        return masses;
    }
    // From the mode outwards by ratios, then normalised: no factorials, no underflow at the start.
    let mode = (((n + 1) as f64 * p) as usize).min(n);
    let odds = p / (1.0 - p);
    masses[mode] = 1.0;
    for k in mode..n {
        masses[k + 1] = masses[k] * odds * (n - k) as f64 / (k + 1) as f64;
    }
    for k in (0..mode).rev() {
        masses[k] = masses[k + 1] / odds * (k + 1) as f64 / (n - k) as f64;
    }
    let total: f64 = masses.iter().sum();
    for mass in &mut masses {
        *mass /= total;
    }
    masses
}

/// Counts above this have thousands of terms in their tails, and a saddle point as exact as they are.
const LARGE: f64 = 10_000.0;

/// Poisson tails at one value, for many means.
struct PoissonAt {
    value: f64,
    /// ln(value!).
    ln_factorial: f64,
}

impl PoissonAt {
    fn new(value: u64) -> Self {
        let value = value as f64;
        Self {
            value,
            ln_factorial: ln_factorial(value),
        }
    }

    fn tails(&self, mean: f64) -> Tails {
        if self.value > LARGE && mean > LARGE {
            return self.saddle_point(mean);
        }
        let mass = self.mass(mean);
        // Sum the shorter side term by term; the other is its complement, which is large there.
        if self.value >= mean {
            let at_least = self.upward(mass, mean).min(1.0);
            Tails {
                at_least,
                at_most: 1.0 - at_least + mass,
            }
        } else {
            let at_most = self.downward(mass, mean).min(1.0);
            Tails {
                at_least: 1.0 - at_most + mass,
                at_most,
            }
        }
    }

    fn mass(&self, mean: f64) -> f64 {
        if mean > 0.0 {
            (self.value * mean.ln() - mean - self.ln_factorial).exp()
        } else {
            f64::from(self.value == 0.0)
        }
    }

    /// Both tails by Lugannani & Rice (1980) with continuity correction (Daniels 1987): w = ± √(2 (y ln(y/μ) − y + μ)),
    /// v = (1 − μ/y) √y, P(X ≥ y) ≈ 1 − Φ(w) + φ(w) (1/v − 1/w), with a relative error below 1/y.
    fn saddle_point(&self, mean: f64) -> Tails {
        let upper = |y: f64| {
            let difference = y - mean;
            let deviance = y * (difference / mean).ln_1p() - difference;
            let w = (2.0 * deviance.max(0.0)).sqrt().copysign(difference);
            // Where both terms grow without bound their difference is 1/(2√y) − 1/(6√y).
            let correction = if w.abs() < 1e-3 {
                1.0 / (3.0 * y.sqrt())
            } else {
                y.sqrt() / difference - 1.0 / w
            };
            let density = (-0.5 * w * w).exp() / (2.0 * std::f64::consts::PI).sqrt();
            let above = ln_normal_cdf(-w).exp() + density * correction;
            let below = ln_normal_cdf(w).exp() - density * correction;
            (above.clamp(0.0, 1.0), below.clamp(0.0, 1.0))
        };
        Tails {
            at_least: upper(self.value).0,
            at_most: upper(self.value + 1.0).1,
        }
    }

    /// Σ_{j ≥ value} P(X = j), value ≥ mean: terms fall by mean / j.
    fn upward(&self, mass: f64, mean: f64) -> f64 {
        let (mut term, mut sum, mut j) = (mass, mass, self.value);
        while term > sum * f64::EPSILON {
            j += 1.0;
            term *= mean / j;
            sum += term;
        }
        sum
    }

    /// Σ_{j ≤ value} P(X = j), value < mean: terms fall by j / mean.
    fn downward(&self, mass: f64, mean: f64) -> f64 {
        let (mut term, mut sum, mut j) = (mass, mass, self.value);
        while j > 0.0 && term > sum * f64::EPSILON {
            term *= j / mean;
            j -= 1.0;
            sum += term;
        }
        sum
    }
}

/// ln(n!).
fn ln_factorial(n: f64) -> f64 {
    ln_gamma(n + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums the probabilities of all windows of `bins` counts up to a bound, one by one.
    fn by_enumeration(
        draw: ZipDraw,
        bins: usize,
        statistic: impl Fn(&[u64]) -> u64,
        observed: u64,
    ) -> Tails {
        const BOUND: u64 = 30;
        let mass = |count: u64| {
            let poisson =
                (count as f64 * draw.rate.ln() - draw.rate - ln_factorial(count as f64)).exp();
            (1.0 - draw.zero_prob) * poisson + if count == 0 { draw.zero_prob } else { 0.0 }
        };
        let mut tails = Tails {
            at_least: 0.0,
            at_most: 0.0,
        };
        let mut counts = vec![0; bins];
        loop {
            let probability: f64 = counts.iter().map(|&count| mass(count)).product();
            let value = statistic(&counts);
            tails.at_least += if value >= observed { probability } else { 0.0 };
            tails.at_most += if value <= observed { probability } else { 0.0 };
            let Some(next) = counts.iter().position(|&count| count < BOUND) else {
                return tails;
            };
            counts[next] += 1;
            counts[..next].fill(0);
        }
    }

    #[test]
    fn tails_agree_with_enumeration_of_all_windows() {
        for draw in [
            ZipDraw {
                zero_prob: 0.6,
                rate: 1.7,
            },
            ZipDraw {
                zero_prob: 0.05,
                rate: 4.0,
            },
        ] {
            for statistic in Statistic::ALL {
                for observed in [0, 1, 3, 7] {
                    let expected = by_enumeration(
                        draw,
                        3,
                        |counts| super::super::Statistics::of(counts).get(statistic),
                        observed,
                    );
                    let tails = predictive_tails(&[draw], 3, statistic, observed);
                    assert!(
                        (tails.at_least - expected.at_least).abs() < 1e-12,
                        "{statistic:?} {observed}"
                    );
                    assert!(
                        (tails.at_most - expected.at_most).abs() < 1e-12,
                        "{statistic:?} {observed}"
                    );
                }
            }
        }
    }

    #[test]
    fn tails_of_large_counts_agree_with_their_terms() {
        for value in [20_000_u64, 1_000_000] {
            let at = PoissonAt::new(value);
            for deviations in [-6.0, -2.0, -0.5, 1e-4, 0.5, 2.0, 6.0] {
                let mean = at.value - deviations * at.value.sqrt();
                let (mass, tails) = (at.mass(mean), at.tails(mean));
                // ln P loses digits as a difference of terms of 10^7: allow for 10^−8.
                let is_close =
                    |actual: f64, expected: f64| testkit::relative_error(actual, expected) < 1e-4;
                let (actual, expected) = if deviations > 0.0 {
                    (tails.at_least, at.upward(mass, mean))
                } else {
                    (tails.at_most, at.downward(mass, mean))
                };
                assert!(is_close(actual, expected), "{value} {deviations}");
                // The control: the tail without its first term is told apart.
                assert!(!is_close(expected - mass, expected), "{value} {deviations}");
            }
        }
    }

    #[test]
    fn far_tails_have_no_floor() {
        let draw = ZipDraw {
            zero_prob: 0.5,
            rate: 1.0,
        };
        let tails = predictive_tails(&[draw], 24, Statistic::Sum, 200);
        assert!(
            tails.at_least > 0.0 && tails.at_least < 1e-100,
            "{}",
            tails.at_least
        );
    }

    #[test]
    fn extreme_unknowns_stay_probabilities() {
        for zero_prob in [0.0, 1.0, 1e-300] {
            for rate in [0.0, 1e-300, 1e6] {
                for statistic in Statistic::ALL {
                    for observed in [0, 1, 5_000_000] {
                        let tails = predictive_tails(
                            &[ZipDraw { zero_prob, rate }],
                            24,
                            statistic,
                            observed,
                        );
                        assert!((0.0..=1.0).contains(&tails.at_least), "{tails:?}");
                        assert!((0.0..=1.0).contains(&tails.at_most), "{tails:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn ln_factorial_is_continuous_where_the_formula_changes() {
        let direct: f64 = (2..=40).map(|k| f64::from(k).ln()).sum();
        assert!((ln_factorial(40.0) - direct).abs() < 1e-12 * direct);
    }
}
