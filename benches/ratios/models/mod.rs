//! Writes the benchmarked models as a user does: priors, a likelihood, data.
//!
//! In: tables of data. Out: the workloads, in the order of the record.

pub(crate) mod eight_schools;
pub(crate) mod linear_regression;
pub(crate) mod logistic_regression;
pub(crate) mod normal_mixture;
pub(crate) mod varying_intercepts;
pub(crate) mod zero_inflated_negative_binomial;
pub(crate) mod zero_inflated_poisson;

use anyhow::Result;

use crate::workload::Workload;

/// All workloads whose data are there.
pub(crate) fn workloads() -> Result<Vec<Workload>> {
    let families = [
        zero_inflated_poisson::workloads()?,
        linear_regression::workloads()?,
        logistic_regression::workloads()?,
        eight_schools::workloads()?,
        varying_intercepts::workloads()?,
        zero_inflated_negative_binomial::workloads()?,
        normal_mixture::workloads()?,
        zero_inflated_poisson::lock_step()?,
    ];
    Ok(families.into_iter().flatten().collect())
}
