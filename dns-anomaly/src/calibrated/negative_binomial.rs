//! Computes tails of negative binomial counts: by terms where they are few, else by continued fraction or saddle point.
//!
//! In: mean μ, shape κ, a count y. Out: P(Y < y) and P(Y ≥ y).
//!
//! NB2(μ, κ): ln P(y) = lnΓ(κ + y) − lnΓ(κ) − ln y! + κ ln(κ/(κ + μ)) + y ln(μ/(κ + μ)); variance μ + μ²/κ.
//! `P(Y ≥ y) = I_q(y, κ)`, the regularised incomplete beta function at q = μ/(κ + μ). Its continued fraction (Lentz;
//! DLMF 8.17.22) converges fast on the side away from the mean, and the other side is the complement.
//! Shapes from 30 up are close enough to normal for Lugannani & Rice (1980) with the first continuity correction
//! (Daniels 1987): with w = ± √(2 (y ln(y/μ) − (κ + y) ln((κ + y)/(κ + μ)))), s = ln(y/(κ + y)) − ln(μ/(κ + μ)),
//! σ² = y (1 + y/κ) and v = (1 − e^−s) σ, P(Y ≥ y) ≈ 1 − Φ(w) + φ(w) (1/v − 1/w), to a relative error of 1 % at any
//! depth of the tail.

use rainier::compute::special::{ln_gamma, ln_normal_cdf};

/// At most so many terms are added one by one.
const MAXIMUM_TERMS: f64 = 24.0;

/// From here on the saddle point is good enough, and the continued fraction would be long.
const SADDLE_POINT_SHAPE: f64 = 30.0;

/// Shapes above this are Poisson in all digits that matter, and lose digits as differences of logarithms.
const LARGEST_SHAPE: f64 = 1e8;

/// ln Γ(κ + y)/Γ(κ), by factors where they are few and y is whole.
pub(super) fn ln_rising(shape: f64, y: f64) -> f64 {
    const MAXIMUM_FACTORS: f64 = 16.0;
    if y > MAXIMUM_FACTORS || y.fract() != 0.0 {
        return ln_gamma(shape + y) - ln_gamma(shape);
    }
    let (mut product, mut j) = (1.0, 0.0);
    while j < y {
        product *= shape + j;
        j += 1.0;
    }
    product.ln()
}

/// A shape that can be computed with.
fn admissible(shape: f64) -> f64 {
    shape.clamp(1e-6, LARGEST_SHAPE)
}

/// ln P(Y = y), without what only y and the mean are in: a likelihood of the shape.
pub(super) fn ln_likelihood_of_shape(y: f64, mean: f64, shape: f64) -> f64 {
    let (mean, shape) = (mean.max(1e-300), admissible(shape));
    ln_rising(shape, y) - (shape + y) * (mean / shape).ln_1p() - y * shape.ln()
}

/// P(Y < y) and P(Y ≥ y).
pub(super) type Sides = (f64, f64);

/// A count y and a shape κ, to ask how probable less and more are for one mean after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound {
    y: f64,
    shape: f64,
    /// −ln B(y, κ); NaN where it is not asked for.
    ln_inverse_beta: f64,
}

impl Bound {
    /// The bound at `y` for distributions of this shape, above 0. Between whole numbers it is that of the incomplete beta
    /// function.
    pub(super) fn new(y: f64, shape: f64) -> Self {
        let bound = Self {
            y,
            shape: admissible(shape),
            ln_inverse_beta: f64::NAN,
        };
        if y <= 0.0 || bound.is_for_saddle_point() {
            return bound;
        }
        Self {
            ln_inverse_beta: ln_rising(bound.shape, y) - ln_gamma(y),
            ..bound
        }
    }

    /// Whether the saddle point is good enough, and all else too long.
    fn is_for_saddle_point(&self) -> bool {
        self.shape >= SADDLE_POINT_SHAPE && self.y > MAXIMUM_TERMS
    }

    /// The sides of y, Y of this mean. The smaller is computed, the other its complement.
    pub(super) fn sides(&self, mean: f64) -> Sides {
        self.two_sides(mean).0
    }

