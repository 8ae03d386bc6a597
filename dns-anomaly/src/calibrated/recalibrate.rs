//! Maps p-values through what earlier windows showed.
//!
//! In: p-values of past windows, by stratum. Out: a [`Map`] from a p-value to how often such windows had one as small.
//!
//! With t = −ln p, the map is the [`Exceedance`] of past t: their empirical P(T ≥ t), and beyond its tenth p to a power, as
//! where a model's tail is too light or too heavy by a factor in its exponent. There is no smallest p.
//!
//! A window has the weight of its references: a p that rests on two earlier windows says little of what p will be like
//! that rest on twenty.
//!
//! Traffic changes, and with it what a model misses: a map forgets windows as old as the oldest reference of a new one,
//! though never so many that no distribution is left.
//!
//! A series with few windows follows its stratum, a stratum the pool of all, the pool the model: P = (n P + k P′)/(n + k)
//! with n windows of its own (what is left of them when weights differ, (Σ w)² / Σ w²) and P′ of the next wider group.

use std::collections::HashMap;

use super::exceedance::Exceedance;

/// The distribution of −ln p in past windows of one stratum.
#[derive(Debug, Clone, Default)]
struct Sample {
    surprises: Vec<f32>,
    /// When each window began, in order.
    times: Vec<Time>,
    /// How many references each had.
    weights: Vec<Weight>,
    /// How many came or went since the fit.
    changes: usize,
    fitted: Exceedance,
}

/// References of a window; beyond 10,000 all count the same.
type Weight = u16;
const LARGEST_WEIGHT: Weight = 10_000;

/// A first bin, half as large. Beyond 2³¹ all are the same: such windows are never forgotten.
type Time = i32;

fn time_of(first_bin: i64) -> Time {
    first_bin.clamp(i64::from(Time::MIN), i64::from(Time::MAX)) as Time
}

/// Maps learned from past windows.
#[derive(Debug, Clone)]
pub(super) struct Recalibration {
    series: HashMap<u32, Sample>,
    strata: Vec<Sample>,
    pool: Sample,
}

/// Fewer are no distribution.
const MINIMUM: usize = 50;
/// More than this of one stratum are thinned: the older half goes.
const MAXIMUM: usize = 200_000;
/// What a stratum is worth in a series, the pool in a stratum, and the model in the pool, in windows.
const STRATUM_WEIGHT: f64 = 100.0;
const POOL_WEIGHT: f64 = 500.0;
const MODEL_WEIGHT: f64 = 50.0;

impl Recalibration {
    pub(super) fn new(strata: usize) -> Self {
        Self {
            series: HashMap::new(),
            strata: vec![Sample::default(); strata],
            pool: Sample::default(),
        }
    }

    /// Adds a window, no earlier than those before; [`refit`](Self::refit) makes it count.
    pub(super) fn add(
        &mut self,
        series: u32,
        stratum: usize,
        first_bin: i64,
        references: u16,
        surprise: f32,
    ) {
        let time = time_of(first_bin);
        self.series
            .entry(series)
            .or_default()
            .add(time, references, surprise);
        self.strata[stratum].add(time, references, surprise);
        self.pool.add(time, references, surprise);
    }

    /// Takes what was added into the maps, and what began before `oldest` out of them, where a twentieth of a map changes.
    pub(super) fn refit(&mut self, oldest: i64) {
        let wide = self.strata.iter_mut().chain([&mut self.pool]);
        for sample in wide.chain(self.series.values_mut()) {
            sample.refit(time_of(oldest));
        }
    }

    /// Number of past windows the maps rest on.
    pub(super) fn windows(&self) -> usize {
        self.pool.fitted.len()
    }

    /// −ln of the recalibrated p.
    pub(super) fn surprise(&self, series: u32, stratum: usize, surprise: f64) -> f64 {
        let pool = blend(&self.pool, surprise, MODEL_WEIGHT, -surprise);
        let stratum = blend(&self.strata[stratum], surprise, POOL_WEIGHT, pool);
        let own = match self.series.get(&series) {
            Some(sample) => blend(sample, surprise, STRATUM_WEIGHT, stratum),
            None => stratum,
        };
        -own.min(0.0)
    }
}

