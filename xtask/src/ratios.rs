//! Keeps the record of benchmarks: every workload beside the same written out by hand.
//!
//! In: `--check`, `--save` and a part of a workload's name. Out: a table; with `--save` a dated
//! file in `benches/results`, with `--check` an error where a ratio grew since the last file from
//! such a machine, twice. `benches/ratios` does the measuring.

use std::path::{Path, PathBuf};
use std::{env, fmt, fs, process};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::step::{self, cargo, execute};

/// Where records are, below the root.
const FOLDER: &str = "benches/results";

/// Ratios may grow by this factor: neighbouring batches seldom differ by more for noise alone.
const GROWTH: f64 = 1.10;

/// What the command line asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Request {
    check: bool,
    save: bool,
    /// A part of workloads' names, in small letters.
    name: Option<String>,
}

impl Request {
    fn parse(arguments: &[&str]) -> Result<Self> {
        let mut request = Self::default();
        for &argument in arguments {
            match argument {
                "--check" => request.check = true,
                "--save" => request.save = true,
                option if option.starts_with('-') => {
                    bail!("no such option: {option}; there are --check, --save and a name")
                }
                part => request.name = Some(part.to_lowercase()),
            }
        }
        if request.save && request.name.is_some() {
            bail!("a record holds every workload: --save must go without a name");
        }
        Ok(request)
    }
}

/// Measures, then compares, then keeps.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Result<()> {
    let request = Request::parse(arguments)?;
    let text = measure(root, &request)?;
    let record = parse(&text)?;
    if request.check {
        check(root, &record, &request)?;
    }
    if request.save {
        let folder = root.join(FOLDER);
        let path = folder.join(file_name(&record)?);
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&path, text))
            .with_context(|| format!("cannot write {}", path.display()))?;
        println!("wrote {}", path.display());
    }
    Ok(())
}

/// Holds `record` against the last one. What grew must grow again in a second run: noise, which on
/// a shared machine can be anything, seldom strikes the same workload twice.
fn check(root: &Path, record: &Value, request: &Request) -> Result<()> {
    let name = request.name.as_deref();
    let (path, last) = last_like(&root.join(FOLDER), record)?;
    let mut regressions = grown(&last, record, name)?;
    if !regressions.is_empty() {
        println!("{} ratios grew: measuring again", regressions.len());
        let again = grown(&last, &parse(&measure(root, request)?)?, name)?;
        regressions.retain(|one| again.iter().any(|other| other.name == one.name));
    }
    for regression in &regressions {
        println!("{regression}");
    }
    if !regressions.is_empty() {
        bail!("{} ratios grew since {}", regressions.len(), path.display());
    }
    println!("no ratio grew by over 10 % since {}", path.display());
    Ok(())
}

/// Runs the benchmark for its record.
fn measure(root: &Path, request: &Request) -> Result<String> {
    let output = env::temp_dir().join(format!("ratios-{}.json", process::id()));
    let bench = ["bench", "--package", "rainier-ppl", "--bench", "ratios"];
    let outcome = step::run("ratios", || {
        execute(
            cargo(root)
                .args(bench)
                .args(["--", "--output"])
                .arg(&output)
                .args(&request.name),
        )
    })
    .and_then(|()| read(&output));
    // There is none if the benchmark failed.
    let _ = fs::remove_file(&output);
    outcome
}

/// A name that sorts by date and that every system takes.
fn file_name(record: &Value) -> Result<String> {
    let date = record["date"].as_str().context("a record must be dated")?;
    Ok(format!("{}.json", date.replace(':', "")))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn parse(text: &str) -> Result<Value> {
    serde_json::from_str(text).context("a record must be JSON")
}

/// The last record of a machine like this record's, and where it is.
fn last_like(folder: &Path, record: &Value) -> Result<(PathBuf, Value)> {
    let context = || format!("cannot read {} (--save makes it)", folder.display());
    let mut paths = fs::read_dir(folder)
        .with_context(context)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<_>>>()
        .with_context(context)?;
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    // Names are dates.
    paths.sort_unstable();
    for path in paths.into_iter().rev() {
        let last = parse(&read(&path)?).with_context(|| path.display().to_string())?;
        if is_same_machine(&last, record) {
            return Ok((path, last));
        }
    }
    bail!(
        "there must be a record of such a machine ({}) to check against: make one with --save",
        record["machine"]["processor"]
    )
}

/// Whether ratios of one can be held against those of the other: both sides of a ratio use the
/// instruction sets that are there, and not alike.
fn is_same_machine(one: &Value, other: &Value) -> bool {
    ["processor", "instruction_sets"]
        .iter()
        .all(|key| one["machine"][key] == other["machine"][key])
}

/// A ratio that is over 10 % above what it was, or not measured any more.
#[derive(Debug, Clone, PartialEq)]
struct Grown {
    name: String,
    before: f64,
    now: Option<f64>,
}

impl fmt::Display for Grown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, before, .. } = self;
        match self.now {
            Some(now) => {
                let percent = 100.0 * (now / before - 1.0);
                write!(
                    formatter,
                    "{name}: the ratio was {before:.2} and is {now:.2}, {percent:.0} % more"
                )
            }
            None => write!(
                formatter,
                "{name}: the ratio was {before:.2} and is not measured"
            ),
        }
    }
}

