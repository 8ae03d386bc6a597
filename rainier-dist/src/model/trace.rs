//! Holds the draws of a model's value: [`PosteriorTrace`].
//!
//! In: positions in unconstrained space, as a sampler left them. Out: typed draws, and the
//! reported numbers by name with their diagnostics.

use rainier_sampler::{Run, Streams, Summary, Trace, Warning};

use super::log_likelihood::{Likelihoods, LogLikelihood};
use super::posterior::Posterior;
use crate::error::ModelError;
use crate::random_variable::Value;

/// Draws of a model's value, with the numbers in it by name.
///
/// ```
/// use rainier_dist::{Param, continuous::Normal};
/// use rainier_sampler::{Nuts, Run};
///
/// let model = Normal::new(3.0, 1.0).param().named("mean").map(|mean| (&mean * 2.0, mean));
/// let run = Run::default().with_seed(1).with_draws(200);
/// let trace = model.sample(&Nuts::default(), &run)?;
/// assert_eq!(trace.trace().names(), ["0", "mean"]);
/// for &(twice, mean) in trace.draws() {
///     assert_eq!(twice, 2.0 * mean);
/// }
/// println!("{}", trace.summary());
/// # Ok::<(), rainier_dist::SampleError>(())
/// ```
#[derive(Debug, Clone)]
pub struct PosteriorTrace<O> {
    draws: Vec<O>,
    trace: Trace,
    positions: Trace,
    likelihoods: Likelihoods,
}

impl<O> PosteriorTrace<O> {
    /// Turns each position into a draw of the posterior's value.
    ///
    /// Generators draw from streams of their own, one for each chain, so that adding one to a
    /// model changes no other number, and the threads that sampled change none at all.
    pub(crate) fn new<T: Value<Output = O>>(
        posterior: &Posterior<T>,
        positions: Trace,
        run: &Run,
    ) -> Self {
        let streams = Streams::from_seed(run.seed());
        // Samplers count streams from 0 upwards.
        let stream = |chain: usize| streams.stream(run.key(), usize::MAX - chain);
        let per_chain = positions.draws_per_chain();
        let mut rng = stream(0);
        let mut draws = Vec::with_capacity(positions.chains() * per_chain);
        let mut reported = posterior.reported(positions.draws());
        // Draws are visited chain after chain.
        let trace = positions.map_draws(posterior.labels().to_vec(), |position, numbers| {
            if draws.len() % per_chain == 0 {
                rng = stream(draws.len() / per_chain);
            }
            let known = reported.next();
            numbers.copy_from_slice(&known[..numbers.len()]);
            draws.push(posterior.value_at(position, known, &mut rng));
        });
        Self {
            draws,
            trace,
            positions,
            likelihoods: posterior.likelihoods(),
        }
    }

    /// The value in each draw, chain after chain.
    pub fn draws(&self) -> &[O] {
        &self.draws
    }

    /// The value in each draw, chain after chain.
    pub fn into_draws(self) -> Vec<O> {
        self.draws
    }

    /// The value in each draw, by chain.
    pub fn chains(&self) -> impl Iterator<Item = &[O]> {
        self.draws.chunks_exact(self.trace.draws_per_chain())
    }

    /// The numbers of the value by name, with the sampler's statistics. A number that is the same
    /// in all draws, or is drawn by a generator, is not among them.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The unconstrained parameters, which are what the sampler explored.
    pub fn positions(&self) -> &Trace {
        &self.positions
    }

    /// Mean, spread, quantiles and diagnostics of each reported number. `Display` is a table.
    pub fn summary(&self) -> Summary {
        self.trace.summary()
    }

    /// The log likelihood of each outcome at each draw, for leave-one-out cross-validation and
    /// comparisons of models: [`LogLikelihood`].
    ///
    /// ```
    /// use rainier_dist::{Fit, Param, continuous::Beta, discrete::Bernoulli};
    /// use rainier_sampler::{Nuts, Run};
    ///
    /// let model = Beta::new(1, 1).param().flat_map(|p| {
    ///     Bernoulli::new(&p).fit(&[true, true, false]).map(|()| p)
    /// });
    /// let trace = model.sample(&Nuts::default(), &Run::default().with_chains(1).with_draws(50))?;
    /// let log_likelihood = trace.log_likelihood()?;
    /// for (p, row) in trace.draws().iter().zip(log_likelihood.chains()[0].chunks(3)) {
    ///     assert!((row[0] - p.ln()).abs() < 1e-12 && (row[2] - (1.0 - p).ln()).abs() < 1e-12);
    /// }
    /// # Ok::<(), rainier_dist::SampleError>(())
    /// ```
    ///
    /// # Errors
    /// [`ModelError::NoOutcomes`] when the model was fitted to nothing, or came as bytes, which
    /// hold no single rows.
    pub fn log_likelihood(&self) -> Result<LogLikelihood, ModelError> {
        self.likelihoods.at(&self.positions)
    }

    /// What should be looked at before the draws are used, in the reported numbers and in the
    /// parameters they come from; empty when nothing was found. What is found of a number is not said
    /// again of the parameter of its name.
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = self.trace.warnings();
        for warning in self.positions.warnings() {
            if !warnings
                .iter()
                .any(|found| is_same_finding(found, &warning))
            {
                warnings.push(warning);
            }
        }
        warnings
    }
}

/// Whether both say the same of the same name, be it by other figures.
fn is_same_finding(one: &Warning, other: &Warning) -> bool {
    match (one, other) {
        (Warning::Rhat { name: one, .. }, Warning::Rhat { name: other, .. }) => one == other,
        (
            Warning::FewEffectiveDraws { name, kind, .. },
            Warning::FewEffectiveDraws {
                name: other_name,
                kind: other_kind,
                ..
            },
        ) => (name, kind) == (other_name, other_kind),
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use rainier_core::Real;
    use rainier_sampler::Nuts;

    use super::*;
    use crate::continuous::Gamma;
    use crate::{Param, RandomVariable};

    #[test]
    fn a_number_that_is_the_parameter_of_its_name_is_warned_of_once() {
        let names = |model: &RandomVariable<Real>, seed| {
            // So few draws that R-hat is over 1.01, and mostly another for the parameter's logarithm.
            let run = Run::default()
                .with_chains(2)
                .with_warm_up(100)
                .with_draws(10)
                .with_seed(seed);
            let trace = model.sample(&Nuts::default(), &run).unwrap();
            let of_rhat = |warning| match warning {
                Warning::Rhat { name, .. } => Some(name),
                _ => None,
            };
            let names = trace.warnings().into_iter().filter_map(of_rhat);
            names.collect::<Vec<_>>()
        };
        let rate = Gamma::new(2.0, 1.0).param().named("rate");
        for seed in 0..20 {
            assert!(names(&rate, seed).len() <= 1, "{seed}");
        }
        // Where it is not reported itself, it is said as well.
        let inverse = rate.map(|rate| 1.0 / rate);
        assert_eq!(names(&inverse, 1), ["value", "rate"]);
    }
}
