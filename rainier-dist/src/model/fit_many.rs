//! Fits one compiled model to many series in lock step: [`Template::fit_many`],
//! [`PortableTemplate::fit_many`]; and one series by many chains:
//! [`Posterior::sample_in_lock_step`].
//!
//! In: a template, series of data, each with a key. Out: a [`FittedSeries`] each, or draws, in the
//! order they came; what is wrong with one series is its own outcome.

use std::borrow::Borrow;
use std::iter;

use rainier_core::{Column, LockStep};
use rainier_sampler::{
    Hmc, LockStepDensity, Positions, Run, Series, Summaries, Summary, Trace, Warning, sample_many,
    sample_many_positions,
};

use super::bound::{BoundModel, CompiledModel};
use super::density::impossible_if_nan;
use super::portable::PortableTemplate;
use super::posterior::Posterior;
use super::template::Template;
use super::trace::PosteriorTrace;
use crate::error::SampleError;
use crate::random_variable::Value;

/// Chains that are sampled together where all draws are kept: four vectors of eight numbers.
const CHAINS: usize = 32;
/// The same where draws are summed up: two vectors more, which is a twentieth faster.
const SUMMED_UP: usize = 48;

/// What is kept of a series when its draws are not.
///
/// See [`Template::fit_many`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedSeries {
    /// Mean, spread, quantiles, R-hat and effective sizes of each reported number.
    pub summary: Summary,
    /// What should be looked at before they are used.
    pub warnings: Vec<Warning>,
    /// Divergent transitions after warm-up, of all chains.
    pub divergences: usize,
    /// Gradients evaluated in all chains, warm-up and draws.
    pub gradient_evaluations: u64,
}

