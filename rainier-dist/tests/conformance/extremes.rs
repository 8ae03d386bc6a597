//! Claims: generators are right at the ends of their parameters' ranges, which one table of fits
//! cannot test.

use rainier_dist::continuous::{Beta, Gamma, InverseGamma, StudentT};
use rainier_dist::discrete::{Binomial, Geometric, NegativeBinomial, Poisson};
use rainier_dist::distribution::{Discrete, Distribution, Number};
use testkit::{sample_mean, within_standard_errors};

use crate::table::draws as seeded;

const DRAWS: usize = 20_000;

fn draws<V: Number>(distribution: &dyn Distribution<Value = V>) -> Vec<f64> {
    seeded(&distribution.generator(), 11, DRAWS)
}

/// The draws' mean is this one, and not one that is wrong by a tenth.
fn check_mean(distribution: &dyn Discrete, expected: f64) {
    let found = sample_mean(&draws(distribution));
    let name = distribution.name();
    assert!(found.agrees_with(expected), "{name}: {found:?}, {expected}");
    assert!(
        !found.agrees_with(1.1 * expected),
        "{name}: blind, {found:?}"
    );
}

#[test]
fn rare_events_of_many_trials_keep_their_mean() {
    // Here 1 − p rounds to a number whose n-th power is wrong by a tenth.
    check_mean(&Binomial::new(5e15, 8e-16), 4.0);
    check_mean(&NegativeBinomial::new(2.0, 0.5), 2.0);
    check_mean(&NegativeBinomial::new(3.0, 1e12), 3.0);
}

#[test]
fn failures_before_the_rarest_success_are_drawn_at_once() {
    check_mean(&Geometric::new(1e-12), 1e12);
    let beyond = draws(&Geometric::new(1e-300));
    assert!(beyond.iter().all(|&count| count == i64::MAX as f64));
    assert!(
        draws(&Geometric::new(1.0))
            .iter()
            .all(|&count| count == 0.0)
    );
}

#[test]
fn large_rates_are_drawn_and_larger_than_all_integers_saturate() {
    let rate = 1e17;
    let found = sample_mean(&draws(&Poisson::new(rate)));
    assert!(found.agrees_with(rate), "{found:?}");
    // √λ is known: the spread is that of a Poisson count, not that of a rounded constant.
    let error = (rate / DRAWS as f64).sqrt();
    assert!((found.standard_error / error - 1.0).abs() < 0.05);
    assert!(
        draws(&Poisson::new(1e300))
            .iter()
            .all(|&count| count == i64::MAX as f64)
    );
}

#[test]
fn hurdles_over_counts_that_are_hardly_ever_positive_are_drawn() {
    // Given that it is positive, such a count is 1 but for one in two million.
    check_mean(&Poisson::new(1e-6).hurdle(0.5), 0.5);
    // E[x | x > 0] = λ / (1 − e^−λ).
    let rate = 2.0_f64;
    check_mean(
        &Poisson::new(rate).hurdle(0.5),
        -0.5 * rate / (-rate).exp_m1(),
    );
}

#[test]
fn shapes_near_zero_draw_numbers() {
    for shape in [1e-3, 1e-6, 1e-300] {
        let all = [
            draws(&Beta::new(shape, shape)),
            draws(&Beta::new(shape, 1.0)),
            draws(&Gamma::new(shape, 1.0)),
        ];
        for draw in all.concat() {
            assert!(draw >= 0.0 && draw.is_finite(), "{draw} of shape {shape}");
        }
    }
}

#[test]
fn heavy_tails_reach_as_far_as_numbers_do() {
    let t = StudentT::new(0.01, 0.0, 1.0);
    let inverse_gamma = InverseGamma::new(0.01, 1.0);
    // Probabilities beyond, by mpmath 1.3.0. The variables divided by, as numbers, are 0 there.
    for (distribution, beyond, expected) in [
        (
            &t as &dyn Distribution<Value = f64>,
            1e100,
            0.048526328575587002,
        ),
        (&t, 1e250, 0.0015345372478456922),
        (&inverse_gamma, 1e100, 0.1005706528500385),
        (&inverse_gamma, 1e300, 0.0010057065285003849),
    ] {
        let all = draws(distribution);
        let share = all.iter().filter(|&&draw| draw > beyond).count() as f64 / DRAWS as f64;
        let error = (expected * (1.0 - expected) / DRAWS as f64).sqrt();
        let label = format!("{}: {share}, {expected}", distribution.name());
        assert!(within_standard_errors(share, expected, error), "{label}");
        let wrong = expected + 11.0 * error;
        assert!(!within_standard_errors(share, wrong, error), "{label}");
    }
}
