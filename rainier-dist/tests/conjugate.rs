//! Posteriors known in closed form are found by sampling.
//!
//! In: conjugate models. Out: mean, standard deviation and quantile within five Monte Carlo
//! standard errors of the exact ones; a model with one number changed by a tenth is refused.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rainier_core::Real;
use rainier_dist::continuous::{Beta, Gamma, Normal};
use rainier_dist::discrete::{Bernoulli, Binomial, Poisson};
use rainier_dist::distribution::Distribution;
use rainier_dist::{Fit, Param, RandomVariable};
use rainier_sampler::{Nuts, Run, diagnostics};
use statrs::distribution::ContinuousCDF;
use testkit::within_standard_errors;

/// Whether sampling `model` gives the mean, standard deviation and quartiles of `exact`.
fn agrees(
    model: &RandomVariable<Real>,
    exact: &(impl ContinuousCDF<f64, f64> + statrs::statistics::Distribution<f64>),
) -> bool {
    let run = Run::default().with_seed(20_180_523).with_draws(5_000);
    let trace = model.sample(&Nuts::default(), &run).unwrap();
    assert_eq!(trace.warnings(), []);
    let chains = trace.trace().parameter(0);
    let quartile = |probability: f64| {
        within_standard_errors(
            diagnostics::quantiles(&chains, &[probability])[0],
            exact.inverse_cdf(probability),
            diagnostics::mcse_quantile(&chains, probability),
        )
    };
    within_standard_errors(
        diagnostics::mean(&chains),
        exact.mean().unwrap(),
        diagnostics::mcse_mean(&chains),
    ) && within_standard_errors(
        diagnostics::standard_deviation(&chains),
        exact.std_dev().unwrap(),
        diagnostics::mcse_sd(&chains),
    ) && quartile(0.25)
        && quartile(0.75)
}

#[test]
fn beta_prior_and_binomial_data() {
    let model = |a: f64| {
        Beta::new(a, 3.0).param().flat_map(|probability| {
            let trials = Binomial::new(10.0, &probability).fit([3, 7, 5]);
            let coins = Bernoulli::new(&probability).fit([true, false, true, true]);
            trials.zip(coins).map(|_| probability)
        })
    };
    // 15 of 30 and 3 of 4.
    let exact = statrs::distribution::Beta::new(2.0 + 18.0, 3.0 + 16.0).unwrap();
    assert!(agrees(&model(2.0), &exact));
    assert!(!agrees(&model(2.0 * 1.1 + 2.0), &exact));
}

#[test]
fn normal_prior_and_normal_data() {
    let model = |deviation: f64| {
        Normal::new(1.0, 2.0).param().flat_map(move |mean| {
            Normal::new(&mean, deviation)
                .fit([2.5, 3.5, 0.5])
                .map(|()| mean)
        })
    };
    let precision: f64 = 1.0 / 4.0 + 3.0 / 2.25;
    let mean = (1.0 / 4.0 + 6.5 / 2.25) / precision;
    let exact = statrs::distribution::Normal::new(mean, precision.sqrt().recip()).unwrap();
    assert!(agrees(&model(1.5), &exact));
    assert!(!agrees(&model(1.5 * 1.1), &exact));
}

#[test]
fn gamma_prior_and_poisson_data() {
    let model = |shape: f64| {
        Gamma::with_rate(shape, 0.5)
            .param()
            .flat_map(|rate| Poisson::new(&rate).fit([3, 0, 5, 4]).map(|()| rate))
    };
    let exact = statrs::distribution::Gamma::new(2.0 + 12.0, 0.5 + 4.0).unwrap();
    assert!(agrees(&model(2.0), &exact));
    assert!(!agrees(&model(2.0 * 1.2), &exact));
}

#[test]
fn predictive_draws_follow_the_predictive_distribution() {
    // Gamma(α, rate β) and Poisson: the next count is negative binomial with r = α, p = β/(β + 1).
    let model = Gamma::with_rate(2.0, 0.5).param().flat_map(|rate| {
        let next = Poisson::new(&rate).generator();
        Poisson::new(&rate).fit([3, 0, 5, 4]).map(|()| next)
    });
    let run = Run::default().with_seed(4).with_draws(5_000);
    let trace = model.sample(&Nuts::default(), &run).unwrap();
    let zeros: Vec<Vec<f64>> = trace
        .chains()
        .map(|draws| {
            draws
                .iter()
                .map(|&next| if next == 0 { 1.0 } else { 0.0 })
                .collect()
        })
        .collect();
    let (share, error) = (diagnostics::mean(&zeros), diagnostics::mcse_mean(&zeros));
    let exact = |shape: f64| (4.5_f64 / 5.5).powf(shape);
    assert!(within_standard_errors(share, exact(14.0), error));
    assert!(!within_standard_errors(share, exact(14.0 * 1.2), error));
}
