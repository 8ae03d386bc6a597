//! Keeps a compiled model, as bytes if need be, and gives it new data.
//!
//! What to see: a template is compiled once; bytes of it run elsewhere without the source of the
//! model; the same seed gives the same draws.

#![expect(clippy::print_stdout, reason = "an example prints what it found")]

use std::error::Error;

use rainier::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    let (hours, scores) = (Column::placeholder("hours"), Column::placeholder("scores"));
    let template = model! {
        start = Normal::new(0, 10).param();
        slope = Normal::new(0, 10).param();
        noise = HalfNormal::new(2).param();
        () = Normal::new(&start + &slope * hours.real(), &noise).fit(&scores);
        yield (start, slope)
    }
    .template()?;
    let run = Run::default().with_seed(10).with_draws(500);
    let weeks = [
        ([1.0, 2.0, 3.0, 4.0], [5.1, 6.9, 9.2, 10.8]),
        ([2.0, 4.0, 6.0, 8.0], [3.9, 3.1, 1.8, 1.2]),
    ];
    for (week, (hours_seen, scores_seen)) in weeks.iter().enumerate() {
        let data = [
            (&hours, hours_seen.as_slice()),
            (&scores, scores_seen.as_slice()),
        ];
        let trace = template.bind(&data)?.sample(&Nuts::default(), &run)?;
        let slope = trace.summary().rows()[1].mean;
        println!("week {week}: {slope:.2} points an hour");
        assert!(if week == 0 { slope > 1.0 } else { slope < 0.0 });

        // What another process would do with the bytes.
        let portable = PortableTemplate::from_bytes(&template.to_bytes()?)?;
        let named = [
            ("hours", hours_seen.as_slice()),
            ("scores", scores_seen.as_slice()),
        ];
        let again = portable.bind(&named)?.sample(&Nuts::default(), &run)?;
        assert_eq!(again.trace().draws(), trace.trace().draws());
    }
    Ok(())
}
