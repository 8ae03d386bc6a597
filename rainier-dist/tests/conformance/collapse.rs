//! Claims: fitted to data, every distribution has the log density and the gradient that its
//! values have one by one.
//!
//! In: a column bound to a compiled model, whose sums over rows were taken apart. Out: the same
//! to 1e-10 of the sum of all sizes as from one evaluation for each row, for random parameters and
//! numbers of rows; also with weights, groups, and zeros beside a density.

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use rainier_core::{Column, Program, Real};
use rainier_dist::combined::Mixture;
use rainier_dist::continuous::{Flat, Gamma, LogNormal, Normal, StudentT};
use rainier_dist::discrete::{Bernoulli, Binomial, NegativeBinomial, Poisson};
use rainier_dist::distribution::{Continuous, Cumulative, Discrete, Distribution};
use rainier_dist::{Fit, Param, Posterior, Predictor, RandomVariable};
use rainier_sampler::LogDensityGradient;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use crate::table::{Kind, draws, rows};

/// Of the sum of the sizes of all terms, as much may be lost by another order.
const TOLERANCE: f64 = 1e-10;

/// Random cases for each distribution.
const CASES: u32 = 12;

/// Log density and gradient, each with the sum of the sizes of its terms.
struct Sums {
    sums: Vec<f64>,
    sizes: Vec<f64>,
}

impl Sums {
    /// The sum of what there is for each row, times its weight.
    fn of(terms: impl IntoIterator<Item = (f64, Vec<f64>)>) -> Self {
        let (mut sums, mut sizes) = (Vec::new(), Vec::new());
        for (weight, term) in terms {
            sums.resize(term.len(), 0.0);
            sizes.resize(term.len(), 0.0);
            for (place, part) in term.iter().enumerate() {
                sums[place] += weight * part;
                sizes[place] += (weight * part).abs();
            }
        }
        Self { sums, sizes }
    }

    fn agree_with(&self, found: &[f64]) -> bool {
        let all = self.sums.iter().zip(&self.sizes).zip(found);
        let mut each =
            all.map(|((sum, size), found)| sum == found || (sum - found).abs() <= TOLERANCE * size);
        self.sums.len() == found.len() && each.all(|agrees| agrees)
    }
}

/// Log density and gradient of a model.
fn of_model<T>(posterior: &Posterior<T>, at: &[f64]) -> Vec<f64> {
    let mut slopes = vec![0.0; at.len()];
    let value = posterior
        .evaluator()
        .log_density_and_gradient(at, &mut slopes);
    [vec![value], slopes].concat()
}

/// Unknowns without a prior: log density and gradient of a model are those of its data.
fn unknowns(count: usize) -> RandomVariable<Vec<Real>> {
    Flat::new().vector(count)
}

