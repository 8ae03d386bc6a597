//! Claims: regressions over tables, missing outcomes and series are calibrated.
//!
//! In: predictors with covariates and groups, imputed outcomes, hidden Markov models,
//! autoregressions. Out: uniform ranks.

use rainier_core::{Column, Real};
use rainier_dist::combined::HiddenMarkov;
use rainier_dist::continuous::{Gamma, Normal};
use rainier_dist::discrete::Poisson;
use rainier_dist::distribution::{Multivariate, Number};
use rainier_dist::multivariate::{Autoregressive, Dirichlet, Ordered};
use rainier_dist::{FitSeries, Generator, Param, Params, Predictor, model};

use crate::study::{is_calibrated, is_calibrated_when_built, study};

/// Group, covariate and exposure of each row.
const ROWS: [(usize, f64, f64); 6] = [
    (0, -1.0, 1.0),
    (1, -0.5, 2.0),
    (0, 0.0, 0.5),
    (1, 0.5, 3.0),
    (0, 1.0, 2.0),
    (2, 0.3, 4.0),
];

#[test]
fn regression_with_groups_and_exposures() {
    is_calibrated(1, |data| {
        model! {
            slope = Normal::new(0, 0.7).param();
            effects = Normal::new(0.5, 0.6).vector(3);
            let rates = {
                let (slope, effects) = (slope.clone(), effects.clone());
                Predictor::from_fn(move |(group, x, exposure): &(Real, Real, Real)| {
                    Poisson::new((Real::lookup(group, &effects) + &slope * x + exposure.ln()).exp())
                })
            };
            let covariate = |of: fn((usize, f64, f64)) -> f64| Column::new(ROWS.map(of));
            let covariates = [covariate(|row| row.0 as f64), covariate(|row| row.1), covariate(|row| row.2)];
            () = rates.fit_columns(&covariates, &data[0]);
            let counts = Generator::traverse(ROWS.map(|row| rates.predict(row).map(Number::to_f64)));
            yield study(effects.into_iter().chain([slope]), [counts])
        }
    });
}

#[test]
fn missing_outcomes() {
    is_calibrated_when_built(1, |data| {
        model! {
            level = Normal::new(0, 1).param();
            slope = Normal::new(0, 1).param();
            let line = {
                let (level, slope) = (level.clone(), slope.clone());
                Predictor::from_fn(move |x: &Real| Normal::new(&level + &slope * x, 0.8))
            };
            let seen = data[0].values().unwrap_or(&[0.0; 3]).to_vec();
            missing = line.impute(&[
                (-1.0, Some(seen[0])), (0.5, None), (1.0, Some(seen[1])), (2.0, None), (1.5, Some(seen[2])),
            ]);
            let readings = Generator::traverse([-1.0, 1.0, 1.5].map(|x| line.predict(x)));
            yield study([level, slope].into_iter().chain(missing.into_values()), [readings])
        }
    });
}

#[test]
fn hidden_states() {
    const STEPS: usize = 6;
    is_calibrated_when_built(1, |data| {
        model! {
            stays = Dirichlet::new([3.0, 1.5]).params();
            levels = Ordered::new(2, Normal::new(0, 2)).params();
            let moves = [stays.clone(), vec![Real::constant(0.4), Real::constant(0.6)]];
            let emissions = [Normal::new(&levels[0], 0.7), Normal::new(&levels[1], 0.7)];
            let chain = HiddenMarkov::continuous([0.5, 0.5], moves, emissions);
            () = chain.fit_series(data[0].values().unwrap_or(&[0.0; STEPS]));
            let series = chain.generator(STEPS);
            let readings = series.map(|steps| steps.into_iter().map(|(_, x)| x).collect());
            yield study([stays[0].clone()].into_iter().chain(levels), [readings])
        }
    });
}

#[test]
fn series_that_depend_on_their_past() {
    const STEPS: usize = 8;
    is_calibrated_when_built(1, |data| {
        model! {
            memory = Normal::new(0.3, 0.4).param();
            scale = Gamma::new(4, 0.25).param();
            let process = Autoregressive::new([&memory], 0.5, &scale);
            let start = 1.0;
            () = process.fit_series(data[0].values().unwrap_or(&[start; STEPS + 1]));
            let later = process.after(STEPS, [start]).generator();
            let readings = later.map(move |later| [vec![start], later].concat());
            yield study([memory, scale], [readings])
        }
    });
}
