//! Checks that what is kept between runs makes many runs one: same verdicts, same bytes, nothing lost or counted twice.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod command;

use std::fmt::Write;
use std::fs;

use command::folder;
use dns_anomaly::simulate::{Shape, SimulationSettings, simulate, write_log};
use dns_anomaly::{
    CalibratedSettings, CampaignSettings, Direction, FolderError, GatherSettings, Judged, Known,
    NewestBin, Source, State, StateBytesError, StateFolder, StateSettings, Tally, Timestamp,
    UpdateError, Updated, detect_calibrated, find_campaigns, gather,
};

const DAY: i64 = 86_400;
const NOW: Timestamp = Timestamp::from_microseconds(4_000_000_000_000_000);
const HEADER: &str = "#fields\tts\tuid\tid.orig_h\tquery\n";

fn new() -> State {
    State::new(&StateSettings::default(), [1, 2]).unwrap()
}

fn take(state: State, text: &str) -> (State, Updated) {
    let sources = [Source::from_bytes("input", text)];
    state
        .update(&StateSettings::default(), &sources, NOW)
        .unwrap()
}

/// A simulated log: its head, and its rows by the hour.
fn log_by_hour(domains: u32) -> (String, Vec<String>) {
    by_hour(&SimulationSettings::default().with_domains(domains))
}

fn by_hour(settings: &SimulationSettings) -> (String, Vec<String>) {
    let settings = settings.clone().with_campaigns(1).with_seed(8);
    let mut log = Vec::new();
    write_log(&simulate(&settings).unwrap(), &mut log).unwrap();
    let log = String::from_utf8(log).unwrap();
    let (mut head, mut hours) = (String::new(), Vec::new());
    let mut hour = 0;
    for line in log.lines() {
        if line.starts_with('#') {
            writeln!(head, "{line}").unwrap();
            continue;
        }
        let of_line: u64 = line.split('.').next().unwrap().parse::<u64>().unwrap() / 3_600;
        if of_line != hour {
            hours.push(String::new());
            hour = of_line;
        }
        writeln!(hours.last_mut().unwrap(), "{line}").unwrap();
    }
    (head, hours)
}

/// All verdicts of some runs, written out.
fn verdicts(runs: &[Updated]) -> Vec<String> {
    let over = runs.iter().flat_map(|run| &run.windows);
    over.map(|over| format!("{over:?}")).collect()
}

#[test]
fn hourly_runs_give_the_verdicts_and_the_state_of_one_run() {
    let (head, hours) = log_by_hour(24);
    let asked = StateSettings::default().with_campaigns(CampaignSettings::default());
    let take = |state: State, text: &str| {
        let sources = [Source::from_bytes("input", text)];
        state.update(&asked, &sources, NOW).unwrap()
    };
    let (at_once, one) = take(new(), &(head.clone() + &hours.concat()));
    assert!(one.windows.len() > 25);
    let in_runs_of = |hours_a_run: usize| {
        let mut state = new();
        let mut runs = Vec::new();
        for some in hours.chunks(hours_a_run) {
            let run;
            // What is written and read back must be all there is to know.
            state = State::from_bytes(&state.to_bytes().unwrap()).unwrap();
            (state, run) = take(state, &(head.clone() + &some.concat()));
            runs.push(run);
        }
        (state, runs)
    };
    for hours_a_run in [1, 7, 50] {
        let (state, runs) = in_runs_of(hours_a_run);
        assert_eq!(verdicts(&runs), verdicts(std::slice::from_ref(&one)));
        assert!(
            state.to_bytes().unwrap() == at_once.to_bytes().unwrap(),
            "{hours_a_run}"
        );
        let kept: u64 = runs.iter().map(|run| run.tally.kept).sum();
        assert_eq!(kept, one.tally.kept);
    }
}

#[test]
fn verdicts_are_those_of_a_batch_over_all_bins_so_far() {
    let (head, hours) = log_by_hour(40);
    let (_, run) = take(new(), &(head.clone() + &hours.concat()));
    assert!(run.windows.iter().all(|over| over.levels.is_empty()));
    let mut compared = 0;
    for over in run.windows.iter().rev().take(9) {
        let before = hours
            .iter()
            .take_while(|hour| hour_of(hour) < over.end_bin)
            .fold(head.clone(), |log, hour| log + hour);
        let settings = GatherSettings::default().with_newest_bin(NewestBin::Keep);
        let gathered = gather(&[Source::from_bytes("log", before)], &settings).unwrap();
        let settings = CalibratedSettings::default().with_judged(Judged::Latest(1));
        let batch = detect_calibrated(&gathered.table, &gathered.visits, &settings).unwrap();
        assert_eq!(over.detection, batch);
        compared += batch.domains.len();
    }
    assert!(compared > 5, "{compared}");
}