/// The same cases in every run.
fn cases() -> TestRunner {
    let config = ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn every_distribution_over_a_column_is_the_sum_over_its_rows() {
    for row in rows() {
        let (free, arguments) = row.real_unknowns();
        let base = row.values_of(&arguments);
        let column = Column::placeholder("data");
        let template = unknowns(free.len())
            .flat_map(|values| {
                let mut values = values.into_iter();
                let all: Vec<Real> = arguments
                    .iter()
                    .map(|argument| match argument.as_constant() {
                        Some(_) => argument.clone(),
                        None => values.next().unwrap(),
                    })
                    .collect();
                match (row.of)(&all).kind {
                    Kind::Numbers(distribution) => distribution.fit(&column),
                    Kind::Counts(distribution) => distribution.fit(&column),
                }
            })
            .template()
            .unwrap();
        let x = Real::parameter("x");
        let ln_p = (row.of)(&arguments).log_density(&x);
        let inputs: Vec<Real> = free.iter().chain([&x]).cloned().collect();
        let single = Program::compile_with_gradient(&ln_p, &inputs).unwrap();
        let single = single.bind(&[]).unwrap();
        let factors = vec(0.9_f64..1.1, base.len());
        let case = (factors, any::<u64>(), 0_usize..200);
        let outcome = cases().run(&case, |(factors, seed, count)| {
            let at: Vec<f64> = base
                .iter()
                .zip(factors)
                .map(|(base, by)| base * by)
                .collect();
            let mut data = row.at(row.parameters).draws(seed, count);
            data.push(row.x);
            let found = of_model(&template.bind(&[(&column, &data)]).unwrap(), &at);
            let mut single = single.evaluator();
            let expected = Sums::of(data.iter().map(|&x| {
                let mut term = single.evaluate(&[&at[..], &[x]].concat()).to_vec();
                term.pop();
                (1.0, term)
            }));
            assert!(
                expected.agree_with(&found),
                "{} at {at:?}, seed {seed}, {count} rows: {:?}, {found:?}",
                row.name,
                expected.sums
            );
            Ok(())
        });
        outcome.unwrap();
    }
}

/// Intercepts of three groups, a slope, and the logarithm of a scale.
const BASE: [f64; 5] = [0.3, -0.6, 1.1, 0.4, -0.5];

/// A row's distribution, given all unknowns, its group and its covariate.
type At<D> = fn(&[Real], &(Real, Real)) -> D;

/// intercept of the group + slope · x.
fn line(p: &[Real], (group, x): &(Real, Real)) -> Real {
    Real::lookup(group, &p[..3]) + &p[3] * x
}

/// A weighted table with groups has the log density and the gradient of its rows.
fn check_table<D: Distribution>(name: &str, at: At<D>) {
    let constants = |numbers: &[f64]| numbers.iter().map(|&x| x.into()).collect::<Vec<Real>>();
    let free: Vec<Real> = BASE.iter().map(|_| Real::parameter("p")).collect();
    let case = (vec(0.8_f64..1.2, BASE.len()), any::<u64>(), 1_usize..40);
    let outcome = cases().run(&case, |(factors, seed, count)| {
        let position: Vec<f64> = BASE
            .iter()
            .zip(factors)
            .map(|(base, by)| base * by)
            .collect();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut table = Vec::new();
        let mut weights = Vec::new();
        let mut terms = Vec::new();
        for _ in 0..count {
            // Few values of the covariate, so that rows are alike and merged.
            let row = (
                rng.random_range(0..3_usize),
                0.5 * f64::from(rng.random_range(-3..4)),
            );
            let covariates = (Real::constant(row.0 as f64), Real::constant(row.1));
            let seen = draws(
                &at(&constants(&BASE), &covariates).generator(),
                rng.random(),
                1,
            )[0];
            let weight = f64::from(rng.random_range(0..5)) / 4.0;
            table.push((row, seen));
            weights.push(weight);
            let ln_p = at(&free, &covariates).log_density(&Real::constant(seen));
            let single = Program::compile_with_gradient(&ln_p, &free).unwrap();
            let mut single = single.bind(&[]).unwrap().evaluator();
            terms.push((weight, single.evaluate(&position).to_vec()));
        }
        let model = unknowns(BASE.len()).flat_map(|p| {
            Predictor::from_fn(move |row: &(Real, Real)| at(&p, row)).fit_weighted(&table, &weights)
        });
        let found = of_model(&model.compile().unwrap(), &position);
        let expected = Sums::of(terms);
        assert!(
            expected.agree_with(&found),
            "{name} at {position:?}, seed {seed}, {count} rows: {:?}, {found:?}",
            expected.sums
        );
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn weighted_tables_with_groups_are_the_sums_over_their_rows() {
    check_table("Normal", |p, row| Normal::new(line(p, row), p[4].exp()));
    check_table("LogNormal", |p, row| {
        LogNormal::new(line(p, row), p[4].exp())
    });
    check_table("StudentT", |p, row| {
        StudentT::new(4, line(p, row), p[4].exp())
    });
    check_table("Gamma", |p, row| {
        Gamma::with_rate(p[4].exp(), (&p[4] - line(p, row)).exp())
    });
    check_table("Poisson", |p, row| Poisson::new(line(p, row).exp()));
    check_table("Poisson by logarithm", |p, row| {
        Poisson::with_log_rate(line(p, row))
    });
    check_table("Bernoulli", |p, row| Bernoulli::with_logit(line(p, row)));
    check_table("Binomial", |p, row| {
        Binomial::new(8, line(p, row).logistic())
    });
    check_table("NegativeBinomial", |p, row| {
        NegativeBinomial::new(line(p, row).exp(), p[4].exp())
    });
}

#[test]
fn weighted_tables_of_combined_distributions_are_the_sums_over_their_rows() {
    check_table("zero-inflated Poisson", |p, row| {
        Poisson::new(line(p, row).exp()).zero_inflated(p[4].logistic())
    });
    check_table("Poisson zero-inflated by group", |p, row| {
        Poisson::new((1.0 + &p[4]).exp()).zero_inflated(line(p, row).logistic())
    });
    check_table("hurdle", |p, row| {
        Poisson::new(line(p, row).exp()).hurdle(p[4].logistic())
    });
    check_table("zero-inflated Gamma", |p, row| {
        Gamma::new(2, line(p, row).exp()).zero_inflated(p[4].logistic())
    });
    check_table("hurdle of Gamma", |p, row| {
        Continuous::hurdle(Gamma::new(2, line(p, row).exp()), p[4].logistic())
    });
    check_table("constant-inflated", |p, row| {
        Poisson::new(line(p, row).exp()).constant_inflated(2, p[4].logistic())
    });
    check_table("zero-truncated", |p, row| {
        Poisson::new(line(p, row).exp()).zero_truncated()
    });
    check_table("truncated", |p, row| {
        Normal::new(line(p, row), p[4].exp()).truncated(-1, 2)
    });
    check_table("censored", |p, row| {
        Normal::new(line(p, row), p[4].exp()).censored(-0.5, 1)
    });
    check_table("mixture", |p, row| {
        let weight = p[4].logistic();
        Mixture::continuous(&weight, Normal::new(line(p, row), 1))
            .and(1.0 - weight, Normal::new(0, 3))
    });
}

#[test]
fn a_row_too_few_is_seen() {
    let ln_p = |x: f64| {
        Poisson::new(2.0)
            .log_density(&x.into())
            .as_constant()
            .unwrap()
    };
    let all = [3.0, 0.0, 1.0, 4.0];
    let model = Poisson::new(2.0).fit(all);
    let found = of_model(&model.compile().unwrap(), &[]);
    let sums = |data: &[f64]| Sums::of(data.iter().map(|&x| (1.0, vec![ln_p(x)])));
    assert!(sums(&all).agree_with(&found));
    assert!(!sums(&all[1..]).agree_with(&found));
}
