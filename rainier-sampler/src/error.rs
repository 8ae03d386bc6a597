//! Names everything that can go wrong between a log density and a trace.
//!
//! In: a setting, a starting point or a set of chains that breaks a rule. Out: a typed error that
//! says what must hold and what came. Leaving the support, a divergence and too few draws for a
//! diagnostic are values, not errors.

use std::path::PathBuf;
use std::sync::Arc;

/// A setting outside its range.
///
/// # Example
/// ```
/// use rainier_sampler::Nuts;
/// let error = Nuts::default().with_target_acceptance(1.5).validate().unwrap_err();
/// assert_eq!(error.to_string(), "target_acceptance must be strictly between 0 and 1, got 1.5");
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{setting} must be {requirement}, got {value}")]
#[non_exhaustive]
pub struct SettingsError {
    /// Name of the setting, as in its `with_*` method.
    pub setting: &'static str,
    /// What must hold.
    pub requirement: &'static str,
    /// What came.
    pub value: f64,
}

impl SettingsError {
    /// Fails unless `holds`. Conditions are written so that NaN does not hold.
    pub(crate) fn unless(
        holds: bool,
        setting: &'static str,
        requirement: &'static str,
        value: f64,
    ) -> Result<(), Self> {
        if holds {
            Ok(())
        } else {
            Err(Self {
                setting,
                requirement,
                value,
            })
        }
    }
}

/// Why a run gave no trace.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SampleError {
    /// A setting is outside its range; nothing was run.
    #[error(transparent)]
    Settings(#[from] SettingsError),

    /// Every starting point tried had a log density (or a gradient) that is not finite.
    #[error(
        "chain {chain}: a starting point needs a finite log density and gradient, \
         none of {attempts} had them; {cause}"
    )]
    Initialisation {
        /// Which chain, counted from 0.
        chain: usize,
        /// How many points were tried.
        attempts: usize,
        /// What was not finite at the last point tried.
        cause: NotFinite,
    },

    /// However small or large, no step size had the wanted acceptance.
    #[error(
        "chain {chain}: the first step size must lie between {smallest:e} and {largest:e}, \
         the search ended at {step_size:e}; the density is {cause}"
    )]
    StepSize {
        /// Which chain, counted from 0.
        chain: usize,
        /// Where the search ended.
        step_size: f64,
        /// Smallest step size tried.
        smallest: f64,
        /// Largest step size tried.
        largest: f64,
        /// What the end of the search says about the density.
        cause: StepSizeCause,
    },

    /// The stretch move cannot leave the subspace that half an ensemble spans.
    #[error(
        "the number of walkers must be at least twice the dimension {dimension}, got {walkers}"
    )]
    TooFewWalkers {
        /// Walkers asked for.
        walkers: usize,
        /// Dimension of the density.
        dimension: usize,
    },

    /// The chains a sampler returned cannot form one trace.
    #[error(transparent)]
    Trace(#[from] TraceError),

    /// A checkpoint cannot be gone on from.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// Why a checkpoint cannot be gone on from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The bytes do not begin as a checkpoint does.
    #[error("a checkpoint must begin with its mark")]
    NoCheckpoint,

    /// The bytes were written by another version of the format.
    #[error("the checkpoint's version must be {expected}, got {found}")]
    Version {
        /// The version this library reads.
        expected: u8,
        /// The version found.
        found: u8,
    },

    /// The bytes changed since they were written, or some are missing.
    #[error("the checkpoint must be as it was written, it is damaged")]
    Damaged,

    /// The run is not the one that was left.
    #[error("{setting} must be {expected} as in the checkpoint, got {found}")]
    OtherRun {
        /// Which setting differs.
        setting: &'static str,
        /// Its value in the checkpoint.
        expected: u64,
        /// Its value in the run.
        found: u64,
    },
}

/// What was not finite at the last of the points a chain could not start from.
#[derive(Debug, Clone, PartialEq)]
pub enum NotFinite {
    /// The log density: −∞, outside the support, or not a number.
    LogDensity {
        /// Its value.
        value: f64,
        /// The summands that are not finite, where the density can tell them apart (see
        /// [`LogDensity::terms_not_finite`](crate::LogDensity::terms_not_finite)).
        terms: Vec<String>,
    },
    /// The gradient, at a finite log density.
    Gradient {
        /// Names of the coordinates with such a slope.
        parameters: Vec<String>,
    },
}

impl std::fmt::Display for NotFinite {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::LogDensity { value, terms } => {
                write!(formatter, "the last log density was {value}")?;
                if !terms.is_empty() {
                    write!(formatter, ", not finite in: {}", terms.join(", "))?;
                }
                Ok(())
            }
            Self::Gradient { parameters } => write!(
                formatter,
                "the last gradient was not finite in: {}",
                parameters.join(", ")
            ),
        }
    }
}

/// What a failed search for a first step size says about the density.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepSizeCause {
    /// Even the smallest step is rejected: value and gradient do not belong together.
    NotSmooth,
    /// Even the largest step is accepted: the density does not fall off and has no finite integral.
    Flat,
}

impl std::fmt::Display for StepSizeCause {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::NotSmooth => "not smooth, or its gradient is wrong",
            Self::Flat => "flat, and thus improper",
        })
    }
}

/// Chains and names that do not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// A trace needs at least one chain.
    #[error("a trace must have at least one chain, got none")]
    NoChains,

    /// All chains of a trace have the same shape.
    #[error(
        "every chain must have {draws} draws of dimension {dimension} as the first has, \
         chain {chain} has {found_draws} of dimension {found_dimension}"
    )]
    UnequalChains {
        /// Which chain differs, counted from 0.
        chain: usize,
        /// Draws of the first chain.
        draws: usize,
        /// Dimension of the first chain.
        dimension: usize,
        /// Draws of the chain that differs.
        found_draws: usize,
        /// Dimension of the chain that differs.
        found_dimension: usize,
    },

    /// One name is needed for each parameter.
    #[error("there must be one name for each of {dimension} parameters, got {names}")]
    Names {
        /// Number of parameters.
        dimension: usize,
        /// Number of names.
        names: usize,
    },

    /// A draw does not have the chain's dimension.
    #[error("a draw must have {dimension} values, got {found}")]
    DrawLength {
        /// Dimension of the chain.
        dimension: usize,
        /// Length of the draw.
        found: usize,
    },
}

/// Why a trace was not written.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The system refused.
    #[error("cannot write {}", path.display())]
    Io {
        /// What was to be written.
        path: PathBuf,
        /// What the system said.
        source: Arc<std::io::Error>,
    },

    /// A folder is never replaced.
    #[error("there must be nothing at {}, a folder is not replaced", path.display())]
    Exists {
        /// Where something is already.
        path: PathBuf,
    },
}