fn hour_of(rows: &str) -> i64 {
    rows.split('.').next().unwrap().parse::<i64>().unwrap() / 3_600
}

/// Of the last windows of a log: how many campaigns were found, the same by an update as by a batch, and in how many
/// windows they are others without addresses.
fn campaigns_compared(shape: Shape, domains: u32, windows: usize) -> (usize, usize) {
    let settings = SimulationSettings::default()
        .with_domains(domains)
        .with_clients(150)
        .with_domains_per_campaign(8)
        .with_clients_per_campaign(3)
        .with_shape(shape);
    let (head, hours) = by_hour(&settings);
    let asked = CampaignSettings::default();
    let settings = StateSettings::default().with_campaigns(asked);
    let sources = [Source::from_bytes("log", head.clone() + &hours.concat())];
    let (_, run) = new().update(&settings, &sources, NOW).unwrap();
    let (mut found, mut by_address) = (0, 0);
    for over in run.windows.iter().rev().take(windows) {
        let before = hours
            .iter()
            .take_while(|hour| hour_of(hour) < over.end_bin)
            .fold(head.clone(), |log, hour| log + hour);
        let settings = GatherSettings::default()
            .with_newest_bin(NewestBin::Keep)
            .with_contacts("1d".parse().unwrap(), 1);
        let batch = |log: String| {
            let gathered = gather(&[Source::from_bytes("log", log)], &settings).unwrap();
            let contacts = gathered.contacts.as_ref();
            find_campaigns(&gathered.table, contacts, &over.detection, &asked)
        };
        // Fields are found by their names.
        let without_addresses = batch(before.replace("answers", "unknown"));
        let batch = batch(before);
        assert_eq!(over.campaigns, batch);
        found += batch.iter().filter(|one| one.is_discovery).count();
        by_address += usize::from(without_addresses != batch);
    }
    (found, by_address)
}

#[test]
fn campaigns_are_those_of_a_batch() {
    let (found, _) = campaigns_compared(Shape::LevelShift, 250, 4);
    assert!(found > 0, "nothing was compared");
    // Made-up names share addresses.
    let (_, by_address) = campaigns_compared(Shape::DomainFlux, 60, 7);
    assert!(by_address > 0, "addresses made no difference");
}

#[test]
fn the_same_file_again_changes_nothing() {
    let (head, hours) = log_by_hour(10);
    let (state, first) = take(new(), &(head.clone() + &hours[..200].concat()));
    let before = state.to_bytes().unwrap();
    let (state, again) = take(state, &(head.clone() + &hours[..200].concat()));
    assert!(state.to_bytes().unwrap() == before);
    assert!(again.windows.is_empty());
    assert_eq!((again.tally.kept, again.tally.late), (0, 0));
    let all = again.tally.again + again.tally.duplicates;
    assert_eq!(all, first.tally.kept + first.tally.duplicates);
    // A log that grew is read as if it had been whole.
    let (grown, _) = take(state, &(head.clone() + &hours[..300].concat()));
    let (whole, _) = take(new(), &(head + &hours[..300].concat()));
    assert!(grown.to_bytes().unwrap() == whole.to_bytes().unwrap());
}

fn counts(state: &State) -> Vec<(&str, Vec<u64>)> {
    let series = state.known().map(|known| known.series());
    series.map(|one| (one.domain(), one.counts())).collect()
}

#[test]
fn queries_of_the_newest_bin_wait_and_are_told_from_repeats_over_runs() {
    let (state, run) = take(
        new(),
        &format!("{HEADER}10\tA\tx\ta.example\n3599.5\tB\tx\ta.example\n3600\tC\tx\ta.example\n"),
    );
    // B is counted and waits for a repeat.
    assert_eq!(counts(&state), [("a.example", vec![2])]);
    assert_eq!((run.tally.kept, run.waiting), (3, 2));
    let (state, run) = take(
        state,
        &format!(
            "{HEADER}3600.4\tB\tx\ta.example\n3600.9\tC\tx\ta.example\n7300\tD\tx\ta.example\n"
        ),
    );
    assert_eq!(counts(&state), [("a.example", vec![2, 1])]);
    assert_eq!((run.tally.kept, run.tally.duplicates), (1, 2));
}

#[test]
fn rows_without_an_id_that_are_read_twice_count_once() {
    let log = "#fields\tts\tquery\n10\ta.example\n10\ta.example\n20\ta.example\n";
    let (state, _) = take(new(), log);
    let (state, run) = take(state, &format!("{log}3700\ta.example\n"));
    assert_eq!(counts(&state), [("a.example", vec![3])]);
    assert_eq!((run.tally.kept, run.tally.duplicates), (1, 3));
}

