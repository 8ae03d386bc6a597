//! Learns step size and metric during warm-up.
//!
//! In: the acceptance and position of each warm-up iteration. Out: the step size to use next and,
//! at the end of each window, a new metric. Nothing here moves a chain: the chain asks, adaptation
//! answers.

mod covariance;
mod first_guess;
mod step_size;
mod variance;
mod windows;

use covariance::RunningCovariance;
pub(crate) use first_guess::{StepSizeSearch, first_step_size};
pub(crate) use step_size::DualAveraging;
use variance::RunningVariance;
use windows::Windows;

use crate::hamiltonian::Metric;
use crate::settings::MetricShape;

/// The state of one chain's warm-up: dual averaging all the time, a metric in windows.
#[derive(Debug)]
pub(crate) struct Adaptation {
    step_size: DualAveraging,
    windows: Windows,
    estimator: Estimator,
    iteration: usize,
}

/// What is being learned of the positions of a window.
#[derive(Debug)]
enum Estimator {
    Unit,
    Diagonal(RunningVariance),
    Dense(RunningCovariance),
}

impl Adaptation {
    /// Adaptation over `warm_up` iterations that begins with `step_size`.
    pub(crate) fn new(
        warm_up: usize,
        target_acceptance: f64,
        step_size: f64,
        shape: MetricShape,
        dimension: usize,
    ) -> Self {
        Self {
            step_size: DualAveraging::new(target_acceptance, step_size),
            windows: Windows::of(warm_up),
            estimator: match shape {
                MetricShape::Unit => Estimator::Unit,
                MetricShape::Diagonal => Estimator::Diagonal(RunningVariance::new(dimension)),
                MetricShape::Dense => Estimator::Dense(RunningCovariance::new(dimension)),
            },
            iteration: 0,
        }
    }

    /// Hears of one iteration. Returns a new metric when a window has just ended; the caller then
    /// looks for a fitting step size and calls [`restart`](Self::restart).
    pub(crate) fn observe(&mut self, acceptance: f64, position: &[f64]) -> Option<Metric> {
        self.step_size.observe(acceptance);
        let iteration = self.iteration;
        self.iteration += 1;
        if !self.windows.contain(iteration) {
            return None;
        }
        let has_ended = self.windows.end_at(iteration);
        match &mut self.estimator {
            Estimator::Unit => None,
            Estimator::Diagonal(variance) => {
                variance.observe(position);
                has_ended.then(|| Metric::diagonal(variance.take_shrunk()))
            }
            Estimator::Dense(covariance) => {
                covariance.observe(position);
                has_ended.then(|| covariance.take_metric())
            }
        }
    }

    /// Begins dual averaging anew from `step_size`.
    pub(crate) fn restart(&mut self, step_size: f64) {
        self.step_size.restart(step_size);
    }

    /// Step size for the next warm-up iteration.
    pub(crate) fn step_size(&self) -> f64 {
        self.step_size.current()
    }

    /// Step size for sampling.
    pub(crate) fn final_step_size(&self) -> f64 {
        self.step_size.averaged()
    }
}
