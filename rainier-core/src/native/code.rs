//! Holds machine code in executable memory and runs it.
//!
//! In: the bytes of functions that take a pointer to the registers. Out: [`NativeCode`]. Memory is
//! written first and executable after, never both; it is given back on drop. All `unsafe` of this
//! folder is here.

#![expect(
    unsafe_code,
    reason = "machine code is entered through a pointer, which only its maker can vouch for"
)]

use std::mem::transmute;

use memmap2::{Mmap, MmapMut};
use wasmtime_internal_jit_icache_coherence::{clear_cache, pipeline_flush_mt};

/// Takes a pointer to the first register.
type NativeFunction = unsafe extern "C" fn(*mut f64);

/// Machine code of a run of instructions. Immutable, `Send + Sync`: share it by `Arc`.
#[derive(Debug)]
pub(crate) struct NativeCode {
    memory: Mmap,
    /// Where each function begins in `memory`, in the order they run.
    entries: Vec<usize>,
    /// How many registers the functions may touch.
    registers: usize,
}

/// Functions ready to be loaded. Only `compile.rs` makes one, and vouches for what is said here.
#[derive(Debug, Default)]
pub(super) struct MachineCode {
    /// Code for this processor that refers to nothing outside of itself but by absolute address.
    pub(super) bytes: Vec<u8>,
    /// The offset in `bytes` of each [`NativeFunction`].
    pub(super) entries: Vec<usize>,
    /// The functions touch that many numbers behind their argument, and no other memory.
    pub(super) registers: usize,
}

impl NativeCode {
    /// Loads code; none if the system grants no executable memory.
    pub(super) fn load(code: MachineCode) -> Option<Self> {
        let MachineCode {
            bytes,
            entries,
            registers,
        } = code;
        let mut memory = MmapMut::map_anon(bytes.len()).ok()?;
        memory[..bytes.len()].copy_from_slice(&bytes);
        // SAFETY: the range is the mapping just made, and nothing else is done to its memory.
        unsafe { clear_cache(memory.as_ptr().cast(), memory.len()) }.ok()?;
        let memory = memory.make_exec().ok()?;
        pipeline_flush_mt().ok()?;
        Some(Self {
            memory,
            entries,
            registers,
        })
    }

    /// Runs the instructions: reads registers they do not write themselves, writes those that are
    /// read later.
    ///
    /// # Panics
    /// When there are fewer registers than the instructions name.
    pub(crate) fn run(&self, registers: &mut [f64]) {
        assert!(
            registers.len() >= self.registers,
            "native code has all registers it names"
        );
        let first = registers.as_mut_ptr();
        for &entry in &self.entries {
            let address = self.memory[entry..].as_ptr();
            // SAFETY: `compile.rs` put a function of this type at each entry, and the memory stays
            // mapped and executable as long as `self` lives.
            let function = unsafe { transmute::<*const u8, NativeFunction>(address) };
            // SAFETY: the pointer is valid, and no one else's, for all numbers that the function
            // touches: `registers` is borrowed exclusively and was found long enough.
            unsafe { function(first) };
        }
    }
}
