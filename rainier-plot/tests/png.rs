//! Checks that pictures become PNG of their size with their words, and what is told if they cannot.
//!
//! A test that needs fonts is skipped by name on a machine that has none.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{env, fs, process, thread};

use proptest::prelude::*;
use rainier_plot::{
    Colour, LineChart, PlotError, PngError, PngFonts, View, autocorrelation_plot, density_plot,
    energy_plot, forest_plot, pairs_plot, predictive_check, rank_plot, svg_to_png, trace_plot,
};
use rainier_sampler::{Chain, Ending, Statistics, Trace};
use resvg::tiny_skia::{Pixmap, PremultipliedColorU8};

/// The fonts of the system, if it has any.
fn fonts() -> Option<PngFonts> {
    match PngFonts::of_system() {
        Ok(fonts) => Some(fonts),
        Err(error) => {
            // The test harness names each thread after its test.
            let current = thread::current();
            eprintln!(
                "skipped {}: {error}",
                current.name().unwrap_or("unnamed test")
            );
            None
        }
    }
}

/// Numbers in [0, 1) without order.
fn noise(chain: usize, draw: usize) -> f64 {
    ((draw + 1) as f64 * 0.754_877_666 + chain as f64 * 0.569_840_291).fract()
}

fn trace() -> Trace {
    let chain = |chain: usize| {
        let mut kept = Chain::new(2);
        for draw in 0..200 {
            let x = noise(chain, draw);
            let statistics = Statistics {
                energy: Some(noise(chain + 7, draw * draw)),
                ending: if draw % 40 == 0 {
                    Ending::Diverged
                } else {
                    Ending::Turned
                },
                ..Statistics::default()
            };
            kept.push(
                &[x, (3.0 * x + noise(chain, draw * draw)).exp()],
                statistics,
            )
            .unwrap();
        }
        kept
    };
    let names = ["mean", "spread"].map(str::to_owned).to_vec();
    Trace::from_chains(names, (0..4).map(chain).collect()).unwrap()
}

type Picture<'a> = &'a dyn Fn(&Trace, &View) -> Result<String, PlotError>;

/// Each picture of a trace, as SVG.
fn pictures(view: &View) -> Vec<(&'static str, String)> {
    let trace = trace();
    let values = |chain: usize| {
        (0..90)
            .map(move |draw| noise(chain, draw))
            .collect::<Vec<f64>>()
    };
    let check = |_: &Trace, view: &View| predictive_check(&values(0), (1..30).map(values), view);
    let all: [(&str, Picture<'_>); 8] = [
        ("trace", &trace_plot),
        ("rank", &rank_plot),
        ("density", &density_plot),
        ("pairs", &pairs_plot),
        ("autocorrelation", &autocorrelation_plot),
        ("forest", &forest_plot),
        ("energy", &energy_plot),
        ("predictive", &check),
    ];
    all.into_iter()
        .map(|(name, picture)| (name, picture(&trace, view).unwrap()))
        .collect()
}

/// The SVG without its words.
fn without_words(svg: &str) -> String {
    let mut rest = svg;
    let mut kept = String::new();
    while let Some((before, text)) = rest.split_once("<text ") {
        kept += before;
        (_, rest) = text.split_once("</text>").unwrap();
    }
    kept + rest
}

/// A line under a title, 300 by 200 pixels.
fn chart(title: &str) -> String {
    let chart = LineChart::new(title).with_size(300, 200);
    let chart = chart.with_line("", Colour::Blue, [(0.0, 1.0), (1.0, 2.0)]);
    chart.to_svg().unwrap()
}

/// A picture of nothing.
const WHITE: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1050\" height=\"675\"></svg>";

/// How many pixels differ.
fn difference(one: &Pixmap, other: &Pixmap) -> usize {
    let pairs = one.pixels().iter().zip(other.pixels());
    pairs.filter(|(one, other)| one != other).count()
}

#[test]
fn every_picture_is_a_png_of_its_size_with_its_words() {
    let Some(fonts) = fonts() else { return };
    for (name, svg) in pictures(&View::default().with_size(700, 450)) {
        let [png, bare] = [svg.clone(), without_words(&svg)]
            .map(|svg| Pixmap::decode_png(&fonts.svg_to_png(&svg, 1.5).unwrap()).unwrap());
        assert_eq!((png.width(), png.height()), (1050, 675), "{name}");
        assert!(
            png.pixels().iter().all(PremultipliedColorU8::is_opaque),
            "{name}"
        );
        // A title alone has hundreds of dark pixels.
        assert!(difference(&png, &bare) > 1000, "{name}");
        // The control: a picture differs from itself by its words alone.
        let again = fonts.svg_to_png(&without_words(&svg), 1.5).unwrap();
        assert_eq!(
            difference(&bare, &Pixmap::decode_png(&again).unwrap()),
            0,
            "{name}"
        );
        let white = fonts.svg_to_png(WHITE, 1.0).unwrap();
        assert!(
            difference(&bare, &Pixmap::decode_png(&white).unwrap()) > 1000,
            "{name}"
        );
    }
}

#[test]
fn a_scale_that_is_no_factor_or_gives_no_size_is_refused() {
    let Some(fonts) = fonts() else { return };
    for scale in [0.0, -0.0, -2.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = fonts.svg_to_png(&chart("rate"), scale).unwrap_err();
        assert!(matches!(error, PngError::Scale { .. }), "{scale}: {error}");
    }
    for scale in [f64::MIN_POSITIVE, 1e-6, 1e3, 1e12, 1e308] {
        let error = fonts.svg_to_png(&chart("rate"), scale).unwrap_err();
        assert!(matches!(error, PngError::Size { .. }), "{scale}: {error}");
    }
    let error = fonts.svg_to_png(&chart("rate"), 1e3).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a PNG must have 1 to 100000000 pixels, got 300000 times 200000"
    );
    let error = fonts.svg_to_png(&chart("rate"), -2.0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "scale must be finite and above 0, got -2"
    );
}

