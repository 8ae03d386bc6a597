//! Runs one suite over every sampler: known targets, starts, streams, and densities that misbehave.
//!
//! In: densities whose moments are known. Out: means and variances within 5 computed standard errors,
//! with negative controls; the same numbers on one thread and two; values, not hangs, for trouble.

use std::cell::Cell;
use std::rc::Rc;

use nalgebra::{DMatrix, DVector};
use rainier_sampler::{
    Ehmc, Hmc, LogDensity, LogDensityGradient, MetricShape, Nuts, Run, SampleError, Sampler, Slice,
    Trace, Walkers, diagnostics, sample,
};
use testkit::within_standard_errors;

/// A normal with a given covariance, centred at 0.
#[derive(Debug, Clone)]
struct Gaussian {
    precision: DMatrix<f64>,
    variances: Vec<f64>,
}

impl Gaussian {
    fn new(covariance: &DMatrix<f64>) -> Self {
        let precision = covariance
            .clone()
            .cholesky()
            .expect("a covariance")
            .inverse();
        Self {
            precision,
            variances: covariance.diagonal().iter().copied().collect(),
        }
    }

    fn standard(dimension: usize) -> Self {
        Self::new(&DMatrix::identity(dimension, dimension))
    }

    fn scaled(scales: &[f64]) -> Self {
        let variances: Vec<f64> = scales.iter().map(|scale| scale * scale).collect();
        Self::new(&DMatrix::from_diagonal(&DVector::from_vec(variances)))
    }

    fn correlated() -> Self {
        Self::new(&DMatrix::from_row_slice(2, 2, &[1.0, 1.6, 1.6, 4.0]))
    }
}

impl LogDensity for Gaussian {
    fn dimension(&self) -> usize {
        self.variances.len()
    }

    fn log_density(&mut self, position: &[f64]) -> f64 {
        let columns = self.precision.column_iter().zip(position);
        let along = columns.map(|(column, x)| {
            let force = column.iter().zip(position).map(|(p, x)| p * x);
            x * force.sum::<f64>()
        });
        -0.5 * along.sum::<f64>()
    }
}

impl LogDensityGradient for Gaussian {
    fn log_density_and_gradient(&mut self, position: &[f64], gradient: &mut [f64]) -> f64 {
        let mut value = 0.0;
        for ((slope, column), x) in gradient
            .iter_mut()
            .zip(self.precision.column_iter())
            .zip(position)
        {
            let force = column.iter().zip(position).map(|(p, x)| p * x);
            *slope = -force.sum::<f64>();
            value += 0.5 * x * *slope;
        }
        value
    }
}

/// An exponential distribution on (0, ∞), −∞ below.
#[derive(Debug, Clone)]
struct HalfLine;

impl LogDensity for HalfLine {
    fn dimension(&self) -> usize {
        1
    }

    fn log_density(&mut self, position: &[f64]) -> f64 {
        if position[0] > 0.0 {
            -position[0]
        } else {
            f64::NEG_INFINITY
        }
    }
}

impl LogDensityGradient for HalfLine {
    fn log_density_and_gradient(&mut self, position: &[f64], gradient: &mut [f64]) -> f64 {
        gradient[0] = -1.0;
        self.log_density(position)
    }
}

/// A density that has the same value (or none) everywhere it is asked.
#[derive(Debug, Clone)]
struct Everywhere(f64);

impl LogDensity for Everywhere {
    fn dimension(&self) -> usize {
        2
    }

    fn log_density(&mut self, _: &[f64]) -> f64 {
        self.0
    }
}

impl LogDensityGradient for Everywhere {
    fn log_density_and_gradient(&mut self, _: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.fill(0.0);
        self.0
    }
}

/// A standard normal that gives NaN beyond 3, where a fitted model may overflow.
#[derive(Debug, Clone)]
struct Torn(Gaussian);

impl LogDensity for Torn {
    fn dimension(&self) -> usize {
        1
    }

    fn log_density(&mut self, position: &[f64]) -> f64 {
        if position[0].abs() > 3.0 {
            f64::NAN
        } else {
            self.0.log_density(position)
        }
    }
}

impl LogDensityGradient for Torn {
    fn log_density_and_gradient(&mut self, position: &[f64], gradient: &mut [f64]) -> f64 {
        let value = self.0.log_density_and_gradient(position, gradient);
        if position[0].abs() > 3.0 {
            f64::NAN
        } else {
            value
        }
    }
}

/// Counts the evaluations of the density it wraps.
struct Counted {
    inner: Gaussian,
    gradients: Rc<Cell<u64>>,
}

impl LogDensity for Counted {
    fn dimension(&self) -> usize {
        self.inner.dimension()
    }

    fn log_density(&mut self, position: &[f64]) -> f64 {
        self.inner.log_density(position)
    }
}

impl LogDensityGradient for Counted {
    fn log_density_and_gradient(&mut self, position: &[f64], gradient: &mut [f64]) -> f64 {
        self.gradients.set(self.gradients.get() + 1);
        self.inner.log_density_and_gradient(position, gradient)
    }
}

/// Whether mean and variance of a parameter are the given ones within 5 standard errors.
fn has_moments(trace: &Trace, parameter: usize, mean: f64, variance: f64) -> bool {
    let draws = trace.parameter(parameter);
    let squares: Vec<Vec<f64>> = draws
        .iter()
        .map(|chain| chain.iter().map(|x| (x - mean).powi(2)).collect())
        .collect();
    within_standard_errors(
        diagnostics::mean(&draws),
        mean,
        diagnostics::mcse_mean(&draws),
    ) && within_standard_errors(
        diagnostics::mean(&squares),
        variance,
        diagnostics::mcse_mean(&squares),
    )
}

