//! Moves the whole of n-dimensional space onto the part a density lives on.
//!
//! In: unconstrained expressions q. Out: values inside, and ln |∂x/∂q|, which the density of q
//! needs in addition to that of x.

use std::f64::consts::LN_2;

use rainier_core::{Condition, Real};

use super::{Requirement, Support};

/// A part of space. The number counts its coordinates, but for correlations, whose n counts the
/// rows.
///
/// | support | values | x = forward(q) |
/// | --- | --- | --- |
/// | `WholeSpace(n)` | n | q |
/// | `Simplex(n)` | n, positive, 1 in sum | stick-breaking of n − 1 parameters |
/// | `Ordered(n, S)` | n of the interval S, ascending | u₁ = q₁, uᵢ = uᵢ₋₁ + e^(qᵢ), xᵢ = S.forward(uᵢ) |
/// | `CorrelationCholesky(n)` | n(n + 1)/2: the lower triangle by rows, rows of length 1, positive diagonal | partial correlations tanh q, n(n − 1)/2 of them |
///
/// Sticks are broken as in Stan (reference manual, "Unit simplex"): xₖ = rₖ zₖ with
/// zₖ = logistic(qₖ − ln(n − k)), rₖ₊₁ = rₖ(1 − zₖ), r₁ = 1; q = 0 is the centre. Here all factors
/// are kept as logarithms: no digits are lost by 1 − Σx, in a hundred components or beside an edge,
/// where xₖ itself rounds to 0 and ln xₖ is still exact.
///
/// Correlations follow Lewandowski, Kurowicka & Joe (2009), Journal of Multivariate Analysis 100:
/// Lᵢⱼ = yᵢⱼ √∏ₖ(1 − yᵢₖ²), k < j < i, and Lᵢᵢ = √∏ₖ(1 − yᵢₖ²). The Jacobian is that of the entries
/// below the diagonal.
///
/// In the two forms that have more values than parameters a density is one of the first n − 1
/// values, or of the entries below the diagonal.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::distribution::VectorSupport;
///
/// let shares = VectorSupport::Simplex(4).forward(&[0.0, 0.0, 0.0].map(Real::constant));
/// for share in shares {
///     assert!((share.as_constant().expect("constant") - 0.25).abs() < 1e-15);
/// }
/// ```
#[derive(Debug, Clone)]
pub enum VectorSupport {
    /// All of space.
    WholeSpace(usize),
    /// Shares of a whole.
    Simplex(usize),
    /// Ascending numbers of an interval.
    Ordered(usize, Support),
    /// Cholesky factors of correlation matrices with that many rows.
    CorrelationCholesky(usize),
}

impl VectorSupport {
    /// Ascending numbers.
    pub fn ordered(n: usize) -> Self {
        Self::Ordered(n, Support::WholeLine)
    }

    /// Ascending numbers above 0.
    pub fn positive_ordered(n: usize) -> Self {
        Self::Ordered(n, Support::positive())
    }

    /// How many values a point has.
    pub fn dimension(&self) -> usize {
        match *self {
            Self::WholeSpace(n) | Self::Simplex(n) | Self::Ordered(n, _) => n,
            Self::CorrelationCholesky(n) => n * (n + 1) / 2,
        }
    }

    /// How many unconstrained parameters it takes.
    pub fn parameters(&self) -> usize {
        match *self {
            Self::WholeSpace(n) | Self::Ordered(n, _) => n,
            Self::Simplex(n) => n.saturating_sub(1),
            Self::CorrelationCholesky(n) => n * n.saturating_sub(1) / 2,
        }
    }

