//! Finds look-ups that name no entry of their table.
//!
//! In: an expression. Out: what compiling it will complain about, known before it is part of a model.

use std::collections::HashSet;

use super::{Expression, Real};
use crate::error::CompileError;

impl Real {
    /// Checks the look-ups by constants, as compiling does: a constant index that names an entry was
    /// replaced by the entry, so any other is an error.
    ///
    /// # Errors
    /// [`CompileError::Index`] for such an index, of several the one that comes first.
    ///
    /// ```
    /// use rainier_core::Real;
    ///
    /// let effects = [Real::parameter("a"), Real::parameter("b")];
    /// assert!(Real::lookup(1, &effects).check_lookups().is_ok());
    /// let error = (2.0 * Real::lookup(2, &effects)).check_lookups().unwrap_err();
    /// assert!(error.to_string().contains("a whole number from 0 to 1, got 2"));
    /// ```
    pub fn check_lookups(&self) -> Result<(), CompileError> {
        let mut seen = HashSet::new();
        let mut pending = vec![self];
        while let Some(real) = pending.pop() {
            if !seen.insert(real.identity()) {
                continue;
            }
            if let Expression::Lookup(index, table) = real.expression()
                && let Some(value) = index.as_constant()
                && !table.is_empty()
            {
                let (value, entries) = (value.to_string(), table.len());
                return Err(CompileError::Index { value, entries });
            }
            let operands = pending.len();
            real.expression()
                .for_each_child(|child| pending.push(child));
            // The first operand is looked at first.
            pending[operands..].reverse();
        }
        Ok(())
    }
}
