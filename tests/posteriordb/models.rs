//! Writes the posteriors of posteriordb in this library's own words.
//!
//! In: a posterior's data. Out: a model whose value is the list of the reference's parameters, and
//! what they are called.

use rainier::prelude::*;
use serde_json::Value as Json;
use testkit::number;

/// A posterior of the collection.
pub(crate) struct Model {
    /// Its folder.
    pub(crate) name: &'static str,
    /// The parameters of its value.
    pub(crate) parameters: Vec<String>,
    /// The model of its data.
    pub(crate) of: fn(&Json) -> RandomVariable<Vec<Real>>,
}

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

pub(crate) fn autoregression() -> Model {
    fn of(data: &Json) -> RandomVariable<Vec<Real>> {
        let series = numbers(data, "y");
        model! {
            alpha = Normal::new(0, 10).param();
            beta = RandomVariable::fill(5, || Normal::new(0, 10).param());
            sigma = HalfCauchy::new(2.5).param();
            () = Autoregressive::new(&beta, &alpha, &sigma).fit_series(&series);
            yield [vec![alpha], beta, vec![sigma]].concat()
        }
    }
    Model {
        name: "arK",
        parameters: [named(&["alpha"]), indexed("beta", 5), named(&["sigma"])].concat(),
        of,
    }
}

/// Effects and their standard errors.
fn schools(data: &Json) -> Vec<(f64, f64)> {
    numbers(data, "y")
        .into_iter()
        .zip(numbers(data, "sigma"))
        .collect()
}

fn names_of_schools() -> Vec<String> {
    [indexed("theta", 8), named(&["mu", "tau"])].concat()
}

pub(crate) fn eight_schools() -> Model {
    fn of(data: &Json) -> RandomVariable<Vec<Real>> {
        let schools = schools(data);
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
    Model {
        name: "eight_schools_noncentered",
        parameters: names_of_schools(),
        of,
    }
}

/// The same with the effects themselves as coordinates.
pub(crate) fn eight_schools_centred() -> Model {
    fn of(data: &Json) -> RandomVariable<Vec<Real>> {
        let schools = schools(data);
        model! {
            mu = Normal::new(0, 5).param();
            tau = HalfCauchy::new(5).param();
            theta = RandomVariable::traverse(&schools, |&(effect, error)| {
                let theta = Normal::new(&mu, &tau).param_centred();
                theta.flat_map(|theta| Normal::new(&theta, error).fit(effect).map(|()| theta))
            });
            yield [theta, vec![mu, tau]].concat()
        }
    }
    Model {
        name: "eight_schools_centered",
        parameters: names_of_schools(),
        of,
    }
}

pub(crate) fn hidden_markov() -> Model {
    fn of(data: &Json) -> RandomVariable<Vec<Real>> {
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
    }
    Model {
        name: "hmm_example",
        parameters: [indexed("theta1", 2), indexed("theta2", 2), indexed("mu", 2)].concat(),
        of,
    }
}

pub(crate) fn childrens_scores() -> Model {
    fn of(data: &Json) -> RandomVariable<Vec<Real>> {
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
    }
    Model {
        name: "kidscore_momhsiq",
        parameters: [indexed("beta", 3), named(&["sigma"])].concat(),
        of,
    }
}

pub(crate) fn earnings() -> Model {
    fn of(data: &Json) -> RandomVariable<Vec<Real>> {
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
    }
    Model {
        name: "logearn_height_male",
        parameters: [indexed("beta", 3), named(&["sigma"])].concat(),
        of,
    }
}

pub(crate) fn two_bells() -> Model {
    fn of(data: &Json) -> RandomVariable<Vec<Real>> {
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
    }
    Model {
        name: "low_dim_gauss_mix",
        parameters: [indexed("mu", 2), indexed("sigma", 2), named(&["theta"])].concat(),
        of,
    }
}

pub(crate) fn parties() -> Model {
    fn of(data: &Json) -> RandomVariable<Vec<Real>> {
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
    }
    Model {
        name: "nes1980",
        parameters: [indexed("beta", 9), named(&["sigma"])].concat(),
        of,
    }
}

pub(crate) fn radon() -> Model {
    fn of(data: &Json) -> RandomVariable<Vec<Real>> {
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
    }
    Model {
        name: "radon_varying_intercept",
        parameters: [
            indexed("alpha", 85),
            named(&["beta", "mu_alpha", "sigma_alpha", "sigma_y"]),
        ]
        .concat(),
        of,
    }
}

pub(crate) fn independent_columns() -> Model {
    fn of(data: &Json) -> RandomVariable<Vec<Real>> {
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
    }
    Model {
        name: "sblri",
        parameters: [indexed("beta", 5), named(&["sigma"])].concat(),
        of,
    }
}

pub(crate) fn wells() -> Model {
    fn of(data: &Json) -> RandomVariable<Vec<Real>> {
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
    }
    Model {
        name: "wells_dist",
        parameters: indexed("beta", 2),
        of,
    }
}
