//! Writes a program as text, one instruction a line.
//!
//! In: a [`Program`]. Out: its `Display`. Scalars are `s0, s1, …`, blocks of rows `r0, r1, …`,
//! columns `c0, c1, …` as given and `d0, d1, …` as derived at binding. Each section says when it
//! runs; code for each row is indented below the rows it is for.

use std::fmt;

use super::{
    Action, EntryPoint, GroupStep, Instruction, Place, Program, Register, RowLoop, Section, Source,
    Step, TriangleStep,
};
use crate::graph::TriangleEntry;

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plan = self.plan();
        writeln!(
            f,
            "program: {} parameters, {} columns",
            plan.parameters,
            plan.columns.len()
        )?;
        for (place, column) in plan.columns.iter().enumerate() {
            writeln!(f, "  c{place} = {:?}", column.name())?;
        }
        if plan.parameters > 0 {
            writeln!(f, "  s0 … s{} = parameters", plan.parameters - 1)?;
        }
        for &(register, value) in &plan.constants {
            writeln!(f, "  s{} = {value}", register.0)?;
        }
        for &(register, column) in &plan.row_counts {
            writeln!(f, "  s{} = rows of c{column}", register.0)?;
        }
        section(f, "binding, once for each data set", &plan.binding)?;
        for (entry, evaluation) in EntryPoint::EVERY.iter().zip(&plan.evaluations) {
            let name = match entry {
                EntryPoint::All => "evaluation, once for each position",
                EntryPoint::Gradient => "gradient alone",
                EntryPoint::Value => "value alone",
            };
            section(f, name, &evaluation.section)?;
            write!(f, "outputs:")?;
            for output in &evaluation.outputs {
                write!(f, " s{}", output.0)?;
            }
            writeln!(f)?;
        }
        for note in &plan.notes {
            writeln!(f, "collapsed: {note}")?;
        }
        Ok(())
    }
}

fn section(f: &mut fmt::Formatter<'_>, name: &str, section: &Section) -> fmt::Result {
    writeln!(f, "{name}:")?;
    for step in &section.steps {
        match step {
            Step::Scalars(instructions) => {
                for step in instructions.iter() {
                    writeln!(
                        f,
                        "  {}",
                        Line {
                            prefix: 's',
                            instruction: *step
                        }
                    )?;
                }
            }
            Step::Rows(row_loop) => rows(f, row_loop)?,
            Step::Groups(step) => groups(f, step)?,
            Step::Triangle(step) => triangle(f, step)?,
        }
    }
    Ok(())
}

fn rows(f: &mut fmt::Formatter<'_>, row_loop: &RowLoop) -> fmt::Result {
    writeln!(
        f,
        "  for each of rows {}, in {} registers:",
        row_loop.row_set, row_loop.registers
    )?;
    for (block, scalar) in &row_loop.broadcasts {
        writeln!(f, "    r{} = s{}", block.0, scalar.0)?;
    }
    for (block, source) in &row_loop.loads {
        writeln!(f, "    r{} = {}", block.0, Name(*source))?;
    }
    for gather in &row_loop.gathers {
        let (block, table, index) = (gather.block.0, gather.table.0, Name(gather.index));
        writeln!(f, "    r{block} = s{table}[{index}] of {}", gather.entries)?;
    }
    for &instruction in &row_loop.instructions {
        writeln!(
            f,
            "    {}",
            Line {
                prefix: 'r',
                instruction
            }
        )?;
    }
    for sum in &row_loop.sums {
        if sum.of_logarithms {
            write!(f, "    s{} = sum ln(1 + r{})", sum.sum.0, sum.block.0)?;
        } else {
            write!(f, "    s{} = sum r{}", sum.sum.0, sum.block.0)?;
        }
        match sum.factor {
            Some(factor) => writeln!(f, " * r{}", factor.0)?,
            None => writeln!(f)?,
        }
    }
    for scatter in &row_loop.scatters {
        let (block, table, index) = (scatter.block.0, scatter.table.0, Name(scatter.index));
        writeln!(
            f,
            "    s{table}[{index}] = sum r{block} of {}",
            scatter.entries
        )?;
    }
    for (block, column) in &row_loop.stores {
        writeln!(f, "    d{column} = r{}", block.0)?;
    }
    Ok(())
}

