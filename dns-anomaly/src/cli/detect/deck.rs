//! Runs `detect` in mode `deck` and writes what it found.
//!
//! In: arguments, gathered series. Out: one row for each episode, best domain first; on standard error what was tested.

use dns_anomaly::{
    DetectSettings, Detection, Episode, Gathered, RankedDomain, Reference, SeriesTable, StageTimes,
    detect,
};
use serde_json::json;

use super::global::spread;
use super::{DetectArguments, ReferenceName, plot};
use crate::cli::exit::{AnomaliesFound, complain};
use crate::cli::output::{Form, write_rows};
use crate::cli::progress::during;
use crate::cli::run_line::{add_input, add_times, texts, times};

pub(super) fn run(
    arguments: &DetectArguments,
    gathered: &Gathered,
    mut stages: StageTimes,
) -> anyhow::Result<()> {
    let settings = arguments.settings();
    let detection = stages.time("judging", || {
        during("judging windows", || {
            detect(&gathered.table, &gathered.visits, &settings)
        })
    })?;
    complain(&summary(&detection, arguments, &stages));
    let table = &gathered.table;
    let shown = &detection.domains[..arguments.top.min(detection.domains.len())];
    arguments.output.write(|writer| {
        let form = arguments.schema.form(&arguments.output);
        let naming = arguments.inputs.settings().naming();
        let to_json = |&(domain, episode): &_| {
            let line = to_json(table, domain, episode, arguments);
            arguments.schema.line(line, naming)
        };
        let cells = |&(domain, episode): &_| cells(table, domain, episode);
        write_rows(writer, form, &HEADER, &rows(shown), to_json, cells)?;
        if form == Form::Json {
            let mut line = deck_line(&detection, &settings, arguments);
            add_input(&mut line, &gathered.tally, table);
            add_times(&mut line, &stages, detection.series);
            writeln!(writer, "{}", arguments.schema.line(line, naming))?;
        }
        if let (true, Some(best)) = (arguments.plot, shown.first()) {
            let episode = &best.episodes[0];
            let bins = episode.first_bin..episode.end_bin;
            plot(writer, table, &best.domain, episode.group.as_deref(), &bins)?;
        }
        Ok(())
    })?;
    let fails = |q: f64| {
        detection
            .domains
            .iter()
            .flat_map(|d| &d.episodes)
            .any(|e| e.q <= q)
    };
    match arguments.fail_on {
        Some(q) if fails(q) => Err(AnomaliesFound.into()),
        Some(_) | None => Ok(()),
    }
}

impl DetectArguments {
    fn reference(&self) -> Reference {
        match self.reference {
            ReferenceName::Periods => Reference::Periods,
            ReferenceName::Trend => Reference::Trend {
                weight: self.trend_weight,
            },
        }
    }

    fn settings(&self) -> DetectSettings {
        let mut settings = DetectSettings::default()
            .with_window(self.window)
            .with_period(self.period)
            .with_references(self.references)
            .with_reference(self.reference())
            .with_minimum_count(self.min_count)
            .with_band(self.band)
            .with_simulations(self.simulations)
            .with_seed(self.sampling.seed());
        if let Some(slots) = self.calibrated.slots() {
            settings = settings.with_slots(slots);
        }
        if let Some(threads) = self.sampling.threads() {
            settings = settings.with_threads(threads);
        }
        if let Some(prior) = self.sampling.prior() {
            settings = settings.with_prior(prior);
        }
        settings
    }
}

fn summary(detection: &Detection, arguments: &DetectArguments, stages: &StageTimes) -> String {
    format!(
        "mode deck, seed {}: {} series, {} windows tested ({} within the range of their references), \
         {} with insufficient history, {} references fitted; {} outliers in {} domains, at most {:.1} expected by chance \
         (false-alarm rate {} a window); {}",
        arguments.sampling.seed(),
        detection.series,
        detection.tested,
        detection.within_range,
        detection.insufficient_history,
        detection.fitted,
        detection.outliers,
        detection.domains.len(),
        detection.expected_by_chance(),
        detection.false_alarm_rate,
        times(stages),
    )
}

