//! Fits a generalised Pareto distribution to exceedances.
//!
//! In: sorted numbers of at least 0. Out: shape and scale, and quantiles. Zhang & Stephens (2009),
//! "A new and efficient estimation method for the generalized Pareto distribution".

/// F(x) = 1 − (1 + k x / σ)^(−1/k) on x ≥ 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct GeneralisedPareto {
    pub(super) shape: f64,
    pub(super) scale: f64,
}

impl GeneralisedPareto {
    /// The estimate from `sorted`, ascending, with a weak prior of weight 10 that draws the shape
    /// to ½ (Vehtari et al. 2024, appendix C). None unless the shape is a number.
    pub(super) fn fit(sorted: &[f64]) -> Option<Self> {
        const PRIOR_WEIGHT: f64 = 10.0;
        const PRIOR_SHAPE: f64 = 0.5;
        let count = sorted.len() as f64;
        let theta = posterior_mean_theta(sorted)?;
        let shape = profile_shape(theta, sorted);
        let fit = Self {
            scale: -shape / theta,
            shape: (shape * count + PRIOR_SHAPE * PRIOR_WEIGHT) / (count + PRIOR_WEIGHT),
        };
        (fit.shape.is_finite() && fit.scale.is_finite()).then_some(fit)
    }

    /// σ ((1 − p)^(−k) − 1) / k, to full digits near p = 0 and k = 0.
    pub(super) fn quantile(self, probability: f64) -> f64 {
        let time = -(-probability).ln_1p();
        if self.shape == 0.0 {
            self.scale * time
        } else {
            self.scale * (self.shape * time).exp_m1() / self.shape
        }
    }
}

/// The mean of θ = −k / σ under the profile likelihood, over the paper's grid (equations 7 to 9).
fn posterior_mean_theta(sorted: &[f64]) -> Option<f64> {
    const FEWEST_POINTS: usize = 30;
    // The paper's prior scale: a third of the inverse of the first quartile.
    const PRIOR: f64 = 3.0;
    let count = sorted.len();
    let largest = *sorted.last()?;
    let quartile = sorted[(count + 2) / 4 - usize::from(count > 1)];
    let points = FEWEST_POINTS + count.isqrt();
    let grid: Vec<f64> = (1..=points)
        .map(|j| {
            let spread = (points as f64 / (j as f64 - 0.5)).sqrt();
            1.0 / largest + (1.0 - spread) / (PRIOR * quartile)
        })
        .collect();
    let log_likelihoods: Vec<f64> = grid
        .iter()
        .map(|&theta| {
            let shape = profile_shape(theta, sorted);
            count as f64 * ((-theta / shape).ln() - shape - 1.0)
        })
        .collect();
    let mean = grid.iter().zip(&log_likelihoods).map(|(theta, own)| {
        // 1 / Σ exp(l − lⱼ): no weight overflows.
        let others = log_likelihoods.iter().map(|other| (other - own).exp());
        theta / others.sum::<f64>()
    });
    let theta: f64 = mean.sum();
    theta.is_finite().then_some(theta)
}

/// k(θ) = mean of ln(1 − θ x).
fn profile_shape(theta: f64, sorted: &[f64]) -> f64 {
    sorted.iter().map(|x| (-theta * x).ln_1p()).sum::<f64>() / sorted.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_of_exact_quantiles_is_found() {
        for shape in [-0.3, 0.0, 0.4, 0.9] {
            let truth = GeneralisedPareto { shape, scale: 2.0 };
            let count = 4000;
            let sorted: Vec<f64> = (0..count)
                .map(|i| truth.quantile((f64::from(i) + 0.5) / f64::from(count)))
                .collect();
            let fit = GeneralisedPareto::fit(&sorted).expect("quantiles can be fitted");
            // The asymptotic standard error of the shape is (1 + k) / √n; the prior moves it by
            // less.
            let error = (1.0 + shape) / f64::from(count).sqrt();
            assert!((fit.shape - shape).abs() < error, "{fit:?} for {shape}");
            assert!((fit.scale - 2.0).abs() < 2.0 * 2.0 * error, "{fit:?}");
        }
    }

    #[test]
    fn equal_exceedances_have_no_shape_but_do_not_panic() {
        assert_eq!(GeneralisedPareto::fit(&[]), None);
        assert_eq!(GeneralisedPareto::fit(&[0.0; 8]), None);
    }
}
