//! Evaluates the incomplete Bessel function of order zero as a logarithm, and its derivatives.
//!
//! In: an argument κ ≥ 0 and the ends of an arc. Out: ln ∫ e^(κ (cos t − 1)) dt over the arc, with
//! its derivatives by κ and by the ends; over a whole turn it is ln 2π + ln I₀(κ) − κ.
//!
//! # Method
//! The arc is cut at the multiples of π. On each piece the integrand falls from the end that is
//! nearer to a multiple of 2π, at a distance d from it, and with
//! κ (cos(d + v) − cos d) = −2κ sin(d + v/2) sin(v/2) nothing of it cancels. A piece ends where that
//! is below −45, and equal steps of the double exponential formula take it.

use std::f64::consts::{PI, TAU};

use super::quadrature::integrate_interval;

/// What is left out of a piece is below e^−45 of it.
const FAR: f64 = 45.0;

/// The longest arc.
const TWO_TURNS: f64 = 2.0 * TAU;

/// Angles that are larger are refused: their places on the circle are known to less than 1e-7.
const LARGEST: f64 = 1e9;

/// ln ∫ e^(κ (cos t − 1)) dt for t from `start` to `end`, the logarithm of the incomplete modified
/// Bessel function of order zero without its growth.
///
/// −∞ where `end` is not above `start`. NaN for κ < 0, κ = ∞, ends beyond ±10⁹, arcs of more than two
/// turns, and for NaN. It costs some hundred exponentials for each half turn.
///
/// ```
/// use std::f64::consts::{PI, TAU};
/// use rainier_core::special::{ln_bessel_i0, ln_incomplete_bessel};
///
/// let turn = ln_incomplete_bessel(3.0, -PI, PI);
/// assert!((turn - (TAU.ln() + ln_bessel_i0(3.0) - 3.0)).abs() < 1e-14);
/// assert!((ln_incomplete_bessel(0.0, 1.0, 3.0) - 2.0_f64.ln()).abs() < 1e-15);
/// ```
#[must_use]
pub fn ln_incomplete_bessel(kappa: f64, start: f64, end: f64) -> f64 {
    Arc::new(kappa, start, end).map_or(f64::NAN, |arc| arc.logarithm())
}

/// Derivative of [`ln_incomplete_bessel`] by κ: the mean of cos t − 1 over the arc.
///
/// ```
/// use std::f64::consts::PI;
/// use rainier_core::special::{bessel_ratio, ln_incomplete_bessel_by_kappa};
///
/// let slope = ln_incomplete_bessel_by_kappa(3.0, -PI, PI);
/// assert!((slope - (bessel_ratio(3.0) - 1.0)).abs() < 1e-14);
/// ```
#[must_use]
pub fn ln_incomplete_bessel_by_kappa(kappa: f64, start: f64, end: f64) -> f64 {
    Arc::new(kappa, start, end).map_or(f64::NAN, |arc| arc.by_kappa())
}

/// Derivative of [`ln_incomplete_bessel`] by the end of the arc: the integrand there over the
/// integral. That by the start is −1 times the same of the mirrored arc, from −`end` to −`start`.
///
/// ```
/// use rainier_core::special::ln_incomplete_bessel_by_end;
///
/// assert!((ln_incomplete_bessel_by_end(0.0, 1.0, 3.0) - 0.5).abs() < 1e-15);
/// ```
#[must_use]
pub fn ln_incomplete_bessel_by_end(kappa: f64, start: f64, end: f64) -> f64 {
    Arc::new(kappa, start, end).map_or(f64::NAN, |arc| arc.by_end())
}

/// An arc as its pieces.
#[derive(Debug)]
struct Arc {
    kappa: f64,
    pieces: Vec<Piece>,
    /// sin²(t/2) at the end of the arc.
    end: f64,
}

/// What falls from one end.
#[derive(Debug)]
struct Piece {
    /// sin²(t/2) there.
    top: f64,
    /// The integral over the integrand there.
    plain: f64,
    /// The same, each place weighted by what it lacks of cos t.
    weighted: f64,
}

impl Arc {
    fn new(kappa: f64, start: f64, end: f64) -> Option<Self> {
        let is_inside = start.abs() <= LARGEST && end.abs() <= LARGEST && end - start <= TWO_TURNS;
        if !(is_inside && (0.0..f64::INFINITY).contains(&kappa)) {
            return None;
        }
        let mut arc = Self {
            kappa,
            pieces: Vec::new(),
            end: square_of_half_sine(end),
        };
        let mut from = start;
        let mut half_turn = (start / PI).floor();
        while from < end {
            let mut to = (half_turn + 1.0) * PI;
            if to > from {
                to = to.min(end);
                let from_peak = half_turn.rem_euclid(2.0) == 0.0;
                let [near, far] = if from_peak {
                    [from - half_turn * PI, to - half_turn * PI]
                } else {
                    [from, to].map(|place| (half_turn + 1.0) * PI - place)
                };
                let [near, far] = [near.min(far).max(0.0), near.max(far).max(0.0)];
                arc.pieces.push(Piece::new(kappa, near, to - from));
                arc.end = square_of_half_sine(if from_peak { far } else { near });
                from = to;
            }
            half_turn += 1.0;
        }
        Some(arc)
    }

    /// sin²(t/2) where the integrand is largest.
    fn top(&self) -> f64 {
        let tops = self.pieces.iter().map(|piece| piece.top);
        tops.fold(f64::INFINITY, f64::min)
    }

    /// The sum over the pieces of a number of each in proportion to the integrand at the top.
    fn sum(&self, of: impl Fn(&Piece) -> f64) -> f64 {
        let top = self.top();
        let share = |piece: &Piece| (-2.0 * self.kappa * (piece.top - top)).exp() * of(piece);
        self.pieces.iter().map(share).sum()
    }

    fn logarithm(&self) -> f64 {
        if self.pieces.is_empty() {
            return f64::NEG_INFINITY;
        }
        self.sum(|piece| piece.plain).ln() - 2.0 * self.kappa * self.top()
    }

    fn by_kappa(&self) -> f64 {
        let total = self.sum(|piece| piece.plain);
        let lacking = self.sum(|piece| 2.0 * piece.top * piece.plain + piece.weighted);
        if self.pieces.is_empty() {
            0.0
        } else {
            -lacking / total
        }
    }

    fn by_end(&self) -> f64 {
        if self.pieces.is_empty() {
            return f64::INFINITY;
        }
        let at_end = (-2.0 * self.kappa * (self.end - self.top())).exp();
        at_end / self.sum(|piece| piece.plain)
    }
}

impl Piece {
    /// The piece from the distance `near` of a peak on, of this length and on one side of it.
    fn new(kappa: f64, near: f64, length: f64) -> Self {
        let (sine, cosine) = (0.5 * near).sin_cos();
        // sin² of half the distance where the exponent is −45, and half the way there by the sine
        // of a difference.
        let more = FAR / (2.0 * kappa);
        let far = sine * sine + more;
        let reach = if far < 1.0 {
            let rest = (1.0 - far).sqrt();
            2.0 * (more / (far.sqrt() * cosine + sine * rest)).min(1.0).asin()
        } else {
            PI
        };
        let (plain, [weighted]) = integrate_interval(length.min(reach), |v| {
            let lacking = 2.0 * (near + 0.5 * v).sin() * (0.5 * v).sin();
            (-kappa * lacking, [lacking])
        });
        Self {
            top: sine * sine,
            plain,
            weighted,
        }
    }
}

fn square_of_half_sine(angle: f64) -> f64 {
    let sine = (0.5 * angle).sin();
    sine * sine
}
