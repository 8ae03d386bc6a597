//! Compiles instructions to functions of bounded length, with more care the fewer there are.
//!
//! In: instructions, which registers are read after them, which are constant. Out:
//! [`NativeCode`], or none if anything fails. Time is linear in the number of instructions.

use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{Configurable, Flags, builder};

use super::code::{Functions, NativeCode};
use super::translate::translate;
use crate::program::{Instruction, Register};

/// Up to this many instructions are compiled with care.
const CAREFUL: usize = 400;

/// Most instructions of one function.
const LONGEST: usize = 2_000;

/// Offsets in bytes from the first register are signed and of 32 bits.
const MOST_REGISTERS: usize = 1 << 28;

/// How much is done for fast code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    /// Optimisation and the better register allocator: superlinear time.
    Careful,
    /// Neither: linear time.
    Quick,
}

/// Compiles straight-line code that leaves its results in the registers that are read later.
///
/// `constant` gives the value of registers that always hold the same.
pub(crate) fn compile(
    instructions: &[Instruction],
    is_read_later: impl Fn(Register) -> bool,
    constant: impl Fn(Register) -> Option<f64>,
) -> Option<NativeCode> {
    let effort = if instructions.len() <= CAREFUL {
        Effort::Careful
    } else {
        Effort::Quick
    };
    compile_with(instructions, is_read_later, constant, effort, LONGEST)
}

pub(super) fn compile_with(
    instructions: &[Instruction],
    is_read_later: impl Fn(Register) -> bool,
    constant: impl Fn(Register) -> Option<f64>,
    effort: Effort,
    longest: usize,
) -> Option<NativeCode> {
    let machine = machine(effort)?;
    let uses = Uses::of(instructions, longest)?;
    let mut functions = Functions {
        registers: uses.last_part.len(),
        ..Functions::default()
    };
    let mut context = Context::new();
    for (part, instructions) in instructions.chunks(longest).enumerate() {
        context.clear();
        translate(
            &mut context.func,
            machine.default_call_conv(),
            instructions,
            |register| uses.is_read_after(register, part) || is_read_later(register),
            &constant,
        );
        let code = context
            .compile(&*machine, &mut ControlPlane::default())
            .ok()?;
        // A library call where the machine lacks an instruction: such machines interpret.
        if !code.buffer.relocs().is_empty() {
            return None;
        }
        let alignment = usize::try_from(code.buffer.alignment)
            .ok()?
            .max(FUNCTION_ALIGNMENT);
        let start = functions.bytes.len().next_multiple_of(alignment);
        functions.bytes.resize(start, 0);
        functions.bytes.extend_from_slice(code.code_buffer());
        functions.entries.push(start);
    }
    NativeCode::load(functions)
}

/// Functions begin where a line of the instruction cache may begin.
const FUNCTION_ALIGNMENT: usize = 32;

/// A code generator for the processor this runs on.
fn machine(effort: Effort) -> Option<OwnedTargetIsa> {
    let (optimisation, allocator) = match effort {
        Effort::Careful => ("speed", "backtracking"),
        Effort::Quick => ("none", "single_pass"),
    };
    let checks = if cfg!(debug_assertions) {
        "true"
    } else {
        "false"
    };
    let mut flags = builder();
    for (name, value) in [
        ("opt_level", optimisation),
        ("regalloc_algorithm", allocator),
        ("enable_verifier", checks),
        // A long frame touches each of its pages, so that it cannot jump the stack's guard.
        ("enable_probestack", "true"),
        ("probestack_strategy", "inline"),
    ] {
        flags.set(name, value).ok()?;
    }
    let machine = cranelift_native::builder()
        .ok()?
        .finish(Flags::new(flags))
        .ok()?;
    // Addresses are emitted as numbers of 64 bits.
    (machine.pointer_bytes() == 8).then_some(machine)
}

/// In which part each register is read last.
struct Uses {
    /// By register: one more than that part, or 0.
    last_part: Vec<usize>,
}

impl Uses {
    /// None if a register is out of the reach of native code.
    fn of(instructions: &[Instruction], longest: usize) -> Option<Self> {
        let registers = instructions
            .iter()
            .map(highest)
            .max()
            .map_or(0, |highest| highest + 1);
        if registers > MOST_REGISTERS {
            return None;
        }
        let mut last_part = vec![0; registers];
        for (part, instructions) in instructions.chunks(longest).enumerate() {
            for instruction in instructions {
                instruction.action.map_sources(|source| {
                    last_part[source.index()] = part + 1;
                    source
                });
            }
        }
        Some(Self { last_part })
    }

    fn is_read_after(&self, register: Register, part: usize) -> bool {
        self.last_part[register.index()] > part + 1
    }
}

/// The highest register an instruction names.
fn highest(instruction: &Instruction) -> usize {
    let mut highest = instruction.destination.index();
    instruction.action.map_sources(|source| {
        highest = highest.max(source.index());
        source
    });
    highest
}
