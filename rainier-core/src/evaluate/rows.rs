//! Runs loops over rows, a block at a time.
//!
//! In: a loop, scalar registers, the columns it reads. Out: scalar registers with sums, and
//! blocks of derived columns if the loop keeps any. Each sum is added as a tree within a block and
//! with compensation from block to block, so its error does not grow with the number of rows.

use std::sync::Arc;

use super::column::{IndexBlock, IndexColumn, LANES, PaddedColumn};
use super::interpreter::{Loads, run, value};
use crate::aligned::Aligned;
use crate::compensated::Compensated;
use crate::kernel::{self, Arithmetic, Code, InstructionSet};
use crate::lanes::zip;
use crate::operation::Unary;
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
    blocks: Aligned<LANES>,
    sums: Vec<Compensated>,
}

impl Scratch {
    /// Room for the loops of any of the sections.
    pub(super) fn for_sections<'s>(sections: impl IntoIterator<Item = &'s Section>) -> Self {
        let (mut registers, mut sums) = (0, 0);
        for row_loop in sections.into_iter().flat_map(Section::loops) {
            registers = row_loop.registers.max(registers);
            sums = row_loop.sums.len().max(sums);
        }
        Self {
            blocks: Aligned::zeros(registers),
            sums: vec![Compensated::default(); sums],
        }
    }
}

/// Runs a loop; `store` is given each block of each column the loop derives, and its rows.
pub(super) fn run_loop(
    row_loop: &RowLoop,
    input: &LoopInput,
    scalars: &mut [[f64; 1]],
    scratch: &mut Scratch,
    store: impl FnMut(usize, &[f64; LANES], usize),
) {
    InstructionSet::detect().run(RowCode {
        row_loop,
        input,
        scalars,
        scratch,
        store,
    });
}

/// A loop and all it works on, to be compiled for every instruction set.
struct RowCode<'a, S> {
    row_loop: &'a RowLoop,
    input: &'a LoopInput,
    scalars: &'a mut [[f64; 1]],
    scratch: &'a mut Scratch,
    store: S,
}

impl<S: FnMut(usize, &[f64; LANES], usize)> Code for RowCode<'_, S> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arithmetic>(mut self) {
        let (row_loop, input) = (self.row_loop, self.input);
        let registers = &mut self.scratch.blocks.blocks_mut()[..row_loop.registers];
        let sums = &mut self.scratch.sums[..row_loop.sums.len()];
        for (block, scalar) in &row_loop.broadcasts {
            registers[block.index()] = [self.scalars[scalar.index()][0]; LANES];
        }
        for scatter in &row_loop.scatters {
            let first = scatter.table.index();
            self.scalars[first..first + scatter.entries].fill([0.0]);
        }
        sums.fill(Compensated::default());
        let (gathered, scattered) = input.indices.split_at(row_loop.gathers.len());
        for block in 0..input.rows.div_ceil(LANES) {
            let lanes = LANES.min(input.rows - block * LANES);
            for (gather, index) in row_loop.gathers.iter().zip(gathered) {
                let out = &mut registers[gather.block.index()];
                fill(out, index.block(block), lanes, gather, self.scalars);
            }
            let loads = BlockLoads {
                columns: &input.loads,
                block,
            };
            run::<A, _, LANES>(&row_loop.instructions, registers, loads);
            let weights = input.weights.as_ref().map(|weights| weights.block(block));
            for (row_sum, sum) in row_loop.sums.iter().zip(sums.iter_mut()) {
                if row_sum.of_logarithms {
                    let block = value(registers, &loads, row_sum.block);
                    sum.add(sum_logarithms::<A>(block, weights, lanes));
                    continue;
                }
                let values = value(registers, &loads, row_sum.block);
                let factor = row_sum
                    .factor
                    .map(|factor| value(registers, &loads, factor));
                sum.add(match (factor, weights) {
                    (None, None) => sum_lanes(values, lanes),
                    (Some(other), None) | (None, Some(other)) => sum_products(values, other, lanes),
                    (Some(factors), Some(weights)) => {
                        sum_products(&multiplied(values, factors), weights, lanes)
                    }
                });
            }
            for (scatter, index) in row_loop.scatters.iter().zip(scattered) {
                let values = value(registers, &loads, scatter.block);
                let counted = weights.map(|weights| multiplied(values, weights));
                let values = counted.as_ref().unwrap_or(values);
                spread(&values[..lanes], index.block(block), scatter, self.scalars);
            }
            for &(register, column) in &row_loop.stores {
                (self.store)(column, value(registers, &loads, register), lanes);
            }
        }
        for (row_sum, sum) in row_loop.sums.iter().zip(sums.iter()) {
            self.scalars[row_sum.sum.index()] = [sum.total()];
        }
    }
}

