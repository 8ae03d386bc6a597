//! Keeps all lanes busy: takes series, evaluates, hands traces out in order.
//!
//! In: a sequence of series. Out: an iterator of their outcomes. A lane whose chain has ended takes
//! the next chain; outcomes wait until those before them are out.

use std::collections::VecDeque;

use super::LockStepDensity;
use super::lane::{Lane, Plan};
use crate::error::{SampleError, SettingsError};
use crate::random::Streams;
use crate::settings::{Hmc, Run, Start};
use crate::trace::{Chain, Trace};

/// What became of one series.
#[derive(Debug, Clone, PartialEq)]
pub struct Series<T, E> {
    /// The key it came with.
    pub key: u64,
    /// What its sampling gave, or why it gave nothing.
    pub outcome: Result<T, E>,
}

/// The outcomes of [`sample_many`](crate::sample_many), in the order of the series.
#[derive(Debug)]
#[must_use = "iterators do nothing until they are asked"]
pub struct SampleMany<const LANES: usize, D: LockStepDensity<LANES>, I, E> {
    density: D,
    series: I,
    plan: Plan,
    lanes: Vec<Option<Occupied>>,
    /// In the order they came; the first of them has the number `first`.
    begun: VecDeque<Begun<D::Data, E>>,
    first: usize,
    /// Chains of the last series that are not in a lane yet.
    unplaced: usize,
    positions: Vec<[f64; LANES]>,
    values: [f64; LANES],
    gradients: Vec<[f64; LANES]>,
}

/// A chain in its lane.
#[derive(Debug)]
struct Occupied {
    series: usize,
    chain: usize,
    lane: Lane,
}

/// A series that is not handed out yet.
#[derive(Debug)]
struct Begun<T, E> {
    key: u64,
    data: Result<T, E>,
    /// By number.
    chains: Vec<Option<Result<Chain, SampleError>>>,
}

impl<T, E> Begun<T, E> {
    fn is_done(&self) -> bool {
        self.data.is_err() || self.chains.iter().all(Option::is_some)
    }
}

/// Series in the queue for each lane: one slow series first in line must not make the others wait
/// soon, nor for ever fill the memory.
const QUEUE: usize = 4;

impl<const LANES: usize, D, I, E> SampleMany<LANES, D, I, E>
where
    D: LockStepDensity<LANES>,
    I: Iterator<Item = (u64, Result<D::Data, E>)>,
    E: From<SampleError>,
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
            lanes: (0..LANES).map(|_| None).collect(),
            begun: VecDeque::new(),
            first: 0,
            unplaced: 0,
            positions: vec![[0.0; LANES]; dimension],
            values: [0.0; LANES],
            gradients: vec![[0.0; LANES]; dimension],
        })
    }

    /// Gives free lanes their chains, as long as there are series and room to keep them. Whether
    /// any lane is busy.
    fn fill(&mut self) -> bool {
        for lane in 0..LANES {
            if self.lanes[lane].is_none()
                && let Some((series, chain)) = self.next_chain()
            {
                let begun = &self.begun[series - self.first];
                if let Ok(data) = &begun.data {
                    self.density.set_lane(lane, data);
                }
                let rng = Streams::from_seed(self.plan.run.seed()).stream(begun.key, chain);
                let occupied = Occupied {
                    series,
                    chain,
                    lane: Lane::new(&self.plan, chain, rng),
                };
                copy_into(occupied.lane.position(), &mut self.positions, lane);
                self.lanes[lane] = Some(occupied);
            }
        }
        self.lanes.iter().any(Option::is_some)
    }

    /// The next chain that needs a lane, by the number of its series.
    fn next_chain(&mut self) -> Option<(usize, usize)> {
        let chains = self.plan.run.chains();
        while self.unplaced == 0 {
            if self.begun.len() >= QUEUE * LANES {
                return None;
            }
            let (key, data) = self.series.next()?;
            self.unplaced = if data.is_ok() { chains } else { 0 };
            self.begun.push_back(Begun {
                key,
                data,
                chains: (0..chains).map(|_| None).collect(),
            });
        }
        self.unplaced -= 1;
        let series = self.first + self.begun.len() - 1;
        Some((series, chains - 1 - self.unplaced))
    }

    /// One leapfrog step in every lane. Whether a chain has ended.
    fn step(&mut self) -> bool {
        self.density
            .evaluate(&self.positions, &mut self.values, &mut self.gradients);
        let mut has_ended = false;
        for (number, place) in self.lanes.iter_mut().enumerate() {
            let Some(occupied) = place else { continue };
            for (slope, block) in occupied.lane.gradient().iter_mut().zip(&self.gradients) {
                *slope = block[number];
            }
            match occupied.lane.hear(self.values[number], &self.plan) {
                None => copy_into(occupied.lane.position(), &mut self.positions, number),
                Some(end) => {
                    let (series, chain) = (occupied.series, occupied.chain);
                    self.begun[series - self.first].chains[chain] = Some(end);
                    *place = None;
                    has_ended = true;
                }
            }
        }
        has_ended
    }
}

impl<const LANES: usize, D, I, E> Iterator for SampleMany<LANES, D, I, E>
where
    D: LockStepDensity<LANES>,
    I: Iterator<Item = (u64, Result<D::Data, E>)>,
    E: From<SampleError>,
{
    type Item = Series<(D::Data, Trace), E>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.begun.front().is_some_and(Begun::is_done) {
                let Begun { key, data, chains } = self.begun.pop_front()?;
                self.first += 1;
                let outcome = data.and_then(|data| {
                    let trace = join(chains.into_iter().flatten(), &self.plan.names)?;
                    Ok((data, trace))
                });
                return Some(Series { key, outcome });
            }
            if self.fill() {
                while !self.step() {}
            } else if self.begun.is_empty() {
                return None;
            }
        }
    }
}

/// The chains of a series as a trace, or the error of the first that failed.
fn join(
    chains: impl Iterator<Item = Result<Chain, SampleError>>,
    names: &[String],
) -> Result<Trace, SampleError> {
    let chains = chains.collect::<Result<_, _>>()?;
    Ok(Trace::from_chains(names.to_vec(), chains)?)
}

fn copy_into<const LANES: usize>(position: &[f64], blocks: &mut [[f64; LANES]], lane: usize) {
    for (block, x) in blocks.iter_mut().zip(position) {
        block[lane] = *x;
    }
}
