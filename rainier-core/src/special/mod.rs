//! Evaluates the special functions of the compute graph on plain numbers.
//!
//! In: `f64`. Out: `f64`. Nothing here fails or panics: outside a function's domain the answer is
//! NaN, at a pole or beyond the range of `f64` it is the infinity of the right sign, and every
//! function states its limits. These are the reference that the graph folds constants with.
//!
//! # Accuracy
//!
//! The largest errors seen against mpmath 1.3.0 (50 digits, more where that was not enough) at
//! 1,200 to 49,000 random arguments for each function, crowded around roots and poles. Arguments
//! reach from 1e-300 to 1e300 for the gamma family (negative ones to −1000) and to ±1000 for the
//! logistic family. The unit is the distance from the answer to the next double (ulp). Where a
//! function crosses zero and its formula has no factor for the root, digits cancel and only the
//! absolute error stays small: such rows are given in ε = 2.2e-16 times max(1, |answer|).
//!
//! | function | meaning | largest error |
//! | --- | --- | --- |
//! | [`logistic`] | 1 / (1 + e^(−x)) | 1.8 ulp |
//! | [`log_logistic`] | −ln(1 + e^(−x)) | 1.2 ulp |
//! | [`softplus`] | ln(1 + e^x) | 1.2 ulp |
//! | [`ln_one_minus_exp`] | ln(1 − e^x), x ≤ 0 | 1.5 ulp |
//! | [`log_add_exp`] | ln(e^a + e^b) | 2.6 ulp if \|answer\| > 1e-16 |
//! | [`log_diff_exp`] | ln(e^a − e^b), a ≥ b | 2.5 ε max(1, \|a\|, \|answer\|) |
//! | | 0 < a < 20, \|answer\| < 1 | 4e-13 relative down to 1e-14 |
//! | [`ln_gamma`] | ln \|Γ(x)\|, x > 0 | 2.3 ulp |
//! | | x < 0 | 1.9 ε max(1, ln Γ(\|x\|)) |
//! | [`digamma`] | ψ(x), x > 0 | 4.0 ulp |
//! | | x < 0 | 5.2 ε |
//! | [`trigamma`] | ψ′(x) | 2.6 ulp |
//! | [`polygamma`] | ψ⁽ᵐ⁾(x), m = 2, 3; x > 0 | 3.1 ulp |
//! | | m = 4, 5, 10; x > 0 | 5.8 ulp |
//! | | m = 20, 50; x > 0 | 13 ulp |
//! | | m = 3, 5; x < 0 | 3.4 ulp |
//! | | m = 2; x < 0 | 28 ε |
//! | [`ln_beta`] | ln B(a, b), a, b > 0 | 3.3 ulp if \|answer\| ≥ 1, else 3.7 ε |
//! | [`ln_binomial`] | ln C(n, k), whole 0 < k < n | 3.4 ulp |
//! | [`ln_rising_factorial`] | ln \|Γ(x + d) / Γ(x)\|, x ≥ 4 | 2.0 ulp |
//! | | 0 < x < 4 | 10 ε max(d, \|answer\|) |
//! | [`digamma_difference`] | ψ(x + d) − ψ(x), x, x + d > 0 | 4.7 ulp |
//! | [`ln_exponential_term`] | ln(zᵃ e^−z / Γ(a + 1)), z = xy | 4.3 ε \|answer\| |
//! | [`ln_exponential_term_by_a`] | its derivative by a | 24 ε max(1, \|answer\|) |
//! | [`ln_exponential_term_by_x`] | its derivative by x | 1.0 ε \|answer\| |
//! | [`ln_binomial_term`] | ln(xᵃ (1 − x)ᵇ (a + b)! / (a! b!)) | 34 ε \|answer\| |
//! | [`ln_binomial_term_by_a`], [`ln_binomial_term_by_b`] | its derivatives | 20 ε max(1, \|answer\|) |
//! | [`ln_binomial_term_by_x`] | its derivative by x | 1.9 ε \|answer\| |
//! | [`erf`] | erf x | 0.8 ulp |
//! | [`erfc`] | erfc x | 2.4 ulp |
//! | [`scaled_erfc`] | e^(x²) erfc x | 2.9 ulp |
//! | [`ln_erfc`] | ln erfc x | 1.3 ulp |
//! | [`normal_cdf`] | Φ(x) | 3.1 ulp |
//! | [`ln_normal_cdf`] | ln Φ(x) | 2.8 ulp |
//! | [`ln_bessel_i0`] | ln I₀(x) | 2.9 ulp |
//! | [`bessel_ratio`] | I₁(x) / I₀(x) | 2.4 ulp |
//! | [`ln_bessel_remainder`] | see there; orders to 1e6 | 2e-14 relative |
//! | [`bessel_remainder_slope`] | its derivative | 1e-12 relative |
//!
//! The incomplete functions were checked at 1,400 arguments, shapes from 1e-8 (1e-6 for beta) to
//! 1e5, some to 1e12 (1e9 for beta), wherever the answer is above 1e-290. The errors are relative, of the logarithm and of its
//! derivatives alike; where a tail is near 1 this is the error of the other one.
//!
//! | function | meaning | largest error |
//! | --- | --- | --- |
//! | [`ln_incomplete_gamma`] | ln P(a, x), ln Q(a, x) | 1.2e-13 |
//! | [`ln_incomplete_gamma_by_shape`], [`ln_incomplete_gamma_by_bound`] | its derivatives | 1.2e-13 |
//! | [`ln_incomplete_beta`] | ln I, ln(1 − I) | 1.0e-13 |
//! | [`ln_incomplete_beta_by_a`], [`ln_incomplete_beta_by_b`], [`ln_incomplete_beta_by_bound`] | its derivatives | 1.3e-13 |
//!
//! At the 49 arguments of `testdata/special_functions.csv`, κ to 1e12 and rates to 1e3:
//!
//! | function | meaning | largest error |
//! | --- | --- | --- |
//! | [`ln_incomplete_bessel`] | ln ∫ e^(κ (cos t − 1)) dt over an arc | 2e-14 relative |
//! | [`ln_incomplete_bessel_by_kappa`], [`ln_incomplete_bessel_by_end`] | its derivatives | 1e-12 relative |
//! | [`ln_marcum`] | ln Q, ln(1 − Q), Q Marcum's function of whole order | 2e-14 relative |
//! | [`ln_marcum_by_x`], [`ln_marcum_by_y`] | its derivatives | 1e-12 relative |

