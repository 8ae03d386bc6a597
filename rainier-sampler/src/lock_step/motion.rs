//! Moves the points of all lanes: a metric and a motion for each.
//!
//! In: blocks of points, step sizes. Out: momenta, velocities and energies, bit for bit those that
//! [`Metric`] and [`PhasePoint`] give each lane alone.

use super::points::{Block, Points, read, write};
use crate::hamiltonian::{Metric, PhasePoint};
use crate::sum::{WIDTH, total};

/// Momenta and velocities, and the metrics that tie them together.
#[derive(Debug, Clone)]
pub(super) struct Motion<const LANES: usize> {
    momentum: Vec<Block<LANES>>,
    /// Metric times momentum.
    velocity: Vec<Block<LANES>>,
    metrics: Vec<Metric>,
    /// When all of the metrics are diagonal.
    diagonal: Option<Diagonal<LANES>>,
    /// One lane's point, where they are not.
    point: PhasePoint,
}

#[derive(Debug, Clone)]
struct Diagonal<const LANES: usize> {
    variance: Vec<Block<LANES>>,
    momentum_scale: Vec<Block<LANES>>,
}

impl<const LANES: usize> Motion<LANES> {
    /// No motion, under the identity metric.
    pub(super) fn new(dimension: usize) -> Self {
        let ones = vec![[1.0; LANES]; dimension];
        Self {
            momentum: vec![[0.0; LANES]; dimension],
            velocity: vec![[0.0; LANES]; dimension],
            metrics: vec![Metric::identity(dimension); LANES],
            diagonal: Some(Diagonal {
                variance: ones.clone(),
                momentum_scale: ones,
            }),
            point: PhasePoint::new(dimension),
        }
    }

    pub(super) fn metric(&self, lane: usize) -> &Metric {
        &self.metrics[lane]
    }

    /// Gives lanes new metrics; none leaves a lane its own.
    pub(super) fn set_metrics(&mut self, metrics: impl IntoIterator<Item = Option<Metric>>) {
        for (metric, new) in self.metrics.iter_mut().zip(metrics) {
            if let Some(new) = new {
                *metric = new;
            }
        }
        let zeros = vec![[0.0; LANES]; self.momentum.len()];
        let mut diagonal = Diagonal {
            variance: zeros.clone(),
            momentum_scale: zeros,
        };
        for (lane, metric) in self.metrics.iter().enumerate() {
            let Metric::Diagonal {
                variance,
                momentum_scale,
            } = metric
            else {
                self.diagonal = None;
                return;
            };
            write(&mut diagonal.variance, lane, variance);
            write(&mut diagonal.momentum_scale, lane, momentum_scale);
        }
        self.diagonal = Some(diagonal);
    }

    /// Fresh momenta p ~ N(0, Σ⁻¹) of standard normals, `[coordinate][lane]`, and their velocities.
    #[inline(always)]
    pub(super) fn set_out(&mut self, normals: &[Block<LANES>]) {
        let Some(diagonal) = &self.diagonal else {
            return self.set_out_each(normals);
        };
        let scales = diagonal.momentum_scale.iter().zip(&diagonal.variance);
        let motion = self.momentum.iter_mut().zip(&mut self.velocity);
        for (((momentum, velocity), (scale, variance)), normal) in motion.zip(scales).zip(normals) {
            for lane in 0..LANES {
                momentum[lane] = scale[lane] * normal[lane];
                velocity[lane] = variance[lane] * momentum[lane];
            }
        }
    }

    fn set_out_each(&mut self, normals: &[Block<LANES>]) {
        for (lane, metric) in self.metrics.iter().enumerate() {
            read(normals, lane, &mut self.point.velocity);
            metric.set_out(&mut self.point);
            write(&mut self.momentum, lane, &self.point.momentum);
            write(&mut self.velocity, lane, &self.point.velocity);
        }
    }

