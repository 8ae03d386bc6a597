//! Runs code compiled for the widest vectors of the processor at hand.
//!
//! In: code. Out: what it gives, the same bits on every processor: wider vectors do more of the same
//! operations at a time, and none are fused.

#![expect(
    unsafe_code,
    reason = "calling a function compiled for more than the baseline is unsafe; each call stands \
              behind the question whether the processor has what it was compiled for"
)]

/// Code to be compiled for several instruction sets.
///
/// An implementation marks `run`, and what it calls with loops over lanes, as `#[inline(always)]`:
/// what is not inlined is compiled for the baseline.
pub(crate) trait Code {
    /// What it gives.
    type Output;

    /// Runs it.
    fn run(self) -> Self::Output;
}

/// Runs the code.
#[inline]
pub(crate) fn run<C: Code>(code: C) -> C::Output {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2")]
        fn with_avx2<C: Code>(code: C) -> C::Output {
            code.run()
        }
        #[target_feature(enable = "avx512f,avx512dq,avx512vl")]
        fn with_avx512<C: Code>(code: C) -> C::Output {
            code.run()
        }
        // The standard library remembers what it found.
        if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
        {
            // SAFETY: the processor has these instructions.
            return unsafe { with_avx512(code) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has these instructions.
            return unsafe { with_avx2(code) };
        }
    }
    code.run()
}
