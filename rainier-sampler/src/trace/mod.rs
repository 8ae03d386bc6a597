//! Holds what a run produced: `draws[chain][draw][parameter]` and how each draw was made.
//!
//! In: chains of equal shape. Out: a [`Trace`], its [`Summary`] and its [`Warning`]s in plain words.

mod account;
mod chain;
mod positions;
mod summary;
mod warning;
mod write;

use std::sync::Arc;

use crate::adapted::Adapted;
use crate::error::TraceError;
use crate::statistics::Statistics;
pub(crate) use account::Account;
pub use chain::Chain;
pub(crate) use positions::PositionChain;
pub use positions::Positions;
pub use summary::{Summaries, Summary, SummaryRow};
pub use warning::{EffectiveSize, Warning};

/// The draws of several chains with their names and statistics.
///
/// Draws lie in one vector, chain after chain, draw after draw, so that `[chain][draw][parameter]`
/// can be handed to other programs as it is.
///
/// # Example
/// ```
/// use rainier_sampler::{Chain, Statistics, Trace};
/// let mut chain = Chain::new(1);
/// for x in [1.0, 2.0, 3.0] {
///     chain.push(&[x], Statistics::default())?;
/// }
/// let trace = Trace::from_chains(vec!["x".to_owned()], vec![chain])?;
/// assert_eq!(trace.draw(0, 1), [2.0]);
/// let squares = trace.map_draws(vec!["x²".to_owned()], |draw, out| out[0] = draw[0] * draw[0]);
/// assert_eq!(squares.parameter(0), [[1.0, 4.0, 9.0]]);
/// # Ok::<(), rainier_sampler::TraceError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    names: Vec<String>,
    chains: usize,
    draws_per_chain: usize,
    draws: Vec<f64>,
    /// By chain. Shared by traces of what draws were turned into.
    statistics: Arc<Vec<Vec<Statistics>>>,
    warm_up_gradient_evaluations: u64,
    /// One for each chain.
    adapted: Vec<Option<Adapted>>,
}

impl Trace {
    /// Joins chains of equal shape. One name for each parameter.
    ///
    /// # Errors
    /// [`TraceError`] when there is no chain, when shapes differ, or when the number of names is
    /// not the dimension.
    pub fn from_chains(names: Vec<String>, chains: Vec<Chain>) -> Result<Self, TraceError> {
        let first = chains.first().ok_or(TraceError::NoChains)?;
        let (draws, dimension) = (first.len(), first.dimension());
        check_names(&names, dimension)?;
        let count = chains.len();
        let mut warm_up_gradient_evaluations = 0;
        let (mut adapted, mut statistics) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let mut all_draws = Vec::new();
        for (number, chain) in chains.into_iter().enumerate() {
            if (chain.len(), chain.dimension()) != (draws, dimension) {
                return Err(TraceError::UnequalChains {
                    chain: number,
                    draws,
                    dimension,
                    found_draws: chain.len(),
                    found_dimension: chain.dimension(),
                });
            }
            warm_up_gradient_evaluations += chain.warm_up_gradient_evaluations();
            let parts = chain.into_parts();
            statistics.push(parts.1);
            adapted.push(parts.2);
            if number == 0 {
                // A single chain, the usual one of many series, is not copied.
                all_draws = parts.0;
                all_draws.reserve_exact((count - 1) * draws * dimension);
            } else {
                all_draws.extend(parts.0);
            }
        }
        Ok(Self {
            names,
            chains: count,
            draws_per_chain: draws,
            draws: all_draws,
            statistics: Arc::new(statistics),
            warm_up_gradient_evaluations,
            adapted,
        })
    }

    /// The same draws under other names.
    ///
    /// # Errors
    /// [`TraceError::Names`] unless there is one name for each parameter.
    pub fn with_names(mut self, names: Vec<String>) -> Result<Self, TraceError> {
        check_names(&names, self.dimension())?;
        self.names = names;
        Ok(self)
    }

    /// A trace of transformed draws with the statistics of this one: `transform` reads a draw and
    /// writes `names.len()` values, all 0 before. Draws are visited in order.
    #[must_use]
    pub fn map_draws(
        &self,
        names: Vec<String>,
        mut transform: impl FnMut(&[f64], &mut [f64]),
    ) -> Self {
        let dimension = names.len();
        let mut draws = vec![0.0; self.chains * self.draws_per_chain * dimension];
        for chain in 0..self.chains {
            for draw in 0..self.draws_per_chain {
                let row = (chain * self.draws_per_chain + draw) * dimension;
                transform(self.draw(chain, draw), &mut draws[row..row + dimension]);
            }
        }
        Self {
            names,
            draws,
            statistics: Arc::clone(&self.statistics),
            adapted: self.adapted.clone(),
            ..*self
        }
    }

