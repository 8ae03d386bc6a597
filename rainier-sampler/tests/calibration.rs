//! Checks each sampler by simulation: parameters from the prior, data from them, ranks among draws.
//!
//! In: a model of a location and a scale with five observations. Out: uniform ranks (Talts et al.
//! 2018, arXiv:1804.06788), and ranks that are not uniform when the posterior is a wrong one.

use rainier_sampler::{
    Ehmc, Hmc, LogDensity, LogDensityGradient, MetricShape, Nuts, Run, Sampler, Slice, Start,
    Streams, Trace, Walkers,
};
use rand::RngExt;
use rand_distr::StandardNormal;
use testkit::uniformity;

const OBSERVATIONS: usize = 5;

/// m ~ N(0, 1), ln s ~ N(0, ½²), y ~ N(m, s) five times; the posterior of (m, ln s).
#[derive(Debug, Clone)]
struct LocationScale {
    data: [f64; OBSERVATIONS],
    /// 1, or another weight of the data that makes the posterior a wrong one.
    weight: f64,
}

impl LogDensity for LocationScale {
    fn dimension(&self) -> usize {
        2
    }

    fn log_density(&mut self, position: &[f64]) -> f64 {
        self.log_density_and_gradient(position, &mut [0.0; 2])
    }
}

impl LogDensityGradient for LocationScale {
    fn log_density_and_gradient(&mut self, position: &[f64], gradient: &mut [f64]) -> f64 {
        let (location, log_scale) = (position[0], position[1]);
        let scale = log_scale.exp();
        let mut value = -0.5 * location * location - 2.0 * log_scale * log_scale;
        gradient[0] = -location;
        gradient[1] = -4.0 * log_scale;
        for y in self.data {
            let z = (y - location) / scale;
            value += self.weight * (-0.5 * z * z - log_scale);
            gradient[0] += self.weight * z / scale;
            gradient[1] += self.weight * (z * z - 1.0);
        }
        value
    }
}

/// Draws left of each run after thinning.
const KEPT: usize = 15;
const SIMULATIONS: usize = 1_000;

/// Whether the ranks of both parameters are uniform.
fn is_calibrated<S: Sampler<LocationScale>>(sampler: &S, thinning: usize, weight: f64) -> bool {
    let run = Run::default().with_warm_up(200).with_draws(KEPT * thinning);
    let mut ranks = [Vec::new(), Vec::new()];
    for simulation in 0..SIMULATIONS {
        let mut rng = Streams::from_seed(17).stream(simulation as u64, 0);
        let mut standard = || rng.sample::<f64, _>(StandardNormal);
        let truth = [standard(), 0.5 * standard()];
        let data = [(); OBSERVATIONS].map(|()| truth[0] + truth[1].exp() * standard());
        let mut density = LocationScale { data, weight };
        let chains = sampler
            .run_chain(&mut density, &run, 0, &mut rng)
            .expect("a start and a step size");
        let names = vec!["m".to_owned(), "ln s".to_owned()];
        let trace = Trace::from_chains(names, chains).expect("two names");
        for (parameter, ranks) in ranks.iter_mut().enumerate() {
            // Of an ensemble, its first walker.
            let kept = (1..=KEPT).map(|draw| trace.draw(0, draw * thinning - 1)[parameter]);
            ranks.push(kept.filter(|&x| x < truth[parameter]).count());
        }
    }
    ranks
        .iter()
        .all(|ranks| uniformity(ranks, KEPT).is_plausible())
}

fn check<S: Sampler<LocationScale>>(sampler: &S, thinning: usize) {
    assert!(is_calibrated(sampler, thinning, 1.0));
    // Data that count one and a half times make the posterior too narrow.
    assert!(!is_calibrated(sampler, thinning, 1.5));
}

#[test]
fn nuts_is_calibrated() {
    check(&Nuts::default(), 6);
}

#[test]
fn nuts_with_a_dense_metric_from_pathfinder_is_calibrated() {
    let sampler = Nuts::default().with_metric(MetricShape::Dense);
    check(&sampler.with_start(Start::Pathfinder), 6);
}

#[test]
fn hmc_is_calibrated() {
    check(&Hmc::default(), 6);
}

#[test]
fn ehmc_is_calibrated() {
    check(&Ehmc::default(), 6);
}

#[test]
fn walkers_are_calibrated() {
    check(&Walkers::default().with_walkers(10), 40);
}

#[test]
fn slices_are_calibrated() {
    check(&Slice::default(), 6);
}
