//! Writes a state as bytes, and reads such bytes back or refuses them.
//!
//! In: a state. Out: a line that says what the bytes are and in which format, the length and a hash of the rest, and the
//! rest: postcard's encoding and packed bins, compressed by zstd. One state gives one sequence of bytes.
//!
//! The hash is FNV-1a's: it notes every change of a single byte, and other damage but for one case in 2^64. It finds
//! accidents; who may write the file may write any state.

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::intake::Waiting;
use super::known::{Facts, Known, Names};
use super::past::Counted;
use super::update::State;
use crate::bin_width::BinWidth;
use crate::contacts::Resolution;
use crate::deduplicate::{NO_CLIENT, Query, Span};
use crate::gather::Visit;
use crate::hash::fnv1a;
use crate::identity::Identity;
use crate::series::{Series, SeriesTable};
use crate::timestamp::Timestamp;

/// Bytes that are no state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateBytesError {
    /// Something else altogether.
    #[error("must begin with `dns-anomaly state` and a format, but does not")]
    NoState,
    /// A state of another version of this program.
    #[error("must be a state of format {FORMAT}, but is one of format {found}")]
    Format {
        /// Its format.
        found: String,
    },
    /// Cut off, or longer than it was.
    #[error("must have {expected} bytes after its head, but has {found}: it was cut or added to")]
    Length {
        /// As the head says.
        expected: u64,
        /// What is there.
        found: u64,
    },
    /// Changed.
    #[error("must have the hash {expected:016x}, but has {found:016x}: it was damaged")]
    Hash {
        /// As the head says.
        expected: u64,
        /// That of what is there.
        found: u64,
    },
    /// Bytes with the right hash that mean nothing.
    #[error("must be what this program writes, but is not: {reason}")]
    Content {
        /// What is wrong.
        reason: String,
    },
}

const MAGIC: &str = "dns-anomaly state ";
const FORMAT: u32 = 2;
/// zstd's fastest ordinary level: counts are small numbers, and higher ones gain a tenth.
const LEVEL: i32 = 1;

#[derive(Serialize, Deserialize)]
struct Saved<'a> {
    settings: Cow<'a, [(String, String)]>,
    bin_seconds: u32,
    identity_seed: [u64; 2],
    complete_until: Option<i64>,
    next_end: Option<i64>,
    counted: Cow<'a, Counted>,
    domains: Vec<Cow<'a, str>>,
    clients: Vec<Cow<'a, str>>,
    /// Identity, first, last minus first, domain, client plus 1; 0 for none.
    spans: Vec<(u64, i64, u64, u32, u32)>,
    /// Time, domain, client plus 1.
    unidentified: Vec<(i64, u32, u32)>,
    visits: SavedMeetings<'a>,
    resolutions: SavedMeetings<'a>,
    series: u64,
}

/// Domains, bins, and whom they met there.
#[derive(Serialize, Deserialize)]
struct SavedMeetings<'a> {
    /// Each once and sorted.
    domains: Vec<Cow<'a, str>>,
    others: Vec<Cow<'a, str>>,
    /// Place of the domain, bin, place of the other.
    meetings: Vec<(u32, i64, u32)>,
}

/// What stands before the packed bins of a series.
#[derive(Serialize, Deserialize)]
struct SavedSeries<'a> {
    domain: Cow<'a, str>,
    group: Option<Cow<'a, str>>,
    first_bin: i64,
    facts: Facts,
    /// Length of the packed bins.
    busy_bytes: u64,
}

/// Series written at once by a thread.
const TOGETHER: usize = 1_024;

