//! Takes in new files and judges each window once, when it is complete.
//!
//! In: a [`State`] and the files of one run. Out: the state after it, and [`Updated`]: verdicts on the windows that ended.
//!
//! The ends of windows are gone through in the order of time, and at each the series end there: a verdict depends on the
//! bins before the end of its window only, not on how files were parted into runs. It is that of `detect_calibrated` on
//! the latest windows of all these bins, but for names whose new level was accepted and names forgotten.

use super::gathering::Met;
use super::intake::{Intake, Taken, Waiting};
use super::judge::{WindowsOver, judge};
use super::known::{Known, Names};
use super::past::Counted;
use super::settings::StateSettings;
use crate::bin_width::BinWidth;
use crate::calibrated::Reach;
use crate::contacts::Resolution;
use crate::detect::DetectError;
use crate::gather::{GatherError, Visit};
use crate::read::{self, Source};
use crate::series::SeriesTable;
use crate::tally::Tally;
use crate::timestamp::Timestamp;

/// What is known between runs.
///
/// ```
/// use dns_anomaly::{Source, State, StateSettings, Timestamp};
///
/// let settings = StateSettings::default();
/// let state = State::new(&settings, [1, 2])?;
/// let log = "#fields\tts\tuid\tquery\n10\tC1\ta.example\n3700\tC2\ta.example\n";
/// let noon = Timestamp::from_microseconds(43_200_000_000);
/// let (state, _) = state.update(&settings, &[Source::from_bytes("dns.log", log)], noon)?;
/// let known: Vec<_> = state.known().collect();
/// // The second query waits: its bin is not complete.
/// assert_eq!((known[0].series().domain(), known[0].series().counts()), ("a.example", vec![1]));
/// # Ok::<(), dns_anomaly::UpdateError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// What it is kept for, by name.
    pub(super) settings: Vec<(String, String)>,
    /// Of the hashes queries are known by.
    pub(super) identity_seed: [u64; 2],
    /// Bins before are complete.
    pub(super) complete_until: Option<i64>,
    /// The end of the next window to judge.
    pub(super) next_end: Option<i64>,
    pub(super) names: Names,
    /// Who asked in bins of windows still to judge.
    pub(super) visits: Vec<Visit>,
    /// What names resolved to in bins of windows still to judge, complete or not; none unless campaigns are asked for.
    pub(super) resolutions: Vec<Resolution>,
    /// Queries of complete bins, as far back as counts are kept.
    pub(super) counted: Counted,
    pub(super) waiting: Waiting,
}

/// What came of one run.
#[derive(Debug, Clone)]
pub struct Updated {
    /// The ends of windows gone by, in the order of time.
    pub windows: Vec<WindowsOver>,
    /// What became of the rows.
    pub tally: Tally,
    /// The time before which all bins are complete.
    pub complete_until: Option<Timestamp>,
    /// Number of queries that wait for their bin to be complete.
    pub waiting: usize,
    /// Number of names forgotten.
    pub forgotten: usize,
}

/// A run that leaves the state as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// The inputs give no series.
    #[error(transparent)]
    Gather(#[from] GatherError),
    /// The settings do not fit.
    #[error(transparent)]
    Detect(#[from] DetectError),
    /// The state was kept for something else.
    #[error("--{name} must be that of the state, {kept}, got {asked}")]
    Settings {
        /// Which setting.
        name: String,
        /// The state's.
        kept: String,
        /// That of this run.
        asked: String,
    },
    /// A table of which nobody knows what comes after its last count.
    #[error(
        "{file}: must be a log or a table with a row for each count: after the last count of a wide table nothing is known"
    )]
    SilenceUnknown {
        /// The table.
        file: String,
    },
}

impl State {
    /// Knows nothing. The seed is that of the hashes that tell queries apart: whoever knows it could make queries that
    /// hide others.
    ///
    /// # Errors
    /// When windows do not fit the bins.
    pub fn new(settings: &StateSettings, identity_seed: [u64; 2]) -> Result<Self, DetectError> {
        Ok(Self {
            settings: settings.as_text()?,
            identity_seed,
            complete_until: None,
            next_end: None,
            names: Names {
                table: SeriesTable::of(settings.gather().bin_width(), Vec::new()),
                facts: Vec::new(),
            },
            visits: Vec::new(),
            resolutions: Vec::new(),
            counted: Counted::default(),
            waiting: Waiting::default(),
        })
    }

