//! Learns step size and metric during warm-up.
//!
//! In: the acceptance and position of each warm-up iteration, of one chain or of several side by side.
//! Out: the step size to use next and, at the end of each window, a new metric. Nothing here moves a
//! chain: the chain asks, adaptation answers.

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

/// The state of warm-up: dual averaging all the time, a metric in windows. Chains are at the same
/// iteration, and what is learned of one does not depend on the others.
#[derive(Debug)]
pub(crate) struct Adaptation<const CHAINS: usize> {
    step_size: DualAveraging<CHAINS>,
    target_acceptance: f64,
    /// Since dual averaging began anew.
    trials: Trials<CHAINS>,
    windows: Windows,
    estimator: Estimator<CHAINS>,
    iteration: usize,
}

/// What is being learned of the positions of a window.
#[derive(Debug)]
enum Estimator<const CHAINS: usize> {
    Unit,
    Diagonal(RunningScales<CHAINS>),
    /// By chain.
    Dense(Vec<RunningCovariance>),
}

/// The new metric of each chain that has one.
pub(crate) type Metrics<const CHAINS: usize> = [Option<Metric>; CHAINS];

impl<const CHAINS: usize> Adaptation<CHAINS> {
    /// Adaptation over `warm_up` iterations that begins with `step_size`.
    pub(crate) fn new(
        warm_up: usize,
        target_acceptance: f64,
        step_size: &[f64; CHAINS],
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
                MetricShape::Dense => {
                    Estimator::Dense(vec![RunningCovariance::new(dimension); CHAINS])
                }
            },
            iteration: 0,
        }
    }

    /// Hears of one iteration: its step size, the jitter included, how it was accepted, where it
    /// led and how steep the density is there, `[coordinate][chain]`. Returns new metrics when a window
    /// has just ended; for each chain that has one, the caller then looks for a fitting step size and
    /// calls [`restart`](Self::restart).
    #[inline(always)]
    pub(crate) fn observe(
        &mut self,
        step_size: &[f64; CHAINS],
        acceptance: &[f64; CHAINS],
        position: &[[f64; CHAINS]],
        gradient: &[[f64; CHAINS]],
    ) -> Option<Metrics<CHAINS>> {
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
                    (true, true) => Some(scales.take_metrics_of_slopes()),
                    (true, false) => Some(scales.take_metrics().map(Some)),
                }
            }
            Estimator::Dense(_) if is_early => None,
            Estimator::Dense(covariances) => {
                for (chain, covariance) in covariances.iter_mut().enumerate() {
                    covariance.observe(position.iter().map(|block| block[chain]));
                }
                let mut covariances = covariances.iter_mut();
                let take = |_| covariances.next().map(RunningCovariance::take_metric);
                has_ended.then(|| std::array::from_fn(take))
            }
        }
    }

    /// How many iterations there are at least before a new metric comes, the one that brings it
    /// included.
    pub(crate) fn iterations_before_metric(&self) -> usize {
        let end = self.windows.next_end(self.iteration);
        end.map_or(usize::MAX, |end| end + 1 - self.iteration)
    }

    /// Begins dual averaging of one chain anew from `step_size`.
    pub(crate) fn restart(&mut self, chain: usize, step_size: f64) {
        self.step_size.restart(chain, step_size);
        self.trials.clear(chain);
    }

    /// Step size for the next warm-up iteration.
    pub(crate) fn step_size(&self) -> &[f64; CHAINS] {
        self.step_size.current()
    }

    /// Step size for sampling. No trial says anything about steps far from all of them.
    #[inline(always)]
    pub(crate) fn final_step_size(&self) -> [f64; CHAINS] {
        let averaged = self.step_size.averaged();
        let read_off = self.trials.step_size(self.target_acceptance);
        std::array::from_fn(|chain| {
            let averaged = averaged[chain];
            read_off[chain].map_or(averaged, |step_size| {
                step_size.clamp(0.5 * averaged, 2.0 * averaged)
            })
        })
    }
}
