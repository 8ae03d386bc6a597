//! Says which windows are calibrated together.
//!
//! In: how active a window was expected to be, how large its busy bins, and its kind of day. Out: its stratum: a number
//! for the maps, and in words, [`Stratum`], for whoever reads how calibration went.

/// Number of strata: activity × size × weekend.
pub(super) const STRATA: usize = 18;

/// Shares of busy bins below which a window is intermittent, and sparse.
const SHARES: [f64; 2] = [0.67, 0.1];
/// Queries in a busy bin above which sizes are medium, and large.
const SIZES: [f64; 2] = [3.0, 30.0];

/// Windows that are calibrated together, by what was expected of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stratum(u8);

/// The stratum of windows with this share of busy bins and this many queries in one.
pub(super) fn stratum(share: f64, size: f64, is_weekend: bool) -> u8 {
    let by_share = SHARES.iter().filter(|&&limit| share < limit).count();
    let by_size = SIZES.iter().filter(|&&limit| size > limit).count();
    ((by_share * 3 + by_size) * 2 + usize::from(is_weekend)) as u8
}

impl Stratum {
    pub(super) fn of(number: u8) -> Self {
        Self(number)
    }

    /// How many bins were expected to be busy: `busy` from 67 % on, `intermittent` from 10 %, `sparse` below.
    pub fn activity(self) -> &'static str {
        ["busy", "intermittent", "sparse"][usize::from(self.0 / 6 % 3)]
    }

    /// How many queries were expected in a busy bin: `small` up to 3, `medium` up to 30, `large` above.
    pub fn size(self) -> &'static str {
        ["small", "medium", "large"][usize::from(self.0 / 2 % 3)]
    }

    /// Whether windows begin on a weekend.
    pub fn is_weekend(self) -> bool {
        self.0 % 2 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stratum_has_words_of_its_own() {
        let mut words: Vec<_> = (0..STRATA as u8)
            .map(Stratum::of)
            .map(|one| (one.activity(), one.size(), one.is_weekend()))
            .collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), STRATA);
    }

    #[test]
    fn words_are_those_of_what_was_expected() {
        let words = |share, size, is_weekend| {
            let one = Stratum::of(stratum(share, size, is_weekend));
            (one.activity(), one.size(), one.is_weekend())
        };
        assert_eq!(words(0.67, 3.0, false), ("busy", "small", false));
        assert_eq!(words(0.5, 30.0, true), ("intermittent", "medium", true));
        assert_eq!(words(0.01, 1e6, false), ("sparse", "large", false));
    }
}
