//! Checks that each rule is kept: a plan that passes, spoiled in one place, is refused by the rule
//! that place is under.
//!
//! In: a compiled plan with every kind of step, and one change. Out: the rule.

use std::sync::Arc;

use super::validate;
use crate::graph::TriangleEntry;
use crate::operation::Unary;
use crate::program::{
    Action, GroupStep, Instruction, Place, Plan, Program, Register, RowLoop, Source, Step,
    TriangleStep,
};
use crate::{Collapsing, Column, CompileSettings, Real};

/// Collapsed: groups, triangles with and without them, constants, row counts.
fn collapsed() -> Plan {
    plan(Collapsing::All)
}

/// Row by row: gathers and scatters.
fn by_row() -> Plan {
    plan(Collapsing::Off)
}

fn plan(collapsing: Collapsing) -> Plan {
    let (x, y) = (Column::placeholder("x"), Column::placeholder("y"));
    let group = Column::placeholder("group");
    let p = ["a", "b", "c"].map(Real::parameter);
    let effect = Real::lookup(&group, &p[..2]);
    let squares = (-(x.real() - &effect).pow(2.0) * p[2].exp()).sum_rows();
    let line = ((y.real() * &p[0] + &p[1]).pow(2.0)).sum_rows();
    let mixed = (&effect * x.real().exp() + &p[2]).softplus().sum_rows();
    let grouped = (effect.exp() * x.real()).sum_rows();
    let value = squares + line + grouped + mixed * x.row_count() * y.real().exp().sum_rows();
    let settings = CompileSettings::default().with_collapsing(collapsing);
    let program = settings.compile_with_gradient(&value, &p);
    copy(&program.expect("a program"))
}

fn copy(program: &Program) -> Plan {
    let bytes = postcard::to_stdvec(&**program.plan()).expect("plain data");
    postcard::from_bytes(&bytes).expect("what was written")
}

/// The first step that `part` finds something in.
fn first<'s, T: ?Sized>(
    steps: &'s mut [Step],
    part: impl FnMut(&'s mut Step) -> Option<&'s mut T>,
) -> &'s mut T {
    steps
        .iter_mut()
        .find_map(part)
        .expect("a step of this kind")
}

fn groups(plan: &mut Plan) -> &mut GroupStep {
    first(&mut plan.binding.steps, |step| match step {
        Step::Groups(step) => Some(step),
        _ => None,
    })
}

fn triangle(plan: &mut Plan, of_groups: bool) -> &mut TriangleStep {
    first(&mut plan.binding.steps, |step| match step {
        Step::Triangle(step) if step.groups.is_some() == of_groups => Some(step),
        _ => None,
    })
}

fn scalars(plan: &mut Plan) -> &mut Vec<Instruction> {
    first(&mut plan.evaluations[0].section.steps, |step| match step {
        Step::Scalars(instructions) if instructions.len() > 1 => Some(Arc::make_mut(instructions)),
        _ => None,
    })
}

/// The loop of the evaluation that looks something up.
fn row_loop(plan: &mut Plan) -> &mut RowLoop {
    first(&mut plan.evaluations[0].section.steps, |step| match step {
        Step::Rows(row_loop) if !row_loop.gathers.is_empty() => Some(row_loop),
        _ => None,
    })
}

/// The loop at binding that keeps a column.
fn keeping_loop(plan: &mut Plan) -> &mut RowLoop {
    first(&mut plan.binding.steps, |step| match step {
        Step::Rows(row_loop) if !row_loop.stores.is_empty() => Some(row_loop),
        _ => None,
    })
}

/// What spoiling a plan is answered with.
fn answer(mut plan: Plan, spoil: impl FnOnce(&mut Plan)) -> &'static str {
    assert_eq!(validate(&plan), Ok(()));
    spoil(&mut plan);
    validate(&plan).expect_err("a rule is broken").0
}

/// A rule, and a change that breaks it.
type Case<'c> = (&'c str, fn(&mut Plan));

