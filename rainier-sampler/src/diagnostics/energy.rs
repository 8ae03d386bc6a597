//! Judges how well momenta explore energies.
//!
//! In: the energy of each draw of one Hamiltonian chain. Out: the fraction of missing information.

use super::estimates::mean_of;
use crate::sum::{sum_of, sum_of_pairs};

/// E-BFMI: mean squared change of the energy from draw to draw, over its variance.
///
/// Near 1 or above is good; below 0.3 the chain wanders through energies too slowly to reach the
/// tails, and a reparametrisation is called for. Betancourt (2016), "Diagnosing suboptimal
/// cotangent disintegrations". NaN for fewer than two energies, or when they are all equal.
///
/// # Example
/// ```
/// use rainier_sampler::diagnostics::e_bfmi;
/// assert_eq!(e_bfmi(&[1.0, -1.0, 1.0, -1.0]), 3.0);
/// ```
pub fn e_bfmi(energies: &[f64]) -> f64 {
    let mean = mean_of(energies);
    let later = energies.get(1..).unwrap_or_default();
    let changes = sum_of_pairs(energies, later, |before, after| (after - before).powi(2));
    let squares = sum_of(energies, |energy| (energy - mean).powi(2));
    if energies.len() < 2 {
        f64::NAN
    } else {
        changes / squares
    }
}
