//! Draws numbers and traces: as text for a terminal, as SVG or PNG.
//!
//! In: numbers, pairs of numbers, or a trace of `rainier-sampler`. Out: a `String`, or the bytes of
//! a PNG file; the crate never prints, and knows no models.
//!
//! | feature | adds |
//! | --- | --- |
//! | none | histograms, scatter plots, intervals and sparklines as text |
//! | `svg` | line charts with bands, points and marked stretches, `LineChart` |
//! | `trace` | eight pictures of a trace as SVG, two as text; it brings `svg` along |
//! | `png` | SVG to PNG, `svg_to_png`, with the fonts of the system; it brings `svg` along |
//!
//! # Numbers as text
//!
//! The format is that of Rainier 0.2 (`DensityPlot`): 21 rows of 80 cells under a column of
//! labels, an axis line and its labels, with just enough decimals to tell two cells apart.
//!
//! ```
//! use rainier_plot::{TextPlot, plot1d, sparkline};
//!
//! let squares: Vec<f64> = (0..100).map(|i| f64::from(i * i)).collect();
//! assert_eq!(plot1d(&squares).lines().count(), 23);
//!
//! let small = TextPlot::default().with_rows(5).with_columns(40);
//! assert_eq!(small.plot1d(&squares)?.lines().count(), 8);
//! assert_eq!(sparkline([0.0, 1.0, 2.0, 7.0]), "▁▂▃█");
//! # Ok::<(), rainier_plot::PlotError>(())
//! ```
#![cfg_attr(feature = "trace", doc = include_str!("trace/tour.md"))]

mod axis;
mod canvas;
mod error;
#[cfg(feature = "svg")]
mod figure;
mod finite;
mod intervals;
mod label;
#[cfg(feature = "svg")]
mod line_chart;
#[cfg(feature = "png")]
mod png;
mod sparkline;
mod text_plot;
#[cfg(feature = "trace")]
mod trace;

pub use error::{PlotError, Setting};
#[cfg(feature = "svg")]
pub use figure::Colour;
pub use intervals::{Interval, intervals};
#[cfg(feature = "svg")]
pub use line_chart::LineChart;
#[cfg(feature = "png")]
pub use png::{PngError, PngFonts, svg_to_png};
pub use sparkline::sparkline;
pub use text_plot::{TextPlot, plot1d, plot2d};
#[cfg(feature = "trace")]
pub use trace::{
    View, autocorrelation_plot, density_plot, energy_plot, forest_lines, forest_plot, pairs_plot,
    predictive_check, rank_plot, trace_lines, trace_plot,
};
