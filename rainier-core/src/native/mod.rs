//! Compiles scalar instructions to machine code, for one chain of a small or collapsed model.
//!
//! In: scalar instructions, and which registers are read after them. Out: [`NativeCode`], which
//! leaves the same bits in those registers as the interpreter, or nothing: without feature `jit`,
//! on a processor the compiler does not know, where the system grants no executable memory. Callers
//! interpret then, and nobody needs to know.
//!
//! Any NaN stands for every other: which of its bits survive an operation is not specified.

#[cfg(not(feature = "jit"))]
mod absent;
#[cfg(feature = "jit")]
mod code;
#[cfg(feature = "jit")]
mod compile;
#[cfg(feature = "jit")]
mod functions;
#[cfg(all(test, feature = "jit"))]
mod speed_tests;
#[cfg(all(test, feature = "jit"))]
mod tests;
mod tiers;
#[cfg(feature = "jit")]
mod translate;

#[cfg(not(feature = "jit"))]
pub(crate) use absent::NativeCode;
#[cfg(not(feature = "jit"))]
use absent::compile;
#[cfg(feature = "jit")]
pub(crate) use code::NativeCode;
#[cfg(feature = "jit")]
use compile::compile;
pub(crate) use tiers::{NativeSteps, Tiers};
