//! Checks the pictures of traces: what they hold, not their bytes, and that no trace makes them panic.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod elements;

use elements::{count, is_balanced, number, of_colour};
use proptest::prelude::*;
use rainier_plot::{
    PlotError, View, autocorrelation_plot, density_plot, energy_plot, forest_lines, forest_plot,
    pairs_plot, predictive_check, rank_plot, trace_lines, trace_plot,
};
use rainier_sampler::{Chain, Ending, Statistics, Trace};

const BLUE: &str = "#0072B2";
const ORANGE: &str = "#E69F00";
const SKY_BLUE: &str = "#56B4E9";
const RED: &str = "#D55E00";
const BLACK: &str = "#000000";

type Picture = fn(&Trace, &View) -> Result<String, PlotError>;

/// The pictures that show parameters by name.
const NAMED: [Picture; 6] = [
    trace_plot,
    rank_plot,
    density_plot,
    pairs_plot,
    autocorrelation_plot,
    forest_plot,
];

/// A trace whose draws are `values(chain, draw)`, and divergent where `is_divergent(chain, draw)`.
fn trace_with<const N: usize>(
    names: [&str; N],
    (chains, draws): (usize, usize),
    values: impl Fn(usize, usize) -> [f64; N],
    is_divergent: impl Fn(usize, usize) -> bool,
) -> Trace {
    let chain = |chain: usize| {
        let mut kept = Chain::new(N);
        for draw in 0..draws {
            let ending = if is_divergent(chain, draw) {
                Ending::Diverged
            } else {
                Ending::Turned
            };
            let energy = Some(noise(chain + 7, draw));
            let statistics = Statistics {
                ending,
                energy,
                ..Statistics::default()
            };
            kept.push(&values(chain, draw), statistics).unwrap();
        }
        kept
    };
    let names = names.map(str::to_owned).to_vec();
    Trace::from_chains(names, (0..chains).map(chain).collect()).unwrap()
}

fn trace<const N: usize>(
    names: [&str; N],
    shape: (usize, usize),
    values: impl Fn(usize, usize) -> [f64; N],
) -> Trace {
    trace_with(names, shape, values, |_, _| false)
}

/// Numbers in [0, 1) without order: the fractional parts of multiples of an irrational number.
fn noise(chain: usize, draw: usize) -> f64 {
    ((draw + 1) as f64 * 0.754_877_666 + chain as f64 * 0.569_840_291).fract()
}

fn mixed(shape: (usize, usize)) -> Trace {
    trace(["a", "b"], shape, |chain, draw| {
        let x = noise(chain, draw);
        [x, 3.0 * x + noise(chain, draw * draw)]
    })
}

fn default() -> View {
    View::default()
}

/// The text elements.
fn words(svg: &str) -> Vec<&str> {
    let lines: Vec<&str> = svg.lines().collect();
    let texts = lines
        .windows(2)
        .filter(|pair| pair[0].starts_with("<text "));
    texts.map(|pair| pair[1]).collect()
}

#[test]
fn a_trace_has_a_line_a_chain_in_each_panel() {
    let svg = trace_plot(&mixed((2, 50)), &default()).unwrap();
    assert!(is_balanced(&svg));
    for colour in [BLUE, ORANGE] {
        assert_eq!(of_colour(&svg, "polyline", colour).len(), 2);
    }
    for name in ["a", "b", "chain 1", "chain 2"] {
        assert!(words(&svg).contains(&name), "{name}");
    }
    assert!(!words(&svg).contains(&"divergence"));
}

#[test]
fn every_divergence_has_a_stroke_in_each_panel() {
    let strokes = |is_divergent: fn(usize, usize) -> bool| {
        let values = |chain, draw| [noise(chain, draw), noise(draw, chain)];
        let trace = trace_with(["a", "b"], (2, 100), values, is_divergent);
        let svg = trace_plot(&trace, &default()).unwrap();
        assert!(words(&svg).contains(&"divergence"));
        // Axes are black strokes, too, the same in both pictures.
        of_colour(&svg, "polyline", BLACK).len()
    };
    // The same draw of two chains is one place.
    let one = strokes(|_, draw| draw == 30);
    let three = strokes(|chain, draw| draw == [10, 20][chain] || draw == 30);
    assert_eq!(three, one + 2 * 2);
}

