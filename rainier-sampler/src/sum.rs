//! Adds long series of numbers, several sums side by side.
//!
//! In: slices. Out: sums, and sums of what is made of pairs. One sum would wait for each addition before the next;
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
#[inline]
pub(crate) fn dot(x: &[f64], y: &[f64]) -> f64 {
    sum_of_pairs(x, y, |x, y| x * y)
}

/// Σ xᵢ (yᵢ + zᵢ) over as many as the shortest has.
#[inline]
pub(crate) fn dot_with_sum(x: &[f64], y: &[f64], z: &[f64]) -> f64 {
    let length = x.len().min(y.len()).min(z.len());
    let (x_blocks, x_rest) = x[..length].as_chunks::<WIDTH>();
    let (y_blocks, y_rest) = y[..length].as_chunks::<WIDTH>();
    let (z_blocks, z_rest) = z[..length].as_chunks::<WIDTH>();
    let mut sums = [0.0; WIDTH];
    for ((x, y), z) in x_blocks.iter().zip(y_blocks).zip(z_blocks) {
        for (((sum, x), y), z) in sums.iter_mut().zip(x).zip(y).zip(z) {
            *sum += x * (y + z);
        }
    }
    let rest = x_rest.iter().zip(y_rest).zip(z_rest);
    let rest: f64 = rest.map(|((x, y), z)| x * (y + z)).sum();
    total(sums) + rest
}

/// Σ f(xᵢ, yᵢ) over as many as the shorter has.
#[inline]
pub(crate) fn sum_of_pairs(x: &[f64], y: &[f64], f: impl Fn(f64, f64) -> f64) -> f64 {
    let length = x.len().min(y.len());
    let (x_blocks, x_rest) = x[..length].as_chunks::<WIDTH>();
    let (y_blocks, y_rest) = y[..length].as_chunks::<WIDTH>();
    let mut sums = [0.0; WIDTH];
    for (x, y) in x_blocks.iter().zip(y_blocks) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += f(*x, *y);
        }
    }
    let rest: f64 = x_rest.iter().zip(y_rest).map(|(x, y)| f(*x, *y)).sum();
    total(sums) + rest
}

/// The sum of sums side by side.
#[inline]
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
            assert_eq!(dot_with_sum(&values, &values, &twos), expected);
        }
        assert_eq!(dot(&[1.0, 2.0], &[3.0, 4.0, 5.0]), 11.0);
        assert_eq!(dot_with_sum(&[1.0, 2.0], &[3.0], &[4.0, 5.0]), 7.0);
    }
}
