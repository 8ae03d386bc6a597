//! Summarises a stretch of trajectory by what its two ends and its sums tell.
//!
//! In: single points, then pairs of neighbouring stretches. Out: the sums the U-turn criterion
//! needs and one candidate chosen from all points with probability proportional to exp(−energy).
//! Points are named by their places; joining copies none and allocates nothing.

use std::hint::select_unpredictable;

use rand::{Rng, RngExt};

use super::places::{Place, PlaceSet, Places};
use crate::hamiltonian::Vector;

/// A stretch of neighbouring points of one trajectory.
#[derive(Debug, Clone)]
pub(super) struct Segment<V> {
    /// The end made first (later, of the whole trajectory: the end the next stretch is not put to).
    pub(super) first: Place,
    /// The end made last.
    pub(super) last: Place,
    /// The point chosen so far.
    pub(super) candidate: Place,
    /// Sum of the momenta of all points.
    pub(super) momentum_sum: V,
    /// Σ exp(initial energy − energy) over all points.
    pub(super) weight: f64,
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

impl<V: Vector> Segment<V> {
    pub(super) fn new(dimension: usize) -> Self {
        Self {
            first: 0,
            last: 0,
            candidate: 0,
            momentum_sum: V::zeros(dimension),
            weight: 0.0,
        }
    }

    /// Becomes the segment of one point with its weight.
    #[inline]
    pub(super) fn start(&mut self, place: Place, weight: f64, places: &Places<V>) {
        (self.first, self.last, self.candidate) = (place, place, place);
        self.momentum_sum.clone_from(&places[place].momentum);
        self.weight = weight;
    }

    /// Puts one more point behind the last end, without choosing it.
    #[inline]
    pub(super) fn push(&mut self, place: Place, places: &Places<V>) {
        self.last = place;
        add(&mut self.momentum_sum, &places[place].momentum);
    }

    /// Chooses between the candidate and the point put behind it last.
    #[inline]
    pub(super) fn choose<R: Rng + ?Sized>(&mut self, weight: f64, rng: &mut R) {
        self.weight += weight;
        // Where both weights are 0, nothing changes.
        let takes = rng.random::<f64>() * self.weight < weight;
        self.candidate = select_unpredictable(takes, self.last, self.candidate);
    }

    /// Puts `next` behind this segment's last end, and chooses between the two candidates.
    pub(super) fn append<R: Rng + ?Sized>(
        &mut self,
        next: &Self,
        choice: Choice,
        places: &mut Places<V>,
        rng: &mut R,
    ) {
        let named = self.places().or(next.places());
        let joined = self.weight + next.weight;
        let other = match choice {
            Choice::Uniform => joined,
            Choice::Biased => self.weight,
        };
        let takes = rng.random::<f64>() * other < next.weight;
        self.candidate = select_unpredictable(takes, next.candidate, self.candidate);
        self.weight = joined;
        self.last = next.last;
        add(&mut self.momentum_sum, &next.momentum_sum);
        places.release(named.without(self.places()));
    }

    /// Swaps the ends if so asked, so that the next segment can be put to the other one.
    #[inline]
    pub(super) fn reverse_if(&mut self, is_asked: bool) {
        let ends = (self.first, self.last);
        self.first = select_unpredictable(is_asked, ends.1, ends.0);
        self.last = select_unpredictable(is_asked, ends.0, ends.1);
    }

    /// Places that the segment names.
    fn places(&self) -> PlaceSet {
        PlaceSet::of([self.first, self.last, self.candidate])
    }
}

#[inline]
fn add<V: Vector>(sum: &mut V, more: &V) {
    for (sum, more) in sum.as_mut().iter_mut().zip(more.as_ref()) {
        *sum += more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::energy_weight::weight;
    use crate::hamiltonian::Point;
    use crate::random::Streams;

    /// Places for some points, none taken but the first.
    fn places() -> Places<[f64; 1]> {
        let mut places = Places::new(8, 1);
        places.begin();
        places
    }

    fn with_momentum(momentum: f64) -> Point<[f64; 1]> {
        let mut point = Point::new(1);
        point.momentum = [momentum];
        point
    }

    /// How often the second of two points, with e² times the first one's weight, is chosen.
    fn frequency_of_second(choice: Choice, energy_drop: f64) -> f64 {
        let mut rng = Streams::from_seed(5).stream(0, 0);
        let mut places = places();
        let [one, two] = [1.0, 2.0].map(|p| places.put(with_momentum(p)));
        let mut first = Segment::new(1);
        let mut second = Segment::new(1);
        let trials = 20_000;
        let mut chosen = 0;
        for _ in 0..trials {
            first.start(one, 1.0, &places);
            second.start(two, weight(-energy_drop), &places);
            first.append(&second, choice, &mut places, &mut rng);
            chosen += u32::from(first.candidate == two);
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
        let mut places = places();
        let [one, two] = [1.0, 2.0].map(|p| places.put(with_momentum(p)));
        let (mut first, mut second) = (Segment::new(1), Segment::new(1));
        for choice in [Choice::Uniform, Choice::Biased] {
            first.start(one, 0.0, &places);
            second.start(two, 0.0, &places);
            first.append(&second, choice, &mut places, &mut rng);
            assert_eq!((first.weight, first.candidate), (0.0, one));
        }
    }

    #[test]
    fn a_point_put_behind_another_is_a_segment_appended() {
        let mut places = places();
        let [one, two] = [1.0, 3.0].map(|p| places.put(with_momentum(p)));
        let (mut by_points, mut by_segments) = (Segment::new(1), Segment::new(1));
        let mut second = Segment::new(1);
        for seed in 0..50 {
            let mut rngs = [(); 2].map(|()| Streams::from_seed(seed).stream(0, 0));
            by_points.start(one, 1.0, &places);
            by_segments.start(one, 1.0, &places);
            by_points.push(two, &places);
            by_points.choose(weight(-0.5), &mut rngs[0]);
            second.start(two, weight(-0.5), &places);
            by_segments.append(&second, Choice::Uniform, &mut places, &mut rngs[1]);
            assert_eq!(format!("{by_points:?}"), format!("{by_segments:?}"));
        }
    }

    #[test]
    fn a_place_is_free_when_no_segment_names_its_point() {
        let mut rng = Streams::from_seed(6).stream(0, 0);
        for _ in 0..20 {
            let mut places = places();
            let mut segments = [(); 3].map(|()| {
                let mut segment = Segment::new(1);
                segment.start(places.put(with_momentum(1.0)), 1.0, &places);
                segment.push(places.put(with_momentum(1.0)), &places);
                segment.choose(1.0, &mut rng);
                segment
            });
            let [one, two, three] = &mut segments;
            one.append(two, Choice::Uniform, &mut places, &mut rng);
            one.append(three, Choice::Uniform, &mut places, &mut rng);
            // Of eight places the first is the trajectory's, six were taken.
            let named = if one.candidate == one.first || one.candidate == one.last {
                2
            } else {
                3
            };
            assert_eq!(places.free(), 7 - named);
            assert_eq!(one.momentum_sum, [6.0]);
        }
    }
}
