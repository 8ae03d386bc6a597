//! Claim: no number makes a distribution panic, as a parameter, constant or unknown, as a value, as a
//! probability or as a datum. What it answers there is for other claims to say.

use rainier_core::{Program, Real};
use rainier_dist::{Fit, Param, RandomVariable};
use rainier_sampler::LogDensityGradient;
use rand::RngExt;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

use crate::table::{Kind, Known, of_value, rows};

/// Numbers that formulas forget.
const ODD: [f64; 15] = [
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::MIN,
    -1e9,
    -1.0,
    -0.0,
    5e-324,
    1e-300,
    0.5,
    1.0,
    2.5,
    9_007_199_254_740_993.0,
    1e300,
    f64::MAX,
];

#[test]
fn no_constant_makes_a_distribution_panic() {
    for row in rows() {
        for odd in ODD {
            // One parameter after the other, then all of them.
            for place in 0..=row.parameters.len() {
                let mut parameters = row.parameters.to_vec();
                match parameters.get_mut(place) {
                    Some(parameter) => *parameter = odd,
                    None => parameters.fill(odd),
                }
                ask(&row.at(&parameters));
            }
        }
    }
}

/// Asks a distribution of constant parameters all there is to ask.
fn ask(known: &Known) {
    let (mut density, mut inside) = (known.density(), known.contains());
    for x in ODD {
        density.evaluate(&[x]);
        inside.evaluate(&[x]);
    }
    drop((known.mean(), known.variance(), known.entropy()));
    known.draws(1, 3);
    if let Some(tails) = &known.tails {
        for tail in [&tails.log_cumulative, &tails.log_survival] {
            let mut tail = of_value(tail);
            for x in ODD {
                tail.evaluate(&[x]);
            }
        }
        for probability in ODD {
            (tails.quantile)(probability);
        }
    }
    let fitted = |data: &[f64]| match &known.kind {
        Kind::Numbers(distribution) => distribution.fit(data),
        Kind::Counts(distribution) => distribution.fit(data),
    };
    evaluate(&fitted(&[]));
    for datum in ODD {
        evaluate(&fitted(&[1.0, datum]));
    }
    if let Kind::Numbers(distribution) = &known.kind {
        evaluate(&distribution.param().map(|_| ()));
    }
}

/// Compiles a model, if it can be, and evaluates it everywhere.
fn evaluate(model: &RandomVariable<()>) {
    let Ok(posterior) = model.compile() else {
        return;
    };
    let dimension = posterior.dimension();
    let (mut density, mut gradient) = (posterior.evaluator(), vec![0.0; dimension]);
    for position in ODD {
        density.log_density_and_gradient(&vec![position; dimension], &mut gradient);
    }
}

#[test]
fn no_value_of_an_unknown_makes_a_distribution_panic() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for row in rows() {
        let (mut unknowns, arguments) = row.real_unknowns();
        let x = Real::parameter("x");
        let density = (row.of)(&arguments).log_density(&x);
        unknowns.push(x);
        let program = Program::compile_with_gradient(&density, &unknowns).unwrap();
        let mut evaluator = program.bind(&[]).unwrap().evaluator();
        let mut position = vec![0.0; unknowns.len()];
        for _ in 0..500 {
            position.fill_with(|| ODD[rng.random_range(0..ODD.len())]);
            evaluator.evaluate(&position);
        }
    }
}
