//! Runs loops over rows, a block at a time.
//!
//! In: a loop, scalar registers, the columns it reads. Out: scalar registers with sums, and
//! blocks of derived columns if the loop keeps any. Each sum is added as a tree within a block and
//! with compensation from block to block, so its error does not grow with the number of rows.

use std::sync::Arc;

use super::column::{IndexColumn, LANES, PaddedColumn};
use super::interpreter::execute;
use crate::compensated::Compensated;
use crate::program::{Gather, RowLoop, Scatter, Section};

/// What one loop reads, row by row.
#[derive(Debug, Clone, Default)]
pub(super) struct LoopInput {
    pub(super) rows: usize,
    /// In the order of the loop's loads.
    pub(super) loads: Vec<Arc<PaddedColumn>>,
    /// The indices of its gathers, then those of its scatters.
    pub(super) indices: Vec<Arc<IndexColumn>>,
    /// How often each row counts, if not once.
    pub(super) weights: Option<PaddedColumn>,
}

impl LoopInput {
    pub(super) fn explain(&self) -> String {
        match &self.weights {
            Some(weights) => {
                let all: f64 = weights.values().iter().sum();
                format!("a loop reads {} different rows of {all}\n", self.rows)
            }
            None => format!("a loop reads {} rows\n", self.rows),
        }
    }
}

/// Block registers and running sums, reused from one evaluation to the next.
#[derive(Debug, Clone, Default)]
pub(super) struct Scratch {
    blocks: Vec<[f64; LANES]>,
    sums: Vec<Compensated>,
}

impl Scratch {
    /// Room for the loops of any of the sections.
    pub(super) fn for_sections<'s>(sections: impl IntoIterator<Item = &'s Section>) -> Self {
        let mut scratch = Self::default();
        for row_loop in sections.into_iter().flat_map(Section::loops) {
            let blocks = scratch.blocks.len().max(row_loop.registers);
            scratch.blocks.resize(blocks, [0.0; LANES]);
            let sums = scratch.sums.len().max(row_loop.sums.len());
            scratch.sums.resize(sums, Compensated::default());
        }
        scratch
    }
}

/// Runs a loop; `store` is given each block of each column the loop derives, and its rows.
pub(super) fn run_loop(
    row_loop: &RowLoop,
    input: &LoopInput,
    scalars: &mut [[f64; 1]],
    scratch: &mut Scratch,
    mut store: impl FnMut(usize, &[f64; LANES], usize),
) {
    let Scratch { blocks, sums } = scratch;
    for (block, scalar) in &row_loop.broadcasts {
        blocks[block.index()] = [scalars[scalar.index()][0]; LANES];
    }
    for scatter in &row_loop.scatters {
        let first = scatter.table.index();
        scalars[first..first + scatter.entries].fill([0.0]);
    }
    sums.fill(Compensated::default());
    let (gathered, scattered) = input.indices.split_at(row_loop.gathers.len());
    for block in 0..input.rows.div_ceil(LANES) {
        let lanes = LANES.min(input.rows - block * LANES);
        for (&(register, _), column) in row_loop.loads.iter().zip(&input.loads) {
            blocks[register.index()] = *column.block(block);
        }
        for (gather, index) in row_loop.gathers.iter().zip(gathered) {
            fill(
                &mut blocks[gather.block.index()],
                index.block(block),
                gather,
                scalars,
            );
        }
        execute(&row_loop.instructions, blocks);
        if let Some(weights) = &input.weights {
            let weights = weights.block(block);
            for ((register, _), sum) in row_loop.sums.iter().zip(sums.iter_mut()) {
                sum.add(sum_lanes(
                    &weighted(&blocks[register.index()], weights),
                    lanes,
                ));
            }
            for (scatter, index) in row_loop.scatters.iter().zip(scattered) {
                let values = weighted(&blocks[scatter.block.index()], weights);
                spread(&values[..lanes], index.block(block), scatter, scalars);
            }
        } else {
            for ((register, _), sum) in row_loop.sums.iter().zip(sums.iter_mut()) {
                sum.add(sum_lanes(&blocks[register.index()], lanes));
            }
            for (scatter, index) in row_loop.scatters.iter().zip(scattered) {
                let values = &blocks[scatter.block.index()][..lanes];
                spread(values, index.block(block), scatter, scalars);
            }
        }
        for &(register, column) in &row_loop.stores {
            store(column, &blocks[register.index()], lanes);
        }
    }
    for ((_, scalar), sum) in row_loop.sums.iter().zip(sums.iter()) {
        scalars[scalar.index()] = [sum.total()];
    }
}

/// Each lane the table's entry at its index.
fn fill(block: &mut [f64; LANES], index: &[u32; LANES], gather: &Gather, scalars: &[[f64; 1]]) {
    let first = gather.table.index();
    let table = &scalars[first..first + gather.entries];
    for (lane, &index) in block.iter_mut().zip(index) {
        [*lane] = table[index as usize];
    }
}

/// Adds each lane to the table's entry at its index. Rows are in order of their index as far as
/// possible, so runs of equal ones are added up first.
fn spread(values: &[f64], index: &[u32; LANES], scatter: &Scatter, scalars: &mut [[f64; 1]]) {
    let first = scatter.table.index();
    let table = &mut scalars[first..first + scatter.entries];
    let mut add = |index: u32, sum: f64| {
        // No output needs the sums of entries after the last one asked for.
        if let Some([entry]) = table.get_mut(index as usize) {
            *entry += sum;
        }
    };
    let mut run = (index[0], 0.0);
    for (&value, &index) in values.iter().zip(index) {
        if index == run.0 {
            run.1 += value;
        } else {
            add(run.0, run.1);
            run = (index, value);
        }
    }
    add(run.0, run.1);
}

fn weighted(values: &[f64; LANES], weights: &[f64; LANES]) -> [f64; LANES] {
    std::array::from_fn(|lane| values[lane] * weights[lane])
}

/// The sum of the first `lanes` lanes, always added in the same order.
pub(super) fn sum_lanes(block: &[f64; LANES], lanes: usize) -> f64 {
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
