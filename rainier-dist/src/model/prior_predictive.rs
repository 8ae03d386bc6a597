//! Draws a model's value from its priors: what the model expects before it has seen data.
//!
//! In: a random variable. Out: independent draws of its value. Unknowns are drawn level by level:
//! those whose priors have constant parameters, then those whose priors depend on these, and so
//! on. Each level is a program in which what was drawn already stands as an input.

use rainier_core::{Evaluator, Program, Real};
use rainier_sampler::Streams;
use rand::Rng;

use crate::environment::{Environment, Slots};
use crate::error::ModelError;
use crate::random_variable::{Prior, RandomVariable, Report, Term, Value};

/// Streams of random numbers for unknowns and for values: a generator that is added to a model's
/// value changes no unknown.
const STREAMS: [usize; 2] = [0, 1];

impl<T: Value> RandomVariable<T> {
    /// Independent draws of the model's value in which the unknowns follow their priors, each
    /// drawn by the prior's own generator: the prior predictive distribution where the value has
    /// generators of outcomes. Data and [`condition`](Self::condition)s are left out. The same
    /// seed gives the same draws.
    ///
    /// An improper prior ([`Flat`](crate::continuous::Flat)) and one that does not say how it is
    /// drawn ([`Custom`](crate::continuous::Custom)) have no draws: the unknown is NaN, and so is
    /// all that depends on it.
    ///
    /// Each level of a hierarchy is a program of its own, so that compiling takes time in
    /// proportion to levels times unknowns.
    ///
    /// ```
    /// use rainier_dist::continuous::{Gamma, LogNormal};
    /// use rainier_dist::discrete::Poisson;
    /// use rainier_dist::distribution::Distribution;
    /// use rainier_dist::{Fit, Param, model};
    ///
    /// // Would these priors allow a million visits a day?
    /// let model = model! {
    ///     mean = LogNormal::new(3, 1).param();
    ///     rate = Gamma::with_rate(2, 2.0 / &mean).param();
    ///     () = Poisson::new(&rate).fit(&[12, 17]);
    ///     yield (rate.clone(), Poisson::new(&rate).generator())
    /// };
    /// let draws = model.prior_predictive(1_000, 1)?;
    /// assert!(draws.iter().all(|&(rate, visits)| rate > 0.0 && visits < 1_000_000));
    /// # Ok::<(), rainier_dist::ModelError>(())
    /// ```
    ///
    /// # Errors
    /// When a constant parameter breaks its constraint, when a prior or the value uses a parameter
    /// whose random variable was left out, and when the value reads a placeholder.
    pub fn prior_predictive(&self, draws: usize, seed: u64) -> Result<Vec<T::Output>, ModelError> {
        let unknowns = Unknowns::of(self)?;
        let mut levels = unknowns.levels()?;
        let mut value = unknowns.compile(parts(self.value()))?;
        let streams = Streams::from_seed(seed);
        let [mut of_unknowns, mut of_values] = STREAMS.map(|stream| streams.stream(0, stream));
        let mut position = vec![0.0; unknowns.values.len()];
        let draw = |_| {
            for level in &mut levels {
                level.draw(&unknowns.values, &mut position, &mut of_unknowns);
            }
            let environment = value.environment(&unknowns.values, &position);
            self.value().draw(&environment, &mut of_values)
        };
        Ok((0..draws).map(draw).collect())
    }
}

/// The expressions that drawing `value` asks for.
fn parts(value: &impl Value) -> Vec<Real> {
    let report = Report::of(value, "");
    let requirements = report.requirements().to_vec();
    let scalars = report.into_scalars().map(|(_, scalar)| scalar);
    scalars.chain(requirements).collect()
}

/// The unknowns of a model.
struct Unknowns<'a> {
    priors: Vec<&'a Prior>,
    /// The values of all priors, one after the other.
    values: Vec<Real>,
    /// A parameter for each value, of which programs are functions.
    inputs: Vec<Real>,
}