#[test]
fn of_many_draws_no_peak_is_lost() {
    let quiet = trace(["a"], (1, 20_000), |_, draw| [noise(0, draw)]);
    let peak = trace(["a"], (1, 20_000), |_, draw| {
        [if draw == 7_777 { 50.0 } else { noise(0, draw) }]
    });
    let [quiet, peak] = [quiet, peak].map(|trace| trace_plot(&trace, &default()).unwrap());
    assert!(quiet.len() < 30_000, "{}", quiet.len());
    assert!(!words(&quiet).contains(&"40") && words(&peak).contains(&"40"));
}

/// Heights of a chain's bars.
fn heights(svg: &str, colour: &str) -> Vec<i32> {
    let bars = of_colour(svg, "rect", colour);
    bars.into_iter().map(|bar| number(bar, "height")).collect()
}

#[test]
fn chains_that_mixed_have_even_ranks_and_a_stuck_one_has_not() {
    let mixed = trace(["a"], (2, 1000), |chain, draw| [noise(chain, draw)]);
    let stuck = trace(["a"], (2, 1000), |chain, draw| {
        [if chain == 1 && draw > 200 {
            2.0
        } else {
            noise(chain, draw)
        }]
    });
    let [mixed, stuck] = [mixed, stuck].map(|trace| rank_plot(&trace, &default()).unwrap());
    let ends = |svg: &str, colour| {
        let heights = heights(svg, colour);
        assert_eq!(heights.len(), 20);
        (
            *heights.iter().min().unwrap(),
            *heights.iter().max().unwrap(),
        )
    };
    for colour in [BLUE, ORANGE] {
        let (least, largest) = ends(&mixed, colour);
        assert!(10 * largest < 13 * least, "{least} to {largest}");
        let (least, largest) = ends(&stuck, colour);
        assert!(largest > 3 * least, "{least} to {largest}");
    }
    // A band and a line for each chain.
    assert_eq!(of_colour(&mixed, "polygon", "#787878").len(), 2);
}

#[test]
fn equal_draws_have_even_ranks() {
    let svg = rank_plot(&trace(["a"], (2, 100), |_, _| [4.0]), &default()).unwrap();
    let heights = heights(&svg, BLUE);
    // Edges are on whole units.
    assert!(
        heights
            .iter()
            .all(|height| (height - heights[0]).abs() <= 1),
        "{heights:?}"
    );
}

#[test]
fn whole_numbers_are_bars_and_others_lines() {
    let trace = trace(["share", "count"], (2, 100), |chain, draw| {
        [noise(chain, draw), (5.0 * noise(chain, draw)).floor()]
    });
    let svg = density_plot(&trace, &default()).unwrap();
    assert_eq!(of_colour(&svg, "polyline", BLUE).len(), 1);
    // Five bars and the legend.
    assert_eq!(of_colour(&svg, "rect", BLUE).len(), 6);
}

#[test]
fn a_chain_that_does_not_move_is_an_upright_line() {
    let trace = trace(["a"], (2, 100), |chain, draw| {
        [if chain == 0 { 0.5 } else { noise(0, draw) }]
    });
    let svg = density_plot(&trace, &default()).unwrap();
    let line = of_colour(&svg, "polyline", BLUE);
    let (_, points) = line[0].split_once("points=\"").unwrap();
    let points: Vec<&str> = points
        .split('"')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    assert_eq!(points.len(), 2);
    let across = |point: &str| point.split(',').next().unwrap().to_owned();
    assert_eq!(across(points[0]), across(points[1]));
}

