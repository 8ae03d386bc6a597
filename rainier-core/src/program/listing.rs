//! Writes a program as text, one instruction a line.
//!
//! In: a [`Program`]. Out: its `Display`. Scalars are `s0, s1, …`, blocks of rows `r0, r1, …`,
//! columns `c0, c1, …` as given and `d0, d1, …` as derived at binding.

use std::fmt;

use super::{Action, Instruction, Program, Register, RowLoop, Section, Source, Step};

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plan = self.plan();
        writeln!(
            f,
            "program: {} parameters, {} columns",
            plan.parameters,
            plan.columns.len()
        )?;
        for &(register, value) in &plan.constants {
            writeln!(f, "  s{} = {value}", register.0)?;
        }
        for &(register, column) in &plan.row_counts {
            writeln!(f, "  s{} = rows of c{column}", register.0)?;
        }
        section(f, "binding", &plan.binding)?;
        section(f, "evaluation", &plan.evaluation)?;
        write!(f, "outputs:")?;
        for output in &plan.outputs {
            write!(f, " s{}", output.0)?;
        }
        Ok(())
    }
}

fn section(f: &mut fmt::Formatter<'_>, name: &str, section: &Section) -> fmt::Result {
    writeln!(f, "{name}:")?;
    for step in &section.steps {
        match step {
            Step::Scalars(instructions) => {
                for step in instructions {
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
        }
    }
    Ok(())
}

fn rows(f: &mut fmt::Formatter<'_>, row_loop: &RowLoop) -> fmt::Result {
    writeln!(
        f,
        "  rows {} in {} registers:",
        row_loop.row_set, row_loop.registers
    )?;
    for (block, scalar) in &row_loop.broadcasts {
        writeln!(f, "    r{} = s{}", block.0, scalar.0)?;
    }
    for (block, source) in &row_loop.loads {
        match source {
            Source::Column(column) => writeln!(f, "    r{} = c{column}", block.0)?,
            Source::Derived(column) => writeln!(f, "    r{} = d{column}", block.0)?,
        }
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
    for (block, scalar) in &row_loop.sums {
        writeln!(f, "    s{} = sum r{}", scalar.0, block.0)?;
    }
    for (block, column) in &row_loop.stores {
        writeln!(f, "    d{column} = r{}", block.0)?;
    }
    Ok(())
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
                write!(f, "{scale} * {p}{} + {offset}", source.0)
            }
            Action::AddScaled {
                accumulator,
                source,
                scale,
            } => {
                write!(f, "{p}{} + {scale} * {p}{}", accumulator.0, source.0)
            }
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
