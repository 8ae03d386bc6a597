//! Decides when scalar code is worth compiling to machine code.
//!
//! In: a program's evaluations, one after the other. Out: native code once there were enough of
//! them. Compiling takes as long as interpreting the same code 1,500 to 2,500 times. A chain
//! evaluates thousands of times, who climbs to a mode some dozens: of those who come to [`WARM_UP`]
//! nearly all go on for long, and waiting until compiling is sure to pay would cost them more. The
//! bits are the same either way, so that nobody sees the change.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

use super::NativeCode;
use crate::instruction::{Evaluation, Register, Step};

/// Evaluations by one evaluator before it asks for native code.
const WARM_UP: u32 = 250;

/// The native code of a program, shared by all its evaluators.
#[derive(Debug, Default)]
pub(crate) struct Tiers {
    /// By entry point.
    compiled: [OnceLock<NativeSteps>; 3],
}

/// Native code of each step of a section that has any.
pub(crate) type NativeSteps = Vec<Option<NativeCode>>;

impl Tiers {
    /// The native code for one more evaluation by an evaluator whose evaluations without any are
    /// counted in `count`: once it has been worth it for one of them, it is there for all.
    #[inline]
    pub(crate) fn of(
        &self,
        entry: usize,
        evaluation: &Evaluation,
        count: &mut u32,
    ) -> Option<&NativeSteps> {
        let compiled = self.compiled[entry].get();
        compiled.or_else(|| self.count(entry, evaluation, count))
    }

    #[cold]
    fn count(
        &self,
        entry: usize,
        evaluation: &Evaluation,
        count: &mut u32,
    ) -> Option<&NativeSteps> {
        if *count >= WARM_UP {
            return Some(self.compiled[entry].get_or_init(|| compile(evaluation)));
        }
        *count += 1;
        None
    }
}

fn compile(evaluation: &Evaluation) -> NativeSteps {
    let mut read: FxHashSet<Register> = evaluation.outputs.iter().copied().collect();
    let mut compiled: NativeSteps = Vec::new();
    for step in evaluation.section.steps.iter().rev() {
        compiled.push(match step {
            Step::Scalars(instructions) => {
                super::compile(instructions, |register| read.contains(&register))
            }
            Step::Rows(_) | Step::Groups(_) | Step::Triangle(_) => None,
        });
        step.for_each_scalar_read(|register| {
            read.insert(register);
        });
    }
    compiled.reverse();
    compiled
}
