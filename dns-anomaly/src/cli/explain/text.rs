//! Writes a dossier for a terminal.
//!
//! In: a [`Dossier`]. Out: paragraphs and tables; the history has a picture, a line a window.

use std::io::{self, Write};

use dns_anomaly::{
    BinWidth, CalibratedDomain, Dossier, ExplainedVerdict, ExplainedWindow, FittedModel,
    FoundCampaign,
};
use rainier::plot::{Interval, intervals};

use crate::cli::detect::calibrated::some_of;
use crate::cli::table::write_table;

/// Columns of the picture beside the history.
const PICTURE: usize = 48;
/// The latest windows shown; JSON and CSV have all.
const WINDOWS: usize = 60;
/// Clients and addresses shown.
const NAMES: usize = 10;

pub(super) fn write(
    writer: &mut dyn Write,
    dossier: &Dossier,
    width: BinWidth,
    series: usize,
) -> io::Result<()> {
    heading(writer, dossier, width, series)?;
    if let Some(window) = &dossier.window {
        verdict(writer, dossier, window, width)?;
    }
    history(writer, dossier, width)?;
    if let Some(found) = &dossier.found {
        episodes(writer, found, width)?;
    }
    let askers: Vec<String> = dossier
        .askers
        .iter()
        .map(|asker| match asker.bins {
            Some(1) => format!("{} (1 bin)", asker.name),
            Some(bins) => format!("{} ({bins} bins)", asker.name),
            None => asker.name.clone(),
        })
        .collect();
    for (what, names) in [("asked by", &askers), ("resolved to", &dossier.addresses)] {
        if !names.is_empty() {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            writeln!(
                writer,
                "\n{what} {}: {}",
                names.len(),
                some_of(&names, NAMES)
            )?;
        }
    }
    if let Some(found) = &dossier.campaign {
        campaign(writer, found, width)?;
    }
    Ok(())
}

fn heading(
    writer: &mut dyn Write,
    dossier: &Dossier,
    width: BinWidth,
    series: usize,
) -> io::Result<()> {
    let explanation = &dossier.explanation;
    let [start, end] = [dossier.bins.start, dossier.bins.end].map(|bin| width.start_of(bin));
    write!(writer, "{}", explanation.domain)?;
    if let Some(group) = &explanation.group {
        write!(writer, ", group {group} of {}", dossier.groups.len())?;
    }
    write!(
        writer,
        ": {} queries from {start} to {end}",
        dossier.queries
    )?;
    match (&dossier.found, &dossier.newcomer) {
        (Some(found), _) => writeln!(writer, "; rank {} of {series} series", found.rank),
        (None, Some(new)) => writeln!(
            writer,
            "; a new name, no p: {} queries where {:.1} are expected of one, score {:.1}",
            new.observed.sum, new.expected, new.score
        ),
        (None, None) => writeln!(writer, "; none of its windows stands out"),
    }
}

fn verdict(
    writer: &mut dyn Write,
    dossier: &Dossier,
    window: &ExplainedWindow,
    width: BinWidth,
) -> io::Result<()> {
    let [start, end] = [window.first_bin, window.end_bin].map(|bin| width.start_of(bin));
    let Some(verdict) = &window.verdict else {
        return writeln!(
            writer,
            "\nwindow {start} to {end}: {} queries; not judged, for want of history or because it was not asked for",
            window.observed.sum
        );
    };
    let strongest = verdict.strongest();
    let what = if verdict.is_outlier() {
        format!(
            "an outlier by {}, {} than expected",
            strongest.measure.name(),
            strongest.direction.name()
        )
    } else {
        "no outlier".to_owned()
    };
    writeln!(
        writer,
        "\nwindow {start} to {end}: {what}; p {:.1e}{}, compared with {} windows",
        verdict.p,
        if verdict.is_calibrated {
            format!(" ({:.1e} before calibration)", verdict.model_p)
        } else {
            ", not calibrated".to_owned()
        },
        verdict.references,
    )?;
    if let Some(strange) = &dossier.strange {
        writeln!(
            writer,
            "it lies in a window strange for everyone ({:.2} times the usual volume): what all did is taken out of p",
            strange.factor
        )?;
    }
    writeln!(writer)?;
    let cells = |part: &dns_anomaly::ExplainedPart| {
        vec![
            part.measure.name().to_owned(),
            part.observed.to_string(),
            format!("{:.1}", part.expected),
            part.direction.name().to_owned(),
            format!("{:.1e}", part.p),
        ]
    };
    let rows: Vec<Vec<String>> = verdict.parts.iter().map(cells).collect();
    let header = ["statistic", "observed", "expected", "direction", "p"];
    write_table(writer, &header, &rows)?;
    fitted(writer, &verdict.fitted)
}