/// One block of each column that a loop reads.
#[derive(Clone, Copy)]
struct BlockLoads<'a> {
    columns: &'a [Arc<PaddedColumn>],
    block: usize,
}

impl Loads<LANES> for BlockLoads<'_> {
    #[inline(always)]
    fn get(&self, place: usize) -> &[f64; LANES] {
        self.columns[place].block(self.block)
    }
}

/// Each lane the table's entry at its index.
#[inline(always)]
fn fill(
    block: &mut [f64; LANES],
    index: &IndexBlock,
    rows: usize,
    gather: &Gather,
    scalars: &[[f64; 1]],
) {
    let first = gather.table.index();
    let table = &scalars[first..first + gather.entries];
    if let Some(start) = index.counts_from {
        let start = start as usize;
        let (of_rows, beyond) = block.split_at_mut(rows);
        of_rows.copy_from_slice(table[start..start + rows].as_flattened());
        beyond.fill(of_rows[rows - 1]);
        return;
    }
    for (lane, &index) in block.iter_mut().zip(&index.lanes) {
        [*lane] = table[index as usize];
    }
}

/// Adds each lane to the table's entry at its index. Rows are in order of their index as far as
/// possible, so runs of equal ones are added up first.
#[inline(always)]
fn spread(values: &[f64], index: &IndexBlock, scatter: &Scatter, scalars: &mut [[f64; 1]]) {
    let first = scatter.table.index();
    let table = &mut scalars[first..first + scatter.entries];
    if let Some(start) = index.counts_from {
        let entries = table.iter_mut().skip(start as usize);
        for ([entry], &value) in entries.zip(values) {
            *entry += value;
        }
        return;
    }
    let index = &index.lanes;
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

#[inline(always)]
fn multiplied(values: &[f64; LANES], factors: &[f64; LANES]) -> [f64; LANES] {
    let mut products = [0.0; LANES];
    zip(&mut products, values, factors, |x, y| x * y);
    products
}

/// Σ ln(1 + E) over the first `lanes` lanes, for E in [0, 1]: the logarithm of a product of a few
/// factors up to 2 has their sum, to the same absolute error, for a fraction of the work.
#[inline(always)]
fn sum_logarithms<A: Arithmetic>(
    block: &[f64; LANES],
    weights: Option<&[f64; LANES]>,
    lanes: usize,
) -> f64 {
    if let Some(weights) = weights {
        let mut logarithms = [0.0; LANES];
        kernel::unary::<A, LANES>(Unary::Ln1p, &mut logarithms, block);
        return sum_products(&logarithms, weights, lanes);
    }
    let products = fold([1.0; WIDTH], block, block, lanes, |product, x, _| {
        product * (1.0 + x)
    });
    let mut logarithms = [0.0; WIDTH];
    kernel::unary::<A, WIDTH>(Unary::Ln, &mut logarithms, &products);
    sum_partial(logarithms)
}

/// The sum of the first `lanes` lanes, always added in the same order.
#[inline(always)]
pub(super) fn sum_lanes(block: &[f64; LANES], lanes: usize) -> f64 {
    sum_partial(fold([0.0; WIDTH], block, block, lanes, |sum, x, _| sum + x))
}

/// The sum of products of the first `lanes` lanes, always added in the same order.
#[inline(always)]
fn sum_products(x: &[f64; LANES], y: &[f64; LANES], lanes: usize) -> f64 {
    sum_partial(fold([0.0; WIDTH], x, y, lanes, |sum, x, y| sum + x * y))
}

/// Partial results side by side: a vector of the widest instruction set.
const WIDTH: usize = 8;

/// Folds every eighth lane of the first `lanes` together.
#[inline(always)]
fn fold(
    start: [f64; WIDTH],
    x: &[f64; LANES],
    y: &[f64; LANES],
    lanes: usize,
    f: impl Fn(f64, f64, f64) -> f64,
) -> [f64; WIDTH] {
    let (x_chunks, _) = x.as_chunks::<WIDTH>();
    let (y_chunks, _) = y.as_chunks::<WIDTH>();
    let mut partial = start;
    let whole = lanes / WIDTH;
    for (x, y) in x_chunks[..whole].iter().zip(y_chunks) {
        partial = std::array::from_fn(|lane| f(partial[lane], x[lane], y[lane]));
    }
    // A whole chunk, too: some of its lanes leave what is there.
    if let (Some(x), Some(y)) = (x_chunks.get(whole), y_chunks.get(whole)) {
        let rest = lanes % WIDTH;
        partial = std::array::from_fn(|lane| {
            let next = f(partial[lane], x[lane], y[lane]);
            if lane < rest { next } else { partial[lane] }
        });
    }
    partial
}

#[inline(always)]
fn sum_partial([a, b, c, d, e, f, g, h]: [f64; WIDTH]) -> f64 {
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
