//! Primitive functions as vector code, compiled for several instruction sets.
//!
//! In: blocks of numbers. Out: blocks of values. DOCS

#![allow(clippy::inline_always, reason = "PLACE")]

mod apply;
mod arithmetic;
mod digamma;
mod dispatch;
mod entry;
mod exponential;
mod gamma;
mod logarithm;
mod logistic;
mod pieces;
mod rounding;
#[cfg(test)]
mod tests;

pub(crate) use apply::{binary, unary, whole_power};
pub(crate) use arithmetic::Arithmetic;
pub(crate) use dispatch::Code;
pub use dispatch::InstructionSet;
