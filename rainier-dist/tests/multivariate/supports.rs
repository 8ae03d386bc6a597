//! Claims: maps onto supports have the Jacobian they say, by finite differences and by the volume
//! of their images; they land inside and can be undone.

use rainier_core::Real;
use rainier_dist::distribution::{Support, VectorSupport};
use testkit::gradient;

use crate::integral::integrals;
use crate::table::{at, constants, evaluator, unknowns};

/// With the volume of the image, for three parameters or fewer and a bounded image.
fn supports() -> Vec<(VectorSupport, Option<f64>)> {
    let within = |n| VectorSupport::Ordered(n, Support::unit_interval());
    let below = Support::Below(Real::constant(2.0));
    let pi = std::f64::consts::PI;
    vec![
        (VectorSupport::WholeSpace(3), None),
        (VectorSupport::Simplex(1), None),
        (VectorSupport::Simplex(2), Some(1.0)),
        (VectorSupport::Simplex(3), Some(0.5)),
        (VectorSupport::Simplex(4), Some(1.0 / 6.0)),
        (VectorSupport::Simplex(7), None),
        (VectorSupport::ordered(5), None),
        (VectorSupport::positive_ordered(4), None),
        (VectorSupport::Ordered(4, below), None),
        (within(2), Some(0.5)),
        (within(3), Some(1.0 / 6.0)),
        (VectorSupport::CorrelationCholesky(1), None),
        (VectorSupport::CorrelationCholesky(2), Some(2.0)),
        // A number in (−1, 1), and a point of the unit disc.
        (VectorSupport::CorrelationCholesky(3), Some(2.0 * pi)),
        (VectorSupport::CorrelationCholesky(4), None),
    ]
}

/// Unconstrained positions of any length.
fn position(length: usize, scale: f64) -> Vec<f64> {
    (0..length)
        .map(|k| scale * (1.7 * k as f64 + 0.4).sin())
        .collect()
}

/// The places of the values that the Jacobian speaks of.
fn free_places(support: &VectorSupport) -> Vec<usize> {
    match support {
        VectorSupport::WholeSpace(n) | VectorSupport::Ordered(n, _) => (0..*n).collect(),
        VectorSupport::Simplex(n) => (0..n - 1).collect(),
        VectorSupport::CorrelationCholesky(n) => {
            let below = |i: usize| (0..i).map(move |j| i * (i + 1) / 2 + j);
            (0..*n).flat_map(below).collect()
        }
    }
}

/// ln |det| by elimination with pivots.
fn log_determinant(mut matrix: Vec<Vec<f64>>) -> f64 {
    let n = matrix.len();
    let mut sum = 0.0;
    for k in 0..n {
        let pivot = (k..n).max_by(|&a, &b| matrix[a][k].abs().total_cmp(&matrix[b][k].abs()));
        matrix.swap(k, pivot.unwrap());
        sum += matrix[k][k].abs().ln();
        let top = matrix[k].clone();
        for row in &mut matrix[k + 1..] {
            let factor = row[k] / top[k];
            for (entry, above) in row.iter_mut().zip(&top) {
                *entry -= factor * above;
            }
        }
    }
    sum
}

#[test]
fn log_jacobian_is_that_of_finite_differences() {
    for (support, _) in supports() {
        let q = unknowns(support.parameters());
        let values = support.forward(&q);
        for scale in [0.1, 0.8, 2.0] {
            let position = position(q.len(), scale);
            let slopes = free_places(&support).into_iter().map(|place| {
                let mut value = evaluator(&[values[place].clone()], &q);
                let slopes = gradient(|q| value.evaluate(q)[0], &position);
                slopes.iter().map(|slope| slope.value).collect()
            });
            let expected = log_determinant(slopes.collect());
            let claimed = at(&support.log_jacobian(&constants(&position)));
            assert!(
                (claimed - expected).abs() < 1e-6,
                "{support:?}: {claimed}, {expected}"
            );
        }
    }
}

#[test]
fn images_have_their_volume_and_without_the_jacobian_they_have_not() {
    for (support, volume) in supports() {
        let Some(volume) = volume else { continue };
        let q = unknowns(support.parameters());
        let all = Real::sum(q.iter().map(|q| q * q));
        let terms = [support.log_jacobian(&q), -0.5 * all];
        let mut terms = evaluator(&terms, &q);
        let found = integrals(q.len(), 2, |q, sums| {
            let logarithms = terms.evaluate(q);
            sums[0] += logarithms[0].exp();
            sums[1] += logarithms[1].exp();
        });
        assert!(
            (found[0] - volume).abs() < 1e-6,
            "{support:?}: {found:?}, {volume}"
        );
        assert!(
            (found[1] - volume).abs() > 1e-3,
            "{support:?}: any density would do"
        );
    }
}

#[test]
fn forward_lands_inside_and_inverse_undoes_it() {
    for (support, _) in supports() {
        for scale in [0.1, 1.0, 2.0] {
            let position = position(support.parameters(), scale);
            let values = support.forward(&constants(&position));
            assert_eq!(
                at(&support.contains(&values).indicator()),
                1.0,
                "{support:?}"
            );
            let back = support.inverse(&values);
            for (found, expected) in back.iter().map(at).zip(&position) {
                // Rounding beside an edge moves q by ε over the slope there.
                assert!(
                    (found - expected).abs() < 1e-6,
                    "{support:?}: {found}, {expected}"
                );
            }
        }
    }
}

#[test]
fn values_a_little_outside_are_refused() {
    for (support, _) in supports() {
        let position = position(support.parameters(), 0.5);
        let values: Vec<f64> = support
            .forward(&constants(&position))
            .iter()
            .map(at)
            .collect();
        for place in 0..values.len() {
            let mut outside = values.clone();
            outside[place] = if matches!(support, VectorSupport::Ordered(..)) {
                -90.0
            } else {
                1.01
            };
            // The first of ascending numbers may be any small number.
            let is_inside = at(&support.contains(&constants(&outside)).indicator()) == 1.0;
            let may_be = match &support {
                VectorSupport::WholeSpace(_) => true,
                VectorSupport::Ordered(_, within) => {
                    place == 0 && matches!(within, Support::WholeLine | Support::Below(_))
                }
                VectorSupport::Simplex(_) | VectorSupport::CorrelationCholesky(_) => false,
            };
            assert_eq!(is_inside, may_be, "{support:?}: {outside:?}");
        }
    }
}

#[test]
fn a_hundred_shares_keep_their_digits_beside_an_edge() {
    let support = VectorSupport::Simplex(100);
    // The first shares take nearly all: the others are as small as 1e-40.
    let position: Vec<f64> = (0..99)
        .map(|k| if k < 5 { 25.0 } else { position(99, 3.0)[k] })
        .collect();
    let shares = support.forward(&constants(&position));
    let total: f64 = shares.iter().map(at).sum();
    assert!((total - 1.0).abs() < 1e-14, "{total}");
    assert!(at(&shares[99]) < 1e-40 && at(&shares[99]) > 0.0);
    // The inverse adds shares instead of multiplying rests: another way to the same numbers.
    for (found, expected) in support.inverse(&shares).iter().map(at).zip(&position) {
        assert!((found - expected).abs() < 1e-12, "{found}, {expected}");
    }
    // 1 − Σx would have had nothing left.
    let naive = 1.0 - shares[..50].iter().map(at).sum::<f64>();
    let rest: f64 = shares[50..].iter().map(at).sum();
    assert!((naive - rest).abs() > 0.5 * rest);
}