    /// The sides of y and those of y + 1, which cost hardly more, for a y above 0.
    fn two_sides(&self, mean: f64) -> (Sides, Sides) {
        let Self { y, shape, .. } = *self;
        let mean = mean.max(1e-300);
        if y <= 0.0 {
            return ((0.0, 1.0), (0.0, 1.0));
        }
        if self.is_for_saddle_point() {
            let next = Self {
                y: y + 1.0,
                ..*self
            };
            return (self.saddle_point(mean), next.saddle_point(mean));
        }
        let from_below = |below: f64| (below.min(1.0), 1.0 - below.min(1.0));
        let from_above = |above: f64| (1.0 - above.min(1.0), above.min(1.0));
        if y <= MAXIMUM_TERMS && y <= mean + 1.0 {
            let (below, mass) = self.downward(mean);
            return (from_below(below), from_below(below + mass));
        }
        let q = mean / (shape + mean);
        let front = self.ln_front(mean).exp();
        // P(Y = y) is what stands before the fraction of the upper side.
        let mass = front / y;
        // Where the fraction for the upper side converges.
        if q < (y + 1.0) / (y + shape + 2.0) {
            let fraction = fraction(y, shape, q);
            (
                from_above(mass * fraction),
                from_above(mass * (fraction - 1.0).max(0.0)),
            )
        } else {
            let below = front / shape * fraction(shape, y, 1.0 - q);
            (from_below(below), from_below(below + mass))
        }
    }

    /// ln of q^y (1 − q)^κ / B(y, κ).
    fn ln_front(&self, mean: f64) -> f64 {
        let Self { y, shape, .. } = *self;
        self.ln_inverse_beta - shape * (mean / shape).ln_1p() - y * (shape / mean).ln_1p()
    }

    /// Σ_{j < y} P(j), from zero up, and the next term.
    fn downward(&self, mean: f64) -> (f64, f64) {
        let Self { y, shape, .. } = *self;
        let q = mean / (shape + mean);
        let mut term = (-shape * (mean / shape).ln_1p()).exp();
        let (mut sum, mut j) = (0.0, 0.0);
        while j < y {
            sum += term;
            term *= q * (shape + j) / (j + 1.0);
            j += 1.0;
        }
        (sum, term)
    }

    fn saddle_point(&self, mean: f64) -> (f64, f64) {
        let (w, correction) = self.lugannani_rice(mean);
        let correction = (-0.5 * w * w).exp() * INVERSE_ROOT_TWO_PI * correction;
        let lower = ln_normal_cdf(w).exp() - correction;
        let upper = ln_normal_cdf(-w).exp() + correction;
        (lower.clamp(0.0, 1.0), upper.clamp(0.0, 1.0))
    }

    /// w and 1/v − 1/w.
    fn lugannani_rice(&self, mean: f64) -> (f64, f64) {
        let Self { y, shape, .. } = *self;
        // Near the mean the two logarithms cancel; as functions of the difference they keep their digits.
        let difference = y - mean;
        let deviance = if difference.abs() < 0.5 * mean {
            y * (difference / mean).ln_1p() - (y + shape) * (difference / (mean + shape)).ln_1p()
        } else {
            y * (y / mean).ln() - (y + shape) * ((y + shape) / (mean + shape)).ln()
        };
        let w = (2.0 * deviance.max(0.0)).sqrt().copysign(y - mean);
        let sigma = (y * (1.0 + y / shape)).sqrt();
        if w.abs() < 1e-3 {
            // The limit: 1/(2σ) − skewness/6.
            let skewness = (1.0 + 2.0 * y / shape) / sigma;
            return (w, 0.5 / sigma - skewness / 6.0);
        }
        let s = (y / (shape + y)).ln() - (mean / (shape + mean)).ln();
        let v = -(-s).exp_m1() * sigma;
        (w, 1.0 / v - 1.0 / w)
    }
}

/// A bound and the next, so that tails at and above a count come together.
#[derive(Debug, Clone, Copy)]
pub(super) struct TwoBounds {
    at: Bound,
    /// Where the first is at zero or below, all counts are above it, and say nothing of the next.
    next: Option<Bound>,
}

impl TwoBounds {
    /// At `y` and `y + 1`.
    pub(super) fn new(y: f64, shape: f64) -> Self {
        Self {
            at: Bound::new(y, shape),
            next: (y <= 0.0).then(|| Bound::new(y + 1.0, shape)),
        }
    }

    /// The sides of both, Y of this mean.
    pub(super) fn sides(&self, mean: f64) -> [Sides; 2] {
        let (at, next) = self.at.two_sides(mean);
        [at, self.next.map_or(next, |bound| bound.sides(mean))]
    }
}

/// The continued fraction of the incomplete beta function at x, shapes a and b, without what stands before it.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const SMALL: f64 = 1e-300;
    const MAXIMUM_STEPS: u32 = 200;
    let away_from_zero = |x: f64| if x.abs() < SMALL { SMALL } else { x };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for step in 1..=MAXIMUM_STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        value *= d * c;
        if (d * c - 1.0).abs() < 1e-7 {
            break;
        }
    }
    value
}

