//! Puts marked cells between labelled axes.
//!
//! In: the marker of each cell and the two axes. Out: the plot's lines, top row first.

use std::iter;

use crate::axis::Axis;
use crate::label::label;
use crate::text_plot::TextPlot;

/// Cells to be marked, row 0 at the bottom.
#[derive(Debug)]
pub(crate) struct Canvas<'a> {
    settings: &'a TextPlot,
    rows: Vec<Vec<char>>,
}

impl<'a> Canvas<'a> {
    /// A blank canvas. The row above the last cells carries only the label of the axis's end.
    pub(crate) fn new(settings: &'a TextPlot) -> Self {
        Self {
            settings,
            rows: vec![vec![' '; settings.columns()]; settings.rows() + 1],
        }
    }

    /// Marks a cell.
    pub(crate) fn mark(&mut self, column: usize, row: usize, marker: char) {
        self.rows[row][column] = marker;
    }

    /// Rows, axis and labels, and the `note` below, without a line break at the end.
    pub(crate) fn render(&self, x_axis: &Axis, y_axis: &Axis, note: Option<String>) -> String {
        let mut lines: Vec<String> = self
            .rows
            .iter()
            .enumerate()
            .rev()
            .map(|(row, cells)| self.margin(row, y_axis) + "|" + &String::from_iter(cells))
            .collect();
        lines.push(self.axis_line());
        lines.push(self.axis_labels(x_axis));
        lines.extend(note);
        lines.join("\n")
    }

    /// The label left of a row, or blanks of the same width.
    fn margin(&self, row: usize, axis: &Axis) -> String {
        let width = self.settings.y_label_width();
        let text = if row.is_multiple_of(self.settings.y_label_every()) {
            label(axis.edge(row), axis.width(), width - 1) + " "
        } else {
            String::new()
        };
        format!("{text:>width$}")
    }

    /// A tick wherever a label is centred below.
    fn axis_line(&self) -> String {
        let ticks = (0..=self.settings.columns()).map(|column| {
            if column.is_multiple_of(self.settings.x_label_width()) {
                '|'
            } else {
                '-'
            }
        });
        iter::repeat_n(' ', self.settings.y_label_width())
            .chain(ticks)
            .collect()
    }

    /// Labels centred under their ticks.
    fn axis_labels(&self, axis: &Axis) -> String {
        let width = self.settings.x_label_width();
        // A tick stands in the middle of its label's field; the first may lack room on the left.
        let margin = self.settings.y_label_width().saturating_sub(width / 2);
        let mut line = " ".repeat(margin);
        for column in (0..=self.settings.columns()).step_by(width) {
            let text = label(axis.edge(column), axis.width(), width - 1);
            let right = (width - text.len()) / 2;
            let left = width - text.len() - right;
            line += &" ".repeat(left);
            line += &text;
            line += &" ".repeat(right);
        }
        line
    }
}
