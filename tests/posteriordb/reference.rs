//! Compares traces with the moments that posteriordb's references give.
//!
//! In: a posterior's folder under `../shared/reference/posteriordb`: data and reference moments,
//! exact ones by quadrature where there are any, else those of long runs. Out: what disagrees.

use rainier::prelude::*;
use rainier::sampler::diagnostics;
use testkit::{POSTERIOR_MEAN_ERRORS, number, shared_json};

use super::models::Model;

/// A model joined with its data, and the moments its draws must have.
pub(crate) struct Reference {
    pub(crate) posterior: Posterior<Vec<Real>>,
    /// By parameter; a moment is known up to its standard error.
    moments: Vec<(String, [Moment; 2])>,
}

/// A mean or a standard deviation.
struct Moment {
    what: &'static str,
    expected: f64,
    error: f64,
}

impl Reference {
    /// The reference of a model, where the data are at hand.
    pub(crate) fn of(model: &Model) -> Option<Self> {
        let folder = format!("reference/posteriordb/{}", model.name);
        let data = shared_json(&format!("{folder}/data.json"))?;
        let reference = shared_json(&format!("{folder}/reference.json"))?;
        let expected = if reference["exact"].is_object() {
            &reference["exact"]
        } else {
            &reference["draws"]
        };
        let count = expected.as_object().unwrap().len();
        assert_eq!(count, model.parameters.len(), "all are compared");
        let moments = model.parameters.iter().map(|name| {
            let of = |what: &str| number(&expected[name][what]);
            let moment = |what: &'static str| Moment {
                what,
                expected: of(what).expect("every parameter has both moments"),
                error: of(&format!("mcse_{what}")).unwrap_or(0.0),
            };
            (name.clone(), ["mean", "sd"].map(moment))
        });
        let posterior = (model.of)(&data).compile().unwrap();
        assert_eq!(posterior.labels().len(), count);
        Some(Self {
            posterior,
            moments: moments.collect(),
        })
    }

    /// The draws of a trace of the model's value, `[parameter][chain][draw]`.
    pub(crate) fn draws(&self, trace: &Trace) -> Vec<Vec<Vec<f64>>> {
        let parameters = 0..self.moments.len();
        parameters.map(|index| trace.parameter(index)).collect()
    }

    /// Asserts that means and standard deviations are within four Monte Carlo standard errors, and
    /// that a fifth of the posterior's spread would have been seen. Draws are
    /// `[parameter][chain][draw]`.
    pub(crate) fn check(&self, draws: &[Vec<Vec<f64>>], label: &str) {
        for (chains, (name, moments)) in draws.iter().zip(&self.moments) {
            let spread = moments[1].expected;
            let found = [
                (diagnostics::mean(chains), diagnostics::mcse_mean(chains)),
                (
                    diagnostics::standard_deviation(chains),
                    diagnostics::mcse_sd(chains),
                ),
            ];
            for (moment, (found, error)) in moments.iter().zip(found) {
                let error = error.hypot(moment.error);
                let near =
                    |expected: f64| (found - expected).abs() <= POSTERIOR_MEAN_ERRORS * error;
                let Moment { what, expected, .. } = moment;
                let label = format!("{label} {name} {what}: {found} ± {error}, not {expected}");
                assert!(near(*expected), "{label}");
                for off in [-0.2 * spread, 0.2 * spread] {
                    assert!(!near(expected + off), "{label}");
                }
            }
        }
    }
}
