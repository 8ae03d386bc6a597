//! Estimates a density from draws.
//!
//! In: numbers. Out: heights on a grid, mass one between the least and the largest number.

use rainier_sampler::diagnostics::{quantiles, standard_deviation};

use crate::figure::is_drawn;

/// Cells of the grid: about one a pixel.
const CELLS: usize = 240;

/// The density of `values` by a normal kernel, as pairs (value, height) from the least to the
/// largest value. None if no two finite values differ.
///
/// The bandwidth is h = 0.9 · min(sd, IQR / 1.34) · n^(−1/5), Silverman (1986), "Density
/// Estimation", equation 3.31, with n = `size`, else the number of values; sd alone where the
/// quartiles are equal. The density is mirrored at
/// the least and the largest value, so that a positive parameter has no mass below 0.
///
/// # Numerics
/// Values are counted in 240 cells, each shared by the two nearest cells, before the kernel is
/// applied: an error below what a pixel shows.
pub(super) fn kernel_density(values: &[f64], size: Option<usize>) -> Option<Vec<(f64, f64)>> {
    let values: Vec<f64> = values.iter().copied().filter(|x| is_drawn(&[*x])).collect();
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let width = (largest - least) / (CELLS as f64 - 1.0);
    // Not a number for no values; zero also where values differ by less than can be divided.
    if !(width > 0.0 && (1.0 / width).is_finite()) {
        return None;
    }
    let kernel = kernel(bandwidth(&values, size) / width);
    let shares = shares(&values, least, width);
    let heights = (0..CELLS).map(|cell| {
        let beside =
            |distance: usize| shares[mirrored(cell + distance)] + shares[cell.abs_diff(distance)];
        let own = kernel.first().map_or(0.0, |weight| weight * shares[cell]);
        let others = kernel.iter().zip(0..).skip(1);
        let height = own
            + others
                .map(|(weight, distance)| weight * beside(distance))
                .sum::<f64>();
        (least + cell as f64 * width, height / width)
    });
    Some(heights.collect())
}

/// The density of `values`, or an upright line of a given height where all are equal; empty if none
/// is finite.
pub(super) fn density_or_upright(values: &[f64], height: f64) -> Vec<(f64, f64)> {
    kernel_density(values, None).unwrap_or_else(|| {
        let place = values.iter().find(|value| is_drawn(&[**value]));
        place.map_or(Vec::new(), |&place| vec![(place, 0.0), (place, height)])
    })
}

/// The height of the highest point of a curve; 0 for none.
pub(super) fn peak(curve: &[(f64, f64)]) -> f64 {
    curve.iter().map(|pair| pair.1).fold(0.0, f64::max)
}

fn bandwidth(values: &[f64], size: Option<usize>) -> f64 {
    let deviation = standard_deviation(&[values]);
    let quartiles = quantiles(&[values], &[0.25, 0.75]);
    let range = (quartiles[1] - quartiles[0]) / 1.34;
    let spread = if range > 0.0 {
        deviation.min(range)
    } else {
        deviation
    };
    let size = size.unwrap_or(values.len()) as f64;
    0.9 * spread * size.powf(-0.2)
}

/// How many of the values are near each cell's middle, as shares.
fn shares(values: &[f64], least: f64, width: f64) -> Vec<f64> {
    let mut shares = vec![0.0; CELLS];
    let one = 1.0 / values.len() as f64;
    for value in values {
        let place = (value - least) / width;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the cast saturates, and the end is cut"
        )]
        let cell = (place as usize).min(CELLS - 2);
        let right = (place - cell as f64).clamp(0.0, 1.0);
        shares[cell] += one * (1.0 - right);
        shares[cell + 1] += one * right;
    }
    // The first and the last cell are half as wide; with its mirror image each is whole.
    shares[0] *= 2.0;
    shares[CELLS - 1] *= 2.0;
    shares
}

/// Weights of cells by distance, for a bandwidth in cells. Both sides sum to 1.
fn kernel(bandwidth: f64) -> Vec<f64> {
    // Beyond four bandwidths there is nothing to see.
    let weights: Vec<f64> = (0..CELLS)
        .map(|distance| distance as f64 / bandwidth)
        .take_while(|z| *z <= 4.0)
        .map(|z| (-0.5 * z * z).exp())
        .collect();
    let total = 2.0 * weights.iter().sum::<f64>() - weights.first().copied().unwrap_or(0.0);
    weights.iter().map(|weight| weight / total).collect()
}

/// A cell beyond the last is the one as far before it.
fn mirrored(cell: usize) -> usize {
    cell.min(2 * (CELLS - 1) - cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mass(curve: &[(f64, f64)]) -> f64 {
        let trapezium =
            |ends: &[(f64, f64)]| (ends[1].0 - ends[0].0) * 0.5 * (ends[0].1 + ends[1].1);
        curve.windows(2).map(trapezium).sum()
    }

    #[test]
    fn mass_is_one_wherever_values_are() {
        for values in [
            vec![0.0, 1.0],
            (0..1000).map(|i| f64::from(i * i)).collect(),
            (0..50).map(|i| 1e9 + f64::from(i % 7)).collect(),
            vec![-1e140, 0.0, 1e140, f64::NAN],
        ] {
            let curve = kernel_density(&values, None).unwrap();
            assert!((mass(&curve) - 1.0).abs() < 1e-9, "{}", mass(&curve));
        }
    }

    #[test]
    fn a_uniform_density_is_flat_up_to_its_ends() {
        let values: Vec<f64> = (0..10_000).map(|i| f64::from(i) / 9_999.0).collect();
        let curve = kernel_density(&values, None).unwrap();
        assert!(
            curve.iter().all(|pair| (pair.1 - 1.0).abs() < 0.01),
            "{curve:?}"
        );
    }

    #[test]
    fn a_normal_density_is_as_high_as_it_should_be() {
        // Quantiles of the logistic distribution: density ¼ in the middle.
        let values: Vec<f64> = (1..5000)
            .map(|i| (f64::from(i) / (5000.0 - f64::from(i))).ln())
            .collect();
        let curve = kernel_density(&values, None).unwrap();
        assert!((peak(&curve) - 0.25).abs() < 0.01, "{}", peak(&curve));
    }

    #[test]
    fn equal_values_have_no_density() {
        assert_eq!(kernel_density(&[], None), None);
        assert_eq!(kernel_density(&[2.0, 2.0, f64::NAN], None), None);
        assert_eq!(kernel_density(&[0.0, f64::from_bits(1)], None), None);
        // Quartiles are equal, values are not.
        let values = [[3.0; 50].as_slice(), &[4.0]].concat();
        assert!(peak(&kernel_density(&values, None).unwrap()) > 1.0);
    }
}
