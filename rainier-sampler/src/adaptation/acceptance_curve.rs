//! Reads the step size to sample with off a curve through the acceptances of warm-up.
//!
//! In: the step sizes of some iterations and their acceptances, of chains side by side. Out: for each
//! chain the step size of the wanted mean acceptance.
//!
//! Dual averaging tries step sizes on both sides of the one it looks for, and far from it while it
//! is short of iterations. Acceptance falls ever faster as steps grow, so that its mean over those
//! trials is less than at their mean: sampled with that, four draws in ten too many are accepted, by
//! trajectories longer than asked for. The trials themselves tell better.

use crate::energy_weight::weight;

/// Fewest trials that tell anything.
const FEWEST: usize = 20;

/// Step sizes tried, and what came of them.
#[derive(Debug, Clone)]
pub(super) struct Trials<const CHAINS: usize> {
    trials: Vec<Trial<CHAINS>>,
    /// The first trial of each chain that counts.
    first: [usize; CHAINS],
}

#[derive(Debug, Clone, Copy)]
struct Trial<const CHAINS: usize> {
    asked: [f64; CHAINS],
    /// The jitter included.
    step_size: [f64; CHAINS],
    acceptance: [f64; CHAINS],
}

impl<const CHAINS: usize> Default for Trials<CHAINS> {
    fn default() -> Self {
        Self {
            trials: Vec::new(),
            first: [0; CHAINS],
        }
    }
}

impl<const CHAINS: usize> Trials<CHAINS> {
    /// Forgets the trials of one chain.
    pub(super) fn clear(&mut self, chain: usize) {
        self.first[chain] = self.trials.len();
        if self.first == [self.trials.len(); CHAINS] {
            self.trials.clear();
            self.first = [0; CHAINS];
        }
    }

    #[inline(always)]
    pub(super) fn push(
        &mut self,
        asked: &[f64; CHAINS],
        step_size: &[f64; CHAINS],
        acceptance: &[f64; CHAINS],
    ) {
        self.trials.push(Trial {
            asked: *asked,
            step_size: *step_size,
            acceptance: *acceptance,
        });
    }

    /// The step size whose mean acceptance, over the same jitter, is `target`; none where the trials
    /// do not tell.
    ///
    /// The curve is exp(−c ε²), the expansion to second order of what Beskos et al. (2013), theorem
    /// 3.6, find for trajectories of fixed length; c makes the mean acceptance that of the trials.
    #[inline(always)]
    pub(super) fn step_size(&self, target: f64) -> [Option<f64>; CHAINS] {
        let mut accepted = [0.0; CHAINS];
        for (number, trial) in self.trials.iter().enumerate() {
            for (chain, accepted) in accepted.iter_mut().enumerate() {
                *accepted += self.counts(number, chain, trial.acceptance[chain]);
            }
        }
        let count = self.first.map(|first| self.trials.len() - first);
        let steepness = self.decay(&accepted, |trial, chain| trial.step_size[chain]);
        let wanted = self.decay(&count.map(|count| target * count as f64), |trial, chain| {
            trial.step_size[chain] / trial.asked[chain]
        });
        std::array::from_fn(|chain| {
            let step_size = (wanted[chain]? / steepness[chain]?).sqrt();
            let is_told = count[chain] >= FEWEST && step_size.is_finite() && step_size > 0.0;
            is_told.then_some(step_size)
        })
    }

    /// For each chain the c > 0 with Σ exp(−c xᵢ²) = `sum`, none where there is no such number.
    /// Newton's steps from 0 stay below it, for the sum is convex.
    #[inline(always)]
    fn decay(
        &self,
        sum: &[f64; CHAINS],
        of: impl Fn(&Trial<CHAINS>, usize) -> f64,
    ) -> [Option<f64>; CHAINS] {
        let rates = |trial| std::array::from_fn(|chain| of(trial, chain).powi(2));
        let rates: Vec<[f64; CHAINS]> = self.trials.iter().map(rates).collect();
        let (mut decay, mut has_ended) = ([0.0; CHAINS], [false; CHAINS]);
        for _ in 0..100 {
            let (mut value, mut slope) = (sum.map(|sum| -sum), [0.0; CHAINS]);
            for (number, rate) in rates.iter().enumerate() {
                for chain in 0..CHAINS {
                    let term = weight(decay[chain] * rate[chain]);
                    value[chain] += self.counts(number, chain, term);
                    slope[chain] += self.counts(number, chain, rate[chain] * term);
                }
            }
            for chain in 0..CHAINS {
                if has_ended[chain] {
                    continue;
                }
                let change = value[chain] / slope[chain];
                decay[chain] += change;
                let is_found = change.abs() <= 1e-6 * decay[chain];
                has_ended[chain] = is_found || decay[chain].is_nan();
            }
            if !has_ended.contains(&false) {
                break;
            }
        }
        std::array::from_fn(|chain| {
            let is_found = has_ended[chain] && decay[chain] > 0.0 && decay[chain].is_finite();
            is_found.then_some(decay[chain])
        })
    }

