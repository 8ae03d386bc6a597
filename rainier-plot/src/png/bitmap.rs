//! Draws a picture as pixels and writes them as PNG.
//!
//! In: a tree of shapes and words, a scale. Out: the bytes of a PNG file.

use resvg::tiny_skia::{IntSize, Pixmap, Transform};
use resvg::usvg::Tree;

use super::error::PngError;

/// Pixels of the largest picture at scale 1: 400 MB, and as much again while they are written.
const MOST_PIXELS: u64 = 100_000_000;

/// An error unless the scale is a factor.
pub(super) fn check_scale(scale: f64) -> Result<(), PngError> {
    if scale.is_finite() && scale > 0.0 {
        Ok(())
    } else {
        Err(PngError::Scale { scale })
    }
}

/// The picture on white.
pub(super) fn draw(tree: &Tree, scale: f64) -> Result<Vec<u8>, PngError> {
    let (width, height) = (tree.size().width(), tree.size().height());
    let mut pixels = white(pixels(width, scale), pixels(height, scale))?;
    let transform = Transform::from_scale(
        pixels.width() as f32 / width,
        pixels.height() as f32 / height,
    );
    resvg::render(tree, transform, &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| PngError::Drawing {
        reason: error.to_string(),
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "both are positive, and a cast of what is too large saturates"
)]
fn pixels(length: f32, scale: f64) -> u64 {
    (f64::from(length) * scale).round() as u64
}

fn white(width: u64, height: u64) -> Result<Pixmap, PngError> {
    let refused = PngError::Size {
        most: MOST_PIXELS,
        width,
        height,
    };
    let count = width.saturating_mul(height);
    if count == 0 || count > MOST_PIXELS {
        return Err(refused);
    }
    let pixels = || {
        let size = IntSize::from_wh(width.try_into().ok()?, height.try_into().ok()?)?;
        let bytes = usize::try_from(4 * count).ok()?;
        let mut pixels = Vec::new();
        pixels.try_reserve_exact(bytes).ok()?;
        pixels.resize(bytes, u8::MAX);
        Pixmap::from_vec(pixels, size)
    };
    pixels().ok_or(refused)
}
