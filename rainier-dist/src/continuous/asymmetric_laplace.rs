//! States the asymmetric Laplace distribution: exponential to either side, with a scale for each.
//!
//! In: location, scale, asymmetry. Out: its log density, tails, support, non-centred unknown and
//! draws.

use rainier_core::{Condition, Real};
use rand_distr::{Distribution as _, Exp1};

use crate::distribution::{
    Constraint, Continuous, Cumulative, Distribution, Latent, LocationScale, Requirement, Support,
    draw_if_valid,
};
use crate::generator::Generator;

const NAME: &str = "AsymmetricLaplace";

/// Asymmetric Laplace distribution with location m, scale s and asymmetry κ, on the whole line: an
/// exponential variable of mean s/κ above m, one of mean sκ below it.
///
/// ln p(x) = −ln s − ln(κ + 1/κ) − κz for z ≥ 0 and + z/κ for z < 0, with z = (x − m)/s (Kotz,
/// Kozubowski & Podgórski 2001, The Laplace Distribution and Generalizations, section 3.1; their σ
/// is √2 s). κ = 1 is [`Laplace`](super::Laplace), κ < 1 has the longer tail above. Mode m, mean
/// m + s(1/κ − κ), variance s²(1/κ² + κ²).
///
/// P(X ≤ m) = κ²/(1 + κ²): the location is the quantile of that probability p, and a likelihood of
/// this kind, with κ = √(p/(1 − p)) and m a function of covariates, is quantile regression: its loss
/// is max(p(x − m), (p − 1)(x − m))/σ with σ = s √(p(1 − p)). PyMC's
/// `AsymmetricLaplace(kappa, mu, b)` is κ = kappa, m = mu and s = 1/b.
///
/// The unknown is non-centred: x = m + sz with z of location 0 and scale 1.
///
/// # Numerics
/// Density and both tails keep all digits at any κ; the slope by κ overflows for κ below 1e-154. The
/// density has a corner at m, where its derivative is taken from above.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::continuous::AsymmetricLaplace;
/// use rainier_dist::distribution::Cumulative;
///
/// // Nine tenths below the location.
/// let late = AsymmetricLaplace::new(5.0, 2.0, 3.0);
/// let below = late.log_cumulative(&Real::constant(5.0)).as_constant().expect("constant");
/// assert!((below.exp() - 0.9).abs() < 1e-15);
/// assert!((late.quantile(0.9) - 5.0).abs() < 1e-14);
/// ```
#[derive(Debug, Clone)]
pub struct AsymmetricLaplace {
    asymmetry: Real,
    map: LocationScale,
}

impl AsymmetricLaplace {
    /// The distribution with these parameters; scale and asymmetry must be positive.
    pub fn new(
        location: impl Into<Real>,
        scale: impl Into<Real>,
        asymmetry: impl Into<Real>,
    ) -> Self {
        let asymmetry = asymmetry.into();
        let constraint = Constraint::new(NAME, "asymmetry", &asymmetry, Requirement::Positive);
        Self {
            map: LocationScale::new(NAME, ["location", "scale"], location, scale)
                .requiring(constraint),
            asymmetry,
        }
    }

    fn standard(&self, z: &Real) -> Real {
        let [below, above] = self.exponents(z);
        z.less(0.0).select(below, above) - self.log_total()
    }

    /// What the density falls by: z/κ below 0, −κz above.
    fn exponents(&self, z: &Real) -> [Real; 2] {
        [z / &self.asymmetry, -&self.asymmetry * z]
    }

    /// ln(κ + 1/κ), of which neither summand need be a number.
    fn log_total(&self) -> Real {
        let log_asymmetry = self.asymmetry.ln();
        log_asymmetry.log_add_exp(-&log_asymmetry)
    }

    /// ln P(Z ≤ z) for z < 0, and ln P(Z > z) for z ≥ 0.
    fn log_outer_tails(&self, z: &Real) -> [Real; 2] {
        let log_square = 2.0 * self.asymmetry.ln();
        let [below, above] = self.exponents(z);
        [
            below + log_square.log_logistic(),
            above + (-log_square).log_logistic(),
        ]
    }
}

impl Distribution for AsymmetricLaplace {
    type Value = f64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        self.map.constraints().to_vec()
    }

    fn contains(&self, x: &Real) -> Condition {
        self.support().contains(x)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        self.map.log_density(x, |z| self.standard(z))
    }

    fn generator(&self) -> Generator<f64> {
        let parameters = [self.map.location(), self.map.spread(), &self.asymmetry];
        draw_if_valid(
            self.map.constraints(),
            parameters,
            |[location, scale, asymmetry], rng| {
                // z is the difference of two exponential variables, of means 1/κ and κ.
                let [above, below]: [f64; 2] = [Exp1.sample(rng), Exp1.sample(rng)];
                location + scale * (above / asymmetry - asymmetry * below)
            },
        )
    }

    fn mean(&self) -> Option<Real> {
        // 1/κ − κ without the cancellation beside κ = 1.
        let asymmetry = &self.asymmetry;
        let standard = (1.0 - asymmetry) * ((1.0 + asymmetry) / asymmetry);
        Some(self.map.mean(standard))
    }

    fn variance(&self) -> Option<Real> {
        let inverse = 1.0 / &self.asymmetry;
        let standard = &self.asymmetry * &self.asymmetry + &inverse * &inverse;
        Some(self.map.variance(standard))
    }

    fn entropy(&self) -> Option<Real> {
        Some(self.map.entropy(1.0 + self.log_total()))
    }
}

impl Cumulative for AsymmetricLaplace {
    fn log_cumulative(&self, x: &Real) -> Real {
        let z = self.map.standardised(x);
        let [below, above] = self.log_outer_tails(&z);
        z.less(0.0).select(below, above.ln_one_minus_exp())
    }

    fn log_survival(&self, x: &Real) -> Real {
        let z = self.map.standardised(x);
        let [below, above] = self.log_outer_tails(&z);
        z.less(0.0).select(below.ln_one_minus_exp(), above)
    }
}

impl Continuous for AsymmetricLaplace {
    fn support(&self) -> Support {
        Support::WholeLine
    }

    fn latent(&self) -> Latent {
        self.map
            .latent(self.name(), &self.support(), |z| self.standard(z))
    }
}
