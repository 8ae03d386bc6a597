//! Models keep the promises of their composition: what counts once, what adds, what is called
//! how, and what is refused.
//!
//! In: small models. Out: their log density, labels and errors.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::{BTreeMap, HashMap};

use rainier_core::{BindError, Column, CompileError, Real};
use rainier_dist::continuous::{Exponential, Gamma, Normal, Uniform};
use rainier_dist::discrete::{Bernoulli, Binomial, Poisson};
use rainier_dist::distribution::{Discrete, Distribution};
use rainier_dist::{
    DataRequirement, Fit, Generator, ModelError, Param, Predictor, RandomVariable, SampleError,
    Value, model,
};
use rainier_sampler::{Hmc, Lbfgs, LogDensity, LogDensityGradient, Nuts, Run, Walkers};

fn log_density<T: Value + Clone>(model: &RandomVariable<T>, position: &[f64]) -> f64 {
    model.compile().unwrap().evaluator().log_density(position)
}

fn labels<T: Value + Clone>(model: &RandomVariable<T>) -> Vec<String> {
    model.compile().unwrap().labels().to_vec()
}

fn quick_run() -> Run {
    Run::default()
        .with_seed(1)
        .with_chains(2)
        .with_warm_up(100)
        .with_draws(50)
}

fn standard() -> RandomVariable<Real> {
    Normal::new(0.0, 1.0).param()
}

// ---- What counts ------------------------------------------------------------------------------

#[test]
fn variable_zipped_with_itself_counts_once() {
    let once = standard();
    let mut many = once.clone().map(|_| ());
    for _ in 0..60 {
        many = many.clone().zip(many).map(|_| ());
    }
    assert_eq!(log_density(&many, &[0.7]), log_density(&once, &[0.7]));
}

#[test]
fn two_unknowns_of_one_prior_count_twice() {
    let prior = Normal::new(0.0, 1.0);
    let both = prior.param().zip(prior.param());
    let one = log_density(&prior.param(), &[0.7]);
    assert!(testkit::relative_error(log_density(&both, &[0.7, 0.7]), 2.0 * one) < 1e-15);
}

#[test]
fn conditions_add() {
    let model = standard().condition(|x| 3.0 * x).condition(|x| x * x);
    let expected = log_density(&standard(), &[2.0]) + 6.0 + 4.0;
    assert_eq!(log_density(&model, &[2.0]), expected);
}

#[test]
fn likelihood_of_rows_is_the_sum_over_rows() {
    let model = standard().flat_map(|x| Normal::new(&x, 2.0).fit([1.0, 2.0, 4.0]));
    let by_hand: f64 = [1.0, 2.0, 4.0]
        .map(|row| {
            Normal::new(0.5, 2.0)
                .log_density(&Real::constant(row))
                .as_constant()
                .unwrap()
        })
        .iter()
        .sum();
    let expected = log_density(&standard(), &[0.5]) + by_hand;
    assert!(testkit::relative_error(log_density(&model, &[0.5]), expected) < 1e-14);
}

#[test]
fn data_under_a_constant_density_count_by_their_number() {
    let model = Uniform::new(0.0, 4.0).fit([1.0, 2.0, 3.0]);
    assert!(testkit::relative_error(log_density(&model, &[]), -3.0 * 4_f64.ln()) < 1e-15);
}

#[test]
fn undefined_density_is_minus_infinity() {
    let model = standard().condition(Real::ln);
    let mut density = model.compile().unwrap().evaluator();
    assert_eq!(density.log_density(&[-1.0]), f64::NEG_INFINITY);
    assert_eq!(
        density.log_density_and_gradient(&[-1.0], &mut [0.0]),
        f64::NEG_INFINITY
    );
    assert!(density.log_density(&[1.0]).is_finite());
}

#[test]
fn parameter_outside_its_domain_makes_the_density_minus_infinity() {
    let model = Normal::new(5.0, 5.0)
        .param()
        .flat_map(|rate| Poisson::new(&rate).fit([1, 2]));
    let mut density = model.compile().unwrap().evaluator();
    let mut gradient = [f64::NAN];
    // z = −2 is a rate of −5.
    assert_eq!(
        density.log_density_and_gradient(&[-2.0], &mut gradient),
        f64::NEG_INFINITY
    );
    assert!(gradient[0].is_finite());
}

#[test]
fn support_that_depends_on_an_unknown_is_checked_by_the_density() {
    let model = Exponential::new(1.0)
        .param()
        .flat_map(|high| Uniform::new(0.0, &high).fit([1.0, 2.0]).map(|()| high));
    let posterior = model.compile().unwrap();
    let trace = posterior.sample(&Nuts::default(), &quick_run()).unwrap();
    assert!(trace.draws().iter().all(|&high| high > 2.0));
}

