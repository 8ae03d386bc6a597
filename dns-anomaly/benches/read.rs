//! Times reading: rows a second on one core, from bytes in memory to series.
//!
//! In: logs made here, in Zeek's two spellings, or the file given. Out: rows a second of CPU time for reading alone and
//! for all of `gather` (registrable domains, one count for each query, bins), and the peak of the memory.
//! Run `cargo bench -p dns-anomaly --bench read`.

#![expect(clippy::print_stdout, reason = "the result of a bench")]
#![expect(clippy::expect_used, reason = "a bench that cannot run stops")]

use std::fmt::Write;

use cpu_time::ThreadTime;
use dns_anomaly::{GatherSettings, Naming, ReadSettings, Source, gather, read};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const ROWS: u64 = 1_000_000;
const REPEATS: usize = 3;

fn main() {
    let named = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with("--"));
    if let Some(path) = named {
        let source = Source::from_path(path);
        return time("the file given", &source, &GatherSettings::default());
    }
    let tsv = Source::from_bytes("zeek.tsv", zeek_tsv(5_000));
    let json = Source::from_bytes("zeek.json", zeek_json(5_000));
    time("Zeek TSV, 5,000 names", &tsv, &GatherSettings::default());
    time("Zeek JSON, 5,000 names", &json, &GatherSettings::default());
    drop((tsv, json));
    let tunnel = Source::from_bytes("tunnel.tsv", distinct_names(2_000_000));
    time(
        "two million names of one domain",
        &tunnel,
        &GatherSettings::default(),
    );
    let whole = GatherSettings::default().with_naming(Naming::Full);
    time("the same, whole names counted", &tunnel, &whole);
    drop(tunnel);
    // Queries of few names by few clients: where memory followed queries, it would show.
    for millions in [6, 12] {
        let few = Source::from_bytes("few.tsv", queries_of_few_names(millions * 1_000_000));
        let what = format!("{millions} million queries of a hundred names");
        time(&what, &few, &GatherSettings::default());
    }
}

/// A log of a hundred domains and ten clients, each query another, in a month.
fn queries_of_few_names(count: u64) -> String {
    let mut log = String::from("#fields\tts\tuid\tid.orig_h\tquery\n");
    for number in 0..count {
        let milliseconds = number * 30 * 86_400_000 / count;
        let (second, millisecond) = (milliseconds / 1_000, milliseconds % 1_000);
        let (client, name) = (number % 10, number / 10 % 100);
        writeln!(
            log,
            "{second}.{millisecond:03}\tC{number}\t10.0.0.{client}\tsite{name}.com"
        )
        .expect("a string grows");
    }
    log
}

/// A log as a tunnel makes it: each name is new.
fn distinct_names(count: u64) -> String {
    let mut log = String::from("#fields\tts\tuid\tid.orig_h\tquery\n");
    for number in 0..count {
        let seconds = number / 50;
        writeln!(
            log,
            "{seconds}\tC{number}\t10.0.0.1\t{number:016x}.tunnel.example.com"
        )
        .expect("a string grows");
    }
    log
}

/// Prints the best of a few runs: others share the machine.
fn time(what: &str, source: &Source, settings: &GatherSettings) {
    let mut rows = 0;
    let reading = best(|| {
        rows = 0;
        read(source, &ReadSettings::default(), &mut |line| {
            rows += u64::from(line.is_ok());
            Ok(())
        })
        .expect("the log is well formed");
    });
    let before = MEMORY.current_usage_as_mb();
    MEMORY.reset_peak_usage();
    let mut tally = String::new();
    let gathering = best(|| {
        let gathered = gather(std::slice::from_ref(source), settings);
        tally = gathered.expect("the log is well formed").tally.to_string();
    });
    println!(
        "{what}: {:.2} million rows/s read, {:.2} million rows/s gathered, {:.0} MB at the peak\n  {tally}",
        rows as f64 / reading / 1e6,
        rows as f64 / gathering / 1e6,
        MEMORY.peak_usage_as_mb() - before,
    );
}

/// Seconds of CPU of the fastest run.
fn best(mut run: impl FnMut()) -> f64 {
    (0..REPEATS)
        .map(|_| {
            let start = ThreadTime::now();
            run();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}

/// What a row tells; numbers walk through their ranges by steps without a common factor.
struct Row {
    time: f64,
    client: u64,
    port: u64,
    id: u64,
    name: u64,
}

fn rows(names: u64) -> impl Iterator<Item = Row> {
    // Every second query is logged twice, as sensors with two taps do.
    (0..ROWS).map(move |row| {
        let query = row - row / 3;
        Row {
            time: 1_521_911_720.0 + query as f64 * 0.1,
            client: query * 7 % 250,
            port: 1_024 + query * 31 % 60_000,
            id: query * 7_919 % 65_536,
            name: query * 6_151 % names,
        }
    })
}

/// Names of two to four labels under several suffixes; every eighth has no dot.
fn name(number: u64) -> String {
    let host = number % 40;
    match number % 8 {
        0 => format!("host{number}"),
        1 => format!("www{host}.site{}.co.uk", number / 8),
        2 => format!("a{number}.cdn.site{}.com", number / 64),
        3 => format!("_ldap._tcp.dc.corp{host}.org"),
        _ => format!("www.domain{number}.com"),
    }
}

fn zeek_tsv(names: u64) -> String {
    let mut log = String::from(
        "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n#fields\tts\tuid\t\
         id.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ttrans_id\trtt\tquery\tqclass\tqclass_name\tqtype\t\
         qtype_name\trcode\trcode_name\tAA\tTC\tRD\tRA\tZ\tanswers\tTTLs\trejected\n",
    );
    for Row {
        time,
        client,
        port,
        id,
        name: number,
    } in rows(names)
    {
        writeln!(
            log,
            "{time:.6}\tC{number:015x}{port}\t10.47.{client}.{client}\t{port}\t10.0.0.53\t53\tudp\t{id}\t0.012345\t{}\t1\t\
             C_INTERNET\t1\tA\t0\tNOERROR\tF\tF\tT\tT\t0\t192.0.2.{client},192.0.2.7\t300.000000,300.000000\tF",
            name(number),
        )
        .expect("a string grows");
    }
    log
}

fn zeek_json(names: u64) -> String {
    let mut log = String::new();
    for Row {
        time,
        client,
        port,
        id,
        name: number,
    } in rows(names)
    {
        writeln!(
            log,
            r#"{{"ts":{time:.6},"uid":"C{number:015x}{port}","id.orig_h":"10.47.{client}.{client}","id.orig_p":{port},"id.resp_h":"10.0.0.53","id.resp_p":53,"proto":"udp","trans_id":{id},"rtt":0.012345,"query":"{}","qclass":1,"qclass_name":"C_INTERNET","qtype":1,"qtype_name":"A","rcode":0,"rcode_name":"NOERROR","AA":false,"TC":false,"RD":true,"RA":true,"Z":0,"answers":["192.0.2.{client}","192.0.2.7"],"TTLs":[300.0,300.0],"rejected":false}}"#,
            name(number),
        )
        .expect("a string grows");
    }
    log
}
