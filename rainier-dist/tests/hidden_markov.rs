//! Claims: hidden Markov models agree with the sum over all paths of states.
//!
//! In: a model of two or three states and short series. Out: likelihood, gradient, the most likely
//! path, state probabilities and drawn paths, each against brute force; long series do not
//! underflow; what is wrong with a model is said.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rainier_core::{Program, Real};
use rainier_dist::combined::HiddenMarkov;
use rainier_dist::continuous::Normal;
use rainier_dist::discrete::Poisson;
use rainier_dist::distribution::{Continuous, Distribution};
use rainier_dist::multivariate::{Autoregressive, Dirichlet, Ordered};
use rainier_dist::{Environment, FitSeries, Generator, Params, RandomVariable};
use rainier_sampler::LogDensity;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use testkit::{chi_square, gradient, relative_error};

const INITIAL: [f64; 3] = [0.25, 0.5, 0.25];
const TRANSITIONS: [[f64; 3]; 3] = [[0.75, 0.125, 0.125], [0.25, 0.5, 0.25], [0.0, 0.375, 0.625]];
const LEVELS: [f64; 3] = [-1.0, 0.5, 3.0];
const SERIES: [f64; 6] = [-0.5, 0.75, 2.5, 1.5, -0.25, 0.0];

fn model() -> HiddenMarkov<dyn Continuous> {
    HiddenMarkov::continuous(
        INITIAL,
        TRANSITIONS,
        LEVELS.map(|level| Normal::new(level, 1)),
    )
}

/// Each path of states with p(path, series).
fn paths<Y: Copy + Into<Option<f64>>>(series: &[Y]) -> Vec<(Vec<usize>, f64)> {
    let mut paths = vec![(Vec::new(), 1.0)];
    for &x in series {
        let mut longer = Vec::new();
        for (path, p) in paths {
            for state in 0..3 {
                let step = path
                    .last()
                    .map_or(INITIAL[state], |&last: &usize| TRANSITIONS[last][state]);
                let density = |x: f64| {
                    let seen = Normal::new(LEVELS[state], 1).log_density(&Real::constant(x));
                    seen.as_constant().unwrap().exp()
                };
                let p = p * step * x.into().map_or(1.0, density);
                longer.push(([&path[..], &[state]].concat(), p));
            }
        }
        paths = longer;
    }
    paths
}

fn draw<T: 'static>(generator: &Generator<T>) -> T {
    generator.draw(&Environment::empty(), &mut ChaCha8Rng::seed_from_u64(1))
}

#[test]
fn likelihood_is_the_sum_over_all_paths() {
    for length in 0..=SERIES.len() {
        let series = &SERIES[..length];
        let total: f64 = paths(series).iter().map(|(_, p)| p).sum();
        let found = model().log_likelihood(series).as_constant().unwrap();
        assert!(
            relative_error(found, total.ln()) < 1e-14,
            "{found}, {}",
            total.ln()
        );
    }
}

/// 32 paths summed by mpmath with 40 digits.
#[test]
fn likelihood_is_that_of_an_independent_computation() {
    let emissions = [Normal::new(0, 1), Normal::new(2, 0.5)];
    let model = HiddenMarkov::continuous([0.25, 0.75], [[0.875, 0.125], [0.375, 0.625]], emissions);
    let found = model
        .log_likelihood(&[0.5, 1.5, -0.25, 2.5, 3.0])
        .as_constant()
        .unwrap();
    assert!(
        relative_error(found, -10.807_897_839_587_66) < 1e-14,
        "{found}"
    );
}

#[test]
fn most_likely_path_is_the_best_of_all() {
    let paths = paths(&SERIES);
    let best = paths.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    assert_eq!(draw(&model().most_likely_path(&SERIES)), best.0);
    // Not the path of the levels nearest to each number, which would be simpler.
    assert_ne!(best.0, [0, 1, 2, 1, 1, 1]);
    assert!(draw(&model().most_likely_path::<f64>(&[])).is_empty());
}

/// Whether each state's probability at each step is its share of all paths.
fn check_state_probabilities<Y: Copy + Into<Option<f64>>>(series: &[Y]) {
    let paths = paths(series);
    let total: f64 = paths.iter().map(|(_, p)| p).sum();
    let found = draw(&model().state_probabilities(series));
    assert_eq!(found.len(), series.len());
    for (step, row) in found.iter().enumerate() {
        for (state, &probability) in row.iter().enumerate() {
            let through = paths.iter().filter(|(path, _)| path[step] == state);
            let expected = through.map(|(_, p)| p).sum::<f64>() / total;
            let label = format!("{probability}, {expected}");
            assert!((probability - expected).abs() < 1e-14, "{label}");
        }
    }
}

