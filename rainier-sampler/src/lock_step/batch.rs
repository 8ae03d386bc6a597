//! Fills lanes with chains, generation after generation, and hands traces out in order.
//!
//! In: a sequence of series. Out: an iterator of their outcomes.

use std::collections::VecDeque;

use super::LockStepDensity;
use super::generation::{Generation, Plan};
use super::record::{Record, WholeChains};
use crate::error::{SampleError, SettingsError};
use crate::random::Streams;
use crate::settings::{Hmc, Run, Start};

/// What became of one series.
#[derive(Debug, Clone, PartialEq)]
pub struct Series<T, E> {
    /// The key it came with.
    pub key: u64,
    /// What its sampling gave, or why it gave nothing.
    pub outcome: Result<T, E>,
}

/// The outcomes of [`sample_many`](crate::sample_many), and of
/// [`sample_many_positions`](crate::sample_many_positions), in the order of the series.
#[derive(Debug)]
#[must_use = "iterators do nothing until they are asked"]
pub struct SampleMany<
    const LANES: usize,
    D: LockStepDensity<LANES>,
    I,
    E,
    R: Record<LANES> = WholeChains,
> {
    density: D,
    series: I,
    plan: Plan,
    /// In the order they came.
    begun: VecDeque<Begun<D::Data, E, R::Chain>>,
    /// Chains of the last of them that have not been run yet.
    unplaced: usize,
}

/// A series that is not handed out yet.
#[derive(Debug)]
struct Begun<T, E, R> {
    key: u64,
    data: Result<T, E>,
    /// Those that have been run, by number.
    chains: Vec<Result<R, SampleError>>,
}

impl<const LANES: usize, D, I, E, R> SampleMany<LANES, D, I, E, R>
where
    D: LockStepDensity<LANES>,
    I: Iterator<Item = (u64, Result<D::Data, E>)>,
    E: From<SampleError>,
    R: Record<LANES>,
{
    pub(super) fn new(
        density: D,
        series: I,
        sampler: &Hmc,
        run: &Run,
    ) -> Result<Self, SampleError> {
        run.validate()?;
        sampler.validate()?;
        let is_random = sampler.start() == Start::Random;
        SettingsError::unless(is_random, "start", "Start::Random in lock step", f64::NAN)?;
        let dimension = density.dimension();
        let names = (0..dimension).map(|index| density.parameter_name(index));
        Ok(Self {
            plan: Plan {
                sampler: sampler.clone(),
                run: run.clone(),
                names: names.collect(),
            },
            density,
            series,
            begun: VecDeque::new(),
            unplaced: 0,
        })
    }

    /// Runs the next chains, as many as there are lanes or series.
    fn run_generation(&mut self) {
        let mut places = Vec::with_capacity(LANES);
        let mut chains = Vec::with_capacity(LANES);
        while places.len() < LANES
            && let Some((place, chain)) = self.next_chain()
        {
            let begun = &self.begun[place];
            if let Ok(data) = &begun.data {
                self.density.set_lane(places.len(), data);
            }
            let streams = Streams::from_seed(self.plan.run.seed());
            chains.push((chain, streams.stream(begun.key, chain)));
            places.push(place);
        }
        if !places.is_empty() {
            let generation = Generation::<LANES, D, R>::new(&self.plan, &mut self.density, chains);
            for (place, chain) in places.into_iter().zip(generation.run()) {
                self.begun[place].chains.push(chain);
            }
        }
    }

    /// The next chain to run, and the place of its series.
    fn next_chain(&mut self) -> Option<(usize, usize)> {
        let chains = self.plan.run.chains();
        while self.unplaced == 0 {
            let (key, data) = self.series.next()?;
            self.unplaced = if data.is_ok() { chains } else { 0 };
            self.begun.push_back(Begun {
                key,
                data,
                chains: Vec::with_capacity(chains),
            });
        }
        self.unplaced -= 1;
        Some((self.begun.len() - 1, chains - 1 - self.unplaced))
    }
}

impl<const LANES: usize, D, I, E, R> Iterator for SampleMany<LANES, D, I, E, R>
where
    D: LockStepDensity<LANES>,
    I: Iterator<Item = (u64, Result<D::Data, E>)>,
    E: From<SampleError>,
    R: Record<LANES>,
{
    type Item = Series<(D::Data, R::Joined), E>;

    fn next(&mut self) -> Option<Self::Item> {
        let chains = self.plan.run.chains();
        let is_done =
            |begun: &Begun<_, _, R::Chain>| begun.data.is_err() || begun.chains.len() == chains;
        while !self.begun.front().is_some_and(is_done) {
            self.run_generation();
            if self.begun.is_empty() {
                return None;
            }
        }
        let Begun { key, data, chains } = self.begun.pop_front()?;
        let outcome = data.and_then(|data| {
            let chains = chains.into_iter().collect::<Result<_, _>>()?;
            Ok((data, R::join(&self.plan.names, chains)?))
        });
        Some(Series { key, outcome })
    }
}
