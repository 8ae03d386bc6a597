//! Holds native code to the interpreter, bit for bit.

use std::sync::Arc;

use proptest::prelude::*;

#[cfg(target_os = "linux")]
use super::code::MachineCode;
use super::compile::{Effort, compile_with};
use super::functions::OF_THREE;
use super::{NativeCode, compile};
use crate::evaluate::execute;
use crate::instruction::{Action, Instruction, Register};
use crate::operation::{Binary, Unary};

const EDGES: [f64; 24] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    2.0,
    -2.5,
    7.0,
    0.1,
    -37.7,
    710.0,
    -745.5,
    1e300,
    -1e300,
    1e-300,
    -1e-300,
    5e-324,
    -5e-324,
    2.2250738585072014e-308,
    f64::MAX,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

const UNARY: [Unary; 27] = [
    Unary::Exp,
    Unary::Ln,
    Unary::Ln1p,
    Unary::ExpM1,
    Unary::Sqrt,
    Unary::Abs,
    Unary::Sign,
    Unary::Floor,
    Unary::Sin,
    Unary::Cos,
    Unary::Tan,
    Unary::Asin,
    Unary::Acos,
    Unary::Atan,
    Unary::Sinh,
    Unary::Cosh,
    Unary::Tanh,
    Unary::Logistic,
    Unary::Softplus,
    Unary::LnOneMinusExp,
    Unary::Erf,
    Unary::Erfc,
    Unary::LnGamma,
    Unary::Digamma,
    Unary::Polygamma(1),
    Unary::Polygamma(2),
    Unary::Polygamma(5),
];

const BINARY: [Binary; 8] = [
    Binary::Power,
    Binary::LogAddExp,
    Binary::LogDiffExp,
    Binary::LogisticDifference,
    Binary::LnBeta,
    Binary::Less,
    Binary::LessOrEqual,
    Binary::Equal,
];

const A: Register = Register(0);
const B: Register = Register(1);
const C: Register = Register(2);

/// Every action on registers A, B and C, with every function and with telling numbers.
fn all_actions() -> Vec<Action> {
    let mut actions = vec![
        Action::Add(A, B),
        Action::Subtract(A, B),
        Action::Multiply(A, B),
        Action::Divide(A, B),
        Action::Reciprocal(A),
        Action::Select(C, A, B),
    ];
    for scale in [1.0, -1.0, 0.0, 0.1, f64::INFINITY] {
        actions.extend([0.0, -0.0, 1.0, -1e-300].map(|offset| Action::Affine {
            source: A,
            scale,
            offset,
        }));
        actions.push(Action::AddScaled {
            accumulator: B,
            source: A,
            scale,
        });
    }
    let exponents = (-70..=70).chain([999, 1 << 30, i32::MAX, i32::MIN]);
    actions.extend(exponents.map(|exponent| Action::Power {
        source: A,
        exponent,
    }));
    actions.extend(UNARY.map(|function| Action::Unary(function, A)));
    actions.extend(BINARY.map(|function| Action::Binary(function, A, B)));
    actions
}

