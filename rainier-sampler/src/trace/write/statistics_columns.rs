//! Names the statistics of draws as ArviZ does.
//!
//! In: a trace. Out: the columns its sampler has, each with its values.

use super::super::Trace;
use crate::statistics::{Ending, Statistics};

/// One statistic of every draw, `[chain][draw]`.
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) values: Values,
}

/// Values of one kind.
pub(super) enum Values {
    Numbers(Vec<f64>),
    Counts(Vec<i64>),
    Flags(Vec<bool>),
}

/// The columns of a trace; those its sampler has no values for are left out.
pub(super) fn columns(trace: &Trace) -> Vec<Column> {
    let all = || trace.all_statistics();
    let numbers = |value: fn(&Statistics) -> Option<f64>| {
        let values: Option<Vec<f64>> = all().map(value).collect();
        values.map(Values::Numbers)
    };
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let flags = |ending: Ending| Values::Flags(all().map(|s| s.ending == ending).collect());
    let is_hamiltonian = all().all(|s| s.energy.is_some());
    let depths: Option<Vec<i64>> = all().map(|s| s.tree_depth.map(i64::from)).collect();
    let has_depths = depths.is_some();
    [
        ("lp", numbers(|s| Some(s.log_density))),
        ("acceptance_rate", numbers(|s| Some(s.acceptance))),
        ("diverging", Some(flags(Ending::Diverged))),
        ("energy", numbers(|s| s.energy)),
        ("step_size", numbers(|s| s.step_size)),
        ("tree_depth", depths.map(Values::Counts)),
        (
            "reached_max_treedepth",
            has_depths.then(|| flags(Ending::DepthLimit)),
        ),
        (
            "n_steps",
            is_hamiltonian
                .then(|| Values::Counts(all().map(|s| count(s.gradient_evaluations)).collect())),
        ),
    ]
    .into_iter()
    .filter_map(|(name, values)| {
        Some(Column {
            name,
            values: values?,
        })
    })
    .collect()
}
