//! Says why a picture cannot be a PNG.
//!
//! In: fonts, a scale or SVG that does not do. Out: [`PngError`].

/// Why a picture could not be turned into PNG.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PngError {
    /// No font can draw the letters that every picture has.
    #[error(
        "a sans-serif font, such as DejaVu Sans, must be installed; got {faces} fonts, none of which draws letters"
    )]
    NoFont {
        /// How many fonts were found.
        faces: usize,
    },
    /// No font has a character of the picture, such as one of a parameter's name.
    #[error("a font with the characters {characters:?} must be installed, got none")]
    NoCharacter {
        /// What the fonts lack: a character, or a few that make one sign.
        characters: String,
    },
    /// The scale is no factor.
    #[error("scale must be finite and above 0, got {scale}")]
    Scale {
        /// What it was.
        scale: f64,
    },
    /// The PNG would have no pixels, or more than memory should be asked for.
    #[error("a PNG must have 1 to {most} pixels, got {width} times {height}")]
    Size {
        /// The largest number of pixels.
        most: u64,
        /// Width at that scale, in pixels.
        width: u64,
        /// Height at that scale, in pixels.
        height: u64,
    },
    /// The text is not SVG, or could not be drawn.
    #[error("a picture must be SVG that can be drawn, got: {reason}")]
    Drawing {
        /// What the drawing library said.
        reason: String,
    },
}
