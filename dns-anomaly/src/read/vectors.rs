//! Reads hourly vectors: one JSON object a domain, with the counts of consecutive hours.
//!
//! In: `{"dates":[start,end],"queries":[…]}`, times in epoch milliseconds, with the domain under `domain` or, when it
//! is not given, in the file's name; objects may run over several lines. Out: a [`CountRow`] for each hour.
//! This is what Umbrella Investigate's domain volume gives, whose last hours may be blank: missing, not zero.

use serde::Deserialize;

use super::json::{self, Text, Time};
use super::problem::{CountRule, LineProblem};
use super::{Emit, Stop};
use crate::record::{CountRow, Entry, Silence};
use crate::timestamp::{MICROSECONDS_PER_SECOND, Timestamp};

const HOUR: i64 = 3_600 * MICROSECONDS_PER_SECOND;

/// State between lines: an object not yet whole.
#[derive(Debug, Clone)]
pub(super) struct Vectors {
    /// The domain of objects that name none.
    file_domain: String,
    pending: String,
}

#[derive(Debug, Deserialize)]
struct Row<'line> {
    #[serde(borrow)]
    domain: Option<Text<'line>>,
    dates: (Time, Time),
    queries: Vec<Option<f64>>,
}

impl Vectors {
    /// A reader of the file called `name`.
    pub(super) fn new(name: &str) -> Self {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let endings = [".zst", ".gz", ".jsonl", ".ndjson", ".json"];
        let domain = endings.iter().fold(name, |name, ending| {
            name.strip_suffix(ending).unwrap_or(name)
        });
        Self {
            file_domain: domain.to_owned(),
            pending: String::new(),
        }
    }

    /// Reads one line; an object that is not whole waits for the next.
    pub(super) fn parse_line(&mut self, line: &str, emit: &mut Emit<'_>) -> Result<(), Stop> {
        if self.pending.is_empty() && line.trim_end().ends_with('}') {
            return self.read(line, emit);
        }
        // An object torn off by the start of the next one would swallow the rest of the file.
        let is_torn = line.starts_with('{') && !self.pending.is_empty();
        if is_torn || self.pending.len() + line.len() > super::MAXIMUM_LINE_BYTES {
            self.pending.clear();
            self.pending.push_str(line);
            return Err(LineProblem::Json { column: 1 }.into());
        }
        self.pending.push_str(line);
        self.pending.push('\n');
        match serde_json::from_str::<serde::de::IgnoredAny>(&self.pending) {
            Err(error) if error.is_eof() => Ok(()),
            _ => {
                let whole = std::mem::take(&mut self.pending);
                self.read(&whole, emit)
            }
        }
    }

    /// Whether the file ended inside an object.
    pub(super) fn is_torn(&self) -> bool {
        !self.pending.is_empty()
    }

    fn read(&self, text: &str, emit: &mut Emit<'_>) -> Result<(), Stop> {
        let row: Row<'_> = json::parse(text)?;
        let (start, end) = row.dates;
        let (start, end) = (Time::read(Some(start))?, Time::read(Some(end))?);
        let hours = end.microseconds().saturating_sub(start.microseconds()) / HOUR + 1;
        if i64::try_from(row.queries.len()).unwrap_or(i64::MAX) > hours.max(0) {
            return Err(LineProblem::VectorLength {
                hours: hours.max(0).unsigned_abs(),
                found: row.queries.len(),
            }
            .into());
        }
        let domain = row
            .domain
            .as_ref()
            .map_or(self.file_domain.as_str(), |domain| &domain.0);
        // A series is read whole or not at all.
        let counts = row
            .queries
            .iter()
            .map(|queries| queries.map(whole).transpose());
        let counts = counts.collect::<Result<Vec<_>, _>>()?;
        for (hour, count) in (0_i64..).zip(counts) {
            let Some(count) = count else { continue };
            let time = start
                .microseconds()
                .saturating_add(hour.saturating_mul(HOUR));
            emit(Entry::Count(CountRow {
                domain: domain.into(),
                group: None,
                time: Timestamp::from_microseconds(time),
                count,
                clients: None,
                silence: Silence::IsMissing,
            }))?;
        }
        Ok(())
    }
}

/// A count that JSON wrote as a number; above 2^53 the number itself is no longer exact.
fn whole(number: f64) -> Result<u64, LineProblem> {
    let must = if number < 0.0 {
        CountRule::NotNegative
    } else if number.fract() != 0.0 {
        CountRule::Whole
    } else if number >= 9_007_199_254_740_992.0 {
        CountRule::BelowTwoTo64
    } else {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole, not negative and below 2^53"
        )]
        return Ok(number as u64);
    };
    Err(LineProblem::Count {
        column: "queries".to_owned(),
        must,
        text: number.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::cells_of;

    const START: i64 = 1_700_000_000;

    #[test]
    fn hours_follow_the_start_and_blank_ones_are_missing() {
        let text = format!(
            r#"{{"domain":"a.example","dates":[{START}000,{}000],"queries":[3,0,null]}}"#,
            START + 7_200
        );
        let expected = vec![
            ("a.example".to_owned(), START, 3),
            ("a.example".to_owned(), START + 3_600, 0),
        ];
        assert_eq!(cells_of("volumes.jsonl", &text).unwrap(), expected);
        let spread = text.replace(',', ",\n  ").replace('{', "{\n");
        assert_eq!(cells_of("volumes.json", &spread).unwrap(), expected);
    }

    #[test]
    fn a_file_of_one_domain_may_name_it() {
        let text = r#"{"dates":[1700000000000,1700003600000],"queries":[1,2]}"#;
        let cells = cells_of("data/b.example.json.gz", text).unwrap();
        assert_eq!(cells[1], ("b.example".to_owned(), START + 3_600, 2));
    }

    #[test]
    fn more_counts_than_hours_and_torn_objects_are_refused() {
        let dates = r#"{"dates":[1700000000000,1700003600000],"#;
        for rest in [
            r#""queries":[1,2,3]}"#,
            "\n\"queries\":[1,2",
            r#""queries":[-1]}"#,
            r#""queries":[0.5]}"#,
        ] {
            assert!(
                cells_of("x.json", format!("{dates}{rest}\n")).is_err(),
                "{rest}"
            );
        }
    }
}
