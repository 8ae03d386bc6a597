//! Checks every format's lines, good and bad, and that no bytes make a reader panic.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;
use crate::record::{CountRow, Record, Silence};

/// What `keep` makes of each entry of `bytes`, and the bad lines.
fn read_all<T>(
    bytes: impl AsRef<[u8]>,
    settings: &ReadSettings,
    mut keep: impl FnMut(Entry<'_>) -> T,
) -> Result<(Vec<T>, Vec<LineError>), ReadError> {
    let (mut kept, mut bad) = (Vec::new(), Vec::new());
    read(&Source::from_bytes("input", bytes), settings, &mut |line| {
        match line {
            Ok(entry) => kept.push(keep(entry)),
            Err(error) => bad.push(error),
        }
        Ok(())
    })?;
    Ok((kept, bad))
}

/// For tests that look at the outcome only.
fn discard(_: Entry<'_>) {}

/// The time in microseconds, name, client and answers of a log's rows.
fn queries(text: &str) -> Result<(Vec<LoggedQuery>, Vec<LineError>), ReadError> {
    read_all(text, &ReadSettings::default(), |entry| match entry {
        Entry::Query(record) => LoggedQuery::of(record),
        other => panic!("expected a query, got {other:?}"),
    })
}

/// The queries of a log and how many lines are bad; lines that are no queries are left out.
pub(super) fn queries_of(bytes: impl AsRef<[u8]>) -> (Vec<LoggedQuery>, usize) {
    logged(bytes, &defaults())
}

/// The same, for a log last written at `newest`.
pub(super) fn queries_until(text: &str, newest: &str) -> (Vec<LoggedQuery>, usize) {
    logged(text, &defaults().with_newest(newest.parse().unwrap()))
}

fn logged(bytes: impl AsRef<[u8]>, settings: &ReadSettings) -> (Vec<LoggedQuery>, usize) {
    let (rows, bad) = read_all(bytes, settings, |entry| match entry {
        Entry::Query(record) => Some(LoggedQuery::of(record)),
        Entry::Other => None,
        Entry::Count(row) => panic!("a log holds no counts, got {row:?}"),
    })
    .unwrap();
    (rows.into_iter().flatten().collect(), bad.len())
}

/// The key, time in seconds and count of each cell of the table `name`.
pub(super) fn cells_of(
    name: &str,
    bytes: impl AsRef<[u8]>,
) -> Result<Vec<(String, i64, u64)>, LineProblem> {
    let mut cells = Vec::new();
    let result = read(&Source::from_bytes(name, bytes), &defaults(), &mut |line| {
        if let Entry::Count(row) = line? {
            let seconds = row.time.microseconds() / 1_000_000;
            cells.push((row.domain.into_owned(), seconds, row.count));
        }
        Ok(())
    });
    match result {
        Ok(()) => Ok(cells),
        Err(ReadError::Line(error)) => Err(error.problem),
        Err(error) => panic!("bytes can be opened, got {error}"),
    }
}

#[derive(Debug, PartialEq)]
pub(super) struct LoggedQuery {
    pub(super) microseconds: i64,
    pub(super) query: Option<String>,
    pub(super) client: Option<String>,
    answers: Vec<String>,
}

impl LoggedQuery {
    fn of(record: Record<'_>) -> Self {
        Self {
            microseconds: record.time.microseconds(),
            query: record.query.map(Into::into),
            client: record.client.map(Into::into),
            answers: record.answers.iter().map(Into::into).collect(),
        }
    }
}

/// The key, time in seconds and count of a table's cells.
fn cells(text: &str, settings: &ReadSettings) -> Result<Vec<(String, i64, u64)>, ReadError> {
    let (cells, bad) = read_all(text, settings, |entry| match entry {
        Entry::Count(CountRow {
            domain,
            time,
            count,
            ..
        }) => (domain.into_owned(), time.microseconds() / 1_000_000, count),
        other => panic!("expected a count, got {other:?}"),
    })?;
    assert_eq!(bad, []);
    Ok(cells)
}

/// The line and problem that make `text` unreadable.
fn fatal(text: &str, settings: &ReadSettings) -> (u64, LineProblem) {
    match read_all(text, settings, discard) {
        Err(ReadError::Line(error)) => (error.line, error.problem),
        other => panic!("must be refused for a line, got {other:?}"),
    }
}

fn defaults() -> ReadSettings {
    ReadSettings::default()
}

#[test]
fn tsv_fields_are_found_by_name_and_a_header_may_recur_with_another_order() {
    let log = "#fields\tts\tquery\tid.orig_h\n1.5\ta.example\t10.0.0.1\n\
               #fields\tid.orig_h\tquery\trtt\tts\n10.0.0.2\tb.example\t-\t2.25\n#close\t-\n";
    let (rows, bad) = queries(log).unwrap();
    let clients: Vec<_> = rows.iter().map(|row| row.client.as_deref()).collect();
    assert_eq!(clients, [Some("10.0.0.1"), Some("10.0.0.2")]);
    assert_eq!(
        rows.iter().map(|row| row.microseconds).collect::<Vec<_>>(),
        [1_500_000, 2_250_000]
    );
    assert_eq!(bad, []);
}

#[test]
fn tsv_separators_and_markers_are_those_of_the_header() {
    let log = "#separator \\x7c\n#set_separator|;\n#empty_field|none\n#unset_field|?\n\
               #fields|ts|query|id.orig_h|answers\n1|?|none|x\\x3by;z\n";
    let (rows, _) = queries(log).unwrap();
    let expected = LoggedQuery {
        microseconds: 1_000_000,
        query: None,
        client: Some(String::new()),
        answers: vec!["x;y".to_owned(), "z".to_owned()],
    };
    assert_eq!(rows, [expected]);
}

#[test]
fn a_tsv_header_without_query_and_rows_without_a_header_are_fatal() {
    let missing = LineProblem::MissingField {
        field: "query".to_owned(),
    };
    assert_eq!(
        fatal("#path\tconn\n#fields\tts\tuid\n1\tC1\n", &defaults()),
        (2, missing)
    );
    assert_eq!(
        fatal("#path\tdns\n1\tC1\n", &defaults()),
        (2, LineProblem::NoHeader)
    );
}

#[test]
fn torn_rows_are_told_with_their_line_and_the_rest_is_read() {
    let log =
        "#fields\tts\tquery\n\n1\ta.example\n2\n-\tb.example\nsoon\tc.example\n4\td.example\n";
    let (rows, bad) = queries(log).unwrap();
    assert_eq!(rows.len(), 2);
    let problems: Vec<_> = bad
        .iter()
        .map(|error| (error.line, &error.problem))
        .collect();
    let time = "soon".parse::<Timestamp>().unwrap_err();
    assert_eq!(
        problems,
        [
            (
                4,
                &LineProblem::FieldCount {
                    expected: 2,
                    found: 1
                }
            ),
            (5, &LineProblem::NoTime),
            (6, &LineProblem::Time(time)),
        ]
    );
}

#[test]
fn json_times_are_numbers_or_text_and_absent_keys_are_unset() {
    let log = "{\"ts\":1575413122.764317,\"query\":\"a.example\",\"id.orig_h\":\"10.0.0.1\"}\r\n\
               {\"ts\":\"2019-12-03T22:45:22.764317Z\",\"answers\":[\"b\\u002ec\"],\"new\":{}}\n\
               {\"ts\":1,\"query\":null}\n";
    let (rows, bad) = queries(log).unwrap();
    assert_eq!(bad, []);
    assert_eq!(rows[0].microseconds, 1_575_413_122_764_317);
    assert_eq!(rows[1].microseconds, rows[0].microseconds);
    assert_eq!(rows[1].answers, ["b.c"]);
    assert_eq!((&rows[1].query, &rows[2].query), (&None, &None));
}

#[test]
fn json_lines_that_are_no_dns_events_are_bad() {
    let log = "{\"ts\":1,\"query\":\"a.example\"}\n{\"ts\":1,\n{\"query\":\"a.example\"}\n\
               {\"_path\":\"conn\",\"ts\":1}\n[1]\n{\"ts\":true}\n";
    let (rows, bad) = queries(log).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        bad.iter().map(|error| error.line).collect::<Vec<_>>(),
        [2, 3, 4, 5, 6]
    );
    assert_eq!(bad[1].problem, LineProblem::NoTime);
    assert_eq!(
        bad[2].problem,
        LineProblem::OtherLog {
            path: "conn".to_owned()
        }
    );
}

#[test]
fn long_tables_have_columns_in_any_order_comma_or_tab_separated() {
    let expected = vec![
        ("a,b.example".to_owned(), 1_700_000_000, 3),
        ("c.example".to_owned(), 0, 20),
    ];
    let comma = "count,extra,Domain,timestamp\n3,x,\"a,b.example\",2023-11-14T22:13:20Z\n20.0,,c.example,0\n";
    assert_eq!(cells(comma, &defaults()).unwrap(), expected);
    let tab = "domain\ttimestamp\tcount\na,b.example\t1700000000000\t3\nc.example\t0\t20\n";
    assert_eq!(cells(tab, &defaults()).unwrap(), expected);
}

#[test]
fn clients_and_groups_of_a_long_table_may_be_empty() {
    let table = "domain,timestamp,count,clients,group\na.example,0,3,2,US\na.example,0,1,,\n";
    let keep = |entry: Entry<'_>| match entry {
        Entry::Count(row) => (row.clients, row.group.map(String::from), row.silence),
        other => panic!("expected a count, got {other:?}"),
    };
    let (rows, _) = read_all(table, &defaults(), keep).unwrap();
    assert_eq!(
        rows,
        [
            (Some(2), Some("US".to_owned()), Silence::IsZero),
            (None, None, Silence::IsZero)
        ]
    );
}

