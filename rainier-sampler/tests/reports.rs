//! Checks what a sampler says about itself: standard errors, costs, divergences, failures.
//!
//! In: small densities written by hand, some of them ill-behaved. Out: reports that match what
//! happened.

use rainier_sampler::{
    Ending, Hmc, LogDensity, LogDensityGradient, Nuts, Run, SampleError, Sampler, Slice, Start,
    StepSizeCause, Streams, Walkers, Warning, diagnostics, sample,
};
use testkit::within_standard_errors;

/// A density of one coordinate given by a function that returns its value and slope.
struct OnLine<F>(F);

impl<F: FnMut(f64) -> (f64, f64)> LogDensity for OnLine<F> {
    fn dimension(&self) -> usize {
        1
    }

    fn log_density(&mut self, position: &[f64]) -> f64 {
        (self.0)(position[0]).0
    }
}

impl<F: FnMut(f64) -> (f64, f64)> LogDensityGradient for OnLine<F> {
    fn log_density_and_gradient(&mut self, position: &[f64], gradient: &mut [f64]) -> f64 {
        let (value, slope) = (self.0)(position[0]);
        gradient[0] = slope;
        value
    }
}

/// A normal of three independent coordinates.
struct Space;

impl LogDensity for Space {
    fn dimension(&self) -> usize {
        3
    }

    fn log_density(&mut self, position: &[f64]) -> f64 {
        -0.5 * position.iter().map(|x| x * x).sum::<f64>()
    }
}

type Line = OnLine<fn(f64) -> (f64, f64)>;

fn normal() -> Line {
    OnLine(|x| (-0.5 * x * x, -x))
}

/// A normal that has no value above 1.
fn torn() -> Line {
    OnLine(|x| {
        if x > 1.0 {
            (f64::NAN, f64::NAN)
        } else {
            (-0.5 * x * x, -x)
        }
    })
}

/// A normal whose value is finite everywhere, and whose slope is not above 1.
fn without_slope() -> Line {
    OnLine(|x| (-0.5 * x * x, if x > 1.0 { f64::INFINITY } else { -x }))
}

/// A normal cut off at 1.
fn cut_off() -> Line {
    OnLine(|x| {
        if x > 1.0 {
            (f64::NEG_INFINITY, 0.0)
        } else {
            (-0.5 * x * x, -x)
        }
    })
}

/// No coordinates at all: a model whose every value is known.
struct Point;

impl LogDensity for Point {
    fn dimension(&self) -> usize {
        0
    }

    fn log_density(&mut self, _: &[f64]) -> f64 {
        0.0
    }
}

impl LogDensityGradient for Point {
    fn log_density_and_gradient(&mut self, _: &[f64], _: &mut [f64]) -> f64 {
        0.0
    }
}

/// Errors of many runs' estimates, in the runs' own standard errors, square to 1 on average.
///
/// The estimate is the mean of x², which is 1. That of x would do for NUTS and walkers, but fixed
/// trajectories make x antithetic, and the bound on its effective size then errs on the safe side.
fn check_standard_errors<S: Sampler<Line>>(sampler: &S) {
    const RUNS: u32 = 200;
    let run = Run::default()
        .with_chains(2)
        .with_warm_up(300)
        .with_draws(500);
    let squares: Vec<f64> = (0..RUNS)
        .map(|seed| {
            let run = run.clone().with_seed(u64::from(seed));
            let trace = sample(normal, sampler, &run).expect("a normal can be sampled");
            let names = vec!["square".to_owned()];
            let draws = trace
                .map_draws(names, |x, out| out[0] = x[0] * x[0])
                .parameter(0);
            ((diagnostics::mean(&draws) - 1.0) / diagnostics::mcse_mean(&draws)).powi(2)
        })
        .collect();
    let mean_square = squares.iter().sum::<f64>() / f64::from(RUNS);
    // The variance of a squared normal is 2.
    let error = (2.0 / f64::from(RUNS)).sqrt();
    let is_honest = |mean_square| within_standard_errors(mean_square, 1.0, error);
    assert!(is_honest(mean_square), "mean square {mean_square}");
    // Standard errors half or twice as large do not pass.
    assert!(
        !is_honest(mean_square * 4.0) && !is_honest(mean_square / 4.0),
        "{mean_square}"
    );
}

