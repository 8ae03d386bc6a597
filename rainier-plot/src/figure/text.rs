//! Estimates the width of text: SVG is laid out before any font is known.
//!
//! In: words and the height of their letters, in any unit. Out: widths in it, and words that fit.

/// What a line of text takes: digits and most letters are a little more than half as wide as the
/// size given to plotters is high.
pub(super) fn width(words: &str, letters: u32) -> i32 {
    let count = i32::try_from(words.chars().count()).unwrap_or(i32::MAX / 1000);
    count.saturating_mul(distance(letters)).saturating_mul(13) / 25
}

/// The words, or their beginning and `…`, so that they take no more than `room`.
pub(super) fn cut(words: &str, letters: u32, room: i32) -> String {
    if width(words, letters) <= room {
        return words.to_owned();
    }
    let mut kept: String = words
        .chars()
        .take(words.chars().count().min(1000))
        .collect();
    while !kept.is_empty() && width(&kept, letters) + distance(letters) > room {
        kept.pop();
    }
    kept + "…"
}

/// Room for the widest of some lines and a letter, at most `most`; none if all are empty.
pub(super) fn widest<'a>(lines: impl Iterator<Item = &'a str>, letters: u32, most: u32) -> u32 {
    let widest = lines.map(|line| width(line, letters)).max().unwrap_or(0);
    match u32::try_from(widest) {
        Ok(0) | Err(_) => 0,
        Ok(widest) => (widest + letters).min(most),
    }
}

/// A size as a distance.
pub(super) fn distance(size: u32) -> i32 {
    i32::try_from(size).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_do_not_fit_lose_their_end() {
        assert_eq!(cut("rate", 16, 100), "rate");
        assert_eq!(cut("a long name of a rate", 16, 100), "a long nam…");
        assert_eq!(cut("rate", 16, 1), "…");
        assert!(width(&cut(&"x".repeat(100_000), 16, 200), 16) <= 200);
    }

    #[test]
    fn lines_without_words_take_no_room() {
        assert_eq!(widest(["", ""].into_iter(), 16, 90), 0);
        assert_eq!(widest(["", "four"].into_iter(), 16, 90), 49);
        assert_eq!(widest(["", "a very long line"].into_iter(), 16, 90), 90);
    }
}
