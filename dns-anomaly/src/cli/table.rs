//! Aligns rows of text into a table for the terminal.
//!
//! In: a header and rows. Out: columns two spaces apart, the first to the left, the others (numbers) to the right.

use std::io::{self, Write};

/// Writes `rows` under `header`; every row has as many cells as the header.
pub(super) fn write_table(
    writer: &mut dyn Write,
    header: &[&str],
    rows: &[Vec<String>],
) -> io::Result<()> {
    let width_of = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells
            .chain([header[column].chars().count()])
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width_of).collect();
    let mut write_row = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = cells
            .zip(&widths)
            .enumerate()
            .map(|(column, (cell, &width))| match column {
                0 => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            });
        let line = padded.collect::<Vec<_>>().join("  ");
        writeln!(writer, "{}", line.trim_end())
    };
    write_row(&mut header.iter().copied())?;
    for row in rows {
        write_row(&mut row.iter().map(String::as_str))?;
    }
    Ok(())
}
