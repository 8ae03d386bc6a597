//! Draws the random numbers that transitions of all lanes need, for some transitions at once.
//!
//! In: a stream for each lane. Out: numbers for each transition, `[lane]`. A lane's numbers come in
//! the order in which a chain by itself asks for them. Several transitions are drawn together, so
//! that a stream's state is fetched once for all of them.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::points::Block;
use crate::transition::two_uniforms;

/// The random numbers of one transition of all lanes.
#[derive(Debug, Clone)]
pub(super) struct Chances<const LANES: usize> {
    /// In [0, 1), for the step size.
    pub(super) jitter: Block<LANES>,
    /// Standard normals by coordinate, for the momentum.
    pub(super) normals: Vec<Block<LANES>>,
    /// In [0, 1), for the decision at the end.
    pub(super) decision: Block<LANES>,
}

impl<const LANES: usize> Chances<LANES> {
    pub(super) fn new(dimension: usize) -> Self {
        Self {
            jitter: [0.0; LANES],
            normals: vec![[0.0; LANES]; dimension],
            decision: [0.0; LANES],
        }
    }

    /// Draws all numbers of a lane.
    #[inline]
    pub(super) fn draw(&mut self, lane: usize, rng: &mut ChaCha8Rng) {
        [self.jitter[lane], self.decision[lane]] = two_uniforms(rng);
        self.draw_normals(lane, rng);
    }

    /// Draws the normals alone.
    #[inline]
    pub(super) fn draw_normals(&mut self, lane: usize, rng: &mut ChaCha8Rng) {
        for normals in &mut self.normals {
            normals[lane] = rng.sample(StandardNormal);
        }
    }
}