    /// Number of chains; with an ensemble, every walker is one.
    pub fn chains(&self) -> usize {
        self.chains
    }

    /// Number of draws in each chain.
    pub fn draws_per_chain(&self) -> usize {
        self.draws_per_chain
    }

    /// Number of parameters.
    pub fn dimension(&self) -> usize {
        self.names.len()
    }

    /// One name for each parameter.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Where the parameter of that name is.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|other| other == name)
    }

    /// All values, `[chain][draw][parameter]`.
    pub fn draws(&self) -> &[f64] {
        &self.draws
    }

    /// One draw.
    ///
    /// # Panics
    /// When `chain` or `draw` is out of range.
    pub fn draw(&self, chain: usize, draw: usize) -> &[f64] {
        let row = self.row(chain, draw);
        &self.draws[row * self.dimension()..(row + 1) * self.dimension()]
    }

    /// How one draw was made.
    ///
    /// # Panics
    /// When `chain` or `draw` is out of range.
    pub fn statistics(&self, chain: usize, draw: usize) -> &Statistics {
        &self.statistics[chain][draw]
    }

    /// All draws of one parameter, `[chain][draw]`: what [`diagnostics`](crate::diagnostics) take.
    ///
    /// # Panics
    /// When `parameter` is out of range.
    pub fn parameter(&self, parameter: usize) -> Vec<Vec<f64>> {
        assert!(
            parameter < self.dimension(),
            "parameter {parameter} of {} asked for",
            self.dimension()
        );
        (0..self.chains)
            .map(|chain| {
                (0..self.draws_per_chain)
                    .map(|draw| self.draw(chain, draw)[parameter])
                    .collect()
            })
            .collect()
    }

    /// Number of divergent draws over all chains.
    pub fn divergences(&self) -> usize {
        self.all_statistics()
            .filter(|statistics| statistics.is_divergent())
            .count()
    }

    /// Gradient evaluations of all chains, with warm-up: what the run cost.
    pub fn gradient_evaluations(&self) -> u64 {
        let kept = self.all_statistics().map(|draw| draw.gradient_evaluations);
        let kept: u64 = kept.sum();
        self.warm_up_gradient_evaluations + kept
    }

    /// Gradient evaluations of warm-up alone, with the search for a start.
    pub fn warm_up_gradient_evaluations(&self) -> u64 {
        self.warm_up_gradient_evaluations
    }

    /// What the warm-up of a chain settled on; none for a walker, or a chain number out of range.
    pub fn adapted(&self, chain: usize) -> Option<&Adapted> {
        self.adapted.get(chain)?.as_ref()
    }

    /// Energies, `[chain][draw]`, or `None` when the sampler has none.
    pub fn energies(&self) -> Option<Vec<Vec<f64>>> {
        let of_chain = |chain: &Vec<Statistics>| chain.iter().map(|draw| draw.energy).collect();
        self.statistics.iter().map(of_chain).collect()
    }

    /// Mean, spread, quantiles and diagnostics of each parameter.
    pub fn summary(&self) -> Summary {
        Summary::of(self)
    }

    /// What should be looked at before the draws are used; empty when nothing was found.
    pub fn warnings(&self) -> Vec<Warning> {
        self.warnings_beside(&self.summary())
    }

    /// The same as [`warnings`](Self::warnings), where the trace's own summary is at hand: most of
    /// the work is in that.
    pub fn warnings_beside(&self, summary: &Summary) -> Vec<Warning> {
        let of_chain = |statistics: &Vec<Statistics>| Account::of(statistics);
        let accounts: Vec<Account> = self.statistics.iter().map(of_chain).collect();
        warning::warnings(&accounts.iter().collect::<Vec<_>>(), summary)
    }

    /// How the draws were made, chain after chain.
    fn all_statistics(&self) -> impl Iterator<Item = &Statistics> {
        self.statistics.iter().flatten()
    }

    fn row(&self, chain: usize, draw: usize) -> usize {
        assert!(
            chain < self.chains && draw < self.draws_per_chain,
            "draw {draw} of chain {chain} asked for, there are {} of {}",
            self.draws_per_chain,
            self.chains
        );
        chain * self.draws_per_chain + draw
    }
}

fn check_names(names: &[String], dimension: usize) -> Result<(), TraceError> {
    if names.len() == dimension {
        Ok(())
    } else {
        Err(TraceError::Names {
            dimension,
            names: names.len(),
        })
    }
}

#[cfg(test)]
mod tests;