#[test]
fn wide_tables_step_by_the_bin_and_end_where_their_cells_do() {
    let settings = defaults()
        .with_start(Timestamp::from_microseconds(7_200_000_000))
        .with_bin_width(BinWidth::from_seconds(10).unwrap());
    let table = "key,t0,t1,t2\nx,,4,0\ny,1,,\n";
    let expected = vec![
        ("x".to_owned(), 7_210, 4),
        ("x".to_owned(), 7_220, 0),
        ("y".to_owned(), 7_200, 1),
    ];
    assert_eq!(cells(table, &settings).unwrap(), expected);
}

#[test]
fn one_column_is_one_series() {
    let settings = defaults().with_column("Scripts");
    let table = "Month,Scripts\n1991 Jul,1\n1991 Aug,0\n";
    let expected = vec![
        ("Scripts".to_owned(), 0, 1),
        ("Scripts".to_owned(), 3_600, 0),
    ];
    assert_eq!(cells(table, &settings).unwrap(), expected);
    let missing = LineProblem::MissingField {
        field: "Scripts".to_owned(),
    };
    assert_eq!(fatal("a,b\n1,2\n", &settings), (1, missing));
}

/// Counts of a table that is read on after bad lines, and the numbers and problems of those.
fn counts_and_bad(text: &str, settings: &ReadSettings) -> (Vec<u64>, Vec<(u64, LineProblem)>) {
    let (counts, bad) = read_all(text, settings, |entry| match entry {
        Entry::Count(row) => row.count,
        other => panic!("expected a count, got {other:?}"),
    })
    .unwrap();
    let bad = bad.into_iter();
    (
        counts,
        bad.map(|error| (error.line, error.problem)).collect(),
    )
}

