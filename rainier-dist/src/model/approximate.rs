//! Finds the mode of a posterior, and the normal that stands for it there.
//!
//! In: a posterior, settings of the search, a run. Out: the model's value at the mode, [`Mode`];
//! draws of the value from Laplace's normal, [`Approximation`].

use rainier_sampler::{
    Chain, Laplace, Lbfgs, Optimum, Run, Statistics, Streams, Trace, laplace, optimize,
    starting_point,
};

use super::posterior::{Drawer, Posterior};
use super::trace::PosteriorTrace;
use crate::error::SampleError;
use crate::random_variable::{RandomVariable, Value};

/// Where a posterior is most dense, and the model's value there.
#[derive(Debug, Clone, PartialEq)]
pub struct Mode<O> {
    /// The model's value. Generators in it draw from a stream of the run.
    pub value: O,
    /// The position in unconstrained space, the log density there and what finding it took.
    pub optimum: Optimum,
}

/// Laplace's approximation: the normal at the mode, and independent draws from it.
#[derive(Debug, Clone)]
pub struct Approximation<O> {
    /// The normal on unconstrained space, with its estimate of the evidence.
    pub normal: Laplace,
    /// Draws of the model's value: `run.chains()` times `run.draws()`.
    pub trace: PosteriorTrace<O>,
}

impl<T: Value> Posterior<T> {
    /// Climbs to the mode from `run.chains()` random starts; the highest found counts.
    ///
    /// The density is that on unconstrained space, with the Jacobians of the supports, as samplers
    /// see it: an estimate from few data differs from the mode of the parameters themselves, and
    /// depends on whether a hierarchy is centred. The starts are those that the chains of a sampler
    /// would have with the same seed and key.
    ///
    /// # Errors
    /// A setting outside its range, no start of finite density, or the reason why the first start
    /// led to no mode when none did.
    ///
    /// ```
    /// use rainier_dist::{Fit, Param, continuous::Exponential, discrete::Poisson};
    /// use rainier_sampler::{Lbfgs, Run};
    ///
    /// let model = Exponential::new(1)
    ///     .param()
    ///     .flat_map(|rate| Poisson::new(&rate).fit(&[2, 4, 3]).map(|()| rate));
    /// let mode = model.compile()?.optimize(&Lbfgs::default(), &Run::default())?;
    /// // In x = ln λ the log density is 9 x − 3 eˣ − eˣ + x.
    /// assert!((mode.value - 10.0 / 4.0).abs() < 1e-5);
    /// # Ok::<(), rainier_dist::SampleError>(())
    /// ```
    pub fn optimize(&self, settings: &Lbfgs, run: &Run) -> Result<Mode<T::Output>, SampleError> {
        let optimum = self.highest(settings, run)?;
        let mut rng = Streams::from_seed(run.seed()).stream(run.key(), usize::MAX);
        let value = Drawer::new(self).draw(&optimum.position, &mut rng);
        Ok(Mode { value, optimum })
    }

    /// Approximates the posterior by the normal at its mode and draws from that.
    ///
    /// Good where many data speak about few parameters, and wrong by what the posterior's shape
    /// differs from a normal's otherwise: nothing warns.
    ///
    /// # Errors
    /// As [`optimize`](Self::optimize); and when the density does not curve down in every direction
    /// at the mode.
    ///
    /// ```
    /// use rainier_dist::{Fit, Param, continuous::Normal};
    /// use rainier_sampler::{Lbfgs, Run};
    ///
    /// let model = Normal::new(0, 1).param().named("mean").flat_map(|mean| {
    ///     Normal::new(&mean, 1).fit(&[1.0, 2.0, 3.0]).map(|()| mean)
    /// });
    /// let fit = model.compile()?.laplace(&Lbfgs::default(), &Run::default())?;
    /// // Here it is exact: Normal(6/4, 1/√4).
    /// let summary = fit.trace.summary();
    /// let mean = &summary.rows()[0];
    /// assert!((mean.mean - 1.5).abs() < 0.05 && (mean.sd - 0.5).abs() < 0.05);
    /// # Ok::<(), rainier_dist::SampleError>(())
    /// ```
    pub fn laplace(
        &self,
        settings: &Lbfgs,
        run: &Run,
    ) -> Result<Approximation<T::Output>, SampleError> {
        let mode = self.highest(settings, run)?.position;
        let mut density = self.evaluator();
        let normal = laplace(&mut density, &mode)?;
        let streams = Streams::from_seed(run.seed());
        let chain = |number| {
            let mut rng = streams.stream(run.key(), number);
            let mut chain = Chain::with_capacity(self.dimension(), run.draws());
            for _ in 0..run.draws() {
                chain.push(&normal.draw(&mut rng), Statistics::default())?;
            }
            Ok(chain)
        };
        let chains: Result<_, SampleError> = (0..run.chains()).map(chain).collect();
        let positions = Trace::from_chains(self.names().to_vec(), chains?)?;
        let trace = self.trace_of(positions, run)?;
        Ok(Approximation { normal, trace })
    }

    /// The highest of the modes above the starts.
    fn highest(&self, settings: &Lbfgs, run: &Run) -> Result<Optimum, SampleError> {
        run.validate().map_err(rainier_sampler::SampleError::from)?;
        self.must_have_parameters()?;
        let mut density = self.evaluator();
        let streams = Streams::from_seed(run.seed());
        let mut climb = |number: usize| {
            let mut rng = streams.stream(run.key(), number);
            let start = starting_point(&mut density, number, &mut rng)?;
            Ok(optimize(&mut density, &start, settings)?)
        };
        let mut best = climb(0);
        for number in 1..run.chains() {
            match (&best, climb(number)) {
                (Ok(highest), Ok(other)) if other.log_density > highest.log_density => {
                    best = Ok(other);
                }
                (Err(_), Ok(first)) => best = Ok(first),
                _ => {}
            }
        }
        best
    }
}

impl<T: Value + Clone> RandomVariable<T> {
    /// Compiles the model and finds its mode.
    ///
    /// # Errors
    /// Those of [`compile`](Self::compile) and of [`Posterior::optimize`].
    pub fn optimize(&self, settings: &Lbfgs, run: &Run) -> Result<Mode<T::Output>, SampleError> {
        self.compile()?.optimize(settings, run)
    }
}
