//! Runs `detect` in mode `calibrated` and writes what it found.
//!
//! In: arguments, gathered series. Out: one row for each episode, best domain first, then one for each new name, then
//! what concerns several series (`global`); on standard error what was tested and how well the p-values keep what they promise.

#[cfg(feature = "svg")]
use dns_anomaly::Report;
use dns_anomaly::{
    BinWidth, CalibratedDetection, CalibratedDomain, CalibratedEpisode, CampaignSettings,
    FoundCampaign, Gathered, JudgedTable, Newcomer, SecondPass, Series, StageTimes, find_campaigns,
};
use serde_json::{Value, json};

use super::global::{Global, spread};
pub(in crate::cli) use super::global::{
    campaign_json, campaign_of, campaigns, domain_json, domains, line, some_of, window_json,
};
#[cfg(feature = "svg")]
use super::report;
use super::{DetectArguments, metrics, plot};
use crate::cli::exit::{AnomaliesFound, complain};
use crate::cli::name_list::NameList;
use crate::cli::output::{Form, write_rows};
use crate::cli::priors;
use crate::cli::progress::during;
use crate::cli::run_line::{add_campaigns, add_input, add_times, run_line, times};

pub(super) fn run(
    arguments: &DetectArguments,
    gathered: &Gathered,
    mut stages: StageTimes,
) -> anyhow::Result<()> {
    let sampling = &arguments.sampling;
    let settings =
        arguments
            .calibrated
            .settings(arguments.window, sampling.seed(), sampling.threads());
    let settings = arguments.search.add_to(settings)?;
    let [allowed, denied] = [&arguments.allow, &arguments.deny].map(|paths| NameList::read(paths));
    let (allowed, denied) = (allowed?, denied?);
    let table = &gathered.table;
    let judged = during("judging windows", || {
        JudgedTable::new(table, &gathered.visits, &settings)
    })?;
    stages.extend(judged.stages());
    #[cfg(feature = "svg")]
    let explanations = match &arguments.report {
        Some(_) => stages.time("explaining", || {
            report::explanations(arguments, &judged, &allowed)
        }),
        None => Vec::new(),
    };
    let mut detection = judged.into_detection();
    if let Some(pass) = &detection.second_pass {
        complain(&second_pass(pass));
    }
    let mut campaigns = if arguments.campaigns {
        let settings = CampaignSettings::default()
            .with_false_discovery_rate(arguments.calibrated.fdr())
            .with_popular_share(arguments.search.popular());
        stages.time("campaigns", || {
            find_campaigns(table, gathered.contacts.as_ref(), &detection, &settings)
        })
    } else {
        Vec::new()
    };
    let mut summary = summary(&detection, sampling.seed(), arguments.calibrated.fdr());
    if arguments.campaigns {
        summary += &summary_of_campaigns(&campaigns);
    }
    complain(&format!("{summary}; {}", times(&stages)));
    if let Some(path) = &arguments.metrics {
        let took = stages.total();
        metrics::write(path, &gathered.tally, &detection, &campaigns, took)?;
    }
    if let Some(path) = &arguments.save_priors {
        priors::write(path, &detection.population)?;
    }
    let settings = settings.echo(table.width())?;
    let mut line = run_line(&settings, &detection, sampling.seed());
    add_input(&mut line, &gathered.tally, table);
    add_times(&mut line, &stages, detection.series);
    if arguments.campaigns {
        add_campaigns(&mut line, &campaigns);
    }
    if !allowed.is_empty() {
        let left_out = leave_out(&mut detection, &mut campaigns, &allowed);
        complain(&format!("{left_out} names that are allowed are not listed"));
    }
    #[cfg(feature = "svg")]
    if let Some(path) = &arguments.report {
        let report = Report {
            table,
            tally: &gathered.tally,
            settings: &settings,
            detection: &detection,
            campaigns: arguments.campaigns.then_some(campaigns.as_slice()),
            explanations: &explanations,
            stages: &stages,
            top: arguments.top,
        };
        report::write(path, &report)?;
    }
    let results = Global {
        table,
        detection: &detection,
        campaigns: &campaigns,
        arguments,
    };
    write(&results, &denied, &line)?;
    let episodes = || detection.domains.iter().flat_map(|domain| &domain.episodes);
    let fails = |q: f64| {
        episodes().any(|episode| episode.discovery.q <= q)
            || campaigns.iter().any(|campaign| campaign.q <= q)
    };
    match arguments.fail_on {
        Some(q) if fails(q) => Err(AnomaliesFound.into()),
        Some(_) | None => Ok(()),
    }
}

