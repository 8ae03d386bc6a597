//! Claims: models of counts with too many zeros, or none, are calibrated, and so are mixtures.
//!
//! In: combinators of discrete distributions with unknown parameters. Out: uniform ranks.

use rainier_dist::combined::Mixture;
use rainier_dist::continuous::{Beta, Exponential, Gamma, Normal};
use rainier_dist::discrete::{Constant, Geometric, NegativeBinomial, Poisson};
use rainier_dist::distribution::{Continuous, Cumulative, Discrete};
use rainier_dist::multivariate::{Dirichlet, Ordered};
use rainier_dist::{Fit, Param, Params, model};

use crate::study::{is_calibrated, seen, study};

#[test]
fn zero_inflated() {
    is_calibrated(1, |data| {
        model! {
            zero_probability = Beta::new(1, 1).param();
            rate = Gamma::new(3, 1).param();
            let counts = Poisson::new(&rate).zero_inflated(&zero_probability);
            () = counts.fit(&data[0]);
            yield study([zero_probability, rate], [seen(&counts, 10)])
        }
    });
}

#[test]
fn zero_inflated_amounts() {
    is_calibrated(1, |data| {
        model! {
            zero_probability = Beta::new(1, 1).param();
            mean = Gamma::new(3, 1).param();
            let amounts = Exponential::new(1.0 / &mean).zero_inflated(&zero_probability);
            () = amounts.fit(&data[0]);
            yield study([zero_probability, mean], [seen(&amounts, 8)])
        }
    });
}

#[test]
fn hurdle() {
    is_calibrated(1, |data| {
        model! {
            active_probability = Beta::new(2, 2).param();
            mean = Gamma::new(4, 1).param();
            let counts = NegativeBinomial::new(&mean, 2).hurdle(&active_probability);
            () = counts.fit(&data[0]);
            yield study([active_probability, mean], [seen(&counts, 10)])
        }
    });
}

#[test]
fn constant_inflated() {
    is_calibrated(1, |data| {
        model! {
            probability = Beta::new(1, 2).param();
            rate = Gamma::new(3, 1).param();
            let counts = Poisson::new(&rate).constant_inflated(2, &probability);
            () = counts.fit(&data[0]);
            yield study([probability, rate], [seen(&counts, 10)])
        }
    });
}

#[test]
fn zero_truncated() {
    is_calibrated(1, |data| {
        model! {
            rate = Gamma::new(1.5, 1).param();
            let counts = Poisson::new(&rate).zero_truncated();
            () = counts.fit(&data[0]);
            yield study([rate], [seen(&counts, 5)])
        }
    });
}

#[test]
fn mixed_with_weights() {
    is_calibrated(1, |data| {
        model! {
            weight = Beta::new(2, 2).param();
            level = Normal::new(0, 2).param();
            let readings = Mixture::continuous(&weight, Normal::new(&level, 1))
                .and(1.0 - &weight, Normal::new(0, 3));
            () = readings.fit(&data[0]);
            yield study([weight, level], [seen(&readings, 6)])
        }
    });
}

#[test]
fn mixed_with_a_simplex() {
    is_calibrated(1, |data| {
        model! {
            weights = Dirichlet::new([2.0, 2.0, 1.0]).params();
            rates = Ordered::new(2, Gamma::new(2, 3)).params();
            let counts = Mixture::discrete(&weights[0], Constant::new(0))
                .and(&weights[1], Poisson::new(&rates[0]))
                .and(&weights[2], Poisson::new(&rates[1]));
            () = counts.fit(&data[0]);
            yield study(weights.into_iter().chain(rates), [seen(&counts, 10)])
        }
    });
}

#[test]
fn truncated() {
    is_calibrated(1, |data| {
        model! {
            success = Beta::new(2, 3).param();
            let counts = Geometric::new(&success).truncated(1, 6);
            () = counts.fit(&data[0]);
            yield study([success], [seen(&counts, 5)])
        }
    });
}

#[test]
fn truncated_numbers() {
    is_calibrated(1, |data| {
        model! {
            mean = Normal::new(0, 1).param();
            scale = Gamma::new(4, 0.25).param();
            let readings = Normal::new(&mean, &scale).truncated(-1, 2);
            () = readings.fit(&data[0]);
            yield study([mean, scale], [seen(&readings, 6)])
        }
    });
}

#[test]
fn censored() {
    is_calibrated(1, |data| {
        model! {
            mean = Normal::new(0, 2).param();
            scale = Gamma::new(4, 0.3).param();
            let readings = Normal::new(&mean, &scale).censored(-1, 1.5);
            () = readings.fit(&data[0]);
            yield study([mean, scale], [seen(&readings, 6)])
        }
    });
}

#[test]
fn censored_counts() {
    is_calibrated(1, |data| {
        model! {
            success = Beta::new(2, 3).param();
            let counts = Geometric::new(&success).censored_above(3);
            () = counts.fit(&data[0]);
            yield study([success], [seen(&counts, 5)])
        }
    });
}
