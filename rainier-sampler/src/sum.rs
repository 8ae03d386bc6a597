//! Adds long series of numbers, several sums side by side.
//!
//! In: slices. Out: sums, sums of what is made of pairs, whether all numbers are finite. One sum would wait for each addition before the next;
//! eight keep a processor busy, and lose fewer digits.

/// Sums side by side.
pub(crate) const WIDTH: usize = 8;

/// Σ f(xᵢ).
pub(crate) fn sum_of(values: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    let (blocks, rest) = values.as_chunks::<WIDTH>();
    let mut sums = [0.0; WIDTH];
    for block in blocks {
        for (sum, x) in sums.iter_mut().zip(block) {
            *sum += f(*x);
        }
    }
    let rest: f64 = rest.iter().map(|x| f(*x)).sum();
    total(sums) + rest
}

/// Σ xᵢ yᵢ over as many as the shorter has.
#[inline(always)]
pub(crate) fn dot(x: &[f64], y: &[f64]) -> f64 {
    sum_of_pairs(x, y, |x, y| x * y)
}

/// Σ xᵢ (yᵢ + zᵢ) for each of two x, all of one length.
#[inline(always)]
pub(crate) fn dots_with_sum(x: [&[f64]; 2], y: &[f64], z: &[f64]) -> [f64; 2] {
    let first = x[0][..y.len()].as_chunks::<WIDTH>();
    let second = x[1][..y.len()].as_chunks::<WIDTH>();
    let (y_blocks, y_rest) = y.as_chunks::<WIDTH>();
    let (z_blocks, z_rest) = z[..y.len()].as_chunks::<WIDTH>();
    let mut rests = [0.0; 2];
    for (i, (y, z)) in y_rest.iter().zip(z_rest).enumerate() {
        rests[0] += first.1[i] * (y + z);
        rests[1] += second.1[i] * (y + z);
    }
    if y_blocks.is_empty() {
        return rests;
    }
    let mut sums = [[0.0; WIDTH]; 2];
    for (block, (y, z)) in y_blocks.iter().zip(z_blocks).enumerate() {
        for i in 0..WIDTH {
            let sum = y[i] + z[i];
            sums[0][i] += first.0[block][i] * sum;
            sums[1][i] += second.0[block][i] * sum;
        }
    }
    [total(sums[0]) + rests[0], total(sums[1]) + rests[1]]
}

/// Σ f(xᵢ, yᵢ) over as many as the shorter has.
#[inline(always)]
pub(crate) fn sum_of_pairs(x: &[f64], y: &[f64], f: impl Fn(f64, f64) -> f64) -> f64 {
    let length = x.len().min(y.len());
    let (x_blocks, x_rest) = x[..length].as_chunks::<WIDTH>();
    let (y_blocks, y_rest) = y[..length].as_chunks::<WIDTH>();
    let rest: f64 = x_rest.iter().zip(y_rest).map(|(x, y)| f(*x, *y)).sum();
    if x_blocks.is_empty() {
        return rest;
    }
    let mut sums = [0.0; WIDTH];
    for (x, y) in x_blocks.iter().zip(y_blocks) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += f(*x, *y);
        }
    }
    total(sums) + rest
}

/// Whether all numbers are finite; one that is not does not end the search, so that many are looked at
/// together.
#[inline(always)]
pub(crate) fn are_finite(numbers: &[f64]) -> bool {
    numbers.iter().fold(true, |all, x| all & x.is_finite())
}

/// The sum of sums side by side.
#[inline(always)]
pub(crate) fn total(sums: [f64; WIDTH]) -> f64 {
    let halves: [f64; 4] = std::array::from_fn(|i| sums[i] + sums[i + 4]);
    (halves[0] + halves[2]) + (halves[1] + halves[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_counts_once() {
        for length in 0..40_u32 {
            let values: Vec<f64> = (1..=length).map(f64::from).collect();
            let n = f64::from(length);
            assert_eq!(sum_of(&values, |x| x), n * (n + 1.0) / 2.0);
            let squares = n * (n + 1.0) * (2.0 * n + 1.0) / 6.0;
            assert_eq!(dot(&values, &values), squares);
            assert_eq!(sum_of(&values, |x| x * x), squares);
            let twos = vec![2.0; values.len()];
            let expected = squares + n * (n + 1.0);
            let halves: Vec<f64> = values.iter().map(|x| 0.5 * x).collect();
            let found = dots_with_sum([&values, &halves], &values, &twos);
            assert_eq!(found, [expected, 0.5 * expected]);
        }
        assert_eq!(dot(&[1.0, 2.0], &[3.0, 4.0, 5.0]), 11.0);
    }
}
