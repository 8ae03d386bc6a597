//! Claims: distributions with probabilities at some numbers and a density elsewhere have mass one,
//! tails, moments and draws that agree, and can be fitted; truncated draws far out are right.

use std::cell::RefCell;

use rainier_core::{Column, Program, Real};
use rainier_dist::continuous::{Exponential, Gamma, LogNormal, Normal};
use rainier_dist::discrete::Poisson;
use rainier_dist::distribution::{Continuous, Cumulative, Distribution};
use rainier_dist::{Fit, Param, RandomVariable};
use rainier_sampler::LogDensityGradient;
use testkit::{integrate_pieces, sample_mean, within_standard_errors};

use crate::table::{draws, of_value};

const DRAWS: usize = 100_000;

/// A law with lumps, the numbers where they are, and where the rest lies.
struct Law {
    name: &'static str,
    distribution: Box<dyn Cumulative<Value = f64>>,
    lumps: &'static [f64],
    edges: [f64; 2],
}

fn laws() -> [Law; 7] {
    let infinity = f64::INFINITY;
    let law = |name, distribution, lumps, edges| Law {
        name,
        distribution,
        lumps,
        edges,
    };
    let normal = || Normal::new(0.3, 1.2);
    [
        law(
            "zero-inflated",
            Box::new(Gamma::new(2.0, 1.5).zero_inflated(0.3)),
            &[0.0],
            [0.0, infinity],
        ),
        law(
            "hurdle",
            Box::new(Gamma::new(2.0, 1.5).hurdle(0.3)),
            &[0.0],
            [0.0, infinity],
        ),
        law(
            "inflated beside",
            Box::new(normal().zero_inflated(0.3)),
            &[0.0],
            [-infinity, infinity],
        ),
        law(
            "interval censored",
            Box::new(normal().interval_censored(0.0, 1.0)),
            &[1.0],
            [-infinity, infinity],
        ),
        law(
            "censored",
            Box::new(normal().censored(-0.5, 1.5)),
            &[-0.5, 1.5],
            [-0.5, 1.5],
        ),
        law(
            "censored below",
            Box::new(normal().censored_below(-0.5)),
            &[-0.5],
            [-0.5, infinity],
        ),
        law(
            "censored above",
            Box::new(normal().censored_above(1.5)),
            &[1.5],
            [-infinity, 1.5],
        ),
    ]
}

impl Law {
    /// E f(X) over the values up to `limit`.
    fn expect(&self, limit: f64, of: impl Fn(f64) -> f64) -> f64 {
        let mut density = of_value(|x| self.distribution.log_density(x));
        let mut at = |x: f64| density.evaluate(&[x])[0].exp();
        let lumps: f64 = self
            .lumps
            .iter()
            .filter(|&&x| x <= limit)
            .map(|&x| at(x) * of(x))
            .sum();
        let [low, high] = self.edges;
        let high = high.min(limit);
        if high <= low {
            return lumps;
        }
        // Lumps are single points: an integral between them does not see them.
        let mut points = vec![low];
        points.extend([0.0, 1.0].iter().filter(|&&x| low < x && x < high));
        points.push(high);
        let inside = |x: f64| if self.lumps.contains(&x) { 0.0 } else { at(x) };
        let mut inside = inside;
        let density = integrate_pieces(
            |x| {
                let p = inside(x);
                if p > 0.0 { p * of(x) } else { 0.0 }
            },
            &points,
        );
        lumps + density.value
    }
}

#[test]
fn lumps_and_density_together_have_mass_one_and_the_stated_tails() {
    for law in laws() {
        let name = law.name;
        let total = law.expect(f64::INFINITY, |_| 1.0);
        assert!((total - 1.0).abs() < 1e-9, "{name}: {total}");
        let mut below = of_value(|x| law.distribution.log_cumulative(x));
        let mut above = of_value(|x| law.distribution.log_survival(x));
        for x in [-3.0, -0.5, -0.2, 0.0, 0.4, 1.5, 4.0] {
            let expected = law.expect(x, |_| 1.0);
            let found = [below.evaluate(&[x])[0].exp(), above.evaluate(&[x])[0].exp()];
            assert!(
                (found[0] - expected).abs() < 1e-9,
                "{name} at {x}: {found:?}, {expected}"
            );
            assert!(
                (found[0] + found[1] - 1.0).abs() < 1e-12,
                "{name} at {x}: {found:?}"
            );
        }
    }
}

