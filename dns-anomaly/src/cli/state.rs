//! `dns-anomaly state`: the names a state knows.
//!
//! In: the folder of a state; a run may be at work there. Out: one row for each name, sorted.

use std::path::PathBuf;

use clap::Args;
use dns_anomaly::{BinWidth, Known, StateFolder};
use serde_json::{Value, json};

use super::output::{Form, OutputArguments, write_rows};

#[derive(Debug, Clone, Args)]
pub(super) struct StateArguments {
    /// Folder of the state
    #[arg(value_name = "FOLDER")]
    state: PathBuf,
    #[command(flatten)]
    output: OutputArguments,
}

const HEADER: [&str; 10] = [
    "domain",
    "group",
    "first_seen",
    "last_seen",
    "busy",
    "queries",
    "trend_fast",
    "trend_slow",
    "level_since",
    "windows_off",
];

pub(super) fn run(arguments: &StateArguments) -> anyhow::Result<()> {
    let Some(state) = StateFolder::read(&arguments.state)? else {
        anyhow::bail!("{}: must hold a state", arguments.state.display());
    };
    let rows: Vec<Known> = state.known().collect();
    let width = state.bin_width();
    arguments.output.write(|writer| {
        let form = arguments.output.form(Form::Json);
        let to_json = |known: &Known<'_>| to_json(known, width);
        write_rows(writer, form, &HEADER, &rows, to_json, |known| {
            cells(known, width)
        })
    })
}

fn cells(known: &Known<'_>, width: BinWidth) -> Vec<String> {
    let time = |bin| width.start_of(bin).to_string();
    let series = known.series();
    let trend = |of: fn(dns_anomaly::Trend) -> f64| {
        let trend = known.trend().map(of);
        trend.map(|trend| format!("{trend:.1}")).unwrap_or_default()
    };
    vec![
        series.domain().to_owned(),
        series.group().unwrap_or_default().to_owned(),
        time(series.bins().start),
        time(known.last_seen()),
        series.busy().len().to_string(),
        series.total().to_string(),
        trend(|trend| trend.fast),
        trend(|trend| trend.slow),
        known.level_since().map(time).unwrap_or_default(),
        known.windows_off().to_string(),
    ]
}

fn to_json(known: &Known<'_>, width: BinWidth) -> Value {
    let time = |bin| width.start_of(bin).to_string();
    let series = known.series();
    json!({
        "schema": 1,
        "kind": "known",
        "domain": series.domain(),
        "group": series.group(),
        "first_seen": time(series.bins().start),
        "last_seen": time(known.last_seen()),
        "busy": series.busy().len(),
        "queries": series.total(),
        "trend_fast": known.trend().map(|trend| trend.fast),
        "trend_slow": known.trend().map(|trend| trend.slow),
        "level_since": known.level_since().map(time),
        "windows_off": known.windows_off(),
    })
}