#[test]
fn impossible_counts_are_bad_rows_named_by_line_and_column() {
    for (text, must) in [
        ("-1", CountRule::NotNegative),
        ("-0.5", CountRule::NotNegative),
        ("2.5", CountRule::Whole),
        ("18446744073709551616", CountRule::BelowTwoTo64),
        ("many", CountRule::Number),
        ("NaN", CountRule::Number),
        ("1e3", CountRule::Number),
        ("", CountRule::Number),
    ] {
        let problem = LineProblem::Count {
            column: "count".to_owned(),
            must,
            text: text.to_owned(),
        };
        let table = format!(
            "domain,timestamp,count\na.example,0,1\n\na.example,0,{text}\na.example,9999,7\n"
        );
        let expected = (vec![1, 7], vec![(4, problem)]);
        assert_eq!(counts_and_bad(&table, &defaults()), expected);
    }
    let gap = LineProblem::Count {
        column: "t2".to_owned(),
        must: CountRule::Present,
        text: String::new(),
    };
    let table = "key,t0,t1,t2\nx,1,,2\ny,3,4,\n";
    let expected = (vec![3, 4], vec![(2, gap)]);
    assert_eq!(counts_and_bad(table, &defaults()), expected);
}

#[test]
fn a_bad_cell_of_a_single_column_is_fatal_since_those_below_have_no_times() {
    let settings = defaults().with_column("n");
    let problem = LineProblem::Count {
        column: "n".to_owned(),
        must: CountRule::Number,
        text: "many".to_owned(),
    };
    assert_eq!(fatal("t,n\n0,1\n1,many\n2,3\n", &settings), (3, problem));
    let torn = LineProblem::FieldCount {
        expected: 2,
        found: 1,
    };
    assert_eq!(fatal("t,n\n0,1\n1\n2,3\n", &settings), (3, torn));
}

