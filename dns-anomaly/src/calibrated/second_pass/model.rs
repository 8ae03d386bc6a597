//! States the model of windows that the second pass samples: the screen's, with its levels integrated out.
//!
//! In: busy bins and sizes of a window's references, the population's priors. Out: draws of five unknowns.
//!
//! Of L bins Z are busy, `Z ~ BetaBinomial(L, a, b)` with a = 1/((1 − p) τ²) and b = 1/(p τ²): mean p, and windows that
//! vary by τ on the scale of log odds. The sum of count − 1 over them is NB2 with mean m Z and dispersion
//! 1/(1/(Z r) + σ²): bins vary by r, windows by σ. Priors are the population's.

use rainier::prelude::*;

use crate::calibrated::population::{BetaPrior, LogNormalPrior, Population};

/// Busy bins and Σ (count − 1) of a reference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row {
    pub(super) busy: f64,
    pub(super) excess: f64,
}

/// The model of windows with a given number of bins, compiled.
#[derive(Debug)]
pub(super) struct WindowModel {
    template: Template<[Real; 5]>,
    busy: Column,
    /// Of windows that are not silent.
    busy_of_sizes: Column,
    excess: Column,
}

/// One draw of the posterior.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct WindowDraw {
    /// Probability of a bin to be busy, p.
    pub(super) share: f64,
    /// Spread of windows' log odds, τ.
    pub(super) activity_spread: f64,
    /// Mean of count − 1 of a busy bin, m.
    pub(super) mean_size: f64,
    /// Dispersion within a window, r.
    pub(super) dispersion: f64,
    /// Spread of windows' sizes, σ.
    pub(super) size_spread: f64,
}

/// Iterations that adapt, and draws kept: enough for a mean of tails to be off by some percent of its logarithm.
const ITERATIONS: (usize, usize) = (200, 200);

impl WindowModel {
    /// `slots` is the slot of each bin of a window.
    pub(super) fn new(slots: &[usize], population: &Population) -> Result<Self, SampleError> {
        let bins = slots.len() as f64;
        let mean = |of: fn(&BetaPrior) -> f64| {
            let all = slots.iter().map(|&slot| of(&population.activity[slot]));
            all.sum::<f64>() / bins
        };
        let [busy, busy_of_sizes, excess] =
            ["busy", "busy of sizes", "excess"].map(Column::placeholder);
        let log_normal = |prior: LogNormalPrior| LogNormal::new(prior.mean, prior.sd);
        let size = population.size;
        let model = model! {
            share = Beta::new(mean(|prior| prior.active), mean(|prior| prior.silent)).param();
            activity_spread = log_normal(population.activity_spread).param();
            mean_size = Gamma::with_rate(size.shape, size.shape / size.mean).param();
            dispersion = log_normal(population.dispersion).param();
            size_spread = log_normal(population.size_spread).param();
            let square = activity_spread.pow(2);
            let active = ((1.0 - &share) * &square).pow(-1);
            let silent = (&share * &square).pow(-1);
            () = BetaBinomial::new(bins, active, silent).fit(&busy);
            let of_window = (busy_of_sizes.real() * &dispersion).pow(-1) + size_spread.pow(2);
            let sizes = NegativeBinomial::new(&mean_size * busy_of_sizes.real(), of_window.pow(-1));
            () = sizes.fit(&excess);
            yield [share, activity_spread, mean_size, dispersion, size_spread]
        };
        Ok(Self {
            template: model.template()?,
            busy,
            busy_of_sizes,
            excess,
        })
    }

    /// Samples many windows in lock step, each named by its key, with the rows of its references; the outcome of one
    /// depends on seed, key and rows alone. None for a window that cannot be sampled.
    pub(super) fn sample(
        &self,
        windows: impl IntoIterator<Item = (u64, Vec<Row>)>,
        seed: u64,
    ) -> Result<Vec<Option<Vec<WindowDraw>>>, SampleError> {
        let windows = windows.into_iter().map(|(key, rows)| {
            let busy: Vec<f64> = rows.iter().map(|row| row.busy).collect();
            let sized = || rows.iter().filter(|row| row.busy > 0.0);
            let data = [
                (&self.busy, busy),
                (&self.busy_of_sizes, sized().map(|row| row.busy).collect()),
                (&self.excess, sized().map(|row| row.excess).collect()),
            ];
            (key, data)
        });
        let (warm_up, draws) = ITERATIONS;
        let run = Run::default()
            .with_seed(seed)
            .with_chains(1)
            .with_warm_up(warm_up)
            .with_draws(draws);
        let fits = self.template.sample_many(windows, &Hmc::default(), &run)?;
        let draws = fits.map(|fit| {
            let trace = fit.outcome.ok()?;
            Some(trace.draws().iter().map(WindowDraw::of).collect())
        });
        Ok(draws.collect())
    }
}

impl WindowDraw {
    fn of(numbers: &[f64; 5]) -> Self {
        let &[share, activity_spread, mean_size, dispersion, size_spread] = numbers;
        Self {
            share,
            activity_spread,
            mean_size,
            dispersion,
            size_spread,
        }
    }
}
