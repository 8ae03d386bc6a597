//! Estimates the whole covariance as positions arrive.
//!
//! In: positions, one at a time. Out: a covariance, shrunk a little towards a small multiple of the
//! identity, or variances alone where there were too few positions.

use super::variance::Shrinkage;
use crate::hamiltonian::Metric;

/// Running means and products of deviations: Welford (1962) for two coordinates at a time.
#[derive(Debug, Clone)]
pub(crate) struct RunningCovariance {
    count: usize,
    mean: Vec<f64>,
    deviation: Vec<f64>,
    /// Σ (x − m)(x − m)ᵀ, `[row][column]`, lower triangle.
    products: Vec<f64>,
}

impl RunningCovariance {
    /// Positions needed for each coordinate before a covariance is told. The eigenvalues of a
    /// sample covariance of n independent standard normals in d dimensions spread over
    /// (1 ± √(d/n))² (Marchenko & Pastur 1967): at n = 2d, over a factor of 34. With fewer the
    /// smallest tends to 0, and trajectories would be longer than with variances alone.
    const POSITIONS_PER_COORDINATE: usize = 2;

    pub(crate) fn new(dimension: usize) -> Self {
        Self {
            count: 0,
            mean: vec![0.0; dimension],
            deviation: vec![0.0; dimension],
            products: vec![0.0; dimension * dimension],
        }
    }

    pub(crate) fn observe(&mut self, position: impl Iterator<Item = f64>) {
        self.count += 1;
        let count = self.count as f64;
        for ((deviation, x), mean) in self.deviation.iter_mut().zip(position).zip(&mut self.mean) {
            *deviation = x - *mean;
            *mean += *deviation / count;
        }
        // (x − m)ᵢ before the update times (x − m)ⱼ after it, which is (1 − 1/n) of that before.
        let after = 1.0 - 1.0 / count;
        let dimension = self.mean.len();
        for (row, &deviation) in self.deviation.iter().enumerate() {
            let scale = after * deviation;
            let entries = &mut self.products[row * dimension..][..=row];
            for (product, other) in entries.iter_mut().zip(&self.deviation) {
                *product += scale * other;
            }
        }
    }

    /// The covariance as Stan regularises it, n/(n+5) S + 5/(n+5) · 10⁻³ I, as a metric; starts
    /// afresh.
    ///
    /// With fewer than twice as many positions as coordinates, and when the matrix is not positive
    /// definite to working precision, the metric has its diagonal alone.
    pub(crate) fn take_metric(&mut self) -> Metric {
        let dimension = self.mean.len();
        let shrinkage = Shrinkage::of(self.count as f64);
        let variances = (0..dimension)
            .map(|row| shrinkage.variance(self.products[row * dimension + row]))
            .collect();
        let mut dense = None;
        if self.count >= Self::POSITIONS_PER_COORDINATE * dimension {
            let mut covariance = vec![0.0; dimension * dimension];
            for row in 0..dimension {
                for column in 0..=row {
                    let product = self.products[row * dimension + column];
                    let entry = if row == column {
                        shrinkage.variance(product)
                    } else {
                        shrinkage.covariance(product)
                    };
                    covariance[row * dimension + column] = entry;
                    covariance[column * dimension + row] = entry;
                }
            }
            dense = Metric::dense(covariance, dimension);
        }
        *self = Self::new(dimension);
        dense.unwrap_or_else(|| Metric::diagonal(variances))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metric_of(positions: &[[f64; 2]]) -> Metric {
        let mut covariance = RunningCovariance::new(2);
        for position in positions {
            covariance.observe(position.iter().copied());
        }
        covariance.take_metric()
    }

    #[test]
    fn a_covariance_is_stans_formula() {
        let metric = metric_of(&[[1.0, 0.0], [2.0, 5.0], [4.0, 3.0], [9.0, 8.0]]);
        let Metric::Dense { covariance, .. } = metric else {
            panic!("{metric:?}")
        };
        // By hand: means 4 and 4, sums of products 38, 30 and 34, over n − 1 = 3.
        let (weight, floor) = (4.0 / 9.0, 1e-3 * 5.0 / 9.0);
        let expected = [
            weight * 38.0 / 3.0 + floor,
            weight * 30.0 / 3.0,
            weight * 30.0 / 3.0,
            weight * 34.0 / 3.0 + floor,
        ];
        for (found, expected) in covariance.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-13, "{found} {expected}");
        }
    }

    #[test]
    fn too_few_positions_give_variances_alone() {
        let metric = metric_of(&[[1.0, 0.0], [2.0, 5.0], [4.0, 3.0]]);
        assert!(matches!(metric, Metric::Diagonal { .. }), "{metric:?}");
    }

    #[test]
    fn a_coordinate_that_overflows_leaves_the_others_a_metric() {
        let metric = metric_of(&[[1e200, 0.0], [-1e200, 5.0], [1e200, 3.0], [0.0, 8.0]]);
        let Metric::Diagonal { variance, .. } = metric else {
            panic!("{metric:?}")
        };
        assert_eq!(variance[0], 1.0);
        assert!(variance[1] > 1.0);
    }

    #[test]
    fn a_large_offset_loses_no_digits() {
        let positions: Vec<[f64; 2]> = (0..1000)
            .map(|i| [1e9 + f64::from(i % 2), 1e9 - f64::from(i % 2)])
            .collect();
        let metric = metric_of(&positions);
        let Metric::Dense { covariance, .. } = metric else {
            panic!("{metric:?}")
        };
        let expected = -1000.0 / 1005.0 * (0.25 * 1000.0 / 999.0);
        assert!((covariance[1] / expected - 1.0).abs() < 1e-6);
    }
}
