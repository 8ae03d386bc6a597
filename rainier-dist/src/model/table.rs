//! Lays rows of covariates and outcomes out as columns, without the rows that say nothing.
//!
//! In: rows, some of whose outcomes may be missing, and weights. Out: a [`Table`], which remembers
//! where its rows stood, and its likelihood.

use std::sync::Arc;

use rainier_core::Column;

use super::covariates::{Covariates, Row};
use super::fit::likelihood_of;
use crate::distribution::Distribution;
use crate::observation::{Observation, Outcome};
use crate::random_variable::Terms;

/// Columns of equally many rows.
pub(super) struct Table {
    /// One for each number.
    pub(super) covariates: Vec<Column>,
    /// For each row its place in the data, if some were left out.
    pub(super) places: Option<Arc<[usize]>>,
    outcomes: Column,
    /// All positive: 0 · −∞ would be no number.
    weights: Option<Column>,
}

/// What the column of a covariate is called.
pub(super) fn covariate_name(place: usize) -> String {
    format!("covariate {place}")
}

impl Table {
    /// The rows that have an outcome and no weight of 0. There are as many weights as rows.
    pub(super) fn new<X: Covariates, R: Row<X>, Y: Outcome>(
        rows: &[(R, Y)],
        weights: Option<&[f64]>,
    ) -> Self {
        let mut values = vec![Vec::with_capacity(rows.len()); X::WIDTH];
        let mut numbers = Vec::with_capacity(X::WIDTH);
        let (mut outcomes, mut kept_weights, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for (place, (covariates, outcome)) in rows.iter().enumerate() {
            let weight = weights.map_or(1.0, |weights| weights[place]);
            let Some(outcome) = outcome.seen().filter(|_| weight != 0.0) else {
                continue;
            };
            numbers.clear();
            covariates.append_to(&mut numbers);
            for (column, &number) in values.iter_mut().zip(&numbers) {
                column.push(number);
            }
            outcomes.push(outcome);
            kept_weights.push(weight);
            places.push(place);
        }
        let named = |(place, values)| Column::named(covariate_name(place), values);
        Self {
            covariates: values.into_iter().enumerate().map(named).collect(),
            places: (places.len() < rows.len()).then(|| places.into()),
            outcomes: Column::new(outcomes),
            weights: weights.map(|_| Column::new(kept_weights)),
        }
    }

    /// All rows of these columns.
    pub(super) fn of_columns(covariates: &[Column], outcomes: &Column) -> Self {
        Self {
            covariates: covariates.to_vec(),
            places: None,
            outcomes: outcomes.clone(),
            weights: None,
        }
    }

    /// What a model that sees the outcomes under `distribution` rests on.
    pub(super) fn likelihood(&self, distribution: &impl Distribution) -> Terms {
        let observation = Observation::under(distribution, &self.outcomes);
        let observation = observation.at_places(self.places.as_ref());
        likelihood_of(
            distribution,
            &self.outcomes,
            observation,
            self.weights.as_ref(),
        )
    }
}
