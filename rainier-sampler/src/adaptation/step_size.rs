//! Learns the step size that has the wanted acceptance.
//!
//! In: the acceptance of each iteration, of chains side by side. Out: a step size for each to explore
//! with now, and its average to sample with later.

/// Dual averaging: Hoffman & Gelman (2014), section 3.2.1, algorithms 5 and 6.
#[derive(Debug, Clone)]
pub(crate) struct DualAveraging<const CHAINS: usize> {
    target_acceptance: f64,
    /// Where ln ε is shrunk to: μ = ln(10 ε₁). Trying large steps first is cheap.
    anchor: [f64; CHAINS],
    iteration: [f64; CHAINS],
    /// H̄, the averaged lack of acceptance.
    mean_shortfall: [f64; CHAINS],
    step_size: [f64; CHAINS],
    log_averaged: [f64; CHAINS],
}

impl<const CHAINS: usize> DualAveraging<CHAINS> {
    /// Begins at step sizes greater than 0.
    pub(crate) fn new(target_acceptance: f64, step_size: &[f64; CHAINS]) -> Self {
        let zeros = [0.0; CHAINS];
        let mut averaging = Self {
            target_acceptance,
            anchor: zeros,
            iteration: zeros,
            mean_shortfall: zeros,
            step_size: zeros,
            log_averaged: zeros,
        };
        for (chain, step_size) in step_size.iter().enumerate() {
            averaging.restart(chain, *step_size);
        }
        averaging
    }

    /// Forgets everything of one chain, which begins at `step_size`.
    pub(crate) fn restart(&mut self, chain: usize, step_size: f64) {
        self.anchor[chain] = (10.0 * step_size).ln();
        self.iteration[chain] = 0.0;
        self.mean_shortfall[chain] = 0.0;
        self.step_size[chain] = step_size;
        self.log_averaged[chain] = step_size.ln();
    }

    /// Hears the acceptance α, in [0, 1], of one iteration made with [`current`](Self::current).
    #[inline(always)]
    pub(crate) fn observe(&mut self, acceptance: &[f64; CHAINS]) {
        // H̄ ← (1 − w) H̄ + w (δ − α);  ln ε ← μ − √m / γ · H̄;
        // ln ε̄ ← m^−κ ln ε + (1 − m^−κ) ln ε̄.
        self.iteration = self.iteration.map(|iteration| iteration + 1.0);
        let first = self.iteration.first().copied().unwrap_or_default();
        // Chains mostly began anew together.
        let paces = if self.iteration == [first; CHAINS] {
            [Pace::at(first); CHAINS]
        } else {
            self.iteration.map(Pace::at)
        };
        let mut log_step_size = [0.0; CHAINS];
        for (chain, pace) in paces.iter().enumerate() {
            let shortfall = self.target_acceptance - acceptance[chain];
            self.mean_shortfall[chain] =
                (1.0 - pace.weight) * self.mean_shortfall[chain] + pace.weight * shortfall;
            log_step_size[chain] = self.anchor[chain] - pace.gain * self.mean_shortfall[chain];
            self.log_averaged[chain] =
                pace.fresh * log_step_size[chain] + (1.0 - pace.fresh) * self.log_averaged[chain];
        }
        self.step_size = log_step_size.map(f64::exp);
    }

    /// Step size to use for the next iteration of warm-up.
    pub(crate) fn current(&self) -> &[f64; CHAINS] {
        &self.step_size
    }

    /// Step size to sample with.
    pub(crate) fn averaged(&self) -> [f64; CHAINS] {
        self.log_averaged.map(f64::exp)
    }
}

/// How fast iteration m learns.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// w = 1 / (m + t₀).
    weight: f64,
    /// √m / γ.
    gain: f64,
    /// m^−κ.
    fresh: f64,
}

impl Pace {
    // γ and t₀ of the paper, section 3.2.1; κ is ¾.
    const SHRINKAGE: f64 = 0.05;
    const OFFSET: f64 = 10.0;

    #[inline(always)]
    fn at(iteration: f64) -> Self {
        let root = iteration.sqrt();
        Self {
            weight: 1.0 / (iteration + Self::OFFSET),
            gain: root / Self::SHRINKAGE,
            fresh: 1.0 / (root * root.sqrt()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_the_step_size_of_a_known_acceptance_curve() {
        // Acceptance exp(−ε) is 0.8 at ε = −ln 0.8.
        let mut averaging = DualAveraging::new(0.8, &[1.0, 1e-3]);
        for _ in 0..2000 {
            let acceptance = averaging.current().map(|step_size| (-step_size).exp());
            averaging.observe(&acceptance);
        }
        for averaged in averaging.averaged() {
            assert!((averaged / -(0.8_f64.ln()) - 1.0).abs() < 0.02);
        }
    }

    #[test]
    fn the_first_update_is_that_of_the_paper() {
        let mut averaging = DualAveraging::new(0.8, &[0.5]);
        averaging.observe(&[0.3]);
        // H̄ = (0.8 − 0.3) / 11 and ln ε = ln 5 − H̄ / 0.05.
        let expected = 5.0_f64.ln() - 0.5 / 11.0 / 0.05;
        assert!((averaging.current()[0].ln() - expected).abs() < 1e-14);
        assert!((averaging.averaged()[0].ln() - expected).abs() < 1e-14);
    }

    #[test]
    fn a_run_of_rejections_keeps_the_step_size_positive() {
        let mut averaging = DualAveraging::new(0.8, &[1.0]);
        for _ in 0..1000 {
            averaging.observe(&[0.0]);
        }
        assert!(averaging.current()[0] > 0.0 && averaging.averaged()[0] > 0.0);
    }
}
