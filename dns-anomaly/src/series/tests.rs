//! Claims about series: where they start and end, that nothing is lost, that order does not matter.

use proptest::prelude::*;

use super::*;

fn table(
    rows: &[(&str, i64, u64)],
    silence: Silence,
    end: Option<i64>,
) -> Result<SeriesTable, SeriesError> {
    let mut builder = SeriesBuilder::new(BinWidth::HOUR);
    for &(domain, bin, count) in rows {
        let key = builder.key(domain, None, silence);
        builder.add(key, bin, count, Some(1));
    }
    builder.finish(end)
}

fn counts(table: &SeriesTable) -> Vec<(&str, i64, Vec<u64>)> {
    table
        .series()
        .iter()
        .map(|series| (series.domain(), series.bins().start, series.counts()))
        .collect()
}

#[test]
fn a_series_runs_from_its_first_sighting_to_the_newest_bin_of_all() {
    let table = table(
        &[("b", 7, 2), ("a", 4, 1), ("b", 9, 3), ("b", 7, 1)],
        Silence::IsZero,
        None,
    )
    .unwrap();
    assert_eq!(
        counts(&table),
        [("a", 4, vec![1, 0, 0, 0, 0, 0]), ("b", 7, vec![3, 0, 3])]
    );
    assert_eq!(table.total_bins(), 9);
}

#[test]
fn observation_may_go_on_after_the_last_query() {
    let table = table(&[("a", 4, 1)], Silence::IsZero, Some(7)).unwrap();
    assert_eq!(counts(&table), [("a", 4, vec![1, 0, 0])]);
}

#[test]
fn a_series_whose_silence_is_missing_ends_at_its_last_cell_and_keeps_written_zeros() {
    let table = table(
        &[("a", 0, 0), ("a", 1, 0), ("b", 5, 1)],
        Silence::IsMissing,
        None,
    )
    .unwrap();
    assert_eq!(counts(&table), [("a", 0, vec![0, 0]), ("b", 5, vec![1])]);
}

#[test]
fn counts_that_overflow_a_bin_are_an_error() {
    let error = table(&[("a", 3, u64::MAX), ("a", 3, 1)], Silence::IsZero, None).unwrap_err();
    assert_eq!(
        error,
        SeriesError::CountOverflow {
            domain: "a".into(),
            bin: 3
        }
    );
}

#[test]
fn a_timestamp_out_of_all_proportion_is_an_error_not_an_allocation() {
    let error = table(&[("a", 0, 1), ("a", i64::MAX, 1)], Silence::IsZero, None).unwrap_err();
    assert!(matches!(error, SeriesError::TooManyBins { .. }), "{error}");
}

#[test]
fn groups_of_a_domain_are_series_of_their_own() {
    let mut builder = SeriesBuilder::new(BinWidth::HOUR);
    for (group, bin) in [(Some("US"), 1), (Some("DE"), 2), (None, 2)] {
        let key = builder.key("a", group, Silence::IsZero);
        builder.add(key, bin, 1, None);
    }
    let table = builder.finish(None).unwrap();
    let groups: Vec<_> = table
        .series()
        .iter()
        .map(|series| (series.group(), series.counts()))
        .collect();
    assert_eq!(
        groups,
        [
            (None, vec![1]),
            (Some("DE"), vec![1]),
            (Some("US"), vec![1, 0])
        ]
    );
}

proptest! {
    #[test]
    fn the_table_does_not_depend_on_the_order_of_rows(
        (rows, shuffled) in prop::collection::vec(
            (prop::sample::select(vec!["a", "b", "c"]), 0_i64..20, 0_u64..5), 0..40)
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
    ) {
        prop_assert_eq!(
            table(&rows, Silence::IsZero, None),
            table(&shuffled, Silence::IsZero, None)
        );
    }

    #[test]
    fn no_query_is_lost_or_invented(
        rows in prop::collection::vec((prop::sample::select(vec!["a", "b"]), 0_i64..9, 0_u64..5), 0..40),
    ) {
        let table = table(&rows, Silence::IsZero, None).unwrap();
        let total: u64 = table.series().iter().map(|series| series.counts().iter().sum::<u64>()).sum();
        prop_assert_eq!(total, rows.iter().map(|(_, _, count)| count).sum::<u64>());
    }
}
