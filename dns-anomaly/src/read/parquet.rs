//! Reads Parquet files: tables of counts, logs with Zeek's names, and Security Lake's DNS activity.
//!
//! In: rows whose columns have the names of the text formats (`domain`, `timestamp`, `count`, …; `ts`, `query`,
//! `id.orig_h`, …; `time`, `query.hostname`, `src_endpoint.ip`, …). Out: a [`CountRow`] or [`Record`] for each.
//! Only the columns used are read. The format has its directory at the end: standard input is read into memory first.

use std::borrow::Cow;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use parquet::schema::types::Type;

use super::block::Block;
use super::counts::parse_count;
use super::lines::report;
use super::problem::{LineError, LineProblem, ReadError};
use super::{Receiver, Source, Stop};
use crate::record::{CountRow, Entry, Record, Silence};
use crate::timestamp::{MICROSECONDS_PER_SECOND, Timestamp, TimestampError};

/// What the rows of a file are, by their columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Counts,
    Zeek,
    Lake,
}

impl Kind {
    /// The columns used; those marked must be there.
    const fn columns(self) -> &'static [(&'static str, bool)] {
        match self {
            Self::Counts => &[
                ("domain", true),
                ("timestamp", true),
                ("count", true),
                ("clients", false),
                ("group", false),
            ],
            Self::Zeek => &[
                ("ts", true),
                ("query", true),
                ("id.orig_h", false),
                ("uid", false),
                ("trans_id", false),
                ("qtype_name", false),
                ("rcode_name", false),
                ("answers", false),
            ],
            Self::Lake => &[
                ("time", true),
                ("query", true),
                ("src_endpoint", false),
                ("rcode", false),
                ("answers", false),
            ],
        }
    }
}

/// Reads the whole of `source`, of which `block` is what it holds once unpacked.
pub(super) fn read(
    source: &Source,
    mut block: Block,
    receiver: &mut Receiver<'_>,
) -> Result<(), ReadError> {
    let file = source.name();
    if let Some(opened) = source.seekable() {
        return read_rows(opened, file, receiver);
    }
    let mut bytes = Vec::new();
    block
        .read_to_end(&mut bytes)
        .map_err(|source| ReadError::Read {
            file: file.to_owned(),
            line: 1,
            source,
        })?;
    read_rows(Bytes::from(bytes), file, receiver)
}

fn read_rows<R: ChunkReader + 'static>(
    input: R,
    file: &str,
    receiver: &mut Receiver<'_>,
) -> Result<(), ReadError> {
    let fatal = |row, problem| ReadError::from(LineError::new(file, row, problem));
    // The library panics on some broken files. Nothing of it outlives the call.
    let guarded = catch_unwind(AssertUnwindSafe(|| {
        let reader = SerializedFileReader::new(input).map_err(|error| refused(&error))?;
        let schema = reader.metadata().file_metadata().schema();
        let (kind, projection) = choose_columns(schema)?;
        let rows = reader
            .get_row_iter(Some(projection))
            .map_err(|error| refused(&error))?;
        let mut number = 0;
        for row in rows {
            number += 1;
            let row = row.map_err(|error| refused(&error))?;
            if let Err(error) = report(parse(kind, &row, receiver), file, number, receiver) {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    }));
    match guarded {
        Ok(Ok(told)) => Ok(told?),
        Ok(Err(problem)) => Err(fatal(1, problem)),
        Err(_) => {
            let reason = "a broken page or directory".to_owned();
            Err(fatal(1, LineProblem::Parquet { reason }))
        }
    }
}

fn refused(error: &parquet::errors::ParquetError) -> LineProblem {
    LineProblem::Parquet {
        reason: error.to_string(),
    }
}

/// Tells the kind of rows and gives the columns to read.
fn choose_columns(schema: &Type) -> Result<(Kind, Type), LineProblem> {
    let fields = schema.get_fields();
    let has = |name: &str| fields.iter().any(|field| field.name() == name);
    let kind = if has("ts") && has("query") {
        Kind::Zeek
    } else if has("time") && has("query") {
        Kind::Lake
    } else {
        Kind::Counts
    };
    for (name, is_needed) in kind.columns() {
        if *is_needed && !has(name) {
            return Err(LineProblem::MissingField {
                field: (*name).to_owned(),
            });
        }
    }
    let used = fields
        .iter()
        .filter(|field| kind.columns().iter().any(|(name, _)| *name == field.name()));
    let projection = Type::group_type_builder(schema.name())
        .with_fields(used.map(Arc::clone).collect())
        .build()
        .map_err(|error| refused(&error))?;
    Ok((kind, projection))
}

fn parse(kind: Kind, row: &Row, receiver: &mut Receiver<'_>) -> Result<(), Stop> {
    let entry = match kind {
        Kind::Counts => Entry::Count(CountRow {
            domain: cell(row, "domain").and_then(text).unwrap_or_default(),
            group: cell(row, "group")
                .and_then(text)
                .filter(|group| !group.is_empty()),
            time: time(cell(row, "timestamp"))?,
            count: parse_count("count", &count(cell(row, "count")))?,
            clients: cell(row, "clients")
                .map(|clients| parse_count("clients", &count(Some(clients))))
                .transpose()?,
            silence: Silence::IsZero,
        }),
        Kind::Zeek => Entry::Query(Record {
            client: cell(row, "id.orig_h").and_then(text),
            query: cell(row, "query").and_then(text),
            query_type: cell(row, "qtype_name").and_then(text),
            uid: cell(row, "uid").and_then(text),
            trans_id: cell(row, "trans_id").and_then(text),
            response_code: cell(row, "rcode_name").and_then(text),
            answers: answers(cell(row, "answers")).into(),
            ..Record::at(time(cell(row, "ts"))?)
        }),
        Kind::Lake => {
            let query = cell(row, "query");
            let endpoint = cell(row, "src_endpoint");
            Entry::Query(Record {
                client: inner(endpoint, "ip").and_then(text),
                query: inner(query, "hostname").and_then(text),
                query_type: inner(query, "type").and_then(text),
                uid: inner(endpoint, "port").and_then(text),
                response_code: cell(row, "rcode").and_then(text),
                answers: answers(cell(row, "answers")).into(),
                ..Record::at(time(cell(row, "time"))?)
            })
        }
    };
    Ok(receiver(Ok(entry))?)
}

/// The cell called `name` of a row or group, unless it is null.
fn cell<'row>(row: &'row Row, name: &str) -> Option<&'row Field> {
    row.get_column_iter()
        .find(|(column, _)| *column == name)
        .map(|(_, field)| field)
        .filter(|field| **field != Field::Null)
}

