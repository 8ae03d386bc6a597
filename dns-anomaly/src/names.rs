//! Numbers texts that recur, so that a row costs bytes and not strings.
//!
//! In: domains and clients as they appear. Out: a small number for each, and at the end the texts in alphabetical order.

use std::collections::HashMap;
use std::sync::Arc;

/// Distinct texts, numbered in order of appearance.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    numbers: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
}

impl Names {
    /// The number of `text`, a new one when it is seen for the first time.
    pub(crate) fn number(&mut self, text: &str) -> u32 {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number =
            u32::try_from(self.texts.len()).expect("fewer than 2^32 distinct names fit in memory");
        let shared: Arc<str> = text.into();
        self.numbers.insert(Arc::clone(&shared), number);
        self.texts.push(shared);
        number
    }

    /// The texts in alphabetical order, and for each number the place its text now has.
    ///
    /// Numbers follow the order of the input; places do not, which is what makes the output independent of it.
    pub(crate) fn into_sorted(self) -> (Vec<Arc<str>>, Vec<u32>) {
        let Self { numbers, mut texts } = self;
        texts.sort_unstable();
        let mut places = vec![0; texts.len()];
        for (place, text) in (0_u32..).zip(&texts) {
            places[numbers[text] as usize] = place;
        }
        (texts, places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_alphabetical_whatever_the_order_of_appearance() {
        let mut names = Names::default();
        assert_eq!(
            [
                names.number("c"),
                names.number("a"),
                names.number("c"),
                names.number("b")
            ],
            [0, 1, 0, 2]
        );
        let (texts, places) = names.into_sorted();
        assert_eq!(
            texts.iter().map(|text| &**text).collect::<Vec<_>>(),
            ["a", "b", "c"]
        );
        assert_eq!(places, [2, 0, 1]);
    }
}
