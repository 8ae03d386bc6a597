//! Keeps the values of columns in blocks of rows.
//!
//! In: values, one per row. Out: whole blocks of [`LANES`] rows, the last one filled up.

use crate::aligned::Aligned;

/// Rows in a block. 64 doubles are 512 bytes: a dozen live registers stay in first-level cache.
pub(super) const LANES: usize = 64;

/// Values of one column, filled up to a whole number of blocks with copies of the last.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct PaddedColumn {
    blocks: Aligned<LANES>,
    rows: usize,
}

impl PaddedColumn {
    pub(super) fn new(values: &[f64]) -> Self {
        let mut column = Self::for_rows(values.len());
        for chunk in values.chunks(LANES) {
            let mut block = [chunk[chunk.len() - 1]; LANES];
            block[..chunk.len()].copy_from_slice(chunk);
            column.push(&block, chunk.len());
        }
        column
    }

    /// Without rows, and with room for so many.
    pub(super) fn for_rows(rows: usize) -> Self {
        Self {
            blocks: Aligned::zeros(rows.div_ceil(LANES)),
            rows: 0,
        }
    }

    /// Adds a block of which `rows` lanes are rows; only the last block may have fewer than all.
    pub(super) fn push(&mut self, block: &[f64; LANES], rows: usize) {
        self.blocks.blocks_mut()[self.rows / LANES] = *block;
        self.rows += rows;
    }

    pub(super) fn block(&self, block: usize) -> &[f64; LANES] {
        &self.blocks.blocks()[block]
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// One value per row.
    pub(super) fn values(&self) -> &[f64] {
        &self.blocks.blocks().as_flattened()[..self.rows]
    }

    /// The values of some rows, in their order.
    pub(super) fn of_rows(&self, rows: &[u32]) -> Self {
        let values = self.values();
        let chosen: Vec<f64> = rows.iter().map(|&row| values[row as usize]).collect();
        Self::new(&chosen)
    }
}

/// Indices of tables, one per row; checked at binding.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct IndexColumn {
    blocks: Vec<IndexBlock>,
    rows: usize,
}

/// The indices of a block of rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct IndexBlock {
    pub(super) lanes: [u32; LANES],
    /// The first, where each row's is the one of the row before and 1, as groups in order have it:
    /// then a part of the table is read or written whole.
    pub(super) counts_from: Option<u32>,
}

impl IndexColumn {
    pub(super) fn new(column: &PaddedColumn) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "indices were found whole and below the table's length"
        )]
        let blocks = column
            .blocks
            .blocks()
            .iter()
            .enumerate()
            .map(|(place, block)| {
                let lanes = block.map(|index| index as u32);
                let rows = &lanes[..LANES.min(column.rows - place * LANES)];
                let counts = rows
                    .iter()
                    .zip(rows[0]..)
                    .all(|(&index, next)| index == next);
                IndexBlock {
                    lanes,
                    counts_from: counts.then_some(rows[0]),
                }
            });
        Self {
            blocks: blocks.collect(),
            rows: column.rows,
        }
    }

    /// The index of a row, if there is one.
    pub(super) fn get(&self, row: usize) -> Option<u32> {
        (row < self.rows).then(|| self.blocks[row / LANES].lanes[row % LANES])
    }

    pub(super) fn block(&self, block: usize) -> &IndexBlock {
        &self.blocks[block]
    }
}
