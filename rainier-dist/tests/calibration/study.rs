//! Ranks true values among posterior draws, many times: simulation-based calibration.
//!
//! In: a model whose value says what is unknown and how data come about. Out: whether the ranks
//! are uniform, over all data sets and over those with small and with large data apart.

use rainier_core::{Column, Real};
use rainier_dist::distribution::{Distribution, Multivariate, Number};
use rainier_dist::{Generator, RandomVariable};
use rainier_sampler::{Hmc, Nuts, Run};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use testkit::{P_VALUE_THRESHOLD, kolmogorov_smirnov, uniformity};

/// Data sets of a study: each of the sixteen ranks is expected forty times.
const DATA_SETS: usize = 640;

/// Posterior draws that a true value is ranked among: its rank is one of sixteen.
const DRAWS: usize = 15;

/// Draws of the chain for one that counts. Ranks are uniform for independent draws only.
const THIN: usize = 10;

/// Iterations that adapt the sampler to each data set.
const WARM_UP: usize = 250;

/// What a model is asked for: its unknowns, or functions of them, and the columns of its data.
pub(crate) type Study = RandomVariable<(Vec<Real>, Generator<Vec<Vec<f64>>>)>;

/// Columns of data, whose values a model must not look at; or look at, if it is built for each
/// data set. While data are simulated, they have no values.
pub(crate) type Model = fn(&[Column]) -> Study;

/// One column of `count` draws.
pub(crate) fn seen<V: Number + 'static>(
    distribution: &(impl Distribution<Value = V> + ?Sized),
    count: usize,
) -> Generator<Vec<f64>> {
    let column = distribution.generator().repeat(count);
    column.map(|draws| draws.into_iter().map(Number::to_f64).collect())
}

/// `count` rows of several numbers, as columns.
pub(crate) fn seen_rows<V: Number + 'static>(
    distribution: &impl Multivariate<Value = V>,
    count: usize,
) -> Generator<Vec<Vec<f64>>> {
    let rows = distribution.generator().repeat(count);
    let width = distribution.dimension();
    rows.map(move |rows| {
        let column = |place: usize| rows.iter().map(|row| row[place].to_f64()).collect();
        (0..width).map(column).collect()
    })
}

/// Says that this is what a study is about.
pub(crate) fn study(
    unknowns: impl IntoIterator<Item = Real>,
    data: impl IntoIterator<Item = Generator<Vec<f64>>>,
) -> (Vec<Real>, Generator<Vec<Vec<f64>>>) {
    (unknowns.into_iter().collect(), Generator::traverse(data))
}

/// How a model gets its data.
#[derive(Clone, Copy)]
enum Fitting {
    /// Compiled once; all data sets go through it in lock step.
    Template,
    /// Built and compiled for each data set, and sampled alone.
    Built,
}

/// Panics unless a model is calibrated that gets `columns` columns of data.
pub(crate) fn is_calibrated(columns: usize, model: Model) {
    let p_value = smallest_p_value(columns, model, model, Fitting::Template);
    assert!(p_value >= P_VALUE_THRESHOLD, "p = {p_value:e}");
}

/// The same for a model that needs the values of its data to be built.
pub(crate) fn is_calibrated_when_built(columns: usize, model: Model) {
    let p_value = smallest_p_value(columns, model, model, Fitting::Built);
    assert!(p_value >= P_VALUE_THRESHOLD, "p = {p_value:e}");
}

/// Whether `fitted` is calibrated for data that `simulated` made.
pub(crate) fn agree(columns: usize, simulated: Model, fitted: Model) -> bool {
    smallest_p_value(columns, simulated, fitted, Fitting::Template) >= P_VALUE_THRESHOLD
}

