//! Decides for each window of a series whether it is an outlier.
//!
//! In: a series, the compiled model. Out: a [`SeriesVerdict`]: outliers with their evidence, and how many windows were
//! judged in which way. References are fitted when first needed and kept for the windows that share them.
//!
//! A window is an outlier when one of its statistics lies outside the range its references themselves showed, and
//! outside the bands of all of them. The first rule costs nothing and is asked first; most windows end there.
//! Four one-sided comparisons share the false-alarm rate (Bonferroni): more or fewer queries, more or fewer busy bins.
//! The busiest bin is not compared: real counts vary more than the Poisson part of the model allows, and the largest of
//! them shows that first; innocent windows would then be outliers far more often than stated.

use std::collections::HashMap;

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

use super::settings::{DetectSettings, Plan};
use super::simulate::SimulatedWindows;
use super::tail::predictive_tails;
use super::window::{Statistic, Window, Windows};
use crate::fit::series_key;
use crate::hash::fnv1a;
use crate::model::{FitError, ZipFit, ZipModel};
use crate::series::Series;

/// Which way an observation differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// More than expected.
    More,
    /// Less than expected.
    Fewer,
}

impl Direction {
    /// The name used in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::More => "more",
            Self::Fewer => "fewer",
        }
    }
}

/// The simulated range of a statistic, both ends inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// Lower end: the lowest of all references.
    pub low: u64,
    /// Upper end: the highest of all references.
    pub high: u64,
}

/// Why a window is an outlier: the strongest of its comparisons.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// The statistic compared.
    pub statistic: Statistic,
    /// Which way it differs.
    pub direction: Direction,
    /// The value observed.
    pub observed: u64,
    /// The mean of the simulated windows of all references.
    pub expected: f64,
    /// The union of the references' bands.
    pub band: Band,
    /// Predictive probability of a value at least as extreme, for the reference that explains it best, times the number
    /// of comparisons; at most 1.
    pub p: f64,
}

/// A window that no reference explains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlier {
    /// Where and what was observed.
    pub window: Window,
    /// Why.
    pub evidence: Evidence,
    /// Number of references.
    pub references: usize,
}

/// What came of the windows of one series.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SeriesVerdict {
    /// Outlier windows in time order.
    pub outliers: Vec<Outlier>,
    /// Windows compared with references.
    pub tested: usize,
    /// Of these, the ones within the range of their references.
    pub within_range: usize,
    /// Windows with too few references.
    pub insufficient_history: usize,
    /// References fitted.
    pub fitted: usize,
}

impl Outlier {
    /// Observed minus expected; negative when fewer, and 0 where the expected value lies on the other side.
    pub fn excess(&self) -> f64 {
        let difference = self.evidence.observed as f64 - self.evidence.expected;
        match self.evidence.direction {
            Direction::More => difference.max(0.0),
            Direction::Fewer => difference.min(0.0),
        }
    }
}

impl SeriesVerdict {
    /// The smallest p of its windows times their number (Bonferroni), at most 1; 1 without outliers.
    pub fn p(&self) -> f64 {
        let p = self.outliers.iter().map(|outlier| outlier.evidence.p);
        p.min_by(f64::total_cmp)
            .map_or(1.0, |p| (p * self.tested as f64).min(1.0))
    }

    /// Runs of adjacent outlier windows, in time order, each with the place of its smallest p.
    pub fn episodes(&self) -> impl Iterator<Item = (&[Outlier], usize)> {
        let is_adjacent =
            |a: &Outlier, b: &Outlier| a.window.first_bin + a.window.bins == b.window.first_bin;
        self.outliers.chunk_by(is_adjacent).map(|run| {
            let smallest = |&a: &usize, &b: &usize| run[a].evidence.p.total_cmp(&run[b].evidence.p);
            (run, (0..run.len()).min_by(smallest).unwrap_or(0))
        })
    }
}

/// What each comparison looks at.
const COMPARISONS: [(Statistic, Direction); 4] = [
    (Statistic::Sum, Direction::More),
    (Statistic::Sum, Direction::Fewer),
    (Statistic::Busy, Direction::More),
    (Statistic::Busy, Direction::Fewer),
];

/// Judges series, one after the other or in parallel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judge<'a> {
    model: &'a ZipModel,
    plan: Plan,
    settings: &'a DetectSettings,
}

impl<'a> Judge<'a> {
    pub(super) fn new(model: &'a ZipModel, plan: Plan, settings: &'a DetectSettings) -> Self {
        Self {
            model,
            plan,
            settings,
        }
    }

