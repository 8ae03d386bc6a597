//! Moves many walkers, each by where others are: no gradient, no step size.
//!
//! In: starting positions with finite log densities, a density. Out: sweeps; in each, every walker
//! of one half is moved by walkers of the other half, all at once, then the halves change roles.
//! The base scheme is here, the mathematics of one proposal in `stretch` and `differential`.

mod differential;
mod half;
mod stretch;

use std::ops::Range;

use rand::{Rng, RngExt};

use crate::log_density::LogDensity;
use crate::settings::Moves;
use crate::statistics::{Ending, Statistics};
use half::Half;

/// The positions of all walkers and what is known of them.
#[derive(Debug)]
pub(crate) struct Ensemble {
    dimension: usize,
    /// `[walker][coordinate]`.
    positions: Vec<f64>,
    log_densities: Vec<f64>,
    moves: Moves,
    /// Proposals for the half under way, `[walker][coordinate]`, with their log densities and the
    /// logarithms of their volume factors.
    proposals: Vec<f64>,
    proposed: Vec<f64>,
    log_volumes: Vec<f64>,
}

impl Ensemble {
    /// An ensemble without walkers.
    pub(crate) fn new(dimension: usize, moves: Moves) -> Self {
        Self {
            dimension,
            positions: Vec::new(),
            log_densities: Vec::new(),
            moves,
            proposals: Vec::new(),
            proposed: Vec::new(),
            log_volumes: Vec::new(),
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
        for (moving, others) in [(0..half, half..walkers), (half..walkers, 0..half)] {
            // Walkers of a half never move each other, so that the half moves at once.
            self.propose(moving.clone(), others, rng);
            density.log_densities(&self.proposals, &mut self.proposed);
            for (proposal, walker) in moving.enumerate() {
                let statistics = self.decide(walker, proposal, rng);
                report(walker, self.position(walker), statistics);
            }
        }
    }

    /// Proposes a move for each walker of `moving`.
    fn propose<R: Rng + ?Sized>(
        &mut self,
        moving: Range<usize>,
        others: Range<usize>,
        rng: &mut R,
    ) {
        let dimension = self.dimension;
        self.proposals.resize(moving.len() * dimension, 0.0);
        self.proposed.resize(moving.len(), 0.0);
        self.log_volumes.resize(moving.len(), 0.0);
        let others = Half {
            positions: &self.positions[others.start * dimension..others.end * dimension],
            walkers: others.len(),
        };
        for (place, walker) in moving.enumerate() {
            let from = &self.positions[walker * dimension..(walker + 1) * dimension];
            let proposal = &mut self.proposals[place * dimension..(place + 1) * dimension];
            self.log_volumes[place] = match self.moves {
                Moves::Stretch { largest } => {
                    let [partner] = others.draw(rng);
                    stretch::propose(from, partner, largest, proposal, rng)
                }
                Moves::DifferentialEvolution => differential::propose(from, &others, proposal, rng),
            };
        }
    }

    /// Accepts or rejects the proposal made for a walker.
    fn decide<R: Rng + ?Sized>(
        &mut self,
        walker: usize,
        proposal: usize,
        rng: &mut R,
    ) -> Statistics {
        let (old, log_density) = (self.log_densities[walker], self.proposed[proposal]);
        let mut statistics = Statistics {
            log_density: old,
            ..Statistics::default()
        };
        if log_density.is_nan() || log_density == f64::INFINITY {
            statistics.ending = Ending::Diverged;
            return statistics;
        }
        let log_ratio = self.log_volumes[proposal] + log_density - old;
        statistics.acceptance = log_ratio.exp().min(1.0);
        if rng.random::<f64>() < statistics.acceptance {
            let dimension = self.dimension;
            let accepted = &self.proposals[proposal * dimension..(proposal + 1) * dimension];
            self.positions[walker * dimension..(walker + 1) * dimension].copy_from_slice(accepted);
            self.log_densities[walker] = log_density;
            statistics.log_density = log_density;
        }
        statistics
    }
}
