//! Claims: log densities are those of the textbooks, −∞ outside and for wrong parameters, and
//! finite differences confirm their gradients.

use rainier_core::{Program, Real};
use rainier_dist::distribution::Multivariate;
use rainier_dist::multivariate::{
    CholeskyFactor, Dirichlet, DirichletMultinomial, LkjCholesky, Multinomial, MultivariateNormal,
};
use testkit::{gradient, relative_error};

use crate::table::{Known, at, constants, rows, unknowns};

#[test]
fn log_densities_are_those_of_the_textbooks() {
    for row in rows() {
        let found = row.at(row.parameters).density().evaluate(row.x)[0];
        let error = relative_error(found, row.ln_p);
        assert!(error < 1e-13, "{}: {found}, not {}", row.name, row.ln_p);
    }
}

/// Expected values by mpmath with 40 digits, from sums of ln Γ.
#[test]
fn log_densities_keep_their_digits_for_extreme_parameters() {
    let check = |distribution: &dyn Fn(&[Real]) -> Real, x: &[f64], expected: f64| {
        let found = at(&distribution(&constants(x)));
        let error = relative_error(found, expected);
        assert!(error < 1e-13, "{found}, not {expected}: {error}");
    };
    let uneven = Dirichlet::new([1e-3, 2e3, 1e5]);
    check(
        &|x| uneven.log_density(x),
        &[0.0625, 0.0625, 0.875],
        -9_052.750_852_079_097,
    );
    let many = DirichletMultinomial::new(103_004, [1e6, 1e6, 2.5]);
    check(
        &|x| many.log_density(x),
        &[3_000.0, 100_000.0, 4.0],
        -55_607.015_677_986_165,
    );
    let kinds = Multinomial::new(40_302, [0.0078125, 0.98828125, 0.00390625]);
    let ln_p = at(&kinds.log_density(&constants(&[300.0, 40_000.0, 2.0])));
    // Two terms of 2000 cancel, as documented.
    assert!(
        (ln_p - -152.492_019_415_761_43).abs() < 40_302.0 * f64::EPSILON,
        "{ln_p}"
    );
    let triangle = [
        1.0,
        0.3,
        0.953_939_201_416_945_6,
        -0.25,
        0.5,
        0.829_156_197_588_849_9,
        0.125,
        0.1,
        -0.6,
        0.783_820_770_329_544_2,
    ];
    let spread = LkjCholesky::new(4, 0.6);
    check(
        &|x| spread.log_density(x),
        &triangle,
        -3.432_841_930_421_988,
    );
}

#[test]
fn a_covariance_and_its_factor_are_the_same_distribution() {
    let factor = CholeskyFactor::from_triangle(2, &constants(&[2.0, 0.5, 1.5]));
    let covariance = [[4.0, 1.0], [1.0, 2.5]];
    let x = constants(&[0.3, -1.0]);
    let by_factor = MultivariateNormal::new([1.0, 0.0], factor).log_density(&x);
    let by_covariance = MultivariateNormal::from_covariance([1.0, 0.0], &covariance);
    assert_eq!(at(&by_factor), at(&by_covariance.log_density(&x)));
    let indefinite = MultivariateNormal::from_covariance([0.0, 0.0], &[[1.0, 2.0], [2.0, 1.0]]);
    let flaws = indefinite.constraints();
    let flaw = flaws.iter().find_map(|constraint| constraint.check().err());
    assert_eq!(
        flaw.unwrap().to_string(),
        "MultivariateNormal: diagonal of the factor must be positive and finite, got NaN"
    );
}

#[test]
fn finite_differences_confirm_the_gradient_by_parameters_and_values() {
    for row in rows() {
        let parameters = unknowns(row.parameters.len());
        let known = (row.of)(&parameters);
        let (inputs, at, ln_p) = match &known {
            Known::Numbers(distribution) => {
                let x = unknowns(row.x.len());
                // Values that must sum to one cannot be moved one by one within the support.
                let ln_p = distribution.log_density_within(&x);
                let inputs = [parameters, x].concat();
                (inputs, [row.parameters, row.x].concat(), ln_p)
            }
            Known::Counts(distribution, _) => {
                let ln_p = distribution.log_density_within(&constants(row.x));
                (parameters, row.parameters.to_vec(), ln_p)
            }
        };
        check_gradient(row.name, &ln_p, &inputs, &at);
    }
}

