//! Runs a section: scalar code, and loops that take the rows a block at a time.
//!
//! In: a section, scalar registers, columns. Out: scalar registers filled, derived columns if the
//! section stores any. Each sum is added as a tree within a block and with compensation from
//! block to block, so its error does not grow with the number of rows.

use super::interpreter::execute;
use crate::compensated::Compensated;
use crate::program::{RowLoop, Section, Source, Step};

/// Rows in a block. 64 doubles are 512 bytes: a dozen live registers stay in first-level cache.
pub(super) const LANES: usize = 64;

/// Values of one column, filled up to a whole number of blocks with copies of the last.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct PaddedColumn {
    blocks: Vec<[f64; LANES]>,
    rows: usize,
}

impl PaddedColumn {
    pub(super) fn new(values: &[f64]) -> Self {
        let blocks = values
            .chunks(LANES)
            .map(|chunk| {
                let mut block = [chunk[chunk.len() - 1]; LANES];
                block[..chunk.len()].copy_from_slice(chunk);
                block
            })
            .collect();
        Self {
            blocks,
            rows: values.len(),
        }
    }

    /// Room for as many rows, to be overwritten.
    pub(super) fn zeros(rows: usize) -> Self {
        Self {
            blocks: vec![[0.0; LANES]; rows.div_ceil(LANES)],
            rows,
        }
    }

    pub(super) fn set_block(&mut self, block: usize, values: &[f64; LANES]) {
        self.blocks[block] = *values;
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }
}

/// Block registers and running sums, reused from one evaluation to the next.
#[derive(Debug, Clone, Default)]
pub(super) struct Scratch {
    blocks: Vec<[f64; LANES]>,
    sums: Vec<Compensated>,
}

impl Scratch {
    pub(super) fn for_section(section: &Section) -> Self {
        let mut scratch = Self::default();
        for step in &section.steps {
            if let Step::Rows(row_loop) = step {
                let blocks = scratch.blocks.len().max(row_loop.registers);
                scratch.blocks.resize(blocks, [0.0; LANES]);
                let sums = scratch.sums.len().max(row_loop.sums.len());
                scratch.sums.resize(sums, Compensated::default());
            }
        }
        scratch
    }
}

/// The columns a section may read, and the number of rows of each row set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tables<'a> {
    pub(super) columns: &'a [PaddedColumn],
    pub(super) derived: &'a [PaddedColumn],
    pub(super) row_counts: &'a [usize],
}

impl Tables<'_> {
    fn block(&self, source: Source, block: usize) -> &[f64; LANES] {
        match source {
            Source::Column(column) => &self.columns[column].blocks[block],
            Source::Derived(column) => &self.derived[column].blocks[block],
        }
    }
}

/// Runs a section; `store` is given each block of each column the section derives.
pub(super) fn run(
    section: &Section,
    scalars: &mut [[f64; 1]],
    scratch: &mut Scratch,
    tables: Tables<'_>,
    mut store: impl FnMut(usize, usize, &[f64; LANES]),
) {
    for step in &section.steps {
        match step {
            Step::Scalars(instructions) => execute(instructions, scalars),
            Step::Rows(row_loop) => run_loop(row_loop, scalars, scratch, tables, &mut store),
        }
    }
}

fn run_loop(
    row_loop: &RowLoop,
    scalars: &mut [[f64; 1]],
    scratch: &mut Scratch,
    tables: Tables<'_>,
    store: &mut impl FnMut(usize, usize, &[f64; LANES]),
) {
    let rows = tables.row_counts[row_loop.row_set];
    let Scratch { blocks, sums } = scratch;
    for (block, scalar) in &row_loop.broadcasts {
        blocks[block.index()] = [scalars[scalar.index()][0]; LANES];
    }
    sums.fill(Compensated::default());
    for block in 0..rows.div_ceil(LANES) {
        let lanes = LANES.min(rows - block * LANES);
        for &(register, source) in &row_loop.loads {
            blocks[register.index()] = *tables.block(source, block);
        }
        execute(&row_loop.instructions, blocks);
        for ((register, _), sum) in row_loop.sums.iter().zip(sums.iter_mut()) {
            sum.add(sum_lanes(&blocks[register.index()], lanes));
        }
        for (register, column) in &row_loop.stores {
            store(*column, block, &blocks[register.index()]);
        }
    }
    for ((_, scalar), sum) in row_loop.sums.iter().zip(sums.iter()) {
        scalars[scalar.index()] = [sum.total()];
    }
}

/// The sum of the first `lanes` lanes, always added in the same order.
fn sum_lanes(block: &[f64; LANES], lanes: usize) -> f64 {
    const WIDTH: usize = 8;
    let mut partial = [0.0; WIDTH];
    for chunk in block[..lanes].chunks(WIDTH) {
        for (partial, value) in partial.iter_mut().zip(chunk) {
            *partial += value;
        }
    }
    let [a, b, c, d, e, f, g, h] = partial;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_past_the_last_row_do_not_count() {
        let block = std::array::from_fn(|lane| lane as f64);
        assert_eq!(sum_lanes(&block, 11), 55.0);
        assert_eq!(sum_lanes(&block, LANES), 2016.0);
        assert_eq!(sum_lanes(&block, 0), 0.0);
    }
}
