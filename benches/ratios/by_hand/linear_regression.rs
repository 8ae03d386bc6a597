//! Evaluates a linear regression from the triangle of its QR decomposition.
//!
//! In: columns and outcomes; the position (z₁ … z₃, q). Out: value and gradient.
//!
//! bⱼ = 10 zⱼ with z standard normal, σ = e^q half-normal with scale 1, y ~ Normal(Xb, σ). With
//! (X y) = Q R the sum of squares is ‖R b − c‖² + ρ², c the last column of R and ρ its last entry:
//! nothing cancels, unlike with Σxx, Σxy and Σyy (Golub & Van Loan, Matrix Computations, 5.3).

use super::ByHand;
use super::priors::{HALF_LN_TAU, half_normal, normal};

const WIDTH: usize = 3;

/// The triangle R of (X y), upper, and the number of rows.
#[derive(Debug, Clone)]
pub(crate) struct LinearRegression {
    triangle: [[f64; WIDTH + 1]; WIDTH + 1],
    rows: f64,
}

impl LinearRegression {
    /// By modified Gram-Schmidt, whose R is as good as Householder's.
    pub(crate) fn of(covariates: &[Vec<f64>; WIDTH], outcomes: &[f64]) -> Self {
        let mut columns: [Vec<f64>; WIDTH + 1] = std::array::from_fn(|column| {
            covariates
                .get(column)
                .map_or_else(|| outcomes.to_vec(), Clone::clone)
        });
        let mut triangle = [[0.0; WIDTH + 1]; WIDTH + 1];
        for pivot in 0..=WIDTH {
            let (done, rest) = columns.split_at_mut(pivot + 1);
            let direction = &done[pivot];
            let norm = dot(direction, direction).sqrt();
            triangle[pivot][pivot] = norm;
            for (offset, column) in rest.iter_mut().enumerate() {
                let length = dot(direction, column) / norm;
                triangle[pivot][pivot + 1 + offset] = length;
                for (entry, along) in column.iter_mut().zip(direction) {
                    *entry -= length / norm * along;
                }
            }
        }
        Self {
            triangle,
            rows: outcomes.len() as f64,
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl ByHand for LinearRegression {
    fn value_and_gradient(&self, position: &[f64], gradient: &mut [f64]) -> f64 {
        let position: &[f64; WIDTH + 1] = position.try_into().expect("three slopes and a noise");
        let gradient: &mut [f64; WIDTH + 1] = gradient.try_into().expect("as long as the position");
        let q = position[WIDTH];
        let noise = q.exp();
        let precision = 1.0 / (noise * noise);
        let rest = self.triangle[WIDTH][WIDTH];
        let mut squares = rest * rest;
        let mut value = -self.rows * (q + HALF_LN_TAU);
        for column in 0..WIDTH {
            let (prior, slope) = normal(position[column]);
            value += prior;
            gradient[column] = slope;
        }
        for row in 0..WIDTH {
            let mut residual = -self.triangle[row][WIDTH];
            for column in row..WIDTH {
                residual += self.triangle[row][column] * (10.0 * position[column]);
            }
            squares += residual * residual;
            for column in row..WIDTH {
                gradient[column] -= 10.0 * precision * residual * self.triangle[row][column];
            }
        }
        let (prior, slope) = half_normal(q, noise);
        gradient[WIDTH] = slope - self.rows + precision * squares;
        value + prior - 0.5 * precision * squares
    }
}
