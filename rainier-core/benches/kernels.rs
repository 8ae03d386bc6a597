//! Times the kernels under every instruction set the processor has.
//!
//! In: 4,096 arguments in first-level cache. Out: a table of nanoseconds, the median of many runs,
//! beside the scalar functions of the standard library and of `special`: for each element of a
//! block, for each call, and for each call in a chain, where every argument waits for the last
//! value, which is the latency of one lane.

#![expect(
    clippy::print_stdout,
    reason = "a table on standard output is what it makes"
)]

use std::hint::black_box;
use std::time::Instant;

use rainier_core::kernel::InstructionSet;
use rainier_core::{Binary, Unary};

const OF_ONE: [(&str, Unary, f64, f64); 17] = [
    ("exp", Unary::Exp, -20.0, 20.0),
    ("ln", Unary::Ln, 0.01, 100.0),
    ("ln_1p", Unary::Ln1p, -0.9, 10.0),
    ("exp_m1", Unary::ExpM1, -3.0, 3.0),
    ("logistic", Unary::Logistic, -10.0, 10.0),
    ("softplus", Unary::Softplus, -10.0, 10.0),
    ("ln_one_minus_exp", Unary::LnOneMinusExp, -5.0, 0.0),
    ("tanh", Unary::Tanh, -3.0, 3.0),
    ("ln_gamma", Unary::LnGamma, 0.0, 50.0),
    ("ln_gamma below 5/2", Unary::LnGamma, 0.0, 2.5),
    ("ln_gamma above", Unary::LnGamma, 2.5, 50.0),
    ("digamma", Unary::Digamma, 0.0, 50.0),
    ("digamma below 2", Unary::Digamma, 0.0, 2.0),
    ("digamma above", Unary::Digamma, 2.0, 50.0),
    ("trigamma", Unary::Polygamma(1), 0.0, 50.0),
    ("floor", Unary::Floor, -50.0, 50.0),
    ("sin", Unary::Sin, -50.0, 50.0),
];

/// The ranges of both arguments.
type Ranges = [(f64, f64); 2];

const OF_TWO: [(&str, Binary, Ranges); 7] = [
    ("log_add_exp", Binary::LogAddExp, [(-9.0, 9.0); 2]),
    ("log_diff_exp", Binary::LogDiffExp, [(5.0, 9.0), (0.0, 5.0)]),
    (
        "logistic_difference",
        Binary::LogisticDifference,
        [(-9.0, 9.0); 2],
    ),
    ("ln_beta", Binary::LnBetaOfRow, [(0.3, 6.0), (0.0, 50.0)]),
    (
        "ln_rising_factorial",
        Binary::LnRisingFactorialOfRow,
        [(0.3, 6.0), (0.0, 50.0)],
    ),
    (
        "digamma_difference",
        Binary::DigammaDifference,
        [(0.3, 6.0), (0.0, 50.0)],
    ),
    ("power", Binary::Power, [(0.3, 6.0), (-5.0, 5.0)]),
];

const ELEMENTS: usize = 4096;

fn main() {
    let sets = InstructionSet::available();
    print!("{:20}{:>8}{:>8}", "nanoseconds", "scalar", "chain");
    for set in &sets {
        print!("{:>12}{:>8}{:>8}", set.to_string(), "call", "chain");
    }
    println!();
    for (name, function, low, high) in OF_ONE {
        let x = arguments(1103, low, high);
        let mut out = vec![0.0; ELEMENTS];
        print!("{name:20}");
        print_calls(|x, _| function.evaluate(x), &x, &x);
        for set in &sets {
            let block = nanoseconds(|| set.apply(function, black_box(&x), black_box(&mut out)));
            print!("    {block:>8.2}");
            match set.unary_function(function) {
                Some(f) => print_calls(|x, _| f(x), &x, &x),
                None => print!("{:>16}", ""),
            }
        }
        println!();
    }
    for (name, function, [first, second]) in OF_TWO {
        let x = arguments(1103, first.0, first.1);
        let y = arguments(1847, second.0, second.1);
        let mut out = vec![0.0; ELEMENTS];
        print!("{name:20}");
        print_calls(|x, y| function.evaluate(x, y), &x, &y);
        for set in &sets {
            let block = nanoseconds(|| {
                set.apply_to_pairs(function, black_box(&x), black_box(&y), black_box(&mut out));
            });
            print!("    {block:>8.2}");
            let f = set
                .binary_function(function)
                .expect("there is no tail to choose");
            print_calls(|x, y| f(x, y), &x, &y);
        }
        println!();
    }
}

/// A fixed permutation of evenly spaced arguments: no branch can learn it.
fn arguments(step: usize, low: f64, high: f64) -> Vec<f64> {
    (0..ELEMENTS)
        .map(|i| {
            let place = (i * step % ELEMENTS) as f64 + 0.5;
            low + (high - low) * place / ELEMENTS as f64
        })
        .collect()
}

/// Prints the time of a call, and of one where the first argument waits for the last value.
fn print_calls(f: impl Fn(f64, f64) -> f64, x: &[f64], y: &[f64]) {
    let call = nanoseconds(|| {
        for (&x, &y) in x.iter().zip(y) {
            black_box(f(x, y));
        }
    });
    let chain = nanoseconds(|| {
        let mut last = 0.0;
        for (&x, &y) in x.iter().zip(y) {
            last = f(x + last * 1e-30, y);
        }
        black_box(last);
    });
    print!("{call:>8.2}{chain:>8.2}");
}

/// The median time of one element over many short runs: few of them share the processor.
fn nanoseconds(mut run: impl FnMut()) -> f64 {
    const RUNS: usize = 201;
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1e9 / ELEMENTS as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[RUNS / 2]
}
