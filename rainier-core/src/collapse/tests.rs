//! Checks that each pass fires where it should, and that nothing changes but the work.
//!
//! In: plain models of the kinds users write. Out: no loop over the rows is left where algebra
//! allows, and value and gradient equal those of the program that sums row by row.

use crate::program::{Program, Section, Step};
use crate::{Collapsing, Column, CompileSettings, Real};

/// Value and gradient at `at`, row by row and collapsed, and the collapsed program.
fn both(density: &Real, parameters: &[Real], at: &[f64]) -> (Vec<f64>, Vec<f64>, Program) {
    let compile = |collapsing| {
        CompileSettings::default()
            .with_collapsing(collapsing)
            .compile_with_gradient(density, parameters)
            .expect("the model is complete")
    };
    let run = |program: &Program| {
        let mut evaluator = program
            .bind(&[])
            .expect("columns own their values")
            .evaluator();
        let all = evaluator.evaluate(at).to_vec();
        assert_eq!(evaluator.value(at).to_bits(), all[0].to_bits());
        let gradient = evaluator.gradient(at).iter();
        assert!(
            gradient
                .zip(&all[1..])
                .all(|(a, b)| a.to_bits() == b.to_bits())
        );
        all
    };
    let (plain, collapsed) = (compile(Collapsing::Off), compile(Collapsing::All));
    (run(&plain), run(&collapsed), collapsed)
}

fn assert_close(plain: &[f64], collapsed: &[f64], tolerance: f64) {
    for (output, (plain, collapsed)) in plain.iter().zip(collapsed).enumerate() {
        let error = (plain - collapsed).abs();
        assert!(
            error <= tolerance * plain.abs() || plain == collapsed,
            "output {output}: {plain} row by row, {collapsed} collapsed"
        );
    }
}

/// Loops over rows in an evaluation.
fn loops(program: &Program) -> usize {
    let steps = program.plan().evaluations[0].section.steps.iter();
    steps.filter(|step| matches!(step, Step::Rows(_))).count()
}

/// Sums by index, each of them a table of numbers.
fn scatters(section: &Section) -> usize {
    let loops = section.loops();
    loops.map(|row_loop| row_loop.scatters.len()).sum()
}

fn column(values: impl IntoIterator<Item = f64>) -> Column {
    Column::new(values.into_iter().collect::<Vec<f64>>())
}

/// Whole numbers, most of them 0, from a fixed recurrence.
fn counts(rows: usize) -> Vec<f64> {
    let mut state = 12345_u64;
    (0..rows)
        .map(|_| {
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            let draw = state >> 59;
            f64::from(u8::try_from(draw.saturating_sub(20)).expect("five bits"))
        })
        .collect()
}

fn uniforms(rows: usize) -> Vec<f64> {
    (0..rows)
        .map(|row| (row as f64 * 0.618_033_988_749_894_9).fract())
        .collect()
}

fn parameters<const N: usize>() -> [Real; N] {
    std::array::from_fn(|index| Real::parameter(format!("p{index}")))
}

/// ln π + ln f(0) at 0, ln(1 − π) + ln f(x) elsewhere, on unconstrained parameters.
fn zero_inflated_poisson(x: &Real, logit: &Real, ln_rate: &Real) -> Real {
    let rate = ln_rate.exp();
    let (ln_zero, ln_other) = (-(-logit).softplus(), -logit.softplus());
    let ln_poisson = x * ln_rate - &rate - (x + 1.0).ln_gamma();
    x.equal(0.0).select(
        ln_zero.log_add_exp(&ln_other - &rate),
        ln_other + ln_poisson,
    )
}

#[test]
fn a_zero_inflated_poisson_needs_three_numbers() {
    let [logit, ln_rate] = parameters();
    let x = column(counts(1000));
    let density = zero_inflated_poisson(&x.real(), &logit, &ln_rate).sum_rows();
    let (plain, collapsed, program) = both(&density, &[logit, ln_rate], &[0.3, 0.9]);
    assert_close(&plain, &collapsed, 1e-10);
    assert_eq!(loops(&program), 0, "{program}");
    assert!(
        program.explain().contains("parted"),
        "{}",
        program.explain()
    );
}

