//! Adds campaigns to the last window of real series.
//!
//! In: a series, a window, a kind and a strength, a random stream. Out: the series with more, or fewer, queries.

use rand::{Rng, RngExt};

use crate::series::{BusyBin, Series};
use crate::simulate::draw_poisson;

/// What is planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plant {
    /// One query in every fourth, every second, every bin.
    Beacon,
    /// An eighth of the window with 2, 6, 20 times the size of an ordinary busy bin on top.
    Burst,
    /// In every bin a few more: a quarter, half, all of the ordinary mean, taken as at least 0.4.
    SlowDrip,
    /// A quiet name asked for 2, 5, 12 times at random places.
    DomainFlux,
    /// Silence for half, three quarters, all of the window.
    Silence,
}

/// How strong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// Hardly to be seen.
    Weak,
    /// In between.
    Medium,
    /// Plain.
    Strong,
}

impl Plant {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Beacon,
        Self::Burst,
        Self::SlowDrip,
        Self::DomainFlux,
        Self::Silence,
    ];

    /// The name used in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Beacon => "beacon",
            Self::Burst => "burst",
            Self::SlowDrip => "slow drip",
            Self::DomainFlux => "domain flux",
            Self::Silence => "silence",
        }
    }
}

impl Strength {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Weak, Self::Medium, Self::Strong];

    /// The name used in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Weak => "weak",
            Self::Medium => "medium",
            Self::Strong => "strong",
        }
    }

    fn of(self, three: [f64; 3]) -> f64 {
        match self {
            Self::Weak => three[0],
            Self::Medium => three[1],
            Self::Strong => three[2],
        }
    }
}

/// The series with a campaign in its last bins, `window` of them from `first_bin` on.
pub(super) fn plant(
    series: &Series,
    first_bin: i64,
    window: i64,
    kind: Plant,
    strength: Strength,
    rng: &mut impl Rng,
) -> Series {
    let (busy_bins, total) = series
        .busy()
        .filter(|bin| bin.bin < first_bin)
        .fold((0.0, 0.0), |(bins, total), bin| {
            (bins + 1.0, total + bin.count as f64)
        });
    let bins = (first_bin - series.bins().start).max(1) as f64;
    let size = if busy_bins > 0.0 {
        total / busy_bins
    } else {
        1.0
    };
    let mut added = vec![0_u64; window as usize];
    let mut silenced = 0..0;
    match kind {
        Plant::Beacon => {
            let every = strength.of([4.0, 2.0, 1.0]) as usize;
            let start = rng.random_range(0..every.min(added.len()));
            added
                .iter_mut()
                .skip(start)
                .step_by(every)
                .for_each(|count| *count += 1);
        }
        Plant::Burst => {
            let length = (window as usize / 8).max(1);
            let start = rng.random_range(0..=added.len() - length);
            let mean = size * strength.of([2.0, 6.0, 20.0]);
            for count in &mut added[start..start + length] {
                *count += u64::from(draw_poisson(mean, rng));
            }
        }
        Plant::SlowDrip => {
            let mean = (total / bins).max(0.4) * strength.of([0.25, 0.5, 1.0]);
            for count in &mut added {
                *count += u64::from(draw_poisson(mean, rng));
            }
        }
        Plant::DomainFlux => {
            for _ in 0..strength.of([2.0, 5.0, 12.0]) as usize {
                added[rng.random_range(0..window as usize)] += 1;
            }
        }
        Plant::Silence => {
            let length = (window as f64 * strength.of([0.5, 0.75, 1.0])).round() as i64;
            let start = first_bin + rng.random_range(0..=window - length);
            silenced = start..start + length;
        }
    }
    let before = series
        .busy()
        .filter(|bin| bin.bin < first_bin + window && !silenced.contains(&bin.bin));
    let mut cells: Vec<BusyBin> = before.collect();
    for (place, &count) in added.iter().enumerate().filter(|(_, count)| **count > 0) {
        cells.push(BusyBin {
            bin: first_bin + place as i64,
            count,
            clients: None,
        });
    }
    series.with_busy(cells, first_bin + window)
}