#[test]
fn parameters_are_in_order_of_first_appearance() {
    let (a, b, c) = (
        standard().named("a"),
        standard().named("b"),
        standard().named("c"),
    );
    let model = b.clone().zip(a.clone()).zip(b).zip(c).zip(a);
    assert_eq!(model.compile().unwrap().names(), ["b", "a", "c"]);
}

// ---- What comes out ---------------------------------------------------------------------------

#[test]
fn labels_are_names_or_places() {
    assert_eq!(labels(&standard()), ["value"]);
    assert_eq!(labels(&standard().named("rate")), ["rate"]);
    assert_eq!(labels(&standard().zip(standard())), ["0", "1"]);
    assert_eq!(labels(&standard().named("a").zip(standard())), ["a", "1"]);
    assert_eq!(labels(&RandomVariable::fill(2, standard)), ["[0]", "[1]"]);
    assert_eq!(
        labels(&RandomVariable::fill(2, standard).named("w")),
        ["w[0]", "w[1]"]
    );
    assert_eq!(
        labels(&standard().zip(standard()).named("p")),
        ["p.0", "p.1"]
    );
    let keyed = standard().map(|x| BTreeMap::from([("b", x.clone()), ("a", x.exp())]));
    assert_eq!(labels(&keyed), ["a", "b"]);
    let hashed = standard().map(|x| HashMap::from([("b", [x.clone()]), ("a", [x.exp()])]));
    assert_eq!(labels(&hashed), ["a[0]", "b[0]"]);
}

#[test]
fn first_name_stays_and_repeated_names_are_numbered() {
    assert_eq!(labels(&standard().named("inner").named("outer")), ["inner"]);
    assert_eq!(
        labels(&standard().named("x").zip(standard().named("x"))),
        ["x", "x_2"]
    );
}

#[test]
fn constants_and_repeated_expressions_are_not_reported_twice() {
    let model = standard().map(|x| (x.clone(), Real::constant(2.0), x));
    assert_eq!(labels(&model), ["0"]);
    let trace = model.sample(&Nuts::default(), &quick_run()).unwrap();
    assert!(
        trace
            .draws()
            .iter()
            .all(|&(first, two, again)| two == 2.0 && first == again)
    );
}

#[test]
fn every_shape_of_value_comes_out() {
    let model = standard().map(|x| {
        let generator = Normal::new(&x, 1.0).generator();
        (
            [x.clone(), &x * 2.0],
            vec![generator.repeat(2)],
            HashMap::from([("key".to_owned(), (x.clone(), 3_i64))]),
            generator.map(|draw| draw > 0.0),
            ("text".to_owned(), ()),
        )
    });
    let trace = model.sample(&Nuts::default(), &quick_run()).unwrap();
    for (array, generated, map, sign, text) in trace.draws() {
        assert_eq!(array[1], 2.0 * array[0]);
        assert!(generated[0].len() == 2 && generated[0][0] != generated[0][1]);
        assert_eq!(map["key"], (array[0], 3));
        let _: &bool = sign;
        assert_eq!(*text, ("text".to_owned(), ()));
    }
    assert_eq!(trace.trace().names(), ["0[0]", "0[1]"]);
}

#[test]
fn reported_numbers_and_draws_agree() {
    let model = standard()
        .zip(standard())
        .map(|(x, y)| (&x + &y, x, y))
        .named("p");
    let trace = model.sample(&Nuts::default(), &quick_run()).unwrap();
    assert_eq!(trace.trace().names(), ["p.0", "p.1", "p.2"]);
    assert_eq!(trace.positions().dimension(), 2);
    for (chain, draws) in trace.chains().enumerate() {
        for (index, &(sum, x, y)) in draws.iter().enumerate() {
            assert_eq!(trace.trace().draw(chain, index), [sum, x, y]);
            assert_eq!(sum, x + y);
        }
    }
}

#[test]
fn draws_do_not_depend_on_threads() {
    let model = standard().map(|x| (Normal::new(&x, 1.0).generator(), x));
    let sample = |threads| {
        let run = quick_run().with_threads(threads);
        model.sample(&Nuts::default(), &run).unwrap().into_draws()
    };
    assert_eq!(sample(1), sample(2));
}

#[test]
fn generator_in_the_value_changes_no_other_number() {
    let plain = standard().map(|x| x);
    let predicting = standard().map(|x| (Normal::new(&x, 1.0).generator(), x));
    let plain = plain
        .sample(&Nuts::default(), &quick_run())
        .unwrap()
        .into_draws();
    let predicting = predicting.sample(&Nuts::default(), &quick_run()).unwrap();
    let same: Vec<f64> = predicting.draws().iter().map(|&(_, x)| x).collect();
    assert_eq!(plain, same);
    // Both chains generate, each from numbers of its own.
    let standardised: Vec<f64> = predicting.draws().iter().map(|&(y, x)| y - x).collect();
    assert_ne!(standardised[..50], standardised[50..]);
}

