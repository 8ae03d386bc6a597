//! Checks written traces: as text and bytes here, and with the real readers where they are.
//!
//! In: sampled traces, a folder. Out: files that ArviZ and cmdstanpy read to the same bits.
//! `RAINIER_PYTHON` lists Python programs, separated as in `PATH`; default `python3`. One that has
//! no ArviZ is skipped by name.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rainier_sampler::{
    Chain, LogDensity, LogDensityGradient, MetricEstimate, MetricShape, Nuts, Run, Statistics,
    Trace, Walkers, WriteError, sample,
};
use serde_json::{Value, json};

/// A normal of seven coordinates with scales 1 to 7.
struct Normal;

impl LogDensity for Normal {
    fn dimension(&self) -> usize {
        7
    }

    fn log_density(&mut self, x: &[f64]) -> f64 {
        self.log_density_and_gradient(x, &mut [0.0; 7])
    }
}

impl LogDensityGradient for Normal {
    fn log_density_and_gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let mut sum = 0.0;
        for (i, (x, slope)) in x.iter().zip(gradient).enumerate() {
            let scale = (i + 1) as f64;
            *slope = -x / scale.powi(2);
            sum += 0.5 * x * *slope;
        }
        sum
    }
}

/// A folder of this test that is gone when the test is over.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("rainier-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("the folder for temporary files can be written");
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run() -> Run {
    Run::default()
        .with_seed(8)
        .with_chains(2)
        .with_warm_up(100)
        .with_draws(150)
}

fn named(trace: Trace) -> Trace {
    let names = [
        "mu", "r[0,0]", "r[0,1]", "r[0,2]", "r[1,0]", "r[1,1]", "r[1,2]",
    ];
    trace
        .with_names(names.map(str::to_owned).to_vec())
        .expect("seven names")
}

fn write_all(folder: &Path) {
    let trace =
        named(sample(|| Normal, &Nuts::default(), &run()).expect("a normal can be sampled"));
    trace
        .write_cmdstan_csv(folder, "model", &run())
        .expect("the folder can be written");
    trace
        .write_json(&folder.join("trace.json"))
        .expect("the folder can be written");
    trace
        .write_zarr(&folder.join("trace.zarr"))
        .expect("the folder can be written");
    #[cfg(feature = "parquet")]
    trace
        .write_parquet(&folder.join("trace.parquet"))
        .expect("the folder can be written");
    let dense = Nuts::default().with_metric(MetricShape::Dense);
    let dense = named(sample(|| Normal, &dense, &run()).expect("a normal can be sampled"));
    dense
        .write_cmdstan_csv(folder, "dense", &run())
        .expect("the folder can be written");
    let short = run().with_chains(1).with_draws(9);
    let walkers = Walkers::default().with_walkers(14);
    let walkers = named(sample(|| Normal, &walkers, &short).expect("a normal can be sampled"));
    walkers
        .write_cmdstan_csv(folder, "ensemble", &short)
        .expect("the folder can be written");
    walkers
        .write_json(&folder.join("walkers.json"))
        .expect("the folder can be written");
    walkers
        .write_zarr(&folder.join("walkers.zarr"))
        .expect("the folder can be written");
    let table = trace.summary();
    let row = &table.rows()[0];
    let summary =
        json!({"mu": {"rhat": row.rhat, "ess_bulk": row.ess_bulk, "ess_tail": row.ess_tail}});
    fs::write(folder.join("summary.json"), summary.to_string()).expect("the folder can be written");
    let adapted: Vec<_> = (0..2)
        .map(|chain| trace.adapted(chain).expect("NUTS adapts"))
        .collect();
    let variances: Vec<_> = adapted
        .iter()
        .map(|adapted| match &adapted.metric {
            MetricEstimate::Diagonal(variances) | MetricEstimate::Dense(variances) => variances,
        })
        .collect();
    let steps: Vec<f64> = adapted.iter().map(|adapted| adapted.step_size).collect();
    let adapted = json!({"step_size": steps, "metric": variances});
    fs::write(folder.join("adapted.json"), adapted.to_string()).expect("the folder can be written");
}