impl<T: Value + Clone> Template<T> {
    /// Fits the model to each of many series, 48 chains at a time, and keeps what a table shows of
    /// their draws.
    ///
    /// A series is a key and the values of the placeholders, as for [`bind`](Self::bind). It is
    /// sampled by `run.chains()` chains from streams of its key, as by
    /// [`Posterior::sample`](crate::Posterior::sample) with [`Run::with_key`]. The outcome depends
    /// on seed, key and data alone, bit for bit: not on the other series, their number or order.
    /// `Hmc::default()` is made for this: five jittered steps move far enough in posteriors of a few
    /// parameters. Two steps take half the time where all posteriors are near to normal, and mix
    /// badly where one leans on an edge of its support: look at R-hat before fewer are used.
    ///
    /// The iterator works as it is asked, in the caller's thread, and takes series from its input
    /// as many at a time as it has lanes. The run's own key, threads and
    /// control have no say: several threads take a part of the series each.
    ///
    /// # Errors
    /// When a setting is outside its range. Impossible data, or no point to start from, are the
    /// outcome of that series only.
    ///
    /// ```
    /// use rainier_core::Column;
    /// use rainier_dist::{Fit, Param, continuous::Gamma, discrete::Poisson};
    /// use rainier_sampler::{Hmc, Run};
    ///
    /// let counts = Column::placeholder("counts");
    /// let model = Gamma::new(2.0, 1.0)
    ///     .param()
    ///     .flat_map(|rate| Poisson::new(&rate).fit(&counts).map(|()| rate))
    ///     .named("rate");
    /// let template = model.template()?;
    /// let series = [(1, vec![3.0, 1.0, 2.0]), (2, vec![-1.0]), (3, vec![7.0, 9.0])];
    /// let series = series.into_iter().map(|(key, data)| (key, [(&counts, data)]));
    /// let run = Run::default().with_chains(2).with_warm_up(300).with_draws(300);
    /// let mut means = Vec::new();
    /// for series in template.fit_many(series, &Hmc::default(), &run)? {
    ///     match series.outcome {
    ///         Ok(fit) => means.push(fit.summary.rows()[0].mean),
    ///         Err(error) => assert!(series.key == 2 && error.to_string().contains("row 0")),
    ///     }
    /// }
    /// // A posterior Gamma with shape 2 + Σ counts and rate 1 + their number.
    /// assert!((means[0] - 8.0 / 4.0).abs() < 0.3 && (means[1] - 18.0 / 3.0).abs() < 0.7);
    /// # Ok::<(), rainier_dist::SampleError>(())
    /// ```
    pub fn fit_many<'t, I, S, C, V>(
        &'t self,
        series: I,
        sampler: &Hmc,
        run: &Run,
    ) -> Result<
        impl Iterator<Item = Series<FittedSeries, SampleError>> + use<'t, T, I, S, C, V>,
        SampleError,
    >
    where
        I: IntoIterator<Item = (u64, S), IntoIter: 't>,
        S: AsRef<[(C, V)]>,
        C: Borrow<Column>,
        V: AsRef<[f64]>,
    {
        let bound = series
            .into_iter()
            .map(move |(key, data)| (key, self.bind_series(&data)));
        fit_each(self.model(), Box::new(bound), sampler, run)
    }

    /// The same, with all draws of each series.
    ///
    /// # Errors
    /// As [`fit_many`](Self::fit_many).
    pub fn sample_many<'t, I, S, C, V>(
        &'t self,
        series: I,
        sampler: &Hmc,
        run: &Run,
    ) -> Result<
        impl Iterator<Item = Series<PosteriorTrace<T::Output>, SampleError>> + use<'t, T, I, S, C, V>,
        SampleError,
    >
    where
        I: IntoIterator<Item = (u64, S), IntoIter: 't>,
        S: AsRef<[(C, V)]>,
        C: Borrow<Column>,
        V: AsRef<[f64]>,
    {
        let bound = series
            .into_iter()
            .map(move |(key, data)| (key, self.bind_series(&data)));
        let many = sample_each(self.model(), Box::new(bound), sampler, run)?;
        let run = run.clone();
        Ok(many.map(move |Series { key, outcome }| Series {
            key,
            outcome: outcome.map(|(bound, positions)| {
                let run = run.clone().with_key(key);
                PosteriorTrace::new(&self.posterior(bound), positions, &run)
            }),
        }))
    }

    fn bind_series<S, C, V>(&self, data: &S) -> Result<BoundModel, SampleError>
    where
        S: AsRef<[(C, V)]>,
        C: Borrow<Column>,
        V: AsRef<[f64]>,
    {
        let columns = data.as_ref().iter();
        let data: Vec<_> = columns.map(|(c, v)| (c.borrow(), v.as_ref())).collect();
        Ok(self.bind_model(&data)?)
    }
}

impl PortableTemplate {
    /// As [`Template::fit_many`], with the values of each placeholder by its name: the same bits as
    /// where the model came from.
    ///
    /// # Errors
    /// As [`Template::fit_many`].
    ///
    /// ```
    /// use rainier_core::Column;
    /// use rainier_dist::{Fit, Param, PortableTemplate, continuous::Gamma, discrete::Poisson};
    /// use rainier_sampler::{Hmc, Run};
    ///
    /// let counts = Column::placeholder("counts");
    /// let model = Gamma::new(2.0, 1.0)
    ///     .param()
    ///     .flat_map(|rate| Poisson::new(&rate).fit(&counts).map(|()| rate));
    /// let template = model.template()?;
    /// let (sampler, run) = (Hmc::default(), Run::default().with_chains(2).with_draws(100));
    /// let here = template.fit_many([(7, [(&counts, [3.0, 1.0])])], &sampler, &run)?;
    ///
    /// let arrived = PortableTemplate::from_bytes(&template.to_bytes()?)?;
    /// let there = arrived.fit_many([(7, [("counts", [3.0, 1.0])])], &sampler, &run)?;
    /// for (here, there) in here.zip(there) {
    ///     assert_eq!(here.outcome?, there.outcome?);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fit_many<'t, I, S, N, V>(
        &'t self,
        series: I,
        sampler: &Hmc,
        run: &Run,
    ) -> Result<
        impl Iterator<Item = Series<FittedSeries, SampleError>> + use<'t, I, S, N, V>,
        SampleError,
    >
    where
        I: IntoIterator<Item = (u64, S), IntoIter: 't>,
        S: AsRef<[(N, V)]>,
        N: AsRef<str>,
        V: AsRef<[f64]>,
    {
        let bind = move |data: &S| -> Result<BoundModel, SampleError> {
            let columns = data.as_ref().iter();
            let data: Vec<_> = columns.map(|(n, v)| (n.as_ref(), v.as_ref())).collect();
            Ok(self.bind_model(&data)?)
        };
        let bound = series
            .into_iter()
            .map(move |(key, data)| (key, bind(&data)));
        fit_each(self.model(), Box::new(bound), sampler, run)
    }
}

