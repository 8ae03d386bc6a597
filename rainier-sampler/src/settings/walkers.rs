//! Settings of the affine-invariant ensemble.
//!
//! In: number of walkers, largest stretch. Out: a sampler for any `LogDensity`, no gradient needed.

use crate::error::SettingsError;

/// The affine-invariant ensemble of Goodman & Weare (2010) with its stretch move, in two halves
/// that move each other (Foreman-Mackey et al. 2013, arXiv:1202.3665).
///
/// # How walkers become a trace
/// - One *sweep* proposes one move for every walker. `Run::with_warm_up` and `Run::with_draws`
///   count sweeps, so each walker is moved as often as a chain of the other samplers.
/// - Every walker is a chain of the trace: `Run::with_chains(c)` runs c independent ensembles and
///   the trace has c × walkers chains, ensemble by ensemble, each with `draws` draws.
///
/// A walker's history is a Markov chain's; walkers laid end to end or interleaved are not, and
/// R-hat and effective sample sizes computed from such a series would mean nothing. Kept apart,
/// each walker must agree with all others before R-hat falls below 1.01, which needs some 50
/// autocorrelation times in each half: the length emcee's documentation asks for. Walkers of one
/// ensemble depend on each other weakly; the effective sample size, here as in emcee, ignores that.
///
/// # Example
/// ```
/// use rainier_sampler::Walkers;
/// assert!(Walkers::default().with_walkers(40).validate().is_ok());
/// assert!(Walkers::default().with_walkers(7).validate().is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Walkers {
    walkers: Ensemble,
    stretch: f64,
}

/// How many walkers an ensemble has.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Ensemble {
    /// Chosen from the dimension.
    Automatic,
    /// Chosen by the caller.
    Fixed(usize),
}

impl Default for Walkers {
    fn default() -> Self {
        Self {
            walkers: Ensemble::Automatic,
            // Goodman & Weare (2010), section 2, and emcee's default.
            stretch: 2.0,
        }
    }
}

impl Walkers {
    /// Fewest walkers of an automatic ensemble: in few dimensions, small halves offer too few
    /// directions to move along.
    const FEWEST: usize = 20;

    /// Number of walkers in an ensemble: even, at least 4, and at least twice the dimension.
    ///
    /// Default: four times the dimension (twice the least), and at least 20.
    #[must_use]
    pub fn with_walkers(mut self, walkers: usize) -> Self {
        self.walkers = Ensemble::Fixed(walkers);
        self
    }

    /// Largest stretch `a` > 1: a move multiplies the distance to another walker by z in [1/a, a].
    /// Default 2.
    #[must_use]
    pub fn with_stretch(mut self, stretch: f64) -> Self {
        self.stretch = stretch;
        self
    }

    /// Checks every setting that does not depend on the density's dimension.
    ///
    /// # Errors
    /// [`SettingsError`] names the first setting outside its range.
    pub fn validate(&self) -> Result<(), SettingsError> {
        SettingsError::unless(
            self.stretch > 1.0 && self.stretch.is_finite(),
            "stretch",
            "finite and greater than 1",
            self.stretch,
        )?;
        match self.walkers {
            Ensemble::Automatic => Ok(()),
            Ensemble::Fixed(walkers) => SettingsError::unless(
                walkers >= 4 && walkers.is_multiple_of(2),
                "walkers",
                "even and at least 4",
                walkers as f64,
            ),
        }
    }

    /// Number of walkers used for a density of `dimension`.
    pub fn walkers(&self, dimension: usize) -> usize {
        match self.walkers {
            Ensemble::Automatic => Self::FEWEST.max(4 * dimension),
            Ensemble::Fixed(walkers) => walkers,
        }
    }

    /// Largest stretch.
    pub fn stretch(&self) -> f64 {
        self.stretch
    }
}
