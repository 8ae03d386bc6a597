//! Times a state of many names: to load it, to take in an hour, to save it.
//!
//! In: names and bins made here. Out: seconds of the clock, size of the file, peak of the memory. No window is judged:
//! that is the time of `detect --latest 1`. Run `cargo bench -p dns-anomaly --bench state`.

#![expect(clippy::print_stdout, reason = "the result of a bench")]
#![expect(clippy::expect_used, reason = "a bench that cannot run stops")]

use std::fmt::Write;
use std::fs;
use std::time::Instant;

use dns_anomaly::{
    BinWidth, CalibratedSettings, Source, State, StateFolder, StateSettings, Timestamp,
};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const NAMES: u64 = 100_000;
const BINS: u64 = 720;
const NOW: Timestamp = Timestamp::from_microseconds(4_000_000_000_000_000);

fn main() {
    for busy_percent in [10, 100] {
        run(busy_percent);
    }
}

/// With this share of bins busy.
fn run(busy_percent: u64) {
    let days = |days: u32| BinWidth::from_seconds(days * 86_400).expect("days are widths");
    let calibrated = CalibratedSettings::default()
        .with_window(days(60))
        .with_history(days(120));
    let settings = StateSettings::default().with_calibrated(calibrated);
    let mut state = State::new(&settings, [1, 2]).expect("windows are whole bins");
    for day in 0..BINS / 24 {
        state = take(state, &settings, 24 * day..24 * (day + 1), busy_percent);
    }
    let folder = std::env::temp_dir().join(format!("dns-anomaly-bench-{}", std::process::id()));
    let keeper = StateFolder::open(&folder).expect("the folder can be made");
    keeper.save(&state).expect("the disk takes it");
    drop(state);
    MEMORY.reset_peak_usage();
    let start = Instant::now();
    let state = keeper.load().expect("it is whole").expect("it is there");
    let loaded = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let state = take(state, &settings, BINS..BINS + 1, busy_percent);
    let taken = start.elapsed().as_secs_f64();
    let start = Instant::now();
    keeper.save(&state).expect("the disk takes it");
    let saved = start.elapsed().as_secs_f64();
    let size = fs::metadata(folder.join("state"))
        .expect("it is there")
        .len();
    println!(
        "{NAMES} names, {BINS} bins, {busy_percent} % busy: {loaded:.2} s to load, {taken:.2} s to take in an hour, \
         {saved:.2} s to save; {:.0} MB on disk, {:.0} MB of memory at the peak",
        size as f64 / 1e6,
        MEMORY.peak_usage_as_mb(),
    );
    fs::remove_dir_all(&folder).expect("it can go");
}

fn take(
    state: State,
    settings: &StateSettings,
    bins: std::ops::Range<u64>,
    busy_percent: u64,
) -> State {
    let mut table = String::from("domain,timestamp,count,clients\n");
    for bin in bins {
        for name in 0..NAMES {
            let mixed = mix(name * BINS * 2 + bin);
            if (mixed >> 32) % 100 < busy_percent {
                let count = 1 + (mixed >> 50) % 40;
                let clients = 1 + (mixed >> 45) % 8;
                writeln!(
                    table,
                    "name{name}.example,{},{count},{clients}",
                    bin * 3_600
                )
                .expect("a string grows");
            }
        }
    }
    let sources = [Source::from_bytes("counts.csv", table)];
    let (state, _) = state
        .update(settings, &sources, NOW)
        .expect("the table is well formed");
    state
}

/// Numbers without a pattern: the output step of `SplitMix64` (Steele, Lea & Flood 2014).
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}
