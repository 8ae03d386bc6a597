//! Says how likely each outcome was at each draw: [`LogLikelihood`], from which follows how well a
//! model predicts.
//!
//! In: a model's likelihoods, draws. Out: a matrix of log densities, a column for each outcome.
//! Each likelihood becomes a program of one row; a row is bound once and evaluated at many draws
//! together, and rows with the same data are evaluated once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;
use std::sync::Arc;

use rainier_core::{BoundProgram, Collapsing, Column, CompileSettings, LockStep, Program};
use rainier_sampler::Trace;
use rainier_sampler::diagnostics::{Loo, PredictiveAccuracy, loo, waic};

use super::bound::CompiledModel;
use super::names::distinct;
use crate::error::ModelError;
use crate::random_variable::{Likelihood, Term};

/// The log likelihood of each outcome at each draw, from
/// [`PosteriorTrace::log_likelihood`](crate::PosteriorTrace::log_likelihood).
///
/// Outcomes are the rows given to `fit`, in the order in which the model was built; priors and
/// [`condition`](crate::RandomVariable::condition)s are none. A row of a
/// [`FitRows`](crate::FitRows) is one outcome, and so is each value of an autoregressive series
/// given those before it; the series of a hidden Markov model is one outcome as a whole. A row with
/// a weight counts with its weighted log density, as the many rows it stands for. Rows that were
/// left out, since their outcome is missing or their weight is 0, are no outcomes.
///
/// Each call of `fit` makes a part, called like its column ([`Column::named`]) or, if that has no
/// name, like its distribution.
///
/// Which of two models predicts better, that counts are Poisson with one rate or with two:
///
/// ```
/// use rainier_dist::{Fit, Param, continuous::Gamma, discrete::Poisson, model};
/// use rainier_sampler::{Nuts, Run, diagnostics::compare};
///
/// let (before, after) = ([2, 4, 1, 3, 2, 3], [9, 12, 8, 7, 11, 10]);
/// let constant = model! {
///     rate = Gamma::new(1, 10).param();
///     () = Poisson::new(&rate).fit(&before);
///     () = Poisson::new(&rate).fit(&after);
///     yield rate
/// };
/// let changed = model! {
///     first = Gamma::new(1, 10).param();
///     second = Gamma::new(1, 10).param();
///     () = Poisson::new(&first).fit(&before);
///     () = Poisson::new(&second).fit(&after);
///     yield (first, second)
/// };
/// let run = Run::default().with_seed(1);
/// let one = constant.sample(&Nuts::default(), &run)?.log_likelihood()?;
/// let two = changed.sample(&Nuts::default(), &run)?.log_likelihood()?;
/// assert_eq!(two.labels(), ["Poisson", "Poisson_2"]);
/// let (one, two) = (one.loo().expect("draws"), two.loo().expect("draws"));
/// let difference = compare(&two.accuracy, &one.accuracy).expect("the same outcomes");
/// assert!(difference.elpd > 2.0 * difference.standard_error);
/// # Ok::<(), rainier_dist::SampleError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LogLikelihood {
    labels: Vec<String>,
    /// By part.
    parts: Vec<Part>,
    /// `[chain]`, each `[draw][outcome]`.
    chains: Vec<Vec<f64>>,
}

#[derive(Debug, Clone, PartialEq)]
struct Part {
    outcomes: Range<usize>,
    places: Option<Arc<[usize]>>,
}

impl LogLikelihood {
    /// Number of outcomes, at least 1.
    pub fn outcomes(&self) -> usize {
        self.parts.last().map_or(0, |part| part.outcomes.end)
    }

    /// The log likelihoods: by chain, each `[draw][outcome]`.
    pub fn chains(&self) -> &[Vec<f64>] {
        &self.chains
    }

    /// What the parts are called, no two alike.
    pub fn labels(&self) -> Vec<&str> {
        self.labels.iter().map(String::as_str).collect()
    }

