//! A static scalar compute graph: expressions become programs that run fast, gradients included.
//!
//! [`Real`] → graph → gradient → [`Program`] → [`Evaluator`]
//!
//! - A [`Real`] is a symbolic number, built with ordinary arithmetic. A [`Column`] stands for data:
//!   one value per row, summed by [`Real::sum_rows`].
//! - Compiling imports expressions into a graph of unique nodes in normal form, appends the
//!   derivatives to the same graph, and lowers it to straight-line code, a [`Program`].
//! - What depends on data alone is computed once, when [`Program::bind`] joins a program with
//!   data; what depends on parameters alone once per evaluation; the rest row by row, in blocks.
//! - An [`Evaluator`] belongs to one thread and allocates nothing while it runs.
//! - A program travels as bytes and runs elsewhere without its source, see [`portable`]; its
//!   `Display` is a listing, [`Program::graphviz`] a drawing.
//!
//! # Should I use this crate directly?
//!
//! To write Bayesian models use `rainier-ppl`, which re-exports this crate. Use it directly for
//! fast functions and gradients that are only known at run time. This crate knows no probability.
//!
//! # Example
//!
//! ```
//! use rainier_core::{Column, Program, Real};
//!
//! let counts = Column::new(vec![3.0, 0.0, 5.0]);
//! let rate = Real::parameter("rate");
//! // The Poisson log-likelihood, up to a constant.
//! let log_likelihood = (counts.real() * rate.ln() - &rate).sum_rows();
//! let program = Program::compile_with_gradient(&log_likelihood, &[rate])?;
//! let mut evaluator = program.bind(&[])?.evaluator();
//! assert_eq!(evaluator.evaluate(&[1.0]), [-3.0, 5.0]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Numbers
//!
//! Values are `f64`. Undefined results are NaN, infinities are values. Sums and products are never
//! fused, so they have the same bits on every machine; `exp`, `ln`, … may differ in the last digit
//! between instruction sets. Their accuracy is stated in [`kernel`] and [`special`].

mod aligned;
mod collapse;
mod column;
mod compensated;
mod error;
mod evaluate;
mod gradient;
mod graph;
mod instruction;
pub mod kernel;
mod lanes;
mod native;
mod operation;
pub mod portable;
mod program;
mod real;
pub mod special;

pub use column::Column;
pub use error::{BindError, CompileError};
pub use evaluate::{BoundProgram, Evaluator, Interpreter, LockStep};
pub use operation::{Binary, Ternary, Unary};
pub use program::{Collapsing, CompileSettings, Program};
pub use real::{Condition, Real};
