//! Trends the two numbers as the talk's pipeline does: old table joined with new counts, one step a bin.
//!
//! In: settings, and counts one at a time or as a series. Out: a [`TalkState`] that can be stored between runs.

use super::{CrostonError, PointForecast, activity, check_fraction, check_observations};

/// The talk's recurrence.
///
/// ψ ← ψ w + (1 − w) 𝟙(x > 0) in every bin,  μ ← μ w + (1 − w) x when x > 0,
///
/// where w is the weight on the OLD value (α = 1 − w). ψ is P(x > 0), μ is E[x | x > 0], the forecast ψ μ. The slide
/// writes the second update without its condition, which counts silence twice: [`SizeUpdate::Unconditional`] is that
/// literal form.
///
/// Source: D. Rodriguez, "Masquerading malicious DNS traffic", Strata San Francisco 2019, slide "Croston's method".
///
/// ```
/// use dns_anomaly::croston::{Start, Talk};
///
/// let talk = Talk::default().with_weight(0.5).with_start(Start::At { size: 2.0, active_prob: 1.0 });
/// let mut state = talk.start(4.0)?;
/// state.update(4.0)?; // size 3, probability 1
/// state.update(0.0)?; // size 3, probability 1/2
/// assert_eq!(state.forecast().rate(), 1.5);
/// # Ok::<(), dns_anomaly::croston::CrostonError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Talk {
    weight: f64,
    size_update: SizeUpdate,
    start: Start,
}

/// When the size moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SizeUpdate {
    /// In busy bins only, as the name "expected demand when non-zero" asks.
    #[default]
    WhenActive,
    /// In every bin, as the slide's formula literally says.
    Unconditional,
}

/// The state before the first bin.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Start {
    /// The first busy bin's size, and 𝟙(x₁ > 0). The default, because it needs no guess; starting at zero, as a
    /// new row of the talk's table does, holds the forecast down for some 1 / (1 − w) bins.
    #[default]
    FirstObservation,
    /// Given values, such as those stored by the run before.
    At {
        /// μ, finite and not negative.
        size: f64,
        /// ψ, between 0 and 1.
        active_prob: f64,
    },
}

/// One row of the talk's historical table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TalkState {
    weight: f64,
    size_update: SizeUpdate,
    size: f64,
    active_prob: f64,
}

impl Default for Talk {
    /// w = 0.9: of the two weights (0.75, 0.90) found in the state tables of the talk's author, the one with the
    /// longer memory, about ten bins.
    fn default() -> Self {
        Self {
            weight: 0.9,
            size_update: SizeUpdate::WhenActive,
            start: Start::FirstObservation,
        }
    }
}

impl Talk {
    /// w, the weight on the old value, between 0 and 1.
    #[must_use]
    pub fn with_weight(mut self, weight: f64) -> Self {
        self.weight = weight;
        self
    }

    /// When the size moves.
    #[must_use]
    pub fn with_size_update(mut self, size_update: SizeUpdate) -> Self {
        self.size_update = size_update;
        self
    }

    /// The state before the first bin.
    #[must_use]
    pub fn with_start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// w, the weight on the old value.
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// The state before the first bin, whose count is `first`: not updated with it yet.
    ///
    /// Started by [`Start::FirstObservation`] in a silent bin, the size is 0 until the first busy one.
    ///
    /// # Errors
    /// [`CrostonError`] when a setting is out of range or `first` is negative or not finite.
    pub fn start(&self, first: f64) -> Result<TalkState, CrostonError> {
        check_observations(&[first])?;
        self.state(first, activity(first))
    }

    /// Forecasts the bin after `observations`.
    ///
    /// # Errors
    /// [`CrostonError`] when `observations` is empty or holds a negative or non-finite value, or a setting is out of
    /// range.
    pub fn forecast(&self, observations: &[f64]) -> Result<PointForecast, CrostonError> {
        check_observations(observations)?;
        let first_size = observations
            .iter()
            .copied()
            .find(|&observation| observation > 0.0);
        let mut state = self.state(first_size.unwrap_or(0.0), activity(observations[0]))?;
        for &observation in observations {
            state.step(observation);
        }
        Ok(state.forecast())
    }

    fn state(&self, first_size: f64, first_activity: f64) -> Result<TalkState, CrostonError> {
        check_fraction("weight", self.weight)?;
        let (size, active_prob) = match self.start {
            Start::FirstObservation => (first_size, first_activity),
            Start::At { size, active_prob } => (size, active_prob),
        };
        check_fraction("active_prob", active_prob)?;
        if !(size >= 0.0 && size.is_finite()) {
            let constraint = "finite and zero or more";
            return Err(CrostonError::Setting {
                name: "size",
                constraint,
                value: size,
            });
        }
        Ok(TalkState {
            weight: self.weight,
            size_update: self.size_update,
            size,
            active_prob,
        })
    }
}

impl TalkState {
    /// Moves on by one bin with the count `observation`; an absent key is a count of 0.
    ///
    /// # Errors
    /// [`CrostonError::Observation`] when `observation` is negative or not finite; the state is left as it was.
    pub fn update(&mut self, observation: f64) -> Result<(), CrostonError> {
        check_observations(&[observation])?;
        self.step(observation);
        Ok(())
    }

    /// The forecast of the next bin.
    pub fn forecast(&self) -> PointForecast {
        PointForecast {
            expected_size: self.size,
            active_prob: self.active_prob,
            rate: self.size * self.active_prob,
        }
    }

    fn step(&mut self, observation: f64) {
        let trend = |old: f64, new: f64| old * self.weight + (1.0 - self.weight) * new;
        let moves = match self.size_update {
            SizeUpdate::WhenActive => observation > 0.0,
            SizeUpdate::Unconditional => true,
        };
        let active_prob = trend(self.active_prob, activity(observation));
        if moves {
            self.size = trend(self.size, observation);
        }
        self.active_prob = active_prob;
    }
}
