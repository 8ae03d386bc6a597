//! Holds every distribution to the same claims: one row in a table, and all of them apply.
//!
//! In: the rows of `table.rs`. Out: densities of mass 1 and gradients that finite differences
//! confirm, draws and distribution functions that agree with them, domains of parameters and guards
//! that hold, sums over rows that lose nothing, unknowns that are distributed as their prior, the
//! reference's answers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod collapse;
mod counts;
mod cumulative;
mod derivatives;
mod domains;
mod draws;
mod edges;
mod exact;
mod extremes;
mod far;
mod guards;
mod large_arguments;
mod latent;
mod lumps;
mod mass;
mod odd_numbers;
mod reference;
mod stability;
mod table;
