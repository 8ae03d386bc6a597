//! Claims: a model with one mistake is not calibrated.
//!
//! In: data from a right model, and a fit of another. Out: ranks that are not uniform; and that the
//! same model without the mistake passes.

use rainier_core::Column;
use rainier_dist::continuous::{Exponential, Flat, Gamma, Normal};
use rainier_dist::discrete::Poisson;
use rainier_dist::{Fit, Param, RandomVariable, model};

use crate::study::{Study, agree, seen, study};

/// Counts at a rate with this prior.
fn counts(rate: RandomVariable<rainier_core::Real>, data: &[Column]) -> Study {
    rate.flat_map(|rate| {
        let counts = Poisson::new(&rate);
        counts
            .fit(&data[0])
            .map(|()| study([rate], [seen(&counts, 2)]))
    })
}

fn right(data: &[Column]) -> Study {
    counts(Exponential::new(0.5).param(), data)
}

#[test]
fn dropped_jacobian_is_found() {
    // An exponential prior of a rate whose logarithm is the parameter: ln p(rate) + ln rate.
    assert!(agree(1, right, |data| {
        let logarithm = Flat::new().param().condition(|u| u - 0.5 * u.exp());
        counts(logarithm.map(|u| u.exp()), data)
    }));
    assert!(!agree(1, right, |data| {
        let logarithm = Flat::new().param().condition(|u| -0.5 * u.exp());
        counts(logarithm.map(|u| u.exp()), data)
    }));
}

#[test]
fn other_prior_is_found() {
    let prior: fn(&[Column]) -> Study = |data| counts(Gamma::with_rate(2, 1).param(), data);
    assert!(agree(1, prior, prior));
    assert!(!agree(1, prior, |data| counts(
        Gamma::with_rate(2, 2).param(),
        data
    )));
    assert!(!agree(1, prior, |data| counts(
        Gamma::with_rate(5, 2.5).param(),
        data
    )));
}

#[test]
fn data_that_are_not_used_are_found() {
    // Draws of the prior itself: without a look at the data, nothing is wrong with their ranks.
    assert!(!agree(1, right, |data| model! {
        rate = Exponential::new(0.5).param();
        () = Poisson::new(1).fit(&data[0]);
        yield study([rate], [])
    }));
}

#[test]
fn data_that_are_used_twice_are_found() {
    let prior: fn(&[Column]) -> Study = |data| {
        model! {
            mean = Normal::new(0, 2).param();
            let readings = Normal::new(&mean, 1);
            () = readings.fit(&data[0]);
            yield study([mean], [seen(&readings, 3)])
        }
    };
    assert!(agree(1, prior, prior));
    assert!(!agree(1, prior, |data| model! {
        mean = Normal::new(0, 2).param();
        let readings = Normal::new(&mean, 1);
        () = readings.fit(&data[0]);
        () = readings.fit(&data[0]);
        yield study([mean], [])
    }));
}
