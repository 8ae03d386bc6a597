//! Learns the step size that has the wanted acceptance.
//!
//! In: the acceptance of each iteration. Out: a step size to explore with now, and its average to
//! sample with later.

/// Dual averaging: Hoffman & Gelman (2014), section 3.2.1, algorithms 5 and 6.
#[derive(Debug, Clone)]
pub(crate) struct DualAveraging {
    target_acceptance: f64,
    /// Where ln ε is shrunk to: μ = ln(10 ε₁). Trying large steps first is cheap.
    anchor: f64,
    iteration: f64,
    /// H̄, the averaged lack of acceptance.
    mean_shortfall: f64,
    step_size: f64,
    log_averaged: f64,
}

impl DualAveraging {
    // γ and t₀ of the paper, section 3.2.1; κ is ¾.
    const SHRINKAGE: f64 = 0.05;
    const OFFSET: f64 = 10.0;

    /// Begins at `step_size`, greater than 0.
    pub(crate) fn new(target_acceptance: f64, step_size: f64) -> Self {
        let mut averaging = Self {
            target_acceptance,
            anchor: 0.0,
            iteration: 0.0,
            mean_shortfall: 0.0,
            step_size,
            log_averaged: 0.0,
        };
        averaging.restart(step_size);
        averaging
    }

    /// Forgets everything and begins at `step_size`.
    pub(crate) fn restart(&mut self, step_size: f64) {
        self.anchor = (10.0 * step_size).ln();
        self.iteration = 0.0;
        self.mean_shortfall = 0.0;
        self.step_size = step_size;
        self.log_averaged = step_size.ln();
    }

    /// Hears the acceptance α, in [0, 1], of one iteration made with [`current`](Self::current).
    pub(crate) fn observe(&mut self, acceptance: f64) {
        // H̄ ← (1 − w) H̄ + w (δ − α), w = 1 / (m + t₀);
        // ln ε ← μ − √m / γ · H̄;  ln ε̄ ← m^−κ ln ε + (1 − m^−κ) ln ε̄.
        self.iteration += 1.0;
        let weight = 1.0 / (self.iteration + Self::OFFSET);
        self.mean_shortfall =
            (1.0 - weight) * self.mean_shortfall + weight * (self.target_acceptance - acceptance);
        let root = self.iteration.sqrt();
        let log_step_size = self.anchor - root / Self::SHRINKAGE * self.mean_shortfall;
        let fresh = 1.0 / (root * root.sqrt());
        self.log_averaged = fresh * log_step_size + (1.0 - fresh) * self.log_averaged;
        self.step_size = log_step_size.exp();
    }

    /// Step size to use for the next iteration of warm-up.
    pub(crate) fn current(&self) -> f64 {
        self.step_size
    }

    /// Step size to sample with.
    pub(crate) fn averaged(&self) -> f64 {
        self.log_averaged.exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_the_step_size_of_a_known_acceptance_curve() {
        // Acceptance exp(−ε) is 0.8 at ε = −ln 0.8.
        let mut averaging = DualAveraging::new(0.8, 1.0);
        for _ in 0..2000 {
            averaging.observe((-averaging.current()).exp());
        }
        assert!((averaging.averaged() / -(0.8_f64.ln()) - 1.0).abs() < 0.02);
    }

    #[test]
    fn the_first_update_is_that_of_the_paper() {
        let mut averaging = DualAveraging::new(0.8, 0.5);
        averaging.observe(0.3);
        // H̄ = (0.8 − 0.3) / 11 and ln ε = ln 5 − H̄ / 0.05.
        let expected = 5.0_f64.ln() - 0.5 / 11.0 / 0.05;
        assert!((averaging.current().ln() - expected).abs() < 1e-14);
        assert!((averaging.averaged().ln() - expected).abs() < 1e-14);
    }

    #[test]
    fn a_run_of_rejections_keeps_the_step_size_positive() {
        let mut averaging = DualAveraging::new(0.8, 1.0);
        for _ in 0..1000 {
            averaging.observe(0.0);
        }
        assert!(averaging.current() > 0.0 && averaging.averaged() > 0.0);
    }
}
