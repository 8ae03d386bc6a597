//! Executes instructions one after the other, on registers of any number of lanes.
//!
//! In: instructions and registers. Out: the registers they wrote. One lane is scalar code, many
//! are a block of rows; either way each lane sees the same operations in the same order.

use crate::kernel::{self, Arithmetic, Code, InstructionSet};
use crate::lanes::{map, zip, zip3};
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
        run::<A, _, LANES>(self.instructions, self.registers, NoLoads);
    }
}

/// Values that are read where they are, under the numbers after those of the registers.
pub(super) trait Loads<const LANES: usize>: Copy {
    fn get(&self, place: usize) -> &[f64; LANES];
}

/// Scalar code reads registers only.
#[derive(Clone, Copy)]
struct NoLoads;

impl<const LANES: usize> Loads<LANES> for NoLoads {
    #[inline(always)]
    fn get(&self, place: usize) -> &[f64; LANES] {
        unreachable!("register {place} past the last one")
    }
}

/// The value of a register or load.
#[inline(always)]
pub(super) fn value<'v, const LANES: usize>(
    registers: &'v [[f64; LANES]],
    loads: &'v impl Loads<LANES>,
    register: Register,
) -> &'v [f64; LANES] {
    let index = register.index();
    match registers.get(index) {
        Some(value) => value,
        None => loads.get(index - registers.len()),
    }
}

/// The loop over instructions. Sums and products are never fused, so that their bits are the same
/// everywhere; only functions make use of `A`.
#[inline(always)]
pub(super) fn run<A: Arithmetic, L: Loads<LANES>, const LANES: usize>(
    instructions: &[Instruction],
    registers: &mut [[f64; LANES]],
    loads: L,
) {
    for &Instruction {
        destination,
        action,
    } in instructions
    {
        let (out, sources) = split(registers, loads, destination);
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
            Action::AddProduct {
                accumulator,
                left,
                right,
            } => {
                let accumulator = sources.get(accumulator);
                let (left, right) = (sources.get(left), sources.get(right));
                zip3(out, accumulator, left, right, |a, x, y| a + x * y);
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
                let condition = sources.get(condition);
                let (then, otherwise) = (sources.get(then), sources.get(otherwise));
                zip3(out, condition, then, otherwise, |c, t, o| {
                    if c == 0.0 { o } else { t }
                });
            }
        }
    }
}

/// All registers but the one that is written, and the loads.
struct Sources<'a, L, const LANES: usize> {
    below: &'a [[f64; LANES]],
    above: &'a [[f64; LANES]],
    loads: L,
}

impl<L: Loads<LANES>, const LANES: usize> Sources<'_, L, LANES> {
    #[inline(always)]
    fn get(&self, register: Register) -> &[f64; LANES] {
        let index = register.index();
        if let Some(value) = self.below.get(index) {
            return value;
        }
        // The destination lies between; no instruction reads it.
        let index = index - self.below.len() - 1;
        match self.above.get(index) {
            Some(value) => value,
            None => self.loads.get(index - self.above.len()),
        }
    }
}

#[inline(always)]
fn split<L, const LANES: usize>(
    registers: &mut [[f64; LANES]],
    loads: L,
    destination: Register,
) -> (&mut [f64; LANES], Sources<'_, L, LANES>) {
    let (below, rest) = registers.split_at_mut(destination.index());
    let (out, above) = rest
        .split_first_mut()
        .expect("the destination is a register");
    let sources = Sources {
        below,
        above,
        loads,
    };
    (out, sources)
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
