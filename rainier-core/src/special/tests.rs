//! Checks limits, poles and awkward arguments against values computed elsewhere.
//!
//! In: the functions of this folder. Out: a failure naming the argument. Expected values are
//! from mpmath 1.3.0 with 60 digits, rounded once. The large reference table is checked by
//! `tests/special_functions.rs`.

use std::f64::consts::LN_2;

use super::*;

const INFINITY: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// Units in the last place between two numbers; equal numbers (infinities, too) are 0 apart.
fn units_apart(actual: f64, expected: f64) -> f64 {
    if actual == expected || (actual.is_nan() && expected.is_nan()) {
        return 0.0;
    }
    let spacing = (expected.abs().next_up() - expected.abs()).max(f64::from_bits(1));
    (actual - expected).abs() / spacing
}

#[track_caller]
fn check(f: impl Fn(f64) -> f64, units: f64, table: &[(f64, f64)]) {
    for &(x, expected) in table {
        let apart = units_apart(f(x), expected);
        assert!(
            apart <= units,
            "f({x:e}) is {:e}, not {expected:e}: {apart} ulp",
            f(x)
        );
    }
}

#[track_caller]
fn check_pairs(f: impl Fn(f64, f64) -> f64, units: f64, table: &[([f64; 2], f64)]) {
    for &([a, b], expected) in table {
        check(|b| f(a, b), units, &[(b, expected)]);
    }
}

/// Values at −∞, −0, 0, ∞; NaN must stay NaN.
#[track_caller]
fn check_edges(f: impl Fn(f64) -> f64, expected: [f64; 4]) {
    for (x, expected) in [-INFINITY, -0.0, 0.0, INFINITY].into_iter().zip(expected) {
        check(&f, 0.0, &[(x, expected)]);
    }
    check(f, 0.0, &[(NAN, NAN)]);
}

#[test]
fn limits_are_exact() {
    check_edges(logistic, [0.0, 0.5, 0.5, 1.0]);
    check_edges(log_logistic, [-INFINITY, -LN_2, -LN_2, 0.0]);
    check_edges(softplus, [0.0, LN_2, LN_2, INFINITY]);
    check_edges(ln_one_minus_exp, [0.0, -INFINITY, -INFINITY, NAN]);
    check_edges(erf, [-1.0, 0.0, 0.0, 1.0]);
    check_edges(erfc, [2.0, 1.0, 1.0, 0.0]);
    check_edges(ln_erfc, [LN_2, 0.0, 0.0, -INFINITY]);
    check_edges(ln_gamma, [INFINITY, INFINITY, INFINITY, INFINITY]);
    check_edges(digamma, [NAN, INFINITY, -INFINITY, INFINITY]);
    check_edges(trigamma, [NAN, INFINITY, INFINITY, 0.0]);
    check_edges(|x| polygamma(2, x), [NAN, INFINITY, -INFINITY, 0.0]);
    check_edges(|x| polygamma(3, x), [NAN, INFINITY, INFINITY, 0.0]);
}

#[test]
fn poles_and_overflow_give_what_the_docs_say() {
    for pole in [-1.0, -2.0, -1e15, -1e300] {
        check(ln_gamma, 0.0, &[(pole, INFINITY)]);
        check(digamma, 0.0, &[(pole, NAN)]);
        check(trigamma, 0.0, &[(pole, INFINITY)]);
        check(|x| polygamma(2, x), 0.0, &[(pole, NAN)]);
        check(|x| polygamma(3, x), 0.0, &[(pole, INFINITY)]);
    }
    check(ln_gamma, 0.0, &[(1.0, 0.0), (2.0, 0.0), (1e306, INFINITY)]);
    check(trigamma, 0.0, &[(1e-300, INFINITY), (-1e-300, INFINITY)]);
    check(ln_one_minus_exp, 0.0, &[(1e-300, NAN), (1.0, NAN)]);
    check(ln_erfc, 0.0, &[(1e200, -INFINITY)]);
}

