//! Checks text plots against Rainier's format and against arbitrary numbers.

use proptest::prelude::*;
use rainier_plot::{PlotError, Setting, TextPlot, plot1d, plot2d, sparkline};

/// Characters that mark a cell.
const MARKERS: [char; 3] = ['·', '∘', '○'];

fn marked(plot: &str) -> usize {
    plot.chars()
        .filter(|character| MARKERS.contains(character))
        .count()
}

fn column_width(line: &str) -> usize {
    line.chars().count()
}

/// The cells right of the `|` of each row, top row first.
fn cells(plot: &str, settings: &TextPlot) -> Vec<Vec<char>> {
    plot.lines()
        .take(settings.rows() + 1)
        .map(|line| line.chars().skip(settings.y_label_width() + 1).collect())
        .collect()
}

#[test]
fn labels_and_axis_are_those_of_the_original() {
    // A plot printed by Rainier 0.2 has these labels; its corners follow from them.
    let plot = plot2d([(7.18, 0.623), (8.77, 0.730)]);
    let lines: Vec<&str> = plot.lines().map(str::trim_end).collect();
    assert_eq!(lines.len(), 23);
    assert_eq!(lines[0], "   0.731 |");
    assert_eq!(lines[5], "   0.704 |");
    assert_eq!(lines[6], "         |");
    assert_eq!(
        lines[21],
        "         |--------|--------|--------|--------|--------|--------|--------|--------|--------"
    );
    assert_eq!(
        lines[22],
        "        7.18     7.36     7.54     7.72     7.90     8.08     8.26     8.44     8.62"
    );
}

#[test]
fn histogram_has_bars_with_partial_tops() {
    // Columns are 3.1/4 wide, which asks for one decimal. Counts are 6, 3, 1, 5; with a margin of
    // 1 three rows span 0 to 7 in cells of 7/3.
    let values = [[0.0; 6].as_slice(), &[1.0; 3], &[2.0], &[3.0; 5]].concat();
    let plot = TextPlot::default()
        .with_rows(3)
        .with_columns(4)
        .with_y_label_every(1);
    // Row 2 spans 4.67 to 7: 6 lies past its half and 5 in its first third; row 1 spans 2.33 to
    // 4.67: 3 lies in its first third; 1 lies in the second third of row 0.
    assert_eq!(
        plot.plot1d(&values),
        Ok([
            "       7 |    ",
            "       4 |∘  ·",
            "       2 |○· ○",
            "       0 |○○∘○",
            "         |----",
            "        0.0   ",
        ]
        .join("\n"))
    );
}

#[test]
fn scatter_markers_grow_with_the_count() {
    let pairs = [vec![(0.0, 0.0)], vec![(1.0, 0.0); 5], vec![(2.0, 0.0); 9]].concat();
    let settings = TextPlot::default().with_rows(1).with_columns(3);
    let plot = settings.plot2d(&pairs).unwrap();
    assert_eq!(cells(&plot, &settings)[1], ['·', '∘', '○']);
}

#[test]
fn twice_as_many_are_not_yet_the_fullest() {
    // Counts 1 and 2 on an axis from 1 to 3 with margin 0.1: 2 lies in the middle third.
    let settings = TextPlot::default().with_rows(1).with_columns(2);
    let plot = settings
        .plot2d([(0.0, 0.0), (1.0, 0.0), (1.0, 0.0)])
        .unwrap();
    assert_eq!(cells(&plot, &settings)[1], ['·', '∘']);
}

#[test]
fn single_points_have_the_fullest_marker() {
    let plot = plot2d([(0.0, 0.0), (1.0, 1.0), (2.0, 4.0)]);
    assert_eq!(plot.matches('○').count(), 3);
    assert_eq!(marked(&plot), 3);
}

#[test]
fn constant_values_get_a_unit_wide_axis() {
    let plot = plot1d([5.0, 5.0]);
    let foot = plot.lines().last().unwrap();
    assert!(foot.trim_start().starts_with("4.50"), "{foot}");
    // One bar of twenty rows in the middle column.
    assert_eq!(marked(&plot), 20);
}

