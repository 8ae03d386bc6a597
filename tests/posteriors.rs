//! Posteriors that others computed exactly are found by sampling.
//!
//! In: zero-inflated and hurdle Poisson models of small data sets, some deliberately far from
//! normal, and their moments and quantiles by quadrature (`../shared/reference/zip_exact.json`).
//! Out: agreement within the Monte Carlo standard errors of the draws.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rainier::prelude::*;
use rainier::sampler::diagnostics;
use serde_json::Value as Json;
use testkit::{POSTERIOR_MEAN_ERRORS, number, shared_json, within_standard_errors};

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

/// The quantities of `exact` from which the draws of the numbers called so are too far away.
fn disagreements(
    model: &RandomVariable<impl Value + Clone>,
    names: &[String],
    exact: &Json,
) -> Vec<String> {
    let run = Run::default().with_seed(20_180_523).with_draws(4_000);
    // Some of these posteriors have an edge or a funnel: smaller steps follow it.
    let trace = model
        .sample(&Nuts::default().with_target_acceptance(0.95), &run)
        .unwrap();
    assert_eq!(trace.trace().dimension(), names.len());
    let mut disagreements = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let chains = trace.trace().parameter(index);
        let (mean, error) = (diagnostics::mean(&chains), diagnostics::mcse_mean(&chains));
        let exact_mean = number(&exact[name]["mean"]).expect("every quantity has a mean");
        if (mean - exact_mean).abs() > POSTERIOR_MEAN_ERRORS * error {
            disagreements.push(format!("{name}: {mean} ± {error} is far from {exact_mean}"));
        }
        let mut check = |what: &str, estimate: f64, error: f64| {
            // Not every quantity has its quantiles in the file.
            let Some(expected) = number(&exact[name][what]) else {
                assert!(
                    what.starts_with('q'),
                    "{name} {what} must be in the reference"
                );
                return;
            };
            if !within_standard_errors(estimate, expected, error) {
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

/// What the reference calls the three numbers of [`model`].
fn names() -> [String; 3] {
    ["pi", "lam", "mean_rate"].map(str::to_owned)
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
            let found = disagreements(&model, &names(), &entry[key][prior]);
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
    assert!(!disagreements(&shifted, &names(), &entry["zip"]["gamma_2_0.5"]).is_empty());
}

/// Rubin's eight schools with a half-Cauchy prior of that scale for the spread between schools.
fn eight_schools(data: &Json, spread: f64) -> RandomVariable<Vec<Real>> {
    let numbers = |name: &str| -> Vec<f64> {
        data[name]
            .as_array()
            .unwrap()
            .iter()
            .map(|value| number(value).unwrap())
            .collect()
    };
    let schools: Vec<(f64, f64)> = numbers("y").into_iter().zip(numbers("sigma")).collect();
    model! {
        mu = Normal::new(0, 5).param();
        tau = HalfCauchy::new(spread).param();
        theta = RandomVariable::traverse(&schools, |&(effect, error)| {
            Normal::new(&mu, &tau)
                .param()
                .flat_map(|theta| Normal::new(&theta, error).fit(effect).map(|()| theta))
        });
        yield [vec![mu, tau], theta].concat()
    }
}

#[test]
fn eight_schools_agree_with_quadrature() {
    let folder = "reference/posteriordb/eight_schools_noncentered";
    let Some(data) = shared_json(&format!("{folder}/data.json")) else {
        return;
    };
    let Some(reference) = shared_json(&format!("{folder}/reference.json")) else {
        return;
    };
    let mut names = vec!["mu".to_owned(), "tau".to_owned()];
    names.extend((1..=8).map(|school| format!("theta[{school}]")));
    let found = disagreements(&eight_schools(&data, 5.0), &names, &reference["exact"]);
    assert!(found.is_empty(), "{found:#?}");
    // The control: a wider prior moves the spread by more than the errors of these draws.
    assert!(!disagreements(&eight_schools(&data, 10.0), &names, &reference["exact"]).is_empty());
}
