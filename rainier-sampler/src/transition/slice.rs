//! Moves one coordinate after the other to a point under the density: no gradient, no step size.
//!
//! In: a position with a finite log density, a density. Out: sweeps over all coordinates, and the
//! widths that warm-up found. Neal (2003), Annals of Statistics 31, section 4: stepping out with a
//! limit (figure 3), then shrinkage (figure 5).

use rand::{Rng, RngExt};
use rand_distr::{Distribution, Exp1};

use crate::log_density::LogDensity;
use crate::statistics::{Ending, Statistics};

/// No density is asked beyond this: differences of such numbers are numbers.
const FARTHEST: f64 = 1e300;
/// A width is at least this, so that a chain that never moved is not left without one.
const NARROWEST: f64 = 1e-300;
/// Points tried on a slice before the coordinate stays where it is. An interval shrinks to
/// the last digit of a number of its size in about a hundred; thousands are asked only of a density
/// that answers otherwise each time. To stay then is right: what leads to a move and what leads
/// back are as likely with a limit as without one.
const MOST_TRIALS: u32 = 4096;

/// The slices of one chain, and where it is.
#[derive(Debug)]
pub(crate) struct CoordinateSlices {
    max_steps: u32,
    /// First guess of the length of a slice, for each coordinate.
    widths: Vec<f64>,
    /// Sweeps that the widths are the mean of.
    sweeps: f64,
    is_learning: bool,
    position: Vec<f64>,
    log_density: f64,
}

impl CoordinateSlices {
    /// Slices of a chain that is nowhere yet.
    pub(crate) fn new(dimension: usize, width: f64, max_steps: u32) -> Self {
        Self {
            max_steps,
            widths: vec![width.clamp(NARROWEST, FARTHEST); dimension],
            sweeps: 0.0,
            is_learning: true,
            position: vec![0.0; dimension],
            log_density: f64::NEG_INFINITY,
        }
    }

    /// Puts the chain to a position. Its log density must be finite: no slice lies below −∞.
    pub(crate) fn place(&mut self, position: &[f64], log_density: f64) {
        debug_assert!(log_density.is_finite());
        self.position.copy_from_slice(position);
        self.log_density = log_density;
    }

    pub(crate) fn position(&self) -> &[f64] {
        &self.position
    }

    /// Moves every coordinate once, in order.
    pub(crate) fn sweep<D: LogDensity + ?Sized, R: Rng + ?Sized>(
        &mut self,
        density: &mut D,
        rng: &mut R,
    ) -> Statistics {
        let mut ending = Ending::Completed;
        let mut moved = 0_u32;
        self.sweeps += 1.0;
        for coordinate in 0..self.position.len() {
            let from = self.position[coordinate];
            let mut line = Line {
                density,
                position: &mut self.position,
                coordinate,
                has_failed: false,
            };
            let exponential: f64 = Exp1.sample(rng);
            let slice = Slice {
                from,
                level: self.log_density - exponential,
            };
            let ends = slice.step_out(&mut line, self.widths[coordinate], self.max_steps, rng);
            let to = slice.shrink(&mut line, ends, rng);
            if line.has_failed {
                ending = Ending::Diverged;
            }
            let to = to.map_or(from, |(x, log_density)| {
                self.log_density = log_density;
                moved += 1;
                x
            });
            self.position[coordinate] = to;
            if self.is_learning {
                // Two points of an interval are a third of it apart on average; of a bell, whose
                // slices differ in length, this is the mean length times two thirds.
                let width = &mut self.widths[coordinate];
                let observed = 2.0 * (to - from).abs();
                *width += (observed - *width) / (self.sweeps + 1.0);
                *width = width.clamp(NARROWEST, FARTHEST);
            }
        }
        Statistics {
            log_density: self.log_density,
            acceptance: if self.position.is_empty() {
                1.0
            } else {
                f64::from(moved) / self.position.len() as f64
            },
            ending,
            ..Statistics::default()
        }
    }

