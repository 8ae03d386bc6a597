//! Claims: no draws make a diagnostic panic, no settings and no density make a sampler panic, and none
//! goes on for ever.

use proptest::prelude::*;
use rainier_sampler::diagnostics::{
    autocorrelation, e_bfmi, ess_bulk, ess_mean, ess_quantile, ess_sd, ess_tail,
    highest_density_interval, loo, mcse_mean, mcse_quantile, mcse_sd, pareto_smooth, quantiles,
    ranks, rhat, waic,
};
use rainier_sampler::{
    Ehmc, Hmc, Lbfgs, LogDensity, LogDensityGradient, MetricShape, Nuts, Run, Sampler, Slice,
    Start, Walkers, laplace, optimize, sample,
};

/// Numbers that formulas forget, and some of no importance.
fn odd() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        Just(f64::MAX),
        Just(-1.0),
        Just(-0.0),
        Just(0.0),
        Just(5e-324),
        Just(1e-300),
        Just(1.0),
        Just(1e300),
        -3.0..3.0,
    ]
}

/// A density whose value and slopes are odd numbers, the same at the same place.
#[derive(Debug, Clone)]
struct Odd {
    dimension: usize,
    answers: Vec<f64>,
}

impl Odd {
    fn answer(&self, position: &[f64], which: usize) -> f64 {
        let places = position.iter().zip(1_u64..);
        let place = places.fold(which as u64, |hash, (x, factor)| {
            // Wide steps: neighbours often share an answer.
            hash.wrapping_add(((x * 4.0).floor().to_bits() >> 44).wrapping_mul(factor))
        });
        self.answers[usize::try_from(place % self.answers.len() as u64).expect("a small number")]
    }
}

impl LogDensity for Odd {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn log_density(&mut self, position: &[f64]) -> f64 {
        self.answer(position, 0)
    }
}

impl LogDensityGradient for Odd {
    fn log_density_and_gradient(&mut self, position: &[f64], gradient: &mut [f64]) -> f64 {
        for (which, slope) in gradient.iter_mut().enumerate() {
            *slope = self.answer(position, which + 1);
        }
        self.log_density(position)
    }
}

fn densities() -> impl Strategy<Value = Odd> {
    (1_usize..4, prop::collection::vec(odd(), 1..9))
        .prop_map(|(dimension, answers)| Odd { dimension, answers })
}

/// What came of it is for other claims to say.
fn try_sample(density: &Odd, sampler: &impl Sampler<Odd>, run: &Run) {
    if let Ok(trace) = sample(|| density.clone(), sampler, run) {
        drop((trace.summary().to_string(), trace.warnings()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_draws_make_a_diagnostic_panic(
        chains in prop::collection::vec(prop::collection::vec(odd(), 0..30), 0..5),
        length in 0_usize..30,
        number in odd(),
    ) {
        let mut equal = chains.clone();
        for chain in &mut equal {
            chain.resize(length, number);
        }
        for chains in [&chains, &equal] {
            for of in [rhat, ess_bulk, ess_tail, ess_mean, ess_sd, mcse_mean, mcse_sd] {
                of(chains.as_slice());
            }
            ess_quantile(chains, number);
            mcse_quantile(chains, number);
            quantiles(chains, &[number, 0.5]);
            highest_density_interval(chains, number);
            ranks(chains);
            for observations in 0..4 {
                loo(chains, observations);
                waic(chains, observations);
            }
            for chain in chains {
                autocorrelation(chain, length);
                e_bfmi(chain);
                pareto_smooth(chain, number);
            }
        }
    }

    #[test]
    fn no_density_makes_a_sampler_panic(density in densities(), seed: u64) {
        let run = Run::default().with_seed(seed).with_chains(1).with_warm_up(60).with_draws(10);
        for metric in [MetricShape::Unit, MetricShape::Diagonal, MetricShape::Dense] {
            for start in [Start::Random, Start::Pathfinder] {
                let nuts = Nuts::default().with_metric(metric).with_start(start);
                try_sample(&density, &nuts.with_max_tree_depth(5), &run);
                try_sample(&density, &Hmc::default().with_metric(metric).with_start(start), &run);
            }
        }
        try_sample(&density, &Ehmc::default().with_max_steps(20), &run);
        try_sample(&density, &Walkers::default(), &run);
        try_sample(&density, &Walkers::default().with_stretch(2.0), &run);
        try_sample(&density, &Slice::default(), &run);
        let start = vec![0.1; density.dimension];
        let mut own = density.clone();
        if let Ok(mode) = optimize(&mut own, &start, &Lbfgs::default()) {
            drop(laplace(&mut own, &mode.position));
        }
    }

    #[test]
    fn no_setting_makes_a_sampler_panic(number in odd(), count in 0_usize..4, seed: u64) {
        let density = Odd { dimension: 2, answers: vec![-1.0, -0.5, 0.2] };
        let run = Run::default().with_seed(seed).with_threads(1).with_warm_up(20).with_draws(5);
        let small = u32::try_from(count).expect("a small number");
        let nuts = Nuts::default().with_max_tree_depth(small);
        for run in [
            run.clone().with_chains(count),
            run.clone().with_warm_up(count),
            run.clone().with_draws(count),
            run.clone().with_threads(count),
        ] {
            try_sample(&density, &nuts, &run);
            try_sample(&density, &Walkers::default().with_walkers(2 * count), &run);
        }
        try_sample(&density, &Nuts::default().with_max_tree_depth(4).with_target_acceptance(number), &run);
        try_sample(&density, &Nuts::default().with_max_tree_depth(4).with_max_energy_error(number), &run);
        try_sample(&density, &Hmc::default().with_jitter(number), &run);
        try_sample(&density, &Hmc::default().with_steps(small), &run);
        try_sample(&density, &Ehmc::default().with_max_steps(small), &run);
        try_sample(&density, &Walkers::default().with_stretch(number), &run);
        try_sample(&density, &Slice::default().with_width(number), &run);
        try_sample(&density, &Slice::default().with_max_steps(small), &run);
    }
}
