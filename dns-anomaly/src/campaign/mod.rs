//! Goes from single names that stand out to campaigns: names that do so together and share clients or addresses.
//!
//! In: a detection, its table, contacts if they were kept, and [`CampaignSettings`]. Out: [`FoundCampaign`]s.
//!
//! `domains` numbers names, `node` lists those that stand out or are new, `tie` who has to do with whom. `hub` finds
//! clients, addresses, networks and shapes they gather at, `edge` joins names, `cluster` joins edges, `found` weighs
//! clusters. `chance` has the probabilities.

#![expect(
    clippy::cast_possible_truncation,
    reason = "numbers of names and of windows fit 32 bits: names are numbered by them"
)]

mod chance;
mod cluster;
mod domains;
mod edge;
mod found;
mod hub;
mod node;
mod settings;
mod tie;

use std::collections::BTreeSet;

pub use self::found::{CampaignMember, FoundCampaign, SharedItem};
pub use self::node::Cause;
pub use self::settings::CampaignSettings;
pub use self::tie::TieKind;

use self::domains::Domains;
use self::hub::Hubs;
use self::node::Nodes;
use self::tie::TieIndex;
use crate::calibrated::CalibratedDetection;
use crate::contacts::Contacts;
use crate::series::SeriesTable;

/// Looks for campaigns among the names that stand out in a detection of the same table.
///
/// All clusters are returned, best first; those to believe are [`FoundCampaign::is_discovery`]. Without contacts only
/// new names of like shape are joined. Work and memory grow with names, windows and contacts, never with pairs of names.
///
/// ```
/// use dns_anomaly::simulate::{Shape, SimulationSettings, simulate, write_log};
/// use dns_anomaly::{
///     CalibratedSettings, CampaignSettings, GatherSettings, Source, detect_calibrated, find_campaigns, gather,
/// };
///
/// let traffic = simulate(&SimulationSettings::default().with_campaigns(0).with_domains(40))?;
/// let mut log = Vec::new();
/// write_log(&traffic, &mut log)?;
/// let settings = GatherSettings::default().with_contacts("1d".parse()?, 1);
/// let gathered = gather(&[Source::from_bytes("dns.log", log)], &settings)?;
/// let detection = detect_calibrated(&gathered.table, &gathered.visits, &CalibratedSettings::default())?;
/// let found =
///     find_campaigns(&gathered.table, gathered.contacts.as_ref(), &detection, &CampaignSettings::default());
/// assert!(found.iter().all(|campaign| !campaign.is_discovery), "innocent traffic has none");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn find_campaigns(
    table: &SeriesTable,
    contacts: Option<&Contacts>,
    detection: &CalibratedDetection,
    settings: &CampaignSettings,
) -> Vec<FoundCampaign> {
    let domains = Domains::of(table);
    let nodes = Nodes::of(table, &domains, detection);
    let ties = TieIndex::new(table, &domains, contacts);
    let hubs = Hubs::find(&nodes, &ties, settings);
    let edges = edge::edges(&nodes, &hubs);
    let gatherings = hubs.joining();
    let mut clusters = cluster::clusters(nodes.all.len(), &edges, &gatherings);
    clusters.retain(|cluster| {
        let names: BTreeSet<u32> = cluster
            .iter()
            .map(|&node| nodes.all[node as usize].domain)
            .collect();
        names.len() >= settings.minimum_names()
    });
    let windows = &detection.domain_windows;
    // One more of each: a share of 0 would make any evidence nothing.
    let candidate_share = (windows.flagged.len() + 1) as f64 / (windows.judged + 1) as f64;
    found::weigh(&nodes, &hubs, &clusters, &ties, candidate_share, settings)
}
