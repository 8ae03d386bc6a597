//! Makes traffic with known campaigns, so that detection can be scored.
//!
//! In: [`SimulationSettings`] and a seed. Out: [`Traffic`]: hourly counts of innocent domains, some of them with a
//! campaign planted, and writers for a Zeek log, a counts table and the truth.
//! settings → `traffic` (innocent counts) → `campaign`, `flux` (what is added) → `write` (files).

mod campaign;
mod flux;
mod settings;
mod stream;
mod traffic;
mod write;

pub use self::campaign::{Campaign, Shape};
pub use self::settings::{SimulationError, SimulationSettings, Sizes};
pub(crate) use self::traffic::draw_poisson;
pub use self::traffic::{Habits, SimulatedDomain};
pub use self::write::{write_counts, write_log, write_truth, write_vectors};

/// Simulated traffic and what was planted in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Traffic {
    settings: SimulationSettings,
    domains: Vec<SimulatedDomain>,
    campaigns: Vec<Campaign>,
}

impl Traffic {
    /// The settings the traffic was made with.
    pub fn settings(&self) -> &SimulationSettings {
        &self.settings
    }

    /// The domains, sorted by name.
    pub fn domains(&self) -> &[SimulatedDomain] {
        &self.domains
    }

    /// The campaigns planted.
    pub fn campaigns(&self) -> &[Campaign] {
        &self.campaigns
    }
}

/// Simulates traffic.
///
/// Each domain draws from a stream of its own, so its innocent counts depend on the seed and its name only: not on
/// the number of other domains, and not on the campaigns.
///
/// # Errors
/// [`SimulationError`] when a setting is out of range.
///
/// ```
/// use dns_anomaly::simulate::{SimulationSettings, simulate};
///
/// let settings = SimulationSettings::default().with_domains(20).with_campaigns(1).with_seed(7);
/// let traffic = simulate(&settings)?;
/// let campaign = &traffic.campaigns()[0];
/// for domain in traffic.domains() {
///     let is_planted = campaign.domains().contains(&domain.name().to_owned());
///     assert_eq!(domain.planted().iter().any(|&count| count > 0), is_planted);
/// }
/// # Ok::<(), dns_anomaly::simulate::SimulationError>(())
/// ```
pub fn simulate(settings: &SimulationSettings) -> Result<Traffic, SimulationError> {
    settings.check()?;
    let mut domains = traffic::innocent(settings);
    let campaigns = campaign::plant(settings, &mut domains);
    Ok(Traffic {
        settings: settings.clone(),
        domains,
        campaigns,
    })
}

#[cfg(test)]
mod tests;
