//! Moves many walkers, each along the line to another one: no gradient, no step size.
//!
//! In: starting positions with finite log densities, a density. Out: sweeps; in each, every walker
//! of one half is moved by a walker of the other half, then the halves change roles. The base
//! scheme is here, the mathematics of one proposal in `stretch`.

mod stretch;

use rand::{Rng, RngExt};

use crate::log_density::LogDensity;
use crate::statistics::{Ending, Statistics};

/// The positions of all walkers and what is known of them.
#[derive(Debug)]
pub(crate) struct Ensemble {
    dimension: usize,
    /// `[walker][coordinate]`.
    positions: Vec<f64>,
    log_densities: Vec<f64>,
    proposal: Vec<f64>,
    stretch: f64,
}

impl Ensemble {
    /// An ensemble without walkers, for moves of at most `stretch`.
    pub(crate) fn new(dimension: usize, stretch: f64) -> Self {
        Self {
            dimension,
            positions: Vec::new(),
            log_densities: Vec::new(),
            proposal: vec![0.0; dimension],
            stretch,
        }
    }

    /// Adds a walker. Its log density must be finite: a walker that starts at −∞ or NaN could be
    /// left where it is for ever.
    pub(crate) fn push(&mut self, position: &[f64], log_density: f64) {
        debug_assert!(log_density.is_finite());
        self.positions.extend_from_slice(position);
        self.log_densities.push(log_density);
    }

    pub(crate) fn position(&self, walker: usize) -> &[f64] {
        &self.positions[walker * self.dimension..(walker + 1) * self.dimension]
    }

    /// Proposes one move for each walker, and tells `report` of each.
    pub(crate) fn sweep<D: LogDensity + ?Sized, R: Rng + ?Sized>(
        &mut self,
        density: &mut D,
        rng: &mut R,
        mut report: impl FnMut(usize, &[f64], Statistics),
    ) {
        let walkers = self.log_densities.len();
        let half = walkers / 2;
        for walker in 0..walkers {
            // Walkers of a half never move each other, so that the half could move in parallel.
            let partner = if walker < half {
                rng.random_range(half..walkers)
            } else {
                rng.random_range(0..half)
            };
            let statistics = self.move_walker(walker, partner, density, rng);
            report(walker, self.position(walker), statistics);
        }
    }

    fn move_walker<D: LogDensity + ?Sized, R: Rng + ?Sized>(
        &mut self,
        walker: usize,
        partner: usize,
        density: &mut D,
        rng: &mut R,
    ) -> Statistics {
        let mut proposal = std::mem::take(&mut self.proposal);
        let log_volume = stretch::propose(
            self.position(walker),
            self.position(partner),
            self.stretch,
            &mut proposal,
            rng,
        );
        let log_density = density.log_density(&proposal);
        let old = self.log_densities[walker];
        let mut statistics = Statistics {
            log_density: old,
            ..Statistics::default()
        };
        if log_density.is_nan() || log_density == f64::INFINITY {
            statistics.ending = Ending::Diverged;
        } else {
            statistics.acceptance = (log_volume + log_density - old).exp().min(1.0);
            if rng.random::<f64>() < statistics.acceptance {
                let start = walker * self.dimension;
                self.positions[start..start + self.dimension].copy_from_slice(&proposal);
                self.log_densities[walker] = log_density;
                statistics.log_density = log_density;
            }
        }
        self.proposal = proposal;
        statistics
    }
}
