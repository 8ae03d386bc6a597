//! Missing outcomes, weights and groups mean what they say.
//!
//! In: small regressions. Out: log densities equal to those of the same written by hand, and errors
//! that name the row as it stands in the data.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rainier_core::{BindError, Real};
use rainier_dist::continuous::{Gamma, Normal};
use rainier_dist::discrete::Poisson;
use rainier_dist::{DataRequirement, ModelError, Param, Predictor, RandomVariable, Value};
use rainier_sampler::LogDensity;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// An unknown slope, and what `rows` says of the line with it.
fn line<T>(
    rows: impl FnOnce(&Predictor<Real, Box<dyn Fn(&Real) -> Normal>>) -> RandomVariable<T>,
) -> RandomVariable<T> {
    Normal::new(0.0, 2.0).param().flat_map(|slope| {
        let at: Box<dyn Fn(&Real) -> Normal> = Box::new(move |x| Normal::new(&slope * x, 1.5));
        rows(&Predictor::from_fn(at))
    })
}

fn log_density<T: Value + Clone>(model: &RandomVariable<T>, position: &[f64]) -> f64 {
    let posterior = model.compile().unwrap();
    posterior.evaluator().log_density(position)
}

fn error<T: Value + Clone + std::fmt::Debug>(model: &RandomVariable<T>) -> ModelError {
    model.compile().unwrap_err()
}

/// Of numbers near 10, after other orders of summing.
fn assert_close(left: f64, right: f64) {
    assert!(
        (left - right).abs() < 1e-12 * right.abs().max(1.0),
        "{left} {right}"
    );
}

/// ln of the normal density by its formula.
fn ln_normal(x: f64, mean: f64, sd: f64) -> f64 {
    -0.5 * ((x - mean) / sd).powi(2) - sd.ln() - 0.5 * std::f64::consts::TAU.ln()
}

#[test]
fn missing_outcomes_say_nothing() {
    let some = line(|line| line.fit(&[(1.0, Some(2.5)), (7.0, None), (2.0, Some(3.0))]));
    let rest = line(|line| line.fit(&[(1.0, 2.5), (2.0, 3.0)]));
    let other = line(|line| line.fit(&[(1.0, 2.5), (7.0, 0.0), (2.0, 3.0)]));
    assert_eq!(log_density(&some, &[0.4]), log_density(&rest, &[0.4]));
    assert_ne!(log_density(&some, &[0.4]), log_density(&other, &[0.4]));
    let none = line(|line| line.fit(&[(1.0, None::<f64>)]));
    assert_close(log_density(&none, &[0.4]), ln_normal(0.4, 0.0, 1.0));
}

#[test]
fn imputed_outcomes_are_unknowns_called_by_their_row() {
    let model = line(|line| {
        let missing = line.impute(&[(1.0, Some(2.5)), (7.0, None), (2.0, None)]);
        missing.named("outcome")
    });
    let posterior = model.compile().unwrap();
    assert_eq!(posterior.labels(), ["outcome.1", "outcome.2"]);
    assert_eq!(posterior.dimension(), 3);
    // The slope is twice its parameter, an outcome is its mean and 1.5 times its own.
    let (position, slope) = ([0.4, 1.0, -1.0], 0.8);
    let by_hand =
        ln_normal(2.5, slope, 1.5) + position.map(|z| ln_normal(z, 0.0, 1.0)).iter().sum::<f64>();
    assert_close(log_density(&model, &position), by_hand);
    let outcomes = posterior.drawer()(&position, &mut ChaCha8Rng::seed_from_u64(1));
    assert_close(outcomes[&1], 7.0 * slope + 1.5);
    assert_close(outcomes[&2], 2.0 * slope - 1.5);
}

#[test]
fn weight_multiplies_the_log_density_of_its_row() {
    let rows = [(1.0, 2.5), (2.0, 3.0), (f64::NAN, f64::NAN), (4.0, 1.0)];
    let model = line(|line| line.fit_weighted(&rows, &[0.5, 3.0, 0.0, 1.25]));
    let slope = 0.8;
    let by_hand = ln_normal(0.4, 0.0, 1.0)
        + 0.5 * ln_normal(2.5, slope, 1.5)
        + 3.0 * ln_normal(3.0, 2.0 * slope, 1.5)
        + 1.25 * ln_normal(1.0, 4.0 * slope, 1.5);
    assert_close(log_density(&model, &[0.4]), by_hand);
    let equal = line(|line| line.fit(&[rows[0], rows[1], rows[3]]));
    assert!((log_density(&equal, &[0.4]) - by_hand).abs() > 0.1);
}

