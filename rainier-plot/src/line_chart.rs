//! Describes a line chart: lines, bands, points and marked stretches over one horizontal axis.
//!
//! In: layers of numbers, titles, a size. Out: a picture as SVG text: a figure of one panel.

use std::slice;
use std::sync::Arc;

use crate::error::PlotError;
use crate::figure::{Colour, Figure, Layer, Panel, Shape, printable};

/// A line chart in the making. Layers are drawn in the order in which they were added, each over those before it.
///
/// Numbers that are not finite are left out: a line or a band has a gap there.
///
/// ```
/// use rainier_plot::{Colour, LineChart};
///
/// let chart = LineChart::new("draws <of> a rate")
///     .with_y_title("rate")
///     .with_band("90 %", Colour::SkyBlue, [(0.0, 1.0, 2.0), (1.0, 1.2, 2.2)])
///     .with_line("mean", Colour::Blue, [(0.0, 1.5), (1.0, 1.7)]);
/// let svg = chart.to_svg()?;
/// assert!(svg.starts_with("<svg ") && svg.contains("draws &lt;of&gt; a rate"));
/// # Ok::<(), rainier_plot::PlotError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct LineChart {
    panel: Panel,
    width: u32,
    height: u32,
}

impl LineChart {
    /// A chart without layers, 760 by 280 pixels.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            panel: Panel {
                title: printable(title.into()),
                ..Panel::default()
            },
            width: 760,
            height: 280,
        }
    }

    /// Width and height in pixels, 100 to 10,000 each.
    pub fn with_size(mut self, width: u32, height: u32) -> Self {
        (self.width, self.height) = (width, height);
        self
    }

    /// What is along the horizontal axis.
    pub fn with_x_title(mut self, title: impl Into<String>) -> Self {
        self.panel.x_title = printable(title.into());
        self
    }

    /// What is along the vertical axis.
    pub fn with_y_title(mut self, title: impl Into<String>) -> Self {
        self.panel.y_title = printable(title.into());
        self
    }

    /// How numbers at the ticks of the horizontal axis are written, such as days as dates.
    pub fn with_x_format(mut self, format: impl Fn(f64) -> String + Send + Sync + 'static) -> Self {
        self.panel.x_format = Some(Arc::new(format));
        self
    }

    /// The vertical axis holds this number, such as 0, whatever the layers hold.
    pub fn with_y_including(mut self, number: f64) -> Self {
        self.panel.y_including = vec![number];
        self
    }

    /// A line through pairs (x, y), in the order given. What has no name has no place in the legend.
    pub fn with_line(
        self,
        name: impl Into<String>,
        colour: Colour,
        pairs: impl IntoIterator<Item = (f64, f64)>,
    ) -> Self {
        self.with(name, colour, Shape::Line(pairs.into_iter().collect()))
    }

    /// A band between triples (x, low, high), x ascending.
    pub fn with_band(
        self,
        name: impl Into<String>,
        colour: Colour,
        triples: impl IntoIterator<Item = (f64, f64, f64)>,
    ) -> Self {
        self.with(name, colour, Shape::Band(triples.into_iter().collect()))
    }

    /// A dot at each pair (x, y).
    pub fn with_points(
        self,
        name: impl Into<String>,
        colour: Colour,
        pairs: impl IntoIterator<Item = (f64, f64)>,
    ) -> Self {
        self.with(name, colour, Shape::Points(pairs.into_iter().collect()))
    }

    /// Stretches of the horizontal axis, from and to, shaded over the whole height.
    pub fn with_stretches(
        self,
        name: impl Into<String>,
        colour: Colour,
        stretches: impl IntoIterator<Item = (f64, f64)>,
    ) -> Self {
        self.with(
            name,
            colour,
            Shape::Stretches(stretches.into_iter().collect()),
        )
    }

    /// The picture as SVG text. Names and titles are escaped.
    ///
    /// # Errors
    /// If no layer has a finite number to draw, or the size is out of its range.
    pub fn to_svg(&self) -> Result<String, PlotError> {
        let figure = Figure {
            title: String::new(),
            legend: Vec::new(),
            width: self.width,
            height: self.height,
            columns: 1,
            letters: 14,
        };
        figure.to_svg(slice::from_ref(&self.panel))
    }

    fn with(mut self, name: impl Into<String>, colour: Colour, shape: Shape) -> Self {
        self.panel
            .layers
            .push(Layer::new(colour, shape).with_name(name));
        self
    }
}
