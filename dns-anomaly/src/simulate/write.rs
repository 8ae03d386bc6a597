//! Writes simulated traffic: a Zeek log, a counts table, and the truth.
//!
//! In: [`Traffic`] and any writer. Out: text another program, or this one, can read.
//! Log and table agree: counting the log gives the table.

use std::collections::HashMap;
use std::io::{self, Write};

use rand::rngs::ChaCha8Rng;
use rand::seq::index;
use rand::{Rng, RngExt};
use serde_json::json;

use super::stream::{Purpose, stream};
use super::{Campaign, Shape, SimulatedDomain, Sizes, Traffic};
use crate::timestamp::MICROSECONDS_PER_SECOND;

const HEADER: &str = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n\
    #fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ttrans_id\tquery\tqtype_name\trcode_name\tanswers\n\
    #types\ttime\tstring\taddr\tport\taddr\tport\tenum\tcount\tstring\tstring\tstring\tvector[string]\n";

/// The most clients that ordinarily ask for one domain.
const MAXIMUM_VISITORS: usize = 12;

/// Writes every query as a row of a Zeek dns.log, in time order.
///
/// # Errors
/// What `writer` returns.
pub fn write_log(traffic: &Traffic, mut writer: impl Write) -> io::Result<()> {
    let campaign_of: HashMap<&str, (usize, &Campaign)> = traffic
        .campaigns()
        .iter()
        .enumerate()
        .flat_map(|numbered| {
            let names = numbered.1.domains().iter();
            names.map(move |name| (name.as_str(), numbered))
        })
        .collect();
    let mut askers: Vec<Asker<'_>> = traffic
        .domains()
        .iter()
        .enumerate()
        .map(|(number, domain)| {
            let campaign = campaign_of.get(domain.name()).copied();
            Asker::new(traffic, number, domain, campaign)
        })
        .collect();
    writer.write_all(HEADER.as_bytes())?;
    let mut rows = Vec::new();
    for hour in 0..traffic.settings().hours() {
        let start = traffic.settings().time_of(hour).microseconds();
        rows.clear();
        for asker in &mut askers {
            asker.ask(hour, start, &mut rows);
        }
        rows.sort_unstable();
        for (microseconds, row) in &rows {
            let seconds = microseconds / MICROSECONDS_PER_SECOND;
            let fraction = microseconds % MICROSECONDS_PER_SECOND;
            writeln!(writer, "{seconds}.{fraction:06}\t{row}")?;
        }
    }
    writer.write_all(b"#close\t-\n")?;
    writer.flush()
}

/// Writes busy bins as `domain,timestamp,count`, sorted by domain and time.
///
/// # Errors
/// What `writer` returns.
pub fn write_counts(traffic: &Traffic, mut writer: impl Write) -> io::Result<()> {
    writeln!(writer, "domain,timestamp,count")?;
    for domain in traffic.domains() {
        for (hour, count) in domain.counts().enumerate().filter(|&(_, count)| count > 0) {
            writeln!(
                writer,
                "{},{},{count}",
                domain.name(),
                traffic.settings().time_of(hour)
            )?;
        }
    }
    writer.flush()
}

/// Writes hourly vectors, one JSON object a domain, sorted: `{"domain":…,"dates":[start,end],"queries":[…]}` with the
/// times of the first and the last hour in milliseconds.
///
/// # Errors
/// What `writer` returns.
pub fn write_vectors(traffic: &Traffic, mut writer: impl Write) -> io::Result<()> {
    let settings = traffic.settings();
    let milliseconds = |hour| settings.time_of(hour).microseconds() / 1_000;
    let dates = [milliseconds(0), milliseconds(settings.hours() - 1)];
    for domain in traffic.domains() {
        let queries: Vec<u32> = domain.counts().collect();
        let vector = json!({"domain": domain.name(), "dates": dates, "queries": queries});
        writeln!(writer, "{vector}")?;
    }
    writer.flush()
}

