//! Finds the mode by the limited-memory BFGS method.
//!
//! In: a density with gradient, a start, settings. Out: the mode, and for `pathfinder` the way
//! there. Nocedal & Wright (2006), chapter 7.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use super::line_search::search;
use super::{Objective, OptimiseError, Point};
use crate::error::SettingsError;
use crate::log_density::LogDensityGradient;
use crate::sum::dot;

/// Settings of the search for a mode.
///
/// # Example
/// ```
/// use rainier_sampler::Lbfgs;
/// assert!(Lbfgs::default().with_max_iterations(100).validate().is_ok());
/// assert!(Lbfgs::default().with_tolerance(0.0).validate().is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Lbfgs {
    max_iterations: usize,
    tolerance: f64,
    memory: usize,
}

impl Default for Lbfgs {
    fn default() -> Self {
        Self {
            // Ten times what the examples of Nocedal & Wright, section 7.2, take.
            max_iterations: 2000,
            // The mode is then some 10⁻⁷ standard deviations away, since gain = ½ z².
            tolerance: 1e-14,
            // Nocedal & Wright, section 7.2: 3 to 20.
            memory: 10,
        }
    }
}

impl Lbfgs {
    /// Most iterations, at least 1. Default 2000.
    #[must_use]
    pub fn with_max_iterations(mut self, max_iterations: usize) -> Self {
        self.max_iterations = max_iterations;
        self
    }

    /// The search ends when the log density promises to grow by no more than this, greater than 0.
    /// Default 10⁻¹⁴. Unlike the length of a gradient, the gain ½ gᵀ H g does not depend on the
    /// scales of the coordinates; at z standard deviations from the mode of a normal it is ½ z².
    #[must_use]
    pub fn with_tolerance(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Steps whose changes of gradient are remembered, at least 1. Default 10.
    #[must_use]
    pub fn with_memory(mut self, memory: usize) -> Self {
        self.memory = memory;
        self
    }

    /// Checks every setting.
    ///
    /// # Errors
    /// [`SettingsError`] names the first setting outside its range.
    pub fn validate(&self) -> Result<(), SettingsError> {
        for (setting, value) in [
            ("max_iterations", self.max_iterations),
            ("memory", self.memory),
        ] {
            SettingsError::unless(value >= 1, setting, "at least 1", value as f64)?;
        }
        SettingsError::unless(
            self.tolerance > 0.0,
            "tolerance",
            "greater than 0",
            self.tolerance,
        )
    }
}

/// A mode: where a log density is largest, at least nearby.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimum {
    /// The position, in unconstrained space.
    pub position: Vec<f64>,
    /// Log density there.
    pub log_density: f64,
    /// Iterations made.
    pub iterations: usize,
    /// Evaluations of the gradient.
    pub gradient_evaluations: u64,
}

/// Finds the mode that is uphill from `start`.
///
/// L-BFGS with a line search for the strong Wolfe conditions. Points where log density or gradient
/// are not finite are never moved to. The mode of a hierarchical model may not exist: where a scale
/// goes to 0 the density of the centred form is not bounded.
///
/// # Errors
/// [`OptimiseError`] when a setting is outside its range, when the start has another dimension or
/// no finite log density and gradient, and when no mode was found.
///
/// # Example
/// ```
/// use rainier_sampler::{Lbfgs, LogDensity, LogDensityGradient, optimize};
///
/// /// ln p = −eˣ + 3x: the logarithm of a gamma variable, mode ln 3.
/// struct LogGamma;
/// impl LogDensity for LogGamma {
///     fn dimension(&self) -> usize { 1 }
///     fn log_density(&mut self, x: &[f64]) -> f64 { 3.0 * x[0] - x[0].exp() }
/// }
/// impl LogDensityGradient for LogGamma {
///     fn log_density_and_gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
///         gradient[0] = 3.0 - x[0].exp();
///         self.log_density(x)
///     }
/// }
/// let mode = optimize(&mut LogGamma, &[0.0], &Lbfgs::default())?;
/// assert!((mode.position[0] - 3.0_f64.ln()).abs() < 1e-5);
/// # Ok::<(), rainier_sampler::OptimiseError>(())
/// ```
pub fn optimize<D: LogDensityGradient + ?Sized>(
    density: &mut D,
    start: &[f64],
    settings: &Lbfgs,
) -> Result<Optimum, OptimiseError> {
    let mut objective = Objective {
        density,
        evaluations: 0,
    };
    let mut iterations = 0;
    let end = descend(&mut objective, start, settings, |_, _| {
        iterations += 1;
        ControlFlow::Continue(())
    })?;
    Ok(Optimum {
        position: end.position,
        log_density: -end.value,
        iterations: iterations - 1,
        gradient_evaluations: objective.evaluations,
    })
}