#[test]
fn pairs_have_a_panel_each_and_divergent_draws_a_colour_of_their_own() {
    let values = |chain, draw| [noise(chain, draw), noise(draw, chain), noise(3 * draw, 1)];
    let trace = trace_with(["a", "b", "c"], (2, 100), values, |_, draw| draw == 10);
    let svg = pairs_plot(&trace, &default()).unwrap();
    assert_eq!(of_colour(&svg, "circle", BLUE).len(), 3 * 198);
    assert_eq!(of_colour(&svg, "circle", RED).len(), 3 * 2);
    assert!(words(&svg).contains(&"divergent draw"));
    // Densities on the diagonal.
    assert_eq!(of_colour(&svg, "polyline", BLUE).len(), 3);
}

#[test]
fn points_are_thinned_and_divergences_are_kept() {
    let values = |chain, draw| [noise(chain, draw), noise(draw, chain)];
    let trace = trace_with(["a", "b"], (4, 5_000), values, |chain, draw| {
        chain == 3 && draw == 4_999
    });
    let svg = pairs_plot(&trace, &default()).unwrap();
    assert_eq!(of_colour(&svg, "circle", BLUE).len(), 1000);
    assert_eq!(of_colour(&svg, "circle", RED).len(), 1);
}

#[test]
fn autocorrelations_are_bars_up_to_lag_forty_over_a_band() {
    let svg = autocorrelation_plot(&mixed((2, 200)), &default()).unwrap();
    for colour in [BLUE, ORANGE] {
        assert_eq!(of_colour(&svg, "rect", colour).len(), 2 * 41);
    }
    assert_eq!(of_colour(&svg, "polygon", "#787878").len(), 4);
    let short = autocorrelation_plot(&mixed((1, 10)), &default()).unwrap();
    assert_eq!(of_colour(&short, "rect", BLUE).len(), 2 * 10);
}

#[test]
fn a_forest_has_two_intervals_and_a_median_a_row() {
    let svg = forest_plot(&mixed((4, 200)), &default()).unwrap();
    assert_eq!(of_colour(&svg, "polyline", BLUE).len(), 2 * 2);
    assert_eq!(of_colour(&svg, "circle", ORANGE).len(), 2);
    assert!(words(&svg).contains(&"R-hat") && words(&svg).contains(&"ESS"));
    // The second parameter is below the first.
    let dots = of_colour(&svg, "circle", ORANGE);
    assert!(number(dots[0], "cy") < number(dots[1], "cy"));
    // Of equal draws there is neither R-hat nor an effective size.
    let constant = forest_plot(&trace(["a"], (4, 200), |_, _| [1.0]), &default()).unwrap();
    assert_eq!(of_colour(&constant, "circle", ORANGE).len(), 1);
    assert!(!words(&constant).iter().any(|text| text.contains("NaN")));
}

#[test]
fn energies_are_two_densities_and_fractions_by_chain() {
    let svg = energy_plot(&mixed((2, 200)), &default()).unwrap();
    for colour in [BLUE, ORANGE] {
        assert_eq!(of_colour(&svg, "polyline", colour).len(), 1);
        assert_eq!(of_colour(&svg, "polygon", colour).len(), 1);
    }
    let title = words(&svg)[0];
    let fractions = title.split_once("by chain ").unwrap().1.split(", ");
    assert!(
        fractions
            .map(|text| text.parse::<f64>().unwrap())
            .all(|x| x > 0.3),
        "{title}"
    );
    let mut chain = Chain::new(1);
    chain.push(&[1.0], Statistics::default()).unwrap();
    let without = Trace::from_chains(vec!["a".to_owned()], vec![chain]).unwrap();
    assert_eq!(
        energy_plot(&without, &default()),
        Err(PlotError::NoEnergies)
    );
}

#[test]
fn observed_values_stand_beside_lines_of_at_most_fifty_data_sets() {
    let set = |number: usize| -> Vec<f64> { (0..100).map(|i| noise(number, i)).collect() };
    for observed in [set(0), set(0)[..20].to_vec()] {
        let simulated = (1..201).map(|number| set(number)[..observed.len()].to_vec());
        let svg = predictive_check(&observed, simulated, &default()).unwrap();
        assert_eq!(of_colour(&svg, "polyline", SKY_BLUE).len(), 50);
        assert_eq!(of_colour(&svg, "polyline", ORANGE).len(), 1);
        for name in ["observed", "simulated data sets", "all simulated values"] {
            assert!(words(&svg).contains(&name), "{name}");
        }
    }
}

