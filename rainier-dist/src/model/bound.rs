//! Joins a compiled model with data, whatever the type of its value: [`CompiledModel`],
//! [`BoundModel`].
//!
//! In: programs, columns with their values. Out: programs bound to data that was checked, which is
//! all that inference needs of a model; it is compiled here, and not in every crate that has a
//! value of another type.

use std::sync::Arc;

use rainier_core::{BindError, BoundProgram, Column, Program};

use super::compile::{CompiledDensity, CompiledReport};
use super::density::PosteriorDensity;
use crate::error::ModelError;
use crate::observation::Observation;
use crate::random_variable::{Term, Terms};

/// What all posteriors of a model share, but for its value.
#[derive(Debug)]
pub(crate) struct CompiledModel {
    pub(crate) density: CompiledDensity,
    pub(crate) report: CompiledReport,
    /// Keeps the observations.
    pub(crate) terms: Terms,
}

/// The same, joined with data. Clones share everything.
#[derive(Debug, Clone)]
pub(crate) struct BoundModel {
    pub(crate) model: Arc<CompiledModel>,
    pub(crate) density: BoundProgram,
    pub(crate) report: BoundProgram,
    /// The placeholders' values, for expressions that are made while drawing.
    pub(crate) columns: Arc<[(Column, Column)]>,
}

impl BoundModel {
    /// The log density with scratch memory of its own.
    pub(crate) fn evaluator(&self) -> PosteriorDensity {
        PosteriorDensity::new(&self.density, Arc::clone(&self.model))
    }
}

impl CompiledModel {
    /// A sampler has nowhere to go in a model without unknowns.
    pub(crate) fn must_have_parameters(&self) -> Result<(), ModelError> {
        if self.density.parameters.is_empty() {
            return Err(ModelError::NoParameters);
        }
        Ok(())
    }

    /// What must hold of the data.
    pub(crate) fn observations(&self) -> Vec<&Observation> {
        let terms = self.terms.collect().into_iter();
        let observations = terms.filter_map(|term| match term {
            Term::Observed(observation) => Some(observation),
            Term::Latent(_)
            | Term::Prior(_)
            | Term::Density(_)
            | Term::Likelihood(_)
            | Term::Name { .. }
            | Term::Flaw(_) => None,
        });
        observations.collect()
    }

    /// The columns that the model reads or checks; some more than once.
    pub(crate) fn columns(&self) -> Vec<&Column> {
        self.columns_beside(&self.observations())
    }

    fn columns_beside<'a>(&'a self, observations: &[&'a Observation]) -> Vec<&'a Column> {
        [&self.density.program, &self.report.program]
            .into_iter()
            .flat_map(Program::columns)
            .chain(
                observations
                    .iter()
                    .flat_map(|observation| observation.columns()),
            )
            .collect()
    }

    /// Joins the model with the values given for each column, which it copies. Those that own their
    /// values need none.
    pub(crate) fn bind<'d>(
        self: &Arc<Self>,
        given: &dyn Fn(&Column) -> Option<&'d [f64]>,
    ) -> Result<BoundModel, ModelError> {
        self.bind_kept(given, &|column| Some(Column::new(given(column)?)))
    }

    /// The same, where `kept` has the values given as columns that own or share them.
    pub(crate) fn bind_kept<'d>(
        self: &Arc<Self>,
        given: &dyn Fn(&Column) -> Option<&'d [f64]>,
        kept: &dyn Fn(&Column) -> Option<Column>,
    ) -> Result<BoundModel, ModelError> {
        let observations = self.observations();
        for observation in &observations {
            let values = observation.columns().iter().map(|column| {
                let missing = || BindError::Missing {
                    column: column.name().to_owned(),
                };
                given(column).or(column.values()).ok_or_else(missing)
            });
            observation.check(&values.collect::<Result<Vec<_>, _>>()?)?;
        }
        let bind = |program: &Program| {
            let columns = program.columns().iter();
            let data = columns.filter_map(|column| Some((column, given(column)?)));
            let bound = program.bind(&data.collect::<Vec<_>>());
            bound.map_err(|error| self.at_its_place(error))
        };
        let mut columns: Vec<(Column, Column)> = Vec::new();
        for column in self.columns_beside(&observations) {
            if !columns.iter().any(|(known, _)| known.is_same(column))
                && let Some(values) = kept(column)
            {
                columns.push((column.clone(), values));
            }
        }
        Ok(BoundModel {
            density: bind(&self.density.program)?,
            report: bind(&self.report.program)?,
            columns: columns.into(),
            model: Arc::clone(self),
        })
    }

    /// The same error with the row's place in the data, where rows were left out.
    ///
    /// The core knows a column by its name, which others may share: it is one that holds the value
    /// in that row.
    fn at_its_place(&self, mut error: BindError) -> BindError {
        if let BindError::Index {
            column, row, value, ..
        } = &mut error
        {
            let observations = self.observations().into_iter();
            let found = observations.filter(|observation| {
                observation.columns().iter().any(|known| {
                    let there = known.values().and_then(|values| values.get(*row));
                    known.name() == column && there.is_some_and(|there| there.to_string() == *value)
                })
            });
            if let Some(place) = found.map(|observation| observation.place(*row)).max() {
                *row = place;
            }
        }
        error
    }
}
