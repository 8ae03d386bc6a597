//! Estimates how well a model predicts data it has not seen.
//!
//! In: the log likelihood of each observation at each draw. Out: the expected log predictive
//! density by leave-one-out cross-validation (PSIS-LOO) or by WAIC, and differences between models.
//! Vehtari, Gelman & Gabry (2017), "Practical Bayesian model evaluation using leave-one-out
//! cross-validation and WAIC".

use super::effective_size::ess_mean;
use super::estimates::variance_of;
use super::importance::{largest_reliable_k, pareto_smooth};
use super::split::ln_sum_exp;

/// An estimate of Σᵢ ln p(yᵢ | data without yᵢ).
#[derive(Debug, Clone, PartialEq)]
pub struct PredictiveAccuracy {
    /// Expected log predictive density, summed over all observations; larger is better.
    pub elpd: f64,
    /// Its standard error √(n Var), for observations as a sample of those that might come.
    pub standard_error: f64,
    /// Effective number of parameters: how much better the data is fitted than predicted.
    pub effective_parameters: f64,
    /// The terms of `elpd`, one for each observation.
    pub pointwise: Vec<f64>,
}

/// Leave-one-out cross-validation by importance sampling.
#[derive(Debug, Clone, PartialEq)]
pub struct Loo {
    /// The estimate.
    pub accuracy: PredictiveAccuracy,
    /// k̂ of each observation: how much the posterior would change without it.
    pub pareto_k: Vec<f64>,
    /// The k̂ above which an observation's term is unreliable.
    pub largest_reliable_k: f64,
}

impl Loo {
    /// The observations whose terms are unreliable: fit again without them to know.
    pub fn unreliable(&self) -> Vec<usize> {
        let bad = |k: &f64| k.is_nan() || *k > self.largest_reliable_k;
        let indexed = self.pareto_k.iter().enumerate();
        indexed.filter_map(|(i, k)| bad(k).then_some(i)).collect()
    }
}

/// How much better one model predicts than another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// elpd of the first minus elpd of the second.
    pub elpd: f64,
    /// Standard error of the difference, from the differences of each observation.
    pub standard_error: f64,
}

/// PSIS-LOO from log likelihoods `[chain]`, each a slice `[draw][observation]`.
///
/// ln p(yᵢ | y₋ᵢ) ≈ ln Σₛ wₛ p(yᵢ | θₛ), with w the Pareto smoothed weights of the ratios
/// 1 / p(yᵢ | θₛ). The relative efficiency of an observation is that of the mean of p(yᵢ | θₛ).
///
/// None when there are no draws, no observations or chains of unequal length. An observation with a
/// log likelihood that is not finite has a term and k̂ of NaN, and so has the sum.
///
/// # Example
/// ```
/// use rainier_sampler::diagnostics::loo;
/// // Two observations at 200 draws of one chain.
/// let chain: Vec<f64> = (0..400).map(|i| -1.0 - f64::from(i * 37 % 101) / 1000.0).collect();
/// let loo = loo(&[chain], 2).expect("the shape is right");
/// assert!(loo.unreliable().is_empty());
/// assert_eq!(loo.accuracy.pointwise.len(), 2);
/// ```
pub fn loo<C: AsRef<[f64]>>(chains: &[C], observations: usize) -> Option<Loo> {
    let columns = columns(chains, observations)?;
    let draws: usize = columns[0].iter().map(Vec::len).sum();
    let mut pareto_k = Vec::with_capacity(observations);
    let terms: Vec<[f64; 2]> = columns
        .iter()
        .map(|chains| {
            let all = chains.concat();
            let ratios: Vec<f64> = all.iter().map(|log_likelihood| -log_likelihood).collect();
            let smoothed = pareto_smooth(&ratios, relative_efficiency(chains));
            pareto_k.push(smoothed.pareto_k);
            let weighted = all.iter().zip(&smoothed.log_weights).map(|(l, w)| l + w);
            [ln_sum_exp(weighted), ln_mean_exp(&all)]
        })
        .collect();
    Some(Loo {
        accuracy: PredictiveAccuracy::of(&terms),
        pareto_k,
        largest_reliable_k: largest_reliable_k(draws),
    })
}

