//! Sorts numbers that spread as draws do, hardly comparing any.
//!
//! In: numbers. Out: their values in ascending order, and the place each had.
//!
//! The range is cut into 2¹⁸ steps of equal width, and numbers are sorted by the step they are on, one
//! digit of nine bits after the other: no branch depends on a number. Draws of most densities are then
//! in order but for a few neighbours. Where the spread is another, with most numbers on a few steps,
//! these are sorted by comparing.

use crate::sum::WIDTH;

/// Numbers in ascending order, −0 as 0: equal ones have equal bits. Keeps its room from one use to the
/// next.
#[derive(Debug, Clone, Default)]
pub(super) struct Sorted {
    pub(super) values: Vec<f64>,
    /// Where each was.
    pub(super) places: Vec<u32>,
    room: [Vec<OnStep>; 2],
}

impl Sorted {
    /// Sorts numbers, none of them NaN.
    pub(super) fn sort(&mut self, numbers: &[f64]) {
        self.places.clear();
        if let Some(steps) = Steps::over(numbers) {
            steps.sort(numbers, &mut self.room, &mut self.places);
        } else {
            self.places.extend((0..).take(numbers.len()));
            sort_by_comparing(&mut self.places, numbers);
        }
        self.values.clear();
        // A zero added leaves every number as it is, but −0.
        let values = self.places.iter();
        let values = values.map(|&place| numbers[place as usize] + 0.0);
        self.values.extend(values);
        self.insert();
    }

    /// Sorts what is nearly in order.
    fn insert(&mut self) {
        let (values, places) = (&mut self.values[..], &mut self.places[..]);
        for end in 1..values.len().min(places.len()) {
            let (value, place) = (values[end], places[end]);
            let mut start = end;
            while start > 0 && value < values[start - 1] {
                values[start] = values[start - 1];
                places[start] = places[start - 1];
                start -= 1;
            }
            values[start] = value;
            places[start] = place;
        }
    }
}

/// Fewer are sorted by comparing.
const FEWEST: usize = 128;
/// More of them on one step are sorted by comparing.
const LONGEST: usize = 16;

const BITS_OF_DIGIT: u32 = 9;
const DIGITS: usize = 1 << BITS_OF_DIGIT;

/// Added to a small number, it leaves the nearest whole one in the last bits.
const SHIFT: f64 = (1_u64 << 52) as f64;

/// Parts of equal width of a range.
struct Steps {
    low: f64,
    /// Steps to a unit.
    density: f64,
}

impl Steps {
    /// Steps for these numbers; none if they are few, or their range has no width that is a number.
    fn over(numbers: &[f64]) -> Option<Self> {
        if numbers.len() < FEWEST {
            return None;
        }
        let (low, high) = range(numbers);
        let density = (DIGITS * DIGITS - 1) as f64 / (high - low);
        let is_usable = low.is_finite() && density.is_finite() && density > 0.0;
        is_usable.then_some(Self { low, density })
    }

    /// Which step a number is on. Larger numbers are on no lower step.
    fn of(&self, x: f64) -> u32 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the step is in the last bits"
        )]
        let step = ((x - self.low) * self.density + SHIFT).to_bits() as u32;
        step
    }

    /// Adds the places of the numbers, step by step.
    fn sort(&self, numbers: &[f64], room: &mut [Vec<OnStep>; 2], places: &mut Vec<u32>) {
        let [sorted, by_low_digit] = room;
        sorted.clear();
        sorted.extend(numbers.iter().zip(0..).map(|(&x, place)| OnStep {
            step: self.of(x),
            place,
        }));
        sort_by(sorted, by_low_digit, |step| step);
        sort_by(by_low_digit, sorted, |step| step >> BITS_OF_DIGIT);
        places.extend(sorted.iter().map(|on| on.place));
        let distant = sorted.iter().zip(&sorted[LONGEST..]);
        if distant.fold(false, |any, (a, b)| any || a.step == b.step) {
            let mut rest = &mut places[..];
            for on_step in sorted.chunk_by(|a, b| a.step == b.step) {
                let (places, later) = rest.split_at_mut(on_step.len());
                if places.len() > LONGEST {
                    sort_by_comparing(places, numbers);
                }
                rest = later;
            }
        }
    }
}

