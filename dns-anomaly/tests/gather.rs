//! Checks logs to series on the real log and on small ones, against counts made by hand or by another program.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use dns_anomaly::{
    BadRows, BinWidth, GatherError, GatherSettings, Gathered, NewestBin, Source, gather,
};

fn gathered(log: &str, settings: &GatherSettings) -> Gathered {
    gather(&[Source::from_bytes("log", log)], settings).unwrap()
}

fn ten_seconds() -> GatherSettings {
    GatherSettings::default().with_bin_width(BinWidth::from_seconds(10).unwrap())
}

#[test]
fn the_real_log_gives_the_counts_of_an_independent_program() {
    let Some(path) = testkit::shared("data/zeek/wrccdc2018_dns.log.gz") else {
        return;
    };
    let tally = gather(&[Source::from_path(path)], &ten_seconds())
        .unwrap()
        .tally;
    assert_eq!(tally.rows, 53_615);
    // 24,053: a short Python script with the same rule of one second, written apart from this code.
    assert_eq!(tally.kept, 24_053);
    // 3,953 names without a dot, of which two are unset and twelve empty, by the data's description and `cut | sort`.
    assert_eq!(tally.unset + tally.wildcard + tally.undotted, 3_953);
    assert_eq!(
        (tally.unset, tally.reverse, tally.address, tally.bad),
        (14, 1_014, 6, 0)
    );
    let dropped = tally.unset + tally.wildcard + tally.undotted + tally.address + tally.reverse;
    assert_eq!(tally.kept + tally.duplicates + dropped, tally.rows);
}

#[test]
fn both_spellings_of_the_real_log_give_the_same_series_and_visits() {
    let (Some(tsv), Some(json)) = (
        testkit::shared("data/zeek/wrccdc2018_dns.log.gz"),
        testkit::shared("data/zeek/wrccdc2018_dns.json.gz"),
    ) else {
        return;
    };
    let tsv = gather(&[Source::from_path(tsv)], &ten_seconds()).unwrap();
    let json = gather(&[Source::from_path(json)], &ten_seconds()).unwrap();
    assert!(tsv.table.series().len() > 500);
    assert_eq!(tsv.table, json.table);
    assert_eq!(tsv.visits, json.visits);
    assert_eq!(tsv.tally, json.tally);
}

#[test]
fn the_order_of_rows_and_files_does_not_matter() {
    let first =
        "1\tC1\t10.0.0.1\ta.example\n2\tC1\t10.0.0.1\ta.example\n9000\tC2\t10.0.0.2\tb.example\n";
    let second = "1.5\tC1\t10.0.0.1\ta.example\n4000\tC3\t10.0.0.1\ta.example\n";
    let source = |rows: &str| {
        Source::from_bytes("log", format!("#fields\tts\tuid\tid.orig_h\tquery\n{rows}"))
    };
    let reversed = first.lines().rev().collect::<Vec<_>>().join("\n");
    let settings = GatherSettings::default().with_newest_bin(NewestBin::Keep);
    let forwards = gather(&[source(first), source(second)], &settings).unwrap();
    let backwards = gather(&[source(second), source(&reversed)], &settings).unwrap();
    assert_eq!(forwards.table, backwards.table);
    assert_eq!(forwards.visits, backwards.visits);
    assert_eq!(forwards.tally.duplicates, 2);
}

#[test]
fn a_query_logged_on_both_sides_of_a_bins_edge_is_counted_in_the_first() {
    let log = "#fields\tts\tuid\tquery\n3600.2\tC1\ta.example\n3599.9\tC1\ta.example\n";
    let settings = GatherSettings::default().with_newest_bin(NewestBin::Keep);
    let gathered = gathered(log, &settings);
    assert_eq!(gathered.table.series()[0].bins(), 0..1);
    assert_eq!(gathered.table.series()[0].counts(), [1]);
}

#[test]
fn the_newest_bin_of_a_log_is_left_out_but_silence_up_to_it_is_kept() {
    let log = "#fields\tts\tquery\n0\ta.example\n11000\tb.example\n";
    let dropped = gathered(log, &GatherSettings::default());
    let domains: Vec<_> = dropped
        .table
        .series()
        .iter()
        .map(|series| (series.domain(), series.counts()))
        .collect();
    assert_eq!(domains, [("a.example", vec![1, 0, 0])]);
    let kept = gathered(
        log,
        &GatherSettings::default().with_newest_bin(NewestBin::Keep),
    );
    assert_eq!(kept.table.series()[1].counts(), [1]);
}

