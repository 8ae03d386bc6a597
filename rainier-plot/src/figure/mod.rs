//! Puts panels on a grid and draws them as SVG.
//!
//! In: a [`Figure`] and its [`Panel`]s, row by row. Out: the text of one `svg` element, or why there
//! is none.

#![cfg_attr(
    not(feature = "trace"),
    allow(
        dead_code,
        unused_imports,
        reason = "pictures of traces draw what line charts do not"
    )
)]

mod colour;
mod draw_layer;
mod extent;
mod layer;
mod panel;
mod svg;
mod text;
mod ticks;

pub use colour::Colour;
pub(crate) use extent::Extent;
pub(crate) use layer::{Layer, Shape, is_drawn, printable};
pub(crate) use panel::{Panel, Row, YAxis};

use crate::error::{PlotError, Setting};

/// What surrounds the panels.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    /// Above all panels.
    pub(crate) title: String,
    /// Names of colours that all panels share.
    pub(crate) legend: Vec<(String, Colour)>,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Panels in a row.
    pub(crate) columns: usize,
    /// Height of letters at ticks, in pixels.
    pub(crate) letters: u32,
}

/// Fewer pixels show nothing, more no screen has.
const SIZES: (usize, usize) = (100, 10_000);

impl Figure {
    /// The picture as SVG text. Names and titles are escaped.
    pub(crate) fn to_svg(&self, panels: &[Panel]) -> Result<String, PlotError> {
        for (setting, value) in [(Setting::Width, self.width), (Setting::Height, self.height)] {
            let (least, most) = SIZES;
            setting.check(value as usize, least, most)?;
        }
        let bounds: Vec<_> = panels.iter().map(Panel::bounds).collect();
        if bounds.iter().all(Option::is_none) {
            return Err(PlotError::NoFiniteValue {
                count: panels.iter().map(Panel::items).sum(),
            });
        }
        svg::draw(self, panels, &bounds)
    }
}
