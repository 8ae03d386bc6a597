//! Evaluates a program at many positions.
//!
//! In: positions, one after the other. Out: the program's outputs at each. A program that reads no
//! data takes 32 positions together, which costs it little more than one; one that reads rows takes
//! them singly, and no copy of its data for each lane.

use rainier_core::{BoundProgram, Evaluator, LockStep};

/// Positions taken together.
const LANES: usize = 32;

/// The outputs of a program at positions that are visited in order.
pub(crate) struct AtPositions<'a> {
    /// `[draw][parameter]`.
    positions: &'a [f64],
    dimension: usize,
    next: usize,
    way: Way,
}

enum Way {
    Singly(Evaluator),
    Together(Box<Together>),
}

struct Together {
    lanes: LockStep<LANES>,
    /// `[parameter][lane]`.
    block: Vec<[f64; LANES]>,
    /// `[lane][output]`.
    outputs: Vec<f64>,
}

impl<'a> AtPositions<'a> {
    /// At `positions`, `[draw][parameter]`.
    pub(crate) fn new(program: &BoundProgram, positions: &'a [f64]) -> Self {
        let code = program.program();
        let (dimension, outputs) = (code.parameters(), code.outputs());
        let way = if code.columns().is_empty() {
            Way::Together(Box::new(Together {
                lanes: program.lock_step(),
                block: vec![[0.0; LANES]; dimension],
                outputs: vec![0.0; LANES * outputs],
            }))
        } else {
            Way::Singly(program.evaluator())
        };
        Self {
            positions,
            dimension,
            next: 0,
            way,
        }
    }

    /// The outputs at the next position.
    ///
    /// # Panics
    /// When there is none.
    pub(crate) fn next(&mut self) -> &[f64] {
        let draw = self.next;
        self.next += 1;
        let from = &self.positions[draw * self.dimension..];
        match &mut self.way {
            Way::Singly(evaluator) => evaluator.evaluate(&from[..self.dimension]),
            Way::Together(together) => {
                let lane = draw % LANES;
                if lane == 0 {
                    together.evaluate(from);
                }
                let outputs = together.outputs.len() / LANES;
                &together.outputs[lane * outputs..][..outputs]
            }
        }
    }
}

impl Together {
    /// At the first positions of `from`, as many as there are lanes or positions.
    fn evaluate(&mut self, from: &[f64]) {
        let dimension = self.block.len();
        for (lane, position) in from.chunks_exact(dimension).take(LANES).enumerate() {
            for (block, x) in self.block.iter_mut().zip(position) {
                block[lane] = *x;
            }
        }
        let count = self.outputs.len() / LANES;
        for (place, output) in self.lanes.evaluate(&self.block).iter().enumerate() {
            for (lane, value) in output.iter().enumerate() {
                self.outputs[lane * count + place] = *value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rainier_core::{Column, Program, Real};

    use super::*;

    /// Both ways give the bits of an evaluator, whatever the number of positions.
    fn check(program: &BoundProgram) {
        for draws in [1, 31, 32, 33, 100] {
            let positions: Vec<f64> = (0..2 * draws).map(|k| f64::from(k) * 0.37).collect();
            let mut outputs = AtPositions::new(program, &positions);
            let mut evaluator = program.evaluator();
            for position in positions.chunks(2) {
                assert_eq!(outputs.next(), evaluator.evaluate(position));
            }
        }
    }

    #[test]
    fn outputs_are_those_of_one_position_after_the_other() {
        let (a, b) = (Real::parameter("a"), Real::parameter("b"));
        let x = Column::placeholder("x");
        let plain = [a.exp() + &b, (&a * &b).sin(), Real::constant(2.0)];
        let parameters = [a.clone(), b];
        let program = Program::compile(&plain, &parameters).unwrap();
        let plain = program.bind(&[]).unwrap();
        assert!(matches!(
            AtPositions::new(&plain, &[]).way,
            Way::Together(_)
        ));
        check(&plain);
        let program = Program::compile(&[(x.real() * &a).exp().sum_rows()], &parameters).unwrap();
        let of_rows = program.bind(&[(&x, &[0.1, -0.2, 0.3])]).unwrap();
        assert!(matches!(
            AtPositions::new(&of_rows, &[]).way,
            Way::Singly(_)
        ));
        check(&of_rows);
    }
}
