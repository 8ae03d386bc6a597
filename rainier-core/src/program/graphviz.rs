//! Draws a program as a graph in the language of Graphviz.
//!
//! In: a [`Program`]. Out: text for `dot`, with a node for each value and an edge for each operand.
//! Nodes bear the names of the listing, boxes and colours show when and how often they are
//! computed. The outputs are drawn as evaluation computes them all together.

use std::fmt::Write;

use rustc_hash::FxHashMap;

use super::{
    Action, GroupStep, Instruction, Place, Program, Register, RowLoop, Section, Source, Step,
    TriangleStep,
};
use crate::graph::TriangleEntry;

impl Program {
    /// The program as a graph for `dot -Tsvg`.
    ///
    /// Blue is computed once for each data set, yellow once for each position; boxes in a deeper
    /// shade hold what is computed for each row.
    ///
    /// ```
    /// use rainier_core::{Program, Real};
    ///
    /// let x = Real::parameter("x");
    /// let graph = Program::compile(&[x.exp()], &[x])?.graphviz();
    /// assert!(graph.starts_with("digraph program {"));
    /// assert!(graph.contains("Exp"));
    /// # Ok::<(), rainier_core::CompileError>(())
    /// ```
    pub fn graphviz(&self) -> String {
        let plan = self.plan();
        let mut drawing = Drawing::default();
        for (place, column) in plan.columns.iter().enumerate() {
            let node = drawing.node(&format!("c{place}: {}", column.name()), "box");
            drawing.columns.insert(Source::Column(place), node);
        }
        for &(register, value) in &plan.constants {
            drawing.scalar(register, &value.to_string(), "plain");
        }
        for &(register, column) in &plan.row_counts {
            let node = drawing.scalar(register, "rows", "ellipse");
            drawing.edge(drawing.columns[&Source::Column(column)], node, "");
        }
        drawing.section(&plan.binding, Stage::Data, Stage::DataRows);
        for parameter in (0..).take(plan.parameters) {
            drawing.scalar(Register(parameter), "parameter", "box");
        }
        if let Some(evaluation) = plan.evaluations.first() {
            drawing.section(&evaluation.section, Stage::Position, Stage::Rows);
            for (place, output) in evaluation.outputs.iter().enumerate() {
                let node = drawing.node(&format!("output {place}"), "doublecircle");
                drawing.edge(drawing.scalars[output], node, "");
            }
        }
        drawing.finish()
    }
}

/// When code runs.
#[derive(Debug, Clone, Copy)]
enum Stage {
    Data,
    DataRows,
    Position,
    Rows,
}

impl Stage {
    fn label(self) -> &'static str {
        match self {
            Self::Data => "binding: once for each data set",
            Self::DataRows => "binding: for each row",
            Self::Position => "evaluation: once for each position",
            Self::Rows => "evaluation: for each row",
        }
    }

    fn colour(self) -> &'static str {
        match self {
            Self::Data => "aliceblue",
            Self::DataRows => "lightblue",
            Self::Position => "lightyellow",
            Self::Rows => "khaki",
        }
    }
}

/// A node's number.
type Node = usize;

/// The text so far, and the node that holds the value of each register and column.
#[derive(Debug, Default)]
struct Drawing {
    text: String,
    /// Kept apart: an edge drawn inside a box would pull its ends into the box.
    edges: String,
    indent: usize,
    nodes: usize,
    boxes: usize,
    scalars: FxHashMap<Register, Node>,
    columns: FxHashMap<Source, Node>,
}

impl Drawing {
    fn finish(self) -> String {
        let (nodes, edges) = (self.text, self.edges);
        format!("digraph program {{\n  node [fontsize=10];\n{nodes}{edges}}}\n")
    }

    fn line(&mut self, text: &str) {
        let width = 2 + 2 * self.indent;
        writeln!(self.text, "{:width$}{text}", "").expect("strings take all text");
    }