impl<T: Value> Posterior<T> {
    /// Samples the posterior with all chains of the run in lock step, 32 at a time: the draws of
    /// [`sample`](Self::sample), bit for bit, and sooner where a gradient reads few rows and there
    /// are chains for most lanes. 32 chains of eight schools take half to two thirds of the time,
    /// 16 chains nearly all of it.
    ///
    /// All runs in the caller's thread; the run's threads and control have no say.
    ///
    /// # Errors
    /// As [`sample`](Self::sample); and where chains are to start by Pathfinder, which is no lock
    /// step.
    ///
    /// ```
    /// use rainier_dist::{Param, continuous::Normal};
    /// use rainier_sampler::{Hmc, Run};
    ///
    /// let posterior = Normal::new(3, 2).param().compile()?;
    /// let (sampler, run) = (Hmc::default(), Run::default().with_chains(32).with_draws(100));
    /// let trace = posterior.sample_in_lock_step(&sampler, &run)?;
    /// assert_eq!(trace.draws(), posterior.sample(&sampler, &run)?.draws());
    /// # Ok::<(), rainier_dist::SampleError>(())
    /// ```
    #[expect(
        clippy::missing_panics_doc,
        reason = "there is an outcome for each series"
    )]
    pub fn sample_in_lock_step(
        &self,
        sampler: &Hmc,
        run: &Run,
    ) -> Result<PosteriorTrace<T::Output>, SampleError> {
        let series = iter::once((run.key(), Ok(self.bound.clone())));
        let mut many = sample_each(&self.bound.model, Box::new(series), sampler, run)?;
        let outcome = many.next().map(|series| series.outcome);
        let (_, positions) = outcome.expect("one series has one outcome")?;
        Ok(PosteriorTrace::new(self, positions, run))
    }
}

/// Models bound to the data of one series after the other.
type BoundSeries<'a> = Box<dyn Iterator<Item = (u64, Result<BoundModel, SampleError>)> + 'a>;

/// What becomes of each series. No type here names a value, so that lock step is compiled once, and
/// in this crate.
type Outcomes<'a, T> = Box<dyn Iterator<Item = Series<T, SampleError>> + 'a>;

/// Samples each series and keeps its trace.
fn sample_each<'a>(
    model: &CompiledModel,
    series: BoundSeries<'a>,
    sampler: &Hmc,
    run: &Run,
) -> Result<Outcomes<'a, (BoundModel, Trace)>, SampleError> {
    let lanes = Lanes::of(model)?;
    let many = sample_many::<CHAINS, _, _, _>(lanes, series, sampler, run)?;
    Ok(Box::new(many))
}