/// Writes the ranked rows, names always listed, what concerns several series, and the run's account of itself.
fn write(results: &Global<'_>, denied: &NameList, run: &Value) -> anyhow::Result<()> {
    let &Global {
        table,
        detection,
        arguments,
        ..
    } = results;
    let mut rows = rows(detection, arguments.top);
    rows.extend(
        table
            .series()
            .iter()
            .filter(|series| denied.holds(series.domain()))
            .map(Row::Denied),
    );
    let seed = arguments.sampling.seed();
    arguments.output.write(|writer| {
        let form = arguments.schema.form(&arguments.output);
        let naming = arguments.inputs.settings().naming();
        let by_schema = |line: Value| arguments.schema.line(line, naming);
        let to_json = |row: &Row<'_>| by_schema(row.line(table.width(), detection, seed));
        write_rows(writer, form, &HEADER, &rows, to_json, |row| {
            row.cells(table.width())
        })?;
        results.write(writer, form)?;
        if form == Form::Json {
            writeln!(writer, "{}", by_schema(run.clone()))?;
        }
        let best = detection.domains.first();
        if let (true, Some(best)) = (arguments.plot && arguments.top > 0, best) {
            let episode = &best.episodes[0];
            let bins = episode.first_bin..episode.end_bin;
            plot(writer, table, &best.domain, best.group.as_deref(), &bins)?;
        }
        Ok(())
    })
}

/// Takes allowed names out of what is listed, and campaigns that have no others; how many names there were.
fn leave_out(
    detection: &mut CalibratedDetection,
    campaigns: &mut Vec<FoundCampaign>,
    allowed: &NameList,
) -> usize {
    let before = detection.domains.len() + detection.newcomers.len();
    detection
        .domains
        .retain(|domain| !allowed.holds(&domain.domain));
    detection
        .newcomers
        .retain(|newcomer| !allowed.holds(&newcomer.domain));
    detection
        .domain_episodes
        .retain(|episode| !allowed.holds(&episode.domain));
    campaigns.retain(|campaign| {
        let mut members = campaign.members.iter();
        members.any(|member| !allowed.holds(&member.domain))
    });
    before - detection.domains.len() - detection.newcomers.len()
}

fn summary_of_campaigns(campaigns: &[FoundCampaign]) -> String {
    let found = campaigns.iter().filter(|one| one.is_discovery).count();
    format!("; {found} campaigns among {} clusters", campaigns.len())
}

/// What was tested and what it is worth, in one line.
pub(in crate::cli) fn summary(detection: &CalibratedDetection, seed: u64, fdr: f64) -> String {
    let calibration = &detection.calibration;
    let shares = |[twentieth, hundredth, thousandth]: [f64; 3]| {
        format!("{twentieth:.4}, {hundredth:.4}, {thousandth:.5}")
    };
    let promise = if calibration.is_controlled() {
        format!("at most a share of {fdr} of them by chance")
    } else if calibration.is_calibrated {
        "no share of false ones is promised: too many windows have small p".to_owned()
    } else {
        "no share of false ones is promised: too few earlier windows to calibrate by".to_owned()
    };
    format!(
        "mode calibrated, seed {seed}: {} series, {} of them tested, {} windows tested, {} to learn from, {} with insufficient history; share of p \
         below 0.05, 0.01, 0.001: {} ({} before calibration); {} discoveries, {promise}; {} new \
         names; {} strange windows",
        detection.series,
        detection.series_tested,
        calibration.windows,
        detection.learned_from,
        detection.insufficient_history,
        shares(calibration.shares),
        shares(calibration.model_shares),
        detection.discoveries,
        detection.newcomers.len(),
        detection.strange_windows.len(),
    )
}

/// What the second pass did, and what it says of the first.
fn second_pass(pass: &SecondPass) -> String {
    format!(
        "second pass: {} windows sampled, p of {} of the {} below 0.01 is so again; of {} others {} below 0.001, {:.1} expected by chance",
        pass.sampled,
        pass.confirmed,
        pass.stood_out,
        pass.passed_over,
        pass.missed,
        0.001 * pass.passed_over as f64,
    )
}

pub(in crate::cli) const HEADER: [&str; 14] = [
    "domain",
    "rank",
    "group",
    "category",
    "start",
    "end",
    "measure",
    "observed",
    "expected",
    "direction",
    "p",
    "q",
    "excess",
    "clients",
];

/// What one line of results tells.
pub(in crate::cli) enum Row<'a> {
    Episode(&'a CalibratedDomain, &'a CalibratedEpisode),
    New(&'a Newcomer),
    /// A name that is always listed.
    Denied(&'a Series),
}

/// The lines for the best `top` domains and as many new names.
pub(in crate::cli) fn rows(detection: &CalibratedDetection, top: usize) -> Vec<Row<'_>> {
    let domains = detection.domains.iter().take(top);
    let episodes = domains.flat_map(|domain| {
        let episodes = domain.episodes.iter();
        episodes.map(move |episode| Row::Episode(domain, episode))
    });
    let newcomers = detection.newcomers.iter().take(top).map(Row::New);
    episodes.chain(newcomers).collect()
}

