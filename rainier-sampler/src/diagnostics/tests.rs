//! Checks diagnostics on processes whose answers are known in closed form, and on degenerate draws.

use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::*;

/// Chains of xₜ = φ xₜ₋₁ + e, begun in equilibrium.
fn autoregressive(phi: f64, chains: usize, draws: usize) -> Vec<Vec<f64>> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut normal = || -> f64 { StandardNormal.sample(&mut rng) };
    (0..chains)
        .map(|_| {
            let mut x = normal() / (1.0 - phi * phi).sqrt();
            (0..draws)
                .map(|_| {
                    x = phi * x + normal();
                    x
                })
                .collect()
        })
        .collect()
}

#[test]
fn effective_size_of_an_autoregressive_chain_is_the_closed_form() {
    // τ = (1 + φ) / (1 − φ).
    for (phi, tau) in [(0.0, 1.0), (0.5, 3.0), (0.9, 19.0), (-0.5, 1.0 / 3.0)] {
        let chains = autoregressive(phi, 4, 10_000);
        let expected = 40_000.0 / tau;
        // The estimate's own relative error is about √(2 · lags / draws); lags reach about 6 τ.
        let relative_error = (2.0 * 6.0 * f64::max(tau, 1.0) / 40_000.0).sqrt();
        let found = ess_mean(&chains);
        let agrees =
            |size: f64| testkit::within_standard_errors(found, size, size * relative_error);
        assert!(agrees(expected), "φ = {phi}: {found} for {expected}");
        assert!(
            !agrees(2.0 * expected),
            "φ = {phi}: the check tells a factor of two apart"
        );
    }
}

#[test]
fn chains_that_agree_have_rhat_near_one_and_a_shifted_one_does_not() {
    let mut chains = autoregressive(0.3, 4, 2_000);
    assert!(rhat(&chains) < 1.01);
    chains[2].iter_mut().for_each(|x| *x += 1.0);
    assert!(rhat(&chains) > 1.05);
}

#[test]
fn a_chain_of_another_spread_shows_in_rhat() {
    let mut chains = autoregressive(0.0, 4, 2_000);
    chains[1].iter_mut().for_each(|x| *x *= 3.0);
    assert!(rhat(&chains) > 1.05);
}

#[test]
fn degenerate_draws_have_no_diagnostics() {
    let none: [[f64; 0]; 0] = [];
    assert!(rhat(&none).is_nan() && ess_bulk(&none).is_nan() && mean(&none).is_nan());
    let ragged = [vec![1.0, 2.0], vec![1.0]];
    assert!(ess_mean(&ragged).is_nan() && mcse_quantile(&ragged, 0.5).is_nan());
    let infinite = [[1.0, f64::INFINITY, 2.0, 3.0, 1.0, 2.0]];
    assert!(rhat(&infinite).is_nan() && ess_tail(&infinite).is_nan());
    let constant = [[2.0; 50]; 4];
    assert!(ess_bulk(&constant).is_nan() && mcse_sd(&constant).is_nan());
    assert_eq!(mean(&constant), 2.0);
    assert!(
        ess_mean(&[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]]).is_nan(),
        "nine draws are too few"
    );
}

#[test]
fn ranks_go_from_one_to_the_number_of_draws_and_ties_share_their_mean() {
    assert_eq!(
        ranks(&[[3.0, -0.0, 7.0], [0.0, 0.0, 9.0]]),
        [[4.0, 2.0, 5.0], [2.0, 2.0, 6.0]]
    );
    let total: f64 = ranks(&autoregressive(0.5, 3, 101)).concat().iter().sum();
    assert_eq!(total, 303.0 * 304.0 / 2.0);
    let undefined = ranks(&[vec![1.0, f64::NAN], vec![2.0]]);
    assert_eq!([undefined[0].len(), undefined[1].len()], [2, 1]);
    assert!(undefined.concat().iter().all(|rank| rank.is_nan()));
}

#[test]
fn few_draws_on_a_slope_are_worth_fewer_than_there_are() {
    for draws in 10..30 {
        let slope: Vec<f64> = (0..draws).map(f64::from).collect();
        let found = ess_mean(&vec![slope; 4]);
        assert!(found < f64::from(4 * draws), "{found} for 4 times {draws}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50))]

    #[test]
    fn bulk_size_does_not_change_under_monotone_maps(seed in any::<u64>()) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let chains: Vec<Vec<f64>> = (0..3)
            .map(|_| (0..40).map(|_| StandardNormal.sample(&mut rng)).collect())
            .collect();
        let cubes: Vec<Vec<f64>> =
            chains.iter().map(|chain| chain.iter().map(|x| x.powi(3)).collect()).collect();
        prop_assert!((ess_bulk(&chains) - ess_bulk(&cubes)).abs() < 1e-9);
    }
}
