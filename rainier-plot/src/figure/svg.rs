//! Draws panels as SVG, with plotters.
//!
//! In: a [`Figure`], its [`Panel`]s and what their axes span. Out: the text of one `svg` element.
//!
//! Plotters puts everything on whole units. Four of them are a pixel here, so that curves are
//! smooth; all sizes go through `fine`.

use std::io;

use plotters::backend::SVGBackend;
use plotters::chart::ChartBuilder;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{PathElement, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{BLACK, Color, IntoFont, IntoTextStyle, TRANSPARENT, TextStyle, WHITE};

use super::draw_layer::{Area, draw_layer, rgb, style};
use super::panel::{Bounds, Panel, Row, Third, YAxis};
use super::ticks::{fitting, number, ticks, y_labels};
use super::{Figure, text};
use crate::error::PlotError;

pub(super) type Failure = DrawingAreaErrorKind<io::Error>;
type Root<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Units in a pixel.
const UNITS: u32 = 4;
/// Pixels around a panel, and on its right, where the last label may stand out.
const MARGIN: u32 = 8;
const RIGHT_MARGIN: u32 = 18;
const FONT: &str = "sans-serif";

/// A size in pixels as units.
pub(super) fn fine(pixels: u32) -> u32 {
    UNITS * pixels
}

/// A distance in pixels as units.
fn far(pixels: i32) -> i32 {
    UNITS.cast_signed() * pixels
}

pub(super) fn draw(
    figure: &Figure,
    panels: &[Panel],
    bounds: &[Option<Bounds>],
) -> Result<String, PlotError> {
    let mut text = String::new();
    draw_to(&mut text, figure, panels, bounds).map_err(|error| PlotError::Drawing {
        reason: error.to_string(),
    })?;
    let size = |width, height| format!("<svg width=\"{width}\" height=\"{height}\"");
    let (width, height) = (figure.width, figure.height);
    Ok(text.replacen(&size(fine(width), fine(height)), &size(width, height), 1))
}

fn draw_to(
    text: &mut String,
    figure: &Figure,
    panels: &[Panel],
    bounds: &[Option<Bounds>],
) -> Result<(), Failure> {
    let size = (fine(figure.width), fine(figure.height));
    let root = SVGBackend::with_string(text, size).into_drawing_area();
    root.fill(&WHITE)?;
    let (_, body) = root.split_vertically(draw_head(&root, figure)?);
    let rows = panels.len().div_ceil(figure.columns);
    let places = body.split_evenly((rows, figure.columns));
    let letters = fine(figure.letters);
    for ((place, panel), bounds) in places.iter().zip(panels).zip(bounds) {
        match bounds {
            Some(bounds) => draw_panel(place, &root, panel, bounds, letters)?,
            None if panel.title.is_empty() => {}
            None => draw_nothing(place, panel, letters)?,
        }
    }
    root.present()
}

/// Title and legend; the second line is there if both do not fit in one. Gives the height taken.
fn draw_head(root: &Root<'_>, figure: &Figure) -> Result<i32, Failure> {
    if figure.title.is_empty() && figure.legend.is_empty() {
        return Ok(0);
    }
    let width = text::distance(fine(figure.width));
    let (large, letters) = (fine(figure.letters + 4), fine(figure.letters));
    let title = text::cut(&figure.title, large, width - far(20));
    let style = anchored(large, HPos::Left);
    root.draw(&Text::new(title.clone(), (far(10), far(18)), style))?;
    let entry = |name: &str| far(22) + text::width(name, letters);
    let legend: i32 = figure.legend.iter().map(|(name, _)| entry(name)).sum();
    let beside = text::width(&title, large) + legend + far(40) <= width;
    let middle = far(if beside { 18 } else { 38 });
    let mut left = if beside {
        width - legend - far(10)
    } else {
        far(10)
    };
    for (name, colour) in &figure.legend {
        let mark = [(left, middle - far(5)), (left + far(12), middle + far(5))];
        root.draw(&Rectangle::new(mark, rgb(*colour).filled()))?;
        let style = anchored(letters, HPos::Left);
        root.draw(&Text::new(name.clone(), (left + far(16), middle), style))?;
        left += entry(name);
    }
    let is_one_line = beside || figure.legend.is_empty();
    Ok(far(if is_one_line { 34 } else { 54 }))
}

/// Where nothing is finite there are no axes.
fn draw_nothing(place: &Root<'_>, panel: &Panel, letters: u32) -> Result<(), Failure> {
    let (width, height) = place.dim_in_pixel();
    let room = Room::of(panel, None, (width, height), letters);
    let left = text::distance(fine(MARGIN) + room.left);
    let right = text::distance(width) - text::distance(fine(RIGHT_MARGIN) + room.right());
    draw_title(
        place,
        panel,
        (left, right),
        text::distance(room.top),
        letters,
    )?;
    let middle = (i32::midpoint(left, right), text::distance(height) / 2);
    place.draw(&Text::new(
        "no finite value",
        middle,
        anchored(letters, HPos::Center),
    ))
}

/// Units left free around the axes of a panel.
#[derive(Debug, Clone, Copy)]
struct Room {
    top: u32,
    /// For each column beside the axes.
    left: u32,
    right: [u32; 2],
}

impl Room {
    /// Of a panel of some width and height, whose vertical axis spans `y`.
    fn of(panel: &Panel, y: Option<(f64, f64)>, (width, height): (u32, u32), letters: u32) -> Self {
        // Seven letters, half as wide as high.
        let least = letters * 7 / 2;
        let (left, right) = match &panel.y_axis {
            YAxis::Blank if panel.y_title.is_empty() => (0, [0, 0]),
            YAxis::Blank => (least, [0, 0]),
            YAxis::Numbers => {
                let labels = y.map(|(low, high)| {
                    let ticks = ticks(low..high, y_labels(height, letters)).into_iter();
                    ticks.map(|tick| number(tick, high - low)).collect()
                });
                let labels: Vec<String> = labels.unwrap_or_default();
                let labels = labels.iter().map(String::as_str);
                (text::widest(labels, letters, width / 3).max(least), [0, 0])
            }
            YAxis::Rows(rows) => {
                let left = rows.iter().map(|row| &*row.left);
                let right = |column: usize| rows.iter().map(move |row| &*row.right[column]);
                let widest = |column| text::widest(right(column), letters, width / 5);
                let left = text::widest(left, letters, width / 3);
                (left, [widest(0), widest(1)])
            }
        };
        let title = if panel.title.is_empty() {
            0
        } else {
            large(letters) + fine(5)
        };
        Self {
            top: fine(MARGIN) + title,
            left: left + line(&panel.y_title),
            right,
        }
    }

    fn right(&self) -> u32 {
        self.right[0] + self.right[1]
    }
}

/// Height of an axis's title, if there is one.
fn line(title: &str) -> u32 {
    if title.is_empty() { 0 } else { fine(16) }
}

fn draw_panel(
    place: &Root<'_>,
    root: &Root<'_>,
    panel: &Panel,
    bounds: &Bounds,
    letters: u32,
) -> Result<(), Failure> {
    let (width, height) = place.dim_in_pixel();
    let room = Room::of(panel, Some(bounds.y), (width, height), letters);
    let beside = fine(MARGIN + RIGHT_MARGIN) + room.left + room.right();
    let length = width.saturating_sub(beside);
    let mut builder = ChartBuilder::on(place);
    builder
        .margin(fine(MARGIN))
        .margin_top(room.top)
        .margin_right(fine(RIGHT_MARGIN) + room.right())
        .x_label_area_size(2 * letters - fine(2) + line(&panel.x_title))
        .y_label_area_size(room.left);
    let [x, y] = [bounds.x, bounds.y].map(|(least, largest)| least..largest);
    let mut area = builder.build_cartesian_2d(x.clone(), y)?;
    let [x_span, y_span] = [bounds.x, bounds.y].map(|(least, largest)| largest - least);
    let x_format = |x: &f64| match &panel.x_format {
        Some(format) => format(*x),
        None => number(*x, x_span),
    };
    let y_format = |y: &f64| number(*y, y_span);
    // More labels than one for each three letters are too many, however short.
    let most = (length / (3 * letters)).max(2) as usize;
    let x_title = text::cut(&panel.x_title, letters, text::distance(length) + far(30));
    let y_title = text::cut(&panel.y_title, letters, text::distance(height) - far(30));
    let mut mesh = area.configure_mesh();
    mesh.axis_style(BLACK.stroke_width(UNITS))
        .bold_line_style(BLACK.mix(0.15).stroke_width(UNITS))
        .light_line_style(TRANSPARENT)
        .set_all_tick_mark_size(fine(5))
        .label_style((FONT, letters))
        .axis_desc_style((FONT, letters))
        .x_labels(fitting(x, most, length, letters, |tick| x_format(&tick)))
        .x_label_formatter(&x_format)
        .y_label_formatter(&y_format)
        .x_desc(x_title)
        .y_desc(y_title);
    match &panel.y_axis {
        YAxis::Numbers => mesh.disable_x_mesh().y_labels(y_labels(height, letters)),
        YAxis::Blank => mesh.disable_mesh().disable_y_axis().y_labels(0),
        YAxis::Rows(_) => mesh.disable_y_mesh().y_labels(0),
    };
    mesh.draw()?;
    for layer in &panel.layers {
        draw_layer(&mut area, layer, bounds.y)?;
    }
    if let YAxis::Rows(rows) = &panel.y_axis {
        draw_rows(&area, root, rows, bounds, letters, room)?;
    }
    let (x, y) = area.plotting_area().get_pixel_range();
    draw_title(root, panel, (x.start, x.end), y.start, letters)?;
    draw_legend(&area, root, panel, bounds, letters)
}

/// The title over the middle of axes from left to right.
fn draw_title(
    place: &Root<'_>,
    panel: &Panel,
    (left, right): (i32, i32),
    top: i32,
    letters: u32,
) -> Result<(), Failure> {
    // Beyond the axes there is room for labels.
    let title = text::cut(&panel.title, large(letters), right - left + far(30));
    let middle = (
        i32::midpoint(left, right),
        top - text::distance(letters) / 2 - far(3),
    );
    place.draw(&Text::new(
        title,
        middle,
        anchored(large(letters), HPos::Center),
    ))
}

/// Names of layers in a box, where most room is.
fn draw_legend(
    area: &Area<'_>,
    root: &Root<'_>,
    panel: &Panel,
    bounds: &Bounds,
    letters: u32,
) -> Result<(), Failure> {
    let named: Vec<_> = panel
        .layers
        .iter()
        .filter(|layer| !layer.name.is_empty())
        .collect();
    let Some(widest) = named
        .iter()
        .map(|layer| text::width(&layer.name, letters))
        .max()
    else {
        return Ok(());
    };
    let (width, line) = (widest + far(34), text::distance(letters) + far(2));
    let height = line * i32::try_from(named.len()).unwrap_or(i32::MAX) + far(12);
    let (x, y) = area.plotting_area().get_pixel_range();
    let left = match panel.emptiest_third(bounds) {
        Third::Left => x.start + far(6),
        Third::Middle => i32::midpoint(x.start, x.end - width),
        Third::Right => x.end - width - far(6),
    };
    let corners = [
        (left, y.start + far(6)),
        (left + width, y.start + far(6) + height),
    ];
    root.draw(&Rectangle::new(corners, WHITE.mix(0.8).filled()))?;
    let [(left, top), (right, bottom)] = corners;
    let edge = [
        (left, top),
        (right, top),
        (right, bottom),
        (left, bottom),
        (left, top),
    ];
    root.draw(&PathElement::new(edge, BLACK.mix(0.2).stroke_width(UNITS)))?;
    let mut middle = y.start + far(12) + line / 2;
    for layer in named {
        let mark = [
            (left + far(8), middle - far(4)),
            (left + far(20), middle + far(4)),
        ];
        root.draw(&Rectangle::new(mark, style(layer).filled()))?;
        let place = (left + far(26), middle);
        root.draw(&Text::new(
            &*layer.name,
            place,
            anchored(letters, HPos::Left),
        ))?;
        middle += line;
    }
    Ok(())
}

/// Names on the left and two columns on the right, each at its height.
fn draw_rows(
    area: &Area<'_>,
    root: &Root<'_>,
    rows: &[Row],
    bounds: &Bounds,
    letters: u32,
    room: Room,
) -> Result<(), Failure> {
    let [first, second] = room.right.map(text::distance);
    for row in rows {
        let (left, y) = area.backend_coord(&(bounds.x.0, row.height));
        let (right, _) = area.backend_coord(&(bounds.x.1, row.height));
        let columns = [
            (&row.left, left - far(6), text::distance(room.left)),
            (&row.right[0], right + far(6) + first, first),
            (&row.right[1], right + far(6) + first + second, second),
        ];
        for (words, x, room) in columns.into_iter().filter(|column| !column.0.is_empty()) {
            let words = text::cut(words, letters, room);
            root.draw(&Text::new(words, (x, y), anchored(letters, HPos::Right)))?;
        }
    }
    Ok(())
}

/// Letters of a title.
fn large(letters: u32) -> u32 {
    letters + fine(3)
}

fn anchored(letters: u32, across: HPos) -> TextStyle<'static> {
    (FONT, letters)
        .into_font()
        .into_text_style(&(1, 1))
        .pos(Pos::new(across, VPos::Center))
}
