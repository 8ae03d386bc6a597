//! Settings of slice sampling along coordinates.
//!
//! In: a first width, a limit. Out: a sampler for any `LogDensity`, no gradient needed.

use crate::error::SettingsError;

/// Slice sampling, one coordinate after the other: from a level drawn uniformly under the density to
/// a point drawn uniformly from those above that level.
///
/// Neal (2003), Annals of Statistics 31, section 4. An interval is stepped out around the point and
/// shrunk to where the density is above the level; every coordinate moves in every draw, whatever
/// the density's scale, kinks or edges. For few unknowns: one draw costs some five log densities for
/// each. Strong correlation slows it down, as it does Gibbs sampling; a mode is left for another
/// where the interval reaches it, along one coordinate.
///
/// Warm-up learns the width of each coordinate, twice the mean distance it moved. Draws are made
/// with the widths at its end, and so are a Markov chain. Without warm-up all widths are the first.
///
/// # Statistics
/// The acceptance of a draw is the share of coordinates that moved, next to always 1. A draw for
/// which the density was asked where it is NaN or +∞ counts as divergent.
///
/// # Example
/// ```
/// use rainier_sampler::{LogDensity, Run, Slice, sample};
///
/// /// A Laplace distribution: a kink, no gradient.
/// struct Kink;
/// impl LogDensity for Kink {
///     fn dimension(&self) -> usize { 1 }
///     fn log_density(&mut self, position: &[f64]) -> f64 { -position[0].abs() }
/// }
/// let trace = sample(|| Kink, &Slice::default(), &Run::default().with_seed(1))?;
/// let summary = trace.summary();
/// let row = &summary.rows()[0];
/// assert!(row.mean.abs() < 5.0 * row.mcse_mean);
/// # Ok::<(), rainier_sampler::SampleError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    width: f64,
    max_steps: u32,
}

impl Default for Slice {
    fn default() -> Self {
        Self {
            // Unconstrained coordinates are of order 1, as starts are.
            width: 1.0,
            // Learned widths need one or two. The limit is for the first iterations, before they
            // are learned, and for tails so long that an interval would never end.
            max_steps: 100,
        }
    }
}

impl Slice {
    /// Width that every coordinate begins with, positive and finite. Default 1.
    #[must_use]
    pub fn with_width(mut self, width: f64) -> Self {
        self.width = width;
        self
    }

    /// Most widths an interval is stepped out to, at least 1, which steps out not at all: Neal's m.
    /// Default 100.
    #[must_use]
    pub fn with_max_steps(mut self, max_steps: u32) -> Self {
        self.max_steps = max_steps;
        self
    }

    /// Checks every setting.
    ///
    /// # Errors
    /// [`SettingsError`] names the first setting outside its range.
    pub fn validate(&self) -> Result<(), SettingsError> {
        SettingsError::unless(
            self.width > 0.0 && self.width.is_finite(),
            "width",
            "positive and finite",
            self.width,
        )?;
        SettingsError::unless(
            self.max_steps >= 1,
            "max_steps",
            "at least 1",
            f64::from(self.max_steps),
        )
    }

    /// Width that every coordinate begins with.
    pub fn width(&self) -> f64 {
        self.width
    }

    /// Most widths an interval is stepped out to.
    pub fn max_steps(&self) -> u32 {
        self.max_steps
    }
}
