//! Lists the zero-inflated negative binomial model of 10,000 counts.
//!
//! In: counts. Out: one workload.

use anyhow::Result;
use rainier::prelude::*;

use crate::bar::Bar;
use crate::by_hand::zero_inflated_negative_binomial::ZeroInflatedNegativeBinomial;
use crate::data::Table;
use crate::workload::{Workload, of_model};

fn model(counts: &Column) -> RandomVariable<()> {
    model! {
        zero_prob = Beta::new(1, 1).param();
        mean = HalfNormal::new(20).param();
        dispersion = HalfNormal::new(10).param();
        () = NegativeBinomial::new(&mean, &dispersion).zero_inflated(&zero_prob).fit(counts);
        yield ()
    }
}

pub(crate) fn workloads() -> Result<Vec<Workload>> {
    let name = "zero-inflated neg. binomial, 10000".to_owned();
    let Some(table) = Table::read(&name, "zinb_10000.csv")? else {
        return Ok(Vec::new());
    };
    let counts = table.column("y")?.to_vec();
    let reference = Box::new(ZeroInflatedNegativeBinomial::of(&counts));
    let column = Column::placeholder("counts");
    let data = vec![(column.clone(), counts)];
    Ok(vec![Workload {
        name,
        bar: Bar::Nanoseconds(3_000.0),
        position: vec![-0.2, -1.0, -1.5],
        reference,
        ours: of_model(move || model(&column), data),
        job: None,
    }])
}
