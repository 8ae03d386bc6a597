//! States the priors of the benchmarked models on their unconstrained parameters.
//!
//! In: a parameter. Out: its log density, the log-Jacobian included, and the derivative.

use std::f64::consts::{LN_2, PI};

/// ½ ln 2π.
pub(super) const HALF_LN_TAU: f64 = 0.9189385332046728;

/// A standard normal z: −½ z² − ½ ln 2π.
pub(super) fn normal(z: f64) -> (f64, f64) {
    (-0.5 * z * z - HALF_LN_TAU, -z)
}

/// A standard half-normal e^q: ln 2 − ½ e^2q − ½ ln 2π + q. `exp` is e^q.
pub(super) fn half_normal(q: f64, exp: f64) -> (f64, f64) {
    let square = exp * exp;
    (LN_2 - 0.5 * square - HALF_LN_TAU + q, 1.0 - square)
}

/// A standard half-Cauchy e^q: ln(2/π) − ln(1 + e^2q) + q. `exp` is e^q.
pub(super) fn half_cauchy(q: f64, exp: f64) -> (f64, f64) {
    let square = exp * exp;
    (
        (2.0 / PI).ln() - square.ln_1p() + q,
        1.0 - 2.0 * square / (1.0 + square),
    )
}

/// A uniform probability p = 1/(1 + e^−q).
#[derive(Debug, Clone, Copy)]
pub(super) struct Probability {
    /// ln p.
    pub(super) ln: f64,
    /// ln(1 − p).
    pub(super) ln_complement: f64,
    /// 1 − p, the derivative of ln p by q; that of ln(1 − p) is −p.
    pub(super) complement: f64,
}

impl Probability {
    /// For q above −700.
    pub(super) fn new(q: f64) -> Self {
        let odds_against = (-q).exp();
        let ln = -odds_against.ln_1p();
        Self {
            ln,
            ln_complement: ln - q,
            complement: odds_against / (1.0 + odds_against),
        }
    }

    /// ln p + ln(1 − p), the log density of q, and its derivative.
    pub(super) fn prior(self) -> (f64, f64) {
        (self.ln + self.ln_complement, 2.0 * self.complement - 1.0)
    }
}
