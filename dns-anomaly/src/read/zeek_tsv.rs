//! Reads lines of Zeek's tab-separated dns.log.
//!
//! In: header lines (`#separator`, `#fields`, …) and rows. Out: a [`Record`] for each row.
//! Columns are found by the names in `#fields`, so every Zeek version fits; a header may come again in the middle of a
//! file (rotated logs put together) and then holds from there on. `\xHH` stands for a byte, as Zeek escapes separators
//! and anything that is not printable ASCII.

use std::borrow::Cow;

use super::problem::LineProblem;
use super::{Emit, Stop};
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

/// Where each field stands.
#[derive(Debug, Clone, Copy)]
struct Columns {
    count: usize,
    time: usize,
    query: usize,
    client: Option<usize>,
    query_type: Option<usize>,
    uid: Option<usize>,
    trans_id: Option<usize>,
    response_code: Option<usize>,
    answers: Option<usize>,
}

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
        let find = |name: &str| fields.iter().position(|field| *field == name);
        let need = |name: &str| {
            find(name).ok_or_else(|| LineProblem::MissingField {
                field: name.to_owned(),
            })
        };
        Ok(Columns {
            count: fields.len(),
            time: need("ts")?,
            query: need("query")?,
            client: find("id.orig_h"),
            query_type: find("qtype_name"),
            uid: find("uid"),
            trans_id: find("trans_id"),
            response_code: find("rcode_name"),
            answers: find("answers"),
        })
    }

    fn parse_row<'line>(&self, line: &'line str) -> Result<Record<'line>, LineProblem> {
        let columns = self.columns.as_ref().ok_or(LineProblem::NoHeader)?;
        let fields: Vec<&str> = line.split(self.separator.as_str()).collect();
        if fields.len() != columns.count {
            return Err(LineProblem::FieldCount {
                expected: columns.count,
                found: fields.len(),
            });
        }
        let set = |column: usize| Some(fields[column]).filter(|field| *field != self.unset_field);
        let text = |column: Option<usize>| column.and_then(set).map(|field| self.scalar(field));
        Ok(Record {
            time: set(columns.time).ok_or(LineProblem::NoTime)?.parse()?,
            client: text(columns.client),
            query: text(Some(columns.query)),
            query_type: text(columns.query_type),
            uid: text(columns.uid),
            trans_id: text(columns.trans_id),
            response_code: text(columns.response_code),
            answers: columns
                .answers
                .and_then(set)
                .map(|field| self.elements(field))
                .unwrap_or_default(),
        })
    }

    fn scalar<'line>(&self, field: &'line str) -> Cow<'line, str> {
        if field == self.empty_field {
            Cow::Borrowed("")
        } else {
            unescape(field)
        }
    }

    /// Splits a vector or set first and unescapes after: a separator inside an element is escaped.
    fn elements<'line>(&self, field: &'line str) -> Vec<Cow<'line, str>> {
        if field == self.empty_field {
            return Vec::new();
        }
        field
            .split(self.set_separator.as_str())
            .map(unescape)
            .collect()
    }
}

/// Replaces each `\xHH` by its byte. Anything else after a backslash stands for itself.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains("\\x") {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        if let [b'\\', b'x', high, low, after @ ..] = rest
            && let (Some(high), Some(low)) = (hexadecimal(*high), hexadecimal(*low))
        {
            bytes.push(16 * high + low);
            rest = after;
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

fn hexadecimal(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_bytes_and_broken_ones_stand_for_themselves() {
        assert_eq!(unescape("a\\x2cb"), "a,b");
        assert_eq!(unescape("\\xc3\\xa9"), "é");
        assert_eq!(unescape("\\x2"), "\\x2");
        assert_eq!(unescape("\\xzz\\n"), "\\xzz\\n");
    }
}
