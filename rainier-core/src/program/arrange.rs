//! Finds which rows belong together and in which order sums over them are due.
//!
//! In: a staged graph and its needed nodes. Out: for each column its place and row set, and for
//! each node how many sums of its own section are below it.

use rustc_hash::FxHashMap;

use crate::graph::{Graph, NodeId, Operation, RowSource};

/// Where the rows of each column of the graph are.
#[derive(Debug)]
pub(super) struct RowSets {
    /// By number of rows in the graph: place among the program's columns, row set; none when the
    /// rows are not read. Groups have a row set only.
    places: Vec<Option<(Option<usize>, usize)>>,
    /// The columns of each row set; none for groups.
    pub(super) columns: Vec<Vec<usize>>,
}

impl RowSets {
    pub(super) fn new(graph: &Graph, nodes: &[NodeId]) -> Self {
        let count = graph.rows().len();
        let mut parent: Vec<usize> = (0..count).collect();
        let mut is_read = vec![false; count];
        for &node in nodes {
            match *graph.operation(node) {
                Operation::Column(rows)
                | Operation::RowCount(rows)
                | Operation::SumRows(_, rows) => {
                    is_read[rows as usize] = true;
                }
                _ => {}
            }
            if let Some(own) = graph.stage(node).rows {
                is_read[own as usize] = true;
            }
        }
        for (a, b) in graph.meeting_rows() {
            let (a, b) = (root(&mut parent, a as usize), root(&mut parent, b as usize));
            parent[a.max(b)] = a.min(b);
        }
        Self::number(graph, &mut parent, &is_read)
    }

    fn number(graph: &Graph, parent: &mut [usize], is_read: &[bool]) -> Self {
        let mut places = vec![None; parent.len()];
        let mut columns: Vec<Vec<usize>> = Vec::new();
        let mut set_of_root = FxHashMap::default();
        let mut next_column = 0;
        for (rows, source) in graph.rows().iter().enumerate() {
            if !is_read[rows] {
                continue;
            }
            let set = *set_of_root.entry(root(parent, rows)).or_insert_with(|| {
                columns.push(Vec::new());
                columns.len() - 1
            });
            let column = match source {
                RowSource::Column(_) => {
                    columns[set].push(next_column);
                    next_column += 1;
                    Some(next_column - 1)
                }
                RowSource::Groups => None,
            };
            places[rows] = Some((column, set));
        }
        Self { places, columns }
    }

    /// Place of a column among the program's columns.
    pub(super) fn column(&self, rows: u32) -> usize {
        self.place(rows).0.expect("groups are no column")
    }

    /// The place of a column, if it is read.
    pub(super) fn column_if_read(&self, rows: usize) -> Option<usize> {
        self.places[rows].and_then(|(column, _)| column)
    }

    pub(super) fn row_set(&self, rows: u32) -> usize {
        self.place(rows).1
    }

    fn place(&self, rows: u32) -> (Option<usize>, usize) {
        self.places[rows as usize].expect("the rows of a needed node are read")
    }
}

/// The representative of a column's set, shortening the path on the way.
fn root(parent: &mut [usize], mut column: usize) -> usize {
    while parent[column] != column {
        parent[column] = parent[parent[column]];
        column = parent[column];
    }
    column
}

/// For each node, how many sums over rows of its own section are below it.
pub(super) fn levels(graph: &Graph, nodes: &[NodeId]) -> Vec<usize> {
    let mut level = vec![0; graph.len()];
    for &node in nodes {
        let own = graph.stage(node).parameter;
        let mut deepest = 0;
        graph.operation(node).for_each_operand(|operand| {
            if graph.stage(operand).parameter == own {
                deepest = deepest.max(level[operand.index()]);
            }
        });
        level[node.index()] = deepest + usize::from(reads_all_rows(graph.operation(node)));
    }
    level
}

/// Whether every row of the operands is needed before there is a value.
pub(super) fn reads_all_rows(operation: &Operation) -> bool {
    match operation {
        Operation::SumRows(..)
        | Operation::SumWhere(..)
        | Operation::GroupKey(..)
        | Operation::GroupSum(..)
        | Operation::Triangle(..) => true,
        Operation::Constant(_)
        | Operation::Parameter(_)
        | Operation::Column(_)
        | Operation::RowCount(_)
        | Operation::Line(..)
        | Operation::Product(_)
        | Operation::Unary(..)
        | Operation::Binary(..)
        | Operation::Ternary(..)
        | Operation::Select(..)
        | Operation::Lookup(..) => false,
    }
}
