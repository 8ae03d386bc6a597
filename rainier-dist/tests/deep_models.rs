//! Depth and size of a model are bounded by memory, not by the stack.
//!
//! In: models of a hundred thousand conditions, zips and binds, and of many unknowns. Out: they
//! compile, evaluate and drop in a thread with a stack of 2 MiB.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::thread;

use rainier_core::Real;
use rainier_dist::continuous::Normal;
use rainier_dist::{
    Generator, Param, PortableTemplate, Posterior, PosteriorDensity, RandomVariable, Template,
    Value,
};
use rainier_sampler::LogDensity;

fn log_density<T: Value + Clone>(model: &RandomVariable<T>, position: &[f64]) -> f64 {
    model.compile().unwrap().evaluator().log_density(position)
}

fn standard() -> RandomVariable<Real> {
    Normal::new(0.0, 1.0).param()
}

/// Runs `work` with a stack of 2 MiB.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(work)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn deep_chains_need_no_stack() {
    // Powers of two, whose sums are exact.
    let (curvature, slope) = (2_f64.powi(-17), 2_f64.powi(-30));
    on_a_small_stack(move || {
        let mut model = standard();
        for _ in 0..100_000 {
            model = model.condition(|x| -curvature * (x * x));
        }
        for _ in 0..100_000 {
            model = model.zip(RandomVariable::constant(())).map(|(x, ())| x);
        }
        for _ in 0..100_000 {
            model = model.flat_map(|x| RandomVariable::constant(x).condition(move |x| slope * x));
        }
        let added = 100_000.0 * (slope - curvature);
        let expected = log_density(&standard(), &[1.0]) + added;
        assert!(testkit::relative_error(log_density(&model, &[1.0]), expected) < 1e-15);
    });
}

#[test]
fn many_unknowns_in_sequence_need_no_stack() {
    on_a_small_stack(|| {
        let model = RandomVariable::fill(20_000, standard);
        assert_eq!(model.compile().unwrap().dimension(), 20_000);
    });
}

#[test]
fn posteriors_cross_threads() {
    fn crosses<T: Send + Sync>() {}
    fn moves<T: Send>() {}
    crosses::<RandomVariable<Real>>();
    crosses::<Template<(Real, Generator<f64>)>>();
    crosses::<Posterior<(Real, Generator<f64>)>>();
    crosses::<PortableTemplate>();
    moves::<PosteriorDensity>();
}
