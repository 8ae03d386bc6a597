//! Says what shape of metric warm-up learns.
//!
//! In: a choice. Out: what adaptation estimates from the positions of warm-up.

/// The shape of the metric, the estimated covariance of the position (the inverse mass matrix).
///
/// A metric makes the scales of the density alike, so that trajectories need fewer steps: their
/// number grows with the ratio of the largest to the smallest scale that the metric leaves.
///
/// # Example
/// ```
/// use rainier_sampler::{MetricShape, Nuts};
/// let sampler = Nuts::default().with_metric(MetricShape::Dense);
/// assert_eq!(sampler.metric(), MetricShape::Dense);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MetricShape {
    /// The identity: nothing is learned. For densities whose scales are known to be 1.
    Unit,
    /// One variance for each coordinate: the default, right unless coordinates are strongly
    /// correlated.
    #[default]
    Diagonal,
    /// The whole covariance: fewer steps when coordinates are correlated, at the price of d²
    /// operations for each step and d³ for each window of warm-up. A window shorter than twice the
    /// dimension cannot tell a covariance and gives variances only: in high dimension, lengthen
    /// warm-up (of its default 1,000 iterations, 500 are the last window).
    Dense,
}
