//! Estimates the variance of each coordinate as positions arrive.
//!
//! In: positions, one at a time. Out: variances, shrunk a little towards a small constant.

/// Running means and variances: Welford (1962).
#[derive(Debug, Clone)]
pub(crate) struct RunningVariance {
    count: f64,
    mean: Vec<f64>,
    /// Sum of squared deviations from the mean so far.
    squares: Vec<f64>,
}

impl RunningVariance {
    pub(crate) fn new(dimension: usize) -> Self {
        Self {
            count: 0.0,
            mean: vec![0.0; dimension],
            squares: vec![0.0; dimension],
        }
    }

    #[inline(always)]
    pub(crate) fn observe(&mut self, position: &[f64]) {
        self.count += 1.0;
        for ((x, mean), squares) in position.iter().zip(&mut self.mean).zip(&mut self.squares) {
            let deviation = x - *mean;
            *mean += deviation / self.count;
            *squares += deviation * (x - *mean);
        }
    }

    /// Sums of squared deviations from the mean.
    pub(super) fn squares(&self) -> &[f64] {
        &self.squares
    }

    /// The variances, shrunk; starts afresh.
    pub(crate) fn take_shrunk(&mut self) -> Vec<f64> {
        let shrinkage = Shrinkage::of(self.count);
        let squares = self.squares.iter();
        let shrunk = squares.map(|&squares| shrinkage.variance(squares));
        let shrunk = shrunk.collect();
        *self = Self::new(self.mean.len());
        shrunk
    }
}

/// Stan's regularisation of n observations: n/(n+5) s² + 5/(n+5) · 10⁻³.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shrinkage {
    weight: f64,
    free: f64,
}

impl Shrinkage {
    pub(super) fn of(count: f64) -> Self {
        Self {
            weight: count / (count + 5.0),
            free: (count - 1.0).max(1.0),
        }
    }

    /// A variance from the sum of squared deviations. The constant keeps a coordinate that has not
    /// moved yet from having no variance at all. What overflowed falls back to 1.
    pub(super) fn variance(self, squares: f64) -> f64 {
        let variance = self.covariance(squares) + 1e-3 * (1.0 - self.weight);
        if variance.is_finite() { variance } else { 1.0 }
    }

    /// A covariance from the sum of products of deviations.
    pub(super) fn covariance(self, products: f64) -> f64 {
        self.weight * products / self.free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shrunk_variance_is_stans_formula() {
        let mut variance = RunningVariance::new(1);
        for x in [1.0, 2.0, 4.0, 9.0] {
            variance.observe(&[x]);
        }
        // Sample variance of 1, 2, 4, 9 is 38/3.
        let expected = 4.0 / 9.0 * 38.0 / 3.0 + 1e-3 * 5.0 / 9.0;
        assert!((variance.take_shrunk()[0] - expected).abs() < 1e-13);
    }

    #[test]
    fn a_large_offset_loses_no_digits() {
        let mut variance = RunningVariance::new(1);
        for i in 0..1000 {
            variance.observe(&[1e9 + f64::from(i % 2)]);
        }
        let expected = 1000.0 / 1005.0 * (0.25 * 1000.0 / 999.0) + 1e-3 * 5.0 / 1005.0;
        assert!((variance.take_shrunk()[0] / expected - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_coordinate_that_never_moved_keeps_a_positive_variance() {
        let mut variance = RunningVariance::new(1);
        variance.observe(&[3.0]);
        assert!(variance.take_shrunk()[0] > 0.0);
    }
}
