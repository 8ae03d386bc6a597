//! Describes random draws that can be made once parameters have values.
//!
//! In: the expressions a draw depends on, and a function from their values and a stream of random
//! numbers to a draw. Out: a [`Generator`], which composes like the random variables it is
//! reported from.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use rainier_core::Real;
use rand::Rng;

use crate::environment::Environment;

/// A recipe for one random draw, given the values of a model's parameters.
///
/// Inside a model's value it is drawn anew for each draw of the posterior: the posterior
/// predictive distribution. Where the parameters are outside their domain, a continuous
/// distribution's generator gives NaN and a discrete one's `i64::MIN`, which mean "no value".
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::{Environment, Generator};
/// use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
///
/// let scale = Real::parameter("scale");
/// let noise = Generator::new([scale.clone()], {
///     let scale = scale.clone();
///     move |environment, rng| environment.value(&scale) * rng.random::<f64>()
/// });
/// let positive = noise.map(|x| x + 1.0).repeat(3);
///
/// let environment = Environment::new(std::slice::from_ref(&scale), &[0.0]);
/// let draw = positive.draw(&environment, &mut ChaCha8Rng::seed_from_u64(1));
/// assert_eq!(draw, [1.0, 1.0, 1.0]);
/// ```
#[must_use]
pub struct Generator<T> {
    requirements: Arc<[Real]>,
    draw: Arc<Draw<T>>,
}

type Draw<T> = dyn Fn(&Environment<'_>, &mut dyn Rng) -> T + Send + Sync;

impl<T: 'static> Generator<T> {
    /// A generator that draws by `draw`.
    ///
    /// `requirements` are the expressions `draw` asks the environment for. Leaving some out is
    /// slow, not wrong: they are then evaluated without a compiled program.
    pub fn new(
        requirements: impl IntoIterator<Item = Real>,
        draw: impl Fn(&Environment<'_>, &mut dyn Rng) -> T + Send + Sync + 'static,
    ) -> Self {
        Self {
            requirements: distinct(requirements),
            draw: Arc::new(draw),
        }
    }

    /// The generator that always gives `value`.
    pub fn constant(value: T) -> Self
    where
        T: Clone + Send + Sync,
    {
        Self::new([], move |_, _| value.clone())
    }

    /// Draws, then applies `function`.
    pub fn map<U: 'static>(
        &self,
        function: impl Fn(T) -> U + Send + Sync + 'static,
    ) -> Generator<U> {
        let draw = Arc::clone(&self.draw);
        Generator {
            requirements: Arc::clone(&self.requirements),
            draw: Arc::new(move |environment, rng| function(draw(environment, rng))),
        }
    }

    /// Draws, then draws from the generator that `function` makes of the first draw.
    ///
    /// What the second generator requires is not known beforehand, so its expressions are
    /// evaluated without a compiled program.
    pub fn flat_map<U: 'static>(
        &self,
        function: impl Fn(T) -> Generator<U> + Send + Sync + 'static,
    ) -> Generator<U> {
        let draw = Arc::clone(&self.draw);
        Generator {
            requirements: Arc::clone(&self.requirements),
            draw: Arc::new(move |environment, rng| {
                function(draw(environment, rng)).draw(environment, rng)
            }),
        }
    }

    /// Draws from both, this one first.
    pub fn zip<U: 'static>(&self, other: &Generator<U>) -> Generator<(T, U)> {
        let (first, second) = (Arc::clone(&self.draw), Arc::clone(&other.draw));
        Generator {
            requirements: distinct(
                self.requirements
                    .iter()
                    .chain(&*other.requirements)
                    .cloned(),
            ),
            draw: Arc::new(move |environment, rng| {
                (first(environment, rng), second(environment, rng))
            }),
        }
    }

    /// Draws `count` times independently.
    pub fn repeat(&self, count: usize) -> Generator<Vec<T>> {
        let draw = Arc::clone(&self.draw);
        Generator {
            requirements: Arc::clone(&self.requirements),
            draw: Arc::new(move |environment, rng| {
                (0..count).map(|_| draw(environment, rng)).collect()
            }),
        }
    }

    /// Draws once from each, in order.
    pub fn traverse(generators: impl IntoIterator<Item = Self>) -> Generator<Vec<T>> {
        let generators: Vec<Self> = generators.into_iter().collect();
        Generator {
            requirements: distinct(
                generators
                    .iter()
                    .flat_map(|generator| generator.requirements.iter().cloned()),
            ),
            draw: Arc::new(move |environment, rng| {
                generators
                    .iter()
                    .map(|generator| generator.draw(environment, rng))
                    .collect()
            }),
        }
    }
}

impl Generator<f64> {
    /// The generator that gives an expression's value.
    ///
    /// ```
    /// use rainier_core::Real;
    /// use rainier_dist::{Environment, Generator};
    /// use rand::{SeedableRng, rngs::ChaCha8Rng};
    ///
    /// let seven = Generator::value(&Real::constant(7.0));
    /// let mut rng = ChaCha8Rng::seed_from_u64(1);
    /// assert_eq!(seven.draw(&Environment::empty(), &mut rng), 7.0);
    /// ```
    pub fn value(expression: &Real) -> Self {
        let wanted = expression.clone();
        Self::new([wanted.clone()], move |environment, _| {
            environment.value(&wanted)
        })
    }
}

impl<T> Generator<T> {
    /// The expressions whose values a draw needs, each once.
    pub fn requirements(&self) -> &[Real] {
        &self.requirements
    }

    /// Makes one draw.
    pub fn draw(&self, environment: &Environment<'_>, rng: &mut dyn Rng) -> T {
        (self.draw)(environment, rng)
    }
}

/// Each expression once, in the order of first appearance.
fn distinct(expressions: impl IntoIterator<Item = Real>) -> Arc<[Real]> {
    let mut seen = HashSet::new();
    expressions
        .into_iter()
        .filter(|expression| seen.insert(expression.identity()))
        .collect()
}

// Written out, since a generator of anything can be cloned: the derive would ask `T: Clone`.
impl<T> Clone for Generator<T> {
    fn clone(&self) -> Self {
        Self {
            requirements: Arc::clone(&self.requirements),
            draw: Arc::clone(&self.draw),
        }
    }
}

impl<T> fmt::Debug for Generator<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Generator")
            .field("requirements", &self.requirements)
            .finish_non_exhaustive()
    }
}