#[test]
fn moments_of_lumps_and_density_are_the_stated_ones() {
    let mut seen = 0;
    for law in laws() {
        let stated = |moment: Option<Real>| moment.and_then(|moment| moment.as_constant());
        let Some(mean) = stated(law.distribution.mean()) else {
            continue;
        };
        let expected = law.expect(f64::INFINITY, |x| x);
        assert!(
            (mean - expected).abs() < 1e-9,
            "{}: {mean}, {expected}",
            law.name
        );
        let variance = stated(law.distribution.variance()).unwrap();
        let expected = law.expect(f64::INFINITY, |x| (x - mean) * (x - mean));
        assert!(
            (variance - expected).abs() < 1e-8,
            "{}: {variance}, {expected}",
            law.name
        );
        let entropy = stated(law.distribution.entropy()).unwrap();
        let mut density = of_value(|x| law.distribution.log_density(x));
        let own = RefCell::new(&mut density);
        let expected = law.expect(f64::INFINITY, |x| -own.borrow_mut().evaluate(&[x])[0]);
        assert!(
            (entropy - expected).abs() < 1e-8,
            "{}: {entropy}, {expected}",
            law.name
        );
        seen += 1;
    }
    assert_eq!(seen, 3);
}

#[test]
fn draws_of_lumps_and_density_lie_below_each_value_as_often_as_stated() {
    for law in laws() {
        let draws = draws(&law.distribution.generator(), 5, DRAWS);
        let mut below = of_value(|x| law.distribution.log_cumulative(x));
        let mut inside = of_value(|x| law.distribution.contains(x).indicator());
        assert!(
            draws.iter().all(|&x| inside.evaluate(&[x]) == [1.0]),
            "{}",
            law.name
        );
        for x in [-0.5, 0.0, 0.4, 1.2] {
            let stated = below.evaluate(&[x])[0].exp();
            if !(0.01..=0.99).contains(&stated) {
                continue;
            }
            let share = draws.iter().filter(|&&draw| draw <= x).count() as f64 / DRAWS as f64;
            let error = (stated * (1.0 - stated) / DRAWS as f64).sqrt();
            let label = format!("{} below {x}: {share}, not {stated}", law.name);
            assert!(within_standard_errors(share, stated, error), "{label}");
            assert!(
                !within_standard_errors(share, stated + 11.0 * error, error),
                "{label}"
            );
        }
    }
}

#[test]
fn values_beyond_a_limit_are_outside_and_those_at_it_inside() {
    let gauge = Normal::new(0.0, 1.0).censored(-1.0, 2.0);
    let mut density = of_value(|x| gauge.log_density(x));
    for x in [-1.5, 2.5, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(density.evaluate(&[x]), [f64::NEG_INFINITY], "{x}");
    }
    // P(z > 2) and P(z < −1), from a table of the normal distribution.
    assert!((density.evaluate(&[2.0])[0].exp() - 0.022_750_131_948_179_21).abs() < 1e-15);
    assert!((density.evaluate(&[-1.0])[0].exp() - 0.158_655_253_931_457_05).abs() < 1e-15);
}

/// The log density of a model with one unknown, at a value of its parameter, and its slope.
fn fitted(model: &RandomVariable<()>, at: f64) -> [f64; 2] {
    let posterior = model.compile().unwrap();
    let mut gradient = [0.0];
    let value = posterior
        .evaluator()
        .log_density_and_gradient(&[at], &mut gradient);
    [value, gradient[0]]
}

#[test]
fn survival_times_with_a_limit_for_each_row_have_their_likelihood() {
    // Exponential times: Σ over events of ln λ, minus λ times all time at risk.
    let limits = Column::new(vec![2.0, 3.0, f64::INFINITY, 1.5]);
    let times = [2.0, 1.2, 0.7, 1.5];
    let model = Exponential::new(1.0).param().flat_map(|rate| {
        Gamma::with_rate(1.0, &rate)
            .censored_above(limits.real())
            .fit(times)
    });
    let alone = Exponential::new(1.0).param().map(|_| ());
    let (events, at_risk) = (2.0, times.iter().sum::<f64>());
    for log_rate in [-0.4_f64, 0.3] {
        let [value, slope] = fitted(&model, log_rate);
        let [prior, prior_slope] = fitted(&alone, log_rate);
        let rate = log_rate.exp();
        assert!((value - prior - (events * log_rate - rate * at_risk)).abs() < 1e-12);
        assert!((slope - prior_slope - (events - rate * at_risk)).abs() < 1e-12);
    }
}

#[test]
fn amounts_with_zeros_have_the_likelihood_of_two_parts() {
    let amounts = [0.0, 1.5, 0.0, 0.3, 4.0];
    let model = Normal::standard().param().flat_map(|location| {
        LogNormal::new(&location, 0.8)
            .zero_inflated(0.4)
            .fit(amounts)
    });
    let parts = Normal::standard()
        .param()
        .flat_map(|location| LogNormal::new(&location, 0.8).fit([1.5, 0.3, 4.0]));
    let [value, slope] = fitted(&model, 0.3);
    let [part, part_slope] = fitted(&parts, 0.3);
    let zeros = 2.0 * 0.4_f64.ln() + 3.0 * 0.6_f64.ln();
    assert!((value - part - zeros).abs() < 1e-13, "{value}, {part}");
    assert!((slope - part_slope).abs() < 1e-13);
}

