//! Measures how a chain of noes and yeses remembers.
//!
//! In: whether each draw has a property, such as to be below a quantile. Out: autocovariances by lag.
//! Products of zeros and ones are counted, 64 at a time.

/// The draws of one chain that have a property.
#[derive(Debug)]
pub(super) struct Indicator {
    /// A bit for each draw, the first in the lowest bit of the first word; bits beyond the last draw
    /// are 0, and so is the last word.
    words: Vec<u64>,
    length: usize,
    ones: u32,
}

impl Indicator {
    pub(super) fn of(chain: &[f64], has_property: impl Fn(f64) -> bool) -> Self {
        let bits = |draws: &[f64]| {
            let bits = draws.iter().zip(0..);
            bits.fold(0, |word, (&x, bit)| {
                word | u64::from(has_property(x)) << bit
            })
        };
        let words = chain.chunks(64).map(bits).chain([0]).collect::<Vec<u64>>();
        Self {
            ones: words.iter().map(|word| word.count_ones()).sum(),
            words,
            length: chain.len(),
        }
    }

    /// Whether all draws are alike.
    pub(super) fn is_constant(&self) -> bool {
        self.ones == 0 || self.ones as usize == self.length
    }

    pub(super) fn mean(&self) -> f64 {
        f64::from(self.ones) / self.length as f64
    }

    /// γₜ = 1/n Σ (xᵢ − x̄)(xᵢ₊ₜ − x̄), multiplied out.
    pub(super) fn autocovariance(&self, lag: usize) -> f64 {
        let (whole, part) = (lag / 64, lag % 64);
        let later = self.words[whole..].windows(2).map(|pair| {
            // A shift by 64 is none.
            let next = if part == 0 { 0 } else { pair[1] << (64 - part) };
            pair[0] >> part | next
        });
        let (mut both, mut last) = (0, 0);
        for (now, later) in self.words.iter().zip(later) {
            both += (now & later).count_ones();
            last += later.count_ones();
        }
        let n = self.length as f64;
        let first = f64::from(self.ones - self.last_ones(lag));
        let mean = self.mean();
        let pairs = n - lag as f64;
        (f64::from(both) - mean * (first + f64::from(last)) + mean * mean * pairs) / n
    }

    /// How many of the last `lag` draws have the property.
    fn last_ones(&self, lag: usize) -> u32 {
        let start = self.length - lag;
        let words = &self.words[start / 64..];
        let first = words[0] >> (start % 64);
        first.count_ones() + words[1..].iter().map(|word| word.count_ones()).sum::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use super::super::autocovariance::Deviations;
    use super::*;
    use crate::random::Streams;

    #[test]
    fn autocovariances_are_those_of_zeros_and_ones() {
        let mut rng = Streams::from_seed(2).stream(0, 0);
        for length in [1, 2, 63, 64, 65, 128, 200, 500] {
            let chain: Vec<f64> = (0..length).map(|_| rng.random()).collect();
            for share in [0.0, 0.05, 0.5, 0.95, 1.0] {
                let indicator = Indicator::of(&chain, |x| x < share);
                let numbers: Vec<f64> = chain.iter().map(|&x| f64::from(x < share)).collect();
                let deviations = Deviations::of(&numbers, 0.0);
                assert!((indicator.mean() - deviations.mean).abs() < 1e-15);
                let is_constant = numbers.iter().all(|x| *x == numbers[0]);
                assert_eq!(indicator.is_constant(), is_constant);
                for lag in 0..length {
                    let (found, expected) = (
                        indicator.autocovariance(lag),
                        deviations.autocovariance(lag),
                    );
                    assert!(
                        (found - expected).abs() < 1e-15,
                        "{length} {share} {lag}: {found} {expected}"
                    );
                }
            }
        }
    }
}
