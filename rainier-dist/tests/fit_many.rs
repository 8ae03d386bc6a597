//! Fits many series of one template in lock step.
//!
//! In: conjugate counts, zero-inflated counts, impossible data. Out: posterior means within five
//! Monte Carlo standard errors of the exact ones, with a negative control; the same bits whatever
//! the neighbours; failures that stay with their series.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rainier_core::{Column, Real};
use rainier_dist::continuous::{Beta, Gamma, Normal};
use rainier_dist::discrete::Poisson;
use rainier_dist::distribution::{Discrete, Distribution};
use rainier_dist::{
    Environment, Fit, FittedSeries, ModelError, Param, RandomVariable, SampleError, Template, model,
};
use rainier_sampler::{Hmc, Run, Series, Streams, diagnostics};
use testkit::within_standard_errors;

/// Rate Gamma(2, rate 0.5), counts Poisson.
fn conjugate(counts: &Column) -> Template<Real> {
    let model = Gamma::with_rate(2.0, 0.5)
        .param()
        .flat_map(|rate| Poisson::new(&rate).fit(counts).map(|()| rate));
    model.template().unwrap()
}

/// The model of the talk, over a column to be bound.
fn zero_inflated(counts: &Column) -> RandomVariable<(Real, Real)> {
    model! {
        zero_prob = Beta::new(1, 1).param();
        rate = Normal::new(5, 5).param();
        () = Poisson::new(&rate).zero_inflated(&zero_prob).fit(counts);
        yield (zero_prob, rate)
    }
}

/// Counts of different levels and lengths, by key.
fn counts_of(key: u64, rows: usize, zero_prob: f64) -> Vec<f64> {
    let mut rng = Streams::from_seed(20_180_523).stream(key, 0);
    let level = f64::from(u8::try_from(key % 9).unwrap()) + 0.5;
    let law = Poisson::new(level).zero_inflated(zero_prob).generator();
    let environment = Environment::empty();
    let draw = |_| law.draw(&environment, &mut rng);
    (0..rows)
        .map(draw)
        .map(|count| f64::from(u32::try_from(count).unwrap()))
        .collect()
}

/// All bits of outcomes: the shortest digits that give the number back, and NaN for what a few draws
/// cannot tell.
fn bits(outcomes: &[Series<FittedSeries, SampleError>]) -> Vec<String> {
    outcomes
        .iter()
        .map(|outcome| format!("{outcome:?}"))
        .collect()
}

fn lengths(key: u64) -> usize {
    1 + usize::try_from(key % 7).unwrap()
}

fn run() -> Run {
    Run::default()
        .with_seed(3)
        .with_chains(2)
        .with_warm_up(300)
        .with_draws(500)
}

#[test]
fn means_of_conjugate_series_are_the_exact_ones() {
    let counts = Column::placeholder("counts");
    let template = conjugate(&counts);
    let data = |key| counts_of(key, lengths(key), 0.0);
    let series = (0..200).map(|key| (key, [(&counts, data(key))]));
    let fits = template
        .sample_many(series, &Hmc::default(), &run())
        .unwrap();
    let (mut fitted, mut detected) = (0, 0);
    for Series { key, outcome } in fits {
        let trace = outcome.unwrap();
        let chains = trace.trace().parameter(0);
        let (mean, error) = (diagnostics::mean(&chains), diagnostics::mcse_mean(&chains));
        let data = data(key);
        // Gamma(α + Σ counts, rate β + number of counts).
        let exact = |shape: f64| (shape + data.iter().sum::<f64>()) / (0.5 + data.len() as f64);
        assert!(
            within_standard_errors(mean, exact(2.0), error),
            "series {key}: {mean}, exact {}, standard error {error}",
            exact(2.0)
        );
        fitted += 1;
        detected += usize::from(!within_standard_errors(mean, exact(3.0), error));
    }
    assert_eq!(fitted, 200);
    // A prior with one more count behind it is told apart in nearly all series.
    assert!(detected > 150, "{detected}");
}

