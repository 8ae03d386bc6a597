//! Measures how compiling grows with the graph and binding with the rows.
//!
//! In: nothing. Out: milliseconds and bytes for sizes a factor of ten apart.

use anyhow::Result;
use rainier::compute::Program;
use rainier::prelude::*;

use crate::ALLOCATOR;
use crate::models::zero_inflated_poisson;
use crate::record::{BindGrowth, GraphGrowth};
use crate::timing::milliseconds;

/// Numbers of nodes.
const NODES: [usize; 3] = [1_000, 10_000, 100_000];

/// Numbers of rows.
const ROWS: [usize; 3] = [1_000, 10_000, 100_000];

/// Parameters of the synthetic graphs, and values alive at each moment.
const WIDTH: usize = 16;

/// Compiles graphs of growing size, with their gradients.
pub(crate) fn graphs() -> Result<Vec<GraphGrowth>> {
    NODES.into_iter().map(graph).collect()
}

fn graph(nodes: usize) -> Result<GraphGrowth> {
    let build_milliseconds = milliseconds(|| synthetic(nodes));

    let before = ALLOCATOR.current_usage();
    let (value, parameters) = synthetic(nodes);
    let built = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let program = Program::compile_with_gradient(&value, &parameters)?;
    let compiled = ALLOCATOR.current_usage();
    let peak = ALLOCATOR.peak_usage();
    drop(program);

    let per_node = |more: usize, less: usize| more.saturating_sub(less) as f64 / nodes as f64;
    Ok(GraphGrowth {
        nodes,
        build_milliseconds,
        compile_milliseconds: milliseconds(|| Program::compile_with_gradient(&value, &parameters)),
        expression_bytes_per_node: per_node(built, before),
        program_bytes_per_node: per_node(compiled, built),
        peak_bytes_per_node: per_node(peak, before),
    })
}

/// An expression of `nodes` nodes, a quarter each sums, products, sines and logistic functions,
/// none of which can be shared or simplified. Sums and products take bounded values only.
fn synthetic(nodes: usize) -> (Real, Vec<Real>) {
    let parameters: Vec<Real> = (0..WIDTH)
        .map(|index| Real::parameter(format!("x{index}")))
        .collect();
    let mut values = parameters.clone();
    // The final sum is a node, too.
    for step in WIDTH + 1..nodes {
        let (place, turn) = (step % WIDTH, step / WIDTH);
        // Places 2 and 3 of each four hold sines and logistic functions.
        let bounded = |shift: usize| (place + 4 * (turn + shift)) % WIDTH / 4 * 4 + 2 + shift % 2;
        let value = match place % 4 {
            0 => &values[bounded(0)] + &values[bounded(1)],
            1 => &values[bounded(1)] * &values[bounded(2)],
            2 => values[place - 2].sin(),
            _ => values[place - 2].logistic(),
        };
        values[place] = value;
    }
    (Real::sum(values), parameters)
}

/// Binds the zero-inflated Poisson model to a growing part of its data.
pub(crate) fn binding() -> Result<Vec<BindGrowth>> {
    let Some(counts) = zero_inflated_poisson::counts("growth of binding", "zip_100000.csv")? else {
        return Ok(Vec::new());
    };
    let column = Column::placeholder("counts");
    let template = zero_inflated_poisson::model(&column).template()?;
    Ok(ROWS
        .into_iter()
        .map(|rows| BindGrowth {
            rows,
            milliseconds: milliseconds(|| template.bind(&[(&column, &counts[..rows])])),
        })
        .collect())
}
