//! Times calls by the processor time of this thread, two sides in turns.
//!
//! In: functions to call. Out: medians. Time spent by others on a shared machine does not count,
//! and what cannot be kept out (caches, clock rates) hits both sides of a ratio, since their
//! batches alternate.

use std::hint::black_box;
use std::time::Duration;

use cpu_time::ThreadTime;

use crate::workload::POSITIONS;

/// Batches of a median.
const BATCHES: usize = 7;

/// About how long a batch takes.
const BATCH: Duration = Duration::from_millis(30);

/// Nanoseconds of one call of two functions, and the median ratio of neighbouring batches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Comparison {
    pub(crate) ours: f64,
    pub(crate) reference: f64,
    pub(crate) ratio: f64,
}

/// A function that is called at one position after another.
pub(crate) struct Calls<'a> {
    evaluate: &'a mut dyn FnMut(&[f64], &mut [f64]) -> f64,
    positions: &'a [Vec<f64>],
    gradient: Vec<f64>,
    /// Calls in a batch.
    count: usize,
}

impl<'a> Calls<'a> {
    /// Finds out how many calls fill a batch, which also warms everything up.
    pub(crate) fn new(
        evaluate: &'a mut dyn FnMut(&[f64], &mut [f64]) -> f64,
        positions: &'a [Vec<f64>],
    ) -> Self {
        let gradient = vec![0.0; positions[0].len()];
        let mut calls = Self {
            evaluate,
            positions,
            gradient,
            count: 1,
        };
        while calls.batch() * (calls.count as f64) < BATCH.as_nanos() as f64 {
            calls.count *= 2;
        }
        calls
    }

    /// Nanoseconds a call.
    fn batch(&mut self) -> f64 {
        let start = ThreadTime::now();
        for call in 0..self.count {
            let position = black_box(&self.positions[call % POSITIONS]);
            black_box((self.evaluate)(position, &mut self.gradient));
            black_box(&self.gradient);
        }
        start.elapsed().as_nanos() as f64 / self.count as f64
    }
}

/// Times two functions in turns.
pub(crate) fn compare(mut ours: Calls<'_>, mut reference: Calls<'_>) -> Comparison {
    let pairs: Vec<(f64, f64)> = (0..BATCHES)
        .map(|_| (ours.batch(), reference.batch()))
        .collect();
    Comparison {
        ours: median(pairs.iter().map(|pair| pair.0).collect()),
        reference: median(pairs.iter().map(|pair| pair.1).collect()),
        ratio: median(pairs.iter().map(|pair| pair.0 / pair.1).collect()),
    }
}

/// Nanoseconds of one call.
pub(crate) fn nanoseconds(mut calls: Calls<'_>) -> f64 {
    median((0..BATCHES).map(|_| calls.batch()).collect())
}

/// Milliseconds that `work` takes, the median of some; what it gives is dropped outside that time.
pub(crate) fn milliseconds<T>(mut work: impl FnMut() -> T) -> f64 {
    let one = || {
        let start = ThreadTime::now();
        let result = work();
        let elapsed = start.elapsed();
        drop(black_box(result));
        elapsed.as_secs_f64() * 1e3
    };
    median(std::iter::repeat_with(one).take(BATCHES).collect())
}

pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
