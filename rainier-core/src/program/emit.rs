//! Turns one node into instructions.
//!
//! In: a node, the registers of its operands. Out: instructions that leave its value in a fresh
//! register. Serves scalar code and row loops alike. Long sums are added as a tree, which bounds
//! their rounding error by the logarithm of their length.

use crate::graph::{Graph, NodeId, Operation};
use crate::instruction::{Action, Instruction, NO_OFFSET, Register};

/// Instructions so far, and the next unused register.
#[derive(Debug, Default)]
pub(super) struct Emitter {
    pub(super) instructions: Vec<Instruction>,
    next: u32,
    /// Sums of more terms than this are added in halves.
    chunk: usize,
    /// Operands of the sum or product at hand; kept for their room.
    terms: Vec<(Register, f64)>,
    factors: Vec<(Register, i32)>,
}

impl Emitter {
    /// For scalar code, where an addition must not wait for many others.
    pub(super) fn of_scalars() -> Self {
        Self {
            chunk: 4,
            ..Self::default()
        }
    }

    /// For rows, where there are enough lanes to keep the processor busy, and each half may cost
    /// an instruction.
    pub(super) fn of_rows() -> Self {
        Self {
            chunk: 16,
            ..Self::default()
        }
    }

    /// A register nobody else has.
    pub(super) fn fresh(&mut self) -> Register {
        self.next += 1;
        Register(self.next - 1)
    }

    /// Hands out registers from `next` on, again.
    pub(super) fn restart(&mut self, next: usize) {
        self.next = u32::try_from(next).expect("registers are fewer than nodes");
    }

    /// How many registers were handed out.
    pub(super) fn registers(&self) -> usize {
        self.next as usize
    }

    /// Computes `node`, whose operands are in the registers that `operand` names.
    pub(super) fn node(
        &mut self,
        graph: &Graph,
        node: NodeId,
        operand: impl Fn(NodeId) -> Register,
    ) -> Register {
        match graph.operation(node) {
            Operation::Line(constant, terms) => {
                let mut parts = std::mem::take(&mut self.terms);
                parts.clear();
                parts.extend(terms.iter().map(|&(term, c)| (operand(term), c.0)));
                self.gather(&mut parts);
                let sum = self.line(constant.0, &parts);
                self.terms = parts;
                sum
            }
            Operation::Product(factors) => {
                let mut parts = std::mem::take(&mut self.factors);
                parts.clear();
                parts.extend(factors.iter().map(|&(node, k)| (operand(node), k)));
                let product = self.product(&parts);
                self.factors = parts;
                product
            }
            &Operation::Unary(function, x) => self.write(Action::Unary(function, operand(x))),
            &Operation::Binary(function, x, y) => {
                self.write(Action::Binary(function, operand(x), operand(y)))
            }
            &Operation::Ternary(function, operands) => {
                self.write(Action::Ternary(function, operands.map(operand)))
            }
            &Operation::Select(condition, then, otherwise) => self.write(Action::Select(
                operand(condition),
                operand(then),
                operand(otherwise),
            )),
            Operation::Constant(_)
            | Operation::Parameter(_)
            | Operation::Column(_)
            | Operation::RowCount(_)
            | Operation::SumRows(..)
            | Operation::SumWhere(..)
            | Operation::Lookup(..)
            | Operation::GroupKey(..)
            | Operation::GroupSum(..)
            | Operation::Triangle(..) => unreachable!("has a register before code is emitted"),
        }
    }

    /// Puts the registers' values side by side, unless they are already. The first place.
    pub(super) fn pack(&mut self, registers: &[Register]) -> Register {
        let first = registers[0];
        if (first.0..)
            .zip(registers)
            .all(|(next, register)| next == register.0)
        {
            return first;
        }
        let copies: Vec<Register> = registers
            .iter()
            .map(|&source| {
                self.write(Action::Affine {
                    source,
                    scale: 1.0,
                    offset: NO_OFFSET,
                })
            })
            .collect();
        copies[0]
    }

    fn write(&mut self, action: Action) -> Register {
        let destination = self.fresh();
        self.instructions.push(Instruction {
            destination,
            action,
        });
        destination
    }