#[test]
fn walkers_sample_models_too() {
    let model = standard().zip(standard());
    let trace = model.sample(&Walkers::default(), &quick_run()).unwrap();
    assert_eq!(trace.draws().len(), trace.trace().chains() * 50);
}

#[test]
fn expressions_made_while_drawing_are_evaluated() {
    let model = standard().map(|x| {
        let shifted = x.clone();
        Generator::constant(1.0)
            .flat_map(move |one| Generator::value(&(&shifted + one)))
            .zip(&Generator::value(&x))
    });
    let trace = model.sample(&Nuts::default(), &quick_run()).unwrap();
    assert!(trace.draws().iter().all(|&(shifted, x)| shifted == x + 1.0));
}

// ---- What is refused --------------------------------------------------------------------------

fn error<T: Value + Clone>(model: &RandomVariable<T>) -> ModelError {
    model.compile().map(|_| ()).unwrap_err()
}

#[test]
fn constant_parameters_are_checked() {
    let model = standard().zip(Gamma::new(-2.0, 1.0).param());
    assert_eq!(
        error(&model).to_string(),
        "Gamma: shape must be positive and finite, got -2"
    );
    let model = Bernoulli::new(f64::NAN).fit([true]);
    assert!(matches!(error(&model), ModelError::Parameter(e) if e.value.is_nan()));
    let sampled = Bernoulli::new(1.5)
        .fit([true])
        .sample(&Nuts::default(), &quick_run());
    assert!(matches!(
        sampled,
        Err(SampleError::Model(ModelError::Parameter(_)))
    ));
}

#[test]
fn impossible_data_are_named_by_row() {
    let data_error = |model: &RandomVariable<()>| match error(model) {
        ModelError::Data(error) => (error.row, error.requirement),
        other => panic!("a data error was expected, got {other}"),
    };
    let normal = Normal::new(0.0, 1.0);
    assert_eq!(
        data_error(&normal.fit([1.0, f64::NAN])),
        (1, DataRequirement::Number)
    );
    assert_eq!(
        data_error(&Poisson::new(2.0).fit([1, 2, -3])),
        (2, DataRequirement::InSupport)
    );
    assert_eq!(
        data_error(&Poisson::new(2.0).fit([0.5])),
        (0, DataRequirement::InSupport)
    );
    assert_eq!(
        data_error(&Binomial::new(3.0, 0.5).fit([3, 4])),
        (1, DataRequirement::InSupport)
    );
    let inflated = Poisson::new(2.0).zero_inflated(0.1);
    assert_eq!(
        data_error(&inflated.fit([0, -1])),
        (1, DataRequirement::InSupport)
    );
    let predictor = Predictor::from_fn(|x: &Real| Normal::new(x, 1.0));
    assert_eq!(
        data_error(&predictor.fit(&[(1.0, 1.0), (f64::INFINITY, 1.0)])),
        (1, DataRequirement::Finite)
    );
    assert_eq!(
        data_error(&predictor.fit(&[(1.0, f64::NAN)])),
        (0, DataRequirement::Number)
    );
}

#[test]
fn unknown_without_its_variable_does_not_compile() {
    let orphan = standard().value().clone();
    let model = Normal::new(&orphan, 1.0).param();
    assert!(matches!(
        error(&model),
        ModelError::Compile(CompileError::UnknownParameter { .. })
    ));
}

#[test]
fn a_model_without_unknowns_says_so_when_it_is_to_be_sampled() {
    let model = Poisson::new(2.0).fit([1, 3]).map(|()| Real::constant(4.0));
    // Its density is a number all the same: 2⁴ e⁻⁴ / 3!.
    assert!((log_density(&model, &[]) - (16.0_f64 / 6.0).ln() + 4.0).abs() < 1e-14);
    let refused = |found: SampleError| {
        assert_eq!(found, ModelError::NoParameters.into());
        assert!(found.to_string().contains("must have unknown parameters"));
    };
    refused(model.sample(&Nuts::default(), &quick_run()).unwrap_err());
    refused(model.optimize(&Lbfgs::default(), &quick_run()).unwrap_err());
    let many = model.template().unwrap();
    let no_data: Vec<(&Column, &[f64])> = Vec::new();
    let found = many.fit_many([(1, no_data)], &Hmc::default(), &quick_run());
    refused(found.map(|_| ()).unwrap_err());
}

