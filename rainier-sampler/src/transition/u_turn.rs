//! Decides when a trajectory has begun to turn back.
//!
//! In: two neighbouring segments. Out: whether their union, or the seam between them, turns.

use super::places::{Place, Places};
use super::segment::Segment;
use crate::hamiltonian::Vector;
use crate::sum::{dot, dots_with_sum};

/// Whether the trajectory made of `earlier` and then `later` turns back anywhere along its seam.
///
/// Betancourt (2017), appendix A.4.2: a trajectory with momenta p₁ … pₙ and ρ = Σ pᵢ goes on while
/// v₁·ρ > 0 and vₙ·ρ > 0, where v = Σp is the velocity at its ends. Stan asks the same of the two
/// stretches that reach over the seam by one point, without which trajectories over nearly
/// independent normals run through whole periods unnoticed.
pub(super) fn turns<V: Vector>(
    earlier: &Segment<V>,
    later: &Segment<V>,
    places: &Places<V>,
) -> bool {
    let (first, last) = (earlier.first, later.last);
    let (before_seam, after_seam) = (earlier.last, later.first);
    let (early_sum, late_sum) = (&earlier.momentum_sum, &later.momentum_sum);
    let momentum = |place: Place| &places[place].momentum;
    !(goes_on(places, first, last, early_sum, late_sum)
        && goes_on(places, first, after_seam, early_sum, momentum(after_seam))
        && goes_on(places, before_seam, last, momentum(before_seam), late_sum))
}

/// The same for a segment of two points: both stretches over the seam are the whole.
#[inline]
pub(super) fn pair_turns<V: Vector>(pair: &Segment<V>, places: &Places<V>) -> bool {
    let (first, last) = (&places[pair.first].velocity, &places[pair.last].velocity);
    let sum = pair.momentum_sum.as_ref();
    !(dot(first.as_ref(), sum) > 0.0 && dot(last.as_ref(), sum) > 0.0)
}

/// Whether both ends still move along the summed momenta ρ = `sum` + `more`.
#[inline]
fn goes_on<V: Vector>(places: &Places<V>, from: Place, to: Place, sum: &V, more: &V) -> bool {
    let velocities = [&places[from].velocity, &places[to].velocity];
    let [at_start, at_end] = dots_with_sum(
        [velocities[0].as_ref(), velocities[1].as_ref()],
        sum.as_ref(),
        more.as_ref(),
    );
    // A sum that is not a number is not positive, and stops the trajectory.
    at_start > 0.0 && at_end > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hamiltonian::Point;

    type Plane = [f64; 2];

    /// Whether a path through points with these momenta, at unit metric, turns behind `seam` of them.
    fn path_turns(momenta: &[Plane], seam: usize) -> bool {
        let mut places = Places::new(momenta.len() + 1, 2);
        places.begin();
        let (earlier, later) = momenta.split_at(seam);
        let earlier = segment(earlier, &mut places);
        let later = segment(later, &mut places);
        turns(&earlier, &later, &places)
    }

    fn segment(momenta: &[Plane], places: &mut Places<Plane>) -> Segment<Plane> {
        let mut segment = Segment::new(2);
        for (number, momentum) in momenta.iter().enumerate() {
            let mut point = Point::new(2);
            (point.momentum, point.velocity) = (*momentum, *momentum);
            let place = places.put(point);
            if number == 0 {
                segment.start(place, 1.0, places);
            } else {
                segment.push(place, places);
            }
        }
        segment
    }

    #[test]
    fn a_straight_path_goes_on() {
        assert!(!path_turns(
            &[[1.0, 0.0], [1.0, 0.1], [1.0, 0.2], [1.0, 0.3]],
            2
        ));
    }

    #[test]
    fn a_path_that_ends_backwards_turns() {
        assert!(path_turns(
            &[[1.0, 0.0], [1.0, 0.0], [0.5, 0.0], [-0.5, 0.0]],
            2
        ));
    }

    #[test]
    fn two_points_turn_as_two_segments_of_one_point_do() {
        let directions: Vec<Plane> = (0..12)
            .map(|i| f64::from(i) * std::f64::consts::TAU / 12.0 + 0.1)
            .map(|angle| [angle.cos(), 1.5 * angle.sin()])
            .collect();
        let two_turn = |momenta: [Plane; 2]| {
            let mut places = Places::new(3, 2);
            places.begin();
            pair_turns(&segment(&momenta, &mut places), &places)
        };
        for &from in &directions {
            for &to in &directions {
                assert_eq!(two_turn([from, to]), path_turns(&[from, to], 1));
            }
        }
        assert!(two_turn([[1.0, 0.0], [f64::NAN, 0.0]]));
    }

    #[test]
    fn a_turn_hidden_by_a_full_period_is_seen_at_the_seam() {
        // Nearly a whole circle and a little more: first and last point along the sum again, while
        // the stretch over the seam points backwards.
        let path = [
            [1.0, 0.0],
            [1.0, 0.0],
            [-0.4, 0.1],
            [-2.0, 0.0],
            [2.0, 0.0],
            [1.0, 0.0],
        ];
        let sum: Plane = std::array::from_fn(|axis| path.iter().map(|p| p[axis]).sum());
        for end in [path[0], path[5]] {
            assert!(dot(&end, &sum) > 0.0);
        }
        assert!(path_turns(&path, 3));
    }

    #[test]
    fn a_momentum_that_is_not_a_number_turns() {
        assert!(path_turns(&[[1.0, 0.0], [f64::NAN, 0.0]], 1));
    }
}
