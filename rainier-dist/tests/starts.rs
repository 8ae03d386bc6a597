//! Checks what a model says where no chain can start, and that many positions at once are as good
//! as one by one.
//!
//! In: models that are impossible in one term. Out: errors that name it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rainier_core::{Column, Real};
use rainier_dist::continuous::{Exponential, Normal};
use rainier_dist::discrete::Poisson;
use rainier_dist::{Fit, Param, Posterior, RandomVariable, SampleError, Value};
use rainier_sampler::{
    Ehmc, LogDensity, LogDensityGradient, Nuts, Run, SampleError as SamplerError, Walkers,
};

/// A number that is negative wherever it is evaluated, which nothing says beforehand.
fn negative(x: &Real) -> Real {
    -x.exp()
}

fn named(name: &str) -> RandomVariable<Real> {
    Normal::new(0.0, 1.0).param().named(name)
}

/// The message of a run that finds no start, after "last log density was ".
fn complaint<T: Value>(posterior: &Posterior<T>) -> String {
    let error = match posterior.sample(&Nuts::default(), &Run::default().with_chains(1)) {
        Err(SampleError::Sampler(error @ SamplerError::Initialisation { .. })) => error,
        other => panic!("no start was expected, got {:?}", other.map(|_| ())),
    };
    let ensemble = posterior.sample(&Walkers::default(), &Run::default().with_chains(1));
    assert!(matches!(
        ensemble,
        Err(SampleError::Sampler(SamplerError::Initialisation { .. }))
    ));
    let message = error.to_string();
    let (_, complaint) = message.split_once("last log density was ").unwrap();
    complaint.to_owned()
}

#[test]
fn an_impossible_prior_is_named() {
    let model = named("x")
        .flat_map(|x| Normal::new(0.0, negative(&x)).param().named("y"))
        .zip(named("z"));
    assert_eq!(
        complaint(&model.compile().unwrap()),
        "-inf, not finite in: prior of y"
    );
}

#[test]
fn an_impossible_likelihood_is_named() {
    let model = named("x").flat_map(|x| Normal::new(&x, negative(&x)).fit([1.0, 2.0]));
    assert_eq!(
        complaint(&model.compile().unwrap()),
        "-inf, not finite in: likelihood of data"
    );
}

#[test]
fn an_impossible_likelihood_of_data_bound_later_is_named_when_nothing_else_is_to_blame() {
    let (heights, counts) = (
        Column::placeholder("heights"),
        Column::placeholder("counts"),
    );
    let data: [(&Column, &[f64]); 2] = [(&heights, &[1.0]), (&counts, &[3.0])];
    let model = named("x").flat_map(|x| {
        let heights = Normal::new(&x, negative(&x)).fit(&heights);
        heights.zip(Poisson::new(x.exp()).fit(&counts))
    });
    // Neither can be told from the other.
    assert_eq!(
        complaint(&model.template().unwrap().bind(&data).unwrap()),
        "-inf, not finite in: likelihood of heights, likelihood of counts"
    );
    let model = named("x").flat_map(|x| {
        let heights = Normal::new(&x, 1.0).fit(&heights);
        let scale = Exponential::new(negative(&x)).param().named("scale");
        heights.zip(Poisson::new(x.exp()).fit(&counts)).zip(scale)
    });
    assert_eq!(
        complaint(&model.template().unwrap().bind(&data).unwrap()),
        "-inf, not finite in: prior of scale"
    );
}

#[test]
fn many_positions_at_once_are_as_good_as_one_by_one() {
    let counts: Vec<i64> = (0..50).map(|i| i % 7).collect();
    let model = named("a").zip(named("b")).flat_map(|(a, b)| {
        let rate = (&a + &b * &b).exp();
        Poisson::new(&rate).fit(counts.as_slice())
    });
    let mut density = model.compile().unwrap().evaluator();
    for points in [1, 5, 16, 37] {
        let positions: Vec<f64> = (0..2 * points).map(|i| (f64::from(i)).sin()).collect();
        let mut found = vec![0.0; positions.len() / 2];
        density.log_densities(&positions, &mut found);
        for (position, found) in positions.chunks_exact(2).zip(found) {
            let expected = density.log_density(position);
            assert!(testkit::relative_error(found, expected) < 1e-14);
        }
    }
}

#[test]
fn the_gradient_alone_is_that_beside_the_value() {
    let model = named("a")
        .zip(named("b"))
        .flat_map(|(a, b)| Normal::new(&a, b.exp()).fit([0.3, 1.2, -0.4]));
    let mut density = model.compile().unwrap().evaluator();
    let (mut alone, mut beside) = ([0.0; 2], [0.0; 2]);
    density.gradient(&[0.4, -0.2], &mut alone);
    density.log_density_and_gradient(&[0.4, -0.2], &mut beside);
    for (alone, beside) in alone.iter().zip(beside) {
        assert!(testkit::relative_error(*alone, beside) < 1e-14);
    }
    assert!(
        model
            .sample(&Ehmc::default(), &Run::default().with_draws(100))
            .is_ok()
    );
}
