//! Finds where a chain can start.
//!
//! In: a test of positions. Out: a random position that passes it, or the number of attempts.

use rand::{Rng, RngExt};

use crate::error::SampleError;

/// Half-width of the cube starting points come from: Stan's `init` on the unconstrained scale.
const RADIUS: f64 = 2.0;
/// Ten times Stan's 100: when 1 % of the cube is inside the support, a hundred attempts fail for
/// one chain in three, a thousand for one in twenty thousand.
const ATTEMPTS: usize = 1000;

/// Fills `position` with uniform numbers on (−2, 2) until `evaluate`, which returns the log density
/// there and whether a chain may start from it, says yes. Returns that log density.
pub(super) fn find_start<R: Rng + ?Sized>(
    position: &mut [f64],
    chain: usize,
    rng: &mut R,
    mut evaluate: impl FnMut(&[f64]) -> (f64, bool),
) -> Result<f64, SampleError> {
    let mut last_log_density = f64::NAN;
    for _ in 0..ATTEMPTS {
        for coordinate in position.iter_mut() {
            *coordinate = rng.random_range(-RADIUS..RADIUS);
        }
        let (log_density, may_start) = evaluate(position);
        if may_start {
            return Ok(log_density);
        }
        last_log_density = log_density;
    }
    Err(SampleError::Initialisation {
        chain,
        attempts: ATTEMPTS,
        last_log_density,
    })
}
