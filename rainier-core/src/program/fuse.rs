//! Joins a product with the one sum it is made for.
//!
//! In: instructions that write each register once. Out: fewer of them, of the same bits: the
//! product is rounded before it is added, but not written to memory in between.

use rustc_hash::FxHashMap;

use crate::instruction::{Action, Evaluation, Instruction, Register, RowLoop, Step};

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
    let mut uses = Uses(FxHashMap::default());
    evaluation
        .outputs
        .iter()
        .for_each(|&output| uses.add(output));
    for step in &evaluation.section.steps {
        step.for_each_scalar_read(|register| uses.add(register));
    }
    for step in &mut evaluation.section.steps {
        if let Step::Scalars(instructions) = step {
            products(instructions, &uses).fuse(instructions);
        }
    }
}

/// How often each register is read.
struct Uses(FxHashMap<Register, u32>);

impl Uses {
    fn of(instructions: &[Instruction]) -> Self {
        let mut uses = Self(FxHashMap::default());
        for instruction in instructions {
            instruction.action.map_sources(|source| {
                uses.add(source);
                source
            });
        }
        uses
    }

    fn add(&mut self, register: Register) {
        *self.0.entry(register).or_default() += 1;
    }
}

/// Products that are read once: destination → factors. Those taken are no longer computed.
struct Products {
    factors: FxHashMap<Register, (Register, Register)>,
    taken: Vec<Register>,
}

fn products(instructions: &[Instruction], uses: &Uses) -> Products {
    let factors = instructions
        .iter()
        .filter_map(|instruction| match instruction.action {
            Action::Multiply(left, right) => {
                let is_read_once = uses.0.get(&instruction.destination) == Some(&1);
                is_read_once.then_some((instruction.destination, (left, right)))
            }
            _ => None,
        })
        .collect();
    Products {
        factors,
        taken: Vec::new(),
    }
}

impl Products {
    fn take(&mut self, register: Register) -> Option<(Register, Register)> {
        let factors = self.factors.remove(&register)?;
        self.taken.push(register);
        Some(factors)
    }

    fn fuse(mut self, instructions: &mut Vec<Instruction>) {
        for instruction in &mut *instructions {
            let Action::Add(a, b) = instruction.action else {
                continue;
            };
            for (accumulator, product) in [(a, b), (b, a)] {
                if let Some((left, right)) = self.take(product) {
                    instruction.action = Action::AddProduct {
                        accumulator,
                        left,
                        right,
                    };
                    break;
                }
            }
        }
        let taken: rustc_hash::FxHashSet<Register> = self.taken.into_iter().collect();
        instructions.retain(|instruction| !taken.contains(&instruction.destination));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruction::Section;

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
            let steps = vec![Step::Scalars(plain.clone())];
            let mut evaluation = Evaluation {
                outputs: outputs.to_vec(),
                section: Section { steps },
            };
            fuse_scalars(&mut evaluation);
            evaluation.section.steps
        };
        assert_eq!(
            evaluation(&[Register(4), product]),
            [Step::Scalars(plain.clone())]
        );
        let fused = Action::AddProduct {
            accumulator: z,
            left: x,
            right: y,
        };
        assert_eq!(
            evaluation(&[Register(4)]),
            [Step::Scalars(vec![instruction(4, fused)])]
        );
    }
}
