//! Holds every density, with all its parameters unknown, to its derivatives and its guards.
//!
//! In: one row for each distribution: a point inside its domain. Out: gradients that finite
//! differences confirm; −∞ with gradient 0, never NaN, wherever a parameter leaves its domain.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rainier_core::{Evaluator, Program, Real};
use rainier_dist::combined::Mixture;
use rainier_dist::continuous::{
    Beta, Cauchy, Exponential, Gamma, HalfCauchy, HalfNormal, LogNormal, Normal, Uniform,
};
use rainier_dist::discrete::{Bernoulli, Binomial, Geometric, NegativeBinomial, Poisson};
use rainier_dist::distribution::{Constraint, Continuous, Discrete, Distribution, Number};
use testkit::gradient;

/// A log density and what it requires of its parameters.
type Density = (Real, Vec<Constraint>);

/// A distribution of unknown parameters, values for them, and a value of x.
struct Row {
    name: &'static str,
    density: fn(&[Real], &Real) -> Density,
    parameters: &'static [f64],
    x: f64,
}

fn of<V: Number>(distribution: &dyn Distribution<Value = V>, x: &Real) -> Density {
    (distribution.log_density(x), distribution.constraints())
}

fn row(
    name: &'static str,
    parameters: &'static [f64],
    x: f64,
    density: fn(&[Real], &Real) -> Density,
) -> Row {
    Row {
        name,
        density,
        parameters,
        x,
    }
}

fn continuous() -> Vec<Row> {
    vec![
        row("Normal", &[0.5, 1.3], 2.1, |p, x| {
            of(&Normal::new(&p[0], &p[1]), x)
        }),
        row("LogNormal", &[0.5, 1.3], 2.1, |p, x| {
            of(&LogNormal::new(&p[0], &p[1]), x)
        }),
        row("Cauchy", &[0.5, 1.3], 2.1, |p, x| {
            of(&Cauchy::new(&p[0], &p[1]), x)
        }),
        row("HalfNormal", &[1.3], 2.1, |p, x| {
            of(&HalfNormal::new(&p[0]), x)
        }),
        row("HalfCauchy", &[1.3], 2.1, |p, x| {
            of(&HalfCauchy::new(&p[0]), x)
        }),
        row("Exponential", &[1.3], 2.1, |p, x| {
            of(&Exponential::new(&p[0]), x)
        }),
        row("Gamma", &[1.7, 1.3], 2.1, |p, x| {
            of(&Gamma::new(&p[0], &p[1]), x)
        }),
        row("Gamma by rate", &[1.7, 1.3], 2.1, |p, x| {
            of(&Gamma::with_rate(&p[0], &p[1]), x)
        }),
        row("Gamma by moments", &[1.7, 1.3], 2.1, |p, x| {
            of(&Gamma::from_mean_and_standard_deviation(&p[0], &p[1]), x)
        }),
        row("Beta", &[1.7, 2.4], 0.3, |p, x| {
            of(&Beta::new(&p[0], &p[1]), x)
        }),
        row("Beta by mean", &[0.4, 2.4], 0.3, |p, x| {
            of(&Beta::with_mean_and_precision(&p[0], &p[1]), x)
        }),
        row("Uniform", &[-1.0, 2.5], 0.3, |p, x| {
            of(&Uniform::new(&p[0], &p[1]), x)
        }),
        row("Mixture", &[0.3, -1.0, 1.3], 0.4, |p, x| {
            let first = Normal::new(&p[1], &p[2]);
            let mixture = Mixture::continuous(&p[0], first).and(1.0 - &p[0], Cauchy::new(0, 1));
            of(&mixture, x)
        }),
    ]
}

fn discrete() -> Vec<Row> {
    vec![
        row("Bernoulli", &[0.3], 1.0, |p, x| {
            of(&Bernoulli::new(&p[0]), x)
        }),
        row("Binomial", &[0.3], 3.0, |p, x| {
            of(&Binomial::new(10, &p[0]), x)
        }),
        row("Geometric", &[0.3], 3.0, |p, x| {
            of(&Geometric::new(&p[0]), x)
        }),
        row("Poisson", &[2.4], 3.0, |p, x| of(&Poisson::new(&p[0]), x)),
        row("NegativeBinomial", &[2.4, 0.7], 3.0, |p, x| {
            of(&NegativeBinomial::new(&p[0], &p[1]), x)
        }),
        row("NegativeBinomial by p", &[0.3, 1.7], 3.0, |p, x| {
            of(&NegativeBinomial::with_probability(&p[0], &p[1]), x)
        }),
        row("ZeroInflated at 0", &[0.3, 2.4], 0.0, |p, x| {
            of(&Poisson::new(&p[1]).zero_inflated(&p[0]), x)
        }),
        row("ZeroInflated at 3", &[0.3, 2.4], 3.0, |p, x| {
            of(&Poisson::new(&p[1]).zero_inflated(&p[0]), x)
        }),
        row("ConstantInflated", &[0.3, 2.4], 3.0, |p, x| {
            of(&Poisson::new(&p[1]).constant_inflated(3, &p[0]), x)
        }),
        row("Hurdle at 0", &[0.3, 2.4], 0.0, |p, x| {
            of(&Poisson::new(&p[1]).hurdle(&p[0]), x)
        }),
        row("Hurdle at 3", &[0.3, 2.4], 3.0, |p, x| {
            of(&Poisson::new(&p[1]).hurdle(&p[0]), x)
        }),
        row("Mixture", &[0.3, 2.4, 0.7], 3.0, |p, x| {
            let first = Poisson::new(&p[1]);
            let mixture = Mixture::discrete(&p[0], first).and(1.0 - &p[0], Geometric::new(&p[2]));
            of(&mixture, x)
        }),
    ]
}