#[test]
fn a_table_without_a_header_is_refused_rather_than_losing_its_first_series() {
    assert_eq!(
        fatal("a.example,1,2,3\nb.example,4,5,6\n", &defaults()),
        (1, LineProblem::NoHeader)
    );
    let missing = LineProblem::MissingField {
        field: "count".to_owned(),
    };
    assert_eq!(
        fatal("domain,timestamp,n\na.example,0,1\n", &defaults()),
        (1, missing)
    );
}

#[test]
fn empty_and_unknown_files_are_refused() {
    assert_eq!(fatal("", &defaults()), (1, LineProblem::Empty));
    assert_eq!(fatal("\n \n", &defaults()), (1, LineProblem::Empty));
    let start = LineProblem::UnknownFormat {
        start: "hello".to_owned(),
    };
    assert_eq!(fatal("\nhello\n", &defaults()), (2, start));
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let table = "\u{feff}domain,timestamp,count\na.example,0,1\n";
    assert_eq!(
        cells(table, &defaults()).unwrap(),
        [("a.example".to_owned(), 0, 1)]
    );
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn gzip_is_told_by_its_content_and_may_have_several_members() {
    let mut bytes = gzip("domain,timestamp,count\na.example,0,1\n");
    bytes.extend(gzip("a.example,0,2\n"));
    let (rows, _) = read_all(bytes, &defaults(), discard).unwrap();
    assert_eq!(rows.len(), 2);
}

#[test]
fn truncated_gzip_is_an_error_and_not_the_end() {
    // Numbers without much pattern, so that half the compressed bytes are far from the end of the text.
    let rows = (0..2_000_u64).map(|row| format!("a.example,{row},{}\n", row * 7_919 % 1_009));
    let text = rows.collect::<Vec<_>>().concat();
    let mut bytes = gzip(&format!("domain,timestamp,count\n{text}"));
    bytes.truncate(bytes.len() / 2);
    let result = read_all(bytes, &defaults(), discard);
    assert!(
        matches!(result, Err(ReadError::Read { line: 2.., .. })),
        "{result:?}"
    );
}

#[test]
fn a_line_without_end_is_refused_before_it_fills_the_memory() {
    let length = MAXIMUM_LINE_BYTES + 1;
    let log = format!("#fields\tts\tquery\n{}", "x".repeat(length));
    assert_eq!(
        fatal(&log, &defaults()),
        (
            2,
            LineProblem::TooLong {
                maximum: MAXIMUM_LINE_BYTES as u64
            }
        )
    );
}

#[test]
fn the_receiver_can_stop_the_reading() {
    let source = Source::from_bytes("input", "#fields\tts\tquery\n1\n2\n");
    let result = read(&source, &defaults(), &mut |line| line.map(drop));
    assert!(
        matches!(result, Err(ReadError::Line(LineError { line: 2, .. }))),
        "{result:?}"
    );
}

/// Pieces real inputs are made of, so that random texts get past the first check.
fn fragments() -> impl Strategy<Value = String> {
    let pieces = vec![
        "#fields\tts\tquery\tanswers",
        "#separator ",
        "#set_separator\t",
        "\\x09",
        "\\x",
        "\n",
        "\r\n",
        "\t",
        ",",
        "{\"ts\":",
        "1.5",
        "}",
        "\"",
        "domain,timestamp,count",
        "a.example",
        "-1",
        "1e400",
        "key,c1,c2",
        "é",
        "\0",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(
        bytes in prop_oneof![prop::collection::vec(any::<u8>(), 0..200), fragments().prop_map(String::into_bytes)],
    ) {
        let _ = read_all(&bytes, &defaults(), discard);
        let _ = read_all(&bytes, &defaults().with_column("c1"), discard);
        for format in Format::ALL {
            let _ = read_all(&bytes, &defaults().with_format(format), discard);
        }
    }

    #[test]
    fn bytes_that_start_like_gzip_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = read_all([&[0x1f, 0x8b], bytes.as_slice()].concat(), &defaults(), discard);
    }

    #[test]
    fn a_written_table_is_read_back(rows in prop::collection::vec(("[a-z \",]{1,8}", 0_u32.., any::<u64>()), 1..20)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["domain", "timestamp", "count"]).unwrap();
        for (domain, time, count) in &rows {
            writer.write_record([domain.clone(), time.to_string(), count.to_string()]).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let expected: Vec<_> = rows
            .iter()
            .map(|(domain, time, count)| (domain.trim().to_owned(), i64::from(*time), *count))
            .collect();
        prop_assert_eq!(cells(&text, &defaults()).unwrap(), expected);
    }
}