#[test]
fn draws_truncated_far_out_are_inverted_and_right() {
    let few = 2_000;
    // E[z | z > a] = φ(a)/(1 − Φ(a)), 8.121368… for a = 8, by mpmath.
    let far = Normal::standard().truncated_below(8.0);
    let found = sample_mean(&draws(&far.generator(), 3, few));
    assert!(found.agrees_with(8.121_368_1), "{found:?}");
    assert!(!found.agrees_with(8.2), "{found:?}");
    // The other tail, and an interval 40 standard deviations out, where no tail is a number.
    let other = Normal::standard().truncated_above(-8.0);
    let found = sample_mean(&draws(&other.generator(), 3, few));
    assert!(found.agrees_with(-8.121_368_1), "{found:?}");
    let interval = draws(
        &Normal::standard().truncated(40.0, 40.01).generator(),
        3,
        few,
    );
    assert!(interval.iter().all(|x| (40.0..=40.01).contains(x)));
    // Nearly exponential with rate 40 there: E = 40 + 1/40 − 0.01/(e^0.4 − 1), but for 4e-8.
    let expected = 40.0 + 0.025 - 0.01 / 0.4_f64.exp_m1();
    assert!(sample_mean(&interval).agrees_with(expected));
    let counts = draws(&Poisson::new(1e-3).truncated_below(3).generator(), 3, few);
    // Given at least 3 it is 3 but for λ/4.
    assert!(sample_mean(&counts).agrees_with(3.0 + 1e-3 / 4.0));
    assert!(counts.iter().all(|&count| count >= 3.0));
}

#[test]
fn a_truncation_without_mass_has_no_density_and_no_draws() {
    let nothing = Gamma::new(2.0, 1.0).truncated_above(-1.0);
    assert!(
        draws(&nothing.generator(), 1, 10)
            .iter()
            .all(|draw| draw.is_nan())
    );
    let mut density = of_value(|x| nothing.log_density(x));
    for x in [-2.0, -1.0, 0.5] {
        assert_eq!(density.evaluate(&[x]), [f64::NEG_INFINITY]);
    }
}

#[test]
fn unknown_bounds_have_gradients() {
    let unknowns = ["low", "x"].map(Real::parameter);
    let ln_p = Normal::standard()
        .truncated_below(&unknowns[0])
        .log_density(&unknowns[1]);
    let program = Program::compile_with_gradient(&ln_p, &unknowns).unwrap();
    let mut evaluator = program.bind(&[]).unwrap().evaluator();
    // d/d low = the hazard φ/(1 − Φ) at low: 1.5251352761609807 at 1, by mpmath.
    let outputs = evaluator.evaluate(&[1.0, 2.0]);
    assert!(
        (outputs[1] - 1.525_135_276_160_98).abs() < 1e-13,
        "{outputs:?}"
    );
    assert!((outputs[2] + 2.0).abs() < 1e-14);
    assert_eq!(
        evaluator.evaluate(&[1.0, 0.5])[..2],
        [f64::NEG_INFINITY, 0.0]
    );
}

/// 40 standard deviations out ln P(a < z ≤ b) is ln P(z > a) but for e^−40, so that its slope by the
/// mean is the hazard rate at a; far out on the other side it is minus that.
#[test]
fn intervals_far_out_have_their_probability_and_slopes() {
    let (mean, end) = (Real::parameter("mean"), Real::parameter("end"));
    // ln P(z > 40) and the hazard rate there, by mpmath 1.3.0.
    let (expected, hazard) = (-804.608_442_013_754, 40.024_968_847_207_26);
    for side in [1.0, -1.0] {
        let [near, far] = [40.0 * side, 41.0 * side];
        let [low, high] = if side > 0.0 {
            [&end, &Real::constant(far)]
        } else {
            [&Real::constant(far), &end]
        };
        let law = Normal::new(&mean, 1.0).interval_censored(low, high);
        let value = law.log_density(high);
        let program = Program::compile_with_gradient(&value, &[mean.clone(), end.clone()]).unwrap();
        let mut evaluator = program.bind(&[]).unwrap().evaluator();
        let found = evaluator.evaluate(&[0.0, near]);
        for (found, expected) in found.iter().zip([expected, side * hazard, -side * hazard]) {
            assert!(
                (found / expected - 1.0).abs() < 1e-12,
                "{found}, not {expected}"
            );
        }
    }
}
