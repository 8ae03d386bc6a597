//! Distributions made of others.
//!
//! In: distributions and probabilities. Out: distributions again, so that they nest.
//!
//! | what happens to a value | distribution |
//! | --- | --- |
//! | it is sometimes 0, or a given number, by itself | [`ZeroInflated`], [`ConstantInflated`] |
//! | whether it is 0 is decided first | [`Hurdle`] |
//! | it comes from one of several distributions | [`Mixture`] |
//! | it is not seen at all beyond a bound | [`Truncated`] |
//! | it is recorded as the limit beyond it | [`Censored`] |
//! | it is only known to lie in an interval | [`IntervalCensored`] |
//! | it is shifted and stretched, or exponentiated | [`Affine`], [`ExpTransformed`] |
//! | it is never 0 | [`ZeroTruncated`] |
//! | it comes from another distribution at each step of a series | [`HiddenMarkov`] |

mod affine;
mod censored;
mod constant_inflated;
mod exp_transformed;
mod hidden_markov;
mod hidden_path;
mod hurdle;
mod interval_censored;
mod mixture;
mod truncated;
mod zero_inflated;
mod zero_truncated;

pub use affine::Affine;
pub use censored::Censored;
pub use constant_inflated::ConstantInflated;
pub use exp_transformed::ExpTransformed;
pub use hidden_markov::HiddenMarkov;
pub use hurdle::Hurdle;
pub use interval_censored::IntervalCensored;
pub use mixture::Mixture;
pub use truncated::Truncated;
pub use zero_inflated::ZeroInflated;
pub use zero_truncated::ZeroTruncated;
