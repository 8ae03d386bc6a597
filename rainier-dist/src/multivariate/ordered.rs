//! Puts independent numbers into ascending order.
//!
//! In: a distribution of one number, and how many. Out: the distribution of the sorted numbers.

use rainier_core::{Condition, Real};

use crate::distribution::{Constraint, Continuous, ContinuousVector, Multivariate, VectorSupport};
use crate::generator::Generator;

/// n independent numbers of one distribution f, in ascending order: locations of a mixture whose
/// components can be told apart by nothing else.
///
/// ln p(x) = ln n! + Σ ln f(xᵢ) for x₁ < x₂ < … < xₙ. It is f restricted to ascending numbers.
///
/// ```
/// use rainier_dist::{Params, continuous::Normal, multivariate::Ordered};
///
/// let means = Ordered::new(2, Normal::new(0, 10)).params();
/// assert_eq!(means.compile()?.dimension(), 2);
/// # Ok::<(), rainier_dist::ModelError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Ordered<D> {
    length: usize,
    component: D,
}

impl<D: Continuous> Ordered<D> {
    /// `length` independent draws of `component`, sorted.
    pub fn new(length: usize, component: D) -> Self {
        Self { length, component }
    }
}

impl<D: Continuous> Multivariate for Ordered<D> {
    type Value = f64;

    fn name(&self) -> &'static str {
        "Ordered"
    }

    fn dimension(&self) -> usize {
        self.length
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.component.constraints()
    }

    fn contains(&self, x: &[Real]) -> Condition {
        let ascends = VectorSupport::ordered(self.length).contains(x);
        x.iter()
            .fold(ascends, |all, x| all.and(&self.component.contains(x)))
    }

    fn contains_component(&self, _index: usize, x: &Real) -> Condition {
        self.component.contains(x)
    }

    fn log_density_within(&self, x: &[Real]) -> Real {
        assert_eq!(x.len(), self.length, "as many numbers as components");
        let orders = (1..=self.length).map(|k| (k as f64).ln()).sum::<f64>();
        Real::sum(x.iter().map(|x| self.component.log_density_with_edges(x))) + orders
    }

    fn generator(&self) -> Generator<Vec<f64>> {
        self.component
            .generator()
            .repeat(self.length)
            .map(|mut draws| {
                draws.sort_unstable_by(f64::total_cmp);
                draws
            })
    }
}

impl<D: Continuous> ContinuousVector for Ordered<D> {
    fn support(&self) -> VectorSupport {
        VectorSupport::Ordered(self.length, self.component.support())
    }
}