fn groups(f: &mut fmt::Formatter<'_>, step: &GroupStep) -> fmt::Result {
    write!(
        f,
        "  rows {} = groups of rows {} by",
        step.groups, step.row_set
    )?;
    for &key in &step.keys {
        write!(f, " {}", Name(key))?;
    }
    writeln!(f, ":")?;
    for &(place, derived) in &step.key_columns {
        writeln!(f, "    d{derived} = {}", Name(step.keys[place]))?;
    }
    for &(source, derived) in &step.sums {
        match source {
            Some(source) => writeln!(f, "    d{derived} = sum {}", Name(source))?,
            None => writeln!(f, "    d{derived} = count")?,
        }
    }
    Ok(())
}

fn triangle(f: &mut fmt::Formatter<'_>, step: &TriangleStep) -> fmt::Result {
    write!(f, "  triangle of rows {}:", step.row_set)?;
    if step.has_constant {
        write!(f, " 1")?;
    }
    for &column in &step.columns {
        write!(f, " {}", Name(column))?;
    }
    if let Some(weight) = step.weight {
        write!(f, " times {}", Name(weight))?;
    }
    if let Some(groups) = step.groups {
        write!(f, " in each of rows {groups}")?;
    }
    writeln!(f)?;
    for (entry, place) in &step.entries {
        match place {
            Place::Scalar(register) => write!(f, "    s{} = ", register.0)?,
            Place::Derived(derived) => write!(f, "    d{derived} = ")?,
        }
        match entry {
            TriangleEntry::Centre(column) => writeln!(f, "centre {column}")?,
            TriangleEntry::Factor(row, column) => writeln!(f, "entry {row},{column}")?,
        }
    }
    Ok(())
}

/// A column.
struct Name(Source);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Source::Column(column) => write!(f, "c{column}"),
            Source::Derived(column) => write!(f, "d{column}"),
        }
    }
}

/// One instruction, with the letter of its registers.
struct Line {
    prefix: char,
    instruction: Instruction,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let p = self.prefix;
        let Register(destination) = self.instruction.destination;
        write!(f, "{p}{destination} = ")?;
        match self.instruction.action {
            Action::Add(a, b) => write!(f, "{p}{} + {p}{}", a.0, b.0),
            Action::Subtract(a, b) => write!(f, "{p}{} - {p}{}", a.0, b.0),
            Action::Multiply(a, b) => write!(f, "{p}{} * {p}{}", a.0, b.0),
            Action::Divide(a, b) => write!(f, "{p}{} / {p}{}", a.0, b.0),
            Action::Reciprocal(a) => write!(f, "1 / {p}{}", a.0),
            Action::Affine {
                source,
                scale,
                offset,
            } => {
                write!(f, "{scale} * {p}{}", source.0)?;
                if offset == 0.0 {
                    Ok(())
                } else {
                    write!(f, " + {offset}")
                }
            }
            Action::AddScaled {
                accumulator,
                source,
                scale,
            } => {
                write!(f, "{p}{} + {scale} * {p}{}", accumulator.0, source.0)
            }
            Action::AddProduct {
                accumulator,
                left,
                right,
            } => write!(f, "{p}{} + {p}{} * {p}{}", accumulator.0, left.0, right.0),
            Action::Power { source, exponent } => write!(f, "{p}{} ^ {exponent}", source.0),
            Action::Unary(function, a) => write!(f, "{function:?} {p}{}", a.0),
            Action::Binary(function, a, b) => write!(f, "{function:?} {p}{} {p}{}", a.0, b.0),
            Action::Ternary(function, [a, b, c]) => {
                write!(f, "{function:?} {p}{} {p}{} {p}{}", a.0, b.0, c.0)
            }
            Action::Select(condition, then, otherwise) => {
                write!(
                    f,
                    "if {p}{} then {p}{} else {p}{}",
                    condition.0, then.0, otherwise.0
                )
            }
        }
    }
}
