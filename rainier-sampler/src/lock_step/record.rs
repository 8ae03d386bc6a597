//! Says what is kept of the draws of all lanes.
//!
//! In: draws of all lanes, each with how it was made. Out: a chain for each lane: all of it, of a [`Trace`], or draws
//! alone, of [`Positions`].

use super::points::{Block, read};
use super::report::Report;
use crate::adapted::Adapted;
use crate::diagnostics::EnergySums;
use crate::error::SampleError;
use crate::statistics::Ending;
use crate::trace::{Account, Chain, PositionChain, Positions, Trace};

/// The chains of all lanes under way.
pub trait Record<const LANES: usize> {
    /// What is kept of one lane.
    type Chain;
    /// What the chains of a series are together.
    type Joined;

    /// Of the first `lanes` nothing yet, with room for `draws`.
    fn new(lanes: usize, dimension: usize, draws: usize) -> Self;

    /// Hears what the warm-up of a lane cost, and what it settled on.
    fn end_warm_up(
        &mut self,
        lane: usize,
        gradient_evaluations: u64,
        adapted: impl FnOnce() -> Adapted,
    );

    /// Hears of a draw of all lanes, `[coordinate][lane]`, and its log density.
    fn push(
        &mut self,
        position: &[Block<LANES>],
        log_density: &Block<LANES>,
        report: &Report<LANES>,
    );

    /// The chains, by lane.
    fn into_chains(self) -> Vec<Self::Chain>;

    /// Joins chains of equal shape, with a name for each parameter.
    fn join(names: &[String], chains: Vec<Self::Chain>) -> Result<Self::Joined, SampleError>;
}

/// All of it.
#[derive(Debug)]
pub struct WholeChains {
    chains: Vec<Chain>,
    /// One lane's draw.
    draw: Vec<f64>,
}

impl<const LANES: usize> Record<LANES> for WholeChains {
    type Chain = Chain;
    type Joined = Trace;

    fn new(lanes: usize, dimension: usize, draws: usize) -> Self {
        let chain = || Chain::with_capacity(dimension, draws);
        Self {
            chains: std::iter::repeat_with(chain).take(lanes).collect(),
            draw: vec![0.0; dimension],
        }
    }

    fn end_warm_up(
        &mut self,
        lane: usize,
        gradient_evaluations: u64,
        adapted: impl FnOnce() -> Adapted,
    ) {
        let chain = &mut self.chains[lane];
        let begun = std::mem::replace(chain, Chain::new(0));
        *chain = begun
            .with_warm_up_gradient_evaluations(gradient_evaluations)
            .with_adapted(adapted());
    }

    fn push(
        &mut self,
        position: &[Block<LANES>],
        log_density: &Block<LANES>,
        report: &Report<LANES>,
    ) {
        for (lane, (chain, log_density)) in self.chains.iter_mut().zip(log_density).enumerate() {
            read(position, lane, &mut self.draw);
            chain.append(&self.draw, report.statistics(lane, *log_density));
        }
    }

    fn into_chains(self) -> Vec<Chain> {
        self.chains
    }

    fn join(names: &[String], chains: Vec<Chain>) -> Result<Trace, SampleError> {
        Ok(Trace::from_chains(names.to_vec(), chains)?)
    }
}

/// Draws alone.
///
/// They are written down as they come, all lanes side by side, and sorted into chains some at a time: as many chains as
/// there are lanes are more places in memory than a processor keeps at hand.
#[derive(Debug)]
pub(super) struct PositionChains<const LANES: usize> {
    chains: Vec<PositionChain>,
    /// How the draws of each were made, but for what is kept of all together.
    accounts: Vec<Account>,
    gradient_evaluations: [u64; LANES],
    energies: EnergySums<LANES>,
    /// Coordinates of a draw, a block each, draw after draw.
    latest: Vec<Block<LANES>>,
    draws: usize,
    dimension: usize,
}

/// Draws that are sorted into chains together.
const TOGETHER: usize = 32;

impl<const LANES: usize> PositionChains<LANES> {
    fn sort_into_chains(&mut self) {
        for (lane, chain) in self.chains.iter_mut().enumerate() {
            for (place, numbers) in chain.draws_mut().iter_mut().enumerate() {
                let latest = self.latest.chunks_exact(self.dimension);
                numbers.extend(latest.map(|draw| draw[place][lane]));
            }
        }
        self.latest.clear();
    }
}

impl<const LANES: usize> Record<LANES> for PositionChains<LANES> {
    type Chain = PositionChain;
    type Joined = Positions;

    fn new(lanes: usize, dimension: usize, draws: usize) -> Self {
        let chain = || PositionChain::with_capacity(dimension, draws);
        Self {
            chains: std::iter::repeat_with(chain).take(lanes).collect(),
            accounts: vec![Account::default(); lanes],
            gradient_evaluations: [0; LANES],
            energies: EnergySums::default(),
            latest: Vec::with_capacity(TOGETHER * dimension),
            draws: 0,
            dimension,
        }
    }

    fn end_warm_up(&mut self, lane: usize, gradient_evaluations: u64, _: impl FnOnce() -> Adapted) {
        self.chains[lane].set_warm_up_gradient_evaluations(gradient_evaluations);
    }

    fn push(&mut self, position: &[Block<LANES>], _: &Block<LANES>, report: &Report<LANES>) {
        self.draws += 1;
        self.latest.extend_from_slice(position);
        self.energies.push(&report.energy);
        let evaluations = self.gradient_evaluations.iter_mut();
        for (sum, more) in evaluations.zip(&report.gradient_evaluations) {
            *sum += more;
        }
        if report.ending != [Ending::Completed; LANES] {
            for (account, ending) in self.accounts.iter_mut().zip(report.ending) {
                account.count_ending(ending);
            }
        }
        if self.latest.len() == TOGETHER * self.dimension {
            self.sort_into_chains();
        }
    }

    fn into_chains(mut self) -> Vec<PositionChain> {
        self.sort_into_chains();
        let accounts = self.accounts.into_iter().zip(&mut self.chains);
        for (lane, (account, chain)) in accounts.enumerate() {
            chain.set_account(Account {
                draws: self.draws,
                gradient_evaluations: self.gradient_evaluations[lane],
                energies: self.energies.of_chain(lane),
                ..account
            });
        }
        self.chains
    }

    fn join(names: &[String], chains: Vec<PositionChain>) -> Result<Positions, SampleError> {
        Ok(Positions::new(names.len(), chains))
    }
}
