//! Claims: unknowns on every support are calibrated.
//!
//! In: priors on the whole line, half lines, intervals, simplices, ordered numbers, Cholesky
//! factors, and a few rows of data about them. Out: uniform ranks.

use rainier_dist::combined::Mixture;
use rainier_dist::continuous::{Beta, Gamma, Laplace, Normal, StudentT, Uniform};
use rainier_dist::discrete::{Binomial, Categorical, OrderedLogistic, Poisson};
use rainier_dist::distribution::Cumulative;
use rainier_dist::multivariate::{
    CholeskyFactor, Dirichlet, GaussianRandomWalk, LkjCholesky, Multinomial, MultivariateNormal,
    Ordered,
};
use rainier_dist::{Fit, FitRows, Param, Params, model};

use crate::study::{is_calibrated, seen, seen_rows, study};

#[test]
fn on_the_whole_line() {
    is_calibrated(1, |data| {
        model! {
            mean = StudentT::new(4, 1, 2).param();
            let seen_as = Laplace::new(&mean, 1.5);
            () = seen_as.fit(&data[0]);
            yield study([mean], [seen(&seen_as, 4)])
        }
    });
}

#[test]
fn above_an_edge() {
    is_calibrated(1, |data| {
        model! {
            rate = Gamma::with_rate(2, 0.5).param();
            () = Poisson::new(&rate).fit(&data[0]);
            yield study([rate.clone()], [seen(&Poisson::new(&rate), 3)])
        }
    });
}

#[test]
fn below_an_edge() {
    is_calibrated(1, |data| {
        model! {
            level = Normal::new(0, 2).truncated_above(1).param();
            () = Normal::new(&level, 1.5).fit(&data[0]);
            yield study([level.clone()], [seen(&Normal::new(&level, 1.5), 3)])
        }
    });
}

#[test]
fn between_edges() {
    is_calibrated(1, |data| {
        model! {
            share = Beta::new(0.8, 1.5).param();
            () = Binomial::new(6, &share).fit(&data[0]);
            yield study([share.clone()], [seen(&Binomial::new(6, &share), 1)])
        }
    });
}

#[test]
fn between_edges_that_are_unknown() {
    is_calibrated(1, |data| {
        model! {
            low = Normal::new(0, 1).param();
            width = Gamma::with_rate(3, 1).param();
            place = Uniform::new(&low, &low + &width).param();
            () = Normal::new(&place, 0.7).fit(&data[0]);
            yield study([low, width, place.clone()], [seen(&Normal::new(&place, 0.7), 2)])
        }
    });
}

#[test]
fn above_an_edge_that_is_unknown() {
    is_calibrated(1, |data| {
        model! {
            low = Normal::new(0, 1).param();
            level = Normal::new(0, 1.5).truncated_below(&low).param();
            () = Normal::new(&level, 0.7).fit(&data[0]);
            yield study([low, level.clone()], [seen(&Normal::new(&level, 0.7), 2)])
        }
    });
}

#[test]
fn on_a_simplex() {
    is_calibrated(4, |data| {
        model! {
            shares = Dirichlet::new([0.8, 1.5, 2.0, 3.0]).params();
            () = Multinomial::new(5, shares.clone()).fit_columns(data);
            let rows = seen_rows(&Multinomial::new(5, shares.clone()), 2);
            yield (shares, rows)
        }
    });
}

#[test]
fn on_a_simplex_of_two() {
    is_calibrated(1, |data| {
        model! {
            shares = Dirichlet::symmetric(2, 1.5).params();
            () = Categorical::new(shares.clone()).fit(&data[0]);
            yield study(shares.clone(), [seen(&Categorical::new(shares), 6)])
        }
    });
}

#[test]
fn in_order() {
    is_calibrated(1, |data| {
        model! {
            cuts = Ordered::new(3, Normal::new(0, 2)).params();
            () = OrderedLogistic::new(0.5, cuts.clone()).fit(&data[0]);
            yield study(cuts.clone(), [seen(&OrderedLogistic::new(0.5, cuts), 8)])
        }
    });
}

#[test]
fn in_order_and_positive() {
    is_calibrated(1, |data| {
        model! {
            rates = Ordered::new(2, Gamma::with_rate(2, 0.4)).params();
            let counts = Mixture::discrete(0.4, Poisson::new(&rates[0])).and(0.6, Poisson::new(&rates[1]));
            () = counts.fit(&data[0]);
            yield study(rates, [seen(&counts, 6)])
        }
    });
}

#[test]
fn in_order_between_edges() {
    is_calibrated(2, |data| {
        model! {
            shares = Ordered::new(2, Beta::new(2, 1.5)).params();
            let counts = [Binomial::new(4, &shares[0]), Binomial::new(4, &shares[1])];
            () = counts[0].fit(&data[0]);
            () = counts[1].fit(&data[1]);
            yield study(shares, counts.map(|count| seen(&count, 1)))
        }
    });
}

#[test]
fn cholesky_factors_of_correlations() {
    is_calibrated(4, |data| {
        model! {
            factor = LkjCholesky::new(4, 1).params();
            let factor = CholeskyFactor::from_triangle(4, &factor);
            let rows = MultivariateNormal::new([0.0, 1.0, -1.0, 0.5], factor.clone());
            () = rows.fit_columns(data);
            let correlations = factor.covariance();
            let unknown = [(1, 0), (2, 0), (2, 1), (3, 0), (3, 2)].map(|(i, j)| correlations[i][j].clone());
            yield (unknown.to_vec(), seen_rows(&rows, 1))
        }
    });
}

#[test]
fn in_space() {
    is_calibrated(1, |data| {
        model! {
            covariance = MultivariateNormal::from_covariance([1.0, -1.0], &[[2.0, 1.1], [1.1, 1.0]]).params();
            let reading = Normal::new(&covariance[0] - &covariance[1], 1);
            () = reading.fit(&data[0]);
            yield study(covariance, [seen(&reading, 3)])
        }
    });
}

#[test]
fn along_a_walk() {
    is_calibrated(3, |data| {
        model! {
            scale = Gamma::new(3, 0.3).param();
            walk = GaussianRandomWalk::new(3, &scale, 0.5).params();
            let readings = [0, 1, 2].map(|step| Normal::new(&walk[step], 0.5));
            () = readings[0].fit(&data[0]);
            () = readings[1].fit(&data[1]);
            () = readings[2].fit(&data[2]);
            yield study(walk.into_iter().chain([scale]), readings.map(|reading| seen(&reading, 2)))
        }
    });
}
