//! Checks the structure of line charts drawn as SVG, not their bytes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod elements;

use elements::{count, is_balanced, number, of_colour};
use rainier_plot::{Colour, LineChart, PlotError, Setting};

const BLUE: &str = "#0072B2";
const SKY_BLUE: &str = "#56B4E9";
const RED: &str = "#D55E00";

fn days(count: i32) -> impl Iterator<Item = f64> {
    (0..count).map(f64::from)
}

fn chart() -> LineChart {
    LineChart::new("queries of <b>&\"evil\".example</b>")
        .with_size(640, 240)
        .with_x_title("day")
        .with_y_title("queries")
        .with_x_format(|day| format!("day {day}"))
        .with_y_including(0.0)
        .with_stretches("outlier", Colour::Red, [(20.5, 21.5)])
        .with_band("90 %", Colour::SkyBlue, days(30).map(|x| (x, 80.0, 120.0)))
        .with_line("median", Colour::Blue, days(30).map(|x| (x, 100.0 + x)))
        .with_points("observed", Colour::Red, [(21.0, 300.0), (3.0, 90.0)])
}

#[test]
fn every_layer_is_there_once_beside_its_legend() {
    let svg = chart().to_svg().unwrap();
    assert!(is_balanced(&svg), "{svg}");
    assert_eq!(count(&svg, "svg"), 1);
    assert!(svg.starts_with("<svg width=\"640\" height=\"240\" viewBox=\"0 0 2560 960\""));
    assert_eq!(of_colour(&svg, "polygon", SKY_BLUE).len(), 1);
    assert_eq!(of_colour(&svg, "polyline", BLUE).len(), 1);
    assert_eq!(of_colour(&svg, "circle", RED).len(), 2);
    // The stretch and two marks of the legend.
    assert_eq!(of_colour(&svg, "rect", RED).len(), 3);
    for name in [
        "90 %", "median", "observed", "outlier", "day 0", "day 10", "queries",
    ] {
        assert!(svg.contains(&format!("\n{name}\n")), "{name}");
    }
}

#[test]
fn what_titles_hold_is_text_and_never_an_element() {
    let svg = chart().to_svg().unwrap();
    assert!(svg.contains("queries of &lt;b&gt;&amp;&quot;evil&quot;.example&lt;/b&gt;"));
    assert_eq!(count(&svg, "b"), 0);
    assert!(!svg.contains("<b>"));
    let svg = LineChart::new("a\u{0}\u{1b}b")
        .with_points("", Colour::Blue, [(0.0, 0.0)])
        .to_svg()
        .unwrap();
    assert!(svg.contains("a\u{fffd}\u{fffd}b"));
}

#[test]
fn a_line_and_a_band_have_gaps_where_numbers_are_not_finite() {
    let hole = |x: f64| if x == 5.0 || x == 6.0 { f64::NAN } else { x };
    let svg = LineChart::new("")
        .with_line("", Colour::Blue, days(11).map(|x| (x, hole(x))))
        .with_band(
            "",
            Colour::SkyBlue,
            days(11).map(|x| (x, hole(x) - 1.0, x + 1.0)),
        )
        .to_svg()
        .unwrap();
    assert_eq!(of_colour(&svg, "polyline", BLUE).len(), 2);
    assert_eq!(of_colour(&svg, "polygon", SKY_BLUE).len(), 2);
}

#[test]
fn higher_numbers_are_drawn_higher() {
    let svg = chart().to_svg().unwrap();
    let heights: Vec<i32> = of_colour(&svg, "circle", RED)
        .iter()
        .map(|circle| number(circle, "cy"))
        .collect();
    // The first is 300, the second 90; heights count from the top.
    assert!(heights[0] < heights[1], "{heights:?}");
}

#[test]
fn nothing_to_draw_and_sizes_out_of_range_are_told() {
    let nothing = LineChart::new("").with_points("", Colour::Red, [(f64::NAN, 1.0)]);
    assert_eq!(nothing.to_svg(), Err(PlotError::NoFiniteValue { count: 1 }));
    let error = chart().with_size(640, 20).to_svg().unwrap_err();
    assert_eq!(
        error,
        PlotError::Size {
            setting: Setting::Height,
            least: 100,
            most: 10_000,
            value: 20
        }
    );
    assert_eq!(
        error.to_string(),
        "height must be between 100 and 10000, got 20"
    );
}

#[test]
fn numbers_of_any_size_are_drawn() {
    for pairs in [
        [(0.0, 0.0), (1e-300, 1e-300)],
        [(-1e140, -1e140), (1e140, 1e140)],
        [(1e18, 5.0), (1e18, 5.0)],
        [(0.0, 1.0), (1e300, f64::INFINITY)],
    ] {
        let chart = LineChart::new("").with_line("", Colour::Blue, pairs);
        assert!(is_balanced(&chart.to_svg().unwrap()), "{pairs:?}");
    }
}
