//! Draws the random numbers that transitions of all lanes need, for some transitions at once.
//!
//! In: a stream for each lane. Out: numbers for each transition, `[lane]`. A lane's numbers come in
//! the order in which a chain by itself asks for them. Several transitions are drawn together, so
//! that a stream's state is fetched once for all of them. A chain that arrives at no valid point has
//! nothing to decide and asks for no number; then those after it are drawn again.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::points::Block;

/// The random numbers of one transition of all lanes.
#[derive(Debug, Clone)]
pub(super) struct Chances<const LANES: usize> {
    /// In [0, 1), for the step size.
    pub(super) jitter: Block<LANES>,
    /// Standard normals by coordinate, for the momentum.
    pub(super) normals: Vec<Block<LANES>>,
    /// In [0, 1), for the decision at the end.
    pub(super) decision: Block<LANES>,
    /// Where in its stream that stands.
    decision_at: [u128; LANES],
}

impl<const LANES: usize> Chances<LANES> {
    pub(super) fn new(dimension: usize) -> Self {
        Self {
            jitter: [0.0; LANES],
            normals: vec![[0.0; LANES]; dimension],
            decision: [0.0; LANES],
            decision_at: [0; LANES],
        }
    }

    /// Draws all numbers of a lane.
    #[inline]
    pub(super) fn draw(&mut self, lane: usize, rng: &mut ChaCha8Rng) {
        self.jitter[lane] = rng.random();
        self.draw_normals(lane, rng);
        self.decision_at[lane] = rng.get_word_pos();
        self.decision[lane] = rng.random();
    }

    /// Puts a lane's stream back to where no decision was made.
    pub(super) fn undraw_decision(&self, lane: usize, rng: &mut ChaCha8Rng) {
        rng.set_word_pos(self.decision_at[lane]);
    }

    /// Draws the normals alone.
    #[inline]
    pub(super) fn draw_normals(&mut self, lane: usize, rng: &mut ChaCha8Rng) {
        for normals in &mut self.normals {
            normals[lane] = rng.sample(StandardNormal);
        }
    }
}
