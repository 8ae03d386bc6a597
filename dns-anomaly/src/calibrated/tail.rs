//! Holds how improbable an observed value is: what lies below it, at it, above it.
//!
//! In: three probabilities. Out: [`Tail`] and the p-values made of it.

use super::statistic::Direction;

/// The predictive distribution of a statistic around its observed value.
///
/// Both sides are kept because each is computed as a sum of its own: 1 − P(T < t) has no digits left where t is rare.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Tail {
    /// P(T < t).
    pub(super) below: f64,
    /// P(T = t).
    pub(super) at: f64,
    /// P(T > t).
    pub(super) above: f64,
}

impl Tail {
    /// From P(T < t), P(T ≥ t) and P(T < t + 1), P(T ≥ t + 1). P(T = t) is a difference; it is taken on the side where
    /// it has digits.
    pub(super) fn between(at: (f64, f64), next: (f64, f64)) -> Self {
        let mass = if at.0 < 0.5 {
            next.0 - at.0
        } else {
            at.1 - next.1
        };
        Self {
            below: at.0.min(1.0),
            at: mass.max(0.0),
            above: next.1.min(1.0),
        }
    }

    /// P(more extreme) + P(T = t) / 2: for display. Smaller than a p-value in discrete cases, right on average.
    pub(super) fn mid_p(&self, direction: Direction) -> f64 {
        self.p(direction, 0.5)
    }

    /// P(more extreme) + u P(T = t). With u uniform on (0, 1) it is uniform when the prediction is right, however
    /// discrete T is: what calibration is checked by.
    pub(super) fn p(&self, direction: Direction, u: f64) -> f64 {
        let beyond = match direction {
            Direction::More => self.above,
            Direction::Fewer => self.below,
        };
        (beyond + u * self.at).clamp(SMALLEST, 1.0)
    }
}

/// Keeps logarithms finite.
pub(super) const SMALLEST: f64 = 1e-300;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_mid_p_add_up_to_one() {
        let tail = Tail {
            below: 0.7,
            at: 0.2,
            above: 0.1,
        };
        let sum = tail.mid_p(Direction::More) + tail.mid_p(Direction::Fewer);
        assert!((sum - 1.0).abs() < 1e-12);
        assert!((tail.p(Direction::More, 1.0) - 0.3).abs() < 1e-12);
    }
}
