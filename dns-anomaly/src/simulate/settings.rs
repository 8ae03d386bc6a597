//! Says what traffic to simulate, and checks that it can be.
//!
//! In: chained `with_*` calls. Out: settings that hold, or a [`SimulationError`].

use super::Shape;
use crate::bin_width::BinWidth;
use crate::timestamp::Timestamp;

/// Hours in a week: the series' season, and the end of it that campaigns lie in.
pub(super) const HOURS_PER_WEEK: usize = 168;

/// What traffic to simulate.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulationSettings {
    seed: u64,
    domains: u32,
    new_domains: u32,
    days: u32,
    clients: u32,
    sizes: Sizes,
    campaigns: u32,
    domains_per_campaign: u32,
    clients_per_campaign: u32,
    shape: Shape,
    factor: f64,
    window_hours: u32,
}

/// How the counts of a bin vary around their mean when the domain is awake.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sizes {
    /// Variance equal to the mean: the talk's zero-inflated Poisson.
    Poisson,
    /// Variance μ + μ²/r.
    NegativeBinomial {
        /// r, above zero.
        dispersion: f64,
    },
}

/// A setting that is out of range.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{name} must be {constraint}, got {value}")]
pub struct SimulationError {
    /// Name of the setting.
    pub name: &'static str,
    /// What must hold.
    pub constraint: &'static str,
    /// The value given.
    pub value: f64,
}

impl Default for SimulationSettings {
    /// A small office: five weeks (four to learn from, one to judge), 200 domains, 60 clients; two campaigns of five
    /// domains, each a day of twenty times the ordinary volume by four clients. Counts are over-dispersed with r = 2,
    /// since real ones never were Poisson where we looked.
    fn default() -> Self {
        Self {
            seed: 0,
            domains: 200,
            new_domains: 0,
            days: 35,
            clients: 60,
            sizes: Sizes::NegativeBinomial { dispersion: 2.0 },
            campaigns: 2,
            domains_per_campaign: 5,
            clients_per_campaign: 4,
            shape: Shape::Burst,
            factor: 20.0,
            window_hours: 24,
        }
    }
}

impl SimulationSettings {
    /// The seed all streams derive from.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The number of domains, at least one.
    #[must_use]
    pub fn with_domains(mut self, domains: u32) -> Self {
        self.domains = domains;
        self
    }

    /// The number of innocent domains beside these that nobody asks for before some hour.
    #[must_use]
    pub fn with_new_domains(mut self, domains: u32) -> Self {
        self.new_domains = domains;
        self
    }

    /// The number of weeks, at least one. Campaigns lie in the last one.
    #[must_use]
    pub fn with_weeks(self, weeks: u32) -> Self {
        self.with_days(weeks.saturating_mul(7))
    }

    /// The number of days, at least seven. Campaigns lie in the last seven.
    #[must_use]
    pub fn with_days(mut self, days: u32) -> Self {
        self.days = days;
        self
    }

    /// The number of clients, at least one.
    #[must_use]
    pub fn with_clients(mut self, clients: u32) -> Self {
        self.clients = clients;
        self
    }

    /// How counts vary around their mean.
    #[must_use]
    pub fn with_sizes(mut self, sizes: Sizes) -> Self {
        self.sizes = sizes;
        self
    }

    /// The number of campaigns; 0 makes innocent traffic.
    #[must_use]
    pub fn with_campaigns(mut self, campaigns: u32) -> Self {
        self.campaigns = campaigns;
        self
    }

    /// The number of domains in each campaign, at least one. No domain is in two.
    #[must_use]
    pub fn with_domains_per_campaign(mut self, domains: u32) -> Self {
        self.domains_per_campaign = domains;
        self
    }

    /// The number of clients that ask for a campaign's domains, at least one.
    #[must_use]
    pub fn with_clients_per_campaign(mut self, clients: u32) -> Self {
        self.clients_per_campaign = clients;
        self
    }

    /// What a campaign looks like in time.
    #[must_use]
    pub fn with_shape(mut self, shape: Shape) -> Self {
        self.shape = shape;
        self
    }

    /// The mean volume in a campaign, as a multiple of the domain's ordinary mean; above 1.
    #[must_use]
    pub fn with_factor(mut self, factor: f64) -> Self {
        self.factor = factor;
        self
    }

