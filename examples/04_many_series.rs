//! Compiles a model once and binds it to many data sets.
//!
//! What to see: a placeholder column, `template`, `bind`; each series has a random stream of its own.

#![expect(clippy::print_stdout, reason = "an example prints what it found")]

use rainier::prelude::*;

fn main() -> Result<(), SampleError> {
    let counts = Column::placeholder("counts");
    let template = model! {
        zero_prob = Beta::new(1, 1).param();
        rate = Gamma::new(2.0, 4.0).param();
        () = Poisson::new(&rate).zero_inflated(&zero_prob).fit(&counts);
        yield (zero_prob, rate)
    }
    .template()?;
    for series in 0..5_u64 {
        let size = 3.0 + 2.0 * series as f64;
        let data: Vec<f64> = (0..48)
            .map(|hour| if hour % 3 == 0 { size } else { 0.0 })
            .collect();
        let run = Run::default().with_seed(4).with_key(series).with_chains(1);
        let trace = template
            .bind(&[(&counts, &data)])?
            .sample(&Nuts::default(), &run)?;
        let rows = trace.summary().rows().to_vec();
        println!(
            "series {series}: zero_prob {:.2}, rate {:.2}",
            rows[0].mean, rows[1].mean
        );
        assert!((rows[1].mean - size).abs() < 4.0 * rows[1].sd);
    }
    Ok(())
}
