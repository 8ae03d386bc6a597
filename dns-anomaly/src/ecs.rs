//! Writes lines of results by the names of the Elastic Common Schema: the one place that knows them.
//!
//! In: a line as `detect` and `update` write it. Out: the same as an ECS document, nested, with what the schema has no
//! name for under `rainier`.
//!
//! An alert's `event.risk_score` is 100 (1 − q), q of the line: the share of such lines that are no false discovery.

use serde_json::{Map, Value, json};

use crate::domain::Naming;

/// The version of the schema whose fields are used.
const VERSION: &str = "8.11.0";

/// Our fields that the schema has a name for. The others keep theirs under `rainier`.
const FIELDS: [(&str, &str); 5] = [
    ("start", "event.start"),
    ("first_seen", "event.start"),
    ("since", "event.start"),
    ("end", "event.end"),
    ("domain", "dns.question.registered_domain"),
];

/// Where the time of a document comes from: the first of these fields that the line has. A window is known when it is over.
const TIMES: [&str; 5] = ["as_of", "end", "start", "first_seen", "since"];

/// What is told of each kind of line: the kind of event and a message for people.
fn of_kind(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "episode" => ("alert", "DNS queries unlike the name's own past"),
        "new" => ("alert", "A name never asked for before"),
        "domain" => ("alert", "DNS queries of several groups unlike their past"),
        "window" => ("alert", "A stretch of time that is strange for all names"),
        "campaign" => ("alert", "Names that stand out together and share contacts"),
        "run" => (
            "metric",
            "What a run judged and how its p-values are calibrated",
        ),
        _ => ("event", "A name that is always listed, or a new level"),
    }
}

/// A line of results as an ECS document. Under [`Naming::Full`] names are whole names, not registrable domains.
///
/// ```
/// use dns_anomaly::{Naming, ecs_document};
/// use serde_json::json;
///
/// let line = json!({"kind": "episode", "domain": "example.com", "end": "2019-01-02T00:00:00Z", "q": 0.25, "e": 3.5});
/// let document = ecs_document(&line, Naming::Registrable);
/// assert_eq!(document["@timestamp"], "2019-01-02T00:00:00Z");
/// assert_eq!(document["dns"]["question"]["registered_domain"], "example.com");
/// assert_eq!(document["event"]["risk_score"], 75.0);
/// assert_eq!(document["rainier"]["e"], 3.5);
/// ```
pub fn ecs_document(line: &Value, naming: Naming) -> Value {
    let kind = line["kind"].as_str().unwrap_or_default();
    let (event_kind, message) = of_kind(kind);
    let mut document = json!({
        "ecs": {"version": VERSION},
        "message": message,
        "event": {
            "kind": event_kind,
            "category": ["network"],
            "type": ["info"],
            "module": "dns_anomaly",
            "dataset": format!("dns_anomaly.{kind}"),
        },
    });
    let time = TIMES.iter().find_map(|field| line.get(field));
    if let Some(time) = time {
        document["@timestamp"] = time.clone();
    }
    let q = line
        .get("q")
        .or_else(|| line.get("e_q"))
        .and_then(Value::as_f64);
    if let Some(q) = q {
        document["event"]["risk_score"] = json!(100.0 * (1.0 - q.clamp(0.0, 1.0)));
    }
    let hosts = names(line, "members", "domain");
    if !hosts.is_empty() {
        document["related"]["hosts"] = hosts.into();
    }
    let shared = names(line, "shared", "item").into_iter();
    let addresses: Vec<Value> = shared.filter(is_address).collect();
    if !addresses.is_empty() {
        document["related"]["ip"] = addresses.into();
    }
    for (field, value) in line.as_object().into_iter().flatten() {
        let known = FIELDS.iter().find(|(ours, _)| ours == field);
        match known {
            Some(("domain", _)) if naming == Naming::Full => {
                insert(&mut document, "dns.question.name", value);
            }
            Some((_, path)) => insert(&mut document, path, value),
            None => document["rainier"][field] = value.clone(),
        }
    }
    document
}

/// The values of `field` in the objects of a list.
fn names(line: &Value, list: &str, field: &str) -> Vec<Value> {
    let objects = line.get(list).and_then(Value::as_array);
    let values = objects
        .into_iter()
        .flatten()
        .filter_map(|one| one.get(field));
    values.cloned().collect()
}

fn is_address(item: &Value) -> bool {
    let text = item.as_str().unwrap_or_default();
    text.parse::<std::net::IpAddr>().is_ok()
}

/// Puts a value where a dotted path leads.
fn insert(document: &mut Value, path: &str, value: &Value) {
    let place = path.split('.').fold(document, |object, name| {
        if !object.is_object() {
            *object = Value::Object(Map::new());
        }
        &mut object[name]
    });
    *place = value.clone();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_line_is_lost() {
        let line = json!({
            "schema": 1, "kind": "campaign", "start": "a", "end": "b", "q": 0.01, "rank": 1,
            "members": [{"domain": "x.example"}, {"domain": "y.example"}],
            "shared": [{"kind": "client", "item": "10.0.0.1"}, {"kind": "shape", "item": "aa-99"}],
        });
        let document = ecs_document(&line, Naming::Registrable);
        assert_eq!(document["event"]["start"], "a");
        assert_eq!(document["event"]["end"], "b");
        assert_eq!(
            document["related"]["hosts"],
            json!(["x.example", "y.example"])
        );
        assert_eq!(document["related"]["ip"], json!(["10.0.0.1"]));
        for field in ["schema", "kind", "q", "rank", "members", "shared"] {
            assert_eq!(document["rainier"][field], line[field], "{field}");
        }
    }

    #[test]
    fn whole_names_are_no_registered_domains() {
        let line = json!({"kind": "denied", "domain": "www.example.com", "as_of": "t", "end": "u"});
        let document = ecs_document(&line, Naming::Full);
        assert_eq!(
            document["dns"]["question"],
            json!({"name": "www.example.com"})
        );
        assert_eq!(document["@timestamp"], "t");
        assert_eq!(document["event"]["kind"], "event");
        assert_eq!(document["event"].get("risk_score"), None);
    }
}
