//! Sums up the references of a window: how active, how large, and where in the window.
//!
//! In: the busy bins of each reference. Out: a [`History`]: totals of each reference, and profiles over the places of a
//! window, shrunk towards their slot and the population where there is little to see.
//!
//! Place i of n references was active nᵢ times. Its probability is (nᵢ + s p̄)/(n + s), p̄ that of its slot, which in turn
//! is (active + α)/(bins + α + β) with the population's Beta(α, β). Sizes are taken as count − 1, the part of a busy
//! bin's count that is not known from its being busy. Their profile is shrunk the same way; no size counts for more than
//! five times its slot's mean, so that one burst does not become a habit.

use super::population::Population;
use crate::series::BusyBin;
use crate::slots::SLOTS;

/// What is known of one reference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ReferenceWindow {
    /// Busy bins.
    pub(super) busy: f64,
    /// Σ (count − 1) over them.
    pub(super) excess: f64,
    /// Σ of the size profile over them.
    pub(super) weight: f64,
}

/// The places of a window that lie in one slot.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Cell {
    pub(super) bins: f64,
    /// Mean probability to be active.
    pub(super) active: f64,
    /// Mean of the size profile where active.
    pub(super) weight: f64,
}

/// The references of one window, summed up.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    pub(super) references: Vec<ReferenceWindow>,
    /// Probability to be active, by place in the window.
    pub(super) active: Vec<f64>,
    /// Size relative to the window's level, by place; its mean over active bins is 1.
    pub(super) weights: Vec<f64>,
    pub(super) cells: [Cell; SLOTS],
    /// Sizes of busy bins: count − 1, their expected value were the window of ordinary level, their share of one
    /// degree of freedom.
    pub(super) sizes: Vec<SizeOf>,
    /// What the prior of activity is worth, in windows.
    pub(super) prior_windows: f64,
    /// Mean size, count − 1, of an ordinary window; the prior has its say.
    pub(super) mean_size: f64,
    /// How much bins hold on to their state.
    pub(super) persistence: f64,
}

/// One busy bin of a reference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SizeOf {
    pub(super) excess: f64,
    /// The window's own level times the place's profile.
    pub(super) mean: f64,
    /// (Z − 1)/Z: the level is estimated from the same Z bins.
    pub(super) freedom: f64,
}

/// What a profile's slot is worth, in references: between that of 4 weeks' same days (4) and of all days (20).
const PROFILE_WEIGHT: f64 = 10.0;
/// What the mean of all sizes is worth in a slot, in busy bins.
const SLOT_WEIGHT: f64 = 5.0;
/// What persistence of zero is worth, in pairs of bins.
const PERSISTENCE_WEIGHT: f64 = 20.0;
/// At most this many busy bins say how sizes vary within a window; more would say the same.
const MAXIMUM_SIZES: usize = 128;

impl History {
    /// `references` are the first bin and the busy bins of each; `slots` the slot of each place.
    pub(super) fn fill(
        &mut self,
        references: &[(i64, &[BusyBin])],
        slots: &[usize],
        population: &Population,
    ) {
        let bins = slots.len();
        let count = references.len() as f64;
        self.active.clear();
        self.active.resize(bins, 0.0);
        let mut by_slot = [(0.0, 0.0, 0.0); SLOTS];
        for &slot in slots {
            by_slot[slot].0 += count;
        }
        for &(first_bin, busy) in references {
            for bin in busy {
                let place = (bin.bin - first_bin) as usize;
                self.active[place] += 1.0;
                let slot = &mut by_slot[slots[place]];
                slot.1 += 1.0;
                slot.2 += (bin.count - 1) as f64;
            }
        }
        self.prior_windows = 0.0;
        let active_of_slot: [f64; SLOTS] = std::array::from_fn(|slot| {
            let (all, active, _) = by_slot[slot];
            population.active_prob(slot, active, all)
        });
        for (active, &slot) in self.active.iter_mut().zip(slots) {
            *active = (*active + PROFILE_WEIGHT * active_of_slot[slot]) / (count + PROFILE_WEIGHT);
            self.prior_windows += population.active_weight(slot) / (bins * bins) as f64;
        }
        self.fill_sizes(references, slots, &by_slot, population);
        self.fill_cells(slots);
        self.persistence = self.persistence_of(references);
    }