#[test]
fn state_probabilities_are_shares_of_all_paths() {
    check_state_probabilities(&SERIES);
    check_state_probabilities(&GAPS);
}

/// Missing at the start, twice in a row, and at the end.
const GAPS: [Option<f64>; 7] = [None, Some(0.75), None, None, Some(2.5), Some(-0.25), None];

#[test]
fn steps_without_a_value_are_summed_over_like_the_others() {
    let paths = paths(&GAPS);
    let total: f64 = paths.iter().map(|(_, p)| p).sum();
    let found = model().log_likelihood(&GAPS).as_constant().unwrap();
    assert!(relative_error(found, total.ln()) < 1e-14, "{found}");
    // The control: a step left out is another series.
    let seen: Vec<f64> = GAPS.iter().copied().flatten().collect();
    let shorter = model().log_likelihood(&seen).as_constant().unwrap();
    assert!(relative_error(shorter, found) > 1e-3, "{shorter}, {found}");

    let best = paths.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    assert_eq!(draw(&model().most_likely_path(&GAPS)), best.0);
    // Of the first step alone nothing is known but how states begin.
    let nothing: [Option<f64>; 2] = [None; 2];
    let certain = model().log_likelihood(&nothing).as_constant().unwrap();
    assert!(certain.abs() < 1e-15, "{certain}");
    check_state_probabilities(&nothing);
    assert_eq!(draw(&model().path_draw(&nothing)).len(), 2);
}

#[test]
fn fitted_series_may_have_gaps_and_mistakes_keep_their_steps() {
    let posterior = model().fit_series(&GAPS).compile().unwrap();
    let expected = model().log_likelihood(&GAPS).as_constant().unwrap();
    assert_eq!(posterior.evaluator().log_density(&[]), expected);
    let emissions = [Poisson::new(1.0), Poisson::new(2.0)];
    let counts = HiddenMarkov::discrete([0.5, 0.5], [[0.5, 0.5], [0.5, 0.5]], emissions);
    assert_eq!(
        counts
            .fit_series(&[None, Some(1.0), None, Some(0.5)])
            .compile()
            .unwrap_err()
            .to_string(),
        "HiddenMarkov: the value in row 3 must be in the support, got 0.5"
    );
    let process = Autoregressive::new([0.5], 0.0, 1.0);
    assert_eq!(
        process
            .fit_series(&[Some(0.1), Some(0.2), None, Some(0.4)])
            .compile()
            .unwrap_err()
            .to_string(),
        "Autoregressive: the value in row 2 must be a number, got NaN"
    );
}

#[test]
fn drawn_paths_have_their_probabilities_and_no_others() {
    const DRAWS: usize = 100_000;
    let series = &SERIES[..3];
    let paths = paths(series);
    let total: f64 = paths.iter().map(|(_, p)| p).sum();
    let generator = model().path_draw(series);
    let (environment, mut rng) = (Environment::empty(), ChaCha8Rng::seed_from_u64(2));
    let mut observed = vec![0_u64; paths.len()];
    for _ in 0..DRAWS {
        let drawn = generator.draw(&environment, &mut rng);
        observed[paths.iter().position(|(path, _)| *path == drawn).unwrap()] += 1;
    }
    let expected: Vec<f64> = paths.iter().map(|(_, p)| p / total).collect();
    let fit = chi_square(&observed, &expected);
    assert!(fit.is_plausible(), "{fit:?}");
    // The control: paths without regard to the series.
    let prior = paths.iter().map(|(path, _)| {
        let steps = path.windows(2).map(|pair| TRANSITIONS[pair[0]][pair[1]]);
        INITIAL[path[0]] * steps.product::<f64>()
    });
    assert!(!chi_square(&observed, &prior.collect::<Vec<f64>>()).is_plausible());
}

