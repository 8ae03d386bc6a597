//! Posteriors of posteriordb are found by sampling, each model in this library's own words.
//!
//! In: data and reference moments of `../shared/reference/posteriordb`: exact ones by quadrature
//! where there are any, else those of long reference runs. Out: mean and standard deviation of every
//! parameter within Monte Carlo standard errors.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rainier::prelude::*;
use rainier::sampler::diagnostics;
use serde_json::Value as Json;
use testkit::{POSTERIOR_MEAN_ERRORS, number, shared_json};

/// The numbers of a list in the data.
fn numbers(data: &Json, name: &str) -> Vec<f64> {
    let list = data[name].as_array().unwrap().iter();
    list.map(|value| number(value).unwrap()).collect()
}

/// All parameters of one name: `beta[1]`, `beta[2]`, …
fn indexed(name: &str, count: usize) -> Vec<String> {
    (1..=count)
        .map(|index| format!("{name}[{index}]"))
        .collect()
}

fn named(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Coefficients without a prior.
fn flat(count: usize) -> RandomVariable<Vec<Real>> {
    RandomVariable::fill(count, || Flat::new().param())
}

/// Samples the model of the posterior called so, whose value is a list of the parameters `names`,
/// and compares.
fn check(posterior: &str, names: &[String], model: impl Fn(&Json) -> RandomVariable<Vec<Real>>) {
    let folder = format!("reference/posteriordb/{posterior}");
    let Some(data) = shared_json(&format!("{folder}/data.json")) else {
        return;
    };
    let Some(reference) = shared_json(&format!("{folder}/reference.json")) else {
        return;
    };
    let run = Run::default().with_seed(20_260_101).with_draws(2_000);
    let sampler = Nuts::default().with_target_acceptance(0.9);
    let trace = model(&data).sample(&sampler, &run).unwrap();
    assert_eq!(trace.trace().dimension(), names.len());
    let expected = if reference["exact"].is_object() {
        &reference["exact"]
    } else {
        &reference["draws"]
    };
    assert_eq!(
        expected.as_object().unwrap().len(),
        names.len(),
        "all are compared"
    );
    for (index, name) in names.iter().enumerate() {
        let chains = trace.trace().parameter(index);
        let of = |what: &str| number(&expected[name][what]);
        let spread = of("sd").expect("every parameter has a spread");
        let estimates = [
            (
                "mean",
                diagnostics::mean(&chains),
                diagnostics::mcse_mean(&chains),
            ),
            (
                "sd",
                diagnostics::standard_deviation(&chains),
                diagnostics::mcse_sd(&chains),
            ),
        ];
        for (what, found, error) in estimates {
            let expected = of(what).expect("every parameter has both moments");
            // Reference draws have errors of their own.
            let error = error.hypot(of(&format!("mcse_{what}")).unwrap_or(0.0));
            let near = |expected: f64| (found - expected).abs() <= POSTERIOR_MEAN_ERRORS * error;
            let label = format!("{posterior} {name} {what}: {found} ± {error}, not {expected}");
            assert!(near(expected), "{label}");
            // The control: a fifth of the posterior's spread would have been seen.
            assert!(
                !near(expected + 0.2 * spread) && !near(expected - 0.2 * spread),
                "{label}"
            );
        }
    }
}

#[test]
fn autoregression_of_order_five_agrees_with_quadrature() {
    let names = [named(&["alpha"]), indexed("beta", 5), named(&["sigma"])].concat();
    check("arK", &names, |data| {
        let series = numbers(data, "y");
        model! {
            alpha = Normal::new(0, 10).param();
            beta = RandomVariable::fill(5, || Normal::new(0, 10).param());
            sigma = HalfCauchy::new(2.5).param();
            () = Autoregressive::new(&beta, &alpha, &sigma).fit_series(&series);
            yield [vec![alpha], beta, vec![sigma]].concat()
        }
    });
}

/// The same posterior has two references.
fn eight_schools(data: &Json) -> RandomVariable<Vec<Real>> {
    let schools: Vec<(f64, f64)> = numbers(data, "y")
        .into_iter()
        .zip(numbers(data, "sigma"))
        .collect();
    model! {
        mu = Normal::new(0, 5).param();
        tau = HalfCauchy::new(5).param();
        theta = RandomVariable::traverse(&schools, |&(effect, error)| {
            let theta = Normal::new(&mu, &tau).param();
            theta.flat_map(|theta| Normal::new(&theta, error).fit(effect).map(|()| theta))
        });
        yield [theta, vec![mu, tau]].concat()
    }
}

#[test]
fn eight_schools_agree_with_quadrature() {
    let names = [indexed("theta", 8), named(&["mu", "tau"])].concat();
    check("eight_schools_centered", &names, eight_schools);
    check("eight_schools_noncentered", &names, eight_schools);
}

#[test]
fn hidden_markov_model_agrees_with_reference_draws() {
    let names = [indexed("theta1", 2), indexed("theta2", 2), indexed("mu", 2)].concat();
    check("hmm_example", &names, |data| {
        let series = numbers(data, "y");
        model! {
            // Order and positivity come from a flat prior, the locations from conditions.
            mu = Ordered::new(2, Flat::on(Support::positive())).params();
            () = RandomVariable::constant(()).condition(|()| {
                Normal::new(3, 1).log_density(&mu[0]) + Normal::new(10, 1).log_density(&mu[1])
            });
            theta = RandomVariable::fill(2, || Dirichlet::uniform(2).params());
            let levels = mu.iter().map(|level| Normal::new(level, 1));
            // The reference leaves out the first state's probability: a constant when both are alike.
            () = HiddenMarkov::continuous([0.5, 0.5], theta.clone(), levels).fit_series(&series);
            yield [theta.concat(), mu].concat()
        }
    });
}

#[test]
fn childrens_scores_agree_with_quadrature() {
    let names = [indexed("beta", 3), named(&["sigma"])].concat();
    check("kidscore_momhsiq", &names, |data| {
        let covariates = numbers(data, "mom_hs")
            .into_iter()
            .zip(numbers(data, "mom_iq"));
        let rows: Vec<_> = covariates.zip(numbers(data, "kid_score")).collect();
        model! {
            beta = flat(3);
            sigma = HalfCauchy::new(2.5).param();
            let line = {
                let (beta, sigma) = (beta.clone(), sigma.clone());
                Predictor::from_fn(move |(school, iq): &(Real, Real)| {
                    Normal::new(&beta[0] + &beta[1] * school + &beta[2] * iq, &sigma)
                })
            };
            () = line.fit(&rows);
            yield [beta, vec![sigma]].concat()
        }
    });
}

#[test]
fn logarithms_of_earnings_agree_with_quadrature() {
    let names = [indexed("beta", 3), named(&["sigma"])].concat();
    check("logearn_height_male", &names, |data| {
        let covariates = numbers(data, "height")
            .into_iter()
            .zip(numbers(data, "male"));
        let earnings = numbers(data, "earn").into_iter().map(f64::ln);
        let rows: Vec<_> = covariates.zip(earnings).collect();
        model! {
            beta = flat(3);
            sigma = Flat::on(Support::positive()).param();
            let line = {
                let (beta, sigma) = (beta.clone(), sigma.clone());
                Predictor::from_fn(move |(height, male): &(Real, Real)| {
                    Normal::new(&beta[0] + &beta[1] * height + &beta[2] * male, &sigma)
                })
            };
            () = line.fit(&rows);
            yield [beta, vec![sigma]].concat()
        }
    });
}

#[test]
fn mixture_of_two_bells_agrees_with_reference_draws() {
    let names = [indexed("mu", 2), indexed("sigma", 2), named(&["theta"])].concat();
    check("low_dim_gauss_mix", &names, |data| {
        let values = numbers(data, "y");
        model! {
            mu = Ordered::new(2, Normal::new(0, 2)).params();
            sigma = RandomVariable::fill(2, || HalfNormal::new(2).param());
            theta = Beta::new(5, 5).param();
            () = Mixture::continuous(&theta, Normal::new(&mu[0], &sigma[0]))
                .and(1.0 - &theta, Normal::new(&mu[1], &sigma[1]))
                .fit(&values);
            yield [mu, sigma, vec![theta]].concat()
        }
    });
}

#[test]
fn party_identification_agrees_with_quadrature() {
    let names = [indexed("beta", 9), named(&["sigma"])].concat();
    check("nes1980", &names, |data| {
        let columns = ["real_ideo", "race_adj", "educ1", "gender", "income"];
        let columns = columns.map(|name| numbers(data, name));
        let ages = numbers(data, "age_discrete");
        let parties = numbers(data, "partyid7");
        let rows: Vec<([f64; 8], f64)> = (0..ages.len())
            .map(|row| {
                let [ideology, race, education, gender, income] =
                    [0, 1, 2, 3, 4].map(|column| columns[column][row]);
                let of_age = |age: f64| f64::from(ages[row] == age);
                let ages = [of_age(2.0), of_age(3.0), of_age(4.0)];
                let covariates = [
                    ideology, race, ages[0], ages[1], ages[2], education, gender, income,
                ];
                (covariates, parties[row])
            })
            .collect();
        model! {
            beta = flat(9);
            sigma = Flat::on(Support::positive()).param();
            let line = {
                let (beta, sigma) = (beta.clone(), sigma.clone());
                Predictor::from_fn(move |x: &[Real; 8]| {
                    let terms = x.iter().zip(&beta[1..]).map(|(x, beta)| x * beta);
                    Normal::new(&beta[0] + Real::sum(terms), &sigma)
                })
            };
            () = line.fit(&rows);
            yield [beta, vec![sigma]].concat()
        }
    });
}

#[test]
fn radon_in_counties_agrees_with_quadrature() {
    let names = [
        indexed("alpha", 85),
        named(&["beta", "mu_alpha", "sigma_alpha", "sigma_y"]),
    ];
    check("radon_varying_intercept", &names.concat(), |data| {
        let counties: Vec<f64> = numbers(data, "county_idx")
            .into_iter()
            .map(|county| county - 1.0)
            .collect();
        let (county, floor) = (
            Column::new(counties),
            Column::new(numbers(data, "floor_measure")),
        );
        let radon = numbers(data, "log_radon");
        model! {
            sigma_y = HalfNormal::new(1).param();
            sigma_alpha = HalfNormal::new(1).param();
            mu_alpha = Normal::new(0, 10).param();
            beta = Normal::new(0, 10).param();
            alpha = RandomVariable::fill(85, || Normal::new(&mu_alpha, &sigma_alpha).param());
            let level = Real::lookup(&county, &alpha) + &beta * floor.real();
            () = Normal::new(level, &sigma_y).fit(&radon);
            yield [alpha, vec![beta, mu_alpha, sigma_alpha, sigma_y]].concat()
        }
    });
}

#[test]
fn regression_of_independent_columns_agrees_with_quadrature() {
    let names = [indexed("beta", 5), named(&["sigma"])].concat();
    check("sblri", &names, |data| {
        let covariates = data["X"].as_array().unwrap().iter().map(|row| {
            let row = row.as_array().unwrap();
            std::array::from_fn::<f64, 5, _>(|place| number(&row[place]).unwrap())
        });
        let rows: Vec<([f64; 5], f64)> = covariates.zip(numbers(data, "y")).collect();
        model! {
            beta = RandomVariable::fill(5, || Normal::new(0, 10).param());
            sigma = HalfNormal::new(10).param();
            let line = {
                let (beta, sigma) = (beta.clone(), sigma.clone());
                Predictor::from_fn(move |x: &[Real; 5]| {
                    let terms = x.iter().zip(&beta).map(|(x, beta)| x * beta);
                    Normal::new(Real::sum(terms), &sigma)
                })
            };
            () = line.fit(&rows);
            yield [beta, vec![sigma]].concat()
        }
    });
}

#[test]
fn switched_wells_agree_with_quadrature() {
    check("wells_dist", &indexed("beta", 2), |data| {
        let rows: Vec<(f64, f64)> = numbers(data, "dist")
            .into_iter()
            .zip(numbers(data, "switched"))
            .collect();
        model! {
            beta = flat(2);
            let switch = {
                let beta = beta.clone();
                Predictor::from_fn(move |distance: &Real| {
                    Bernoulli::new((&beta[0] + &beta[1] * distance).logistic())
                })
            };
            () = switch.fit(&rows);
            yield beta
        }
    });
}
