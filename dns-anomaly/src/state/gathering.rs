//! Looks for campaigns among the names of one window, by who asked for them.
//!
//! In: what was found in the window, and who asked. Out: the campaigns that [`find_campaigns`] sees in it. A state keeps
//! no addresses, so that names are joined by clients, and new ones by their shape.

use crate::bin_width::BinWidth;
use crate::calibrated::CalibratedDetection;
use crate::campaign::{CampaignSettings, FoundCampaign, find_campaigns};
use crate::contacts::{Contacts, ContactsBuilder};
use crate::gather::Visit;
use crate::names::Names;
use crate::series::SeriesTable;

/// Campaigns in the window that `visits` are of; `stretch` is the time between windows.
pub(super) fn campaigns(
    table: &SeriesTable,
    visits: &[Visit],
    detection: &CalibratedDetection,
    stretch: BinWidth,
    seed: u64,
    settings: &CampaignSettings,
) -> Vec<FoundCampaign> {
    let contacts = contacts(visits, table.width(), stretch, seed);
    find_campaigns(table, Some(&contacts), detection, settings)
}

fn contacts(visits: &[Visit], width: BinWidth, stretch: BinWidth, seed: u64) -> Contacts {
    let (mut domains, mut clients) = (Names::default(), Names::default());
    let mut contacts = ContactsBuilder::new(stretch, seed);
    for visit in visits {
        let domain = domains.number(&visit.domain);
        let client = clients.number(&visit.client);
        contacts.client(domain, width.start_of(visit.bin), client, &visit.client);
    }
    let (domains, domain_places) = domains.into_sorted();
    let (clients, client_places) = clients.into_sorted();
    contacts.finish(domains, &domain_places, clients, &client_places)
}
