//! Checks the steps from single names to all: groups of a domain, windows strange for everyone, campaigns.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::fmt::Write;

use dns_anomaly::simulate::{
    Shape, SimulationSettings, Traffic, simulate, write_counts, write_log,
};
use dns_anomaly::{
    BinWidth, CalibratedDetection, CalibratedSettings, CampaignRate, CampaignSettings, Cause,
    FoundCampaign, GatherSettings, Gathered, NewestBin, Source, Spread, TieKind, campaign_rate,
    detect_calibrated, find_campaigns, gather,
};

fn day() -> BinWidth {
    "1d".parse().unwrap()
}

fn gathered(text: impl Into<Vec<u8>>) -> Gathered {
    // A campaign may end with the log; its last day counts.
    let settings = GatherSettings::default()
        .with_newest_bin(NewestBin::Keep)
        .with_contacts(day(), 1);
    gather(&[Source::from_bytes("input", text.into())], &settings).unwrap()
}

fn log(traffic: &Traffic) -> Vec<u8> {
    let mut log = Vec::new();
    write_log(traffic, &mut log).unwrap();
    log
}

fn detect(gathered: &Gathered) -> CalibratedDetection {
    let settings = CalibratedSettings::default();
    detect_calibrated(&gathered.table, &gathered.visits, &settings).unwrap()
}

fn campaigns(gathered: &Gathered, detection: &CalibratedDetection) -> Vec<FoundCampaign> {
    find_campaigns(
        &gathered.table,
        gathered.contacts.as_ref(),
        detection,
        &CampaignSettings::default(),
    )
}

/// An office of 150 clients and 150 names, 60 more that come in five weeks; `campaigns` of 20 names and three clients each.
fn office(seed: u64, campaigns: u32) -> SimulationSettings {
    SimulationSettings::default()
        .with_domains(150)
        .with_new_domains(60)
        .with_clients(150)
        .with_campaigns(campaigns)
        .with_domains_per_campaign(20)
        .with_clients_per_campaign(3)
        .with_shape(Shape::DomainFlux)
        .with_seed(seed)
}

fn planted(traffic: &Traffic) -> BTreeSet<String> {
    let names = traffic.campaigns().iter();
    names
        .flat_map(|campaign| campaign.domains().to_vec())
        .collect()
}

fn rate(settings: &SimulationSettings) -> CampaignRate {
    let traffic = simulate(settings).unwrap();
    let gathered = gathered(log(&traffic));
    let detection = detect(&gathered);
    let found = campaigns(&gathered, &detection);
    campaign_rate(&detection, &found, &planted(&traffic))
}

#[test]
fn innocent_traffic_has_campaigns_no_more_often_than_stated() {
    const SEEDS: u32 = 20;
    // Under the null every campaign is false: the rate of false ones is the probability of any.
    let share = |seeds: u32, campaigns: u32| {
        let with_any =
            (0..seeds).filter(|&seed| rate(&office(u64::from(seed), campaigns)).campaigns > 0);
        with_any.count() as f64 / f64::from(seeds)
    };
    let is_kept = |share: f64, seeds: u32| {
        let standard_error = (0.05_f64 * 0.95 / f64::from(seeds)).sqrt();
        share <= 0.05 || testkit::within_standard_errors(share, 0.05, standard_error)
    };
    let innocent = share(SEEDS, 0);
    assert!(is_kept(innocent, SEEDS), "{innocent}");
    // The control: with campaigns planted there is one more often than not.
    let guilty = share(SEEDS / 4, 1);
    assert!(!is_kept(guilty, SEEDS / 4) && guilty > 0.5, "{guilty}");
}

#[test]
fn more_names_of_a_campaign_are_found_than_alone_at_as_many_false_alarms() {
    let rates: Vec<CampaignRate> = (100..105).map(|seed| rate(&office(seed, 1))).collect();
    let sum = |of: fn(&CampaignRate) -> usize| rates.iter().map(of).sum::<usize>();
    let (planted, with, without) = (
        sum(|rate| rate.planted),
        sum(|rate| rate.with),
        sum(|rate| rate.without),
    );
    assert_eq!(planted, 100);
    assert!(with >= without + 30, "{with} and {without}: {rates:?}");
    assert_eq!(sum(|rate| rate.false_campaigns), 0, "{rates:?}");
}