#[test]
fn standard_errors_of_nuts_are_honest() {
    check_standard_errors(&Nuts::default());
}

#[test]
fn standard_errors_of_hmc_are_honest() {
    check_standard_errors(&Hmc::default());
}

#[test]
fn standard_errors_of_walkers_are_honest() {
    check_standard_errors(&Walkers::default());
}

#[test]
fn standard_errors_of_slices_are_honest() {
    check_standard_errors(&Slice::default());
}

#[test]
fn nuts_pays_one_gradient_for_each_leapfrog_step() {
    let mut evaluations = 0_u64;
    let mut density = OnLine(|x: f64| {
        evaluations += 1;
        (-0.5 * x * x, -x)
    });
    let run = Run::default().with_warm_up(200).with_draws(300);
    let mut rng = Streams::from_seed(4).stream(0, 0);
    // Pathfinder asks for densities alone, too.
    let sampler = Nuts::default().with_start(Start::Random);
    let chains = sampler
        .run_chain(&mut density, &run, 0, &mut rng)
        .expect("a normal can be sampled");
    let warm_up = chains[0].warm_up_gradient_evaluations();
    let trace = rainier_sampler::Trace::from_chains(vec!["x".to_owned()], chains)
        .expect("one chain of one parameter");
    assert_eq!(trace.gradient_evaluations(), evaluations);
    for draw in 0..trace.draws_per_chain() {
        let statistics = trace.statistics(0, draw);
        let complete = 2_u64.pow(statistics.tree_depth.expect("NUTS has a depth")) - 1;
        // Complete trees of depth d take 2^d − 1 steps; the last doubling may have been given up
        // on the way, which costs at most 2^d more.
        assert!(statistics.gradient_evaluations >= complete);
        assert!(statistics.gradient_evaluations <= 2 * complete + 1);
        assert_eq!(statistics.ending, Ending::Turned);
    }
    assert!(evaluations > warm_up && warm_up > 200);
}

#[test]
fn a_depth_limit_bounds_the_gradients_and_is_reported() {
    let sampler = Nuts::default().with_max_tree_depth(1);
    let trace = sample(normal, &sampler, &Run::default().with_seed(2)).unwrap();
    let kept = trace.gradient_evaluations() - trace.warm_up_gradient_evaluations();
    assert_eq!(kept, 4 * 1000);
    assert!(
        trace
            .warnings()
            .iter()
            .any(|w| matches!(w, Warning::DepthLimit { .. }))
    );
}

fn endings<S: Sampler<Line>>(density: fn() -> Line, sampler: &S) -> (usize, Vec<Warning>) {
    let trace =
        sample(density, sampler, &Run::default().with_seed(6)).expect("most of a normal is left");
    let left = |warning: &Warning| matches!(warning, Warning::LeftSupport { .. });
    assert!(trace.draws().iter().all(|&x| x <= 1.0));
    (
        trace.divergences(),
        trace.warnings().into_iter().filter(left).collect(),
    )
}

#[test]
fn a_value_or_slope_that_is_not_a_number_is_a_divergence() {
    for density in [torn as fn() -> Line, without_slope] {
        for (divergences, left) in [
            endings(density, &Nuts::default()),
            endings(density, &Hmc::default()),
        ] {
            assert!(divergences > 0);
            assert!(left.is_empty());
        }
    }
    assert!(endings(torn, &Walkers::default()).0 > 0);
    assert!(endings(torn, &Slice::default()).0 > 0);
}

#[test]
fn the_edge_of_a_support_is_reported_but_is_no_divergence() {
    for (divergences, left) in [
        endings(cut_off, &Nuts::default()),
        endings(cut_off, &Hmc::default()),
    ] {
        assert_eq!(divergences, 0);
        assert_eq!(left.len(), 1);
    }
    assert_eq!(endings(cut_off, &Walkers::default()).0, 0);
    assert_eq!(endings(cut_off, &Slice::default()).0, 0);
}

