//! Gives each of a list of categories, 0 to n − 1, its log probability.
//!
//! In: one log probability for each. Out: the density of a category, tails, moments and draws, for
//! every distribution of few categories.

use rainier_core::{Condition, Real};
use rand::{Rng, RngExt};

use super::short_support::ShortSupport;
use crate::distribution::count::times_log;
use crate::distribution::{Constraint, Number, when_valid};
use crate::generator::Generator;

/// Categories by their log probabilities.
#[derive(Debug, Clone)]
pub(super) struct Categories {
    log_probabilities: Vec<Real>,
}

impl Categories {
    pub(super) fn new(log_probabilities: Vec<Real>) -> Self {
        Self { log_probabilities }
    }

    /// How many there are.
    pub(super) fn number(&self) -> Real {
        Real::constant(self.log_probabilities.len() as f64)
    }

    /// Whether `x` is one of them.
    pub(super) fn contains(&self, x: &Real) -> Condition {
        let is_inside = x.greater_or_equal(0.0).and(&x.less(self.number()));
        is_inside.and(&x.equal(x.floor()))
    }

    /// ln p(x) for `x` one of them: a sum of selections, so that over data it comes apart into the
    /// number of rows of each category times its log probability.
    pub(super) fn log_density(&self, x: &Real) -> Real {
        let own = self.each(|k, log_probability| x.equal(k).select(log_probability, 0.0));
        total(own)
    }

    /// ln P(X ≤ x).
    pub(super) fn log_cumulative(&self, x: &Real) -> Real {
        self.support().log_cumulative(x, |k| self.log_density(k))
    }

    /// ln P(X > x).
    pub(super) fn log_survival(&self, x: &Real) -> Real {
        self.support().log_survival(x, |k| self.log_density(k))
    }

    /// Σ k pₖ.
    pub(super) fn mean(&self) -> Real {
        total(self.each(|k, log_probability| k * log_probability.exp()))
    }

    /// Σ (k − mean)² pₖ.
    pub(super) fn variance(&self) -> Real {
        let mean = self.mean();
        total(self.each(|k, log_probability| {
            let distance = k - &mean;
            &distance * &distance * log_probability.exp()
        }))
    }

    /// −Σ pₖ ln pₖ.
    pub(super) fn entropy(&self) -> Real {
        let terms =
            self.each(|_, log_probability| times_log(&log_probability.exp(), log_probability));
        -total(terms)
    }

    /// Draws by inversion.
    pub(super) fn generator(&self, constraints: &[Constraint]) -> Generator<i64> {
        let probabilities: Vec<Real> = self.log_probabilities.iter().map(Real::exp).collect();
        let requirements = probabilities.clone();
        let generator = Generator::new(requirements, move |environment, rng| {
            let values = probabilities
                .iter()
                .map(|probability| environment.value(probability));
            draw(values, rng)
        });
        when_valid(constraints, generator)
    }

    fn support(&self) -> ShortSupport {
        ShortSupport::new(0.0.into(), self.number() - 1.0)
    }

    fn each<'a>(&'a self, of: impl Fn(f64, &Real) -> Real + 'a) -> impl Iterator<Item = Real> + 'a {
        let numbered = self.log_probabilities.iter().enumerate();
        numbered.map(move |(k, log_probability)| of(k as f64, log_probability))
    }
}

/// The sum, a constant if all terms are.
pub(super) fn total(terms: impl Iterator<Item = Real>) -> Real {
    terms.fold(Real::constant(0.0), |sum, term| sum + term)
}

/// The category whose share of [0, 1] a uniform number falls into.
fn draw(probabilities: impl Iterator<Item = f64>, rng: &mut dyn Rng) -> i64 {
    let mut left = rng.random::<f64>();
    let mut chosen = i64::NO_VALUE;
    for (k, probability) in (0..).zip(probabilities) {
        // Rounding may leave a little of `left`: the last possible category takes it.
        if probability > 0.0 {
            chosen = k;
        }
        left -= probability;
        if left < 0.0 {
            break;
        }
    }
    chosen
}
