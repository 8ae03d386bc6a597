//! States the talk's model of counts and fits it, many series at once.
//!
//! In: counts of one series or window. Out: draws of its two unknowns. The talk's model: a bin is silent with
//! probability `zero_prob`, otherwise its count is Poisson with mean `rate`.
//!
//! `zero_prob ~ Beta(1, 1)`; `rate` follows one of the [`RatePrior`]s. Compiled once; every fit only binds data.

use rainier::dist::FittedSeries;
use rainier::prelude::*;

/// What is believed about the rate before a series is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RatePrior {
    /// Gamma(1, scale), an exponential whose mean is the mean of all busy bins of all series: a domain never seen
    /// busy is judged by what its neighbours do.
    Population {
        /// Mean count of busy bins, above 0.
        mean_size: f64,
    },
    /// Normal(5, 5), as in the talk's program; negative rates have density 0.
    Talk,
}

impl RatePrior {
    /// A rate of this prior.
    pub(crate) fn rate(self) -> RandomVariable<Real> {
        match self {
            Self::Population { mean_size } => Gamma::new(1.0, mean_size).param(),
            Self::Talk => Normal::new(5.0, 5.0).param(),
        }
    }
}

/// The zero-inflated Poisson model, compiled.
///
/// ```
/// use dns_anomaly::{FitSettings, RatePrior, ZipModel};
///
/// let model = ZipModel::new(RatePrior::Talk)?;
/// let fit = model.fit(&[0, 0, 7, 0, 8, 0, 0, 9], &FitSettings::default(), 1)?;
/// let rate = fit.draws().iter().map(|draw| draw.rate).sum::<f64>() / fit.draws().len() as f64;
/// assert!((6.0..10.0).contains(&rate));
/// # Ok::<(), dns_anomaly::FitError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ZipModel {
    template: Template<(Real, Real)>,
    counts: Column,
}

/// How long to sample, and from which seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FitSettings {
    seed: u64,
    chains: usize,
    warm_up: usize,
    draws: usize,
}

impl Default for FitSettings {
    /// Two unknowns need little warm-up: 300 iterations, then 500 draws of one chain.
    fn default() -> Self {
        Self {
            seed: 1,
            chains: 1,
            warm_up: 300,
            draws: 500,
        }
    }
}

impl FitSettings {
    /// The seed all streams derive from.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Number of chains, at least one.
    #[must_use]
    pub fn with_chains(self, chains: usize) -> Self {
        Self { chains, ..self }
    }

    /// Iterations of each chain that adapt the sampler and are dropped.
    #[must_use]
    pub fn with_warm_up(self, warm_up: usize) -> Self {
        Self { warm_up, ..self }
    }

    /// Draws kept of each chain.
    #[must_use]
    pub fn with_draws(self, draws: usize) -> Self {
        Self { draws, ..self }
    }

    /// The same as the sampler takes it.
    pub(crate) fn run(&self) -> Run {
        Run::default()
            .with_seed(self.seed)
            .with_chains(self.chains)
            .with_warm_up(self.warm_up)
            .with_draws(self.draws)
            // Series run in parallel, not chains.
            .with_threads(1)
    }

    /// The seed all streams derive from.
    pub fn seed(&self) -> u64 {
        self.seed
    }
}

/// One draw of the posterior.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ZipDraw {
    /// Probability that a bin is silent whatever the rate.
    pub zero_prob: f64,
    /// Mean count of a bin that is not.
    pub rate: f64,
}

impl ZipDraw {
    /// The mean count of a bin, (1 − `zero_prob`) · `rate`.
    pub fn mean(&self) -> f64 {
        (1.0 - self.zero_prob) * self.rate
    }
}

/// What was learned about one series.
#[derive(Debug, Clone)]
pub struct ZipFit {
    draws: Vec<ZipDraw>,
    trace: Trace,
}

/// A model that cannot be compiled or sampled.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the model of counts: {source}")]
pub struct FitError {
    #[from]
    source: SampleError,
}

