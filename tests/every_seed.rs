//! The talk's program starts and runs from every seed.
//!
//! In: zero-inflated counts whose rate has a Normal(5, 5) prior, so that a quarter of the points
//! a chain may start from has a negative rate, and 500 seeds for each sampler. Out: 500 runs that
//! end, whose last draws together follow the exact posterior
//! (`../shared/reference/zip_exact.json`).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rainier::dist::PosteriorDensity;
use rainier::prelude::*;
use rainier::sampler::Sampler;
use testkit::{number, sample_mean, sample_variance, shared_json};

const SEEDS: u64 = 500;

/// The counts of the reference's first posterior.
const COUNTS: [i64; 20] = [0, 6, 6, 6, 0, 0, 7, 4, 1, 0, 0, 0, 0, 5, 2, 0, 0, 3, 0, 3];

/// The zero probability and the rate.
fn talk() -> Posterior<(Real, Real)> {
    let model = model! {
        zero_prob = Beta::new(1, 1).param();
        rate = Normal::new(5, 5).param();
        () = Poisson::new(&rate).zero_inflated(&zero_prob).fit(COUNTS);
        yield (zero_prob, rate)
    };
    model.compile().unwrap()
}

/// The last rate of a short run from each seed: independent draws.
fn last_rates(sampler: &impl Sampler<PosteriorDensity>) -> Vec<f64> {
    let posterior = talk();
    let last_rate = |seed| {
        let run = Run::default()
            .with_seed(seed)
            .with_chains(1)
            .with_warm_up(150)
            .with_draws(20);
        let trace = posterior
            .sample(sampler, &run)
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let possible =
            |&(zero_prob, rate): &(f64, f64)| (0.0..=1.0).contains(&zero_prob) && rate > 0.0;
        assert!(trace.draws().iter().all(possible), "seed {seed}");
        trace.draws().last().unwrap().1
    };
    (0..SEEDS).map(last_rate).collect()
}

fn check(sampler: &impl Sampler<PosteriorDensity>) {
    let rates = last_rates(sampler);
    let Some(reference) = shared_json("reference/zip_exact.json") else {
        return;
    };
    let entry = &reference["posterior"][0];
    assert_eq!(entry["y"], serde_json::json!(COUNTS));
    let [mean, deviation] =
        ["mean", "sd"].map(|what| number(&entry["zip"]["normal_5_5"]["lam"][what]).unwrap());
    let (found, spread) = (sample_mean(&rates), sample_variance(&rates));
    assert!(found.agrees_with(mean), "{found:?}, not {mean}");
    assert!(
        spread.agrees_with(deviation.powi(2)),
        "{spread:?}, not {deviation}²"
    );
    // The control: a mean that is 5 % off, and a spread that is half as large again, are refused.
    assert!(!found.agrees_with(1.05 * mean), "{found:?}");
    assert!(!spread.agrees_with((1.5 * deviation).powi(2)), "{spread:?}");
}

#[test]
fn chains_must_look_for_a_start() {
    // Otherwise the tests below would show nothing: z = −1.5 is a rate of −2.5.
    let mut density = talk().evaluator();
    assert_eq!(density.log_density(&[0.0, -1.5]), f64::NEG_INFINITY);
    assert!(density.log_density(&[0.0, -0.5]).is_finite());
}

#[test]
fn nuts_runs_from_every_seed() {
    check(&Nuts::default());
}

#[test]
fn hmc_runs_from_every_seed() {
    check(&Hmc::default());
}

#[test]
fn walkers_run_from_every_seed() {
    check(&Walkers::default());
}
