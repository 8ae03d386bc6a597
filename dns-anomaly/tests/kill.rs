//! Kills the command at random moments: what is left must be the old state or the new one, and in the end nothing is lost.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![cfg(unix)]

mod command;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use command::folder;
use dns_anomaly::simulate::{SimulationSettings, simulate, write_counts};
use dns_anomaly::{State, StateFolder, StateSettings};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const KILLS: usize = 200;
/// Hours of the last week, one file each: campaigns lie in it.
const HOURS: usize = 150;

fn update(folder: &Path, hour: usize) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dns-anomaly"));
    command
        .current_dir(folder)
        .args(["update", "--state", "kept", "--threads", "1", "--output"])
        .arg(format!("{hour}.jsonl"))
        .arg(format!("{hour}.csv"))
        .stderr(Stdio::null());
    command
}

/// Files of a folder of its own: `start.csv` with what comes before, then one for each hour.
fn prepared() -> PathBuf {
    let folder = folder("kill");
    fs::create_dir_all(folder.join("kept")).unwrap();
    let settings = SimulationSettings::default().with_domains(40).with_seed(5);
    let mut counts = Vec::new();
    write_counts(&simulate(&settings).unwrap(), &mut counts).unwrap();
    let counts = String::from_utf8(counts).unwrap();
    let (head, rows) = counts.split_once('\n').unwrap();
    let mut rows: Vec<(&str, &str)> = rows
        .lines()
        .map(|row| (row.split(',').nth(1).unwrap(), row))
        .collect();
    rows.sort_unstable();
    let mut hours: Vec<String> = rows
        .chunk_by(|a, b| a.0 == b.0)
        .map(|hour| {
            let rows = hour.iter().map(|(_, row)| *row);
            [head]
                .into_iter()
                .chain(rows)
                .collect::<Vec<_>>()
                .join("\n")
        })
        .collect();
    let last = hours.split_off(hours.len() - HOURS);
    fs::write(
        folder.join("start.csv"),
        hours.join("\n").replace(&format!("\n{head}"), ""),
    )
    .unwrap();
    for (hour, text) in last.iter().enumerate() {
        fs::write(folder.join(format!("{hour}.csv")), text).unwrap();
    }
    folder
}

/// Which of the states a run may leave is there: the place among `allowed` of the one with the very bytes. It also opens.
fn found(folder: &Path, allowed: &[&[u8]]) -> Option<usize> {
    let bytes = fs::read(folder.join("kept/state")).unwrap();
    let place = allowed.iter().position(|allowed| *allowed == bytes)?;
    let opened = StateFolder::read(folder.join("kept")).unwrap().unwrap();
    assert_eq!(opened.to_bytes().unwrap(), bytes);
    Some(place)
}

#[test]
fn a_run_killed_at_any_of_200_moments_leaves_the_old_state_or_the_new() {
    let folder = prepared();
    let kept = folder.join("kept/state");
    let mut start = update(&folder, 0);
    start.args(["start.csv"]);
    // The first run takes the weeks before and the first hour.
    assert!(start.status().unwrap().success());
    // The undisturbed runs, for their states, results and length.
    let mut states = vec![fs::read(&kept).unwrap()];
    let (mut results, mut lengths) = (Vec::new(), Vec::new());
    for hour in 1..HOURS {
        let began = Instant::now();
        assert!(update(&folder, hour).status().unwrap().success());
        lengths.push(began.elapsed());
        states.push(fs::read(&kept).unwrap());
        results.push(fs::read(folder.join(format!("{hour}.jsonl"))).unwrap());
    }
    assert!(results.iter().any(|result| !result.is_empty()));
    assert!(states.windows(2).all(|two| two[0] != two[1]));

    let mut rng = ChaCha8Rng::seed_from_u64(1);
    fs::write(&kept, &states[0]).unwrap();
    let mut hour = 0;
    let (mut old, mut new) = (0, 0);
    // The latest moment, as a multiple of the undisturbed run: it follows the load of the machine, so that about a third
    // of the runs end before they are killed and many are killed near their end.
    let mut longest = 1.3;
    for kill in 0..KILLS {
        if hour + 1 == HOURS {
            // Once more from the start.
            fs::write(&kept, &states[0]).unwrap();
            hour = 0;
        }
        let mut child = update(&folder, hour + 1).spawn().unwrap();
        std::thread::sleep(lengths[hour].mul_f64(longest * rng.random::<f64>()));
        // SIGKILL; a run that has ended does not mind.
        child.kill().unwrap();
        child.wait().unwrap();
        match found(&folder, &[&states[hour], &states[hour + 1]]) {
            Some(0) => {
                old += 1;
                longest *= 1.08;
            }
            Some(_) => {
                new += 1;
                longest *= 0.85;
                hour += 1;
            }
            None => panic!("kill {kill} in hour {hour} left neither state"),
        }
    }
    // Else the moments say nothing.
    assert!(old > KILLS / 10 && new > KILLS / 10, "{old} {new}");

    // What was left half done is done, and the results are those of the undisturbed runs.
    for hour in hour + 1..HOURS {
        assert!(update(&folder, hour).status().unwrap().success());
        let result = fs::read(folder.join(format!("{hour}.jsonl"))).unwrap();
        assert_eq!(result, results[hour - 1]);
    }
    assert_eq!(found(&folder, &[&states[HOURS - 1]]), Some(0));
}

#[test]
fn the_check_catches_a_state_written_in_its_place() {
    // The control: a child writes the new state over the old one, without a rename, and is killed on the way.
    let folder = folder("kill_in_place");
    fs::create_dir_all(folder.join("kept")).unwrap();
    let kept = folder.join("kept/state");
    let settings = StateSettings::default();
    let [old, new] =
        [[1, 2], [3, 4]].map(|seed| State::new(&settings, seed).unwrap().to_bytes().unwrap());
    fs::write(folder.join("new"), &new).unwrap();
    fs::write(&kept, &old).unwrap();
    let mut child = Command::new("sh")
        .current_dir(&folder)
        .args(["-c", "head -c 100 new > kept/state; exec sleep 60"])
        .spawn()
        .unwrap();
    let began = Instant::now();
    while fs::read(&kept).unwrap().len() != 100 && began.elapsed() < Duration::from_secs(50) {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(found(&folder, &[&old, &new]), None);
}
