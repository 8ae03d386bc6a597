//! Numbers texts that recur, so that a row costs bytes and not strings.
//!
//! In: domains and clients as they appear. Out: a small number for each, and at the end the texts in alphabetical order.

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// Distinct texts, numbered in order of appearance.
///
/// The hash is seeded for each run, since whoever asks for names chooses them; nothing that leaves here depends on it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    hasher: RandomState,
    /// Numbers, found by the hash of their text.
    numbers: HashTable<u32>,
    texts: Vec<Arc<str>>,
}

impl Names {
    /// The number of `text`, a new one when it is seen for the first time.
    pub(crate) fn number(&mut self, text: &str) -> u32 {
        let Self {
            hasher,
            numbers,
            texts,
        } = self;
        let hash = hasher.hash_one(text);
        if let Some(&number) = numbers.find(hash, |&number| &*texts[number as usize] == text) {
            return number;
        }
        let number =
            u32::try_from(texts.len()).expect("fewer than 2^32 distinct names fit in memory");
        texts.push(text.into());
        numbers.insert_unique(hash, number, |&number| {
            hasher.hash_one(&*texts[number as usize])
        });
        number
    }

    /// The text of a number given out.
    pub(crate) fn text(&self, number: u32) -> &Arc<str> {
        &self.texts[number as usize]
    }

    /// The texts in alphabetical order, and for each number the place its text now has.
    ///
    /// Numbers follow the order of the input; places do not, which is what makes the output independent of it.
    pub(crate) fn into_sorted(self) -> (Vec<Arc<str>>, Vec<u32>) {
        let mut numbered: Vec<(Arc<str>, u32)> = self.texts.into_iter().zip(0..).collect();
        numbered.sort_unstable();
        let mut places = vec![0; numbered.len()];
        for (place, (_, number)) in (0..).zip(&numbered) {
            places[*number as usize] = place;
        }
        (numbered.into_iter().map(|(text, _)| text).collect(), places)
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
        assert_eq!(&**names.text(2), "b");
        let (texts, places) = names.into_sorted();
        assert_eq!(
            texts.iter().map(|text| &**text).collect::<Vec<_>>(),
            ["a", "b", "c"]
        );
        assert_eq!(places, [2, 0, 1]);
    }

    #[test]
    fn many_names_keep_their_numbers_as_the_table_grows() {
        let mut names = Names::default();
        let texts: Vec<String> = (0..5_000).map(|number| number.to_string()).collect();
        for _ in 0..2 {
            for (number, text) in (0..).zip(&texts) {
                assert_eq!(names.number(text), number);
            }
        }
    }
}
