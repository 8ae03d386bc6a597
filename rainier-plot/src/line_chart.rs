//! Describes a line chart: lines, bands, points and marked stretches over one horizontal axis.
//!
//! In: layers of numbers, titles, a size. Out: a picture as SVG text, which `svg` draws.

use std::fmt;
use std::sync::Arc;

use crate::error::{PlotError, Setting};
use crate::svg;

/// Colours that colour-blind readers can tell apart (Okabe & Ito's palette).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Colour {
    /// Black.
    Black,
    /// A middle grey.
    Grey,
    /// Blue.
    Blue,
    /// Sky blue.
    SkyBlue,
    /// Bluish green.
    Green,
    /// Orange.
    Orange,
    /// Vermilion.
    Red,
    /// Reddish purple.
    Purple,
}

/// Writes the number at a tick.
pub(crate) type Formatter = Arc<dyn Fn(f64) -> String + Send + Sync>;

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
#[derive(Clone)]
#[must_use]
pub struct LineChart {
    pub(crate) title: String,
    pub(crate) x_title: String,
    pub(crate) y_title: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) x_format: Option<Formatter>,
    y_including: Option<f64>,
    pub(crate) layers: Vec<Layer>,
}

/// Something drawn in one colour, with a name in the legend.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    pub(crate) name: String,
    pub(crate) colour: Colour,
    pub(crate) shape: Shape,
}

#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Line(Vec<(f64, f64)>),
    /// x, lower and upper edge.
    Band(Vec<(f64, f64, f64)>),
    Points(Vec<(f64, f64)>),
    /// From and to, over the whole height.
    Stretches(Vec<(f64, f64)>),
}

/// What the axes span.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) x: (f64, f64),
    pub(crate) y: (f64, f64),
}

/// A third of the horizontal axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Third {
    Left,
    Middle,
    Right,
}

/// Fewer pixels show nothing, more no screen has.
const SIZES: (usize, usize) = (100, 10_000);
/// The share of its height left free above the highest point.
const HEADROOM: f64 = 0.06;

impl LineChart {
    /// A chart without layers, 760 by 280 pixels.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: printable(title.into()),
            x_title: String::new(),
            y_title: String::new(),
            width: 760,
            height: 280,
            x_format: None,
            y_including: None,
            layers: Vec::new(),
        }
    }

    /// Width and height in pixels, 100 to 10,000 each.
    pub fn with_size(mut self, width: u32, height: u32) -> Self {
        (self.width, self.height) = (width, height);
        self
    }

    /// What is along the horizontal axis.
    pub fn with_x_title(mut self, title: impl Into<String>) -> Self {
        self.x_title = printable(title.into());
        self
    }

    /// What is along the vertical axis.
    pub fn with_y_title(mut self, title: impl Into<String>) -> Self {
        self.y_title = printable(title.into());
        self
    }

    /// How numbers at the ticks of the horizontal axis are written, such as days as dates.
    pub fn with_x_format(mut self, format: impl Fn(f64) -> String + Send + Sync + 'static) -> Self {
        self.x_format = Some(Arc::new(format));
        self
    }

    /// The vertical axis holds this number, such as 0, whatever the layers hold.
    pub fn with_y_including(mut self, number: f64) -> Self {
        self.y_including = Some(number);
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
        for (setting, value) in [(Setting::Width, self.width), (Setting::Height, self.height)] {
            let (least, most) = SIZES;
            let value = value as usize;
            if !(least..=most).contains(&value) {
                return Err(PlotError::Size {
                    setting,
                    least,
                    most,
                    value,
                });
            }
        }
        svg::draw(self, &self.bounds()?)
    }

    /// The third of the horizontal axis above which most room is left.
    pub(crate) fn emptiest_third(&self, bounds: &Bounds) -> Third {
        let mut highest = [f64::NEG_INFINITY; 3];
        let (start, length) = (bounds.x.0, bounds.x.1 - bounds.x.0);
        let mut hold = |x: f64, y: f64| {
            if is_drawn(&[x, y]) {
                let share = 3.0 * (x - start) / length;
                let third = usize::from(share >= 1.0) + usize::from(share >= 2.0);
                highest[third] = highest[third].max(y);
            }
        };
        for layer in &self.layers {
            match &layer.shape {
                Shape::Line(pairs) | Shape::Points(pairs) => {
                    for &(x, y) in pairs {
                        hold(x, y);
                    }
                }
                Shape::Band(triples) => {
                    for &(x, _, high) in triples {
                        hold(x, high);
                    }
                }
                Shape::Stretches(_) => {}
            }
        }
        let [left, middle, right] = highest;
        if left <= middle && left <= right {
            Third::Left
        } else if right <= middle {
            Third::Right
        } else {
            Third::Middle
        }
    }

    fn with(mut self, name: impl Into<String>, colour: Colour, shape: Shape) -> Self {
        self.layers.push(Layer {
            name: printable(name.into()),
            colour,
            shape,
        });
        self
    }

    /// What the axes must span so that all that is finite is seen.
    fn bounds(&self) -> Result<Bounds, PlotError> {
        let mut count = 0;
        let (mut x, mut y) = (Extent::default(), Extent::default());
        for layer in &self.layers {
            count += layer.shape.len();
            match &layer.shape {
                Shape::Line(pairs) | Shape::Points(pairs) => {
                    for pair in pairs.iter().filter(|pair| is_drawn(&[pair.0, pair.1])) {
                        x.hold(pair.0);
                        y.hold(pair.1);
                    }
                }
                Shape::Band(triples) => {
                    for (at, low, high) in triples {
                        if is_drawn(&[*at, *low, *high]) {
                            x.hold(*at);
                            y.hold(*low);
                            y.hold(*high);
                        }
                    }
                }
                Shape::Stretches(stretches) => {
                    for (from, to) in stretches.iter().filter(|pair| is_drawn(&[pair.0, pair.1])) {
                        x.hold(*from);
                        x.hold(*to);
                    }
                }
            }
        }
        if y.is_empty() {
            return Err(PlotError::NoFiniteValue { count });
        }
        if let Some(number) = self.y_including.filter(|number| number.is_finite()) {
            y.hold(number);
        }
        let (low, high) = y.wide();
        Ok(Bounds {
            x: x.wide(),
            y: (low, high + HEADROOM * (high - low)),
        })
    }
}

