//! Follows which scalar registers hold a value.
//!
//! In: writes and reads in the order in which they happen. Out: nothing, or the rule one breaks.
//! A register is written once in binding and one entry point together: what binding wrote stays,
//! evaluation after evaluation.

use super::{Flaw, must};
use crate::program::{Plan, Register};

/// Whether each register was written.
#[derive(Debug, Clone)]
pub(super) struct Registers(Vec<bool>);

impl Registers {
    pub(super) fn new(plan: &Plan) -> Result<Self, Flaw> {
        must(
            plan.parameters <= plan.registers,
            "each parameter must have a register",
        )?;
        must(
            u32::try_from(plan.registers).is_ok(),
            "registers must be fewer than 2^32",
        )?;
        Ok(Self(vec![false; plan.registers]))
    }

    pub(super) fn read(&self, register: Register) -> Result<(), Flaw> {
        must(
            self.0.get(register.index()) == Some(&true),
            "a register must be written before it is read",
        )
    }

    pub(super) fn write(&mut self, register: Register) -> Result<(), Flaw> {
        self.write_table(register, 1)
    }

    /// Parameters are in the first registers.
    pub(super) fn write_parameters(&mut self, parameters: usize) -> Result<(), Flaw> {
        self.write_table(Register(0), parameters)
    }

    /// The first of `entries` registers and those after it.
    pub(super) fn read_table(&self, first: Register, entries: usize) -> Result<(), Flaw> {
        let table = first.index().checked_add(entries);
        let table = table.and_then(|end| self.0.get(first.index()..end));
        must(
            table.is_some_and(|table| table.iter().all(|&written| written)),
            "a table must be written before it is read",
        )
    }

    /// The first of `entries` registers and those after it.
    pub(super) fn write_table(&mut self, first: Register, entries: usize) -> Result<(), Flaw> {
        let table = first.index().checked_add(entries);
        let table = table
            .and_then(|end| self.0.get_mut(first.index()..end))
            .ok_or(Flaw("a destination must be one of the registers"))?;
        must(
            table.iter().all(|&written| !written),
            "a register must be written once",
        )?;
        table.fill(true);
        Ok(())
    }
}