/// Finite differences of `value` confirm its gradient, and refuse one that is wrong by a little.
pub(crate) fn check_gradient(name: &str, value: &Real, unknowns: &[Real], at: &[f64]) {
    let evaluator = |program: Program| program.bind(&[]).unwrap().evaluator();
    let mut alone = evaluator(Program::compile(std::slice::from_ref(value), unknowns).unwrap());
    let mut both = evaluator(Program::compile_with_gradient(value, unknowns).unwrap());
    let slopes = gradient(|at| alone.evaluate(at)[0], at);
    for (slope, &exact) in slopes.iter().zip(&both.evaluate(at)[1..]) {
        assert!(slope.agrees_with(exact), "{name}: {slope:?}, {exact}");
        assert!(!slope.agrees_with(exact + 1e-3), "{name}: {slope:?}");
    }
}

#[test]
fn outside_the_support_the_density_is_zero() {
    for row in rows() {
        let known = row.at(row.parameters);
        let is_everywhere = at(&known
            .contains(&constants(&vec![-7.0; row.x.len()]))
            .indicator());
        if is_everywhere == 1.0 {
            continue;
        }
        let mut density = known.density();
        assert!(density.evaluate(row.x)[0].is_finite(), "{}", row.name);
        for place in 0..row.x.len() {
            for wrong in [-7.0, 0.1, 7.5] {
                let mut x = row.x.to_vec();
                x[place] = wrong;
                let inside = at(&known.contains(&constants(&x)).indicator()) == 1.0;
                let ln_p = density.evaluate(&x)[0];
                assert_eq!(
                    ln_p > f64::NEG_INFINITY,
                    inside,
                    "{} at {x:?}: {ln_p}",
                    row.name
                );
                assert!(!ln_p.is_nan(), "{} at {x:?}", row.name);
            }
        }
    }
}

#[test]
fn wherever_a_parameter_leaves_its_domain_the_density_is_zero_and_flat() {
    let infinity = f64::INFINITY;
    for row in rows() {
        let unknowns = unknowns(row.parameters.len());
        let known = (row.of)(&unknowns);
        let evaluator = |program: Program| program.bind(&[]).unwrap().evaluator();
        let valid: Vec<Real> = known
            .constraints()
            .iter()
            .map(|constraint| constraint.condition().indicator())
            .collect();
        let mut valid = evaluator(Program::compile(&valid, &unknowns).unwrap());
        let ln_p = known.log_density(&constants(row.x));
        let mut density = evaluator(Program::compile_with_gradient(&ln_p, &unknowns).unwrap());
        let mut zero = vec![0.0; unknowns.len() + 1];
        zero[0] = f64::NEG_INFINITY;
        for index in 0..unknowns.len() {
            for value in [f64::NAN, infinity, -infinity, -1e300, -1.0, 0.0, 1.0] {
                let mut at = row.parameters.to_vec();
                at[index] = value;
                let name = row.name;
                let is_valid = valid.evaluate(&at).iter().all(|&holds| holds == 1.0);
                assert!(!is_valid || value.is_finite(), "{name} accepts {at:?}");
                let outputs = density.evaluate(&at);
                if is_valid {
                    assert!(!outputs[0].is_nan(), "{name} at {at:?}: {outputs:?}");
                } else {
                    assert_eq!(outputs, zero, "{name} at {at:?}");
                    let draw = &row.at(&at).draws(1, 1)[0];
                    let none = |x: &f64| x.is_nan() || *x == i64::MIN as f64;
                    assert!(draw.iter().all(none), "{name} at {at:?}: {draw:?}");
                }
            }
        }
    }
}