    fn node(&mut self, label: &str, shape: &str) -> Node {
        self.nodes += 1;
        let label = label.replace('\\', "\\\\").replace('"', "\\\"");
        self.line(&format!(
            "n{} [label=\"{label}\" shape={shape}];",
            self.nodes
        ));
        self.nodes
    }

    fn edge(&mut self, from: Node, to: Node, role: &str) {
        let label = if role.is_empty() {
            String::new()
        } else {
            format!(" [label=\"{role}\"]")
        };
        writeln!(self.edges, "  n{from} -> n{to}{label};").expect("strings take all text");
    }

    /// The node of what is written to a scalar register.
    fn scalar(&mut self, register: Register, label: &str, shape: &str) -> Node {
        let node = self.node(&format!("s{}: {label}", register.0), shape);
        self.scalars.insert(register, node);
        node
    }

    /// The node of a column derived at binding.
    fn derived(&mut self, column: usize, label: &str) -> Node {
        let node = self.node(&format!("d{column}: {label}"), "ellipse");
        self.columns.insert(Source::Derived(column), node);
        node
    }

    fn boxed(&mut self, stage: Stage, draw: impl FnOnce(&mut Self)) {
        self.boxes += 1;
        self.line(&format!("subgraph cluster_{} {{", self.boxes));
        self.indent += 1;
        let (label, colour) = (stage.label(), stage.colour());
        self.line(&format!(
            "label=\"{label}\"; style=filled; fillcolor={colour};"
        ));
        draw(self);
        self.indent -= 1;
        self.line("}");
    }

    fn section(&mut self, section: &Section, scalars: Stage, rows: Stage) {
        if section.steps.is_empty() {
            return;
        }
        self.boxed(scalars, |drawing| {
            for step in &section.steps {
                match step {
                    Step::Scalars(instructions) => {
                        for instruction in instructions.iter() {
                            drawing.scalar_instruction(*instruction);
                        }
                    }
                    Step::Rows(row_loop) => drawing.row_loop(row_loop, rows),
                    Step::Groups(step) => drawing.boxed(rows, |drawing| drawing.groups(step)),
                    Step::Triangle(step) => drawing.triangle(step),
                }
            }
        });
    }

    fn scalar_instruction(&mut self, instruction: Instruction) {
        let Register(destination) = instruction.destination;
        let known = std::mem::take(&mut self.scalars);
        let node = self.instruction(&format!("s{destination}"), instruction.action, &known);
        self.scalars = known;
        self.scalars.insert(instruction.destination, node);
    }

    /// A node with an edge from each register in `known` that the action reads.
    fn instruction(
        &mut self,
        name: &str,
        action: Action,
        known: &FxHashMap<Register, Node>,
    ) -> Node {
        let (label, roles) = describe(action);
        let node = self.node(&format!("{name}: {label}"), "ellipse");
        let mut roles = roles.iter();
        action.map_sources(|source| {
            self.edge(known[&source], node, roles.next().unwrap_or(&""));
            source
        });
        node
    }

