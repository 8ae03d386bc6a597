//! Measures how fast native code is and how long compiling takes.
//!
//! In: models. Out: claims, and figures if run in release with output.

use std::collections::HashSet;
use std::hint::black_box;
use std::time::Instant;

use super::NativeCode;
use super::compile::{Effort, LONGEST, compile_with};
use crate::evaluate::execute;
use crate::instruction::{Instruction, Register, Step};
use crate::program::{Plan, Program};
use crate::real::Real;

const EFFECTS: [f64; 8] = [28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0];
const ERRORS: [f64; 8] = [15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0];

#[test]
#[ignore = "slow: measures"]
fn eight_schools_take_less_than_twice_the_time_by_hand() {
    let program = eight_schools();
    let x = &registers(program.plan())[..10];
    let mut out = vec![0.0; 11];
    let by_hand = nanoseconds(2_000, || {
        eight_schools_by_hand(black_box(x), black_box(&mut out));
    });
    let mut evaluator = program.bind(&[]).expect("there are no data").evaluator();
    for (found, expected) in evaluator.evaluate(x).iter().zip(&out) {
        assert!((found - expected).abs() < 1e-12 * expected.abs().max(1.0));
    }
    let figures = measure(&program, Effort::Careful, 2_000);
    println!("by hand {by_hand:.1} ns; {figures:.2?}");
    println!("{:.2?}", measure(&program, Effort::Quick, 2_000));
    assert!(figures.run_nanoseconds < 2.0 * by_hand);
}

#[test]
#[ignore = "slow: measures"]
fn long_programs_run_faster_than_interpreted() {
    for length in [30, 300, 3_000] {
        for effort in [Effort::Careful, Effort::Quick] {
            let figures = measure(&long_chain(length), effort, 20);
            println!("{figures:.2?}");
            assert!(figures.run_nanoseconds < figures.interpreted_nanoseconds);
        }
    }
}

#[test]
#[ignore = "slow: measures"]
#[cfg(target_os = "linux")]
fn compiling_takes_linear_time() {
    for effort in [Effort::Careful, Effort::Quick] {
        let microseconds: Vec<f64> = [1_000, 4_000, 16_000, 64_000]
            .map(|length| {
                let program = long_chain(length);
                let before = processor_seconds();
                let repeats = 128_000 / length;
                (0..repeats).for_each(|_| drop(black_box(native(&program, effort))));
                let instructions = scalars(program.plan()).len();
                let time = (processor_seconds() - before) / repeats as f64;
                println!(
                    "{effort:?}, {instructions} instructions: compiled in {:.1} ms",
                    1e3 * time
                );
                1e6 * time / instructions as f64
            })
            .to_vec();
        assert!(
            microseconds[3] < 1.5 * microseconds[0],
            "{microseconds:?} each"
        );
    }
}

/// What there is to know of a program's speed.
#[derive(Debug)]
#[expect(dead_code, reason = "for people to read")]
struct Figures {
    effort: Effort,
    instructions: usize,
    compile_milliseconds: f64,
    run_nanoseconds: f64,
    interpreted_nanoseconds: f64,
}

/// Takes the figures, and checks that outputs have the interpreter's bits.
fn measure(program: &Program, effort: Effort, calls: u32) -> Figures {
    let plan = program.plan();
    let instructions = scalars(plan);
    let code = native(program, effort);
    let mut found = registers(plan);
    let mut expected: Vec<[f64; 1]> = found.iter().map(|&value| [value]).collect();
    let figures = Figures {
        effort,
        instructions: instructions.len(),
        compile_milliseconds: nanoseconds(1, || drop(black_box(native(program, effort)))) / 1e6,
        run_nanoseconds: nanoseconds(calls, || code.run(black_box(&mut found))),
        interpreted_nanoseconds: nanoseconds(calls, || {
            execute(instructions, black_box(&mut expected));
        }),
    };
    for output in &plan.evaluations[0].outputs {
        let [expected] = expected[output.index()];
        assert_eq!(found[output.index()].to_bits(), expected.to_bits());
    }
    figures
}

