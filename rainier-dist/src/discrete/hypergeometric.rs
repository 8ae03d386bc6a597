//! States the hypergeometric distribution.
//!
//! In: a population, how many of it are successes, and how many are drawn. Out: the log probability
//! of a number of successes drawn, tails and draws.

use rainier_core::special::ln_rising_factorial;
use rainier_core::{Condition, Real};
use rand::Rng;

use super::log_concave::draw_log_concave;
use super::short_support::ShortSupport;
use crate::distribution::count::{is_count, ln_binomial_coefficient, to_count};
use crate::distribution::{
    Constraint, Cumulative, Discrete, Distribution, Requirement, draw_if_valid, is_per_row,
};
use crate::generator::Generator;

const NAME: &str = "Hypergeometric";

/// Hypergeometric distribution: successes among n draws without replacement from a population of N
/// that has K successes.
///
/// ln p(k) = ln C(K, k) + ln C(N − K, n − k) − ln C(N, n), from max(0, n + K − N) to min(n, K). Mean
/// nK/N, variance n (K/N)(1 − K/N)(N − n)/(N − 1).
///
/// # Numerics
/// The three coefficients are terms of the binomial expansion at the share n/N, so that ln p(k) of
/// one count keeps its digits for any population; over data they are kept apart.
///
/// Its tails are sums of up to 10,000 probabilities; they are NaN where there are more, or where a
/// parameter is not constant. Draws are made by rejection, from any population in as many steps.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::discrete::Hypergeometric;
/// use rainier_dist::distribution::Distribution;
///
/// // Two aces in a hand of five.
/// let ln_p = Hypergeometric::new(52, 4, 5).log_density(&Real::constant(2.0)).as_constant();
/// assert!((ln_p.expect("constant") - (6.0 * 17296.0 / 2598960.0_f64).ln()).abs() < 1e-14);
/// ```
#[derive(Debug, Clone)]
pub struct Hypergeometric {
    population: Real,
    successes: Real,
    draws: Real,
}

impl Hypergeometric {
    /// Population N, successes K and draws n, whole numbers; neither K nor n may exceed N.
    pub fn new(
        population: impl Into<Real>,
        successes: impl Into<Real>,
        draws: impl Into<Real>,
    ) -> Self {
        Self {
            population: population.into(),
            successes: successes.into(),
            draws: draws.into(),
        }
    }

    /// N − K.
    fn failures(&self) -> Real {
        &self.population - &self.successes
    }

    /// The smallest and the largest number of successes drawn.
    fn ends(&self) -> [Real; 2] {
        let low = (&self.draws - self.failures()).max(0.0);
        [low, self.draws.min(&self.successes)]
    }

    fn support(&self) -> ShortSupport {
        let [low, high] = self.ends();
        ShortSupport::new(low, high)
    }

    /// The sum of `term`(whole, part) over both kinds, less that of all.
    fn by_kind(&self, x: &Real, term: impl Fn(&Real, &Real) -> Real) -> Real {
        term(&self.successes, x) + term(&self.failures(), &(&self.draws - x))
            - term(&self.population, &self.draws)
    }
}

impl Distribution for Hypergeometric {
    type Value = i64;

    fn name(&self) -> &'static str {
        NAME
    }

    fn constraints(&self) -> Vec<Constraint> {
        let whole = Requirement::WholeNonNegative;
        let rest = &self.population - &self.draws;
        vec![
            Constraint::new(NAME, "population", &self.population, whole),
            Constraint::new(NAME, "successes", &self.successes, whole),
            Constraint::new(NAME, "draws", &self.draws, whole),
            Constraint::new(NAME, "population - successes", &self.failures(), whole),
            Constraint::new(NAME, "population - draws", &rest, whole),
        ]
    }

    fn contains(&self, x: &Real) -> Condition {
        let [low, high] = self.ends();
        let inside = x.greater_or_equal(low).and(&x.less_or_equal(high));
        is_count(x).and(&inside)
    }

    fn log_density_within(&self, x: &Real) -> Real {
        if is_per_row([x, &self.population, &self.successes, &self.draws]) {
            return self.log_density_apart(x);
        }
        let rest = &self.population - &self.draws;
        // By the smaller share: the larger one may round to 1.
        let (drawn, left) = (&self.draws / &self.population, &rest / &self.population);
        let by_drawn = self.by_kind(x, |whole, part| part.ln_binomial_term(whole - part, &drawn));
        let by_left = self.by_kind(x, |whole, part| {
            (whole - part).ln_binomial_term(part, &left)
        });
        let inside = self.draws.less(&rest).select(by_drawn, by_left);
        // Of nobody there is one way to draw.
        self.population.equal(0.0).select(0.0, inside)
    }

    fn log_density_apart(&self, x: &Real) -> Real {
        self.by_kind(x, ln_binomial_coefficient)
    }

    fn generator(&self) -> Generator<i64> {
        let parameters = [&self.population, &self.successes, &self.draws];
        draw_if_valid(&self.constraints(), parameters, |parameters, rng| {
            to_count(draw_hypergeometric(parameters, rng))
        })
    }

    fn mean(&self) -> Option<Real> {
        let share = &self.successes / &self.population;
        let none = self.population.equal(0.0);
        Some(none.select(0.0, &self.draws * share))
    }

    fn variance(&self) -> Option<Real> {
        let population = &self.population;
        let binomial =
            &self.draws * (&self.successes / population) * (self.failures() / population);
        let left = (population - &self.draws) / (population - 1.0);
        let fixed = population.less_or_equal(1.0);
        Some(fixed.select(0.0, binomial * left))
    }

    fn entropy(&self) -> Option<Real> {
        self.support().entropy(|k| self.log_density_within(k))
    }
}

/// Sums of probabilities, of up to 10,000.
impl Cumulative for Hypergeometric {
    fn log_cumulative(&self, x: &Real) -> Real {
        self.support()
            .log_cumulative(x, |k| self.log_density_within(k))
    }

    fn log_survival(&self, x: &Real) -> Real {
        self.support()
            .log_survival(x, |k| self.log_density_within(k))
    }
}

/// A draw for valid parameters.
fn draw_hypergeometric([population, successes, draws]: [f64; 3], rng: &mut dyn Rng) -> f64 {
    let (failures, rest) = (population - successes, population - draws);
    let (low, high) = ((draws - failures).max(0.0), draws.min(successes));
    if low == high {
        return low;
    }
    let mode = ((draws + 1.0) * ((successes + 1.0) / (population + 2.0))).floor();
    let mode = mode.clamp(low, high);
    let variance =
        draws * (successes / population) * (failures / population) * (rest / (population - 1.0));
    let log_ratio = |step: f64| {
        let k = mode + step;
        if !(low..=high).contains(&k) {
            return f64::NEG_INFINITY;
        }
        // ln p(u) − ln p(l) for l < u: (K − l) … (K − u + 1) · (n − l) … (n − u + 1) over
        // (l + 1) … u · (N − K − n + l + 1) … (N − K − n + u).
        let (lower, upper) = (mode.min(k), mode.max(k));
        let factors = |from: f64| ln_rising_factorial(from + 1.0, upper - lower);
        let climb = factors(successes - upper) + factors(draws - upper)
            - factors(lower)
            - factors(failures - draws + lower);
        if step > 0.0 { climb } else { -climb }
    };
    mode + draw_log_concave(variance, log_ratio, rng)
}

impl Discrete for Hypergeometric {}