/// ln of the weighted mean of a sample's tail and another, given as its logarithm.
fn blend(sample: &Sample, surprise: f64, weight: f64, ln_other: f64) -> f64 {
    if sample.fitted.len() < MINIMUM {
        return ln_other;
    }
    let worth = sample.fitted.worth();
    let own = sample.fitted.ln_share(surprise) + (worth / (worth + weight)).ln();
    let other = ln_other + (weight / (worth + weight)).ln();
    let (high, low) = if own > other {
        (own, other)
    } else {
        (other, own)
    };
    high + (low - high).exp().ln_1p()
}

impl Sample {
    fn add(&mut self, time: Time, references: u16, surprise: f32) {
        self.surprises.push(surprise);
        self.times.push(time);
        self.weights.push(references.clamp(1, LARGEST_WEIGHT));
        self.changes += 1;
        if self.surprises.len() > MAXIMUM {
            self.forget(MAXIMUM / 2);
        }
    }

    /// Forgets the first windows.
    fn forget(&mut self, windows: usize) {
        self.surprises.drain(..windows);
        self.times.drain(..windows);
        self.weights.drain(..windows);
        self.changes += windows;
    }

    fn refit(&mut self, oldest: Time) {
        let is_worth = |windows: usize, of: usize| windows > 0 && windows >= of.div_ceil(20);
        let old = self.times.partition_point(|&time| time < oldest);
        let old = old.min(self.times.len().saturating_sub(MINIMUM));
        if is_worth(old, self.times.len()) {
            self.forget(old);
        }
        let count = self.surprises.len();
        if count < MINIMUM || !is_worth(self.changes, self.fitted.len()) {
            return;
        }
        self.changes = 0;
        self.fitted.fit(&self.surprises, &self.weights);
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    use super::super::exceedance::TAIL;
    use super::*;

    /// A map learned from p = u^power, and the share of new such p that it calls below `level`.
    fn share_below(power: f64, level: f64, windows: usize) -> f64 {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let mut recalibration = Recalibration::new(2);
        let mut draw = || -power * rng.random::<f64>().ln();
        for window in 0..windows {
            recalibration.add(window as u32 % 7, window % 2, 0, 1, draw() as f32);
        }
        recalibration.refit(0);
        let below = (0..windows)
            .filter(|window| {
                recalibration.surprise(*window as u32 % 7, window % 2, draw()) > -level.ln()
            })
            .count();
        below as f64 / windows as f64
    }

    #[test]
    fn recalibrated_p_are_uniform_in_body_and_tail() {
        const WINDOWS: usize = 40_000;
        for power in [0.6, 1.0, 1.8] {
            for level in [0.3_f64, 0.05, 0.01, 0.001] {
                let share = share_below(power, level, WINDOWS);
                // The share's own error, and that of the slope of the tail: one over the root of its excesses, for
                // each unit of ln p beyond the tenth.
                let of_slope = (level / TAIL).ln().abs() / (WINDOWS as f64 * TAIL).sqrt();
                let standard_error = (level * (1.0 - level) / WINDOWS as f64 * 2.0
                    + (level * of_slope).powi(2))
                .sqrt();
                // The model's own weight pulls the tail of a map by a few parts in a thousand.
                let pull = level * 0.02 * f64::from(u8::from(power > 1.0));
                assert!(
                    testkit::within_standard_errors(share, level, standard_error + pull),
                    "{power} {level}: {share}"
                );
            }
        }
        // The control: without a map the share is another.
        let unmapped = 0.01_f64.powf(1.0 / 1.8);
        assert!(!testkit::within_standard_errors(
            unmapped,
            0.01,
            (0.01_f64 / 4e4).sqrt()
        ));
    }

    /// What becomes of p = 0.01 in a map of uniform p, where those of the first hundred bins were squares of such.
    fn mapped_after_a_change(history: i64) -> f64 {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut recalibration = Recalibration::new(1);
        for bin in 0..200_i64 {
            let power = if bin < 100 { 2.0 } else { 1.0 };
            for _ in 0..200 {
                let p: f64 = rng.random();
                recalibration.add(0, 0, bin, 1, (-power * p.ln()) as f32);
            }
            recalibration.refit(bin - history);
        }
        (-recalibration.surprise(0, 0, -0.01_f64.ln())).exp()
    }

    #[test]
    fn what_is_older_than_the_history_has_no_say() {
        // The last fifty bins' p are uniform. The error of the tenth's place, and of the slope from there.
        let in_tail = 50.0 * 200.0 * TAIL;
        let relative = ((1.0 - TAIL) / in_tail + 10.0_f64.ln().powi(2) / in_tail).sqrt();
        let mapped = mapped_after_a_change(50);
        assert!(
            testkit::within_standard_errors(mapped, 0.01, 0.01 * relative),
            "{mapped}"
        );
        // The control: of all, half are squares, a tenth of which are below 0.01.
        let remembered = mapped_after_a_change(i64::MAX / 2);
        assert!(
            !testkit::within_standard_errors(remembered, 0.01, 0.01 * relative),
            "{remembered}"
        );
    }

    /// What becomes of p = 0.01 in a map of as many squares of uniform p, with so many references, as of uniform p.
    fn mapped_beside_squares(references_of_squares: u16) -> f64 {
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        let mut recalibration = Recalibration::new(1);
        for _ in 0..10_000 {
            for (power, references) in [(2.0, references_of_squares), (1.0, 40)] {
                let p: f64 = rng.random();
                recalibration.add(0, 0, 0, references, (-power * p.ln()) as f32);
            }
        }
        recalibration.refit(0);
        (-recalibration.surprise(0, 0, -0.01_f64.ln())).exp()
    }

    #[test]
    fn windows_count_as_their_references() {
        // A tenth of the squares is below 0.01. Of one in 21 by weight they make that much of the whole.
        let expected = (0.1 * 2.0 + 0.01 * 40.0) / 42.0;
        let relative = ((1.0 + 10.0_f64.ln().powi(2)) / (10_000.0 * TAIL)).sqrt();
        let mapped = mapped_beside_squares(2);
        assert!(
            testkit::within_standard_errors(mapped, expected, expected * relative),
            "{mapped} {expected}"
        );
        // The control: by as many references.
        let alike = mapped_beside_squares(40);
        assert!(alike > 0.04, "{alike}");
    }

    #[test]
    fn a_distribution_stays_when_all_of_it_is_old() {
        let mut recalibration = Recalibration::new(1);
        for k in 0..1_000 {
            let p = ((k * 619 % 1_000) as f32 + 0.5) / 1_000.0;
            recalibration.add(0, 0, 0, 1, -3.0 * p.ln());
        }
        recalibration.refit(1);
        assert_eq!(recalibration.windows(), MINIMUM);
        // Half of it is the model's own word.
        assert!(recalibration.surprise(0, 0, 7.0) < 7.0 / 3.0 + std::f64::consts::LN_2 + 1.0);
    }

    #[test]
    fn there_is_no_smallest_p_and_order_stays() {
        let mut recalibration = Recalibration::new(1);
        for k in 0..1_000 {
            recalibration.add(0, 0, 0, 1, -((k as f32 + 0.5) / 1_000.0).ln());
        }
        recalibration.refit(0);
        let mut before = -1.0;
        for surprise in [0.0, 0.1, 1.0, 2.0, 2.31, 5.0, 50.0, 500.0] {
            let mapped = recalibration.surprise(0, 0, surprise);
            assert!(
                mapped >= before && mapped.is_finite(),
                "{surprise}: {mapped}"
            );
            before = mapped;
        }
        assert!(before > 400.0);
    }

    #[test]
    fn without_a_past_p_stays() {
        let recalibration = Recalibration::new(1);
        assert_eq!(recalibration.surprise(0, 0, 7.0), 7.0);
    }
}
