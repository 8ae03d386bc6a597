//! Describes what is drawn in one colour: lines, bands, points, boxes, marks.
//!
//! In: numbers, a colour, a name. Out: a [`Layer`], and what it asks of the axes.

use super::colour::Colour;
use super::extent::Extent;

/// Something drawn in one colour; with a name it has a place in the panel's legend.
#[derive(Debug, Clone)]
#[must_use]
pub(crate) struct Layer {
    pub(super) name: String,
    pub(super) colour: Colour,
    pub(super) shape: Shape,
    /// Pixels: the width of a line, the radius of a point. None is the shape's own.
    pub(super) weight: Option<u32>,
    /// How much of what is behind is covered, 0 to 1. None is the shape's own.
    pub(super) opacity: Option<f64>,
}

#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Line(Vec<(f64, f64)>),
    /// x, lower and upper edge.
    Band(Vec<(f64, f64, f64)>),
    Points(Vec<(f64, f64)>),
    /// From and to, over the whole height.
    Stretches(Vec<(f64, f64)>),
    /// Left, right, bottom and top edge.
    Boxes(Vec<[f64; 4]>),
    /// Short strokes at the bottom, below all else.
    Ticks(Vec<f64>),
}

impl Layer {
    pub(crate) fn new(colour: Colour, shape: Shape) -> Self {
        Self {
            name: String::new(),
            colour,
            shape,
            weight: None,
            opacity: None,
        }
    }

    pub(crate) fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = printable(name.into());
        self
    }

    pub(crate) fn with_weight(mut self, pixels: u32) -> Self {
        self.weight = Some(pixels);
        self
    }

    pub(crate) fn with_opacity(mut self, opacity: f64) -> Self {
        self.opacity = Some(opacity);
        self
    }
}

impl Shape {
    /// How many items it has.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Line(pairs) | Self::Points(pairs) | Self::Stretches(pairs) => pairs.len(),
            Self::Band(triples) => triples.len(),
            Self::Boxes(boxes) => boxes.len(),
            Self::Ticks(places) => places.len(),
        }
    }

    /// Widens both extents so that all that is finite is seen.
    pub(super) fn hold(&self, x: &mut Extent, y: &mut Extent) {
        match self {
            Self::Line(pairs) | Self::Points(pairs) => {
                for pair in pairs.iter().filter(|pair| is_drawn(&[pair.0, pair.1])) {
                    x.hold(pair.0);
                    y.hold(pair.1);
                }
            }
            Self::Band(triples) => {
                for (at, low, high) in triples {
                    if is_drawn(&[*at, *low, *high]) {
                        x.hold(*at);
                        y.hold(*low);
                        y.hold(*high);
                    }
                }
            }
            Self::Stretches(stretches) => {
                for (from, to) in stretches.iter().filter(|pair| is_drawn(&[pair.0, pair.1])) {
                    x.hold(*from);
                    x.hold(*to);
                }
            }
            Self::Boxes(boxes) => {
                for [left, right, bottom, top] in boxes.iter().filter(|edges| is_drawn(*edges)) {
                    x.hold(*left);
                    x.hold(*right);
                    y.hold(*bottom);
                    y.hold(*top);
                }
            }
            Self::Ticks(places) => {
                for place in places.iter().filter(|place| is_drawn(&[**place])) {
                    x.hold(*place);
                }
            }
        }
    }

    /// Calls `hold` with the highest points.
    pub(super) fn for_each_top(&self, mut hold: impl FnMut(f64, f64)) {
        match self {
            Self::Line(pairs) | Self::Points(pairs) => {
                for &(x, y) in pairs {
                    hold(x, y);
                }
            }
            Self::Band(triples) => {
                for &(x, _, high) in triples {
                    hold(x, high);
                }
            }
            Self::Boxes(boxes) => {
                for &[left, right, _, top] in boxes {
                    hold(0.5 * (left + right), top);
                }
            }
            Self::Stretches(_) | Self::Ticks(_) => {}
        }
    }
}

/// Whether numbers have a place on an axis: beyond this an axis has no length that a double holds.
pub(crate) fn is_drawn(numbers: &[f64]) -> bool {
    numbers.iter().all(|number| number.abs() < 1e150)
}

/// XML has no place for control characters, not even escaped.
pub(crate) fn printable(text: String) -> String {
    let is_refused =
        |character: char| character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}');
    if text.contains(is_refused) {
        text.replace(is_refused, "\u{fffd}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_xml_refuses_are_replaced() {
        assert_eq!(printable("a\u{0}b\tc".to_owned()), "a\u{fffd}b\u{fffd}c");
        assert_eq!(printable("é<".to_owned()), "é<");
    }
}
