//! Reads the benchmarks' tables.
//!
//! In: the name of a file in `../shared/data/bench`, whose first row is its header. Out: columns of
//! numbers, or `None` when the file is not there, with a line that names the workload.

use anyhow::{Context, Result};

/// Columns by name.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    columns: Vec<(String, Vec<f64>)>,
}

impl Table {
    /// The table in `file`, for the workload `name`.
    pub(crate) fn read(name: &str, file: &str) -> Result<Option<Self>> {
        let Some(path) = testkit::shared(&format!("data/bench/{file}")) else {
            eprintln!("skipped the workload {name:?}, which needs it");
            return Ok(None);
        };
        let context = || format!("cannot read {}", path.display());
        let mut reader = csv::Reader::from_path(&path).with_context(context)?;
        let mut columns: Vec<(String, Vec<f64>)> = reader
            .headers()
            .with_context(context)?
            .iter()
            .map(|name| (name.to_owned(), Vec::new()))
            .collect();
        for row in reader.records() {
            for ((_, column), field) in columns.iter_mut().zip(&row.with_context(context)?) {
                column.push(field.parse().with_context(context)?);
            }
        }
        Ok(Some(Self { columns }))
    }

    /// The column of this name.
    pub(crate) fn column(&self, name: &str) -> Result<&[f64]> {
        self.columns
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, column)| column.as_slice())
            .with_context(|| format!("there must be a column {name}"))
    }

    /// The columns `x0`, `x1`, ….
    pub(crate) fn covariates<const N: usize>(&self) -> Result<[Vec<f64>; N]> {
        let mut columns = std::array::from_fn(|_| Vec::new());
        for (index, column) in columns.iter_mut().enumerate() {
            *column = self.column(&format!("x{index}"))?.to_vec();
        }
        Ok(columns)
    }

    /// The first rows, each across all columns.
    pub(crate) fn first_rows(&self, rows: usize) -> Vec<Vec<f64>> {
        let row = |row| self.columns.iter().map(|(_, column)| column[row]).collect();
        (0..rows).map(row).collect()
    }
}
