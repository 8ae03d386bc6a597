//! Samples a model that has its data: `Posterior`.
//!
//! In: settings by the names Python users know. Out: draws.

use pyo3::prelude::*;
use rainier::dist::{Posterior, PosteriorTrace, SampleError};
use rainier::sampler::{Hmc, MetricShape, Nuts, Run, Walkers};

use crate::draws::PyDraws;
use crate::error::{model_error, sample_error};
use crate::size;
use crate::template::Parts;
use crate::watch::watched;

/// A model joined with its data.
#[pyclass(frozen, name = "Posterior", module = "rainier._native")]
#[derive(Debug)]
pub(crate) struct PyPosterior {
    posterior: Posterior<Parts>,
    generator_labels: Vec<String>,
}

impl PyPosterior {
    pub(crate) fn new(posterior: Posterior<Parts>, generator_labels: Vec<String>) -> Self {
        Self {
            posterior,
            generator_labels,
        }
    }
}

/// The samplers, by name.
enum Sampler {
    Nuts(Nuts),
    Hmc(Hmc),
    Walkers(Walkers),
}

impl Sampler {
    fn named(name: &str, target_accept: Option<f64>, metric: &str) -> PyResult<Self> {
        let metric = match metric {
            "unit" => MetricShape::Unit,
            "diagonal" => MetricShape::Diagonal,
            "dense" => MetricShape::Dense,
            other => {
                return Err(model_error(format!(
                    "metric must be \"diagonal\", \"dense\" or \"unit\", got {other:?}"
                )));
            }
        };
        match name {
            "nuts" => {
                let nuts = Nuts::default().with_metric(metric);
                Ok(Self::Nuts(match target_accept {
                    Some(target) => nuts.with_target_acceptance(target),
                    None => nuts,
                }))
            }
            "hmc" => {
                let hmc = Hmc::default().with_metric(metric);
                Ok(Self::Hmc(match target_accept {
                    Some(target) => hmc.with_target_acceptance(target),
                    None => hmc,
                }))
            }
            "walkers" => Ok(Self::Walkers(Walkers::default())),
            other => Err(model_error(format!(
                "sampler must be \"nuts\", \"hmc\" or \"walkers\", got {other:?}"
            ))),
        }
    }

    fn sample(
        &self,
        posterior: &Posterior<Parts>,
        run: &Run,
    ) -> Result<PosteriorTrace<Vec<f64>>, SampleError> {
        match self {
            Self::Nuts(nuts) => posterior.sample(nuts, run),
            Self::Hmc(hmc) => posterior.sample(hmc, run),
            Self::Walkers(walkers) => posterior.sample(walkers, run),
        }
    }
}

#[pymethods]
impl PyPosterior {
    #[getter]
    fn dimension(&self) -> usize {
        self.posterior.dimension()
    }

    #[getter]
    fn labels(&self) -> Vec<String> {
        self.posterior.labels().to_vec()
    }

    fn explain(&self) -> String {
        self.posterior.explain()
    }

    #[pyo3(signature = (*, draws, tune, chains, target_accept, seed, threads, sampler, metric, progress))]
    #[expect(clippy::too_many_arguments, reason = "they are named in Python")]
    fn sample(
        &self,
        py: Python<'_>,
        draws: usize,
        tune: usize,
        chains: usize,
        target_accept: Option<f64>,
        seed: u64,
        threads: Option<usize>,
        sampler: &str,
        metric: &str,
        progress: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyDraws> {
        let sampler = Sampler::named(sampler, target_accept, metric)?;
        let numbers = self.posterior.dimension()
            + self.posterior.labels().len()
            + self.generator_labels.len();
        size::of_draws(chains, draws, numbers)?;
        let run = Run::default()
            .with_seed(seed)
            .with_chains(chains)
            .with_warm_up(tune)
            .with_draws(draws);
        let run = match threads {
            // More threads than chains have nothing to do.
            Some(threads) => run.with_threads(threads.min(chains.max(1))),
            None => run,
        };
        let outcome = watched(py, progress.as_ref(), |watch| {
            let run = run.clone().with_control(watch.control(tune));
            sampler.sample(&self.posterior, &run)
        })?;
        let trace = outcome.map_err(|error| sample_error(&error))?;
        Ok(PyDraws::new(trace, self.generator_labels.clone(), run))
    }
}