    /// Makes one term of those that have a coefficient in common: c x + c y = c (x + y) is a product
    /// less, and x or y, if it is a product itself, can be fused into the sum.
    fn gather(&mut self, terms: &mut Vec<(Register, f64)>) {
        // Adding and subtracting needs no product.
        let mut places: Vec<(u64, usize)> = (0..)
            .zip(&*terms)
            .filter(|(_, (_, scale))| scale.abs() != 1.0)
            .map(|(place, (_, scale))| (scale.to_bits(), place))
            .collect();
        places.sort_unstable();
        if places.windows(2).all(|pair| pair[0].0 != pair[1].0) {
            return;
        }
        let mut is_gathered = vec![false; terms.len()];
        let runs = places.chunk_by(|one, next| one.0 == next.0);
        for alike in runs.filter(|run| run.len() > 1) {
            let parts = alike.iter().map(|&(_, place)| (terms[place].0, 1.0));
            let sum = self.line(0.0, &parts.collect::<Vec<_>>());
            terms[alike[0].1].0 = sum;
            for &(_, place) in &alike[1..] {
                is_gathered[place] = true;
            }
        }
        let mut place = 0..;
        terms.retain(|_| !place.next().is_some_and(|place| is_gathered[place]));
    }

    fn line(&mut self, constant: f64, terms: &[(Register, f64)]) -> Register {
        if terms.len() > self.chunk {
            let (left, right) = terms.split_at(terms.len() / 2);
            let (left, right) = (self.line(constant, left), self.line(0.0, right));
            return self.write(Action::Add(left, right));
        }
        let has_offset = constant != 0.0;
        // A first term with coefficient 1 costs nothing when there is no offset; one with −1 is better
        // subtracted.
        let place = |is_wanted: fn(f64) -> bool| terms.iter().position(|term| is_wanted(term.1));
        let plain = (!has_offset).then(|| place(|scale| scale == 1.0)).flatten();
        let first = plain.or(place(|scale| scale != -1.0)).unwrap_or(0);
        let (source, scale) = terms[first];
        let mut accumulator = if plain.is_some() && terms.len() > 1 {
            source
        } else {
            self.write(Action::Affine {
                source,
                scale,
                offset: if has_offset { constant } else { NO_OFFSET },
            })
        };
        for (index, &(source, scale)) in terms.iter().enumerate() {
            if index == first {
                continue;
            }
            accumulator = if scale == 1.0 {
                self.write(Action::Add(accumulator, source))
            } else if scale == -1.0 {
                self.write(Action::Subtract(accumulator, source))
            } else {
                self.write(Action::AddScaled {
                    accumulator,
                    source,
                    scale,
                })
            };
        }
        accumulator
    }

    fn product(&mut self, factors: &[(Register, i32)]) -> Register {
        let mut accumulator = None;
        for &(source, exponent) in factors.iter().filter(|(_, exponent)| *exponent > 0) {
            let power = self.power(source, exponent);
            accumulator = Some(match accumulator {
                None => power,
                Some(product) => self.write(Action::Multiply(product, power)),
            });
        }
        for &(source, exponent) in factors.iter().filter(|(_, exponent)| *exponent < 0) {
            let power = self.power(source, -exponent);
            accumulator = Some(match accumulator {
                None => self.write(Action::Reciprocal(power)),
                Some(product) => self.write(Action::Divide(product, power)),
            });
        }
        accumulator.expect("a product has factors")
    }

    fn power(&mut self, source: Register, exponent: i32) -> Register {
        match exponent {
            1 => source,
            2 => self.write(Action::Multiply(source, source)),
            _ => self.write(Action::Power { source, exponent }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_with_a_coefficient_in_common_are_multiplied_once() {
        let [x, y, z, u] = [0, 1, 2, 3].map(Register);
        let mut emitter = Emitter::of_scalars();
        emitter.restart(4);
        let mut terms = vec![(x, -0.5), (y, 3.0), (z, -0.5), (u, -1.0)];
        emitter.gather(&mut terms);
        let [sum, of_sum] = [4, 5].map(Register);
        assert_eq!(terms, [(sum, -0.5), (y, 3.0), (u, -1.0)]);
        let line = emitter.line(0.0, &terms);
        let [added, multiplied, both, all] = [
            Action::Add(x, z),
            Action::Affine {
                source: sum,
                scale: -0.5,
                offset: NO_OFFSET,
            },
            Action::AddScaled {
                accumulator: of_sum,
                source: y,
                scale: 3.0,
            },
            Action::Subtract(Register(6), u),
        ];
        let actions: Vec<Action> = emitter.instructions.iter().map(|i| i.action).collect();
        assert_eq!(actions, [added, multiplied, both, all]);
        assert_eq!(line, Register(7));
    }
}
