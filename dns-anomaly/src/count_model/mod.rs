//! Says which distribution the counts of a series may have: a closed list of models, and the best for a series.
//!
//! In: counts of one series, the models asked for. Out: draws of their unknowns, and how well each would predict a bin
//! from all others.

mod choice;
mod statement;

use std::fmt;

use rainier::prelude::*;

pub use self::choice::{Choice, ChoiceError, Rival, choose_model};
use crate::model::{FitError, FitSettings};

/// A model of the counts of one series, bin by bin.
///
/// | model | a bin's count | unknowns |
/// | --- | --- | --- |
/// | poisson | Poisson | rate |
/// | geometric | geometric on 0, 1, … | `success_prob` |
/// | nb | negative binomial, variance mean + mean²/dispersion | mean, dispersion |
/// | zip | 0 with probability `zero_prob`, else Poisson | `zero_prob`, rate |
/// | zinb | 0 with probability `zero_prob`, else negative binomial | `zero_prob`, mean, dispersion |
/// | hurdle | above 0 with probability `active_prob`, then Poisson given that | `active_prob`, rate |
/// | hurdle-nb | the same with a negative binomial | `active_prob`, mean, dispersion |
/// | mixture | silent, quiet (Poisson) or busy (negative binomial) | shares, quiet, busy, dispersion |
/// | hmm | quiet or busy, both Poisson, each lasting a while | `stay_quiet`, `stay_busy`, quiet, busy |
/// | zi-log-normal | 0 with probability `zero_prob`, else log-normal: for volumes | `zero_prob`, location, scale |
/// | zi-gamma | 0 with probability `zero_prob`, else gamma: for volumes | `zero_prob`, shape, mean |
///
/// Probabilities are uniform before anything is seen (shares jointly so), rates and means exponential with the mean count
/// of busy bins as theirs, dispersions and shapes log-normal around 1 with a standard deviation of 1.5 of the logarithm.
/// Busy is quiet and an exponential excess, so that the two cannot change places. In the chain of states both are Poisson: a
/// state whose counts may be as wild as they like covers the other as well, and chains stay where it does.
///
/// A zero-inflated negative binomial is hardly identified: its dispersion makes zeros as well, and on many series
/// `zero_prob` stays as its prior has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CountModel {
    /// Poisson.
    Poisson,
    /// Geometric.
    Geometric,
    /// Negative binomial.
    NegativeBinomial,
    /// Zero-inflated Poisson.
    ZeroInflatedPoisson,
    /// Zero-inflated negative binomial.
    ZeroInflatedNegativeBinomial,
    /// Hurdle with a Poisson size.
    HurdlePoisson,
    /// Hurdle with a negative binomial size.
    HurdleNegativeBinomial,
    /// Silent, quiet or busy, anew in each bin.
    Mixture,
    /// Quiet or busy, as a Markov chain.
    HiddenMarkov,
    /// Zero-inflated log-normal.
    ZeroInflatedLogNormal,
    /// Zero-inflated gamma.
    ZeroInflatedGamma,
}

impl CountModel {
    /// All models.
    pub const ALL: [Self; 11] = [
        Self::Poisson,
        Self::Geometric,
        Self::NegativeBinomial,
        Self::ZeroInflatedPoisson,
        Self::ZeroInflatedNegativeBinomial,
        Self::HurdlePoisson,
        Self::HurdleNegativeBinomial,
        Self::Mixture,
        Self::HiddenMarkov,
        Self::ZeroInflatedLogNormal,
        Self::ZeroInflatedGamma,
    ];

