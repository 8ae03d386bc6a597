//! Checks that runs can be watched, ended and taken up again.
//!
//! In: small densities, controls, checkpoints. Out: the same bits as without them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rainier_sampler::{
    Cancel, Checkpoint, CheckpointError, Control, Ehmc, Hmc, LogDensity, LogDensityGradient,
    MetricShape, Nuts, Phase, Run, SampleError, Sampler, Slice, Start, Walkers, resume, sample,
};

/// A normal of two coordinates with scales 1 and 10 that can be slow, and undefined beyond 1.5
/// scales.
#[derive(Clone, Default)]
struct Normal {
    pause: Duration,
    is_torn: bool,
}

impl LogDensity for Normal {
    fn dimension(&self) -> usize {
        2
    }

    fn log_density(&mut self, x: &[f64]) -> f64 {
        std::thread::sleep(self.pause);
        if self.is_torn && x[0].abs() > 1.5 {
            return f64::NAN;
        }
        -0.5 * (x[0] * x[0] + x[1] * x[1] / 100.0)
    }
}

impl LogDensityGradient for Normal {
    fn log_density_and_gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.copy_from_slice(&[-x[0], -x[1] / 100.0]);
        self.log_density(x)
    }
}

fn run() -> Run {
    Run::default()
        .with_seed(5)
        .with_chains(3)
        .with_warm_up(60)
        .with_draws(40)
}

/// A run in three parts, through bytes and on other numbers of threads, is the run in one.
fn check_resumption<S: Sampler<Normal>>(sampler: &S) {
    let whole = sample(Normal::default, sampler, &run()).expect("a normal can be sampled");
    let mut checkpoint = Checkpoint::default();
    for (draws, threads) in [(1, 1), (17, 2), (40, 1)] {
        let part = run().with_draws(draws).with_threads(threads);
        checkpoint =
            resume(Normal::default, sampler, &part, checkpoint).expect("a normal can be sampled");
        assert_eq!(checkpoint.draws(), draws);
        checkpoint = Checkpoint::from_bytes(&checkpoint.to_bytes()).expect("bytes just written");
    }
    assert_eq!(checkpoint.trace().expect("chains of equal length"), whole);
    // Negative control: with another sampler's draws it would not be equal.
    let other =
        sample(Normal::default, sampler, &run().with_seed(6)).expect("a normal can be sampled");
    assert_ne!(checkpoint.trace().expect("chains of equal length"), other);
}

#[test]
fn nuts_goes_on_to_the_same_bits() {
    check_resumption(&Nuts::default());
    check_resumption(&Nuts::default().with_metric(MetricShape::Dense));
    check_resumption(&Nuts::default().with_start(Start::Pathfinder));
}

#[test]
fn hmc_goes_on_to_the_same_bits() {
    check_resumption(&Hmc::default());
    check_resumption(&Ehmc::default());
}

#[test]
fn walkers_go_on_to_the_same_bits() {
    check_resumption(&Walkers::default());
}

#[test]
fn slices_go_on_to_the_same_bits() {
    check_resumption(&Slice::default());
}

#[test]
fn a_run_cancelled_before_it_began_has_no_draws_and_can_be_taken_up() {
    let cancel = Cancel::new();
    cancel.cancel();
    let cancelled = run().with_control(Control::default().with_cancel(cancel));
    let left = resume(
        Normal::default,
        &Nuts::default(),
        &cancelled,
        Checkpoint::default(),
    )
    .unwrap();
    assert_eq!(left.trace().unwrap().draws_per_chain(), 0);
    let whole = resume(Normal::default, &Nuts::default(), &run(), left).unwrap();
    assert_eq!(
        whole.trace().unwrap(),
        sample(Normal::default, &Nuts::default(), &run()).unwrap()
    );
}

