//! Measures how fast native code is and how long compiling takes. Run in release, with output.

use std::hint::black_box;
use std::time::Instant;

use super::compile;
use super::compile::{Effort, compile_with};
use crate::evaluate::execute;
use crate::program::{Instruction, Plan, Program, Register, Step};
use crate::real::Real;

const EFFECTS: [f64; 8] = [28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0];
const ERRORS: [f64; 8] = [15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0];

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

/// A chain of `length` mixed operations and its gradient by two parameters.
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

fn scalars(plan: &Plan) -> &[Instruction] {
    match plan.evaluation.steps.as_slice() {
        [Step::Scalars(instructions)] => instructions,
        _ => panic!("scalar code only"),
    }
}

/// Registers with constants and inputs in place.
fn registers(plan: &Plan) -> Vec<f64> {
    let mut registers = vec![0.0; plan.registers];
    for (index, register) in registers[..plan.parameters].iter_mut().enumerate() {
        *register = 0.3 + 0.1 * index as f64;
    }
    for &(register, value) in &plan.constants {
        registers[register.index()] = value;
    }
    registers
}

/// Median nanoseconds of one call, over batches.
fn nanoseconds(calls: u32, mut call: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..31)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..calls {
                call();
            }
            start.elapsed().as_nanos() as f64 / f64::from(calls)
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn report(name: &str, program: &Program, calls: u32, compiles: u32) {
    let plan = program.plan();
    let instructions = scalars(plan);
    let outputs: std::collections::HashSet<Register> = plan.outputs.iter().copied().collect();
    let constants: std::collections::HashMap<Register, f64> =
        plan.constants.iter().copied().collect();
    let is_kept = |register: Register| outputs.contains(&register);
    let constant = |register: Register| constants.get(&register).copied();
    let values = registers(plan);
    println!("{name}: {} instructions", instructions.len());
    let mut lanes: Vec<[f64; 1]> = values.iter().map(|&value| [value]).collect();
    let tape = nanoseconds(calls, || execute(instructions, black_box(&mut lanes)));
    println!("  tape {tape:.0} ns");
    for effort in [Effort::Careful, Effort::Quick] {
        for longest in [500, 1_000, 2_000, 4_000, 16_000] {
            if (effort == Effort::Careful && longest.min(instructions.len()) > 4_000)
                || (longest > 500 && longest / 2 > instructions.len())
            {
                continue;
            }
            for immediates in [true, false] {
                let constant = |register| constant(register).filter(|_| immediates);
                let code = compile_with(instructions, is_kept, constant, effort, longest)
                    .expect("this machine has native code");
                let mut natively = values.clone();
                let run = nanoseconds(calls, || code.run(black_box(&mut natively)));
                let compiling = nanoseconds(compiles, || {
                    black_box(compile_with(
                        instructions,
                        is_kept,
                        constant,
                        effort,
                        longest,
                    ));
                });
                println!(
                    "  {effort:?} parts {longest} immediates {immediates}: {run:.1} ns, {:.2} of the tape, compiled in {:.3} ms, {:.2} us each",
                    run / tape,
                    compiling / 1e6,
                    compiling / 1e3 / instructions.len() as f64
                );
                let registers = plan.outputs.iter().map(|register| register.index());
                for register in registers {
                    let [expected] = lanes[register];
                    assert_eq!(natively[register].to_bits(), expected.to_bits());
                }
            }
        }
    }
}

#[test]
#[ignore = "slow: measures"]
fn small_programs_run_several_times_faster_than_interpreted() {
    let program = eight_schools();
    report("eight schools", &program, 2_000, 3);
    let x: Vec<f64> = registers(program.plan())[..10].to_vec();
    let mut out = vec![0.0; 11];
    let by_hand = nanoseconds(2_000, || {
        eight_schools_by_hand(black_box(&x), black_box(&mut out))
    });
    println!("  by hand {by_hand:.1} ns");
    let mut evaluator = program.bind(&[]).unwrap().evaluator();
    for (found, expected) in evaluator.evaluate(&x).iter().zip(&out) {
        assert!(
            (found - expected).abs() < 1e-9 * expected.abs().max(1.0),
            "{found} {expected}"
        );
    }
    for length in [30, 100, 300, 1_000, 3_000] {
        report("chain", &long_chain(length), 200, 1);
    }
}

#[test]
#[ignore = "slow: measures"]
fn compiling_takes_linear_time() {
    let mut before = None;
    for length in [5_000, 10_000, 20_000, 40_000, 80_000] {
        let program = long_chain(length);
        let plan = program.plan();
        let instructions = scalars(plan);
        let time = nanoseconds(1, || {
            black_box(compile(
                instructions,
                |r| plan.outputs.contains(&r),
                |_| None,
            ));
        }) / 1e6;
        println!(
            "{} instructions: {time:.1} ms, {:.2} us each",
            instructions.len(),
            1e3 * time / instructions.len() as f64
        );
        if let Some(before) = before {
            assert!(time < 3.0 * before, "{time} ms after {before} ms for half");
        }
        before = Some(time);
    }
}
