//! Writes what a run was asked, what it judged and what its p-values are worth as one line of JSON.
//!
//! In: settings, a detection, what was read, times. Out: an object of kind `run`, the last line of a run's results.

use dns_anomaly::{
    CalibratedDetection, FoundCampaign, SecondPass, SeriesTable, StageTimes, StratumCalibration,
    Tally,
};
use serde_json::{Map, Value, json};

/// Settings by name, as they are told.
pub(super) type Settings = Vec<(&'static str, String)>;

/// The line of a run in mode calibrated, without what only some runs know.
pub(super) fn run_line(settings: &Settings, detection: &CalibratedDetection, seed: u64) -> Value {
    let calibration = &detection.calibration;
    let strata: Vec<Value> = calibration.strata.iter().map(stratum).collect();
    let new = detection.newcomers.len();
    json!({
        "schema": 1,
        "kind": "run",
        "mode": "calibrated",
        "version": env!("CARGO_PKG_VERSION"),
        "seed": seed,
        "settings": texts(settings),
        "series": {
            "all": detection.series,
            "tested": detection.series_tested,
            "new": new,
            "without_window_to_test": detection.series.saturating_sub(detection.series_tested + new),
        },
        "windows": {
            "tested": calibration.windows,
            "to_learn_from": detection.learned_from,
            "insufficient_history": detection.insufficient_history,
        },
        "calibration": {
            "p_values": calibration.windows,
            "is_calibrated": calibration.is_calibrated,
            "is_rate_controlled": calibration.is_controlled(),
            "shares": shares(calibration.shares),
            "shares_of_model": shares(calibration.model_shares),
            "strata": strata,
        },
        "found": {
            "domains": detection.domains.len(),
            "discoveries": detection.discoveries,
            "new": new,
            "strange_windows": detection.strange_windows.len(),
        },
        "second_pass": detection.second_pass.as_ref().map(second_pass),
    })
}

/// Adds what a run over files knows: what it read, until when, and how long it took.
pub(super) fn add_input(line: &mut Value, tally: &Tally, table: &SeriesTable) {
    let fates = tally.fates().into_iter();
    line["rows"] = fates
        .map(|(fate, rows)| (fate.to_owned(), Value::from(rows)))
        .collect::<Map<String, Value>>()
        .into();
    line["bins"] = tally.bins.into();
    let series = table.series();
    let start = series.iter().map(|one| one.bins().start).min();
    let end = series.iter().map(|one| one.bins().end).max();
    let time = |bin: Option<i64>| bin.map(|bin| table.width().start_of(bin).to_string());
    line["start"] = time(start).into();
    line["end"] = time(end).into();
}

/// Adds how many campaigns were found, among how many clusters.
pub(super) fn add_campaigns(line: &mut Value, campaigns: &[FoundCampaign]) {
    let found = campaigns.iter().filter(|one| one.is_discovery).count();
    line["found"]["campaigns"] = found.into();
    line["found"]["clusters"] = campaigns.len().into();
}

/// Adds how long each stage took, and how many series were judged a second.
pub(super) fn add_times(line: &mut Value, stages: &StageTimes, series: usize) {
    let mut seconds: Map<String, Value> = stages
        .iter()
        .map(|(stage, time)| (stage.to_owned(), time.as_secs_f64().into()))
        .collect();
    let total = stages.total().as_secs_f64();
    seconds.insert("total".to_owned(), total.into());
    line["seconds"] = seconds.into();
    line["series_per_second"] = (series as f64 / total.max(1e-9)).into();
}

/// The stages and their times in one phrase.
pub(super) fn times(stages: &StageTimes) -> String {
    let of_stages: Vec<String> = stages
        .iter()
        .map(|(stage, time)| format!("{stage} {:.1}", time.as_secs_f64()))
        .collect();
    format!(
        "{:.1} s ({})",
        stages.total().as_secs_f64(),
        of_stages.join(", ")
    )
}

/// Settings as an object.
pub(super) fn texts(settings: &Settings) -> Value {
    let pairs = settings.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())))
        .collect::<Map<String, Value>>()
        .into()
}

fn shares([twentieth, hundredth, thousandth]: [f64; 3]) -> Value {
    json!({"0.05": twentieth, "0.01": hundredth, "0.001": thousandth})
}

fn stratum(one: &StratumCalibration) -> Value {
    json!({
        "activity": one.stratum.activity(),
        "size": one.stratum.size(),
        "is_weekend": one.stratum.is_weekend(),
        "windows": one.windows,
        "shares": shares(one.shares),
        "shares_of_model": shares(one.model_shares),
    })
}

fn second_pass(pass: &SecondPass) -> Value {
    json!({
        "sampled": pass.sampled,
        "stood_out": pass.stood_out,
        "confirmed": pass.confirmed,
        "passed_over": pass.passed_over,
        "missed": pass.missed,
    })
}