#[test]
fn a_cancelled_run_returns_what_was_drawn_and_goes_on_later() {
    let cancel = Cancel::new();
    let token = cancel.clone();
    let control = Control::default()
        .with_cancel(cancel)
        .with_listener(move |progress| {
            if progress.phase == Phase::Sampling && progress.iteration > 3 {
                token.cancel();
            }
        });
    let slow = || Normal {
        pause: Duration::from_millis(2),
        is_torn: false,
    };
    let short = run().with_warm_up(0).with_draws(400).with_threads(1);
    let sampler = Hmc::default();
    let cancelled = short.clone().with_control(control);
    let left = resume(slow, &sampler, &cancelled, Checkpoint::default()).unwrap();
    let trace = left.trace().unwrap();
    // The first chain was ended in the middle; the others had not begun and are left out.
    assert_eq!(trace.chains(), 1);
    assert!((4..400).contains(&trace.draws_per_chain()));
    let whole = sample(Normal::default, &sampler, &short).unwrap();
    let drawn = trace.draws().len();
    assert_eq!(trace.draws(), &whole.draws()[..drawn]);
    let resumed = resume(Normal::default, &sampler, &short, left).unwrap();
    assert_eq!(resumed.trace().unwrap(), whole);
}

#[test]
fn a_time_limit_ends_a_run() {
    let slow = || Normal {
        pause: Duration::from_millis(1),
        is_torn: false,
    };
    let control = Control::default().with_time_limit(Duration::from_millis(100));
    let run = run().with_draws(1_000_000).with_control(control);
    let start = Instant::now();
    let trace = sample(slow, &Walkers::default(), &run).unwrap();
    assert!(trace.draws_per_chain() < 1_000_000);
    assert!(start.elapsed() >= Duration::from_millis(100));
}

#[test]
fn a_listener_hears_the_end_of_each_chain_and_few_events_before() {
    let (events, ends, divergences) =
        <(Arc<AtomicUsize>, Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
    let (heard, ended, diverged) = (events.clone(), ends.clone(), divergences.clone());
    let control = Control::default().with_listener(move |progress| {
        heard.fetch_add(1, Ordering::Relaxed);
        if progress.has_ended {
            ended.fetch_add(1, Ordering::Relaxed);
            diverged.fetch_add(progress.divergences, Ordering::Relaxed);
            assert_eq!(progress.iteration, progress.iterations);
            assert_eq!(progress.phase, Phase::Sampling);
        }
    });
    let torn = || Normal {
        pause: Duration::ZERO,
        is_torn: true,
    };
    let start = Instant::now();
    let watched = run().with_control(control);
    let trace = sample(torn, &Nuts::default(), &watched).unwrap();
    let most = 3 * (1 + start.elapsed().as_millis() / 200) as usize;
    assert_eq!(ends.load(Ordering::Relaxed), 3);
    assert!(events.load(Ordering::Relaxed) <= most);
    assert!(trace.divergences() > 0);
    assert_eq!(divergences.load(Ordering::Relaxed), trace.divergences());
    // Watching changes nothing.
    assert_eq!(trace, sample(torn, &Nuts::default(), &run()).unwrap());
}

#[test]
fn damaged_bytes_are_refused_wherever_they_are_damaged() {
    let part = run().with_draws(3).with_chains(1);
    let checkpoint = resume(
        Normal::default,
        &Nuts::default(),
        &part,
        Checkpoint::default(),
    )
    .unwrap();
    let bytes = checkpoint.to_bytes();
    assert_eq!(Checkpoint::from_bytes(&bytes), Ok(checkpoint));
    for place in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[place] ^= 0x10;
        assert!(Checkpoint::from_bytes(&damaged).is_err(), "byte {place}");
        assert!(Checkpoint::from_bytes(&bytes[..place]).is_err(), "{place}");
    }
    assert_eq!(
        Checkpoint::from_bytes(b"a text"),
        Err(CheckpointError::NoCheckpoint)
    );
    let mut newer = bytes;
    newer[8] = 9;
    assert_eq!(
        Checkpoint::from_bytes(&newer),
        Err(CheckpointError::Version {
            expected: 1,
            found: 9
        })
    );
}

#[test]
fn a_checkpoint_of_another_run_is_refused() {
    let sampler = Nuts::default();
    let checkpoint = resume(Normal::default, &sampler, &run(), Checkpoint::default()).unwrap();
    for other in [
        run().with_seed(1),
        run().with_key(1),
        run().with_chains(2),
        run().with_warm_up(1),
    ] {
        let error = resume(Normal::default, &sampler, &other, checkpoint.clone()).unwrap_err();
        assert!(
            matches!(
                error,
                SampleError::Checkpoint(CheckpointError::OtherRun { .. })
            ),
            "{error}"
        );
    }
}