#[test]
fn late_rows_are_told_and_counted_nowhere() {
    let first =
        format!("{HEADER}10\tA\tx\ta.example\n20\tB\tx\ta.example\n3700\tC\tx\ta.example\n");
    let (state, _) = take(new(), &first);
    let late = format!("{HEADER}30\tD\tx\ta.example\n3800\tE\tx\ta.example\n");
    let (state, run) = take(state, &late);
    assert_eq!((run.tally.late, run.tally.again, run.tally.kept), (1, 0, 1));
    let (state, run) = take(state, &first);
    assert_eq!((run.tally.late, run.tally.again), (0, 2));
    assert_eq!(counts(&state), [("a.example", vec![2])]);
}

#[test]
fn rows_of_a_wrong_clock_do_not_close_bins() {
    // A quarter of an hour before the bin is over.
    let now = Timestamp::from_microseconds(2_700_000_000);
    let ahead = format!("{HEADER}10\tA\tx\ta.example\n3601\tB\tx\ta.example\n");
    let sources = [Source::from_bytes("log", ahead)];
    let (state, run) = new()
        .update(&StateSettings::default(), &sources, now)
        .unwrap();
    assert_eq!((run.waiting, state.known().count()), (2, 0));
    let (state, _) = take(state, &format!("{HEADER}3500\tC\tx\ta.example\n"));
    assert_eq!(counts(&state), [("a.example", vec![2])]);
    let log = format!("{HEADER}10\tA\tx\ta.example\n9999999999\tB\tx\ta.example\n");
    let (state, run) = take(new(), &log);
    assert_eq!((run.tally.future, run.tally.kept), (1, 1));
    assert_eq!(state.known().count(), 0);
}

/// A counts table by the hour, of which a day has about the same count for each name in each.
fn table(days: std::ops::Range<i64>, count: impl Fn(i64) -> Vec<(&'static str, u64)>) -> String {
    let mut text = String::from("domain,timestamp,count\n");
    for day in days {
        for (name, count) in count(day) {
            for hour in 0..24 {
                let count = count + u64::from((day + hour) % 3 == 0);
                writeln!(text, "{name},{},{count}", day * DAY + hour * 3_600).unwrap();
            }
        }
    }
    text
}

fn known<'a>(state: &'a State, name: &str) -> Option<Known<'a>> {
    state.known().find(|known| known.series().domain() == name)
}

#[test]
fn a_name_silent_for_thirty_days_is_forgotten_and_new_when_it_comes_back() {
    let usual = [("b.example", 3)];
    let with = [("a.example", 2), ("b.example", 3)];
    let (state, run) = take(new(), &table(0..30, |_| usual.to_vec()));
    let (state, _) = take(state, &table(30..32, |_| with.to_vec()));
    let (state, _) = take(state, &table(32..61, |_| usual.to_vec()));
    assert!(known(&state, "a.example").is_some());
    assert_eq!(run.forgotten, 0);
    let (state, run) = take(state, &table(61..63, |_| usual.to_vec()));
    assert!(known(&state, "a.example").is_none());
    assert_eq!(run.forgotten, 1);
    let (state, _) = take(state, &table(63..64, |_| with.to_vec()));
    let first_seen = known(&state, "a.example").unwrap().series().bins().start;
    assert_eq!(first_seen, 63 * 24);
    // Of the name that stayed, the first sighting outlives the counts.
    let stayed = known(&state, "b.example").unwrap().series();
    assert_eq!(stayed.bins().start, 0);
    assert!(stayed.busy().next().unwrap().bin > 24);
}

