//! Writes each model of counts as priors and a likelihood.
//!
//! In: a model, counts, the mean count of busy bins. Out: a random variable whose value is its unknowns.

use rainier::prelude::*;

use super::CountModel;
use crate::model::zero_inflated_poisson;

/// The model of `counts`, with the priors that [`CountModel`] states.
pub(super) fn of(model: CountModel, counts: &Column, mean_size: f64) -> RandomVariable<Vec<Real>> {
    let probability = || Beta::new(1.0, 1.0).param();
    let size = || Gamma::new(1.0, mean_size).param();
    let dispersion = || LogNormal::new(0.0, 1.5).param();
    match model {
        CountModel::Poisson => model! {
            rate = size();
            () = Poisson::new(&rate).fit(counts);
            yield vec![rate]
        },
        CountModel::Geometric => model! {
            success_prob = probability();
            () = Geometric::new(&success_prob).fit(counts);
            yield vec![success_prob]
        },
        CountModel::NegativeBinomial => model! {
            mean = size();
            dispersion = dispersion();
            () = NegativeBinomial::new(&mean, &dispersion).fit(counts);
            yield vec![mean, dispersion]
        },
        CountModel::ZeroInflatedPoisson => {
            zero_inflated_poisson(size(), counts).map(|(zero_prob, rate)| vec![zero_prob, rate])
        }
        CountModel::ZeroInflatedNegativeBinomial => model! {
            zero_prob = probability();
            mean = size();
            dispersion = dispersion();
            () = NegativeBinomial::new(&mean, &dispersion).zero_inflated(&zero_prob).fit(counts);
            yield vec![zero_prob, mean, dispersion]
        },
        CountModel::HurdlePoisson => model! {
            active_prob = probability();
            rate = size();
            () = Poisson::new(&rate).hurdle(&active_prob).fit(counts);
            yield vec![active_prob, rate]
        },
        CountModel::HurdleNegativeBinomial => model! {
            active_prob = probability();
            mean = size();
            dispersion = dispersion();
            () = NegativeBinomial::new(&mean, &dispersion).hurdle(&active_prob).fit(counts);
            yield vec![active_prob, mean, dispersion]
        },
        CountModel::Mixture => model! {
            share = Dirichlet::uniform(3).params();
            quiet = size();
            excess = size();
            dispersion = dispersion();
            busy = RandomVariable::constant(&quiet + &excess);
            () = Mixture::discrete(&share[0], Constant::new(0))
                .and(&share[1], Poisson::new(&quiet))
                .and(&share[2], NegativeBinomial::new(&busy, &dispersion))
                .fit(counts);
            yield share.into_iter().chain([quiet, busy, dispersion]).collect()
        },
        CountModel::HiddenMarkov => model! {
            stay_quiet = probability();
            stay_busy = probability();
            quiet = size();
            excess = size();
            busy = RandomVariable::constant(&quiet + &excess);
            () = HiddenMarkov::discrete(
                [0.5, 0.5],
                [
                    [stay_quiet.clone(), 1.0 - &stay_quiet],
                    [1.0 - &stay_busy, stay_busy.clone()],
                ],
                [Poisson::new(&quiet), Poisson::new(&busy)],
            )
            .fit_series(counts.values().unwrap_or_default());
            yield vec![stay_quiet, stay_busy, quiet, busy]
        },
        CountModel::ZeroInflatedLogNormal => model! {
            zero_prob = probability();
            location = Normal::new(mean_size.ln(), 2.0).param();
            scale = dispersion();
            () = LogNormal::new(&location, &scale).zero_inflated(&zero_prob).fit(counts);
            yield vec![zero_prob, location, scale]
        },
        CountModel::ZeroInflatedGamma => model! {
            zero_prob = probability();
            shape = dispersion();
            mean = size();
            () = Gamma::new(&shape, &mean / &shape).zero_inflated(&zero_prob).fit(counts);
            yield vec![zero_prob, shape, mean]
        },
    }
}