impl State {
    /// The state as bytes.
    ///
    /// # Errors
    /// When compression cannot have the memory it needs.
    pub fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let visits = self.visits.iter();
        let visits = visits.map(|visit| (&*visit.domain, visit.bin, &*visit.client));
        let resolutions = self.resolutions.iter();
        let resolutions = resolutions.map(|one| (&*one.domain, one.stretch, &*one.address));
        let text = |texts: &'_ [Arc<str>]| -> Vec<Cow<'static, str>> {
            texts.iter().map(|text| text.to_string().into()).collect()
        };
        let saved = Saved {
            settings: Cow::Borrowed(&self.settings),
            bin_seconds: self.bin_width().seconds(),
            identity_seed: self.identity_seed,
            complete_until: self.complete_until,
            next_end: self.next_end,
            counted: Cow::Borrowed(&self.counted),
            domains: text(&self.waiting.domains),
            clients: text(&self.waiting.clients),
            spans: self.waiting.spans.iter().map(saved_span).collect(),
            unidentified: self
                .waiting
                .unidentified
                .iter()
                .map(|query| {
                    let client = query.client.map_or(0, |client| client + 1);
                    (query.time.microseconds(), query.domain, client)
                })
                .collect(),
            visits: SavedMeetings::of(visits),
            resolutions: SavedMeetings::of(resolutions),
            series: self.names.facts.len() as u64,
        };
        let known: Vec<Known<'_>> = self.names.iter().collect();
        let series: io::Result<Vec<Vec<u8>>> = known.par_chunks(TOGETHER).map(packed).collect();
        let mut encoder = zstd::Encoder::new(Vec::new(), LEVEL)?;
        postcard::to_io(&saved, &mut encoder).map_err(io::Error::other)?;
        for some in series? {
            encoder.write_all(&some)?;
        }
        let rest = encoder.finish()?;
        let mut bytes = format!("{MAGIC}{FORMAT}\n").into_bytes();
        bytes.extend((rest.len() as u64).to_le_bytes());
        bytes.extend(fnv1a(rest.iter().copied()).to_le_bytes());
        bytes.extend(rest);
        Ok(bytes)
    }

    /// The state of which these are the bytes.
    ///
    /// # Errors
    /// [`StateBytesError`]: they are of another format, cut, or changed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateBytesError> {
        let rest = checked(bytes)?;
        let content = |reason: &dyn std::fmt::Display| StateBytesError::Content {
            reason: reason.to_string(),
        };
        let rest = zstd::decode_all(rest).map_err(|error| content(&error))?;
        let (saved, mut rest): (Saved<'_>, &[u8]) =
            postcard::take_from_bytes(&rest).map_err(|error| content(&error))?;
        let width = BinWidth::from_seconds(saved.bin_seconds).map_err(|error| content(&error))?;
        let end = saved.complete_until.unwrap_or(0);
        let (mut series, mut facts) = (Vec::new(), Vec::new());
        for _ in 0..saved.series {
            let one: SavedSeries<'_>;
            (one, rest) = postcard::take_from_bytes(rest).map_err(|error| content(&error))?;
            facts.push(one.facts);
            let length = usize::try_from(one.busy_bytes).unwrap_or(usize::MAX);
            let Some((busy, after)) = rest.split_at_checked(length) else {
                return Err(content(&"bins are missing"));
            };
            rest = after;
            let one = one.series(end, busy);
            series.push(one.ok_or_else(|| content(&"bins are wrong"))?);
        }
        if !rest.is_empty() {
            return Err(content(&"there is more than a state"));
        }
        let is_sorted = series.is_sorted_by(|a: &Series, b| a.key() < b.key());
        let waiting = saved.waiting();
        let visits = saved.visits.each(|domain, bin, client| Visit {
            domain,
            bin,
            client,
        });
        let resolutions = saved
            .resolutions
            .each(|domain, stretch, address| Resolution {
                domain,
                stretch,
                address,
            });
        let (true, Some(waiting), Some(visits), Some(resolutions)) =
            (is_sorted, waiting, visits, resolutions)
        else {
            return Err(content(&"names are missing or not in order"));
        };
        Ok(Self {
            identity_seed: saved.identity_seed,
            complete_until: saved.complete_until,
            next_end: saved.next_end,
            names: Names {
                table: SeriesTable::of(width, series),
                facts,
            },
            visits,
            resolutions,
            counted: saved.counted.into_owned(),
            waiting,
            settings: saved.settings.into_owned(),
        })
    }
}

/// What follows the head, if it is what the head says.
fn checked(bytes: &[u8]) -> Result<&[u8], StateBytesError> {
    let rest = bytes
        .strip_prefix(MAGIC.as_bytes())
        .ok_or(StateBytesError::NoState)?;
    let line = memchr::memchr(b'\n', rest).ok_or(StateBytesError::NoState)?;
    let (format, rest) = rest.split_at(line);
    if format != FORMAT.to_string().as_bytes() {
        let found = String::from_utf8_lossy(&format[..format.len().min(20)]).into_owned();
        return Err(StateBytesError::Format { found });
    }
    let cut = StateBytesError::Length {
        expected: 16,
        found: rest.len() as u64 - 1,
    };
    let (length, rest) = rest[1..].split_first_chunk().ok_or(cut.clone())?;
    let (hash, rest) = rest.split_first_chunk().ok_or(cut)?;
    let (expected, found) = (u64::from_le_bytes(*length), rest.len() as u64);
    if expected != found {
        return Err(StateBytesError::Length { expected, found });
    }
    let (expected, found) = (u64::from_le_bytes(*hash), fnv1a(rest.iter().copied()));
    if expected != found {
        return Err(StateBytesError::Hash { expected, found });
    }
    Ok(rest)
}

