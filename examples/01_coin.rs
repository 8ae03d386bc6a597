//! Learns the bias of a coin, and checks the answer against the exact one.
//!
//! What to see: `param` makes an unknown, `fit` adds data, `sample` draws from the posterior.

#![expect(clippy::print_stdout, reason = "an example prints what it found")]

use rainier::prelude::*;

fn main() -> Result<(), SampleError> {
    let tosses = [true, false, true, true, false, true, true, true];
    let model = Beta::new(1.0, 1.0)
        .param()
        .named("heads")
        .flat_map(|heads| Bernoulli::new(&heads).fit(tosses).map(|()| heads));
    let trace = model.sample(&Nuts::default(), &Run::default().with_seed(1))?;
    println!("{}\n{}", trace.summary(), plot1d(trace.draws()));

    // Six heads and two tails: the posterior is Beta(7, 3), with mean 0.7.
    let summary = trace.summary();
    let row = &summary.rows()[0];
    assert!((row.mean - 0.7).abs() < 5.0 * row.mcse_mean);
    Ok(())
}