#[test]
fn a_new_level_alarms_until_it_is_accepted_and_is_accepted_once() {
    const NAMES: [&str; 30] = [
        "a.example",
        "b.example",
        "c.example",
        "d.example",
        "e.example",
        "f.example",
        "g.example",
        "h.example",
        "i.example",
        "j.example",
        "k.example",
        "l.example",
        "m.example",
        "n.example",
        "o.example",
        "p.example",
        "q.example",
        "r.example",
        "s.example",
        "t.example",
        "u.example",
        "v.example",
        "w.example",
        "x.example",
        "y.example",
        "z.example",
        "1.example",
        "2.example",
        "3.example",
        "4.example",
    ];
    // A Monday.
    const SHIFT: i64 = 46;
    let count = |day: i64| {
        let of = |(number, &name): (u64, &'static &str)| {
            let noise = (day.unsigned_abs() * 31 + number * 17) % 5;
            let factor = if name == "m.example" && day >= SHIFT {
                40
            } else {
                1
            };
            (name, (4 + noise) * factor)
        };
        (0..).zip(&NAMES).map(of).collect()
    };
    let (state, run) = take(new(), &table(0..70, count));
    let mut alarms = Vec::new();
    for over in &run.windows {
        let day = over.end_bin / 24 - 1;
        for (found, &off) in over.detection.domains.iter().zip(&over.windows_off) {
            if &*found.domain == "m.example" && day >= SHIFT {
                alarms.push((day, off));
            }
        }
        for level in &over.levels {
            assert_eq!((&*level.domain, day), ("m.example", SHIFT + 2));
            assert_eq!((level.since_bin, level.windows), (SHIFT * 24, 3));
            assert_eq!(level.direction, Direction::More);
            assert!(level.before < 250.0 && level.after > 4_000.0, "{level:?}");
        }
    }
    assert_eq!(alarms, [(SHIFT, 1), (SHIFT + 1, 2), (SHIFT + 2, 3)]);
    let levels: usize = run.windows.iter().map(|over| over.levels.len()).sum();
    assert_eq!(levels, 1);
    let shifted = known(&state, "m.example").unwrap();
    assert_eq!(shifted.level_since(), Some(SHIFT * 24));
    assert!(shifted.trend().unwrap().slow > 4_000.0);
    // The control: a batch, which accepts nothing, alarms at the weekend again.
    let settings = GatherSettings::default();
    let until_saturday = Source::from_bytes("counts", table(0..SHIFT + 6, count));
    let batch = gather(&[until_saturday], &settings).unwrap();
    let settings = CalibratedSettings::default().with_judged(Judged::Latest(1));
    let detection = detect_calibrated(&batch.table, &[], &settings).unwrap();
    assert_eq!(&*detection.domains[0].domain, "m.example");
}

#[test]
fn a_folder_gives_back_the_state_it_took_and_keeps_a_second_run_out() {
    let folder = folder("state_folder");
    let (state, _) = take(new(), &table(0..40, |_| vec![("a.example", 2)]));
    let first = StateFolder::open(&folder).unwrap();
    assert!(first.load().unwrap().is_none());
    first.save(&state).unwrap();
    assert_eq!(first.load().unwrap().unwrap(), state);
    let second = StateFolder::open(&folder).unwrap_err();
    assert!(matches!(second, FolderError::InUse { .. }), "{second}");
    drop(first);
    StateFolder::open(&folder).unwrap();
}

#[test]
fn damaged_states_are_refused_wherever_the_damage_is() {
    let log = format!("{HEADER}10\tA\tx\ta.example\n3700\tC\tx\tb.example\n");
    let (state, _) = take(new(), &log);
    let bytes = state.to_bytes().unwrap();
    assert_eq!(State::from_bytes(&bytes).unwrap(), state);
    for place in 0..bytes.len() {
        assert!(State::from_bytes(&bytes[..place]).is_err(), "{place}");
        let mut changed = bytes.clone();
        changed[place] ^= 1 << (place % 8);
        assert!(State::from_bytes(&changed).is_err(), "{place}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert!(matches!(
        State::from_bytes(&longer),
        Err(StateBytesError::Length { .. })
    ));
}

#[test]
fn files_that_are_no_state_of_this_format_are_refused_by_name() {
    let folder = folder("state_refused");
    let keeper = StateFolder::open(&folder).unwrap();
    let message = |bytes: &[u8]| {
        fs::write(folder.join("state"), bytes).unwrap();
        keeper.load().unwrap_err().to_string()
    };
    let path = folder.join("state").display().to_string();
    let other = message(b"dns-anomaly state 3\nwhatever");
    assert!(
        other.starts_with(&path) && other.ends_with("is one of format 3"),
        "{other}"
    );
    let cut = message(&new().to_bytes().unwrap()[..60]);
    assert!(
        cut.starts_with(&path) && cut.contains("it was cut"),
        "{cut}"
    );
    let text = message(b"domain,timestamp,count\n");
    assert!(
        text.starts_with(&path) && text.contains("must begin"),
        "{text}"
    );
}

#[test]
fn a_state_kept_for_other_windows_or_an_unsure_table_is_refused() {
    let settings = StateSettings::default().with_accept_after(5);
    let error = new().update(&settings, &[], NOW).unwrap_err();
    assert_eq!(
        error.to_string(),
        "--accept-after must be that of the state, 3, got 5"
    );
    let wide = Source::from_bytes("wide.csv", "key,c1,c2\na.example,0,3\n");
    let error = new()
        .update(&StateSettings::default(), &[wide], NOW)
        .unwrap_err();
    assert!(
        matches!(error, UpdateError::SilenceUnknown { .. }),
        "{error}"
    );
}

#[test]
fn nothing_at_all_is_no_error() {
    let (state, run) = take(new(), HEADER);
    assert_eq!((run.tally, run.complete_until), (Tally::default(), None));
    assert_eq!(state, new());
}