    /// The number, if the trial counts for the chain, else 0.
    #[inline(always)]
    fn counts(&self, trial: usize, chain: usize, number: f64) -> f64 {
        if trial < self.first[chain] {
            0.0
        } else {
            number
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Trials on the curve exp(−c ε²), with jitter or without; those of the second chain alone count.
    fn trials(steepness: f64, jitter: f64) -> Trials<2> {
        let mut trials = Trials::default();
        trials.push(&[1.0; 2], &[1.0; 2], &[0.0; 2]);
        trials.clear(1);
        for number in 0..60 {
            let asked = 0.4 + 0.02 * f64::from(number * 17 % 60);
            let step_size = asked * (1.0 + jitter * (f64::from(number % 7) / 3.0 - 1.0));
            let acceptance = (-steepness * step_size * step_size).exp();
            trials.push(&[asked; 2], &[step_size; 2], &[acceptance; 2]);
        }
        trials
    }

    #[test]
    fn trials_on_the_curve_give_the_step_size_of_the_target() {
        for (steepness, target) in [(0.3, 0.8_f64), (2.0, 0.65), (1e-3, 0.95)] {
            let [with_another, found] = trials(steepness, 0.0).step_size(target);
            let found = found.expect("enough");
            let expected = (-target.ln() / steepness).sqrt();
            assert!((found / expected - 1.0).abs() < 1e-5, "{found}");
            assert!(with_another.expect("enough") < 0.999 * found);
        }
    }

    #[test]
    fn jitter_is_part_of_the_mean() {
        let trials = trials(0.5, 0.5);
        let found = trials.step_size(0.8)[1].expect("enough");
        let acceptances = trials.trials[1..].iter().map(|trial| {
            let step_size = found * trial.step_size[1] / trial.asked[1];
            (-0.5 * step_size * step_size).exp()
        });
        assert!((acceptances.sum::<f64>() / 60.0 - 0.8).abs() < 1e-6);
    }

    #[test]
    fn trials_that_do_not_tell_give_none() {
        let all = |acceptance: f64, count: usize| {
            let mut trials = Trials::<1>::default();
            (0..count).for_each(|_| trials.push(&[1.0], &[1.0], &[acceptance]));
            trials.step_size(0.8)[0]
        };
        assert_eq!(all(0.0, 50), None);
        assert_eq!(all(1.0, 50), None);
        assert_eq!(all(0.5, FEWEST - 1), None);
        assert!(all(0.5, FEWEST).is_some());
    }

    #[test]
    fn chains_side_by_side_know_nothing_of_each_other() {
        let steepnesses = [0.0, 0.3, 7.0, f64::NAN];
        let mut together = Trials::default();
        let mut alone: [Trials<1>; 4] = Default::default();
        for number in 0..70 {
            let asked = 0.4 + 0.02 * (number * 17 % 60) as f64;
            let acceptance = steepnesses.map(|steepness| (-steepness * asked * asked).exp());
            together.push(&[asked; 4], &[asked; 4], &acceptance);
            for (trials, acceptance) in alone.iter_mut().zip(acceptance) {
                trials.push(&[asked], &[asked], &[acceptance]);
            }
            if number % 10 == 0 && number < 40 {
                let chain = number / 10;
                together.clear(chain);
                alone[chain].clear(0);
            }
        }
        let alone = alone.map(|trials| trials.step_size(0.8)[0]);
        assert_eq!(together.step_size(0.8), alone);
        assert!(alone[0].is_none() && alone[1].is_some() && alone[3].is_none());
    }
}