    /// Which part an outcome belongs to, and where its row stands in the data of that part, from 0.
    /// None if there is no such outcome.
    ///
    /// ```
    /// use rainier_core::Real;
    /// use rainier_dist::{Param, Predictor, continuous::Normal};
    /// use rainier_sampler::{Nuts, Run};
    ///
    /// let model = Normal::new(0, 1).param().flat_map(|slope| {
    ///     Predictor::from_fn(move |x: &Real| Normal::new(&slope * x, 1))
    ///         .fit(&[(1, Some(0.7)), (2, None), (3, Some(2.5))])
    /// });
    /// let trace = model.sample(&Nuts::default(), &Run::default().with_draws(100))?;
    /// let log_likelihood = trace.log_likelihood()?;
    /// assert_eq!(log_likelihood.outcomes(), 2);
    /// assert_eq!(log_likelihood.place(1), Some(("Normal", 2)));
    /// # Ok::<(), rainier_dist::SampleError>(())
    /// ```
    pub fn place(&self, outcome: usize) -> Option<(&str, usize)> {
        let parts = self.labels.iter().zip(&self.parts);
        let mut holding = parts.filter(|(_, part)| part.outcomes.contains(&outcome));
        let (label, part) = holding.next()?;
        let row = outcome - part.outcomes.start;
        let place = part.places.as_ref().map_or(row, |places| places[row]);
        Some((label, place))
    }

    /// One part alone: how well some of the outcomes are predicted. None if no part is called so,
    /// or if it has no outcomes.
    pub fn part(&self, label: &str) -> Option<Self> {
        let index = self.labels.iter().position(|known| known == label)?;
        let part = self.parts[index].clone();
        if part.outcomes.is_empty() {
            return None;
        }
        let outcomes = self.outcomes();
        let columns = |chain: &Vec<f64>| {
            let draws = chain.chunks_exact(outcomes);
            let kept = draws.flat_map(|draw| &draw[part.outcomes.clone()]);
            kept.copied().collect()
        };
        Some(Self {
            labels: vec![label.to_owned()],
            chains: self.chains.iter().map(columns).collect(),
            parts: vec![Part {
                outcomes: 0..part.outcomes.len(),
                places: part.places,
            }],
        })
    }

    /// How well the model predicts each outcome from all others:
    /// [`loo`](rainier_sampler::diagnostics::loo). None if there are no draws.
    ///
    /// ```
    /// use rainier_dist::{Fit, Param, continuous::Normal};
    /// use rainier_sampler::{Nuts, Run};
    ///
    /// let model = Normal::new(0, 10).param().flat_map(|mean| Normal::new(&mean, 1).fit(&[0.3, -0.5, 1.1]));
    /// let trace = model.sample(&Nuts::default(), &Run::default().with_seed(2))?;
    /// let loo = trace.log_likelihood()?.loo().expect("there are draws");
    /// assert!(loo.unreliable().is_empty() && loo.accuracy.elpd < 0.0);
    /// # Ok::<(), rainier_dist::SampleError>(())
    /// ```
    pub fn loo(&self) -> Option<Loo> {
        loo(&self.chains, self.outcomes())
    }

    /// The same estimated by [`waic`](rainier_sampler::diagnostics::waic), which does not say by
    /// itself where it is unreliable. None if there are no draws.
    pub fn waic(&self) -> Option<PredictiveAccuracy> {
        waic(&self.chains, self.outcomes())
    }
}

/// All that the likelihoods of a posterior are computed from.
#[derive(Debug, Clone)]
pub(super) struct Likelihoods {
    pub(super) model: Arc<CompiledModel>,
    /// Columns, and those whose values are theirs, where they have none of their own.
    pub(super) columns: Arc<[(Column, Column)]>,
}

/// Draws evaluated together: two to four vectors of the processors of today.
const LANES: usize = 16;

impl Likelihoods {
    pub(super) fn at(&self, positions: &Trace) -> Result<LogLikelihood, ModelError> {
        let mut labels = Vec::new();
        let mut parts: Vec<Part> = Vec::new();
        let mut columns: Vec<Vec<f64>> = Vec::new();
        let draws = Draws::of(positions);
        for likelihood in self.likelihoods() {
            let start = columns.len();
            columns.extend(self.columns_of(likelihood, &draws)?);
            labels.push(label(likelihood));
            parts.push(Part {
                outcomes: start..columns.len(),
                places: likelihood.places.clone(),
            });
        }
        if columns.is_empty() {
            return Err(ModelError::NoOutcomes);
        }
        let per_chain = positions.draws_per_chain();
        let of_chain = |chain: usize| {
            let draws = chain * per_chain..(chain + 1) * per_chain;
            let rows = draws.flat_map(|draw| columns.iter().map(move |column| column[draw]));
            rows.collect()
        };
        Ok(LogLikelihood {
            labels: distinct(labels),
            parts,
            chains: (0..positions.chains()).map(of_chain).collect(),
        })
    }

