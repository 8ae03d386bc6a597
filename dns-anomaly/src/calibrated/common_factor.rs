//! Takes out of a window what happened to all of the crowd.
//!
//! In: the series judged in a window. Out: a factor for each bin of it: the crowd's volume as a multiple of what its
//! references had there; and windows and references thinned by it, to be compared again.
//!
//! A factor f below 1 thins the references: each of their queries stays with probability f. Above 1 it thins the window
//! by 1/f. Thinned counts are what counts at a rate f times as large would have been: exact for Poisson counts whatever
//! their rates are mixed over, so for negative binomial ones, too. A bin the crowd is silent in empties the references
//! there, and nobody's silence says anything.
//!
//! The factor of the whole window is the weighted median of the series' own factors; those of its bins are ratios of
//! sums over series whose own factor is within four times the median. So what happens to a few domains only, however
//! much it is, sets neither. Series are weighed by 1/(1 + size): a large one counts like a small one as often busy.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Binomial, Distribution};

use crate::series::{BusyBin, Series};

/// A series whose own factor differs more from the crowd's is not of the crowd.
const OUTSIDE: f64 = 4.0;
/// What the factor of the whole window counts for in that of a bin, in busy bins of a series.
const WINDOW_WEIGHT: f64 = 10.0;

/// The crowd's factors in a window.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CommonFactor {
    /// Of the whole window.
    pub(super) whole: f64,
    /// By bin.
    bins: Vec<f64>,
}

/// A series judged in a window.
#[derive(Debug, Clone)]
pub(super) struct Member<'s> {
    pub(super) series: &'s Series,
    /// First bins of the window's references.
    pub(super) references: Vec<i64>,
}

impl CommonFactor {
    /// Of the window of `bins` bins from `first_bin` on.
    pub(super) fn of(first_bin: i64, bins: i64, crowd: &[Member<'_>]) -> Self {
        let own: Vec<Own> = crowd
            .iter()
            .map(|member| Own::of(member, first_bin, bins))
            .collect();
        let whole = weighted_median(own.iter().map(|own| (own.factor(), own.weighed())));
        let mut observed = vec![0.0; bins as usize];
        let mut expected = vec![0.0; bins as usize];
        for (member, own) in crowd.iter().zip(&own) {
            let relative = own.factor() / whole;
            if !(1.0 / OUTSIDE..=OUTSIDE).contains(&relative) {
                continue;
            }
            let busy = member.series.unpacked();
            for bin in busy.within(first_bin..first_bin + bins) {
                observed[(bin.bin - first_bin) as usize] += own.weight * bin.count as f64;
            }
            let share = own.weight / member.references.len() as f64;
            for &first in &member.references {
                for bin in busy.within(first..first + bins) {
                    expected[(bin.bin - first) as usize] += share * bin.count as f64;
                }
            }
        }
        let ratio = |(observed, expected): (f64, f64)| {
            (observed + WINDOW_WEIGHT * whole) / (expected + WINDOW_WEIGHT)
        };
        Self {
            whole,
            bins: observed.into_iter().zip(expected).map(ratio).collect(),
        }
    }

    /// Thins the busy bins of the window itself.
    pub(super) fn thin_window(&self, key: u64, first_bin: i64, busy: &[BusyBin]) -> Vec<BusyBin> {
        self.thin(key, first_bin, busy, |factor| 1.0 / factor.max(1.0))
    }

    /// Thins those of a reference.
    pub(super) fn thin_reference(
        &self,
        key: u64,
        first_bin: i64,
        busy: &[BusyBin],
    ) -> Vec<BusyBin> {
        self.thin(key, first_bin, busy, |factor| factor.min(1.0))
    }

    fn thin(
        &self,
        key: u64,
        first_bin: i64,
        busy: &[BusyBin],
        kept: impl Fn(f64) -> f64,
    ) -> Vec<BusyBin> {
        let mut rng = ChaCha8Rng::seed_from_u64(key);
        rng.set_stream(first_bin as u64);
        let thinned = busy.iter().map(|bin| {
            let factor = self.bins[(bin.bin - first_bin) as usize];
            let count = match Binomial::new(bin.count, kept(factor).clamp(0.0, 1.0)) {
                Ok(binomial) => binomial.sample(&mut rng),
                // Shares are between 0 and 1 here.
                Err(_) => bin.count,
            };
            BusyBin { count, ..*bin }
        });
        thinned.filter(|bin| bin.count > 0).collect()
    }
}

/// What one series did.
#[derive(Debug, Clone, Copy)]
struct Own {
    observed: f64,
    expected: f64,
    weight: f64,
}

impl Own {
    fn of(member: &Member<'_>, first_bin: i64, bins: i64) -> Self {
        let queries = |busy: &[BusyBin]| busy.iter().map(|bin| bin.count as f64).sum::<f64>();
        let (mut in_references, mut busy_bins) = (0.0, 0.0);
        let unpacked = member.series.unpacked();
        for &first in &member.references {
            let busy = unpacked.within(first..first + bins);
            in_references += queries(busy);
            busy_bins += busy.len() as f64;
        }
        let size = if busy_bins > 0.0 {
            in_references / busy_bins
        } else {
            0.0
        };
        Self {
            observed: queries(unpacked.within(first_bin..first_bin + bins)),
            expected: in_references / member.references.len().max(1) as f64,
            weight: 1.0 / (1.0 + size),
        }
    }

