//! Reads the step size to sample with off a curve through the acceptances of warm-up.
//!
//! In: the step sizes of some iterations and their acceptances. Out: the step size of the wanted mean
//! acceptance.
//!
//! Dual averaging tries step sizes on both sides of the one it looks for, and far from it while it
//! is short of iterations. Acceptance falls ever faster as steps grow, so that its mean over those
//! trials is less than at their mean: sampled with that, four draws in ten too many are accepted, by
//! trajectories longer than asked for. The trials themselves tell better.

use crate::energy_weight::weight;

/// Fewest trials that tell anything.
const FEWEST: usize = 20;

/// Step sizes tried, and what came of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Trials {
    trials: Vec<Trial>,
}

#[derive(Debug, Clone, Copy)]
struct Trial {
    step_size: f64,
    /// Step size over the one that was asked for, where it is jittered.
    jitter: f64,
    acceptance: f64,
}

impl Trials {
    pub(super) fn clear(&mut self) {
        self.trials.clear();
    }

    pub(super) fn push(&mut self, asked: f64, step_size: f64, acceptance: f64) {
        self.trials.push(Trial {
            step_size,
            jitter: step_size / asked,
            acceptance,
        });
    }

    /// The step size whose mean acceptance, over the same jitter, is `target`; none where the trials
    /// do not tell.
    ///
    /// The curve is exp(−c ε²), the expansion to second order of what Beskos et al. (2013), theorem
    /// 3.6, find for trajectories of fixed length; c makes the mean acceptance that of the trials.
    pub(super) fn step_size(&self, target: f64) -> Option<f64> {
        if self.trials.len() < FEWEST {
            return None;
        }
        let count = self.trials.len() as f64;
        let accepted: f64 = self.trials.iter().map(|trial| trial.acceptance).sum();
        let steepness = decay(accepted, || {
            self.trials.iter().map(|trial| trial.step_size.powi(2))
        })?;
        let wanted = decay(target * count, || {
            self.trials.iter().map(|trial| trial.jitter.powi(2))
        })?;
        let step_size = (wanted / steepness).sqrt();
        (step_size.is_finite() && step_size > 0.0).then_some(step_size)
    }
}

/// The c > 0 with Σ exp(−c xᵢ) = `sum`. Newton's steps from 0 stay below it, for the sum is convex.
fn decay<I: Iterator<Item = f64>>(sum: f64, rates: impl Fn() -> I) -> Option<f64> {
    let mut decay = 0.0;
    for _ in 0..100 {
        let (mut value, mut slope) = (-sum, 0.0);
        for rate in rates() {
            let term = weight(decay * rate);
            value += term;
            slope += rate * term;
        }
        let change = value / slope;
        decay += change;
        if change.abs() <= 1e-6 * decay {
            return (decay > 0.0 && decay.is_finite()).then_some(decay);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Trials on the curve exp(−c ε²), with jitter or without.
    fn trials(steepness: f64, jitter: f64) -> Trials {
        let mut trials = Trials::default();
        for number in 0..60 {
            let asked = 0.4 + 0.02 * f64::from(number * 17 % 60);
            let step_size = asked * (1.0 + jitter * (f64::from(number % 7) / 3.0 - 1.0));
            trials.push(asked, step_size, (-steepness * step_size * step_size).exp());
        }
        trials
    }

    #[test]
    fn trials_on_the_curve_give_the_step_size_of_the_target() {
        for (steepness, target) in [(0.3, 0.8_f64), (2.0, 0.65), (1e-3, 0.95)] {
            let found = trials(steepness, 0.0).step_size(target).expect("enough");
            let expected = (-target.ln() / steepness).sqrt();
            assert!((found / expected - 1.0).abs() < 1e-5, "{found}");
        }
    }

    #[test]
    fn jitter_is_part_of_the_mean() {
        let trials = trials(0.5, 0.5);
        let found = trials.step_size(0.8).expect("enough");
        let acceptances = trials.trials.iter().map(|trial| {
            let step_size = found * trial.jitter;
            (-0.5 * step_size * step_size).exp()
        });
        assert!((acceptances.sum::<f64>() / 60.0 - 0.8).abs() < 1e-6);
    }

    #[test]
    fn trials_that_do_not_tell_give_none() {
        let all = |acceptance: f64, count: usize| {
            let mut trials = Trials::default();
            (0..count).for_each(|_| trials.push(1.0, 1.0, acceptance));
            trials.step_size(0.8)
        };
        assert_eq!(all(0.0, 50), None);
        assert_eq!(all(1.0, 50), None);
        assert_eq!(all(0.5, FEWEST - 1), None);
        assert!(all(0.5, FEWEST).is_some());
    }
}