#[test]
fn limits_of_sums_and_differences_of_logarithms_are_exact() {
    // The logarithm of zero.
    let zero = -INFINITY;
    let sums = [([zero, zero], zero), ([zero, 3.0], 3.0), ([3.0, zero], 3.0)];
    check_pairs(log_add_exp, 0.0, &sums);
    check_pairs(
        log_add_exp,
        0.0,
        &[
            ([INFINITY, INFINITY], INFINITY),
            ([zero, INFINITY], INFINITY),
        ],
    );
    let differences = [([zero, zero], zero), ([3.0, zero], 3.0), ([3.0, 3.0], zero)];
    check_pairs(log_diff_exp, 0.0, &differences);
    check_pairs(
        log_diff_exp,
        0.0,
        &[([INFINITY, 3.0], INFINITY), ([INFINITY, INFINITY], NAN)],
    );
    check_pairs(
        log_diff_exp,
        0.0,
        &[
            ([1.0, 2.0], NAN),
            ([zero, 2.0], NAN),
            ([3.0, INFINITY], NAN),
        ],
    );
}

#[test]
fn limits_of_beta_and_binomial_are_exact() {
    let at_zero = [
        ([0.0, 2.0], INFINITY),
        ([0.0, 0.0], INFINITY),
        ([0.0, INFINITY], NAN),
    ];
    check_pairs(ln_beta, 0.0, &at_zero);
    check_pairs(
        ln_beta,
        0.0,
        &[
            ([2.0, INFINITY], -INFINITY),
            ([INFINITY, INFINITY], -INFINITY),
        ],
    );
    check_pairs(
        ln_beta,
        0.0,
        &[
            ([-1.0, 2.0], INFINITY),
            ([1.0, 1.0], 0.0),
            ([1.0, 0.5], LN_2),
        ],
    );
    check_pairs(
        ln_binomial,
        0.0,
        &[([7.0, 0.0], 0.0), ([7.0, 7.0], 0.0), ([0.0, 0.0], 0.0)],
    );
    check_pairs(
        ln_binomial,
        0.0,
        &[([7.0, 8.0], -INFINITY), ([7.0, -1.0], -INFINITY)],
    );
    check_pairs(
        ln_binomial,
        0.0,
        &[([INFINITY, 0.0], 0.0), ([INFINITY, 2.0], INFINITY)],
    );
    check_pairs(
        ln_binomial,
        0.0,
        &[([-1.0, 0.0], NAN), ([INFINITY, INFINITY], NAN)],
    );
}

#[test]
fn nan_in_either_argument_stays_nan() {
    for f in [log_add_exp, log_diff_exp, ln_beta, ln_binomial] {
        for other in [-INFINITY, -1.0, 0.0, 1.0, INFINITY] {
            check_pairs(f, 0.0, &[([NAN, other], NAN), ([other, NAN], NAN)]);
        }
    }
}

#[test]
fn order_zero_of_polygamma_is_digamma() {
    for x in [-2.5, 0.3, 7.0, 1e9] {
        assert_eq!(polygamma(0, x), digamma(x));
    }
}

#[test]
fn enormous_orders_end_quickly_and_overflow_to_infinity() {
    assert_eq!(polygamma(u32::MAX, 1.0), INFINITY);
    assert_eq!(polygamma(u32::MAX - 1, 1.0), -INFINITY);
    assert_eq!(polygamma(u32::MAX, 1e300), 0.0);
}

#[test]
fn ln_beta_and_ln_binomial_are_symmetric() {
    for [a, b] in [[0.3, 7.0], [2.5, 1e9], [40.0, 12.0]] {
        assert_eq!(ln_beta(a, b), ln_beta(b, a));
    }
    assert_eq!(ln_binomial(1e6, 12.0), ln_binomial(1e6, 1e6 - 12.0));
}