fn count(count: Option<usize>) -> String {
    count.map(|count| count.to_string()).unwrap_or_default()
}

impl Row<'_> {
    pub(in crate::cli) fn cells(&self, width: BinWidth) -> Vec<String> {
        let time = |bin| width.start_of(bin).to_string();
        match self {
            Self::Episode(domain, episode) => vec![
                domain.domain.to_string(),
                domain.rank.to_string(),
                domain.group.as_deref().unwrap_or_default().to_owned(),
                episode.category.name().to_owned(),
                time(episode.first_bin),
                time(episode.end_bin),
                episode.measure.name().to_owned(),
                episode.observed.get(episode.measure).to_string(),
                format!("{:.1}", episode.expected),
                episode.direction.name().to_owned(),
                format!("{:.1e}", episode.p),
                format!("{:.1e}", episode.discovery.q),
                format!("{:+.1}", episode.excess),
                count(episode.clients),
            ],
            Self::Denied(series) => vec![
                series.domain().to_owned(),
                String::new(),
                series.group().unwrap_or_default().to_owned(),
                "denied".to_owned(),
                time(series.bins().start),
                time(series.bins().end),
                "sum".to_owned(),
                series.total().to_string(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
            ],
            Self::New(newcomer) => vec![
                newcomer.domain.to_string(),
                String::new(),
                newcomer.group.as_deref().unwrap_or_default().to_owned(),
                "new".to_owned(),
                time(newcomer.first_bin),
                String::new(),
                "sum".to_owned(),
                newcomer.observed.sum.to_string(),
                format!("{:.1}", newcomer.expected),
                "more".to_owned(),
                String::new(),
                String::new(),
                format!("{:+.1}", newcomer.observed.sum as f64 - newcomer.expected),
                count(newcomer.clients),
            ],
        }
    }

    /// The line as JSON.
    pub(in crate::cli) fn line(
        &self,
        width: BinWidth,
        detection: &CalibratedDetection,
        seed: u64,
    ) -> Value {
        let mut line = self.to_json(width, seed);
        if matches!(self, Self::Episode(..)) {
            line["is_rate_controlled"] = detection.calibration.is_controlled().into();
        }
        line
    }

    /// The line, but for what is known of the run alone: whether the rate of false discoveries is controlled.
    pub(in crate::cli) fn to_json(&self, width: BinWidth, seed: u64) -> Value {
        let time = |bin| width.start_of(bin).to_string();
        match self {
            Self::Episode(domain, episode) => {
                let [sum, busy, maximum, silence, run] = episode.parts;
                json!({
                    "schema": 1,
                    "kind": "episode",
                    "mode": "calibrated",
                    "seed": seed,
                    "rank": domain.rank,
                    "domain": &*domain.domain,
                    "group": domain.group.as_deref(),
                    "category": episode.category.name(),
                    "domain_p": domain.p,
                    "start": time(episode.first_bin),
                    "end": time(episode.end_bin),
                    "windows": episode.windows,
                    "peak_start": time(episode.peak_bin),
                    "statistic": episode.measure.name(),
                    "direction": episode.direction.name(),
                    "observed": episode.observed.get(episode.measure),
                    "expected": episode.expected,
                    "references": episode.references,
                    "p": episode.p,
                    "q": episode.discovery.q,
                    "e": episode.discovery.e,
                    "e_q": episode.discovery.q_of_e,
                    "p_parts": {"sum": sum, "busy": busy, "maximum": maximum, "silence": silence, "run": run},
                    "is_discovery": episode.is_discovery,
                    "excess": episode.excess,
                    "total_excess": episode.total_excess,
                    "clients": episode.clients,
                    "sampled": episode.sampled.map(|sampled| json!({
                        "p": sampled.p,
                        "expected_sum": sampled.expected_sum,
                    })),
                    "spread": spread(episode.spread()),
                })
            }
            Self::Denied(series) => json!({
                "schema": 1,
                "kind": "denied",
                "mode": "calibrated",
                "seed": seed,
                "domain": series.domain(),
                "group": series.group(),
                "start": time(series.bins().start),
                "end": time(series.bins().end),
                "observed": series.total(),
            }),
            Self::New(newcomer) => json!({
                "schema": 1,
                "kind": "new",
                "mode": "calibrated",
                "seed": seed,
                "domain": &*newcomer.domain,
                "group": newcomer.group.as_deref(),
                "first_seen": time(newcomer.first_bin),
                "start": time(newcomer.window.start),
                "end": time(newcomer.window.end),
                "observed": newcomer.observed.sum,
                "expected": newcomer.expected,
                "score": newcomer.score,
                "clients": newcomer.clients,
            }),
        }
    }
}
