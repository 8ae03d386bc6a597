//! Reuses scalar registers: where each is a block of lanes, those in use must stay in cache.
//!
//! In: an evaluation, each of whose scalar registers is written once. Out: its scalar code with as few
//! registers as hold something that is still needed. A register is free after the last instruction
//! that reads it; a destination is chosen while its sources are still held, so they never coincide.

use rustc_hash::FxHashMap;

use super::{Evaluation, Instruction, Register, Step};

/// The code of each scalar step.
pub(crate) type ScalarCode = Vec<Vec<Instruction>>;

/// The scalar code of an evaluation in few registers. Outputs, and what loops over rows read, stay where
/// they were.
pub(super) fn reusing_registers(evaluation: &Evaluation) -> ScalarCode {
    let last_reads = last_reads(evaluation);
    let mut free: Vec<Register> = Vec::new();
    let mut places: FxHashMap<Register, Register> = FxHashMap::default();
    let mut position = 0;
    let mut moved = |instruction: &Instruction| {
        position += 1;
        let mut done = Vec::new();
        let action = instruction.action.map_sources(|source| {
            let place = *places.get(&source).unwrap_or(&source);
            if last_reads.get(&source) == Some(&position) && !done.contains(&place) {
                done.push(place);
            }
            place
        });
        let mut destination = instruction.destination;
        if last_reads.contains_key(&destination) {
            let place = free.pop().unwrap_or(destination);
            places.insert(destination, place);
            destination = place;
        }
        free.append(&mut done);
        Instruction {
            destination,
            action,
        }
    };
    evaluation
        .section
        .steps
        .iter()
        .filter_map(|step| match step {
            Step::Scalars(instructions) => Some(instructions.iter().map(&mut moved).collect()),
            Step::Rows(_) | Step::Groups(_) | Step::Triangle(_) => None,
        })
        .collect()
}

/// The position of the instruction that reads a register last, counted from 1, of those that
/// instructions write and nothing else reads.
fn last_reads(evaluation: &Evaluation) -> FxHashMap<Register, usize> {
    let mut last = FxHashMap::default();
    let mut position = 0;
    for step in &evaluation.section.steps {
        if let Step::Scalars(instructions) = step {
            for instruction in instructions.iter() {
                position += 1;
                instruction.action.map_sources(|source| {
                    if let Some(last) = last.get_mut(&source) {
                        *last = position;
                    }
                    source
                });
                last.insert(instruction.destination, position);
            }
        }
    }
    for step in &evaluation.section.steps {
        if let Step::Rows(_) = step {
            step.for_each_scalar_read(|scalar| {
                last.remove(&scalar);
            });
        }
    }
    for output in &evaluation.outputs {
        last.remove(output);
    }
    last
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Program, Real};

    #[test]
    fn a_long_chain_takes_turns_in_few_registers() {
        let x = Real::parameter("x");
        let mut value = x.clone();
        for step in 0..100 {
            value = (value + f64::from(step)).sin() * x.cos();
        }
        let program = Program::compile_with_gradient(&value, &[x]).unwrap();
        let written = |code: &[Instruction]| {
            let destinations = code.iter().map(|instruction| instruction.destination.0);
            destinations.collect::<BTreeSet<_>>().len()
        };
        // The value alone goes on from the last number; its gradient needs all of them.
        let value_alone = program.plan().evaluations.last().unwrap();
        let code = reusing_registers(value_alone).concat();
        assert!(code.len() > 200, "{}", code.len());
        assert!(written(&code) < 6, "{}", written(&code));
        for instruction in &code {
            instruction.action.map_sources(|source| {
                assert_ne!(source, instruction.destination);
                source
            });
        }
        let last = code.last().unwrap();
        assert_eq!(value_alone.outputs, [last.destination]);
    }
}
