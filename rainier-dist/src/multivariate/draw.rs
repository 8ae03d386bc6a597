//! Draws vectors where parameters are valid.
//!
//! In: constraints, parameters and how to draw. Out: a generator; the draws that several
//! distributions share.

use rainier_core::Real;
use rand::{Rng, RngExt};
use rand_distr::{Distribution as _, Gamma as GammaDraw};

use crate::discrete::draw_binomial;
use crate::distribution::{Constraint, Number, when_valid_else};
use crate::generator::Generator;

/// The generator of `dimension` numbers that gives `draw` the values of `parameters`, or gives no
/// value in each place where a constraint is broken.
pub(super) fn draw_vector_if_valid<T: Number>(
    constraints: &[Constraint],
    parameters: Vec<Real>,
    dimension: usize,
    draw: impl Fn(&[f64], &mut dyn Rng) -> Vec<T> + Send + Sync + 'static,
) -> Generator<Vec<T>> {
    let unguarded = Generator::new(parameters.clone(), move |environment, rng| {
        let values = parameters
            .iter()
            .map(|parameter| environment.value(parameter));
        draw(&values.collect::<Vec<f64>>(), rng)
    });
    when_valid_else(constraints, unguarded, move || vec![T::NO_VALUE; dimension])
}

/// Shares with a Dirichlet distribution: gamma draws over their sum.
///
/// For small α a gamma draw underflows. It is kept as a logarithm: G(α) = G(α + 1) U^(1/α), U
/// uniform (Marsaglia & Tsang 2000, ACM Transactions on Mathematical Software 26, section 6).
pub(super) fn draw_shares(concentrations: &[f64], rng: &mut dyn Rng) -> Vec<f64> {
    let logarithms: Vec<f64> = concentrations
        .iter()
        .map(|&concentration| {
            let larger = GammaDraw::new(concentration + 1.0, 1.0)
                .map_or(f64::NAN, |gamma| gamma.sample(rng));
            // In (0, 1]: the logarithm is finite.
            let uniform = 1.0 - rng.random::<f64>();
            larger.ln() + uniform.ln() / concentration
        })
        .collect();
    let largest = logarithms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sizes: Vec<f64> = logarithms
        .iter()
        .map(|logarithm| (logarithm - largest).exp())
        .collect();
    let total: f64 = sizes.iter().sum();
    sizes.into_iter().map(|size| size / total).collect()
}

/// How often each kind comes up in independent trials: one binomial draw for each kind, among the
/// trials that are left.
pub(super) fn draw_kinds(trials: i64, probabilities: &[f64], rng: &mut dyn Rng) -> Vec<i64> {
    let mut left = trials;
    probabilities
        .iter()
        .enumerate()
        .map(|(kind, &probability)| {
            // A sum, not 1 less what went before: small probabilities at the end keep their digits.
            let later: f64 = probabilities[kind + 1..].iter().sum();
            let count = if later == 0.0 {
                if probability > 0.0 { left } else { 0 }
            } else {
                draw_binomial(left, probability / (probability + later), rng)
            };
            left -= count;
            count
        })
        .collect()
}