    fn row_loop(&mut self, row_loop: &RowLoop, stage: Stage) {
        // Block registers are used again: each stands for the node it was last written by.
        let mut blocks = FxHashMap::default();
        for (block, scalar) in &row_loop.broadcasts {
            blocks.insert(*block, self.scalars[scalar]);
        }
        for (block, source) in &row_loop.loads {
            blocks.insert(*block, self.columns[source]);
        }
        self.boxed(stage, |drawing| {
            for gather in &row_loop.gathers {
                let node = drawing.node(&format!("r{}: look up", gather.block.0), "ellipse");
                drawing.edge(drawing.columns[&gather.index], node, "index");
                for entry in (gather.table.0..).take(gather.entries) {
                    drawing.edge(drawing.scalars[&Register(entry)], node, "");
                }
                blocks.insert(gather.block, node);
            }
            for instruction in &row_loop.instructions {
                let name = format!("r{}", instruction.destination.0);
                let node = drawing.instruction(&name, instruction.action, &blocks);
                blocks.insert(instruction.destination, node);
            }
            for &(block, column) in &row_loop.stores {
                let node = drawing.derived(column, "keep");
                drawing.edge(blocks[&block], node, "");
            }
        });
        for sum in &row_loop.sums {
            let label = match (sum.of_logarithms, sum.factor) {
                (true, _) => "sum of ln(1 + a)",
                (false, Some(_)) => "sum of products",
                (false, None) => "sum over rows",
            };
            let node = self.scalar(sum.sum, label, "ellipse");
            self.edge(blocks[&sum.block], node, "");
            if let Some(factor) = sum.factor {
                self.edge(blocks[&factor], node, "");
            }
        }
        for scatter in &row_loop.scatters {
            let node = self.node("sum by index", "ellipse");
            self.edge(blocks[&scatter.block], node, "");
            self.edge(self.columns[&scatter.index], node, "index");
            for (index, entry) in (scatter.table.0..).take(scatter.entries).enumerate() {
                let of_index = self.scalar(Register(entry), &format!("of {index}"), "ellipse");
                self.edge(node, of_index, "");
            }
        }
    }

    fn groups(&mut self, step: &GroupStep) {
        let groups = self.node("groups of equal keys", "ellipse");
        for &key in &step.keys {
            self.edge(self.columns[&key], groups, "key");
        }
        for &(place, column) in &step.key_columns {
            let node = self.derived(column, &format!("key {place}"));
            self.edge(groups, node, "");
        }
        for &(summand, column) in &step.sums {
            let label = summand.map_or("count", |_| "sum");
            let node = self.derived(column, label);
            self.edge(groups, node, "");
            if let Some(summand) = summand {
                self.edge(self.columns[&summand], node, "");
            }
        }
    }

    fn triangle(&mut self, step: &TriangleStep) {
        let triangle = self.node("triangular factor", "ellipse");
        for &column in &step.columns {
            self.edge(self.columns[&column], triangle, "");
        }
        if let Some(weight) = step.weight {
            self.edge(self.columns[&weight], triangle, "weight");
        }
        for &(entry, place) in &step.entries {
            let label = match entry {
                TriangleEntry::Centre(column) => format!("centre {column}"),
                TriangleEntry::Factor(row, column) => format!("entry {row},{column}"),
            };
            let node = match place {
                Place::Scalar(register) => self.scalar(register, &label, "ellipse"),
                Place::Derived(column) => self.derived(column, &label),
            };
            self.edge(triangle, node, "");
        }
    }
}

/// What an action is called, and the roles of its sources where they are not alike.
fn describe(action: Action) -> (String, &'static [&'static str]) {
    match action {
        Action::Add(..) => ("+".into(), &[]),
        Action::Subtract(..) => ("a - b".into(), &["a", "b"]),
        Action::Multiply(..) => ("*".into(), &[]),
        Action::Divide(..) => ("a / b".into(), &["a", "b"]),
        Action::Reciprocal(_) => ("1 / a".into(), &[]),
        Action::Affine {
            scale, offset: 0.0, ..
        } => (format!("{scale} * a"), &[]),
        Action::Affine { scale, offset, .. } => (format!("{scale} * a + {offset}"), &[]),
        Action::AddScaled { scale, .. } => (format!("a + {scale} * b"), &["a", "b"]),
        Action::AddProduct { .. } => ("a + b * c".into(), &["a", "b", "c"]),
        Action::Power { exponent, .. } => (format!("a ^ {exponent}"), &[]),
        Action::Unary(function, _) => (format!("{function:?}"), &[]),
        Action::Binary(function, ..) => (format!("{function:?}"), &["a", "b"]),
        Action::Ternary(function, _) => (format!("{function:?}"), &["a", "b", "c"]),
        Action::Select(..) => ("if".into(), &["if", "then", "else"]),
    }
}
