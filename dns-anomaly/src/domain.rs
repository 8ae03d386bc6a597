//! Cleans a logged name and finds the domain it is counted under.
//!
//! In: a query as logged. Out: a domain, or the [`Dropped`] reason it is not counted.
//!
//! Dropped are names that identify no domain: unset or empty, `*` (asked by Windows for a host's status), names without a dot (hosts of
//! the local network), IP addresses typed as names, and reverse lookups under `.arpa` (an address in disguise,
//! asked for by servers rather than people; their volume follows other traffic).

use std::borrow::Cow;
use std::net::IpAddr;

use rainier_public_suffix::registrable_domain;

use crate::spelling::spelled;

/// The name a query is counted under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Naming {
    /// The registrable domain by the public suffix list: `a.b.example.co.uk` counts as `example.co.uk`.
    /// The default, because a campaign's hosts under one domain belong together, and tunnels use a new name per query.
    #[default]
    Registrable,
    /// The whole name.
    Full,
}

/// Why a name is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dropped {
    /// The log has no name, or an empty one.
    Unset,
    /// The name is `*`.
    Wildcard,
    /// The name has no dot.
    Undotted,
    /// The name is an IP address.
    Address,
    /// The name lies under `.arpa`.
    Reverse,
}

/// The domain `query` is counted under: lower case, no final dot, international names as resolvers ask for them, bytes
/// that cannot be printed as `\DDD`.
///
/// A name that is itself a public suffix (`co.uk`) has no registrable domain and is kept whole.
///
/// # Errors
/// Not an error of the input but a decision: the [`Dropped`] reason.
///
/// ```
/// use dns_anomaly::{Dropped, Naming, clean_name};
///
/// assert_eq!(clean_name("WWW.Example.co.uk.", Naming::Registrable).as_deref(), Ok("example.co.uk"));
/// assert_eq!(clean_name("WWW.Example.co.uk.", Naming::Full).as_deref(), Ok("www.example.co.uk"));
/// assert_eq!(clean_name("mail.MÜNCHEN.de", Naming::Registrable).as_deref(), Ok("xn--mnchen-3ya.de"));
/// assert_eq!(clean_name("printer", Naming::Full), Err(Dropped::Undotted));
/// ```
pub fn clean_name(query: &str, naming: Naming) -> Result<Cow<'_, str>, Dropped> {
    let name = query.trim();
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.is_empty() || name == "-" {
        return Err(Dropped::Unset);
    }
    if name == "*" {
        return Err(Dropped::Wildcard);
    }
    if name.parse::<IpAddr>().is_ok() {
        return Err(Dropped::Address);
    }
    if !name.contains('.') {
        return Err(Dropped::Undotted);
    }
    let name = spelled(name);
    if name.rsplit('.').next() == Some("arpa") {
        return Err(Dropped::Reverse);
    }
    Ok(match naming {
        Naming::Full => name,
        Naming::Registrable => registrable(name),
    })
}

/// Cuts a clean name down to its registrable domain, where it has one.
fn registrable(name: Cow<'_, str>) -> Cow<'_, str> {
    match name {
        Cow::Borrowed(whole) => Cow::Borrowed(registrable_domain(whole).unwrap_or(whole)),
        Cow::Owned(whole) => match registrable_domain(&whole) {
            Some(domain) => Cow::Owned(domain.to_owned()),
            None => Cow::Owned(whole),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn registrable_of(query: &str) -> Result<Cow<'_, str>, Dropped> {
        clean_name(query, Naming::Registrable)
    }

    #[test]
    fn names_that_identify_no_domain_are_dropped_with_their_reason() {
        for (query, reason) in [
            ("", Dropped::Unset),
            ("-", Dropped::Unset),
            (".", Dropped::Unset),
            ("*", Dropped::Wildcard),
            ("workgroup", Dropped::Undotted),
            ("localhost.", Dropped::Undotted),
            ("10.47.7.30", Dropped::Address),
            ("fe80::1", Dropped::Address),
            ("57.0.20.172.in-addr.ARPA.", Dropped::Reverse),
        ] {
            assert_eq!(registrable_of(query), Err(reason), "{query}");
        }
    }

    #[test]
    fn a_name_is_cut_at_its_public_suffix() {
        for (query, domain) in [
            ("ise.wrccdc.org", "wrccdc.org"),
            ("a.b.example.co.uk", "example.co.uk"),
            ("someone.github.io", "someone.github.io"),
            ("_ldap._tcp.dc.icemaiden.com", "icemaiden.com"),
            ("co.uk", "co.uk"),
            // A suffix that is international, in both spellings.
            ("www.北京.公司.cn", "xn--1lq90i.xn--55qx5d.cn"),
            ("www.xn--1lq90i.xn--55qx5d.cn", "xn--1lq90i.xn--55qx5d.cn"),
            // A dot within a label ends none.
            ("www.a\\.b.com", "a\\046b.com"),
            ("a\\000b\\x20c.example.com", "example.com"),
        ] {
            assert_eq!(registrable_of(query).as_deref(), Ok(domain), "{query}");
        }
    }

    #[test]
    fn a_name_that_starts_with_arpa_is_not_reverse() {
        assert_eq!(
            registrable_of("arpa.example.com").as_deref(),
            Ok("example.com")
        );
    }

    proptest! {
        #[test]
        fn any_name_is_cleaned_or_dropped_without_panic(query in any::<String>()) {
            let _ = registrable_of(&query);
        }

        #[test]
        fn cleaning_twice_changes_nothing(query in "[A-Za-z*-]{0,5}(\\.[A-Za-z*-]{0,4}){0,4}") {
            for naming in [Naming::Full, Naming::Registrable] {
                if let Ok(once) = clean_name(&query, naming)
                    && !once.ends_with('.')
                {
                    prop_assert_eq!(clean_name(&once, naming), Ok(Cow::Borrowed(&*once)));
                }
            }
        }
    }
}
