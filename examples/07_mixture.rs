//! Tells two kinds of numbers apart without being told which is which.
//!
//! What to see: components summed out by `Mixture`; `Ordered` keeps their names from changing
//! places; the model chosen by leave-one-out.

#![expect(clippy::print_stdout, reason = "an example prints what it found")]

use rainier::prelude::*;
use rainier::sampler::diagnostics::compare;

/// Minutes between eruptions of a geyser, rounded: short waits and long ones.
const WAITS: [f64; 24] = [
    79.0, 54.0, 74.0, 62.0, 85.0, 55.0, 88.0, 85.0, 51.0, 85.0, 54.0, 84.0, 78.0, 47.0, 83.0, 52.0,
    62.0, 84.0, 52.0, 79.0, 51.0, 47.0, 78.0, 69.0,
];

fn main() -> Result<(), SampleError> {
    let two = model! {
        short = Beta::new(2, 2).param();
        center = Ordered::new(2, Normal::new(70, 20)).params();
        spread = HalfNormal::new(10).param();
        () = Mixture::continuous(&short, Normal::new(&center[0], &spread))
            .and(1.0 - &short, Normal::new(&center[1], &spread))
            .fit(WAITS);
        yield (short, center, spread)
    };
    let one = model! {
        center = Normal::new(70, 20).param();
        spread = HalfNormal::new(20).param();
        () = Normal::new(&center, &spread).fit(WAITS);
        yield (center, spread)
    };
    let run = Run::default().with_seed(7);
    let (two, one) = (
        two.sample(&Nuts::default(), &run)?,
        one.sample(&Nuts::default(), &run)?,
    );
    println!("{}", two.summary());
    let rows = two.summary().rows().to_vec();
    assert!(rows[1].mean < 60.0 && rows[2].mean > 75.0);

    let loo = |likelihood: rainier::dist::LogLikelihood| likelihood.loo().map(|loo| loo.accuracy);
    if let (Some(two), Some(one)) = (loo(two.log_likelihood()?), loo(one.log_likelihood()?)) {
        let gain = compare(&two, &one).map_or(0.0, |difference| difference.elpd);
        println!("two kinds predict a wait better than one by {gain:.1} nats in all");
        assert!(gain > 0.0);
    }
    Ok(())
}
