//! Writes the benchmarked log densities out by hand: what the compiled programs are held against.
//!
//! In: data, once, and positions. Out: values and gradients, as fast as an hour's work makes them
//! in safe Rust. Loops over rows or lanes are compiled for each instruction set and chosen at run
//! time, as the library's are. Positions are the unconstrained ones of the models, so that values
//! and gradients can be compared number by number, normalising constants included.

pub(crate) mod eight_schools;
mod elementary;
pub(crate) mod linear_regression;
pub(crate) mod logistic_regression;
pub(crate) mod normal_mixture;
mod priors;
pub(crate) mod varying_intercepts;
pub(crate) mod zero_inflated_negative_binomial;
pub(crate) mod zero_inflated_poisson;
pub(crate) mod zero_inflated_poisson_rows;

pub(crate) use elementary::check as check_elementary;
mod zero_inflation;

use anyhow::{Result, ensure};

/// A log density and its gradient, written out by hand.
pub(crate) trait ByHand {
    /// The log density at `position`; its derivatives go to `gradient`, as long as `position`.
    fn value_and_gradient(&self, position: &[f64], gradient: &mut [f64]) -> f64;
}

/// Largest error of a finite difference, relative to a derivative above 1: sums of thousands of rows
/// carry rounding that a difference magnifies.
const TOLERANCE: f64 = 1e-6;

/// Holds every derivative against finite differences of the value.
pub(crate) fn check_gradient(reference: &dyn ByHand, position: &[f64]) -> Result<()> {
    let mut gradient = vec![0.0; position.len()];
    reference.value_and_gradient(position, &mut gradient);
    let mut scratch = gradient.clone();
    for (index, &derivative) in gradient.iter().enumerate() {
        let mut moved = position.to_vec();
        let along = |x: f64| {
            moved[index] = x;
            reference.value_and_gradient(&moved, &mut scratch)
        };
        let estimate = testkit::derivative(along, position[index]);
        let most = TOLERANCE * derivative.abs().max(1.0);
        ensure!(
            estimate.error <= most && (estimate.value - derivative).abs() <= most,
            "by hand, the derivative by parameter {index} is {derivative}, \
             by finite differences {estimate:?}"
        );
    }
    Ok(())
}
