//! Counts queries by domain, bin and client.
//!
//! In: queries in any order. Out: for each domain and bin the number of queries and who asked. Memory follows how many
//! of these there are, not how many queries: equal ones are joined as they come.

use crate::deduplicate::NO_CLIENT;

/// Cells as they fill.
#[derive(Debug, Clone)]
pub(crate) struct Cells {
    cells: Vec<Cell>,
    /// Length at which joining is worth the sort: twice what the last joining left.
    join_at: usize,
}

/// Queries of a client for a domain in a bin.
#[derive(Debug, Clone, Copy)]
struct Cell {
    domain: u32,
    /// [`NO_CLIENT`] when it is not known.
    client: u32,
    bin: i64,
    queries: u64,
}

/// Below this many (2 MB) joining early saves nothing.
const SMALLEST_JOIN: usize = 1 << 16;

impl Default for Cells {
    fn default() -> Self {
        Self {
            cells: Vec::new(),
            join_at: SMALLEST_JOIN,
        }
    }
}

impl Cells {
    /// Counts a query.
    pub(crate) fn add(&mut self, domain: u32, bin: i64, client: Option<u32>) {
        self.cells.push(Cell {
            domain,
            client: client.unwrap_or(NO_CLIENT),
            bin,
            queries: 1,
        });
        if self.cells.len() >= self.join_at {
            self.join();
            self.join_at = SMALLEST_JOIN.max(2 * self.cells.len());
        }
    }

    /// The newest bin with a query.
    pub(crate) fn newest_bin(&self) -> Option<i64> {
        self.cells.iter().map(|cell| cell.bin).max()
    }

    /// Gives domain, bin, number of queries, and who asked, each client once; in the order of domains, then bins.
    pub(crate) fn each(mut self, mut see: impl FnMut(u32, i64, u64, &[u32])) {
        self.join();
        let mut asked = Vec::new();
        let key = |cell: &Cell| (cell.domain, cell.bin);
        for of_bin in self.cells.chunk_by(|a, b| key(a) == key(b)) {
            asked.clear();
            let clients = of_bin.iter().map(|cell| cell.client);
            asked.extend(clients.filter(|client| *client != NO_CLIENT));
            let queries = of_bin.iter().map(|cell| cell.queries).sum();
            see(of_bin[0].domain, of_bin[0].bin, queries, &asked);
        }
    }

    fn join(&mut self) {
        let key = |cell: &Cell| (cell.domain, cell.bin, cell.client);
        self.cells.sort_unstable_by_key(key);
        self.cells.dedup_by(|later, kept| {
            let is_same = key(later) == key(kept);
            if is_same {
                kept.queries += later.queries;
            }
            is_same
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_counted_and_each_client_is_named_once_however_many_come() {
        let mut cells = Cells::default();
        // Two domains, three bins, two clients and unknown ones, each often enough to be joined several times.
        let often = SMALLEST_JOIN;
        for number in 0..12 * often {
            let client = [None, Some(7), Some(9), Some(7)][number % 4];
            let bin = [-1, 5, 3][number / 4 % 3];
            cells.add(u32::from(bin == 3), bin, client);
        }
        assert!(cells.cells.len() <= 2 * SMALLEST_JOIN);
        assert_eq!(cells.newest_bin(), Some(5));
        let mut seen = Vec::new();
        cells.each(|domain, bin, queries, asked| {
            seen.push((domain, bin, queries, asked.to_vec()));
        });
        let each = 4 * often as u64;
        let expected =
            [(0, -1), (0, 5), (1, 3)].map(|(domain, bin)| (domain, bin, each, vec![7, 9]));
        assert_eq!(seen, expected);
    }
}
