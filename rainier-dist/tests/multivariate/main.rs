//! Holds every distribution of several numbers to the same claims.
//!
//! In: the rows of `table.rs`. Out: the densities that others compute, mass 1, gradients that
//! finite differences confirm, unknowns and draws that agree with the density, guards that hold.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod collapse;
mod counts;
mod data;
mod density;
mod draws;
mod integral;
mod latents;
mod supports;
mod table;
