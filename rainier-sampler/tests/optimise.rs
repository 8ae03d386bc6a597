//! Checks modes and the normals that stand for densities.
//!
//! In: functions whose modes, curvatures and integrals are known. Out: those; errors in words where
//! there is no mode.

use rainier_sampler::{
    Lbfgs, LogDensity, LogDensityGradient, Nuts, OptimiseError, Run, Start, Streams, laplace,
    optimize, pathfinder, sample,
};
use testkit::within_standard_errors;

/// A density given by a function that writes the gradient and returns the value.
#[derive(Debug, Clone, Copy)]
struct Target {
    dimension: usize,
    function: fn(&[f64], &mut [f64]) -> f64,
}

impl LogDensity for Target {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn log_density(&mut self, position: &[f64]) -> f64 {
        (self.function)(position, &mut vec![0.0; self.dimension])
    }
}

impl LogDensityGradient for Target {
    fn log_density_and_gradient(&mut self, position: &[f64], gradient: &mut [f64]) -> f64 {
        (self.function)(position, gradient)
    }
}

fn target(dimension: usize, function: fn(&[f64], &mut [f64]) -> f64) -> Target {
    Target {
        dimension,
        function,
    }
}

/// −Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²: Rosenbrock's valley, its top at (1, …, 1).
fn valley(x: &[f64], gradient: &mut [f64]) -> f64 {
    gradient.fill(0.0);
    let mut value = 0.0;
    for i in 0..x.len() - 1 {
        let (bend, rest) = (x[i + 1] - x[i] * x[i], 1.0 - x[i]);
        value -= 100.0 * bend * bend + rest * rest;
        gradient[i] += 400.0 * bend * x[i] + 2.0 * rest;
        gradient[i + 1] -= 200.0 * bend;
    }
    value
}

/// Normals with standard deviations from 1 to 10⁻² around 1, 2, 3, …
fn scales(x: &[f64], gradient: &mut [f64]) -> f64 {
    let last = (x.len() - 1) as f64;
    let mut value = 0.0;
    for (i, (slope, x)) in gradient.iter_mut().zip(x).enumerate() {
        let precision = 1e4_f64.powf(i as f64 / last);
        let rest = x - (i + 1) as f64;
        *slope = -precision * rest;
        value -= 0.5 * precision * rest * rest;
    }
    value
}

/// Logarithms of gamma variables with shapes 1.5, 2.5, …: Σ aᵢ xᵢ − e^xᵢ, the mode at ln aᵢ.
fn log_gammas(x: &[f64], gradient: &mut [f64]) -> f64 {
    let mut value = 0.0;
    for (i, (slope, x)) in gradient.iter_mut().zip(x).enumerate() {
        let shape = i as f64 + 1.5;
        *slope = shape - x.exp();
        value += shape * x - x.exp();
    }
    value
}

/// A normal with correlation 0.8 and standard deviations 1 and 2, around (3, −1).
fn correlated(x: &[f64], gradient: &mut [f64]) -> f64 {
    let (a, b) = (x[0] - 3.0, 0.5 * (x[1] + 1.0));
    let (along_a, along_b) = ((a - 0.8 * b) / 0.36, (b - 0.8 * a) / 0.36);
    gradient[0] = -along_a;
    gradient[1] = -0.5 * along_b;
    -0.5 * (a * along_a + b * along_b)
}

fn normal(x: &[f64], gradient: &mut [f64]) -> f64 {
    let mut value = 0.0;
    for (slope, x) in gradient.iter_mut().zip(x) {
        *slope = -x;
        value -= 0.5 * x * x;
    }
    value
}

/// A standard normal around 1000 in each coordinate.
fn far_away(x: &[f64], gradient: &mut [f64]) -> f64 {
    let shifted: Vec<f64> = x.iter().map(|x| x - 1000.0).collect();
    normal(&shifted, gradient)
}

fn check_mode(mut density: Target, start: &[f64], expected: &[f64], tolerance: f64) {
    let mode = optimize(&mut density, start, &Lbfgs::default()).expect("there is a mode");
    for (found, expected) in mode.position.iter().zip(expected) {
        assert!(
            (found - expected).abs() < tolerance,
            "{found} for {expected} after {} iterations",
            mode.iterations
        );
    }
    assert_eq!(mode.log_density, density.log_density(&mode.position));
}

