//! Decides for each window of a series whether it is an outlier.
//!
//! In: a series, the compiled model. Out: a [`SeriesVerdict`].
//!
//! A window is an outlier when one of its statistics lies outside the range its references themselves showed, and
//! outside the bands of what is predicted from them: of each reference by itself (`periods`), or of a moving average
//! (`trend`). The first rule costs nothing and is asked first; most windows end there.
//! Four one-sided comparisons share the false-alarm rate (Bonferroni): more or fewer queries, more or fewer busy bins.
//! The busiest bin is not compared: real counts vary more than the Poisson part of the model allows, and the largest of
//! them shows that first; innocent windows would then be outliers far more often than stated.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

use super::periods::Periods;
use super::settings::{DetectSettings, Plan, Reference};
use super::simulate::SimulatedWindows;
use super::tail::{SlotBins, Tails};
use super::trend::{Trend, TrendModel};
use super::verdict::{Band, Direction, Evidence, Outlier, SeriesVerdict};
use super::window::{Statistic, Window, Windows};
use crate::bin_width::BinWidth;
use crate::fit::series_key;
use crate::hash::fnv1a;
use crate::model::{FitError, RatePrior, ZipModel};
use crate::series::Series;
use crate::slots::Slots;

/// What each comparison looks at.
const COMPARISONS: [(Statistic, Direction); 4] = [
    (Statistic::Sum, Direction::More),
    (Statistic::Sum, Direction::Fewer),
    (Statistic::Busy, Direction::More),
    (Statistic::Busy, Direction::Fewer),
];

/// Judges series, one after the other or in parallel.
#[derive(Debug, Clone)]
pub(super) struct Judge<'a> {
    model: Model,
    pub(super) plan: Plan,
    pub(super) settings: &'a DetectSettings,
    pub(super) slots: Slots,
}

/// The compiled model of what windows are compared with.
#[derive(Debug, Clone)]
enum Model {
    Periods(ZipModel),
    /// With the weight of the past.
    Trend(TrendModel, f64),
}

/// What the windows of one series are compared with, asked in the order of time.
pub(super) trait References {
    /// The windows whose range counts, nearest first; none when there are too few.
    fn of(&self, window: Window) -> Vec<Window>;

    /// Why the window is an outlier in one comparison, if no prediction explains it.
    fn evidence(
        &mut self,
        comparison: Comparison,
        references: &[Window],
    ) -> Result<Option<Evidence>, FitError>;

    /// Hears what became of the window, for those after it.
    fn pass(&mut self, window: Window, is_outlier: bool);

    /// Number of fits so far.
    fn fitted(&self) -> usize;
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        prior: RatePrior,
        plan: Plan,
        settings: &'a DetectSettings,
        bin: BinWidth,
    ) -> Result<Self, FitError> {
        Ok(Self {
            model: match settings.reference() {
                Reference::Periods => Model::Periods(ZipModel::new(prior)?),
                Reference::Trend { weight } => Model::Trend(TrendModel::new(prior)?, weight),
            },
            plan,
            settings,
            slots: Slots::new(settings.slots(bin), bin),
        })
    }

    pub(super) fn series(&self, series: &Series) -> Result<SeriesVerdict, FitError> {
        let mut counts = series.counts();
        for count in &mut counts {
            if *count < self.settings.minimum_count() {
                *count = 0;
            }
        }
        let windows = Windows::new(series, &counts, self.plan);
        let key = series_key(series);
        match &self.model {
            Model::Periods(model) => {
                verdict(&windows, &mut Periods::new(self, model, &windows, key))
            }
            Model::Trend(model, weight) => {
                let model = (model, *weight);
                verdict(&windows, &mut Trend::new(self, model, &windows, key))
            }
        }
    }

    /// Windows as these slots make them, from a stream of their own.
    pub(super) fn simulate(&self, slots: &[SlotBins<'_>], key: u64) -> SimulatedWindows {
        let mut rng = ChaCha8Rng::seed_from_u64(self.settings.fit().seed());
        // The sampler's streams are hashes of key and chain; this one is the complement's.
        rng.set_stream(!key);
        SimulatedWindows::new(slots, self.settings.simulations(), &mut rng)
    }

    /// An innocent window fails a comparison at most this often.
    pub(super) fn tail(&self) -> f64 {
        self.settings.false_alarm_rate() / COMPARISONS.len() as f64
    }
}

fn verdict(
    windows: &Windows<'_>,
    references: &mut impl References,
) -> Result<SeriesVerdict, FitError> {
    let mut verdict = SeriesVerdict::default();
    for window in windows.all() {
        let compared = references.of(window);
        let mut strongest: Option<Evidence> = None;
        if compared.is_empty() {
            verdict.insufficient_history += 1;
        } else {
            verdict.tested += 1;
            let candidates = outside_range(window, &compared);
            verdict.within_range += usize::from(candidates.is_empty());
            for comparison in candidates {
                let evidence = references.evidence(comparison, &compared)?;
                if let Some(evidence) = evidence
                    && strongest.is_none_or(|strongest| evidence.p < strongest.p)
                {
                    strongest = Some(evidence);
                }
            }
        }
        references.pass(window, strongest.is_some());
        verdict.outliers.extend(strongest.map(|evidence| Outlier {
            window,
            evidence,
            references: compared.len(),
        }));
    }
    verdict.fitted = references.fitted();
    Ok(verdict)
}

/// One statistic of a window, compared one way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Comparison {
    pub(super) window: Window,
    pub(super) statistic: Statistic,
    pub(super) direction: Direction,
}

impl Comparison {
    pub(super) fn observed(&self) -> u64 {
        self.window.observed.get(self.statistic)
    }

    /// The tail it looks at.
    pub(super) fn p(&self, tails: Tails) -> f64 {
        match self.direction {
            Direction::More => tails.at_least,
            Direction::Fewer => tails.at_most,
        }
    }

    /// The evidence of a tail of probability `p`, unless the band holds what was observed.
    pub(super) fn evidence(&self, p: f64, band: Band, expected: f64) -> Option<Evidence> {
        let observed = self.observed();
        let is_outside = !(band.low..=band.high).contains(&observed);
        is_outside.then_some(Evidence {
            statistic: self.statistic,
            direction: self.direction,
            observed,
            expected,
            band,
            p: (p * COMPARISONS.len() as f64).min(1.0),
        })
    }
}

/// The comparisons in which a window leaves the range of its references.
fn outside_range(window: Window, references: &[Window]) -> Vec<Comparison> {
    let comparisons = COMPARISONS.map(|(statistic, direction)| Comparison {
        window,
        statistic,
        direction,
    });
    let is_outside = |comparison: &Comparison| {
        let observed = comparison.observed();
        references.iter().all(|reference| {
            let theirs = reference.observed.get(comparison.statistic);
            match comparison.direction {
                Direction::More => observed > theirs,
                Direction::Fewer => observed < theirs,
            }
        })
    };
    comparisons.into_iter().filter(is_outside).collect()
}

/// One stream per series and window, whatever else is judged.
pub(super) fn stream_key(series: u64, first_bin: i64) -> u64 {
    fnv1a(
        series
            .to_le_bytes()
            .into_iter()
            .chain(first_bin.to_le_bytes()),
    )
}
