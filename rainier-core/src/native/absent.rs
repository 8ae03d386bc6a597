//! Stands in for native code in builds without feature `jit`.
//!
//! In: instructions. Out: nothing, ever.

use crate::instruction::{Instruction, Register};

/// Code that cannot exist.
#[derive(Debug)]
pub(crate) enum NativeCode {}

impl NativeCode {
    pub(crate) fn run(&self, _registers: &mut [f64]) {
        match *self {}
    }
}

pub(crate) fn compile(
    _instructions: &[Instruction],
    _is_read_later: impl Fn(Register) -> bool,
) -> Option<NativeCode> {
    None
}