impl Shape {
    fn len(&self) -> usize {
        match self {
            Self::Line(pairs) | Self::Points(pairs) | Self::Stretches(pairs) => pairs.len(),
            Self::Band(triples) => triples.len(),
        }
    }
}

/// Whether numbers have a place on an axis: beyond this an axis has no length that a double holds.
pub(crate) fn is_drawn(numbers: &[f64]) -> bool {
    numbers.iter().all(|number| number.abs() < 1e150)
}

/// The least and the largest number so far.
#[derive(Debug, Clone, Copy)]
struct Extent {
    least: f64,
    largest: f64,
}

impl Default for Extent {
    fn default() -> Self {
        Self {
            least: f64::INFINITY,
            largest: f64::NEG_INFINITY,
        }
    }
}

impl Extent {
    fn hold(&mut self, number: f64) {
        self.least = self.least.min(number);
        self.largest = self.largest.max(number);
    }

    fn is_empty(&self) -> bool {
        self.least > self.largest
    }

    /// Its ends; one number alone stands in the middle of an axis about as long as itself.
    fn wide(&self) -> (f64, f64) {
        let length = self.largest - self.least;
        let size = self.largest.abs().max(self.least.abs());
        if length > 1e-9 * size {
            return (self.least, self.largest);
        }
        let half = if size > 0.0 { 0.5 * size } else { 0.5 };
        (self.least - half, self.largest + half)
    }
}

/// XML has no place for control characters, not even escaped.
fn printable(text: String) -> String {
    let is_refused =
        |character: char| character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}');
    if text.contains(is_refused) {
        text.replace(is_refused, "\u{fffd}")
    } else {
        text
    }
}

impl fmt::Debug for LineChart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("LineChart")
            .field("title", &self.title)
            .field("size", &(self.width, self.height))
            .field("layers", &self.layers)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_span_all_that_is_finite() {
        let chart = LineChart::new("")
            .with_line("", Colour::Blue, [(0.0, 2.0), (4.0, f64::NAN), (1.0, 6.0)])
            .with_stretches("", Colour::Red, [(-1.0, 0.5)])
            .with_y_including(0.0);
        let bounds = chart.bounds().unwrap();
        assert_eq!(bounds.x, (-1.0, 1.0));
        assert_eq!(bounds.y, (0.0, 6.0 * (1.0 + HEADROOM)));
    }

    #[test]
    fn a_single_number_has_an_axis_around_it() {
        let bounds = |number: f64| {
            let chart = LineChart::new("").with_points("", Colour::Blue, [(number, number)]);
            chart.bounds().unwrap().x
        };
        assert_eq!(bounds(0.0), (-0.5, 0.5));
        assert_eq!(bounds(18_000.0), (9_000.0, 27_000.0));
    }

    #[test]
    fn the_legend_goes_where_room_is() {
        let third = |ys: [f64; 3]| {
            let pairs = [0.0, 1.5, 3.0].into_iter().zip(ys);
            let chart = LineChart::new("").with_line("", Colour::Blue, pairs);
            chart.emptiest_third(&chart.bounds().unwrap())
        };
        assert_eq!(third([1.0, 9.0, 5.0]), Third::Left);
        assert_eq!(third([9.0, 1.0, 5.0]), Third::Middle);
        assert_eq!(third([9.0, 5.0, 1.0]), Third::Right);
        assert_eq!(third([1.0, 1.0, 1.0]), Third::Left);
    }

    #[test]
    fn characters_that_xml_refuses_are_replaced() {
        assert_eq!(printable("a\u{0}b\tc".to_owned()), "a\u{fffd}b\u{fffd}c");
        assert_eq!(printable("é<".to_owned()), "é<");
    }
}
