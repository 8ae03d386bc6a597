//! Modes and normals are those of the posterior, and a run that was left goes on.
//!
//! In: posteriors whose modes and evidence are known in closed form. Out: the value at the highest
//! mode, Laplace's evidence, errors that say what was wrong.

use rainier_core::Real;
use rainier_dist::distribution::Support;
use rainier_dist::{Fit, Param, RandomVariable, SampleError, continuous, discrete};
use rainier_sampler::{Chain, Lbfgs, Run, Statistics, Trace};
use statrs::function::gamma::ln_gamma;
use testkit::relative_error;

use continuous::{Custom, Gamma, Normal};
use discrete::Poisson;

/// Two peaks, e^−10 times as high at −3 as at 3.
fn two_peaks() -> RandomVariable<Real> {
    let log_density = |x: &Real| {
        let peak = |at: f64| -(x - at).pow(2) * 8.0;
        (peak(3.0)).log_add_exp(&(peak(-3.0) - 10.0))
    };
    Custom::new("Two peaks", Support::WholeLine, log_density).param()
}

#[test]
fn the_highest_mode_that_any_start_leads_to_is_returned() {
    let posterior = two_peaks().compile().unwrap();
    let run = Run::default().with_seed(1);
    let alone = |key| {
        let run = run.clone().with_chains(1).with_key(key);
        posterior.optimize(&Lbfgs::default(), &run).unwrap().value
    };
    let lower = (0..20).filter(|key| alone(*key) < 0.0).count();
    assert!(
        (1..20).contains(&lower),
        "one start finds either: {lower} of 20"
    );
    for key in 0..20 {
        let run = run.clone().with_chains(16).with_key(key);
        let mode = posterior.optimize(&Lbfgs::default(), &run).unwrap();
        assert!((mode.value - 3.0).abs() < 1e-6, "{mode:?}");
    }
}

/// Gamma(2, 1) and n counts of sum s: posterior Gamma(2 + s, 1 + n), in x = ln λ with mode
/// (2 + s) / (1 + n) and evidence Γ(2 + s) / (1 + n)^(2 + s) / Π kᵢ!.
#[test]
fn the_normal_has_nearly_the_evidence_of_a_conjugate_posterior() {
    let counts: Vec<u32> = (0..400).map(|i| i % 7).collect();
    let model = Gamma::new(2, 1)
        .param()
        .flat_map(|rate| Poisson::new(&rate).fit(&counts).map(|()| rate));
    let run = Run::default().with_seed(2);
    let posterior = model.compile().unwrap();
    let fit = posterior.laplace(&Lbfgs::default(), &run).unwrap();

    let (shape, rate) = (2.0 + f64::from(counts.iter().sum::<u32>()), 401.0_f64);
    let mode = posterior.optimize(&Lbfgs::default(), &run).unwrap();
    assert!(relative_error(mode.value, shape / rate) < 1e-6);
    // A gamma variable's logarithm has the curvature of its shape.
    let spread = fit.normal.standard_deviation(0);
    assert!(relative_error(spread, shape.sqrt().recip()) < 1e-6);

    let ln_factorials: f64 = counts.iter().map(|k| ln_gamma(f64::from(*k) + 1.0)).sum();
    let exact = ln_gamma(shape) - shape * rate.ln() - ln_factorials;
    // Stirling's series: what the normal leaves out is 1 / (12 shape) in the logarithm.
    let found = fit.normal.log_evidence();
    assert!(
        (found + (12.0 * shape).recip() - exact).abs() < 1e-6,
        "{found}, exactly {exact}"
    );

    let draws = fit.trace.trace();
    assert_eq!((draws.chains(), draws.draws_per_chain()), (4, 1000));
    let error = mode.value / shape.sqrt() / 4000_f64.sqrt();
    let mean = fit.trace.summary().rows()[0].mean;
    assert!(
        (mean - mode.value).abs() < 5.0 * error + mode.value / shape,
        "{mean}"
    );
}

#[test]
fn what_has_no_mode_says_so() {
    let endless = Custom::new("Endless", Support::WholeLine, Real::clone).param();
    let found = endless.optimize(&Lbfgs::default(), &Run::default());
    assert!(matches!(found, Err(SampleError::Optimise(_))), "{found:?}");
}

#[test]
fn positions_of_another_model_are_refused() {
    let posterior = Normal::new(0, 1).param().compile().unwrap();
    let mut chain = Chain::new(2);
    chain.push(&[0.0, 1.0], Statistics::default()).unwrap();
    let names = vec!["a".to_owned(), "b".to_owned()];
    let positions = Trace::from_chains(names, vec![chain]).unwrap();
    let found = posterior.trace_of(positions, &Run::default());
    assert!(matches!(found, Err(SampleError::Trace(_))));
}
