//! Keeps the README's example true: the bundled files are what `simulate` makes, and detection ranks the planted domains
//! first.

use std::io::Read;
use std::path::{Path, PathBuf};

use dns_anomaly::simulate::{Campaign, SimulationSettings, simulate, write_counts};
use dns_anomaly::{DetectSettings, GatherSettings, Source, detect, gather};

fn bundled() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/counts.csv.gz")
}

fn settings() -> SimulationSettings {
    SimulationSettings::default()
        .with_domains(60)
        .with_campaigns(1)
        .with_seed(1)
}

#[test]
fn the_bundled_counts_are_those_of_the_simulation() {
    let mut expected = Vec::new();
    let traffic = simulate(&settings()).expect("valid settings");
    write_counts(&traffic, &mut expected).expect("a vector takes every byte");

    let file = std::fs::File::open(bundled()).expect("the example is bundled");
    let mut found = Vec::new();
    flate2::read::GzDecoder::new(file)
        .read_to_end(&mut found)
        .expect("the example is gzip");
    assert!(
        found == expected,
        "examples/data/counts.csv.gz must be made anew"
    );
}

#[test]
fn detection_ranks_the_planted_domains_first() {
    let gathered = gather(&[Source::from_path(bundled())], &GatherSettings::default())
        .expect("the example is readable");
    let detect_settings = DetectSettings::default().with_simulations(1_000);
    let detection = detect(&gathered.table, &gathered.visits, &detect_settings).expect("it fits");
    let traffic = simulate(&settings()).expect("valid settings");
    let planted: Vec<&String> = traffic
        .campaigns()
        .iter()
        .flat_map(Campaign::domains)
        .collect();
    assert_eq!(planted.len(), 5);
    for domain in detection.domains.iter().take(planted.len()) {
        assert!(
            planted.iter().any(|name| **name == *domain.domain),
            "{}",
            domain.domain
        );
    }
}
