//! Compiles a model once for many data sets: [`Template`].
//!
//! In: a random variable. Out: programs that wait for data; joined with them, a [`Posterior`].

use std::sync::Arc;

use rainier_core::{BindError, Column, Program};

use super::bound::{BoundModel, CompiledModel};
use super::compile::{CompiledDensity, CompiledReport, names};
use super::posterior::Posterior;
use crate::error::ModelError;
use crate::random_variable::{RandomVariable, Value};

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
    value: Arc<T>,
    model: Arc<CompiledModel>,
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
        Ok(Template {
            value: Arc::new(self.value().clone()),
            model: Arc::new(CompiledModel {
                density,
                report,
                terms: self.terms().clone(),
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
        self.model.density.parameters.len()
    }

    /// The program of the log density and its gradient: its `Display` lists the code, its
    /// [`explain`](Program::explain) says what became of sums over data.
    pub fn program(&self) -> &Program {
        &self.model.density.program
    }

    /// Joins the model with values for its placeholders.
    ///
    /// # Errors
    /// When a datum is NaN or impossible, a placeholder has no values, a column is not part of the
    /// model, or columns that meet in a row differ in length.
    pub fn bind(&self, data: &[(&Column, &[f64])]) -> Result<Posterior<T>, ModelError> {
        Ok(self.posterior(self.bind_model(data)?))
    }

    /// The same with the values of other columns, which the posterior shares:
    /// [`bind`](Self::bind) copies the values it is given.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use rainier_core::Column;
    /// use rainier_dist::{Fit, Param, continuous::Gamma, discrete::Poisson};
    /// use rainier_sampler::LogDensity;
    ///
    /// let counts = Column::placeholder("counts");
    /// let model = Gamma::new(2.0, 1.0)
    ///     .param()
    ///     .flat_map(|rate| Poisson::new(&rate).fit(&counts).map(|()| rate));
    /// let measured: Arc<[f64]> = Arc::from([3.0, 1.0, 4.0]);
    /// let shared = Column::shared("measured", Arc::clone(&measured));
    /// let posterior = model.template()?.bind_columns(&[(&counts, &shared)])?;
    /// assert!(posterior.evaluator().log_density(&[1.0]).is_finite());
    /// # Ok::<(), rainier_dist::ModelError>(())
    /// ```
    ///
    /// # Errors
    /// As [`bind`](Self::bind); a column without values is as one that is not given.
    pub fn bind_columns(&self, data: &[(&Column, &Column)]) -> Result<Posterior<T>, ModelError> {
        self.must_be_known(data.iter().map(|&(column, _)| column))?;
        let other = |column: &Column| given_for(column, data).copied();
        let given = |column: &Column| other(column)?.values();
        let kept = |column: &Column| other(column).cloned();
        Ok(self.posterior(self.model.bind_kept(&given, &kept)?))
    }

    /// As [`bind`](Self::bind), without the value.
    pub(super) fn bind_model(&self, data: &[(&Column, &[f64])]) -> Result<BoundModel, ModelError> {
        self.must_be_known(data.iter().map(|&(column, _)| column))?;
        self.model.bind(&|column| given_for(column, data).copied())
    }

    /// Values may be given for columns of the model only.
    fn must_be_known<'c>(
        &self,
        mut given: impl Iterator<Item = &'c Column>,
    ) -> Result<(), ModelError> {
        let columns = self.model.columns();
        let is_known = |column: &Column| columns.iter().any(|known| known.is_same(column));
        match given.find(|column| !is_known(column)) {
            Some(column) => {
                let column = column.name().to_owned();
                Err(BindError::Unused { column }.into())
            }
            None => Ok(()),
        }
    }

    /// The posterior of the value under a model that was bound.
    pub(super) fn posterior(&self, bound: BoundModel) -> Posterior<T> {
        Posterior::new(Arc::clone(&self.value), bound)
    }

    pub(super) fn model(&self) -> &CompiledModel {
        &self.model
    }
}

/// What is given for a column.
fn given_for<'d, V>(column: &Column, data: &'d [(&Column, V)]) -> Option<&'d V> {
    let given = data.iter().find(|(given, _)| given.is_same(column));
    given.map(|(_, values)| values)
}

// Written out, since the derive would ask `T: Clone`.
impl<T> Clone for Template<T> {
    fn clone(&self) -> Self {
        Self {
            value: Arc::clone(&self.value),
            model: Arc::clone(&self.model),
        }
    }
}