/// WAIC from log likelihoods `[chain]`, each a slice `[draw][observation]`, on the scale of elpd
/// (−½ of the deviance scale).
///
/// ln mean p(yᵢ | θₛ) − Var ln p(yᵢ | θₛ) for each observation (Watanabe 2010). Unreliable when a
/// variance is above 0.4; [`loo`] says so by itself and should be preferred.
///
/// None as for [`loo`].
pub fn waic<C: AsRef<[f64]>>(chains: &[C], observations: usize) -> Option<PredictiveAccuracy> {
    let columns = columns(chains, observations)?;
    let terms: Vec<[f64; 2]> = columns
        .iter()
        .map(|chains| {
            let all = chains.concat();
            let fitted = ln_mean_exp(&all);
            [fitted - variance_of(&all), fitted]
        })
        .collect();
    Some(PredictiveAccuracy::of(&terms))
}

/// The difference of two models' estimates over the same observations in the same order; none when
/// their numbers differ.
///
/// # Example
/// ```
/// use rainier_sampler::diagnostics::{compare, waic};
/// let good = waic(&[[-1.0, -2.0, -1.1, -2.1]], 2).expect("two draws of two observations");
/// let bad = waic(&[[-2.0, -2.5, -2.1, -2.6]], 2).expect("the same shape");
/// assert!(compare(&good, &bad).expect("as many observations").elpd > 0.0);
/// ```
pub fn compare(first: &PredictiveAccuracy, second: &PredictiveAccuracy) -> Option<Difference> {
    if first.pointwise.len() != second.pointwise.len() {
        return None;
    }
    let pairs = first.pointwise.iter().zip(&second.pointwise);
    let differences: Vec<f64> = pairs.map(|(a, b)| a - b).collect();
    Some(Difference {
        elpd: differences.iter().sum(),
        standard_error: error_of_sum(&differences),
    })
}

impl PredictiveAccuracy {
    /// From the predicted and the fitted log density of each observation.
    fn of(terms: &[[f64; 2]]) -> Self {
        let pointwise: Vec<f64> = terms.iter().map(|term| term[0]).collect();
        Self {
            elpd: pointwise.iter().sum(),
            standard_error: error_of_sum(&pointwise),
            effective_parameters: terms
                .iter()
                .map(|[predicted, fitted]| fitted - predicted)
                .sum(),
            pointwise,
        }
    }
}

fn error_of_sum(terms: &[f64]) -> f64 {
    (terms.len() as f64 * variance_of(terms)).sqrt()
}

/// `[observation][chain][draw]`.
fn columns<C: AsRef<[f64]>>(chains: &[C], observations: usize) -> Option<Vec<Vec<Vec<f64>>>> {
    let length = chains.first()?.as_ref().len();
    let fits = |chain: &C| chain.as_ref().len() == length;
    if observations == 0 || length == 0 || length % observations != 0 || !chains.iter().all(fits) {
        return None;
    }
    let column = |observation: usize| {
        chains
            .iter()
            .map(|chain| {
                let rows = chain.as_ref().chunks_exact(observations);
                rows.map(|row| row[observation]).collect()
            })
            .collect()
    };
    Some((0..observations).map(column).collect())
}

/// Effective size of the mean likelihood divided by the number of draws; 1 when it is not known.
fn relative_efficiency(chains: &[Vec<f64>]) -> f64 {
    let largest = chains
        .iter()
        .flatten()
        .copied()
        .fold(f64::NEG_INFINITY, f64::max);
    let likelihoods = super::split::mapped(chains, |l| (l - largest).exp());
    let draws: usize = chains.iter().map(Vec::len).sum();
    let efficiency = ess_mean(&likelihoods) / draws as f64;
    if efficiency.is_nan() { 1.0 } else { efficiency }
}

fn ln_mean_exp(values: &[f64]) -> f64 {
    ln_sum_exp(values.iter().copied()) - (values.len() as f64).ln()
}
