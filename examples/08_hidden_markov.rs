//! Finds when a domain was quiet and when it was busy.
//!
//! What to see: hidden states summed out by the forward algorithm; the most likely path as a
//! generator, for each draw of the posterior.

#![expect(clippy::print_stdout, reason = "an example prints what it found")]

use rainier::prelude::*;

/// Queries of an hour: two days of silence with a busy night in each.
const QUERIES: [i64; 48] = [
    0, 1, 0, 0, 2, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 9, 12, 7, 11, 8, 10, 13, 9, 1, 0, 0, 1, 0, 0,
    0, 2, 0, 0, 1, 0, 0, 1, 0, 0, 8, 11, 9, 12, 10, 7, 9, 11,
];

fn main() -> Result<(), SampleError> {
    let queries = QUERIES.map(|count| count as f64);
    let model = model! {
        stay = RandomVariable::sequence((0..2).map(|_| Beta::new(4, 1).param()));
        rate = Ordered::new(2, Gamma::new(1, 5)).params();
        let hours = HiddenMarkov::discrete(
            [0.5, 0.5],
            [
                [stay[0].clone(), 1.0 - &stay[0]],
                [1.0 - &stay[1], stay[1].clone()],
            ],
            [Poisson::new(&rate[0]), Poisson::new(&rate[1])],
        );
        () = hours.fit_series(&queries);
        yield (rate, hours.most_likely_path(&queries))
    };
    let trace = model.sample(&Nuts::default(), &Run::default().with_seed(8))?;
    println!("{}", trace.summary());
    let busy = |hour: usize| {
        let paths = trace.draws().iter().filter(|(_, path)| path[hour] == 1);
        paths.count() as f64 / trace.draws().len() as f64
    };
    let picture: String = (0..QUERIES.len())
        .map(|hour| if busy(hour) > 0.5 { '#' } else { '.' })
        .collect();
    println!("{picture}");
    assert_eq!(
        picture,
        format!("{0}{1}{0}{1}", ".".repeat(16), "#".repeat(8))
    );
    Ok(())
}
