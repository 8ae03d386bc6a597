//! Draws histograms and scatter plots as text.
//!
//! In: settings and a sample. Out: the plot, or why there is none.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use crate::axis::Axis;
use crate::canvas::Canvas;
use crate::error::{PlotError, Setting};
use crate::finite::Finite;

/// Settings of a text plot; the defaults are those of Rainier 0.2.
///
/// ```
/// use rainier_plot::TextPlot;
///
/// let plot = TextPlot::default().with_rows(2).with_columns(9).plot2d([(0.0, 0.0), (8.0, 1.0)])?;
/// let lines: Vec<&str> = plot.lines().collect();
/// assert_eq!(lines[1], "         |        ○");
/// assert_eq!(lines[2], "     0.0 |○        ");
/// assert_eq!(lines[3], "         |--------|");
/// # Ok::<(), rainier_plot::PlotError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct TextPlot {
    rows: usize,
    columns: usize,
    x_label_width: usize,
    y_label_width: usize,
    y_label_every: usize,
    markers: Vec<char>,
}

impl Default for TextPlot {
    /// 20 rows and 80 columns (a classic terminal), labels of 9 characters, one every 5 rows,
    /// and three markers of growing weight.
    fn default() -> Self {
        Self {
            rows: 20,
            columns: 80,
            x_label_width: 9,
            y_label_width: 9,
            y_label_every: 5,
            markers: vec!['·', '∘', '○'],
        }
    }
}

impl TextPlot {
    /// Rows of cells, 1 to 1000; one more row carries the label at the end of the axis.
    pub fn with_rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// Columns of cells, 1 to 1000.
    pub fn with_columns(mut self, columns: usize) -> Self {
        self.columns = columns;
        self
    }

    /// Characters for a label of the horizontal axis, 8 to 40; there is a tick as often.
    pub fn with_x_label_width(mut self, width: usize) -> Self {
        self.x_label_width = width;
        self
    }

    /// Characters for a label of the vertical axis, 8 to 40.
    pub fn with_y_label_width(mut self, width: usize) -> Self {
        self.y_label_width = width;
        self
    }

    /// Rows from one label to the next, 1 to 1000.
    pub fn with_y_label_every(mut self, rows: usize) -> Self {
        self.y_label_every = rows;
        self
    }

    /// Characters for cells, from the lightest to the fullest.
    pub fn with_markers(mut self, markers: &str) -> Self {
        self.markers = markers.chars().collect();
        self
    }

    /// Rows of cells.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Columns of cells.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Characters for a label of the horizontal axis.
    pub fn x_label_width(&self) -> usize {
        self.x_label_width
    }

    /// Characters for a label of the vertical axis.
    pub fn y_label_width(&self) -> usize {
        self.y_label_width
    }

    /// Rows from one label to the next.
    pub fn y_label_every(&self) -> usize {
        self.y_label_every
    }

    /// Histogram of `values`: how many fall in each column.
    ///
    /// The bars are made of the fullest marker; the topmost cell of each bar shows by its marker
    /// how far the count reaches into that cell. Values that are not finite are left out and
    /// counted in a line below the plot.
    ///
    /// # Errors
    /// If no value is finite, or a setting is out of its range.
    pub fn plot1d(
        &self,
        values: impl IntoIterator<Item = impl Borrow<f64>>,
    ) -> Result<String, PlotError> {
        let fullest = self.check()?;
        let sample = Finite::new(values, |value: &f64| value.is_finite())?;
        let (least, largest) = sample.range(|value| *value);
        let x_axis = Axis::new(least, largest, self.columns);
        let counts = count(sample.items.iter().map(|&value| x_axis.cell(value)));
        let (_, highest) = extremes(&counts);
        let y_axis = Axis::new(0.0, highest, self.rows);

        let mut canvas = Canvas::new(self);
        for (column, count) in counts {
            let top = y_axis.cell(count);
            for row in 0..top {
                canvas.mark(column, row, fullest);
            }
            let within = Axis::new(y_axis.edge(top), y_axis.edge(top + 1), self.markers.len());
            canvas.mark(column, top, self.markers[within.cell(count)]);
        }
        Ok(canvas.render(&x_axis, &y_axis, sample.note()))
    }

