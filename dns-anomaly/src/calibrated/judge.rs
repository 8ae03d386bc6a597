//! Judges the windows of one series in time order.
//!
//! In: a series, the layout, the population. Out: a [`JudgedWindow`] for each window with enough references; and, for
//! learning the population, what a series has to say about it.
//!
//! A window found very improbable is no reference of later ones, so that an anomaly is not the next week's habit. Three
//! such windows in a row are: what goes on so long is the new habit. No more than a quarter of the references is left
//! out.

use std::ops::Range;

use super::activity::{Activity, spread_likelihood_of};
use super::combine::{MEASURE_ORDER, MEASURES, Parts, cauchy};
use super::common_factor::{CommonFactor, Member};
use super::history::{History, ReferenceWindow};
use super::layout::Layout;
use super::population::{Population, Witness};
use super::screen::{Compared, Screen};
use super::size::{Sizes, size_likelihood};
use super::statistic::{Comparison, Measure, Measures};
use super::stratum::stratum;
use super::tail::Tail;
use crate::fit::series_key;
use crate::hash::fnv1a;
use crate::series::{BusyBin, Series, UnpackedBins};
use crate::slots::SLOTS;

/// Fewer references are "insufficient history", not a verdict.
pub(super) const MINIMUM_REFERENCES: usize = 2;
/// −ln p from which a window is no reference of later ones.
const FLAGGED: f64 = 9.2;

/// What came of one window, before it is set beside others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct JudgedWindow {
    /// Its series' place in the table.
    pub(super) series: u32,
    pub(super) first_bin: i64,
    pub(super) observed: Measures,
    /// What was expected, by measure: the model's means of sum and busy bins, the references' of the others.
    pub(super) expected: [f32; MEASURES],
    /// With P(T = t)/2.
    pub(super) mid: Parts,
    /// With a random part of P(T = t).
    pub(super) random: Parts,
    pub(super) stratum: u8,
    pub(super) references: u16,
    /// All references are silent.
    pub(super) is_dormant: bool,
    /// Asked for, and not only there for calibration.
    pub(super) is_asked: bool,
}

/// Whether a window is so improbable that it is no reference of later ones.
pub(super) fn is_flagged(window: &JudgedWindow) -> bool {
    cauchy(&window.mid.surprise.map(f64::from)) > FLAGGED
}

/// Judges series one after the other.
#[derive(Debug, Clone)]
pub(super) struct SeriesJudge<'a> {
    layout: &'a Layout,
    population: Population,
    seed: u64,
    screen: Screen,
    slots: Vec<usize>,
}

/// Windows of one series.
#[derive(Debug, Clone, Default)]
pub(super) struct SeriesWindows {
    pub(super) judged: Vec<JudgedWindow>,
    pub(super) insufficient_history: usize,
}

/// The window of a name without history.
#[derive(Debug, Clone)]
pub(super) struct NewcomerWindow {
    pub(super) bins: Range<i64>,
    pub(super) observed: Measures,
    /// Queries expected of a name drawn from the population.
    pub(super) expected: f64,
    /// −ln of the mid-p of the volume.
    pub(super) surprise: f64,
}

impl<'a> SeriesJudge<'a> {
    pub(super) fn new(layout: &'a Layout, population: Population, seed: u64) -> Self {
        Self {
            layout,
            population,
            seed,
            screen: Screen::default(),
            slots: Vec::new(),
        }
    }

    /// Judges the latest `asked` windows, and `before` ones before these.
    ///
    /// `since` is the bin from which on the series has its present level: what comes later is compared with nothing
    /// earlier.
    pub(super) fn series(
        &mut self,
        number: u32,
        series: &Series,
        since: Option<i64>,
        asked: usize,
        before: usize,
    ) -> SeriesWindows {
        let bins = series.bins();
        let mut latest: Vec<i64> = self
            .layout
            .windows(&bins)
            .rev()
            .take(asked.saturating_add(before))
            .collect();
        latest.reverse();
        let first_asked = latest.len().saturating_sub(asked);
        let mut windows = SeriesWindows::default();
        let mut flagged: Vec<i64> = Vec::new();
        let key = series_key(series);
        let unpacked = series.unpacked();
        for (place, &first_bin) in latest.iter().enumerate() {
            let references = self.references(series, &unpacked, since, first_bin, &flagged);
            if references.len() < MINIMUM_REFERENCES {
                windows.insufficient_history += usize::from(place >= first_asked);
                continue;
            }
            let busy = unpacked.within(first_bin..first_bin + self.layout.window);
            let mut judged = self.window(first_bin, busy, &references, key);
            judged.series = number;
            judged.is_asked = place >= first_asked;
            if is_flagged(&judged) {
                flagged.push(first_bin);
            }
            windows.judged.push(judged);
        }
        windows
    }

