//! Keeps the priors that one run learned for others.
//!
//! In: a [`Population`], or a file that holds one. Out: the file, one JSON object; or the population.

use std::fs;
use std::path::Path;

use anyhow::Context;
use dns_anomaly::Population;
use serde::{Deserialize, Serialize};

use super::output::WholeFile;

/// What the file holds.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    schema: u32,
    kind: Kind,
    priors: Population,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Priors,
}

const SCHEMA: u32 = 1;

/// Reads what [`write()`] wrote.
pub(super) fn read(path: &Path) -> anyhow::Result<Population> {
    let name = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("{name}: cannot be read"))?;
    let kept: Kept = serde_json::from_str(&text)
        .with_context(|| format!("{name}: must be priors of --save-priors"))?;
    anyhow::ensure!(
        kept.schema == SCHEMA,
        "{name}: must have schema {SCHEMA}, got {}",
        kept.schema
    );
    Ok(kept.priors)
}

/// Writes the file; it appears whole.
pub(super) fn write(path: &Path, population: &Population) -> anyhow::Result<()> {
    let kept = Kept {
        schema: SCHEMA,
        kind: Kind::Priors,
        priors: *population,
    };
    let mut file = WholeFile::create(path)?;
    writeln!(file.writer(), "{}", serde_json::to_string_pretty(&kept)?)?;
    file.commit()
}
