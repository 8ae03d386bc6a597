//! Writes `detect`'s report.
//!
//! In: arguments, a judged table, a [`Report`]. Out: the explanations it draws, and the page as a file that appears whole.

use std::path::Path;

use anyhow::Context;
use dns_anomaly::{Explanation, JudgedTable, Report};

use super::DetectArguments;
use crate::cli::name_list::NameList;
use crate::cli::output::WholeFile;

/// Explanations of the best domains that are not allowed.
pub(super) fn explanations(
    arguments: &DetectArguments,
    judged: &JudgedTable<'_>,
    allowed: &NameList,
) -> Vec<Explanation> {
    let domains = judged.detection().domains.iter();
    domains
        .filter(|domain| !allowed.holds(&domain.domain))
        .take(arguments.report_pictures.min(arguments.top))
        .filter_map(|domain| judged.explain(&domain.domain, domain.group.as_deref()))
        .collect()
}

pub(super) fn write(path: &Path, report: &Report<'_>) -> anyhow::Result<()> {
    let mut file = WholeFile::create(path)?;
    report
        .write(file.writer())
        .with_context(|| format!("{}: cannot be written", path.display()))?;
    file.commit()
}