#[test]
fn real_readers_read_every_number() {
    let scratch = Scratch::new("readers");
    write_all(&scratch.0);
    let pythons = env::var_os("RAINIER_PYTHON").unwrap_or_else(|| "python3".into());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/read_trace.py");
    for python in env::split_paths(&pythons) {
        let has_arviz = Command::new(&python).args(["-c", "import arviz"]).output();
        if !has_arviz.is_ok_and(|output| output.status.success()) {
            eprintln!(
                "skipped real_readers_read_every_number: {} has no arviz",
                python.display()
            );
            continue;
        }
        let output = Command::new(&python)
            .arg(&script)
            .arg(&scratch.0)
            .output()
            .expect("python was started before");
        let said = String::from_utf8_lossy(&output.stdout);
        let failed = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "{}\n{said}{failed}",
            python.display()
        );
        eprintln!("{}\n{said}", python.display());
    }
}

/// One chain of two numbers and an array in odd order, with numbers that are not finite.
fn small() -> Trace {
    let mut chain = Chain::new(3);
    for draw in [[1.5, 0.1, 1e300], [f64::NAN, -1e-300, f64::INFINITY]] {
        chain
            .push(&draw, Statistics::default())
            .expect("three values");
    }
    let names = ["a[1]", "b", "a[0]"].map(str::to_owned).to_vec();
    Trace::from_chains(names, vec![chain]).expect("three names")
}

#[test]
fn csv_has_the_columns_of_stan_and_digits_that_read_back() {
    let scratch = Scratch::new("csv");
    let paths = small()
        .write_cmdstan_csv(&scratch.0, "m", &Run::default())
        .unwrap();
    let text = fs::read_to_string(&paths[0]).unwrap();
    let rows: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(
        rows,
        [
            "lp__,accept_stat__,a.1,a.2,b",
            "0.0,0.0,1e300,1.5,0.1",
            "0.0,0.0,inf,nan,-1e-300",
        ]
    );
    assert!(text.contains("algorithm = fixed_param"));
    // Nothing half done is left beside it.
    assert_eq!(fs::read_dir(&scratch.0).unwrap().count(), 1);
}

#[test]
fn json_nests_arrays_and_has_null_where_a_number_is_not_finite() {
    let scratch = Scratch::new("json");
    let path = scratch.0.join("trace.json");
    small().write_json(&path).unwrap();
    let found: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(
        found["posterior"],
        json!({"a": [[[1e300, 1.5], [null, null]]], "b": [[0.1, -1e-300]]})
    );
    assert_eq!(found["sample_stats"]["diverging"], json!([[false, false]]));
    assert!(found["sample_stats"].get("energy").is_none());
}

#[test]
fn a_zarr_folder_holds_raw_numbers_and_all_metadata_at_its_root() {
    let scratch = Scratch::new("zarr");
    let path = scratch.0.join("trace.zarr");
    small().write_zarr(&path).unwrap();
    let root: Value =
        serde_json::from_str(&fs::read_to_string(path.join("zarr.json")).unwrap()).unwrap();
    let array = &root["consolidated_metadata"]["metadata"]["posterior/a"];
    assert_eq!(array["shape"], json!([1, 2, 2]));
    assert_eq!(
        array["dimension_names"],
        json!(["chain", "draw", "a_dim_0"])
    );
    let bytes = fs::read(path.join("posterior/a/c/0/0/0")).unwrap();
    let numbers: Vec<f64> = bytes
        .chunks_exact(8)
        .map(|chunk| f64::from_le_bytes(chunk.try_into().unwrap()))
        .collect();
    assert_eq!(numbers[..2], [1e300, 1.5]);
    assert!(numbers[3].is_nan());
    // A folder is never replaced.
    assert!(matches!(
        small().write_zarr(&path),
        Err(WriteError::Exists { .. })
    ));
}

#[test]
fn a_folder_that_is_not_there_is_an_error_and_stays_away() {
    let scratch = Scratch::new("missing");
    let missing = scratch.0.join("missing");
    let error = small().write_json(&missing.join("trace.json")).unwrap_err();
    assert!(matches!(error, WriteError::Io { .. }), "{error}");
    assert!(!missing.exists());
}
