//! Computes the tails of the skew-normal distribution, of which none is a known function's value.
//!
//! In: a standardised value and the shape. Out: ln P(Z > z), exact on either side.
//!
//! # Method
//! With a = |α| and h = |z| everything rests on the tail on the side that is cut away,
//!
//! C(h) = ∫ 2 φ(t) Φ(−at) dt over t > h,
//!
//! since the tail on the other side is 2 Φ(−h) − C(h), where no more than half cancels. (By Owen's
//! T function C is Φ(−h) − 2 T(h, a), which cancels.) With R² = 1 + a², H = Rh, ρ = a/R and
//! t = h + σ/R
//!
//! C = e^(−H²/2) / (R √2π) · ∫ e^(−Hσ − σ²/2) erfcx(ρ (H + σ)/√2) dσ over σ > 0,
//!
//! whose integrand is positive, smooth and falls from its start on a scale of 1/√(1 + H²). The
//! trapezoidal rule in u with σ = e^(u − e^−u) / √(1 + H²) (Takahasi & Mori 1974, Publications of
//! RIMS 9) takes it with the same nodes for every H and ρ; C is off by less than 1e-13.

use std::f64::consts::{FRAC_1_SQRT_2, LN_2, TAU};

use rainier_core::Real;

/// u runs through −29/8, −28/8, … 29/8.
const LAST: i32 = 29;
const STEP: f64 = 0.125;

/// Beyond this size of z there is nothing left, whatever the shape.
const FAR: f64 = 1e100;

/// ln P(Z > z), Z skew-normal of location 0 and scale 1.
pub(super) fn log_above(z: &Real, shape: &Real) -> Real {
    let (is_below, is_negative) = (z.less(0.0), shape.less(0.0));
    // Not absolute values, whose derivatives at 0 are 0.
    let size = is_below.select(-z, z);
    let cut = log_cut_tail(&size, &is_negative.select(-shape, shape));
    let normal = LN_2 + (-&size).ln_normal_cdf();
    let within = (FRAC_1_SQRT_2 * &size).erf().ln();

    let above_zero = is_negative.select(&cut, normal.log_diff_exp(&cut));
    let above_negative = is_negative.select(within.log_add_exp(&cut), cut.ln_one_minus_exp());
    let inside = is_below.select(above_negative, above_zero);
    // So far out squares of squares might overflow.
    let is_far = size.greater(FAR);
    is_far.select(is_below.select(0.0, f64::NEG_INFINITY), inside)
}

/// ln C(h) for h, a ≥ 0.
fn log_cut_tail(h: &Real, a: &Real) -> Real {
    let root = (1.0 + a * a).sqrt();
    let slope = &root * h;
    let correlation = FRAC_1_SQRT_2 * a / &root;
    let width = 1.0 / (1.0 + &slope * &slope).sqrt();
    let term = |index: i32| {
        let u = STEP * f64::from(index);
        let node = (u - (-u).exp()).exp();
        let weight = STEP * node * (1.0 + (-u).exp());
        let sigma = node * &width;
        let exponent = &slope * &sigma + 0.5 * (&sigma * &sigma);
        weight * ((-exponent).exp() * (&correlation * (&slope + sigma)).scaled_erfc())
    };
    let integral = (-LAST..LAST).fold(term(LAST), |sum, index| sum + term(index));
    (integral * width / root).ln() - 0.5 * (&slope * &slope) - 0.5 * TAU.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn above(z: f64, shape: f64) -> f64 {
        let [z, shape] = [z, shape].map(Real::constant);
        log_above(&z, &shape).as_constant().unwrap()
    }

    #[test]
    fn without_a_cut_it_is_the_normal_tail_and_with_an_equal_one_its_square() {
        for z in [-30.0, -2.0, 0.0, 0.5, 30.0] {
            let normal = |z: f64| Real::constant(z).ln_normal_cdf().as_constant().unwrap();
            for (shape, expected) in [(0.0, normal(-z)), (-1.0, 2.0 * normal(-z))] {
                let error = (above(z, shape) - expected).abs();
                assert!(
                    error < 1e-13 * expected.abs().max(1.0),
                    "{z}, {shape}: {error}"
                );
            }
        }
    }
}
