//! Samples a density written by hand, without a model.
//!
//! What to see: a sampler asks for two methods only; walkers need no gradient.

#![expect(clippy::print_stdout, reason = "an example prints what it found")]

use rainier::prelude::*;
use rainier::sampler::sample;

/// A normal along a bent ridge (the "banana"): y ~ N(x² / 2, 1), x ~ N(0, 1).
struct Banana;

impl LogDensity for Banana {
    fn dimension(&self) -> usize {
        2
    }

    fn log_density(&mut self, position: &[f64]) -> f64 {
        let [x, y] = [position[0], position[1]];
        -0.5 * (x * x + (y - 0.5 * x * x).powi(2))
    }
}

fn main() -> Result<(), rainier::sampler::SampleError> {
    let run = Run::default().with_seed(5).with_chains(2).with_draws(2_000);
    let trace = sample(|| Banana, &Walkers::default(), &run)?;
    let points: Vec<(f64, f64)> = trace
        .draws()
        .chunks_exact(2)
        .map(|point| (point[0], point[1]))
        .collect();
    println!("{}", plot2d(&points));

    // E y = E x² / 2 = 1/2.
    let summary = trace.summary();
    let y = &summary.rows()[1];
    assert!(
        (y.mean - 0.5).abs() < 5.0 * y.mcse_mean,
        "{} ± {}",
        y.mean,
        y.mcse_mean
    );
    Ok(())
}
