//! Plants domain flux: many names, each asked for a few times by the same few clients.
//!
//! In: settings and innocent domains. Out: the domains, with those a program made up added, and each [`Campaign`]'s truth.
//!
//! The larger half of a campaign's names are new, twelve letters each; the others are known names of the quieter half:
//! sites that were broken into. Each is asked for 1 + Poisson(4) times at random hours of the campaign.

use rand::seq::index;
use rand::{Rng, RngExt};

use super::campaign::{Campaign, draw_clients};
use super::settings::{HOURS_PER_WEEK, SimulationSettings};
use super::stream::{Purpose, stream};
use super::traffic::{SimulatedDomain, draw_poisson};

/// Mean number of queries for a name, beyond the first.
const FURTHER_QUERIES: f64 = 4.0;
/// Letters of a made-up name.
const LETTERS: usize = 12;

pub(super) fn plant(
    settings: &SimulationSettings,
    domains: &mut Vec<SimulatedDomain>,
) -> Vec<Campaign> {
    let mut rng = stream(settings.seed(), Purpose::Campaigns, "");
    let size = settings.domains_per_campaign() as usize;
    let (campaigns, known) = (settings.campaigns() as usize, size / 2);
    let mut quiet: Vec<usize> = (0..domains.len()).collect();
    quiet.sort_by_key(|&domain| domains[domain].innocent().iter().sum::<u32>());
    // Campaigns have at most as many names as there are domains, hence half of them at most half.
    quiet.truncate(domains.len().div_ceil(2));
    let mut members = index::sample(&mut rng, quiet.len(), campaigns * known)
        .into_iter()
        .map(|place| quiet[place]);
    let last_week = settings.hours() - HOURS_PER_WEEK;
    let window = settings.window_hours() as usize;
    let mut made_up = Vec::new();
    let mut found = Vec::new();
    for _ in 0..campaigns {
        let start = last_week + rng.random_range(0..=HOURS_PER_WEEK - window);
        let hours = start..start + window;
        let clients = draw_clients(settings, &mut rng);
        let mut names = Vec::with_capacity(size);
        for member in members.by_ref().take(known) {
            let domain = &mut domains[member];
            let mut rng = stream(settings.seed(), Purpose::Planted, domain.name());
            ask(domain, &hours, &mut rng);
            names.push(domain.name().to_owned());
        }
        for _ in known..size {
            let mut domain = SimulatedDomain::new(made_up_name(&mut rng), settings.hours());
            ask(&mut domain, &hours, &mut rng);
            names.push(domain.name().to_owned());
            made_up.push(domain);
        }
        names.sort_unstable();
        found.push(Campaign::new(settings, hours, names, clients));
    }
    domains.append(&mut made_up);
    domains.sort_by(|a, b| a.name().cmp(b.name()));
    found
}

fn ask(domain: &mut SimulatedDomain, hours: &std::ops::Range<usize>, rng: &mut impl Rng) {
    for _ in 0..=draw_poisson(FURTHER_QUERIES, rng) {
        domain.plant(rng.random_range(hours.clone()), 1);
    }
}

/// Two of 26¹² are hardly ever the same.
fn made_up_name(rng: &mut impl Rng) -> String {
    let label: String = (0..LETTERS)
        .map(|_| char::from(rng.random_range(b'a'..=b'z')))
        .collect();
    format!("{label}.example")
}
