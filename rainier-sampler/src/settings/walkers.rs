//! Settings of the ensemble of walkers.
//!
//! In: number of walkers, how they move. Out: a sampler for any `LogDensity`, no gradient needed.

use crate::error::SettingsError;

/// An ensemble of walkers in two halves that move each other (Foreman-Mackey et al. 2013,
/// arXiv:1202.3665): by differential evolution, or by the stretch move of Goodman & Weare (2010).
///
/// A half moves at once, through [`LogDensity::log_densities`](crate::LogDensity::log_densities).
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
    moves: Moves,
}

/// How walkers move.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Moves {
    /// Along the line to another walker: Goodman & Weare (2010). Invariant under affine maps.
    Stretch {
        /// Largest factor `a` > 1 by which the distance changes, which lies in [1/a, a].
        largest: f64,
    },
    /// By the difference of two other walkers, one time in ten along the line to a third (snooker):
    /// ter Braak (2006), ter Braak & Vrugt (2008). Finds its way between modes that the ensemble
    /// knows.
    DifferentialEvolution,
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
            // On normals in 1, 2 and 10 dimensions, four to six times the effective draws of the
            // stretch move for the same number of moves.
            moves: Moves::DifferentialEvolution,
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

    /// How walkers move. Default: [`Moves::DifferentialEvolution`].
    #[must_use]
    pub fn with_moves(mut self, moves: Moves) -> Self {
        self.moves = moves;
        self
    }

    /// The stretch move with factors up to `largest` > 1; 2 is usual (Goodman & Weare 2010).
    #[must_use]
    pub fn with_stretch(self, largest: f64) -> Self {
        self.with_moves(Moves::Stretch { largest })
    }

    /// Checks every setting that does not depend on the density's dimension.
    ///
    /// # Errors
    /// [`SettingsError`] names the first setting outside its range.
    pub fn validate(&self) -> Result<(), SettingsError> {
        if let Moves::Stretch { largest } = self.moves {
            SettingsError::unless(
                largest > 1.0 && largest.is_finite(),
                "stretch",
                "finite and greater than 1",
                largest,
            )?;
        }
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

    /// How walkers move.
    pub fn moves(&self) -> Moves {
        self.moves
    }
}
