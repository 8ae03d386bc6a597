//! Evaluates one program for many data sets at once, a data set a lane.
//!
//! In: a position for each lane, a bound program for each lane. Out: the outputs of each lane.
//! Scalar code runs on all lanes together; a loop over rows takes the same row of every lane
//! together, and lanes with fewer rows sit out the rest. What a lane computes does not depend on
//! its neighbours, bit for bit.

use std::sync::Arc;

use super::interpreter::{Loads, execute, run, value};
use super::rows::LoopInput;
use super::{Bound, BoundProgram};
use crate::aligned::Aligned;
use crate::compensated::Compensated;
use crate::kernel::{self, Arithmetic, Code, InstructionSet};
use crate::operation::Unary;
use crate::program::{EntryPoint, Program, RowLoop, Section, Step};

/// Evaluates a program at `LANES` positions at once.
///
/// Each lane has its own parameters and its own data, bound to the same program; or all lanes are
/// chains over the same data. 16 to 64 lanes suit the processors of today; a multiple of 8 wastes
/// nothing.
///
/// ```
/// use rainier_core::{Column, Program, Real};
///
/// let x = Column::placeholder("x");
/// let rate = Real::parameter("rate");
/// let log_likelihood = (x.real() * rate.ln() - &rate).sum_rows();
/// let program = Program::compile_with_gradient(&log_likelihood, &[rate])?;
///
/// let mut lanes = program.bind(&[(&x, &[1.0, 3.0])])?.lock_step::<8>();
/// lanes.set_lane(1, &program.bind(&[(&x, &[5.0, 0.0, 2.0])])?);
/// let [value, slope] = lanes.evaluate(&[[1.0; 8]]) else { unreachable!("two outputs") };
/// assert_eq!(value[..3], [-2.0, -3.0, -2.0]);
/// assert_eq!(slope[..3], [2.0, 4.0, 2.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct LockStep<const LANES: usize> {
    program: Program,
    /// The data of each lane.
    lanes: Vec<Arc<Bound>>,
    /// Constants, what data alone determine, and room for the rest.
    scalars: Aligned<LANES>,
    /// By entry point, one for each loop; none since a lane's data changed.
    inputs: [Option<Vec<LaneInput<LANES>>>; 3],
    scratch: Scratch<LANES>,
    outputs: Vec<[f64; LANES]>,
}

impl BoundProgram {
    /// An evaluator of `LANES` positions at once, all on this data until
    /// [`set_lane`](LockStep::set_lane) gives a lane its own.
    pub fn lock_step<const LANES: usize>(&self) -> LockStep<LANES> {
        let evaluations = &self.program.plan().evaluations;
        let sections = evaluations.iter().map(|evaluation| &evaluation.section);
        LockStep {
            program: self.program.clone(),
            lanes: vec![Arc::clone(&self.bound); LANES],
            scalars: self
                .bound
                .scalars
                .iter()
                .map(|&[value]| [value; LANES])
                .collect(),
            inputs: Default::default(),
            scratch: Scratch::new(sections.flat_map(Section::loops)),
            outputs: vec![[0.0; LANES]; evaluations[0].outputs.len()],
        }
    }
}

impl<const LANES: usize> LockStep<LANES> {
    /// Gives a lane its data.
    ///
    /// # Panics
    /// When there is no such lane, and when `data` is bound to another program.
    pub fn set_lane(&mut self, lane: usize, data: &BoundProgram) {
        assert!(lane < LANES, "lane {lane} of {LANES}");
        assert!(
            Arc::ptr_eq(data.program.plan(), self.program.plan()),
            "lanes share one program"
        );
        for (register, &[value]) in self
            .scalars
            .blocks_mut()
            .iter_mut()
            .zip(&data.bound.scalars)
        {
            register[lane] = value;
        }
        self.lanes[lane] = Arc::clone(&data.bound);
        self.inputs = Default::default();
    }

    /// The outputs of every lane at `parameters`, which has one block for each parameter.
    ///
    /// # Panics
    /// When the number of parameters is not the program's.
    pub fn evaluate(&mut self, parameters: &[[f64; LANES]]) -> &[[f64; LANES]] {
        self.run(EntryPoint::All, parameters)
    }

    /// The first output alone, as [`Evaluator::value`](super::Evaluator::value).
    ///
    /// # Panics
    /// As [`LockStep::evaluate`], and when the program has no outputs.
    pub fn value(&mut self, parameters: &[[f64; LANES]]) -> &[f64; LANES] {
        &self.run(EntryPoint::Value, parameters)[0]
    }

    /// All outputs but the first, as [`Evaluator::gradient`](super::Evaluator::gradient).
    ///
    /// # Panics
    /// As [`LockStep::value`].
    pub fn gradient(&mut self, parameters: &[[f64; LANES]]) -> &[[f64; LANES]] {
        let computed = usize::from(!self.program.has_gradient());
        &self.run(EntryPoint::Gradient, parameters)[computed..]
    }

