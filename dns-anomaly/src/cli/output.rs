//! Writes results: to standard output, or to files that appear whole or not at all.
//!
//! In: what a command writes. Out: text; a [`WholeFile`] is written under a temporary name beside its own and renamed
//! at the end, so that a failed run leaves nothing behind and a reader never sees half a result.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, ValueEnum};
use dns_anomaly::{Naming, ecs_document};
use serde_json::Value;

use super::table::write_table;

/// Where a command's results go and in what form.
#[derive(Debug, Clone, Args)]
pub(super) struct OutputArguments {
    /// Write to this file instead of standard output; it appears only when the run succeeds
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// One JSON object a line; the default unless standard output is a terminal
    #[arg(long, conflicts_with_all = ["table", "csv"])]
    json: bool,
    /// An aligned table; the default on a terminal
    #[arg(long, conflicts_with = "csv")]
    table: bool,
    /// Comma-separated values under a header
    #[arg(long)]
    csv: bool,
}

/// The names of fields in lines of JSON.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct SchemaArguments {
    /// Write JSON lines by the names of the Elastic Common Schema, what it has no name for under `rainier`
    #[arg(long, conflicts_with_all = ["table", "csv"])]
    ecs: bool,
}

impl SchemaArguments {
    /// The form of results: JSON lines where the names of the schema are asked for.
    pub(super) fn form(self, output: &OutputArguments) -> Form {
        if self.ecs {
            Form::Json
        } else {
            output.form(Form::Json)
        }
    }

    /// A line by the names asked for.
    pub(super) fn line(self, line: Value, naming: Naming) -> Value {
        if self.ecs {
            ecs_document(&line, naming)
        } else {
            line
        }
    }
}

/// The form of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    Table,
    Csv,
    Json,
}

impl OutputArguments {
    /// The form asked for, or the one that suits where the results go; `elsewhere` is the one for pipes and files.
    pub(super) fn form(&self, elsewhere: Form) -> Form {
        match (self.table, self.csv, self.json) {
            (true, _, _) => Form::Table,
            (_, true, _) => Form::Csv,
            (_, _, true) => Form::Json,
            (false, false, false) if self.output.is_none() && io::stdout().is_terminal() => {
                Form::Table
            }
            (false, false, false) => elsewhere,
        }
    }

    /// Runs `write` on the output chosen.
    pub(super) fn write(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        if let Some(path) = &self.output {
            let mut file = WholeFile::create(path)?;
            write(file.writer())
                .with_context(|| format!("{}: cannot be written", path.display()))?;
            return file.commit();
        }
        let mut writer = BufWriter::new(io::stdout().lock());
        write(&mut writer)?;
        writer.flush()?;
        Ok(())
    }
}

/// Writes rows in a form: `to_json` makes the line of one, `cells` what stands under `header`.
pub(super) fn write_rows<R>(
    writer: &mut dyn Write,
    form: Form,
    header: &[&str],
    rows: &[R],
    to_json: impl Fn(&R) -> Value,
    cells: impl Fn(&R) -> Vec<String>,
) -> io::Result<()> {
    match form {
        Form::Json => rows
            .iter()
            .try_for_each(|row| writeln!(writer, "{}", to_json(row))),
        Form::Csv => {
            let mut csv = csv::Writer::from_writer(writer);
            csv.write_record(header).map_err(csv_error)?;
            for row in rows {
                csv.write_record(cells(row)).map_err(csv_error)?;
            }
            csv.flush()
        }
        Form::Table => write_table(writer, header, &rows.iter().map(cells).collect::<Vec<_>>()),
    }
}

/// The system's error behind one of the CSV writer, so that a broken pipe is known as one.
pub(super) fn csv_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("a row must fit the header: {other:?}")),
    }
}

/// A file that appears under its name only when committed.
#[derive(Debug)]
pub(super) struct WholeFile {
    path: PathBuf,
    temporary: PathBuf,
    writer: BufWriter<File>,
    is_committed: bool,
}

impl WholeFile {
    /// Opens a temporary file beside `path`.
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        let mut name = path
            .file_name()
            .with_context(|| format!("{}: must name a file", path.display()))?
            .to_owned();
        name.push(format!(".{}.partial", std::process::id()));
        let temporary = path.with_file_name(name);
        let file = File::create(&temporary)
            .with_context(|| format!("{}: cannot be created", path.display()))?;
        Ok(Self {
            path: path.to_owned(),
            temporary,
            writer: BufWriter::new(file),
            is_committed: false,
        })
    }

    /// Where to write.
    pub(super) fn writer(&mut self) -> &mut dyn Write {
        &mut self.writer
    }

    /// Gives the file its name.
    pub(super) fn commit(mut self) -> anyhow::Result<()> {
        let failed = || format!("{}: cannot be written", self.path.display());
        self.writer.flush().with_context(failed)?;
        fs::rename(&self.temporary, &self.path)
            .with_context(|| format!("{}: cannot be written", self.path.display()))?;
        self.is_committed = true;
        Ok(())
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if !self.is_committed {
            // The run has failed already; a leftover would be the lesser evil.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}
