//! Reads lines of counts tables: long, wide, or one column.
//!
//! In: comma- or tab-separated rows under a header. Out: a [`CountRow`] for each count.
//!
//! *Long*: columns `domain`, `timestamp`, `count` and optionally `clients`, `group`, in any order; an absent interval is
//! a zero. *Wide*: a key, then one count a column, [`ReadSettings::bin_width`] apart from [`ReadSettings::start`] on;
//! empty cells before the first and after the last count are missing, not zero. *One column*: the same, downwards.

use std::borrow::Cow;

use super::problem::{CountRule, LineProblem};
use super::{Emit, ReadSettings, Stop};
use crate::record::{CountRow, Entry, Silence};
use crate::timestamp::Timestamp;

/// State between lines: the settings, and what the header said.
#[derive(Debug, Clone)]
pub(super) struct Counts {
    settings: ReadSettings,
    delimiter: char,
    layout: Option<Layout>,
}

#[derive(Debug, Clone)]
enum Layout {
    Long(LongColumns),
    Wide {
        header: Vec<String>,
    },
    Column {
        header: Vec<String>,
        column: usize,
        cells: Cells,
    },
}

#[derive(Debug, Clone)]
struct LongColumns {
    count_of_columns: usize,
    domain: usize,
    timestamp: usize,
    count: usize,
    clients: Option<usize>,
    group: Option<usize>,
}

/// Where a series without written times stands, from cell to cell.
#[derive(Debug, Clone, Default)]
struct Cells {
    next: u32,
    has_started: bool,
    has_gap: bool,
}

impl Counts {
    pub(super) fn new(settings: &ReadSettings) -> Self {
        Self {
            settings: settings.clone(),
            delimiter: ',',
            layout: None,
        }
    }

    /// Reads one line, without its end. The first one is the header.
    pub(super) fn parse_line(&mut self, line: &str, emit: &mut Emit<'_>) -> Result<(), Stop> {
        let Some(layout) = &mut self.layout else {
            if line.contains('\t') {
                self.delimiter = '\t';
            }
            self.layout = Some(find_layout(&split(line, self.delimiter), &self.settings)?);
            return Ok(());
        };
        let fields = split(line, self.delimiter);
        match layout {
            Layout::Long(columns) => Ok(emit(Entry::Count(columns.read(&fields)?))?),
            Layout::Wide { header } => {
                check_field_count(header.len(), fields.len())?;
                let mut cells = Cells::default();
                // A series is read whole or not at all.
                let named = header.iter().zip(&fields).skip(1);
                let counts = named.filter_map(|(name, text)| {
                    let cell = cells.read(name, text, &self.settings);
                    cell.transpose()
                });
                for (time, count) in counts.collect::<Result<Vec<_>, _>>()? {
                    emit(Entry::Count(untimed(&fields[0], time, count)))?;
                }
                Ok(())
            }
            Layout::Column {
                header,
                column,
                cells,
            } => {
                let name = &header[*column];
                // Without this cell those below have no times.
                let cell = check_field_count(header.len(), fields.len())
                    .and_then(|()| cells.read(name, &fields[*column], &self.settings));
                if let Some((time, count)) = cell.map_err(Stop::Spoilt)? {
                    emit(Entry::Count(untimed(name, time, count)))?;
                }
                Ok(())
            }
        }
    }
}

impl LongColumns {
    fn read<'line>(
        &self,
        fields: &'line [Cow<'line, str>],
    ) -> Result<CountRow<'line>, LineProblem> {
        check_field_count(self.count_of_columns, fields.len())?;
        let borrowed = |column: usize| Cow::Borrowed(fields[column].trim());
        let given =
            |column: Option<usize>| column.filter(|column| !fields[*column].trim().is_empty());
        Ok(CountRow {
            domain: borrowed(self.domain),
            group: given(self.group).map(borrowed),
            time: fields[self.timestamp].parse::<Timestamp>()?,
            count: parse_count("count", &fields[self.count])?,
            clients: given(self.clients)
                .map(|column| parse_count("clients", &fields[column]))
                .transpose()?,
            silence: Silence::IsZero,
        })
    }
}

