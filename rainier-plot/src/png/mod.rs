//! Turns pictures from SVG into PNG: [`svg_to_png`].
//!
//! In: the text of a picture, a scale, fonts. Out: the bytes of a PNG file, or what is missing.
//!
//! Words are drawn with the fonts of the system: the crate ships none, since fonts have licences of
//! their own. A picture never comes without its words.

mod bitmap;
mod error;
mod fonts;
mod words;

pub use error::PngError;
pub use fonts::PngFonts;

/// A picture of this crate as the bytes of a PNG file, its words in a sans-serif font of the system.
///
/// Width and height in pixels are those of the SVG times `scale`, rounded: 1 is the size that a
/// browser shows, 2 is for screens with fine pixels, 3 and more for print. Where the picture has no
/// background it is white.
///
/// Each call looks for the fonts of the system anew: some 4 ms, and 10 ms more for each thousand fonts,
/// or longer where their files were not read before. A picture of a trace takes 5 to 20 ms.
/// For many pictures [`PngFonts`] looks once.
///
/// # Errors
/// If no font here can draw letters or none has a character of the picture, if the scale is not
/// finite or not above 0, if the PNG would have no pixel or more than 100 million, or if the text is
/// not SVG.
///
/// # Example
/// ```no_run
/// use rainier_plot::{Colour, LineChart, svg_to_png};
///
/// let chart = LineChart::new("rate").with_line("mean", Colour::Blue, [(0.0, 1.5), (1.0, 1.7)]);
/// let png = svg_to_png(&chart.to_svg()?, 2.0)?;
/// std::fs::write("rate.png", png)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn svg_to_png(svg: &str, scale: f64) -> Result<Vec<u8>, PngError> {
    PngFonts::of_system()?.svg_to_png(svg, scale)
}
