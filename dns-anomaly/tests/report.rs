//! Opens a report in a real browser: what it shows, and that it asks for nothing.
//!
//! `RAINIER_CHROMIUM` names the browser; else `chromium` or `chromium-browser` is tried. Without one the test says by name
//! that it skips what needs it.

#![cfg(feature = "svg")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod command;

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use command::{folder, run, succeed};
use serde_json::Value;

/// A name as an attacker might choose it, where a counts table keeps keys as they are.
const EVIL: &str = "<script>alert('1')</script><img src=x>.example";

/// Names with a query or two a day for six weeks, and one with many on the last day.
fn counts() -> String {
    const DAY: i64 = 86_400;
    let mut text = "domain\ttimestamp\tcount\n".to_owned();
    for number in 0..30_i64 {
        let name = if number == 7 {
            EVIL.to_owned()
        } else {
            format!("site{number}.example")
        };
        for day in 0..42 {
            for visit in 0..2 + (number + day) % 3 {
                let hour = (7 * visit + 5 * number + day) % 24;
                let time = 17_900 * DAY + day * DAY + hour * 3_600;
                let is_flood = number == 7 && day == 41;
                let count = if is_flood { 400 } else { 1 + (visit + day) % 2 };
                writeln!(text, "{name}\t{time}\t{count}").unwrap();
            }
        }
    }
    writeln!(text, "new<b>.example\t{}\t3", 17_941 * DAY).unwrap();
    text
}

/// Runs `detect` with a report of at most two pictures; the page and the lines of JSON beside it.
fn report(folder: &Path) -> (String, Vec<Value>) {
    fs::write(folder.join("counts.tsv"), counts()).unwrap();
    let arguments = "detect counts.tsv --json --campaigns --report report.html --report-pictures 2";
    let found = succeed(folder, &arguments.split(' ').collect::<Vec<&str>>());
    let lines = found
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let page = fs::read_to_string(folder.join("report.html")).unwrap();
    (page, lines.collect())
}

/// Number of lines of a kind.
fn count(lines: &[Value], kind: &str) -> usize {
    lines.iter().filter(|line| line["kind"] == kind).count()
}

/// Number of rows below the header of a table.
fn rows_of(page: &str, table: &str) -> usize {
    let (_, rest) = page.split_once(&format!("<table id=\"{table}\">")).unwrap();
    let (table, _) = rest.split_once("</table>").unwrap();
    let (_, body) = table.split_once("<tbody>").unwrap();
    body.matches("<tr>").count()
}

/// What a report must show, as written and as a browser has read it.
fn check(page: &str, lines: &[Value]) {
    assert!(count(lines, "episode") > 0);
    assert_eq!(rows_of(page, "outliers"), count(lines, "episode"));
    assert_eq!(rows_of(page, "new"), count(lines, "new"));
    let run = lines.iter().find(|line| line["kind"] == "run").unwrap();
    let strata = run["calibration"]["strata"].as_array().unwrap();
    assert_eq!(rows_of(page, "calibration"), strata.len() + 1);
    let settings = run["settings"].as_object().unwrap();
    assert_eq!(rows_of(page, "settings"), settings.len());
    let ranked = lines
        .iter()
        .filter(|line| line["kind"] == "episode")
        .filter_map(|line| line["rank"].as_u64());
    let pictures = ranked.max().unwrap().min(2) as usize;
    assert_eq!(page.matches("<figure ").count(), pictures);
    assert_eq!(page.matches("<svg ").count(), pictures);
    // Every link leads to a figure.
    for link in page.split("href=\"#").skip(1) {
        let target = link.split('"').next().unwrap();
        assert!(
            page.contains(&format!("<figure id=\"{target}\">")),
            "{target}"
        );
    }
    for element in ["<script", "<img", "<b>", "<link", "<iframe"] {
        assert!(!page.contains(element), "{element}");
    }
    assert!(page.contains("&lt;script&gt;alert("));
    assert!(page.contains("new&lt;b&gt;.example"));
}

