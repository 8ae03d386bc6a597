//! Gives a model a prior written by hand: any log density on any support.
//!
//! What to see: the density is an expression, so gradients come for free; it need not be normalised;
//! NUTS and walkers agree.

#![expect(clippy::print_stdout, reason = "an example prints what it found")]

use rainier::prelude::*;

fn main() -> Result<(), SampleError> {
    // A normal along a bent ridge (the "banana"): x ~ N(0, 1), y ~ N(x² / 2, 1).
    let banana = model! {
        x = Normal::standard().param();
        let ridge = 0.5 * &x * &x;
        y = Custom::continuous(Support::WholeLine, move |y| -0.5 * (y - &ridge) * (y - &ridge)).param();
        yield (x, y)
    };
    let run = Run::default().with_seed(5).with_chains(2).with_draws(2_000);
    let trace = banana.sample(&Nuts::default(), &run)?;
    println!("{}", plot2d(trace.draws()));

    // E y = E x² / 2 = 1/2.
    for trace in [trace, banana.sample(&Walkers::default(), &run)?] {
        let summary = trace.summary();
        let y = &summary.rows()[1];
        assert!(
            (y.mean - 0.5).abs() < 5.0 * y.mcse_mean,
            "{} ± {}",
            y.mean,
            y.mcse_mean
        );
    }
    Ok(())
}
