//! Gives a name its one spelling, however a log wrote it.
//!
//! In: a name as logged. Out: lower case, international labels as resolvers ask for them (`xn--…`), and bytes that
//! are no printable ASCII as `\DDD`, as in zone files (RFC 1035, 5.1): what is printed cannot steer a terminal, and a
//! dot is always one between labels.
//!
//! Logs write the same byte as itself, as `\DDD` or, Zeek, as `\xHH`; a backslash before anything else stands for what
//! follows. Labels that are not ASCII are mapped by UTS 46; one that it refuses keeps its bytes.

use std::borrow::Cow;
use std::fmt::Write;

use idna::AsciiDenyList;

/// The one spelling of `name`.
pub(crate) fn spelled(name: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    if !name.bytes().all(is_plain) {
        let labels = labels(name);
        let spelled: Vec<String> = labels.iter().map(|label| spelled_label(label)).collect();
        Cow::Owned(spelled.join("."))
    } else if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// The bytes of each label.
fn labels(name: &str) -> Vec<Vec<u8>> {
    let mut labels = vec![Vec::new()];
    let mut rest = name.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        let byte = match byte {
            b'\\' => {
                let (byte, length) = escaped(after);
                rest = &after[length..];
                byte
            }
            b'.' => {
                labels.push(Vec::new());
                continue;
            }
            byte => *byte,
        };
        if let Some(label) = labels.last_mut() {
            label.push(byte);
        }
    }
    labels
}

/// What a backslash and the text after it stand for, and how much of the text belongs to it.
fn escaped(text: &[u8]) -> (u8, usize) {
    let number = |digits: &[u8], radix| {
        let digits = std::str::from_utf8(digits).ok()?;
        let is_number = digits.chars().all(|digit| digit.is_digit(radix));
        is_number.then(|| u8::from_str_radix(digits, radix).ok())?
    };
    if let Some(byte) = text.get(..3).and_then(|digits| number(digits, 10)) {
        return (byte, 3);
    }
    if let Some((b'x', digits)) = text.split_first()
        && let Some(byte) = digits.get(..2).and_then(|digits| number(digits, 16))
    {
        return (byte, 3);
    }
    match text.first() {
        Some(&byte) => (byte, 1),
        None => (b'\\', 0),
    }
}

fn spelled_label(label: &[u8]) -> String {
    if !label.is_ascii()
        && let Ok(ascii) = idna::domain_to_ascii_cow(label, AsciiDenyList::URL)
    {
        return ascii.into_owned();
    }
    let mut spelled = String::with_capacity(label.len());
    for &byte in label {
        if byte.is_ascii_graphic() && byte != b'.' && byte != b'\\' {
            spelled.push(char::from(byte.to_ascii_lowercase()));
        } else {
            write!(spelled, "\\{byte:03}").expect("a string takes all that is written");
        }
    }
    spelled
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_name_has_one_spelling() {
        for (written, once) in [
            ("WWW.Example.com", "www.example.com"),
            ("_ldap._tcp.Example.com", "_ldap._tcp.example.com"),
            // RFC 3492's letters: the registry of .de has this one.
            ("münchen.de", "xn--mnchen-3ya.de"),
            ("MÜNCHEN.de", "xn--mnchen-3ya.de"),
            ("mu\u{308}nchen.de", "xn--mnchen-3ya.de"),
            ("m\\195\\188nchen.de", "xn--mnchen-3ya.de"),
            ("m\\xc3\\xbcnchen.de", "xn--mnchen-3ya.de"),
            ("XN--mnchen-3YA.de", "xn--mnchen-3ya.de"),
            ("公司.cn", "xn--55qx5d.cn"),
            // A byte, however it is written.
            ("a b.example", "a\\032b.example"),
            ("a\\032b.example", "a\\032b.example"),
            ("a\\x20b.example", "a\\032b.example"),
            ("a\u{1b}[31mb.example", "a\\027[31mb.example"),
            ("a\\000b.example", "a\\000b.example"),
            // A dot within a label, and escapes of what needs none.
            ("a\\.b.example", "a\\046b.example"),
            ("a\\046b.example", "a\\046b.example"),
            ("\\A\\-b.example", "a-b.example"),
            ("a\\\\b.example", "a\\092b.example"),
            // Not numbers of bytes, or nothing to escape.
            ("a\\999.example", "a999.example"),
            ("a\\xzz.example", "axzz.example"),
            ("a.example\\", "a.example\\092"),
            // What no name can be keeps its bytes.
            ("a\u{fffd}.example", "a\\239\\191\\189.example"),
        ] {
            assert_eq!(spelled(written), once, "{written:?}");
        }
    }

    proptest! {
        #[test]
        fn any_spelling_is_printable_and_its_own(name in any::<String>()) {
            let once = spelled(&name).into_owned();
            prop_assert!(once.bytes().all(|byte| byte.is_ascii_graphic()), "{once:?}");
            prop_assert_eq!(spelled(&once), &*once);
        }
    }
}