#[test]
fn equal_values_have_a_check_too() {
    let sets = [[0.5; 60], [0.25; 60]];
    let svg = predictive_check(&[0.5; 60], sets, &default()).unwrap();
    assert_eq!(of_colour(&svg, "polyline", SKY_BLUE).len(), 2);
}

#[test]
fn counts_are_bars_beside_intervals() {
    let set = |number: usize| -> Vec<f64> {
        (0..100).map(|i| (4.0 * noise(number, i)).floor()).collect()
    };
    let svg = predictive_check(&set(0), (1..50).map(set), &default()).unwrap();
    // Four bars and the legend; four medians.
    assert_eq!(of_colour(&svg, "rect", SKY_BLUE).len(), 5);
    assert_eq!(of_colour(&svg, "circle", BLACK).len(), 4);
}

#[test]
fn a_simulated_value_far_out_does_not_stretch_the_axis() {
    let set = |number: usize| -> Vec<f64> { (0..100).map(|i| noise(number, i)).collect() };
    let mut sets: Vec<Vec<f64>> = (1..50).map(set).collect();
    sets[3][5] = 1e9;
    let svg = predictive_check(&set(0), &sets, &default()).unwrap();
    assert!(words(&svg).contains(&"0.5"), "{:?}", words(&svg));
    let counts = |sets: &[Vec<f64>]| -> Vec<Vec<f64>> {
        let whole = |set: &Vec<f64>| set.iter().map(|x| (9.0 * x).floor()).collect();
        sets.iter().map(whole).collect()
    };
    let svg = predictive_check(&counts(&[set(0)])[0], counts(&sets), &default()).unwrap();
    assert!(words(&svg).contains(&"4"), "{:?}", words(&svg));
}

#[test]
fn names_are_text_and_never_an_element() {
    let name = "<b>&\"x\"\u{0}";
    let trace = trace([name, "b"], (2, 50), |chain, draw| {
        [noise(chain, draw), noise(draw, chain)]
    });
    for picture in NAMED {
        let svg = picture(&trace, &default().with_title("<i>\u{1}")).unwrap();
        assert!(is_balanced(&svg));
        assert_eq!(count(&svg, "b") + count(&svg, "i"), 0);
        assert!(!svg.contains("<b>") && !svg.contains("<i>"));
        assert!(!svg.contains('\u{0}') && !svg.contains('\u{1}'));
        assert!(svg.contains("&lt;b&gt;&amp;&quot;x&quot;\u{fffd}"));
    }
}

#[test]
fn names_choose_parameters_and_vectors_all_their_components() {
    let trace = trace(["x[0]", "x[1]", "xy", "z"], (2, 50), |chain, draw| {
        [
            noise(chain, draw),
            noise(draw, chain),
            noise(chain, draw * draw),
            draw as f64,
        ]
    });
    let lines = |names: &[&str]| -> Vec<String> {
        let lines = trace_lines(&trace, &default().with_parameters(names), 10).unwrap();
        let names = lines
            .iter()
            .filter_map(|line| line.split_whitespace().next());
        let named = names.filter(|name| name.parse::<usize>().is_err());
        named.map(str::to_owned).collect()
    };
    assert_eq!(lines(&["z", "x"]), ["z", "x[0]", "x[1]"]);
    assert_eq!(lines(&["x[1]"]), ["x[1]"]);
    assert_eq!(lines(&[]), ["x[0]", "x[1]", "xy", "z"]);
    let error = trace_plot(&trace, &default().with_parameters(&["x", "w"])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "parameter must be one of x[0], x[1], xy, z; got w"
    );
}

