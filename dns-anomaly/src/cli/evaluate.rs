//! `dns-anomaly evaluate`: how well detection works on given data.
//!
//! In: logs, counts tables, or files of one series each (`timestamp,value`); labels, or the truth of a simulation, if
//! there are any. Out: shares of small p-values, scores against labels, detection rates of planted campaigns, `deck`
//! beside `calibrated`, names of simulated campaigns found with and without the step from names to campaigns.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use dns_anomaly::{
    BinWidth, CalibratedSettings, CampaignRate, CampaignSettings, DetectSettings, EvaluateSettings,
    Evaluation, Gathered, Labels, SeriesTable, campaign_rate, detect_calibrated, evaluate,
    find_campaigns, is_valued, planted_names, read_valued,
};
use serde_json::{Value, json};

use super::calibrated::{CalibratedArguments, LatestArguments};
use super::exit::complain;
use super::inputs::InputArguments;
use super::output::{Form, OutputArguments, write_rows};
use super::progress::during;
use super::stream::StreamArguments;

#[derive(Debug, Clone, Args)]
pub(super) struct EvaluateArguments {
    #[command(flatten)]
    inputs: InputArguments,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    calibrated: CalibratedArguments,
    #[command(flatten)]
    latest: LatestArguments,
    /// Length of a window
    #[arg(long, default_value = "1d")]
    window: BinWidth,
    /// Time from a window to its nearest reference in mode `deck`
    #[arg(long, default_value = "1w")]
    deck_period: BinWidth,
    /// Labelled stretches of time by file, as JSON
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// Campaigns planted in a simulated log: its `truth.json`; measures how many of their names are found
    #[arg(long, value_name = "FILE", conflicts_with = "labels")]
    truth: Option<PathBuf>,
    /// Series that campaigns are planted into, for each kind and strength; 0 plants none
    #[arg(long, default_value_t = 0)]
    plant: usize,
    #[command(flatten)]
    stream: StreamArguments,
}

pub(super) fn run(arguments: &EvaluateArguments) -> anyhow::Result<()> {
    let (table, rate) = match &arguments.truth {
        Some(truth) => {
            let (gathered, rate) = campaigns(arguments, truth)?;
            (gathered.table, Some(rate))
        }
        None => (table(arguments)?, None),
    };
    let labels = match &arguments.labels {
        Some(path) => {
            let text = fs::read_to_string(path)
                .with_context(|| format!("{}: cannot be read", path.display()))?;
            Labels::from_json(&text)?
        }
        None => Labels::default(),
    };
    let mut deck = DetectSettings::default()
        .with_window(arguments.window)
        .with_period(arguments.deck_period)
        .with_seed(arguments.stream.seed);
    if let Some(threads) = arguments.stream.threads {
        deck = deck.with_threads(threads);
    }
    let settings = EvaluateSettings {
        calibrated: calibrated(arguments),
        deck,
        planted: arguments.plant,
    };
    let evaluation = evaluate(&table, &labels, &settings)?;
    complain(&format!(
        "{} series, {} windows without label; population {:?}",
        table.series().len(),
        evaluation.windows,
        evaluation.population
    ));
    let form = arguments.output.form(Form::Json);
    let mut rows = rows(&evaluation);
    rows.extend(rate.as_ref().map(campaign_row));
    arguments.output.write(|writer| {
        write_rows(
            writer,
            form,
            &HEADER,
            &rows,
            |row| row.json.clone(),
            |row| row.cells.clone(),
        )
    })
}

fn calibrated(arguments: &EvaluateArguments) -> CalibratedSettings {
    arguments
        .calibrated
        .settings(
            arguments.window,
            arguments.stream.seed,
            arguments.stream.threads,
        )
        .with_judged(arguments.latest.judged())
}

/// Looks for the campaigns a simulation planted.
fn campaigns(
    arguments: &EvaluateArguments,
    truth: &Path,
) -> anyhow::Result<(Gathered, CampaignRate)> {
    let text = fs::read_to_string(truth)
        .with_context(|| format!("{}: cannot be read", truth.display()))?;
    let planted = planted_names(&text)
        .with_context(|| format!("{}: must be what `simulate` writes", truth.display()))?;
    let stretch = arguments.calibrated.step().unwrap_or(arguments.window);
    let gathered = arguments
        .inputs
        .gather_with_contacts(stretch, arguments.stream.seed)?;
    let (table, contacts) = (&gathered.table, gathered.contacts.as_ref());
    let detection = during("judging windows", || {
        detect_calibrated(table, &gathered.visits, &calibrated(arguments))
    })?;
    let settings =
        CampaignSettings::default().with_false_discovery_rate(arguments.calibrated.fdr());
    let found = find_campaigns(table, contacts, &detection, &settings);
    let rate = campaign_rate(&detection, &found, &planted);
    Ok((gathered, rate))
}