    fn fill_sizes(
        &mut self,
        references: &[(i64, &[BusyBin])],
        slots: &[usize],
        by_slot: &[(f64, f64, f64); SLOTS],
        population: &Population,
    ) {
        let (busy, excess) = by_slot.iter().fold((0.0, 0.0), |(busy, excess), slot| {
            (busy + slot.1, excess + slot.2)
        });
        let (prior_busy, prior_excess) = population.size_prior_counts();
        let overall = (excess + prior_excess) / (busy + prior_busy);
        let mean_of_slot: [f64; SLOTS] = std::array::from_fn(|slot| {
            let (_, active, excess) = by_slot[slot];
            (excess + SLOT_WEIGHT * overall) / (active + SLOT_WEIGHT)
        });
        // Sums of capped sizes and numbers of busy bins by place.
        self.weights.clear();
        self.weights.resize(2 * slots.len(), 0.0);
        let (sums, counts) = self.weights.split_at_mut(slots.len());
        for &(first_bin, busy) in references {
            for bin in busy {
                let place = (bin.bin - first_bin) as usize;
                sums[place] += ((bin.count - 1) as f64).min(5.0 * mean_of_slot[slots[place]]);
                counts[place] += 1.0;
            }
        }
        for ((sum, count), &slot) in sums.iter_mut().zip(counts.iter()).zip(slots) {
            *sum = (*sum + PROFILE_WEIGHT * mean_of_slot[slot]) / (count + PROFILE_WEIGHT);
        }
        self.weights.truncate(slots.len());
        let expected: f64 = self.active.iter().sum();
        let total: f64 = self
            .active
            .iter()
            .zip(&self.weights)
            .map(|(p, w)| p * w)
            .sum();
        let scale = if total > 0.0 { expected / total } else { 1.0 };
        for weight in &mut self.weights {
            *weight *= scale;
        }
        self.references.clear();
        self.sizes.clear();
        let every = (busy as usize).div_ceil(MAXIMUM_SIZES).max(1);
        let mut number = 0;
        let mut weight_of_all = 0.0;
        for &(first_bin, busy) in references {
            let weight_of = |bin: &BusyBin| self.weights[(bin.bin - first_bin) as usize];
            let weight: f64 = busy.iter().map(weight_of).sum();
            let excess: f64 = busy.iter().map(|bin| (bin.count - 1) as f64).sum();
            weight_of_all += weight;
            self.references.push(ReferenceWindow {
                busy: busy.len() as f64,
                excess,
                weight,
            });
            if busy.len() < 2 {
                continue;
            }
            for bin in busy {
                number += 1;
                if number % every == 0 {
                    self.sizes.push(SizeOf {
                        excess: (bin.count - 1) as f64,
                        mean: excess / weight * self.weights[(bin.bin - first_bin) as usize],
                        freedom: every as f64 * (1.0 - 1.0 / busy.len() as f64),
                    });
                }
            }
        }
        self.mean_size = (excess + prior_excess) / (weight_of_all + prior_busy);
    }

    fn fill_cells(&mut self, slots: &[usize]) {
        self.cells = [Cell::default(); SLOTS];
        for ((&slot, &active), &weight) in slots.iter().zip(&self.active).zip(&self.weights) {
            let cell = &mut self.cells[slot];
            cell.bins += 1.0;
            cell.active += active;
            cell.weight += active * weight;
        }
        for cell in &mut self.cells {
            if cell.bins > 0.0 {
                cell.weight /= cell.active;
                cell.active /= cell.bins;
            }
        }
    }

    /// The share of "active after active" beyond what the profile and the references' own levels explain.
    fn persistence_of(&self, references: &[(i64, &[BusyBin])]) -> f64 {
        let mean: f64 = self.active.iter().sum();
        // Of an ordinary window: expected pairs of active neighbours, and the pairs' variances.
        let (mut pairs, mut variance) = (0.0, 0.0);
        for neighbours in self.active.windows(2) {
            let (a, b) = (neighbours[0], neighbours[1]);
            pairs += a * b;
            variance += (a * (1.0 - a) * b * (1.0 - b)).sqrt();
        }
        let (mut excess, mut weight) = (0.0, 0.0);
        for &(_, busy) in references {
            let level =
                (busy.len() as f64 / mean).min(1.0 / mean.max(1e-9) * self.active.len() as f64);
            let observed = busy
                .windows(2)
                .filter(|two| two[0].bin + 1 == two[1].bin)
                .count() as f64;
            let share = busy.len() as f64 / self.active.len() as f64;
            excess += observed - pairs * level * level;
            weight += (variance * level * (1.0 - share)).max(0.0);
        }
        (excess / (weight + PERSISTENCE_WEIGHT)).clamp(0.0, 0.95)
    }
}
