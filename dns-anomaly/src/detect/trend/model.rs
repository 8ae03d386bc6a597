//! Fits the zero-inflated Poisson model to sums of counts that are forgotten by and by.
//!
//! In: what is remembered of the bins of one slot. Out: draws of the model's two unknowns, π (`zero_prob`) and λ (`rate`).
//!
//! Of n₀ silent and n₁ busy bins with S queries together the likelihood is, but for a constant,
//!
//! n₀ ln(π + (1 − π) e^−λ) + n₁ ln(1 − π) + S ln λ − n₁ λ,
//!
//! so that these three numbers are all a series needs to keep. With π ~ Beta(1, 1) and λ of a [`RatePrior`] as everywhere.
//! Discounted numbers are as good as whole ones: a bin counts as the part of it that is remembered (a power likelihood;
//! Ibrahim & Chen, "Power prior distributions for regression models", Statistical Science 15 (2000)).

use rainier::prelude::*;

use super::slot::SlotTrend;
use crate::model::{FitError, FitSettings, RatePrior, ZipDraw};

/// The model, compiled.
#[derive(Debug, Clone)]
pub(in crate::detect) struct TrendModel {
    template: Template<(Real, Real)>,
    silent: Column,
    busy: Column,
    queries: Column,
}

impl TrendModel {
    pub(in crate::detect) fn new(prior: RatePrior) -> Result<Self, FitError> {
        let [silent, busy, queries] = ["silent", "busy", "queries"].map(Column::placeholder);
        let model = model! {
            zero_prob = Beta::new(1.0, 1.0).param();
            rate = prior.rate();
            let active_prob = 1.0 - &zero_prob;
            let ln_silent = (&zero_prob + &active_prob * (-&rate).exp()).ln();
            let ln_busy = active_prob.ln() - &rate;
            let log_density = silent.real() * ln_silent
                + busy.real() * ln_busy
                + queries.real() * rate.ln();
            () = RandomVariable::constant(()).condition(|()| log_density.sum_rows());
            yield (zero_prob, rate)
        };
        Ok(Self {
            template: model.template().map_err(SampleError::from)?,
            silent,
            busy,
            queries,
        })
    }

    /// Draws given what is remembered. `key` names the stream.
    pub(super) fn fit(
        &self,
        remembered: &SlotTrend,
        settings: &FitSettings,
        key: u64,
    ) -> Result<Vec<ZipDraw>, FitError> {
        let numbers = [remembered.silent, remembered.busy, remembered.queries];
        let columns = [&self.silent, &self.busy, &self.queries];
        let data: [(&Column, &[f64]); 3] =
            std::array::from_fn(|place| (columns[place], &numbers[place..=place]));
        let posterior = self.template.bind(&data).map_err(SampleError::from)?;
        let sampled = posterior.sample(&Nuts::default(), &settings.run().with_key(key))?;
        let draws = sampled.draws().iter();
        Ok(draws
            .map(|&(zero_prob, rate)| ZipDraw { zero_prob, rate })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ZipFit, ZipModel};

    const PRIOR: RatePrior = RatePrior::Population { mean_size: 3.0 };

    /// Mean and standard error of the mean of active share and rate; draws of NUTS are worth at least a fifth of
    /// independent ones here.
    fn moments(draws: &[ZipDraw]) -> [(f64, f64); 2] {
        [|draw: &ZipDraw| draw.zero_prob, |draw: &ZipDraw| draw.rate].map(|of| {
            let count = draws.len() as f64;
            let mean = draws.iter().map(of).sum::<f64>() / count;
            let variance = draws
                .iter()
                .map(|draw| (of(draw) - mean).powi(2))
                .sum::<f64>()
                / count;
            (mean, (5.0 * variance / count).sqrt())
        })
    }

    fn agree(one: &[ZipDraw], other: &[ZipDraw]) -> bool {
        moments(one)
            .into_iter()
            .zip(moments(other))
            .all(|(a, b)| testkit::within_standard_errors(a.0, b.0, a.1.hypot(b.1)))
    }

    fn by_counts(counts: &[u64], settings: &FitSettings) -> ZipFit {
        let model = ZipModel::new(PRIOR).unwrap();
        model.fit(counts, settings, 2).unwrap()
    }

    #[test]
    fn sums_of_counts_say_what_counts_say() {
        let settings = FitSettings::default().with_draws(4_000);
        let model = TrendModel::new(PRIOR).unwrap();
        let counts = [0, 0, 3, 0, 1, 7, 0, 2, 0, 0, 4, 0];
        let mut remembered = SlotTrend::default();
        remembered.update(&counts, 0.9);
        let by_sums = model.fit(&remembered, &settings, 1).unwrap();
        let of_counts = by_counts(&counts, &settings);
        assert!(
            agree(&by_sums, of_counts.draws()),
            "{:?}",
            moments(&by_sums)
        );
        // The control: one query more in each busy bin is told apart.
        let more = counts.map(|count| count + u64::from(count > 0));
        let other = by_counts(&more, &settings);
        assert!(!agree(&by_sums, other.draws()));
    }

    #[test]
    fn a_window_remembered_by_half_counts_half() {
        // Twice the same bins, one of them remembered by half: as many as one and a half times these bins.
        let settings = FitSettings::default().with_draws(4_000);
        let model = TrendModel::new(PRIOR).unwrap();
        let bins = [0, 0, 4, 6];
        let mut remembered = SlotTrend::default();
        remembered.update(&bins, 0.5);
        remembered.update(&bins, 0.5);
        let by_sums = model.fit(&remembered, &settings, 1).unwrap();
        let counts = [&bins[..], &[0, 5]].concat();
        let of_counts = by_counts(&counts, &settings);
        assert!(
            agree(&by_sums, of_counts.draws()),
            "{:?}",
            moments(&by_sums)
        );
    }
}
