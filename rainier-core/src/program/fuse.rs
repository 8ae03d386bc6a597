//! Joins a product or multiple with the one sum it is made for.
//!
//! In: instructions that write each register once. Out: fewer of them, of the same bits: the
//! product is rounded before it is added, but not written to memory in between.

use std::sync::Arc;

use crate::instruction::{Action, Evaluation, Instruction, Register, RowLoop, Step, adds_nothing};

/// Fuses a loop's products into its sums, before registers are reused.
pub(super) fn fuse_loop(row_loop: &mut RowLoop) {
    let mut uses = Uses::of(&row_loop.instructions);
    let scatters = row_loop.scatters.iter().map(|scatter| scatter.block);
    let stores = row_loop.stores.iter().map(|&(block, _)| block);
    let sums = row_loop.sums.iter().map(|sum| sum.block);
    sums.chain(scatters)
        .chain(stores)
        .for_each(|block| uses.add(block));
    let mut products = products(&row_loop.instructions, &uses);
    for sum in &mut row_loop.sums {
        if let Some((left, right)) = products.take(sum.block) {
            sum.block = left;
            sum.factor = Some(right);
        }
    }
    products.fuse(&mut row_loop.instructions);
}

/// Fuses the products of all scalar code of an evaluation into its sums.
pub(super) fn fuse_scalars(evaluation: &mut Evaluation) {
    let mut uses = Uses::default();
    evaluation
        .outputs
        .iter()
        .for_each(|&output| uses.add(output));
    for step in &evaluation.section.steps {
        step.for_each_scalar_read(|register| uses.add(register));
    }
    for step in &mut evaluation.section.steps {
        if let Step::Scalars(instructions) = step {
            products(instructions, &uses).fuse(Arc::make_mut(instructions));
        }
    }
}

/// How often each register is read, by its number.
#[derive(Default)]
struct Uses(Vec<u32>);

impl Uses {
    fn of(instructions: &[Instruction]) -> Self {
        let mut uses = Self::default();
        for instruction in instructions {
            instruction.action.map_sources(|source| {
                uses.add(source);
                source
            });
        }
        uses
    }

    fn add(&mut self, register: Register) {
        if self.0.len() <= register.index() {
            self.0.resize(register.index() + 1, 0);
        }
        self.0[register.index()] += 1;
    }

    fn is_read_once(&self, register: Register) -> bool {
        self.0.get(register.index()) == Some(&1)
    }
}

/// What is known of a register.
#[derive(Clone, Copy, PartialEq)]
enum Product {
    None,
    /// A product that is read once.
    Of(Register, Register),
    /// A multiple that is read once.
    Multiple(Register, f64),
    /// One that is no longer computed.
    Taken,
}

/// The products of some instructions, by register. Registers are written in ascending order, so
/// that a table of those between the first and the last has few holes.
struct Products {
    first: usize,
    products: Vec<Product>,
}

fn products(instructions: &[Instruction], uses: &Uses) -> Products {
    let first = instructions
        .first()
        .map_or(0, |instruction| instruction.destination.index());
    let mut products = Vec::with_capacity(instructions.len());
    for &Instruction {
        destination,
        action,
    } in instructions
    {
        let product = match action {
            Action::Multiply(left, right) if uses.is_read_once(destination) => {
                Product::Of(left, right)
            }
            Action::Affine {
                source,
                scale,
                offset,
            } if adds_nothing(offset) && uses.is_read_once(destination) => {
                Product::Multiple(source, scale)
            }
            _ => Product::None,
        };
        products.resize(destination.index() - first, Product::None);
        products.push(product);
    }
    Products { first, products }
}

impl Products {
    /// The product that a register holds, if it need not be computed any more.
    fn take(&mut self, register: Register) -> Option<(Register, Register)> {
        let product = self.get_mut(register)?;
        let Product::Of(left, right) = *product else {
            return None;
        };
        *product = Product::Taken;
        Some((left, right))
    }