#[test]
fn a_series_alone_or_among_others_gives_the_same_bits() {
    let counts = Column::placeholder("counts");
    let template = zero_inflated(&counts).template().unwrap();
    let run = run().with_warm_up(100).with_draws(50);
    let fit = |keys: &[u64]| -> Vec<Series<FittedSeries, SampleError>> {
        let data = |&key: &u64| (key, [(&counts, counts_of(key, 20 + lengths(key), 0.4))]);
        let series = keys.iter().map(data);
        let fits = template.fit_many(series, &Hmc::default(), &run).unwrap();
        fits.collect()
    };
    let keys: Vec<u64> = (0..70).collect();
    let together = fit(&keys);
    for key in [0, 1, 33, 69] {
        let alone = fit(&[key]);
        assert_eq!(
            bits(&alone)[0],
            bits(&together)[usize::try_from(key).unwrap()]
        );
    }
    let backwards: Vec<u64> = keys.iter().rev().copied().collect();
    let mut found = fit(&backwards);
    found.reverse();
    assert!(bits(&found) == bits(&together));
    found.swap(2, 3);
    assert!(bits(&found) != bits(&together));
}

#[test]
fn the_draws_in_lock_step_are_those_of_the_posterior_alone() {
    let counts = Column::placeholder("counts");
    let template = zero_inflated(&counts).template().unwrap();
    let run = run().with_warm_up(100).with_draws(50);
    let data = counts_of(5, 30, 0.4);
    let series = [(5, [(&counts, &data)])];
    let many = template.sample_many(series, &Hmc::default(), &run).unwrap();
    let many: Vec<_> = many.map(|series| series.outcome.unwrap()).collect();
    let fits = template.fit_many(series, &Hmc::default(), &run).unwrap();
    let fits: Vec<_> = fits.map(|series| series.outcome.unwrap()).collect();
    let posterior = template.bind(&[(&counts, &data)]).unwrap();
    let alone = |key| {
        posterior
            .sample(&Hmc::default(), &run.clone().with_key(key))
            .unwrap()
    };
    assert_eq!(many[0].draws(), alone(5).draws());
    assert_ne!(many[0].draws(), alone(6).draws());
    let key = run.clone().with_key(5);
    let together = posterior.sample_in_lock_step(&Hmc::default(), &key);
    assert_eq!(together.unwrap().trace(), alone(5).trace());
    assert_eq!(
        format!("{:?}", fits[0].summary),
        format!("{:?}", alone(5).summary())
    );
    let trace = many[0].trace();
    assert_eq!(
        (fits[0].divergences, fits[0].gradient_evaluations),
        (trace.divergences(), trace.gradient_evaluations())
    );
    assert_eq!(
        format!("{:?}", fits[0].warnings),
        format!("{:?}", alone(5).trace().warnings())
    );
}

#[test]
fn impossible_series_fail_alone() {
    let counts = Column::placeholder("counts");
    let other = Column::placeholder("other");
    let template = conjugate(&counts);
    let run = run().with_warm_up(50).with_draws(20);
    let fit = |spoiled: bool| -> Vec<Series<FittedSeries, SampleError>> {
        let series = (0..50).map(|key| match key {
            3 if spoiled => (key, [(&counts, vec![2.0, -1.0])]),
            4 if spoiled => (key, [(&counts, vec![f64::NAN])]),
            40 if spoiled => (key, [(&other, vec![1.0])]),
            _ => (key, [(&counts, counts_of(key, lengths(key), 0.0))]),
        });
        let fits = template.fit_many(series, &Hmc::default(), &run).unwrap();
        fits.collect()
    };
    for (spoiled, good) in fit(true).iter().zip(&fit(false)) {
        assert_eq!(spoiled.key, good.key);
        match (spoiled.key, &spoiled.outcome) {
            (3 | 4, Err(SampleError::Model(ModelError::Data(_))))
            | (40, Err(SampleError::Model(ModelError::Bind(_)))) => {}
            (3 | 4 | 40, outcome) => panic!("{outcome:?}"),
            _ => assert_eq!(format!("{spoiled:?}"), format!("{good:?}")),
        }
    }
}
