//! The talk's program starts and runs from every seed.
//!
//! In: zero-inflated counts whose rate has a Normal(5, 5) prior, so that a quarter of all starting
//! points has a negative rate, and 500 seeds for each sampler. Out: 500 runs that end, whose last
//! draws together follow the exact posterior (`../shared/reference/zip_exact.json`).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rainier::dist::PosteriorDensity;
use rainier::prelude::*;
use rainier::sampler::Sampler;
use testkit::{number, sample_mean, shared_json};

const SEEDS: u64 = 500;

/// `posterior[0]` of the reference, `zip_small`.
const COUNTS: [i64; 20] = [
    0, 6, 6, 6, 0, 0, 7, 4, 1, 0, 0, 0, 0, 5, 2, 0, 0, 3, 0, 3,
];

/// The zero probability and the rate.
fn talk(counts: &[i64]) -> Posterior<(Real, Real)> {
    let model = model! {
        zero_prob = Beta::new(1, 1).param();
        rate = Normal::new(5, 5).param();
        () = Poisson::new(&rate).zero_inflated(&zero_prob).fit(counts);
        yield (zero_prob, rate)
    };
    model.compile().unwrap()
}

/// The last rate of a short run from each seed: independent draws.
fn last_rates<S: Sampler<PosteriorDensity>>(posterior: &Posterior<(Real, Real)>, sampler: &S) -> Vec<f64> {
    (0..SEEDS)
        .map(|seed| {
            let run = Run::default()
                .with_seed(seed)
                .with_chains(1)
                .with_warm_up(150)
                .with_draws(20);
            let trace = posterior
                .sample(sampler, &run)
                .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
            let possible = |&(zero_prob, rate): &(f64, f64)| (0.0..=1.0).contains(&zero_prob) && rate > 0.0;
            assert!(trace.draws().iter().all(possible), "seed {seed}");
            trace.draws().last().unwrap().1
        })
        .collect()
}

fn check<S: Sampler<PosteriorDensity>>(sampler: &S) {
    let rates = last_rates(&talk(&COUNTS), sampler);
    let Some(reference) = shared_json("reference/zip_exact.json") else {
        return;
    };
    let exact = &reference["posterior"][0]["zip"]["normal_5_5"]["lam"];
    let mean = number(&exact["mean"]).unwrap();
    let moment = sample_mean(&rates);
    println!("{moment:?} {mean}");
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
