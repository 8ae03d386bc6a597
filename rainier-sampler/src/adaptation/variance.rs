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

    pub(crate) fn observe(&mut self, position: &[f64]) {
        self.count += 1.0;
        for ((x, mean), squares) in position.iter().zip(&mut self.mean).zip(&mut self.squares) {
            let deviation = x - *mean;
            *mean += deviation / self.count;
            *squares += deviation * (x - *mean);
        }
    }

    /// The variances as Stan regularises them, n/(n+5) s² + 5/(n+5) · 10⁻³, and starts afresh.
    ///
    /// The constant keeps a coordinate that has not moved yet from having no variance at all. A
    /// variance that overflowed falls back to 1.
    pub(crate) fn take_shrunk(&mut self) -> Vec<f64> {
        let weight = self.count / (self.count + 5.0);
        let free = (self.count - 1.0).max(1.0);
        let shrunk = self
            .squares
            .iter()
            .map(|squares| {
                let variance = weight * squares / free + 1e-3 * (1.0 - weight);
                if variance.is_finite() { variance } else { 1.0 }
            })
            .collect();
        *self = Self::new(self.mean.len());
        shrunk
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
