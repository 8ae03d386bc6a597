//! Times the kernels under every instruction set the processor has.
//!
//! In: 4,096 arguments in first-level cache. Out: a table of nanoseconds per element, the median of
//! many runs, beside the scalar functions of the standard library.
//! In a chain each argument waits for the last value: that is the latency of one lane.

#![expect(
    clippy::print_stdout,
    reason = "a table on standard output is what it makes"
)]

use std::hint::black_box;
use std::time::Instant;

use rainier_core::Unary;
use rainier_core::kernel::InstructionSet;

const FUNCTIONS: [(&str, Unary, f64, f64); 16] = [
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
    ("floor", Unary::Floor, -50.0, 50.0),
    ("sin", Unary::Sin, -50.0, 50.0),
];

const ELEMENTS: usize = 4096;

fn main() {
    let sets = InstructionSet::available();
    print!("{:20}{:>12}{:>12}", "ns/element", "scalar", "chain");
    for set in &sets {
        print!("{:>12}{:>12}", set.to_string(), "chain");
    }
    println!();
    for (name, function, low, high) in FUNCTIONS {
        // A fixed permutation of evenly spaced arguments: no branch can learn it.
        let x: Vec<f64> = (0..ELEMENTS)
            .map(|i| {
                let place = (i * 1103 % ELEMENTS) as f64 + 0.5;
                low + (high - low) * place / ELEMENTS as f64
            })
            .collect();
        let mut out = vec![0.0; ELEMENTS];
        let scalar = nanoseconds(|| {
            for (out, &x) in out.iter_mut().zip(&x) {
                *out = function.evaluate(x);
            }
            black_box(&mut out);
        });
        let scalar_chain = chain(|x| function.evaluate(x), &x);
        print!("{name:20}{scalar:>12.2}{scalar_chain:>12.2}");
        for set in &sets {
            let block = nanoseconds(|| set.apply(function, black_box(&x), black_box(&mut out)));
            let f = set.unary_function(function).expect("no order is asked for");
            let one = chain(|x| f(x), &x);
            print!("{block:>12.2}{one:>12.2}");
        }
        println!();
    }
}

/// The time of one element where each argument waits for the last value.
fn chain(f: impl Fn(f64) -> f64, x: &[f64]) -> f64 {
    nanoseconds(|| {
        let mut last = 0.0;
        for &x in x {
            last = f(x + last * 1e-30);
        }
        black_box(last);
    })
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
