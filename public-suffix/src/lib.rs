//! Finds the registrable domain of a name, by the public suffix list.
//!
//! In: a host name. Out: its registrable domain.
//!
//! The list is a hundred thousand lines of generic code in crate `psl`, compiled anew in every crate that calls it: a
//! minute for each of a library, its tests and its binary. Called from here it is compiled once.

/// The registrable domain of `name`: its public suffix and the label before. None for a name that is a suffix itself.
///
/// `name` is in lower case, since the list is; a final dot stays.
///
/// ```
/// use rainier_public_suffix::registrable_domain;
///
/// assert_eq!(registrable_domain("www.example.co.uk"), Some("example.co.uk"));
/// assert_eq!(registrable_domain("co.uk"), None);
/// ```
#[inline(never)]
pub fn registrable_domain(name: &str) -> Option<&str> {
    psl::domain_str(name)
}