fn same_bits(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

fn interpret(instructions: &[Instruction], registers: &[f64]) -> Vec<f64> {
    let mut lanes: Vec<[f64; 1]> = registers.iter().map(|&value| [value]).collect();
    execute(instructions, &mut lanes);
    lanes.into_flattened()
}

fn run(code: &NativeCode, registers: &[f64]) -> Vec<f64> {
    let mut registers = registers.to_vec();
    code.run(&mut registers);
    registers
}

/// Code that keeps every register.
fn native(instructions: &[Instruction]) -> NativeCode {
    compile(instructions, |_| true).expect("this machine has native code")
}

fn assert_agree(instructions: &[Instruction], code: &NativeCode, registers: &[f64]) {
    let expected = interpret(instructions, registers);
    for (index, (found, expected)) in run(code, registers).iter().zip(&expected).enumerate() {
        assert!(
            same_bits(*found, *expected),
            "register {index} is {found:e} natively, {expected:e} interpreted"
        );
    }
}

#[test]
fn every_action_has_the_interpreters_bits_at_edges() {
    for action in all_actions() {
        let instructions = [Instruction {
            destination: Register(3),
            action,
        }];
        for effort in [Effort::Careful, Effort::Quick] {
            let code = compile_with(&instructions, |_| true, effort, 10)
                .expect("this machine has native code");
            for a in EDGES {
                for b in EDGES {
                    for c in [0.0, -0.0, 1.0, f64::NAN] {
                        let registers = [a, b, c, 0.0];
                        let expected = interpret(&instructions, &registers)[3];
                        let found = run(&code, &registers)[3];
                        assert!(
                            same_bits(found, expected),
                            "{action:?} of {a:e}, {b:e}, {c:e}: {found:e}, not {expected:e}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn functions_of_three_arguments_have_the_interpreters_bits() {
    for function in OF_THREE {
        let instructions = [Instruction {
            destination: Register(3),
            action: Action::Ternary(function, [A, B, C]),
        }];
        let code = native(&instructions);
        for [a, b, c] in [
            [0.5, 2.0, 0.3],
            [20.0, 30.0, 0.7],
            [7.0, 9.0, 1.0],
            [-1.0, 1.0, 2.0],
        ] {
            assert_agree(&instructions, &code, &[a, b, c, 0.0]);
        }
    }
}

#[test]
fn powers_have_the_interpreters_bits_everywhere() {
    for exponent in (-40..=40).chain([100, 255, -1001]) {
        let instructions = [Instruction {
            destination: B,
            action: Action::Power {
                source: A,
                exponent,
            },
        }];
        let code = native(&instructions);
        for step in 0..2_000 {
            let x = 1.5 * f64::from(step - 1_000) / 997.0;
            assert_agree(&instructions, &code, &[x, 0.0]);
        }
    }
}

#[test]
fn select_on_a_comparison_takes_the_interpreters_branch() {
    for comparison in [Binary::Less, Binary::LessOrEqual, Binary::Equal] {
        // Also min and max, for which processors have instructions of their own.
        for (then, otherwise) in [(A, B), (B, A), (C, A)] {
            let instructions = [
                Instruction {
                    destination: Register(3),
                    action: Action::Binary(comparison, A, B),
                },
                Instruction {
                    destination: Register(4),
                    action: Action::Select(Register(3), then, otherwise),
                },
            ];
            let code = native(&instructions);
            for a in EDGES {
                for b in EDGES {
                    assert_agree(&instructions, &code, &[a, b, 3.0, 0.0, 0.0]);
                }
            }
        }
    }
}

#[test]
fn only_what_is_read_later_is_stored() {
    let instructions = chain(3);
    let code = compile(&instructions, |register| register == Register(4))
        .expect("this machine has native code");
    let before = [1.0, 2.0, -7.0, -7.0, -7.0];
    let expected = interpret(&instructions, &before);
    assert_eq!(run(&code, &before), [1.0, 2.0, -7.0, -7.0, expected[4]]);
}

#[test]
fn no_instructions_do_nothing() {
    assert_eq!(run(&native(&[]), &[1.0, 2.0]), [1.0, 2.0]);
}

#[test]
fn a_register_out_of_reach_is_no_code() {
    let instructions = [Instruction {
        destination: A,
        action: Action::Reciprocal(Register(u32::MAX)),
    }];
    assert!(compile(&instructions, |_| true).is_none());
}

#[test]
#[should_panic(expected = "native code has all registers it names")]
fn too_few_registers_are_refused() {
    native(&chain(3)).run(&mut [0.0; 4]);
}

#[test]
fn one_code_serves_many_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<NativeCode>();
    let instructions = chain(300);
    let code = Arc::new(native(&instructions));
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (instructions, code) = (&instructions, Arc::clone(&code));
            scope.spawn(move || {
                for step in 0..100 {
                    let mut registers = vec![0.0; 302];
                    registers[0] = f64::from(thread);
                    registers[1] = f64::from(step);
                    assert_agree(instructions, &code, &registers);
                }
            });
        }
    });
}

#[test]
#[cfg(target_os = "linux")]
fn dropped_code_gives_its_memory_back() {
    const MEBIBYTE: usize = 1 << 20;
    let before = executable_bytes();
    let load = |_| NativeCode::load(megabyte_of_code()).expect("memory is granted");
    let held: Vec<NativeCode> = (0..100).map(load).collect();
    assert!(executable_bytes() >= 100 * MEBIBYTE);
    drop(held);
    // Other tests load a few mebibytes at the same time.
    assert!(executable_bytes() < before + 50 * MEBIBYTE);
}

/// Code nobody enters.
#[cfg(target_os = "linux")]
fn megabyte_of_code() -> MachineCode {
    MachineCode {
        bytes: vec![0; 1 << 20],
        ..MachineCode::default()
    }
}

/// How much of this process's memory is executable.
#[cfg(target_os = "linux")]
fn executable_bytes() -> usize {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("this system lists mappings");
    let sizes = maps.lines().filter_map(|line| {
        let (range, rest) = line.split_once(' ')?;
        let (start, end) = range.split_once('-')?;
        let address = |digits| usize::from_str_radix(digits, 16).ok();
        rest.starts_with("r-x").then_some(())?;
        Some(address(end)? - address(start)?)
    });
    sizes.sum()
}

#[test]
fn values_cross_from_part_to_part() {
    let instructions = chain(1_000);
    let mut registers = vec![0.0; 1_002];
    registers[..2].copy_from_slice(&[0.3, 0.7]);
    let last = Register(1_001);
    let expected = interpret(&instructions, &registers)[last.index()];
    for longest in [1, 2, 7, 100, 999, 1_000, 5_000] {
        for effort in [Effort::Careful, Effort::Quick] {
            let code = compile_with(&instructions, |r| r == last, effort, longest)
                .expect("this machine has native code");
            assert_eq!(run(&code, &registers)[last.index()], expected, "{longest}");
        }
    }
}

#[test]
fn a_hundred_thousand_instructions_have_the_interpreters_bits() {
    let instructions = chain(100_000);
    let mut registers = vec![0.0; 100_002];
    registers[..2].copy_from_slice(&[0.3, 0.7]);
    assert_agree(&instructions, &native(&instructions), &registers);
}

/// Register n + 2 is made of n + 1, n and the first, without growing or dying.
fn chain(length: u32) -> Vec<Instruction> {
    (0..length)
        .map(|step| {
            let (older, newer) = (Register(step), Register(step + 1));
            let action = match step % 6 {
                0 => Action::Add(older, newer),
                1 => Action::Unary(Unary::Sin, newer),
                2 => Action::AddScaled {
                    accumulator: A,
                    source: newer,
                    scale: 0.3,
                },
                3 => Action::Multiply(newer, older),
                4 => Action::Unary(Unary::Logistic, newer),
                _ => Action::Select(older, newer, A),
            };
            Instruction {
                destination: Register(step + 2),
                action,
            }
        })
        .collect()
}

/// A program of any actions but those that soon leave nothing but 0, infinities and NaN.
fn program(choices: &[(usize, u32, u32, u32)]) -> Vec<Instruction> {
    let mut actions = all_actions();
    actions.retain(|action| match *action {
        Action::Power { exponent, .. } => [3, -2].contains(&exponent),
        Action::Affine { scale, .. } | Action::AddScaled { scale, .. } => scale == 0.1,
        _ => true,
    });
    choices
        .iter()
        .zip(3..)
        .map(|(&(action, a, b, c), next)| {
            // Half of the sources are a few steps back; inputs among the others keep values alive.
            let earlier = |choice: u32| match choice % 4 {
                0 => Register(choice / 4 % 3),
                1 => Register(choice / 4 % next),
                _ => Register(next - 1 - choice / 4 % next.min(8)),
            };
            let sources = [earlier(a), earlier(b), earlier(c)];
            let action = actions[action % actions.len()];
            Instruction {
                destination: Register(next),
                action: action.map_sources(|source| sources[source.index()]),
            }
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_programs_have_the_interpreters_bits(
        choices in prop::collection::vec(any::<(usize, u32, u32, u32)>(), 1..2_000),
        inputs in prop::array::uniform3(-3.0..3.0_f64),
        kept in 0..7_u32,
        longest in 1..2_500_usize,
    ) {
        let instructions = program(&choices);
        let mut registers = vec![0.0; instructions.len() + 3];
        registers[..3].copy_from_slice(&inputs);
        let expected = interpret(&instructions, &registers);
        let is_kept = |register: Register| register.0 % 7 == kept;
        for code in [
            compile(&instructions, is_kept),
            compile_with(&instructions, is_kept, Effort::Quick, longest),
        ] {
            let found = run(&code.expect("this machine has native code"), &registers);
            for register in (3..).map(Register).take(instructions.len()) {
                let (found, expected) = (found[register.index()], expected[register.index()]);
                prop_assert!(
                    !is_kept(register) || same_bits(found, expected),
                    "{register:?}: {found:e}, not {expected:e}"
                );
            }
        }
    }
}