#[test]
fn distinct_clients_of_a_bin_are_counted_and_listed() {
    let log = "#fields\tts\tid.orig_h\tquery\n1\t10.0.0.2\ta.example\n2\t10.0.0.1\ta.example\n3\t10.0.0.2\ta.example\n";
    let gathered = gathered(
        log,
        &GatherSettings::default().with_newest_bin(NewestBin::Keep),
    );
    let [bin] = gathered.table.series()[0].busy().collect::<Vec<_>>()[..] else {
        panic!("one bin is busy")
    };
    assert_eq!((bin.count, bin.clients), (3, Some(2)));
    let clients: Vec<&str> = gathered.visits.iter().map(|visit| &*visit.client).collect();
    assert_eq!(clients, ["10.0.0.1", "10.0.0.2"]);
}

#[test]
fn a_bad_row_is_counted_or_refused_as_asked_and_nothing_but_bad_rows_is_an_error() {
    let log = "#fields\tts\tquery\n1\ta.example\nsoon\ta.example\n";
    let tally = gathered(log, &GatherSettings::default()).tally;
    assert_eq!(
        (tally.kept, tally.bad, tally.first_bad.unwrap().line),
        (1, 1, 3)
    );
    let strict = GatherSettings::default().with_bad_rows(BadRows::Refuse);
    let refused = gather(&[Source::from_bytes("log", log)], &strict);
    assert!(matches!(refused, Err(GatherError::Read(_))), "{refused:?}");
    let hopeless = Source::from_bytes("log", "#fields\tts\tquery\nsoon\ta.example\n");
    let refused = gather(&[hopeless], &GatherSettings::default());
    assert!(
        matches!(refused, Err(GatherError::AllBad { bad: 1, .. })),
        "{refused:?}"
    );
}

#[test]
fn complete_and_incomplete_car_parts_keep_their_own_lengths() {
    let Some(path) = testkit::shared("data/intermittent/carparts.csv") else {
        return;
    };
    let table = gather(&[Source::from_path(path)], &GatherSettings::default())
        .unwrap()
        .table;
    assert_eq!(table.series().len(), 2_674);
    // An empty cell is missing, not zero: 2,509 series are complete, by the data's description.
    let complete = table
        .series()
        .iter()
        .filter(|series| series.bins().count() == 51)
        .count();
    assert_eq!(complete, 2_509);
}

#[test]
fn contacts_are_kept_by_stretch_of_time_when_asked_for() {
    let rows = [
        "1\tC1\t10.0.0.2\ta.example\t192.0.2.1",
        "1.5\tC1\t10.0.0.2\ta.example\t192.0.2.1",
        "90\tC2\t10.0.0.1\twww.a.example\t0.0.0.0",
        "3700\tC3\t10.0.0.3\ta.example\thost.example,2001:db8:0::1",
        "9000\tC4\t10.0.0.1\tb.example\t-",
    ];
    let log = |rows: &[&str]| {
        let rows = rows.join("\n");
        format!("#unset_field\t-\n#fields\tts\tuid\tid.orig_h\tquery\tanswers\n{rows}\n")
    };
    assert!(
        gathered(&log(&rows), &GatherSettings::default())
            .contacts
            .is_none()
    );
    let settings = GatherSettings::default().with_contacts(BinWidth::HOUR, 5);
    let contacts = gathered(&log(&rows), &settings).contacts.unwrap();
    let at = |seconds: i64| dns_anomaly::Timestamp::from_microseconds(seconds * 1_000_000);
    let clients = |from, to| contacts.clients("a.example", at(from), at(to));
    assert_eq!(clients(0, 3_600), ["10.0.0.1", "10.0.0.2"]);
    assert_eq!(clients(3_600, 7_200), ["10.0.0.3"]);
    assert_eq!(clients(0, 7_200).len(), 3);
    let addresses = |from, to| contacts.addresses("a.example", at(from), at(to));
    assert_eq!(addresses(0, 3_600), ["192.0.2.1"]);
    assert_eq!(addresses(3_600, 7_200), ["2001:db8::1"]);
    assert!(contacts.addresses("b.example", at(0), at(9_999)).is_empty());
    let mut reversed = rows;
    reversed.reverse();
    assert_eq!(
        gathered(&log(&reversed), &settings).contacts.unwrap(),
        contacts
    );
}

#[test]
fn groups_of_a_counts_table_stand_for_clients() {
    let table =
        "domain,timestamp,count,group\nA.example,0,2,US\nA.example,0,1,DE\nA.example,0,0,FR\n";
    let settings = GatherSettings::default().with_contacts(BinWidth::HOUR, 5);
    let contacts = gathered(table, &settings).contacts.unwrap();
    let at = |seconds: i64| dns_anomaly::Timestamp::from_microseconds(seconds * 1_000_000);
    assert_eq!(
        contacts.clients("A.example", at(0), at(3_600)),
        ["DE", "US"]
    );
}
