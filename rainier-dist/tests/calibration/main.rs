//! Claims: fitted to data of its own making, a model is as sure of its unknowns as it should be.
//!
//! In: models that cover every support and every combinator. Out: for each, ranks of true values
//! among posterior draws, which are uniform if priors, transforms, likelihoods, generators and
//! the sampler agree (Talts, Betancourt, Simpson, Vehtari & Gelman 2018, arXiv:1804.06788); and
//! models with one mistake, whose ranks are not.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod combinators;
mod controls;
mod counts;
mod study;
mod supports;
mod tables;
