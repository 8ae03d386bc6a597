//! Lists the regression of radon levels with an intercept for each county.
//!
//! In: county, floor and log radon of each house. Out: one workload.

use anyhow::Result;
use rainier::prelude::*;

use crate::bar::Bar;
use crate::by_hand::varying_intercepts::VaryingIntercepts;
use crate::data::Table;
use crate::workload::{Data, Ours, Workload, of_model};

const GROUPS: usize = 85;

/// Floor and outcome of the houses of one county.
type Columns = (Column, Column);

/// One likelihood a county: the plain form as long as an expression cannot look up the intercept
/// of a row in a table.
fn one_likelihood_a_group(groups: &[Columns]) -> RandomVariable<()> {
    model! {
        mean = Normal::new(0, 5).param();
        spread = HalfNormal::new(1).param();
        intercepts = RandomVariable::sequence(
            groups.iter().map(|_| Normal::new(&mean, &spread).param()),
        );
        slope = Normal::new(0, 5).param();
        noise = HalfNormal::new(1).param();
        _likelihood = RandomVariable::sequence(groups.iter().zip(&intercepts).map(
            |((floor, radon), intercept)| {
                let (intercept, slope, noise) = (intercept.clone(), slope.clone(), noise.clone());
                Predictor::from_fn(move |x: &Real| Normal::new(&intercept + &slope * x, &noise))
                    .fit_columns(std::slice::from_ref(floor), radon)
            },
        ));
        yield ()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "groups are numbered from 0"
)]
pub(crate) fn workloads() -> Result<Vec<Workload>> {
    let name = "varying intercepts, 919 × 85".to_owned();
    let Some(table) = Table::read(&name, "radon.csv")? else {
        return Ok(Vec::new());
    };
    let groups: Vec<usize> = table.column("group")?.iter().map(|&g| g as usize).collect();
    let (floor, radon) = (table.column("floor")?, table.column("y")?);
    let columns: Vec<Columns> = (0..GROUPS)
        .map(|_| (Column::placeholder("floor"), Column::placeholder("radon")))
        .collect();
    let mut data = Data::new();
    for (group, (floor_column, radon_column)) in columns.iter().enumerate() {
        let own = |values: &[f64]| -> Vec<f64> {
            let rows = values.iter().zip(&groups);
            rows.filter(|&(_, &of)| of == group)
                .map(|(&x, _)| x)
                .collect()
        };
        data.push((floor_column.clone(), own(floor)));
        data.push((radon_column.clone(), own(radon)));
    }
    let mut position = vec![0.3, -0.9];
    position.extend((0..GROUPS).map(|group| 0.1 * (group % 9) as f64 - 0.4));
    position.extend([-0.12, -0.25]);
    Ok(vec![Workload {
        name,
        bar: Bar::TimesReference {
            factor: 1.2,
            plus: 500.0,
        },
        position,
        reference: Box::new(VaryingIntercepts::of(&groups, GROUPS, floor, radon)),
        ours: Ours::Ready(of_model(move || one_likelihood_a_group(&columns), data)),
    }])
}
