//! Lists the workloads of the zero-inflated Poisson model.
//!
//! In: counts. Out: the plain model, the same without collapse, and many series in lock step.

use anyhow::Result;
use rainier::compute::Collapsing;
use rainier::prelude::*;

use crate::bar::Bar;
use crate::by_hand::zero_inflated_poisson::{LockStep, SufficientStatistics};
use crate::by_hand::zero_inflated_poisson_rows::Rows;
use crate::data::Table;
use crate::job::Job;
use crate::workload::{Workload, in_lock_step, of_expression, of_model};

/// A logit near ln(0.72/0.28), and a rate near 7.5.
const POSITION: [f64; 2] = [0.9, 0.5];

/// Series side by side.
const LANES: usize = 64;

/// The column of counts in `file`.
pub(crate) fn counts(workload: &str, file: &str) -> Result<Option<Vec<f64>>> {
    let table = Table::read(workload, file)?;
    table
        .map(|table| Ok(table.column("y")?.to_vec()))
        .transpose()
}

/// The model of the README.
pub(crate) fn model(counts: &Column) -> RandomVariable<(Real, Real)> {
    model! {
        zero_prob = Beta::new(1, 1).param();
        rate = Normal::new(5, 5).param();
        () = Poisson::new(&rate).zero_inflated(&zero_prob).fit(counts);
        yield (zero_prob, rate)
    }
}

/// The same with its counts.
pub(crate) fn model_of(counts: &[i64]) -> RandomVariable<(Real, Real)> {
    model! {
        zero_prob = Beta::new(1, 1).param();
        rate = Normal::new(5, 5).param();
        () = Poisson::new(&rate).zero_inflated(&zero_prob).fit(counts);
        yield (zero_prob, rate)
    }
}

/// The density of [`model`] with the likelihood as textbooks have it,
/// ln(p [x = 0] + (1 − p) eᵗ) with t = x ln λ − λ − ln x!: an exp and a logarithm a row.
fn literal(counts: &Column) -> (Real, Vec<Real>) {
    let (logit, z) = (Real::parameter("logit"), Real::parameter("z"));
    let zero_prob = logit.logistic();
    let rate = 5.0 + 5.0 * &z;
    let x = counts.real();
    let poisson = (&x * rate.ln() - &rate - (&x + 1.0).ln_gamma()).exp();
    let structural = x.equal(0.0).select(&zero_prob, 0.0);
    let likelihood = (structural + (1.0 - &zero_prob) * poisson).ln().sum_rows();
    let uniform = -logit.softplus() - (-&logit).softplus();
    let normal = -0.5 * (&z * &z) - 0.5 * std::f64::consts::TAU.ln();
    (likelihood + uniform + normal, vec![logit, z])
}

/// Row by row, collapsed, and in between.
pub(crate) fn workloads() -> Result<Vec<Workload>> {
    let mut workloads = Vec::new();
    for (rows, file) in [(10_000, "zip_10000.csv"), (100_000, "zip_100000.csv")] {
        let name = format!("zero-inflated Poisson, {rows} rows");
        let Some(counts) = counts(&name, file)? else {
            continue;
        };
        let column = Column::placeholder("counts");
        let data = vec![(column.clone(), counts.clone())];
        let model = move || model(&column);
        let job = (rows == 10_000).then(|| Job::new(1e6, model.clone(), data.clone()));
        workloads.push(Workload {
            name,
            bar: Bar::TimesReference {
                factor: 2.0,
                plus: 0.0,
            },
            position: POSITION.to_vec(),
            reference: Box::new(SufficientStatistics::of(&counts)),
            ours: of_model(model, data),
            job,
        });
        if rows == 10_000 {
            workloads.push(distinct_rows(&counts));
            workloads.push(row_by_row(&counts));
        }
    }
    Ok(workloads)
}

/// The literal density over rows that are merged where they are equal.
fn distinct_rows(counts: &[f64]) -> Workload {
    let column = Column::placeholder("counts");
    let data = vec![(column.clone(), counts.to_vec())];
    Workload {
        name: "zero-inflated Poisson, distinct rows".to_owned(),
        bar: Bar::Nanoseconds(300.0),
        position: POSITION.to_vec(),
        reference: Box::new(Rows::distinct(counts)),
        ours: of_expression(Collapsing::EqualRows, move || literal(&column), data),
        job: None,
    }
}

/// The literal density over all rows.
fn row_by_row(counts: &[f64]) -> Workload {
    let column = Column::placeholder("counts");
    let data = vec![(column.clone(), counts.to_vec())];
    Workload {
        name: "zero-inflated Poisson, row by row".to_owned(),
        bar: Bar::PerRow {
            nanoseconds: 4.0,
            rows: counts.len(),
        },
        position: POSITION.to_vec(),
        reference: Box::new(Rows::of(counts)),
        ours: of_expression(Collapsing::Off, move || literal(&column), data),
        job: None,
    }
}

/// 64 series of a week of hours each, at once.
pub(crate) fn lock_step() -> Result<Vec<Workload>> {
    let name = "zero-inflated Poisson, 64 series".to_owned();
    let Some(table) = Table::read(&name, "zip_series.csv")? else {
        return Ok(Vec::new());
    };
    let series = table.first_rows(LANES);
    let column = Column::placeholder("counts");
    let data = series
        .iter()
        .map(|counts| vec![(column.clone(), counts.clone())])
        .collect();
    let position = POSITION.iter().flat_map(|&x| [x; LANES]).collect();
    Ok(vec![Workload {
        name,
        bar: Bar::PerLane {
            nanoseconds: 10.0,
            lanes: LANES,
        },
        position,
        reference: Box::new(LockStep::of(&series)),
        ours: in_lock_step::<LANES, _>(move || model(&column), data),
        job: None,
    }])
}
