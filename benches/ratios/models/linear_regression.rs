//! Lists the linear regression of 10,000 rows on three covariates.
//!
//! In: covariates and outcomes. Out: one workload.

use anyhow::Result;
use rainier::prelude::*;

use crate::bar::Bar;
use crate::by_hand::linear_regression::LinearRegression;
use crate::data::Table;
use crate::job::Job;
use crate::workload::{Workload, of_model};

fn model(covariates: &[Column; 3], outcomes: &Column) -> RandomVariable<(Vec<Real>, Real)> {
    model! {
        slopes = RandomVariable::sequence((0..3).map(|_| Normal::new(0, 10).param()));
        noise = HalfNormal::new(1).param();
        let (b, s) = (slopes.clone(), noise.clone());
        () = Predictor::from_fn(move |x: &[Real; 3]| {
            let mean = Real::sum(b.iter().zip(x).map(|(slope, x)| slope * x));
            Normal::new(mean, &s)
        })
        .fit_columns(covariates, outcomes);
        yield (slopes, noise)
    }
}

pub(crate) fn workloads() -> Result<Vec<Workload>> {
    let name = "linear regression, 10000 × 3".to_owned();
    let Some(table) = Table::read(&name, "linear.csv")? else {
        return Ok(Vec::new());
    };
    let covariates = table.covariates::<3>()?;
    let outcomes = table.column("y")?.to_vec();
    let reference = Box::new(LinearRegression::of(&covariates, &outcomes));
    let columns = std::array::from_fn(|index| Column::placeholder(format!("x{index}")));
    let outcome = Column::placeholder("y");
    let mut data: Vec<_> = columns.iter().cloned().zip(covariates).collect();
    data.push((outcome.clone(), outcomes));
    let model = move || model(&columns, &outcome);
    let job = Some(Job::new(1e6, model.clone(), data.clone()));
    Ok(vec![Workload {
        name,
        bar: Bar::Nanoseconds(60.0),
        position: vec![0.1, -0.05, 0.08, 0.2],
        reference,
        ours: of_model(model, data),
        job,
    }])
}
