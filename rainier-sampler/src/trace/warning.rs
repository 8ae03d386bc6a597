//! Says in plain words what is doubtful about a trace.
//!
//! In: how draws were made, and their summary. Out: findings as data, each with its sentence.

use std::fmt;

use super::Summary;
use super::account::Account;

/// One finding that should be looked at before the draws are used.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Warning {
    /// Some trajectories diverged.
    Divergences {
        /// Divergent draws.
        count: usize,
        /// All draws.
        draws: usize,
    },
    /// Some trajectories reached a log density of −∞.
    LeftSupport {
        /// Draws whose trajectory was cut short.
        count: usize,
        /// All draws.
        draws: usize,
    },
    /// Some trajectories reached the depth limit.
    DepthLimit {
        /// Draws whose trajectory was cut short.
        count: usize,
        /// All draws.
        draws: usize,
    },
    /// A parameter has draws that are not finite.
    NotFinite {
        /// Name of the parameter.
        name: String,
    },
    /// Chains do not agree on a parameter.
    Rhat {
        /// Name of the parameter.
        name: String,
        /// R-hat; above 1.01.
        rhat: f64,
    },
    /// A parameter has too few effective draws.
    FewEffectiveDraws {
        /// Name of the parameter.
        name: String,
        /// Of which kind.
        kind: EffectiveSize,
        /// Effective draws over all chains; NaN when there are too few draws to tell.
        ess: f64,
        /// 100 for each chain.
        needed: f64,
    },
    /// Momenta explore the energies of a chain too slowly.
    Energy {
        /// Which chain, counted from 0.
        chain: usize,
        /// E-BFMI; below 0.3.
        e_bfmi: f64,
    },
}

/// Which effective sample size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EffectiveSize {
    /// For the location.
    Bulk,
    /// For the 5 % and 95 % quantiles.
    Tail,
}

/// Vehtari et al. (2021), section 4: use the sample only if R-hat < 1.01.
const LARGEST_RHAT: f64 = 1.01;
/// Vehtari et al. (2021), section 4: 50 for each split chain, for the diagnostics to be reliable.
const EFFECTIVE_DRAWS_PER_CHAIN: f64 = 100.0;
/// Stan's threshold for E-BFMI (Betancourt 2016, arXiv:1604.00695).
const SMALLEST_E_BFMI: f64 = 0.3;

/// The warnings about chains that were made like this and have this summary.
pub(super) fn warnings(chains: &[&Account], summary: &Summary) -> Vec<Warning> {
    let mut warnings = endings(chains);
    for row in summary.rows() {
        if !(row.mean.is_finite() && row.sd.is_finite()) {
            warnings.push(Warning::NotFinite {
                name: row.name.clone(),
            });
        }
        // NaN, for a constant quantity, is not larger.
        if row.rhat > LARGEST_RHAT {
            warnings.push(Warning::Rhat {
                name: row.name.clone(),
                rhat: row.rhat,
            });
        }
        let needed = EFFECTIVE_DRAWS_PER_CHAIN * chains.len() as f64;
        // Quantities that vary have an undefined bulk size only when there are too few draws to
        // tell.
        let too_few_to_tell = row.sd > 0.0 && row.ess_bulk.is_nan();
        for (kind, ess) in [
            (EffectiveSize::Bulk, row.ess_bulk),
            (EffectiveSize::Tail, row.ess_tail),
        ] {
            if ess < needed || too_few_to_tell {
                let name = row.name.clone();
                warnings.push(Warning::FewEffectiveDraws {
                    name,
                    kind,
                    ess,
                    needed,
                });
            }
        }
    }
    for (chain, account) in chains.iter().enumerate() {
        // NaN, where there are no energies, is not smaller.
        let e_bfmi = account.energies.e_bfmi();
        if e_bfmi < SMALLEST_E_BFMI {
            warnings.push(Warning::Energy { chain, e_bfmi });
        }
    }
    warnings
}

/// Warnings about how trajectories ended.
fn endings(chains: &[&Account]) -> Vec<Warning> {
    let total = |of: fn(&Account) -> usize| chains.iter().map(|account| of(account)).sum();
    let draws = total(|account| account.draws);
    let diverged = total(|account| account.diverged);
    let left = total(|account| account.left_support);
    let limited = total(|account| account.depth_limited);
    [
        (
            diverged,
            Warning::Divergences {
                count: diverged,
                draws,
            },
        ),
        (left, Warning::LeftSupport { count: left, draws }),
        (
            limited,
            Warning::DepthLimit {
                count: limited,
                draws,
            },
        ),
    ]
    .into_iter()
    .filter_map(|(count, warning)| (count > 0).then_some(warning))
    .collect()
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Divergences { count, draws } => write!(
                formatter,
                "{count} of {draws} draws come from divergent trajectories: regions of high \
                 curvature may be missed; raise the target acceptance or reparametrise"
            ),
            Self::LeftSupport { count, draws } => write!(
                formatter,
                "{count} of {draws} trajectories were cut short where the log density is −∞: the \
                 draws are right but slow; give a bounded parameter its support"
            ),
            Self::DepthLimit { count, draws } => write!(
                formatter,
                "{count} of {draws} trajectories reached the depth limit before turning: the draws \
                 are right but slow; reparametrise or raise the maximal tree depth"
            ),
            Self::NotFinite { name } => {
                write!(
                    formatter,
                    "{name}: some draws, or their spread, are not finite"
                )
            }
            Self::Rhat { name, rhat } => write!(
                formatter,
                "{name}: the chains do not agree, R-hat is {rhat:.3} and should be at most 1.01; \
                 run longer"
            ),
            Self::FewEffectiveDraws {
                name,
                kind,
                ess,
                needed,
            } => write!(
                formatter,
                "{name}: there should be {needed:.0} effective draws {kind} (100 for each chain), \
                 got {}; run longer",
                if ess.is_nan() {
                    "too few to tell".to_owned()
                } else {
                    format!("{ess:.0}")
                }
            ),
            Self::Energy { chain, e_bfmi } => write!(
                formatter,
                "chain {chain}: E-BFMI is {e_bfmi:.2} and should be at least 0.3: energies are \
                 explored slowly, reparametrise heavy tails"
            ),
        }
    }
}

impl fmt::Display for EffectiveSize {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Bulk => "in the bulk",
            Self::Tail => "in the tails",
        })
    }
}
