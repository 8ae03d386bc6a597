//! Lowers the entry points of a program: all outputs, the gradient alone, the value alone.
//!
//! In: the outputs of each. Out: one [`Evaluation`] each. What two of them compute, they compute
//! alike; a long program keeps that code once.

use std::collections::BTreeMap;

use super::fuse::fuse_scalars;
use super::lower::{Lowering, When};
use super::{Evaluation, Section, Step};
use crate::graph::NodeId;

/// Above this many nodes a program is long: entry points share their code. Below, each has its own
/// in one piece, which native code runs without a detour through memory.
pub(super) const LONG: usize = 4_096;

/// Which entry points need a node, besides the one that computes all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Both,
    Gradient,
    Value,
}

impl Part {
    const EVERY: [Self; 3] = [Self::Both, Self::Gradient, Self::Value];
}

impl Lowering<'_> {
    /// The code of each entry point, and how many scalar registers there are.
    pub(super) fn evaluations(&mut self, entries: &[&[NodeId]]) -> (Vec<Evaluation>, usize) {
        match *entries {
            [all, gradient, value] if self.graph.len() > LONG => {
                let evaluations = self.share(all, gradient, value);
                (evaluations, self.scalars.registers())
            }
            _ => self.separate(entries),
        }
    }

    fn separate(&mut self, entries: &[&[NodeId]]) -> (Vec<Evaluation>, usize) {
        // Entry points do not run together, so they share the registers after these.
        let first = self.scalars.registers();
        let mut registers = first;
        let mut evaluations = Vec::with_capacity(entries.len());
        for outputs in entries {
            self.scalars.restart(first);
            let levels = self.arrange(&self.graph.reachable(outputs), When::Evaluation);
            let section = self.section(levels, When::Evaluation);
            registers = registers.max(self.scalars.registers());
            let mut evaluation = self.evaluation(outputs, section);
            fuse_scalars(&mut evaluation);
            evaluations.push(evaluation);
        }
        (evaluations, registers)
    }

    fn share(&mut self, all: &[NodeId], gradient: &[NodeId], value: &[NodeId]) -> Vec<Evaluation> {
        let below = [gradient, value].map(|outputs| self.graph.reachable(outputs));
        let part = self.parts(&below);
        // Level and part of scalar code, to its place among the steps that compute all.
        let mut places = BTreeMap::new();
        let levels = self.arrange(&self.nodes, When::Evaluation);
        let section =
            self.section_with(levels, When::Evaluation, |lowering, level, nodes, steps| {
                for own in Part::EVERY {
                    let nodes = nodes.iter().copied();
                    lowering.emit(nodes.filter(|node| part[node.index()] == own));
                    if let Some(step) = lowering.take_scalars() {
                        places.insert((level, own), steps.len());
                        steps.push(step);
                    }
                }
            });
        let mut complete = self.evaluation(all, section);
        // A product that one sum alone reads is needed where the sum is.
        fuse_scalars(&mut complete);
        let shared = &complete.section.steps;
        let mut alone = |outputs: &[NodeId], nodes: &[NodeId], own| {
            let levels = self.arrange(nodes, When::Evaluation);
            let code = |_: &mut Self, level, _, steps: &mut Vec<Step>| {
                for part in [Part::Both, own] {
                    let place = places.get(&(level, part));
                    steps.extend(place.map(|&place| shared[place].clone()));
                }
            };
            let section = self.section_with(levels, When::Evaluation, code);
            self.evaluation(outputs, section)
        };
        let gradient = alone(gradient, &below[0], Part::Gradient);
        let value = alone(value, &below[1], Part::Value);
        vec![complete, gradient, value]
    }

    /// By node index, given the nodes below the gradient and below the value; of those that
    /// neither needs it says nothing.
    fn parts(&self, [gradient, value]: &[Vec<NodeId>; 2]) -> Vec<Part> {
        let mut part = vec![Part::Value; self.graph.len()];
        for node in gradient {
            part[node.index()] = Part::Gradient;
        }
        for node in value {
            let part = &mut part[node.index()];
            if *part == Part::Gradient {
                *part = Part::Both;
            }
        }
        part
    }

    fn evaluation(&self, outputs: &[NodeId], section: Section) -> Evaluation {
        Evaluation {
            outputs: outputs.iter().map(|output| self.register[output]).collect(),
            section,
        }
    }
}
