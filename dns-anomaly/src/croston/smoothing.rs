//! Smooths numbers exponentially by the constant that would have forecast them best.
//!
//! In: numbers in the order of time. Out: the level after the last, the forecast of the next.

use std::cmp::Ordering;

/// The constants looked at, those that practice recommends for intermittent demand: Syntetos & Boylan
/// (2005), section 4, use 0.05 to 0.2, statsforecast's optimised methods 0.1 to 0.3.
const RANGE: (f64, f64) = (0.1, 0.3);

/// The search ends when the constant is known this well.
const TOLERANCE: f64 = 1e-8;

/// Level and one-step error of ℓ ← ℓ + α (x − ℓ), started at the first number.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Smoothed {
    level: f64,
    /// Σ (x − ℓ)² over the numbers after the first, each with the level before it.
    squared_error: f64,
}

fn smooth(numbers: &[f64], alpha: f64) -> Option<Smoothed> {
    let (&first, rest) = numbers.split_first()?;
    let start = Smoothed {
        level: first,
        squared_error: 0.0,
    };
    Some(rest.iter().fold(start, |smoothed, number| {
        let error = number - smoothed.level;
        Smoothed {
            level: smoothed.level + alpha * error,
            squared_error: smoothed.squared_error + error * error,
        }
    }))
}

/// The level after the last number, by the constant between 0.1 and 0.3 of least squared one-step error,
/// found by golden sections. None without numbers.
pub(super) fn best_level(numbers: &[f64]) -> Option<f64> {
    let error = |alpha| smooth(numbers, alpha).map_or(f64::INFINITY, |found| found.squared_error);
    let section = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = RANGE;
    let mut inner = (high - section * (high - low), low + section * (high - low));
    let mut errors = (error(inner.0), error(inner.1));
    while high - low > TOLERANCE {
        match errors.0.total_cmp(&errors.1) {
            Ordering::Less => {
                high = inner.1;
                inner = (high - section * (high - low), inner.0);
                errors = (error(inner.0), errors.0);
            }
            Ordering::Greater => {
                low = inner.0;
                inner = (inner.1, low + section * (high - low));
                errors = (errors.1, error(inner.1));
            }
            // The least lies between; or two numbers alone, which no constant forecasts better, take the middle.
            Ordering::Equal => {
                (low, high) = inner;
                inner = (high - section * (high - low), low + section * (high - low));
                errors = (error(inner.0), error(inner.1));
            }
        }
    }
    smooth(numbers, low.midpoint(high)).map(|found| found.level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_wants_the_quickest_and_noise_the_slowest_constant() {
        // After a jump the error is 1, 1 − α, (1 − α)², …: least for the largest α.
        let jump = [0.0, 1.0, 1.0, 1.0];
        let quickest = 1.0 - 0.7_f64.powi(3);
        assert!((best_level(&jump).unwrap() - quickest).abs() < 1e-6);
        // Whoever follows numbers that alternate is always late.
        let noise = [0.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0];
        let slowest = smooth(&noise, 0.1).unwrap().level;
        assert!((best_level(&noise).unwrap() - slowest).abs() < 1e-6);
    }

    #[test]
    fn the_error_is_least_at_an_inner_constant() {
        let numbers = [3.0, 1.0, 2.0, 3.5, 2.5, 4.0, 3.0, 4.5, 3.2, 4.8];
        let best = best_level(&numbers).unwrap();
        let on_a_grid = (0..=2000).map(|step| 0.1 + 1e-4 * f64::from(step));
        let least = on_a_grid
            .filter_map(|alpha| smooth(&numbers, alpha))
            .min_by(|a, b| a.squared_error.total_cmp(&b.squared_error))
            .unwrap();
        assert!((best - least.level).abs() < 1e-3, "{best}, {least:?}");
    }

    #[test]
    fn nothing_has_no_level_and_one_number_is_its_own() {
        assert_eq!(best_level(&[]), None);
        assert_eq!(best_level(&[4.0]), Some(4.0));
    }

    #[test]
    fn two_numbers_are_smoothed_by_the_middle_of_the_range() {
        assert!((best_level(&[4.0, 9.0]).unwrap() - 5.0).abs() < 1e-7);
    }
}