fn check_gaussian<S: Sampler<Gaussian>>(sampler: &S, run: &Run, target: &Gaussian) {
    let trace = sample(|| target.clone(), sampler, run).expect("a normal can be sampled");
    for (parameter, &variance) in target.variances.iter().enumerate() {
        assert!(
            has_moments(&trace, parameter, 0.0, variance),
            "parameter {parameter} of variance {variance}:\n{}",
            trace.summary()
        );
    }
    // The check is sharp: a scale wrong by a tenth does not pass it.
    let wrong = 1.1 * 1.1 * target.variances[0];
    assert!(
        !has_moments(&trace, 0, 0.0, wrong),
        "a wrong scale passes:\n{}",
        trace.summary()
    );
}

/// The claims that hold for every sampler, as one test each.
macro_rules! suite {
    ($name:ident, $sampler:expr, $run:expr) => {
        mod $name {
            use super::*;

            fn run() -> Run {
                $run.with_seed(11)
            }

            #[test]
            fn finds_the_moments_of_a_standard_normal() {
                check_gaussian(&$sampler, &run(), &Gaussian::standard(1));
            }

            #[test]
            fn finds_the_moments_of_ten_dimensions() {
                check_gaussian(&$sampler, &run(), &Gaussian::standard(10));
            }

            #[test]
            fn finds_the_moments_of_scales_from_a_hundredth_to_a_hundred() {
                check_gaussian(&$sampler, &run(), &Gaussian::scaled(&[0.01, 1.0, 100.0]));
            }

            #[test]
            fn finds_the_moments_of_a_correlated_normal() {
                check_gaussian(&$sampler, &run(), &Gaussian::correlated());
            }

            #[test]
            fn respects_the_edge_of_a_support() {
                let trace = sample(|| HalfLine, &$sampler, &run()).unwrap();
                assert!(trace.draws().iter().all(|&x| x > 0.0));
                assert!(has_moments(&trace, 0, 1.0, 1.0), "{}", trace.summary());
                assert!(!has_moments(&trace, 0, 1.5, 1.0), "{}", trace.summary());
            }

            #[test]
            fn gives_the_same_numbers_on_one_thread_and_two() {
                let short = run().with_warm_up(100).with_draws(50);
                let target = Gaussian::correlated();
                let on = |run: &Run| sample(|| target.clone(), &$sampler, run).unwrap();
                let one = on(&short.clone().with_threads(1));
                assert_eq!(one, on(&short.clone().with_threads(2)));
                assert_ne!(one.draws(), on(&short.clone().with_seed(12)).draws());
                assert_ne!(one.draws(), on(&short.with_key(1)).draws());
            }

            #[test]
            fn says_so_when_no_point_has_a_density() {
                for value in [f64::NEG_INFINITY, f64::NAN] {
                    let error = sample(|| Everywhere(value), &$sampler, &run()).unwrap_err();
                    assert!(
                        matches!(error, SampleError::Initialisation { .. }),
                        "{error}"
                    );
                }
            }

            #[test]
            fn never_keeps_a_point_without_a_density() {
                let density = || Torn(Gaussian::standard(1));
                let trace = sample(density, &$sampler, &run()).unwrap();
                assert!(trace.draws().iter().all(|x| x.abs() <= 3.0));
            }
        }
    };
}

suite!(nuts, Nuts::default(), Run::default().with_draws(2_000));
// Five steps alone resonate with some scales: the length is jittered.
suite!(
    hmc,
    Hmc::default().with_steps(20).with_jitter(0.5),
    Run::default().with_draws(2_000)
);
suite!(
    nuts_with_a_dense_metric,
    Nuts::default().with_metric(MetricShape::Dense),
    Run::default().with_draws(2_000)
);
suite!(ehmc, Ehmc::default(), Run::default().with_draws(2_000));
suite!(
    walkers,
    Walkers::default(),
    Run::default().with_chains(4).with_draws(2_000)
);

suite!(slice, Slice::default(), Run::default().with_draws(2_000));
suite!(
    walkers_that_stretch,
    Walkers::default().with_stretch(2.0),
    Run::default().with_chains(4).with_draws(2_000)
);

#[test]
fn one_gradient_is_evaluated_for_each_leapfrog_step() {
    let gradients = Rc::new(Cell::new(0));
    let run = Run::default()
        .with_seed(3)
        .with_warm_up(0)
        .with_draws(100)
        .with_chains(1);
    let counted = Rc::clone(&gradients);
    let mut density = Counted {
        inner: Gaussian::standard(3),
        gradients: counted,
    };
    let streams = rainier_sampler::Streams::from_seed(3);
    let chains = Hmc::default()
        .with_steps(7)
        .with_jitter(0.0)
        .run_chain(&mut density, &run, 0, &mut streams.stream(0, 0))
        .unwrap();
    let trace = Trace::from_chains(vec!["a".into(), "b".into(), "c".into()], chains).unwrap();
    let warm_up = trace.warm_up_gradient_evaluations();
    assert_eq!(trace.gradient_evaluations() - warm_up, 700);
    // Nothing is evaluated that is not counted: the start and the step-size search are warm-up.
    assert_eq!(gradients.get(), 700 + warm_up);
}

#[test]
fn slices_whose_intervals_are_cut_short_find_the_moments() {
    let sampler = Slice::default().with_width(0.3).with_max_steps(3);
    let run = Run::default()
        .with_seed(11)
        .with_warm_up(0)
        .with_draws(10_000);
    check_gaussian(&sampler, &run, &Gaussian::standard(2));
}
