//! Claims: at the edges of parameters' domains and where shares round to nothing, values and slopes
//! are their limits, not NaN.
//!
//! In: parameters at an edge. Out: value and slopes there, which closed forms tell.

use rainier_core::{Program, Real};
use rainier_dist::discrete::{Bernoulli, Binomial};
use rainier_dist::distribution::{Cumulative, Discrete, Distribution};
use testkit::relative_error;

/// Value and slope of an expression of one unknown at a number.
fn value_and_slope(of: impl Fn(&Real) -> Real, at: f64) -> [f64; 2] {
    let unknown = Real::parameter("unknown");
    let program = Program::compile_with_gradient(&of(&unknown), &[unknown]).unwrap();
    let mut evaluator = program.bind(&[]).unwrap().evaluator();
    let outputs = evaluator.evaluate(&[at]);
    [outputs[0], outputs[1]]
}

#[test]
fn truncation_of_a_zero_that_never_happens_changes_nothing() {
    let truncated = |p: &Real| Binomial::new(3, p).zero_truncated();
    let of = |x: f64, p: f64| value_and_slope(|p| truncated(p).log_density(&Real::constant(x)), p);
    // ln p³ − ln(1 − (1 − p)³).
    assert_eq!(of(3.0, 1.0), [0.0, 3.0]);
    for x in [1.0, 2.0] {
        let [value, slope] = of(x, 1.0);
        assert_eq!(value, f64::NEG_INFINITY);
        assert!(!slope.is_nan(), "{slope}");
    }
    // The control: beside the edge it does change something.
    let [value, _] = of(3.0, 0.5);
    assert!(
        relative_error(value, (1.0_f64 / 7.0).ln()) < 1e-14,
        "{value}"
    );
    for x in [0.0, 1.0, 2.5, 3.0] {
        let x = Real::constant(x);
        let tails = [
            value_and_slope(|p| truncated(p).log_cumulative(&x), 1.0),
            value_and_slope(|p| truncated(p).log_survival(&x), 1.0),
        ];
        assert!(
            !tails.concat().iter().any(|number| number.is_nan()),
            "{tails:?} at {x:?}"
        );
    }
    let hurdle = |p: &Real| {
        Bernoulli::new(p)
            .hurdle(0.25)
            .log_density(&Real::constant(1.0))
    };
    assert_eq!(value_and_slope(hurdle, 1.0)[0], 0.25_f64.ln());
}

/// With p = e^η/(1 + e^η) → 0 the tail P(X > k) is C(n, k + 1) p^(k + 1), so that its logarithm's
/// slope is k + 1, and with p → 1 that of P(X ≤ k) is −(n − k).
#[test]
fn binomial_tails_by_logit_have_their_slopes_however_rare_one_side_is() {
    const TRIALS: i32 = 10;
    for k in 0..TRIALS {
        let x = Real::from(k);
        let binomial = |logit: &Real| Binomial::with_logit(TRIALS, logit);
        let below = |logit: f64| value_and_slope(|eta| binomial(eta).log_cumulative(&x), logit);
        let above = |logit: f64| value_and_slope(|eta| binomial(eta).log_survival(&x), logit);
        for size in [40.0, 300.0, 690.0, 699.999, 700.0, 720.0, 745.0, 800.0, 1e5] {
            let rising = f64::from(k + 1);
            let choose = |n: i32| -> f64 {
                (1..=n)
                    .map(|i| (f64::from(TRIALS + 1 - i) / f64::from(i)).ln())
                    .sum()
            };
            let label = format!("k = {k}, logit ±{size}");
            let [value, slope] = above(-size);
            assert!(
                relative_error(value, choose(k + 1) - rising * size) < 1e-12,
                "{label}: {value}"
            );
            assert!(relative_error(slope, rising) < 1e-12, "{label}: {slope}");
            let falling = f64::from(TRIALS - k);
            let [value, slope] = below(size);
            assert!(
                relative_error(value, choose(TRIALS - k) - falling * size) < 1e-12,
                "{label}: {value}"
            );
            assert!(relative_error(slope, -falling) < 1e-12, "{label}: {slope}");
            // What is nearly certain is so at any logit.
            for [value, slope] in [below(-size), above(size)] {
                assert!(
                    value <= 0.0 && value > -1e-14 && slope.abs() < 1e-13,
                    "{label}: {value}, {slope}"
                );
            }
        }
    }
}
