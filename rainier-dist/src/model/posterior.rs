//! Joins a compiled model with data: [`Posterior`], which samplers explore.
//!
//! In: programs bound to data. Out: log densities for samplers, and draws of the model's value.

use std::sync::Arc;

use rainier_core::{BoundProgram, Evaluator};
use rainier_sampler::{Checkpoint, Run, Sampler, Trace};
use rand::Rng;

use super::bound::{BoundModel, CompiledModel};
use super::density::PosteriorDensity;
use super::log_likelihood::Likelihoods;
use super::trace::PosteriorTrace;
use crate::at_positions::AtPositions;
use crate::environment::Environment;
use crate::error::{ModelError, SampleError};
use crate::random_variable::{RandomVariable, Value};

/// A model joined with its data: a log density on unconstrained space, and the value that each
/// draw turns into. Immutable, `Send + Sync`; clones share everything.
///
/// ```
/// use rainier_dist::{Fit, Param, continuous::Beta, discrete::Bernoulli};
/// use rainier_sampler::{Nuts, Run};
///
/// let model = Beta::new(1.0, 1.0)
///     .param()
///     .flat_map(|p| Bernoulli::new(&p).fit(&[true, true, false]).map(|()| p))
///     .named("p");
/// let posterior = model.compile()?;
/// assert_eq!(posterior.names(), ["p"]);
///
/// let trace = posterior.sample(&Nuts::default(), &Run::default().with_seed(1).with_draws(100))?;
/// assert_eq!(trace.draws().len(), 400);
/// assert!(trace.draws().iter().all(|p| (0.0..=1.0).contains(p)));
/// # Ok::<(), rainier_dist::SampleError>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct Posterior<T> {
    value: Arc<T>,
    pub(super) bound: BoundModel,
}

impl<T> Posterior<T> {
    pub(super) fn new(value: Arc<T>, bound: BoundModel) -> Self {
        Self { value, bound }
    }

    /// Number of unconstrained parameters.
    pub fn dimension(&self) -> usize {
        self.names().len()
    }

    /// What the unconstrained parameters are called, in the order of their first appearance in the
    /// model: like the value made of them, if that has a name, else `parameter[i]`.
    pub fn names(&self) -> &[String] {
        &self.bound.model.density.names
    }

    /// What the reported numbers are called: by name, else by their place in the value.
    pub fn labels(&self) -> &[String] {
        &self.bound.model.report.labels
    }

    /// What became of sums over the data: which are numbers by now, and what is still read row by
    /// row.
    pub fn explain(&self) -> String {
        self.bound.density.explain()
    }

    /// The program of the log density and its gradient, joined with the data: to evaluate many
    /// posteriors of one template in lock step, or to look at the code.
    pub fn program(&self) -> &BoundProgram {
        &self.bound.density
    }

    pub(super) fn must_have_parameters(&self) -> Result<(), ModelError> {
        self.bound.model.must_have_parameters()
    }

    /// What the log likelihoods of single outcomes are computed from.
    pub(super) fn likelihoods(&self) -> Likelihoods {
        Likelihoods {
            model: Arc::clone(&self.bound.model),
            columns: Arc::clone(&self.bound.columns),
        }
    }

    /// The log density with scratch memory of its own.
    pub fn evaluator(&self) -> PosteriorDensity {
        self.bound.evaluator()
    }

    /// A function from an unconstrained position to the model's value there. Generators draw from
    /// `rng`.
    ///
    /// # Panics
    /// The function panics when the position's length is not the dimension.
    ///
    /// ```
    /// use rainier_dist::{Param, continuous::Normal};
    /// use rand::{SeedableRng, rngs::ChaCha8Rng};
    ///
    /// let posterior = Normal::new(10.0, 2.0).param().map(|x| (&x * &x, x)).compile()?;
    /// let mut rng = ChaCha8Rng::seed_from_u64(1);
    /// // The parameter of a normal prior is the standardised value.
    /// assert_eq!(posterior.drawer()(&[1.0], &mut rng), (144.0, 12.0));
    /// # Ok::<(), rainier_dist::ModelError>(())
    /// ```
    pub fn drawer(&self) -> impl FnMut(&[f64], &mut dyn Rng) -> T::Output
    where
        T: Value,
    {
        let mut drawer = Drawer::new(self);
        move |position, rng| drawer.draw(position, rng)
    }

    /// Samples the posterior.
    ///
    /// # Errors
    /// [`ModelError::NoParameters`](crate::ModelError::NoParameters), or those of the sampler: a
    /// setting outside its range, no starting point of finite density.
    pub fn sample<S>(
        &self,
        sampler: &S,
        run: &Run,
    ) -> Result<PosteriorTrace<T::Output>, SampleError>
    where
        T: Value,
        S: Sampler<PosteriorDensity>,
    {
        let whole = self.resume(sampler, run, Checkpoint::default())?;
        let positions = whole.into_trace()?;
        self.trace_of(positions, run)
    }

