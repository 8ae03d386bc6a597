//! Lets every group have a line of its own, drawn towards the others where it has few rows.
//!
//! What to see: `Real::lookup` picks a group's unknown for each row; a predictor takes the group as a
//! covariate; groups with few rows are pulled towards the mean of all.

#![expect(clippy::print_stdout, reason = "an example prints what it found")]

use rainier::prelude::*;

/// Group, hours of practice, score. The last group has one row, far from the others.
const ROWS: [(f64, f64, f64); 13] = [
    (0.0, 1.0, 5.9),
    (0.0, 2.0, 8.2),
    (0.0, 3.0, 9.8),
    (0.0, 4.0, 12.1),
    (1.0, 1.0, 6.8),
    (1.0, 2.0, 9.1),
    (1.0, 3.0, 11.2),
    (1.0, 4.0, 12.9),
    (2.0, 1.0, 5.2),
    (2.0, 2.0, 6.9),
    (2.0, 3.0, 9.1),
    (2.0, 4.0, 11.1),
    (3.0, 2.0, 16.0),
];

fn main() -> Result<(), SampleError> {
    let rows = ROWS.map(|(group, hours, score)| ((group, hours), score));
    let model = model! {
        mean = Normal::new(5, 5).param();
        spread = HalfNormal::new(3).param();
        start = RandomVariable::sequence((0..4).map(|_| Normal::new(&mean, &spread).param()));
        slope = Normal::new(0, 5).param();
        noise = HalfNormal::new(2).param();
        let line = {
            let (start, slope) = (start.clone(), slope.clone());
            Predictor::from_fn(move |(group, hours): &(Real, Real)| {
                Normal::new(Real::lookup(group, &start) + &slope * hours, &noise)
            })
        };
        () = line.fit(&rows);
        yield (start, slope, line.predict((3.0, 5.0)))
    };
    let trace = model.sample(&Nuts::default(), &Run::default().with_seed(6))?;
    println!("{}", trace.summary());
    let rows = trace.summary().rows().to_vec();
    let (first, last, slope) = (&rows[0], &rows[3], &rows[4]);
    // Alone, the one row of the last group would put its line through 16 at 2 hours.
    let alone = 16.0 - 2.0 * slope.mean;
    assert!(last.mean < alone && last.sd > first.sd);
    assert!((slope.mean - 2.0).abs() < 4.0 * slope.sd);
    Ok(())
}
