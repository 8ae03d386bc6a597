//! Summarises a stretch of trajectory by what its two ends and its sums tell.
//!
//! In: single points, then pairs of neighbouring stretches. Out: the sums the U-turn criterion
//! needs and one candidate chosen from all points with probability proportional to exp(−energy).
//! Joining swaps vectors, it never copies or allocates.

use rand::{Rng, RngExt};

use crate::hamiltonian::{PhasePoint, copy};

/// A stretch of neighbouring points of one trajectory.
#[derive(Debug)]
pub(super) struct Segment {
    /// The end made first (later, of the whole trajectory: the end the next stretch is not put to).
    pub(super) first: End,
    /// The end made last.
    pub(super) last: End,
    /// Sum of the momenta of all points.
    pub(super) momentum_sum: Vec<f64>,
    /// Σ exp(initial energy − energy) over all points.
    pub(super) weight: f64,
    /// The point chosen so far.
    pub(super) candidate: Candidate,
}

/// How the trajectory runs through an end of a segment.
#[derive(Debug)]
pub(super) struct End {
    pub(super) momentum: Vec<f64>,
    pub(super) velocity: Vec<f64>,
}

/// A point that may become the next draw; its momentum will not be needed.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) position: Vec<f64>,
    pub(super) gradient: Vec<f64>,
    pub(super) log_density: f64,
    pub(super) energy: f64,
}

/// How the candidate of two joined segments is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// In proportion to the weights: within a subtree.
    Uniform,
    /// With probability min(1, new weight / old weight): between whole trees. Prefers points far
    /// from the start (Betancourt 2017, appendix A.3.2).
    Biased,
}

impl Segment {
    pub(super) fn new(dimension: usize) -> Self {
        let zeros = || vec![0.0; dimension];
        Self {
            first: End {
                momentum: zeros(),
                velocity: zeros(),
            },
            last: End {
                momentum: zeros(),
                velocity: zeros(),
            },
            momentum_sum: zeros(),
            weight: 0.0,
            candidate: Candidate {
                position: zeros(),
                gradient: zeros(),
                log_density: f64::NEG_INFINITY,
                energy: f64::INFINITY,
            },
        }
    }

    /// Becomes the segment of one point with its energy and weight.
    pub(super) fn start(&mut self, point: &PhasePoint, energy: f64, weight: f64) {
        self.last.copy_from(point);
        self.begin(point, energy, weight);
    }

    /// Becomes the beginning of a segment, whose last end [`push`](Self::push) must add.
    pub(super) fn begin(&mut self, point: &PhasePoint, energy: f64, weight: f64) {
        self.first.copy_from(point);
        copy(&point.momentum, &mut self.momentum_sum);
        self.weight = weight;
        self.candidate.copy_from(point, energy);
    }

    /// Puts one more point behind the last end, without choosing it.
    pub(super) fn push(&mut self, point: &PhasePoint) {
        self.last.copy_from(point);
        for (sum, more) in self.momentum_sum.iter_mut().zip(&point.momentum) {
            *sum += more;
        }
    }

    /// Chooses between the candidate and the point put behind it last.
    pub(super) fn choose<R: Rng + ?Sized>(
        &mut self,
        point: &PhasePoint,
        energy: f64,
        weight: f64,
        rng: &mut R,
    ) {
        self.weight += weight;
        // Where both weights are 0, the ratio is not a number and nothing changes.
        if rng.random::<f64>() < weight / self.weight {
            self.candidate.copy_from(point, energy);
        }
    }

    /// Puts `next` behind this segment's last end, and chooses between the two candidates.
    /// `next` is left as scratch.
    pub(super) fn append<R: Rng + ?Sized>(&mut self, next: &mut Self, choice: Choice, rng: &mut R) {
        let joined = self.weight + next.weight;
        let other = match choice {
            Choice::Uniform => joined,
            Choice::Biased => self.weight,
        };
        if rng.random::<f64>() < next.weight / other {
            std::mem::swap(&mut self.candidate, &mut next.candidate);
        }
        self.weight = joined;
        for (sum, more) in self.momentum_sum.iter_mut().zip(&next.momentum_sum) {
            *sum += more;
        }
        std::mem::swap(&mut self.last, &mut next.last);
    }

