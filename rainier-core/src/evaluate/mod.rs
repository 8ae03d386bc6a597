//! Runs programs: a [`Program`] joined with data becomes a [`BoundProgram`], which makes
//! [`Evaluator`]s.
//!
//! In: data at binding, a position at each evaluation. Out: the outputs. What is bound is shared
//! and immutable; what is written during an evaluation belongs to one evaluator, hence to one
//! thread. An evaluation allocates nothing.

mod bind;
mod interpreter;
mod reference;
mod rows;

use std::sync::Arc;

use crate::program::Program;
use bind::Bound;
#[cfg(all(test, feature = "jit"))]
pub(crate) use interpreter::execute;
pub use reference::Interpreter;
use rows::Scratch;

/// A program and the data it runs on. Cheap to clone, `Send + Sync`.
#[derive(Debug, Clone)]
#[must_use]
pub struct BoundProgram {
    program: Program,
    bound: Arc<Bound>,
}

impl BoundProgram {
    /// The program without its data.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// A new evaluator; make one for each thread.
    pub fn evaluator(&self) -> Evaluator {
        let plan = self.program.plan();
        Evaluator {
            bound: self.clone(),
            scalars: self.bound.scalars.clone(),
            scratch: Scratch::for_section(&plan.evaluation),
            outputs: vec![0.0; plan.outputs.len()],
        }
    }
}

/// Evaluates a bound program at one position after another.
#[derive(Debug, Clone)]
pub struct Evaluator {
    bound: BoundProgram,
    /// Constants, what data alone determine, and room for the rest.
    scalars: Vec<[f64; 1]>,
    scratch: Scratch,
    outputs: Vec<f64>,
}

impl Evaluator {
    /// The outputs at `parameters`, in the order they were compiled in.
    ///
    /// # Panics
    /// When the number of parameters is not the program's.
    pub fn evaluate(&mut self, parameters: &[f64]) -> &[f64] {
        let plan = self.bound.program.plan();
        assert_eq!(
            parameters.len(),
            plan.parameters,
            "one value for each parameter"
        );
        for (register, &value) in self.scalars.iter_mut().zip(parameters) {
            *register = [value];
        }
        let tables = self.bound.bound.tables();
        rows::run(
            &plan.evaluation,
            &mut self.scalars,
            &mut self.scratch,
            tables,
            |_, _, _| (),
        );
        for (output, register) in self.outputs.iter_mut().zip(&plan.outputs) {
            [*output] = self.scalars[register.index()];
        }
        &self.outputs
    }
}