    /// What the references of a series' latest window say about the population.
    pub(super) fn witness(&mut self, series: &Series, since: Option<i64>) -> Option<Witness> {
        let first_bin = self.layout.windows(&series.bins()).next_back()?;
        let unpacked = series.unpacked();
        let references = self.references(series, &unpacked, since, first_bin, &[]);
        if references.len() < MINIMUM_REFERENCES {
            return None;
        }
        self.fill_slots(first_bin..first_bin + self.layout.window);
        let history = self
            .screen
            .history(&references, &self.slots, &self.population);
        let mut activity = [(0.0, 0.0); SLOTS];
        for &slot in &self.slots {
            activity[slot].1 += references.len() as f64;
        }
        for &(first, busy) in &references {
            for bin in busy {
                activity[self.slots[(bin.bin - first) as usize]].0 += 1.0;
            }
        }
        let sum = |of: fn(&ReferenceWindow) -> f64| history.references.iter().map(of).sum();
        Some(Witness {
            activity,
            sizes: (sum(|window| window.busy), sum(|window| window.excess)),
            activity_spread: spread_likelihood_of(history),
            size: size_likelihood(history),
        })
    }

    /// The window in which a name without history is busiest for its length: windows are counted back from the
    /// newest bin, the first may be cut short. None for a name that was never busy.
    pub(super) fn newcomer(&mut self, series: &Series) -> Option<NewcomerWindow> {
        let bins = series.bins();
        let unpacked = series.unpacked();
        let mut end = bins.end;
        let mut best: Option<NewcomerWindow> = None;
        while end > bins.start {
            let first_bin = bins.start.max(end - self.layout.window);
            let busy = unpacked.within(first_bin..end);
            if !busy.is_empty() {
                let observed = Measures::of(first_bin, end - first_bin, busy);
                self.fill_slots(first_bin..end);
                let compared = self
                    .screen
                    .compare(&observed, &[], &self.slots, &self.population);
                let p = compared.tails[0].mid_p(super::statistic::Direction::More);
                let surprise = -p.ln();
                if best.as_ref().is_none_or(|best| surprise > best.surprise) {
                    best = Some(NewcomerWindow {
                        bins: first_bin..end,
                        observed,
                        expected: compared.sum,
                        surprise,
                    });
                }
            }
            end = first_bin;
        }
        best
    }

    /// First bins of the references a window has, whatever was found in them.
    pub(super) fn all_references(
        &self,
        series: &Series,
        since: Option<i64>,
        first_bin: i64,
    ) -> Vec<i64> {
        let start = start_of_level(series, since, first_bin);
        self.layout.references(first_bin, start).collect()
    }

    /// Judges a window again, what the crowd did taken out.
    pub(super) fn against_crowd(
        &mut self,
        member: &Member<'_>,
        judged: &JudgedWindow,
        common: &CommonFactor,
    ) -> JudgedWindow {
        let (first_bin, length) = (judged.first_bin, self.layout.window);
        let key = series_key(member.series);
        let seed = key ^ self.seed;
        let unpacked = member.series.unpacked();
        let thinned: Vec<(i64, Vec<BusyBin>)> = member
            .references
            .iter()
            .map(|&first| {
                let busy = unpacked.within(first..first + length);
                (first, common.thin_reference(seed, first, busy))
            })
            .collect();
        let thinned: Vec<(i64, &[BusyBin])> = thinned
            .iter()
            .map(|(first, busy)| (*first, busy.as_slice()))
            .collect();
        let busy = unpacked.within(first_bin..first_bin + length);
        let busy = common.thin_window(seed, first_bin, busy);
        let mut again = self.window(first_bin, &busy, &thinned, key);
        again.series = judged.series;
        again.is_asked = judged.is_asked;
        again
    }

    fn window(
        &mut self,
        first_bin: i64,
        busy: &[BusyBin],
        references: &[(i64, &[BusyBin])],
        key: u64,
    ) -> JudgedWindow {
        let length = self.layout.window;
        let observed = Measures::of(first_bin, length, busy);
        self.fill_slots(first_bin..first_bin + self.layout.window);
        let compared = self
            .screen
            .compare(&observed, references, &self.slots, &self.population);
        let is_weekend = self.layout.slot(first_bin) >= 2;
        let share = compared.busy / length as f64;
        let size = compared.sum / compared.busy.max(1e-9);
        JudgedWindow {
            series: 0,
            first_bin,
            observed,
            expected: expected(&compared, references, length),
            mid: Parts::of(&compared.tails, [0.5; MEASURES]),
            random: Parts::of(&compared.tails, self.uniforms(key, first_bin)),
            stratum: stratum(share, size, is_weekend),
            references: references.len().min(usize::from(u16::MAX)) as u16,
            is_dormant: references.iter().all(|(_, busy)| busy.is_empty()),
            is_asked: true,
        }
    }

