//! Compiles a model once for many data sets: [`Template`].
//!
//! In: a random variable. Out: programs that wait for data; joined with them, a [`Posterior`].

use std::sync::Arc;

use rainier_core::{BindError, Column, Program};

use super::compile::{CompiledDensity, CompiledReport, names};
use super::posterior::Posterior;
use crate::error::ModelError;
use crate::observation::Observation;
use crate::random_variable::{RandomVariable, Term, Terms, Value};

/// A compiled model whose placeholders have no values yet. Immutable; clones share everything.
///
/// ```
/// use rainier_core::Column;
/// use rainier_dist::{Fit, Param, continuous::Gamma, discrete::Poisson};
/// use rainier_sampler::LogDensity;
///
/// let counts = Column::placeholder("counts");
/// let model = Gamma::new(2.0, 1.0)
///     .param()
///     .flat_map(|rate| Poisson::new(&rate).fit(&counts).map(|()| rate));
/// let template = model.template()?;
/// for data in [[1.0, 2.0], [7.0, 9.0]] {
///     let posterior = template.bind(&[(&counts, &data)])?;
///     assert!(posterior.evaluator().log_density(&[1.0]).is_finite());
/// }
/// # Ok::<(), rainier_dist::ModelError>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct Template<T> {
    compiled: Arc<Compiled<T>>,
}

/// What all posteriors of a model share.
#[derive(Debug)]
pub(crate) struct Compiled<T> {
    pub(crate) value: T,
    pub(crate) density: Arc<CompiledDensity>,
    pub(crate) report: CompiledReport,
    /// Keeps the observations.
    pub(crate) terms: Terms,
}

impl<T: Value + Clone> RandomVariable<T> {
    /// Compiles the model, leaving placeholders open.
    ///
    /// # Errors
    /// When a constant parameter breaks its constraint, and when the density or the value uses a
    /// parameter whose random variable was left out.
    pub fn template(&self) -> Result<Template<T>, ModelError> {
        let names = names(self.terms());
        let density = CompiledDensity::new(self.terms(), &names)?;
        let report = CompiledReport::new(self.value(), &density.parameters, &names)?;
        let (value, terms) = (self.value().clone(), self.terms().clone());
        Ok(Template {
            compiled: Arc::new(Compiled {
                value,
                density: Arc::new(density),
                report,
                terms,
            }),
        })
    }

    /// Compiles the model and joins it with its data.
    ///
    /// # Errors
    /// Those of [`template`](Self::template) and of [`Template::bind`]: a model with placeholders
    /// needs values for them.
    pub fn compile(&self) -> Result<Posterior<T>, ModelError> {
        self.template()?.bind(&[])
    }
}

impl<T> Template<T> {
    /// Number of unconstrained parameters.
    pub fn dimension(&self) -> usize {
        self.compiled.density.parameters.len()
    }

    /// The program of the log density and its gradient: its `Display` lists the code, its
    /// [`explain`](Program::explain) says what became of sums over data.
    pub fn program(&self) -> &Program {
        &self.compiled.density.program
    }

    /// Joins the model with values for its placeholders.
    ///
    /// # Errors
    /// When a datum is NaN or impossible, a placeholder has no values, a column is not part of the
    /// model, or columns that meet in a row differ in length.
    pub fn bind(&self, data: &[(&Column, &[f64])]) -> Result<Posterior<T>, ModelError> {
        let columns = self.compiled.columns();
        let is_known = |column: &Column| columns.iter().any(|known| known.is_same(column));
        if let Some((column, _)) = data.iter().find(|(column, _)| !is_known(column)) {
            let column = column.name().to_owned();
            return Err(BindError::Unused { column }.into());
        }
        self.compiled.bind(|column| {
            let given = data.iter().find(|(given, _)| given.is_same(column));
            given.map(|&(_, values)| values)
        })
    }

    pub(super) fn compiled(&self) -> &Compiled<T> {
        &self.compiled
    }
}

impl<T> Compiled<T> {
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
        let observations = self.observations();
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

    /// Joins the model with the values given for each column. Those that own their values need
    /// none.
    pub(crate) fn bind<'d>(
        self: &Arc<Self>,
        given: impl Fn(&Column) -> Option<&'d [f64]>,
    ) -> Result<Posterior<T>, ModelError> {
        for observation in self.observations() {
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
        let mut columns: Vec<(Column, Arc<[f64]>)> = Vec::new();
        for column in self.columns() {
            if let Some(values) = given(column)
                && !columns.iter().any(|(known, _)| known.is_same(column))
            {
                columns.push((column.clone(), values.into()));
            }
        }
        Ok(Posterior::new(
            Arc::clone(self),
            bind(&self.density.program)?,
            bind(&self.report.program)?,
            columns.into(),
        ))
    }
}

// Written out, since the derive would ask `T: Clone`.
impl<T> Clone for Template<T> {
    fn clone(&self) -> Self {
        Self {
            compiled: Arc::clone(&self.compiled),
        }
    }
}