fn table(arguments: &EvaluateArguments) -> anyhow::Result<SeriesTable> {
    let mut texts = Vec::new();
    for path in arguments.inputs.files() {
        let Ok(text) = fs::read_to_string(path) else {
            break;
        };
        if !is_valued(&text) {
            break;
        }
        texts.push((path.to_string_lossy().into_owned(), text));
    }
    if texts.len() < arguments.inputs.files().len() {
        return Ok(arguments.inputs.gather()?.table);
    }
    let files = texts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    Ok(read_valued(files, arguments.inputs.bin())?)
}

const HEADER: [&str; 6] = ["measure", "of", "nominal", "first", "second", "third"];

/// A line of the result: `first` to `third` are, for calibration, the shares of the model, recalibrated, displayed; for
/// power, those of deck, calibrated, calibrated at p = 0.001; for campaigns, names found with and without them, and false
/// alarms.
struct Row {
    cells: Vec<String>,
    json: Value,
}

fn rows(evaluation: &Evaluation) -> Vec<Row> {
    let number = |x: f64| format!("{x:.4}");
    let calibration = evaluation.calibration.iter().map(|row| Row {
        cells: vec![
            "share of p (model, recalibrated, displayed)".to_owned(),
            format!("below {}", row.level),
            format!("{} ± {:.5}", row.level, row.standard_error),
            format!("{:.5}", row.model),
            format!("{:.5}", row.recalibrated),
            format!("{:.5}", row.displayed),
        ],
        json: json!({
            "schema": 1, "kind": "calibration", "windows": evaluation.windows, "level": row.level,
            "model": row.model, "recalibrated": row.recalibrated, "displayed": row.displayed,
            "standard_error": row.standard_error,
        }),
    });
    let accuracy = evaluation.accuracy.iter().map(|accuracy| Row {
        cells: vec![
            "labels (precision, recall, NAB)".to_owned(),
            format!(
                "{} of {} found, {} called",
                accuracy.found, accuracy.labels, accuracy.called
            ),
            format!(
                "best NAB {:.1} at p {:.1e}",
                accuracy.best.0, accuracy.best.1
            ),
            number(accuracy.precision()),
            number(accuracy.recall()),
            format!("{:.1}", accuracy.nab),
        ],
        json: json!({
            "schema": 1, "kind": "accuracy", "labels": accuracy.labels, "found": accuracy.found,
            "called": accuracy.called, "right": accuracy.right, "precision": accuracy.precision(),
            "recall": accuracy.recall(), "nab": accuracy.nab, "best_nab": accuracy.best.0,
            "best_p": accuracy.best.1,
        }),
    });
    let power = evaluation.power.iter().map(|row| Row {
        cells: vec![
            "found (deck, calibrated, p < 0.001)".to_owned(),
            format!("{}, {}", row.kind.name(), row.strength.name()),
            format!("{} planted, {:.4} false", row.planted, row.false_alarms),
            number(row.deck),
            number(row.calibrated),
            number(row.at_a_thousandth),
        ],
        json: json!({
            "schema": 1, "kind": "power", "campaign": row.kind.name(), "strength": row.strength.name(),
            "planted": row.planted, "deck": row.deck, "calibrated": row.calibrated,
            "calibrated_at_0.001": row.at_a_thousandth, "false_alarms": row.false_alarms,
        }),
    });
    calibration.chain(accuracy).chain(power).collect()
}

fn campaign_row(rate: &CampaignRate) -> Row {
    Row {
        cells: vec![
            "names of campaigns (with, without, false alarms)".to_owned(),
            format!("{} planted", rate.planted),
            format!(
                "{} campaigns, {} false",
                rate.campaigns, rate.false_campaigns
            ),
            rate.with.to_string(),
            rate.without.to_string(),
            rate.false_alarms.to_string(),
        ],
        json: json!({
            "schema": 1, "kind": "campaigns", "planted": rate.planted, "found_with": rate.with,
            "found_without": rate.without, "false_alarms": rate.false_alarms,
            "campaigns": rate.campaigns, "false_campaigns": rate.false_campaigns,
        }),
    }
}
