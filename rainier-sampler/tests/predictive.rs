//! Checks predictive accuracy against many digits and against exact leave-one-out.
//!
//! In: ratios of a known tail, a conjugate normal model. Out: weights, k̂ and elpd that agree.

use rainier_sampler::Streams;
use rainier_sampler::diagnostics::{compare, largest_reliable_k, loo, pareto_smooth, waic};
use rand::RngExt;
use rand_distr::StandardNormal;
use testkit::{relative_error, within_standard_errors};

/// Ratios, shape of their tail, relative efficiency; k̂, the largest and the twelfth log weight, and
/// the sum of squared weights, from `tests/python/psis_reference.py` (mpmath, 50 digits).
const REFERENCE: [(u32, f64, f64, [f64; 4]); 4] = [
    (
        200,
        0.25,
        1.0,
        [
            0.31242527893453596,
            -4.0881937676340363,
            -5.5765046012059823,
            0.0055555687392280336,
        ],
    ),
    (
        1000,
        0.5,
        0.5,
        [
            0.49787399464062646,
            -3.7962801524399174,
            -7.3289939150210536,
            0.0022527788451655905,
        ],
    ),
    (
        1001,
        0.875,
        1.0,
        [
            0.82256462253062472,
            -2.0873543814232007,
            -8.0840245243390314,
            0.02245608346816374,
        ],
    ),
    (
        50,
        1.5,
        1.0,
        [
            0.85125281327182631,
            -0.93314587142533618,
            -6.4241216718751913,
            0.19195136816371245,
        ],
    ),
];

#[test]
fn smoothed_weights_agree_with_fifty_digits() {
    for (count, slope, efficiency, expected) in REFERENCE {
        let ratios: Vec<f64> = (0..count)
            .map(|s| {
                let p = (f64::from(37 * s % count) + 0.5) / f64::from(count);
                -slope * (-p).ln_1p()
            })
            .collect();
        let smoothed = pareto_smooth(&ratios, efficiency);
        let weights = &smoothed.log_weights;
        let found = [
            smoothed.pareto_k,
            weights.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            weights[11],
            weights.iter().map(|w| (2.0 * w).exp()).sum(),
        ];
        for (found, expected) in found.into_iter().zip(expected) {
            assert!(
                relative_error(found, expected) < 1e-10,
                "{count}, {slope}: {found} for {expected}"
            );
        }
    }
}

#[test]
fn the_reliable_shape_grows_with_the_draws_up_to_seven_tenths() {
    assert!((largest_reliable_k(100) - 0.5).abs() < 1e-15);
    assert_eq!(largest_reliable_k(1_000_000), 0.7);
}

/// Observations of a normal with unit variance whose mean has the prior N(0, 100).
const OBSERVATIONS: [f64; 12] = [
    0.3, -1.2, 0.8, 1.9, 0.1, -0.4, 2.2, 0.6, -0.9, 1.1, 0.5, 1.4,
];
const PRIOR_VARIANCE: f64 = 100.0;

/// Mean and variance of the mean's posterior.
fn posterior(data: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let variance = 1.0 / (1.0 / PRIOR_VARIANCE + data.clone().count() as f64);
    (variance * data.sum::<f64>(), variance)
}

fn log_normal_density(x: f64, mean: f64, variance: f64) -> f64 {
    -0.5 * ((x - mean).powi(2) / variance + (std::f64::consts::TAU * variance).ln())
}

fn exact_leave_one_out() -> f64 {
    (0..OBSERVATIONS.len())
        .map(|left| {
            let others = OBSERVATIONS
                .iter()
                .copied()
                .enumerate()
                .filter(move |(i, _)| *i != left)
                .map(|(_, y)| y);
            let (mean, variance) = posterior(others);
            log_normal_density(OBSERVATIONS[left], mean, 1.0 + variance)
        })
        .sum()
}

/// Log likelihoods `[chain]`, each `[draw][observation]`, at independent draws of the posterior.
fn log_likelihoods(seed: u64) -> Vec<Vec<f64>> {
    let (mean, variance) = posterior(OBSERVATIONS.iter().copied());
    (0..4)
        .map(|chain| {
            let mut rng = Streams::from_seed(seed).stream(0, chain);
            let mut rows = Vec::new();
            for _ in 0..500 {
                let standard: f64 = rng.sample(StandardNormal);
                let mu = mean + variance.sqrt() * standard;
                rows.extend(OBSERVATIONS.map(|y| log_normal_density(y, mu, 1.0)));
            }
            rows
        })
        .collect()
}