    /// The names known, sorted.
    pub fn known(&self) -> impl Iterator<Item = Known<'_>> {
        self.names.iter()
    }

    /// The width of the bins.
    pub fn bin_width(&self) -> BinWidth {
        self.names.table.width()
    }

    /// Takes in `sources` and judges the windows that they complete. Rows far ahead of `now` are left out.
    ///
    /// # Errors
    /// [`UpdateError`]; nothing is taken in then.
    pub fn update(
        mut self,
        settings: &StateSettings,
        sources: &[Source],
        now: Timestamp,
    ) -> Result<(Self, Updated), UpdateError> {
        let reach = settings.reach()?;
        self.check(settings)?;
        let mut intake = Intake::resume(
            settings.gather(),
            self.identity_seed,
            std::mem::take(&mut self.waiting),
            self.complete_until,
            now,
        );
        if settings.campaigns().is_some() {
            let until = self.complete_until.unwrap_or(i64::MIN);
            let open = self.resolutions.extract_if(.., |one| one.stretch >= until);
            intake.resolve(settings.calibrated().seed(), open);
        }
        for source in sources {
            read::read(source, settings.gather().read(), &mut |line| {
                intake.receive(line)
            })
            .map_err(GatherError::from)?;
            if intake.is_silence_unknown() {
                let file = source.name().to_owned();
                return Err(UpdateError::SilenceUnknown { file });
            }
        }
        let mut taken = intake.finish(&self.counted)?;
        self.waiting = std::mem::take(&mut taken.waiting);
        self.resolutions.append(&mut taken.resolutions);
        self.resolutions.sort_unstable();
        let mut updated = Updated {
            windows: Vec::new(),
            tally: std::mem::take(&mut taken.tally),
            complete_until: taken
                .complete_until
                .map(|bin| self.bin_width().start_of(bin)),
            waiting: self.waiting.len(),
            forgotten: 0,
        };
        if let Some(complete_until) = taken.complete_until {
            self.go_on_to(complete_until, taken, settings, reach, &mut updated)?;
        }
        updated.tally.series = self.names.facts.len() as u64;
        updated.tally.bins = self.names.table.total_bins();
        Ok((self, updated))
    }

    fn check(&self, settings: &StateSettings) -> Result<(), UpdateError> {
        let asked = settings.as_text()?;
        for ((name, kept), (_, asked)) in self.settings.iter().zip(asked) {
            if *kept != asked {
                return Err(UpdateError::Settings {
                    name: name.clone(),
                    kept: kept.clone(),
                    asked,
                });
            }
        }
        Ok(())
    }

    /// Goes through the ends of windows until all complete bins are taken in.
    fn go_on_to(
        &mut self,
        complete_until: i64,
        mut taken: Taken,
        settings: &StateSettings,
        reach: Reach,
        updated: &mut Updated,
    ) -> Result<(), DetectError> {
        taken.visits.sort_unstable_by_key(|visit| visit.bin);
        let mut visits = taken.visits.into_iter().peekable();
        let mut from = self.complete_until.unwrap_or(i64::MIN);
        while let Some(end) = self.end_after(from, &taken.counts, reach)
            && end <= complete_until
        {
            self.names.append(&taken.counts, from..end);
            while let Some(visit) = visits.next_if(|visit| visit.bin < end) {
                self.visits.push(visit);
            }
            from = end;
            updated.forgotten += self
                .names
                .forget_silent_since(end - settings.forget_after());
            self.visits.sort_unstable();
            let met = Met {
                visits: &self.visits,
                resolutions: &self.resolutions,
            };
            let over = judge(&mut self.names, met, end, settings, reach)?;
            updated.windows.extend(over);
            let next = end + reach.step;
            self.next_end = Some(next);
            let still = next - reach.window;
            self.visits.retain(|visit| visit.bin >= still);
            self.resolutions.retain(|one| one.stretch >= still);
        }
        self.names.append(&taken.counts, from..complete_until);
        self.visits.extend(visits);
        self.visits.sort_unstable();
        self.counted.append(taken.totals);
        self.complete_until = Some(complete_until);
        if let Some(next) = self.next_end {
            let oldest = next - reach.back;
            self.names.forget_before(oldest);
            self.counted.totals.retain(|total| total.0 >= oldest);
        }
        Ok(())
    }

    /// The end of the next window to judge: of the first that begins after something is known.
    fn end_after(&self, from: i64, counts: &SeriesTable, reach: Reach) -> Option<i64> {
        if let (Some(end), false) = (self.next_end, self.names.facts.is_empty()) {
            return Some(end);
        }
        // Nothing is known: windows without a name need not be gone through.
        let known = self.names.table.series().iter().map(|s| s.bins().start);
        let added = counts.series().iter().filter_map(|series| {
            let start = series.bins().start;
            let later = series.busy_in(from..i64::MAX).next();
            (start >= from)
                .then_some(start)
                .or(later.map(|bin| bin.bin))
        });
        let first = known.chain(added).min()?;
        let end = -(-first).div_euclid(reach.step) * reach.step + reach.window;
        Some(self.next_end.map_or(end, |next| next.max(end)))
    }
}
