//! Refuses results that no machine holds, before memory for them is asked for: an allocation that fails ends the process.
//!
//! In: what is to be held, in bytes. Out: nothing, or an error that says which settings to lower.

use pyo3::PyResult;

use crate::error::model_error;

/// A tebibyte: above what machines hold today, far below where sizes overflow.
const MOST: u128 = 1 << 40;

/// What is kept of a draw beside its numbers: its statistics.
const OF_A_DRAW: u128 = 80;

/// What a chain needs beside its draws, at least.
const OF_A_CHAIN: u128 = 1024;

/// Draws of chains, with so many numbers each.
pub(crate) fn of_draws(chains: usize, draws: usize, numbers: usize) -> PyResult<()> {
    // No product of three usizes overflows where one of them is small; where none is, the result is too large anyway.
    let of_draw = OF_A_DRAW + 8 * numbers as u128;
    let of_chain = (draws as u128)
        .saturating_mul(of_draw)
        .saturating_add(OF_A_CHAIN);
    must_be_held(of_chain.saturating_mul(chains as u128), || {
        format!("{draws} draws of {chains} chains with {numbers} numbers each")
    })
}

/// So many numbers, called by what they are.
pub(crate) fn of_numbers(count: usize, what: &str) -> PyResult<()> {
    must_be_held(8 * count as u128, || format!("{count} {what}"))
}

fn must_be_held(bytes: u128, what: impl FnOnce() -> String) -> PyResult<()> {
    if bytes <= MOST {
        return Ok(());
    }
    Err(model_error(format!(
        "results must take at most 2^40 bytes, got {}: {bytes} bytes",
        what()
    )))
}
