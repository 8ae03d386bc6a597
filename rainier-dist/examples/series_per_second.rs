//! Prints how many series of 168 counts are fitted in a second, on one thread.
//!
//! In: simulated zero-inflated counts of nine levels. Out: series per second and effective draws, in
//! lock step and one by one. Run it with `--release`.

#![expect(clippy::print_stdout, reason = "an example's output")]

use std::time::Instant;

use rainier_core::Column;
use rainier_dist::continuous::{Beta, Normal};
use rainier_dist::discrete::Poisson;
use rainier_dist::distribution::{Discrete, Distribution};
use rainier_dist::{
    Environment, Fit, Param, PosteriorDensity, SampleError, Template, Value, model,
};
use rainier_sampler::{Hmc, Nuts, Run, Sampler, Streams, Summary};

fn main() -> Result<(), SampleError> {
    let counts = Column::placeholder("counts");
    let model = model! {
        zero_prob = Beta::new(1, 1).param();
        rate = Normal::new(5, 5).param();
        () = Poisson::new(&rate).zero_inflated(&zero_prob).fit(&counts);
        yield (zero_prob, rate)
    };
    let template = model.template()?;
    let data: Vec<Vec<f64>> = (0..1000).map(simulate).collect();
    let run = Run::default()
        .with_seed(3)
        .with_chains(2)
        .with_warm_up(500)
        .with_draws(500)
        .with_threads(1);
    for steps in [1, 2, 3, 5] {
        let sampler = Hmc::default().with_steps(steps);
        let series = data.iter().zip(0..);
        let series = series.map(|(data, key)| (key, [(&counts, data)]));
        let start = Instant::now();
        let fits = template.fit_many(series.clone(), &sampler, &run)?;
        let sizes = fits.map(|series| Ok(smallest_size(&series.outcome?.summary)));
        report(&format!("fit_many, {steps} steps"), start, sizes)?;
        let start = Instant::now();
        let draws = template.sample_many(series, &sampler, &run)?;
        let unknown = draws.map(|series| series.outcome.map(|_| f64::NAN));
        report(&format!("sample_many, {steps} steps"), start, unknown)?;
        let label = format!("Hmc one by one, {steps} steps");
        one_by_one(&label, &template, &counts, &data, &sampler, &run)?;
    }
    let (label, sampler) = ("Nuts one by one", Nuts::default());
    one_by_one(label, &template, &counts, &data, &sampler, &run)
}

/// 168 counts, half of them structural zeros, of a level that is the key's.
fn simulate(key: u64) -> Vec<f64> {
    let mut rng = Streams::from_seed(20_180_523).stream(key, 0);
    let level = (key % 9) as f64 + 0.5;
    let law = Poisson::new(level).zero_inflated(0.5).generator();
    let environment = Environment::empty();
    (0..168)
        .map(|_| law.draw(&environment, &mut rng) as f64)
        .collect()
}

/// The smaller of bulk and tail effective sizes, of the number that has the smallest.
fn smallest_size(summary: &Summary) -> f64 {
    let rows = summary.rows().iter();
    rows.map(|row| row.ess_bulk.min(row.ess_tail))
        .fold(f64::INFINITY, f64::min)
}

/// Through [`Posterior::sample`](rainier_dist::Posterior::sample) and a summary, the first 200.
fn one_by_one<T: Value + Clone>(
    label: &str,
    template: &Template<T>,
    counts: &Column,
    data: &[Vec<f64>],
    sampler: &impl Sampler<PosteriorDensity>,
    run: &Run,
) -> Result<(), SampleError> {
    let start = Instant::now();
    let sizes = data[..200].iter().zip(0..).map(|(data, key)| {
        let posterior = template.bind(&[(counts, data)])?;
        let trace = posterior.sample(sampler, &run.clone().with_key(key))?;
        Ok(smallest_size(&trace.summary()))
    });
    report(label, start, sizes)
}

/// Works through the series, then prints how long it took and what their draws are worth.
fn report(
    label: &str,
    start: Instant,
    sizes: impl Iterator<Item = Result<f64, SampleError>>,
) -> Result<(), SampleError> {
    let mut sizes = sizes.collect::<Result<Vec<_>, _>>()?;
    let rate = sizes.len() as f64 / start.elapsed().as_secs_f64();
    sizes.sort_by(f64::total_cmp);
    let median = sizes[sizes.len() / 2];
    println!("{label}: {rate:.0} series/s, median smallest ESS {median:.0}");
    Ok(())
}
