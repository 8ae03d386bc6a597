//! Numbers the different rows of some columns in order of their first appearance.
//!
//! In: columns and one row after the other. Out: the number of the first row with equal values.
//! Values are equal when their bits are.

use std::hash::Hasher;

use hashbrown::HashTable;
use rustc_hash::FxHasher;

/// The different rows met so far.
#[derive(Debug)]
pub(super) struct RowTable<'a> {
    columns: &'a [&'a [f64]],
    numbers: HashTable<u32>,
    first: Vec<u32>,
}

impl<'a> RowTable<'a> {
    pub(super) fn new(columns: &'a [&'a [f64]]) -> Self {
        Self {
            columns,
            numbers: HashTable::new(),
            first: Vec::new(),
        }
    }

    /// The number of `row`'s values, if they were met before.
    pub(super) fn find(&self, row: u32) -> Option<u32> {
        let equal = |&number: &u32| self.bits(self.first[number as usize]).eq(self.bits(row));
        self.numbers.find(self.hash(row), equal).copied()
    }

    /// Gives `row`'s values, which were not met before, the next number.
    pub(super) fn insert(&mut self, row: u32) -> u32 {
        let number = u32::try_from(self.first.len()).expect("not more than rows");
        self.first.push(row);
        let hash = self.hash(row);
        let mut numbers = std::mem::take(&mut self.numbers);
        numbers.insert_unique(hash, number, |&known| self.hash(self.first[known as usize]));
        self.numbers = numbers;
        number
    }

    pub(super) fn len(&self) -> usize {
        self.first.len()
    }

    /// The first row of each number.
    pub(super) fn into_first(self) -> Vec<u32> {
        self.first
    }

    fn bits(&self, row: u32) -> impl Iterator<Item = u64> {
        let columns = self.columns.iter();
        columns.map(move |column| column[row as usize].to_bits())
    }

    fn hash(&self, row: u32) -> u64 {
        let mut hasher = FxHasher::default();
        for bits in self.bits(row) {
            hasher.write_u64(bits);
        }
        hasher.finish()
    }
}
