//! Arguments of every command that reads logs or counts.
//!
//! In: files and how to read them. Out: [`Gathered`] series; the tally goes to standard error.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use dns_anomaly::{
    BadRows, BinWidth, Follower, Format, GatherSettings, Gathered, Naming, NewestBin, ReadSettings,
    Source, Timestamp, gather,
};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::exit::complain;
use super::progress::during;

#[derive(Debug, Clone, Args)]
pub(super) struct InputArguments {
    /// Logs or counts tables, plain, gzip or zstd; folders stand for the files in them, `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Read every file as this format instead of telling it by its content
    #[arg(long, value_parser = formats())]
    format: Option<Format>,
    /// Time zone of logs that write local time (BIND, dnsmasq, Unbound), such as Europe/Zurich
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = zone)]
    tz: TimeZone,
    /// Year of the newest row of logs that write none (dnsmasq, Unbound, syslog) [default: by when the file was written]
    #[arg(long)]
    year: Option<i16>,
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

impl InputArguments {
    /// Reads all files and tells the tally.
    pub(super) fn gather(&self) -> anyhow::Result<Gathered> {
        self.gather_by(&self.settings())
    }

    /// The same, and keeps contacts by stretches of time.
    pub(super) fn gather_with_contacts(
        &self,
        stretch: BinWidth,
        seed: u64,
    ) -> anyhow::Result<Gathered> {
        self.gather_by(&self.settings().with_contacts(stretch, seed))
    }

    fn gather_by(&self, settings: &GatherSettings) -> anyhow::Result<Gathered> {
        let sources = self.sources()?;
        let gathered = during("reading", || gather(&sources, settings))?;
        complain(&gathered.tally.to_string());
        Ok(gathered)
    }

    /// The files named and those in folders named.
    pub(super) fn sources(&self) -> anyhow::Result<Vec<Source>> {
        let mut sources = Vec::new();
        for path in &self.files {
            sources.extend(Source::all_in(path)?);
        }
        Ok(sources)
    }

    /// Follows the one file given.
    pub(super) fn follower(&self) -> anyhow::Result<Follower> {
        let [path] = self.files.as_slice() else {
            anyhow::bail!("--follow must have one file, got {}", self.files.len());
        };
        Ok(Follower::new(path, self.settings()))
    }

    /// The files named.
    pub(super) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The width of a bin.
    pub(super) fn bin(&self) -> BinWidth {
        self.bin
    }

    /// How to read and count.
    pub(super) fn settings(&self) -> GatherSettings {
        let mut read = ReadSettings::default()
            .with_bin_width(self.bin)
            .with_time_zone(self.tz.clone());
        if let Some(format) = self.format {
            read = read.with_format(format);
        }
        if let Some(newest) = self.year.and_then(|year| self.end_of(year)) {
            read = read.with_newest(newest);
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

    /// The last second of a year in the logs' zone; nothing beyond the calendar, where no log's year is.
    fn end_of(&self, year: i16) -> Option<Timestamp> {
        let last = Date::new(year, 12, 31).ok()?.at(23, 59, 59, 0);
        let instant = self.tz.to_timestamp(last).ok()?;
        Some(Timestamp::from_microseconds(instant.as_microsecond()))
    }
}

fn formats() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::name)).try_map(|name| name.parse::<Format>())
}

fn zone(name: &str) -> Result<TimeZone, jiff::Error> {
    TimeZone::get(name)
}
