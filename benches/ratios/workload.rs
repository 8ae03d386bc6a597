//! Joins what is timed: a model, the same by hand, and the bar.
//!
//! In: models as users write them, and their data. Out: steps to be timed one by one: compile,
//! bind, evaluate.

use std::rc::Rc;

use anyhow::Result;
use rainier::compute::Program;
use rainier::prelude::*;

use crate::bar::Bar;
use crate::by_hand::ByHand;

/// Number of positions a benchmark walks through, a power of two.
pub(crate) const POSITIONS: usize = 8;

/// Value and gradient at a position; the gradient goes to the second slice.
pub(crate) type Evaluate = Box<dyn FnMut(&[f64], &mut [f64]) -> f64>;

/// Joins a compiled model with its data.
pub(crate) type Bind = Box<dyn Fn() -> Result<Evaluate>>;

/// Builds and compiles a model.
pub(crate) type Compile = Box<dyn Fn() -> Result<Bind>>;

/// Values for a model's placeholders.
pub(crate) type Data = Vec<(Column, Vec<f64>)>;

/// One line of the table.
pub(crate) struct Workload {
    pub(crate) name: String,
    pub(crate) bar: Bar,
    /// Where the density is evaluated, in the neighbourhood of this.
    pub(crate) position: Vec<f64>,
    pub(crate) reference: Box<dyn ByHand>,
    pub(crate) ours: Ours,
}

/// The library's side of a workload.
pub(crate) enum Ours {
    /// It can be run.
    Ready(Compile),
    /// The library cannot do this yet, for want of what is named.
    Awaiting(&'static str),
}

impl Workload {
    /// Positions close together, so that no work can be kept from one call to the next.
    pub(crate) fn positions(&self) -> Vec<Vec<f64>> {
        (0..POSITIONS)
            .map(|step| {
                let moved = |(index, x): (usize, &f64)| {
                    x + 0.01 * ((7 * step + 3 * index) % 11) as f64 / 11.0
                };
                self.position.iter().enumerate().map(moved).collect()
            })
            .collect()
    }
}

/// A model as a user writes it, with placeholders.
pub(crate) fn of_model<T: Value + Clone + 'static>(
    model: impl Fn() -> RandomVariable<T> + 'static,
    data: Data,
) -> Compile {
    let data = Rc::new(data);
    Box::new(move || {
        let template = model().template()?;
        let data = Rc::clone(&data);
        Ok(Box::new(move || {
            let mut density = template.bind(&borrowed(&data))?.evaluator();
            Ok(Box::new(move |position, gradient| {
                density.log_density_and_gradient(position, gradient)
            }))
        }))
    })
}

/// An expression and its parameters, with placeholders: what the core alone can do.
pub(crate) fn of_expression(
    expression: impl Fn() -> (Real, Vec<Real>) + 'static,
    data: Data,
) -> Compile {
    let data = Rc::new(data);
    Box::new(move || {
        let (value, parameters) = expression();
        let program = Program::compile_with_gradient(&value, &parameters)?;
        let data = Rc::clone(&data);
        Ok(Box::new(move || {
            let mut evaluator = program.bind(&borrowed(&data))?.evaluator();
            Ok(Box::new(move |position, gradient| {
                let outputs = evaluator.evaluate(position);
                gradient.copy_from_slice(&outputs[1..]);
                outputs[0]
            }))
        }))
    })
}

/// One model with a data set for each lane, compiled once and evaluated lane after lane.
/// Positions and gradients have all lanes of the first parameter first, values are added up.
pub(crate) fn lane_after_lane<T: Value + Clone + 'static>(
    model: impl Fn() -> RandomVariable<T> + 'static,
    lanes: Vec<Data>,
) -> Compile {
    let lanes = Rc::new(lanes);
    Box::new(move || {
        let template = model().template()?;
        let lanes = Rc::clone(&lanes);
        Ok(Box::new(move || {
            let mut densities = lanes
                .iter()
                .map(|data| Ok(template.bind(&borrowed(data))?.evaluator()))
                .collect::<Result<Vec<_>>>()?;
            let (dimension, count) = (template.dimension(), lanes.len());
            let mut own = vec![0.0; dimension];
            let mut own_gradient = vec![0.0; dimension];
            Ok(Box::new(move |position, gradient| {
                let mut value = 0.0;
                for (lane, density) in densities.iter_mut().enumerate() {
                    for parameter in 0..dimension {
                        own[parameter] = position[parameter * count + lane];
                    }
                    value += density.log_density_and_gradient(&own, &mut own_gradient);
                    for parameter in 0..dimension {
                        gradient[parameter * count + lane] = own_gradient[parameter];
                    }
                }
                value
            }))
        }))
    })
}

fn borrowed(data: &Data) -> Vec<(&Column, &[f64])> {
    data.iter()
        .map(|(column, values)| (column, values.as_slice()))
        .collect()
}