impl ZipModel {
    /// Compiles the model.
    ///
    /// # Errors
    /// When the prior's mean is not above 0.
    pub fn new(prior: RatePrior) -> Result<Self, FitError> {
        let counts = Column::placeholder("counts");
        let model = zero_inflated_poisson(prior.rate(), &counts);
        let template = model.template().map_err(SampleError::from)?;
        Ok(Self { template, counts })
    }

    /// Samples the posteriors of many series in lock step, each named by its key. Draws depend on seed, key and counts
    /// alone, not on the other series.
    ///
    /// # Errors
    /// When a setting is out of range or no starting point of some series has a finite density.
    pub fn fit_many(
        &self,
        series: impl IntoIterator<Item = (u64, Vec<u64>)>,
        settings: &FitSettings,
    ) -> Result<Vec<ZipFit>, FitError> {
        let series = self.bound_to(series);
        let fits = self
            .template
            .sample_many(series, &Hmc::default(), &settings.run())?;
        fits.map(|series| Ok(ZipFit::of(&series.outcome?)))
            .collect()
    }

    /// Sums up the draws of [`Self::fit_many`] as they come, and keeps none: rows `zero_prob` and `rate` each.
    ///
    /// # Errors
    /// As [`Self::fit_many`].
    pub fn summarise_many(
        &self,
        series: impl IntoIterator<Item = (u64, Vec<u64>)>,
        settings: &FitSettings,
    ) -> Result<Vec<FittedSeries>, FitError> {
        let series = self.bound_to(series);
        let fits = self
            .template
            .fit_many(series, &Hmc::default(), &settings.run())?;
        fits.map(|series| Ok(series.outcome?)).collect()
    }

    /// The counts of each series as the template's data.
    fn bound_to(
        &self,
        series: impl IntoIterator<Item = (u64, Vec<u64>)>,
    ) -> impl Iterator<Item = (u64, [(&Column, Vec<f64>); 1])> {
        series.into_iter().map(|(key, counts)| {
            let counts = counts.iter().map(|&count| count as f64).collect();
            (key, [(&self.counts, counts)])
        })
    }

    /// Samples the posterior of one series by NUTS. `key` names the series: equal seed and key give equal draws,
    /// whatever else is fitted, in any order, on any thread.
    ///
    /// # Errors
    /// When a setting is out of range or no starting point has a finite density.
    pub fn fit(
        &self,
        counts: &[u64],
        settings: &FitSettings,
        key: u64,
    ) -> Result<ZipFit, FitError> {
        let counts: Vec<f64> = counts.iter().map(|&count| count as f64).collect();
        let posterior = self
            .template
            .bind(&[(&self.counts, &counts)])
            .map_err(SampleError::from)?;
        let sampled = posterior.sample(&Nuts::default(), &settings.run().with_key(key))?;
        Ok(ZipFit::of(&sampled))
    }
}

/// The model of `counts` with this prior of the rate; its value is `zero_prob` and `rate`.
pub(crate) fn zero_inflated_poisson(
    rate: RandomVariable<Real>,
    counts: &Column,
) -> RandomVariable<(Real, Real)> {
    model! {
        zero_prob = Beta::new(1.0, 1.0).param();
        rate = rate;
        () = Poisson::new(&rate).zero_inflated(&zero_prob).fit(counts);
        yield (zero_prob, rate)
    }
}

impl ZipFit {
    fn of(sampled: &PosteriorTrace<(f64, f64)>) -> Self {
        let draws = sampled
            .draws()
            .iter()
            .map(|&(zero_prob, rate)| ZipDraw { zero_prob, rate });
        Self {
            draws: draws.collect(),
            trace: sampled.trace().clone(),
        }
    }

    /// The draws, chain after chain.
    pub fn draws(&self) -> &[ZipDraw] {
        &self.draws
    }

    /// Summary of `zero_prob` and `rate`, in this order.
    pub fn summary(&self) -> Summary {
        self.trace.summary()
    }

    /// Number of divergent transitions after warm-up.
    pub fn divergences(&self) -> usize {
        self.trace.divergences()
    }

    /// A density plot of the draws: `rate` to the right, `zero_prob` upwards, as on the talk's slide.
    pub fn plot(&self) -> String {
        plot2d(self.draws.iter().map(|draw| (draw.rate, draw.zero_prob)))
    }
}
