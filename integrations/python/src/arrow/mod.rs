//! Moves numbers between Arrow and the library.
//!
//! In: arrays and tables that Python shares by Arrow's C interface. Out: slices of their memory where
//! they hold doubles, else copies as doubles; and tables of results. What is null or no number is an
//! error that names column and row.

pub(crate) mod keys;
pub(crate) mod lists;
pub(crate) mod numbers;
pub(crate) mod table;
