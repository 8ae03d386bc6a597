//! `dns-anomaly counts`: logs to a counts table.
//!
//! In: logs or tables. Out: one row for each domain and busy bin, in the long form other commands read again.

use std::io::{self, Write};
use std::time::Duration;

use clap::Args;
use dns_anomaly::{BusyBin, Series, SeriesTable, Timestamp};
use serde_json::{Value, json};

use super::exit::complain;
use super::inputs::InputArguments;
use super::output::{Form, OutputArguments, csv_error};
use super::table::write_table;

#[derive(Debug, Clone, Args)]
pub(super) struct CountsArguments {
    #[command(flatten)]
    inputs: InputArguments,
    #[command(flatten)]
    output: OutputArguments,
    /// Write silent bins too, from each domain's first sighting on
    #[arg(long)]
    zeros: bool,
    /// Go on reading the one file given as it grows, through its rotation, and write each bin when it is over
    #[arg(long, conflicts_with_all = ["zeros", "output", "table"])]
    follow: bool,
}

/// How often a followed file is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

const HEADER: [&str; 5] = ["domain", "timestamp", "count", "clients", "group"];

pub(super) fn run(arguments: &CountsArguments) -> anyhow::Result<()> {
    if arguments.follow {
        return follow(arguments);
    }
    let gathered = arguments.inputs.gather()?;
    let table = &gathered.table;
    arguments
        .output
        .write(|writer| match arguments.output.form(Form::Csv) {
            Form::Json => each_bin(table, arguments.zeros, |series, bin| {
                let start = table.width().start_of(bin.bin);
                let line = line(
                    series.domain(),
                    series.group(),
                    start,
                    bin.count,
                    bin.clients,
                );
                writeln!(writer, "{line}")
            }),
            Form::Csv => {
                let mut csv = csv::Writer::from_writer(writer);
                csv.write_record(HEADER).map_err(csv_error)?;
                each_bin(table, arguments.zeros, |series, bin| {
                    csv.write_record(cells(table, series, bin))
                        .map_err(csv_error)
                })?;
                csv.flush()
            }
            Form::Table => {
                let mut rows = Vec::new();
                each_bin(table, arguments.zeros, |series, bin| {
                    rows.push(cells(table, series, bin).to_vec());
                    Ok(())
                })?;
                write_table(writer, &HEADER, &rows)
            }
        })
}

/// Writes bins as they are over, until nobody reads them.
fn follow(arguments: &CountsArguments) -> anyhow::Result<()> {
    let mut follower = arguments.inputs.follower()?;
    let is_json = arguments.output.form(Form::Csv) == Form::Json;
    let mut writer = io::stdout().lock();
    if !is_json {
        writeln!(writer, "{}", HEADER.join(","))?;
    }
    loop {
        let now = Timestamp::from_microseconds(jiff::Timestamp::now().as_microsecond());
        let rows = follower.poll(now)?;
        for row in &rows {
            if is_json {
                let group = row.group.as_deref();
                let line = line(&row.domain, group, row.time, row.count, row.clients);
                writeln!(writer, "{line}")?;
                continue;
            }
            let mut csv = csv::Writer::from_writer(&mut writer);
            csv.write_record([
                &*row.domain,
                &row.time.to_string(),
                &row.count.to_string(),
                &row.clients
                    .map(|clients| clients.to_string())
                    .unwrap_or_default(),
                row.group.as_deref().unwrap_or_default(),
            ])?;
            csv.flush()?;
        }
        writer.flush()?;
        if !rows.is_empty() {
            complain(&follower.tally().to_string());
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

/// One count as a JSON line.
fn line(
    domain: &str,
    group: Option<&str>,
    time: Timestamp,
    count: u64,
    clients: Option<u64>,
) -> Value {
    json!({
        "schema": 1,
        "kind": "count",
        "domain": domain,
        "group": group,
        "timestamp": time.to_string(),
        "count": count,
        "clients": clients,
    })
}

fn cells(table: &SeriesTable, series: &Series, bin: BusyBin) -> [String; 5] {
    [
        series.domain().to_owned(),
        table.width().start_of(bin.bin).to_string(),
        bin.count.to_string(),
        bin.clients
            .map(|clients| clients.to_string())
            .unwrap_or_default(),
        series.group().unwrap_or_default().to_owned(),
    ]
}

/// Calls `write` with each busy bin, or with every bin when `zeros` are wanted.
fn each_bin(
    table: &SeriesTable,
    zeros: bool,
    mut write: impl FnMut(&Series, BusyBin) -> io::Result<()>,
) -> io::Result<()> {
    for series in table.series() {
        let mut busy = series.busy().peekable();
        if !zeros {
            busy.try_for_each(|bin| write(series, bin))?;
            continue;
        }
        for bin in series.bins() {
            let silent = BusyBin {
                bin,
                count: 0,
                clients: None,
            };
            write(
                series,
                busy.next_if(|busy| busy.bin == bin).unwrap_or(silent),
            )?;
        }
    }
    Ok(())
}