    /// The values that unconstrained parameters stand for.
    ///
    /// # Panics
    /// This and [`log_jacobian`](Self::log_jacobian), if `q` has not
    /// [`parameters`](Self::parameters) numbers.
    pub fn forward(&self, q: &[Real]) -> Vec<Real> {
        self.check("parameters", self.parameters(), q);
        match self {
            Self::WholeSpace(_) => q.to_vec(),
            Self::Simplex(n) => {
                let (sticks, rests) = broken_sticks(*n, q);
                let last = rests.last().expect("the first rest is the whole stick");
                let logarithms = sticks.iter().zip(&rests).map(|(z, rest)| z + rest);
                let shares = logarithms.chain([last.clone()]).take(*n);
                shares.map(|logarithm| logarithm.exp()).collect()
            }
            Self::Ordered(_, within) => {
                let points = ascending(q);
                let values = points.iter().map(|point| within.forward(point));
                in_order(within, values.collect())
            }
            Self::CorrelationCholesky(n) => {
                let mut values = Vec::with_capacity(self.dimension());
                for row in strict_rows(*n, q) {
                    let mut half_log_rest = Real::constant(0.0);
                    for q in row {
                        values.push(q.tanh() * half_log_rest.exp());
                        half_log_rest = half_log_rest + 0.5 * ln_one_minus_tanh_squared(q);
                    }
                    values.push(half_log_rest.exp());
                }
                values
            }
        }
    }

    /// The parameters whose values are `x`, for `x` inside; NaN or infinite elsewhere.
    ///
    /// # Panics
    /// This and [`contains`](Self::contains), if `x` has not [`dimension`](Self::dimension)
    /// numbers.
    pub fn inverse(&self, x: &[Real]) -> Vec<Real> {
        self.check("values", self.dimension(), x);
        match self {
            Self::WholeSpace(_) => x.to_vec(),
            Self::Simplex(n) => (0..self.parameters())
                .map(|k| {
                    // What is left after a break is the sum of the shares to come.
                    let left = Real::sum(x[k + 1..].iter().cloned());
                    x[k].ln() - left.ln() + (rest_count(*n, k) as f64).ln()
                })
                .collect(),
            Self::Ordered(_, within) => {
                let points = x.iter().map(|x| within.inverse(x)).collect();
                let points = in_order(within, points);
                let steps = points.windows(2).map(|pair| (&pair[1] - &pair[0]).ln());
                points.first().cloned().into_iter().chain(steps).collect()
            }
            Self::CorrelationCholesky(n) => {
                let mut parameters = Vec::with_capacity(self.parameters());
                for row in rows(*n, x) {
                    for j in 0..row.len() - 1 {
                        // sinh q = y / √(1 − y²) = Lᵢⱼ / √Σₖ Lᵢₖ², k > j.
                        let after = Real::sum(row[j + 1..].iter().map(|entry| entry * entry));
                        parameters.push(inverse_sinh(&(&row[j] / after.sqrt())));
                    }
                }
                parameters
            }
        }
    }

    /// ln |det ∂x/∂q|.
    pub fn log_jacobian(&self, q: &[Real]) -> Real {
        self.check("parameters", self.parameters(), q);
        match self {
            Self::WholeSpace(_) => Real::constant(0.0),
            Self::Simplex(n) => {
                // ∂xₖ/∂qₖ = rₖ zₖ (1 − zₖ), and rₖ (1 − zₖ) is the next rest.
                let (sticks, rests) = broken_sticks(*n, q);
                let terms = sticks.iter().zip(&rests[1..]).map(|(z, next)| z + next);
                Real::sum(terms)
            }
            Self::Ordered(_, within) => {
                let points = ascending(q);
                let slopes = points.iter().map(|point| within.log_jacobian(point));
                Real::sum(slopes.chain(q.iter().skip(1).cloned()))
            }
            Self::CorrelationCholesky(n) => {
                let mut terms = Vec::with_capacity(q.len());
                for row in strict_rows(*n, q) {
                    let mut half_log_rest = Real::constant(0.0);
                    for q in row {
                        let slope = ln_one_minus_tanh_squared(q);
                        terms.push(&slope + &half_log_rest);
                        half_log_rest = half_log_rest + 0.5 * slope;
                    }
                }
                Real::sum(terms)
            }
        }
    }

