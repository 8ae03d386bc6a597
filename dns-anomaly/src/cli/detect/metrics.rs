//! Writes the figures of a run for Prometheus' text-file collector.
//!
//! In: a tally, a detection, the time it took. Out: text in the exposition format, version 0.0.4: `# HELP`, `# TYPE` and
//! the samples of each metric.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use dns_anomaly::{CalibratedDetection, FoundCampaign, Tally};

use crate::cli::output::WholeFile;

/// Writes the file; it appears whole.
pub(super) fn write(
    path: &Path,
    tally: &Tally,
    detection: &CalibratedDetection,
    campaigns: &[FoundCampaign],
    took: Duration,
) -> anyhow::Result<()> {
    let mut file = WholeFile::create(path)?;
    let text = exposition(tally, detection, campaigns, took);
    file.writer().write_all(text.as_bytes())?;
    file.commit()
}

fn exposition(
    tally: &Tally,
    detection: &CalibratedDetection,
    campaigns: &[FoundCampaign],
    took: Duration,
) -> String {
    let mut text = String::new();
    let mut metric = |name: &str, help: &str, samples: &[(&str, f64)]| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# HELP dns_anomaly_{name} {help}");
        let _ = writeln!(text, "# TYPE dns_anomaly_{name} gauge");
        for (labels, value) in samples {
            let _ = writeln!(text, "dns_anomaly_{name}{labels} {value}");
        }
    };
    let candidates: usize = detection
        .domains
        .iter()
        .map(|domain| domain.episodes.len())
        .sum();
    let campaigns = campaigns.iter().filter(|one| one.is_discovery).count();
    let [twentieth, hundredth, thousandth] = detection.calibration.shares;
    metric(
        "domains_tracked",
        "Series judged by the last run.",
        &[("", detection.series as f64)],
    );
    metric(
        "bins_read",
        "Bins of all series of the last run.",
        &[("", tally.bins as f64)],
    );
    metric(
        "rows_read",
        "Rows of the input, by what became of them.",
        &[
            ("{fate=\"kept\"}", tally.kept as f64),
            ("{fate=\"duplicate\"}", tally.duplicates as f64),
            ("{fate=\"bad\"}", tally.bad as f64),
            ("{fate=\"late\"}", tally.late as f64),
        ],
    );
    metric(
        "anomalies",
        "What the last run found, by level.",
        &[
            ("{level=\"candidate\"}", candidates as f64),
            ("{level=\"discovery\"}", detection.discoveries as f64),
            ("{level=\"new\"}", detection.newcomers.len() as f64),
            ("{level=\"campaign\"}", campaigns as f64),
        ],
    );
    metric(
        "calibration_share",
        "Share of windows with a p-value below a level; equals the level when all is well.",
        &[
            ("{level=\"0.05\"}", twentieth),
            ("{level=\"0.01\"}", hundredth),
            ("{level=\"0.001\"}", thousandth),
        ],
    );
    metric(
        "is_rate_controlled",
        "Whether q may be called a rate of false discoveries.",
        &[(
            "",
            f64::from(u8::from(detection.calibration.is_controlled())),
        )],
    );
    metric(
        "run_seconds",
        "Seconds the judging took.",
        &[("", took.as_secs_f64())],
    );
    text
}
