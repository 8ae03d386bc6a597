//! Claims: an unknown is distributed as its prior, centred or not, with the right gradient; in
//! families of location and scale it is not centred.

use rainier_core::{Program, Real};
use rainier_dist::continuous::{
    AsymmetricLaplace, Cauchy, Exponential, Frechet, Gumbel, HalfCauchy, HalfNormal, HalfStudentT,
    Laplace, LogNormal, Logistic, Normal, Rayleigh, SkewNormal, StudentT, Weibull,
};
use rainier_dist::distribution::{Continuous, Latent};
use testkit::integrate_pieces;

use crate::derivatives::check_gradient;
use crate::table::{Kind, rows};

#[test]
fn unknowns_have_mass_one_and_values_of_the_prior() {
    for row in rows() {
        let known = row.at(row.parameters);
        let (Kind::Numbers(prior), Some((low, high))) = (&known.kind, known.edges()) else {
            continue;
        };
        // A bounded function of the value has the same mean either way: a dropped Jacobian has not.
        let mut density = known.density();
        let direct = integrate_pieces(
            |x| density.evaluate(&[x])[0].exp() * x.atan(),
            &[low, row.x, high],
        );
        for latent in [prior.latent(), prior.centred_latent()] {
            let total = mean(&latent, |_| 1.0);
            assert!((total - 1.0).abs() < 1e-6, "{}: {total}", row.name);
            let through_parameter = mean(&latent, f64::atan);
            let difference = (through_parameter - direct.value).abs();
            assert!(difference < 1e-6, "{}: {difference}", row.name);
        }
    }
}

/// E f(value), by integration over the parameter.
fn mean(latent: &Latent, of_value: impl Fn(f64) -> f64) -> f64 {
    let outputs = [latent.log_density.clone(), latent.value.clone()];
    let program = Program::compile(&outputs, std::slice::from_ref(&latent.parameter)).unwrap();
    let mut evaluator = program.bind(&[]).unwrap().evaluator();
    let density = |q: f64| {
        let outputs = evaluator.evaluate(&[q]);
        let mass = outputs[0].exp();
        if mass > 0.0 {
            mass * of_value(outputs[1])
        } else {
            0.0
        }
    };
    integrate_pieces(density, &[f64::NEG_INFINITY, 0.0, f64::INFINITY]).value
}

#[test]
fn finite_differences_confirm_the_gradient_of_unknowns() {
    for row in rows() {
        let (unknowns, arguments) = row.real_unknowns();
        let Kind::Numbers(prior) = (row.of)(&arguments).kind else {
            continue;
        };
        let at = [&row.values_of(&arguments)[..], &[0.3]].concat();
        for latent in [prior.latent(), prior.centred_latent()] {
            let unknowns = [unknowns.clone(), vec![latent.parameter]].concat();
            for expression in [&latent.log_density, &latent.value] {
                check_gradient(row.name, expression, &unknowns, &at);
            }
        }
    }
}

#[test]
fn families_of_location_and_scale_are_not_centred() {
    let (location, scale) = (Real::parameter("location"), Real::parameter("scale"));
    let families: [Box<dyn Continuous>; 16] = [
        Box::new(Normal::new(&location, &scale)),
        Box::new(Cauchy::new(&location, &scale)),
        Box::new(LogNormal::new(&location, &scale)),
        Box::new(StudentT::new(3.0, &location, &scale)),
        Box::new(Laplace::new(&location, &scale)),
        Box::new(AsymmetricLaplace::new(&location, &scale, 2.0)),
        Box::new(Logistic::new(&location, &scale)),
        Box::new(Gumbel::new(&location, &scale)),
        Box::new(SkewNormal::new(&location, &scale, 2.0)),
        Box::new(Weibull::new(1.5, &scale)),
        Box::new(Frechet::new(1.5, &scale)),
        Box::new(Rayleigh::new(&scale)),
        Box::new(HalfStudentT::new(3.0, &scale)),
        Box::new(HalfNormal::new(&scale)),
        Box::new(HalfCauchy::new(&scale)),
        Box::new(Exponential::new(&scale)),
    ];
    for family in families {
        let name = family.name();
        let slope_by_scale = |latent: Latent| {
            let inputs = [latent.parameter, location.clone(), scale.clone()];
            let program = Program::compile_with_gradient(&latent.log_density, &inputs).unwrap();
            let mut evaluator = program.bind(&[]).unwrap().evaluator();
            evaluator.evaluate(&[0.3, 2.0, 0.7])[3]
        };
        assert_eq!(slope_by_scale(family.latent()), 0.0, "{name}");
        // The other form does depend on the scale, or the test could not fail.
        assert!(slope_by_scale(family.centred_latent()) != 0.0, "{name}");
    }
}
