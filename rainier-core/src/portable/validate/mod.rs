//! Checks that a plan keeps to what those who run it rely on.
//!
//! In: a [`Plan`] from anywhere. Out: nothing, or the rule it breaks. A plan that passes can be
//! bound and run by code that checks nothing more: every register and column read exists and was
//! filled before, registers written at binding stay as they are, and a destination is never among
//! its sources. The compiler's own plans pass; debug builds check each one.
//!
//! The plan is followed in the order in which it runs. What has been filled so far is noted down:
//! scalar registers in `registers.rs`, columns and rows in `rows.rs`.

mod loops;
mod reductions;
mod registers;
mod rows;
#[cfg(test)]
mod tests;

use super::PortableError;
use crate::operation::Unary;
use crate::program::{Action, Evaluation, Instruction, Plan, Register, Step};
use registers::Registers;
use rows::Rows;

/// A rule that a plan breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flaw(pub(crate) &'static str);

impl From<Flaw> for PortableError {
    fn from(Flaw(flaw): Flaw) -> Self {
        Self::Damaged { flaw }
    }
}

/// The rule, unless it holds.
fn must(holds: bool, rule: &'static str) -> Result<(), Flaw> {
    if holds { Ok(()) } else { Err(Flaw(rule)) }
}

/// Takes memory in proportion to the plan and its number of registers.
pub(crate) fn validate(plan: &Plan) -> Result<(), Flaw> {
    indices(plan)?;
    entry_points(plan)?;
    let mut known = Known {
        scalars: Registers::new(plan)?,
        rows: Rows::new(plan)?,
    };
    constants(plan, &mut known.scalars)?;
    binding(plan, &mut known)?;
    for evaluation in &plan.evaluations {
        // Entry points run one at a time, each on what binding left.
        let mut known = Known {
            scalars: known.scalars.clone(),
            rows: known.rows.clone(),
        };
        evaluate(plan, evaluation, &mut known)?;
    }
    Ok(())
}

/// What has been filled so far.
#[derive(Debug)]
struct Known<'p> {
    scalars: Registers,
    rows: Rows<'p>,
}

/// Indices are kept in 32 bits, and an error about one names the last entry.
fn indices(plan: &Plan) -> Result<(), Flaw> {
    plan.indices.iter().try_for_each(|&(column, entries)| {
        must(
            column < plan.columns.len(),
            "an index must be one of the columns",
        )?;
        let is_table = entries >= 1 && u32::try_from(entries).is_ok();
        must(is_table, "a table must have from 1 to 2^32 - 1 entries")
    })
}

/// A value alone has any number of outputs; a value with its gradient has three entry points.
fn entry_points(plan: &Plan) -> Result<(), Flaw> {
    let lengths: Vec<usize> = plan
        .evaluations
        .iter()
        .map(|evaluation| evaluation.outputs.len())
        .collect();
    let all = plan.parameters.saturating_add(1);
    let is_consistent = match lengths[..] {
        [_] => true,
        [both, gradient, value] => both == all && gradient == plan.parameters && value == 1,
        _ => false,
    };
    must(
        is_consistent,
        "entry points must be one, or those of a value and its gradient",
    )
}

fn constants(plan: &Plan, scalars: &mut Registers) -> Result<(), Flaw> {
    for &(register, _) in &plan.constants {
        scalars.write(register)?;
    }
    for &(register, column) in &plan.row_counts {
        must(
            column < plan.columns.len(),
            "rows must be counted of one of the columns",
        )?;
        scalars.write(register)?;
    }
    Ok(())
}

/// At binding no parameter has a value yet.
fn binding<'p>(plan: &'p Plan, known: &mut Known<'p>) -> Result<(), Flaw> {
    for step in &plan.binding.steps {
        match step {
            Step::Scalars(instructions) => scalar_code(instructions, &mut known.scalars)?,
            Step::Rows(row_loop) => loops::at_binding(row_loop, known)?,
            Step::Groups(step) => reductions::groups(step, known)?,
            Step::Triangle(step) => reductions::triangle(step, known)?,
        }
    }
    Ok(())
}

fn evaluate(plan: &Plan, evaluation: &Evaluation, known: &mut Known<'_>) -> Result<(), Flaw> {
    known.scalars.write_parameters(plan.parameters)?;
    for step in &evaluation.section.steps {
        match step {
            Step::Scalars(instructions) => scalar_code(instructions, &mut known.scalars)?,
            Step::Rows(row_loop) => loops::at_evaluation(row_loop, known)?,
            Step::Groups(_) | Step::Triangle(_) => {
                return Err(Flaw("work on whole columns must be done at binding"));
            }
        }
    }
    let outputs = evaluation.outputs.iter();
    outputs
        .copied()
        .try_for_each(|output| known.scalars.read(output))
}

fn scalar_code(instructions: &[Instruction], scalars: &mut Registers) -> Result<(), Flaw> {
    instructions.iter().try_for_each(|instruction| {
        constants_of(instruction.action)?;
        sources(instruction.action, |source| scalars.read(source))?;
        // A register is written once, so none of the sources is the destination.
        scalars.write(instruction.destination)
    })
}

/// Checks each register an action reads.
fn sources(
    action: Action,
    mut check: impl FnMut(Register) -> Result<(), Flaw>,
) -> Result<(), Flaw> {
    let mut checked = Ok(());
    action.map_sources(|source| {
        checked = checked.and_then(|()| check(source));
        source
    });
    checked
}

/// Checks the whole numbers an action comes with.
fn constants_of(action: Action) -> Result<(), Flaw> {
    match action {
        Action::Power { exponent, .. } => must(exponent >= 1, "an exponent must be positive"),
        Action::Unary(Unary::Polygamma(order), _) => must(
            order >= 1,
            "the order of a polygamma function must be positive",
        ),
        Action::Add(..)
        | Action::Subtract(..)
        | Action::Multiply(..)
        | Action::Divide(..)
        | Action::Reciprocal(_)
        | Action::Affine { .. }
        | Action::AddScaled { .. }
        | Action::AddProduct { .. }
        | Action::Unary(..)
        | Action::Binary(..)
        | Action::Ternary(..)
        | Action::Select(..) => Ok(()),
    }
}
