//! Replaces sums of squares of lines by the square of a small triangular matrix.
//!
//! In: terms. Out: Σᵢ wᵢ (Σⱼ aⱼ(θ)·dⱼ(xᵢ))² → ‖R a‖², with R from a QR factorisation of the data at
//! binding; within groups of rows, one R for each group. Expanding the square instead would lose
//! every digit when the data are far from zero.

use std::sync::Arc;

use super::groups::{add_keys, regroup, sum_over};
use super::partition::{Part, product};
use super::terms::{Term, expand};
use super::{Collapse, Note};
use crate::graph::{Factor, Graph, Groups, NodeId, Operation, Triangle, TriangleEntry};

/// The most columns a factor is made of: its cost per evaluation is half their square.
pub(crate) const LARGEST_ORDER: usize = 32;

/// Adds what became of squares to `addends`; the other terms are returned.
pub(super) fn collapse(
    pass: &mut Collapse,
    graph: &mut Graph,
    part: &Part,
    terms: Vec<Term>,
    addends: &mut Vec<NodeId>,
) -> Vec<Term> {
    let mut others = Vec::new();
    for term in terms {
        let square = Square::of(pass, graph, &term);
        match square {
            Some(square) => addends.push(square.collapse(pass, graph, part, &term)),
            None => others.push(term),
        }
    }
    others
}

/// A line with data columns, to be squared.
struct Square {
    /// The coefficient of 1, then of each column.
    constant: Option<NodeId>,
    columns: Vec<NodeId>,
    coefficients: Vec<NodeId>,
    /// How often each row counts: a square itself, so that it is not negative.
    weight: Option<NodeId>,
    /// What rows are grouped by, if coefficients change with the group.
    keys: Vec<NodeId>,
}

impl Square {
    fn of(pass: &mut Collapse, graph: &mut Graph, term: &Term) -> Option<Self> {
        let [(line, 2)] = term.mixed[..] else {
            return None;
        };
        if term.data.iter().any(|&(_, exponent)| exponent % 2 != 0) {
            return None;
        }
        let mut square = Self {
            constant: None,
            columns: Vec::new(),
            coefficients: Vec::new(),
            weight: (!term.data.is_empty()).then(|| product(graph, 1.0, &term.data)),
            keys: Vec::new(),
        };
        for inner in expand(&mut pass.kinds, graph, line)? {
            if !(inner.mixed.is_empty() && inner.guards.is_empty() && inner.mask.is_empty()) {
                return None;
            }
            let coefficient = [&inner.scalar[..], &inner.group[..]].concat();
            let coefficient = product(graph, inner.coefficient, &coefficient);
            add_keys(pass, graph, &inner.group, &mut square.keys);
            square.add(graph, &inner.data, coefficient);
        }
        add_keys(pass, graph, &term.group, &mut square.keys);
        (square.columns.len() < LARGEST_ORDER).then_some(square)
    }

    fn add(&mut self, graph: &mut Graph, data: &[Factor], coefficient: NodeId) {
        if data.is_empty() {
            let addends: Vec<NodeId> = self.constant.into_iter().chain([coefficient]).collect();
            self.constant = Some(graph.sum(&addends));
            return;
        }
        let column = graph.product(data.to_vec());
        if let Some(known) = self.columns.iter().position(|&known| known == column) {
            self.coefficients[known] = graph.sum(&[self.coefficients[known], coefficient]);
        } else {
            self.columns.push(column);
            self.coefficients.push(coefficient);
        }
    }

    /// coefficient · Π scalar · Π group · ‖R a‖², summed over the groups if there are any.
    fn collapse(
        mut self,
        pass: &mut Collapse,
        graph: &mut Graph,
        part: &Part,
        term: &Term,
    ) -> NodeId {
        let groups = (!self.keys.is_empty()).then(|| pass.groups.by(graph, &self.keys));
        if let Some(groups) = &groups {
            for coefficient in self.constant.iter_mut().chain(&mut self.coefficients) {
                *coefficient = regroup(graph, groups, *coefficient);
            }
        }
        let triangle = self.triangle(graph, part, groups.clone());
        let norm = self.norm(graph, &triangle);
        pass.notes.push(Note::Squared {
            rows: graph.name_of_rows(part.rows),
            order: triangle.order(),
            grouped: groups.is_some(),
        });
        if let Some(groups) = groups {
            return sum_over(pass, graph, part, &groups, term, norm);
        }
        let scalar = product(graph, term.coefficient, &term.scalar);
        graph.product(vec![(scalar, 1), (norm, 1)])
    }

    fn triangle(
        &self,
        graph: &mut Graph,
        part: &Part,
        groups: Option<Arc<Groups>>,
    ) -> Arc<Triangle> {
        let columns = self
            .columns
            .iter()
            .map(|&column| part.only(graph, column))
            .collect();
        let weight = if part.mask.is_empty() {
            self.weight
        } else {
            let weight = self.weight.unwrap_or_else(|| graph.constant(1.0));
            Some(part.only(graph, weight))
        };
        Arc::new(Triangle {
            columns,
            has_constant: self.constant.is_some(),
            weight,
            groups,
        })
    }

    /// ‖R a‖².
    fn norm(&self, graph: &mut Graph, triangle: &Arc<Triangle>) -> NodeId {
        let entry = |graph: &mut Graph, entry| {
            graph.intern(Operation::Triangle(Arc::clone(triangle), entry))
        };
        let mut vector = Vec::with_capacity(triangle.order());
        if let Some(constant) = self.constant {
            let mut addends = vec![constant];
            for (place, &coefficient) in (0..).zip(&self.coefficients) {
                let centre = entry(graph, TriangleEntry::Centre(place));
                addends.push(graph.product(vec![(centre, 1), (coefficient, 1)]));
            }
            vector.push(graph.sum(&addends));
        }
        vector.extend(&self.coefficients);
        let mut squares = Vec::with_capacity(vector.len());
        for row in 0..vector.len() {
            let addends: Vec<NodeId> = (row..vector.len())
                .map(|column| {
                    let place = |index| u32::try_from(index).expect("at most LARGEST_ORDER");
                    let factor = entry(graph, TriangleEntry::Factor(place(row), place(column)));
                    graph.product(vec![(factor, 1), (vector[column], 1)])
                })
                .collect();
            let line = graph.sum(&addends);
            squares.push(graph.product(vec![(line, 2)]));
        }
        graph.sum(&squares)
    }
}
