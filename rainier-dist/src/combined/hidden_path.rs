//! Finds the hidden states behind a series, once all parameters are numbers.
//!
//! In: logarithms of initial and transition probabilities and of emission densities. Out: the most
//! likely path, the probability of each state at each step, and drawn paths.

use rand::Rng;

use super::hidden_markov::draw_index;

/// Logarithms of all that paths of states are made of. An empty series has an empty path.
#[derive(Debug)]
pub(super) struct Lattice {
    pub(super) initial: Vec<f64>,
    /// From row to column.
    pub(super) transitions: Vec<Vec<f64>>,
    /// A row for each step, a column for each state.
    pub(super) emissions: Vec<Vec<f64>>,
}

impl Lattice {
    /// The path with the highest probability.
    pub(super) fn most_likely_path(&self) -> Vec<usize> {
        // The best path to each state, and where it came from.
        let mut origins: Vec<Vec<usize>> = Vec::new();
        let mut best: Vec<f64> = Vec::new();
        for (step, seen) in self.emissions.iter().enumerate() {
            if step == 0 {
                best = add(&self.initial, seen);
                continue;
            }
            let from: Vec<usize> = (0..seen.len())
                .map(|to| first_largest(&self.arrivals(&best, to)))
                .collect();
            let reach = |(to, &from): (usize, &usize)| best[from] + self.transitions[from][to];
            let reached: Vec<f64> = from.iter().enumerate().map(reach).collect();
            best = add(&reached, seen);
            origins.push(from);
        }
        if best.is_empty() {
            return Vec::new();
        }
        let mut path = vec![first_largest(&best)];
        for from in origins.iter().rev() {
            path.push(from[path[path.len() - 1]]);
        }
        path.reverse();
        path
    }

    /// The probability of each state at each step.
    pub(super) fn state_probabilities(&self) -> Vec<Vec<f64>> {
        let forward = self.forward();
        let mut backward = vec![0.0; self.initial.len()];
        let mut probabilities = Vec::with_capacity(forward.len());
        for (step, reached) in forward.iter().enumerate().rev() {
            probabilities.push(shares(&add(reached, &backward)));
            let ahead = add(&backward, &self.emissions[step]);
            let leave = self
                .transitions
                .iter()
                .map(|row| log_sum_exp(&add(row, &ahead)));
            backward = leave.collect();
        }
        probabilities.reverse();
        probabilities
    }

    /// A path drawn from its distribution given the series.
    pub(super) fn draw_path(&self, rng: &mut dyn Rng) -> Vec<usize> {
        let mut path: Vec<usize> = Vec::new();
        for reached in self.forward().iter().rev() {
            let weights = match path.last() {
                None => shares(reached),
                Some(&next) => shares(&self.arrivals(reached, next)),
            };
            path.push(draw_index(&weights, rng));
        }
        path.reverse();
        path
    }

    /// ln p(series up to each step, state there).
    fn forward(&self) -> Vec<Vec<f64>> {
        let mut forward: Vec<Vec<f64>> = Vec::with_capacity(self.emissions.len());
        for seen in &self.emissions {
            let reached = match forward.last() {
                None => self.initial.clone(),
                Some(before) => (0..seen.len())
                    .map(|to| log_sum_exp(&self.arrivals(before, to)))
                    .collect(),
            };
            forward.push(add(&reached, seen));
        }
        forward
    }

    /// What comes into the state `to` from each of the states before.
    fn arrivals(&self, before: &[f64], to: usize) -> Vec<f64> {
        let from = before.iter().zip(&self.transitions);
        from.map(|(before, row)| before + row[to]).collect()
    }
}

fn add(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

/// The place of the largest number; the first of equals.
fn first_largest(numbers: &[f64]) -> usize {
    let mut best = 0;
    for (place, number) in numbers.iter().enumerate() {
        if *number > numbers[best] {
            best = place;
        }
    }
    best
}

/// Probabilities in proportion to numbers whose logarithms these are.
fn shares(logarithms: &[f64]) -> Vec<f64> {
    let total = log_sum_exp(logarithms);
    logarithms
        .iter()
        .map(|logarithm| (logarithm - total).exp())
        .collect()
}

fn log_sum_exp(logarithms: &[f64]) -> f64 {
    let largest = logarithms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if largest == f64::NEG_INFINITY {
        return largest;
    }
    let sum: f64 = logarithms
        .iter()
        .map(|logarithm| (logarithm - largest).exp())
        .sum();
    largest + sum.ln()
}