fn refused(plan: fn() -> Plan, cases: &[Case<'_>]) {
    for &(rule, spoil) in cases {
        assert_eq!(answer(plan(), spoil), rule);
    }
}

const MANY: Register = Register(1 << 30);

#[test]
fn shape_of_a_plan() {
    refused(
        by_row,
        &[
            ("an index must be one of the columns", |plan| {
                plan.indices[0].0 = 9;
            }),
            ("a table must have from 1 to 2^32 - 1 entries", |plan| {
                plan.indices[0].1 = 0;
            }),
            ("a table must have from 1 to 2^32 - 1 entries", |plan| {
                plan.indices[0].1 = 1 << 32;
            }),
            (
                "entry points must be one, or those of a value and its gradient",
                |plan| {
                    plan.evaluations.pop();
                },
            ),
            (
                "entry points must be one, or those of a value and its gradient",
                |plan| {
                    plan.evaluations.clear();
                },
            ),
            (
                "entry points must be one, or those of a value and its gradient",
                |plan| {
                    plan.evaluations.swap(0, 2);
                },
            ),
            ("each parameter must have a register", |plan| {
                plan.registers = 2;
            }),
            ("registers must be fewer than 2^32", |plan| {
                plan.registers = 1 << 32;
            }),
            ("rows must be counted of one of the columns", |plan| {
                plan.row_counts[0].1 = 9;
            }),
            ("a row set must consist of columns", |plan| {
                plan.row_sets[0].push(9);
            }),
            ("a column must be in one row set", |plan| {
                plan.row_sets[1].push(0);
            }),
            ("a column must be in a row set", |plan| {
                plan.row_sets[0].pop();
            }),
            ("a derived column must have one of the row sets", |plan| {
                plan.derived[0] = 9;
            }),
        ],
    );
}

#[test]
fn scalar_registers() {
    refused(
        by_row,
        &[
            ("a destination must be one of the registers", |plan| {
                plan.row_counts[0].0 = MANY;
            }),
            ("a register must be written once", |plan| {
                let (register, _) = plan.row_counts[0];
                plan.constants.push((register, 1.0));
            }),
            ("a register must be written once", |plan| {
                let instructions = scalars(plan);
                instructions[1].destination = instructions[0].destination;
            }),
            // A parameter would keep what the last evaluation left.
            ("a register must be written once", |plan| {
                scalars(plan)[0].destination = Register(0);
            }),
            // Nor must evaluation change what binding found.
            ("a register must be written once", |plan| {
                scalars(plan)[0].destination = plan.row_counts[0].0;
            }),
            ("a register must be written before it is read", |plan| {
                let instructions = scalars(plan);
                let own = instructions[0].destination;
                instructions[0].action = Action::Reciprocal(own);
            }),
            ("a register must be written before it is read", |plan| {
                scalars(plan)[0].action = Action::Add(Register(0), MANY);
            }),
            // At binding no parameter has a value.
            ("a register must be written before it is read", |plan| {
                let last = u32::try_from(plan.registers).expect("few");
                plan.registers += 1;
                let instruction = Instruction {
                    destination: Register(last),
                    action: Action::Reciprocal(Register(0)),
                };
                plan.binding
                    .steps
                    .push(Step::Scalars(vec![instruction].into()));
            }),
            ("a register must be written before it is read", |plan| {
                plan.evaluations[1].outputs[0] = MANY;
            }),
            ("an exponent must be positive", |plan| {
                let source = Register(0);
                scalars(plan)[0].action = Action::Power {
                    source,
                    exponent: 0,
                };
            }),
            (
                "the order of a polygamma function must be positive",
                |plan| {
                    scalars(plan)[0].action = Action::Unary(Unary::Polygamma(0), Register(0));
                },
            ),
            ("work on whole columns must be done at binding", |plan| {
                let step = Step::Groups(groups(&mut collapsed()).clone());
                plan.evaluations[2].section.steps.push(step);
            }),
        ],
    );
}

#[test]
fn loops_over_rows() {
    refused(
        by_row,
        &[
            ("rows must be those of one of the row sets", |plan| {
                row_loop(plan).row_set = 9;
            }),
            ("columns read together must have the same rows", |plan| {
                let other = 1 - row_loop(plan).row_set;
                row_loop(plan).row_set = other;
            }),
            ("a column read must exist", |plan| {
                row_loop(plan).loads[0].1 = Source::Column(9);
            }),
            ("a column read must exist", |plan| {
                row_loop(plan).loads[0].1 = Source::Derived(9);
            }),
            ("an index must be checked at binding", |plan| {
                plan.indices.clear();
            }),
            ("an index must be below the length of its table", |plan| {
                plan.indices[0].1 = 3;
            }),
            ("an index must be below the length of its table", |plan| {
                row_loop(plan).gathers[0].entries = 1;
            }),
            ("a table must be written before it is read", |plan| {
                row_loop(plan).gathers[0].table = MANY;
            }),
            ("a table must be written before it is read", |plan| {
                row_loop(plan).gathers[0].entries = usize::MAX;
            }),
            ("a table must have entries", |plan| {
                row_loop(plan).scatters[0].entries = 0;
            }),
            ("a register must be written once", |plan| {
                row_loop(plan).scatters[0].table = Register(0);
            }),
            ("a destination must be one of the registers", |plan| {
                row_loop(plan).scatters[0].entries = usize::MAX;
            }),
            ("each block register must be written", |plan| {
                row_loop(plan).registers = 1000;
            }),
            ("a block register must be one of the loop's", |plan| {
                row_loop(plan).registers = 0;
            }),
            (
                "a block register must be filled once before the code",
                |plan| {
                    let row_loop = row_loop(plan);
                    row_loop.gathers[0].block = row_loop.broadcasts[0].0;
                },
            ),
            ("loads must be numbered after the block registers", |plan| {
                row_loop(plan).loads[0].0 = Register(0);
            }),
            (
                "a block register must be written before it is read",
                |plan| {
                    row_loop(plan).instructions[0].action = Action::Reciprocal(MANY);
                },
            ),
            (
                "a block register must be written before it is read",
                |plan| {
                    row_loop(plan).sums[0].block = MANY;
                },
            ),
            ("a destination must not be one of its sources", |plan| {
                let instruction = &mut row_loop(plan).instructions[0];
                instruction.action = Action::Reciprocal(instruction.destination);
            }),
            ("a scalar spread over a block must be kept", |plan| {
                let row_loop = row_loop(plan);
                row_loop.instructions[0].action = Action::Reciprocal(row_loop.loads[0].0);
                row_loop.instructions[0].destination = row_loop.broadcasts[0].0;
            }),
        ],
    );
}

#[test]
fn columns_that_loops_keep() {
    refused(
        by_row,
        &[
            ("columns must be derived at binding", |plan| {
                let row_loop = row_loop(plan);
                row_loop.stores.push((row_loop.loads[0].0, 0));
            }),
            ("a derived column must be filled once", |plan| {
                let stores = &mut keeping_loop(plan).stores;
                stores.push(stores[0]);
            }),
            (
                "a derived column must have the rows it is made from",
                |plan| {
                    let of_others = 1 - keeping_loop(plan).row_set;
                    let (_, derived) = keeping_loop(plan).stores[0];
                    plan.derived[derived] = of_others;
                },
            ),
            (
                "a derived column must be filled before it is read",
                |plan| {
                    keeping_loop(plan).stores.clear();
                },
            ),
        ],
    );
}

#[test]
fn groups_of_rows() {
    refused(
        collapsed,
        &[
            ("groups must have a key", |plan| {
                groups(plan).keys.clear();
            }),
            ("groups must be made before their rows are read", |plan| {
                plan.binding
                    .steps
                    .retain(|step| !matches!(step, Step::Groups(_) | Step::Triangle(_)));
            }),
            ("groups must have a row set without columns", |plan| {
                groups(plan).groups = 0;
            }),
            ("groups must have a row set without columns", |plan| {
                groups(plan).groups = 99;
            }),
            (
                "groups must have the same keys whenever they are made",
                |plan| {
                    let mut again = groups(plan).clone();
                    again.keys.push(again.keys[0]);
                    plan.binding.steps.push(Step::Groups(again));
                },
            ),
            ("a key must be one of the keys", |plan| {
                groups(plan).key_columns[0].0 = 9;
            }),
            ("a derived column must be filled once", |plan| {
                let step = groups(plan);
                step.sums.push((None, step.key_columns[0].1));
            }),
            ("columns read together must have the same rows", |plan| {
                let derived = groups(plan).key_columns[0].1;
                groups(plan).sums[0].0 = Some(Source::Derived(derived));
            }),
        ],
    );
}

#[test]
fn triangular_factors() {
    refused(
        collapsed,
        &[
            ("a triangle must have from 1 to 32 columns", |plan| {
                triangle(plan, false).columns.clear();
            }),
            ("a triangle must have from 1 to 32 columns", |plan| {
                let columns = &mut triangle(plan, false).columns;
                *columns = vec![columns[0]; 32];
            }),
            ("groups must be made before a triangle for each", |plan| {
                triangle(plan, true).groups = Some(0);
            }),
            (
                "triangles must be made of the rows that were grouped",
                |plan| {
                    let groups = triangle(plan, true).groups;
                    triangle(plan, false).groups = groups;
                },
            ),
            (
                "a triangle for each group must be kept in columns",
                |plan| {
                    triangle(plan, true).groups = None;
                },
            ),
            (
                "a triangle for each group must be kept in columns",
                |plan| {
                    triangle(plan, true).entries[0].1 = Place::Scalar(Register(0));
                },
            ),
            ("an entry must be one of its triangle's", |plan| {
                triangle(plan, false).entries[0].0 = TriangleEntry::Centre(1);
            }),
            ("an entry must be one of its triangle's", |plan| {
                triangle(plan, false).entries[0].0 = TriangleEntry::Factor(0, 2);
            }),
            ("an entry must be one of its triangle's", |plan| {
                triangle(plan, false).entries[0].0 = TriangleEntry::Factor(1, 0);
            }),
        ],
    );
}
