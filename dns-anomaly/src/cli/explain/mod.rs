//! `dns-anomaly explain`: how the verdict on one name came about.
//!
//! In: a name, logs or counts tables, the options of `detect`. Out: its history with what was predicted, the fitted parts
//! of the model, the statistics of a window, who asked, its campaign; as text (`text`), as one JSON object (`json`), its
//! history as CSV, or as a picture.

mod json;
mod text;

use std::io::Write;
#[cfg(feature = "svg")]
use std::path::PathBuf;

use clap::Args;
#[cfg(feature = "svg")]
use dns_anomaly::history_svg;
use dns_anomaly::{
    BinWidth, CampaignSettings, Dossier, Inquiry, JudgedTable, Timestamp, find_campaigns, find_name,
};

use self::json::to_json;
use super::calibrated::{CalibratedArguments, SearchArguments};
use super::detect::calibrated::summary;
use super::exit::complain;
use super::inputs::InputArguments;
#[cfg(feature = "svg")]
use super::output::WholeFile;
use super::output::{Form, OutputArguments, csv_error};
use super::progress::during;
use super::run_line::{add_campaigns, add_input, run_line};
use super::stream::StreamArguments;

#[derive(Debug, Clone, Args)]
pub(super) struct ExplainArguments {
    /// The name to explain, as it was asked for or as it is listed
    #[arg(value_name = "DOMAIN")]
    domain: String,
    #[command(flatten)]
    inputs: InputArguments,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    calibrated: CalibratedArguments,
    #[command(flatten)]
    search: SearchArguments,
    /// Length of a window
    #[arg(long, default_value = "1d")]
    window: BinWidth,
    #[command(flatten)]
    stream: StreamArguments,
    /// Explain the window that holds this time instead of the newest
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// Requester group, where the input has groups [default: that which stands out most]
    #[arg(long)]
    group: Option<String>,
    /// Draw the history into this file, as SVG
    #[cfg(feature = "svg")]
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

pub(super) fn run(arguments: &ExplainArguments) -> anyhow::Result<()> {
    let stretch = arguments.calibrated.step().unwrap_or(arguments.window);
    let gathered = arguments
        .inputs
        .gather_with_contacts(stretch, arguments.stream.seed)?;
    let table = &gathered.table;
    let naming = arguments.inputs.settings().naming();
    let domain = find_name(table, &arguments.domain, naming)?;
    let settings = arguments.calibrated.settings(
        arguments.window,
        arguments.stream.seed,
        arguments.stream.threads,
    );
    let settings = arguments.search.add_to(settings)?;
    let judged = during("judging windows", || {
        JudgedTable::new(table, &gathered.visits, &settings)
    })?;
    let campaigns = find_campaigns(
        table,
        gathered.contacts.as_ref(),
        judged.detection(),
        &CampaignSettings::default()
            .with_false_discovery_rate(arguments.calibrated.fdr())
            .with_popular_share(arguments.search.popular()),
    );
    complain(&summary(
        judged.detection(),
        arguments.stream.seed,
        arguments.calibrated.fdr(),
    ));
    let echo = settings.echo(table.width())?;
    let mut run = run_line(&echo, judged.detection(), arguments.stream.seed);
    add_input(&mut run, &gathered.tally, table);
    add_campaigns(&mut run, &campaigns);
    let inquiry = Inquiry {
        gathered: &gathered,
        judged: &judged,
        campaigns: &campaigns,
    };
    let dossier = inquiry.dossier(domain, arguments.group.as_deref(), arguments.at)?;
    #[cfg(feature = "svg")]
    if let Some(path) = &arguments.svg {
        let mut file = WholeFile::create(path)?;
        let svg = history_svg(&dossier.explanation, table.width())?;
        file.writer().write_all(svg.as_bytes())?;
        file.commit()?;
    }
    let series = judged.detection().series;
    arguments
        .output
        .write(|writer| match arguments.output.form(Form::Table) {
            Form::Json => writeln!(
                writer,
                "{}",
                to_json(&dossier, table.width(), arguments.stream.seed, &run)
            ),
            Form::Csv => write_history(writer, &dossier, table.width()),
            Form::Table => text::write(writer, &dossier, table.width(), series),
        })
}

/// The history, a row a window.
fn write_history(
    writer: &mut dyn Write,
    dossier: &Dossier,
    width: BinWidth,
) -> std::io::Result<()> {
    let mut csv = csv::Writer::from_writer(writer);
    let header = [
        "domain",
        "group",
        "start",
        "end",
        "observed",
        "low",
        "median",
        "high",
        "p",
        "is_outlier",
    ];
    csv.write_record(header).map_err(csv_error)?;
    let explanation = &dossier.explanation;
    for window in &explanation.windows {
        let verdict = window.verdict.as_ref();
        let of = |text: fn(&dns_anomaly::ExplainedVerdict) -> String| {
            verdict.map(text).unwrap_or_default()
        };
        let row = [
            explanation.domain.to_string(),
            explanation.group.as_deref().unwrap_or_default().to_owned(),
            width.start_of(window.first_bin).to_string(),
            width.start_of(window.end_bin).to_string(),
            window.observed.sum.to_string(),
            of(|verdict| verdict.band.low.to_string()),
            of(|verdict| verdict.band.median.to_string()),
            of(|verdict| verdict.band.high.to_string()),
            of(|verdict| format!("{:e}", verdict.p)),
            of(|verdict| verdict.is_outlier().to_string()),
        ];
        csv.write_record(row).map_err(csv_error)?;
    }
    csv.flush()
}
