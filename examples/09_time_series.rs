//! Follows a rate that drifts, and says how many of the next counts to expect.
//!
//! What to see: a random walk as a prior of many unknowns, each with its own count; a forecast as a
//! generator.

#![expect(clippy::print_stdout, reason = "an example prints what it found")]

use rainier::prelude::*;

/// Accidents a year in British coal mines, 1851 to 1900 (Jarrett 1979).
const ACCIDENTS: [i64; 50] = [
    4, 5, 4, 1, 0, 4, 3, 4, 0, 6, 3, 3, 4, 0, 2, 6, 3, 3, 5, 4, 5, 3, 1, 4, 4, 1, 5, 5, 3, 4, 2, 5,
    2, 2, 3, 4, 2, 1, 3, 2, 2, 1, 1, 1, 1, 3, 0, 0, 1, 0,
];

fn main() -> Result<(), SampleError> {
    let years = ACCIDENTS.len();
    let model = model! {
        start = Normal::new(1, 1).param();
        drift = HalfNormal::new(0.3).param();
        log_rate = GaussianRandomWalk::new(years, &drift, &start).params();
        let seen: Vec<(f64, i64)> = (0..).map(f64::from).zip(ACCIDENTS).collect();
        () = {
            let log_rate = log_rate.clone();
            Predictor::from_fn(move |year: &Real| Poisson::with_log_rate(Real::lookup(year, &log_rate)))
                .fit(&seen)
        };
        let last = log_rate[years - 1].clone();
        let next = Normal::new(&last, &drift).generator();
        yield (log_rate[0].exp(), last.exp(), (&last - &log_rate[0]).exp(), next)
    };
    let trace = model.sample(&Nuts::default(), &Run::default().with_seed(9))?;
    let rows = trace.summary().rows().to_vec();
    println!(
        "accidents a year: {:.1} at first, {:.1} in 1900",
        rows[0].mean, rows[1].mean
    );
    let next: Vec<f64> = trace.draws().iter().map(|(.., next)| next.exp()).collect();
    println!("{}", plot1d(next));
    // The change is known better than either end.
    println!(
        "{:.2} of what it was, at most {:.2}",
        rows[2].mean, rows[2].q95
    );
    assert!(rows[2].q95 < 1.0, "the mines became safer");
    Ok(())
}
