//! Claims: however random variables are put together, the model is calibrated.
//!
//! In: hierarchies in either form, transforms, lists of unknowns, conditions. Out: uniform ranks.

use rainier_core::Real;
use rainier_dist::continuous::{Beta, Custom, Gamma, HalfNormal, Logistic, Normal, StudentT};
use rainier_dist::discrete::{Bernoulli, Poisson};
use rainier_dist::distribution::{Continuous, Distribution, Support};
use rainier_dist::{Fit, Param, RandomVariable, model};

use crate::study::{is_calibrated, seen, study};

#[test]
fn non_centred_effects() {
    is_calibrated(3, |data| {
        model! {
            mean = Normal::new(0, 1).param();
            spread = HalfNormal::new(1).param();
            effects = Normal::new(&mean, &spread).vector(3);
            () = Normal::new(&effects[0], 1).fit(&data[0]);
            () = Normal::new(&effects[1], 1).fit(&data[1]);
            () = Normal::new(&effects[2], 1).fit(&data[2]);
            let readings = effects.iter().map(|effect| seen(&Normal::new(effect, 1), 2));
            let readings = readings.collect::<Vec<_>>();
            yield study([mean, spread].into_iter().chain(effects), readings)
        }
    });
}

#[test]
fn centred_effects() {
    is_calibrated(2, |data| {
        model! {
            mean = Normal::new(0, 1).param();
            // Far from zero: a centred hierarchy has a funnel there, which short runs do not explore.
            spread = Gamma::new(8, 0.25).param();
            effects = RandomVariable::traverse(data, |column| {
                let effect = StudentT::new(5, &mean, &spread).param_centred();
                effect.flat_map(|effect| Normal::new(&effect, 0.5).fit(column).map(|()| effect))
            });
            let readings = effects.iter().map(|effect| seen(&Normal::new(effect, 0.5), 3));
            let readings = readings.collect::<Vec<_>>();
            yield study([mean, spread].into_iter().chain(effects), readings)
        }
    });
}

#[test]
fn mapped_zipped_and_filled() {
    is_calibrated(2, |data| {
        let rates = RandomVariable::fill(2, || Gamma::new(2, 1).param());
        let shared = Normal::new(0, 0.7).param().map(|x| x.exp());
        // Rests on `shared` twice, which must count once.
        let first = shared.clone().zip(rates).map(|(shared, rates)| {
            rates
                .into_iter()
                .map(move |rate| &shared * rate)
                .collect::<Vec<_>>()
        });
        first.zip(shared).flat_map(|(rates, shared)| {
            let counts: Vec<Poisson> = rates.iter().map(Poisson::new).collect();
            let fits = counts
                .iter()
                .zip(data)
                .map(|(count, column)| count.fit(column));
            let readings: Vec<_> = counts.iter().map(|count| seen(count, 3)).collect();
            RandomVariable::sequence(fits.collect::<Vec<_>>())
                .map(|_| study(rates.into_iter().chain([shared]), readings))
        })
    });
}

#[test]
fn moved_and_scaled() {
    is_calibrated(1, |data| {
        model! {
            location = Normal::new(0, 1).param();
            level = Gamma::new(2, 1).affine(&location, 1.5).param();
            let readings = StudentT::new(4, 0, 1).affine(&level, 0.8);
            () = readings.fit(&data[0]);
            yield study([location, level], [seen(&readings, 3)])
        }
    });
}

#[test]
fn exponentials() {
    is_calibrated(1, |data| {
        model! {
            spread = HalfNormal::new(1).param();
            rate = Logistic::new(0.5, &spread).exp_transformed().param();
            share = Beta::new(2, 1).exp_transformed().param();
            let readings = Normal::new(rate.ln(), &share).exp_transformed();
            () = readings.fit(&data[0]);
            yield study([spread, rate, share], [seen(&readings, 3)])
        }
    });
}

#[test]
fn densities_of_ones_own() {
    is_calibrated(1, |data| {
        model! {
            // The density 2x/9 on (0, 3) is that of 3 times the root of a uniform number.
            edge = Custom::continuous(Support::Interval(0.into(), 3.into()), Real::ln)
                .with_generator(Beta::new(2, 1).generator().map(|root| 3.0 * root))
                .param();
            let readings = Normal::new(&edge, 1);
            () = readings.fit(&data[0]);
            yield study([edge], [seen(&readings, 2)])
        }
    });
}

#[test]
fn conditions() {
    is_calibrated(1, |data| {
        model! {
            logit = Normal::new(0, 2).param();
            // The likelihood of successes and failures, written by hand.
            () = RandomVariable::constant(logit.clone()).condition(|logit| {
                let success = data[0].real();
                let ln_p = &success * -((-logit).exp().ln_1p()) - (1.0 - &success) * logit.exp().ln_1p();
                ln_p.sum_rows()
            }).map(|_| ());
            let success = 1.0 / ((-&logit).exp() + 1.0);
            yield study([logit], [seen(&Bernoulli::new(success), 5)])
        }
    });
}
