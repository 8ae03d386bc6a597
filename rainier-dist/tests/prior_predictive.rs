//! Claims: draws from the priors alone are distributed as the priors say, level by level.
//!
//! In: hierarchies whose marginal distributions are known. Out: moments within computed standard
//! errors, marginal counts, the same numbers for the same seed.

use rainier_core::Real;
use rainier_dist::continuous::{Gamma, HalfNormal, Normal};
use rainier_dist::discrete::{NegativeBinomial, Poisson};
use rainier_dist::distribution::Distribution;
use rainier_dist::multivariate::Dirichlet;
use rainier_dist::{Fit, Param, Params, RandomVariable, model};
use testkit::{discrete_fit, sample_mean, sample_variance};

const DRAWS: usize = 20_000;

#[test]
fn a_hierarchy_has_the_moments_of_its_marginal_distribution() {
    // x = 2 + 3 z + 0.5 w: mean 2, variance 9.25. The data would say otherwise, but are left out.
    let model = model! {
        mean = Normal::new(2, 3).param();
        x = Normal::new(&mean, 0.5).param();
        centred = Normal::new(&mean, 0.5).param_centred();
        () = Normal::new(&x, 0.1).fit([50.0, 50.1]);
        yield (x, centred)
    };
    let draws = model.prior_predictive(DRAWS, 1).unwrap();
    let columns = [
        draws.iter().map(|draw| draw.0).collect::<Vec<_>>(),
        draws.iter().map(|draw| draw.1).collect(),
    ];
    for x in columns {
        let (mean, variance) = (sample_mean(&x), sample_variance(&x));
        assert!(mean.agrees_with(2.0) && !mean.agrees_with(2.2), "{mean:?}");
        assert!(variance.agrees_with(9.25) && !variance.agrees_with(10.3));
    }
    // Both share their mean: their difference has variance 0.5.
    let difference: Vec<f64> = draws.iter().map(|(x, y)| x - y).collect();
    let variance = sample_variance(&difference);
    assert!(
        variance.agrees_with(0.5) && !variance.agrees_with(0.55),
        "{variance:?}"
    );
}

#[test]
fn counts_of_a_gamma_rate_are_negative_binomial() {
    let model = model! {
        rate = Gamma::with_rate(2, 0.5).param();
        let count = Poisson::new(&rate);
        () = count.fit([7]);
        yield count.generator()
    };
    let counts: Vec<u64> = model
        .prior_predictive(DRAWS, 2)
        .unwrap()
        .into_iter()
        .map(|count| u64::try_from(count).unwrap())
        .collect();
    let mass = |mean: f64| {
        move |k: u64| {
            let ln_p = NegativeBinomial::new(mean, 2.0).log_density(&Real::constant(k as f64));
            ln_p.as_constant().unwrap().exp()
        }
    };
    let fit = discrete_fit(&counts, mass(4.0));
    assert!(fit.is_plausible(), "{fit:?}");
    assert!(!discrete_fit(&counts, mass(4.2)).is_plausible());
}

#[test]
fn several_unknowns_of_one_prior_are_drawn_together() {
    let shares = Dirichlet::new([1.0, 2.0, 3.0]).params();
    let draws = shares.prior_predictive(2_000, 3).unwrap();
    for (place, expected) in [1.0, 2.0, 3.0].into_iter().enumerate() {
        let share: Vec<f64> = draws.iter().map(|draw| draw[place]).collect();
        let mean = sample_mean(&share);
        assert!(mean.agrees_with(expected / 6.0), "{place}: {mean:?}");
        assert!(!mean.agrees_with(expected / 6.0 + 0.1));
    }
    assert!(
        draws
            .iter()
            .all(|draw| (draw.iter().sum::<f64>() - 1.0).abs() < 1e-12)
    );
}

fn scales() -> RandomVariable<(Real, Real)> {
    let scale = HalfNormal::new(1).param();
    scale.flat_map(|scale| {
        Normal::new(0, &scale)
            .param()
            .map(move |x| (scale.clone(), x))
    })
}

#[test]
fn one_seed_gives_the_same_draws_and_another_gives_others() {
    let draws = |seed| scales().prior_predictive(10, seed).unwrap();
    assert_eq!(draws(4), draws(4));
    assert_ne!(draws(4), draws(5));
}

#[test]
fn a_prior_that_breaks_its_constraint_is_an_error() {
    let error = Normal::new(0, -1)
        .param()
        .prior_predictive(1, 1)
        .unwrap_err();
    let expected = "Normal: standard_deviation must be positive and finite, got -1";
    assert_eq!(error.to_string(), expected);
}
