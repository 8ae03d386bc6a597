//! Primitive functions as vector code, compiled for several instruction sets.
//!
//! In: blocks of numbers. Out: blocks of values. A kernel is one plain function of one number
//! without branches; a loop of it over a block becomes vector instructions when compiled for a set
//! that has them. [`InstructionSet`] is the choice among the sets the processor has.
//!
//! # Which bits
//!
//! - A value depends on its argument and the instruction set, never on its neighbours: one lane
//!   and many give the same bits.
//! - `avx2`, `avx512` and the baseline of aarch64 fuse multiplication and addition within
//!   functions and give the same bits; the baseline of other processors does not, and differs by
//!   up to two units in the last place.
//! - Sums and products *outside* of functions are never fused: they have the same bits everywhere.
//! - Limits and NaN are those of the standard library and of [`special`](crate::special).
//!
//! # Accuracy and speed
//!
//! The largest errors seen against mpmath 1.3.0 (60 digits) at 12,000 arguments for each function,
//! crowded around roots, changes of formula and the ends of the range, in units in the last place
//! (ulp), with fused arithmetic or without, whichever is larger; nanoseconds per element for blocks in first-level
//! cache, beside the scalar function, on one core of an AMD EPYC of the third generation (Zen 3;
//! `cargo bench -p rainier-core --bench kernels`).
//!
//! | function | largest error, ulp | scalar, ns | baseline (SSE2) | avx2 |
//! | --- | --- | --- | --- | --- |
//! | e^x | 1.0 | 6.2 | 3.2 | 1.6 |
//! | ln x | 0.9 | 5.6 | 5.2 | 2.2 |
//! | ln(1 + x) | 1.0 | 8.4 | 6.4 | 2.9 |
//! | e^x − 1 | 1.1 | 9.6 | 4.6 | 2.0 |
//! | 1 / (1 + e^−x) | 1.9 | 7.5 | 4.5 | 2.1 |
//! | ln(1 + e^x) | 1.4 | 13 | 11 | 5.2 |
//! | ln(1 − e^x) | 1.4 | 13 | 14 | 6.4 |
//! | tanh x | 2.2 | 15 | 7.0 | 3.2 |
//! | ln Γ(x), 0 < x < 5/2 | 1.7 | 11 | 11 | 4.9 |
//! | ln Γ(x), x ≥ 5/2 | 1.7 | 15 | 6.2 | 3.0 |
//! | ψ(x), 0 < x < 2 | 1.7 | 6.8 | 5.7 | 2.9 |
//! | ψ(x), x ≥ 2 | 1.7 | 10 | 6.6 | 3.4 |
//! | ln(e^x + e^y) | 1.0 | | | |
//! | ln(e^x − e^y) | 1.0 | | | |
//! | 1 / (1 + e^(y − x)) | 1.9 | | | |
//! | ln B(x, y), of rows | 5.5 | 38 | 35 | 13 |
//! | ln(Γ(x + d)/Γ(x)), of rows | 8.3 | 31 | 23 | 9.7 |
//! | ψ(x + d) − ψ(x) | 3.2 | 36 | 38 | 6.5 |
//!
//! A block with arguments on both sides of a change of formula costs the sum of the two. One
//! lane alone waits longer for its value than in the standard library (16 against 12 ns for e^x,
//! 23 against 16 for ln x) and less long for ln Γ and ψ.
//!
//! In the logarithms of a sum and a difference, units are those of the larger one of the answer
//! and the first argument, whose digits may cancel; for ln B they are those of the answer or of 1,
//! for ln(Γ(x + d)/Γ(x)) with x < 4 those of the answer or of d. The kernels of these two and of
//! ψ(x + d) − ψ(x) hold for arguments from 2^−100 to 2^100 and zeros. `ln_gamma` and `digamma` of zero and of
//! negative numbers are computed by [`special`](crate::special), lane by lane, and so are those
//! three outside their region, and all functions that are not in the table, but for square root, absolute value, sign, floor and
//! comparisons, which are exact.
//!
//! # Adding a kernel
//!
//! Write it as one `#[inline(always)]` function that is generic over the arithmetic: every
//! function between the loop over lanes and the last operation must be inlined. One that is not is
//! compiled for the baseline, where a fused multiplication and addition is a call that takes a
//! hundred times as long. Choose between values that are both computed, so that no branch is left,
//! and make a row in the tests and in the bench.

mod apply;
mod arithmetic;
mod beta;
mod digamma;
mod dispatch;
mod entry;
mod exponential;
mod gamma;
mod gamma_ratio;
mod logarithm;
mod logistic;
mod pieces;
mod rounding;
mod stirling;
#[cfg(test)]
mod tests;

pub(crate) use apply::{binary, ternary, unary, whole_power};
pub(crate) use arithmetic::Arithmetic;
pub(crate) use dispatch::Code;
pub use dispatch::InstructionSet;
