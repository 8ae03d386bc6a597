//! Checks detection on simulated traffic, where the truth is known.

use super::*;
use crate::simulate::{SimulationSettings, Sizes, Traffic, simulate};
use crate::{GatherSettings, Source, gather, simulate::write_counts};

fn traffic(seed: u64, campaigns: u32) -> Traffic {
    let settings = SimulationSettings::default()
        .with_domains(60)
        .with_campaigns(campaigns)
        .with_sizes(Sizes::Poisson)
        .with_seed(seed);
    simulate(&settings).unwrap()
}

fn table(traffic: &Traffic) -> SeriesTable {
    let mut counts = Vec::new();
    write_counts(traffic, &mut counts).unwrap();
    gather(
        &[Source::from_bytes("counts.csv", counts)],
        &GatherSettings::default(),
    )
    .unwrap()
    .table
}

fn settings() -> DetectSettings {
    DetectSettings::default()
        .with_seed(5)
        .with_simulations(2_000)
}