#[test]
fn parts_without_rows_count_for_nothing() {
    let [a, b] = parameters();
    // At a = ½ one branch is infinite; it must not matter where no row takes it.
    let infinite = 1.0 / (&a - 0.5);
    let x = column([0.0, 0.0]);
    let finite_at_zero = x.real().equal(0.0).select(&a * &b, x.real() * &infinite);
    let y = column([1.0, 2.0, 3.0]);
    let finite_elsewhere = y.real().equal(0.0).select(infinite, y.real() * &b);
    let nothing = column([]);
    let of_nothing = nothing.real().equal(0.0).select(&a, nothing.real() * &b);
    for (density, expected) in [
        (finite_at_zero, [2.0, 4.0, 1.0]),
        (finite_elsewhere, [12.0, 0.0, 6.0]),
        (of_nothing, [0.0, 0.0, 0.0]),
    ] {
        let density = density.sum_rows();
        // Row by row, the slope of 1 / (a - ½) times no adjoint is NaN: rows are known at binding.
        let (_, collapsed, program) = both(&density, &[a.clone(), b.clone()], &[0.5, 2.0]);
        assert_eq!(collapsed, expected);
        assert_eq!(loops(&program), 0, "{program}");
    }
}

#[test]
fn a_linear_regression_becomes_a_triangle() {
    let [intercept, slope, other, ln_spread] = parameters();
    for shift in [0.0, 1e6] {
        let (x, w) = (column(uniforms(500)), column(counts(500)));
        let noise = uniforms(777).into_iter().skip(277);
        let y = column(
            noise
                .zip(uniforms(500))
                .map(|(e, x)| shift + 2.0 * x + e * e),
        );
        let mean = &intercept + &slope * x.real() + &other * w.real();
        let z = (y.real() - mean) / ln_spread.exp();
        let density = (-0.5 * &z * &z - &ln_spread).sum_rows();
        let unknowns = [&intercept, &slope, &other, &ln_spread].map(Clone::clone);
        let at = [shift + 0.2, 1.9, 0.01, -1.0];
        let (plain, collapsed, program) = both(&density, &unknowns, &at);
        assert_close(&plain, &collapsed, if shift == 0.0 { 1e-10 } else { 1e-9 });
        assert_eq!(loops(&program), 0, "{program}");
        assert!(program.explain().contains("triangular factor of order 4"));
    }
}

#[test]
fn known_spreads_weigh_the_squares() {
    let [mean, effect] = parameters();
    let (y, x) = (column(uniforms(100)), column(counts(100)));
    let spread = column(uniforms(100).into_iter().map(|u| 0.5 + u));
    let z = (y.real() - &mean - &effect * x.real()) / spread.real();
    let density = (-0.5 * z.pow(2.0) - spread.real().ln()).sum_rows();
    let (plain, collapsed, program) = both(&density, &[mean, effect], &[0.4, 0.1]);
    assert_close(&plain, &collapsed, 1e-10);
    assert_eq!(loops(&program), 0, "{program}");
}

#[test]
fn group_effects_need_one_row_a_group() {
    const GROUPS: usize = 9;
    let effects: [Real; GROUPS] = parameters();
    let [slope, ln_spread] = parameters();
    let rows = 300;
    // Groups 3 and 7 have no rows.
    let group = column((0..rows).map(|row| [0.0, 5.0, 1.0, 8.0, 2.0, 4.0, 6.0][row % 7]));
    let (x, y) = (column(uniforms(rows)), column(counts(rows)));
    let mean = Real::lookup(&group, &effects) + &slope * x.real();
    let z = (y.real() - mean) / ln_spread.exp();
    let normal = (-0.5 * &z * &z - &ln_spread).sum_rows();
    let ln_rate = Real::lookup(&group, &effects);
    let poisson = (y.real() * &ln_rate - ln_rate.exp()).sum_rows();
    let mut unknowns = effects.to_vec();
    unknowns.extend([slope, ln_spread]);
    let at: Vec<f64> = (0..unknowns.len()).map(|i| 0.1 * i as f64 - 0.3).collect();
    for density in [normal, poisson] {
        let (plain, collapsed, program) = both(&density, &unknowns, &at);
        assert_close(&plain, &collapsed, 1e-10);
        assert_eq!(loops(&program), 1, "{program}");
        // A slope is summed in the loop, whole: its parts would be scaled and added effect by effect.
        let plan = program.plan();
        assert_eq!(scatters(&plan.evaluations[0].section), 1, "{program}");
        assert_eq!(scatters(&plan.binding), 0, "{program}");
        let bound = program.bind(&[]).expect("columns own their values");
        assert!(
            bound.explain().contains("reads 7 rows"),
            "{}",
            bound.explain()
        );
    }
}

