//! Goes the whole way of the talk: counts, Croston's two numbers, a Bayesian model, outlier windows.
//!
//! What to see: traffic is simulated with a planted campaign; the library that fits one domain ranks
//! them all, and a planted one comes first.

#![expect(clippy::print_stdout, reason = "an example prints what it found")]

use std::collections::BTreeSet;
use std::error::Error;

use dns_anomaly::croston::Talk;
use dns_anomaly::simulate::{Campaign, SimulationSettings, simulate, write_counts};
use dns_anomaly::{
    CalibratedSettings, FitSettings, GatherSettings, Source, detect_calibrated, fit_series, gather,
};

fn main() -> Result<(), Box<dyn Error>> {
    let settings = SimulationSettings::default()
        .with_domains(60)
        .with_campaigns(1)
        .with_seed(3);
    let traffic = simulate(&settings)?;
    let planted: BTreeSet<&str> = traffic
        .campaigns()
        .iter()
        .flat_map(Campaign::domains)
        .map(String::as_str)
        .collect();
    let mut csv = Vec::new();
    write_counts(&traffic, &mut csv)?;

    // Part one: counts by domain and hour.
    let gathered = gather(
        &[Source::from_bytes("counts.csv", csv)],
        &GatherSettings::default(),
    )?;
    let series = &gathered.table.series()[0];
    let counts: Vec<f64> = series.counts().iter().map(|&count| count as f64).collect();

    // Part two: the probability of demand and the expected demand, by a recurrence and by a model.
    let forecast = Talk::default().forecast(&counts)?;
    println!(
        "{}: busy with probability {:.2}, {:.1} queries then",
        series.domain(),
        forecast.active_prob(),
        forecast.expected_size()
    );
    let fits = fit_series(&gathered.table, None, &FitSettings::default(), None)?;
    println!("{}\n{}", fits[0].summary(), fits[0].plot());

    // Part three: windows that nothing earlier explains.
    let detection = detect_calibrated(
        &gathered.table,
        &gathered.visits,
        &CalibratedSettings::default(),
    )?;
    for domain in detection.domains.iter().take(5) {
        let mark = if planted.contains(&*domain.domain) {
            "planted"
        } else {
            ""
        };
        println!(
            "{:>3}  {:<24}  p {:.1e}  {mark}",
            domain.rank, domain.domain, domain.p
        );
    }
    assert!(planted.contains(&*detection.domains[0].domain));
    Ok(())
}
