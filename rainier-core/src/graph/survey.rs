//! Numbers the nodes that users wrote, once, so that nothing after this looks them up by address.
//!
//! In: expressions. Out: each node below them with its number, its operands' numbers and how often
//! it is used.

use rustc_hash::FxHashMap;

use crate::real::Real;

/// All nodes below some outputs, level by level from the outputs down.
pub(super) struct Survey<'r> {
    nodes: Vec<&'r Real>,
    /// By number, where the node's operands begin in `operands`; they end where the next begin.
    begins: Vec<usize>,
    operands: Vec<usize>,
    /// How many operands (or outputs) each node is.
    uses: Vec<u32>,
}

impl<'r> Survey<'r> {
    /// The survey, and the numbers of `outputs`.
    pub(super) fn new(outputs: &'r [Real]) -> (Self, Vec<usize>) {
        let mut survey = Self {
            nodes: Vec::new(),
            begins: vec![0],
            operands: Vec::new(),
            uses: Vec::new(),
        };
        let mut numbers = FxHashMap::default();
        let mut number = |survey: &mut Self, real: &'r Real| {
            let next = survey.nodes.len();
            let number = *numbers.entry(real.identity()).or_insert(next);
            if number == next {
                survey.nodes.push(real);
                survey.uses.push(0);
            }
            survey.uses[number] = survey.uses[number].saturating_add(1);
            number
        };
        let outputs = outputs.iter().map(|output| number(&mut survey, output));
        let outputs = outputs.collect();
        let mut next = 0;
        while let Some(&real) = survey.nodes.get(next) {
            real.expression().for_each_child(|child| {
                let number = number(&mut survey, child);
                survey.operands.push(number);
            });
            survey.begins.push(survey.operands.len());
            next += 1;
        }
        (survey, outputs)
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn real(&self, number: usize) -> &'r Real {
        self.nodes[number]
    }

    /// The operands of a node, in order.
    pub(super) fn operands(&self, number: usize) -> &[usize] {
        &self.operands[self.begins[number]..self.begins[number + 1]]
    }

    pub(super) fn is_used_once(&self, number: usize) -> bool {
        self.uses[number] == 1
    }
}
