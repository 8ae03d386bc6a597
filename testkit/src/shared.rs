//! Finds reference answers and data that are not part of the repository.
//!
//! In: a path below `../shared` (beside the workspace root). Out: where it is, its JSON, or
//! `None` and one line on standard error naming the test that goes without.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use serde_json::Value;

/// The path of `../shared/<relative>` beside the workspace root, if it exists.
///
/// When it does not, one line on standard error says which test is skipped for want of which
/// file, and the answer is `None`: the test returns early. The folder is large and partly under
/// other licences, so a fresh clone lacks it; continuous integration checks it out, and a log
/// with `skipped` lines there means that the checkout is wrong.
///
/// ```
/// let Some(path) = testkit::shared("reference/special_functions.json") else {
///     return;
/// };
/// assert!(path.is_file());
/// ```
pub fn shared(relative: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let path = root.parent()?.join("shared").join(relative);
    if path.exists() {
        return Some(path);
    }
    // The test harness names each thread after its test.
    let current = thread::current();
    let test = current.name().unwrap_or("unnamed test");
    eprintln!("skipped {test}: ../shared/{relative} is not here");
    None
}

/// The parsed JSON of `../shared/<relative>`; `None` where [`shared`] says `None`.
///
/// # Panics
/// If the file is there but cannot be read or is not JSON: that is a broken checkout, and a test
/// must not pass over it.
pub fn shared_json(relative: &str) -> Option<Value> {
    let path = shared(relative)?;
    let text = fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("../shared/{relative} must be readable: {error}"));
    let value = serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("../shared/{relative} must be JSON: {error}"));
    Some(value)
}

/// A number of a reference file: `null` is `None` (undefined or not computed).
///
/// JSON numbers are read as binary64. What JSON or binary64 cannot hold is a string: `"inf"`,
/// `"-inf"`, or a decimal such as `"-2.5e-310"` or `"1.0e+600"`, which becomes the nearest
/// double (a subnormal, zero or an infinity).
///
/// # Panics
/// If the value is neither a number, nor null, nor a string that reads as a number.
///
/// ```
/// use serde_json::json;
/// use testkit::number;
///
/// assert_eq!(number(&json!("-inf")), Some(f64::NEG_INFINITY));
/// assert_eq!(number(&json!("1.0e+600")), Some(f64::INFINITY));
/// assert_eq!(number(&json!(0.1)), Some(0.1));
/// assert_eq!(number(&json!(null)), None);
/// ```
pub fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Null => None,
        Value::Number(number) => number.as_f64(),
        Value::String(text) => Some(
            text.parse()
                .unwrap_or_else(|_| panic!("{text:?} must be a number written as text")),
        ),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            panic!("{value} must be a number, a number written as text, or null")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn missing_file_is_none() {
        assert_eq!(shared("no/such/file.json"), None);
        assert_eq!(shared_json("no/such/file.json"), None);
    }

    #[test]
    fn reference_file_is_read() {
        let Some(reference) = shared_json("reference/special_functions.json") else {
            return;
        };
        assert!(
            reference["functions"]
                .as_array()
                .is_some_and(|functions| !functions.is_empty())
        );
    }

    #[test]
    fn subnormal_text_is_rounded_to_the_nearest_double() {
        assert_eq!(number(&json!("-2.5e-310")), Some(-2.5e-310));
        assert_eq!(number(&json!("1e-700")), Some(0.0));
    }

    #[test]
    fn numbers_are_read_to_the_last_bit() {
        // A parser that rounds the digits and the power of ten separately misses some of these.
        for index in 1..2_000 {
            let text = format!("{:e}", (f64::from(index) * 0.7).exp_m1() / 3.0);
            let exact: f64 = text.parse().unwrap();
            if exact.is_finite() {
                let json: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(number(&json), Some(exact), "{text}");
            }
        }
    }

    #[test]
    #[should_panic(expected = "must be a number")]
    fn text_that_is_no_number_is_refused() {
        number(&json!("twelve"));
    }

    #[test]
    #[should_panic(expected = "must be a number")]
    fn list_is_no_number() {
        number(&json!([1.0]));
    }
}