    /// What it is called on the command line and in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Poisson => "poisson",
            Self::Geometric => "geometric",
            Self::NegativeBinomial => "nb",
            Self::ZeroInflatedPoisson => "zip",
            Self::ZeroInflatedNegativeBinomial => "zinb",
            Self::HurdlePoisson => "hurdle",
            Self::HurdleNegativeBinomial => "hurdle-nb",
            Self::Mixture => "mixture",
            Self::HiddenMarkov => "hmm",
            Self::ZeroInflatedLogNormal => "zi-log-normal",
            Self::ZeroInflatedGamma => "zi-gamma",
        }
    }

    /// Whether leaving a bin out can compare it with others: it gives counts probabilities, not densities, and bins do not
    /// depend on each other.
    pub fn is_comparable(self) -> bool {
        match self {
            Self::Poisson
            | Self::Geometric
            | Self::NegativeBinomial
            | Self::ZeroInflatedPoisson
            | Self::ZeroInflatedNegativeBinomial
            | Self::HurdlePoisson
            | Self::HurdleNegativeBinomial
            | Self::Mixture => true,
            Self::HiddenMarkov | Self::ZeroInflatedLogNormal | Self::ZeroInflatedGamma => false,
        }
    }

    /// Compiles the model, `mean_size` being the mean count of busy bins that its priors rest on, above 0.
    ///
    /// # Errors
    /// When `mean_size` is not above 0 or not finite.
    ///
    /// ```
    /// use dns_anomaly::{CountModel, FitSettings};
    ///
    /// let model = CountModel::HurdlePoisson.compile(5.0)?;
    /// let fit = model.fit(&[0, 0, 7, 0, 8, 0, 0, 9], &FitSettings::default(), 1)?;
    /// let summary = fit.summary();
    /// assert_eq!(summary.rows()[0].name, "active_prob");
    /// // Beta(1 + 3, 1 + 5).
    /// assert!((summary.rows()[0].mean - 0.4).abs() < 0.05);
    /// # Ok::<(), dns_anomaly::FitError>(())
    /// ```
    pub fn compile(self, mean_size: f64) -> Result<CompiledCountModel, FitError> {
        let counts = Column::placeholder("counts");
        // The recursion of hidden states is unrolled over the series: it is compiled for each.
        let template = if self == Self::HiddenMarkov {
            None
        } else {
            let template = statement::of(self, &counts, mean_size).template();
            Some(template.map_err(SampleError::from)?)
        };
        Ok(CompiledCountModel {
            model: self,
            mean_size,
            counts,
            template,
        })
    }
}

impl fmt::Display for CountModel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// A model of counts, ready for series after series.
#[derive(Debug, Clone)]
pub struct CompiledCountModel {
    model: CountModel,
    mean_size: f64,
    counts: Column,
    template: Option<Template<Vec<Real>>>,
}

/// What was learned about one series.
#[derive(Debug, Clone)]
pub struct CountFit {
    model: CountModel,
    trace: PosteriorTrace<Vec<f64>>,
}

impl CompiledCountModel {
    /// Which model it is.
    pub fn model(&self) -> CountModel {
        self.model
    }

    /// Samples the posterior of one series by NUTS. `key` names the series: equal seed and key give equal draws, whatever
    /// else is fitted, in any order, on any thread.
    ///
    /// # Errors
    /// When a setting is out of range or no starting point has a finite density.
    pub fn fit(
        &self,
        counts: &[u64],
        settings: &FitSettings,
        key: u64,
    ) -> Result<CountFit, FitError> {
        let data: Vec<f64> = counts.iter().map(|&count| count as f64).collect();
        let posterior = match &self.template {
            Some(template) => template.bind(&[(&self.counts, &data)]),
            None => statement::of(self.model, &Column::new(data), self.mean_size).compile(),
        };
        let run = settings.run().with_key(key);
        let trace = posterior
            .map_err(SampleError::from)?
            .sample(&Nuts::default(), &run)?;
        Ok(CountFit {
            model: self.model,
            trace,
        })
    }
}

impl CountFit {
    /// The model.
    pub fn model(&self) -> CountModel {
        self.model
    }

    /// The draws, chain after chain: `[draw][unknown]`, unknowns in the order of the summary.
    pub fn draws(&self) -> &[Vec<f64>] {
        self.trace.draws()
    }

    /// Summary of the unknowns.
    pub fn summary(&self) -> Summary {
        self.trace.summary()
    }

    /// Number of divergent transitions after warm-up.
    pub fn divergences(&self) -> usize {
        self.trace.trace().divergences()
    }
}
