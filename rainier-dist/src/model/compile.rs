//! Compiles a random variable's terms and value into programs.
//!
//! In: a value and the set of terms it rests on. Out: the programs of a [`Template`](super::Template)
//! and what the values of their inputs and outputs are called.

use rainier_core::{CompileError, Program, Real};

use super::names::{Names, distinct};
use crate::environment::Slots;
use crate::error::ModelError;
use crate::random_variable::{Report, Term, Terms, Value};

/// The log density as a program, with the parameters it is a function of.
#[derive(Debug)]
pub(crate) struct CompiledDensity {
    /// The log density, then its derivative by each parameter.
    pub(crate) program: Program,
    /// Unconstrained, in the order of first appearance.
    pub(crate) parameters: Vec<Real>,
    /// What each parameter is called: like the value made of it, if that has a name.
    pub(crate) names: Vec<String>,
}

/// The expressions a draw of the value needs, as one program.
#[derive(Debug)]
pub(crate) struct CompiledReport {
    /// The reported numbers first, then all else a draw asks for.
    pub(crate) program: Program,
    /// What each reported number is called.
    pub(crate) labels: Vec<String>,
    pub(crate) slots: Slots,
    /// Keeps the expressions alive of whose identity `slots` speaks.
    _expressions: Vec<Real>,
}

pub(crate) fn names(terms: &Terms) -> Names<'_> {
    let mut names = Names::default();
    for term in terms.collect() {
        if let Term::Name { of, label } = term {
            names.insert(of, label);
        }
    }
    names
}

impl CompiledDensity {
    pub(crate) fn new(terms: &Terms, names: &Names<'_>) -> Result<Self, ModelError> {
        let mut summands = Vec::new();
        let mut parameters = Vec::new();
        let mut labels = Vec::new();
        for term in terms.collect() {
            match term {
                Term::Latent(latent) => {
                    let name = names
                        .get(&latent.value)
                        .or_else(|| names.get(&latent.parameter));
                    let position = parameters.len();
                    labels.push(name.map_or_else(|| format!("parameter[{position}]"), Into::into));
                    parameters.push(latent.parameter.clone());
                    summands.push(latent.log_density.clone());
                }
                Term::Density(density) => summands.push(density.clone()),
                Term::Likelihood(likelihood) => summands.push(likelihood.sum.clone()),
                Term::Flaw(flaw) => return Err(flaw.clone()),
                Term::Prior(_) | Term::Observed(_) | Term::Name { .. } => {}
            }
        }
        let density = Real::sum(summands);
        Ok(Self {
            program: Program::compile_with_gradient(&density, &parameters)?,
            parameters,
            names: distinct(labels),
        })
    }
}

impl CompiledReport {
    pub(crate) fn new(
        value: &impl Value,
        parameters: &[Real],
        names: &Names<'_>,
    ) -> Result<Self, CompileError> {
        let report = Report::of(value, "");
        let requirements = report.requirements().to_vec();
        let mut slots: Slots = Slots::default();
        let mut expressions = Vec::new();
        let mut labels = Vec::new();
        for (place, scalar) in report.into_scalars() {
            let name = names.get(&scalar).map(String::from);
            if insert(&mut slots, &mut expressions, scalar) {
                labels.push(name.unwrap_or(if place.is_empty() {
                    "value".into()
                } else {
                    place
                }));
            }
        }
        for requirement in requirements {
            insert(&mut slots, &mut expressions, requirement);
        }
        let program = Program::compile(&expressions, parameters)?;
        Ok(Self {
            program,
            labels: distinct(labels),
            slots,
            _expressions: expressions,
        })
    }
}

impl CompiledReport {
    /// The report of a program whose first outputs are the numbers called `labels`, and an
    /// expression that stands for each of them.
    pub(crate) fn of_program(program: Program, labels: Vec<String>) -> (Self, Vec<Real>) {
        let stand_ins: Vec<Real> = labels
            .iter()
            .map(|label| Real::parameter(label.as_str()))
            .collect();
        let identities = stand_ins.iter().map(Real::identity);
        let report = Self {
            program,
            labels,
            slots: identities.zip(0..).collect(),
            _expressions: stand_ins.clone(),
        };
        (report, stand_ins)
    }
}

/// Gives `expression` the next slot, unless it has one. Whether it had none.
fn insert(slots: &mut Slots, expressions: &mut Vec<Real>, expression: Real) -> bool {
    let next = expressions.len();
    let is_new = *slots.entry(expression.identity()).or_insert(next) == next;
    if is_new {
        expressions.push(expression);
    }
    is_new
}
