//! Lists the logistic regression of 10,000 rows on ten covariates.
//!
//! In: covariates and outcomes 0 or 1. Out: one workload.

use anyhow::Result;
use rainier::prelude::*;

use crate::bar::Bar;
use crate::by_hand::logistic_regression::LogisticRegression;
use crate::data::Table;
use crate::job::Job;
use crate::workload::{Workload, of_model};

fn model(covariates: &[Column; 10], outcomes: &Column) -> RandomVariable<Vec<Real>> {
    model! {
        slopes = RandomVariable::sequence((0..10).map(|_| Normal::new(0, 2.5).param()));
        let b = slopes.clone();
        () = Predictor::from_fn(move |x: &[Real; 10]| {
            let logit = Real::sum(b.iter().zip(x).map(|(slope, x)| slope * x));
            Bernoulli::new(logit.logistic())
        })
        .fit_columns(covariates, outcomes);
        yield slopes
    }
}

pub(crate) fn workloads() -> Result<Vec<Workload>> {
    let name = "logistic regression, 10000 × 10".to_owned();
    let Some(table) = Table::read(&name, "logistic.csv")? else {
        return Ok(Vec::new());
    };
    let covariates = table.covariates::<10>()?;
    let outcomes = table.column("y")?.to_vec();
    let reference = Box::new(LogisticRegression::of(&covariates, &outcomes));
    let columns = std::array::from_fn(|index| Column::placeholder(format!("x{index}")));
    let outcome = Column::placeholder("y");
    let mut data: Vec<_> = columns.iter().cloned().zip(covariates).collect();
    data.push((outcome.clone(), outcomes));
    let model = move || model(&columns, &outcome);
    let job = Some(Job::new(3.0 * 632.0, model.clone(), data.clone()));
    Ok(vec![Workload {
        name,
        bar: Bar::TimesReference {
            factor: 0.9,
            plus: 0.0,
        },
        position: (0..10).map(|index| 0.2 - 0.05 * f64::from(index)).collect(),
        reference,
        ours: of_model(model, data),
        job,
    }])
}