    /// The first output of every lane; writes all others to `gradient`, as
    /// [`Evaluator::value_and_gradient`](super::Evaluator::value_and_gradient).
    ///
    /// # Panics
    /// As [`LockStep::value`], and when `gradient` has another length.
    pub fn value_and_gradient(
        &mut self,
        parameters: &[[f64; LANES]],
        gradient: &mut [[f64; LANES]],
    ) -> &[f64; LANES] {
        let entry = self.compute(EntryPoint::All, parameters);
        let outputs = &self.program.plan().evaluations[entry].outputs;
        assert_eq!(
            gradient.len() + 1,
            outputs.len(),
            "a slope for each output but the first"
        );
        let scalars = self.scalars.blocks();
        for (slope, register) in gradient.iter_mut().zip(&outputs[1..]) {
            *slope = scalars[register.index()];
        }
        &scalars[outputs[0].index()]
    }

    fn run(&mut self, entry: EntryPoint, parameters: &[[f64; LANES]]) -> &[[f64; LANES]] {
        let entry = self.compute(entry, parameters);
        let evaluation = &self.program.plan().evaluations[entry];
        let scalars = self.scalars.blocks();
        for (output, register) in self.outputs.iter_mut().zip(&evaluation.outputs) {
            *output = scalars[register.index()];
        }
        &self.outputs[..evaluation.outputs.len()]
    }

    /// Runs the code of an entry point; gives the number of the evaluation that has it.
    fn compute(&mut self, entry: EntryPoint, parameters: &[[f64; LANES]]) -> usize {
        let plan = self.program.plan();
        assert_eq!(
            parameters.len(),
            plan.parameters,
            "one block for each parameter"
        );
        let scalars = self.scalars.blocks_mut();
        scalars[..parameters.len()].copy_from_slice(parameters);
        // A program without a gradient has one entry point, which computes everything.
        let entry = (entry as usize).min(plan.evaluations.len() - 1);
        let evaluation = &plan.evaluations[entry];
        let inputs = self.inputs[entry].get_or_insert_with(|| join_inputs(&self.lanes, entry));
        let mut inputs = inputs.iter();
        let mut code = self.program.code_of_lanes()[entry].iter();
        for step in &evaluation.section.steps {
            match step {
                Step::Scalars(_) => {
                    execute(code.next().expect("one for each step"), scalars);
                }
                Step::Rows(row_loop) => {
                    let input = inputs.next().expect("one for each loop");
                    InstructionSet::detect().run(LaneCode {
                        row_loop,
                        input,
                        scalars,
                        scratch: &mut self.scratch,
                    });
                }
                Step::Groups(_) | Step::Triangle(_) => unreachable!("done at binding"),
            }
        }
        entry
    }
}

fn join_inputs<const LANES: usize>(lanes: &[Arc<Bound>], entry: usize) -> Vec<LaneInput<LANES>> {
    let loops = lanes[0].inputs[entry].len();
    (0..loops)
        .map(|place| {
            let of_lanes = lanes.iter().map(|lane| &lane.inputs[entry][place]);
            LaneInput::new(&of_lanes.collect::<Vec<_>>())
        })
        .collect()
}

/// Registers of loops, reused from one evaluation to the next.
#[derive(Debug, Clone)]
struct Scratch<const LANES: usize> {
    blocks: Aligned<LANES>,
    sums: Vec<[Compensated; LANES]>,
}

impl<const LANES: usize> Scratch<LANES> {
    /// Room for each of the loops.
    fn new<'l>(loops: impl Iterator<Item = &'l RowLoop> + Clone) -> Self {
        let registers = loops.clone().map(|row_loop| row_loop.registers);
        let sums = loops.map(|row_loop| row_loop.sums.len());
        Self {
            blocks: Aligned::zeros(registers.max().unwrap_or(0)),
            sums: vec![[Compensated::default(); LANES]; sums.max().unwrap_or(0)],
        }
    }
}

/// What one loop reads, row by row, a lane each.
#[derive(Debug, Clone)]
struct LaneInput<const LANES: usize> {
    rows: usize,
    /// By load, then by row.
    loads: Vec<Aligned<LANES>>,
    /// By gather, then by scatter, then by row.
    indices: Vec<Vec<[u32; LANES]>>,
    /// By row; 0 where a lane has no such row. None when every row of every lane counts once.
    weights: Option<Aligned<LANES>>,
}

