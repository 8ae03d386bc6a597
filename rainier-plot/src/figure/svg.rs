//! Draws line charts as SVG, with plotters.
//!
//! In: a [`LineChart`] and what its axes span. Out: the text of one `svg` element.

use std::io;
use std::iter;

use plotters::backend::SVGBackend;
use plotters::chart::{ChartBuilder, ChartContext, SeriesLabelPosition};
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::types::RangedCoordf64;
use plotters::drawing::{DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, Pixel, Polygon, Rectangle};
use plotters::series::LineSeries;
use plotters::style::{BLACK, Color, RGBColor, ShapeStyle, TRANSPARENT, WHITE};

use crate::error::PlotError;
use crate::line_chart::{Bounds, Colour, Layer, LineChart, Shape, Third, is_drawn};

type Failure = DrawingAreaErrorKind<io::Error>;

/// Pixels that a label of the horizontal axis needs, and one of the vertical axis.
const LABEL_WIDTH: u32 = 95;
const LABEL_HEIGHT: u32 = 38;
/// How much of what is behind a band or a stretch is covered.
const OPACITY: f64 = 0.28;
const FONT: (&str, u32) = ("sans-serif", 14);

pub(crate) fn draw(chart: &LineChart, bounds: &Bounds) -> Result<String, PlotError> {
    let mut text = String::new();
    draw_to(&mut text, chart, bounds).map_err(|error| PlotError::Drawing {
        reason: error.to_string(),
    })?;
    Ok(text)
}

fn draw_to(text: &mut String, chart: &LineChart, bounds: &Bounds) -> Result<(), Failure> {
    let size = (chart.width, chart.height);
    let root = SVGBackend::with_string(text, size).into_drawing_area();
    root.fill(&WHITE)?;
    let mut builder = ChartBuilder::on(&root);
    builder
        .margin(8)
        .margin_right(18)
        .x_label_area_size(if chart.x_title.is_empty() { 26 } else { 42 })
        .y_label_area_size(if chart.y_title.is_empty() { 48 } else { 64 });
    if !chart.title.is_empty() {
        builder.caption(&chart.title, ("sans-serif", 17));
    }
    let [x, y] = [bounds.x, bounds.y].map(|(least, largest)| least..largest);
    let mut area = builder.build_cartesian_2d(x, y.clone())?;
    let x_format = |x: &f64| match &chart.x_format {
        Some(format) => format(*x),
        None => number(*x),
    };
    area.configure_mesh()
        .disable_x_mesh()
        .bold_line_style(BLACK.mix(0.15))
        .light_line_style(TRANSPARENT)
        .label_style(FONT)
        .x_labels((chart.width / LABEL_WIDTH).max(2) as usize)
        .y_labels((chart.height / LABEL_HEIGHT).max(2) as usize)
        .x_label_formatter(&x_format)
        .y_label_formatter(&|y| number(*y))
        .x_desc(&chart.x_title)
        .y_desc(&chart.y_title)
        .draw()?;
    for layer in &chart.layers {
        draw_layer(&mut area, layer, bounds.y)?;
        if layer.name.is_empty() {
            continue;
        }
        let style = style(layer).filled();
        area.draw_series(iter::empty::<Pixel<(f64, f64)>>())?
            .label(&layer.name)
            .legend(move |(x, y)| Rectangle::new([(x, y - 4), (x + 12, y + 4)], style));
    }
    if chart.layers.iter().any(|layer| !layer.name.is_empty()) {
        area.configure_series_labels()
            .position(match chart.emptiest_third(bounds) {
                Third::Left => SeriesLabelPosition::UpperLeft,
                Third::Middle => SeriesLabelPosition::UpperMiddle,
                Third::Right => SeriesLabelPosition::UpperRight,
            })
            .legend_area_size(18)
            .background_style(WHITE.mix(0.8))
            .border_style(BLACK.mix(0.2))
            .label_font(FONT)
            .draw()?;
    }
    root.present()
}

type Area<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

fn draw_layer(area: &mut Area<'_>, layer: &Layer, height: (f64, f64)) -> Result<(), Failure> {
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
            area.draw_series(drawn.map(|&pair| Circle::new(pair, 3, style)))?;
        }
        Shape::Stretches(stretches) => {
            let drawn = stretches.iter().filter(|pair| is_drawn(&[pair.0, pair.1]));
            area.draw_series(
                drawn.map(|&(from, to)| Rectangle::new([(from, height.0), (to, height.1)], style)),
            )?;
        }
    }
    Ok(())
}

fn style(layer: &Layer) -> ShapeStyle {
    let colour = rgb(layer.colour);
    match layer.shape {
        Shape::Line(_) => colour.stroke_width(2),
        Shape::Points(_) => colour.filled(),
        Shape::Band(_) | Shape::Stretches(_) => colour.mix(OPACITY).filled(),
    }
}

fn rgb(colour: Colour) -> RGBColor {
    match colour {
        Colour::Black => RGBColor(0, 0, 0),
        Colour::Grey => RGBColor(120, 120, 120),
        Colour::Blue => RGBColor(0, 114, 178),
        Colour::SkyBlue => RGBColor(86, 180, 233),
        Colour::Green => RGBColor(0, 158, 115),
        Colour::Orange => RGBColor(230, 159, 0),
        Colour::Red => RGBColor(213, 94, 0),
        Colour::Purple => RGBColor(204, 121, 167),
    }
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