fn native(program: &Program, effort: Effort) -> NativeCode {
    let plan = program.plan();
    let outputs: HashSet<Register> = plan.evaluations[0].outputs.iter().copied().collect();
    let is_output = |register: Register| outputs.contains(&register);
    compile_with(scalars(plan), is_output, effort, LONGEST).expect("this machine has native code")
}

/// The least of many batches, in nanoseconds for each call: other work on the machine only adds.
fn nanoseconds(calls: u32, mut call: impl FnMut()) -> f64 {
    let batches = (0..31).map(|_| {
        let start = Instant::now();
        (0..calls).for_each(|_| call());
        start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
    });
    batches.fold(f64::INFINITY, f64::min)
}

/// What this thread has used of a processor, to a few milliseconds.
#[cfg(target_os = "linux")]
fn processor_seconds() -> f64 {
    let figures = std::fs::read_to_string("/proc/thread-self/schedstat").expect("is always there");
    let nanoseconds = figures
        .split(' ')
        .next()
        .and_then(|first| first.parse::<f64>().ok());
    nanoseconds.expect("is a number") / 1e9
}

fn scalars(plan: &Plan) -> &[Instruction] {
    match plan.evaluations[0].section.steps.as_slice() {
        [Step::Scalars(instructions)] => instructions,
        _ => panic!("the program has scalar code only"),
    }
}

/// Registers with constants and parameters in place.
fn registers(plan: &Plan) -> Vec<f64> {
    let mut registers = vec![0.0; plan.registers];
    for (parameter, register) in registers[..plan.parameters].iter_mut().enumerate() {
        *register = 0.3 + 0.1 * parameter as f64;
    }
    for &(register, value) in &plan.constants {
        registers[register.index()] = value;
    }
    registers
}

/// Eight schools, non-centred: value and gradient by mean, ln scale, and eight offsets.
fn eight_schools() -> Program {
    let parameters: Vec<Real> = (0..10).map(|_| Real::parameter("x")).collect();
    let (mean, ln_scale, offsets) = (&parameters[0], &parameters[1], &parameters[2..]);
    let scale = ln_scale.exp();
    let mut terms = vec![
        (mean / 5.0).pow(2.0) * -0.5,
        ln_scale - (&scale / 5.0).pow(2.0).ln_1p(),
    ];
    for ((offset, effect), error) in offsets.iter().zip(EFFECTS).zip(ERRORS) {
        let residual = (effect - (mean + &scale * offset)) / error;
        terms.push(offset.pow(2.0) * -0.5);
        terms.push(residual.pow(2.0) * -0.5);
    }
    let value = Real::sum(terms);
    Program::compile_with_gradient(&value, &parameters).expect("the model is well formed")
}

/// The same by hand.
fn eight_schools_by_hand(x: &[f64], out: &mut [f64]) {
    let (mean, ln_scale) = (x[0], x[1]);
    let scale = ln_scale.exp();
    let ratio = scale / 5.0;
    let mut value = -0.02 * mean * mean + ln_scale - (ratio * ratio).ln_1p();
    let (mut by_mean, mut by_scale) = (-0.04 * mean, 0.0);
    for i in 0..8 {
        let offset = x[i + 2];
        let residual = (EFFECTS[i] - mean - scale * offset) / ERRORS[i];
        value -= 0.5 * (offset * offset + residual * residual);
        let slope = residual / ERRORS[i];
        by_mean += slope;
        by_scale += slope * offset;
        out[i + 3] = slope * scale - offset;
    }
    out[0] = value;
    out[1] = by_mean;
    out[2] = 1.0 - 2.0 * ratio * ratio / (1.0 + ratio * ratio) + by_scale * scale;
}

/// A chain of mixed operations and its gradient by two parameters.
fn long_chain(length: usize) -> Program {
    let parameters = [Real::parameter("x"), Real::parameter("y")];
    let mut value = parameters[0].clone();
    for step in 0..length {
        value = match step % 5 {
            0 => &value * &parameters[1] + 0.3,
            1 => (&value * 0.5).logistic(),
            2 => &value / (1.5 + &parameters[0]),
            3 => &value - &parameters[1] * 0.01 * step as f64,
            _ => (&value * &value + 1.0).ln(),
        };
    }
    Program::compile_with_gradient(&value, &parameters).expect("the chain is well formed")
}
