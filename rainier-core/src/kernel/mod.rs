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
//! (ulp), with fused arithmetic or without, whichever is larger. Nanoseconds per element for blocks
//! in first-level cache, beside the scalar function, on one core of an AMD EPYC of the third
//! generation (Zen 3; `cargo bench -p rainier-core --bench kernels`); the last column is how long
//! one lane alone waits, about 2 ns of it for the bench's own sum.
//!
//! | function | largest error, ulp | scalar, ns | waits | baseline (SSE2) | avx2 | waits |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | e^x | 1.0 | 6.2 | 12 | 2.9 | 1.6 | 14 |
//! | ln x | 0.9 | 5.3 | 16 | 3.8 | 2.4 | 17 |
//! | ln(1 + x) | 0.9 | 8.4 | 27 | 6.2 | 2.7 | 18 |
//! | e^x − 1 | 1.1 | 9.8 | 29 | 4.5 | 2.1 | 19 |
//! | 1 / (1 + e^−x) | 1.9 | 7.5 | 18 | 4.1 | 1.9 | 20 |
//! | ln(1 + e^x) | 1.4 | 13 | 32 | 13 | 4.8 | 29 |
//! | ln(1 − e^x) | 1.5 | 13 | 31 | 14 | 5.3 | 29 |
//! | tanh x | 2.2 | 15 | 38 | 6.7 | 3.2 | 27 |
//! | ln Γ(x), 0 < x < 5/2 | 1.8 | 11 | 26 | 11 | 4.9 | 20 |
//! | ln Γ(x), x ≥ 5/2 | 1.7 | 15 | 36 | 6.6 | 3.2 | 19 |
//! | ψ(x), 0 < x < 2 | 1.8 | 6.9 | 25 | 5.4 | 2.7 | 15 |
//! | ψ(x), x ≥ 2 | 1.7 | 10 | 26 | 7.2 | 3.6 | 21 |
//! | ln(e^x + e^y) | 1.0 | 24 | 42 | 17 | 8.2 | 33 |
//! | ln(e^x − e^y) | 1.0 | 17 | 32 | 14 | 5.7 | 31 |
//! | 1 / (1 + e^(y − x)) | 1.9 | 8.3 | 19 | 4.4 | 1.9 | 21 |
//! | ln B(x, y), of rows | 5.5 | 42 | 53 | 36 | 14 | 43 |
//! | ln(Γ(x + d)/Γ(x)), of rows | 8.3 | 33 | 45 | 25 | 11 | 39 |
//! | ψ(x + d) − ψ(x) | 3.2 | 34 | 54 | 16 | 6.9 | 31 |
//!
//! A block with arguments on both sides of a change of formula costs the sum of the two. Where a
//! shorter formula serves all but the ends of the range, a block without such arguments gets it.
//!
//! In the logarithms of a sum and a difference, units are those of the larger one of the answer
//! and the first argument, whose digits may cancel; for ln B they are those of the answer or just
//! above 1, for ln(Γ(x + d)/Γ(x)) with x < 4 those of the answer or of d. The kernels of these two
//! and of ψ(x + d) − ψ(x) hold for arguments from 2^−100 to 2^100 and zeros. `ln_gamma` and
//! `digamma` of zero and of negative numbers are computed by [`special`](crate::special), lane by
//! lane, and so are those three outside their region, and all functions that are not in the table,
//! but for square root, absolute value, sign, floor and comparisons, which are exact.
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
