//! Lists the mixture of three normal distributions, fitted to 10,000 numbers.
//!
//! In: the outcomes of the linear regression, whose rows are all distinct. Out: one workload.

use anyhow::Result;
use rainier::prelude::*;

use crate::bar::Bar;
use crate::by_hand::normal_mixture::NormalMixture;
use crate::data::Table;
use crate::workload::{Workload, of_model};

/// Weights by breaking a stick twice.
fn model(outcomes: &Column) -> RandomVariable<()> {
    model! {
        first = Beta::new(1, 1).param();
        second = Beta::new(1, 1).param();
        components = RandomVariable::sequence(
            (0..3).map(|_| Normal::new(0, 5).param().zip(HalfNormal::new(2).param())),
        );
        let weights = [
            first.clone(),
            (1.0 - &first) * &second,
            (1.0 - &first) * (1.0 - &second),
        ];
        let [one, two, three] =
            std::array::from_fn(|k| Normal::new(&components[k].0, &components[k].1));
        () = Mixture::continuous(&weights[0], one)
            .and(&weights[1], two)
            .and(&weights[2], three)
            .fit(outcomes);
        yield ()
    }
}

pub(crate) fn workloads() -> Result<Vec<Workload>> {
    let name = "mixture of 3 normals, 10000 rows".to_owned();
    let Some(table) = Table::read(&name, "linear.csv")? else {
        return Ok(Vec::new());
    };
    let outcomes = table.column("y")?.to_vec();
    let reference = Box::new(NormalMixture::of(&outcomes));
    let column = Column::placeholder("y");
    let data = vec![(column.clone(), outcomes)];
    Ok(vec![Workload {
        name,
        bar: Bar::TimesReference {
            factor: 1.5,
            plus: 0.0,
        },
        position: vec![-0.5, 0.2, -0.2, -0.1, 0.3, 0.1, 0.8, 0.2],
        reference,
        ours: of_model(move || model(&column), data),
        job: None,
    }])
}