impl<'a> Unknowns<'a> {
    fn of<T>(model: &'a RandomVariable<T>) -> Result<Self, ModelError> {
        let mut priors = Vec::new();
        for term in model.terms().collect() {
            match term {
                Term::Prior(prior) => priors.push(prior),
                Term::Flaw(flaw) => return Err(flaw.clone()),
                Term::Latent(_)
                | Term::Density(_)
                | Term::Observed(_)
                | Term::Likelihood(_)
                | Term::Name { .. } => {}
            }
        }
        let values = priors.iter().flat_map(|prior| prior.values.iter().cloned());
        let values: Vec<Real> = values.collect();
        let inputs = values.iter().map(|_| Real::parameter("unknown")).collect();
        Ok(Self {
            priors,
            values,
            inputs,
        })
    }

    /// The priors in the order in which they can be drawn.
    fn levels(&self) -> Result<Vec<Level<'a>>, ModelError> {
        let mut start = 0;
        let mut pending: Vec<(usize, &Prior)> = Vec::new();
        for &prior in &self.priors {
            pending.push((start, prior));
            start += prior.values.len();
        }
        let mut drawn: Vec<(Real, Real)> = Vec::new();
        let mut levels = Vec::new();
        while !pending.is_empty() {
            let is_ready = |&(_, prior): &(usize, &Prior)| {
                let needed = Real::substitute(prior.generator.requirements(), &drawn);
                !needed.iter().any(Real::depends_on_parameter)
            };
            let (mut ready, waiting): (Vec<_>, Vec<_>) = pending.into_iter().partition(is_ready);
            pending = waiting;
            if ready.is_empty() {
                // They need a parameter that nothing gives a value: compiling says which.
                ready = std::mem::take(&mut pending);
            }
            let generators = ready.iter().map(|(_, prior)| &prior.generator);
            let needed = generators.flat_map(|generator| generator.requirements().to_vec());
            let known = self.compile(needed.collect())?;
            let values = ready.iter().flat_map(|(_, prior)| &prior.values);
            drawn.extend(values.map(|value| (value.clone(), Real::constant(0.0))));
            levels.push(Level {
                priors: ready,
                known,
            });
        }
        Ok(levels)
    }

    /// `expressions` as functions of the unknowns' values instead of their parameters.
    fn compile(&self, expressions: Vec<Real>) -> Result<Known, ModelError> {
        let pairs: Vec<(Real, Real)> = self
            .values
            .iter()
            .cloned()
            .zip(self.inputs.iter().cloned())
            .collect();
        let outputs = Real::substitute(&expressions, &pairs);
        let identities = expressions.iter().map(Real::identity);
        Ok(Known {
            slots: identities.zip(0..).collect(),
            evaluator: Program::compile(&outputs, &self.inputs)?
                .bind(&[])?
                .evaluator(),
            _expressions: expressions,
        })
    }
}

/// Priors that depend on none but those of earlier levels.
struct Level<'a> {
    /// Each with the place of its first value.
    priors: Vec<(usize, &'a Prior)>,
    known: Known,
}

impl Level<'_> {
    /// Puts a draw from each prior into `position`.
    fn draw(&mut self, unknowns: &[Real], position: &mut [f64], rng: &mut dyn Rng) {
        let mut drawn = Vec::with_capacity(self.priors.len());
        let environment = self.known.environment(unknowns, position);
        for &(start, prior) in &self.priors {
            drawn.push((start, prior.generator.draw(&environment, rng)));
        }
        for (start, values) in drawn {
            position[start..start + values.len()].copy_from_slice(&values);
        }
    }
}

/// Expressions that a program evaluates.
struct Known {
    slots: Slots,
    evaluator: Evaluator,
    /// Keeps the expressions alive of whose identity `slots` speaks.
    _expressions: Vec<Real>,
}

impl Known {
    /// The environment in which `unknowns` have these values.
    fn environment<'a>(&'a mut self, unknowns: &'a [Real], values: &'a [f64]) -> Environment<'a> {
        let known = self.evaluator.evaluate(values);
        Environment::new(unknowns, values).with_known(&self.slots, known)
    }
}
