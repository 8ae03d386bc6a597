//! States the flat "distribution": every value is as likely as any other.
//!
//! In: a support. Out: log density 0 on it. It is improper: nothing can be drawn from it.

use rainier_core::{Condition, Real};

use crate::distribution::{Constraint, Continuous, Distribution, Number, Requirement, Support};
use crate::generator::Generator;

/// Improper flat prior: ln p(x) = 0 on the whole line, or on a [`Support`].
///
/// Its mass is not one (infinite, but on an interval), so it has no mean and no variance, and its
/// generator gives no value. A posterior exists only where the data make it proper. On an interval,
/// [`Uniform`](super::Uniform) is the same up to a constant and can be drawn from.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::Flat;
/// use rainier_dist::distribution::{Distribution, Support};
///
/// let positive = Flat::on(Support::positive());
/// let ln_p = |x: f64| positive.log_density(&Real::constant(x)).as_constant();
/// assert_eq!(ln_p(1e9), Some(0.0));
/// assert_eq!(ln_p(-1.0), Some(f64::NEG_INFINITY));
/// ```
#[derive(Debug, Clone)]
pub struct Flat {
    support: Support,
}

impl Flat {
    /// Flat on the whole line.
    pub fn new() -> Self {
        Self::on(Support::WholeLine)
    }

    /// Flat on this support.
    pub fn on(support: Support) -> Self {
        Self { support }
    }
}

impl Default for Flat {
    fn default() -> Self {
        Self::new()
    }
}

impl Distribution for Flat {
    type Value = f64;

    fn name(&self) -> &'static str {
        "Flat"
    }

    fn constraints(&self) -> Vec<Constraint> {
        let edge = |name, edge| Constraint::new("Flat", name, edge, Requirement::Finite);
        match &self.support {
            Support::WholeLine => Vec::new(),
            Support::Above(low) => vec![edge("low", low)],
            Support::Below(high) => vec![edge("high", high)],
            Support::Interval(low, high) => {
                let width = high - low;
                vec![Constraint::new(
                    "Flat",
                    "high - low",
                    &width,
                    Requirement::Positive,
                )]
            }
        }
    }

    fn contains(&self, x: &Real) -> Condition {
        let finite = x.abs().less(f64::INFINITY);
        self.support.contains_with_edges(x).and(&finite)
    }

    fn log_density_within(&self, _: &Real) -> Real {
        Real::constant(0.0)
    }

    fn generator(&self) -> Generator<f64> {
        Generator::constant(f64::NO_VALUE)
    }
}

impl Continuous for Flat {
    fn support(&self) -> Support {
        self.support.clone()
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    use super::*;
    use crate::environment::Environment;

    #[test]
    fn nothing_is_drawn_and_infinity_is_outside() {
        let draw = Flat::new()
            .generator()
            .draw(&Environment::empty(), &mut ChaCha8Rng::seed_from_u64(1));
        assert!(draw.is_nan());
        let at = |x: f64| Flat::new().log_density(&Real::constant(x)).as_constant();
        assert_eq!(at(-1e300), Some(0.0));
        assert_eq!(at(f64::INFINITY), Some(f64::NEG_INFINITY));
    }

    #[test]
    fn an_unknown_on_a_half_line_has_the_density_of_its_jacobian() {
        let latent = Flat::on(Support::positive()).latent();
        assert!(latent.log_density.is_same(&latent.parameter));
    }

    #[test]
    fn edges_in_the_wrong_order_are_reported() {
        let [low, high] = [2.0, 1.0].map(Real::constant);
        let constraints = Flat::on(Support::Interval(low, high)).constraints();
        assert_eq!(
            constraints[0].check().unwrap_err().to_string(),
            "Flat: high - low must be positive and finite, got -1"
        );
    }
}
