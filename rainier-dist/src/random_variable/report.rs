//! Lists what a value reports: its scalars, called by their place, and what its draws need.
//!
//! In: a [`Value`], which shows its parts one after the other. Out: labelled expressions.

use rainier_core::Real;

use super::Value;

/// The parts of a value, collected by [`Value::report`].
#[derive(Debug, Clone)]
pub struct Report {
    path: String,
    scalars: Vec<(String, Real)>,
    requirements: Vec<Real>,
}

impl Report {
    /// The report of `value`, whose parts are called after `root`.
    pub(crate) fn of(value: &(impl Value + ?Sized), root: &str) -> Self {
        let mut report = Self {
            path: root.to_owned(),
            scalars: Vec::new(),
            requirements: Vec::new(),
        };
        value.report(&mut report);
        report
    }

    /// Reports a number. Numbers that are the same in each draw are not part of a trace.
    pub fn scalar(&mut self, value: &Real) {
        if value.depends_on_parameter() {
            self.scalars.push((self.path.clone(), value.clone()));
        } else {
            self.requires(value);
        }
    }

    /// Announces an expression that drawing the value asks for.
    pub fn requires(&mut self, expression: &Real) {
        self.requirements.push(expression.clone());
    }

    /// Reports a part that has a name: `outer.name`.
    pub fn field(&mut self, name: &str, part: &(impl Value + ?Sized)) {
        let separator = if self.path.is_empty() { "" } else { "." };
        self.within(&format!("{separator}{name}"), part);
    }

    /// Reports a part that has a position: `outer[position]`.
    pub fn element(&mut self, position: usize, part: &(impl Value + ?Sized)) {
        self.within(&format!("[{position}]"), part);
    }

    /// The numbers to be reported, each with the label of its place.
    pub(crate) fn into_scalars(self) -> impl Iterator<Item = (String, Real)> {
        self.scalars.into_iter()
    }

    /// The expressions that draws ask for beside the numbers reported.
    pub(crate) fn requirements(&self) -> &[Real] {
        &self.requirements
    }

    fn within(&mut self, step: &str, part: &(impl Value + ?Sized)) {
        let outer = self.path.len();
        self.path.push_str(step);
        part.report(self);
        self.path.truncate(outer);
    }
}
