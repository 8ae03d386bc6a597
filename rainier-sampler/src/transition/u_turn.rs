//! Decides when a trajectory has begun to turn back.
//!
//! In: two neighbouring segments. Out: whether their union, or the seam between them, turns.

use super::segment::{End, Segment};
use crate::sum::{dot, dot_with_sum};

/// Whether the trajectory made of `earlier` and then `later` turns back anywhere along its seam.
///
/// Betancourt (2017), appendix A.4.2: a trajectory with momenta p₁ … pₙ and ρ = Σ pᵢ goes on while
/// v₁·ρ > 0 and vₙ·ρ > 0, where v = Σp is the velocity at its ends. Stan asks the same of the two
/// stretches that reach over the seam by one point, without which trajectories over nearly
/// independent normals run through whole periods unnoticed.
pub(super) fn turns(earlier: &Segment, later: &Segment) -> bool {
    let (first, last) = (&earlier.first, &later.last);
    let (before_seam, after_seam) = (&earlier.last, &later.first);
    !(goes_on(first, last, &earlier.momentum_sum, &later.momentum_sum)
        && goes_on(
            first,
            after_seam,
            &earlier.momentum_sum,
            &after_seam.momentum,
        )
        && goes_on(
            before_seam,
            last,
            &before_seam.momentum,
            &later.momentum_sum,
        ))
}

/// The same for a segment of two points: both stretches over the seam are the whole.
pub(super) fn pair_turns(pair: &Segment) -> bool {
    let at_start = dot(&pair.first.velocity, &pair.momentum_sum);
    let at_end = dot(&pair.last.velocity, &pair.momentum_sum);
    !(at_start > 0.0 && at_end > 0.0)
}

/// Whether both ends still move along the summed momenta ρ = `sum` + `more`.
fn goes_on(from: &End, to: &End, sum: &[f64], more: &[f64]) -> bool {
    let at_start = dot_with_sum(&from.velocity, sum, more);
    let at_end = dot_with_sum(&to.velocity, sum, more);
    // A sum that is not a number is not positive, and stops the trajectory.
    at_start > 0.0 && at_end > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hamiltonian::PhasePoint;

    /// A segment through points with the given momenta, at unit metric.
    fn segment(momenta: &[[f64; 2]]) -> Segment {
        let mut segment = Segment::new(2);
        let mut point = PhasePoint::new(2);
        let mut put = |momentum: [f64; 2], end: &mut Segment| {
            point.momentum = momentum.to_vec();
            point.velocity = momentum.to_vec();
            end.start(&point, 0.0, 1.0);
        };
        let mut last = Segment::new(2);
        put(momenta[0], &mut segment);
        put(momenta[momenta.len() - 1], &mut last);
        std::mem::swap(&mut segment.last, &mut last.last);
        for axis in 0..2 {
            segment.momentum_sum[axis] = momenta.iter().map(|p| p[axis]).sum();
        }
        segment
    }

    #[test]
    fn a_straight_path_goes_on() {
        assert!(!turns(
            &segment(&[[1.0, 0.0], [1.0, 0.1]]),
            &segment(&[[1.0, 0.2], [1.0, 0.3]])
        ));
    }

    #[test]
    fn a_path_that_ends_backwards_turns() {
        assert!(turns(
            &segment(&[[1.0, 0.0], [1.0, 0.0]]),
            &segment(&[[0.5, 0.0], [-0.5, 0.0]])
        ));
    }

    #[test]
    fn two_points_turn_as_two_segments_of_one_point_do() {
        let directions: Vec<[f64; 2]> = (0..12)
            .map(|i| f64::from(i) * std::f64::consts::TAU / 12.0 + 0.1)
            .map(|angle| [angle.cos(), 1.5 * angle.sin()])
            .collect();
        for &from in &directions {
            for &to in &directions {
                let pair = segment(&[from, to]);
                assert_eq!(pair_turns(&pair), turns(&segment(&[from]), &segment(&[to])));
            }
        }
        assert!(pair_turns(&segment(&[[1.0, 0.0], [f64::NAN, 0.0]])));
    }

    #[test]
    fn a_turn_hidden_by_a_full_period_is_seen_at_the_seam() {
        // Nearly a whole circle and a little more: first and last point along the sum again, while
        // the stretch over the seam points backwards.
        let earlier = segment(&[[1.0, 0.0], [1.0, 0.0], [-0.4, 0.1]]);
        let later = segment(&[[-2.0, 0.0], [2.0, 0.0], [1.0, 0.0]]);
        assert!(goes_on(
            &earlier.first,
            &later.last,
            &earlier.momentum_sum,
            &later.momentum_sum
        ));
        assert!(turns(&earlier, &later));
    }

    #[test]
    fn a_momentum_that_is_not_a_number_turns() {
        assert!(turns(&segment(&[[1.0, 0.0]]), &segment(&[[f64::NAN, 0.0]])));
    }
}
