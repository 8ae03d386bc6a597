//! Times what samplers do beside the density: leapfrog steps over normals written by hand.
//!
//! In: numbers of unknowns. Out: nanoseconds of a leapfrog step but for the density, by NUTS and by
//! HMC. Time over a model's posterior says less of a sampler: machine code is made in it, and what the
//! model reports is computed.

use anyhow::Result;
use cpu_time::ThreadTime;
use rainier::prelude::*;
use rainier::sampler::{LogDensity, LogDensityGradient, Sampler, sample};
use serde::Serialize;

use crate::timing::{self, Calls, median};
use crate::workload::POSITIONS;

/// As the posteriors of [`models`](crate::models) have.
const DIMENSIONS: [usize; 4] = [2, 3, 10, 89];

/// Runs of a time, and times of a median.
const RUNS: u64 = 5;
const TIMES: u64 = 7;

/// What a leapfrog step takes with whatever a chain does for it: start, adaptation, momenta, choices,
/// records.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct StepFigures {
    pub(crate) dimension: usize,
    pub(crate) nuts_nanoseconds: f64,
    pub(crate) hmc_nanoseconds: f64,
    pub(crate) bar: f64,
}

/// Independent normals with standard deviations 1, 2, 3, …
struct Normals {
    precisions: Vec<f64>,
}

impl LogDensity for Normals {
    fn dimension(&self) -> usize {
        self.precisions.len()
    }

    fn log_density(&mut self, position: &[f64]) -> f64 {
        let squares = position.iter().zip(&self.precisions);
        -0.5 * squares.map(|(x, precision)| precision * x * x).sum::<f64>()
    }
}

impl LogDensityGradient for Normals {
    fn log_density_and_gradient(&mut self, position: &[f64], gradient: &mut [f64]) -> f64 {
        let mut squares = 0.0;
        for ((slope, x), precision) in gradient.iter_mut().zip(position).zip(&self.precisions) {
            *slope = -precision * x;
            squares -= x * *slope;
        }
        -0.5 * squares
    }
}

impl Normals {
    fn new(dimension: usize) -> Self {
        Self {
            precisions: (1..=dimension).map(|sd| (sd as f64).powi(-2)).collect(),
        }
    }
}

pub(crate) fn measure() -> Result<Vec<StepFigures>> {
    let measure = |dimension| {
        let mut normals = Normals::new(dimension);
        let mut evaluate = |position: &[f64], gradient: &mut [f64]| {
            normals.log_density_and_gradient(position, gradient)
        };
        let positions = vec![vec![0.5; dimension]; POSITIONS];
        let density = timing::nanoseconds(Calls::new(&mut evaluate, &positions));
        Ok(StepFigures {
            dimension,
            nuts_nanoseconds: nanoseconds(dimension, &Nuts::default())? - density,
            hmc_nanoseconds: nanoseconds(dimension, &Hmc::default())? - density,
            bar: 60.0 + 6.0 * dimension as f64,
        })
    };
    DIMENSIONS.into_iter().map(measure).collect()
}

/// Nanoseconds of a step in four chains of 1,000 + 1,000, all told.
fn nanoseconds(dimension: usize, sampler: &impl Sampler<Normals>) -> Result<f64> {
    let one = |time: u64| {
        let mut steps = 0;
        let start = ThreadTime::now();
        for seed in time * RUNS..(time + 1) * RUNS {
            let run = Run::default().with_threads(1).with_seed(seed);
            steps += sample(|| Normals::new(dimension), sampler, &run)?.gradient_evaluations();
        }
        Ok(start.elapsed().as_nanos() as f64 / steps as f64)
    };
    Ok(median((0..TIMES).map(one).collect::<Result<_>>()?))
}
