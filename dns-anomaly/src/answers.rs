//! Holds the answers of a query, taken apart only when someone looks.
//!
//! In: the field of a log as it stands. Out: addresses and names in the order logged. Counting needs no answers, and
//! most rows have some: taking each apart would cost more than reading the row.

use std::borrow::Cow;

/// Addresses and names in an answer.
///
/// ```
/// use dns_anomaly::Answers;
///
/// let answers = Answers::from(vec!["192.0.2.1".into(), "192.0.2.2".into()]);
/// assert_eq!(answers.iter().collect::<Vec<_>>(), ["192.0.2.1", "192.0.2.2"]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Answers<'line>(Form<'line>);

#[derive(Debug, Clone, Default)]
enum Form<'line> {
    #[default]
    None,
    /// Escaped texts with a separator between.
    Separated {
        text: &'line str,
        separator: &'line str,
    },
    /// A JSON array.
    Json(&'line str),
    Listed(Vec<Cow<'line, str>>),
}

impl<'line> Answers<'line> {
    /// Texts with `separator` between, in which `\xHH` stands for a byte.
    pub(crate) fn separated(text: &'line str, separator: &'line str) -> Self {
        Self(Form::Separated { text, separator })
    }

    /// The texts of a JSON array; anything else in it, and anything but an array, is no answer.
    pub(crate) fn json(text: &'line str) -> Self {
        Self(Form::Json(text))
    }

    /// The answers in the order logged.
    pub fn iter(&self) -> impl Iterator<Item = Cow<'line, str>> {
        let listed = match &self.0 {
            Form::None | Form::Separated { .. } => Vec::new(),
            Form::Json(text) => json_texts(text),
            Form::Listed(texts) => texts.clone(),
        };
        let separated = match self.0 {
            Form::Separated { text, separator } => Some(text.split(separator).map(unescape)),
            Form::None | Form::Json(_) | Form::Listed(_) => None,
        };
        separated.into_iter().flatten().chain(listed)
    }
}

impl<'line> From<Vec<Cow<'line, str>>> for Answers<'line> {
    fn from(texts: Vec<Cow<'line, str>>) -> Self {
        Self(Form::Listed(texts))
    }
}

impl PartialEq for Answers<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Answers<'_> {}

/// Texts stand alone or, in Route 53's logs, under `Rdata`.
fn json_texts(text: &str) -> Vec<Cow<'static, str>> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Answer {
        Text(String),
        Record {
            #[serde(alias = "Rdata")]
            rdata: String,
        },
        Other(serde::de::IgnoredAny),
    }
    let answers: Vec<Answer> = serde_json::from_str(text).unwrap_or_default();
    answers
        .into_iter()
        .filter_map(|answer| match answer {
            Answer::Text(text) | Answer::Record { rdata: text } => Some(Cow::Owned(text)),
            Answer::Other(_) => None,
        })
        .collect()
}

/// Replaces each `\xHH` by its byte. Anything else after a backslash stands for itself.
pub(crate) fn unescape(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\\', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        if let [b'\\', b'x', high, low, after @ ..] = rest
            && let (Some(high), Some(low)) = (hexadecimal(*high), hexadecimal(*low))
        {
            bytes.push(16 * high + low);
            rest = after;
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

fn hexadecimal(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_bytes_and_broken_ones_stand_for_themselves() {
        assert_eq!(unescape("a\\x2cb"), "a,b");
        assert_eq!(unescape("\\xc3\\xa9"), "é");
        assert_eq!(unescape("\\x2"), "\\x2");
        assert_eq!(unescape("\\xzz\\n"), "\\xzz\\n");
    }

    #[test]
    fn every_form_gives_the_same_answers() {
        let listed = Answers::from(vec!["a,b".into(), "c".into()]);
        assert_eq!(Answers::separated("a\\x2cb,c", ","), listed);
        assert_eq!(Answers::json(r#"["a,b", "c", 7]"#), listed);
        assert_eq!(
            Answers::json(r#"[{"Rdata":"a,b"},{"rdata":"c","type":"A"}]"#),
            listed
        );
        assert_ne!(Answers::default(), listed);
        assert_eq!(Answers::json("{}"), Answers::default());
    }
}
