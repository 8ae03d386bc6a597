//! Says what a random variable may hold, and how it comes out of a draw: [`Value`].
//!
//! In: expressions, generators, plain values, and tuples, arrays, vectors and maps of these.
//! Out: the same shape with numbers in it.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::hash::{BuildHasher, Hash};

use rainier_core::Real;
use rand::Rng;

use super::Report;
use crate::environment::Environment;
use crate::generator::Generator;

/// A value of a model that turns into an [`Output`](Self::Output) once there is a draw.
///
/// | value | output |
/// | --- | --- |
/// | [`Real`] | `f64` |
/// | [`Generator<T>`] | `T`, drawn anew for each draw of the posterior |
/// | `()`, tuples up to twelve, arrays, `Vec`, `Option`, `Box`, `BTreeMap`, `HashMap` | the same, of outputs |
/// | primitive numbers, `bool`, `char`, `&str`, `String` | itself |
///
/// A struct of one's own is declared by [`value!`](crate::value!), or implements both methods by
/// handing on to its parts:
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::{Environment, Report, Value, rand::Rng};
///
/// enum Effect { Same, Shifted(Real) }
///
/// impl Value for Effect {
///     type Output = f64;
///
///     fn report(&self, report: &mut Report) {
///         if let Self::Shifted(by) = self {
///             report.field("shift", by);
///         }
///     }
///
///     fn draw(&self, environment: &Environment<'_>, rng: &mut dyn Rng) -> f64 {
///         match self {
///             Self::Same => 0.0,
///             Self::Shifted(by) => by.draw(environment, rng),
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of a model",
    label = "no draws come out of this",
    note = "values are `Real`, `Generator`, plain numbers, and tuples, arrays, vectors and maps of values",
    note = "declare a struct of values by `value! {{ struct Line -> LineDraw {{ slope: Real }} }}`"
)]
pub trait Value {
    /// What comes out of one draw.
    type Output;

    /// Shows each part, in an order that does not change.
    fn report(&self, report: &mut Report);

    /// The output at one point of parameter space. Random parts are drawn in order of appearance.
    fn draw(&self, environment: &Environment<'_>, rng: &mut dyn Rng) -> Self::Output;
}

impl Value for Real {
    type Output = f64;

    fn report(&self, report: &mut Report) {
        report.scalar(self);
    }

    fn draw(&self, environment: &Environment<'_>, _rng: &mut dyn Rng) -> f64 {
        environment.value(self)
    }
}

impl<T> Value for Generator<T> {
    type Output = T;

    fn report(&self, report: &mut Report) {
        for requirement in self.requirements() {
            report.requires(requirement);
        }
    }

    fn draw(&self, environment: &Environment<'_>, rng: &mut dyn Rng) -> T {
        Self::draw(self, environment, rng)
    }
}

/// What is there is called as if it stood alone; nothing has no name.
impl<V: Value> Value for Option<V> {
    type Output = Option<V::Output>;

    fn report(&self, report: &mut Report) {
        if let Some(part) = self {
            part.report(report);
        }
    }

    fn draw(&self, environment: &Environment<'_>, rng: &mut dyn Rng) -> Self::Output {
        self.as_ref().map(|part| part.draw(environment, rng))
    }
}

impl<V: Value> Value for Box<V> {
    type Output = Box<V::Output>;

    fn report(&self, report: &mut Report) {
        V::report(self, report);
    }

    fn draw(&self, environment: &Environment<'_>, rng: &mut dyn Rng) -> Self::Output {
        Box::new(V::draw(self, environment, rng))
    }
}

impl<V: Value, const N: usize> Value for [V; N] {
    type Output = [V::Output; N];

    fn report(&self, report: &mut Report) {
        for (position, part) in self.iter().enumerate() {
            report.element(position, part);
        }
    }

    fn draw(&self, environment: &Environment<'_>, rng: &mut dyn Rng) -> Self::Output {
        self.each_ref().map(|part| part.draw(environment, rng))
    }
}

impl<V: Value> Value for Vec<V> {
    type Output = Vec<V::Output>;

    fn report(&self, report: &mut Report) {
        for (position, part) in self.iter().enumerate() {
            report.element(position, part);
        }
    }

    fn draw(&self, environment: &Environment<'_>, rng: &mut dyn Rng) -> Self::Output {
        self.iter()
            .map(|part| part.draw(environment, rng))
            .collect()
    }
}

impl<K: Display + Clone + Ord, V: Value> Value for BTreeMap<K, V> {
    type Output = BTreeMap<K, V::Output>;

    fn report(&self, report: &mut Report) {
        for (key, part) in self {
            report.field(&key.to_string(), part);
        }
    }

    fn draw(&self, environment: &Environment<'_>, rng: &mut dyn Rng) -> Self::Output {
        self.iter()
            .map(|(key, part)| (key.clone(), part.draw(environment, rng)))
            .collect()
    }
}

impl<K, V, S> Value for HashMap<K, V, S>
where
    K: Display + Clone + Ord + Hash,
    V: Value,
    S: BuildHasher + Default,
{
    type Output = HashMap<K, V::Output, S>;

    fn report(&self, report: &mut Report) {
        for (key, part) in sorted(self) {
            report.field(&key.to_string(), part);
        }
    }

    fn draw(&self, environment: &Environment<'_>, rng: &mut dyn Rng) -> Self::Output {
        sorted(self)
            .map(|(key, part)| (key.clone(), part.draw(environment, rng)))
            .collect()
    }
}

/// A hash map's entries in the order of their keys: its own order changes from run to run.
fn sorted<K: Ord, V, S>(map: &HashMap<K, V, S>) -> impl Iterator<Item = (&K, &V)> {
    let mut entries: Vec<(&K, &V)> = map.iter().collect();
    entries.sort_by_key(|&(key, _)| key);
    entries.into_iter()
}

macro_rules! tuple {
    ($($part:ident $position:tt),*) => {
        impl<$($part: Value),*> Value for ($($part,)*) {
            type Output = ($($part::Output,)*);

            fn report(&self, report: &mut Report) {
                $(report.field(stringify!($position), &self.$position);)*
            }

            fn draw(&self, environment: &Environment<'_>, rng: &mut dyn Rng) -> Self::Output {
                ($(self.$position.draw(environment, rng),)*)
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);

macro_rules! plain {
    ($($plain:ty),*) => {
        $(
            impl Value for $plain {
                type Output = Self;

                fn report(&self, _report: &mut Report) {}

                fn draw(&self, _environment: &Environment<'_>, _rng: &mut dyn Rng) -> Self {
                    self.clone()
                }
            }
        )*
    };
}

plain!((), bool, char, &'static str, String);
plain!(f32, f64, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);
