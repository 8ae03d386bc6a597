//! Predicts the level of a window not seen yet: a small grid of levels and how probable each is.
//!
//! In: how probable each level of the series is, given the spread of windows around it; how probable each spread is. Out:
//! the [`Levels`] of the next window: for each spread, the series' level moved by a normal deviation, averaged.
//!
//! Levels are offsets from an estimate, on a logarithmic scale, 3/8 of a predictive standard deviation apart from −6 to
//! +6 of them: sums over such a grid integrate normal densities to ten digits. What lies beyond is put to the ends.

use super::population::SPREADS;

/// Number of levels.
pub(super) const LEVELS: usize = 33;
const CENTRE: usize = LEVELS / 2;

/// Offsets of the level of a window, and their probabilities.
#[derive(Debug, Clone, Copy)]
pub(super) struct Levels {
    pub(super) step: f64,
    pub(super) masses: [f64; LEVELS],
}

impl Levels {
    /// The offset of a level.
    pub(super) fn offset(step: f64, index: usize) -> f64 {
        (index as f64 - CENTRE as f64) * step
    }

    /// The step that suits the variance of a predicted level.
    pub(super) fn step_for(variance: f64) -> f64 {
        (0.375 * variance.sqrt()).clamp(1e-4, 1.0)
    }

    /// Levels that may matter: offset and probability.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, f64, f64)> + '_ {
        self.masses
            .iter()
            .enumerate()
            .filter(|(_, mass)| **mass > 1e-18)
            .map(|(index, &mass)| (index, Self::offset(self.step, index), mass))
    }

    /// Mean and standard deviation of the offset.
    pub(super) fn moments(&self) -> (f64, f64) {
        let moment = |power: i32| -> f64 {
            self.iter()
                .map(|(_, offset, mass)| mass * offset.powi(power))
                .sum()
        };
        let mean = moment(1);
        (mean, (moment(2) - mean * mean).max(0.0).sqrt())
    }

    /// `ln_density(spread, index)` is the log density of the series' level up to a constant, given the spread; a window's
    /// level is that plus a normal deviation with mean `drift · spread²` and standard deviation `spread`.
    pub(super) fn predict(
        step: f64,
        spread_masses: &[f64; SPREADS.len()],
        drift: f64,
        ln_density: impl Fn(f64, usize) -> f64,
    ) -> Self {
        let mut masses = [0.0; LEVELS];
        for (&spread, &spread_mass) in SPREADS.iter().zip(spread_masses) {
            if spread_mass < 1e-5 {
                continue;
            }
            let mut series = [0.0; LEVELS];
            let mut highest = f64::NEG_INFINITY;
            for (index, density) in series.iter_mut().enumerate() {
                *density = ln_density(spread, index);
                highest = highest.max(*density);
            }
            let mut total = 0.0;
            for density in &mut series {
                *density = (*density - highest).exp();
                total += *density;
            }
            let kernel = kernel(step, spread, drift * spread * spread);
            for (from, density) in series.iter().enumerate() {
                let mass = spread_mass * density / total;
                if mass < 1e-15 {
                    continue;
                }
                for (offset, moved) in kernel.iter().enumerate() {
                    let to = (from + offset).saturating_sub(LEVELS - 1).min(LEVELS - 1);
                    masses[to] += mass * moved;
                }
            }
        }
        Self { step, masses }
    }
}

/// Probabilities to move by −(LEVELS − 1) … LEVELS − 1 steps.
fn kernel(step: f64, spread: f64, mean: f64) -> [f64; 2 * LEVELS - 1] {
    let mut kernel = [0.0; 2 * LEVELS - 1];
    let mut total = 0.0;
    // A spread far below the step would fall between the levels.
    let spread = spread.max(0.3 * step);
    for (index, mass) in kernel.iter_mut().enumerate() {
        let z = ((index as f64 - (LEVELS - 1) as f64) * step - mean) / spread;
        *mass = (-0.5 * z * z).exp();
        total += *mass;
    }
    if total > 0.0 {
        for mass in &mut kernel {
            *mass /= total;
        }
    } else {
        kernel[LEVELS - 1] = 1.0;
    }
    kernel
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variances_of_series_and_window_add_up() {
        let (series, spread) = (0.4, SPREADS[3]);
        let step = Levels::step_for(series * series + spread * spread);
        let mut masses = [0.0; SPREADS.len()];
        masses[3] = 1.0;
        let levels = Levels::predict(step, &masses, 0.0, |_, index| {
            let z = Levels::offset(step, index) / series;
            -0.5 * z * z
        });
        let moment = |power: i32| -> f64 {
            levels
                .iter()
                .map(|(_, offset, mass)| mass * offset.powi(power))
                .sum()
        };
        assert!((moment(0) - 1.0).abs() < 1e-9);
        let expected = series * series + spread * spread;
        assert!(
            testkit::relative_error(moment(2), expected) < 1e-4,
            "{}",
            moment(2)
        );
    }
}
