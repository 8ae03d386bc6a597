//! Posteriors that others computed exactly are found by sampling.
//!
//! In: zero-inflated and hurdle Poisson models of small data sets, some deliberately far from
//! normal, and their moments and quantiles by quadrature (`../shared/reference/zip_exact.json`).
//! Out: agreement within the Monte Carlo standard errors of the draws.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rainier::prelude::*;
use rainier::sampler::diagnostics;
use serde_json::Value as Json;
use testkit::{number, shared_json, within_standard_errors};

/// Which of the two parts decides on zeros.
#[derive(Debug, Clone, Copy)]
enum Zeros {
    Inflated,
    Hurdle,
}

/// π, λ and the mean count under one prior for λ.
fn model(counts: &[i64], zeros: Zeros, prior: &impl Continuous) -> RandomVariable<[Real; 3]> {
    model! {
        pi = Beta::new(1, 1).param();
        lam = prior.param();
        let count = Poisson::new(&lam);
        () = match zeros {
            Zeros::Inflated => count.zero_inflated(&pi).fit(counts),
            Zeros::Hurdle => count.hurdle(1.0 - &pi).fit(counts),
        };
        let mean_rate = match zeros {
            Zeros::Inflated => (1.0 - &pi) * &lam,
            Zeros::Hurdle => (1.0 - &pi) * &lam / -(-&lam).exp_m1(),
        };
        yield [pi, lam, mean_rate]
    }
}

/// The named quantities of `exact` from which the draws are too far away.
fn disagreements(model: &RandomVariable<[Real; 3]>, exact: &Json) -> Vec<String> {
    let run = Run::default().with_seed(20_180_523).with_draws(4_000);
    // Posteriors of λ with all counts zero have an edge: smaller steps keep trajectories inside.
    let trace = model
        .sample(&Nuts::default().with_target_acceptance(0.95), &run)
        .unwrap();
    let mut disagreements = Vec::new();
    for (index, name) in ["pi", "lam", "mean_rate"].into_iter().enumerate() {
        let chains = trace.trace().parameter(index);
        let mut check = |what: &str, estimate: f64, error: f64| {
            let expected = &exact[name][what];
            if let Some(expected) = number(expected)
                && !within_standard_errors(estimate, expected, error)
            {
                disagreements.push(format!(
                    "{name} {what}: {estimate} ± {error}, not {expected}"
                ));
            }
        };
        check(
            "mean",
            diagnostics::mean(&chains),
            diagnostics::mcse_mean(&chains),
        );
        check(
            "sd",
            diagnostics::standard_deviation(&chains),
            diagnostics::mcse_sd(&chains),
        );
        for (what, probability) in [("q05", 0.05), ("q50", 0.5), ("q95", 0.95)] {
            let estimate = diagnostics::quantiles(&chains, &[probability])[0];
            check(
                what,
                estimate,
                diagnostics::mcse_quantile(&chains, probability),
            );
        }
    }
    disagreements
}

fn counts(entry: &Json) -> Vec<i64> {
    entry["y"]
        .as_array()
        .unwrap()
        .iter()
        .map(|count| count.as_i64().unwrap())
        .collect()
}

fn check_all(zeros: Zeros, key: &str) {
    let Some(reference) = shared_json("reference/zip_exact.json") else {
        return;
    };
    let entries = reference["posterior"].as_array().unwrap();
    assert!(!entries.is_empty());
    for entry in entries {
        let counts = counts(entry);
        let normal = model(&counts, zeros, &Normal::new(5, 5));
        let gamma = model(&counts, zeros, &Gamma::with_rate(2, 0.5));
        for (prior, model) in [("normal_5_5", normal), ("gamma_2_0.5", gamma)] {
            let found = disagreements(&model, &entry[key][prior]);
            assert!(found.is_empty(), "{} {prior}: {found:#?}", entry["name"]);
        }
    }
}

#[test]
fn zero_inflated_poisson_agrees_with_quadrature() {
    check_all(Zeros::Inflated, "zip");
}

#[test]
fn hurdle_poisson_agrees_with_quadrature() {
    check_all(Zeros::Hurdle, "hurdle");
}

#[test]
fn slightly_other_prior_does_not_agree() {
    let Some(reference) = shared_json("reference/zip_exact.json") else {
        return;
    };
    let entry = &reference["posterior"][0];
    let shifted = model(&counts(entry), Zeros::Inflated, &Gamma::with_rate(2.0, 0.6));
    assert!(!disagreements(&shifted, &entry["zip"]["gamma_2_0.5"]).is_empty());
}
