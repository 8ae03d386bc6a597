//! Counts how many names of planted campaigns are found with and without the step from single names to campaigns.
//!
//! In: a detection, the campaigns found in it, the names planted. Out: a [`CampaignRate`].
//!
//! With the step, names are found that are discoveries themselves or members of a campaign that is one. Without it, the
//! best of the ranked names and the best of the new ones are taken, so many of each that as many innocent ones are among
//! them as with the step. So both have the same number of false alarms.

use std::collections::BTreeSet;

use crate::calibrated::{CalibratedDetection, CalibratedDomain};
use crate::campaign::{Cause, FoundCampaign};

/// Names of planted campaigns, found with and without the step to campaigns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CampaignRate {
    /// Names planted.
    pub planted: usize,
    /// Of these, found by single names and campaigns.
    pub with: usize,
    /// Of these, found by single names alone at as many false alarms.
    pub without: usize,
    /// Innocent names that are called with the step.
    pub false_alarms: usize,
    /// Campaigns that are discoveries.
    pub campaigns: usize,
    /// Of these, without any planted name.
    pub false_campaigns: usize,
}

/// Reads the names planted from the truth `simulate` writes.
///
/// # Errors
/// When the text is no such JSON.
///
/// ```
/// let truth = r#"{"campaigns": [{"domains": ["a.example"], "clients": []}, {"domains": ["b.example"]}]}"#;
/// assert_eq!(dns_anomaly::planted_names(truth)?.len(), 2);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn planted_names(truth: &str) -> Result<BTreeSet<String>, serde_json::Error> {
    #[derive(serde::Deserialize)]
    struct Planted {
        domains: Vec<String>,
    }
    #[derive(serde::Deserialize)]
    struct Truth {
        campaigns: Vec<Planted>,
    }
    let truth: Truth = serde_json::from_str(truth)?;
    let campaigns = truth.campaigns.into_iter();
    Ok(campaigns.flat_map(|campaign| campaign.domains).collect())
}

/// Counts what was found of the names `planted`.
pub fn campaign_rate(
    detection: &CalibratedDetection,
    found: &[FoundCampaign],
    planted: &BTreeSet<String>,
) -> CampaignRate {
    let discovered: Vec<&FoundCampaign> = found.iter().filter(|one| one.is_discovery).collect();
    let mut known: BTreeSet<&str> = detection
        .domains
        .iter()
        .filter(|domain| has_discovery(domain))
        .map(|domain| &*domain.domain)
        .collect();
    let mut new: BTreeSet<&str> = BTreeSet::new();
    for member in discovered.iter().flat_map(|campaign| &campaign.members) {
        match member.cause {
            Cause::StandsOut => known.insert(&member.domain),
            Cause::New => new.insert(&member.domain),
        };
    }
    let innocent = |names: &BTreeSet<&str>| {
        let names = names.iter();
        names.filter(|&&name| !planted.contains(name)).count()
    };
    let ranked = detection.domains.iter().map(|domain| &*domain.domain);
    let newcomers = detection.newcomers.iter().map(|one| &*one.domain);
    let mut without = best(ranked, planted, innocent(&known));
    without.extend(best(newcomers, planted, innocent(&new)));
    let with: BTreeSet<&str> = known.union(&new).copied().collect();
    let is_false = |campaign: &&&FoundCampaign| {
        let mut members = campaign.members.iter();
        !members.any(|member| planted.contains(&*member.domain))
    };
    CampaignRate {
        planted: planted.len(),
        with: with.len() - innocent(&with),
        without: without.len(),
        false_alarms: innocent(&with),
        campaigns: discovered.len(),
        false_campaigns: discovered.iter().filter(is_false).count(),
    }
}

fn has_discovery(domain: &CalibratedDomain) -> bool {
    domain.episodes.iter().any(|episode| episode.is_discovery)
}

/// The planted among the best names that hold `allowed` innocent ones.
fn best<'a>(
    names: impl Iterator<Item = &'a str>,
    planted: &BTreeSet<String>,
    allowed: usize,
) -> BTreeSet<&'a str> {
    let mut innocent = 0;
    names
        .take_while(|&name| {
            innocent += usize::from(!planted.contains(name));
            innocent <= allowed
        })
        .filter(|&name| planted.contains(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_count_until_one_innocent_too_many() {
        let planted: BTreeSet<String> = ["a", "c", "e"].map(str::to_owned).into();
        let count = |allowed| best("a b c d e".split(' '), &planted, allowed).len();
        assert_eq!([count(0), count(1), count(2)], [1, 2, 3]);
    }
}
