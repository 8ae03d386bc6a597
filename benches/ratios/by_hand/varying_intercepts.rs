//! Evaluates a regression with one intercept a group from the statistics of each group.
//!
//! In: group, covariate and outcome of each row; the position (m, t, z₁ … z₈₅, c, s).
//! Out: value and gradient.
//!
//! μ = 5m, τ = eᵗ half-normal, aᵢ = μ + τ zᵢ in group i, b = 5c, σ = eˢ half-normal,
//! y ~ Normal(aᵢ + b x, σ). With the means x̄ᵢ and ȳᵢ of each group, and W(·, ·) the sums of products
//! of deviations from them, the sum of squares is
//! W(y, y) − 2b W(x, y) + b² W(x, x) + Σ nᵢ (aᵢ + b x̄ᵢ − ȳᵢ)².

use super::ByHand;
use super::priors::{HALF_LN_TAU, half_normal, normal};

/// Partial sums of one sum over groups.
const PARTS: usize = 8;

/// What the rows of one group amount to.
#[derive(Debug, Clone, Copy, Default)]
struct Group {
    rows: f64,
    x: f64,
    y: f64,
}

/// Statistics of all groups, one column for each kind.
#[derive(Debug, Clone)]
pub(crate) struct VaryingIntercepts {
    group_rows: Vec<f64>,
    x_means: Vec<f64>,
    y_means: Vec<f64>,
    rows: f64,
    within_xx: f64,
    within_xy: f64,
    within_yy: f64,
}

impl VaryingIntercepts {
    /// `groups` holds for each row which of the `count` groups it belongs to.
    pub(crate) fn of(groups: &[usize], count: usize, x: &[f64], y: &[f64]) -> Self {
        let mut sums = vec![Group::default(); count];
        for ((&group, x), y) in groups.iter().zip(x).zip(y) {
            sums[group].rows += 1.0;
            sums[group].x += x;
            sums[group].y += y;
        }
        let mut statistics = Self {
            group_rows: sums.iter().map(|group| group.rows).collect(),
            x_means: sums.iter().map(|group| group.x / group.rows).collect(),
            y_means: sums.iter().map(|group| group.y / group.rows).collect(),
            rows: groups.len() as f64,
            within_xx: 0.0,
            within_xy: 0.0,
            within_yy: 0.0,
        };
        for ((&group, x), y) in groups.iter().zip(x).zip(y) {
            let (x, y) = (x - statistics.x_means[group], y - statistics.y_means[group]);
            statistics.within_xx += x * x;
            statistics.within_xy += x * y;
            statistics.within_yy += y * y;
        }
        statistics
    }

    fn within(&self, slope: f64) -> f64 {
        self.within_yy - slope * (2.0 * self.within_xy - slope * self.within_xx)
    }
}

impl ByHand for VaryingIntercepts {
    fn value_and_gradient(&self, position: &[f64], gradient: &mut [f64]) -> f64 {
        let groups = self.group_rows.len();
        let [z_mean, ln_spread, inner @ .., z_slope, ln_noise] = position else {
            unreachable!("four parameters besides those of the groups")
        };
        let [by_mean, by_spread, by_groups @ .., by_slope, by_noise] = gradient else {
            unreachable!("as long as the position")
        };
        let (mean, spread) = (5.0 * z_mean, ln_spread.exp());
        let (slope, noise) = (5.0 * z_slope, ln_noise.exp());
        let precision = 1.0 / (noise * noise);

        // Slices of one length, so that no index is checked inside the loops.
        let (inner, by_groups) = (&inner[..groups], &mut by_groups[..groups]);
        let (x_means, y_means) = (&self.x_means[..groups], &self.y_means[..groups]);
        let mut sums = Sums::default();
        let whole = groups - groups % PARTS;
        for start in (0..whole).step_by(PARTS) {
            for part in 0..PARTS {
                let group = start + part;
                let z = inner[group];
                let distance = mean + spread * z + slope * x_means[group] - y_means[group];
                let weighted = self.group_rows[group] * distance;
                by_groups[group] = -z - precision * spread * weighted;
                sums.add(part, z, distance, weighted, x_means[group]);
            }
        }
        for group in whole..groups {
            let z = inner[group];
            let distance = mean + spread * z + slope * x_means[group] - y_means[group];
            let weighted = self.group_rows[group] * distance;
            by_groups[group] = -z - precision * spread * weighted;
            sums.add(group - whole, z, distance, weighted, x_means[group]);
        }

        let squares = self.within(slope) + total(sums.squares);
        let weighted = total(sums.weighted);
        let within_slope = slope * self.within_xx - self.within_xy;
        let (mean_prior, mean_slope) = normal(*z_mean);
        let (spread_prior, spread_slope) = half_normal(*ln_spread, spread);
        let (slope_prior, slope_slope) = normal(*z_slope);
        let (noise_prior, noise_slope) = half_normal(*ln_noise, noise);
        *by_mean = mean_slope - 5.0 * precision * weighted;
        *by_spread = spread_slope - spread * precision * total(sums.weighted_z);
        *by_slope = slope_slope - 5.0 * precision * (within_slope + total(sums.weighted_x));
        *by_noise = noise_slope - self.rows + precision * squares;
        let normalising = (groups as f64 + self.rows) * HALF_LN_TAU + self.rows * ln_noise;
        mean_prior + spread_prior + slope_prior + noise_prior
            - normalising
            - 0.5 * (total(sums.z_squares) + precision * squares)
    }
}

/// Sums over groups, each in [`PARTS`] parts.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    z_squares: [f64; PARTS],
    squares: [f64; PARTS],
    weighted: [f64; PARTS],
    weighted_z: [f64; PARTS],
    weighted_x: [f64; PARTS],
}

impl Sums {
    #[inline(always)]
    fn add(&mut self, part: usize, z: f64, distance: f64, weighted: f64, x: f64) {
        self.z_squares[part] += z * z;
        self.squares[part] += weighted * distance;
        self.weighted[part] += weighted;
        self.weighted_z[part] += weighted * z;
        self.weighted_x[part] += weighted * x;
    }
}

fn total(parts: [f64; PARTS]) -> f64 {
    parts.iter().sum()
}
