//! Claims: a seed gives the draws that it gave before.
//!
//! In: a snapshot of this library's own draws, `testdata/draws.csv`: it says that they stay, not that
//! they are right, which the claims of `draws` say. Out: the same draws of every distribution. Who
//! changes them on purpose says so under "Value-breaking" and takes the lines the failure prints.

use std::fmt::Write;

use testkit::relative_error;

use crate::table::rows;

const SNAPSHOT: &str = include_str!("../../testdata/draws.csv");

const SEED: u64 = 7;

/// Functions differ between systems by their last digits.
const TOLERANCE: f64 = 1e-12;

/// Name and first draws of every distribution, a line each.
fn lines(seed: u64) -> String {
    let mut lines = String::new();
    for row in rows() {
        let name = row.name.replace(',', ";");
        let draws = row.at(row.parameters).draws(seed, 4);
        let draws: Vec<String> = draws.iter().map(f64::to_string).collect();
        writeln!(lines, "{name},{}", draws.join(",")).unwrap();
    }
    lines
}

/// Whether two lines have one name and the same draws.
fn is_same(found: &str, expected: &str) -> bool {
    let (found, expected) = (found.split(','), expected.split(','));
    let (found, expected): (Vec<_>, Vec<_>) = (found.collect(), expected.collect());
    let number = |text: &str| text.parse::<f64>().unwrap();
    found.len() == expected.len()
        && found[0] == expected[0]
        && found[1..]
            .iter()
            .zip(&expected[1..])
            .all(|(found, expected)| {
                found == expected || relative_error(number(found), number(expected)) <= TOLERANCE
            })
}

#[test]
fn draws_are_those_of_the_snapshot() {
    let found = lines(SEED);
    let is_kept = found.lines().count() == SNAPSHOT.lines().count()
        && found
            .lines()
            .zip(SNAPSHOT.lines())
            .all(|(found, kept)| is_same(found, kept));
    assert!(is_kept, "draws have changed:\n{found}");
    // The control: another seed gives others, but for what is constant or nearly so.
    let others = lines(SEED + 1);
    let same = others
        .lines()
        .zip(SNAPSHOT.lines())
        .filter(|(a, b)| is_same(a, b));
    let (same, all) = (same.count(), SNAPSHOT.lines().count());
    assert!(10 * same < all, "{same} of {all} the same");
}