/// The ratios that grew, of the workloads whose names contain `part`.
fn grown(last: &Value, record: &Value, part: Option<&str>) -> Result<Vec<Grown>> {
    let after = ratios(record)?;
    let mut found = Vec::new();
    for (name, before) in ratios(last)? {
        if !part.is_none_or(|part| name.to_lowercase().contains(part)) {
            continue;
        }
        let now = after
            .iter()
            .find(|(other, _)| *other == name)
            .map(|&(_, ratio)| ratio);
        if now.is_none_or(|now| now > GROWTH * before) {
            let name = name.to_owned();
            found.push(Grown { name, before, now });
        }
    }
    Ok(found)
}

/// Name and ratio of every workload that has one.
fn ratios(record: &Value) -> Result<Vec<(&str, f64)>> {
    let workloads = record["workloads"]
        .as_array()
        .context("a record must have workloads")?;
    let mut ratios = Vec::new();
    for workload in workloads {
        let name = workload["name"]
            .as_str()
            .context("a workload must have a name")?;
        let ratio = workload["ours"]["ratio"]
            .as_f64()
            .with_context(|| format!("{name} must have a ratio"))?;
        ratios.push((name, ratio));
    }
    Ok(ratios)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(ratios: &[(&str, f64)]) -> Value {
        let workloads: Vec<Value> = ratios
            .iter()
            .map(|(name, ratio)| json!({"name": name, "ours": {"ratio": ratio}}))
            .collect();
        json!({
            "date": "2026-01-02T03:04:05Z",
            "machine": {"processor": "A", "instruction_sets": ["avx2"], "cores": 2},
            "workloads": workloads,
        })
    }

    fn lines(last: &Value, record: &Value, part: Option<&str>) -> Vec<String> {
        let grown = grown(last, record, part).unwrap();
        grown.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn more_than_a_tenth_is_growth() {
        let last = record(&[("a", 2.0), ("b", 2.0), ("c", 2.0)]);
        let now = record(&[("a", 2.19), ("b", 2.21), ("c", 1.0)]);
        assert_eq!(
            lines(&last, &now, None),
            ["b: the ratio was 2.00 and is 2.21, 10 % more"]
        );
    }

    #[test]
    fn workload_that_is_gone_is_named_unless_it_was_not_asked_for() {
        let (last, now) = (record(&[("a", 1.0), ("B", 1.0)]), record(&[("B", 1.0)]));
        assert_eq!(
            lines(&last, &now, None),
            ["a: the ratio was 1.00 and is not measured"]
        );
        assert_eq!(lines(&last, &now, Some("b")), [""; 0]);
    }

    #[test]
    fn the_last_record_of_such_a_machine_is_compared_with() {
        let folder = env::temp_dir().join(format!("ratios-test-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut other = record(&[("a", 3.0)]);
        other["machine"]["instruction_sets"] = json!(["avx2", "avx512f"]);
        for (name, record) in [
            ("2026-01-01T000000Z.json", record(&[("a", 1.0)])),
            ("2026-01-02T000000Z.json", record(&[("a", 2.0)])),
            ("2026-01-03T000000Z.json", other),
        ] {
            fs::write(folder.join(name), record.to_string()).unwrap();
        }
        let (path, last) = last_like(&folder, &record(&[])).unwrap();
        assert!(path.ends_with("2026-01-02T000000Z.json"));
        assert_eq!(ratios(&last).unwrap(), [("a", 2.0)]);

        let mut unknown = record(&[]);
        unknown["machine"]["processor"] = json!("B");
        let error = last_like(&folder, &unknown).unwrap_err().to_string();
        assert!(error.contains("\"B\""), "{error}");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn record_is_named_by_its_date() {
        assert_eq!(file_name(&record(&[])).unwrap(), "2026-01-02T030405Z.json");
    }

    #[test]
    fn part_of_a_run_is_no_record() {
        assert!(Request::parse(&["--save", "logistic"]).is_err());
        assert!(Request::parse(&["--sav"]).is_err());
        let request = Request::parse(&["--check", "Logistic"]).unwrap();
        assert_eq!(request.name.as_deref(), Some("logistic"));
        assert!(request.check && !request.save);
    }
}
