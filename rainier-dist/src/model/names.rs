//! Finds what each parameter and each reported number is called.
//!
//! In: the names given in a model, by expression. Out: one label each, no two alike.

use std::collections::{HashMap, HashSet};

use rainier_core::Real;

/// Names by the identity of the expression they were given to.
#[derive(Debug, Default)]
pub(crate) struct Names<'a>(HashMap<usize, &'a str>);

impl<'a> Names<'a> {
    /// Calls `expression` so, unless it has a name. The expression must outlive the names.
    pub(crate) fn insert(&mut self, expression: &Real, label: &'a str) {
        self.0.entry(expression.identity()).or_insert(label);
    }

    /// The name of `expression`.
    pub(crate) fn get(&self, expression: &Real) -> Option<&'a str> {
        self.0.get(&expression.identity()).copied()
    }
}

/// The labels, each that was taken before with a number behind it: `x`, `x_2`, `x_3`.
pub(crate) fn distinct(labels: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut distinct = Vec::new();
    for label in labels {
        let mut candidate = label.clone();
        while !taken.insert(candidate.clone()) {
            let count = counts.entry(label.clone()).or_insert(1);
            *count += 1;
            candidate = format!("{label}_{count}");
        }
        distinct.push(candidate);
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_labels_are_numbered_around_those_taken() {
        let labels = ["x", "x_2", "x", "x", "y"].map(String::from);
        assert_eq!(distinct(labels), ["x", "x_2", "x_3", "x_4", "y"]);
    }

    #[test]
    fn the_first_name_stays() {
        let x = Real::parameter("x");
        let mut names = Names::default();
        names.insert(&x, "rate");
        names.insert(&x.clone(), "other");
        assert_eq!(names.get(&x), Some("rate"));
    }
}
