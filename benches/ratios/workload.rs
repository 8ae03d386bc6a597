//! Joins what is timed: a model, the same by hand, and the bar.
//!
//! In: models as users write them, and their data. Out: steps to be timed one by one: compile,
//! bind, evaluate.

use std::rc::Rc;

use anyhow::Result;
use rainier::compute::{Collapsing, CompileSettings};
use rainier::prelude::*;

use crate::bar::Bar;
use crate::by_hand::ByHand;
use crate::job::Job;

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
    /// The library's side.
    pub(crate) ours: Compile,
    /// The posterior, where sampling it is timed, too.
    pub(crate) job: Option<Job>,
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

/// An expression and its parameters, with placeholders, compiled with a say in how sums are
/// computed.
pub(crate) fn of_expression(
    collapsing: Collapsing,
    expression: impl Fn() -> (Real, Vec<Real>) + 'static,
    data: Data,
) -> Compile {
    let data = Rc::new(data);
    let settings = CompileSettings::default().with_collapsing(collapsing);
    Box::new(move || {
        let (value, parameters) = expression();
        let program = settings.compile_with_gradient(&value, &parameters)?;
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

/// One model with a data set for each lane, compiled once and evaluated in lock step. Positions
/// and gradients have all lanes of the first parameter first, values are added up.
pub(crate) fn in_lock_step<const LANES: usize, T: Value + Clone + 'static>(
    model: impl Fn() -> RandomVariable<T> + 'static,
    lanes: Vec<Data>,
) -> Compile {
    let lanes = Rc::new(lanes);
    Box::new(move || {
        let template = model().template()?;
        let lanes = Rc::clone(&lanes);
        Ok(Box::new(move || {
            let bound = lanes
                .iter()
                .map(|data| Ok(template.bind(&borrowed(data))?.program().clone()))
                .collect::<Result<Vec<_>>>()?;
            let mut densities = bound[0].lock_step::<LANES>();
            for (lane, bound) in bound.iter().enumerate() {
                densities.set_lane(lane, bound);
            }
            Ok(Box::new(move |position, gradient| {
                let (position, _) = position.as_chunks::<LANES>();
                let outputs = densities.evaluate(position);
                gradient.copy_from_slice(outputs[1..].as_flattened());
                outputs[0].iter().sum()
            }))
        }))
    })
}

pub(crate) fn borrowed(data: &Data) -> Vec<(&Column, &[f64])> {
    data.iter()
        .map(|(column, values)| (column, values.as_slice()))
        .collect()
}
