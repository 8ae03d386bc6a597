//! Runs programs: a [`Program`] joined with data becomes a [`BoundProgram`], which makes
//! [`Evaluator`]s.
//!
//! In: data at binding, a position at each evaluation. Out: the outputs. What is bound is shared
//! and immutable; what is written during an evaluation belongs to one evaluator, hence to one
//! thread. An evaluation allocates nothing.

mod bind;
mod column;
mod distinct;
mod groups;
mod interpreter;
mod lock_step;
mod reference;
mod row_table;
mod rows;
mod triangle;

use std::sync::Arc;

use crate::instruction::{Register, Section};
use crate::native::NativeSteps;
use crate::program::{EntryPoint, Program, Step};
use bind::Bound;
pub(crate) use interpreter::execute;
pub use lock_step::LockStep;
pub use reference::Interpreter;
use rows::{LoopInput, Scratch, run_loop};

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
        let evaluations = &self.program.plan().evaluations;
        let sections = evaluations.iter().map(|evaluation| &evaluation.section);
        Evaluator {
            bound: self.clone(),
            scalars: self.bound.scalars.clone(),
            scratch: Scratch::for_sections(sections),
            outputs: vec![0.0; evaluations[0].outputs.len()],
            counts: [0; 3],
        }
    }

    /// What became of sums over rows, and how many rows of how many each loop still reads.
    pub fn explain(&self) -> String {
        let mut text = self.program.explain();
        for input in &self.bound.inputs[0] {
            text += &input.explain();
        }
        text
    }
}

/// Up to so many parameters are copied one by one.
const FEW: usize = 16;

/// Evaluates a bound program at one position after another.
///
/// ```
/// use rainier_core::{Program, Real};
///
/// let x = Real::parameter("x");
/// let program = Program::compile_with_gradient(&(&x * &x), &[x])?;
/// let mut evaluator = program.bind(&[])?.evaluator();
/// assert_eq!(evaluator.evaluate(&[3.0]), [9.0, 6.0]);
/// // Each part alone, for a sampler that needs no more.
/// assert_eq!(evaluator.value(&[3.0]), 9.0);
/// assert_eq!(evaluator.gradient(&[3.0]), [6.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Evaluator {
    bound: BoundProgram,
    /// Constants, what data alone determine, and room for the rest.
    scalars: Vec<[f64; 1]>,
    scratch: Scratch,
    outputs: Vec<f64>,
    /// How often each entry point was run without native code.
    counts: [u32; 3],
}

impl Evaluator {
    /// The outputs at `parameters`, in the order they were compiled in.
    ///
    /// # Panics
    /// When the number of parameters is not the program's.
    pub fn evaluate(&mut self, parameters: &[f64]) -> &[f64] {
        self.run(EntryPoint::All, parameters)
    }

    /// The first output alone. Of a program with gradient, only what the value needs is computed.
    ///
    /// # Panics
    /// As [`Evaluator::evaluate`], and when the program has no outputs.
    pub fn value(&mut self, parameters: &[f64]) -> f64 {
        self.run(EntryPoint::Value, parameters)[0]
    }

    /// All outputs but the first. Of a program with gradient, only what that needs is computed:
    /// inner steps of a trajectory have no use for the value.
    ///
    /// # Panics
    /// As [`Evaluator::value`].
    pub fn gradient(&mut self, parameters: &[f64]) -> &[f64] {
        let computed = usize::from(!self.bound.program.has_gradient());
        &self.run(EntryPoint::Gradient, parameters)[computed..]
    }

