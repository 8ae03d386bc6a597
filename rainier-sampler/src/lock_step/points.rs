//! Keeps where the chains of all lanes are, and how steep and likely it is there.
//!
//! In: a dimension. Out: blocks `[coordinate][lane]`.

use crate::hamiltonian::PhasePoint;

/// A number for each lane.
pub(super) type Block<const LANES: usize> = [f64; LANES];

/// The places of one point in each lane.
#[derive(Debug, Clone)]
pub(super) struct Points<const LANES: usize> {
    pub(super) position: Vec<Block<LANES>>,
    pub(super) gradient: Vec<Block<LANES>>,
    pub(super) log_density: Block<LANES>,
}

impl<const LANES: usize> Points<LANES> {
    /// Points at the origin, not yet evaluated.
    pub(super) fn new(dimension: usize) -> Self {
        let zeros = vec![[0.0; LANES]; dimension];
        Self {
            position: zeros.clone(),
            gradient: zeros,
            log_density: [f64::NEG_INFINITY; LANES],
        }
    }

    /// Becomes `other` in the lanes asked for.
    #[inline(always)]
    pub(super) fn take(&mut self, other: &Self, takes: &[bool; LANES]) {
        let position = self.position.iter_mut().zip(&other.position);
        let gradient = self.gradient.iter_mut().zip(&other.gradient);
        let log_density = (&mut self.log_density, &other.log_density);
        for (block, other) in position.chain(gradient).chain([log_density]) {
            for ((x, other), takes) in block.iter_mut().zip(other).zip(takes) {
                *x = if *takes { *other } else { *x };
            }
        }
    }

    /// Writes one lane's point, but for its motion, into `point`.
    pub(super) fn read(&self, lane: usize, point: &mut PhasePoint) {
        read(&self.position, lane, &mut point.position);
        read(&self.gradient, lane, &mut point.gradient);
        point.log_density = self.log_density[lane];
    }
}

/// The numbers of one lane.
pub(super) fn read<const LANES: usize>(blocks: &[Block<LANES>], lane: usize, vector: &mut [f64]) {
    for (x, block) in vector.iter_mut().zip(blocks) {
        *x = block[lane];
    }
}

/// The same, the other way.
pub(super) fn write<const LANES: usize>(blocks: &mut [Block<LANES>], lane: usize, vector: &[f64]) {
    for (block, x) in blocks.iter_mut().zip(vector) {
        block[lane] = *x;
    }
}