#[test]
fn ln_beta_beside_its_zeros_has_a_small_absolute_error() {
    for ([a, b], expected) in LN_BETA_BESIDE_ZERO {
        let error = (ln_beta(a, b) - expected).abs();
        assert!(
            error < f64::EPSILON,
            "ln_beta({a}, {b}) is off by {error:e}"
        );
    }
}

#[test]
fn awkward_arguments_of_the_logistic_family() {
    check(softplus, 2.0, &SOFTPLUS);
    check(log_logistic, 2.0, &LOG_LOGISTIC);
    check(ln_one_minus_exp, 2.0, &LN_ONE_MINUS_EXP);
    check_pairs(log_diff_exp, 4.0, &LOG_DIFF_EXP);
}

#[test]
fn awkward_arguments_of_the_gamma_family() {
    check(ln_gamma, 4.0, &LN_GAMMA);
    check(digamma, 4.0, &DIGAMMA);
    check(trigamma, 4.0, &TRIGAMMA);
    check(|x| polygamma(2, x), 4.0, &POLYGAMMA_2);
    check(|x| polygamma(3, x), 4.0, &POLYGAMMA_3);
    check(|x| polygamma(10, x), 8.0, &POLYGAMMA_10);
    check_pairs(ln_beta, 4.0, &LN_BETA);
    check_pairs(ln_binomial, 4.0, &LN_BINOMIAL);
}

#[test]
fn awkward_arguments_of_the_error_function() {
    check(erfc, 4.0, &ERFC);
    check(ln_erfc, 2.0, &LN_ERFC);
}

const SOFTPLUS: [(f64, f64); 8] = [
    (-800.0, 0.0),
    (-700.0, 9.85967654375977e-305),
    (-37.0, 8.533047625744066e-17),
    (-1.0, 0.3132616875182228),
    (1e-17, LN_2),
    (2.5, 2.5788897342925496),
    (36.0, 36.0),
    (1000.0, 1000.0),
];

const LOG_LOGISTIC: [(f64, f64); 6] = [
    (-1000.0, -1000.0),
    (-36.0, -36.0),
    (-2.5, -2.5788897342925496),
    (1.0, -0.3132616875182228),
    (37.0, -8.533047625744066e-17),
    (700.0, -9.85967654375977e-305),
];

const LN_ONE_MINUS_EXP: [(f64, f64); 8] = [
    (-1e-300, -690.7755278982137),
    (-1e-17, -39.14394658089878),
    (-1e-05, -11.512930464966061),
    (-0.69, -0.6963042971440567),
    (-0.7, -0.6863410028083852),
    (-1.0, -0.4586751453870819),
    (-37.0, -8.533047625744066e-17),
    (-700.0, -9.85967654375977e-305),
];

const LOG_DIFF_EXP: [([f64; 2], f64); 7] = [
    ([1.0, 0.0], 0.5413248546129181),
    ([1000.0, 999.0], 999.5413248546129),
    ([-1000.0, -1001.0], -1000.4586751453871),
    ([1.0, 0.9999999999999998], -35.04365338911715),
    ([3.0, -40.0], 3.0),
    ([0.0, -37.0], -8.533047625744066e-17),
    ([10000000000.0, 9999999999.0], 9999999999.541325),
];

const LN_GAMMA: [(f64, f64); 6] = [
    (0.1, 2.252712651734206),
    (-0.5, 1.2655121234846454),
    (-10.25, -14.20399790093109),
    (1e-310, 713.8013788281542),
    (3.5, 1.2009736023470743),
    (1000000000.0, 19723265827.503716),
];

const DIGAMMA: [(f64, f64); 10] = [
    (1e-300, -9.999999999999999e+299),
    (1.4616321449683622, -9.241265521729427e-17),
    (1.46, -0.0015805619870834522),
    (2.4999999, 0.7031565916094665),
    (2.5000001, 0.7031566896810175),
    (9.999, 2.2516474172057355),
    (1000000000.0, 20.723265836446412),
    (-0.25, 2.9141391202135276),
    (-3.75, -1.6923885983113303),
    (-1e-10, 9999999999.422785),
];