    /// The first output; writes all others to `gradient`. The bits are those of
    /// [`evaluate`](Self::evaluate), which takes some nanoseconds longer.
    ///
    /// ```
    /// use rainier_core::{Program, Real};
    ///
    /// let x = Real::parameter("x");
    /// let program = Program::compile_with_gradient(&(&x * &x), &[x])?;
    /// let mut slope = [0.0];
    /// let value = program.bind(&[])?.evaluator().value_and_gradient(&[3.0], &mut slope);
    /// assert_eq!((value, slope), (9.0, [6.0]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    /// As [`Evaluator::value`], and when `gradient` has another length.
    pub fn value_and_gradient(&mut self, parameters: &[f64], gradient: &mut [f64]) -> f64 {
        let evaluation = self.compute(EntryPoint::All, parameters);
        let outputs = &self.bound.program.plan().evaluations[evaluation].outputs;
        assert_eq!(
            gradient.len() + 1,
            outputs.len(),
            "a slope for each output but the first"
        );
        let number = |register: Register| {
            let [number] = self.scalars[register.index()];
            number
        };
        // Written in pairs, since a vector read soon after would wait for numbers written singly.
        let (pairs, rest) = outputs[1..].as_chunks::<2>();
        let (slope_pairs, slope_rest) = gradient.as_chunks_mut::<2>();
        for (slopes, registers) in slope_pairs.iter_mut().zip(pairs) {
            *slopes = registers.map(number);
        }
        for (slope, register) in slope_rest.iter_mut().zip(rest) {
            *slope = number(*register);
        }
        number(outputs[0])
    }

    fn run(&mut self, entry: EntryPoint, parameters: &[f64]) -> &[f64] {
        let evaluation = self.compute(entry, parameters);
        let registers = &self.bound.program.plan().evaluations[evaluation].outputs;
        for (output, register) in self.outputs.iter_mut().zip(registers) {
            [*output] = self.scalars[register.index()];
        }
        &self.outputs[..registers.len()]
    }

    /// Leaves the outputs of an entry point in the registers that an evaluation names, whose number
    /// it returns.
    fn compute(&mut self, entry: EntryPoint, parameters: &[f64]) -> usize {
        let plan = self.bound.program.plan();
        assert_eq!(
            parameters.len(),
            plan.parameters,
            "one value for each parameter"
        );
        if parameters.len() <= FEW {
            // Faster than a call that copies them, and than waiting to read together what was
            // written singly.
            for (register, &value) in parameters.iter().enumerate() {
                self.scalars[register] = [value];
            }
        } else {
            let (registers, _) = self
                .scalars
                .as_flattened_mut()
                .split_at_mut(parameters.len());
            registers.copy_from_slice(parameters);
        }
        // A program without a gradient has one entry point, which computes everything.
        let entry = (entry as usize).min(plan.evaluations.len() - 1);
        let evaluation = &plan.evaluations[entry];
        let count = &mut self.counts[entry];
        let native = self.bound.program.tiers().of(entry, evaluation, count);
        if let [Step::Scalars(_)] = evaluation.section.steps[..]
            && let Some([Some(code)]) = native.map(Vec::as_slice)
        {
            code.run(self.scalars.as_flattened_mut());
        } else {
            run_steps(
                &evaluation.section,
                native,
                &self.bound.bound.inputs[entry],
                &mut self.scalars,
                &mut self.scratch,
            );
        }
        entry
    }
}

/// Runs a section, by native code where there is any. Not inlined, so that what it needs is not saved
/// and restored where a section is native code alone.
#[inline(never)]
fn run_steps(
    section: &Section,
    native: Option<&NativeSteps>,
    inputs: &[Arc<LoopInput>],
    scalars: &mut [[f64; 1]],
    scratch: &mut Scratch,
) {
    let mut inputs = inputs.iter();
    for (place, step) in section.steps.iter().enumerate() {
        match step {
            Step::Scalars(instructions) => match native.and_then(|native| native[place].as_ref()) {
                Some(code) => code.run(scalars.as_flattened_mut()),
                None => execute(instructions, scalars),
            },
            Step::Rows(row_loop) => {
                let input = inputs.next().expect("one for each loop");
                run_loop(row_loop, input, scalars, scratch, |_, _, _| ());
            }
            Step::Groups(_) | Step::Triangle(_) => unreachable!("done at binding"),
        }
    }
}
