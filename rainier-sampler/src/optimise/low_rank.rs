//! Holds an inverse Hessian of low rank beside its diagonal: what a path of L-BFGS knows.
//!
//! In: a diagonal, steps and changes of gradient. Out: the BFGS matrix Σ made of them, as a
//! covariance: products, draws, determinant. Costs d·r for r ≤ 2 · (number of pairs).

use super::lbfgs::Pair;
use crate::cholesky::Cholesky;
use crate::sum::dot;

/// Σ = A^½ (I + Q (M − I) Qᵀ) A^½, where A is the diagonal and Q an orthonormal basis of the
/// scaled steps A^−½ s and changes A^½ y.
///
/// Scaled so, BFGS begins with the identity and its updates stay inside the span of Q: M is the
/// BFGS matrix in the coordinates of Q, r × r. The same matrix as the compact form of Zhang et al.
/// (2022), appendix B, without its triangular solutions.
#[derive(Debug, Clone)]
pub(super) struct LowRank {
    /// A^½.
    scale: Vec<f64>,
    /// Columns of Q.
    basis: Vec<Vec<f64>>,
    /// `[row][column]`, r × r.
    inner: Vec<f64>,
    /// The factor of M.
    factor: Cholesky,
    /// ln det Σ.
    log_determinant: f64,
}

impl LowRank {
    /// The BFGS matrix of `pairs`, oldest first, that begins with `diagonal`; none when rounding
    /// leaves it not positive definite.
    pub(super) fn of<'p>(
        diagonal: &[f64],
        pairs: impl Iterator<Item = &'p Pair> + Clone,
    ) -> Option<Self> {
        let scale: Vec<f64> = diagonal.iter().map(|variance| variance.sqrt()).collect();
        let scaled = |pair: &Pair| {
            let steps = pair.step.iter().zip(&scale).map(|(s, scale)| s / scale);
            let changes = pair.change.iter().zip(&scale).map(|(y, scale)| y * scale);
            (steps.collect::<Vec<f64>>(), changes.collect::<Vec<f64>>())
        };
        let scaled: Vec<_> = pairs.clone().map(scaled).collect();
        let mut basis = Vec::new();
        for (step, change) in &scaled {
            extend(&mut basis, step);
            extend(&mut basis, change);
        }
        let rank = basis.len();
        let mut inner = vec![0.0; rank * rank];
        for i in 0..rank {
            inner[i * rank + i] = 1.0;
        }
        for (pair, (step, change)) in pairs.zip(&scaled) {
            let within = |v: &[f64]| basis.iter().map(|q| dot(q, v)).collect::<Vec<f64>>();
            update(&mut inner, &within(step), &within(change), pair.product);
        }
        let factor = Cholesky::of(inner.clone(), rank)?;
        let diagonal: f64 = scale.iter().map(|scale| scale.ln()).sum();
        Some(Self {
            log_determinant: 2.0 * diagonal + factor.log_determinant(),
            scale,
            basis,
            inner,
            factor,
        })
    }

    /// Σ v.
    pub(super) fn multiply(&self, vector: &[f64]) -> Vec<f64> {
        let mut product: Vec<f64> = vector.iter().zip(&self.scale).map(|(v, a)| v * a).collect();
        self.within(&mut product, |coordinates| {
            let rank = coordinates.len();
            let rows = self.inner.chunks_exact(rank.max(1));
            rows.map(|row| dot(row, coordinates)).collect()
        });
        self.rescale(&mut product);
        product
    }

    /// Turns standard normals into a draw with covariance Σ.
    pub(super) fn spread(&self, standard: &mut [f64]) {
        self.within(standard, |coordinates| {
            let mut spread = coordinates.to_vec();
            self.factor.multiply(&mut spread);
            spread
        });
        self.rescale(standard);
    }

    /// The diagonal of Σ.
    pub(super) fn variances(&self) -> Vec<f64> {
        let rank = self.basis.len();
        let mut variances = Vec::with_capacity(self.scale.len());
        for (coordinate, scale) in self.scale.iter().enumerate() {
            let row: Vec<f64> = self.basis.iter().map(|q| q[coordinate]).collect();
            let products = self.inner.chunks_exact(rank.max(1)).map(|m| dot(m, &row));
            let inner: f64 = products.zip(&row).map(|(product, q)| product * q).sum();
            variances.push(scale * scale * (1.0 + inner - dot(&row, &row)));
        }
        variances
    }

    /// ln det Σ.
    pub(super) fn log_determinant(&self) -> f64 {
        self.log_determinant
    }

    /// Replaces the part of `vector` in the span of Q by what `transform` makes of its coordinates.
    fn within(&self, vector: &mut [f64], transform: impl FnOnce(&[f64]) -> Vec<f64>) {
        let before: Vec<f64> = self.basis.iter().map(|q| dot(q, vector)).collect();
        let after = transform(&before);
        for ((q, before), after) in self.basis.iter().zip(&before).zip(&after) {
            for (x, q) in vector.iter_mut().zip(q) {
                *x += (after - before) * q;
            }
        }
    }

    fn rescale(&self, vector: &mut [f64]) {
        for (x, scale) in vector.iter_mut().zip(&self.scale) {
            *x *= scale;
        }
    }
}

