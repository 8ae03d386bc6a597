//! States the ordered logistic distribution.
//!
//! In: a predictor, and ascending cutpoints. Out: the log probability of an ordered category's
//! number, tails and draws.

use rainier_core::{Condition, Real};

use super::categories::Categories;
use crate::distribution::count::{log_cumulative_between, log_survival_between};
use crate::distribution::{Constraint, Cumulative, Discrete, Distribution, Requirement};
use crate::generator::Generator;

const NAME: &str = "OrderedLogistic";

/// Ordered logistic distribution: between which cutpoints η plus logistic noise falls. With n − 1
/// cutpoints c₁ < c₂ < … there are n categories, numbered from 0.
///
/// P(X ≤ k) = σ(cₖ₊₁ − η) with σ(x) = 1/(1 + e^−x), hence ln p(k) = ln(σ(cₖ₊₁ − η) − σ(cₖ − η)),
/// c₀ = −∞, cₙ = ∞: proportional odds (Journal of the Royal Statistical Society B 42, 1980,
/// 109–142). Mean, variance and entropy are sums over the categories. A larger η makes higher categories likely.
///
/// # Numerics
/// The difference is ln(1 − e^(cₖ − cₖ₊₁)) − ln(1 + e^(η − cₖ₊₁)) − ln(1 + e^(cₖ − η)), whose terms are
/// all negative, so that nothing cancels. The first is the same for all η, and the others are one
/// term for each cutpoint and side.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::discrete::OrderedLogistic;
/// use rainier_dist::distribution::Distribution;
///
/// let answer = OrderedLogistic::new(0.0, [-1.0, 1.0]);
/// let ln_p = answer.log_density(&Real::constant(0.0)).as_constant().expect("constant");
/// assert!((ln_p + 1.0_f64.exp().ln_1p()).abs() < 1e-15);
/// ```
#[derive(Debug, Clone)]
pub struct OrderedLogistic {
    predictor: Real,
    cutpoints: Vec<Real>,
    categories: Categories,
}

impl OrderedLogistic {
    /// The predictor η, any finite number, and cutpoints, each above the one before.
    pub fn new(
        predictor: impl Into<Real>,
        cutpoints: impl IntoIterator<Item = impl Into<Real>>,
    ) -> Self {
        let predictor = predictor.into();
        let cutpoints: Vec<Real> = cutpoints.into_iter().map(Into::into).collect();
        let log_probabilities = (0..=cutpoints.len())
            .map(|k| {
                let low = k.checked_sub(1).and_then(|before| cutpoints.get(before));
                log_probability(&predictor, low, cutpoints.get(k))
            })
            .collect();
        Self {
            predictor,
            cutpoints,
            categories: Categories::new(log_probabilities),
        }
    }

    /// `of` η − cₖ₊₁, for the category k that `x` is at or above.
    fn at_cutpoint(&self, x: &Real, of: impl Fn(&Real) -> Real) -> Real {
        let mut chosen = Real::constant(0.0);
        for (k, cutpoint) in self.cutpoints.iter().enumerate().rev() {
            let own = of(&(&self.predictor - cutpoint));
            chosen = x.less((k + 1) as f64).select(own, chosen);
        }
        chosen
    }

    fn ends(&self) -> [Real; 2] {
        [0.0.into(), self.categories.number() - 1.0]
    }
}

/// ln(σ(high − η) − σ(low − η)); a cutpoint that is missing is infinite.
fn log_probability(predictor: &Real, low: Option<&Real>, high: Option<&Real>) -> Real {
    let below_high = |high: &Real| -(predictor - high).softplus();
    let above_low = |low: &Real| -(low - predictor).softplus();
    match (low, high) {
        (None, None) => Real::constant(0.0),
        (None, Some(high)) => below_high(high),
        (Some(low), None) => above_low(low),
        (Some(low), Some(high)) => {
            (low - high).ln_one_minus_exp() + below_high(high) + above_low(low)
        }
    }
}

impl Distribution for OrderedLogistic {
    type Value = i64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        let finite =
            |parameter, value| Constraint::new(NAME, parameter, value, Requirement::Finite);
        let mut constraints = vec![finite("predictor", &self.predictor)];
        constraints.extend(
            self.cutpoints
                .iter()
                .map(|cutpoint| finite("cutpoint", cutpoint)),
        );
        constraints.extend(self.cutpoints.windows(2).map(|pair| {
            let step = &pair[1] - &pair[0];
            Constraint::new(NAME, "step between cutpoints", &step, Requirement::Positive)
        }));
        constraints
    }

    fn contains(&self, x: &Real) -> Condition {
        self.categories.contains(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.categories.log_density(x)
    }

    fn generator(&self) -> Generator<i64> {
        self.categories.generator(&self.constraints())
    }

    fn mean(&self) -> Option<Real> {
        Some(self.categories.mean())
    }

    fn variance(&self) -> Option<Real> {
        Some(self.categories.variance())
    }

    fn entropy(&self) -> Option<Real> {
        Some(self.categories.entropy())
    }
}

/// P(X ≤ k) = σ(cₖ₊₁ − η).
impl Cumulative for OrderedLogistic {
    fn log_cumulative(&self, x: &Real) -> Real {
        log_cumulative_between(x, &self.ends(), |k| {
            self.at_cutpoint(k, |above| -above.softplus())
        })
    }

    fn log_survival(&self, x: &Real) -> Real {
        log_survival_between(x, &self.ends(), |k| self.at_cutpoint(k, Real::log_logistic))
    }
}

impl Discrete for OrderedLogistic {}