    pub(super) fn series(&self, series: &Series) -> Result<SeriesVerdict, FitError> {
        let mut counts = series.counts();
        for count in &mut counts {
            if *count < self.settings.minimum_count() {
                *count = 0;
            }
        }
        let windows = Windows::new(series, &counts, self.plan);
        let mut references = References {
            judge: self,
            windows: &windows,
            key: series_key(series),
            fits: HashMap::new(),
            simulated: HashMap::new(),
        };
        let mut verdict = SeriesVerdict::default();
        for window in windows.all() {
            let compared = windows.references(window);
            if compared.is_empty() {
                verdict.insufficient_history += 1;
                continue;
            }
            verdict.tested += 1;
            let candidates = outside_range(window, &compared);
            if candidates.is_empty() {
                verdict.within_range += 1;
                continue;
            }
            let mut strongest: Option<Evidence> = None;
            for (statistic, direction) in candidates {
                let evidence = references.evidence(window, &compared, statistic, direction)?;
                if let Some(evidence) = evidence
                    && strongest.is_none_or(|strongest| evidence.p < strongest.p)
                {
                    strongest = Some(evidence);
                }
            }
            verdict.outliers.extend(strongest.map(|evidence| Outlier {
                window,
                evidence,
                references: compared.len(),
            }));
        }
        verdict.fitted = references.fits.len();
        Ok(verdict)
    }
}

/// The comparisons in which a window leaves the range of its references.
fn outside_range(window: Window, references: &[Window]) -> Vec<(Statistic, Direction)> {
    let is_outside = |&(statistic, direction): &(Statistic, Direction)| {
        let observed = window.observed.get(statistic);
        references.iter().all(|reference| match direction {
            Direction::More => observed > reference.observed.get(statistic),
            Direction::Fewer => observed < reference.observed.get(statistic),
        })
    };
    COMPARISONS.into_iter().filter(is_outside).collect()
}

/// The references of one series, fitted and simulated as far as needed.
struct References<'a> {
    judge: &'a Judge<'a>,
    windows: &'a Windows<'a>,
    key: u64,
    /// By first bin.
    fits: HashMap<i64, ZipFit>,
    simulated: HashMap<i64, SimulatedWindows>,
}

impl References<'_> {
    /// The evidence of one comparison, if every reference finds the window too improbable.
    fn evidence(
        &mut self,
        window: Window,
        references: &[Window],
        statistic: Statistic,
        direction: Direction,
    ) -> Result<Option<Evidence>, FitError> {
        let tail = self.judge.settings.false_alarm_rate() / COMPARISONS.len() as f64;
        let observed = window.observed.get(statistic);
        let bins = u32::try_from(window.bins).unwrap_or(u32::MAX);
        // The reference whose own value is nearest explains the window best, if any does: ask it first.
        let mut nearest_first: Vec<&Window> = references.iter().collect();
        nearest_first.sort_by_key(|reference| reference.observed.get(statistic).abs_diff(observed));
        let mut p: f64 = 0.0;
        for reference in &nearest_first {
            let tails = predictive_tails(self.fit(reference)?.draws(), bins, statistic, observed);
            p = p.max(match direction {
                Direction::More => tails.at_least,
                Direction::Fewer => tails.at_most,
            });
            if p > tail {
                return Ok(None);
            }
        }
        let mut band = Band {
            low: u64::MAX,
            high: 0,
        };
        let mut expected = 0.0;
        for reference in &nearest_first {
            let simulated = self.simulated(reference)?;
            let (low, high) = simulated.band(statistic, tail);
            band = Band {
                low: band.low.min(low),
                high: band.high.max(high),
            };
            expected += simulated.mean(statistic) / nearest_first.len() as f64;
        }
        if (band.low..=band.high).contains(&observed) {
            return Ok(None);
        }
        let p = (p * COMPARISONS.len() as f64).min(1.0);
        Ok(Some(Evidence {
            statistic,
            direction,
            observed,
            expected,
            band,
            p,
        }))
    }

    fn fit(&mut self, reference: &Window) -> Result<&ZipFit, FitError> {
        let first_bin = reference.first_bin;
        if !self.fits.contains_key(&first_bin) {
            let counts = self.windows.counts(*reference);
            let key = self.stream_key(first_bin);
            let fit = self
                .judge
                .model
                .fit(counts, self.judge.settings.fit(), key)?;
            self.fits.insert(first_bin, fit);
        }
        Ok(&self.fits[&first_bin])
    }

    fn simulated(&mut self, reference: &Window) -> Result<&SimulatedWindows, FitError> {
        let first_bin = reference.first_bin;
        if !self.simulated.contains_key(&first_bin) {
            let bins = u32::try_from(reference.bins).unwrap_or(u32::MAX);
            let windows = self.judge.settings.simulations();
            let mut rng = ChaCha8Rng::seed_from_u64(self.judge.settings.fit().seed());
            // The sampler's streams are hashes of key and chain; this one is the complement's.
            rng.set_stream(!self.stream_key(first_bin));
            let draws = self.fit(reference)?.draws();
            let simulated = SimulatedWindows::new(draws, bins, windows, &mut rng);
            self.simulated.insert(first_bin, simulated);
        }
        Ok(&self.simulated[&first_bin])
    }

    /// One stream per series and window, whatever else is judged.
    fn stream_key(&self, first_bin: i64) -> u64 {
        fnv1a(
            self.key
                .to_le_bytes()
                .into_iter()
                .chain(first_bin.to_le_bytes()),
        )
    }
}
