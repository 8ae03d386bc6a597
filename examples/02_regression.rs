//! Fits a straight line to data and predicts a new point.
//!
//! What to see: a `Predictor` states the outcome's distribution for any covariates; its closure runs
//! once, on placeholders.

#![expect(clippy::print_stdout, reason = "an example prints what it found")]

use rainier::prelude::*;

fn main() -> Result<(), SampleError> {
    // y = 1 + 2 x, with errors of ± 0.1.
    let rows: Vec<(f64, f64)> = (0..40)
        .map(|i| {
            let x = f64::from(i) / 10.0;
            (x, 1.0 + 2.0 * x + if i % 2 == 0 { 0.1 } else { -0.1 })
        })
        .collect();
    let model = model! {
        intercept = Normal::new(0.0, 10.0).param();
        slope = Normal::new(0.0, 10.0).param();
        noise = HalfNormal::new(1.0).param();
        let line = {
            let (intercept, slope, noise) = (intercept.clone(), slope.clone(), noise.clone());
            Predictor::from_fn(move |x: &Real| Normal::new(&intercept + &slope * x, &noise))
        };
        () = line.fit(&rows);
        yield (intercept, slope, line.predict(10.0))
    };
    let trace = model.sample(&Nuts::default(), &Run::default().with_seed(2))?;
    println!("{}", trace.summary());
    let predicted: Vec<f64> = trace.draws().iter().map(|&(_, _, y)| y).collect();
    println!("outcome at x = 10:\n{}", plot1d(&predicted));

    let summary = trace.summary();
    let slope = &summary.rows()[1];
    assert!((slope.mean - 2.0).abs() < 4.0 * slope.sd);
    assert!(trace.warnings().is_empty());
    Ok(())
}
