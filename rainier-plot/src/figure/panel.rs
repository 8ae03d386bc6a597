//! Describes one panel: layers over one pair of axes.
//!
//! In: layers, titles, what the axes must hold. Out: a [`Panel`], and the [`Bounds`] of its axes.

use std::fmt;
use std::sync::Arc;

use super::extent::Extent;
use super::layer::{Layer, Shape, is_drawn};

/// Writes the number at a tick.
pub(crate) type Formatter = Arc<dyn Fn(f64) -> String + Send + Sync>;

/// Layers over one pair of axes, each over those before it. A panel without layers is a blank place.
#[derive(Clone, Default)]
pub(crate) struct Panel {
    pub(crate) title: String,
    pub(crate) x_title: String,
    pub(crate) y_title: String,
    pub(crate) x_format: Option<Formatter>,
    /// Each axis holds these and all that its layers hold.
    pub(crate) x_including: Vec<f64>,
    pub(crate) y_including: Vec<f64>,
    pub(crate) y_axis: YAxis,
    pub(crate) layers: Vec<Layer>,
}

/// What is written beside the vertical axis.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum YAxis {
    #[default]
    Numbers,
    /// Nothing: heights are only compared. With a title the panel has the room of one with numbers.
    Blank,
    /// Names at heights, with what is written on the right.
    Rows(Vec<Row>),
}

/// A name at a height.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) height: f64,
    pub(crate) left: String,
    /// Two columns.
    pub(crate) right: [String; 2],
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

/// The share of its height left free above the highest point.
const HEADROOM: f64 = 0.06;
/// The share left free below the lowest point for ticks.
const FOOTROOM: f64 = 0.1;

impl Panel {
    /// What the axes must span so that all that is finite is seen; none if nothing is.
    pub(super) fn bounds(&self) -> Option<Bounds> {
        let (mut x, mut y) = (Extent::default(), Extent::default());
        for layer in &self.layers {
            layer.shape.hold(&mut x, &mut y);
        }
        if y.is_empty() {
            return None;
        }
        for (extent, numbers) in [(&mut x, &self.x_including), (&mut y, &self.y_including)] {
            for number in numbers.iter().filter(|number| is_drawn(&[**number])) {
                extent.hold(*number);
            }
        }
        let (low, high) = y.wide();
        let length = high - low;
        let has_ticks = |layer: &Layer| matches!(layer.shape, Shape::Ticks(_));
        let below = if self.layers.iter().any(has_ticks) {
            FOOTROOM
        } else {
            0.0
        };
        Some(Bounds {
            x: x.wide(),
            y: (low - below * length, high + HEADROOM * length),
        })
    }

    /// How many items its layers have.
    pub(super) fn items(&self) -> usize {
        self.layers.iter().map(|layer| layer.shape.len()).sum()
    }

    /// The third of the horizontal axis above which most room is left.
    pub(super) fn emptiest_third(&self, bounds: &Bounds) -> Third {
        let mut highest = [f64::NEG_INFINITY; 3];
        let (start, length) = (bounds.x.0, bounds.x.1 - bounds.x.0);
        for layer in &self.layers {
            layer.shape.for_each_top(|x, y| {
                if is_drawn(&[x, y]) {
                    let share = 3.0 * (x - start) / length;
                    let third = usize::from(share >= 1.0) + usize::from(share >= 2.0);
                    highest[third] = highest[third].max(y);
                }
            });
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
}

impl fmt::Debug for Panel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Panel")
            .field("title", &self.title)
            .field("layers", &self.layers)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::colour::Colour;
    use super::*;

    fn panel(shapes: impl IntoIterator<Item = Shape>) -> Panel {
        let layer = |shape| Layer::new(Colour::Blue, shape);
        Panel {
            layers: shapes.into_iter().map(layer).collect(),
            ..Panel::default()
        }
    }

    #[test]
    fn axes_span_all_that_is_finite() {
        let line = Shape::Line(vec![(0.0, 2.0), (4.0, f64::NAN), (1.0, 6.0)]);
        let mut panel = panel([line, Shape::Stretches(vec![(-1.0, 0.5)])]);
        panel.y_including = vec![0.0, f64::NAN];
        let bounds = panel.bounds().unwrap();
        assert_eq!(bounds.x, (-1.0, 1.0));
        assert_eq!(bounds.y, (0.0, 6.0 * (1.0 + HEADROOM)));
    }

    #[test]
    fn a_single_number_has_an_axis_around_it() {
        let bounds = |number: f64| panel([Shape::Points(vec![(number, number)])]).bounds();
        assert_eq!(bounds(0.0).unwrap().x, (-0.5, 0.5));
        assert_eq!(bounds(18_000.0).unwrap().x, (9_000.0, 27_000.0));
        assert_eq!(bounds(f64::NAN), None);
    }

    #[test]
    fn the_legend_goes_where_room_is() {
        let third = |ys: [f64; 3]| {
            let pairs = [0.0, 1.5, 3.0].into_iter().zip(ys);
            let panel = panel([Shape::Line(pairs.collect())]);
            panel.emptiest_third(&panel.bounds().unwrap())
        };
        assert_eq!(third([1.0, 9.0, 5.0]), Third::Left);
        assert_eq!(third([9.0, 1.0, 5.0]), Third::Middle);
        assert_eq!(third([9.0, 5.0, 1.0]), Third::Right);
        assert_eq!(third([1.0, 1.0, 1.0]), Third::Left);
    }
}