/// The place of a number, and the step it is on.
#[derive(Debug, Clone, Copy, Default)]
struct OnStep {
    step: u32,
    place: u32,
}

/// Writes the numbers sorted by the last bits of `digit` of the step, and otherwise in their order.
fn sort_by(numbers: &[OnStep], sorted: &mut Vec<OnStep>, digit: impl Fn(u32) -> u32) {
    let digit = |number: &OnStep| digit(number.step) as usize % DIGITS;
    let mut next = [0_u32; DIGITS];
    for number in numbers {
        next[digit(number)] += 1;
    }
    let mut smaller = 0;
    for next in &mut next {
        smaller += std::mem::replace(next, smaller);
    }
    sorted.resize(numbers.len(), OnStep::default());
    for number in numbers {
        let next = &mut next[digit(number)];
        sorted[*next as usize] = *number;
        *next += 1;
    }
}

/// The least and the largest, several at a time.
fn range(numbers: &[f64]) -> (f64, f64) {
    let (mut low, mut high) = ([f64::INFINITY; WIDTH], [f64::NEG_INFINITY; WIDTH]);
    let (blocks, rest) = numbers.as_chunks::<WIDTH>();
    for block in blocks {
        for (i, &x) in block.iter().enumerate() {
            low[i] = if x < low[i] { x } else { low[i] };
            high[i] = if x > high[i] { x } else { high[i] };
        }
    }
    let all = |x: [f64; WIDTH]| x.into_iter().chain(rest.iter().copied());
    (
        all(low).fold(f64::INFINITY, f64::min),
        all(high).fold(f64::NEG_INFINITY, f64::max),
    )
}

fn sort_by_comparing(places: &mut [u32], numbers: &[f64]) {
    let number = |place: u32| numbers[place as usize];
    places.sort_unstable_by(|&a, &b| number(a).total_cmp(&number(b)));
}

#[cfg(test)]
mod tests {
    use rand::RngExt;
    use rand_distr::StandardNormal;

    use super::*;
    use crate::random::Streams;

    /// Sorting by comparisons gives the same values, and places hold them.
    fn check(numbers: &[f64]) {
        let mut sorted = Sorted::default();
        sorted.sort(&[3.0; 200]);
        sorted.sort(numbers);
        let mut expected = numbers.to_vec();
        expected.sort_unstable_by(f64::total_cmp);
        assert_eq!(sorted.values, expected);
        for (value, place) in sorted.values.iter().zip(&sorted.places) {
            assert_eq!((numbers[*place as usize] + 0.0).to_bits(), value.to_bits());
        }
        let mut places = sorted.places;
        places.sort_unstable();
        assert!(places.into_iter().eq((0..).take(numbers.len())));
    }

    #[test]
    fn the_order_is_that_of_comparing() {
        let mut rng = Streams::from_seed(1).stream(0, 0);
        for length in [0, 1, 2, 127, 128, 129, 500, 3000, 30_000] {
            let normal: Vec<f64> = (0..length).map(|_| rng.sample(StandardNormal)).collect();
            check(&normal);
            // Most on one step; ties and both zeros; two values; one value; no finite width.
            check(&normal.iter().map(|x| x.powi(9)).collect::<Vec<_>>());
            check(&normal.iter().map(|x| x.round()).collect::<Vec<_>>());
            check(&normal.iter().map(|x| x.signum() * 0.0).collect::<Vec<_>>());
            check(&vec![-2.5; length]);
            check(&normal.iter().map(|x| x * 1e308).collect::<Vec<_>>());
            check(&normal.iter().map(|x| x * 5e-324).collect::<Vec<_>>());
        }
    }

    #[test]
    fn infinite_numbers_are_sorted_too() {
        let mut numbers: Vec<f64> = (0..200).map(|k| f64::from(k * 37 % 100)).collect();
        numbers[3] = f64::INFINITY;
        numbers[70] = f64::NEG_INFINITY;
        check(&numbers);
    }
}
