//! Posteriors of posteriordb are found by sampling, each model in this library's own words.
//!
//! In: data and reference moments of `../shared/reference/posteriordb`. Out: mean and standard
//! deviation of every parameter within Monte Carlo standard errors, from one seed for all and from
//! twenty for some.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod every_seed;
mod models;
mod reference;

use models::Model;
use rainier::prelude::*;
use reference::Reference;

/// Samples once and compares.
fn check(model: &Model) {
    let Some(reference) = Reference::of(model) else {
        return;
    };
    let run = Run::default().with_seed(20_260_101).with_draws(2_000);
    let sampler = Nuts::default().with_target_acceptance(0.9);
    let trace = reference.posterior.sample(&sampler, &run).unwrap();
    reference.check(&reference.draws(trace.trace()), model.name);
}

#[test]
fn autoregression_of_order_five_agrees_with_quadrature() {
    check(&models::autoregression());
}

#[test]
fn eight_schools_agree_with_quadrature() {
    check(&models::eight_schools());
}

#[test]
fn hidden_markov_model_agrees_with_reference_draws() {
    check(&models::hidden_markov());
}

#[test]
fn childrens_scores_agree_with_quadrature() {
    check(&models::childrens_scores());
}

#[test]
fn logarithms_of_earnings_agree_with_quadrature() {
    check(&models::earnings());
}

#[test]
fn mixture_of_two_bells_agrees_with_reference_draws() {
    check(&models::two_bells());
}

#[test]
fn party_identification_agrees_with_quadrature() {
    check(&models::parties());
}

#[test]
fn radon_in_counties_agrees_with_quadrature() {
    check(&models::radon());
}

#[test]
fn regression_of_independent_columns_agrees_with_quadrature() {
    check(&models::independent_columns());
}
#[test]
fn switched_wells_agree_with_quadrature() {
    check(&models::wells());
}
