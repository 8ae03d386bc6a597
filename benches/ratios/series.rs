//! Times thousands of posteriors of one model in lock step, and what a first fit costs.
//!
//! In: a model with a placeholder, its series. Out: series fitted in a second of one processor, the
//! median over series of the smallest effective size; milliseconds to a first draw, bytes in use.

use anyhow::{Context, Result};
use cpu_time::ThreadTime;
use rainier::prelude::*;
use rainier::sampler::Streams;
use serde::Serialize;

use crate::ALLOCATOR;
use crate::data::Table;
use crate::job::ess_of_squares;
use crate::models::zero_inflated_poisson;

/// Fits that are timed; the median counts.
const REPEATS: usize = 7;

/// Many series, and how many of them a second must hold.
struct SeriesJob<T> {
    name: &'static str,
    template: Template<T>,
    counts: Column,
    series: Vec<Vec<f64>>,
    run: Run,
    bar: f64,
}

/// What they took.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SeriesFigures {
    pub(crate) name: String,
    pub(crate) series_per_second: f64,
    pub(crate) median_ess_bulk: f64,
    pub(crate) median_ess_of_squares: f64,
    pub(crate) bar: f64,
}

/// What a first fit of a small model costs.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct FirstFit {
    /// From a model to its first draw, a thousand iterations of warm-up included.
    pub(crate) first_draw_milliseconds: f64,
    /// Most bytes in use during four chains of 1,000 + 1,000, draws and all.
    pub(crate) peak_bytes: usize,
}

/// Bars of a first fit: milliseconds, and bytes.
pub(crate) const FIRST_FIT_BARS: (f64, f64) = (10.0, 10e6);

/// The jobs whose data are there.
pub(crate) fn measure() -> Result<Vec<SeriesFigures>> {
    let mut figures = Vec::new();
    let counts = Column::placeholder("counts");
    let name = "zero-inflated Poisson, 1000 × 168";
    if let Some(table) = Table::read(name, "zip_series.csv")? {
        let job = SeriesJob {
            name,
            template: zero_inflated_poisson::model(&counts).template()?,
            counts: counts.clone(),
            series: table.first_rows(1000),
            run: Run::default().with_warm_up(500).with_draws(1000),
            bar: 10_000.0,
        };
        figures.push(job.measure()?);
    }
    let poisson = Gamma::new(0.5, 100.0)
        .param()
        .flat_map(|rate| Poisson::new(&rate).fit(&counts).map(|()| rate));
    let job = SeriesJob {
        name: "Poisson, 1000 × 100",
        template: poisson.template()?,
        counts: counts.clone(),
        series: (0..1000).map(poisson_series).collect(),
        run: Run::default().with_warm_up(1000).with_draws(10_000),
        bar: 2_500.0,
    };
    figures.push(job.measure()?);
    Ok(figures)
}

/// A hundred counts with a rate from 1 to 30.
fn poisson_series(key: u64) -> Vec<f64> {
    let mut rng = Streams::from_seed(349).stream(key, 0);
    let law = Poisson::new(1.0 + (key % 30) as f64).generator();
    let environment = Environment::empty();
    (0..100)
        .map(|_| law.draw(&environment, &mut rng) as f64)
        .collect()
}

impl<T: Value + Clone> SeriesJob<T> {
    fn measure(&self) -> Result<SeriesFigures> {
        let sampler = Hmc::default().with_steps(2);
        let run = self.run.clone().with_chains(1).with_seed(1);
        let series = || {
            (0..)
                .zip(&self.series)
                .map(|(key, data)| (key, [(&self.counts, data)]))
        };
        let (mut seconds, mut ess_bulk) = (Vec::new(), Vec::new());
        for _ in 0..REPEATS {
            let start = ThreadTime::now();
            ess_bulk.clear();
            for fit in self.template.fit_many(series(), &sampler, &run)? {
                let rows = fit.outcome?.summary;
                let sizes = rows.rows().iter().map(|row| row.ess_bulk);
                ess_bulk.push(sizes.fold(f64::INFINITY, f64::min));
            }
            seconds.push(start.elapsed().as_secs_f64());
        }
        let seconds = median(seconds).context("there must be repeats")?;
        // A tenth is enough for a median, and no part of what is timed.
        let some = series().step_by(10);
        let mut of_squares = Vec::new();
        for fit in self.template.sample_many(some, &sampler, &run)? {
            let trace = fit.outcome?;
            let parameters = 0..trace.trace().dimension();
            let sizes = parameters.map(|index| ess_of_squares(&trace.trace().parameter(index)));
            of_squares.push(sizes.fold(f64::INFINITY, f64::min));
        }
        Ok(SeriesFigures {
            name: self.name.to_owned(),
            series_per_second: self.series.len() as f64 / seconds,
            median_ess_bulk: median(ess_bulk).context("there must be series")?,
            median_ess_of_squares: median(of_squares).context("there must be series")?,
            bar: self.bar,
        })
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Fits the model of the README to a thousand counts, once.
pub(crate) fn first_fit() -> Result<FirstFit> {
    let counts: Vec<i64> = (0..1000_i64)
        .map(|row| if row % 4 == 0 { 5 + row % 7 } else { 0 })
        .collect();
    let one = Run::default().with_chains(1).with_draws(1);
    let start = ThreadTime::now();
    zero_inflated_poisson::model_of(&counts).sample(&Nuts::default(), &one)?;
    let first_draw_milliseconds = start.elapsed().as_secs_f64() * 1e3;
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let trace =
        zero_inflated_poisson::model_of(&counts).sample(&Nuts::default(), &Run::default())?;
    let peak_bytes = ALLOCATOR.peak_usage().saturating_sub(before);
    drop(trace);
    Ok(FirstFit {
        first_draw_milliseconds,
        peak_bytes,
    })
}