impl Cells {
    /// The time and count of the next cell; `None` when it is empty.
    fn read(
        &mut self,
        column: &str,
        text: &str,
        settings: &ReadSettings,
    ) -> Result<Option<(Timestamp, u64)>, LineProblem> {
        let place = self.next;
        self.next = self.next.saturating_add(1);
        if text.trim().is_empty() {
            self.has_gap = self.has_started;
            return Ok(None);
        }
        if self.has_gap {
            return Err(count_problem(column, CountRule::Present, ""));
        }
        self.has_started = true;
        let step = i64::from(settings.bin_width().seconds()) * 1_000_000;
        let offset = step.saturating_mul(i64::from(place));
        let time =
            Timestamp::from_microseconds(settings.start().microseconds().saturating_add(offset));
        Ok(Some((time, parse_count(column, text)?)))
    }
}

fn untimed(key: &str, time: Timestamp, count: u64) -> CountRow<'_> {
    CountRow {
        domain: Cow::Borrowed(key.trim()),
        group: None,
        time,
        count,
        clients: None,
        silence: Silence::IsMissing,
    }
}

fn check_field_count(expected: usize, found: usize) -> Result<(), LineProblem> {
    if expected == found {
        Ok(())
    } else {
        Err(LineProblem::FieldCount { expected, found })
    }
}

/// Tells the layout by the names in the header: any of the long form's names makes it long.
fn find_layout(header: &[Cow<'_, str>], settings: &ReadSettings) -> Result<Layout, LineProblem> {
    let header: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
    let find = |wanted: &str| {
        header
            .iter()
            .position(|name| name.eq_ignore_ascii_case(wanted))
    };
    let need = |wanted: &str| {
        find(wanted).ok_or_else(|| LineProblem::MissingField {
            field: wanted.to_owned(),
        })
    };
    if let Some(name) = settings.column() {
        return Ok(Layout::Column {
            column: need(name)?,
            header,
            cells: Cells::default(),
        });
    }
    if ["domain", "timestamp", "count"]
        .into_iter()
        .any(|name| find(name).is_some())
    {
        return Ok(Layout::Long(LongColumns {
            count_of_columns: header.len(),
            domain: need("domain")?,
            timestamp: need("timestamp")?,
            count: need("count")?,
            clients: find("clients"),
            group: find("group"),
        }));
    }
    // Numbers where names should stand are a first series, which must not be swallowed as a header.
    if header
        .iter()
        .skip(1)
        .all(|name| name.is_empty() || name.parse::<f64>().is_ok())
    {
        return Err(LineProblem::NoHeader);
    }
    Ok(Layout::Wide { header })
}

/// Reads a count: digits, and zeros after a point, since some exports write every number as `20.0`.
pub(super) fn parse_count(column: &str, text: &str) -> Result<u64, LineProblem> {
    let trimmed = text.trim();
    let broken = |must| Err(count_problem(column, must, trimmed));
    let (whole, fraction) = trimmed.split_once('.').unwrap_or((trimmed, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits(whole) && is_digits(fraction) {
        if fraction.bytes().any(|byte| byte != b'0') {
            return broken(CountRule::Whole);
        }
        return whole.parse().or_else(|_| broken(CountRule::BelowTwoTo64));
    }
    match trimmed.parse::<f64>() {
        Ok(number) if number < 0.0 => broken(CountRule::NotNegative),
        // Exponents, infinities and NaN are numbers to Rust but not the spelling of a count.
        Ok(_) | Err(_) => broken(CountRule::Number),
    }
}

fn count_problem(column: &str, must: CountRule, text: &str) -> LineProblem {
    LineProblem::Count {
        column: column.to_owned(),
        must,
        text: text.to_owned(),
    }
}

/// Splits a row; only rows with quotes need the full grammar of RFC 4180.
fn split(line: &str, delimiter: char) -> Vec<Cow<'_, str>> {
    if !line.contains('"') {
        return line.split(delimiter).map(Cow::Borrowed).collect();
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(if delimiter == '\t' { b'\t' } else { b',' })
        .from_reader(line.as_bytes());
    // One line read from UTF-8 text with any number of fields cannot fail; no record means no field.
    let record = reader
        .records()
        .next()
        .and_then(Result::ok)
        .unwrap_or_default();
    record
        .iter()
        .map(|field| Cow::Owned(field.to_owned()))
        .collect()
}
