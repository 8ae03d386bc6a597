//! Claims: sums over rows equal sums of densities, and need no rows where sums of data suffice.

use rainier_core::Real;
use rainier_dist::continuous::{Cauchy, HalfNormal};
use rainier_dist::distribution::Multivariate;
use rainier_dist::multivariate::{
    Autoregressive, CholeskyFactor, Dirichlet, LkjCholesky, Multinomial, MultivariateNormal,
};
use rainier_dist::{Fit, FitRows, FitSeries, Param, Params, Posterior, RandomVariable, Value};
use rainier_sampler::LogDensity;
use testkit::relative_error;

use crate::table::constants;

/// A hundred rows of numbers without a pattern.
fn rows<const N: usize>(of: impl Fn(f64) -> f64) -> Vec<[f64; N]> {
    let number = |row: usize, place: usize| of((1.3 * row as f64 + 2.9 * place as f64).sin());
    (0..100)
        .map(|row| std::array::from_fn(|place| number(row, place)))
        .collect()
}

/// The log density is that of the rows one by one, and none is read in an evaluation.
fn check<T: Value + Clone>(
    together: &RandomVariable<T>,
    one_by_one: &RandomVariable<T>,
    position: &[f64],
) {
    let [together, one_by_one] = [together, one_by_one].map(|model| model.compile().unwrap());
    let [found, expected] =
        [&together, &one_by_one].map(|posterior| posterior.evaluator().log_density(position));
    assert!(
        relative_error(found, expected) < 1e-12,
        "{found}, {expected}"
    );
    assert!(!reads_rows(&together), "{}", together.explain());
}

/// Whether an evaluation runs through rows.
fn reads_rows<T>(posterior: &Posterior<T>) -> bool {
    posterior.explain().contains("reads ")
}

#[test]
fn means_of_another_shape_do_read_rows() {
    // The control: in a Cauchy density nothing comes out of the logarithm.
    let location = HalfNormal::new(1).param();
    let model = location.flat_map(|location| Cauchy::new(&location, 1).fit([1.0, 2.0, 3.0]));
    assert!(reads_rows(&model.compile().unwrap()));
}

/// Each row as a condition of its own.
fn each<D: Multivariate>(distribution: &D, rows: &[[f64; 3]]) -> RandomVariable<()> {
    let terms = rows
        .iter()
        .map(|row| distribution.log_density(&constants(row)));
    let total = Real::sum(terms);
    RandomVariable::constant(()).condition(|()| total)
}

#[test]
fn a_dirichlet_needs_sums_of_logarithms() {
    let mut rows = rows::<3>(|x| x + 1.1);
    for row in &mut rows {
        let total: f64 = row.iter().sum();
        *row = row.map(|x| x / total);
    }
    let unknown = || RandomVariable::fill(3, || HalfNormal::new(1).param());
    let alphas = unknown();
    let model = |likelihood: &dyn Fn(Dirichlet) -> RandomVariable<()>| {
        alphas
            .clone()
            .flat_map(|alphas| likelihood(Dirichlet::new(alphas)))
    };
    check(
        &model(&|dirichlet| dirichlet.fit(&rows)),
        &model(&|dirichlet| each(&dirichlet, &rows)),
        &[0.2, -0.4, 1.0],
    );
}

#[test]
fn a_multinomial_needs_sums_of_counts() {
    let mut rows = rows::<3>(|x| (4.0 * x).round() + 4.0);
    for row in &mut rows {
        row[2] = 20.0 - row[0] - row[1];
    }
    let shares = Dirichlet::uniform(3).params();
    let model = |likelihood: &dyn Fn(Multinomial) -> RandomVariable<()>| {
        shares
            .clone()
            .flat_map(|p| likelihood(Multinomial::new(20, p)))
    };
    check(
        &model(&|multinomial| multinomial.fit(&rows)),
        &model(&|multinomial| each(&multinomial, &rows)),
        &[0.2, -0.4],
    );
}

#[test]
fn a_multivariate_normal_needs_a_triangle_of_data() {
    let rows = rows::<3>(|x| 10.0 + 3.0 * x);
    let priors = LkjCholesky::new(3, 2)
        .params()
        .zip(RandomVariable::fill(3, || HalfNormal::new(1).param()));
    let model = |likelihood: &dyn Fn(MultivariateNormal) -> RandomVariable<()>| {
        priors.clone().flat_map(|(triangle, scales)| {
            let factor = CholeskyFactor::from_triangle(3, &triangle).scaled(scales);
            likelihood(MultivariateNormal::new([9.0, 10.0, 11.0], factor))
        })
    };
    check(
        &model(&|normal| normal.fit(&rows)),
        &model(&|normal| each(&normal, &rows)),
        &[0.2, -0.4, 0.3, 1.0, 1.2, 0.8],
    );
}

#[test]
fn an_autoregressive_series_needs_a_triangle_of_data() {
    let series: Vec<f64> = rows::<1>(|x| 5.0 + x).concat();
    let process = |scale: &Real| Autoregressive::new([0.5, 0.2], 1.5, scale);
    let scale = HalfNormal::new(1).param();
    let together = scale
        .clone()
        .flat_map(|scale| process(&scale).fit_series(&series));
    let one_by_one = scale.flat_map(|scale| {
        let path = process(&scale).after(98, series[..2].iter().copied());
        let density = path.log_density(&constants(&series[2..]));
        RandomVariable::constant(()).condition(|()| density)
    });
    check(&together, &one_by_one, &[0.4]);
}
