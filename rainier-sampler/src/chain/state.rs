//! Holds a chain that was left, so that it can be taken up where it was.
//!
//! In: the draws so far and what the next one needs. Out: the same, read back from bytes and
//! checked.

use serde::{Deserialize, Serialize};

use crate::trace::Chain;

/// A chain, or an ensemble of walkers, as far as it has come. The default has not begun.
///
/// Position and log density are those of the last draw. A chain left during warm-up has no draws
/// and begins again, which gives the same numbers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ChainState {
    pub(super) series: Vec<Chain>,
    pub(super) next: Option<Next>,
}

/// What the next draw needs besides the last one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Next {
    /// Where the stream of random numbers is, in words of 32 bits.
    pub(super) word_position: u128,
    /// ∇ ln p at the last draw; empty without a gradient.
    pub(super) gradient: Vec<f64>,
    /// What the transition learned during warm-up.
    pub(super) learned: Vec<f64>,
}

impl ChainState {
    /// The series of draws so far: one, or for an ensemble one for each walker.
    pub fn series(&self) -> &[Chain] {
        &self.series
    }

    /// The series of draws alone.
    #[must_use]
    pub fn into_series(self) -> Vec<Chain> {
        self.series
    }

    /// Draws of each series so far.
    pub fn draws(&self) -> usize {
        self.series.first().map_or(0, Chain::len)
    }

    /// What to go on from, if there is a draw to go on from.
    pub(super) fn resume(self, dimension: usize) -> Option<(Vec<Chain>, Next)> {
        let draws = self.draws();
        let fits = |chain: &Chain| chain.dimension() == dimension && chain.len() == draws;
        (draws > 0 && self.series.iter().all(fits))
            .then_some(self.series)
            .zip(self.next)
    }

    /// Whether lengths fit together, as they do unless someone made up the bytes.
    pub(crate) fn is_sound(&self) -> bool {
        let (draws, dimension) = (
            self.draws(),
            self.series.first().map_or(0, Chain::dimension),
        );
        let is_sound = |chain: &Chain| {
            chain.is_sound() && chain.len() == draws && chain.dimension() == dimension
        };
        let gradient_fits = self
            .next
            .as_ref()
            .is_none_or(|next| next.gradient.is_empty() || next.gradient.len() == dimension);
        self.series.iter().all(is_sound) && gradient_fits
    }
}