/// What a run in mode deck was asked, and what it judged.
fn deck_line(
    detection: &Detection,
    asked: &DetectSettings,
    arguments: &DetectArguments,
) -> serde_json::Value {
    let mut settings = vec![
        ("bin", arguments.inputs.bin().to_string()),
        ("window", arguments.window.to_string()),
        ("period", arguments.period.to_string()),
        ("references", arguments.references.to_string()),
        ("min_count", arguments.min_count.to_string()),
        ("band", arguments.band.to_string()),
        ("simulations", arguments.simulations.to_string()),
    ];
    match asked.reference() {
        Reference::Periods => settings.push(("reference", "periods".to_owned())),
        Reference::Trend { weight } => settings.extend([
            ("reference", "trend".to_owned()),
            ("trend_weight", weight.to_string()),
            ("slots", asked.slots(arguments.inputs.bin()).to_string()),
        ]),
    }
    json!({
        "schema": 1,
        "kind": "run",
        "mode": "deck",
        "version": env!("CARGO_PKG_VERSION"),
        "seed": arguments.sampling.seed(),
        "settings": texts(&settings),
        "series": {"all": detection.series},
        "windows": {
            "tested": detection.tested,
            "within_range": detection.within_range,
            "insufficient_history": detection.insufficient_history,
            "references_fitted": detection.fitted,
        },
        "found": {
            "domains": detection.domains.len(),
            "outliers": detection.outliers,
            "expected_by_chance": detection.expected_by_chance(),
        },
    })
}

fn rows(domains: &[RankedDomain]) -> Vec<(&RankedDomain, &Episode)> {
    domains
        .iter()
        .flat_map(|domain| domain.episodes.iter().map(move |episode| (domain, episode)))
        .collect()
}

const HEADER: [&str; 15] = [
    "domain",
    "rank",
    "group",
    "groups",
    "start",
    "end",
    "statistic",
    "observed",
    "expected",
    "band",
    "direction",
    "p",
    "q",
    "excess",
    "clients",
];

fn cells(table: &SeriesTable, domain: &RankedDomain, episode: &Episode) -> Vec<String> {
    let evidence = &episode.peak.evidence;
    let groups = match domain.spread(episode) {
        Some(_) => format!("{} of {}", episode.groups_at_once, domain.groups),
        None => String::new(),
    };
    vec![
        domain.domain.to_string(),
        domain.rank.to_string(),
        episode.group.as_deref().unwrap_or_default().to_owned(),
        groups,
        table.width().start_of(episode.first_bin).to_string(),
        table.width().start_of(episode.end_bin).to_string(),
        evidence.statistic.name().to_owned(),
        evidence.observed.to_string(),
        format!("{:.1}", evidence.expected),
        format!("{}..{}", evidence.band.low, evidence.band.high),
        evidence.direction.name().to_owned(),
        format!("{:.1e}", evidence.p),
        format!("{:.1e}", episode.q),
        format!("{:+.1}", episode.excess),
        episode
            .clients
            .map(|clients| clients.to_string())
            .unwrap_or_default(),
    ]
}

fn to_json(
    table: &SeriesTable,
    domain: &RankedDomain,
    episode: &Episode,
    arguments: &DetectArguments,
) -> serde_json::Value {
    let evidence = &episode.peak.evidence;
    json!({
        "schema": 1,
        "kind": "episode",
        "mode": "deck",
        "seed": arguments.sampling.seed(),
        "rank": domain.rank,
        "domain": &*domain.domain,
        "group": episode.group.as_deref(),
        "groups": domain.groups,
        "groups_at_once": episode.groups_at_once,
        "spread": spread(domain.spread(episode)),
        "domain_p": domain.p,
        "start": table.width().start_of(episode.first_bin).to_string(),
        "end": table.width().start_of(episode.end_bin).to_string(),
        "windows": episode.windows,
        "peak_start": table.width().start_of(episode.peak.window.first_bin).to_string(),
        "statistic": evidence.statistic.name(),
        "direction": evidence.direction.name(),
        "observed": evidence.observed,
        "expected": evidence.expected,
        "band_low": evidence.band.low,
        "band_high": evidence.band.high,
        "references": episode.peak.references,
        "p": evidence.p,
        "q": episode.q,
        "excess": episode.excess,
        "clients": episode.clients,
    })
}
