//! Lists the eight schools, for one chain and for 32.
//!
//! In: effects and their standard errors. Out: two workloads.

use anyhow::{Context, Result};
use rainier::prelude::*;

use crate::bar::Bar;
use crate::by_hand::eight_schools::{Chains, EightSchools, LANES};
use crate::data::Table;
use crate::job::Job;
use crate::workload::{Data, Workload, in_lock_step, of_model};

/// Non-centred without a word, since normal unknowns are.
fn model(effects: &[f64; 8], errors: &[f64; 8]) -> RandomVariable<(Real, Real, Vec<Real>)> {
    let rows: Vec<(f64, f64)> = effects
        .iter()
        .copied()
        .zip(errors.iter().copied())
        .collect();
    model! {
        mean = Normal::new(0, 5).param();
        spread = HalfCauchy::new(5).param();
        schools = RandomVariable::sequence(rows.into_iter().map(|(effect, error)| {
            Normal::new(&mean, &spread)
                .param()
                .flat_map(move |school| Normal::new(&school, error).fit([effect]).map(|()| school))
        }));
        yield (mean, spread, schools)
    }
}

pub(crate) fn workloads() -> Result<Vec<Workload>> {
    let name = "eight schools".to_owned();
    let Some(table) = Table::read(&name, "eight_schools.csv")? else {
        return Ok(Vec::new());
    };
    let eight = "there must be eight schools";
    let effects: [f64; 8] = table.column("y")?.try_into().context(eight)?;
    let errors: [f64; 8] = table.column("sigma")?.try_into().context(eight)?;
    let position = [0.9, -0.3, 0.5, 0.1, -0.4, 0.0, -0.6, -0.2, 0.7, 0.3];
    let by_hand = EightSchools::of(effects, errors);
    let no_data = vec![Data::new(); LANES];
    Ok(vec![
        Workload {
            name,
            bar: Bar::TimesReference {
                factor: 1.8,
                plus: 0.0,
            },
            position: position.to_vec(),
            reference: Box::new(by_hand.clone()),
            ours: of_model(move || model(&effects, &errors), Data::new()),
            job: Some(
                Job::new(4e5, move || model(&effects, &errors), Data::new()).also_in_lock_step(),
            ),
        },
        Workload {
            name: "eight schools, 32 chains".to_owned(),
            bar: Bar::PerLane {
                nanoseconds: 35.0,
                lanes: LANES,
            },
            position: position.iter().flat_map(|&x| [x; LANES]).collect(),
            reference: Box::new(Chains(by_hand)),
            ours: in_lock_step::<LANES, _>(move || model(&effects, &errors), no_data),
            job: None,
        },
    ])
}
