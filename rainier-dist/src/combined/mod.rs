//! Distributions made of others.
//!
//! In: distributions and probabilities. Out: distributions again, so that they nest.
//!
//! [`ZeroInflated`] adds probability to 0 and [`ConstantInflated`] to any number; [`Hurdle`]
//! decides on 0 first and leaves the positive numbers to another distribution, [`ZeroTruncated`] is
//! what it leaves; [`Mixture`] picks one of several, [`HiddenMarkov`] picks one at each step of a
//! series.

mod constant_inflated;
mod hidden_markov;
mod hidden_path;
mod hurdle;
mod mixture;
mod zero_inflated;
mod zero_truncated;

pub use constant_inflated::ConstantInflated;
pub use hidden_markov::HiddenMarkov;
pub use hurdle::Hurdle;
pub use mixture::Mixture;
pub use zero_inflated::ZeroInflated;
pub use zero_truncated::ZeroTruncated;