#[test]
fn what_is_left_out_is_told() {
    let names: Vec<String> = (0..30).map(|i| format!("p{i}")).collect();
    let chains = (0..9).map(|chain| {
        let mut kept = Chain::new(30);
        for draw in 0..20 {
            let values: Vec<f64> = (0..30).map(|i| noise(chain + i, draw)).collect();
            kept.push(&values, Statistics::default()).unwrap();
        }
        kept
    });
    let trace = Trace::from_chains(names, chains.collect()).unwrap();
    for (picture, parameters, chains) in [
        (trace_plot as Picture, Some(16), true),
        (rank_plot, Some(12), true),
        (density_plot, Some(18), true),
        (pairs_plot, Some(6), false),
        (autocorrelation_plot, Some(12), true),
        (forest_plot, None, false),
    ] {
        let svg = picture(&trace, &default()).unwrap();
        let title = words(&svg)[0];
        let told = parameters.map(|drawn| format!("first {drawn} of 30 parameters"));
        assert_eq!(title.contains("parameters"), told.is_some(), "{title}");
        assert!(title.contains(&told.unwrap_or_default()), "{title}");
        assert_eq!(title.contains("first 6 of 9 chains"), chains, "{title}");
    }
}

#[test]
fn a_parameter_without_finite_draws_leaves_the_others_their_pictures() {
    let trace = trace(["a", "b"], (2, 50), |chain, draw| {
        [f64::NAN, noise(chain, draw)]
    });
    for picture in NAMED {
        let svg = picture(&trace, &default()).unwrap();
        assert!(words(&svg).iter().any(|text| text.contains('a')));
        let alone = picture(&trace, &default().with_parameters(&["a"])).unwrap_err();
        assert!(matches!(alone, PlotError::NoFiniteValue { .. }), "{alone}");
    }
    let lines = forest_lines(&trace, &default(), 20).unwrap();
    assert!(lines[0].ends_with("undefined") && lines[1].contains('●'));
}

#[test]
fn intervals_in_text_are_on_one_scale() {
    let trace = trace(["low", "high"], (1, 100), |_, draw| {
        let x = draw as f64 / 99.0;
        [x, x + 9.0]
    });
    let lines = forest_lines(&trace, &default(), 40).unwrap();
    assert_eq!(lines.len(), 3);
    let median = |line: &str| line.chars().position(|character| character == '●').unwrap();
    assert!(median(&lines[1]) > median(&lines[0]) + 30, "{lines:?}");
    assert!(
        lines[0].contains("0.50") && lines[1].contains("9.50"),
        "{lines:?}"
    );
}

/// Draws of any size, some of them not finite.
fn draws() -> impl Strategy<Value = Vec<[f64; 2]>> {
    let number = || {
        prop_oneof![
            4 => -10.0..10.0,
            2 => (-3_i32..9).prop_map(f64::from),
            2 => any::<f64>(),
            1 => Just(f64::NAN),
        ]
    };
    prop::collection::vec([number(), number()], 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_trace_gives_a_picture_or_an_error(draws in draws(), chains in 1_usize..4) {
        let per_chain = draws.len() / chains;
        let trace = trace_with(
            ["a", "b"],
            (chains, per_chain),
            |chain, draw| draws[chain * per_chain + draw],
            |_, draw| draw % 3 == 0,
        );
        for picture in NAMED.into_iter().chain([energy_plot as Picture]) {
            for view in [default(), default().with_size(100, 100)] {
                match picture(&trace, &view) {
                    Ok(svg) => prop_assert!(is_balanced(&svg)),
                    Err(error) => prop_assert!(matches!(error, PlotError::NoFiniteValue { .. }), "{error}"),
                }
            }
        }
        prop_assert_eq!(trace_lines(&trace, &default(), 7).unwrap().len() % 2, 0);
        let _ = forest_lines(&trace, &default(), 7);
    }

    #[test]
    fn any_values_give_a_check_or_an_error(draws in draws(), size in 1_usize..9) {
        let values: Vec<f64> = draws.concat();
        let (observed, simulated) = values.split_at(values.len() / 3);
        match predictive_check(observed, simulated.chunks(size), &default()) {
            Ok(svg) => prop_assert!(is_balanced(&svg)),
            Err(error) => prop_assert!(matches!(error, PlotError::NoFiniteValue { .. }), "{error}"),
        }
    }
}
