//! Arguments of every command that reads logs or counts.
//!
//! In: files and how to read them. Out: [`Gathered`] series; the tally goes to standard error.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use dns_anomaly::{
    BadRows, BinWidth, Format, GatherSettings, Gathered, Naming, NewestBin, ReadSettings, Source,
    Timestamp, gather,
};

use super::exit::complain;

#[derive(Debug, Clone, Args)]
pub(super) struct InputArguments {
    /// Logs or counts tables, plain or gzip; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Read every file as this format instead of telling it by its content
    #[arg(long, value_enum)]
    format: Option<FormatName>,
    /// Width of a bin, such as 1h, 15min or 10s
    #[arg(long, default_value_t = BinWidth::HOUR)]
    bin: BinWidth,
    /// Time of the first count in tables without times (wide, or one column)
    #[arg(long, value_name = "TIME")]
    start: Option<Timestamp>,
    /// Read this column of a table as one series, a bin a row
    #[arg(long, value_name = "NAME")]
    column: Option<String>,
    /// Count whole names instead of registrable domains
    #[arg(long)]
    full_name: bool,
    /// Stop at the first malformed log row instead of counting it
    #[arg(long)]
    strict: bool,
    /// Keep a log's newest bin, which is usually incomplete
    #[arg(long)]
    keep_newest: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormatName {
    ZeekTsv,
    ZeekJson,
    Counts,
}

impl InputArguments {
    /// Reads all files and tells the tally.
    pub(super) fn gather(&self) -> anyhow::Result<Gathered> {
        let sources: Vec<Source> = self.files.iter().map(Source::from_path).collect();
        let gathered = gather(&sources, &self.settings())?;
        complain(&gathered.tally.to_string());
        Ok(gathered)
    }

    /// The files named.
    pub(super) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The width of a bin.
    pub(super) fn bin(&self) -> BinWidth {
        self.bin
    }

    fn settings(&self) -> GatherSettings {
        let mut read = ReadSettings::default().with_bin_width(self.bin);
        if let Some(format) = self.format {
            read = read.with_format(match format {
                FormatName::ZeekTsv => Format::ZeekTsv,
                FormatName::ZeekJson => Format::ZeekJson,
                FormatName::Counts => Format::Counts,
            });
        }
        if let Some(start) = self.start {
            read = read.with_start(start);
        }
        if let Some(column) = &self.column {
            read = read.with_column(column);
        }
        GatherSettings::default()
            .with_read(read)
            .with_bin_width(self.bin)
            .with_naming(if self.full_name {
                Naming::Full
            } else {
                Naming::Registrable
            })
            .with_bad_rows(if self.strict {
                BadRows::Refuse
            } else {
                BadRows::Count
            })
            .with_newest_bin(if self.keep_newest {
                NewestBin::Keep
            } else {
                NewestBin::Drop
            })
    }
}