#[test]
fn weights_count_where_no_row_differs_in_its_distribution() {
    let counts = |weights: &[f64]| {
        let rate = Gamma::new(2.0, 1.0).param();
        let weights = weights.to_vec();
        rate.flat_map(move |rate| {
            let same = Predictor::from_fn(move |_: &Real| Poisson::new(&rate));
            same.fit_weighted(&[(0, 3), (0, 3)], &weights)
        })
    };
    let [none, one, four] =
        [[0.0, 0.0], [1.0, 0.0], [1.5, 2.5]].map(|weights| log_density(&counts(&weights), &[0.3]));
    assert_close(four - none, 4.0 * (one - none));
    assert!(one != none);
}

#[test]
fn weights_that_are_none_are_refused() {
    let rows = [(1.0, 2.5), (2.0, 3.0)];
    for weight in [-1.0, f64::NAN, f64::INFINITY] {
        let error = error(&line(|line| line.fit_weighted(&rows, &[1.0, weight])));
        let ModelError::Data(error) = error else {
            panic!("{error}");
        };
        assert_eq!((error.row, error.requirement), (1, DataRequirement::Weight));
    }
    let short = error(&line(|line| line.fit_weighted(&rows, &[1.0])));
    assert_eq!(short, ModelError::Weights { rows: 2, got: 1 });
}

#[test]
fn errors_name_the_row_of_the_data_not_of_those_left() {
    let message = |model: RandomVariable<()>| error(&model).to_string();
    assert_eq!(
        message(line(|line| line.fit(&[
            (1.0, None),
            (2.0, Some(1.0)),
            (3.0, Some(f64::NAN))
        ]))),
        "Normal: the value in row 2 must be a number, got NaN",
    );
    assert_eq!(
        message(line(
            |line| line.fit_weighted(&[(1.0, 1.0), (2.0, f64::NAN)], &[0, 1])
        )),
        "Normal: the value in row 1 must be a number, got NaN",
    );
}

#[test]
fn covariates_are_refused_in_the_same_words_whether_the_outcome_is_seen_or_imputed() {
    for (covariate, requirement) in [(f64::NAN, "a number"), (f64::INFINITY, "finite")] {
        let seen = line(|line| line.fit(&[(f64::NAN, None), (covariate, Some(1.0))]));
        let imputed = line(|line| line.impute(&[(1.0, Some(1.0)), (covariate, None)]));
        let expected =
            format!("Predictor: the value in row 1 must be {requirement}, got {covariate}");
        assert_eq!(error(&seen).to_string(), expected);
        assert_eq!(error(&imputed).to_string(), expected);
    }
}

#[test]
fn group_without_an_effect_is_refused_by_its_row_in_the_data() {
    let model = |rows: [(usize, Option<f64>); 4]| {
        Normal::new(0.0, 1.0).vector(2).flat_map(move |effects| {
            Predictor::from_fn(move |group: &Real| Normal::new(Real::lookup(group, &effects), 1.0))
                .fit(&rows)
        })
    };
    let rows = |last| [(0, Some(1.0)), (9, None), (1, Some(0.5)), (last, Some(2.0))];
    assert!(model(rows(1)).compile().is_ok());
    assert_eq!(
        error(&model(rows(2))),
        ModelError::Bind(BindError::Index {
            column: "covariate 0".to_owned(),
            row: 3,
            value: "2".to_owned(),
            entries: 2,
        })
    );
}

#[test]
fn group_without_an_effect_is_refused_by_its_row_where_the_outcome_is_imputed() {
    let model = |group: usize| {
        Normal::new(0.0, 1.0).vector(2).flat_map(move |effects| {
            let by_group = move |(size, group): &(Real, Real)| {
                Normal::new(size * Real::lookup(group, &effects), 1.0)
            };
            Predictor::from_fn(by_group).impute(&[
                ((1.5, 0), Some(1.0)),
                ((0.5, 1), None),
                ((2.5, group), None),
            ])
        })
    };
    assert_eq!(model(1).compile().unwrap().dimension(), 4);
    assert_eq!(
        model(2).compile().unwrap_err(),
        ModelError::Bind(BindError::Index {
            column: "covariate 1".to_owned(),
            row: 2,
            value: "2".to_owned(),
            entries: 2,
        })
    );
}