/// Samples each series and keeps what a table shows of it.
fn fit_each<'a>(
    model: &CompiledModel,
    series: BoundSeries<'a>,
    sampler: &Hmc,
    run: &Run,
) -> Result<Outcomes<'a, FittedSeries>, SampleError> {
    let lanes = Lanes::of(model)?;
    let many = sample_many_positions::<SUMMED_UP, _, _, _>(lanes, series, sampler, run)?;
    let mut report = Report::default();
    Ok(Box::new(many.map(move |Series { key, outcome }| Series {
        key,
        outcome: outcome.map(|(bound, positions)| report.fitted(&bound, &positions)),
    })))
}

/// The posteriors of some series, each in its lane.
struct Lanes<const LANES: usize> {
    /// Made with the first series.
    lock_step: Option<LockStep<LANES>>,
    names: Vec<String>,
}

impl<const LANES: usize> Lanes<LANES> {
    fn of(model: &CompiledModel) -> Result<Self, SampleError> {
        model.must_have_parameters()?;
        Ok(Self {
            lock_step: None,
            names: model.density.names.clone(),
        })
    }
}

impl<const LANES: usize> LockStepDensity<LANES> for Lanes<LANES> {
    type Data = BoundModel;

    fn dimension(&self) -> usize {
        self.names.len()
    }

    fn set_lane(&mut self, lane: usize, bound: &BoundModel) {
        let program = &bound.density;
        let lock_step = self.lock_step.get_or_insert_with(|| program.lock_step());
        lock_step.set_lane(lane, program);
    }

    fn evaluate(
        &mut self,
        positions: &[[f64; LANES]],
        values: &mut [f64; LANES],
        gradients: &mut [[f64; LANES]],
    ) {
        // There is no step before there is a series.
        let Some(lock_step) = &mut self.lock_step else {
            return;
        };
        *values = lock_step
            .value_and_gradient(positions, gradients)
            .map(impossible_if_nan);
    }

    fn gradient(&mut self, positions: &[[f64; LANES]], gradients: &mut [[f64; LANES]]) {
        if let Some(lock_step) = &mut self.lock_step {
            gradients.copy_from_slice(lock_step.gradient(positions));
        }
    }

    fn parameter_name(&self, index: usize) -> String {
        self.names[index].clone()
    }
}

/// Turns positions into reported numbers, as many at a time as there are lanes, and sums them up; keeps
/// its room from series to series.
#[derive(Default)]
struct Report {
    lanes: Option<LockStep<SUMMED_UP>>,
    summaries: Summaries,
    /// `[label][chain][draw]`.
    reported: Vec<Vec<Vec<f64>>>,
}

impl Report {
    fn fitted(&mut self, bound: &BoundModel, positions: &Positions) -> FittedSeries {
        let labels = &bound.model.report.labels;
        // Where no data are read, the program of one series is that of all.
        if !bound.report.program().columns().is_empty() {
            self.lanes = None;
        }
        let lanes = self.lanes.get_or_insert_with(|| bound.report.lock_step());
        let mut blocks = vec![[0.0; SUMMED_UP]; positions.dimension()];
        self.reported.resize_with(labels.len(), Vec::new);
        let draws = positions.draws_per_chain();
        for chains in &mut self.reported {
            chains.resize_with(positions.chains(), Vec::new);
            chains.iter_mut().for_each(Vec::clear);
        }
        for chain in 0..positions.chains() {
            for first in (0..draws).step_by(SUMMED_UP) {
                let block = first..draws.min(first + SUMMED_UP);
                for (parameter, lanes) in blocks.iter_mut().enumerate() {
                    let positions = &positions.draws(chain, parameter)[block.clone()];
                    lanes[..block.len()].copy_from_slice(positions);
                }
                for (chains, output) in self.reported.iter_mut().zip(lanes.evaluate(&blocks)) {
                    chains[chain].extend_from_slice(&output[..block.len()]);
                }
            }
        }
        let summary = self.summaries.summary(labels, &self.reported);
        FittedSeries {
            warnings: positions.warnings_beside(&summary),
            summary,
            divergences: positions.divergences(),
            gradient_evaluations: positions.gradient_evaluations(),
        }
    }
}
