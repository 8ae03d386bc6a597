//! Writes the number at an axis in few characters.
//!
//! In: a number, the width of a cell and the room for text. Out: the text, never wider.

/// `value` with just enough digits to tell it from its neighbour one `cell_width` away.
///
/// With m the decimal exponent of `cell_width`: −m decimals if m < 0; else the multiple of 10^m
/// below, in units, thousands (k), millions (M), billions (B) or trillions (T) as m reaches 3, 6,
/// 9, 12. What does not fit, and anything from 10¹⁵ on, is written with an exponent. `room` must
/// be at least 7, the length of `-1e-300`.
pub(crate) fn label(value: f64, cell_width: f64, room: usize) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the decimal exponent of a double lies between -324 and 308"
    )]
    let magnitude = cell_width.log10().floor() as i32;
    match plain(value, magnitude) {
        Some(text) if text.len() <= room => text,
        Some(_) | None => scientific(value, room),
    }
}

/// Units from the largest magnitude on: a number below 10^(magnitude + 3) counts cells in them.
const UNITS: [(i32, f64, &str); 5] = [
    (12, 1e12, "T"),
    (9, 1e9, "B"),
    (6, 1e6, "M"),
    (3, 1e3, "k"),
    (0, 1.0, ""),
];

/// The text without exponent; `None` if cells are too wide for any unit.
fn plain(value: f64, magnitude: i32) -> Option<String> {
    if magnitude >= 15 {
        return None;
    }
    for (least, unit, suffix) in UNITS {
        if magnitude >= least {
            let digit = 10_f64.powi(magnitude - least);
            let rounded = (value / unit / digit).floor() * digit;
            return Some(unsigned_zero(format!("{rounded:.0}")) + suffix);
        }
    }
    let decimals = usize::try_from(-magnitude).unwrap_or(0);
    Some(unsigned_zero(format!("{value:.decimals$}")))
}

/// Strips the sign of a zero that rounding left.
fn unsigned_zero(text: String) -> String {
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|digit| matches!(digit, '0' | '.')) => digits.to_owned(),
        Some(_) | None => text,
    }
}

/// Mantissa and exponent, rounded to the decimals there is room for.
fn scientific(value: f64, room: usize) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let shortest = format!("{value:e}");
    if shortest.len() <= room {
        return shortest;
    }
    (0..room)
        .rev()
        .map(|decimals| format!("{value:.decimals$e}"))
        .find(|text| text.len() <= room)
        .unwrap_or_else(|| format!("{value:.0e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_just_enough_for_a_cell() {
        assert_eq!(label(7.18, 0.02, 8), "7.18");
        assert_eq!(label(0.731, 0.0054, 8), "0.731");
        assert_eq!(label(3.0, 0.5, 8), "3.0");
        assert_eq!(label(3.4, 1.5, 8), "3");
        assert_eq!(label(457.0, 25.0, 8), "450");
        assert_eq!(label(457.0, 250.0, 8), "400");
    }

    #[test]
    fn thousands_to_trillions_have_suffixes() {
        assert_eq!(label(12_345.0, 1_000.0, 8), "12k");
        assert_eq!(label(345_678.0, 10_000.0, 8), "340k");
        assert_eq!(label(2.5e6, 1e6, 8), "2M");
        assert_eq!(label(7e9, 1e9, 8), "7B");
        assert_eq!(label(1.2e14, 1e13, 8), "120T");
        assert_eq!(label(0.0, 1e13, 8), "0T");
    }

    #[test]
    fn wide_numbers_have_an_exponent() {
        assert_eq!(label(1.234e-7, 1e-9, 8), "1.234e-7");
        assert_eq!(label(5e17, 1e16, 8), "5e17");
        assert_eq!(label(1e20 / 3.0, 1e16, 8), "3.333e19");
        assert_eq!(label(-1e-300, 1e-301, 7), "-1e-300");
        assert_eq!(label(0.0, 1e-9, 8), "0");
    }

    #[test]
    fn zero_has_no_sign() {
        assert_eq!(label(-1e-9, 0.1, 8), "0.0");
        assert_eq!(label(-0.0, 10.0, 8), "0");
    }
}
