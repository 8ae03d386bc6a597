//! Holds the draws of a series whose numbers are wanted, not how each was made.
//!
//! In: chains of one length. Out: [`Positions`]: draws by parameter, and [`Warning`]s. Statistics of
//! each draw take nine numbers beside the one or two of a small model; where thousands of series
//! are summed up, that is most of what goes through memory.

use super::Summary;
use super::account::Account;
use super::warning::{self, Warning};

/// The draws of several chains, with what is needed to warn of them.
///
/// See [`sample_many_positions`](crate::sample_many_positions).
#[derive(Debug, Clone, PartialEq)]
pub struct Positions {
    dimension: usize,
    chains: Vec<PositionChain>,
}

/// The draws of one chain.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PositionChain {
    /// `[parameter][draw]`.
    draws: Vec<Vec<f64>>,
    account: Account,
    warm_up_gradient_evaluations: u64,
}

impl Positions {
    /// Of chains of equal dimension.
    pub(crate) fn new(dimension: usize, chains: Vec<PositionChain>) -> Self {
        Self { dimension, chains }
    }

    /// Number of parameters.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Number of chains.
    pub fn chains(&self) -> usize {
        self.chains.len()
    }

    /// Number of draws in each chain.
    pub fn draws_per_chain(&self) -> usize {
        self.accounts().next().map_or(0, |account| account.draws)
    }

    /// The draws of one parameter in one chain, in their order.
    ///
    /// # Panics
    /// When `chain` or `parameter` is out of range.
    pub fn draws(&self, chain: usize, parameter: usize) -> &[f64] {
        &self.chains[chain].draws[parameter]
    }

    /// Number of divergent draws over all chains.
    pub fn divergences(&self) -> usize {
        self.accounts().map(|account| account.diverged).sum()
    }

    /// Gradient evaluations of all chains, with warm-up: what the run cost.
    pub fn gradient_evaluations(&self) -> u64 {
        let warm_up = self
            .chains
            .iter()
            .map(|chain| chain.warm_up_gradient_evaluations);
        let drawing = self.accounts().map(|account| account.gradient_evaluations);
        warm_up.chain(drawing).sum()
    }

    /// What should be looked at before the draws, or `summary` of what was made of them, are used.
    pub fn warnings_beside(&self, summary: &Summary) -> Vec<Warning> {
        let accounts: Vec<&Account> = self.accounts().collect();
        warning::warnings(&accounts, summary)
    }

    fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.chains.iter().map(|chain| &chain.account)
    }
}

impl PositionChain {
    /// A chain without draws that has room for `draws`.
    pub(crate) fn with_capacity(dimension: usize, draws: usize) -> Self {
        Self {
            draws: (0..dimension).map(|_| Vec::with_capacity(draws)).collect(),
            account: Account::default(),
            warm_up_gradient_evaluations: 0,
        }
    }

    /// Notes the cost of the warm-up.
    pub(crate) fn set_warm_up_gradient_evaluations(&mut self, evaluations: u64) {
        self.warm_up_gradient_evaluations = evaluations;
    }

    /// Says how the draws were made.
    pub(crate) fn set_account(&mut self, account: Account) {
        self.account = account;
    }

    /// Where draws are added, by parameter.
    pub(crate) fn draws_mut(&mut self) -> &mut [Vec<f64>] {
        &mut self.draws
    }
}
