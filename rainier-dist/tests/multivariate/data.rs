//! Claims: rows of data are checked, one number and one row at a time, and errors say where.

use rainier_core::Column;
use rainier_dist::multivariate::{Dirichlet, LkjCholesky, Multinomial, MultivariateNormal};
use rainier_dist::{FitRows, ModelError, Params, PortableTemplate, RandomVariable};
use rainier_sampler::LogDensity;

/// What is wrong with a model.
fn flaw(model: &RandomVariable<()>) -> String {
    model.compile().unwrap_err().to_string()
}

#[test]
fn errors_name_row_and_column() {
    let shares = Dirichlet::uniform(3);
    assert_eq!(
        flaw(&shares.fit([[0.2, 0.3, 0.5], [0.5, f64::NAN, 0.5]])),
        "Dirichlet: the value in row 1, column 1 must be a number, got NaN"
    );
    assert_eq!(
        flaw(&shares.fit([[0.2, 0.3, 0.5], [0.5, 0.6, -0.1]])),
        "Dirichlet: the value in row 1, column 2 must be in the support, got -0.1"
    );
    assert_eq!(
        flaw(&shares.fit([[0.2, 0.3, 0.4]])),
        "Dirichlet: row 0 must be in the support, got [0.2, 0.3, 0.4]"
    );
    assert_eq!(
        flaw(&shares.fit(vec![vec![0.2, 0.3, 0.5], vec![0.5, 0.5]])),
        "Dirichlet: row 1 must have 3 values, has 2"
    );
    assert_eq!(
        flaw(&Dirichlet::new([1.0, -2.0]).fit([[0.5, 0.5]])),
        "Dirichlet: concentration must be positive and finite, got -2"
    );
}

#[test]
fn probabilities_that_do_not_sum_to_one_are_refused() {
    assert_eq!(
        flaw(&Multinomial::new(3, [0.5, 0.4]).fit([[1, 2]])),
        "Multinomial: probabilities must be 1 in sum, got 0.9"
    );
}

/// Counts of three kinds in two columns that wait for data and one that does not.
fn waiting() -> (RandomVariable<Vec<rainier_core::Real>>, [Column; 3]) {
    let columns = [
        Column::placeholder("first"),
        Column::new([2.0, 4.0]),
        Column::placeholder("third"),
    ];
    let shares = Dirichlet::uniform(3).params();
    let model = shares.flat_map(|p| {
        let likelihood = Multinomial::new(10, &p).fit_columns(&columns);
        likelihood.map(|()| p)
    });
    (model, columns)
}

#[test]
fn rows_with_placeholders_are_checked_when_they_are_filled() {
    let (model, [first, _, third]) = waiting();
    let template = model.template().unwrap();
    let bind = |a: &[f64], b: &[f64]| template.bind(&[(&first, a), (&third, b)]);
    assert!(bind(&[5.0, 6.0], &[3.0, 0.0]).is_ok());
    let error = bind(&[5.0, 6.0], &[3.0, 1.0]).unwrap_err();
    assert!(matches!(error, ModelError::Row(_)), "{error}");
    let error = bind(&[5.0, 6.5], &[3.0, 0.0]).unwrap_err();
    assert!(matches!(error, ModelError::Data(_)), "{error}");
    let error = bind(&[5.0], &[3.0]).unwrap_err();
    assert!(matches!(error, ModelError::Bind(_)), "{error}");
}

#[test]
fn rows_are_checked_where_a_model_has_travelled() {
    let (model, columns) = waiting();
    let template = model.template().unwrap();
    let travelled = PortableTemplate::from_bytes(&template.to_bytes().unwrap()).unwrap();
    let (a, b) = ([5.0, 6.0], [3.0, 0.0]);
    let here = template
        .bind(&[(&columns[0], &a), (&columns[2], &b)])
        .unwrap();
    let there = travelled.bind(&[("first", &a), ("third", &b)]).unwrap();
    let at = [0.3, -0.2];
    assert_eq!(
        here.evaluator().log_density(&at),
        there.evaluator().log_density(&at)
    );
    let error = travelled
        .bind(&[("first", &a), ("third", &[3.0, 1.0])])
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "Multinomial: row 1 must be in the support, got [6.0, 4.0, 1.0]"
    );
    let error = travelled
        .bind(&[("first", &[5.0, -1.0]), ("third", &b)])
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "Multinomial: the value in row 1, column 0 must be in the support, got -1"
    );
}

#[test]
fn no_rows_say_nothing() {
    let none: Vec<[f64; 2]> = Vec::new();
    let model = MultivariateNormal::from_covariance([0.0, 0.0], &[[1.0, 0.0], [0.0, 1.0]]);
    assert_eq!(
        model
            .fit(none)
            .compile()
            .unwrap()
            .evaluator()
            .log_density(&[]),
        0.0
    );
}

#[test]
fn trials_may_change_from_row_to_row() {
    let trials = Column::placeholder("trials");
    let kinds = Multinomial::new(trials.real(), [0.25, 0.75]);
    let template = kinds.fit([[1, 2], [3, 4]]).template().unwrap();
    let log_density = |trials_of_rows: &[f64]| {
        let posterior = template.bind(&[(&trials, trials_of_rows)]).unwrap();
        posterior.evaluator().log_density(&[])
    };
    // 3 · 0.25 · 0.75² and 35 · 0.25³ · 0.75⁴
    let expected =
        (3.0 * 0.25 * 0.75_f64.powi(2)).ln() + (35.0 * 0.25_f64.powi(3) * 0.75_f64.powi(4)).ln();
    assert!((log_density(&[3.0, 7.0]) - expected).abs() < 1e-14);
    assert_eq!(log_density(&[3.0, 8.0]), f64::NEG_INFINITY);
}

#[test]
fn parameters_are_called_like_the_values_in_their_places() {
    let shares = Dirichlet::uniform(3).params().named("share");
    let factor = LkjCholesky::new(3, 1).params().named("factor");
    let posterior = shares.zip(factor).compile().unwrap();
    let places = [
        "share[0]",
        "share[1]",
        "parameter[2]",
        "parameter[3]",
        "parameter[4]",
    ];
    assert_eq!(posterior.names(), places);
    // The first number of a factor is always 1, and no draw of it is reported.
    assert_eq!(posterior.labels().len(), 3 + 5);
}