    /// [`kick`](Self::kick) by the slopes at `from`, and [`drift`](Self::drift) from there.
    #[inline(always)]
    pub(super) fn kick_and_drift(
        &mut self,
        from: &Points<LANES>,
        to: &mut Points<LANES>,
        kick_time: &Block<LANES>,
        drift_time: &Block<LANES>,
    ) {
        self.kick(from, kick_time);
        let moved = to.position.iter_mut().zip(&from.position);
        for ((to, from), velocity) in moved.zip(&self.velocity) {
            for lane in 0..LANES {
                to[lane] = from[lane] + drift_time[lane] * velocity[lane];
            }
        }
    }

    /// p ← p + t ∇ln p, and with it the velocity Σ p.
    #[inline(always)]
    pub(super) fn kick(&mut self, points: &Points<LANES>, time: &Block<LANES>) {
        let Some(diagonal) = &self.diagonal else {
            return self.kick_each(points, time);
        };
        let motion = self.momentum.iter_mut().zip(&mut self.velocity);
        let slopes = points.gradient.iter().zip(&diagonal.variance);
        for ((momentum, velocity), (slope, variance)) in motion.zip(slopes) {
            for lane in 0..LANES {
                momentum[lane] += time[lane] * slope[lane];
                velocity[lane] = variance[lane] * momentum[lane];
            }
        }
    }

    fn kick_each(&mut self, points: &Points<LANES>, time: &Block<LANES>) {
        for (lane, (metric, time)) in self.metrics.iter().zip(time).enumerate() {
            points.read(lane, &mut self.point);
            read(&self.momentum, lane, &mut self.point.momentum);
            read(&self.velocity, lane, &mut self.point.velocity);
            metric.accelerate(&mut self.point);
            metric.kick(&mut self.point, *time);
            write(&mut self.momentum, lane, &self.point.momentum);
            write(&mut self.velocity, lane, &self.point.velocity);
        }
    }

    /// q ← q + t Σp.
    #[inline(always)]
    pub(super) fn drift(&self, points: &mut Points<LANES>, time: &Block<LANES>) {
        for (position, velocity) in points.position.iter_mut().zip(&self.velocity) {
            for lane in 0..LANES {
                position[lane] += time[lane] * velocity[lane];
            }
        }
    }

    /// Kinetic plus potential energy.
    #[inline(always)]
    pub(super) fn energy(&self, points: &Points<LANES>) -> Block<LANES> {
        let mut energy = dot(&self.momentum, &self.velocity);
        for (energy, log_density) in energy.iter_mut().zip(&points.log_density) {
            *energy = 0.5 * *energy - log_density;
        }
        energy
    }

    /// Σ p², finite in lanes that can go on from here, as [`PhasePoint::goes_on`].
    #[inline(always)]
    pub(super) fn squares(&self) -> Block<LANES> {
        dot(&self.momentum, &self.momentum)
    }
}

/// Σ xᵢ yᵢ of each lane, added in the order of [`crate::sum::dot`].
#[inline(always)]
fn dot<const LANES: usize>(x: &[Block<LANES>], y: &[Block<LANES>]) -> Block<LANES> {
    let (x_blocks, x_rest) = x.as_chunks::<WIDTH>();
    let (y_blocks, y_rest) = y.as_chunks::<WIDTH>();
    let mut rest = [0.0; LANES];
    for (x, y) in x_rest.iter().zip(y_rest) {
        add_products(&mut rest, x, y);
    }
    if x_blocks.is_empty() {
        return rest;
    }
    let mut sums = [[0.0; LANES]; WIDTH];
    for (x, y) in x_blocks.iter().zip(y_blocks) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            add_products(sum, x, y);
        }
    }
    std::array::from_fn(|lane| total(sums.map(|sum| sum[lane])) + rest[lane])
}

#[inline(always)]
fn add_products<const LANES: usize>(sum: &mut Block<LANES>, x: &Block<LANES>, y: &Block<LANES>) {
    for lane in 0..LANES {
        sum[lane] += x[lane] * y[lane];
    }
}
