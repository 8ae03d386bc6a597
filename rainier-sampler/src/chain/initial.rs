//! Finds where a chain can start.
//!
//! In: a density, random numbers. Out: a random position where it is finite, or what was not.

use rand::{Rng, RngExt};

use crate::error::{NotFinite, SampleError};
use crate::hamiltonian::{Hamiltonian, Metric, PhasePoint};
use crate::log_density::{LogDensity, LogDensityGradient};
use crate::optimise::pathfinder;

/// Half-width of the cube starting points come from: Stan's `init` on the unconstrained scale.
const RADIUS: f64 = 2.0;
/// Ten times Stan's 100: when 1 % of the cube is inside the support, a hundred attempts fail for
/// one chain in three, a thousand for one in twenty thousand.
pub(crate) const ATTEMPTS: usize = 1000;

/// Fills `position` with uniform numbers on (−2, 2) until the log density is finite. Returns that
/// log density.
pub(super) fn find_start<D: LogDensity + ?Sized, R: Rng + ?Sized>(
    position: &mut [f64],
    density: &mut D,
    chain: usize,
    rng: &mut R,
) -> Result<f64, SampleError> {
    let mut value = f64::NAN;
    for _ in 0..ATTEMPTS {
        draw_start(position, rng);
        value = density.log_density(position);
        if value.is_finite() {
            return Ok(value);
        }
    }
    let terms = density.terms_not_finite(position);
    Err(failure(chain, NotFinite::LogDensity { value, terms }))
}

/// The same for a point that is going to move along the gradient, which must be finite, too.
pub(super) fn find_evaluated_start<D: LogDensityGradient + ?Sized, R: Rng + ?Sized>(
    point: &mut PhasePoint,
    hamiltonian: &mut Hamiltonian<'_, D>,
    chain: usize,
    rng: &mut R,
) -> Result<(), SampleError> {
    for _ in 0..ATTEMPTS {
        draw_start(&mut point.position, rng);
        hamiltonian.evaluate(point);
        if point.is_finite() {
            return Ok(());
        }
    }
    let density = hamiltonian.density();
    let mut cause = not_finite(point, |index| density.parameter_name(index));
    if let NotFinite::LogDensity { terms, .. } = &mut cause {
        *terms = density.terms_not_finite(&point.position);
    }
    Err(failure(chain, cause))
}

/// A random position of finite log density and gradient: where a chain with these random numbers
/// would start. `chain` is its number in an error.
///
/// # Errors
/// [`SampleError::Initialisation`] when a thousand points had none.
///
/// # Example
/// ```
/// use rainier_sampler::{LogDensity, LogDensityGradient, Streams, starting_point};
/// # struct Exponential;
/// # impl LogDensity for Exponential {
/// #     fn dimension(&self) -> usize { 1 }
/// #     fn log_density(&mut self, x: &[f64]) -> f64 {
/// #         if x[0] > 0.0 { -x[0] } else { f64::NEG_INFINITY }
/// #     }
/// # }
/// # impl LogDensityGradient for Exponential {
/// #     fn log_density_and_gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
/// #         gradient[0] = -1.0;
/// #         self.log_density(x)
/// #     }
/// # }
/// let mut rng = Streams::from_seed(1).stream(0, 0);
/// let start = starting_point(&mut Exponential, 0, &mut rng)?;
/// assert!(start[0] > 0.0);
/// # Ok::<(), rainier_sampler::SampleError>(())
/// ```
pub fn starting_point<D: LogDensityGradient + ?Sized, R: Rng + ?Sized>(
    density: &mut D,
    chain: usize,
    rng: &mut R,
) -> Result<Vec<f64>, SampleError> {
    let mut point = PhasePoint::new(density.dimension());
    let mut hamiltonian = Hamiltonian::new(density);
    find_evaluated_start(&mut point, &mut hamiltonian, chain, rng)?;
    Ok(point.position)
}

/// What is not finite at a point where a chain cannot start; the terms are left to be found.
pub(crate) fn not_finite(point: &PhasePoint, name: impl Fn(usize) -> String) -> NotFinite {
    if point.log_density.is_finite() {
        let slopes = point.gradient.iter().enumerate();
        let bad = slopes.filter(|(_, slope)| !slope.is_finite());
        NotFinite::Gradient {
            parameters: bad.map(|(index, _)| name(index)).collect(),
        }
    } else {
        NotFinite::LogDensity {
            value: point.log_density,
            terms: Vec::new(),
        }
    }
}

/// Moves a point where chains may start to a draw of the normal that Pathfinder fits from there,
/// and measures by that normal's variances. Where there is no such draw, everything stays.
pub(super) fn follow_path<D: LogDensityGradient + ?Sized, R: Rng + ?Sized>(
    point: &mut PhasePoint,
    hamiltonian: &mut Hamiltonian<'_, D>,
    rng: &mut R,
) {
    let Ok(fit) = pathfinder(hamiltonian.density(), &point.position, rng) else {
        return;
    };
    hamiltonian.count(fit.gradient_evaluations());
    let mut drawn = point.clone();
    drawn.position = fit.draw(rng);
    hamiltonian.evaluate(&mut drawn);
    let variances = fit.variances();
    if drawn.is_finite() && variances.iter().all(|v| v.is_finite() && *v > 0.0) {
        hamiltonian.set_metric(Metric::diagonal(variances));
        *point = drawn;
    }
}

/// Fills `position` with uniform numbers on (−2, 2).
pub(crate) fn draw_start<R: Rng + ?Sized>(position: &mut [f64], rng: &mut R) {
    for coordinate in position {
        *coordinate = rng.random_range(-RADIUS..RADIUS);
    }
}

/// The error of a chain that found no start.
pub(crate) fn failure(chain: usize, cause: NotFinite) -> SampleError {
    SampleError::Initialisation {
        chain,
        attempts: ATTEMPTS,
        cause,
    }
}