/// Adds the direction of `vector` to an orthonormal basis, unless it is there already.
fn extend(basis: &mut Vec<Vec<f64>>, vector: &[f64]) {
    let norm = dot(vector, vector).sqrt();
    let mut vector = vector.to_vec();
    // Twice is enough (Giraud, Langou & Rozložník 2005).
    for _ in 0..2 {
        for q in basis.iter() {
            let along = dot(q, &vector);
            for (x, q) in vector.iter_mut().zip(q) {
                *x -= along * q;
            }
        }
    }
    let rest = dot(&vector, &vector).sqrt();
    if rest > 1e-10 * norm {
        for x in &mut vector {
            *x /= rest;
        }
        basis.push(vector);
    }
}

/// M ← (I − s yᵀ/sy) M (I − y sᵀ/sy) + s sᵀ/sy: Nocedal & Wright (2006), equation 6.17.
fn update(matrix: &mut [f64], step: &[f64], change: &[f64], product: f64) {
    let rank = step.len();
    let along: Vec<f64> = matrix
        .chunks_exact(rank)
        .map(|row| dot(row, change))
        .collect();
    let factor = (1.0 + dot(change, &along) / product) / product;
    for i in 0..rank {
        for j in 0..rank {
            matrix[i * rank + j] +=
                factor * step[i] * step[j] - (step[i] * along[j] + along[i] * step[j]) / product;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(step: [f64; 3], change: [f64; 3]) -> Pair {
        Pair {
            product: dot(&step, &change),
            step: step.to_vec(),
            change: change.to_vec(),
        }
    }

    /// The matrix column by column.
    fn columns(shape: &LowRank) -> Vec<Vec<f64>> {
        let unit = |i: usize| {
            (0..3)
                .map(|j| f64::from(u8::from(i == j)))
                .collect::<Vec<_>>()
        };
        (0..3).map(|i| shape.multiply(&unit(i))).collect()
    }

    #[test]
    fn it_is_the_bfgs_matrix_of_the_whole_space() {
        let diagonal = [4.0, 0.25, 1.0];
        let pairs = [
            pair([1.0, 0.5, 0.0], [0.5, 1.0, 0.2]),
            pair([0.2, -0.5, 1.0], [0.1, -1.0, 2.0]),
        ];
        for count in 0..=2 {
            let mut expected = vec![4.0, 0.0, 0.0, 0.0, 0.25, 0.0, 0.0, 0.0, 1.0];
            for pair in &pairs[..count] {
                update(&mut expected, &pair.step, &pair.change, pair.product);
            }
            let shape = LowRank::of(&diagonal, pairs[..count].iter()).expect("curvature");
            let found = columns(&shape).concat();
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found - expected).abs() < 1e-13, "{found} {expected}");
            }
            for (i, variance) in shape.variances().iter().enumerate() {
                assert!((variance - expected[4 * i]).abs() < 1e-13);
            }
            let dense = Cholesky::of(expected, 3).expect("positive definite");
            assert!((shape.log_determinant() - dense.log_determinant()).abs() < 1e-13);
            // The newest change of gradient is taken to its step, whatever came before.
            if let Some(newest) = pairs[..count].last() {
                for (found, step) in shape.multiply(&newest.change).iter().zip(&newest.step) {
                    assert!((found - step).abs() < 1e-13);
                }
            }
        }
    }

    #[test]
    fn spreading_is_a_square_root() {
        let pairs = [pair([1.0, 0.5, 0.0], [0.5, 1.0, 0.2])];
        let shape = LowRank::of(&[4.0, 0.25, 1.0], pairs.iter()).expect("curvature");
        // B Bᵀ = Σ, where the columns of B are unit vectors spread.
        let spread: Vec<Vec<f64>> = (0..3)
            .map(|i| {
                let mut unit = vec![0.0; 3];
                unit[i] = 1.0;
                shape.spread(&mut unit);
                unit
            })
            .collect();
        let expected = columns(&shape);
        for i in 0..3 {
            for j in 0..3 {
                let product: f64 = spread.iter().map(|column| column[i] * column[j]).sum();
                assert!((product - expected[i][j]).abs() < 1e-13);
            }
        }
    }
}
