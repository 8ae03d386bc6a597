//! Writes a trace in the formats other programs read.
//!
//! In: a trace and a path. Out: a file or folder that appears whole or not at all: it is made under
//! another name beside its place and then moved there.

mod cmdstan;
mod json;
#[cfg(feature = "parquet")]
mod parquet;
mod statistics_columns;
mod variables;
mod zarr;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Trace;
use crate::error::WriteError;
use crate::settings::Run;

impl Trace {
    /// Writes one `CmdStan` CSV file for each chain, `<model>-1.csv` and so on, into `folder`, and
    /// returns their paths.
    ///
    /// With Stan's full comments, so that cmdstanpy's `from_csv`, cmdstanr's `read_cmdstan_csv` and
    /// ArviZ's `from_cmdstan` take them. Elements `x[0]`, `x[1]` of an array become columns `x.1`,
    /// `x.2`. `run` is what the trace was sampled with. Walkers have no step size and are written
    /// as Stan's `fixed_param` is. Times are not recorded and are written as 0.
    ///
    /// # Errors
    /// [`WriteError`] when a file cannot be written. Files written before it stay.
    ///
    /// # Example
    /// ```no_run
    /// # use rainier_sampler::{Run, Trace};
    /// # fn write(trace: &Trace, run: &Run) -> Result<(), rainier_sampler::WriteError> {
    /// trace.write_cmdstan_csv("results".as_ref(), "schools", run)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn write_cmdstan_csv(
        &self,
        folder: &Path,
        model: &str,
        run: &Run,
    ) -> Result<Vec<PathBuf>, WriteError> {
        (0..self.chains())
            .map(|chain| {
                let path = folder.join(format!("{model}-{}.csv", chain + 1));
                write_file(&path, |out| cmdstan::write(self, chain, model, run, out))?;
                Ok(path)
            })
            .collect()
    }

    /// Writes a Zarr v3 folder with the groups `posterior` and `sample_stats`, which ArviZ 1.x
    /// reads with `from_zarr`, and xarray with `open_datatree`.
    ///
    /// One uncompressed little-endian chunk for each array, dimensions chain, draw and those of the
    /// quantity; metadata are consolidated.
    ///
    /// # Errors
    /// [`WriteError::Exists`] when there is something at `path` already; [`WriteError::Io`] when
    /// the folder cannot be written.
    ///
    /// # Example
    /// ```no_run
    /// # fn write(trace: &rainier_sampler::Trace) -> Result<(), rainier_sampler::WriteError> {
    /// trace.write_zarr("trace.zarr".as_ref())?; // arviz.from_zarr("trace.zarr")
    /// # Ok(())
    /// # }
    /// ```
    pub fn write_zarr(&self, path: &Path) -> Result<(), WriteError> {
        if path.exists() {
            return Err(WriteError::Exists {
                path: path.to_owned(),
            });
        }
        let temporary = beside(path);
        let written = zarr::write(self, &temporary).and_then(|()| fs::rename(&temporary, path));
        written.map_err(|error| {
            // What is half done is of no use, and a second error would hide the first.
            let _ = fs::remove_dir_all(&temporary);
            failure(path, error)
        })
    }

    /// Writes JSON as ArviZ's `from_json` (0.x) reads it: `posterior` and `sample_stats`, each
    /// `{quantity: [chain][draw]…}`. Numbers that are not finite become `null`.
    ///
    /// # Errors
    /// [`WriteError`] when the file cannot be written.
    pub fn write_json(&self, path: &Path) -> Result<(), WriteError> {
        write_file(path, |out| json::write(self, out))
    }

    /// Writes the draws as one Parquet table with the columns `.chain`, `.iteration` and `.draw`,
    /// which R's `as_draws_df(read_parquet(…))` takes. Behind feature `parquet`.
    ///
    /// # Errors
    /// [`WriteError`] when the file cannot be written.
    #[cfg(feature = "parquet")]
    pub fn write_parquet(&self, path: &Path) -> Result<(), WriteError> {
        write_file(path, |out| parquet::write(self, out))
    }
}

/// Writes a file that appears whole or not at all.
fn write_file(
    path: &Path,
    write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> Result<(), WriteError> {
    let temporary = beside(path);
    let written = File::create(&temporary).and_then(|file| {
        let mut out = BufWriter::new(file);
        write(&mut out)?;
        out.into_inner()?.sync_all()?;
        fs::rename(&temporary, path)
    });
    written.map_err(|error| {
        let _ = fs::remove_file(&temporary);
        failure(path, error)
    })
}

/// A hidden name in the same folder, hence on the same disk, for this process alone.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.part", std::process::id()))
}

fn failure(path: &Path, error: io::Error) -> WriteError {
    WriteError::Io {
        path: path.to_owned(),
        source: Arc::new(error),
    }
}
