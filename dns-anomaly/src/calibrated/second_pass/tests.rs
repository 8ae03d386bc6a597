//! Samples windows of simulated traffic, with a campaign in it and without.

use super::super::judge::JudgedWindow;
use super::super::score::{Levels, score};
use crate::simulate::{SimulationSettings, Traffic, simulate, write_counts};
use crate::stages::StageTimes;
use crate::{
    CalibratedDetection, CalibratedSettings, GatherSettings, SeriesTable, Source,
    detect_calibrated, gather,
};

fn traffic(domains: u32, campaigns: u32) -> Traffic {
    let settings = SimulationSettings::default()
        .with_domains(domains)
        .with_campaigns(campaigns)
        .with_seed(3);
    simulate(&settings).unwrap()
}

fn table(traffic: &Traffic) -> SeriesTable {
    let mut counts = Vec::new();
    write_counts(traffic, &mut counts).unwrap();
    let source = Source::from_bytes("counts.csv", counts);
    gather(&[source], &GatherSettings::default()).unwrap().table
}

fn detect(traffic: &Traffic, settings: &CalibratedSettings) -> CalibratedDetection {
    detect_calibrated(&table(traffic), &[], settings).unwrap()
}

#[test]
fn a_campaign_is_sampled_and_stays_improbable() {
    let traffic = traffic(60, 1);
    let found = detect(&traffic, &CalibratedSettings::default());
    let pass = found.second_pass.unwrap();
    // All series are few enough to be sampled, whether they are listed or not.
    assert_eq!(pass.sampled, found.series);
    let stood_out = found.domains.iter().map(|domain| &domain.episodes[0]);
    let stood_out = stood_out.filter(|episode| episode.p <= 0.01);
    let again: Vec<f64> = stood_out
        .filter_map(|episode| Some(episode.sampled?.p))
        .collect();
    assert_eq!(pass.stood_out, again.len());
    assert_eq!(pass.confirmed, again.iter().filter(|&&p| p <= 0.01).count());

    let best = &found.domains[0];
    assert!(
        traffic.campaigns()[0]
            .domains()
            .contains(&best.domain.to_string())
    );
    let of_best = best.episodes[0].sampled.unwrap();
    assert!(of_best.p < 1e-4, "{of_best:?}");
    // So do all names of the campaign: what they did then excuses none of them.
    let names = traffic.campaigns()[0].domains();
    let is_planted = |name: &str| names.iter().any(|planted| planted == name);
    let planted = found.domains.iter().filter(|one| is_planted(&one.domain));
    let sampled_p: Vec<f64> = planted
        .filter_map(|domain| Some(domain.episodes[0].sampled?.p))
        .collect();
    assert!(sampled_p.len() >= 3, "{sampled_p:?}");
    assert!(sampled_p.iter().all(|&p| p < 1e-4), "{sampled_p:?}");
    // The screen and the sampled model expect alike.
    let screen = best.episodes[0].observed.sum as f64 - best.episodes[0].excess;
    let ratio = of_best.expected_sum / screen;
    assert!((0.7..1.4).contains(&ratio), "{ratio}");
}

#[test]
fn a_window_measured_alike_has_the_screens_p() {
    let table = table(&traffic(60, 1));
    let settings = CalibratedSettings::default();
    let layout = settings.layout(table.width()).unwrap();
    let mut stages = StageTimes::default();
    let scores = score(&table, &settings, &layout, Levels::default(), &mut stages).unwrap();
    // In a strange window p would be of what the crowd left.
    assert!(scores.strange.is_empty() && scores.windows.len() > 1_000);
    let windows: Vec<JudgedWindow> = scores.windows.iter().map(|score| score.window).collect();
    let screened: Vec<f64> = scores.windows.iter().map(|score| score.surprise).collect();
    assert_eq!(scores.surprises(&windows), screened);
    // The maps at the end are others.
    let at_the_end = windows
        .iter()
        .map(|&window| scores.maps.score(window).surprise);
    assert!(!at_the_end.eq(screened));
}

#[test]
fn results_do_not_depend_on_threads_and_a_share_of_zero_samples_nothing() {
    let traffic = traffic(40, 1);
    let settings = CalibratedSettings::default();
    let one = detect(&traffic, &settings.clone().with_threads(1));
    let two = detect(&traffic, &settings.clone().with_threads(2));
    assert_eq!(one, two);
    let mut none = detect(&traffic, &settings.with_second_pass(0.0));
    assert_eq!(none.second_pass, None);
    // It adds to the screen's results and changes none of them.
    none.second_pass = one.second_pass;
    let of_one = one.domains.iter().zip(&mut none.domains);
    for (with, without) in of_one {
        without.episodes[0].sampled = with.episodes[0].sampled;
    }
    assert_eq!(one, none);
}

/// A thousandth of the windows let pass has p below 0.001 by chance; five standard errors above that, the screen would
/// lose what sampling finds.
#[test]
fn the_screen_loses_nothing_of_innocent_traffic() {
    let traffic = traffic(300, 0);
    let found = detect(
        &traffic,
        &CalibratedSettings::default().with_second_pass(1.0),
    );
    let pass = found.second_pass.unwrap();
    assert!(pass.passed_over >= 100, "{pass:?}");
    let by_chance = 0.001 * pass.passed_over as f64;
    assert!(
        (pass.missed as f64) < by_chance + 5.0 * by_chance.sqrt(),
        "{pass:?}"
    );
}