    /// Swaps the ends, so that the next segment can be put to the other one.
    pub(super) fn reverse(&mut self) {
        std::mem::swap(&mut self.first, &mut self.last);
    }
}

impl End {
    fn copy_from(&mut self, point: &PhasePoint) {
        copy(&point.momentum, &mut self.momentum);
        copy(&point.velocity, &mut self.velocity);
    }
}

impl Candidate {
    fn copy_from(&mut self, point: &PhasePoint, energy: f64) {
        copy(&point.position, &mut self.position);
        copy(&point.gradient, &mut self.gradient);
        self.log_density = point.log_density;
        self.energy = energy;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::energy_weight::weight;
    use crate::random::Streams;

    /// How often the second of two points, with e² times the first one's weight, is chosen.
    fn frequency_of_second(choice: Choice, energy_drop: f64) -> f64 {
        let mut rng = Streams::from_seed(5).stream(0, 0);
        let mut point = PhasePoint::new(1);
        let mut first = Segment::new(1);
        let mut second = Segment::new(1);
        let trials = 20_000;
        let mut chosen = 0;
        for _ in 0..trials {
            point.position[0] = 1.0;
            first.start(&point, 0.0, 1.0);
            point.position[0] = 2.0;
            second.start(&point, 0.0, weight(-energy_drop));
            first.append(&mut second, choice, &mut rng);
            chosen += u32::from(first.candidate.position[0] == 2.0);
        }
        f64::from(chosen) / f64::from(trials)
    }

    #[test]
    fn within_a_subtree_points_are_chosen_by_weight() {
        let expected = 1.0 / (1.0 + 0.7_f64.exp());
        let standard_error = (expected * (1.0 - expected) / 20_000.0).sqrt();
        let found = frequency_of_second(Choice::Uniform, -0.7);
        assert!((found - expected).abs() < 5.0 * standard_error);
        // Negative control: the biased choice has another frequency.
        let biased = frequency_of_second(Choice::Biased, -0.7);
        assert!((biased - expected).abs() > 5.0 * standard_error);
    }

    #[test]
    fn between_trees_a_heavier_newcomer_always_wins() {
        assert_eq!(frequency_of_second(Choice::Biased, 0.7), 1.0);
    }

    #[test]
    fn what_has_no_weight_is_not_chosen() {
        let mut rng = Streams::from_seed(5).stream(0, 0);
        let mut point = PhasePoint::new(1);
        let (mut first, mut second) = (Segment::new(1), Segment::new(1));
        for choice in [Choice::Uniform, Choice::Biased] {
            first.start(&point, 7.0, 0.0);
            point.position[0] = 1.0;
            second.start(&point, 8.0, 0.0);
            first.append(&mut second, choice, &mut rng);
            assert_eq!((first.weight, first.candidate.energy), (0.0, 7.0));
        }
    }

    #[test]
    fn a_point_put_behind_another_is_a_segment_appended() {
        let (mut by_points, mut by_segments) = (Segment::new(1), Segment::new(1));
        let mut second = Segment::new(1);
        for seed in 0..50 {
            let mut rngs = [(); 2].map(|()| Streams::from_seed(seed).stream(0, 0));
            let mut point = PhasePoint::new(1);
            point.momentum[0] = 1.0;
            by_points.begin(&point, 0.0, 1.0);
            by_segments.start(&point, 0.0, 1.0);
            (point.position[0], point.momentum[0], point.velocity[0]) = (2.0, 3.0, 4.0);
            by_points.push(&point);
            by_points.choose(&point, -0.5, weight(-0.5), &mut rngs[0]);
            second.start(&point, -0.5, weight(-0.5));
            by_segments.append(&mut second, Choice::Uniform, &mut rngs[1]);
            assert_eq!(format!("{by_points:?}"), format!("{by_segments:?}"));
        }
    }
}