#[test]
fn the_end_of_a_bent_valley_is_found() {
    check_mode(target(2, valley), &[-1.2, 1.0], &[1.0; 2], 1e-5);
    check_mode(target(10, valley), &[0.0; 10], &[1.0; 10], 1e-5);
    // A line search takes one or two evaluations, most of the time.
    let mode = optimize(&mut target(10, valley), &[0.0; 10], &Lbfgs::default()).unwrap();
    assert!(mode.gradient_evaluations < 2 * mode.iterations as u64);
}

#[test]
fn scales_of_any_ratio_are_learned_on_the_way() {
    for dimension in [2, 10, 100] {
        let expected: Vec<f64> = (1..=dimension).map(|i| i as f64).collect();
        // A gain of 10⁻¹⁴ leaves 1.4 · 10⁻⁷ standard deviations, the model's error aside.
        check_mode(
            target(dimension, scales),
            &vec![0.0; dimension],
            &expected,
            1e-4,
        );
    }
}

#[test]
fn a_start_in_the_steep_or_in_the_flat_does_not_matter() {
    let expected: Vec<f64> = (0..5).map(|i| (f64::from(i) + 1.5).ln()).collect();
    for start in [-300.0, -10.0, 0.0, 5.0, 300.0] {
        check_mode(target(5, log_gammas), &[start; 5], &expected, 1e-6);
    }
}

#[test]
fn a_mode_next_to_the_edge_of_the_support_is_found() {
    // ln x − x on (0, ∞).
    let edge = |x: &[f64], gradient: &mut [f64]| {
        gradient[0] = 1.0 / x[0] - 1.0;
        if x[0] > 0.0 {
            x[0].ln() - x[0]
        } else {
            f64::NEG_INFINITY
        }
    };
    for start in [1e-12, 0.5, 1e3] {
        check_mode(target(1, edge), &[start], &[1.0], 1e-6);
    }
}

#[test]
fn a_search_that_cannot_succeed_says_why() {
    let search = |function, start: &[f64]| {
        optimize(&mut target(start.len(), function), start, &Lbfgs::default()).unwrap_err()
    };
    let plane = |x: &[f64], gradient: &mut [f64]| {
        gradient[0] = 1.0;
        x[0]
    };
    let error = search(plane, &[0.0]);
    assert!(matches!(error, OptimiseError::Unbounded { .. }), "{error}");
    let lie = |x: &[f64], gradient: &mut [f64]| {
        gradient[0] = -1.0;
        x[0]
    };
    let error = search(lie, &[0.0]);
    assert!(matches!(error, OptimiseError::Stalled { .. }), "{error}");
    let error = search(|_, _| f64::NAN, &[0.0]);
    assert!(matches!(error, OptimiseError::NotFinite { log_density } if log_density.is_nan()));

    let few = Lbfgs::default().with_max_iterations(3);
    let error = optimize(&mut target(2, valley), &[-1.2, 1.0], &few).unwrap_err();
    assert!(matches!(
        error,
        OptimiseError::IterationLimit { iterations: 3, .. }
    ));
    let error = optimize(&mut target(2, valley), &[0.0], &few).unwrap_err();
    assert_eq!(
        error,
        OptimiseError::Dimension {
            dimension: 2,
            found: 1
        }
    );
    let error = optimize(&mut target(1, normal), &[0.0], &few.with_memory(0)).unwrap_err();
    assert_eq!(error.to_string(), "memory must be at least 1, got 0");
}

#[test]
fn without_coordinates_the_mode_is_where_one_is() {
    let mode = optimize(&mut target(0, normal), &[], &Lbfgs::default()).unwrap();
    assert_eq!((mode.iterations, mode.log_density), (0, 0.0));
    assert_eq!(
        laplace(&mut target(0, normal), &[]).unwrap().log_evidence(),
        0.0
    );
}

