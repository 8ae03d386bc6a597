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
    /// From P(T ≥ t) and P(T > t).
    pub(super) fn from_upper(at_least: f64, above: f64) -> Self {
        Self {
            below: (1.0 - at_least).max(0.0),
            at: (at_least - above).max(0.0),
            above,
        }
    }

    /// Adds `weight` times another.
    pub(super) fn add(&mut self, weight: f64, other: Self) {
        self.below += weight * other.below;
        self.at += weight * other.at;
        self.above += weight * other.above;
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