impl Row {
    fn unknowns(&self) -> Vec<Real> {
        let names = ["first", "second", "third"];
        let unknowns = names[..self.parameters.len()].iter();
        unknowns.map(|&name| Real::parameter(name)).collect()
    }
}

fn evaluator(program: &Program) -> Evaluator {
    program.bind(&[]).unwrap().evaluator()
}

/// Finite differences of `value` confirm its gradient, and refuse one that is wrong by a little.
fn check_gradient(name: &str, value: &Real, unknowns: &[Real], at: &[f64]) {
    let mut alone = evaluator(&Program::compile(std::slice::from_ref(value), unknowns).unwrap());
    let mut both = evaluator(&Program::compile_with_gradient(value, unknowns).unwrap());
    let slopes = gradient(|at| alone.evaluate(at)[0], at);
    for (slope, &exact) in slopes.iter().zip(&both.evaluate(at)[1..]) {
        assert!(slope.agrees_with(exact), "{name}: {slope:?}, {exact}");
        assert!(!slope.agrees_with(exact + 1e-4), "{name}: {slope:?}");
    }
}

#[test]
fn finite_differences_confirm_the_gradient_by_every_parameter() {
    for row in discrete() {
        let unknowns = row.unknowns();
        let (ln_p, _) = (row.density)(&unknowns, &Real::constant(row.x));
        check_gradient(row.name, &ln_p, &unknowns, row.parameters);
    }
}

#[test]
fn finite_differences_confirm_the_gradient_by_the_value_and_every_parameter() {
    for row in continuous() {
        let (unknowns, x) = (row.unknowns(), Real::parameter("x"));
        let (ln_p, _) = (row.density)(&unknowns, &x);
        let at = [row.parameters, &[row.x]].concat();
        check_gradient(row.name, &ln_p, &[unknowns, vec![x]].concat(), &at);
    }
}

#[test]
fn finite_differences_confirm_the_gradient_of_unknowns() {
    let (a, b) = (Real::parameter("a"), Real::parameter("b"));
    let priors: [&dyn Continuous; 9] = [
        &Normal::new(&a, &b),
        &LogNormal::new(&a, &b),
        &Cauchy::new(&a, &b),
        &HalfNormal::new(&b),
        &HalfCauchy::new(&b),
        &Exponential::new(&b),
        &Gamma::new(&a, &b),
        &Beta::new(&a, &b),
        &Uniform::new(&a, &b),
    ];
    for prior in priors {
        for latent in [prior.latent(), prior.centred_latent()] {
            let unknowns = [a.clone(), b.clone(), latent.parameter];
            for expression in [&latent.log_density, &latent.value] {
                check_gradient(prior.name(), expression, &unknowns, &[0.6, 1.4, 0.3]);
            }
        }
    }
}

#[test]
fn wherever_a_parameter_leaves_its_domain_the_density_is_zero_and_flat() {
    let infinity = f64::INFINITY;
    for row in continuous().into_iter().chain(discrete()) {
        let unknowns = row.unknowns();
        let (ln_p, constraints) = (row.density)(&unknowns, &Real::constant(row.x));
        let valid: Vec<Real> = constraints
            .iter()
            .map(|constraint| constraint.condition().indicator())
            .collect();
        let mut valid = evaluator(&Program::compile(&valid, &unknowns).unwrap());
        let mut density = evaluator(&Program::compile_with_gradient(&ln_p, &unknowns).unwrap());
        let mut zero = vec![0.0; unknowns.len() + 1];
        zero[0] = f64::NEG_INFINITY;
        for index in 0..unknowns.len() {
            for value in [f64::NAN, infinity, -infinity, -1e300, -1.0, 0.0, 1.0, 2.0] {
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
                }
            }
        }
    }
}
