//! Checks that simulated traffic is what its truth says, and the same for the same seed.

use testkit::{sample_mean, sample_variance};

use super::*;
use crate::gather::{GatherSettings, NewestBin, gather};
use crate::read::Source;

fn small() -> SimulationSettings {
    SimulationSettings::default()
        .with_domains(30)
        .with_weeks(2)
        .with_seed(5)
}

fn counts_of(traffic: &Traffic) -> Vec<(&str, Vec<u32>)> {
    traffic
        .domains()
        .iter()
        .map(|domain| (domain.name(), domain.innocent().to_vec()))
        .collect()
}

fn written(write: impl Fn(&mut Vec<u8>) -> std::io::Result<()>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    bytes
}

#[test]
fn one_seed_gives_one_traffic_and_another_seed_another() {
    assert_eq!(simulate(&small()).unwrap(), simulate(&small()).unwrap());
    assert_ne!(
        counts_of(&simulate(&small()).unwrap()),
        counts_of(&simulate(&small().with_seed(6)).unwrap())
    );
}

#[test]
fn innocent_counts_depend_neither_on_other_domains_nor_on_campaigns() {
    let few = simulate(&small()).unwrap();
    let many = simulate(&small().with_domains(60).with_campaigns(0)).unwrap();
    assert_eq!(counts_of(&few), counts_of(&many)[..30]);
}

#[test]
fn campaigns_touch_their_own_domains_in_their_own_hours_of_the_last_week() {
    for shape in [Shape::Burst, Shape::LevelShift, Shape::DomainFlux] {
        let traffic = simulate(&small().with_shape(shape)).unwrap();
        let planted: Vec<&str> = traffic
            .campaigns()
            .iter()
            .flat_map(|campaign| campaign.domains().iter().map(String::as_str))
            .collect();
        assert_eq!(planted.len(), 10);
        for campaign in traffic.campaigns() {
            assert!(campaign.hours().start >= 168 && campaign.hours().end <= 336);
            assert_eq!(campaign.clients().len(), 4);
            match shape {
                Shape::Burst | Shape::DomainFlux => assert_eq!(campaign.hours().len(), 24),
                Shape::LevelShift => assert_eq!(campaign.hours().end, 336),
            }
        }
        for domain in traffic.domains() {
            let touched = |hour: usize| {
                let covers = |campaign: &Campaign| {
                    campaign.hours().contains(&hour)
                        && campaign.domains().iter().any(|name| name == domain.name())
                };
                traffic.campaigns().iter().any(covers)
            };
            let total: u32 = domain.planted().iter().sum();
            assert_eq!(
                total > 0,
                planted.contains(&domain.name()),
                "{}",
                domain.name()
            );
            let mut hours = domain.planted().iter().enumerate();
            assert!(hours.all(|(hour, &count)| count == 0 || touched(hour)));
        }
    }
}

#[test]
fn nights_and_weekends_are_those_of_the_calendar() {
    use jiff::civil::Weekday;

    let settings = small();
    let habits = Habits {
        level: 1.0,
        zero_prob: 0.0,
        night_factor: 0.5,
        weekend_factor: 0.25,
    };
    for hour in 0..settings.hours() {
        let microseconds = settings.time_of(hour).microseconds();
        let timestamp = jiff::Timestamp::from_microsecond(microseconds).unwrap();
        let time = jiff::tz::TimeZone::UTC.to_datetime(timestamp);
        let is_weekend = matches!(time.weekday(), Weekday::Saturday | Weekday::Sunday);
        let is_day = time.hour() >= 8 && time.hour() < 20;
        let expected = if is_day { 1.0 } else { 0.5 } * if is_weekend { 0.25 } else { 1.0 };
        assert_eq!(habits.awake_mean(hour), expected, "{time}");
    }
}

/// Counts over their standardised law, hour by hour: (x − mean) / sd, of one domain's year.
fn standardised(traffic: &Traffic, dispersion: Option<f64>) -> Vec<f64> {
    traffic
        .domains()
        .iter()
        .flat_map(|domain| {
            let habits = domain.habits();
            domain
                .innocent()
                .iter()
                .enumerate()
                .map(move |(hour, &count)| {
                    let awake = habits.awake_mean(hour);
                    // Var x = (1 − π) (λ + λ²/r + π λ²), the last term from the zero mass.
                    let extra = dispersion.map_or(0.0, |dispersion| awake * awake / dispersion);
                    let variance = (1.0 - habits.zero_prob)
                        * (awake + extra + habits.zero_prob * awake * awake);
                    (f64::from(count) - habits.mean(hour)) / variance.sqrt()
                })
        })
        .collect()
}

