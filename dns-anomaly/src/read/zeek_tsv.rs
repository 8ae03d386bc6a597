//! Reads lines of Zeek's tab-separated dns.log.
//!
//! In: header lines (`#separator`, `#fields`, …) and rows. Out: a [`Record`] for each row.
//! Columns are found by the names in `#fields`, so every Zeek version fits; a header may come again in the middle of a
//! file (rotated logs put together) and then holds from there on. `\xHH` stands for a byte, as Zeek escapes separators
//! and anything that is not printable ASCII. A row is walked once and nothing is allocated for it.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

use super::problem::LineProblem;
use super::{Emit, Stop};
use crate::answers::{Answers, unescape};
use crate::record::{Entry, Record};

/// State between lines: what the last header said.
#[derive(Debug, Clone)]
pub(super) struct ZeekTsv {
    separator: String,
    set_separator: String,
    empty_field: String,
    unset_field: String,
    columns: Option<Columns>,
}

/// The fields used, by Zeek's names; the place in the list is the place in a row's cells.
const FIELDS: [&str; 8] = [
    "ts",
    "query",
    "id.orig_h",
    "qtype_name",
    "uid",
    "trans_id",
    "rcode_name",
    "answers",
];

/// Which of [`FIELDS`] stands in each column.
#[derive(Debug, Clone)]
struct Columns(Vec<Option<u8>>);

/// The cells of a row, in the order of [`FIELDS`]; `None` is a column the file lacks.
type Cells<'line> = [Option<&'line str>; FIELDS.len()];

impl Default for ZeekTsv {
    /// What Zeek writes unless configured otherwise.
    fn default() -> Self {
        Self {
            separator: "\t".to_owned(),
            set_separator: ",".to_owned(),
            empty_field: "(empty)".to_owned(),
            unset_field: "-".to_owned(),
            columns: None,
        }
    }
}

impl ZeekTsv {
    /// Reads one line, without its end.
    pub(super) fn parse_line(&mut self, line: &str, emit: &mut Emit<'_>) -> Result<(), Stop> {
        match line.strip_prefix('#') {
            Some(header) => Ok(self.parse_header(header)?),
            None => Ok(emit(Entry::Query(self.parse_row(line)?))?),
        }
    }

    fn parse_header(&mut self, header: &str) -> Result<(), LineProblem> {
        // The separator's own line cannot be separated by it: Zeek uses a space there.
        if let Some(escaped) = header.strip_prefix("separator") {
            let separator = unescape(escaped.strip_prefix(' ').unwrap_or(escaped));
            if separator.is_empty() {
                return Err(LineProblem::BadSeparator {
                    text: format!("#{header}"),
                });
            }
            self.separator = separator.into_owned();
            return Ok(());
        }
        let (name, value) = header
            .split_once(self.separator.as_str())
            .unwrap_or((header, ""));
        match name {
            "set_separator" if !value.is_empty() => {
                self.set_separator = unescape(value).into_owned();
            }
            "empty_field" => self.empty_field = value.to_owned(),
            "unset_field" => self.unset_field = value.to_owned(),
            "fields" => self.columns = Some(self.find_columns(value)?),
            // `#path`, `#open`, `#types`, `#close` and whatever later versions add.
            _ => {}
        }
        Ok(())
    }

    fn find_columns(&self, fields: &str) -> Result<Columns, LineProblem> {
        let fields: Vec<&str> = fields.split(self.separator.as_str()).collect();
        let mut columns = vec![None; fields.len()];
        for (place, name) in (0_u8..).zip(FIELDS) {
            match fields.iter().position(|field| *field == name) {
                Some(column) => columns[column] = Some(place),
                None if matches!(name, "ts" | "query") => {
                    return Err(LineProblem::MissingField {
                        field: name.to_owned(),
                    });
                }
                None => {}
            }
        }
        Ok(Columns(columns))
    }

    fn parse_row<'line>(&'line self, line: &'line str) -> Result<Record<'line>, LineProblem> {
        let columns = self.columns.as_ref().ok_or(LineProblem::NoHeader)?;
        let cells = match self.separator.as_bytes() {
            [byte] => columns.cells(split(line, *byte)),
            _ => columns.cells(line.split(self.separator.as_str())),
        }?;
        let has_escapes = memchr(b'\\', line.as_bytes()).is_some();
        let set = |cell: Option<&'line str>| cell.filter(|cell| *cell != self.unset_field);
        let text = |cell| set(cell).map(|cell| self.scalar(cell, has_escapes));
        let [
            time,
            query,
            client,
            query_type,
            uid,
            trans_id,
            response_code,
            answers,
        ] = cells;
        Ok(Record {
            time: set(time).ok_or(LineProblem::NoTime)?.parse()?,
            is_time_ambiguous: false,
            client: text(client),
            query: text(query),
            query_type: text(query_type),
            uid: text(uid),
            trans_id: text(trans_id),
            response_code: text(response_code),
            answers: set(answers)
                .filter(|cell| *cell != self.empty_field)
                // Split first and unescaped after: a separator inside an element is escaped.
                .map(|cell| Answers::separated(cell, &self.set_separator))
                .unwrap_or_default(),
        })
    }

    fn scalar<'line>(&self, cell: &'line str, has_escapes: bool) -> Cow<'line, str> {
        if cell == self.empty_field {
            Cow::Borrowed("")
        } else if has_escapes {
            unescape(cell)
        } else {
            Cow::Borrowed(cell)
        }
    }
}

impl Columns {
    /// The cells used, of a row that must have as many as the header has names.
    fn cells<'line>(
        &self,
        fields: impl Iterator<Item = &'line str>,
    ) -> Result<Cells<'line>, LineProblem> {
        let Self(columns) = self;
        let mut cells = Cells::default();
        let mut found = 0;
        for field in fields {
            if let Some(Some(place)) = columns.get(found) {
                cells[usize::from(*place)] = Some(field);
            }
            found += 1;
        }
        if found == columns.len() {
            Ok(cells)
        } else {
            Err(LineProblem::FieldCount {
                expected: columns.len(),
                found,
            })
        }
    }
}

/// Splits `line` at each `separator`, an ASCII byte: what lies between is text again.
fn split(line: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut start = 0;
    memchr_iter(separator, line.as_bytes())
        .chain([line.len()])
        .map(move |end| {
            let field = &line[start..end];
            start = end + 1;
            field
        })
}