    /// A judged window again, with other predictions of its sum and its busy bins.
    pub(super) fn window_with(
        &mut self,
        series: &Series,
        window: &JudgedWindow,
        references: &[(i64, &[BusyBin])],
        sum: &Tail,
        busy: &Tail,
    ) -> JudgedWindow {
        self.fill_slots(window.first_bin..window.first_bin + self.layout.window);
        let compared =
            self.screen
                .compare(&window.observed, references, &self.slots, &self.population);
        let mut tails = compared.tails;
        for (tail, comparison) in tails.iter_mut().zip(Comparison::ALL) {
            match comparison.measure {
                Measure::Sum => *tail = *sum,
                Measure::Busy => *tail = *busy,
                Measure::Maximum | Measure::Silence | Measure::Run => {}
            }
        }
        let uniforms = self.uniforms(series_key(series), window.first_bin);
        JudgedWindow {
            mid: Parts::of(&tails, [0.5; MEASURES]),
            random: Parts::of(&tails, uniforms),
            ..*window
        }
    }

    /// What the references of a window say about it, before it is looked at.
    pub(super) fn predict(
        &mut self,
        first_bin: i64,
        references: &[(i64, &[BusyBin])],
    ) -> (&History, &Activity, Sizes) {
        self.fill_slots(first_bin..first_bin + self.layout.window);
        self.screen
            .predict(references, &self.slots, &self.population)
    }

    /// First bin and busy bins of each reference, nearest first.
    pub(super) fn references<'s>(
        &self,
        series: &Series,
        unpacked: &'s UnpackedBins,
        since: Option<i64>,
        first_bin: i64,
        flagged: &[i64],
    ) -> Vec<(i64, &'s [BusyBin])> {
        let length = self.layout.window;
        let start = start_of_level(series, since, first_bin);
        let all = self.layout.references(first_bin, start);
        let mut left_out = Vec::new();
        let mut references: Vec<(i64, &[BusyBin])> = Vec::new();
        for first in all {
            let reference = (first, unpacked.within(first..first + length));
            if self.is_left_out(first, flagged) {
                left_out.push(reference);
            } else {
                references.push(reference);
            }
        }
        if left_out.len() > references.len() / 3 {
            references.append(&mut left_out);
        }
        references
    }

    /// Whether a window overlaps a flagged one that is not part of a new habit.
    fn is_left_out(&self, first: i64, flagged: &[i64]) -> bool {
        let (step, length) = (self.layout.step, self.layout.window);
        flagged.iter().any(|&bin| {
            let in_a_row = |other: i64| flagged.contains(&other);
            let is_habit = (in_a_row(bin - step)
                && (in_a_row(bin - 2 * step) || in_a_row(bin + step)))
                || (in_a_row(bin + step) && in_a_row(bin + 2 * step));
            bin.abs_diff(first) < length.unsigned_abs() && !is_habit
        })
    }

    fn fill_slots(&mut self, bins: Range<i64>) {
        self.slots.clear();
        self.slots.extend(self.layout.slots(bins));
    }

    /// Numbers in (0, 1) that depend on seed, series and window alone.
    fn uniforms(&self, key: u64, first_bin: i64) -> [f64; MEASURES] {
        std::array::from_fn(|measure| {
            let bytes = [self.seed, key, first_bin as u64, measure as u64];
            let hash = fnv1a(bytes.into_iter().flat_map(u64::to_le_bytes));
            // The low bits of this hash are its best; a multiplication moves them up.
            let mixed = (hash ^ hash >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            ((mixed >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
        })
    }
}

/// The first bin that says something about a window: that of the level the series has there.
fn start_of_level(series: &Series, since: Option<i64>, first_bin: i64) -> i64 {
    since
        .filter(|&since| since <= first_bin)
        .unwrap_or(series.bins().start)
}

fn expected(compared: &Compared, references: &[(i64, &[BusyBin])], bins: i64) -> [f32; MEASURES] {
    let mut means = [0.0; MEASURES];
    for &(first, busy) in references {
        let measures = Measures::of(first, bins, busy);
        for (mean, measure) in means.iter_mut().zip(MEASURE_ORDER) {
            *mean += measures.get(measure) as f64 / references.len() as f64;
        }
    }
    means[0] = compared.sum;
    means[1] = compared.busy;
    means.map(|mean| mean as f32)
}
