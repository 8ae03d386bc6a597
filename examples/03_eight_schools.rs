//! Pools the effects of coaching in eight schools (Rubin 1981).
//!
//! What to see: `sequence` over many unknowns; a normal with unknown location and scale is
//! non-centred by itself, so the funnel needs no care.

#![expect(clippy::print_stdout, reason = "an example prints what it found")]

use rainier::prelude::*;

const EFFECTS: [(f64, f64); 8] = [
    (28.0, 15.0),
    (8.0, 10.0),
    (-3.0, 16.0),
    (7.0, 11.0),
    (-1.0, 9.0),
    (1.0, 11.0),
    (18.0, 10.0),
    (12.0, 18.0),
];

fn main() -> Result<(), SampleError> {
    let model = model! {
        mean = Normal::new(0.0, 5.0).param();
        spread = HalfCauchy::new(5.0).param();
        school = RandomVariable::sequence(EFFECTS.map(|(effect, error)| {
            Normal::new(&mean, &spread).param().flat_map(move |school| {
                Normal::new(&school, error).fit([effect]).map(|()| school)
            })
        }));
        yield (mean, spread, school)
    };
    let sampler = Nuts::default().with_target_acceptance(0.95);
    let trace = model.sample(&sampler, &Run::default().with_seed(3))?;
    println!("{}", trace.summary());

    // Exact means by quadrature: 4.397 and 3.594.
    for (row, exact) in trace.summary().rows().iter().zip([4.397, 3.594]) {
        assert!(
            (row.mean - exact).abs() < 5.0 * row.mcse_mean,
            "{}: {}",
            row.name,
            row.mean
        );
    }
    Ok(())
}