#[test]
fn innocent_counts_have_the_mean_and_variance_of_their_law() {
    let settings = small().with_weeks(20).with_campaigns(0);
    for (sizes, dispersion, wrong) in [
        (Sizes::Poisson, None, Some(2.0)),
        (Sizes::NegativeBinomial { dispersion: 2.0 }, Some(2.0), None),
    ] {
        let traffic = simulate(&settings.clone().with_sizes(sizes)).unwrap();
        let draws = standardised(&traffic, dispersion);
        assert!(
            sample_mean(&draws).agrees_with(0.0),
            "{:?}",
            sample_mean(&draws)
        );
        assert!(
            sample_variance(&draws).agrees_with(1.0),
            "{:?}",
            sample_variance(&draws)
        );
        // The other law's variance must be told apart.
        assert!(!sample_variance(&standardised(&traffic, wrong)).agrees_with(1.0));
    }
}

#[test]
fn the_log_the_table_and_the_counts_agree() {
    let traffic = simulate(&small()).unwrap();
    let log = Source::from_bytes("dns.log", written(|bytes| write_log(&traffic, bytes)));
    let table = Source::from_bytes("counts.csv", written(|bytes| write_counts(&traffic, bytes)));
    let settings = GatherSettings::default().with_newest_bin(NewestBin::Keep);
    let from_log = gather(&[log], &settings).unwrap();
    let from_table = gather(&[table], &settings).unwrap();
    assert_eq!(
        from_log.tally.duplicates + from_log.tally.bad + from_log.tally.unsorted,
        0
    );
    let series = |gathered: &crate::Gathered| -> Vec<_> {
        gathered
            .table
            .series()
            .iter()
            .map(|series| (series.domain().to_owned(), series.bins(), series.counts()))
            .collect()
    };
    assert_eq!(series(&from_log), series(&from_table));
    for series in from_table.table.series() {
        let domain = traffic
            .domains()
            .iter()
            .find(|domain| domain.name() == series.domain())
            .unwrap();
        let expected: u32 = domain.counts().sum();
        assert_eq!(series.total(), u64::from(expected));
    }
}

#[test]
fn a_campaigns_clients_ask_for_all_its_domains() {
    let traffic = simulate(&small().with_factor(100.0)).unwrap();
    let log = Source::from_bytes("dns.log", written(|bytes| write_log(&traffic, bytes)));
    let gathered = gather(&[log], &GatherSettings::default()).unwrap();
    let truth: serde_json::Value =
        serde_json::from_slice(&written(|bytes| write_truth(&traffic, bytes))).unwrap();
    for campaign in truth["campaigns"].as_array().unwrap() {
        for domain in campaign["domains"].as_array().unwrap() {
            for client in campaign["clients"].as_array().unwrap() {
                let asked = gathered.visits.iter().any(|visit| {
                    Some(&*visit.domain) == domain.as_str()
                        && Some(&*visit.client) == client.as_str()
                });
                assert!(asked, "{client} never asked for {domain}");
            }
        }
    }
}

#[test]
fn new_domains_come_at_some_hour_and_change_nothing_else() {
    let without = simulate(&small().with_campaigns(0)).unwrap();
    let with = simulate(&small().with_campaigns(0).with_new_domains(40)).unwrap();
    let (new, old): (Vec<_>, Vec<_>) = counts_of(&with)
        .into_iter()
        .partition(|(name, _)| name.starts_with("later-"));
    assert_eq!(old, counts_of(&without));
    let first = |counts: &[u32]| counts.iter().position(|&count| count > 0);
    let firsts: Vec<usize> = new.iter().filter_map(|(_, counts)| first(counts)).collect();
    let late = firsts.iter().filter(|&&hour| hour >= 168).count();
    // Half of forty, with a standard error of three.
    assert!((8..=32).contains(&late), "{late}");
    assert!(
        with.domains()
            .is_sorted_by_key(|domain| domain.name().to_owned())
    );
}

#[test]
fn domain_flux_takes_new_names_and_quiet_ones() {
    let innocent = simulate(&small().with_campaigns(0)).unwrap();
    let traffic = simulate(&small().with_shape(Shape::DomainFlux)).unwrap();
    let is_known = |name: &str| innocent.domains().iter().any(|one| one.name() == name);
    assert_eq!(traffic.domains().len(), 30 + 2 * 3);
    for campaign in traffic.campaigns() {
        let known = campaign.domains().iter().filter(|name| is_known(name));
        assert_eq!((known.count(), campaign.domains().len()), (2, 5));
    }
    // What was there before is as it was.
    let before: Vec<_> = counts_of(&traffic)
        .into_iter()
        .filter(|(name, _)| is_known(name))
        .collect();
    assert_eq!(before, counts_of(&innocent));
}

#[test]
fn settings_out_of_range_are_refused_by_name() {
    for (settings, name) in [
        (small().with_domains(0), "domains"),
        (small().with_weeks(0), "days"),
        (small().with_weeks(54), "days"),
        (small().with_clients(0), "clients"),
        (
            small().with_campaigns(7),
            "campaigns times domains_per_campaign",
        ),
        (
            small().with_clients_per_campaign(61),
            "clients_per_campaign",
        ),
        (small().with_factor(f64::NAN), "factor"),
        (small().with_window_hours(0), "window_hours"),
        (
            small().with_sizes(Sizes::NegativeBinomial { dispersion: 0.0 }),
            "dispersion",
        ),
    ] {
        assert_eq!(simulate(&settings).unwrap_err().name, name);
    }
}