    /// Goes on with a run that was left, as [`rainier_sampler::resume`]: the draws are the bits of a
    /// run that was never left. [`trace_of`](Self::trace_of) makes draws of the value.
    ///
    /// # Errors
    /// As [`sample`](Self::sample); and when the checkpoint is that of another run.
    ///
    /// ```
    /// use rainier_dist::{Param, continuous::Normal};
    /// use rainier_sampler::{Checkpoint, Nuts, Run};
    ///
    /// let posterior = Normal::new(0, 1).param().compile()?;
    /// let (sampler, run) = (Nuts::default(), Run::default().with_draws(50));
    /// let part = run.clone().with_draws(20);
    /// let left = posterior.resume(&sampler, &part, Checkpoint::default())?.to_bytes();
    ///
    /// let checkpoint = Checkpoint::from_bytes(&left).map_err(rainier_sampler::SampleError::from)?;
    /// let whole = posterior.resume(&sampler, &run, checkpoint)?;
    /// let trace = posterior.trace_of(whole.trace()?, &run)?;
    /// assert_eq!(trace.draws(), posterior.sample(&sampler, &run)?.draws());
    /// # Ok::<(), rainier_dist::SampleError>(())
    /// ```
    pub fn resume<S>(
        &self,
        sampler: &S,
        run: &Run,
        checkpoint: Checkpoint,
    ) -> Result<Checkpoint, SampleError>
    where
        S: Sampler<PosteriorDensity>,
    {
        self.must_have_parameters()?;
        // The value need not be `Sync`, and takes no part.
        let bound = &self.bound;
        let make_density = || bound.evaluator();
        Ok(rainier_sampler::resume(
            make_density,
            sampler,
            run,
            checkpoint,
        )?)
    }

    /// Draws of the model's value at positions of unconstrained space, wherever they come from.
    /// Generators draw from streams of the run's seed and key.
    ///
    /// # Errors
    /// [`SampleError::Trace`] when the positions have another number of coordinates.
    pub fn trace_of(
        &self,
        positions: Trace,
        run: &Run,
    ) -> Result<PosteriorTrace<T::Output>, SampleError>
    where
        T: Value,
    {
        let positions = positions.with_names(self.names().to_vec())?;
        Ok(PosteriorTrace::new(self, positions, run))
    }
}

impl<T: Value + Clone> RandomVariable<T> {
    /// Compiles and samples the model.
    ///
    /// # Errors
    /// Those of [`compile`](Self::compile) and of [`Posterior::sample`].
    pub fn sample<S>(
        &self,
        sampler: &S,
        run: &Run,
    ) -> Result<PosteriorTrace<T::Output>, SampleError>
    where
        S: Sampler<PosteriorDensity>,
    {
        self.compile()?.sample(sampler, run)
    }
}

/// Turns positions into draws of a posterior's value.
pub(super) struct Drawer<'a, T> {
    posterior: &'a Posterior<T>,
    evaluator: Evaluator,
}

impl<'a, T: Value> Drawer<'a, T> {
    pub(super) fn new(posterior: &'a Posterior<T>) -> Self {
        Self {
            posterior,
            evaluator: posterior.bound.report.evaluator(),
        }
    }

    pub(super) fn draw(&mut self, position: &[f64], rng: &mut dyn Rng) -> T::Output {
        let known = self.evaluator.evaluate(position);
        self.posterior.value_at(position, known, rng)
    }
}

impl<T: Value> Posterior<T> {
    /// What the report's program gives at `positions`, `[draw][parameter]`.
    pub(super) fn reported<'p>(&self, positions: &'p [f64]) -> AtPositions<'p> {
        AtPositions::new(&self.bound.report, positions)
    }

    /// A draw of the value at a position where the report's program gives `known`.
    pub(super) fn value_at(&self, position: &[f64], known: &[f64], rng: &mut dyn Rng) -> T::Output {
        let CompiledModel {
            density, report, ..
        } = &*self.bound.model;
        let environment = Environment::new(&density.parameters, position)
            .with_known(&report.slots, known)
            .with_columns(&self.bound.columns);
        self.value.draw(&environment, rng)
    }
}

// Written out, since the derive would ask `T: Clone`.
impl<T> Clone for Posterior<T> {
    fn clone(&self) -> Self {
        Self {
            value: Arc::clone(&self.value),
            bound: self.bound.clone(),
        }
    }
}