    /// Hears that warm-up is over: widths that follow the draws would be no Markov chain's.
    pub(crate) fn end_learning(&mut self) {
        self.is_learning = false;
    }

    /// The widths, to be kept when a chain is left.
    pub(crate) fn widths(&self) -> &[f64] {
        &self.widths
    }

    /// Takes up widths and learns no more; refuses what cannot be widths.
    pub(crate) fn recall(&mut self, widths: &[f64]) -> bool {
        let is_width = |width: &f64| (NARROWEST..=FARTHEST).contains(width);
        let fits = widths.len() == self.widths.len() && widths.iter().all(is_width);
        if fits {
            self.widths.copy_from_slice(widths);
            self.end_learning();
        }
        fits
    }
}

/// A density along one coordinate.
struct Line<'a, D: ?Sized> {
    density: &'a mut D,
    position: &'a mut [f64],
    coordinate: usize,
    /// Whether the density could not be computed somewhere.
    has_failed: bool,
}

impl<D: LogDensity + ?Sized> Line<'_, D> {
    /// ln p with the coordinate at `x`; −∞ where it cannot be computed.
    fn log_density(&mut self, x: f64) -> f64 {
        if x.abs() > FARTHEST {
            return f64::NEG_INFINITY;
        }
        self.position[self.coordinate] = x;
        let log_density = self.density.log_density(self.position);
        if log_density.is_nan() || log_density == f64::INFINITY {
            self.has_failed = true;
            return f64::NEG_INFINITY;
        }
        log_density
    }
}

/// The points of a line whose log density is at least `level`, which `from` is one of.
#[derive(Debug, Clone, Copy)]
struct Slice {
    from: f64,
    level: f64,
}

impl Slice {
    /// An interval of `width` around the point, moved at random, each end put outwards by steps of
    /// `width` until it is outside the slice or `max_steps` widths are used up. How many of them
    /// either end may use is drawn: without that, a move could not be undone by as likely another.
    fn step_out<D: LogDensity + ?Sized, R: Rng + ?Sized>(
        self,
        line: &mut Line<'_, D>,
        width: f64,
        max_steps: u32,
        rng: &mut R,
    ) -> [f64; 2] {
        let left = self.from - width * rng.random::<f64>();
        let mut ends = [left, left + width];
        let steps_left = rng.random_range(0..max_steps);
        let steps = [steps_left, max_steps - 1 - steps_left];
        for ((end, steps), step) in ends.iter_mut().zip(steps).zip([-width, width]) {
            for _ in 0..steps {
                if line.log_density(*end) < self.level {
                    break;
                }
                *end += step;
            }
        }
        ends
    }