    /// `accumulator` + `sign` · what the register holds, if that need not be computed any more.
    fn take_into(
        &mut self,
        accumulator: Register,
        register: Register,
        sign: f64,
    ) -> Option<Action> {
        let product = self.get_mut(register)?;
        let action = match *product {
            Product::Of(left, right) if sign > 0.0 => Action::AddProduct {
                accumulator,
                left,
                right,
            },
            Product::Multiple(source, scale) if sign * scale == -1.0 => {
                Action::Subtract(accumulator, source)
            }
            Product::Multiple(source, scale) => Action::AddScaled {
                accumulator,
                source,
                scale: sign * scale,
            },
            Product::Of(..) | Product::None | Product::Taken => return None,
        };
        *product = Product::Taken;
        Some(action)
    }

    fn get_mut(&mut self, register: Register) -> Option<&mut Product> {
        let place = register.index().checked_sub(self.first)?;
        self.products.get_mut(place)
    }

    fn fuse(mut self, instructions: &mut Vec<Instruction>) {
        for instruction in &mut *instructions {
            let fused = match instruction.action {
                Action::Add(a, b) => {
                    let second = self.take_into(a, b, 1.0);
                    second.or_else(|| self.take_into(b, a, 1.0))
                }
                Action::Subtract(a, b) => self.take_into(a, b, -1.0),
                _ => None,
            };
            instruction.action = fused.unwrap_or(instruction.action);
        }
        let is_taken =
            |register: Register| self.products[register.index() - self.first] == Product::Taken;
        instructions.retain(|instruction| !is_taken(instruction.destination));
        instructions.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruction::{NO_OFFSET, Section};

    fn instruction(destination: u32, action: Action) -> Instruction {
        Instruction {
            destination: Register(destination),
            action,
        }
    }

    #[test]
    fn a_product_read_once_joins_its_sum() {
        let [x, y, z, product] = [0, 1, 2, 3].map(Register);
        let plain = vec![
            instruction(3, Action::Multiply(x, y)),
            instruction(4, Action::Add(product, z)),
        ];
        let evaluation = |outputs: &[Register]| {
            let steps = vec![Step::Scalars(plain.clone().into())];
            let mut evaluation = Evaluation {
                outputs: outputs.to_vec(),
                section: Section { steps },
            };
            fuse_scalars(&mut evaluation);
            evaluation.section.steps
        };
        assert_eq!(
            evaluation(&[Register(4), product]),
            [Step::Scalars(plain.clone().into())]
        );
        let fused = Action::AddProduct {
            accumulator: z,
            left: x,
            right: y,
        };
        assert_eq!(
            evaluation(&[Register(4)]),
            [Step::Scalars(vec![instruction(4, fused)].into())]
        );
    }

    #[test]
    fn a_multiple_read_once_joins_its_sum() {
        let [x, y, multiple] = [0, 1, 2].map(Register);
        let fused = |scale, offset, sum| {
            let multiple = Action::Affine {
                source: x,
                scale,
                offset,
            };
            let mut instructions = vec![instruction(2, multiple), instruction(3, sum)];
            let mut uses = Uses::of(&instructions);
            uses.add(Register(3));
            products(&instructions, &uses).fuse(&mut instructions);
            let [.., last] = &instructions[..] else {
                unreachable!("the sum is always there");
            };
            (instructions.len(), last.action)
        };
        let scaled = |scale| Action::AddScaled {
            accumulator: y,
            source: x,
            scale,
        };
        let (sum, difference) = (Action::Add(y, multiple), Action::Subtract(y, multiple));
        assert_eq!(fused(2.0, NO_OFFSET, sum), (1, scaled(2.0)));
        assert_eq!(fused(2.0, NO_OFFSET, difference), (1, scaled(-2.0)));
        assert_eq!(fused(-1.0, NO_OFFSET, sum), (1, Action::Subtract(y, x)));
        // An offset would be added in another order, and 0 is one.
        assert_eq!(fused(2.0, 0.0, sum), (2, sum));
        let other_way = Action::Subtract(multiple, y);
        assert_eq!(fused(2.0, NO_OFFSET, other_way), (2, other_way));
    }
}