    /// Whether `x` is inside, edges excluded; sums and lengths of 1 are asked for up to rounding.
    pub fn contains(&self, x: &[Real]) -> Condition {
        self.check("values", self.dimension(), x);
        let all = |conditions: &mut dyn Iterator<Item = Condition>| {
            conditions.fold(Condition::always(), |all, one| all.and(&one))
        };
        match self {
            Self::WholeSpace(_) => Condition::always(),
            Self::Simplex(_) => {
                let total = Real::sum(x.iter().cloned());
                all(&mut x.iter().map(|share| share.greater(0.0)))
                    .and(&Requirement::SumsToOne.condition(&total))
            }
            Self::Ordered(_, within) => {
                let inside = all(&mut x.iter().map(|x| within.contains(x)));
                let ascends = all(&mut x.windows(2).map(|pair| pair[0].less(&pair[1])));
                inside.and(&ascends)
            }
            Self::CorrelationCholesky(n) => all(&mut rows(*n, x).map(|row| {
                let square = Real::sum(row.iter().map(|entry| entry * entry));
                row[row.len() - 1]
                    .greater(0.0)
                    .and(&Requirement::SumsToOne.condition(&square))
            })),
        }
    }

    fn check(&self, what: &str, expected: usize, given: &[Real]) {
        let found = given.len();
        assert_eq!(found, expected, "{self:?} has {expected} {what}");
    }
}

/// For each parameter ln zₖ, and ln rₖ before each break and after the last.
fn broken_sticks(n: usize, q: &[Real]) -> (Vec<Real>, Vec<Real>) {
    let mut rests = vec![Real::constant(0.0)];
    let mut sticks = Vec::with_capacity(q.len());
    for (k, q) in q.iter().enumerate() {
        let place = q - (rest_count(n, k) as f64).ln();
        sticks.push(place.log_logistic());
        rests.push(&rests[k] + (-place).log_logistic());
    }
    (sticks, rests)
}

/// How many shares come after the one at place k.
fn rest_count(n: usize, k: usize) -> usize {
    n - 1 - k
}

/// q₁, q₁ + e^q₂, …
fn ascending(q: &[Real]) -> Vec<Real> {
    let mut points: Vec<Real> = Vec::with_capacity(q.len());
    for q in q {
        let next = points
            .last()
            .map_or_else(|| q.clone(), |last| last + q.exp());
        points.push(next);
    }
    points
}

/// The points in the order of their images: the map onto numbers below an edge descends.
fn in_order(within: &Support, mut points: Vec<Real>) -> Vec<Real> {
    match within {
        Support::Below(_) => points.reverse(),
        Support::WholeLine | Support::Above(_) | Support::Interval(..) => {}
    }
    points
}

/// ln(1 − tanh² q), exact in both tails.
fn ln_one_minus_tanh_squared(q: &Real) -> Real {
    2.0 * LN_2 - (2.0 * q).softplus() - (-2.0 * q).softplus()
}

/// ln(x + √(x² + 1)), odd in x.
fn inverse_sinh(x: &Real) -> Real {
    let size = x.abs();
    let root = (x * x + 1.0).sqrt();
    let positive = (&size + &size * &size / (root + 1.0)).ln_1p();
    x.less(0.0).select(-&positive, &positive)
}

/// The rows of a lower triangle stored row by row.
pub(crate) fn rows<T>(n: usize, triangle: &[T]) -> impl Iterator<Item = &[T]> {
    (0..n).map(move |i| &triangle[i * (i + 1) / 2..(i + 1) * (i + 2) / 2])
}

/// The rows of a lower triangle without its diagonal, stored row by row; the first is empty.
fn strict_rows<T>(n: usize, triangle: &[T]) -> impl Iterator<Item = &[T]> {
    (0..n).map(move |i| &triangle[i * i.saturating_sub(1) / 2..i * (i + 1) / 2])
}