#[test]
fn a_campaign_tells_its_clients_addresses_and_order() {
    let traffic = simulate(&office(100, 1)).unwrap();
    let gathered = gathered(log(&traffic));
    let found = campaigns(&gathered, &detect(&gathered));
    let best = &found[0];
    assert!(best.is_discovery);
    let truth = &traffic.campaigns()[0];
    let new: Vec<&str> = best
        .members
        .iter()
        .filter(|member| member.cause == Cause::New)
        .map(|member| &*member.domain)
        .collect();
    assert!(new.len() >= 5, "{new:?}");
    assert!(
        new.iter()
            .all(|name| truth.domains().contains(&(*name).to_owned()))
    );
    let shared = |kind| {
        let of_kind = best.shared.iter().filter(move |item| item.kind == kind);
        of_kind
            .map(|item| item.text.as_str())
            .collect::<Vec<&str>>()
    };
    for client in truth.clients() {
        let address = format!("10.1.{}.{}", client / 256, client % 256);
        assert!(
            shared(TieKind::Client)[..3].contains(&address.as_str()),
            "{address}"
        );
    }
    assert_eq!(shared(TieKind::Network)[0], "198.19.0.0/24");
    assert!(best.members.is_sorted_by_key(|member| member.onset_bin));
}

#[test]
fn campaigns_depend_neither_on_threads_nor_on_the_order_of_rows() {
    let text = String::from_utf8(log(&simulate(&office(100, 1)).unwrap())).unwrap();
    let (head, rows): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with('#'));
    let reversed: Vec<&str> = head.into_iter().chain(rows.into_iter().rev()).collect();
    let on = |text: &str, threads| {
        let gathered = gathered(text);
        let settings = CalibratedSettings::default().with_threads(threads);
        let detection = detect_calibrated(&gathered.table, &gathered.visits, &settings).unwrap();
        let found = campaigns(&gathered, &detection);
        (detection, found)
    };
    let expected = on(&text, 1);
    assert!(expected.1[0].is_discovery);
    assert_eq!(expected, on(&(reversed.join("\n") + "\n"), 2));
}