    /// Finite and above 0, also where nothing is expected.
    fn factor(&self) -> f64 {
        (self.observed + 0.5) / (self.expected + 0.5)
    }

    fn weighed(&self) -> f64 {
        self.weight * self.expected
    }
}

/// The number up to which half of the weight lies; 1 without any.
fn weighted_median(numbers: impl Iterator<Item = (f64, f64)>) -> f64 {
    let mut numbers: Vec<(f64, f64)> = numbers.collect();
    numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = 0.5 * numbers.iter().map(|(_, weight)| weight).sum::<f64>();
    let mut sum = 0.0;
    for (number, weight) in numbers {
        sum += weight;
        if sum >= half && weight > 0.0 {
            return number;
        }
    }
    1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bin_width::BinWidth;
    use crate::record::Silence;
    use crate::series::{SeriesBuilder, SeriesTable};

    /// Two hundred series of six windows of four bins; in the last window all counts are `factor` times as large, in its
    /// last bin none is left, and ten series are a thousand times as large on top.
    fn table(factor: u64) -> SeriesTable {
        let mut builder = SeriesBuilder::new(BinWidth::HOUR);
        for number in 0..200_u64 {
            let key = builder.key(&format!("{number:03}"), None, Silence::IsZero);
            for bin in 0..24 {
                let usual = 2 + (number * 7 + bin * 3) % 5;
                let count = match bin {
                    23 => 0,
                    20..23 if number < 10 => 1_000 * usual * factor,
                    20..23 => usual * factor,
                    _ => usual,
                };
                builder.add(key, bin as i64, count, None);
            }
        }
        builder.finish(None).expect("counts are small")
    }

    fn factor_of(table: &SeriesTable) -> CommonFactor {
        let crowd: Vec<Member<'_>> = table
            .series()
            .iter()
            .map(|series| Member {
                series,
                references: vec![0, 4, 8, 12, 16],
            })
            .collect();
        CommonFactor::of(20, 4, &crowd)
    }

    #[test]
    fn the_factor_is_that_of_the_many_bin_by_bin() {
        // All bins but one have 5 times the queries: 15/4 of the window's.
        let common = factor_of(&table(5));
        assert!((3.2..4.3).contains(&common.whole), "{common:?}");
        for bin in &common.bins[..3] {
            assert!((4.5..5.5).contains(bin), "{common:?}");
        }
        assert!(common.bins[3] < 0.4, "{common:?}");
    }

    #[test]
    fn thinned_references_have_the_crowds_mean() {
        let common = CommonFactor {
            whole: 0.25,
            bins: vec![0.25; 4],
        };
        let busy: Vec<BusyBin> = (0..4)
            .map(|bin| BusyBin {
                bin,
                count: 100_000,
                clients: None,
            })
            .collect();
        let total: u64 = common
            .thin_reference(7, 0, &busy)
            .iter()
            .map(|bin| bin.count)
            .sum();
        let standard_error = (4e5_f64 * 0.25 * 0.75).sqrt();
        assert!(testkit::within_standard_errors(
            total as f64,
            1e5,
            standard_error
        ));
        // The window itself is not thinned by a factor below 1, and no factor thins twice the same.
        assert_eq!(common.thin_window(7, 0, &busy), busy);
        assert_ne!(
            common.thin_reference(8, 0, &busy),
            common.thin_reference(7, 0, &busy)
        );
    }
}