const TRIGAMMA: [(f64, f64); 10] = [
    (0.001, 1000001.6425331958),
    (0.5, 4.934802200544679),
    (1.5, 0.9348022005446793),
    (11.9, 0.08766320119000419),
    (12.1, 0.08615364647098629),
    (1000000000.0, 1.0000000005e-09),
    (1e+300, 1e-300),
    (-0.5, 8.934802200544679),
    (-7.25, 19.61035453929327),
    (-1e-10, 1e+20),
];

const POLYGAMMA_2: [(f64, f64); 9] = [
    (1e-05, -2000000000000002.0),
    (0.5, -16.82879664423432),
    (3.25, -0.12815694713911513),
    (13.9, -0.0055614402051562106),
    (14.1, -0.005399289543663942),
    (1000000000.0, -1.000000001e-18),
    (1e+150, -1e-300),
    (-0.25, 122.69736678366236),
    (-7.75, -124.03974558822776),
];

const POLYGAMMA_3: [(f64, f64); 8] = [
    (1e-05, 5.999999999999999e+20),
    (0.5, 97.40909103400244),
    (3.25, 0.09043335532465574),
    (15.9, 0.0005464552667637659),
    (16.1, 0.0005257341521283451),
    (1000000000.0, 2.000000003e-27),
    (-0.25, 1555.7633125348507),
    (-7.5, 194.8143059276446),
];

const POLYGAMMA_10: [(f64, f64); 5] = [
    (0.5, -7431824508.858769),
    (3.25, -8.988324312080879),
    (29.5, -8.578720673961957e-10),
    (30.5, -6.114265874820784e-10),
    (1000000000.0, -3.628800018144e-85),
];

const LN_BETA: [([f64; 2], f64); 6] = [
    ([0.25, 1e+300], -171.40585944985534),
    ([1e-300, 0.25], 690.7755278982137),
    ([12.0, 1000000000000000.0], -396.9630088930544),
    ([9.999, 10.001], -13.736229121870219),
    ([0.001, 10.0], 6.904927080213461),
    ([100000.0, 100000.5], -138634.27363556335),
];

const LN_BETA_BESIDE_ZERO: [([f64; 2], f64); 4] = [
    ([0.75, 1.4], 0.013212303554812309),
    ([0.3, 46.0], -0.05050854530997582),
    ([0.5, 3.3817502647645807], -8.511457283635549e-16),
    ([0.999, 1.001], 1.6449346081210252e-06),
];

const LN_BINOMIAL: [([f64; 2], f64); 7] = [
    ([6.0, 2.0], 2.70805020110221),
    ([52.0, 5.0], 14.77062192297037),
    ([1000.0, 500.0], 689.4672615678512),
    ([1000000000000000.0, 3.0], 101.824569715504),
    ([1000000000000000.0, 999999999999997.0], 101.824569715504),
    ([1000000000.0, 500000000.0], 693147169.9725211),
    ([10.5, 0.5], 1.3083701411269713),
];

const ERFC: [(f64, f64); 5] = [
    (-3.0, 1.9999779095030015),
    (0.25, 0.7236736098317631),
    (2.0, 0.004677734981047266),
    (10.0, 2.088487583762545e-45),
    (26.0, 5.663192408856143e-296),
];

const LN_ERFC: [(f64, f64); 11] = [
    (-5.0, 0.6931471805591766),
    (-1e-20, 1.1283791670955125e-20),
    (1e-300, -1.1283791670955126e-300),
    (0.49, -0.7167603114368805),
    (0.51, -0.7534145583581111),
    (10.0, -102.87988902484489),
    (24.99, -628.291739731887),
    (25.01, -629.2925384570193),
    (40.0, -1604.2615566532736),
    (1000000000.0, -1e+18),
    (1e+150, -9.999999999999999e+299),
];
