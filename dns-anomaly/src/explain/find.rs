//! Looks a name up as people write it, and knows close ones when there is none.
//!
//! In: a table, a name. Out: the name as it is in the table, or [`UnknownName`].
//!
//! Close are names that hold the one asked for or are held by it, and names at most a third of its letters away, by
//! insertions, deletions, changes and swaps of neighbours (optimal string alignment).

use crate::domain::{Naming, clean_name};
use crate::series::{Series, SeriesTable};

/// A name that is not in the input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the name must be in the input, got `{name}`{}", hint(.close))]
pub struct UnknownName {
    /// What was asked for.
    pub name: String,
    /// Names in the input that are like it, the closest first; at most five.
    pub close: Vec<String>,
}

/// Names told in an error.
const TOLD: usize = 5;

fn hint(close: &[String]) -> String {
    if close.is_empty() {
        String::new()
    } else {
        format!("; close to it are {}", close.join(", "))
    }
}

/// The name as it is in the table: as it was asked for, or cleaned and cut down as queries were.
///
/// # Errors
/// When neither is there; the error has names that are.
///
/// ```
/// use dns_anomaly::{GatherSettings, Naming, Source, find_name, gather};
///
/// let counts = "domain,timestamp,count\nexample.com,0,2\nexample.org,0,1\n";
/// let gathered = gather(&[Source::from_bytes("counts.csv", counts)], &GatherSettings::default())?;
/// let find = |name| find_name(&gathered.table, name, Naming::Registrable);
/// assert_eq!(find("WWW.example.com."), Ok("example.com"));
/// assert_eq!(find("exmaple.org").map_err(|error| error.close), Err(vec!["example.org".to_owned()]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn find_name<'t>(
    table: &'t SeriesTable,
    asked: &str,
    naming: Naming,
) -> Result<&'t str, UnknownName> {
    let find = |name: &str| {
        let series = table.series();
        let place = series.partition_point(|one| one.domain() < name);
        series
            .get(place)
            .map(Series::domain)
            .filter(|found| *found == name)
    };
    let cleaned = clean_name(asked, naming).ok();
    find(asked)
        .or_else(|| find(&cleaned?))
        .ok_or_else(|| UnknownName::of(table, asked))
}

impl UnknownName {
    /// The error for a name that is not in the table.
    pub(super) fn of(table: &SeriesTable, name: &str) -> Self {
        let most = name.chars().count() / 3;
        let mut close: Vec<(usize, &str)> = table
            .series()
            .iter()
            .filter_map(|series| Some((distance(name, series.domain(), most)?, series.domain())))
            .collect();
        // Groups of a domain repeat its name.
        close.sort_unstable();
        close.dedup();
        let close = close.into_iter().take(TOLD);
        Self {
            name: name.to_owned(),
            close: close.map(|(_, name)| name.to_owned()).collect(),
        }
    }
}

/// How far a name is from the one asked for; none when it is not close.
fn distance(asked: &str, name: &str, most: usize) -> Option<usize> {
    let is_part = name.contains(asked) || asked.contains(name);
    // A letter has at most four bytes: what differs more in length is not worth comparing.
    if !is_part && asked.len().abs_diff(name.len()) > 4 * most {
        return None;
    }
    let distance = strsim::osa_distance(asked, name);
    (is_part || distance <= most).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gather::{GatherSettings, gather};
    use crate::read::Source;

    fn table(names: &[&str]) -> SeriesTable {
        let rows = names.iter().map(|name| format!("\n{name},0,1"));
        let counts: String = ["domain,timestamp,count".to_owned()]
            .into_iter()
            .chain(rows)
            .collect();
        let source = Source::from_bytes("counts.csv", counts);
        gather(&[source], &GatherSettings::default()).unwrap().table
    }

    #[test]
    fn close_names_are_told_and_others_are_not() {
        let table = table(&[
            "bank.example",
            "rank.example",
            "shop.test",
            "a.very.other.name",
        ]);
        let error = find_name(&table, "bnak.example", Naming::Registrable).unwrap_err();
        assert_eq!(error.close, ["bank.example", "rank.example"]);
        assert_eq!(
            error.to_string(),
            "the name must be in the input, got `bnak.example`; close to it are bank.example, rank.example"
        );
        let error = find_name(&table, "zzz", Naming::Registrable).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the name must be in the input, got `zzz`"
        );
    }

    #[test]
    fn a_part_of_a_name_is_close_to_it() {
        let table = table(&["login.bank.example", "shop.test"]);
        let close = |asked: &str| find_name(&table, asked, Naming::Full).unwrap_err().close;
        assert_eq!(close("bank"), ["login.bank.example"]);
        assert_eq!(close("www.login.bank.example"), ["login.bank.example"]);
    }

    #[test]
    fn keys_that_are_no_names_are_found_as_they_are() {
        let table = table(&["Sensor 7"]);
        assert_eq!(
            find_name(&table, "Sensor 7", Naming::Registrable),
            Ok("Sensor 7")
        );
    }
}
