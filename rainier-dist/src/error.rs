//! What can go wrong between a model and its draws.
//!
//! In: nothing. Out: [`ParameterError`], [`DataError`] and [`RowError`] for values a model cannot mean,
//! [`ModelError`] for models that make no posterior, [`SampleError`] for sampling. Building a
//! model never fails: mistakes are kept in it and reported when it is compiled. A density that is
//! zero somewhere is no error either, but a value of −∞.

use std::borrow::Cow;

use rainier_core::{BindError, CompileError};

/// A constant parameter that its distribution does not allow.
///
/// Parameters that depend on unknowns cannot be checked beforehand; where they break their
/// constraint, the log density is −∞.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{distribution}: {parameter} must be {constraint}, got {value}")]
#[non_exhaustive]
pub struct ParameterError {
    /// The distribution's name.
    pub distribution: &'static str,
    /// The parameter's name.
    pub parameter: &'static str,
    /// What must hold, in words that follow "must be".
    pub constraint: String,
    /// What came.
    pub value: f64,
}

impl ParameterError {
    /// The error that says that `parameter` of `distribution` must be `constraint`, but is `value`.
    pub fn new(
        distribution: &'static str,
        parameter: &'static str,
        constraint: impl Into<String>,
        value: f64,
    ) -> Self {
        Self {
            distribution,
            parameter,
            constraint: constraint.into(),
            value,
        }
    }
}

/// A datum that a model cannot have produced.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{distribution}: the value in row {row}{} must be {requirement}, got {value}", in_column(*column))]
#[non_exhaustive]
pub struct DataError {
    /// The name of the distribution the data were fitted to, or the part of the model that reads
    /// them.
    pub distribution: Cow<'static, str>,
    /// Where the datum stands, from 0.
    pub row: usize,
    /// In which place of its row, from 0, where rows have several numbers.
    pub column: Option<usize>,
    /// What must hold of it.
    pub requirement: DataRequirement,
    /// What came.
    pub value: f64,
}

impl DataError {
    /// The error about the value in `row`, of rows with one value that counts.
    pub(crate) fn of_row(
        distribution: &'static str,
        row: usize,
        requirement: DataRequirement,
        value: f64,
    ) -> Self {
        Self {
            distribution: distribution.into(),
            row,
            column: None,
            requirement,
            value,
        }
    }
}

fn in_column(column: Option<usize>) -> String {
    column.map_or_else(String::new, |column| format!(", column {column}"))
}

/// A row of numbers that a model cannot have produced, though it might each of them.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{distribution}: row {row} must be {requirement}, got {values:?}")]
#[non_exhaustive]
pub struct RowError {
    /// The name of the distribution the rows were fitted to.
    pub distribution: Cow<'static, str>,
    /// Where the row stands, from 0.
    pub row: usize,
    /// What must hold of it.
    pub requirement: DataRequirement,
    /// What came.
    pub values: Vec<f64>,
}

/// A row with another number of values than the distribution's draws have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{distribution}: row {row} must have {expected} values, has {found}")]
#[non_exhaustive]
pub struct RowWidthError {
    /// The name of the distribution the rows were fitted to.
    pub distribution: &'static str,
    /// Where the row stands, from 0.
    pub row: usize,
    /// How many values it must have.
    pub expected: usize,
    /// How many it has.
    pub found: usize,
}

/// What must hold of a datum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DataRequirement {
    /// Not NaN.
    Number,
    /// Not NaN and not infinite.
    Finite,
    /// Finite and not negative: a row's weight.
    Weight,
    /// A value the distribution gives a positive density or probability.
    InSupport,
}

impl std::fmt::Display for DataRequirement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Number => "a number",
            Self::Finite => "finite",
            Self::Weight => "finite and not negative",
            Self::InSupport => "in the support",
        })
    }
}

/// Why a model could not be made into a posterior.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A constant parameter breaks its constraint.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// A datum is impossible under the model.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A row of data is impossible under the model.
    #[error(transparent)]
    Row(#[from] RowError),
    /// A row of data has another length than the draws of its distribution.
    #[error(transparent)]
    RowWidth(#[from] RowWidthError),
    /// The log density is no program. An unknown parameter here belongs to a random variable that
    /// was left out: take values out of a random variable with `map`, `flat_map` and `zip` only.
    #[error("the model cannot be compiled: {0}")]
    Compile(#[from] CompileError),
    /// A predictor got another number of columns than its covariates have numbers.
    #[error("a predictor of {expected} covariates needs as many columns, got {got}")]
    Covariates {
        /// How many numbers the covariates have.
        expected: usize,
        /// How many columns came.
        got: usize,
    },
    /// There are more or fewer weights than rows.
    #[error("{rows} rows need as many weights, got {got}")]
    Weights {
        /// How many rows there are.
        rows: usize,
        /// How many weights came.
        got: usize,
    },
    /// The model is to travel, and data could not be given to its columns by name.
    #[error("two columns are called {column:?}; a model that travels needs a name for each")]
    RepeatedColumn {
        /// The name.
        column: String,
    },
    /// There is nothing to sample: no random variable with an unknown is in the model.
    #[error(
        "a model must have unknown parameters to be sampled, it has none; \
         `prior_predictive` draws its value"
    )]
    NoParameters,
    /// Nothing was fitted, so that no outcome has a log likelihood.
    #[error("a model must be fitted to data to have log likelihoods, it has no outcomes")]
    NoOutcomes,
    /// The data do not fit the program.
    #[error("the model cannot be bound to data: {0}")]
    Bind(#[from] BindError),
}

/// Why a model could not be sampled.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SampleError {
    /// The model makes no posterior.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The sampler could not run.
    #[error(transparent)]
    Sampler(#[from] rainier_sampler::SampleError),
    /// The search found no mode.
    #[error(transparent)]
    Optimise(#[from] rainier_sampler::OptimiseError),
    /// The draws form no trace.
    #[error(transparent)]
    Trace(#[from] rainier_sampler::TraceError),
}
