//! Draws panels as SVG, with plotters.
//!
//! In: a [`Figure`], its [`Panel`]s and what their axes span. Out: the text of one `svg` element.

use std::io;
use std::iter;

use plotters::backend::SVGBackend;
use plotters::chart::{ChartBuilder, ChartContext, SeriesLabelPosition};
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::types::RangedCoordf64;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Pixel, Polygon, Rectangle, Text};
use plotters::series::{DashedLineSeries, LineSeries};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    BLACK, Color, IntoFont, IntoTextStyle, RGBColor, ShapeStyle, TRANSPARENT, TextStyle, WHITE,
};

use super::colour::Colour;
use super::layer::{Layer, Shape, is_drawn};
use super::panel::{Bounds, Panel, Row, Third, YAxis};
use super::{Figure, text};
use crate::error::PlotError;

type Failure = DrawingAreaErrorKind<io::Error>;
type Root<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Area<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// How much of what is behind a band or a stretch is covered.
const OPACITY: f64 = 0.28;
/// The share of a panel's height that a tick mark takes.
const TICK: f64 = 0.05;

pub(super) fn draw(
    figure: &Figure,
    panels: &[Panel],
    bounds: &[Option<Bounds>],
) -> Result<String, PlotError> {
    let mut text = String::new();
    draw_to(&mut text, figure, panels, bounds).map_err(|error| PlotError::Drawing {
        reason: error.to_string(),
    })?;
    Ok(text)
}

fn draw_to(
    text: &mut String,
    figure: &Figure,
    panels: &[Panel],
    bounds: &[Option<Bounds>],
) -> Result<(), Failure> {
    let root = SVGBackend::with_string(text, (figure.width, figure.height)).into_drawing_area();
    root.fill(&WHITE)?;
    let (head, body) = root.split_vertically(draw_head(&root, figure)?);
    drop(head);
    let rows = panels.len().div_ceil(figure.columns);
    let places = body.split_evenly((rows, figure.columns));
    for ((place, panel), bounds) in places.iter().zip(panels).zip(bounds) {
        match bounds {
            Some(bounds) => draw_panel(place, &root, panel, bounds, figure.letters)?,
            None if panel.title.is_empty() => {}
            None => draw_nothing(place, panel, figure.letters)?,
        }
    }
    root.present()
}

/// Title and legend; the second line is there if both do not fit in one. Gives the height taken.
fn draw_head(root: &Root<'_>, figure: &Figure) -> Result<i32, Failure> {
    if figure.title.is_empty() && figure.legend.is_empty() {
        return Ok(0);
    }
    let width = text::pixels(figure.width);
    let (large, letters) = (figure.letters + 4, figure.letters);
    let title = text::cut(&figure.title, large, width - 20);
    let style = anchored("sans-serif", large, HPos::Left);
    root.draw(&Text::new(title.clone(), (10, 18), style))?;
    let entry = |name: &str| 22 + text::width(name, letters);
    let legend: i32 = figure.legend.iter().map(|(name, _)| entry(name)).sum();
    let beside = text::width(&title, large) + legend + 40 <= width;
    let middle = if beside { 18 } else { 38 };
    let mut left = if beside { width - legend - 10 } else { 10 };
    for (name, colour) in &figure.legend {
        let mark = [(left, middle - 5), (left + 12, middle + 5)];
        root.draw(&Rectangle::new(mark, rgb(*colour).filled()))?;
        let style = anchored("sans-serif", letters, HPos::Left);
        root.draw(&Text::new(name.clone(), (left + 16, middle), style))?;
        left += entry(name);
    }
    let lines = if beside || figure.legend.is_empty() {
        34
    } else {
        54
    };
    Ok(lines)
}

/// Where nothing is finite there are no axes.
fn draw_nothing(place: &Root<'_>, panel: &Panel, letters: u32) -> Result<(), Failure> {
    let (width, height) = place.dim_in_pixel();
    let middle = (text::pixels(width) / 2, text::pixels(height) / 2);
    let style = anchored("sans-serif", letters, HPos::Center);
    let title = text::cut(&panel.title, letters, text::pixels(width) - 16);
    let above = (middle.0, 14);
    place.draw(&Text::new(title, above, style.clone()))?;
    place.draw(&Text::new("no finite value", middle, style))
}

