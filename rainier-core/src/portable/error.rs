//! Says why bytes are no program.
//!
//! In: nothing. Out: [`PortableError`].

/// Why bytes could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PortableError {
    /// The bytes are something else.
    #[error("the bytes are no {expected}: they do not begin like one")]
    NotAProgram {
        /// What was to be read.
        expected: &'static str,
    },
    /// The bytes were written by a newer version of this library.
    #[error("the bytes are of format {found}, this library reads up to {supported}")]
    Newer {
        /// The format of the bytes.
        found: u32,
        /// The newest format that can be read.
        supported: u32,
    },
    /// The bytes changed on their way, or were never written by this library.
    #[error("the bytes are damaged: {flaw}")]
    Damaged {
        /// The rule they break.
        flaw: &'static str,
    },
}

impl From<postcard::Error> for PortableError {
    fn from(error: postcard::Error) -> Self {
        let flaw = match error {
            postcard::Error::DeserializeUnexpectedEnd => "they end too early",
            _ => "they are not in the encoding of this format",
        };
        Self::Damaged { flaw }
    }
}