fn saved_span(span: &Span) -> (u64, i64, u64, u32, u32) {
    let client = span.client.wrapping_add(1);
    let length = span.last.abs_diff(span.first);
    (span.identity.0, span.first, length, span.domain, client)
}

/// Series one after the other.
fn packed(some: &[Known<'_>]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for known in some {
        let series = known.series;
        let busy = series.packed();
        let saved = SavedSeries {
            domain: series.domain().into(),
            group: series.group().map(Into::into),
            first_bin: series.bins().start,
            facts: *known.facts,
            busy_bytes: busy.len() as u64,
        };
        postcard::to_io(&saved, &mut bytes).map_err(io::Error::other)?;
        bytes.extend_from_slice(busy);
    }
    Ok(bytes)
}

impl SavedSeries<'_> {
    fn series(&self, end: i64, busy: &[u8]) -> Option<Series> {
        let group = self.group.as_deref().map(Into::into);
        Series::from_packed((&*self.domain).into(), group, self.first_bin..end, busy)
    }
}

impl Saved<'_> {
    fn waiting(&self) -> Option<Waiting> {
        let domains = self.domains.len();
        let clients = self.clients.len();
        let is_known =
            |domain: u32, client: u32| (domain as usize) < domains && (client as usize) <= clients;
        let spans = self
            .spans
            .iter()
            .map(|&(identity, first, length, domain, client)| {
                is_known(domain, client).then_some(Span {
                    identity: Identity(identity),
                    first,
                    last: first.checked_add_unsigned(length)?,
                    domain,
                    client: client.checked_sub(1).unwrap_or(NO_CLIENT),
                })
            });
        let unidentified = self.unidentified.iter().map(|&(time, domain, client)| {
            is_known(domain, client).then_some(Query {
                time: Timestamp::from_microseconds(time),
                domain,
                client: client.checked_sub(1),
            })
        });
        Some(Waiting {
            spans: spans.collect::<Option<_>>()?,
            unidentified: unidentified.collect::<Option<_>>()?,
            domains: shared(&self.domains),
            clients: shared(&self.clients),
        })
    }
}

fn shared(texts: &[Cow<'_, str>]) -> Vec<Arc<str>> {
    texts.iter().map(|text| (&**text).into()).collect()
}

impl<'a> SavedMeetings<'a> {
    fn of(meetings: impl Iterator<Item = (&'a str, i64, &'a str)> + Clone) -> Self {
        let mut domains: Vec<&str> = meetings.clone().map(|(domain, _, _)| domain).collect();
        let mut others: Vec<&str> = meetings.clone().map(|(_, _, other)| other).collect();
        for names in [&mut domains, &mut others] {
            names.sort_unstable();
            names.dedup();
        }
        let place = |names: &[&str], name: &str| {
            let place = names.binary_search(&name).expect("every name is there");
            u32::try_from(place).expect("fewer than 2^32 names fit in memory")
        };
        let placed = meetings
            .map(|(domain, bin, other)| (place(&domains, domain), bin, place(&others, other)));
        let meetings = placed.collect();
        let text = |names: Vec<&'a str>| names.into_iter().map(Cow::Borrowed).collect();
        Self {
            meetings,
            domains: text(domains),
            others: text(others),
        }
    }

    /// What `of` makes of each; none if a place is beyond the names.
    fn each<T>(&self, of: impl Fn(Arc<str>, i64, Arc<str>) -> T) -> Option<Vec<T>> {
        let (domains, others) = (shared(&self.domains), shared(&self.others));
        let meetings = self.meetings.iter().map(|&(domain, bin, other)| {
            let domain = Arc::clone(domains.get(domain as usize)?);
            let other = Arc::clone(others.get(other as usize)?);
            Some(of(domain, bin, other))
        });
        meetings.collect()
    }
}
