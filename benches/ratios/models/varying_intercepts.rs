//! Lists the regression of radon levels with an intercept for each county.
//!
//! In: county, floor and log radon of each house. Out: one workload.

use anyhow::Result;
use rainier::prelude::*;

use crate::bar::Bar;
use crate::by_hand::varying_intercepts::VaryingIntercepts;
use crate::data::Table;
use crate::job::Job;
use crate::workload::{Workload, of_model};

const GROUPS: usize = 85;

/// County, floor and outcome of the houses.
#[derive(Clone)]
struct Houses {
    county: Column,
    floor: Column,
    radon: Column,
}

fn model(houses: &Houses) -> RandomVariable<(Real, Real, Vec<Real>, Real, Real)> {
    model! {
        mean = Normal::new(0, 5).param();
        spread = HalfNormal::new(1).param();
        intercepts = RandomVariable::sequence(
            (0..GROUPS).map(|_| Normal::new(&mean, &spread).param()),
        );
        slope = Normal::new(0, 5).param();
        noise = HalfNormal::new(1).param();
        let intercept = Real::lookup(&houses.county, &intercepts);
        () = Normal::new(intercept + &slope * houses.floor.real(), &noise).fit(&houses.radon);
        yield (mean, spread, intercepts, slope, noise)
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
    let [county_column, floor_column, radon_column] =
        ["county", "floor", "radon"].map(Column::placeholder);
    let data = vec![
        (county_column.clone(), table.column("group")?.to_vec()),
        (floor_column.clone(), floor.to_vec()),
        (radon_column.clone(), radon.to_vec()),
    ];
    let houses = Houses {
        county: county_column,
        floor: floor_column,
        radon: radon_column,
    };
    let mut position = vec![0.3, -0.9];
    position.extend((0..GROUPS).map(|group| 0.1 * (group % 9) as f64 - 0.4));
    position.extend([-0.12, -0.25]);
    let model = move || model(&houses);
    let job = Some(Job::new(15_000.0, model.clone(), data.clone()));
    Ok(vec![Workload {
        name,
        bar: Bar::TimesReference {
            factor: 1.2,
            plus: 500.0,
        },
        position,
        reference: Box::new(VaryingIntercepts::of(&groups, GROUPS, floor, radon)),
        ours: of_model(model, data),
        job,
    }])
}