    /// A point of the slice, drawn from the interval between `ends`, which becomes smaller with each
    /// point outside; with its log density. None if there were too many.
    fn shrink<D: LogDensity + ?Sized, R: Rng + ?Sized>(
        self,
        line: &mut Line<'_, D>,
        [mut left, mut right]: [f64; 2],
        rng: &mut R,
    ) -> Option<(f64, f64)> {
        for _ in 0..MOST_TRIALS {
            let x = left + rng.random::<f64>() * (right - left);
            let log_density = line.log_density(x);
            // Equal where the level is so large that it has no digits left to be lower by.
            if log_density >= self.level {
                return Some((x, log_density));
            }
            if x < self.from {
                left = x;
            } else {
                right = x;
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Streams;

    /// A density of one coordinate by its formula, and how often it was asked.
    struct Formula<F> {
        formula: F,
        calls: usize,
    }

    impl<F: FnMut(f64) -> f64> Formula<F> {
        fn new(formula: F) -> Self {
            Self { formula, calls: 0 }
        }
    }

    impl<F: FnMut(f64) -> f64> LogDensity for Formula<F> {
        fn dimension(&self) -> usize {
            1
        }

        fn log_density(&mut self, position: &[f64]) -> f64 {
            self.calls += 1;
            (self.formula)(position[0])
        }
    }

    fn slices(width: f64, max_steps: u32) -> CoordinateSlices {
        let mut slices = CoordinateSlices::new(1, width, max_steps);
        slices.place(&[0.0], 0.0);
        slices
    }

    #[test]
    fn widths_become_two_thirds_of_a_uniform_and_stay_when_warm_up_ends() {
        let mut density = Formula::new(|x: f64| {
            if x.abs() < 3.0 {
                0.0
            } else {
                f64::NEG_INFINITY
            }
        });
        let mut rng = Streams::from_seed(4).stream(0, 0);
        for first in [0.01, 1000.0] {
            let mut slices = slices(first, 100);
            let sweeps = 20_000;
            for _ in 0..sweeps {
                slices.sweep(&mut density, &mut rng);
            }
            // Two independent points of a length of 6 are 2 apart with a variance of 2, to which
            // neighbours, which share a point, add 0.4. The first width counts once.
            let expected = 4.0 + (first - 4.0) / f64::from(sweeps + 1);
            let error = 2.0 * (2.4 / f64::from(sweeps)).sqrt();
            let found = slices.widths()[0];
            assert!((found - expected).abs() < 5.0 * error, "{found}");
            assert!((found - 6.0).abs() > 5.0 * error, "{found}");
            slices.end_learning();
            slices.sweep(&mut density, &mut rng);
            assert_eq!(slices.widths(), [found]);
        }
    }

    #[test]
    fn stepping_out_uses_no_more_widths_than_it_may() {
        // A flat density has no end.
        let mut density = Formula::new(|_| 0.0);
        let mut rng = Streams::from_seed(4).stream(0, 0);
        for max_steps in [1, 2, 7] {
            let mut slices = slices(0.5, max_steps);
            slices.end_learning();
            for _ in 0..100 {
                let (before, from) = (density.calls, slices.position()[0]);
                slices.sweep(&mut density, &mut rng);
                // One question a step, and one for the point that is found at once.
                assert_eq!(density.calls - before, max_steps as usize);
                assert!((slices.position()[0] - from).abs() <= 0.5 * f64::from(max_steps));
            }
        }
    }

    #[test]
    fn a_density_that_falls_at_every_call_ends_and_stays() {
        let mut value = 0.0;
        let mut density = Formula::new(move |_| {
            value -= 1000.0;
            value
        });
        let mut rng = Streams::from_seed(4).stream(0, 0);
        let mut slices = slices(1.0, 100);
        let statistics = slices.sweep(&mut density, &mut rng);
        assert_eq!((slices.position()[0], statistics.acceptance), (0.0, 0.0));
        assert!(density.calls <= MOST_TRIALS as usize + 100);
    }

    #[test]
    fn a_single_point_in_nothing_is_found_again_and_what_is_not_a_number_is_told() {
        for (outside, ending) in [
            (f64::NEG_INFINITY, Ending::Completed),
            (f64::NAN, Ending::Diverged),
            (f64::INFINITY, Ending::Diverged),
        ] {
            let mut density = Formula::new(|x: f64| if x == 0.5 { 0.0 } else { outside });
            let mut rng = Streams::from_seed(4).stream(0, 0);
            let mut slices = slices(1.0, 100);
            slices.place(&[0.5], 0.0);
            let statistics = slices.sweep(&mut density, &mut rng);
            assert_eq!((slices.position()[0], statistics.log_density), (0.5, 0.0));
            assert_eq!(statistics.ending, ending);
            assert!(density.calls < 1000, "{}", density.calls);
        }
    }

    #[test]
    fn widths_of_another_dimension_or_sign_are_refused() {
        let mut slices = slices(1.0, 100);
        for wrong in [&[][..], &[0.0], &[f64::NAN], &[f64::INFINITY], &[1.0, 1.0]] {
            assert!(!slices.recall(wrong));
        }
        assert!(slices.recall(&[2.5]));
        assert_eq!(slices.widths(), [2.5]);
    }
}