#[test]
fn width_and_height_are_rounded() {
    let Some(fonts) = fonts() else { return };
    for (scale, size) in [(1.0, (300, 200)), (0.333, (100, 67)), (0.004, (1, 1))] {
        let png = fonts.svg_to_png(&chart("rate"), scale).unwrap();
        let png = Pixmap::decode_png(&png).unwrap();
        assert_eq!((png.width(), png.height()), size, "{scale}");
    }
}

#[test]
fn one_call_draws_what_shared_fonts_draw() {
    let Some(fonts) = fonts() else { return };
    let svg = chart("rate");
    assert_eq!(svg_to_png(&svg, 2.0), fonts.clone().svg_to_png(&svg, 2.0));
    assert!(format!("{fonts:?}").starts_with("PngFonts { sans_serif: \""));
}

#[test]
fn without_a_font_that_has_letters_there_is_no_picture() {
    for files in [
        vec![],
        vec![Vec::new()],
        vec![b"no font".to_vec(), vec![0; 4096]],
    ] {
        let error = PngFonts::of_files(files).unwrap_err();
        assert_eq!(error, PngError::NoFont { faces: 0 });
        assert!(error.to_string().contains("DejaVu Sans"), "{error}");
    }
}

#[test]
fn font_files_are_enough() {
    let path = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
    let Ok(file) = fs::read(path) else {
        eprintln!("skipped font_files_are_enough: {path} is not here");
        return;
    };
    let fonts = PngFonts::of_files([b"no font".to_vec(), file]).unwrap();
    fonts.svg_to_png(&chart("θ₁ … σ²"), 1.0).unwrap();
    // It has no Chinese, and there is no other font.
    let error = fonts.svg_to_png(&chart("rate 率"), 1.0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a font with the characters \"率\" must be installed, got none"
    );
}

#[test]
fn what_fonts_lack_is_told_and_not_drawn_as_a_box() {
    let Some(fonts) = fonts() else { return };
    // A noncharacter: no font has it, nor ever will.
    let error = fonts
        .svg_to_png(&chart("rate \u{fdd0} of"), 1.0)
        .unwrap_err();
    let characters = "\u{fdd0}".to_owned();
    assert_eq!(error, PngError::NoCharacter { characters });
    // What has no shape of its own is no box, either.
    for title in ["", " ", "a\u{200b}b\u{2060}c\u{fe0f}", "\u{a0}é"] {
        fonts.svg_to_png(&chart(title), 1.0).unwrap();
    }
}

#[test]
fn text_that_is_no_picture_is_told() {
    let Some(fonts) = fonts() else { return };
    for text in ["", "rate", "<svg>", "<p>rate</p>", "\u{0}"] {
        let error = fonts.svg_to_png(text, 1.0).unwrap_err();
        assert!(matches!(error, PngError::Drawing { .. }), "{text}: {error}");
    }
}

#[test]
fn a_picture_reads_no_other_file() {
    let Some(fonts) = fonts() else { return };
    let path = env::temp_dir().join(format!("rainier-plot-{}.svg", process::id()));
    fs::write(&path, chart("other")).unwrap();
    let image = format!(
        "<image href=\"{}\" width=\"300\" height=\"200\"/></svg>",
        path.display()
    );
    let png = fonts
        .svg_to_png(&WHITE.replace("</svg>", &image), 1.0)
        .unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(png, fonts.svg_to_png(WHITE, 1.0).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn torn_text_gives_a_picture_or_an_error(from in 0_usize..3000, length in 0_usize..200) {
        if let Some(fonts) = fonts() {
            let svg = chart("rate");
            let [from, to] = [from, from + length].map(|place| place.min(svg.len()));
            let torn = svg[..from].to_owned() + &svg[to..];
            let _ = fonts.svg_to_png(&torn, 0.5);
        }
    }
}
