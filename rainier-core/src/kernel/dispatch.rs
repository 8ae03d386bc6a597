//! Runs code compiled for the instruction set of the processor at hand.
//!
//! In: code that is generic over [`Arithmetic`]. Out: its result. The code is compiled once for
//! each instruction set; this is the only place with `unsafe`, the calls of those versions.

#![expect(
    unsafe_code,
    reason = "calling a function compiled for more than the baseline is unsafe; each call here is \
              guarded by an `InstructionSet`, of which only supported ones can be had"
)]

use std::fmt;

use super::arithmetic::{Arithmetic, Fused, Separate};

/// Instructions that kernels are compiled for: one set out of those the processor has.
///
/// Values of functions differ in the last digit between sets with and without fused
/// multiply-add, and in nothing between `avx2` and `avx512`.
///
/// ```
/// use rainier_core::kernel::InstructionSet;
/// use rainier_core::Unary;
///
/// for set in InstructionSet::available() {
///     let mut powers = [0.0; 3];
///     set.apply(Unary::Exp, &[0.0, f64::INFINITY, f64::NEG_INFINITY], &mut powers);
///     assert_eq!(powers, [1.0, f64::INFINITY, 0.0], "{set}");
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InstructionSet(Level);

/// Private, so that nobody can name a set the processor lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Level {
    Baseline,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// Arithmetic of the instructions every processor of the target has.
#[cfg(target_arch = "aarch64")]
type BaselineArithmetic = Fused;
#[cfg(not(target_arch = "aarch64"))]
type BaselineArithmetic = Separate;

impl InstructionSet {
    /// The best set the processor has.
    #[must_use]
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if Self::has_avx512() {
            return Self(Level::Avx512);
        } else if Self::has_avx2() {
            return Self(Level::Avx2);
        }
        Self(Level::Baseline)
    }

    /// Every set the processor has, the best one last.
    #[must_use]
    pub fn available() -> Vec<Self> {
        let mut sets = vec![Self(Level::Baseline)];
        #[cfg(target_arch = "x86_64")]
        {
            if Self::has_avx2() {
                sets.push(Self(Level::Avx2));
            }
            if Self::has_avx512() {
                sets.push(Self(Level::Avx512));
            }
        }
        sets
    }

    #[cfg(target_arch = "x86_64")]
    fn has_avx2() -> bool {
        // The standard library remembers what it found.
        is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
    }

    #[cfg(target_arch = "x86_64")]
    fn has_avx512() -> bool {
        Self::has_avx2()
            && is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
    }

    /// Runs code compiled for this set.
    #[inline]
    pub(crate) fn run<C: Code>(self, code: C) -> C::Output {
        match self.0 {
            Level::Baseline => Baseline::run(code),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => Avx2::run(code),
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => Avx512::run(code),
        }
    }

    /// Something made for this set, with no choice left to make when it is used.
    pub(super) fn choose<C: Choice>(self, choice: C) -> C::Output {
        match self.0 {
            Level::Baseline => choice.at::<Baseline>(),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => choice.at::<Avx2>(),
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => choice.at::<Avx512>(),
        }
    }
}

impl fmt::Display for InstructionSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.0 {
            Level::Baseline => "baseline",
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => "avx512",
        })
    }
}

/// Code to be compiled for every instruction set.
///
/// An implementation marks `run`, and every function with arithmetic that `run` calls, as
/// `#[inline(always)]`. What is not inlined is compiled for the baseline: slow, and a fused
/// multiply-add in it becomes a call into a library.
pub(crate) trait Code {
    /// What the code returns.
    type Output;

    /// Runs the code.
    fn run<A: Arithmetic>(self) -> Self::Output;
}

/// Something that is made for an instruction set known to the compiler.
pub(super) trait Choice {
    /// What is made.
    type Output;

    /// Makes it.
    fn at<S: Set>(self) -> Self::Output;
}

/// An instruction set known to the compiler. The types are private to this file, which names one
/// only where the processor has it.
pub(super) trait Set {
    /// Runs code compiled for this set.
    fn run<C: Code>(code: C) -> C::Output;
}

struct Baseline;

impl Set for Baseline {
    #[inline]
    fn run<C: Code>(code: C) -> C::Output {
        code.run::<BaselineArithmetic>()
    }
}

#[cfg(target_arch = "x86_64")]
struct Avx2;

#[cfg(target_arch = "x86_64")]
impl Set for Avx2 {
    #[inline]
    fn run<C: Code>(code: C) -> C::Output {
        #[target_feature(enable = "avx2,fma")]
        fn with_features<C: Code>(code: C) -> C::Output {
            code.run::<Fused>()
        }
        // SAFETY: this type is named only after `has_avx2` found these features.
        unsafe { with_features(code) }
    }
}

#[cfg(target_arch = "x86_64")]
struct Avx512;

#[cfg(target_arch = "x86_64")]
impl Set for Avx512 {
    #[inline]
    fn run<C: Code>(code: C) -> C::Output {
        #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")]
        fn with_features<C: Code>(code: C) -> C::Output {
            code.run::<Fused>()
        }
        // SAFETY: this type is named only after `has_avx512` found these features.
        unsafe { with_features(code) }
    }
}
