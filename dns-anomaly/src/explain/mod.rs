//! Collects all that is known of one name: how its verdicts came about, who asked, what it belongs to.
//!
//! In: what was gathered, a [`JudgedTable`], campaigns, a name. Out: a [`Dossier`]; behind feature `svg` a picture of it.
//!
//! `find` looks the name up and knows close ones, `contact` who had to do with it, `picture` draws its history.

mod contact;
mod find;
#[cfg(feature = "svg")]
mod picture;

use std::ops::Range;

pub use self::contact::Asker;
use self::contact::{addresses, askers};
pub use self::find::{UnknownName, find_name};
#[cfg(feature = "svg")]
pub use self::picture::history_svg;
use crate::calibrated::{
    CalibratedDomain, ExplainedWindow, Explanation, JudgedTable, Newcomer, StrangeWindow,
};
use crate::campaign::FoundCampaign;
use crate::gather::Gathered;
use crate::series::Series;
use crate::timestamp::Timestamp;

/// All that is known of one series.
#[derive(Debug, Clone, PartialEq)]
pub struct Dossier {
    /// Its windows and what the model makes of them.
    pub explanation: Explanation,
    /// Groups of the domain, all of them; empty when the input has no groups.
    pub groups: Vec<String>,
    /// Numbers of its bins.
    pub bins: Range<i64>,
    /// Number of queries.
    pub queries: u64,
    /// The window that is explained: the one asked for, or the newest that was judged; `None` when none was.
    pub window: Option<ExplainedWindow>,
    /// The stretch in which everyone was strange, when the window lies in one: what all did is taken out of its p.
    pub strange: Option<StrangeWindow>,
    /// Its place among the domains that stand out and its episodes, when it does.
    pub found: Option<CalibratedDomain>,
    /// What is known of it as a new name, when it is one.
    pub newcomer: Option<Newcomer>,
    /// Who asked for the domain in the window (without one: ever), in most bins first.
    pub askers: Vec<Asker>,
    /// Addresses the domain resolved to at that time, when they were kept.
    pub addresses: Vec<String>,
    /// The campaign it belongs to.
    pub campaign: Option<FoundCampaign>,
}

/// Why there is no dossier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExplainError {
    /// The name is not in the input.
    #[error(transparent)]
    Unknown(#[from] UnknownName),
    /// The domain has no such group.
    #[error("the group must be one of {}, got `{group}`", .groups.join(", "))]
    UnknownGroup {
        /// What was asked for.
        group: String,
        /// Groups there are.
        groups: Vec<String>,
    },
    /// No window of the series holds the time asked for.
    #[error("the time must lie in a window of `{domain}`, {windows}, got {time}")]
    NoWindow {
        /// The domain.
        domain: String,
        /// Where its windows lie.
        windows: String,
        /// What was asked for.
        time: Timestamp,
    },
}

/// What a dossier is put together from.
#[derive(Debug, Clone, Copy)]
pub struct Inquiry<'a> {
    /// Series, visits and contacts.
    pub gathered: &'a Gathered,
    /// The verdicts.
    pub judged: &'a JudgedTable<'a>,
    /// Campaigns found.
    pub campaigns: &'a [FoundCampaign],
}

impl Inquiry<'_> {
    /// The dossier of a domain, spelled as it is in the table. Without a group, of the domain's group that stands out
    /// most; without a time, of the newest window that was judged.
    ///
    /// # Errors
    /// [`ExplainError`]: there is no such name, group or window.
    pub fn dossier(
        &self,
        domain: &str,
        group: Option<&str>,
        time: Option<Timestamp>,
    ) -> Result<Dossier, ExplainError> {
        let table = &self.gathered.table;
        let all = table.series();
        let start = all.partition_point(|series| series.domain() < domain);
        let length = all[start..].partition_point(|series| series.domain() <= domain);
        let of_domain = &all[start..start + length];
        let series = self.series(domain, of_domain, group)?;
        let explanation = self.judged.explain(domain, series.group());
        let explanation = explanation.ok_or_else(|| UnknownName::of(table, domain))?;
        let window = self.window(&explanation, time)?;
        let bins = window
            .as_ref()
            .map_or(series.bins(), |window| window.first_bin..window.end_bin);
        let detection = self.judged.detection();
        let is_in =
            |one: &&FoundCampaign| one.members.iter().any(|member| &*member.domain == domain);
        let is_strange =
            |one: &&StrangeWindow| one.first_bin < bins.end && bins.start < one.end_bin;
        let is_same = |name: &str, group: Option<&str>| name == domain && group == series.group();
        let found = detection.domains.iter();
        let newcomers = detection.newcomers.iter();
        Ok(Dossier {
            groups: of_domain.iter().filter_map(group_of).collect(),
            bins: series.bins(),
            queries: series.total(),
            strange: detection.strange_windows.iter().find(is_strange).copied(),
            found: found
                .clone()
                .find(|one| is_same(&one.domain, one.group.as_deref()))
                .cloned(),
            newcomer: newcomers
                .clone()
                .find(|one| is_same(&one.domain, one.group.as_deref()))
                .cloned(),
            askers: askers(self.gathered, domain, &bins),
            addresses: addresses(self.gathered, domain, &bins),
            campaign: self.campaigns.iter().find(is_in).cloned(),
            explanation,
            window,
        })
    }

    /// The series of a group; without one, that which stands out most, else the first.
    fn series<'t>(
        &self,
        domain: &str,
        of_domain: &'t [Series],
        group: Option<&str>,
    ) -> Result<&'t Series, ExplainError> {
        let unknown = || UnknownName::of(&self.gathered.table, domain);
        let first = of_domain.first().ok_or_else(unknown)?;
        let with_group = |group: Option<&str>| of_domain.iter().find(|one| one.group() == group);
        if let Some(asked) = group {
            return with_group(group).ok_or_else(|| ExplainError::UnknownGroup {
                group: asked.to_owned(),
                groups: of_domain.iter().filter_map(group_of).collect(),
            });
        }
        // Domains come in the order of their p.
        let domains = &self.judged.detection().domains;
        let best = domains.iter().find(|one| &*one.domain == domain);
        Ok(best
            .and_then(|best| with_group(best.group.as_deref()))
            .unwrap_or(first))
    }

    fn window(
        &self,
        explanation: &Explanation,
        time: Option<Timestamp>,
    ) -> Result<Option<ExplainedWindow>, ExplainError> {
        let windows = &explanation.windows;
        let Some(time) = time else {
            let newest_judged = windows.iter().rev().find(|one| one.verdict.is_some());
            return Ok(newest_judged.cloned());
        };
        let width = self.gathered.table.width();
        let window = explanation.window_at(width.bin_of(time)).cloned();
        let refused = || ExplainError::NoWindow {
            domain: explanation.domain.to_string(),
            windows: match (windows.first(), windows.last()) {
                (Some(first), Some(last)) => format!(
                    "from {} to {}",
                    width.start_of(first.first_bin),
                    width.start_of(last.end_bin)
                ),
                _ => "of which there is none yet".to_owned(),
            },
            time,
        };
        window.ok_or_else(refused).map(Some)
    }
}

fn group_of(series: &Series) -> Option<String> {
    series.group().map(str::to_owned)
}
