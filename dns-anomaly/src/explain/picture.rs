//! Draws the history of a series: counts of its windows, the band predicted for each, those that stand out.
//!
//! In: an [`Explanation`], the width of the bins. Out: SVG.

use rainier::plot::{Colour, LineChart, PlotError};

use crate::bin_width::BinWidth;
use crate::calibrated::{ExplainedVerdict, ExplainedWindow, Explanation};
use crate::timestamp::Timestamp;

const SECONDS_A_DAY: f64 = 86_400.0;
/// The longest name that fits above a picture.
const TITLE: usize = 72;

/// The history of a series as SVG: queries of each window, the band predicted for it from 5 % to 95 % and its median,
/// and the windows whose p is below 0.01.
///
/// # Errors
/// When the series has no window yet.
pub fn history_svg(explanation: &Explanation, width: BinWidth) -> Result<String, PlotError> {
    let windows = spans(explanation, width);
    let verdicts = || {
        let spans = windows.iter().copied();
        spans.filter_map(|span| Some((span, span.window.verdict.as_ref()?)))
    };
    let outliers = || verdicts().filter(|(_, verdict)| verdict.is_outlier());
    let observed = |span: &Span<'_>| (0.5 * (span.from + span.to), span.window.observed.sum as f64);
    let mut chart = LineChart::new(title(explanation))
        .with_y_title("queries")
        .with_x_format(day)
        .with_y_including(0.0)
        .with_stretches(
            "p < 0.01",
            Colour::Orange,
            outliers().map(|(span, _)| (span.from, span.to)),
        );
    if verdicts().next().is_some() {
        chart = chart
            .with_band(
                "predicted, 5 to 95 %",
                Colour::SkyBlue,
                steps(&windows, |verdict| {
                    (verdict.band.low as f64, verdict.band.high as f64)
                }),
            )
            .with_line(
                "median",
                Colour::Blue,
                steps(&windows, |verdict| {
                    let median = verdict.band.median as f64;
                    (median, median)
                })
                .map(|(x, median, _)| (x, median)),
            );
    }
    chart
        .with_line("observed", Colour::Black, windows.iter().map(observed))
        .with_points("", Colour::Black, windows.iter().map(observed))
        .with_points("", Colour::Red, outliers().map(|(span, _)| observed(&span)))
        .to_svg()
}

/// A window and where it is drawn, in days from the epoch: up to where the next begins.
#[derive(Debug, Clone, Copy)]
struct Span<'a> {
    from: f64,
    to: f64,
    window: &'a ExplainedWindow,
}

fn spans(explanation: &Explanation, width: BinWidth) -> Vec<Span<'_>> {
    let days = |bin: i64| bin as f64 * f64::from(width.seconds()) / SECONDS_A_DAY;
    let windows = &explanation.windows;
    let next = windows.iter().skip(1).map(|window| window.first_bin);
    let ends = next.chain(windows.last().map(|window| window.end_bin));
    windows
        .iter()
        .zip(ends)
        .map(|(window, end)| Span {
            from: days(window.first_bin),
            to: days(end.min(window.end_bin)),
            window,
        })
        .collect()
}

/// Both ends of each window with what `of` says of its verdict; a gap where there is none.
fn steps(
    windows: &[Span<'_>],
    of: impl Fn(&ExplainedVerdict) -> (f64, f64),
) -> impl Iterator<Item = (f64, f64, f64)> {
    windows.iter().flat_map(move |span| {
        let (low, high) = span
            .window
            .verdict
            .as_ref()
            .map_or((f64::NAN, f64::NAN), &of);
        [(span.from, low, high), (span.to, low, high)]
    })
}

fn title(explanation: &Explanation) -> String {
    let name = explanation.name();
    if name.chars().count() > TITLE {
        name.chars().take(TITLE - 1).chain(['…']).collect()
    } else {
        name
    }
}

/// A day, counted from the epoch, as a date; within a day with the time.
fn day(day: f64) -> String {
    let Ok(time) = Timestamp::from_epoch_seconds((day * SECONDS_A_DAY).round()) else {
        return String::new();
    };
    let text = time.to_string();
    match text.split_once('T') {
        Some((date, "00:00:00Z")) => date.to_owned(),
        Some((date, time)) => {
            let (date, time) = (date.get(5..).unwrap_or(date), time.get(..5).unwrap_or(time));
            format!("{date} {time}")
        }
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates_and_parts_of_days_have_a_time() {
        assert_eq!(day(17_897.0), "2019-01-01");
        assert_eq!(day(17_897.25), "01-01 06:00");
        assert_eq!(day(f64::NAN), "");
    }
}