#[test]
fn leave_one_out_of_a_conjugate_normal_is_exact() {
    let exact = exact_leave_one_out();
    let runs = 40_u32;
    let mut elpds = Vec::new();
    let mut fits = Vec::new();
    for seed in 0..runs {
        let loo = loo(&log_likelihoods(u64::from(seed)), OBSERVATIONS.len()).unwrap();
        assert!(loo.unreliable().is_empty(), "{:?}", loo.pareto_k);
        elpds.push(loo.accuracy.elpd);
        fits.push(loo.accuracy.elpd + loo.accuracy.effective_parameters);
    }
    let mean = elpds.iter().sum::<f64>() / f64::from(runs);
    let variance = elpds.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / f64::from(runs - 1);
    let error = (variance / f64::from(runs)).sqrt();
    assert!(
        within_standard_errors(mean, exact, error),
        "{mean} ± {error} for {exact}"
    );
    // Negative control: how well the data themselves are fitted is another number.
    let fitted = fits.iter().sum::<f64>() / f64::from(runs);
    assert!(!within_standard_errors(fitted, exact, error), "{fitted}");
}

#[test]
fn waic_is_near_leave_one_out_where_no_observation_stands_out() {
    let chains = log_likelihoods(1);
    let waic = waic(&chains, OBSERVATIONS.len()).unwrap();
    let loo = loo(&chains, OBSERVATIONS.len()).unwrap();
    // They differ in the second order of 1/n; the effective parameters, about 1, set the scale.
    let scale = loo.accuracy.effective_parameters / OBSERVATIONS.len() as f64;
    assert!((waic.elpd - loo.accuracy.elpd).abs() < scale);
    assert!((0.5..1.5).contains(&waic.effective_parameters));
}

#[test]
fn waic_of_two_draws_is_the_formula() {
    // ln mean(e⁻¹, e⁻³) − Var(−1, −3) = −1 + ln((1 + e⁻²)/2) − 2.
    let found = waic(&[[-1.0, -3.0]], 1).unwrap();
    let expected = -3.0 + ((-2.0_f64).exp().ln_1p() - 2.0_f64.ln());
    assert!((found.elpd - expected).abs() < 1e-15);
    assert!((found.effective_parameters - 2.0).abs() < 1e-15);
}

#[test]
fn a_difference_has_the_error_of_paired_terms() {
    let first = waic(&[[-1.0, -2.0, -4.0, -1.0, -2.0, -4.0]], 3).unwrap();
    let second = waic(&[[-2.0, -3.0, -4.0, -2.0, -3.0, -4.0]], 3).unwrap();
    let difference = compare(&first, &second).unwrap();
    assert!((difference.elpd - 2.0).abs() < 1e-14);
    // Differences 1, 1, 0: variance 1/3, times 3.
    assert!((difference.standard_error - 1.0).abs() < 1e-14);
    let other = waic(&[[-1.0, -1.0]], 1).unwrap();
    assert_eq!(compare(&first, &other), None);
}

#[test]
fn shapes_that_do_not_fit_have_no_answer_and_an_infinite_likelihood_none_alone() {
    assert_eq!(loo(&[[-1.0; 5]], 2), None);
    assert_eq!(loo(&[[-1.0; 4]], 0), None);
    assert_eq!(waic(&[vec![-1.0; 4], vec![-1.0; 2]], 2), None);
    assert_eq!(waic::<[f64; 2]>(&[], 2), None);
    let mut chains = log_likelihoods(2);
    chains[1][OBSERVATIONS.len()] = f64::NEG_INFINITY;
    let loo = loo(&chains, OBSERVATIONS.len()).unwrap();
    assert_eq!(loo.unreliable(), [0]);
    assert!(loo.accuracy.pointwise[0].is_nan() && loo.accuracy.elpd.is_nan());
    assert!(loo.accuracy.pointwise[1..].iter().all(|x| x.is_finite()));
}
