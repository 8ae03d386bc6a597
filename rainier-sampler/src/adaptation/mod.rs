//! Learns step size and metric during warm-up.
//!
//! In: the acceptance and position of each warm-up iteration. Out: the step size to use next and,
//! at the end of each window, a new metric. Nothing here moves a chain: the chain asks, adaptation
//! answers.

mod acceptance_curve;
mod covariance;
mod first_guess;
mod scale;
mod step_size;
mod variance;
mod windows;

use acceptance_curve::Trials;
use covariance::RunningCovariance;
pub(crate) use first_guess::{StepSizeSearch, first_step_size};
use scale::RunningScales;
pub(crate) use step_size::DualAveraging;
use windows::Windows;

use crate::hamiltonian::Metric;
use crate::settings::MetricShape;

/// The state of one chain's warm-up: dual averaging all the time, a metric in windows.
#[derive(Debug)]
pub(crate) struct Adaptation {
    step_size: DualAveraging,
    target_acceptance: f64,
    /// Since dual averaging began anew.
    trials: Trials,
    windows: Windows,
    estimator: Estimator,
    iteration: usize,
}

/// What is being learned of the positions of a window.
#[derive(Debug)]
enum Estimator {
    Unit,
    Diagonal(RunningScales),
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
            target_acceptance,
            trials: Trials::default(),
            windows: Windows::of(warm_up),
            estimator: match shape {
                MetricShape::Unit => Estimator::Unit,
                MetricShape::Diagonal => Estimator::Diagonal(RunningScales::new(dimension)),
                MetricShape::Dense => Estimator::Dense(RunningCovariance::new(dimension)),
            },
            iteration: 0,
        }
    }

    /// Hears of one iteration: its step size, the jitter included, how it was accepted, where it
    /// led and how steep the density is there. Returns a new metric when a window has just ended; the caller then
    /// looks for a fitting step size and calls [`restart`](Self::restart).
    pub(crate) fn observe(
        &mut self,
        step_size: f64,
        acceptance: f64,
        position: &[f64],
        gradient: &[f64],
    ) -> Option<Metric> {
        self.trials
            .push(self.step_size.current(), step_size, acceptance);
        self.step_size.observe(acceptance);
        let iteration = self.iteration;
        self.iteration += 1;
        if !self.windows.contain(iteration) {
            return None;
        }
        let has_ended = self.windows.next_end(iteration) == Some(iteration);
        let is_early = self.windows.is_early(iteration);
        match &mut self.estimator {
            Estimator::Unit => None,
            Estimator::Diagonal(scales) => {
                scales.observe(position, gradient);
                match (has_ended, is_early) {
                    (false, _) => None,
                    (true, true) => scales.take_metric_of_slopes(),
                    (true, false) => Some(scales.take_metric()),
                }
            }
            Estimator::Dense(_) if is_early => None,
            Estimator::Dense(covariance) => {
                covariance.observe(position);
                has_ended.then(|| covariance.take_metric())
            }
        }
    }

    /// How many iterations there are at least before a new metric comes, the one that brings it
    /// included.
    pub(crate) fn iterations_before_metric(&self) -> usize {
        let end = self.windows.next_end(self.iteration);
        end.map_or(usize::MAX, |end| end + 1 - self.iteration)
    }

    /// Begins dual averaging anew from `step_size`.
    pub(crate) fn restart(&mut self, step_size: f64) {
        self.step_size.restart(step_size);
        self.trials.clear();
    }

    /// Step size for the next warm-up iteration.
    pub(crate) fn step_size(&self) -> f64 {
        self.step_size.current()
    }

    /// Step size for sampling. No trial says anything about steps far from all of them.
    pub(crate) fn final_step_size(&self) -> f64 {
        let averaged = self.step_size.averaged();
        let read_off = self.trials.step_size(self.target_acceptance);
        read_off.map_or(averaged, |step_size| {
            step_size.clamp(0.5 * averaged, 2.0 * averaged)
        })
    }
}