const INVERSE_ROOT_TWO_PI: f64 = 0.398_942_280_401_432_7;

#[cfg(test)]
mod tests {
    use super::*;

    fn ln_mass(mean: f64, shape: f64, y: f64) -> f64 {
        ln_gamma(shape + y) - ln_gamma(shape) - ln_gamma(y + 1.0) - shape * (mean / shape).ln_1p()
            + y * (mean / (shape + mean)).ln()
    }

    /// P(Y ≥ y) by adding terms until they no longer count.
    fn by_terms(mean: f64, shape: f64, y: f64) -> f64 {
        let (mut sum, mut j) = (0.0, y);
        loop {
            let term = ln_mass(mean, shape, j).exp();
            sum += term;
            j += 1.0;
            if j > mean && term <= sum * 1e-13 {
                return sum;
            }
        }
    }

    #[test]
    fn tails_agree_with_all_terms_added() {
        for shape in [0.05, 0.3, 1.0, 4.0, 29.0, 31.0, 300.0] {
            for mean in [0.02_f64, 0.7, 5.0, 60.0, 800.0] {
                for factor in [0.3, 0.9, 1.1, 2.0, 6.0, 20.0] {
                    let y = (mean * factor).ceil().max(1.0);
                    let bound = Bound::new(y, shape);
                    let expected = by_terms(mean, shape, y);
                    let actual = bound.sides(mean).1;
                    if expected > 1e-290 {
                        let error = testkit::relative_error(actual, expected);
                        assert!(error < 0.01, "{mean} {shape} {y}: {actual} {expected}");
                    }
                    let below = bound.sides(mean).0;
                    assert!((below + expected - 1.0).abs() < 0.003, "{mean} {shape} {y}");
                }
            }
        }
    }

    #[test]
    fn rising_factorials_are_those_of_the_gamma_function() {
        for shape in [1e-6, 0.3, 7.0, 1e8] {
            for y in [0.0, 1.0, 2.5, 5.0, 16.0, 17.0, 200.0] {
                let by_gamma = ln_gamma(shape + y) - ln_gamma(shape);
                // Of large shapes the difference of two logarithms of 10⁹ keeps seven digits.
                let error = (ln_rising(shape, y) - by_gamma).abs();
                assert!(
                    error < 1e-12 * (1.0 + ln_gamma(shape + y).abs()),
                    "{shape} {y}: {error}"
                );
            }
        }
    }

    #[test]
    fn two_bounds_are_a_bound_and_the_next() {
        for shape in [1e-3, 0.3, 4.0, 29.0, 300.0] {
            for mean in [0.02, 5.0, 60.0, 800.0] {
                for y in [-3.0, -0.4, 0.0, 1.0, 9.0, 24.0, 25.0, 70.0, 2_000.0] {
                    let both = TwoBounds::new(y, shape).sides(mean);
                    for (found, y) in both.into_iter().zip([y, y + 1.0]) {
                        let (below, above) = Bound::new(y, shape).sides(mean);
                        // From 25 on the next may be a saddle point's, good to 1 %.
                        let is_close = (found.1 - above).abs() <= 0.01 * above.max(1e-280);
                        assert!(is_close, "{mean} {shape} {y}: {} {above}", found.1);
                        assert!((found.0 - below).abs() < 0.003, "{mean} {shape} {y}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_wrong_shape_is_told_apart() {
        // The control: the tolerance above would not let another distribution pass.
        let error = testkit::relative_error(
            Bound::new(200.0, 4.0).sides(60.0).1,
            by_terms(60.0, 4.1, 200.0),
        );
        assert!(error > 0.01);
    }

    #[test]
    fn counts_of_a_billion_stay_probabilities() {
        for mean in [1e-3, 1.0, 1e9] {
            for shape in [1e-6, 1.0, 1e12] {
                for y in [0.0, 1.0, 1e9, 1e18] {
                    let upper = Bound::new(y, shape).sides(mean).1;
                    let lower = Bound::new(y + 1.0, shape).sides(mean).0;
                    assert!((0.0..=1.0).contains(&upper) && (0.0..=1.0).contains(&lower));
                }
            }
        }
        // At the mean, half lies on either side: 1/2 + (1/2 − 1/6 − …) φ(0)/σ.
        assert!((Bound::new(1e9, 1e8).sides(1e9).1 - 0.5).abs() < 1e-4);
    }
}
