//! Claims: distribution functions are the sums of their densities, both tails are exact, quantiles
//! undo them, and means, variances and entropies are those of the density.

use rainier_core::Real;
use testkit::{integrate_pieces, relative_error};

use crate::mass::{COUNTS, cells, masses};
use crate::table::{Known, of_value, rows};

/// The location of rows that have one.
const LOCATION: f64 = 0.5;

/// Values at which tails are looked at: some inside, and some outside of many supports.
fn values(known: &Known, x: f64) -> Vec<f64> {
    let inside = known.draws(3, 20);
    [&inside[..], &[x, -2.5, -1.0, 0.0, 0.5, 1.0, 30.0]].concat()
}

#[test]
fn tails_are_the_sums_of_the_density() {
    for row in rows() {
        let known = row.at(row.parameters);
        let Some(tails) = &known.tails else { continue };
        let mut below = of_value(&tails.log_cumulative);
        let mut above = of_value(&tails.log_survival);
        let counts = known.edges().is_none().then(|| masses(&known));
        for x in values(&known, row.x) {
            let (expected, tolerance) = match (&counts, known.edges()) {
                (Some(masses), _) => {
                    let until = COUNTS.take_while(|&k| f64::from(k) <= x).count();
                    (masses[..until].iter().sum(), 1e-12)
                }
                (None, edges) => {
                    let (low, high) = edges.unwrap();
                    let x = x.clamp(low, high);
                    // A density may have a corner at the median, or at the location of the table.
                    let mut points = vec![low, row.x, (tails.quantile)(0.5), LOCATION, x];
                    points.retain(|&point| low <= point && point <= x);
                    points.sort_by(f64::total_cmp);
                    (cells(&known, &points).iter().sum::<f64>(), 1e-7)
                }
            };
            let found = [below.evaluate(&[x])[0].exp(), above.evaluate(&[x])[0].exp()];
            let name = row.name;
            assert!(
                (found[0] - expected).abs() < tolerance,
                "{name} at {x}: {found:?}, {expected}"
            );
            assert!(
                (found[0] + found[1] - 1.0).abs() < 1e-12,
                "{name} at {x}: {found:?}"
            );
        }
        assert_eq!(below.evaluate(&[f64::INFINITY])[0], 0.0, "{}", row.name);
        assert_eq!(
            below.evaluate(&[f64::NEG_INFINITY])[0],
            f64::NEG_INFINITY,
            "{}",
            row.name
        );
        assert_eq!(
            above.evaluate(&[f64::INFINITY])[0],
            f64::NEG_INFINITY,
            "{}",
            row.name
        );
        assert_eq!(above.evaluate(&[f64::NEG_INFINITY])[0], 0.0, "{}", row.name);
    }
}

#[test]
fn quantiles_undo_the_distribution_function() {
    for row in rows() {
        let known = row.at(row.parameters);
        let Some(tails) = &known.tails else { continue };
        let mut below = of_value(&tails.log_cumulative);
        for probability in [1e-10, 0.025, 0.3, 0.5, 0.9, 0.999_999] {
            let x = (tails.quantile)(probability);
            let mut cumulative = |x: f64| below.evaluate(&[x])[0].exp();
            let name = row.name;
            if known.edges().is_some() {
                let found = cumulative(x);
                // Beside an edge far from 0 even neighbouring numbers may be further apart.
                let is_next = cumulative(x.next_down()) <= probability && probability <= found;
                assert!(
                    is_next || relative_error(found, probability) < 1e-12,
                    "{name}: {found}, {probability}"
                );
            } else {
                assert!(
                    cumulative(x) >= probability * (1.0 - 1e-13),
                    "{name} at {x}"
                );
                assert!(cumulative(x - 1.0) < probability, "{name} at {x}");
            }
        }
        assert!((tails.quantile)(0.0).is_nan() || (tails.quantile)(0.0) == i64::MIN as f64);
    }
}

#[test]
fn mean_variance_and_entropy_are_those_of_the_density() {
    for row in rows() {
        let known = row.at(row.parameters);
        let number = |value: Option<Real>| value.map(|value| value.as_constant().unwrap());
        let expect = |of: &dyn Fn(f64, f64) -> f64| expectation(&known, row.x, of);
        let check = |what: &str, found: Option<f64>, expected: &dyn Fn() -> f64| {
            let Some(found) = found.filter(|found| found.is_finite()) else {
                return;
            };
            let expected = expected();
            let label = format!("{what} of {}: {found}, {expected}", row.name);
            assert!(
                (found - expected).abs() < 1e-5 * expected.abs().max(1.0),
                "{label}"
            );
        };
        let mean = number(known.mean());
        if row.name.starts_with("VonMises") {
            // On a circle: the direction of the mean of (cos, sin), and what it lacks in length.
            let mean_of = |function: fn(f64) -> f64| expect(&|x, _| function(x));
            let (cosine, sine) = (mean_of(f64::cos), mean_of(f64::sin));
            check("mean", mean, &|| sine.atan2(cosine));
            let variance = number(known.variance());
            check("variance", variance, &|| 1.0 - sine.hypot(cosine));
        } else {
            check("mean", mean, &|| expect(&|x, _| x));
        }
        if let Some(mean) = mean.filter(|_| !row.name.starts_with("VonMises")) {
            let square = |x: f64, _| (x - mean) * (x - mean);
            check("variance", number(known.variance()), &|| expect(&square));
        }
        check("entropy", number(known.entropy()), &|| {
            expect(&|_, ln_p| -ln_p)
        });
    }
}

/// E f(x, ln p(x)).
fn expectation(known: &Known, middle: f64, of: &dyn Fn(f64, f64) -> f64) -> f64 {
    let mut density = known.density();
    let mut term = |x: f64| {
        let ln_p = density.evaluate(&[x])[0];
        if ln_p.exp() > 0.0 {
            ln_p.exp() * of(x, ln_p)
        } else {
            0.0
        }
    };
    match known.edges() {
        Some((low, high)) => integrate_pieces(term, &[low, middle, high]).value,
        None => COUNTS.map(|k| term(f64::from(k))).sum(),
    }
}