    /// The length of a burst in hours, from 1 to 168.
    #[must_use]
    pub fn with_window_hours(mut self, hours: u32) -> Self {
        self.window_hours = hours;
        self
    }

    /// The seed all streams derive from.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The number of domains.
    pub fn domains(&self) -> u32 {
        self.domains
    }

    /// The number of innocent domains that nobody asks for before some hour.
    pub fn new_domains(&self) -> u32 {
        self.new_domains
    }

    /// The number of days.
    pub fn days(&self) -> u32 {
        self.days
    }

    /// The number of clients.
    pub fn clients(&self) -> u32 {
        self.clients
    }

    /// How counts vary around their mean.
    pub fn sizes(&self) -> Sizes {
        self.sizes
    }

    /// The number of campaigns.
    pub fn campaigns(&self) -> u32 {
        self.campaigns
    }

    /// The number of domains in each campaign.
    pub fn domains_per_campaign(&self) -> u32 {
        self.domains_per_campaign
    }

    /// The number of clients that ask for a campaign's domains.
    pub fn clients_per_campaign(&self) -> u32 {
        self.clients_per_campaign
    }

    /// What a campaign looks like in time.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The mean volume in a campaign, as a multiple of the ordinary mean.
    pub fn factor(&self) -> f64 {
        self.factor
    }

    /// The length of a burst in hours.
    pub fn window_hours(&self) -> u32 {
        self.window_hours
    }

    /// The time of bin `hour`. Bin 0 is midnight of Monday, 1 January 2024 (UTC), so that weeks are calendar weeks.
    pub fn time_of(&self, hour: usize) -> Timestamp {
        const FIRST_HOUR: i64 = 473_352;
        BinWidth::HOUR.start_of(FIRST_HOUR.saturating_add_unsigned(hour as u64))
    }

    /// Number of hourly bins.
    pub fn hours(&self) -> usize {
        self.days as usize * 24
    }

    /// Checks every setting.
    pub(super) fn check(&self) -> Result<(), SimulationError> {
        let require = |holds: bool, name, constraint, value| {
            if holds {
                Ok(())
            } else {
                Err(SimulationError {
                    name,
                    constraint,
                    value,
                })
            }
        };
        let count = |name, value: u32| require(value >= 1, name, "at least 1", f64::from(value));
        count("domains", self.domains)?;
        count("clients", self.clients)?;
        count("domains_per_campaign", self.domains_per_campaign)?;
        // A year, and a million domains: what one machine's memory holds.
        require(
            (7..=371).contains(&self.days),
            "days",
            "between 7 and 371",
            f64::from(self.days),
        )?;
        require(
            self.domains <= 1_000_000,
            "domains",
            "at most 1000000",
            f64::from(self.domains),
        )?;
        require(
            self.new_domains <= 1_000_000,
            "new_domains",
            "at most 1000000",
            f64::from(self.new_domains),
        )?;
        require(
            self.clients <= 65_536,
            "clients",
            "at most 65536",
            f64::from(self.clients),
        )?;
        let planted = u64::from(self.campaigns) * u64::from(self.domains_per_campaign);
        require(
            planted <= u64::from(self.domains),
            "campaigns times domains_per_campaign",
            "at most the number of domains",
            planted as f64,
        )?;
        require(
            (1..=self.clients).contains(&self.clients_per_campaign),
            "clients_per_campaign",
            "between 1 and the number of clients",
            f64::from(self.clients_per_campaign),
        )?;
        let is_factor = self.factor > 1.0 && self.factor <= 1e4;
        require(
            is_factor,
            "factor",
            "above 1 and at most 10000",
            self.factor,
        )?;
        let hours = f64::from(self.window_hours);
        require(
            (1.0..=168.0).contains(&hours),
            "window_hours",
            "between 1 and 168",
            hours,
        )?;
        match self.sizes {
            Sizes::Poisson => Ok(()),
            Sizes::NegativeBinomial { dispersion } => {
                let holds = dispersion > 0.0 && dispersion.is_finite();
                require(holds, "dispersion", "finite and above 0", dispersion)
            }
        }
    }
}