#[test]
fn a_flat_density_has_no_step_size() {
    let flat = || OnLine(|_: f64| (0.0, 0.0));
    let error = sample(flat, &Nuts::default(), &Run::default()).unwrap_err();
    let SampleError::StepSize {
        chain: 0,
        cause: StepSizeCause::Flat,
        ..
    } = error
    else {
        panic!("{error}");
    };
}

#[test]
fn a_density_that_falls_at_every_call_has_no_step_size() {
    let falling = || {
        let mut value = 0.0;
        OnLine(move |_: f64| {
            value -= 1000.0;
            (value, 0.0)
        })
    };
    let error = sample(falling, &Hmc::default(), &Run::default()).unwrap_err();
    let SampleError::StepSize {
        chain: 0,
        cause: StepSizeCause::NotSmooth,
        ..
    } = error
    else {
        panic!("{error}");
    };
}

#[test]
fn without_coordinates_every_draw_is_empty() {
    let run = Run::default().with_warm_up(30).with_draws(5).with_chains(2);
    for trace in [
        sample(|| Point, &Nuts::default(), &run).unwrap(),
        sample(|| Point, &Hmc::default(), &run).unwrap(),
        sample(|| Point, &Walkers::default().with_walkers(4), &run).unwrap(),
        sample(|| Point, &Slice::default(), &run).unwrap(),
    ] {
        assert_eq!((trace.dimension(), trace.draws_per_chain()), (0, 5));
        assert!(trace.draws().is_empty());
        assert!(trace.draw(0, 4).is_empty());
    }
}

#[test]
fn too_few_walkers_are_refused() {
    let four = Walkers::default().with_walkers(4);
    // A density behind a pointer is one too.
    let line = || -> Box<dyn LogDensity> { Box::new(normal()) };
    assert!(sample(line, &four, &Run::default().with_draws(1)).is_ok());
    let error = sample(|| Space, &four, &Run::default()).expect_err("two walkers span a line only");
    assert_eq!(
        error,
        SampleError::TooFewWalkers {
            walkers: 4,
            dimension: 3
        }
    );
}

#[test]
fn settings_are_checked_before_anything_runs() {
    let refused = |run: &Run, nuts: &Nuts| {
        let density = || -> Line { panic!("no density is made") };
        sample(density, nuts, run).expect_err("a wrong setting")
    };
    let (run, nuts) = (Run::default(), Nuts::default());
    for (error, setting) in [
        (refused(&run.clone().with_chains(0), &nuts), "chains"),
        (refused(&run.clone().with_draws(0), &nuts), "draws"),
        (refused(&run.clone().with_threads(0), &nuts), "threads"),
        (
            refused(&run, &nuts.clone().with_target_acceptance(f64::NAN)),
            "target_acceptance",
        ),
        (
            refused(&run, &nuts.clone().with_max_energy_error(0.0)),
            "max_energy_error",
        ),
        (
            refused(&run, &nuts.clone().with_max_tree_depth(0)),
            "max_tree_depth",
        ),
    ] {
        let SampleError::Settings(error) = error else {
            panic!("{error}")
        };
        assert_eq!(error.setting, setting);
    }
    assert_eq!(
        Hmc::default()
            .with_jitter(1.0)
            .validate()
            .unwrap_err()
            .setting,
        "jitter"
    );
    assert_eq!(
        Hmc::default().with_steps(0).validate().unwrap_err().setting,
        "steps"
    );
    assert_eq!(
        Walkers::default()
            .with_stretch(1.0)
            .validate()
            .unwrap_err()
            .setting,
        "stretch"
    );
    let setting = |slice: Slice| slice.validate().unwrap_err().setting;
    assert_eq!(setting(Slice::default().with_width(0.0)), "width");
    assert_eq!(setting(Slice::default().with_max_steps(0)), "max_steps");
}
