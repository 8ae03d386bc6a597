//! Runs the samplers over densities that are hard in one way each, and whose moments are known.
//!
//! In: normals in many dimensions and of condition number 10⁴, a funnel, a banana, two modes. Out:
//! means and variances within 5 computed standard errors; the same with a wrong scale fails.

use rainier_sampler::{
    Ehmc, Hmc, LogDensity, LogDensityGradient, MetricShape, Nuts, Run, Sampler, Slice, Start,
    Trace, Walkers, diagnostics, sample,
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

/// Whether mean and variance of a parameter are the given ones within 5 standard errors.
fn has_moments(trace: &Trace, parameter: usize, mean: f64, variance: f64) -> bool {
    let draws = trace.parameter(parameter);
    let square = |chain: &Vec<f64>| chain.iter().map(|x| (x - mean).powi(2)).collect();
    let squares: Vec<Vec<f64>> = draws.iter().map(square).collect();
    [(&draws, mean), (&squares, variance)]
        .into_iter()
        .all(|(series, expected)| {
            let error = diagnostics::mcse_mean(series);
            within_standard_errors(diagnostics::mean(series), expected, error)
        })
}

/// Samples a target and checks mean and variance of each quantity that `transform` makes of a draw;
/// a standard deviation wrong by a fifth must not pass.
fn check<S: Sampler<Target>>(
    sampler: &S,
    run: &Run,
    target: Target,
    transform: impl Fn(&[f64], &mut [f64]),
    moments: &[(f64, f64)],
) {
    let trace = sample(|| target, sampler, run).expect("the target can be sampled");
    let names = (0..moments.len()).map(|i| format!("q{i}")).collect();
    let quantities = trace.map_draws(names, transform);
    for (index, &(mean, variance)) in moments.iter().enumerate() {
        assert!(
            has_moments(&quantities, index, mean, variance),
            "q{index} of mean {mean} and variance {variance}:\n{}",
            quantities.summary()
        );
    }
    let (mean, variance) = moments[0];
    assert!(
        !has_moments(&quantities, 0, mean, 1.44 * variance),
        "a wrong scale passes:\n{}",
        quantities.summary()
    );
}

fn run() -> Run {
    Run::default().with_seed(21).with_draws(2_000)
}

fn identity(draw: &[f64], quantities: &mut [f64]) {
    quantities.copy_from_slice(draw);
}

/// The variances along the axes of a normal of condition number 10⁴: 1 down to 10⁻⁴, evenly on the
/// logarithmic scale.
fn axis_variances(dimension: usize) -> Vec<f64> {
    let last = (dimension - 1) as f64;
    let variance = |i: usize| 1e-4_f64.powf(i as f64 / last);
    (0..dimension).map(variance).collect()
}

/// Mirrors a vector at the plane orthogonal to (1, …, 1), in place: the matrix I − 2 v vᵀ with
/// v = 1/√d, its own inverse.
fn mirror(vector: &mut [f64]) {
    let twice_mean = 2.0 * vector.iter().sum::<f64>() / vector.len() as f64;
    for x in vector {
        *x -= twice_mean;
    }
}

/// A normal whose axes have [`axis_variances`], mirrored so that all coordinates are correlated.
fn ill_conditioned(position: &[f64], gradient: &mut [f64]) -> f64 {
    gradient.copy_from_slice(position);
    mirror(gradient);
    // Neighbouring axes differ by one factor.
    let ratio = 1e4_f64.powf(1.0 / (position.len() - 1) as f64);
    let (mut precision, mut value) = (1.0, 0.0);
    for along in gradient.iter_mut() {
        value -= 0.5 * precision * *along * *along;
        *along *= -precision;
        precision *= ratio;
    }
    mirror(gradient);
    value
}

fn check_ill_conditioned<S: Sampler<Target>>(sampler: &S, run: &Run, dimension: usize) {
    let axes = axis_variances(dimension);
    // Σᵢᵢ = Σⱼ Mᵢⱼ² λⱼ with the mirror M.
    let entry = |i: usize, j: usize| f64::from(u8::from(i == j)) - 2.0 / dimension as f64;
    let variance = |i: usize| (0..dimension).map(|j| entry(i, j).powi(2) * axes[j]).sum();
    let moments: Vec<(f64, f64)> = (0..dimension).map(|i| (0.0, variance(i))).collect();
    let function = ill_conditioned;
    check(
        sampler,
        run,
        Target {
            dimension,
            function,
        },
        identity,
        &moments,
    );
}

fn check_hundred_dimensions<S: Sampler<Target>>(sampler: &S) {
    let function = |position: &[f64], gradient: &mut [f64]| {
        let mut value = 0.0;
        for (slope, x) in gradient.iter_mut().zip(position) {
            *slope = -x;
            value -= 0.5 * x * x;
        }
        value
    };
    let target = Target {
        dimension: 100,
        function,
    };
    check(sampler, &run(), target, identity, &[(0.0, 1.0); 100]);
}

/// Neal's funnel, v ~ N(0, 9) and x | v ~ N(0, eᵛ) nine times, as v = 3 z₀ and x = e^(v/2) z.
fn check_funnel<S: Sampler<Target>>(sampler: &S) {
    let function = |position: &[f64], gradient: &mut [f64]| {
        let mut value = 0.0;
        for (slope, x) in gradient.iter_mut().zip(position) {
            *slope = -x;
            value -= 0.5 * x * x;
        }
        value
    };
    let quantities = |z: &[f64], quantities: &mut [f64]| {
        quantities[0] = 3.0 * z[0];
        // ln|x|: x itself has moments that no number of draws can tell.
        quantities[1] = 1.5 * z[0] + z[1].abs().ln();
    };
    // E ln|z| = −(γ + ln 2)/2 with Euler's constant γ, and Var ln|z| = π²/8.
    let mean = -0.5 * (0.577_215_664_901_532_9 + 2.0_f64.ln());
    let variance = 2.25 + std::f64::consts::PI.powi(2) / 8.0;
    let target = Target {
        dimension: 10,
        function,
    };
    check(
        sampler,
        &run(),
        target,
        quantities,
        &[(0.0, 9.0), (mean, variance)],
    );
}

/// x ~ N(0, 1), y | x ~ N(½(x² − 1), 1): Var y = 1 + ¼ Var x² = 1.5.
fn check_banana<S: Sampler<Target>>(sampler: &S) {
    let function = |position: &[f64], gradient: &mut [f64]| {
        let x = position[0];
        let rest = position[1] - 0.5 * (x * x - 1.0);
        gradient[0] = -x + rest * x;
        gradient[1] = -rest;
        -0.5 * x * x - 0.5 * rest * rest
    };
    let target = Target {
        dimension: 2,
        function,
    };
    // y² has a long tail. A quarter of these draws tells its spread too small too often: 8 of 1,050
    // runs were more than 5 of their standard errors off, of these 1.
    check(
        sampler,
        &run().with_draws(20_000),
        target,
        identity,
        &[(0.0, 1.0), (0.0, 1.5)],
    );
}

/// 0.3 N(−2, 1) + 0.7 N(2, 1): mean 0.8, variance 1 + 4 − 0.64.
fn check_mixture<S: Sampler<Target>>(sampler: &S) {
    let function = |position: &[f64], gradient: &mut [f64]| {
        let x = position[0];
        let (left, right) = (-0.5 * (x + 2.0).powi(2), -0.5 * (x - 2.0).powi(2));
        // The weight of the right one, and ln(0.3 eˡ + 0.7 eʳ), without overflow.
        let odds = (0.3_f64 / 0.7).ln() + left - right;
        let weight = 1.0 / (1.0 + odds.exp());
        gradient[0] = -x + 2.0 * (2.0 * weight - 1.0);
        0.7_f64.ln() + right + odds.max(0.0) + (-odds.abs()).exp().ln_1p()
    };
    let target = Target {
        dimension: 1,
        function,
    };
    check(sampler, &run(), target, identity, &[(0.8, 4.36)]);
}

macro_rules! targets {
    ($name:ident, $sampler:expr) => {
        mod $name {
            use super::*;

            #[test]
            fn finds_the_moments_of_a_funnel() {
                check_funnel(&$sampler);
            }

            #[test]
            fn finds_the_moments_of_a_banana() {
                check_banana(&$sampler);
            }

            #[test]
            fn finds_the_moments_of_two_modes() {
                check_mixture(&$sampler);
            }

            #[test]
            fn finds_the_moments_of_ten_dimensions_of_condition_ten_thousand() {
                check_ill_conditioned(&$sampler, &run(), 10);
            }
        }
    };
}

fn dense_nuts() -> Nuts {
    Nuts::default().with_metric(MetricShape::Dense)
}

fn dense_hmc() -> Hmc {
    Hmc::default().with_metric(MetricShape::Dense).with_steps(8)
}

fn dense_ehmc() -> Ehmc {
    Ehmc::default().with_metric(MetricShape::Dense)
}

targets!(nuts, Nuts::default());
targets!(nuts_with_a_dense_metric, dense_nuts());
targets!(
    nuts_from_pathfinder,
    Nuts::default().with_start(Start::Pathfinder)
);
targets!(hmc_with_a_dense_metric, dense_hmc());
targets!(ehmc, Ehmc::default());
targets!(ehmc_with_a_dense_metric, dense_ehmc());
targets!(walkers, Walkers::default());

#[test]
fn slices_find_the_moments_of_two_modes() {
    check_mixture(&Slice::default());
}

#[test]
fn a_hundred_dimensions_are_no_more_than_ten() {
    check_hundred_dimensions(&Nuts::default());
    check_hundred_dimensions(&Hmc::default());
    check_hundred_dimensions(&Ehmc::default());
}

#[test]
fn a_hundred_dimensions_of_condition_ten_thousand() {
    check_ill_conditioned(&Nuts::default(), &run().with_draws(500), 100);
    check_ill_conditioned(&dense_nuts(), &run().with_draws(500), 100);
    check_ill_conditioned(&dense_ehmc(), &run().with_draws(500), 100);
}

#[test]
fn a_dense_metric_shortens_trajectories_over_correlated_coordinates() {
    let target = Target {
        dimension: 10,
        function: ill_conditioned,
    };
    let cost = |sampler: &Nuts| {
        let trace = sample(|| target, sampler, &run()).expect("a normal can be sampled");
        trace.gradient_evaluations() - trace.warm_up_gradient_evaluations()
    };
    // Scales that differ by a factor of 100 against scales that are alike.
    assert!(cost(&Nuts::default()) > 10 * cost(&dense_nuts()));
}