#[test]
fn values_that_are_not_finite_are_left_out_and_counted() {
    let plot = plot2d([
        (0.0, 1.0),
        (f64::NAN, 1.0),
        (2.0, f64::INFINITY),
        (1.0, 0.0),
    ]);
    assert_eq!(marked(&plot), 2);
    assert_eq!(plot.lines().last(), Some("2 of 4 left out: not finite"));
}

#[test]
fn nothing_finite_is_an_error_and_a_sentence() {
    let error = PlotError::NoFiniteValue { count: 1 };
    assert_eq!(TextPlot::default().plot1d([f64::NAN]), Err(error.clone()));
    assert_eq!(plot1d([f64::NAN]), error.to_string());
}

#[test]
fn settings_out_of_range_are_errors() {
    let refuse = |settings: TextPlot, setting, least, most, value| {
        let error = PlotError::Size {
            setting,
            least,
            most,
            value,
        };
        assert_eq!(settings.plot1d([1.0]), Err(error));
    };
    let default = TextPlot::default;
    refuse(default().with_rows(0), Setting::Rows, 1, 1000, 0);
    refuse(
        default().with_columns(usize::MAX),
        Setting::Columns,
        1,
        1000,
        usize::MAX,
    );
    refuse(
        default().with_x_label_width(7),
        Setting::XLabelWidth,
        8,
        40,
        7,
    );
    refuse(
        default().with_y_label_width(41),
        Setting::YLabelWidth,
        8,
        40,
        41,
    );
    refuse(
        default().with_y_label_every(0),
        Setting::YLabelEvery,
        1,
        1000,
        0,
    );
    assert_eq!(
        default().with_markers("").plot2d([(1.0, 1.0)]),
        Err(PlotError::NoMarkers)
    );
}

proptest! {
    #[test]
    fn histogram_of_any_numbers_has_its_shape(
        values in prop::collection::vec(any::<f64>(), 0..60),
        rows in 1_usize..30,
        columns in 1_usize..100,
        width in 8_usize..20,
    ) {
        let settings = TextPlot::default().with_rows(rows).with_columns(columns)
            .with_x_label_width(width).with_y_label_width(width);
        let finite = values.iter().filter(|value| value.is_finite()).count();
        match settings.plot1d(&values) {
            Err(error) => {
                prop_assert_eq!(finite, 0);
                prop_assert_eq!(error, PlotError::NoFiniteValue { count: values.len() });
            }
            Ok(plot) => {
                let cells = cells(&plot, &settings);
                prop_assert!(cells.iter().all(|row| row.len() == columns));
                // At least one bar, at most one for each value, each filled down to the axis.
                let bars = cells[rows].iter().filter(|cell| **cell != ' ').count();
                prop_assert!((1..=finite).contains(&bars));
                for column in 0..columns {
                    let filled = cells.iter().filter(|row| row[column] != ' ').count();
                    prop_assert!(cells[rows + 1 - filled..].iter().all(|row| row[column] != ' '));
                }
                let notes = usize::from(finite < values.len());
                prop_assert_eq!(plot.lines().count(), rows + 3 + notes);
                let axis = plot.lines().nth(rows + 1).unwrap();
                prop_assert_eq!(column_width(axis), width + columns + 1);
            }
        }
    }

    #[test]
    fn scatter_plot_marks_at_most_one_cell_a_pair(
        pairs in prop::collection::vec((any::<f64>(), any::<f64>()), 1..60),
    ) {
        let finite = pairs.iter().filter(|(x, y)| x.is_finite() && y.is_finite()).count();
        let marked = marked(&plot2d(&pairs));
        prop_assert!(marked <= finite);
        prop_assert_eq!(marked == 0, finite == 0);
    }

    #[test]
    fn scatter_plot_of_a_grid_marks_each_point(columns in 2_u32..10, rows in 2_u32..10) {
        let pairs = (0..columns).flat_map(|x| (0..rows).map(move |y| (f64::from(x), f64::from(y))));
        prop_assert_eq!(marked(&plot2d(pairs)), (columns * rows) as usize);
    }

    #[test]
    fn sparkline_has_a_character_for_each_value(
        values in prop::collection::vec(any::<f64>(), 0..40),
    ) {
        prop_assert_eq!(sparkline(&values).chars().count(), values.len());
    }
}
