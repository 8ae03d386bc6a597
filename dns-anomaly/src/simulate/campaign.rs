//! Plants campaigns: more queries, by the same few clients, for several domains at once.
//!
//! In: settings and innocent domains. Out: the domains with planted counts, and each [`Campaign`]'s truth.

use std::ops::Range;

use rand::seq::index;
use rand::{Rng, RngExt};

use super::flux;
use super::settings::{HOURS_PER_WEEK, SimulationSettings};
use super::stream::{Purpose, stream};
use super::traffic::{SimulatedDomain, draw_poisson};

/// What a campaign looks like in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// It begins and ends within the last week.
    #[default]
    Burst,
    /// It begins in the last week and does not end.
    LevelShift,
    /// For a while in the last week few clients ask for many names, new and quiet ones, a few times each. The factor
    /// does not matter.
    DomainFlux,
}

/// The truth about one campaign.
#[derive(Debug, Clone, PartialEq)]
pub struct Campaign {
    shape: Shape,
    factor: f64,
    hours: Range<usize>,
    domains: Vec<String>,
    clients: Vec<u32>,
}

impl Campaign {
    pub(super) fn new(
        settings: &SimulationSettings,
        hours: Range<usize>,
        domains: Vec<String>,
        clients: Vec<u32>,
    ) -> Self {
        Self {
            shape: settings.shape(),
            factor: settings.factor(),
            hours,
            domains,
            clients,
        }
    }

    /// What it looks like in time.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The mean volume while it lasts, as a multiple of the ordinary mean (taken as at least 0.1 an hour).
    pub fn factor(&self) -> f64 {
        self.factor
    }

    /// The bins it touches.
    pub fn hours(&self) -> Range<usize> {
        self.hours.clone()
    }

    /// Its domains, sorted.
    pub fn domains(&self) -> &[String] {
        &self.domains
    }

    /// Numbers of the clients that ask for them, sorted.
    pub fn clients(&self) -> &[u32] {
        &self.clients
    }
}

/// The least ordinary mean a campaign multiplies, in queries an hour. Some domains are asked for once a month, and
/// a campaign that multiplies nothing would be a truth nobody can find.
const LEAST_MEAN: f64 = 0.1;

/// Adds the campaigns' queries to `domains`: Poisson((factor − 1) · m) in every hour touched, m the mean of the hour
/// or 0.1, whichever is larger; domain flux is of another kind.
pub(super) fn plant(
    settings: &SimulationSettings,
    domains: &mut Vec<SimulatedDomain>,
) -> Vec<Campaign> {
    if settings.shape() == Shape::DomainFlux {
        return flux::plant(settings, domains);
    }
    let mut rng = stream(settings.seed(), Purpose::Campaigns, "");
    let size = settings.domains_per_campaign() as usize;
    let members = index::sample(
        &mut rng,
        domains.len(),
        size * settings.campaigns() as usize,
    )
    .into_vec();
    let last_week = settings.hours() - HOURS_PER_WEEK;
    let window = settings.window_hours() as usize;
    members
        .chunks(size)
        .map(|members| {
            let start = last_week + rng.random_range(0..=HOURS_PER_WEEK - window);
            let hours = match settings.shape() {
                Shape::Burst | Shape::DomainFlux => start..start + window,
                Shape::LevelShift => start..settings.hours(),
            };
            let clients = draw_clients(settings, &mut rng);
            let mut names = Vec::with_capacity(size);
            for &member in members {
                let domain = &mut domains[member];
                let mut rng = stream(settings.seed(), Purpose::Planted, domain.name());
                for hour in hours.clone() {
                    let excess =
                        (settings.factor() - 1.0) * domain.habits().mean(hour).max(LEAST_MEAN);
                    domain.plant(hour, draw_poisson(excess, &mut rng));
                }
                names.push(domain.name().to_owned());
            }
            names.sort_unstable();
            Campaign::new(settings, hours, names, clients)
        })
        .collect()
}

/// The clients of one campaign, sorted.
pub(super) fn draw_clients(settings: &SimulationSettings, rng: &mut impl Rng) -> Vec<u32> {
    let mut clients: Vec<u32> = (0..settings.clients()).collect();
    let chosen = settings.clients_per_campaign() as usize;
    let chosen = rand::seq::SliceRandom::partial_shuffle(&mut clients[..], rng, chosen).0;
    chosen.sort_unstable();
    chosen.to_vec()
}
