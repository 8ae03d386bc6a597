//! Log likelihoods of single outcomes, and what follows from them: they are those written by hand,
//! and leave-one-out agrees with the exact answer where there is one.

use rainier_core::{Column, Real};
use rainier_dist::continuous::{Gamma, Normal};
use rainier_dist::discrete::{NegativeBinomial, Poisson};
use rainier_dist::distribution::{Discrete, Distribution};
use rainier_dist::multivariate::MultivariateNormal;
use rainier_dist::{Environment, Fit, FitRows, ModelError, Param, Predictor, model};
use rainier_sampler::diagnostics::{compare, loo, waic};
use rainier_sampler::{Nuts, Run};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use testkit::STANDARD_ERRORS;

fn ln_normal(x: f64, mean: f64, sd: f64) -> f64 {
    let z = (x - mean) / sd;
    -0.5 * z * z - sd.ln() - 0.5 * std::f64::consts::TAU.ln()
}

fn short_run() -> Run {
    Run::default()
        .with_seed(3)
        .with_chains(2)
        .with_warm_up(100)
        .with_draws(21)
}

fn assert_near(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-12 * expected.abs().max(1.0),
        "{found} is not {expected}"
    );
}

#[test]
fn each_row_has_the_log_density_written_by_hand() {
    let rows = [
        ((0, 1.0), Some(0.3)),
        ((1, 2.0), None),
        ((1, -1.0), Some(2.0)),
        ((0, 4.0), Some(-1.0)),
        ((0, 1.0), Some(0.3)),
    ];
    let (weights, others) = ([2.0, 1.0, 1.0, 0.0, 0.5], [1.5, 2.5, 3.5]);
    let model = model! {
        effect = Normal::new(0, 1).vector(2);
        () = {
            let effect = effect.clone();
            let by_group = Predictor::from_fn(move |(group, x): &(Real, Real)| {
                Normal::new(Real::lookup(group, &effect) * x, 2)
            });
            by_group.fit_weighted(&rows, &weights)
        };
        () = Normal::new(&effect[0], 1).fit(Column::named("others", others));
        yield effect
    };
    let trace = model
        .sample(&Nuts::default(), &short_run())
        .expect("a trace");
    let found = trace.log_likelihood().expect("outcomes");
    assert_eq!(found.labels(), ["Normal", "others"]);
    // The second row has no outcome and the fourth no weight.
    let places: Vec<_> = (0..6).map(|outcome| found.place(outcome)).collect();
    let expected = [
        ("Normal", 0),
        ("Normal", 2),
        ("Normal", 4),
        ("others", 0),
        ("others", 1),
        ("others", 2),
    ];
    assert_eq!(places, expected.map(Some));
    assert_eq!(found.place(6), None);
    for (chain, draws) in found.chains().iter().zip(trace.chains()) {
        assert_eq!(chain.len(), 6 * 21);
        for (row, effect) in chain.chunks(6).zip(draws) {
            assert_near(row[0], 2.0 * ln_normal(0.3, effect[0], 2.0));
            assert_near(row[1], ln_normal(2.0, -effect[1], 2.0));
            assert_near(row[2], 0.5 * ln_normal(0.3, effect[0], 2.0));
            for (found, y) in row[3..].iter().zip(others) {
                assert_near(*found, ln_normal(y, effect[0], 1.0));
            }
        }
    }
    let part = found.part("others").expect("a part");
    assert_eq!((part.outcomes(), part.place(1)), (3, Some(("others", 1))));
    assert_eq!(part.chains()[1][..3], found.chains()[1][3..6]);
    assert_eq!(found.part("none of them"), None);
}

#[test]
fn log_likelihoods_add_up_to_the_likelihood() {
    let counts = [0, 3, 0, 1, 7, 3];
    let likelihood = |rate: &Real| Poisson::new(rate).zero_inflated(0.3).fit(counts);
    let model = Gamma::new(2, 1)
        .param()
        .flat_map(|rate| likelihood(&rate).map(|()| rate));
    let trace = model
        .sample(&Nuts::default(), &short_run())
        .expect("a trace");
    let found = trace.log_likelihood().expect("outcomes");
    for (row, rate) in found.chains().concat().chunks(6).zip(trace.draws()) {
        let posterior = likelihood(&Real::constant(*rate))
            .compile()
            .expect("no unknowns");
        let whole = rainier_sampler::LogDensity::log_density(&mut posterior.evaluator(), &[]);
        assert_near(row.iter().sum(), whole);
    }
}