#[test]
fn what_is_not_separable_keeps_one_loop_with_the_rest_outside() {
    let [intercept, slope] = parameters();
    let (x, y) = (
        column(uniforms(300)),
        column(uniforms(300).into_iter().map(f64::round)),
    );
    let eta = &intercept + &slope * x.real();
    let density = (y.real() * &eta - eta.softplus()).sum_rows();
    let (plain, collapsed, program) = both(&density, &[intercept, slope], &[0.2, -1.0]);
    assert_close(&plain, &collapsed, 1e-10);
    assert_eq!(loops(&program), 1, "{program}");
    assert!(
        program.explain().contains("sums of data"),
        "{}",
        program.explain()
    );
}

#[test]
fn equal_rows_are_merged() {
    let [dispersion, ln_rate] = parameters();
    let x = column(counts(1000));
    let r = dispersion.exp();
    let density = ((x.real() + &r).ln_gamma() - r.ln_gamma() + x.real() * &ln_rate
        - (x.real() + &r) * (&r + ln_rate.exp()).ln())
    .sum_rows();
    let (plain, collapsed, program) = both(&density, &[dispersion, ln_rate], &[0.3, 0.9]);
    assert_close(&plain, &collapsed, 1e-10);
    let bound = program.bind(&[]).expect("columns own their values");
    assert!(
        bound.explain().contains("different rows of 1000"),
        "{}",
        bound.explain()
    );
}

#[test]
fn conditions_on_parameters_guard_their_branches() {
    let [a, b] = parameters();
    let x = column(uniforms(50));
    // Where a ≤ 0 its logarithm is no number and must not leak.
    let density = a
        .greater(0.0)
        .select(x.real() * a.ln() + &b, &b * x.real().pow(2.0))
        .sum_rows();
    for at in [[0.5, 2.0], [-0.5, 2.0], [0.0, 2.0]] {
        let (plain, collapsed, program) = both(&density, &[a.clone(), b.clone()], &at);
        assert!(plain.iter().all(|output| output.is_finite()), "{plain:?}");
        assert_close(&plain, &collapsed, 1e-10);
        assert_eq!(loops(&program), 0, "{program}");
    }
}

#[test]
fn unequal_lengths_are_found_though_nothing_is_read_row_by_row() {
    let [a, b] = parameters();
    let (x, y) = (column(uniforms(50)), column(uniforms(51)));
    let density = (x.real() * &a + y.real() * &b).sum_rows();
    let program = Program::compile_with_gradient(&density, &[a, b]).expect("complete");
    assert_eq!(loops(&program), 0);
    assert!(program.bind(&[]).is_err());
}

#[test]
fn a_line_too_long_to_take_apart_is_not_lost() {
    let unknowns: Vec<Real> = (0..300).map(|_| Real::parameter("b")).collect();
    let columns: Vec<Column> = (0..300)
        .map(|place| {
            column(
                uniforms(20)
                    .into_iter()
                    .map(|u| (u + 0.01 * f64::from(place)).fract()),
            )
        })
        .collect();
    let eta = Real::sum(unknowns.iter().zip(&columns).map(|(b, x)| b * x.real()));
    let y = column(uniforms(20).into_iter().map(f64::round));
    let density = y
        .real()
        .equal(0.0)
        .select(-eta.softplus(), -(-eta).softplus())
        .sum_rows();
    let at: Vec<f64> = (0..300)
        .map(|place| 0.01 * f64::from(place % 7) - 0.03)
        .collect();
    let (plain, collapsed, _) = both(&density, &unknowns, &at);
    assert_close(&plain, &collapsed, 1e-10);
}

#[test]
fn infinite_coefficients_stay_infinite() {
    let [slope] = parameters();
    let x = column(uniforms(20));
    let density = (f64::NEG_INFINITY * (&slope * x.real()).exp()).sum_rows();
    let (plain, collapsed, _) = both(&density, &[slope], &[0.5]);
    assert_eq!(plain[0], f64::NEG_INFINITY);
    assert_eq!(collapsed[0], f64::NEG_INFINITY);
}

#[test]
fn terms_of_series_over_rows_come_apart() {
    let [rate, share] = parameters();
    let k = column(counts(500)).real();
    let poisson = k.ln_exponential_term(&rate, 2.0).sum_rows();
    let binomial = k.ln_binomial_term(40.0 - &k, &share).sum_rows();
    for (density, parameter, at) in [(poisson, rate, 1.3), (binomial, share, 0.2)] {
        let (plain, collapsed, program) = both(&density, &[parameter], &[at]);
        assert_close(&plain, &collapsed, 1e-12);
        assert_eq!(loops(&program), 0);
    }
}
