//! Chooses ticks and writes their numbers.
//!
//! In: what an axis spans, its length, the height of letters. Out: how many ticks, and their labels.

use std::ops::Range;

use plotters::coord::ranged1d::{BoldPoints, Ranged};
use plotters::coord::types::RangedCoordf64;

use super::svg::fine;
use super::text;

/// How many ticks, at most `most`, have labels that fit side by side in `length`.
pub(super) fn fitting(
    range: Range<f64>,
    most: usize,
    length: u32,
    letters: u32,
    write: impl Fn(f64) -> String,
) -> usize {
    let fits = |count: &usize| {
        let labels: Vec<String> = ticks(range.clone(), *count)
            .into_iter()
            .map(&write)
            .collect();
        let widest = text::widest(labels.iter().map(String::as_str), letters, length);
        u64::from(widest) * labels.len() as u64 <= u64::from(length)
    };
    (2..=most).rev().find(fits).unwrap_or(1)
}

/// The ticks that plotters puts on an axis.
pub(super) fn ticks(range: Range<f64>, count: usize) -> Vec<f64> {
    RangedCoordf64::from(range).key_points(BoldPoints(count))
}

/// A tick's number on an axis that spans so much. Ticks are round, so that few digits tell them apart.
pub(super) fn number(value: f64, span: f64) -> String {
    // Sums of round steps carry errors far behind the sixth digit of the span.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to what a double has"
    )]
    let decimals = (6.0 - span.log10().floor()).clamp(0.0, 340.0) as usize;
    // Zero has no sign.
    let value = format!("{value:.decimals$}").parse().unwrap_or(value) + 0.0;
    let size = value.abs();
    let plain = value.to_string();
    let exponent = format!("{value:e}");
    if size != 0.0 && (size < 1e-4 || size >= 1e6 && exponent.len() < plain.len()) {
        exponent
    } else {
        plain
    }
}

/// How many numbers stand above each other: each takes three times its height, and a little less.
pub(super) fn y_labels(height: u32, letters: u32) -> usize {
    (height / (3 * letters - fine(4))).max(2) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_written_without_the_errors_of_their_sums() {
        assert_eq!(number(0.1 + 0.2, 1.0), "0.3");
        assert_eq!(number(0.0, 1.0), "0");
        assert_eq!(number(-5e-22, 1e-6), "0");
        assert_eq!(number(-1.0000000000000002e-6, 1e-6), "-1e-6");
        assert_eq!(number(250_000.0, 1e6), "250000");
        assert_eq!(number(2e7, 1e8), "2e7");
        assert_eq!(number(1e6 + 1e-3, 0.1), "1000000.001");
        assert_eq!(number(-3e-5, 1e-4), "-3e-5");
        assert_eq!(number(1e300, 1e301), "1e300");
        assert_eq!(number(5e-324, 5e-324), "5e-324");
    }
}
