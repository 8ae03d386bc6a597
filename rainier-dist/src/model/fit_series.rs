//! Adds a series to a model: numbers in the order of time, each depending on those before.
//!
//! In: a process and its values. Out: a random variable without a value, whose density is the
//! likelihood.

use rainier_core::{Column, Real};

use super::fit::likelihood;
use crate::combined::HiddenMarkov;
use crate::distribution::{Distribution, Multivariate, all_open_questions};
use crate::error::{DataError, DataRequirement};
use crate::multivariate::Autoregressive;
use crate::observation::{Observation, Outcome};
use crate::random_variable::{Likelihood, RandomVariable, Term, Terms};

/// A process that can be fitted to one long series.
pub trait FitSeries {
    /// Says that `values` came from this process, in this order.
    ///
    /// This never fails: impossible values are reported when the model is compiled. Values may be
    /// `None` where they are missing, if the process can do without.
    ///
    /// ```
    /// use rainier_dist::{FitSeries, Param, continuous::Normal, multivariate::Autoregressive};
    ///
    /// let model = Normal::new(0, 1).param().flat_map(|coefficient| {
    ///     Autoregressive::new([coefficient], 0.0, 1.0).fit_series(&[0.1, 0.7, -0.2, 0.3])
    /// });
    /// assert_eq!(model.compile()?.dimension(), 1);
    /// # Ok::<(), rainier_dist::ModelError>(())
    /// ```
    fn fit_series<Y: Outcome>(&self, values: &[Y]) -> RandomVariable<()>;
}

/// Conditional on the first k values, which contribute no term; a series no longer than that says
/// nothing. It is a regression on the values before, and collapses like one. A value that is missing
/// is reported as no number.
impl FitSeries for Autoregressive {
    fn fit_series<Y: Outcome>(&self, values: &[Y]) -> RandomVariable<()> {
        let values = values.iter().map(|value| value.seen().unwrap_or(f64::NAN));
        let values: Vec<f64> = values.collect();
        let mut flaws = Terms::broken(&self.constraints());
        if let Some(row) = values.iter().position(|value| value.is_nan()) {
            let error = DataError::of_row("Autoregressive", row, DataRequirement::Number, f64::NAN);
            flaws = flaws.and(Terms::one(Term::Flaw(error.into())));
        }
        let Some(rows) = values.len().checked_sub(self.order()) else {
            return RandomVariable::with_terms((), flaws);
        };
        let column = |start: usize| Column::new(&values[start..start + rows]);
        let before: Vec<Real> = (0..self.order())
            .map(|start| column(start).real())
            .collect();
        let terms = likelihood(&self.next(&before), &column(self.order()));
        RandomVariable::with_terms((), flaws.and(terms))
    }
}

/// The hidden states are summed out; the recursion is unrolled over the series. At a step whose value
/// is missing the states move on unseen.
impl<D: Distribution + ?Sized> FitSeries for HiddenMarkov<D> {
    fn fit_series<Y: Outcome>(&self, values: &[Y]) -> RandomVariable<()> {
        let constraints = self.constraints();
        let valid = all_open_questions(&constraints);
        let values: Vec<Option<f64>> = values.iter().map(|value| value.seen()).collect();
        let density = valid.select(self.log_likelihood(&values), f64::NEG_INFINITY);
        let steps = values.iter().enumerate();
        let seen = steps.filter_map(|(step, value)| Some((step, (*value)?)));
        let (steps, seen): (Vec<usize>, Vec<f64>) = seen.unzip();
        let column = Column::new(seen);
        let observation = Observation::within("HiddenMarkov", &column, |x| self.contains(x))
            .at_places(Some(&steps.into()));
        let terms = Terms::union([
            Terms::broken(&constraints),
            Terms::one(Term::Observed(observation)),
            Terms::one(Term::Likelihood(Likelihood {
                distribution: "HiddenMarkov",
                row: density.clone(),
                sum: density,
                // Values of one series depend on each other: it is one outcome.
                rows: None,
                places: None,
            })),
        ]);
        RandomVariable::with_terms((), terms)
    }
}
