//! `dns-anomaly counts`: logs to a counts table.
//!
//! In: logs or tables. Out: one row for each domain and busy bin, in the long form other commands read again.

use std::io;

use clap::Args;
use dns_anomaly::{BusyBin, Series, SeriesTable};
use serde_json::json;

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
}

const HEADER: [&str; 5] = ["domain", "timestamp", "count", "clients", "group"];

pub(super) fn run(arguments: &CountsArguments) -> anyhow::Result<()> {
    let gathered = arguments.inputs.gather()?;
    let table = &gathered.table;
    arguments
        .output
        .write(|writer| match arguments.output.form(Form::Csv) {
            Form::Json => each_bin(table, arguments.zeros, |series, bin| {
                let line = json!({
                    "schema": 1,
                    "kind": "count",
                    "domain": series.domain(),
                    "group": series.group(),
                    "timestamp": table.width().start_of(bin.bin).to_string(),
                    "count": bin.count,
                    "clients": bin.clients,
                });
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
        let mut busy = series.busy().iter().copied().peekable();
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