/// The smallest p-value of all tests of a study, times their number (Bonferroni).
///
/// Two tests see each unknown: χ² of the ranks, and Kolmogorov's of the same as numbers between 0 and
/// 1, that is the largest distance of their distribution function from the diagonal. A prior that
/// takes no notice of its data has uniform ranks, too. So each unknown is seen twice: as it is,
/// and with its sign changed in those data sets whose sum is below the median. That is a function
/// of unknown and data, and must be calibrated as well (Modrák et al. 2023, arXiv:2211.02383).
fn smallest_p_value(columns: usize, simulated: Model, fitted: Model, fitting: Fitting) -> f64 {
    let columns: Vec<Column> = (0..columns)
        .map(|column| Column::placeholder(format!("data {column}")))
        .collect();
    let truth = simulated(&columns).prior_predictive(DATA_SETS, 1).unwrap();
    let draws = match fitting {
        Fitting::Template => from_template(&columns, fitted, &truth),
        Fitting::Built => from_models(fitted, &truth),
    };
    let sums: Vec<f64> = truth
        .iter()
        .map(|(_, data)| data.iter().flatten().sum())
        .collect();
    let mut sorted = sums.clone();
    sorted.sort_by(f64::total_cmp);
    let median = sorted[DATA_SETS / 2];
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut p_values = Vec::new();
    for unknown in 0..truth[0].0.len() {
        for turns in [false, true] {
            let rank = |set: usize| {
                let value = truth[set].0[unknown];
                let is_less = |draw: &&Vec<f64>| {
                    assert!(draw[unknown].is_finite() && value.is_finite());
                    draw[unknown] < value
                };
                let less = draws[set].iter().filter(is_less).count();
                if turns && sums[set] < median {
                    DRAWS - less
                } else {
                    less
                }
            };
            let ranks: Vec<usize> = (0..DATA_SETS).map(rank).collect();
            let mut between =
                |&rank: &usize| (rank as f64 + rng.random::<f64>()) / (DRAWS + 1) as f64;
            let numbers: Vec<f64> = ranks.iter().map(&mut between).collect();
            p_values.push(uniformity(&ranks, DRAWS).p_value);
            p_values.push(kolmogorov_smirnov(&numbers, |x| x).p_value);
        }
    }
    p_values.iter().copied().fold(1.0, f64::min) * p_values.len() as f64
}

type Truth = (Vec<f64>, Vec<Vec<f64>>);

fn run() -> Run {
    let run = Run::default().with_seed(2).with_chains(1).with_threads(1);
    run.with_warm_up(WARM_UP).with_draws(DRAWS * THIN)
}

fn thinned(draws: &[Vec<f64>]) -> Vec<Vec<f64>> {
    draws.iter().skip(THIN - 1).step_by(THIN).cloned().collect()
}

fn from_template(columns: &[Column], fitted: Model, truth: &[Truth]) -> Vec<Vec<Vec<f64>>> {
    let template = fitted(columns)
        .map(|(unknowns, _)| unknowns)
        .template()
        .unwrap();
    let series = truth.iter().zip(0..).map(|((_, data), key)| {
        let data = columns.iter().zip(data.iter().map(Vec::as_slice));
        (key, data.collect::<Vec<_>>())
    });
    let sampler = Hmc::default().with_steps(8);
    let fits = template.sample_many(series, &sampler, &run()).unwrap();
    let mut draws = vec![Vec::new(); truth.len()];
    for fit in fits {
        let set = usize::try_from(fit.key).unwrap();
        draws[set] = thinned(fit.outcome.unwrap().draws());
    }
    draws
}

fn from_models(fitted: Model, truth: &[Truth]) -> Vec<Vec<Vec<f64>>> {
    let fits = truth.iter().zip(0..).map(|((_, data), key)| {
        let columns: Vec<Column> = data.iter().map(|values| Column::new(&values[..])).collect();
        let model = fitted(&columns).map(|(unknowns, _)| unknowns);
        let trace = model
            .sample(&Nuts::default(), &run().with_key(key))
            .unwrap();
        thinned(trace.draws())
    });
    fits.collect()
}
