//! Keeps a run that was left, as bytes, and takes it up again to the same numbers.
//!
//! In: chains as far as they came. Out: a trace of what there is, bytes, and back. Bytes are a
//! mark, a version, a checksum (FNV-1a, 64 bits) and the chains in postcard's format, little-endian.

use serde::{Deserialize, Serialize};

use crate::chain::ChainState;
use crate::error::{CheckpointError, TraceError};
use crate::settings::Run;
use crate::trace::{Chain, Trace};

/// A run as far as it has come: all draws, and what each chain needs for the next.
///
/// [`resume`](crate::resume) goes on from it. The draws are the same bits as those of a run that
/// was never left, provided density, sampler and settings are the same. Chains left during warm-up
/// begin again.
///
/// # Example
/// ```
/// use rainier_sampler::{Checkpoint, LogDensity, Run, Walkers, resume, sample};
/// # struct Normal;
/// # impl LogDensity for Normal {
/// #     fn dimension(&self) -> usize { 1 }
/// #     fn log_density(&mut self, position: &[f64]) -> f64 { -0.5 * position[0] * position[0] }
/// # }
/// let sampler = Walkers::default();
/// let run = Run::default().with_seed(1).with_warm_up(10).with_draws(50);
/// let first = resume(|| Normal, &sampler, &run.clone().with_draws(20), Checkpoint::default())?;
/// let bytes = first.to_bytes();
/// let whole = resume(|| Normal, &sampler, &run, Checkpoint::from_bytes(&bytes)?)?;
/// assert_eq!(whole.trace()?, sample(|| Normal, &sampler, &run)?);
/// # Ok::<(), rainier_sampler::SampleError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Checkpoint {
    seed: u64,
    key: u64,
    warm_up: usize,
    chains: Vec<ChainState>,
}

const MARK: &[u8; 8] = b"rainierC";
/// Raised whenever the bytes change their meaning.
const VERSION: u8 = 1;
const HEADER: usize = MARK.len() + 1 + 8;

impl Checkpoint {
    pub(crate) fn new(run: &Run, chains: Vec<ChainState>) -> Self {
        Self {
            seed: run.seed(),
            key: run.key(),
            warm_up: run.warm_up(),
            chains,
        }
    }

    /// The states to go on from, one for each chain of `run`.
    pub(crate) fn into_chains(self, run: &Run) -> Result<Vec<ChainState>, CheckpointError> {
        if self.chains.is_empty() {
            return Ok(vec![ChainState::default(); run.chains()]);
        }
        for (setting, expected, found) in [
            ("seed", self.seed, run.seed()),
            ("key", self.key, run.key()),
            ("warm_up", self.warm_up as u64, run.warm_up() as u64),
            ("chains", self.chains.len() as u64, run.chains() as u64),
        ] {
            if expected != found {
                return Err(CheckpointError::OtherRun {
                    setting,
                    expected,
                    found,
                });
            }
        }
        Ok(self.chains)
    }

    /// Draws of the chain that has fewest.
    pub fn draws(&self) -> usize {
        self.chains.iter().map(ChainState::draws).min().unwrap_or(0)
    }

    /// The draws so far, with parameters named `x[0]`, `x[1]`, ….
    ///
    /// Chains of a run that was ended early differ in length. They are cut to the length that
    /// keeps most draws, and shorter ones are left out.
    ///
    /// # Errors
    /// [`TraceError::NoChains`] when nothing was begun.
    pub fn trace(&self) -> Result<Trace, TraceError> {
        self.clone().into_trace()
    }

    /// The same, where the checkpoint is not needed any more: nothing is copied that need not be.
    ///
    /// # Errors
    /// As [`trace`](Self::trace).
    pub fn into_trace(self) -> Result<Trace, TraceError> {
        let chains = self.chains.into_iter().flat_map(ChainState::into_series);
        let mut chains: Vec<Chain> = chains.collect();
        let mut lengths: Vec<usize> = chains.iter().map(Chain::len).collect();
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        let kept = |(shorter, length): &(usize, &usize)| (shorter + 1) * **length;
        let best = lengths.iter().enumerate().max_by_key(kept);
        let length = best.map_or(0, |(_, length)| *length);
        let dimension = chains.first().map_or(0, Chain::dimension);
        let names = (0..dimension).map(|i| format!("x[{i}]")).collect();
        chains.retain(|chain| chain.len() >= length);
        Trace::from_chains(
            names,
            chains.into_iter().map(|chain| chain.cut(length)).collect(),
        )
    }

    /// All of it as bytes.
    ///
    /// # Panics
    /// Never: numbers and vectors can always be written.
    pub fn to_bytes(&self) -> Vec<u8> {
        let payload = postcard::to_stdvec(self).expect("plain numbers can be written");
        let mut bytes = Vec::with_capacity(HEADER + payload.len());
        bytes.extend_from_slice(MARK);
        bytes.push(VERSION);
        bytes.extend_from_slice(&checksum(&payload).to_le_bytes());
        bytes.extend_from_slice(&payload);
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// [`CheckpointError`] when the bytes are something else, of another version, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let rest = bytes
            .strip_prefix(MARK)
            .ok_or(CheckpointError::NoCheckpoint)?;
        let (&version, rest) = rest.split_first().ok_or(CheckpointError::Damaged)?;
        if version != VERSION {
            return Err(CheckpointError::Version {
                expected: VERSION,
                found: version,
            });
        }
        let (sum, payload) = rest.split_first_chunk().ok_or(CheckpointError::Damaged)?;
        if u64::from_le_bytes(*sum) != checksum(payload) {
            return Err(CheckpointError::Damaged);
        }
        let checkpoint: Self =
            postcard::from_bytes(payload).map_err(|_| CheckpointError::Damaged)?;
        if checkpoint.chains.iter().all(ChainState::is_sound) {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::Damaged)
        }
    }
}

/// FNV-1a: finds accidents, not forgeries.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