fn fitted(writer: &mut dyn Write, fitted: &FittedModel) -> io::Result<()> {
    writeln!(writer)?;
    let rows: Vec<Vec<String>> = fitted
        .slots
        .iter()
        .map(|slot| {
            vec![
                slot.name.to_owned(),
                slot.bins.to_string(),
                format!("{:.3}", slot.busy_prob),
                format!("{:.2}", slot.mean_size),
            ]
        })
        .collect();
    let header = ["fitted", "bins", "busy", "queries when busy"];
    write_table(writer, &header, &rows)?;
    let level = |level: &dns_anomaly::FittedLevel| {
        format!(
            "{:+.2} ± {:.2}, spread {:.2}",
            level.mean, level.sd, level.spread
        )
    };
    writeln!(
        writer,
        "window: {:.1} busy bins of {:.2} queries, dispersion {:.2}; level of activity (log odds) {}; level of sizes \
         (logarithm) {}; persistence {:.2}",
        fitted.busy_bins,
        fitted.mean_size,
        fitted.dispersion,
        level(&fitted.activity_level),
        level(&fitted.size_level),
        fitted.persistence,
    )
}

fn history(writer: &mut dyn Write, dossier: &Dossier, width: BinWidth) -> io::Result<()> {
    let windows = &dossier.explanation.windows;
    if windows.is_empty() {
        return Ok(());
    }
    let earlier = windows.len().saturating_sub(WINDOWS);
    let shown = &windows[earlier..];
    writeln!(
        writer,
        "\nhistory: queries of each window; ░ predicted from 5 % to 95 %, │ median, ● observed{}",
        if earlier > 0 {
            format!("; {earlier} earlier windows are not shown")
        } else {
            String::new()
        }
    )?;
    let of = |window: &ExplainedWindow, text: fn(&ExplainedVerdict) -> String| {
        window.verdict.as_ref().map(text).unwrap_or_default()
    };
    let cells = |window: &ExplainedWindow| {
        vec![
            width.start_of(window.first_bin).to_string(),
            window.observed.sum.to_string(),
            of(window, |verdict| verdict.band.low.to_string()),
            of(window, |verdict| verdict.band.median.to_string()),
            of(window, |verdict| verdict.band.high.to_string()),
            of(window, |verdict| {
                let mark = if verdict.is_outlier() { "!" } else { " " };
                format!("{:.1e}{mark}", verdict.p)
            }),
        ]
    };
    let rows: Vec<Vec<String>> = shown.iter().map(cells).collect();
    let header = ["window", "observed", "5 %", "median", "95 %", "p"];
    let mut table = Vec::new();
    write_table(&mut table, &header, &rows)?;
    let pictures: Vec<Interval> = shown.iter().map(interval).collect();
    let pictures = intervals(&pictures, PICTURE);
    let table = String::from_utf8_lossy(&table);
    let longest = table.lines().map(|line| line.chars().count()).max();
    let longest = longest.unwrap_or(0);
    let pictures = [""].into_iter().chain(pictures.iter().map(String::as_str));
    for (line, picture) in table.lines().zip(pictures) {
        writeln!(
            writer,
            "{}",
            format!("{line:<longest$}  {picture}").trim_end()
        )?;
    }
    Ok(())
}

fn interval(window: &ExplainedWindow) -> Interval {
    let value = window.observed.sum as f64;
    window
        .verdict
        .as_ref()
        .map_or(Interval::value_alone(value), |verdict| Interval {
            low: verdict.band.low as f64,
            middle: verdict.band.median as f64,
            high: verdict.band.high as f64,
            value,
        })
}

fn episodes(writer: &mut dyn Write, found: &CalibratedDomain, width: BinWidth) -> io::Result<()> {
    writeln!(writer)?;
    let rows: Vec<Vec<String>> = found
        .episodes
        .iter()
        .map(|episode| {
            vec![
                width.start_of(episode.first_bin).to_string(),
                width.start_of(episode.end_bin).to_string(),
                episode.measure.name().to_owned(),
                episode.direction.name().to_owned(),
                format!("{:.1e}", episode.p),
                format!("{:.1e}", episode.discovery.q),
                format!("{:+.1}", episode.total_excess),
            ]
        })
        .collect();
    let header = ["episode", "end", "measure", "direction", "p", "q", "excess"];
    write_table(writer, &header, &rows)
}

fn campaign(writer: &mut dyn Write, found: &FoundCampaign, width: BinWidth) -> io::Result<()> {
    let names: Vec<&str> = found.members.iter().map(|one| &*one.domain).collect();
    let shared: Vec<String> = found
        .shared
        .iter()
        .map(|item| format!("{} {} ({})", item.kind.name(), item.text, item.members))
        .collect();
    let shared: Vec<&str> = shared.iter().map(String::as_str).collect();
    writeln!(
        writer,
        "\ncluster {} from {} to {}, {}: {} names: {}; share {}; e {:.1e}, q {:.1e}",
        found.rank,
        width.start_of(found.first_bin),
        width.start_of(found.end_bin),
        if found.is_discovery {
            "a campaign"
        } else {
            "no campaign at the rate asked for"
        },
        names.len(),
        some_of(&names, NAMES),
        some_of(&shared, NAMES),
        found.e,
        found.q,
    )
}
