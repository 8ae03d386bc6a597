//! Judges draws: do the chains agree, how many independent draws are they worth, how exact is an
//! estimate?
//!
//! In: `[chain][draw]` of one quantity, as plain slices, from any sampler. Out: numbers. All follow
//! Vehtari, Gelman, Simpson, Carpenter & Bürkner (2021), "Rank-normalization, folding, and
//! localization", and agree with the R package `posterior`, but for effective sizes of the shortest
//! chains, where its sum over correlations ends before it begins.
//!
//! | function | says | wanted |
//! | --- | --- | --- |
//! | [`rhat`] | whether chains, and halves of chains, agree in location and spread | ≤ 1.01 |
//! | [`ess_bulk`] | independent draws that would fix the location as well | ≥ 100 a chain |
//! | [`ess_tail`] | the same for the 5 % and 95 % quantiles | ≥ 100 a chain |
//! | [`ess_mean`], [`ess_sd`], [`ess_quantile`] | the same for one estimate | |
//! | [`mcse_mean`], [`mcse_sd`], [`mcse_quantile`] | standard error of one estimate | small against the posterior's spread |
//! | [`e_bfmi`] | how well momenta explore energies, for one chain | ≥ 0.3 |
//! | [`mean`], [`standard_deviation`], [`quantiles`], [`highest_density_interval`] | the estimates | |
//! | [`loo`], [`waic`], [`compare`] | how well a model predicts what it has not seen | larger elpd |
//! | [`pareto_smooth`] | weights of draws that stand for another distribution | k̂ ≤ [`largest_reliable_k`] |
//! | [`autocorrelation`] | how one chain remembers | |
//! | [`ranks`] | where each draw stands among all, for pictures | as even in each chain |
//!
//! # When there is no answer
//! NaN, never a panic: when there is no chain, when chains have different lengths, when a draw is
//! not finite, when there are too few draws (fewer than 4 for R-hat, 10 for effective sizes), and,
//! except for the plain estimates, when all draws are equal.
//!
//! # Example
//! ```
//! use rainier_sampler::diagnostics;
//! let chains = [[0.1, 0.9, 0.3, 0.7, 0.5, 0.2, 0.8, 0.4], [0.4, 0.2, 0.8, 0.6, 0.1, 0.9, 0.3, 0.5]];
//! assert!(diagnostics::rhat(&chains) < 1.2);
//! assert!(diagnostics::rhat(&[[1.0; 8], [1.0; 8]]).is_nan());
//! ```

mod autocovariance;
mod beta_quantile;
mod effective_size;
mod energy;
mod estimates;
mod generalised_pareto;
mod importance;
mod indicator;
mod merge;
mod normal_quantile;
mod order;
mod overview;
mod predictive;
mod rhat;
mod sort;
mod split;
mod standard_error;

pub use autocovariance::autocorrelation;
pub use effective_size::{ess_bulk, ess_mean, ess_quantile, ess_sd, ess_tail};
pub(crate) use energy::EnergySums;
pub use energy::e_bfmi;
pub use estimates::{highest_density_interval, mean, quantiles, standard_deviation};
pub use importance::{SmoothedWeights, largest_reliable_k, pareto_smooth};
pub use order::ranks;
pub(crate) use overview::{Overview, Room};
pub use predictive::{Difference, Loo, PredictiveAccuracy, compare, loo, waic};
pub use rhat::rhat;
pub use standard_error::{mcse_mean, mcse_quantile, mcse_sd};

#[cfg(test)]
mod tests;
