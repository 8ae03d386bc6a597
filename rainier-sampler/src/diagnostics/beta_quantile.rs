//! Inverts the distribution function of the beta distribution.
//!
//! In: a probability and shapes of at least 1. Out: the quantile, to about twelve digits. Needed for
//! standard errors of quantiles only, where the shapes grow with the effective size.

/// x with Iₓ(a, b) = p, for p in (0, 1) and a, b ≥ 1.
pub(super) fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    // Bisection cannot fail, and 60 halvings exhaust the digits.
    const HALVINGS: usize = 60;
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if regularised_beta(middle, a, b) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// Iₓ(a, b) by its continued fraction (Abramowitz & Stegun 26.5.8), on the side where it converges
/// fast.
fn regularised_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    let ln_front = a * x.ln() + b * (-x).ln_1p() - ln_beta(a, b);
    if x < (a + 1.0) / (a + b + 2.0) {
        ln_front.exp() * fraction(x, a, b) / a
    } else {
        1.0 - ln_front.exp() * fraction(1.0 - x, b, a) / b
    }
}

/// The continued fraction by the modified Lentz method.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    // Terms grow like the root of the shapes: enough for a million draws.
    const MOST: usize = 10_000;
    const TINY: f64 = 1e-300;
    let guarded = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / guarded(1.0 - (a + b) * x / (a + 1.0));
    let mut result = d;
    for m in 1..MOST {
        let m = m as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = result;
        for numerator in [even, odd] {
            d = 1.0 / guarded(1.0 + numerator * d);
            c = guarded(1.0 + numerator / c);
            result *= c * d;
        }
        if (result - before).abs() <= f64::EPSILON * result.abs() {
            break;
        }
    }
    result
}

fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// ln Γ(x) for x ≥ 1: Stirling's series, after stepping up to where it is exact.
fn ln_gamma(x: f64) -> f64 {
    const LARGE: f64 = 16.0;
    let mut product = 1.0;
    let mut x = x;
    while x < LARGE {
        product *= x;
        x += 1.0;
    }
    let inverse_square = 1.0 / (x * x);
    let series = 1.0 / 12.0
        - inverse_square
            * (1.0 / 360.0 - inverse_square * (1.0 / 1260.0 - inverse_square / 1680.0));
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series / x - f64::ln(product)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_closed_forms() {
        // I_x(a, 1) = x^a and I_x(1, b) = 1 − (1 − x)^b.
        for p in [0.01_f64, 0.1586553, 0.5, 0.8413447] {
            for shape in [1.0, 2.5, 40.0] {
                let low = p.powf(1.0 / shape);
                let high = -((-p).ln_1p() / shape).exp_m1();
                assert!((beta_quantile(p, shape, 1.0) - low).abs() < 1e-12);
                assert!((beta_quantile(p, 1.0, shape) - high).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn the_median_of_equal_shapes_is_one_half() {
        for shape in [1.0, 3.0, 200.0, 50_000.0] {
            assert!(
                (beta_quantile(0.5, shape, shape) - 0.5).abs() < 1e-12,
                "{shape}"
            );
        }
    }
}
