//! Says which terms of a model are not finite at a position: for the message of a failed start.
//!
//! In: a model's terms, a position. Out: priors by the name of their parameter, likelihoods by that
//! of their data. Compiles the terms anew, each an output of its own, since the program a sampler
//! runs knows only their sum.

use rainier_core::{Column, Program, Real};

use super::bound::CompiledModel;
use crate::random_variable::Term;

/// A summand of the log density and what it is called.
struct Summand<'a> {
    label: String,
    log_density: &'a Real,
    /// Whether it can be evaluated without data that only the bound program has.
    owns_its_data: bool,
}

/// The labels of the terms that are not finite. Likelihoods of placeholders cannot be evaluated
/// here; they are named when nothing else is to blame.
pub(super) fn terms_not_finite(model: &CompiledModel, position: &[f64]) -> Vec<String> {
    let summands = summands(model);
    let known: Vec<&Summand<'_>> = summands.iter().filter(|s| s.owns_its_data).collect();
    let evaluate = |summands: &[&Summand<'_>]| {
        let outputs: Vec<Real> = summands.iter().map(|s| s.log_density.clone()).collect();
        let program = Program::compile(&outputs, &model.density.parameters).ok()?;
        // Fails when a summand reads a placeholder beside the data it is the likelihood of.
        let bound = program.bind(&[]).ok()?;
        Some(bound.evaluator().evaluate(position).to_vec())
    };
    let values = evaluate(&known).unwrap_or_default();
    let not_finite = known.iter().zip(&values).filter(|(_, v)| !v.is_finite());
    let labels: Vec<String> = not_finite.map(|(s, _)| s.label.clone()).collect();
    if !labels.is_empty() {
        return labels;
    }
    let unknown = summands
        .iter()
        .filter(|s| !s.owns_its_data || values.is_empty());
    unknown.map(|s| s.label.clone()).collect()
}

fn summands(model: &CompiledModel) -> Vec<Summand<'_>> {
    let mut summands = Vec::new();
    let mut names = model.density.names.iter();
    // The data whose likelihood comes next.
    let mut observed = None;
    for term in model.terms.collect() {
        match term {
            Term::Latent(latent) => summands.push(Summand {
                label: format!("prior of {}", names.next().map_or("", String::as_str)),
                log_density: &latent.log_density,
                owns_its_data: true,
            }),
            Term::Observed(observation) => observed = Some(observation.columns()),
            Term::Likelihood(likelihood) => {
                let columns = observed.take().unwrap_or_default();
                let name = columns
                    .first()
                    .map_or(likelihood.distribution, Column::name);
                summands.push(Summand {
                    label: format!("likelihood of {name}"),
                    log_density: &likelihood.sum,
                    owns_its_data: columns.iter().all(|column| column.values().is_some()),
                });
            }
            Term::Density(log_density) => summands.push(Summand {
                label: "a factor of the model".to_owned(),
                log_density,
                owns_its_data: true,
            }),
            Term::Prior(_) | Term::Name { .. } | Term::Flaw(_) => {}
        }
    }
    summands
}
