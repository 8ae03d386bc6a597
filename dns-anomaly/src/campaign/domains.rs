//! Numbers the domains of a table, all groups of one together.
//!
//! In: a table sorted by domain. Out: [`Domains`]: names, their series, and the shape of each name.

use std::ops::Range;
use std::sync::Arc;

use crate::names::Names;
use crate::series::{Series, SeriesTable};

/// The domains of a table, in order of name.
#[derive(Debug, Clone)]
pub(super) struct Domains {
    names: Vec<Arc<str>>,
    /// First series of each, and one past the last.
    starts: Vec<usize>,
}

impl Domains {
    pub(super) fn of(table: &SeriesTable) -> Self {
        let (mut names, mut starts) = (Vec::new(), vec![0]);
        let of_domain = |a: &Series, b: &Series| a.domain() == b.domain();
        for series in table.series().chunk_by(of_domain) {
            names.push(series[0].domain().into());
            starts.push(starts[starts.len() - 1] + series.len());
        }
        Self { names, starts }
    }

    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.names.len()).expect("fewer than 2^32 names fit in memory")
    }

    pub(super) fn name(&self, domain: u32) -> Arc<str> {
        Arc::clone(&self.names[domain as usize])
    }

    /// The place of a name.
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        let place = self.names.binary_search_by(|known| (**known).cmp(name));
        u32::try_from(place.ok()?).ok()
    }

    /// The series of a domain.
    pub(super) fn series(&self, domain: u32) -> Range<usize> {
        self.starts[domain as usize]..self.starts[domain as usize + 1]
    }

    /// The number of each name's shape, and the shapes.
    ///
    /// Names that a program makes up look alike: what follows the first dot, the length of what stands before it, and
    /// whether that has digits and hyphens.
    pub(super) fn shapes(&self) -> (Vec<u32>, Names) {
        let mut shapes = Names::default();
        let numbers = self.names.iter().map(|name| shapes.number(&shape(name)));
        (numbers.collect(), shapes)
    }
}

fn shape(name: &str) -> String {
    let (label, suffix) = name.split_once('.').unwrap_or((name, ""));
    let digits = if label.bytes().any(|byte| byte.is_ascii_digit()) {
        " with digits"
    } else {
        ""
    };
    let hyphens = if label.contains('-') {
        " with hyphens"
    } else {
        ""
    };
    format!("{} characters{digits}{hyphens}.{suffix}", label.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_made_up_by_one_rule_have_one_shape() {
        assert_eq!(
            shape("qxkvj1zw.example"),
            "8 characters with digits.example"
        );
        assert_eq!(shape("ab0defgh.example"), shape("qxkvj1zw.example"));
        assert_ne!(shape("abcdefgh.example"), shape("qxkvj1zw.example"));
        assert_ne!(shape("a-cdefg0.example"), shape("qxkvj1zw.example"));
        assert_eq!(shape("printer"), "7 characters.");
    }
}
