//! Estimates the scale of each coordinate from positions and slopes together.
//!
//! In: positions and the gradients there, one pair at a time, of chains side by side. Out: a diagonal
//! metric for each.

use super::variance::RunningVariance;
use crate::hamiltonian::Metric;

/// Running variances of coordinates and of slopes, `[coordinate][chain]`.
///
/// The variance that a coordinate should be measured by is the root of Var(x) / Var(∂ ln p/∂x): of all
/// diagonal metrics, the one under which gradients look most like those of a standard normal
/// (Seyboldt, Carlson & Carpenter 2026, arXiv:2603.18845). For a normal with independent coordinates
/// x and slope are proportional, and a few pairs give the variance exactly, whatever its order of
/// magnitude. A variance of positions alone is a tenth off after fifty, and has to be pulled towards
/// a constant that fits one scale only.
#[derive(Debug, Clone)]
pub(crate) struct RunningScales<const CHAINS: usize> {
    positions: RunningVariance,
    slopes: RunningVariance,
}

impl<const CHAINS: usize> RunningScales<CHAINS> {
    pub(crate) fn new(dimension: usize) -> Self {
        Self {
            positions: RunningVariance::new(CHAINS * dimension),
            slopes: RunningVariance::new(CHAINS * dimension),
        }
    }

    #[inline(always)]
    pub(crate) fn observe(&mut self, position: &[[f64; CHAINS]], gradient: &[[f64; CHAINS]]) {
        self.positions.observe(position.as_flattened());
        self.slopes.observe(gradient.as_flattened());
    }

    /// The metrics; starts afresh. A coordinate that has not moved, or whose slope has not changed,
    /// has the shrunk variance of its positions alone.
    pub(crate) fn take_metrics(&mut self) -> [Metric; CHAINS] {
        let variances = self.ratios().into_iter().zip(self.take_shrunk());
        let variances = variances.map(|(ratio, shrunk)| ratio.unwrap_or(shrunk));
        let variances: Vec<f64> = variances.collect();
        std::array::from_fn(|chain| Metric::diagonal(Self::of_chain(&variances, chain).collect()))
    }

    /// The metric of each chain whose slopes tell the scale of every coordinate; starts afresh. For a
    /// few positions alone tell none.
    pub(crate) fn take_metrics_of_slopes(&mut self) -> [Option<Metric>; CHAINS] {
        let ratios = self.ratios();
        self.take_shrunk();
        std::array::from_fn(|chain| {
            let ratios: Option<Vec<f64>> = Self::of_chain(&ratios, chain).collect();
            ratios.map(Metric::diagonal)
        })
    }

    fn of_chain<T: Copy>(all: &[T], chain: usize) -> impl Iterator<Item = T> {
        all.iter().skip(chain).step_by(CHAINS).copied()
    }

    /// The variance of each coordinate that its slopes tell.
    fn ratios(&self) -> Vec<Option<f64>> {
        let squares = self.positions.squares().iter().zip(self.slopes.squares());
        let ratios = squares.map(|(x, slope)| (x / slope).sqrt());
        ratios
            .map(|ratio| (ratio.is_finite() && ratio > 0.0).then_some(ratio))
            .collect()
    }

    /// The shrunk variances of positions alone; starts afresh.
    fn take_shrunk(&mut self) -> Vec<f64> {
        let shrunk = self.positions.take_shrunk();
        self.slopes = RunningVariance::new(shrunk.len());
        shrunk
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_normal_is_measured_exactly_by_a_few_pairs() {
        let variances = [1e-12, 1.0, 4e8];
        let mut scales = RunningScales::<2>::new(3);
        for pair in 0..5 {
            let standard = f64::from(pair * 3 % 5) - 1.7;
            let position = variances.map(|variance: f64| 3.0 + standard * variance.sqrt());
            let slopes: Vec<f64> = variances.map(|variance| -standard / variance.sqrt()).into();
            // The first chain does not move.
            let beside = |x: &[f64]| x.iter().map(|x| [0.0, *x]).collect::<Vec<_>>();
            scales.observe(&beside(&position), &beside(&slopes));
        }
        let [_, Metric::Diagonal { variance, .. }] = scales.take_metrics() else {
            panic!("diagonal");
        };
        for (found, expected) in variance.iter().zip(variances) {
            // 3 + 1e-6 has lost six digits already.
            assert!((found / expected - 1.0).abs() < 1e-8, "{found}");
        }
    }

    #[test]
    fn what_tells_nothing_has_a_positive_variance() {
        let mut scales = RunningScales::<1>::new(3);
        for pair in 0..10 {
            let x = f64::from(pair);
            // Never moved; a slope that is always the same; squares that overflow.
            scales.observe(&[[1.0], [x], [1e200 * x]], &[[0.5], [2.0], [1e-200 * x]]);
        }
        let [Metric::Diagonal { variance, .. }] = scales.take_metrics() else {
            panic!("diagonal");
        };
        assert!(variance.iter().all(|v| v.is_finite() && *v > 0.0));
        scales.observe(&[[1.0], [2.0], [3.0]], &[[0.5], [2.0], [-1.0]]);
        scales.observe(&[[2.0], [1.0], [5.0]], &[[0.0], [2.0], [-2.0]]);
        assert_eq!(scales.take_metrics_of_slopes(), [None]);
        // And nothing is left of it.
        scales.observe(&[[1.0]; 3], &[[1.0]; 3]);
        scales.observe(&[[2.0]; 3], &[[0.0]; 3]);
        assert_eq!(scales.take_metrics(), [Metric::identity(3)]);
    }
}
