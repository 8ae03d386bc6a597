//! Draws the innocent counts of each domain.
//!
//! In: settings. Out: one [`SimulatedDomain`] each, nothing planted yet.
//!
//! x = 0 with probability π, else x ~ Poisson(λ) or NB2(λ, r), where λ = level · (night factor at night) · (weekend
//! factor at the weekend). Level, π and the factors differ from domain to domain.

use rand::{Rng, RngExt};
use rand_distr::{Beta, Distribution, Gamma, LogNormal, Poisson};

use super::settings::{SimulationSettings, Sizes};
use super::stream::{Purpose, stream};

/// One domain's simulated series.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulatedDomain {
    name: String,
    habits: Habits,
    innocent: Vec<u32>,
    /// Empty where no campaign is: a million domains have hardly any.
    planted: Vec<u32>,
}

/// How a domain is ordinarily asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Habits {
    /// Mean count of an hour on a weekday's day, given that the domain is awake.
    pub level: f64,
    /// Probability that an hour is silent whatever the level: the zero-inflated model's π.
    pub zero_prob: f64,
    /// Multiplies the level from 20:00 to 08:00 UTC.
    pub night_factor: f64,
    /// Multiplies the level on Saturday and Sunday.
    pub weekend_factor: f64,
}

impl SimulatedDomain {
    /// A name nobody asks for ordinarily.
    pub(super) fn new(name: String, hours: usize) -> Self {
        Self {
            name,
            habits: Habits {
                level: 0.0,
                zero_prob: 1.0,
                night_factor: 1.0,
                weekend_factor: 1.0,
            },
            innocent: vec![0; hours],
            planted: Vec::new(),
        }
    }

    /// Adds a campaign's queries in an hour.
    pub(super) fn plant(&mut self, hour: usize, count: u32) {
        self.planted.resize(self.innocent.len(), 0);
        self.planted[hour] += count;
    }

    /// Whether nobody asks for the name ordinarily.
    pub(super) fn is_made_up(&self) -> bool {
        self.habits.zero_prob >= 1.0
    }

    /// The domain's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How the domain is ordinarily asked for.
    pub fn habits(&self) -> Habits {
        self.habits
    }

    /// Ordinary queries, one count an hour.
    pub fn innocent(&self) -> &[u32] {
        &self.innocent
    }

    /// Queries a campaign added, one count an hour; empty when no campaign asked for it.
    pub fn planted(&self) -> &[u32] {
        &self.planted
    }

    /// All queries, one count an hour.
    pub fn counts(&self) -> impl Iterator<Item = u32> {
        let planted = self.planted.iter().copied().chain(std::iter::repeat(0));
        self.innocent
            .iter()
            .zip(planted)
            .map(|(innocent, planted)| innocent + planted)
    }
}

impl Habits {
    /// λ, the mean count of hour `hour` (0 is Monday midnight) given that the domain is awake.
    pub fn awake_mean(&self, hour: usize) -> f64 {
        let is_night = !(8..20).contains(&(hour % 24));
        let is_weekend = hour / 24 % 7 >= 5;
        let night = if is_night { self.night_factor } else { 1.0 };
        let weekend = if is_weekend { self.weekend_factor } else { 1.0 };
        self.level * night * weekend
    }

    /// (1 − π) λ, the mean count of hour `hour`.
    pub fn mean(&self, hour: usize) -> f64 {
        (1.0 - self.zero_prob) * self.awake_mean(hour)
    }

    /// Levels spread over two orders of magnitude with median 3; on average two thirds of the hours are silent, as in
    /// the talk's example (π about 0.74, λ about 7.3).
    fn draw(rng: &mut impl Rng) -> Self {
        let level = LogNormal::new(3.0_f64.ln(), 1.0).expect("a standard deviation of 1 is valid");
        let zero_prob = Beta::new(2.0, 1.0).expect("shapes above zero are valid");
        Self {
            level: level.sample(rng),
            zero_prob: zero_prob.sample(rng),
            night_factor: rng.random_range(0.2..1.0),
            weekend_factor: rng.random_range(0.3..1.2),
        }
    }
}

/// Draws every domain's habits and innocent counts; sorted by name.
pub(super) fn innocent(settings: &SimulationSettings) -> Vec<SimulatedDomain> {
    // `.example` is reserved for documentation (RFC 2606): no real name is ever accused.
    let new = (0..settings.new_domains()).map(|number| {
        let name = format!("later-{number:06}.example");
        let mut rng = stream(settings.seed(), Purpose::Innocent, &name);
        let arrival = rng.random_range(0..settings.hours());
        draw_domain(settings, name, arrival, &mut rng)
    });
    let old = (0..settings.domains()).map(|number| {
        let name = format!("site-{number:06}.example");
        let mut rng = stream(settings.seed(), Purpose::Innocent, &name);
        draw_domain(settings, name, 0, &mut rng)
    });
    new.chain(old).collect()
}

/// A domain nobody asks for before hour `arrival`.
fn draw_domain(
    settings: &SimulationSettings,
    name: String,
    arrival: usize,
    rng: &mut impl Rng,
) -> SimulatedDomain {
    let habits = Habits::draw(rng);
    let hours = settings.hours();
    let mut innocent = vec![0; hours];
    for (hour, count) in innocent.iter_mut().enumerate().skip(arrival) {
        *count = draw_count(habits, settings.sizes(), hour, rng);
    }
    SimulatedDomain {
        name,
        habits,
        innocent,
        planted: Vec::new(),
    }
}

fn draw_count(habits: Habits, sizes: Sizes, hour: usize, rng: &mut impl Rng) -> u32 {
    if rng.random_bool(habits.zero_prob) {
        return 0;
    }
    let mean = habits.awake_mean(hour);
    match sizes {
        Sizes::Poisson => draw_poisson(mean, rng),
        // A Poisson count whose rate is Gamma(r, μ/r) is NB2(μ, r).
        Sizes::NegativeBinomial { dispersion } => {
            let rate =
                Gamma::new(dispersion, mean / dispersion).expect("checked: both are above zero");
            draw_poisson(rate.sample(rng), rng)
        }
    }
}

/// A Poisson count; a rate that underflowed to zero gives zero.
pub(crate) fn draw_poisson(mean: f64, rng: &mut impl Rng) -> u32 {
    match Poisson::new(mean) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a Poisson draw is whole and not negative; the cast saturates"
        )]
        Ok(poisson) => poisson.sample(rng) as u32,
        Err(_) => 0,
    }
}
