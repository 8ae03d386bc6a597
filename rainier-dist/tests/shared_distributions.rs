//! Claims that a shared distribution is the distribution.
//!
//! In: distributions behind a reference count. Out: what they give, beside what they give by value.

use std::sync::Arc;

use rainier_core::Real;
use rainier_dist::continuous::{Normal, Uniform};
use rainier_dist::distribution::{Continuous, Cumulative, Latent};
use rainier_dist::{Fit, Param};

#[test]
fn a_shared_prior_keeps_its_non_centred_form() {
    let scale = Real::parameter("scale");
    let shared: Arc<dyn Continuous> = Arc::new(Normal::new(0.0, &scale));
    // Centred, the parameter on the whole line is the value itself.
    let is_value = |latent: Latent| latent.value.is_same(&latent.parameter);
    assert!(is_value(shared.centred_latent()));
    assert!(!is_value(shared.latent()));
}

#[test]
fn a_shared_distribution_can_be_truncated() {
    let shared: Arc<Uniform> = Arc::new(Uniform::new(0.0, 4.0));
    assert_eq!(shared.clone().truncated(1.0, 2.0).quantile(0.5), 1.5);
    assert_eq!(shared.quantile(0.5), 2.0);
}

#[test]
fn a_shared_distribution_is_fitted_and_told_by_name() {
    let shared: Arc<dyn Continuous> = Arc::new(Uniform::new(0.0, 1.0));
    let model = Normal::new(0.0, 1.0).param().zip(shared.fit([0.5, 2.0]));
    assert_eq!(
        model.compile().unwrap_err().to_string(),
        "Uniform: the value in row 1 must be in the support, got 2",
    );
}
