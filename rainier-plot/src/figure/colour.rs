//! Names the colours of pictures.
//!
//! In: nothing. Out: a palette.

/// Colours that colour-blind readers can tell apart (Okabe & Ito's palette).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Colour {
    /// Black.
    Black,
    /// A middle grey.
    Grey,
    /// Blue.
    Blue,
    /// Sky blue.
    SkyBlue,
    /// Bluish green.
    Green,
    /// Orange.
    Orange,
    /// Vermilion.
    Red,
    /// Reddish purple.
    Purple,
}

impl Colour {
    /// Red, green and blue, 0 to 255.
    pub(super) fn rgb(self) -> (u8, u8, u8) {
        match self {
            Self::Black => (0, 0, 0),
            Self::Grey => (120, 120, 120),
            Self::Blue => (0, 114, 178),
            Self::SkyBlue => (86, 180, 233),
            Self::Green => (0, 158, 115),
            Self::Orange => (230, 159, 0),
            Self::Red => (213, 94, 0),
            Self::Purple => (204, 121, 167),
        }
    }
}