#[test]
fn a_resolver_that_asks_for_everything_ties_nothing_together() {
    // The same traffic, all of it through one address; names have addresses of their own.
    let traffic = simulate(&office(3, 0)).unwrap();
    let text = String::from_utf8(log(&traffic)).unwrap();
    let through_one: String = text
        .lines()
        .map(|line| {
            let mut fields: Vec<&str> = line.split('\t').collect();
            if !line.starts_with('#') {
                fields[2] = "10.9.9.9";
            }
            fields.join("\t") + "\n"
        })
        .collect();
    let gathered = gathered(through_one);
    let found = campaigns(&gathered, &detect(&gathered));
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn input_without_clients_or_windows_has_no_campaigns() {
    let gathered = gathered("domain,timestamp,count\na.example,0,1\nb.example,3600,2\n");
    assert!(campaigns(&gathered, &detect(&gathered)).is_empty());
    let plain = find_campaigns(
        &gathered.table,
        None,
        &detect(&gathered),
        &CampaignSettings::default(),
    );
    assert!(plain.is_empty());
}

/// The counts of innocent names, changed by a rule of name, hour and count.
fn counts(domains: u32, mut change: impl FnMut(&str, usize, u32) -> u32) -> String {
    let settings = SimulationSettings::default()
        .with_domains(domains)
        .with_campaigns(0)
        .with_seed(8);
    let traffic = simulate(&settings).unwrap();
    let mut original = Vec::new();
    write_counts(&traffic, &mut original).unwrap();
    let mut text = String::from("domain,timestamp,count\n");
    for domain in traffic.domains() {
        for (hour, count) in domain.counts().enumerate() {
            let count = change(domain.name(), hour, count);
            if count > 0 {
                let time = traffic.settings().time_of(hour);
                writeln!(text, "{},{time},{count}", domain.name()).unwrap();
            }
        }
    }
    text
}

/// Tuesday of the last week.
const STRANGE_DAY: usize = 29;
const AGAINST: &str = "site-000007.example";

fn is_on_strange_day(hour: usize) -> bool {
    hour / 24 == STRANGE_DAY
}

#[test]
fn an_outage_is_one_alert_and_only_who_moved_against_it_stays() {
    // Every tenth query of that day is left, but one name has many more.
    let mut asked = 0;
    let text = counts(120, |name, hour, count| {
        if !is_on_strange_day(hour) {
            return count;
        }
        if name == AGAINST {
            return 20 + count;
        }
        let before = asked;
        asked += count;
        asked / 10 - before / 10
    });
    let detection = detect(&gathered(text));
    let [strange] = &detection.strange_windows[..] else {
        panic!("{:?}", detection.strange_windows);
    };
    assert!(strange.p < 1e-3 && strange.factor < 0.3, "{strange:?}");
    assert!(strange.candidates > 10, "{strange:?}");
    assert!((1..=4).contains(&strange.against_crowd), "{strange:?}");
    assert_eq!(&*detection.domains[0].domain, AGAINST);
    let in_it = |episode: &dns_anomaly::CalibratedEpisode| {
        episode.is_discovery
            && episode.first_bin < strange.end_bin
            && strange.first_bin < episode.end_bin
    };
    let discovered = detection.domains.iter().flat_map(|domain| &domain.episodes);
    assert!(discovered.filter(|episode| in_it(episode)).count() <= 2);
}

#[test]
fn a_gap_of_the_sensor_accuses_nobody() {
    // Six hours in which nothing was heard, a day of three times the queries.
    let gap = counts(120, |_, hour, count| {
        let is_gap = is_on_strange_day(hour) && (8..20).contains(&(hour % 24));
        if is_gap { 0 } else { count }
    });
    let rush = counts(120, |_, hour, count| {
        if is_on_strange_day(hour) {
            4 * count
        } else {
            count
        }
    });
    for text in [gap, rush] {
        let detection = detect(&gathered(text));
        let [strange] = &detection.strange_windows[..] else {
            panic!("{:?}", detection.strange_windows);
        };
        assert!(strange.against_crowd <= 4, "{strange:?}");
        assert!(
            strange.candidates > 2 * strange.against_crowd,
            "{strange:?}"
        );
        assert!(detection.discoveries <= 1, "{strange:?}");
    }
    // The control: an ordinary day is not strange.
    let ordinary = detect(&gathered(counts(120, |_, _, count| count)));
    assert!(ordinary.strange_windows.is_empty());
}

#[test]
fn what_one_group_does_is_told_from_what_all_do() {
    let mut text = String::from("domain,timestamp,count,group\n");
    for hour in 0..5 * 168_u32 {
        for (number, group) in (0..).zip(["AT", "CH", "DE", "FR"]) {
            for (name, factor) in [("one.example", 1), ("all.example", 2), ("calm.example", 3)] {
                let usual = (hour * 7 + number * 5 + factor) % 11 % 4;
                let is_last_day = hour >= 34 * 24;
                let count = match (is_last_day, name, group) {
                    (true, "one.example", "CH") | (true, "all.example", _) => 30 + usual,
                    _ => usual,
                };
                if count > 0 {
                    writeln!(text, "{name},{},{count},{group}", u64::from(hour) * 3_600).unwrap();
                }
            }
        }
    }
    let detection = detect(&gathered(text));
    let episode = |name: &str| {
        let mut episodes = detection.domain_episodes.iter();
        episodes.find(|episode| &*episode.domain == name && episode.first_bin == 34 * 24)
    };
    let one = episode("one.example").unwrap();
    assert_eq!((one.spread, one.groups), (Some(Spread::One), 4));
    assert_eq!(one.drivers[0].group.as_deref(), Some("CH"));
    let all = episode("all.example").unwrap();
    assert_eq!((all.spread, all.drivers.len()), (Some(Spread::Many), 4));
    assert!(all.e > one.e && one.e > 20.0);
    assert!(episode("calm.example").is_none());
}