mod bessel;
mod bessel_of_order;
mod beta;
mod binomial_term;
mod complement;
mod deviance;
mod double_double;
mod error_function;
mod exponential_term;
mod gamma;
mod gamma_ratio;
mod incomplete_bessel;
mod incomplete_beta;
mod incomplete_gamma;
mod logistic;
mod marcum;
mod polygamma;
mod quadrature;
pub(crate) mod stirling;
#[cfg(test)]
mod tests;

pub use bessel::{bessel_ratio, ln_bessel_i0};
pub use bessel_of_order::{bessel_remainder_slope, ln_bessel_remainder};
pub use beta::{ln_beta, ln_binomial};
pub use binomial_term::{
    ln_binomial_term, ln_binomial_term_by_a, ln_binomial_term_by_b, ln_binomial_term_by_x,
};
pub use error_function::{erf, erfc, ln_erfc, ln_normal_cdf, normal_cdf, scaled_erfc};
pub use exponential_term::{
    ln_exponential_term, ln_exponential_term_by_a, ln_exponential_term_by_x,
};
pub use gamma::{digamma, ln_gamma};
pub use gamma_ratio::{digamma_difference, ln_rising_factorial};
pub use incomplete_bessel::{
    ln_incomplete_bessel, ln_incomplete_bessel_by_end, ln_incomplete_bessel_by_kappa,
};
pub use incomplete_beta::{
    ln_incomplete_beta, ln_incomplete_beta_by_a, ln_incomplete_beta_by_b,
    ln_incomplete_beta_by_bound,
};
pub use incomplete_gamma::{
    Tail, ln_incomplete_gamma, ln_incomplete_gamma_by_bound, ln_incomplete_gamma_by_shape,
};
pub use logistic::{ln_one_minus_exp, log_add_exp, log_diff_exp, log_logistic, logistic, softplus};
pub use marcum::{ln_marcum, ln_marcum_by_x, ln_marcum_by_y};
pub use polygamma::{polygamma, trigamma};