#[test]
fn generated_series_have_the_likelihood_they_say() {
    const DRAWS: usize = 100_000;
    let emissions = [Poisson::new(0.5), Poisson::new(3.0)];
    let model = HiddenMarkov::discrete([0.25, 0.75], [[0.875, 0.125], [0.375, 0.625]], emissions);
    let generator = model.generator(2);
    let (environment, mut rng) = (Environment::empty(), ChaCha8Rng::seed_from_u64(3));
    let mut observed = vec![0_u64; 26];
    for _ in 0..DRAWS {
        let series = generator.draw(&environment, &mut rng);
        let (a, b) = (series[0].1.min(5), series[1].1.min(5));
        // Pairs below five, and all others.
        let cell = if a < 5 && b < 5 { 5 * a + b } else { 25 };
        observed[usize::try_from(cell).unwrap()] += 1;
    }
    let probability = |a: f64, b: f64| model.log_likelihood(&[a, b]).as_constant().unwrap().exp();
    let pairs = (0..25).map(|cell| probability(f64::from(cell / 5), f64::from(cell % 5)));
    let mut expected: Vec<f64> = pairs.collect();
    expected.push(1.0 - expected.iter().sum::<f64>());
    let fit = chi_square(&observed, &expected);
    assert!(fit.is_plausible(), "{fit:?}");
    expected.swap(1, 5);
    assert!(!chi_square(&observed, &expected).is_plausible());
}

/// Probabilities and levels unknown.
fn unknown(series: &[f64]) -> RandomVariable<(Vec<Real>, Vec<Vec<Real>>)> {
    let levels = Ordered::new(2, Normal::new(0, 3)).params();
    let rows = RandomVariable::fill(2, || Dirichlet::uniform(2).params());
    levels.zip(rows).flat_map(|(levels, rows)| {
        let emissions = levels.iter().map(|level| Normal::new(level, 1));
        let model = HiddenMarkov::continuous([0.5, 0.5], rows.clone(), emissions);
        model.fit_series(series).map(|()| (levels, rows))
    })
}

#[test]
fn finite_differences_confirm_the_gradient() {
    let parameters: Vec<Real> = (0..5).map(|_| Real::parameter("p")).collect();
    let [p, q, a, b, scale] = &parameters[..] else {
        unreachable!("five")
    };
    let rows = [[p.clone(), 1.0 - p], [1.0 - q, q.clone()]];
    let emissions = [Normal::new(a, scale), Normal::new(b, scale)];
    let model = HiddenMarkov::continuous([0.5, 0.5], rows, emissions);
    let ln_p = model.log_likelihood(&SERIES);
    let bind = |program: Program| program.bind(&[]).unwrap().evaluator();
    let mut alone = bind(Program::compile(std::slice::from_ref(&ln_p), &parameters).unwrap());
    let mut both = bind(Program::compile_with_gradient(&ln_p, &parameters).unwrap());
    let at = [0.7, 0.8, -0.5, 1.5, 0.9];
    let slopes = gradient(|at| alone.evaluate(at)[0], &at);
    for (slope, exact) in slopes.iter().zip(&both.evaluate(&at)[1..]) {
        assert!(slope.agrees_with(*exact), "{slope:?}, {exact}");
        assert!(!slope.agrees_with(exact + 1e-3), "{slope:?}");
    }
}

#[test]
fn long_series_do_not_underflow() {
    let series: Vec<f64> = (0..500).map(|t| (f64::from(t) / 9.0).sin() * 4.0).collect();
    let posterior = unknown(&series).compile().unwrap();
    let log_density = posterior.evaluator().log_density(&[0.1, 0.3, 1.0, -0.5]);
    assert!(
        log_density < -1_000.0 && log_density.is_finite(),
        "{log_density}"
    );
}

#[test]
fn mistakes_are_named() {
    let error = |model: RandomVariable<()>| model.compile().unwrap_err().to_string();
    let emissions = [Poisson::new(1.0), Poisson::new(2.0)];
    let counts = |rows: [[f64; 2]; 2]| HiddenMarkov::discrete([0.5, 0.5], rows, emissions.clone());
    let right = [[0.5, 0.5], [0.5, 0.5]];
    assert_eq!(
        error(counts([[0.5, 0.5], [0.5, 0.4]]).fit_series(&[1, 2])),
        "HiddenMarkov: transition must be 1 in sum, got 0.9"
    );
    assert_eq!(
        error(counts(right).fit_series(&[1.0, f64::NAN])),
        "HiddenMarkov: the value in row 1 must be a number, got NaN"
    );
    assert_eq!(
        error(counts(right).fit_series(&[1.0, 0.5])),
        "HiddenMarkov: the value in row 1 must be in the support, got 0.5"
    );
}
