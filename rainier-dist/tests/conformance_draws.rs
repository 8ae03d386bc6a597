//! Holds generators and non-centred unknowns to claims that one table of fits cannot test.
//!
//! In: parameters at the end of their range. Out: draws of the right
//! moments, "no value" for parameters out of their domain, densities of z that mention no scale.

use rainier_core::{Program, Real};
use rainier_dist::Environment;
use rainier_dist::combined::Mixture;
use rainier_dist::continuous::{
    Beta, Cauchy, Exponential, Gamma, HalfCauchy, HalfNormal, LogNormal, Normal, Uniform,
};
use rainier_dist::discrete::{Bernoulli, Binomial, Geometric, NegativeBinomial, Poisson};
use rainier_dist::distribution::{Continuous, Discrete, Distribution, Number};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use testkit::{SampleMoment, sample_mean};

const DRAWS: usize = 20_000;

fn draws<V: Number>(distribution: &dyn Distribution<Value = V>) -> Vec<V> {
    let generator = distribution.generator();
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let environment = Environment::empty();
    (0..DRAWS)
        .map(|_| generator.draw(&environment, &mut rng))
        .collect()
}

fn mean(counts: &[i64]) -> SampleMoment {
    let counts: Vec<f64> = counts.iter().map(|&count| count as f64).collect();
    sample_mean(&counts)
}

/// The draws' mean is this one, and not one that is wrong by a tenth.
fn check_mean(distribution: &dyn Discrete, expected: f64) {
    let found = mean(&draws(distribution));
    let name = distribution.name();
    assert!(found.agrees_with(expected), "{name}: {found:?}, {expected}");
    assert!(
        !found.agrees_with(1.1 * expected),
        "{name}: blind, {found:?}"
    );
}

#[test]
fn rare_events_of_many_trials_keep_their_mean() {
    // Here 1 − p rounds to a number whose n-th power is wrong by a tenth.
    check_mean(&Binomial::new(5e15, 8e-16), 4.0);
    check_mean(&NegativeBinomial::new(2.0, 0.5), 2.0);
    check_mean(&NegativeBinomial::new(3.0, 1e12), 3.0);
}

#[test]
fn failures_before_the_rarest_success_are_drawn_at_once() {
    check_mean(&Geometric::new(1e-12), 1e12);
    let beyond = draws(&Geometric::new(1e-300));
    assert!(beyond.iter().all(|&count| count == i64::MAX));
    assert!(draws(&Geometric::new(1.0)).iter().all(|&count| count == 0));
}

#[test]
fn large_rates_are_drawn_and_larger_than_all_integers_saturate() {
    let rate = 1e17;
    let found = mean(&draws(&Poisson::new(rate)));
    assert!(found.agrees_with(rate), "{found:?}");
    // √λ is known: the spread is that of a Poisson count, not that of a rounded constant.
    let error = (rate / DRAWS as f64).sqrt();
    assert!((found.standard_error / error - 1.0).abs() < 0.05);
    assert!(
        draws(&Poisson::new(1e300))
            .iter()
            .all(|&count| count == i64::MAX)
    );
}

#[test]
fn hurdles_over_counts_that_are_hardly_ever_positive_are_drawn() {
    // Given that it is positive, such a count is 1 but for one in two million.
    check_mean(&Poisson::new(1e-6).hurdle(0.5), 0.5);
    // E[x | x > 0] = λ / (1 − e^−λ).
    let rate = 2.0_f64;
    check_mean(
        &Poisson::new(rate).hurdle(0.5),
        -0.5 * rate / (-rate).exp_m1(),
    );
}

#[test]
fn draws_lie_in_the_support() {
    let continuous: [&dyn Continuous; 10] = [
        &Normal::standard(),
        &Cauchy::new(0, 1),
        &LogNormal::new(0, 3),
        &Gamma::new(0.1, 1.0),
        &Exponential::new(1e6),
        &Beta::new(0.5, 0.5),
        &Uniform::new(1e6, 1e6 + 1.0),
        &HalfNormal::new(1),
        &HalfCauchy::new(1),
        &Mixture::continuous(0.5, Gamma::new(2, 1)).and(0.5, Uniform::new(-2, -1)),
    ];
    for distribution in continuous {
        let x = Real::parameter("x");
        let inside = distribution.contains(&x).indicator();
        let program = Program::compile(&[inside], &[x]).unwrap();
        let mut evaluator = program.bind(&[]).unwrap().evaluator();
        for draw in draws(distribution) {
            let name = distribution.name();
            assert_eq!(evaluator.evaluate(&[draw]), [1.0], "{name}: {draw}");
        }
    }
}

#[test]
fn shapes_near_zero_draw_numbers() {
    for shape in [1e-3, 1e-6, 1e-300] {
        let all = [
            draws(&Beta::new(shape, shape)),
            draws(&Beta::new(shape, 1.0)),
            draws(&Gamma::new(shape, 1.0)),
        ];
        for draw in all.concat() {
            assert!(draw >= 0.0 && draw.is_finite(), "{draw} of shape {shape}");
        }
    }
}

#[test]
fn parameters_out_of_their_domain_draw_no_value() {
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        let counts: [&dyn Discrete; 9] = [
            &Bernoulli::new(bad),
            &Binomial::new(bad, 0.5),
            &Poisson::new(bad),
            &NegativeBinomial::new(bad, 1.0),
            &Geometric::new(bad),
            &Poisson::new(1.0).zero_inflated(bad),
            &Poisson::new(bad).zero_inflated(0.5),
            &Poisson::new(bad).hurdle(0.5),
            &Mixture::discrete(bad, Poisson::new(1)).and(1.0 - bad, Poisson::new(2)),
        ];
        for distribution in counts {
            let name = distribution.name();
            let none = draws(distribution)
                .iter()
                .all(|&draw| draw == i64::NO_VALUE);
            assert!(none, "{name} at {bad}");
        }
        let numbers: [&dyn Continuous; 9] = [
            &Normal::new(0, bad),
            &LogNormal::new(0, bad),
            &Gamma::new(bad, 1),
            &Gamma::with_rate(1, bad),
            &Exponential::new(bad),
            &Beta::new(1, bad),
            &Uniform::new(0, bad),
            &HalfNormal::new(bad),
            &HalfCauchy::new(bad),
        ];
        for distribution in numbers {
            let name = distribution.name();
            let none = draws(distribution).iter().all(|draw| draw.is_nan());
            assert!(none, "{name} at {bad}");
        }
    }
}

#[test]
fn families_of_location_and_scale_are_not_centred() {
    let (location, scale) = (Real::parameter("location"), Real::parameter("scale"));
    let families: [Box<dyn Continuous>; 6] = [
        Box::new(Normal::new(&location, &scale)),
        Box::new(Cauchy::new(&location, &scale)),
        Box::new(LogNormal::new(&location, &scale)),
        Box::new(HalfNormal::new(&scale)),
        Box::new(HalfCauchy::new(&scale)),
        Box::new(Exponential::new(&scale)),
    ];
    for family in families {
        let name = family.name();
        let slope_by_scale = |latent: rainier_dist::distribution::Latent| {
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
