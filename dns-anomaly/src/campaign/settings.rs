//! Holds what the search for campaigns is asked to do.
//!
//! In: values with reasons for their defaults. Out: [`CampaignSettings`].

/// How campaigns are looked for.
///
/// ```
/// use dns_anomaly::CampaignSettings;
///
/// let settings = CampaignSettings::default().with_false_discovery_rate(0.1);
/// assert_eq!(settings.false_discovery_rate(), 0.1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CampaignSettings {
    false_discovery_rate: f64,
    popular_share: f64,
    minimum_names: usize,
}

/// A client or address with fewer names than this is not popular, however few names there are.
const LEAST_POPULAR: usize = 50;

impl Default for CampaignSettings {
    /// A client or address with more than a tenth of all names is a resolver, a gateway or a content network and ties
    /// nothing together. Three names are the least that make a campaign.
    fn default() -> Self {
        Self {
            false_discovery_rate: 0.05,
            popular_share: 0.1,
            minimum_names: 3,
        }
    }
}

impl CampaignSettings {
    /// The share of false campaigns to be borne, in (0, 1).
    #[must_use]
    pub fn with_false_discovery_rate(mut self, rate: f64) -> Self {
        self.false_discovery_rate = rate;
        self
    }

    /// A client or address with more than this share of the names of a window, and more than 50, ties nothing together.
    #[must_use]
    pub fn with_popular_share(mut self, share: f64) -> Self {
        self.popular_share = share;
        self
    }

    /// Fewer names are no campaign.
    #[must_use]
    pub fn with_minimum_names(mut self, names: usize) -> Self {
        self.minimum_names = names;
        self
    }

    /// The share of false campaigns to be borne.
    pub fn false_discovery_rate(&self) -> f64 {
        self.false_discovery_rate
    }

    pub(super) fn minimum_names(&self) -> usize {
        self.minimum_names.max(2)
    }

    /// The most names a client or address may have in a window with so many.
    pub(super) fn most_names(&self, names: usize) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a number of names; the cast saturates"
        )]
        let share = (self.popular_share * names as f64) as usize;
        share.max(LEAST_POPULAR)
    }
}