    /// Scatter plot of `pairs` (x, y): each cell's marker shows how many fall in it.
    ///
    /// Counts from the least to the largest share the markers; if no cell has more than one pair,
    /// all have the fullest marker. Pairs with a coordinate that is not finite are left out
    /// and counted in a line below the plot.
    ///
    /// # Errors
    /// If no pair is finite, or a setting is out of its range.
    pub fn plot2d(
        &self,
        pairs: impl IntoIterator<Item = impl Borrow<(f64, f64)>>,
    ) -> Result<String, PlotError> {
        let fullest = self.check()?;
        let sample = Finite::new(pairs, |(x, y): &(f64, f64)| x.is_finite() && y.is_finite())?;
        let (left, right) = sample.range(|pair| pair.0);
        let (bottom, top) = sample.range(|pair| pair.1);
        let x_axis = Axis::new(left, right, self.columns);
        let y_axis = Axis::new(bottom, top, self.rows);
        let counts = count(
            sample
                .items
                .iter()
                .map(|&(x, y)| (x_axis.cell(x), y_axis.cell(y))),
        );
        let (fewest, most) = extremes(&counts);
        let weight = Axis::new(fewest, most + 1.0, self.markers.len());

        let mut canvas = Canvas::new(self);
        for ((column, row), count) in counts {
            let marker = if most == 1.0 {
                fullest
            } else {
                self.markers[weight.cell(count)]
            };
            canvas.mark(column, row, marker);
        }
        Ok(canvas.render(&x_axis, &y_axis, sample.note()))
    }

    /// Checks every setting; gives the fullest marker.
    fn check(&self) -> Result<char, PlotError> {
        // A label may be as long as -1e-300 and has a blank beside it; no terminal shows more than
        // a thousand characters.
        for (setting, value, least, most) in [
            (Setting::Rows, self.rows, 1, 1000),
            (Setting::Columns, self.columns, 1, 1000),
            (Setting::XLabelWidth, self.x_label_width, 8, 40),
            (Setting::YLabelWidth, self.y_label_width, 8, 40),
            (Setting::YLabelEvery, self.y_label_every, 1, 1000),
        ] {
            setting.check(value, least, most)?;
        }
        self.markers.last().copied().ok_or(PlotError::NoMarkers)
    }
}

/// Histogram of `values` with the default settings; see [`TextPlot::plot1d`].
///
/// Never fails: where nothing can be drawn the text says so.
///
/// ```
/// let plot = rainier_plot::plot1d([1.0, 2.0, 2.0, f64::NAN]);
/// assert!(plot.ends_with("1 of 4 left out: not finite"));
/// ```
pub fn plot1d(values: impl IntoIterator<Item = impl Borrow<f64>>) -> String {
    TextPlot::default()
        .plot1d(values)
        .unwrap_or_else(|error| error.to_string())
}

/// Scatter plot of `pairs` with the default settings; see [`TextPlot::plot2d`].
///
/// Never fails: where nothing can be drawn the text says so.
///
/// ```
/// let nothing: [(f64, f64); 0] = [];
/// let plot = rainier_plot::plot2d(nothing);
/// assert_eq!(plot, "a plot must have at least one finite value, got none among 0");
/// ```
pub fn plot2d(pairs: impl IntoIterator<Item = impl Borrow<(f64, f64)>>) -> String {
    TextPlot::default()
        .plot2d(pairs)
        .unwrap_or_else(|error| error.to_string())
}

/// How often each cell occurs.
fn count<Cell: Ord>(cells: impl Iterator<Item = Cell>) -> BTreeMap<Cell, f64> {
    let mut counts = BTreeMap::new();
    for cell in cells {
        *counts.entry(cell).or_insert(0.0) += 1.0;
    }
    counts
}

/// The least and the largest count.
fn extremes<Cell>(counts: &BTreeMap<Cell, f64>) -> (f64, f64) {
    counts
        .values()
        .fold((f64::INFINITY, 0.0), |(least, largest), &count| {
            (least.min(count), largest.max(count))
        })
}
