//! Gives out functions of single numbers and of slices, compiled for an instruction set.
//!
//! In: a primitive function. Out: a function pointer, or values. The bits are those of the block
//! interpreter under the same instruction set.

use super::apply::{binary, unary};
use super::arithmetic::Arithmetic;
use super::dispatch::{Choice, Code, InstructionSet, Set};
use crate::operation::{Binary, Unary};

impl InstructionSet {
    /// A plain function of one number, for machine code that calls it. None for
    /// [`Unary::Polygamma`], whose order is an argument: it is
    /// [`special::polygamma`](crate::special::polygamma) under every instruction set.
    ///
    /// ```
    /// use rainier_core::kernel::InstructionSet;
    /// use rainier_core::Unary;
    ///
    /// let set = InstructionSet::detect();
    /// let exp = set.unary_function(Unary::Exp).expect("exp takes no order");
    /// assert_eq!(exp(0.0), 1.0);
    /// ```
    #[must_use]
    pub fn unary_function(self, function: Unary) -> Option<extern "C" fn(f64) -> f64> {
        self.choose(UnaryFunction(function))
    }

    /// A plain function of two numbers, for machine code that calls it. None for functions that
    /// have a tail to choose, which are those of [`special`](crate::special).
    #[must_use]
    pub fn binary_function(self, function: Binary) -> Option<extern "C" fn(f64, f64) -> f64> {
        self.choose(BinaryFunction(function))
    }

    /// Writes the function of each number of `x` into the same place of `out`.
    ///
    /// # Panics
    /// When the slices differ in length.
    pub fn apply(self, function: Unary, x: &[f64], out: &mut [f64]) {
        assert_eq!(x.len(), out.len(), "one place for each value");
        self.run(OnSlice { function, x, out });
    }

    /// Writes the function of each pair of numbers of `x` and `y` into the same place of `out`.
    ///
    /// ```
    /// use rainier_core::kernel::InstructionSet;
    /// use rainier_core::Binary;
    ///
    /// let mut sums = [0.0; 2];
    /// let set = InstructionSet::detect();
    /// set.apply_to_pairs(Binary::DigammaDifference, &[1.0, 2.0], &[1.0, 0.0], &mut sums);
    /// assert_eq!(sums, [1.0, 0.0]);
    /// ```
    ///
    /// # Panics
    /// When the slices differ in length.
    pub fn apply_to_pairs(self, function: Binary, x: &[f64], y: &[f64], out: &mut [f64]) {
        assert_eq!(x.len(), y.len(), "a partner for each number");
        assert_eq!(x.len(), out.len(), "one place for each value");
        self.run(OnPairs {
            function,
            x,
            y,
            out,
        });
    }
}

/// Numbers that are taken together.
const LANES: usize = 64;

struct OnSlice<'a> {
    function: Unary,
    x: &'a [f64],
    out: &'a mut [f64],
}

impl Code for OnSlice<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arithmetic>(self) {
        let (blocks, rest) = self.x.as_chunks::<LANES>();
        let (out_blocks, out_rest) = self.out.as_chunks_mut::<LANES>();
        for (out, x) in out_blocks.iter_mut().zip(blocks) {
            unary::<A, LANES>(self.function, out, x);
        }
        let (rest, _) = rest.as_chunks::<1>();
        let (out_rest, _) = out_rest.as_chunks_mut::<1>();
        for (out, x) in out_rest.iter_mut().zip(rest) {
            unary::<A, 1>(self.function, out, x);
        }
    }
}

struct OnPairs<'a> {
    function: Binary,
    x: &'a [f64],
    y: &'a [f64],
    out: &'a mut [f64],
}

impl Code for OnPairs<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arithmetic>(self) {
        let (x_blocks, x_rest) = self.x.as_chunks::<LANES>();
        let (y_blocks, y_rest) = self.y.as_chunks::<LANES>();
        let (out_blocks, out_rest) = self.out.as_chunks_mut::<LANES>();
        for ((out, x), y) in out_blocks.iter_mut().zip(x_blocks).zip(y_blocks) {
            binary::<A, LANES>(self.function, out, x, y);
        }
        for ((out, &x), &y) in out_rest.iter_mut().zip(x_rest).zip(y_rest) {
            let mut one = [0.0];
            binary::<A, 1>(self.function, &mut one, &[x], &[y]);
            *out = one[0];
        }
    }
}

/// Each variant gets code of its own, in which the function is a constant.
macro_rules! unary_pointer {
    ($set:ident, $function:expr; $($variant:ident)*) => {
        match $function {
            $(Unary::$variant => {
                struct Call(f64);
                impl Code for Call {
                    type Output = f64;
                    #[inline(always)]
                    fn run<A: Arithmetic>(self) -> f64 {
                        let mut out = [0.0];
                        unary::<A, 1>(Unary::$variant, &mut out, &[self.0]);
                        out[0]
                    }
                }
                extern "C" fn call<S: Set>(x: f64) -> f64 {
                    S::run(Call(x))
                }
                Some(call::<$set>)
            })*
            Unary::Polygamma(_) => None,
        }
    };
}

macro_rules! binary_pointer {
    ($set:ident, $function:expr; $($variant:ident)*) => {
        match $function {
            $(Binary::$variant => {
                struct Call(f64, f64);
                impl Code for Call {
                    type Output = f64;
                    #[inline(always)]
                    fn run<A: Arithmetic>(self) -> f64 {
                        let mut out = [0.0];
                        binary::<A, 1>(Binary::$variant, &mut out, &[self.0], &[self.1]);
                        out[0]
                    }
                }
                extern "C" fn call<S: Set>(x: f64, y: f64) -> f64 {
                    S::run(Call(x, y))
                }
                Some(call::<$set>)
            })*
            Binary::LnIncompleteGamma(_)
            | Binary::LnIncompleteGammaByShape(_)
            | Binary::LnIncompleteGammaByBound(_) => None,
        }
    };
}

struct UnaryFunction(Unary);

impl Choice for UnaryFunction {
    type Output = Option<extern "C" fn(f64) -> f64>;

    fn at<S: Set>(self) -> Self::Output {
        unary_pointer!(S, self.0;
            Exp Ln Ln1p ExpM1 Sqrt Abs Sign Floor Sin Cos Tan Asin Acos Atan Sinh Cosh Tanh
            XLnX Logistic Softplus LnOneMinusExp Erf Erfc ScaledErfc LnErfc NormalCdf LnNormalCdf
            LnBesselI0 BesselRatio LnGamma Digamma)
    }
}

struct BinaryFunction(Binary);

impl Choice for BinaryFunction {
    type Output = Option<extern "C" fn(f64, f64) -> f64>;

    fn at<S: Set>(self) -> Self::Output {
        binary_pointer!(S, self.0;
            Power LogAddExp LogDiffExp LogisticDifference LnBeta LnBetaOfRow
            LnRisingFactorial LnRisingFactorialOfRow DigammaDifference LnBesselRemainder
            BesselRemainderSlope Less LessOrEqual Equal)
    }
}
