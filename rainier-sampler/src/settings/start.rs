//! Says where Hamiltonian chains start.
//!
//! In: a choice. Out: how the first position of each chain is found.

/// Where a chain starts.
///
/// # Example
/// ```
/// use rainier_sampler::{Nuts, Start};
/// let sampler = Nuts::default().with_start(Start::Pathfinder);
/// assert_eq!(sampler.start(), Start::Pathfinder);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Start {
    /// Uniform on (−2, 2) in each coordinate, drawn again until log density and gradient are
    /// finite. Starts far apart are what makes R-hat meaningful.
    #[default]
    Random,
    /// One draw from the normal that [`pathfinder`](crate::pathfinder) fits on its way uphill from
    /// a random point; the fit's variances are the first metric. Saves iterations where random
    /// points are far from where the probability is, and keeps chains out of modes and necks that
    /// hold next to none of it. Each chain takes its own path. A path that gives no usable draw
    /// leaves the chain at its random point.
    Pathfinder,
}
