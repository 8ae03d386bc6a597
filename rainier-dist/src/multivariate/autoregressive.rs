//! States the autoregressive process of order k.
//!
//! In: coefficients, an intercept, a scale, and the k values before. Out: the log density of what
//! follows, unknowns and draws.

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, StandardNormal};

use super::draw::draw_vector_if_valid;
use super::multivariate_normal::standard_normals;
use crate::continuous::Normal;
use crate::distribution::{
    Constraint, ContinuousVector, Multivariate, Requirement, VectorLatent, VectorSupport,
    all_open_questions,
};
use crate::generator::Generator;

/// Autoregressive process of order k: xₜ = c + Σⱼ aⱼ xₜ₋ⱼ + σ zₜ with zₜ standard normal.
///
/// As a distribution of n numbers it is that of the values that follow k given ones,
/// ln p(x) = Σ ln Normal(xₜ; c + Σⱼ aⱼ xₜ₋ⱼ, σ): nothing is said of the first k, and the
/// coefficients need not make the process stationary. A series that was seen is fitted by
/// [`FitSeries::fit_series`](crate::FitSeries::fit_series), conditional on its own first k values.
///
/// The unknowns are non-centred: the parameters are the zₜ.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::distribution::Multivariate;
/// use rainier_dist::multivariate::Autoregressive;
///
/// let next = Autoregressive::new([0.5], 1.0, 1.0).after(1, [4.0]);
/// let ln_p = next.log_density(&[Real::constant(3.0)]).as_constant().expect("constant");
/// assert!((ln_p + 0.918938533204673).abs() < 1e-14);
/// ```
#[derive(Debug, Clone)]
pub struct Autoregressive {
    coefficients: Vec<Real>,
    intercept: Real,
    scale: Real,
    length: usize,
    /// The latest last.
    before: Vec<Real>,
}

impl Autoregressive {
    /// The process with the coefficient aⱼ of the value j steps before at place j − 1, the
    /// intercept c and the scale σ, which must be positive.
    ///
    /// As it stands it is a distribution of no numbers, for
    /// [`fit_series`](crate::FitSeries::fit_series); see [`after`](Self::after).
    pub fn new(
        coefficients: impl IntoIterator<Item = impl Into<Real>>,
        intercept: impl Into<Real>,
        scale: impl Into<Real>,
    ) -> Self {
        let coefficients: Vec<Real> = coefficients.into_iter().map(Into::into).collect();
        Self {
            before: vec![Real::constant(0.0); coefficients.len()],
            coefficients,
            intercept: intercept.into(),
            scale: scale.into(),
            length: 0,
        }
    }

    /// The next `length` values after these k, the latest last.
    ///
    /// # Panics
    /// If there are not as many values as coefficients.
    #[must_use]
    pub fn after(self, length: usize, before: impl IntoIterator<Item = impl Into<Real>>) -> Self {
        let before: Vec<Real> = before.into_iter().map(Into::into).collect();
        let order = self.order();
        assert_eq!(before.len(), order, "one value for each coefficient");
        Self {
            length,
            before,
            ..self
        }
    }

    /// How many values before matter, k.
    pub fn order(&self) -> usize {
        self.coefficients.len()
    }

    /// The distribution of one value, given those before it, the latest last.
    ///
    /// # Panics
    /// If there are fewer than [`order`](Self::order).
    pub fn next(&self, before: &[Real]) -> Normal {
        Normal::new(self.expected(before), &self.scale)
    }

    fn expected(&self, before: &[Real]) -> Real {
        let latest = &before[before.len() - self.order()..];
        let terms = self.coefficients.iter().zip(latest.iter().rev());
        &self.intercept + Real::sum(terms.map(|(coefficient, x)| coefficient * x))
    }
}

impl Multivariate for Autoregressive {
    type Value = f64;

    fn name(&self) -> &'static str {
        "Autoregressive"
    }

    fn dimension(&self) -> usize {
        self.length
    }

    fn constraints(&self) -> Vec<Constraint> {
        let finite = |parameter: &'static str, value: &Real| {
            Constraint::new(self.name(), parameter, value, Requirement::Finite)
        };
        let coefficients = self.coefficients.iter().map(|a| finite("coefficient", a));
        let before = self.before.iter().map(|x| finite("value before", x));
        let (scale, requirement) = (&self.scale, Requirement::Positive);
        let scale = Constraint::new(self.name(), "scale", scale, requirement);
        let intercept = finite("intercept", &self.intercept);
        [intercept, scale]
            .into_iter()
            .chain(coefficients)
            .chain(before)
            .collect()
    }

    fn contains(&self, x: &[Real]) -> Condition {
        self.support().contains(x)
    }

    fn log_density_within(&self, x: &[Real]) -> Real {
        assert_eq!(x.len(), self.length, "one number for each step");
        let path = [&self.before[..], x].concat();
        let z: Vec<Real> = (0..self.length)
            .map(|t| (&x[t] - self.expected(&path[..t + self.order()])) / &self.scale)
            .collect();
        standard_normals(&z) - self.length as f64 * self.scale.ln()
    }

    fn generator(&self) -> Generator<Vec<f64>> {
        let (order, length) = (self.order(), self.length);
        let first = [&self.intercept, &self.scale];
        let others = self.coefficients.iter().chain(&self.before);
        let parameters = first.into_iter().chain(others).cloned().collect();
        draw_vector_if_valid(
            &self.constraints(),
            parameters,
            length,
            move |numbers, rng| {
                let (intercept, scale) = (numbers[0], numbers[1]);
                let (coefficients, before) = numbers[2..].split_at(order);
                let mut path = before.to_vec();
                for _ in 0..length {
                    let latest = path.iter().rev();
                    let known: f64 = coefficients.iter().zip(latest).map(|(a, x)| a * x).sum();
                    let z: f64 = StandardNormal.sample(rng);
                    path.push(intercept + known + scale * z);
                }
                path.split_off(order)
            },
        )
    }
}

impl ContinuousVector for Autoregressive {
    fn support(&self) -> VectorSupport {
        VectorSupport::WholeSpace(self.length)
    }

    fn latents(&self) -> VectorLatent {
        let z: Vec<Real> = (0..self.length)
            .map(|_| Real::parameter(self.name()))
            .collect();
        let mut path = self.before.clone();
        for z in &z {
            path.push(self.expected(&path) + &self.scale * z);
        }
        let valid = all_open_questions(&self.constraints());
        VectorLatent {
            values: path.split_off(self.order()),
            log_density: valid.select(standard_normals(&z), f64::NEG_INFINITY),
            parameters: z,
        }
    }
}
