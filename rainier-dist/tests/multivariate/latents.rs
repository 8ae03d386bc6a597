//! Claims: unknowns are distributed as their prior, centred or not; a dropped Jacobian shows.

use rainier_dist::distribution::VectorLatent;

use crate::density::check_gradient;
use crate::integral::integrals;
use crate::table::{Known, evaluator, rows, unknowns};

/// The mass, and means of bounded functions of the values: of each alone, and of all together.
pub(crate) fn expectations(latent: &VectorLatent) -> Vec<f64> {
    let outputs = [&[latent.log_density.clone()][..], &latent.values].concat();
    let mut outputs = evaluator(&outputs, &latent.parameters);
    let count = 2 + latent.values.len();
    integrals(latent.parameters.len(), count, |q, sums| {
        let outputs = outputs.evaluate(q);
        let mass = outputs[0].exp();
        if mass > 0.0 {
            sums[0] += mass;
            let features = features(&outputs[1..]);
            for (sum, feature) in sums[1..].iter_mut().zip(features) {
                *sum += mass * feature;
            }
        }
    })
}

/// Bounded functions of values: of each alone, and of all together.
pub(crate) fn features(values: &[f64]) -> Vec<f64> {
    let each = values.iter().map(|value| value.atan());
    let together = values.iter().map(|value| value.atan() - 0.5).product();
    each.chain([together]).collect()
}

#[test]
fn unknowns_have_mass_one_and_values_of_the_prior_in_both_forms() {
    for row in rows() {
        let Known::Numbers(prior) = row.at(row.parameters) else {
            continue;
        };
        let [one, other] =
            [prior.latents(), prior.centred_latents()].map(|latent| expectations(&latent));
        assert!((one[0] - 1.0).abs() < 1e-6, "{}: {one:?}", row.name);
        for (one, other) in one.iter().zip(&other) {
            assert!((one - other).abs() < 1e-6, "{}: {one}, {other}", row.name);
        }
        let without_jacobian = {
            let mut latent = prior.centred_latents();
            let jacobian = prior.support().log_jacobian(&latent.parameters);
            let is_trivial = jacobian.as_constant() == Some(0.0);
            latent.log_density = latent.log_density - jacobian;
            (!is_trivial).then(|| expectations(&latent)[0])
        };
        if let Some(mass) = without_jacobian {
            assert!((mass - 1.0).abs() > 1e-3, "{}: {mass}", row.name);
        }
    }
}

#[test]
fn finite_differences_confirm_the_gradient_of_unknowns() {
    for row in rows() {
        let parameters = unknowns(row.parameters.len());
        let Known::Numbers(prior) = (row.of)(&parameters) else {
            continue;
        };
        for latent in [prior.latents(), prior.centred_latents()] {
            let position = vec![0.3; latent.parameters.len()];
            let at = [row.parameters, &position].concat();
            let inputs = [&parameters[..], &latent.parameters].concat();
            let last = latent.values.last().unwrap();
            for expression in [&latent.log_density, last] {
                check_gradient(row.name, expression, &inputs, &at);
            }
        }
    }
}