#[test]
fn template_needs_all_its_data_and_no_other() {
    let (counts, other) = (Column::placeholder("counts"), Column::placeholder("other"));
    let model = Gamma::new(2.0, 1.0)
        .param()
        .flat_map(|rate| Poisson::new(&rate).fit(&counts));
    assert_eq!(
        error(&model),
        ModelError::Bind(BindError::Missing {
            column: "counts".to_owned()
        })
    );
    let template = model.template().unwrap();
    let bind = |data: &[(&Column, &[f64])]| template.bind(data).map(|_| ());
    let unused = BindError::Unused {
        column: "other".to_owned(),
    };
    assert_eq!(
        bind(&[(&counts, &[1.0]), (&other, &[1.0])]),
        Err(ModelError::Bind(unused))
    );
    assert!(matches!(
        bind(&[(&counts, &[-1.0])]),
        Err(ModelError::Data(_))
    ));
    assert_eq!(bind(&[(&counts, &[1.0, 5.0])]), Ok(()));
}

#[test]
fn bound_template_is_the_model_with_its_data_written_in() {
    let counts = Column::placeholder("counts");
    let model = |data: &Column| {
        Gamma::new(2.0, 1.0)
            .param()
            .flat_map(|rate| Poisson::new(&rate).fit(data).map(|()| rate))
    };
    let template = model(&counts).template().unwrap();
    for data in [vec![1.0], vec![4.0, 0.0, 2.0]] {
        let bound = template.bind(&[(&counts, &data)]).unwrap();
        let written = model(&Column::new(data)).compile().unwrap();
        for position in [-1.0, 0.3, 2.0] {
            assert_eq!(
                bound.evaluator().log_density(&[position]),
                written.evaluator().log_density(&[position])
            );
        }
    }
}

// ---- Covariates -------------------------------------------------------------------------------

#[test]
fn predictor_is_the_likelihood_row_by_row() {
    let rows = [((1, [0.5, -1.0]), 2.0), ((2, [1.5, 0.0]), 1.0)];
    let at = |slope: &Real, (count, [a, b]): &(Real, [Real; 2])| {
        Normal::new(slope * count + a * b, 1.0 + a.exp())
    };
    let model = standard().flat_map(|slope| {
        Predictor::from_fn(move |x: &(Real, [Real; 2])| at(&slope, x)).fit(&rows)
    });
    let by_hand = standard().flat_map(|slope| {
        let fits = rows.map(|((count, [a, b]), outcome)| {
            at(&slope, &(Real::from(count), [a, b].map(Real::constant))).fit(outcome)
        });
        RandomVariable::sequence(fits)
    });
    let (model, by_hand) = (log_density(&model, &[0.8]), log_density(&by_hand, &[0.8]));
    assert!(testkit::relative_error(model, by_hand) < 1e-14);
}

#[test]
fn predictor_guards_each_row() {
    // The rate is negative in the second row.
    let predictor = Predictor::from_fn(|x: &Real| Poisson::new(x));
    assert_eq!(
        log_density(&predictor.fit(&[(1.0, 1), (-1.0, 1)]), &[]),
        f64::NEG_INFINITY
    );
    assert!(log_density(&predictor.fit(&[(1.0, 1), (2.0, 1)]), &[]).is_finite());
}

// ---- Do-notation ------------------------------------------------------------------------------

#[test]
fn do_notation_names_and_copies() {
    let counts = vec![0_u64, 3, 0, 5];
    let model = model! {
        shape = Gamma::new(2, 1).param();
        (rate, _shift) = standard().zip(standard());
        let scale = rate.exp();
        let rate = scale + shape;
        () = Poisson::new(rate).fit(&counts);
        () = Poisson::new(&rate).zero_inflated(0.5).fit(&counts);
        yield (shape, rate)
    };
    let posterior = model.compile().unwrap();
    assert_eq!(posterior.names(), ["shape", "rate", "_shift"]);
    assert_eq!(posterior.labels(), ["shape", "1"]);
}

#[test]
fn do_notation_is_nested_flat_maps() {
    let counts = [0, 3, 0, 5, 4];
    let lines = model! {
        zero_prob = Uniform::new(0, 1).param();
        rate = Normal::new(5, 5).param();
        () = Poisson::new(&rate).zero_inflated(&zero_prob).fit(counts);
        yield (zero_prob, rate)
    };
    let combined = Uniform::new(0.0, 1.0)
        .param()
        .zip(Normal::new(5.0, 5.0).param())
        .flat_map(|(zero_prob, rate)| {
            Poisson::new(&rate)
                .zero_inflated(&zero_prob)
                .fit(counts)
                .map(|()| (zero_prob, rate))
        });
    let draws = |model: &RandomVariable<(Real, Real)>| {
        model
            .sample(&Nuts::default(), &quick_run())
            .unwrap()
            .into_draws()
    };
    assert_eq!(draws(&lines), draws(&combined));
}
