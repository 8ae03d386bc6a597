//! Plants campaigns: more queries, by the same few clients, for several domains at once.
//!
//! In: settings and innocent domains. Out: the domains with planted counts, and each [`Campaign`]'s truth.

use std::ops::Range;

use rand::RngExt;
use rand::seq::index;

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
/// or 0.1, whichever is larger.
pub(super) fn plant(
    settings: &SimulationSettings,
    domains: &mut [SimulatedDomain],
) -> Vec<Campaign> {
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
                Shape::Burst => start..start + window,
                Shape::LevelShift => start..settings.hours(),
            };
            let clients = settings.clients();
            let mut clients: Vec<u32> = (0..clients).collect();
            let chosen = settings.clients_per_campaign() as usize;
            let clients: &mut [u32] =
                rand::seq::SliceRandom::partial_shuffle(&mut clients[..], &mut rng, chosen).0;
            clients.sort_unstable();
            let mut names = Vec::with_capacity(size);
            for &member in members {
                let domain = &mut domains[member];
                let mut rng = stream(settings.seed(), Purpose::Planted, domain.name());
                for hour in hours.clone() {
                    let excess =
                        (settings.factor() - 1.0) * domain.habits().mean(hour).max(LEAST_MEAN);
                    domain.planted[hour] = draw_poisson(excess, &mut rng);
                }
                names.push(domain.name().to_owned());
            }
            names.sort_unstable();
            Campaign {
                shape: settings.shape(),
                factor: settings.factor(),
                hours,
                domains: names,
                clients: clients.to_vec(),
            }
        })
        .collect()
}