#[test]
fn laplace_is_exact_for_a_normal() {
    let normal = laplace(&mut target(2, correlated), &[3.0, -1.0]).unwrap();
    for (found, expected) in normal.covariance().iter().zip([1.0, 1.6, 1.6, 4.0]) {
        assert!((found - expected).abs() < 1e-7, "{found} {expected}");
    }
    // ∫ = 2π √det Σ.
    let expected = std::f64::consts::TAU.ln() + 0.5 * 1.44_f64.ln();
    assert!((normal.log_evidence() - expected).abs() < 1e-7);

    let mut rng = Streams::from_seed(8).stream(0, 0);
    let draws = 20_000;
    let mut product = 0.0;
    for _ in 0..draws {
        let draw = normal.draw(&mut rng);
        product += (draw[0] - 3.0) * (draw[1] + 1.0) / f64::from(draws);
    }
    // Var(xy) = 1 · 4 + 1.6².
    let error = (6.56 / f64::from(draws)).sqrt();
    assert!(within_standard_errors(product, 1.6, error), "{product}");
    assert!(!within_standard_errors(product, 0.0, error), "{product}");
}

#[test]
fn laplaces_evidence_of_gamma_variables_is_stirlings_formula() {
    let mut density = target(3, log_gammas);
    let mode = optimize(&mut density, &[0.0; 3], &Lbfgs::default()).unwrap();
    let found = laplace(&mut density, &mode.position)
        .unwrap()
        .log_evidence();
    // Σ (a − ½) ln a − a + ½ ln 2π.
    let stirling = |a: f64| (a - 0.5) * a.ln() - a + 0.5 * std::f64::consts::TAU.ln();
    let expected: f64 = [1.5, 2.5, 3.5].map(stirling).iter().sum();
    assert!((found - expected).abs() < 1e-7, "{found} {expected}");
}

#[test]
fn a_saddle_has_no_normal() {
    let saddle = |x: &[f64], gradient: &mut [f64]| {
        gradient[0] = -x[0];
        gradient[1] = x[1];
        -0.5 * x[0] * x[0] + 0.5 * x[1] * x[1]
    };
    let error = laplace(&mut target(2, saddle), &[0.0, 0.0]).unwrap_err();
    assert_eq!(error, OptimiseError::NotCurved);
}

#[test]
fn pathfinder_finds_a_normal_of_any_scales() {
    let mut density = target(5, scales);
    let mut rng = Streams::from_seed(3).stream(0, 0);
    let fit = pathfinder(&mut density, &[0.0; 5], &mut rng).unwrap();
    // A start, not an estimate: right to a factor of two, with a mean inside.
    for (i, variance) in fit.variances().iter().enumerate() {
        let expected = 1e4_f64.powf(-(i as f64) / 4.0);
        assert!(
            (0.5..2.0).contains(&(variance / expected)),
            "{i}: {variance} {expected}"
        );
        assert!((fit.mean()[i] - (i + 1) as f64).abs() < expected.sqrt());
    }
    // ln ∫ p = ½ Σ ln 2πσ², which the bound reaches for the right normal.
    let log_evidence: f64 = (0..5)
        .map(|i| 0.5 * (std::f64::consts::TAU.ln() - 1e4_f64.ln() * f64::from(i) / 4.0))
        .sum();
    assert!((fit.evidence_lower_bound() - log_evidence).abs() < 1.0);
}

#[test]
fn pathfinder_starts_chains_where_the_probability_is() {
    // The first draws, without warm-up, which would find its way from anywhere here.
    let run = Run::default().with_warm_up(0).with_draws(1).with_chains(20);
    let finds = |start: Start| {
        let sampler = Nuts::default().with_start(start);
        let trace = sample(|| target(3, far_away), &sampler, &run).expect("a normal");
        trace.draws().iter().all(|x| (x - 1000.0).abs() < 6.0)
    };
    assert!(finds(Start::Pathfinder));
    assert!(!finds(Start::Random));
}

#[test]
fn a_density_without_a_normal_leaves_chains_where_they_are() {
    let plane = |x: &[f64], gradient: &mut [f64]| {
        gradient[0] = 0.0;
        -x[0].abs().floor()
    };
    let mut rng = Streams::from_seed(3).stream(0, 0);
    let error = pathfinder(&mut target(1, plane), &[0.5], &mut rng).unwrap_err();
    assert_eq!(error, OptimiseError::NoApproximation { points: 1 });
    let sampler = Nuts::default().with_start(Start::Pathfinder);
    let run = Run::default().with_warm_up(100).with_draws(100);
    assert!(sample(|| target(1, plane), &sampler, &run).is_ok());
}
