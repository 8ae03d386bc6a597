//! Sorts numbers that are in order by their distance from a point.
//!
//! In: numbers in ascending order, a point. Out: their distances in ascending order. Those below the
//! point and those above are in order already and have to be merged. From which side the next comes
//! no processor can guess, and each choice waits for the one before; so no branch decides, and two
//! choices are under way at a time: the least distance that is left, and the largest.

use std::hint::select_unpredictable;

use super::sort::Sorted;

/// Stands where a side has ended, and is never chosen: bits of numbers without a sign are in the order
/// of the numbers, and between these.
const BELOW_ALL: i64 = i64::MIN;
const ABOVE_ALL: i64 = i64::MAX;

/// Writes the distances from `centre` in ascending order; of equal ones, those of numbers above it come
/// first. `bits` is room to work in.
pub(super) fn by_distance(sorted: &Sorted, centre: f64, bits: &mut Vec<i64>, merged: &mut Sorted) {
    let count = sorted.values.len();
    let split = sorted.values.partition_point(|value| *value < centre);
    let (below, above) = sorted.values.split_at(split);
    let distance = |value: &f64| (value - centre).abs().to_bits().cast_signed();
    bits.clear();
    bits.push(ABOVE_ALL);
    bits.extend(below.iter().map(distance));
    bits.push(BELOW_ALL);
    bits.extend(above.iter().map(distance));
    bits.push(ABOVE_ALL);

    merged.values.resize(count, 0.0);
    merged.places.resize(count, 0);
    let mut put = |at: usize, is_below: bool, below: usize, above: usize| {
        let source = select_unpredictable(is_below, below, above);
        // Before those below stands one that has no place, before those above two.
        let place = source + usize::from(is_below) - 2;
        merged.values[at] = f64::from_bits(bits[source].cast_unsigned());
        merged.places[at] = sorted.places[place];
    };
    // Those nearest to the centre, and those farthest from it.
    let (mut near_below, mut near_above) = (split, split + 2);
    let (mut far_below, mut far_above) = (1, count + 1);
    for nearer in 0..count.div_ceil(2) {
        let is_below = bits[near_below] < bits[near_above];
        put(nearer, is_below, near_below, near_above);
        near_below -= usize::from(is_below);
        near_above += usize::from(!is_below);
        // The middle one of an odd number is found from both ends.
        let is_below = bits[far_below] >= bits[far_above];
        put(count - 1 - nearer, is_below, far_below, far_above);
        far_below += usize::from(is_below);
        far_above -= usize::from(!is_below);
    }
}
