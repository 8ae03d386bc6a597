//! Times whole posteriors: effective draws for each second of one processor.
//!
//! In: a model as users write it, its data. Out: the smallest bulk effective size of what the model
//! reports, that of the squares of deviations from the mean, and what they took, by NUTS and by HMC.
//! Each chain makes 1,000 draws after 1,000 of warm-up; compiling and binding are not counted.

use std::time::Duration;

use anyhow::Result;
use cpu_time::ThreadTime;
use rainier::prelude::*;
use rainier::sampler::diagnostics;
use serde::Serialize;

use crate::timing;
use crate::workload::{Data, borrowed};

/// Seeds of a median.
const SEEDS: u64 = 5;

/// A posterior to sample, and the effective draws for each second that are wanted.
pub(crate) struct Job {
    pub(crate) bar: f64,
    pub(crate) methods: &'static [Method],
    sample: Box<dyn Fn(Method, u64) -> Result<Effort>>,
}

/// How a posterior is sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// Four chains by NUTS, one after the other.
    Nuts,
    /// Four chains by HMC, one after the other.
    Hmc,
    /// Chains by HMC, all at once.
    HmcInLockStep,
}

/// As many as there are lanes.
const CHAINS_IN_LOCK_STEP: usize = 32;

/// Shorter steps than by default: for means they give less, for squares more.
const HMC_ACCEPTANCE: f64 = 0.85;

/// What one run gave and took.
#[derive(Debug, Clone, Copy)]
struct Effort {
    seconds: f64,
    gradients: f64,
    ess_bulk: f64,
    ess_of_squares: f64,
}

/// A posterior's figures: medians over seeds.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct JobFigures {
    pub(crate) name: String,
    pub(crate) sampler: String,
    pub(crate) ess_per_second: f64,
    pub(crate) ess_of_squares_per_second: f64,
    pub(crate) gradients_per_second: f64,
    pub(crate) milliseconds: f64,
    /// What a leapfrog step takes beside value and gradient. None in lock step, where a gradient is
    /// another, and where the gradient takes so long that the difference is its noise.
    pub(crate) overhead_nanoseconds: Option<f64>,
    pub(crate) bar: f64,
}

impl Job {
    /// The posterior of `model`, whose placeholders have `data`.
    pub(crate) fn new<T: Value + Clone + 'static>(
        bar: f64,
        model: impl Fn() -> RandomVariable<T> + 'static,
        data: Data,
    ) -> Self {
        let sample = move |method, seed| {
            let posterior = model().template()?.bind(&borrowed(&data))?;
            let run = Run::default().with_threads(1).with_seed(seed);
            let hmc = Hmc::default().with_target_acceptance(HMC_ACCEPTANCE);
            let start = ThreadTime::now();
            let trace = match method {
                Method::Nuts => posterior.sample(&Nuts::default(), &run)?,
                Method::Hmc => posterior.sample(&hmc, &run)?,
                Method::HmcInLockStep => {
                    posterior.sample_in_lock_step(&hmc, &run.with_chains(CHAINS_IN_LOCK_STEP))?
                }
            };
            Ok(Effort::of(trace.trace(), start.elapsed()))
        };
        Self {
            bar,
            methods: &[Method::Nuts, Method::Hmc],
            sample: Box::new(sample),
        }
    }

    /// Samples it by many chains in lock step as well: for gradients that read few rows.
    pub(crate) fn also_in_lock_step(self) -> Self {
        Self {
            methods: &[Method::Nuts, Method::Hmc, Method::HmcInLockStep],
            ..self
        }
    }

    /// Samples by one of its methods, with some seeds, a posterior whose value and gradient take so many
    /// nanoseconds.
    pub(crate) fn measure(
        &self,
        method: Method,
        name: &str,
        nanoseconds: f64,
    ) -> Result<JobFigures> {
        let efforts = (0..SEEDS)
            .map(|seed| (self.sample)(method, seed))
            .collect::<Result<Vec<_>>>()?;
        let median =
            |figure: fn(&Effort) -> f64| timing::median(efforts.iter().map(figure).collect());
        Ok(JobFigures {
            name: name.to_owned(),
            sampler: method.label(),
            ess_per_second: median(|effort| effort.ess_bulk / effort.seconds),
            ess_of_squares_per_second: median(|effort| effort.ess_of_squares / effort.seconds),
            gradients_per_second: median(|effort| effort.gradients / effort.seconds),
            milliseconds: median(|effort| effort.seconds * 1e3),
            overhead_nanoseconds: (method != Method::HmcInLockStep && nanoseconds < 10_000.0)
                .then(|| median(|effort| 1e9 * effort.seconds / effort.gradients) - nanoseconds),
            bar: self.bar,
        })
    }
}

impl Method {
    fn label(self) -> String {
        match self {
            Self::Nuts => "4 by NUTS".to_owned(),
            Self::Hmc => "4 by HMC".to_owned(),
            Self::HmcInLockStep => format!("{CHAINS_IN_LOCK_STEP} in lock step"),
        }
    }
}

impl Effort {
    fn of(trace: &Trace, elapsed: Duration) -> Self {
        let smallest = |size: fn(&[Vec<f64>]) -> f64| {
            let sizes = (0..trace.dimension()).map(|index| size(&trace.parameter(index)));
            sizes.fold(f64::INFINITY, f64::min)
        };
        Self {
            seconds: elapsed.as_secs_f64(),
            gradients: trace.gradient_evaluations() as f64,
            ess_bulk: smallest(diagnostics::ess_bulk),
            ess_of_squares: smallest(ess_of_squares),
        }
    }
}

/// The bulk effective size of squared deviations from the mean: draws that jump from one side to the
/// other know the mean well, and the spread no better than others.
pub(crate) fn ess_of_squares(chains: &[Vec<f64>]) -> f64 {
    let mean = diagnostics::mean(chains);
    let square = |chain: &Vec<f64>| chain.iter().map(|x| (x - mean).powi(2)).collect();
    let squares: Vec<Vec<f64>> = chains.iter().map(square).collect();
    diagnostics::ess_bulk(&squares)
}