/// Writes what was planted, and every domain's habits, as one JSON object.
///
/// # Errors
/// What `writer` returns.
pub fn write_truth(traffic: &Traffic, mut writer: impl Write) -> io::Result<()> {
    let settings = traffic.settings();
    let campaigns: Vec<_> = traffic
        .campaigns()
        .iter()
        .map(|campaign| {
            let hours = campaign.hours();
            json!({
                "shape": match campaign.shape() {
                    Shape::Burst => "burst",
                    Shape::LevelShift => "level-shift",
                    Shape::DomainFlux => "domain-flux",
                },
                "factor": campaign.factor(),
                "start": settings.time_of(hours.start).to_string(),
                "end": settings.time_of(hours.end).to_string(),
                "domains": campaign.domains(),
                "clients": campaign.clients().iter().map(|&client| address(client)).collect::<Vec<_>>(),
            })
        })
        .collect();
    let domains: Vec<_> = traffic
        .domains()
        .iter()
        .map(|domain| {
            let habits = domain.habits();
            json!({
                "domain": domain.name(),
                "level": habits.level,
                "zero_prob": habits.zero_prob,
                "night_factor": habits.night_factor,
                "weekend_factor": habits.weekend_factor,
                "planted": domain.planted().iter().map(|&count| u64::from(count)).sum::<u64>(),
            })
        })
        .collect();
    let truth = json!({
        "schema": 1,
        "seed": settings.seed(),
        "bin": "1h",
        "start": settings.time_of(0).to_string(),
        "end": settings.time_of(settings.hours()).to_string(),
        "dispersion": match settings.sizes() {
            Sizes::Poisson => None,
            Sizes::NegativeBinomial { dispersion } => Some(dispersion),
        },
        "campaigns": campaigns,
        "domains": domains,
    });
    serde_json::to_writer_pretty(&mut writer, &truth)?;
    writer.write_all(b"\n")?;
    writer.flush()
}

/// Turns the counts of one domain into queries.
struct Asker<'traffic> {
    domain: &'traffic SimulatedDomain,
    rng: ChaCha8Rng,
    /// Clients that ordinarily ask.
    visitors: Vec<u32>,
    /// Clients that ask in a campaign.
    shared: &'traffic [u32],
    answer: String,
}

impl<'traffic> Asker<'traffic> {
    fn new(
        traffic: &Traffic,
        number: usize,
        domain: &'traffic SimulatedDomain,
        campaign: Option<(usize, &'traffic Campaign)>,
    ) -> Self {
        let clients = traffic.settings().clients() as usize;
        let mut rng = stream(traffic.settings().seed(), Purpose::Log, domain.name());
        let visitor_count = rng.random_range(1..=clients.min(MAXIMUM_VISITORS));
        let visitors = index::sample(&mut rng, clients, visitor_count)
            .into_iter()
            .map(|client| u32::try_from(client).expect("the number of clients is a u32"))
            .collect();
        Self {
            domain,
            rng,
            visitors,
            shared: campaign.map_or(&[], |(_, campaign)| campaign.clients()),
            // 198.18.0.0/15 is reserved for benchmarks (RFC 2544). Names made up for a campaign share two addresses.
            answer: match campaign {
                Some((campaign, _)) if domain.is_made_up() => {
                    format!("198.19.{}.{}", campaign % 256, number % 2)
                }
                Some(_) | None => format!("198.18.{}.{}", number / 256 % 256, number % 256),
            },
        }
    }

    /// Adds the rows of one hour, without their times, to `rows`.
    fn ask(&mut self, hour: usize, start: i64, rows: &mut Vec<(i64, String)>) {
        let groups = [
            (self.domain.innocent()[hour], &*self.visitors),
            (
                self.domain.planted().get(hour).copied().unwrap_or(0),
                self.shared,
            ),
        ];
        for (count, clients) in groups {
            for _ in 0..count {
                let microseconds =
                    start + self.rng.random_range(0..3_600 * MICROSECONDS_PER_SECOND);
                let client = address(clients[self.rng.random_range(0..clients.len())]);
                let uid = self.rng.next_u64();
                let port = self.rng.random_range(1_024..=u16::MAX);
                let trans_id: u16 = self.rng.random();
                let name = self.domain.name();
                let answer = &self.answer;
                rows.push((
                    microseconds,
                    format!(
                        "C{uid:016x}\t{client}\t{port}\t10.0.0.53\t53\tudp\t{trans_id}\twww.{name}\tA\tNOERROR\t{answer}"
                    ),
                ));
            }
        }
    }
}

/// The address of client number `client`.
fn address(client: u32) -> String {
    format!("10.1.{}.{}", client / 256, client % 256)
}