impl<const LANES: usize> LaneInput<LANES> {
    fn new(of_lanes: &[&Arc<LoopInput>]) -> Self {
        let rows = of_lanes.iter().map(|input| input.rows).max().unwrap_or(0);
        let is_plain = |input: &Arc<LoopInput>| input.rows == rows && input.weights.is_none();
        let joined = |value: &dyn Fn(&LoopInput, usize) -> f64| -> Aligned<LANES> {
            let row = |row| std::array::from_fn(|lane| value(of_lanes[lane], row));
            (0..rows).map(row).collect()
        };
        // A lane without that row repeats its last one, whose values are at least possible.
        let last = |input: &LoopInput, row: usize| row.min(input.rows.wrapping_sub(1));
        let loads = (0..of_lanes[0].loads.len()).map(|place| {
            joined(&|input, row| {
                let values = input.loads[place].values();
                values.get(last(input, row)).copied().unwrap_or(0.0)
            })
        });
        let indices = (0..of_lanes[0].indices.len()).map(|place| {
            let index = |lane: usize, row| {
                let indices = &of_lanes[lane].indices[place];
                indices.get(last(of_lanes[lane], row)).unwrap_or(0)
            };
            let row = |row| std::array::from_fn(|lane| index(lane, row));
            (0..rows).map(row).collect()
        });
        let weight = |input: &LoopInput, row: usize| match &input.weights {
            _ if row >= input.rows => 0.0,
            Some(weights) => weights.values()[row],
            None => 1.0,
        };
        let is_all_plain = of_lanes.iter().all(|input| is_plain(input));
        Self {
            rows,
            loads: loads.collect(),
            indices: indices.collect(),
            weights: (!is_all_plain).then(|| joined(&weight)),
        }
    }
}

/// A loop and all it works on, to be compiled for every instruction set.
struct LaneCode<'a, const LANES: usize> {
    row_loop: &'a RowLoop,
    input: &'a LaneInput<LANES>,
    scalars: &'a mut [[f64; LANES]],
    scratch: &'a mut Scratch<LANES>,
}

impl<const LANES: usize> Code for LaneCode<'_, LANES> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arithmetic>(self) {
        let (row_loop, input) = (self.row_loop, self.input);
        let registers = &mut self.scratch.blocks.blocks_mut()[..row_loop.registers];
        let sums = &mut self.scratch.sums[..row_loop.sums.len()];
        for (block, scalar) in &row_loop.broadcasts {
            registers[block.index()] = self.scalars[scalar.index()];
        }
        for scatter in &row_loop.scatters {
            let first = scatter.table.index();
            self.scalars[first..first + scatter.entries].fill([0.0; LANES]);
        }
        sums.fill([Compensated::default(); LANES]);
        let (gathered, scattered) = input.indices.split_at(row_loop.gathers.len());
        for row in 0..input.rows {
            for (gather, index) in row_loop.gathers.iter().zip(gathered) {
                let table = &self.scalars[gather.table.index()..];
                registers[gather.block.index()] =
                    std::array::from_fn(|lane| table[index[row][lane] as usize][lane]);
            }
            let loads = RowLoads {
                columns: &input.loads,
                row,
            };
            run::<A, _, LANES>(&row_loop.instructions, registers, loads);
            let weights = input.weights.as_ref().map(|weights| &weights.blocks()[row]);
            for (row_sum, sums) in row_loop.sums.iter().zip(sums.iter_mut()) {
                let mut values = *value(registers, &loads, row_sum.block);
                if row_sum.of_logarithms {
                    let block = values;
                    kernel::unary::<A, LANES>(Unary::Ln1p, &mut values, &block);
                }
                if let Some(factor) = row_sum.factor {
                    let factors = value(registers, &loads, factor);
                    values.iter_mut().zip(factors).for_each(|(x, y)| *x *= y);
                }
                weigh(&mut values, weights);
                for (sum, value) in sums.iter_mut().zip(values) {
                    sum.add(value);
                }
            }
            for (scatter, index) in row_loop.scatters.iter().zip(scattered) {
                let mut values = *value(registers, &loads, scatter.block);
                weigh(&mut values, weights);
                let table = &mut self.scalars[scatter.table.index()..][..scatter.entries];
                for (lane, (value, &index)) in values.into_iter().zip(&index[row]).enumerate() {
                    // No output needs the sums of entries after the last one asked for.
                    if let Some(entry) = table.get_mut(index as usize) {
                        entry[lane] += value;
                    }
                }
            }
        }
        for (row_sum, sums) in row_loop.sums.iter().zip(sums.iter()) {
            self.scalars[row_sum.sum.index()] = sums.map(Compensated::total);
        }
    }
}

/// One row of each column that a loop reads.
#[derive(Clone, Copy)]
struct RowLoads<'a, const LANES: usize> {
    columns: &'a [Aligned<LANES>],
    row: usize,
}

impl<const LANES: usize> Loads<LANES> for RowLoads<'_, LANES> {
    #[inline(always)]
    fn get(&self, place: usize) -> &[f64; LANES] {
        &self.columns[place].blocks()[self.row]
    }
}

/// A row that is not there counts 0 even where its value is infinite.
#[inline(always)]
fn weigh<const LANES: usize>(values: &mut [f64; LANES], weights: Option<&[f64; LANES]>) {
    for (value, &weight) in values.iter_mut().zip(weights.into_iter().flatten()) {
        *value = if weight == 0.0 { 0.0 } else { weight * *value };
    }
}
