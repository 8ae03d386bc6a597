//! Writes a dossier as one JSON object.
//!
//! In: a [`Dossier`]. Out: an object of kind `explanation`, with a schema version.

use dns_anomaly::{BinWidth, Dossier, ExplainedVerdict, ExplainedWindow, FittedLevel, FittedModel};
use serde_json::{Value, json};

use crate::cli::detect::calibrated::{Row, campaign_json};

/// `run` is the run's account of itself.
pub(super) fn to_json(dossier: &Dossier, width: BinWidth, seed: u64, run: &Value) -> Value {
    let time = |bin| width.start_of(bin).to_string();
    let explanation = &dossier.explanation;
    let history: Vec<Value> = explanation
        .windows
        .iter()
        .map(|window| window_json(window, width))
        .collect();
    let window = dossier.window.as_ref().map(|window| {
        let mut object = window_json(window, width);
        if let Some(verdict) = &window.verdict {
            object["parts"] = parts(verdict);
            object["fitted"] = fitted(&verdict.fitted);
        }
        object
    });
    let askers: Vec<Value> = dossier
        .askers
        .iter()
        .map(|asker| json!({"name": asker.name, "bins": asker.bins}))
        .collect();
    let episodes: Option<Vec<Value>> = dossier.found.as_ref().map(|found| {
        let episodes = found.episodes.iter();
        episodes
            .map(|episode| Row::Episode(found, episode).to_json(width, seed))
            .collect()
    });
    let strange = dossier.strange.as_ref().map(|strange| {
        json!({
            "start": time(strange.first_bin),
            "end": time(strange.end_bin),
            "p": strange.p,
            "factor": strange.factor,
        })
    });
    json!({
        "schema": 1,
        "kind": "explanation",
        "mode": "calibrated",
        "seed": seed,
        "domain": &*explanation.domain,
        "group": explanation.group.as_deref(),
        "groups": dossier.groups,
        "start": time(dossier.bins.start),
        "end": time(dossier.bins.end),
        "queries": dossier.queries,
        "rank": dossier.found.as_ref().map(|found| found.rank),
        "window": window,
        "strange_window": strange,
        "history": history,
        "episodes": episodes,
        "new": dossier.newcomer.as_ref().map(|one| Row::New(one).to_json(width, seed)),
        "clients": askers,
        "addresses": dossier.addresses,
        "run": run,
        "campaign": dossier.campaign.as_ref().map(|campaign| campaign_json(campaign, width)),
    })
}

fn window_json(window: &ExplainedWindow, width: BinWidth) -> Value {
    let verdict = window.verdict.as_ref();
    let observed = &window.observed;
    json!({
        "start": width.start_of(window.first_bin).to_string(),
        "end": width.start_of(window.end_bin).to_string(),
        "observed": {
            "sum": observed.sum,
            "busy": observed.busy,
            "maximum": observed.maximum,
            "silence": observed.silence,
            "run": observed.run,
        },
        "predicted_sum": verdict.map(|verdict| json!({
            "low": verdict.band.low,
            "median": verdict.band.median,
            "high": verdict.band.high,
        })),
        "p": verdict.map(|verdict| verdict.p),
        "p_of_model": verdict.map(|verdict| verdict.model_p),
        "is_calibrated": verdict.map(|verdict| verdict.is_calibrated),
        "is_outlier": verdict.map(ExplainedVerdict::is_outlier),
        "statistic": verdict.map(|verdict| verdict.strongest().measure.name()),
        "direction": verdict.map(|verdict| verdict.strongest().direction.name()),
        "references": verdict.map(|verdict| verdict.references),
    })
}

fn parts(verdict: &ExplainedVerdict) -> Value {
    let parts = verdict.parts.iter();
    parts
        .map(|part| {
            json!({
                "statistic": part.measure.name(),
                "observed": part.observed,
                "expected": part.expected,
                "direction": part.direction.name(),
                "p": part.p,
            })
        })
        .collect()
}

fn fitted(fitted: &FittedModel) -> Value {
    let slots: Vec<Value> = fitted
        .slots
        .iter()
        .map(|slot| {
            json!({
                "slot": slot.name,
                "bins": slot.bins,
                "busy_prob": slot.busy_prob,
                "mean_size": slot.mean_size,
            })
        })
        .collect();
    let level =
        |level: &FittedLevel| json!({"mean": level.mean, "sd": level.sd, "spread": level.spread});
    json!({
        "slots": slots,
        "busy_bins": fitted.busy_bins,
        "mean_size": fitted.mean_size,
        "dispersion": fitted.dispersion,
        "activity_level": level(&fitted.activity_level),
        "size_level": level(&fitted.size_level),
        "persistence": fitted.persistence,
    })
}
