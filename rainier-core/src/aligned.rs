//! Blocks of numbers that begin where a cache line does.
//!
//! In: blocks. Out: the same, in memory aligned to 64 bytes: a vector of eight numbers never lies across two lines, which
//! would take twice as long to read. Where an allocator happens to put a `Vec` is a matter of luck.

/// Blocks of `N` numbers, the first of them aligned.
#[derive(Debug)]
pub(crate) struct Aligned<const N: usize> {
    /// As many numbers before and after the blocks as alignment may ask for.
    numbers: Vec<f64>,
    start: usize,
    blocks: usize,
}

/// Bytes of a cache line.
const LINE: usize = 64;
/// Numbers in it.
const NUMBERS: usize = LINE / size_of::<f64>();

impl<const N: usize> Aligned<N> {
    /// So many blocks of zeros.
    pub(crate) fn zeros(blocks: usize) -> Self {
        let numbers = vec![0.0; blocks * N + NUMBERS - 1];
        // Only at compile time may there be no answer; blocks that are not aligned are right, and slower.
        let start = numbers.as_ptr().align_offset(LINE).min(NUMBERS - 1);
        Self {
            numbers,
            start,
            blocks,
        }
    }

    pub(crate) fn blocks(&self) -> &[[f64; N]] {
        self.numbers[self.start..][..self.blocks * N].as_chunks().0
    }

    pub(crate) fn blocks_mut(&mut self) -> &mut [[f64; N]] {
        self.numbers[self.start..][..self.blocks * N]
            .as_chunks_mut()
            .0
    }
}

impl<const N: usize> FromIterator<[f64; N]> for Aligned<N> {
    fn from_iter<I: IntoIterator<Item = [f64; N]>>(blocks: I) -> Self {
        let blocks: Vec<[f64; N]> = blocks.into_iter().collect();
        let mut aligned = Self::zeros(blocks.len());
        aligned.blocks_mut().copy_from_slice(&blocks);
        aligned
    }
}

impl<const N: usize> Clone for Aligned<N> {
    /// The copy has another place in memory.
    fn clone(&self) -> Self {
        self.blocks().iter().copied().collect()
    }
}

impl<const N: usize> Default for Aligned<N> {
    fn default() -> Self {
        Self::zeros(0)
    }
}

impl<const N: usize> PartialEq for Aligned<N> {
    fn eq(&self, other: &Self) -> bool {
        self.blocks() == other.blocks()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_aligned_wherever_memory_is_and_copies_are_too() {
        let mut kept = Vec::new();
        for blocks in 0..50 {
            let mut aligned = Aligned::<16>::zeros(blocks);
            for (number, block) in aligned.blocks_mut().iter_mut().enumerate() {
                *block = [number as f64; 16];
            }
            let copy = aligned.clone();
            assert_eq!(copy, aligned);
            assert_eq!(copy.blocks().len(), blocks);
            for one in [&aligned, &copy] {
                assert_eq!(one.blocks().as_ptr().align_offset(LINE), 0);
            }
            // What is kept makes the allocator give other places.
            kept.push((aligned, copy, vec![0_u8; 24 * blocks]));
        }
        assert_eq!(Aligned::<3>::default().blocks(), [[0.0; 3]; 0]);
    }
}