#[test]
fn rows_of_vectors_and_placeholders_are_outcomes() {
    let y = Column::placeholder("y");
    let model = Normal::new(0, 1).param().flat_map(|mean| {
        let pair = MultivariateNormal::from_covariance(
            [mean.clone(), 2.0 * &mean],
            &[[1.0, 0.0], [0.0, 1.0]],
        );
        let rows = FitRows::fit(&pair, [[0.5, 1.0], [2.0, -1.0]]);
        Normal::new(&mean, 1).fit(&y).zip(rows).map(|_| mean)
    });
    let posterior = model
        .template()
        .expect("a program")
        .bind(&[(&y, &[4.0, 5.0])])
        .expect("data");
    let trace = posterior
        .sample(&Nuts::default(), &short_run())
        .expect("a trace");
    let found = trace.log_likelihood().expect("outcomes");
    assert_eq!(found.labels(), ["y", "MultivariateNormal"]);
    for (row, mean) in found.chains().concat().chunks(4).zip(trace.draws()) {
        assert_near(row[1], ln_normal(5.0, *mean, 1.0));
        assert_near(
            row[3],
            ln_normal(2.0, *mean, 1.0) + ln_normal(-1.0, 2.0 * mean, 1.0),
        );
    }
}

#[test]
fn a_model_without_data_has_no_log_likelihood() {
    let trace = Normal::new(0, 1)
        .param()
        .sample(&Nuts::default(), &short_run())
        .expect("a trace");
    assert_eq!(trace.log_likelihood(), Err(ModelError::NoOutcomes));
}

/// yᵢ ~ Normal(μ, 1) with μ ~ Normal(0, 2²): the mean given all but yᵢ is normal with precision
/// τ = 1/4 + n − 1 and mean Σⱼ yⱼ / τ, and yᵢ given the others has variance 1 + 1/τ.
#[test]
fn leave_one_out_is_the_exact_one_of_a_conjugate_model() {
    let data = [0.3, -1.2, 2.1, 0.8, 1.5, -0.4, 0.9, 3.0];
    let (total, precision) = (data.iter().sum::<f64>(), 0.25 + (data.len() - 1) as f64);
    let exact = data.map(|y| ln_normal(y, (total - y) / precision, (1.0 + 1.0 / precision).sqrt()));
    let exact: f64 = exact.iter().sum();

    let model = Normal::new(0, 2)
        .param()
        .flat_map(|mean| Normal::new(&mean, 1).fit(data));
    let run = Run::default()
        .with_seed(1)
        .with_chains(16)
        .with_warm_up(300);
    let trace = model.sample(&Nuts::default(), &run).expect("a trace");
    let found = trace.log_likelihood().expect("outcomes");
    assert!(found.loo().expect("draws").unreliable().is_empty());

    let each = found
        .chains()
        .iter()
        .map(|chain| loo(&[chain], data.len()).expect("draws"));
    let each: Vec<f64> = each.map(|loo| loo.accuracy.elpd).collect();
    let fitted = found.chains().iter().map(|chain| {
        let waic = waic(&[chain], data.len()).expect("draws");
        waic.elpd + waic.effective_parameters
    });
    let fitted: Vec<f64> = fitted.collect();
    let errors_from_exact = |estimates: &[f64]| {
        let count = estimates.len() as f64;
        let mean = estimates.iter().sum::<f64>() / count;
        let squares: f64 = estimates.iter().map(|x| (x - mean).powi(2)).sum();
        (mean - exact).abs() / (squares / (count - 1.0) / count).sqrt()
    };
    assert!(
        errors_from_exact(&each) < STANDARD_ERRORS,
        "{each:?}, exact {exact}"
    );
    // How well the data are fitted is not how well they are predicted.
    assert!(errors_from_exact(&fitted) > STANDARD_ERRORS);
}

#[test]
fn the_model_the_data_came_from_predicts_better() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let truth = NegativeBinomial::new(8, 0.7).generator().repeat(40);
    let counts: Vec<i64> = truth.draw(&Environment::empty(), &mut rng);
    let run = Run::default().with_seed(5).with_draws(500);
    let poisson = model! {
        mean = Gamma::new(2, 5).param();
        () = Poisson::new(&mean).fit(&counts);
        yield mean
    };
    let dispersed = model! {
        mean = Gamma::new(2, 5).param();
        dispersion = Gamma::new(2, 1).param();
        () = NegativeBinomial::new(&mean, &dispersion).fit(&counts);
        yield (mean, dispersion)
    };
    let poisson = poisson.sample(&Nuts::default(), &run).expect("a trace");
    let dispersed = dispersed.sample(&Nuts::default(), &run).expect("a trace");
    let [poisson, dispersed] = [poisson.log_likelihood(), dispersed.log_likelihood()]
        .map(|found| found.expect("outcomes").loo().expect("draws"));
    let difference = compare(&dispersed.accuracy, &poisson.accuracy).expect("the same outcomes");
    assert!(
        difference.elpd > 3.0 * difference.standard_error,
        "{difference:?}"
    );
    // A model whose variance is right spends no more parameters than it has; one rate for twelve
    // times its variance looks like many.
    assert!(dispersed.accuracy.effective_parameters < 4.0);
    assert!(poisson.accuracy.effective_parameters > 4.0);
}