/// The search itself; `visit` sees every point of the path, the start first, and may end it there.
pub(super) fn descend<D: LogDensityGradient + ?Sized>(
    objective: &mut Objective<'_, D>,
    start: &[f64],
    settings: &Lbfgs,
    mut visit: impl FnMut(&mut D, &Point) -> ControlFlow<()>,
) -> Result<Point, OptimiseError> {
    settings.validate()?;
    let dimension = objective.density.dimension();
    if start.len() != dimension {
        return Err(OptimiseError::Dimension {
            dimension,
            found: start.len(),
        });
    }
    let mut current = Point {
        position: start.to_vec(),
        value: f64::INFINITY,
        gradient: vec![0.0; dimension],
    };
    objective.evaluate(&mut current);
    if !current.value.is_finite() {
        let log_density = objective.density.log_density(start);
        return Err(OptimiseError::NotFinite { log_density });
    }
    if visit(objective.density, &current).is_break() {
        return Ok(current);
    }

    let mut history = History::new(settings.memory);
    let mut next = current.clone();
    let mut direction = vec![0.0; dimension];
    let mut gain = 0.0;
    for iterations in 0..settings.max_iterations {
        history.direction(&current.gradient, &mut direction);
        gain = -0.5 * dot(&direction, &current.gradient);
        // Before the first step the scale is unknown, and with it the gain.
        if gain == 0.0 || (gain <= settings.tolerance && !history.is_empty()) {
            return Ok(current);
        }
        // Without a scale, a first step of length 1 at most.
        let first_step = if history.is_empty() {
            (2.0 * gain).sqrt().recip().min(1.0)
        } else {
            1.0
        };
        if search(objective, &current, &direction, first_step, &mut next).is_none() {
            // Rounding leaves no better point; or the memory misleads, and is given up once.
            let rounding = f64::EPSILON.sqrt() * (1.0 + current.value.abs());
            if gain <= rounding {
                return Ok(current);
            }
            if history.is_empty() {
                let log_density = -current.value;
                return Err(if next.value.is_finite() && next.value < current.value {
                    OptimiseError::Unbounded {
                        iterations,
                        log_density: -next.value,
                    }
                } else {
                    OptimiseError::Stalled {
                        iterations,
                        log_density,
                    }
                });
            }
            history.clear();
            continue;
        }
        history.push(&current, &next);
        std::mem::swap(&mut current, &mut next);
        if visit(objective.density, &current).is_break() {
            return Ok(current);
        }
    }
    Err(OptimiseError::IterationLimit {
        iterations: settings.max_iterations,
        gain,
        tolerance: settings.tolerance,
    })
}

/// Steps and the changes of gradient they made.
#[derive(Debug)]
pub(super) struct History {
    memory: usize,
    pairs: VecDeque<Pair>,
}

#[derive(Debug)]
pub(super) struct Pair {
    pub(super) step: Vec<f64>,
    pub(super) change: Vec<f64>,
    /// step · change, positive.
    pub(super) product: f64,
}

impl Pair {
    /// The pair of two neighbours of a path; none without curvature along the step, which would
    /// spoil the estimate (the line search prevents that, but for rounding).
    fn between(from: &Point, to: &Point) -> Option<Self> {
        let difference = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - b).collect();
        let step: Vec<f64> = difference(&to.position, &from.position);
        let change: Vec<f64> = difference(&to.gradient, &from.gradient);
        let product = dot(&step, &change);
        (product > 1e-12 * dot(&change, &change)).then_some(Self {
            step,
            change,
            product,
        })
    }
}

impl History {
    pub(super) fn new(memory: usize) -> Self {
        Self {
            memory,
            pairs: VecDeque::with_capacity(memory),
        }
    }

    fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    fn clear(&mut self) {
        self.pairs.clear();
    }

    /// Remembers the pair of two neighbours in place of the oldest; none without curvature.
    pub(super) fn push(&mut self, from: &Point, to: &Point) -> Option<&Pair> {
        let pair = Pair::between(from, to)?;
        if self.pairs.len() == self.memory {
            self.pairs.pop_front();
        }
        self.pairs.push_back(pair);
        self.pairs.back()
    }

    /// The pairs remembered, oldest first.
    pub(super) fn pairs(&self) -> impl Iterator<Item = &Pair> + Clone {
        self.pairs.iter()
    }

    /// −H g by the two loops of Nocedal & Wright's algorithm 7.4, scaled by their equation 7.20.
    fn direction(&self, gradient: &[f64], direction: &mut [f64]) {
        for (direction, slope) in direction.iter_mut().zip(gradient) {
            *direction = -slope;
        }
        let mut along = Vec::with_capacity(self.pairs.len());
        for pair in self.pairs.iter().rev() {
            let alpha = dot(&pair.step, direction) / pair.product;
            add(direction, -alpha, &pair.change);
            along.push(alpha);
        }
        if let Some(newest) = self.pairs.back() {
            let scale = newest.product / dot(&newest.change, &newest.change);
            for direction in direction.iter_mut() {
                *direction *= scale;
            }
        }
        for (pair, alpha) in self.pairs.iter().zip(along.iter().rev()) {
            let beta = dot(&pair.change, direction) / pair.product;
            add(direction, alpha - beta, &pair.step);
        }
    }
}

fn add(to: &mut [f64], factor: f64, vector: &[f64]) {
    for (to, x) in to.iter_mut().zip(vector) {
        *to += factor * x;
    }
}
