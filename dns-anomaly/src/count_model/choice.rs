//! Chooses the model of a series by how well it predicts a bin from all others.
//!
//! In: counts, compiled models. Out: the simplest of those that predict as well as the best, and by how much the others
//! are worse.

use rainier::dist::LogLikelihood;
use rainier::sampler::diagnostics::{Loo, compare};

use super::{CompiledCountModel, CountFit, CountModel};
use crate::model::{FitError, FitSettings};

/// What a series is best described by.
#[derive(Debug, Clone)]
pub struct Choice {
    fit: CountFit,
    rivals: Vec<Rival>,
}

/// How well one of the models predicts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rival {
    /// The model.
    pub model: CountModel,
    /// Σ over bins of ln p(count | all other bins), estimated by PSIS-LOO.
    pub elpd: f64,
    /// By how much that is less than the largest, 0 or more.
    pub behind: f64,
    /// The standard error of `behind`, bins taken as a sample of those that might come.
    pub standard_error: f64,
    /// Number of bins whose part of `elpd` is unreliable, for the posterior would change much without them.
    pub unreliable: usize,
}

/// A model that cannot be chosen.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ChoiceError {
    /// There is nothing to choose from.
    #[error("there must be at least one model to choose from")]
    NoModel,
    /// There is nothing to predict.
    #[error("a series must have at least one bin to choose a model by")]
    NoBins,
    /// One of the models cannot be compared with others.
    #[error("{0} gives no probability to each bin by itself: models to choose from must")]
    Incomparable(CountModel),
    /// A model cannot be fitted.
    #[error(transparent)]
    Fit(#[from] FitError),
}

impl Choice {
    /// The fit of the model chosen.
    pub fn fit(&self) -> &CountFit {
        &self.fit
    }

    /// All models, best first.
    pub fn rivals(&self) -> &[Rival] {
        &self.rivals
    }
}

/// Fits every model to the counts and chooses the one with the fewest unknowns of those that are behind the best by at
/// most the standard error of that, the best of them if they are several.
///
/// The models are compared by PSIS-LOO: Vehtari, Gelman & Gabry (2017), Statistics and Computing 27, 1413–1432.
///
/// # Errors
/// [`ChoiceError`] when there is no model, no bin, a model is not [comparable](CountModel::is_comparable) or cannot be
/// fitted.
///
/// ```
/// use dns_anomaly::{CountModel, FitSettings, choose_model};
///
/// let models = [CountModel::Poisson, CountModel::ZeroInflatedPoisson].map(|model| model.compile(5.0));
/// let models = models.into_iter().collect::<Result<Vec<_>, _>>()?;
/// let counts = [0, 0, 7, 0, 8, 0, 0, 9, 0, 0, 0, 6];
/// let choice = choose_model(&models, &counts, &FitSettings::default(), 1)?;
/// assert_eq!(choice.fit().model(), CountModel::ZeroInflatedPoisson);
/// assert!(choice.rivals()[1].behind > 10.0);
/// # Ok::<(), dns_anomaly::ChoiceError>(())
/// ```
pub fn choose_model(
    models: &[CompiledCountModel],
    counts: &[u64],
    settings: &FitSettings,
    key: u64,
) -> Result<Choice, ChoiceError> {
    if counts.is_empty() {
        return Err(ChoiceError::NoBins);
    }
    let mut candidates = Vec::with_capacity(models.len());
    for model in models {
        if !model.model.is_comparable() {
            return Err(ChoiceError::Incomparable(model.model));
        }
        let fit = model.fit(counts, settings, key)?;
        let loo = fit.leave_one_out()?;
        candidates.push((fit, loo));
    }
    candidates.sort_by(|(_, a), (_, b)| b.accuracy.elpd.total_cmp(&a.accuracy.elpd));
    let (_, best) = candidates.first().ok_or(ChoiceError::NoModel)?;
    let rivals: Vec<Rival> = candidates
        .iter()
        .map(|(fit, loo)| Rival::of(fit.model, loo, best))
        .collect();
    let as_good = candidates
        .into_iter()
        .zip(&rivals)
        .filter(|(_, rival)| rival.behind <= rival.standard_error)
        .map(|((fit, _), _)| fit);
    let fit = as_good
        .min_by_key(CountFit::unknowns)
        .ok_or(ChoiceError::NoModel)?;
    Ok(Choice { fit, rivals })
}

impl Rival {
    fn of(model: CountModel, loo: &Loo, best: &Loo) -> Self {
        // The same bins, so there is a difference.
        let difference = compare(&best.accuracy, &loo.accuracy);
        let (behind, standard_error) = difference.map_or((f64::INFINITY, 0.0), |found| {
            (found.elpd, found.standard_error)
        });
        Self {
            model,
            elpd: loo.accuracy.elpd,
            behind,
            standard_error,
            unreliable: loo.unreliable().len(),
        }
    }
}

impl CountFit {
    /// How many numbers the model learns, each share but the last, which the others tell.
    fn unknowns(&self) -> usize {
        self.trace.positions().dimension()
    }

    /// How well each bin is predicted from the others.
    fn leave_one_out(&self) -> Result<Loo, ChoiceError> {
        let log_likelihood: LogLikelihood = self
            .trace
            .log_likelihood()
            .map_err(|error| FitError::from(rainier::dist::SampleError::from(error)))?;
        log_likelihood.loo().ok_or(ChoiceError::NoBins)
    }
}
