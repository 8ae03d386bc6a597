//! Computes how improbable a window's statistic is, exactly, given the model's unknowns.
//!
//! In: for each slot of the window, posterior draws and the number of bins; an observed value. Out: P(statistic ≥ value)
//! and P(statistic ≤ value) under the posterior predictive distribution, averaged over the draws. Analytic tails
//! (Rao–Blackwell) have no floor: counting simulated windows could never go below one over their number.
//!
//! A bin of slot s is active with probability aₛ = 1 − `zero_prob`, then Poisson(`rate`ₛ). With Kₛ ~ Binomial(binsₛ, aₛ):
//! sum ~ Poisson(Σ Kₛ·rateₛ); busy ~ Σ Binomial(binsₛ, aₛ(1 − e^−rateₛ)). A sum over all Kₛ has Π (binsₛ + 1) terms.

use rainier::compute::special::{ln_gamma, ln_normal_cdf};

use super::window::Statistic;
use crate::model::ZipDraw;

/// The bins of a window that lie in one slot, alike and independent of each other given a draw.
#[derive(Debug, Clone, Copy)]
pub(super) struct SlotBins<'a> {
    pub(super) draws: &'a [ZipDraw],
    pub(super) bins: u32,
}

/// Both tails, each including the observed value.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Tails {
    pub(super) at_least: f64,
    pub(super) at_most: f64,
}

/// The tails of `statistic` at `observed`, averaged over draws: the first of each slot go together, and so on.
pub(super) fn predictive_tails(
    slots: &[SlotBins<'_>],
    statistic: Statistic,
    observed: u64,
) -> Tails {
    let poisson = PoissonAt::new(observed);
    let draws = slots.iter().map(|slot| slot.draws.len()).min().unwrap_or(0);
    let mut total = Tails::default();
    for index in 0..draws {
        let tails = match statistic {
            Statistic::Sum => {
                let active = slots.iter().map(|slot| ActiveBins::new(slot, index));
                let mut tails = Tails::default();
                add_tails(&active.collect::<Vec<_>>(), 1.0, 0.0, &poisson, &mut tails);
                tails
            }
            Statistic::Busy => busy_tails(slots, index, observed),
        };
        total.at_least += tails.at_least;
        total.at_most += tails.at_most;
    }
    let count = draws.max(1) as f64;
    Tails {
        at_least: (total.at_least / count).min(1.0),
        at_most: (total.at_most / count).min(1.0),
    }
}

/// How many bins of a slot are active, and the rate of each.
struct ActiveBins {
    masses: Vec<f64>,
    rate: f64,
}

impl ActiveBins {
    fn new(slot: &SlotBins<'_>, index: usize) -> Self {
        let draw = slot.draws[index];
        Self {
            masses: binomial_masses(slot.bins, 1.0 - draw.zero_prob),
            rate: draw.rate,
        }
    }
}

/// Adds Σ P(K₁, K₂, …) · tails of Poisson(Σ Kₛ·rateₛ), slot by slot, to `tails`. `probability` and `mean` are of the
/// slots before; a window has at most four slots, so the recursion is no deeper.
fn add_tails(
    slots: &[ActiveBins],
    probability: f64,
    mean: f64,
    poisson: &PoissonAt,
    tails: &mut Tails,
) {
    let Some((slot, others)) = slots.split_first() else {
        let inner = poisson.tails(mean);
        tails.at_least += probability * inner.at_least;
        tails.at_most += probability * inner.at_most;
        return;
    };
    for (active, mass) in slot.masses.iter().enumerate() {
        let probability = probability * mass;
        if probability > 0.0 {
            let mean = mean + active as f64 * slot.rate;
            add_tails(others, probability, mean, poisson, tails);
        }
    }
}

fn busy_tails(slots: &[SlotBins<'_>], index: usize, observed: u64) -> Tails {
    let masses = slots.iter().fold(vec![1.0], |masses, slot| {
        let draw = slot.draws[index];
        let busy_prob = (1.0 - draw.zero_prob) * -(-draw.rate).exp_m1();
        convolve(&masses, &binomial_masses(slot.bins, busy_prob))
    });
    let observed = usize::try_from(observed).unwrap_or(usize::MAX);
    Tails {
        at_least: masses.iter().skip(observed).sum(),
        at_most: masses.iter().take(observed.saturating_add(1)).sum(),
    }
}

/// The masses of a sum of two independent counts.
fn convolve(one: &[f64], other: &[f64]) -> Vec<f64> {
    let mut masses = vec![0.0; one.len() + other.len() - 1];
    for (i, a) in one.iter().enumerate() {
        for (j, b) in other.iter().enumerate() {
            masses[i + j] += a * b;
        }
    }
    masses
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

    /// Sums the probabilities of all windows of counts up to a bound, one by one; each bin has its law.
    fn by_enumeration(laws: &[ZipDraw], statistic: impl Fn(&[u64]) -> u64, observed: u64) -> Tails {
        const BOUND: u64 = 30;
        let mass = |draw: ZipDraw, count: u64| {
            let poisson =
                (count as f64 * draw.rate.ln() - draw.rate - ln_factorial(count as f64)).exp();
            (1.0 - draw.zero_prob) * poisson + if count == 0 { draw.zero_prob } else { 0.0 }
        };
        let mut tails = Tails::default();
        let mut counts = vec![0; laws.len()];
        loop {
            let masses = counts.iter().zip(laws);
            let probability: f64 = masses.map(|(&count, &law)| mass(law, count)).product();
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

    const QUIET: ZipDraw = ZipDraw {
        zero_prob: 0.6,
        rate: 1.7,
    };
    const BUSY: ZipDraw = ZipDraw {
        zero_prob: 0.05,
        rate: 4.0,
    };

    fn is_close(tails: Tails, expected: Tails) -> bool {
        (tails.at_least - expected.at_least).abs() < 1e-12
            && (tails.at_most - expected.at_most).abs() < 1e-12
    }

    #[test]
    fn tails_agree_with_enumeration_of_all_windows() {
        for laws in [[QUIET; 3], [BUSY; 3], [QUIET, BUSY, BUSY]] {
            let quiet = laws.iter().filter(|&&law| law == QUIET).count() as u32;
            let slots: Vec<SlotBins<'_>> = [(&[QUIET], quiet), (&[BUSY], 3 - quiet)]
                .into_iter()
                .filter(|(_, bins)| *bins > 0)
                .map(|(draws, bins)| SlotBins { draws, bins })
                .collect();
            for statistic in Statistic::ALL {
                for observed in [0, 1, 3, 7] {
                    let of = |counts: &[u64]| super::super::Statistics::of(counts).get(statistic);
                    let expected = by_enumeration(&laws, of, observed);
                    let tails = predictive_tails(&slots, statistic, observed);
                    assert!(is_close(tails, expected), "{statistic:?} {observed}");
                    // The control: another law for one bin is told apart.
                    let other = by_enumeration(&[BUSY, QUIET, QUIET], of, observed);
                    assert!(
                        !is_close(tails, other) || (statistic, observed) == (Statistic::Busy, 7),
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
        let slot = SlotBins {
            draws: &[draw],
            bins: 24,
        };
        let tails = predictive_tails(&[slot], Statistic::Sum, 200);
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
                        let slot = SlotBins {
                            draws: &[ZipDraw { zero_prob, rate }],
                            bins: 12,
                        };
                        let tails = predictive_tails(&[slot; 2], statistic, observed);
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
