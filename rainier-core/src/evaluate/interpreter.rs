//! Executes instructions one after the other, on registers of any number of lanes.
//!
//! In: instructions and registers. Out: the registers they wrote. One lane is scalar code, many
//! are a block of rows; either way each lane sees the same operations in the same order.

use crate::kernel::{self, Arithmetic, Code, InstructionSet};
use crate::lanes::{map, zip};
use crate::program::{Action, Instruction, Register};

/// Runs straight-line code with the best instructions of the processor.
pub(crate) fn execute<const LANES: usize>(
    instructions: &[Instruction],
    registers: &mut [[f64; LANES]],
) {
    execute_with(InstructionSet::detect(), instructions, registers);
}

fn execute_with<const LANES: usize>(
    set: InstructionSet,
    instructions: &[Instruction],
    registers: &mut [[f64; LANES]],
) {
    set.run(StraightLine {
        instructions,
        registers,
    });
}

/// Instructions and the registers they work on.
struct StraightLine<'a, const LANES: usize> {
    instructions: &'a [Instruction],
    registers: &'a mut [[f64; LANES]],
}

impl<const LANES: usize> Code for StraightLine<'_, LANES> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arithmetic>(self) {
        run::<A, LANES>(self.instructions, self.registers);
    }
}

/// The loop over instructions. Sums and products are never fused, so that their bits are the same
/// everywhere; only functions make use of `A`.
#[inline(always)]
fn run<A: Arithmetic, const LANES: usize>(
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
                kernel::whole_power(exponent, out, sources.get(source));
            }
            Action::Unary(function, a) => kernel::unary::<A, LANES>(function, out, sources.get(a)),
            Action::Binary(function, a, b) => {
                kernel::binary::<A, LANES>(function, out, sources.get(a), sources.get(b));
            }
            Action::Ternary(function, arguments) => {
                kernel::ternary(
                    function,
                    out,
                    arguments.map(|argument| sources.get(argument)),
                );
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
    #[inline(always)]
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

#[inline(always)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_products_are_rounded_apart_in_every_instruction_set() {
        // x² = 1 + 2⁻²⁹ + 2⁻⁶⁰, whose last part survives in a fused operation only.
        let x = 1.0 + 2.0_f64.powi(-30);
        let line = Action::Affine {
            source: Register(0),
            scale: x,
            offset: -x * x,
        };
        let step = Action::AddScaled {
            accumulator: Register(1),
            source: Register(0),
            scale: x,
        };
        assert_ne!(x.mul_add(x, -x * x), 0.0);
        for set in InstructionSet::available() {
            for action in [line, step] {
                let destination = Register(2);
                let instructions = [Instruction {
                    destination,
                    action,
                }];
                let mut registers = [[x; 64], [-x * x; 64], [1.0; 64]];
                execute_with(set, &instructions, &mut registers);
                assert_eq!(registers[2], [0.0; 64], "{set}");
            }
        }
    }
}
