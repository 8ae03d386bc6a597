//! Shows that the length of an expression is bounded by memory, not by the stack.
//!
//! In: chains of a million operations. Out: each builds, differentiates, evaluates and drops in a
//! thread with a stack of 2 MiB.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rainier_core::{Interpreter, Program, Real};

const LENGTH: usize = 1_000_000;

fn with_small_stack(test: fn()) {
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(test)
        .unwrap()
        .join()
        .unwrap();
}

/// Value and derivative of a chain at `at`.
fn evaluate(chain: &Real, x: &Real, at: f64) -> [f64; 2] {
    let program = Program::compile_with_gradient(chain, std::slice::from_ref(x)).unwrap();
    program
        .bind(&[])
        .unwrap()
        .evaluator()
        .evaluate(&[at])
        .try_into()
        .unwrap()
}

#[test]
fn a_million_additions_of_one_parameter() {
    with_small_stack(|| {
        let x = Real::parameter("x");
        let mut chain = Real::constant(0.0);
        for _ in 0..LENGTH {
            chain = chain + &x;
        }
        assert_eq!(evaluate(&chain, &x, 0.5), [500_000.0, 1_000_000.0]);
    });
}

#[test]
fn a_million_additions_of_different_terms() {
    with_small_stack(|| {
        let x = Real::parameter("x");
        let mut chain = Real::constant(0.0);
        for index in 0..LENGTH {
            chain = chain + (&x + index as f64).abs();
        }
        // Σ (x + i) and Σ 1 for x = 1.
        let [value, slope] = evaluate(&chain, &x, 1.0);
        assert_eq!([value, slope], [500_000_500_000.0, 1_000_000.0]);
    });
}

#[test]
fn a_million_operations_that_cannot_be_flattened() {
    with_small_stack(|| {
        let x = Real::parameter("x");
        let mut chain = x.clone();
        for _ in 0..LENGTH / 2 {
            chain = (chain + &x).abs();
        }
        assert_eq!(evaluate(&chain, &x, 2.0), [1_000_002.0, 500_001.0]);
        assert_eq!(
            Interpreter::new(&[(&x, 2.0)]).evaluate(&chain),
            Some(1_000_002.0)
        );
    });
}

#[test]
fn a_chain_whose_parts_are_all_kept_and_used() {
    with_small_stack(|| {
        // A cumulative sum: every partial sum is an operand twice, so none can be absorbed.
        let x = Real::parameter("x");
        let mut partial = x.clone();
        let mut squares = Vec::new();
        for _ in 1..LENGTH / 10 {
            partial = partial + &x;
            squares.push(&partial * 1e-5);
        }
        let [value, slope] = evaluate(&Real::sum(squares), &x, 1.0);
        // Σ k / 10⁵ for k = 2 … 100,000.
        let expected = (100_000.0 * 100_001.0 / 2.0 - 1.0) * 1e-5;
        assert!(
            (value / expected - 1.0).abs() < 1e-9,
            "{value} for {expected}"
        );
        assert!(
            (slope / expected - 1.0).abs() < 1e-9,
            "{slope} for {expected}"
        );
    });
}

#[test]
fn deeply_nested_selects() {
    with_small_stack(|| {
        let x = Real::parameter("x");
        let mut chain = x.ln();
        for level in 0..10_000 {
            chain = x
                .greater(f64::from(level) - 10_000.0)
                .select(chain, x.sqrt());
        }
        let program = Program::compile_with_gradient(&chain, std::slice::from_ref(&x)).unwrap();
        let mut evaluator = program.bind(&[]).unwrap().evaluator();
        assert_eq!(evaluator.evaluate(&[1.0]), [0.0, 1.0]);
    });
}
