//! Executes instructions one after the other, on registers of any number of lanes.
//!
//! In: instructions and registers. Out: the registers they wrote. One lane is scalar code, many
//! are a block of rows; either way each lane sees the same operations in the same order.

use crate::lanes::{map, zip};
use crate::program::{Action, Instruction, Register};

/// Runs straight-line code.
pub(super) fn execute<const LANES: usize>(
    instructions: &[Instruction],
    registers: &mut [[f64; LANES]],
) {
    for &Instruction {
        destination,
        action,
    } in instructions
    {
        let (out, sources) = split(registers, destination);
        match action {
            Action::Add(a, b) => zip(out, sources.get(a), sources.get(b), |a, b| a + b),
            Action::Subtract(a, b) => zip(out, sources.get(a), sources.get(b), |a, b| a - b),
            Action::Multiply(a, b) => zip(out, sources.get(a), sources.get(b), |a, b| a * b),
            Action::Divide(a, b) => zip(out, sources.get(a), sources.get(b), |a, b| a / b),
            Action::Reciprocal(a) => map(out, sources.get(a), |a| 1.0 / a),
            Action::Affine {
                source,
                scale,
                offset,
            } => {
                map(out, sources.get(source), |x| scale * x + offset);
            }
            Action::AddScaled {
                accumulator,
                source,
                scale,
            } => {
                zip(
                    out,
                    sources.get(accumulator),
                    sources.get(source),
                    |a, x| a + scale * x,
                );
            }
            Action::Power { source, exponent } => {
                map(out, sources.get(source), |x| x.powi(exponent));
            }
            Action::Unary(function, a) => function.apply(out, sources.get(a)),
            Action::Binary(function, a, b) => function.apply(out, sources.get(a), sources.get(b)),
            Action::Ternary(function, arguments) => {
                function.apply(out, arguments.map(|argument| sources.get(argument)));
            }
            Action::Select(condition, then, otherwise) => {
                let branches = sources.get(then).iter().zip(sources.get(otherwise));
                for ((out, &c), (&t, &o)) in
                    out.iter_mut().zip(sources.get(condition)).zip(branches)
                {
                    *out = if c == 0.0 { o } else { t };
                }
            }
        }
    }
}

/// All registers but the one that is written.
struct Sources<'a, const LANES: usize> {
    below: &'a [[f64; LANES]],
    above: &'a [[f64; LANES]],
}

impl<const LANES: usize> Sources<'_, LANES> {
    fn get(&self, register: Register) -> &[f64; LANES] {
        let index = register.index();
        // The destination lies between; no instruction reads it.
        if index < self.below.len() {
            &self.below[index]
        } else {
            &self.above[index - self.below.len() - 1]
        }
    }
}

fn split<const LANES: usize>(
    registers: &mut [[f64; LANES]],
    destination: Register,
) -> (&mut [f64; LANES], Sources<'_, LANES>) {
    let (below, rest) = registers.split_at_mut(destination.index());
    let (out, above) = rest
        .split_first_mut()
        .expect("the destination is a register");
    (out, Sources { below, above })
}
