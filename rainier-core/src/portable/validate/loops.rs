//! Checks one loop over rows.
//!
//! In: a [`RowLoop`] and what was filled before it. Out: nothing, or the rule it breaks. Block
//! registers are used again, so a destination is compared with its sources one by one.

use super::{Flaw, Known, constants_of, must, sources};
use crate::program::{Instruction, Register, RowLoop};

/// A loop that may keep columns.
pub(super) fn at_binding(row_loop: &RowLoop, known: &mut Known<'_>) -> Result<(), Flaw> {
    let blocks = row(row_loop, known)?;
    reduce(row_loop, &blocks, known)?;
    for &(block, derived) in &row_loop.stores {
        blocks.read(block)?;
        known.rows.fill(derived, row_loop.row_set)?;
    }
    Ok(())
}

/// A loop that keeps nothing but sums.
pub(super) fn at_evaluation(row_loop: &RowLoop, known: &mut Known<'_>) -> Result<(), Flaw> {
    must(
        row_loop.stores.is_empty(),
        "columns must be derived at binding",
    )?;
    let blocks = row(row_loop, known)?;
    reduce(row_loop, &blocks, known)
}

/// What one block of rows computes.
fn row(row_loop: &RowLoop, known: &Known<'_>) -> Result<Blocks, Flaw> {
    known.rows.exist(row_loop.row_set)?;
    let mut blocks = Blocks::new(row_loop)?;
    for &(block, scalar) in &row_loop.broadcasts {
        known.scalars.read(scalar)?;
        blocks.begin(block, Block::Kept)?;
    }
    // Loads are read where they are, under the numbers after those of the registers.
    for (place, &(block, source)) in row_loop.loads.iter().enumerate() {
        known.rows.read(source, row_loop.row_set)?;
        let number = row_loop.registers.checked_add(place);
        must(
            number == Some(block.index()),
            "loads must be numbered after the block registers",
        )?;
    }
    for gather in &row_loop.gathers {
        let (rows, entries) = (row_loop.row_set, gather.entries);
        known.rows.read_index(gather.index, rows, Some(entries))?;
        known.scalars.read_table(gather.table, entries)?;
        blocks.begin(gather.block, Block::Written)?;
    }
    let mut instructions = row_loop.instructions.iter();
    instructions.try_for_each(|&instruction| blocks.compute(instruction))?;
    Ok(blocks)
}

/// What becomes of the blocks in scalar registers.
fn reduce(row_loop: &RowLoop, blocks: &Blocks, known: &mut Known<'_>) -> Result<(), Flaw> {
    for sum in &row_loop.sums {
        blocks.read(sum.block)?;
        sum.factor.map_or(Ok(()), |factor| blocks.read(factor))?;
        known.scalars.write(sum.sum)?;
    }
    for scatter in &row_loop.scatters {
        blocks.read(scatter.block)?;
        // The table may be shorter than the one the index is for: nobody asks for the other sums.
        let rows = row_loop.row_set;
        known.rows.read_index(scatter.index, rows, None)?;
        must(scatter.entries >= 1, "a table must have entries")?;
        known.scalars.write_table(scatter.table, scatter.entries)?;
    }
    Ok(())
}

/// Which block registers hold a value, and how many loads follow them.
struct Blocks {
    registers: Vec<Block>,
    loads: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Empty,
    Written,
    /// Filled once before the loop, so it must not be written in it.
    Kept,
}

impl Blocks {
    /// A register costs 512 bytes to run and must not be had for nothing.
    fn new(row_loop: &RowLoop) -> Result<Self, Flaw> {
        let written =
            row_loop.broadcasts.len() + row_loop.gathers.len() + row_loop.instructions.len();
        must(
            row_loop.registers <= written,
            "each block register must be written",
        )?;
        Ok(Self {
            registers: vec![Block::Empty; row_loop.registers],
            loads: row_loop.loads.len(),
        })
    }

    fn read(&self, register: Register) -> Result<(), Flaw> {
        let holds_value = match self.registers.get(register.index()) {
            Some(&block) => block != Block::Empty,
            None => register.index() - self.registers.len() < self.loads,
        };
        must(
            holds_value,
            "a block register must be written before it is read",
        )
    }

    /// Fills a register before the first instruction.
    fn begin(&mut self, register: Register, with: Block) -> Result<(), Flaw> {
        let block = self.of(register)?;
        must(
            *block == Block::Empty,
            "a block register must be filled once before the code",
        )?;
        *block = with;
        Ok(())
    }

    fn compute(&mut self, instruction: Instruction) -> Result<(), Flaw> {
        let Instruction {
            destination,
            action,
        } = instruction;
        constants_of(action)?;
        sources(action, |source| {
            must(
                source != destination,
                "a destination must not be one of its sources",
            )?;
            self.read(source)
        })?;
        let block = self.of(destination)?;
        must(
            *block != Block::Kept,
            "a scalar spread over a block must be kept",
        )?;
        *block = Block::Written;
        Ok(())
    }

    fn of(&mut self, register: Register) -> Result<&mut Block, Flaw> {
        let block = self.registers.get_mut(register.index());
        block.ok_or(Flaw("a block register must be one of the loop's"))
    }
}