/// The cell called `name` of a group.
fn inner<'row>(group: Option<&'row Field>, name: &str) -> Option<&'row Field> {
    match group? {
        Field::Group(row) => cell(row, name),
        _ => None,
    }
}

/// The text of a cell; numbers are identifiers here.
fn text(field: &Field) -> Option<Cow<'_, str>> {
    match field {
        Field::Str(text) => Some(Cow::Borrowed(text)),
        Field::Bytes(bytes) => Some(String::from_utf8_lossy(bytes.data())),
        Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => None,
        other => Some(Cow::Owned(other.to_string())),
    }
}

/// Texts of a list, or those under `rdata` of a list of groups.
fn answers(field: Option<&Field>) -> Vec<Cow<'_, str>> {
    match field {
        Some(Field::ListInternal(list)) => list
            .elements()
            .iter()
            .filter_map(|element| match element {
                Field::Group(row) => cell(row, "rdata").and_then(text),
                other => text(other),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A count as text, which the rules of tables then judge.
fn count(field: Option<&Field>) -> String {
    match field {
        Some(Field::Double(number)) => number.to_string(),
        Some(Field::Float(number)) => number.to_string(),
        other => other.and_then(text).unwrap_or_default().into_owned(),
    }
}

fn time(field: Option<&Field>) -> Result<Timestamp, LineProblem> {
    let microseconds = |number: i64| Ok(Timestamp::from_microseconds(number));
    let out_of_range = |text: String| LineProblem::Time(TimestampError { text });
    match field.ok_or(LineProblem::NoTime)? {
        Field::TimestampMicros(number) => microseconds(*number),
        Field::TimestampMillis(number) => number
            .checked_mul(1_000)
            .map(Timestamp::from_microseconds)
            .ok_or_else(|| out_of_range(number.to_string())),
        Field::Long(number) => integer(*number),
        Field::Int(number) => integer(i64::from(*number)),
        Field::Double(number) => Ok(Timestamp::from_epoch_number(*number)?),
        Field::Date(days) => microseconds(i64::from(*days) * 86_400 * MICROSECONDS_PER_SECOND),
        other => Ok(text(other)
            .ok_or_else(|| out_of_range(other.to_string()))?
            .parse::<Timestamp>()?),
    }
}

/// A whole number of seconds, milliseconds, microseconds or nanoseconds, told by its size: columns of nanoseconds come
/// as plain numbers, and each unit's years 1973 to 5138 are below the next one's.
fn integer(number: i64) -> Result<Timestamp, LineProblem> {
    Ok(match number.unsigned_abs() {
        100_000_000_000_000_000.. => Timestamp::from_microseconds(number / 1_000),
        100_000_000_000_000.. => Timestamp::from_microseconds(number),
        _ => Timestamp::from_epoch_integer(number)?,
    })
}

#[cfg(test)]
mod tests {
    use parquet::data_type::{ByteArray, ByteArrayType, DataType, Int64Type};
    use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
    use parquet::schema::parser::parse_message_type;
    use proptest::prelude::*;

    use super::super::tests::{cells_of, queries_of};
    use super::*;

    /// A file of one row group with required columns, which `write` fills in the schema's order.
    fn file(schema: &str, write: impl Fn(&mut SerializedRowGroupWriter<'_, Vec<u8>>)) -> Vec<u8> {
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
        let mut group = writer.next_row_group().unwrap();
        write(&mut group);
        group.close().unwrap();
        writer.into_inner().unwrap()
    }

    fn column<T: DataType>(group: &mut SerializedRowGroupWriter<'_, Vec<u8>>, values: &[T::T]) {
        let mut column = group.next_column().unwrap().unwrap();
        let written = column.typed::<T>().write_batch(values, None, None);
        assert_eq!(written.unwrap(), values.len());
        column.close().unwrap();
    }

    fn texts(values: &[&str]) -> Vec<ByteArray> {
        values.iter().map(|text| ByteArray::from(*text)).collect()
    }

    fn counts() -> Vec<u8> {
        let schema = "message table { REQUIRED INT64 count; REQUIRED BYTE_ARRAY domain (UTF8); \
                      REQUIRED INT64 unused; REQUIRED INT64 timestamp (TIMESTAMP(MICROS,true)); }";
        file(schema, |group| {
            column::<Int64Type>(group, &[3, 20]);
            column::<ByteArrayType>(group, &texts(&["a.example", "b.example"]));
            column::<Int64Type>(group, &[0, 0]);
            column::<Int64Type>(group, &[3_600_000_000, 1_700_000_000_000_000]);
        })
    }

    fn cells(bytes: &[u8]) -> Result<Vec<(String, i64, u64)>, LineProblem> {
        cells_of("counts.parquet", bytes)
    }

    #[test]
    fn counts_are_found_by_the_names_of_their_columns() {
        let expected = vec![
            ("a.example".to_owned(), 3_600, 3),
            ("b.example".to_owned(), 1_700_000_000, 20),
        ];
        assert_eq!(cells(&counts()).unwrap(), expected);
    }

    #[test]
    fn negative_counts_and_missing_columns_are_refused() {
        let schema = "message table { REQUIRED INT64 count; REQUIRED BYTE_ARRAY domain (UTF8); \
                      REQUIRED INT64 timestamp; }";
        let negative = file(schema, |group| {
            column::<Int64Type>(group, &[-3]);
            column::<ByteArrayType>(group, &texts(&["a.example"]));
            column::<Int64Type>(group, &[0]);
        });
        assert!(matches!(cells(&negative), Err(LineProblem::Count { .. })));
        let short = file("message table { REQUIRED INT64 count; }", |group| {
            column::<Int64Type>(group, &[3]);
        });
        let field = "domain".to_owned();
        assert_eq!(cells(&short), Err(LineProblem::MissingField { field }));
    }

    #[test]
    fn logs_have_zeeks_names_or_those_of_security_lake() {
        let schema = "message log { REQUIRED INT64 ts (TIMESTAMP(MILLIS,true)); REQUIRED BYTE_ARRAY query (UTF8); }";
        let zeek = file(schema, |group| {
            column::<Int64Type>(group, &[1_700_000_000_250]);
            column::<ByteArrayType>(group, &texts(&["a.example"]));
        });
        let schema = "message log { REQUIRED INT64 time; \
                      REQUIRED GROUP query { REQUIRED BYTE_ARRAY hostname (UTF8); } \
                      REQUIRED GROUP src_endpoint { REQUIRED BYTE_ARRAY ip (UTF8); } }";
        let lake = file(schema, |group| {
            column::<Int64Type>(group, &[1_700_000_000_250]);
            column::<ByteArrayType>(group, &texts(&["a.example"]));
            column::<ByteArrayType>(group, &texts(&["192.0.2.5"]));
        });
        for (bytes, client) in [(zeek, None), (lake, Some("192.0.2.5"))] {
            let (rows, bad) = queries_of(bytes);
            assert_eq!((rows.len(), bad), (1, 0));
            assert_eq!(rows[0].query.as_deref(), Some("a.example"));
            assert_eq!(rows[0].client.as_deref(), client);
            assert_eq!(rows[0].microseconds, 1_700_000_000_250_000);
        }
    }

    proptest! {
        #[test]
        fn a_file_with_bytes_changed_is_read_or_refused(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        ) {
            let mut bytes = counts();
            for (place, byte) in changes {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            let _ = cells(&bytes);
        }
    }
}
