//! Draws one layer of a panel.
//!
//! In: a [`Layer`] and the axes of its panel. Out: elements of SVG.

use std::iter;

use plotters::backend::SVGBackend;
use plotters::chart::ChartContext;
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::types::RangedCoordf64;
use plotters::element::{Circle, PathElement, Polygon, Rectangle};
use plotters::series::LineSeries;
use plotters::style::{Color, RGBColor, ShapeStyle};

use super::colour::Colour;
use super::layer::{Layer, Shape, is_drawn};
use super::svg::{Failure, fine};

pub(super) type Area<'a> =
    ChartContext<'a, SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// How much of what is behind a band or a stretch is covered, and behind a box.
const OPACITY: f64 = 0.28;
const BOX_OPACITY: f64 = 0.8;
/// The share of a panel's height that a tick takes.
const TICK: f64 = 0.05;

/// Draws `layer` over axes of this `height`.
pub(super) fn draw_layer(
    area: &mut Area<'_>,
    layer: &Layer,
    height: (f64, f64),
) -> Result<(), Failure> {
    let style = style(layer);
    match &layer.shape {
        Shape::Line(pairs) => {
            let runs = pairs.split(|pair| !is_drawn(&[pair.0, pair.1]));
            for run in runs.filter(|run| !run.is_empty()) {
                area.draw_series(LineSeries::new(run.iter().copied(), style))?;
            }
        }
        Shape::Band(triples) => {
            let runs = triples.split(|(x, low, high)| !is_drawn(&[*x, *low, *high]));
            for run in runs.filter(|run| !run.is_empty()) {
                let low = run.iter().map(|&(x, low, _)| (x, low));
                let high = run.iter().rev().map(|&(x, _, high)| (x, high));
                let edge: Vec<(f64, f64)> = low.chain(high).collect();
                area.draw_series(iter::once(Polygon::new(edge, style)))?;
            }
        }
        Shape::Points(pairs) => {
            let drawn = pairs.iter().filter(|pair| is_drawn(&[pair.0, pair.1]));
            let radius = fine(layer.weight.unwrap_or(3));
            area.draw_series(drawn.map(|&pair| Circle::new(pair, radius, style)))?;
        }
        Shape::Stretches(stretches) => {
            let drawn = stretches.iter().filter(|pair| is_drawn(&[pair.0, pair.1]));
            area.draw_series(
                drawn.map(|&(from, to)| Rectangle::new([(from, height.0), (to, height.1)], style)),
            )?;
        }
        Shape::Boxes(boxes) => {
            let drawn = boxes.iter().filter(|edges| is_drawn(*edges));
            area.draw_series(drawn.map(|&[left, right, bottom, top]| {
                Rectangle::new([(left, bottom), (right, top)], style)
            }))?;
        }
        Shape::Ticks(places) => {
            let top = height.0 + TICK * (height.1 - height.0);
            let drawn = places.iter().filter(|place| is_drawn(&[**place]));
            area.draw_series(drawn.map(|&x| PathElement::new([(x, height.0), (x, top)], style)))?;
        }
    }
    Ok(())
}

/// How a layer looks, also in a legend.
pub(super) fn style(layer: &Layer) -> ShapeStyle {
    let colour = rgb(layer.colour);
    let shade = |own: f64| colour.mix(layer.opacity.unwrap_or(own));
    let width = |own: u32| fine(layer.weight.unwrap_or(own));
    match layer.shape {
        Shape::Line(_) => shade(1.0).stroke_width(width(2)),
        Shape::Ticks(_) => shade(1.0).stroke_width(width(1)),
        Shape::Points(_) => shade(1.0).filled(),
        Shape::Band(_) | Shape::Stretches(_) => shade(OPACITY).filled(),
        Shape::Boxes(_) => shade(BOX_OPACITY).filled(),
    }
}

pub(super) fn rgb(colour: Colour) -> RGBColor {
    let (red, green, blue) = colour.rgb();
    RGBColor(red, green, blue)
}