#[test]
fn a_report_holds_what_was_found_and_names_stay_text() {
    let folder = folder("report");
    let (page, lines) = report(&folder);
    let best = lines.iter().find(|line| line["rank"] == 1).unwrap();
    assert_eq!(best["domain"], EVIL);
    check(&page, &lines);
    // Nothing outside is named, but for the name space of SVG.
    let outside = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    for address in ["http:", "https:", "src=", "url(", "@import"] {
        // `src=` stands in the name, as text.
        let as_text = outside.matches("&lt;img src=").count() * usize::from(address == "src=");
        assert_eq!(outside.matches(address).count(), as_text, "{address}");
    }
}

#[test]
fn a_report_that_cannot_be_written_leaves_no_part_of_it() {
    let folder = folder("report_refused");
    fs::write(folder.join("counts.tsv"), counts()).unwrap();
    fs::create_dir_all(folder.join("report.html/full")).unwrap();
    let output = run(
        &folder,
        &["detect", "counts.tsv", "--report", "report.html"],
    );
    assert_eq!(output.status.code(), Some(3));
    let mut names: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["counts.tsv", "report.html"]);
}

/// The browser to test with, if there is one.
fn browser() -> Option<String> {
    let named = env::var("RAINIER_CHROMIUM").into_iter();
    let mut candidates = named.chain(["chromium", "chromium-browser"].map(str::to_owned));
    candidates.find(|candidate| {
        let version = Command::new(candidate).arg("--version").output();
        version.is_ok_and(|output| output.status.success())
    })
}

/// What a browser made of a page.
struct Opened {
    dom: String,
    /// Messages on its console.
    console: Vec<String>,
    /// What the page asked the network for.
    requests: Vec<String>,
}

fn open(browser: &str, folder: &Path, page: &str) -> Opened {
    let log = folder.join(format!("{page}.network.json"));
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--enable-logging=stderr",
            // The browser itself asks for nothing outside, either.
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            "--dump-dom",
        ])
        .arg(format!("--log-net-log={}", log.display()))
        .arg(format!(
            "--user-data-dir={}",
            folder.join(format!("{page}.profile")).display()
        ))
        .arg(format!("file://{}", folder.join(page).display()))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let log = fs::read_to_string(log).unwrap();
    // One event a line. What the browser asks for by itself has no page as its origin.
    let requests = log.lines().filter(|line| {
        line.contains("\"initiator\":\"")
            && !line.contains("\"initiator\":\"not an origin\"")
            && line.contains("\"url\":\"http")
    });
    Opened {
        dom: String::from_utf8(output.stdout).unwrap(),
        console: errors
            .lines()
            .filter(|line| line.contains(":CONSOLE"))
            .map(str::to_owned)
            .collect(),
        requests: requests.map(str::to_owned).collect(),
    }
}

#[test]
fn a_browser_shows_the_report_without_errors_and_asks_for_nothing() {
    let Some(browser) = browser() else {
        eprintln!(
            "skipped a_browser_shows_the_report_without_errors_and_asks_for_nothing: no Chromium here"
        );
        return;
    };
    let folder = folder("report_browser");
    let (_, lines) = report(&folder);
    let opened = open(&browser, &folder, "report.html");
    check(&opened.dom, &lines);
    assert_eq!(opened.console, Vec::<String>::new());
    assert_eq!(opened.requests, Vec::<String>::new());

    // The control: a page that does what the report must not.
    let control = "<!DOCTYPE html><img src=\"http://127.0.0.1:9/x.png\"><script>console.error('seen')</script>";
    fs::write(folder.join("control.html"), control).unwrap();
    let opened = open(&browser, &folder, "control.html");
    assert!(opened.console.iter().any(|line| line.contains("seen")));
    assert!(!opened.requests.is_empty());
}