fn draw_panel(
    place: &Root<'_>,
    root: &Root<'_>,
    panel: &Panel,
    bounds: &Bounds,
    letters: u32,
) -> Result<(), Failure> {
    let (width, height) = place.dim_in_pixel();
    let letters_wide = |letters: u32, count: u32| letters * count / 2;
    let left = match &panel.y_axis {
        YAxis::Blank => 8,
        YAxis::Numbers => letters_wide(letters, 7),
        YAxis::Rows(rows) => text::widest(rows.iter().map(|row| &*row.left), letters, width / 3),
    };
    let right = match &panel.y_axis {
        YAxis::Blank | YAxis::Numbers => 0,
        YAxis::Rows(rows) => text::widest(rows.iter().map(|row| &*row.right), letters, width / 3),
    };
    let mut builder = ChartBuilder::on(place);
    builder
        .margin(8)
        .margin_right(18)
        .x_label_area_size(2 * letters - 2 + if panel.x_title.is_empty() { 0 } else { 16 })
        .y_label_area_size(left + if panel.y_title.is_empty() { 0 } else { 16 })
        .right_y_label_area_size(right);
    if !panel.title.is_empty() {
        let title = text::cut(&panel.title, letters + 3, text::pixels(width) - 20);
        builder.caption(title, ("sans-serif", letters + 3));
    }
    let [x, y] = [bounds.x, bounds.y].map(|(least, largest)| least..largest);
    let mut area = builder.build_cartesian_2d(x, y)?;
    let x_format = |x: &f64| match &panel.x_format {
        Some(format) => format(*x),
        None => number(*x),
    };
    let font = ("sans-serif", letters);
    let mut mesh = area.configure_mesh();
    mesh.bold_line_style(BLACK.mix(0.15))
        .light_line_style(TRANSPARENT)
        .label_style(font)
        .axis_desc_style(font)
        // A label takes seven letters, and a line of numbers three times its height.
        .x_labels((width / letters_wide(letters, 14)).max(2) as usize)
        .x_label_formatter(&x_format)
        .y_label_formatter(&|y| number(*y))
        .x_desc(&panel.x_title)
        .y_desc(&panel.y_title);
    match &panel.y_axis {
        YAxis::Numbers => mesh
            .disable_x_mesh()
            .y_labels((height / (3 * letters - 4)).max(2) as usize),
        YAxis::Blank => mesh.disable_mesh().y_labels(0),
        YAxis::Rows(_) => mesh.disable_y_mesh().y_labels(0),
    };
    mesh.draw()?;
    for layer in &panel.layers {
        draw_layer(&mut area, layer, bounds.y)?;
        if layer.name.is_empty() {
            continue;
        }
        let style = style(layer).filled();
        area.draw_series(iter::empty::<Pixel<(f64, f64)>>())?
            .label(&layer.name)
            .legend(move |(x, y)| Rectangle::new([(x, y - 4), (x + 12, y + 4)], style));
    }
    if let YAxis::Rows(rows) = &panel.y_axis {
        draw_rows(&area, root, rows, bounds, letters, (left, right))?;
    }
    if panel.layers.iter().any(|layer| !layer.name.is_empty()) {
        area.configure_series_labels()
            .position(match panel.emptiest_third(bounds) {
                Third::Left => SeriesLabelPosition::UpperLeft,
                Third::Middle => SeriesLabelPosition::UpperMiddle,
                Third::Right => SeriesLabelPosition::UpperRight,
            })
            .legend_area_size(18)
            .background_style(WHITE.mix(0.8))
            .border_style(BLACK.mix(0.2))
            .label_font(font)
            .draw()?;
    }
    Ok(())
}

fn draw_layer(area: &mut Area<'_>, layer: &Layer, height: (f64, f64)) -> Result<(), Failure> {
    let style = style(layer);
    match &layer.shape {
        Shape::Line(pairs) => {
            let runs = pairs.split(|pair| !is_drawn(&[pair.0, pair.1]));
            for run in runs.filter(|run| !run.is_empty()) {
                area.draw_series(LineSeries::new(run.iter().copied(), style))?;
            }
        }
        Shape::Dashes(pairs) => {
            let runs = pairs.split(|pair| !is_drawn(&[pair.0, pair.1]));
            for run in runs.filter(|run| !run.is_empty()) {
                area.draw_series(DashedLineSeries::new(run.iter().copied(), 5, 4, style))?;
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
            let radius = layer.weight.unwrap_or(3);
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

/// Names on the left and what is written on the right, each at its height.
fn draw_rows(
    area: &Area<'_>,
    root: &Root<'_>,
    rows: &[Row],
    bounds: &Bounds,
    letters: u32,
    (left, right): (u32, u32),
) -> Result<(), Failure> {
    for row in rows {
        let sides = [
            (&row.left, bounds.x.0, left, -6, HPos::Right),
            (&row.right, bounds.x.1, right, 8, HPos::Left),
        ];
        for (words, x, room, gap, anchor) in sides.into_iter().filter(|side| !side.0.is_empty()) {
            let (x, y) = area.backend_coord(&(x, row.height));
            let words = text::cut(words, letters, text::pixels(room));
            let style = anchored("sans-serif", letters, anchor);
            root.draw(&Text::new(words, (x + gap, y), style))?;
        }
    }
    Ok(())
}

fn anchored(family: &'static str, letters: u32, across: HPos) -> TextStyle<'static> {
    (family, letters)
        .into_font()
        .into_text_style(&(1, 1))
        .pos(Pos::new(across, VPos::Center))
}

fn style(layer: &Layer) -> ShapeStyle {
    let colour = rgb(layer.colour);
    let shade = |own: f64| colour.mix(layer.opacity.unwrap_or(own));
    match layer.shape {
        Shape::Line(_) => shade(1.0).stroke_width(layer.weight.unwrap_or(2)),
        Shape::Dashes(_) | Shape::Ticks(_) => shade(1.0).stroke_width(layer.weight.unwrap_or(1)),
        Shape::Points(_) => shade(1.0).filled(),
        Shape::Band(_) | Shape::Stretches(_) => shade(OPACITY).filled(),
        Shape::Boxes(_) => shade(0.8).filled(),
    }
}

fn rgb(colour: Colour) -> RGBColor {
    let (red, green, blue) = colour.rgb();
    RGBColor(red, green, blue)
}

/// A tick's number. Ticks are round, so that few digits tell them apart.
fn number(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e6).contains(&size) {
        return format!("{value:e}");
    }
    // Sums of round steps carry errors far behind the sixth digit.
    let rounded = (value * 1e6).round() / 1e6;
    rounded.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_written_without_the_errors_of_their_sums() {
        assert_eq!(number(0.1 + 0.2), "0.3");
        assert_eq!(number(0.0), "0");
        assert_eq!(number(250_000.0), "250000");
        assert_eq!(number(2e7), "2e7");
    }
}