    fn likelihoods(&self) -> impl Iterator<Item = &Likelihood> {
        self.model
            .terms
            .collect()
            .into_iter()
            .filter_map(|term| match term {
                Term::Likelihood(likelihood) => Some(likelihood),
                Term::Latent(_)
                | Term::Prior(_)
                | Term::Density(_)
                | Term::Observed(_)
                | Term::Name { .. }
                | Term::Flaw(_) => None,
            })
    }

    /// For each outcome its log likelihood at each draw.
    fn columns_of(
        &self,
        likelihood: &Likelihood,
        draws: &Draws,
    ) -> Result<Vec<Vec<f64>>, ModelError> {
        let rows = match &likelihood.rows {
            Some(column) => self.values(column)?.len(),
            None => 1,
        };
        let (row, stand_ins) = likelihood.row.over_new_columns();
        // Nothing is left to collapse in one row.
        let settings = CompileSettings::default().with_collapsing(Collapsing::Off);
        let output = if row.is_per_row() {
            row.sum_rows()
        } else {
            row
        };
        let program = settings.compile(&[output], &self.model.density.parameters)?;
        let data: Vec<(&Column, &[f64])> = stand_ins
            .iter()
            .map(|(stand_in, column)| Ok((stand_in, self.values(column)?)))
            .collect::<Result<_, ModelError>>()?;
        let mut known: HashMap<Vec<u64>, usize> = HashMap::new();
        let mut columns: Vec<Vec<f64>> = Vec::with_capacity(rows);
        for place in 0..rows {
            let bits = data.iter().map(|(_, values)| values[place].to_bits());
            match known.entry(bits.collect()) {
                Entry::Occupied(same) => columns.push(columns[*same.get()].clone()),
                Entry::Vacant(new) => {
                    new.insert(place);
                    let bound = self.bind(&program, &data, place)?;
                    columns.push(draws.evaluate(bound.lock_step()));
                }
            }
        }
        Ok(columns)
    }

    /// The program of one row, with the data of that row.
    fn bind(
        &self,
        program: &Program,
        data: &[(&Column, &[f64])],
        place: usize,
    ) -> Result<BoundProgram, ModelError> {
        let known = program.columns().iter();
        let given = known.filter_map(|column| {
            let of_row = data.iter().find(|(stand_in, _)| stand_in.is_same(column));
            match of_row {
                Some((_, values)) => Some((column, &values[place..=place])),
                // A column that is summed within the row.
                None => Some((column, self.given(column)?)),
            }
        });
        Ok(program.bind(&given.collect::<Vec<_>>())?)
    }

    fn given(&self, column: &Column) -> Option<&[f64]> {
        let mut given = self.columns.iter();
        let (_, values) = given.find(|(known, _)| known.is_same(column))?;
        values.values()
    }

    fn values<'a>(&'a self, column: &'a Column) -> Result<&'a [f64], ModelError> {
        let missing = || rainier_core::BindError::Missing {
            column: column.name().to_owned(),
        };
        let values = self.given(column).or_else(|| column.values());
        Ok(values.ok_or_else(missing)?)
    }
}

/// A name that was given to the data, else the distribution's.
fn label(likelihood: &Likelihood) -> String {
    let column = likelihood.rows.as_ref().map_or(UNNAMED, Column::name);
    let is_named = column != UNNAMED;
    let label = if is_named {
        column
    } else {
        likelihood.distribution
    };
    label.to_owned()
}

/// What [`Column::name`] says of a column without one.
const UNNAMED: &str = "data";

/// Positions in blocks: `[block][coordinate][lane]`; the lanes behind the last repeat it.
struct Draws {
    count: usize,
    blocks: Vec<Vec<[f64; LANES]>>,
}

impl Draws {
    fn of(positions: &Trace) -> Self {
        let dimension = positions.dimension();
        let count = positions.chains() * positions.draws_per_chain();
        let block = |first: usize| {
            let lane = |lane: usize| (first + lane).min(count - 1) * dimension;
            let coordinate =
                |i: usize| std::array::from_fn(|place| positions.draws()[lane(place) + i]);
            (0..dimension).map(coordinate).collect()
        };
        Self {
            count,
            blocks: (0..count).step_by(LANES).map(block).collect(),
        }
    }

    fn evaluate(&self, mut program: LockStep<LANES>) -> Vec<f64> {
        let blocks = self.blocks.iter();
        let mut values: Vec<f64> = blocks.flat_map(|block| *program.value(block)).collect();
        values.truncate(self.count);
        values
    }
}
