//! Looks for campaigns among the names of one window, by who asked for them and where they led.
//!
//! In: what was found in the window, who asked, and what names resolved to. Out: the campaigns that [`find_campaigns`]
//! sees in it.

use std::ops::Range;

use crate::bin_width::BinWidth;
use crate::calibrated::{CalibratedDetection, CalibratedSettings};
use crate::campaign::{CampaignSettings, FoundCampaign, find_campaigns};
use crate::contacts::{Contacts, ContactsBuilder, Resolution};
use crate::gather::Visit;
use crate::names::Names;
use crate::series::SeriesTable;

/// What names had to do with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Met<'a> {
    /// Who asked, in the bins of the window.
    pub(super) visits: &'a [Visit],
    /// Addresses by bin, of later bins, too.
    pub(super) resolutions: &'a [Resolution],
}

/// Campaigns in the window of these bins, which was judged by `calibrated`.
pub(super) fn campaigns(
    table: &SeriesTable,
    bins: Range<i64>,
    met: Met<'_>,
    detection: &CalibratedDetection,
    calibrated: &CalibratedSettings,
    settings: &CampaignSettings,
) -> Vec<FoundCampaign> {
    let contacts = contacts(met, bins, table.width(), calibrated);
    find_campaigns(table, Some(&contacts), detection, settings)
}

fn contacts(
    met: Met<'_>,
    bins: Range<i64>,
    width: BinWidth,
    calibrated: &CalibratedSettings,
) -> Contacts {
    let (mut domains, mut clients) = (Names::default(), Names::default());
    let mut contacts = ContactsBuilder::new(calibrated.stretch(), calibrated.seed());
    for visit in met.visits {
        let domain = domains.number(&visit.domain);
        let client = clients.number(&visit.client);
        contacts.client(domain, width.start_of(visit.bin), client, &visit.client);
    }
    let resolved = met.resolutions.iter();
    for one in resolved.filter(|one| bins.contains(&one.stretch)) {
        let domain = domains.number(&one.domain);
        contacts.address(domain, width.start_of(one.stretch), &one.address);
    }
    let (domains, domain_places) = domains.into_sorted();
    let (clients, client_places) = clients.into_sorted();
    contacts.finish(domains, &domain_places, clients, &client_places)
}
