//! Compiles, with a say in which passes run.
//!
//! In: expressions, parameters, settings. Out: a [`Program`]. The defaults are right for use; the
//! settings serve comparison and measurement.

use super::sharing::share_exponentials;
use super::{EntryPoint, Plan, Program, lower, stage};
use crate::collapse::Collapse;
use crate::error::CompileError;
use crate::gradient::gradient;
use crate::graph::{Graph, NodeId, import};
use crate::portable::validate;
use crate::real::Real;

/// How a sum over rows may be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Collapsing {
    /// Row by row.
    Off,
    /// Row by row, but rows that are read alike are merged and counted, when that halves them.
    EqualRows,
    /// What does not need the rows one by one is replaced by sums, squares and groups, each
    /// computed at binding; what is left as [`Collapsing::EqualRows`].
    #[default]
    All,
}

/// Settings of the compiler.
///
/// ```
/// use rainier_core::{Collapsing, Column, CompileSettings, Real};
///
/// let x = Column::new(vec![1.0, 2.0]);
/// let slope = Real::parameter("slope");
/// let sum = (x.real() * &slope).sum_rows();
/// let plain = CompileSettings::default().with_collapsing(Collapsing::Off);
/// let program = plain.compile_with_gradient(&sum, &[slope])?;
/// assert!(program.explain().is_empty());
/// assert_eq!(program.bind(&[])?.evaluator().evaluate(&[2.0]), [6.0, 3.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CompileSettings {
    collapsing: Collapsing,
}

impl CompileSettings {
    /// Which passes over sums run. Default: all.
    #[must_use]
    pub fn with_collapsing(mut self, collapsing: Collapsing) -> Self {
        self.collapsing = collapsing;
        self
    }

    /// As [`Program::compile`].
    ///
    /// # Errors
    /// As [`Program::compile`].
    pub fn compile(&self, outputs: &[Real], parameters: &[Real]) -> Result<Program, CompileError> {
        let mut graph = Graph::default();
        let nodes = import(&mut graph, outputs, parameters)?;
        check_scalar(&graph, &nodes)?;
        let mut pass = Collapse::default();
        let nodes = self.collapse(&mut pass, &mut graph, nodes);
        self.finish(graph, pass, &nodes, false, parameters.len())
    }

    /// As [`Program::compile_with_gradient`].
    ///
    /// # Errors
    /// As [`Program::compile`].
    pub fn compile_with_gradient(
        &self,
        value: &Real,
        parameters: &[Real],
    ) -> Result<Program, CompileError> {
        let mut graph = Graph::default();
        let nodes = import(&mut graph, std::slice::from_ref(value), parameters)?;
        check_scalar(&graph, &nodes)?;
        let mut pass = Collapse::default();
        let mut nodes = self.collapse(&mut pass, &mut graph, nodes);
        nodes.extend(gradient(&mut graph, nodes[0], parameters.len()));
        let nodes = self.collapse(&mut pass, &mut graph, nodes);
        self.finish(graph, pass, &nodes, true, parameters.len())
    }

    fn collapse(self, pass: &mut Collapse, graph: &mut Graph, nodes: Vec<NodeId>) -> Vec<NodeId> {
        match self.collapsing {
            Collapsing::Off | Collapsing::EqualRows => nodes,
            Collapsing::All => pass.run(graph, &nodes),
        }
    }

    fn finish(
        self,
        mut graph: Graph,
        pass: Collapse,
        outputs: &[NodeId],
        has_gradient: bool,
        parameters: usize,
    ) -> Result<Program, CompileError> {
        let outputs = share_exponentials(&mut graph, outputs);
        graph.check_size()?;
        let (staged, outputs) = stage::split_by_stage(graph, outputs);
        staged.check_size()?;
        let entries: Vec<&[NodeId]> = if has_gradient {
            let every = EntryPoint::EVERY.iter();
            every.map(|entry| entry.outputs(&outputs)).collect()
        } else {
            vec![&outputs]
        };
        let notes = pass.into_notes();
        let plan = Plan {
            notes: notes.iter().map(ToString::to_string).collect(),
            merges_rows: self.collapsing != Collapsing::Off,
            ..lower::lower(&staged, &entries, parameters)
        };
        debug_assert_eq!(validate(&plan), Ok(()));
        Ok(Program::from_plan(plan))
    }
}

fn check_scalar(graph: &Graph, outputs: &[NodeId]) -> Result<(), CompileError> {
    for (index, &output) in outputs.iter().enumerate() {
        if let Some(rows) = graph.stage(output).rows {
            let column = graph.name_of_rows(rows);
            return Err(CompileError::OutputPerRow { index, column });
        }
    }
    Ok(())
}
