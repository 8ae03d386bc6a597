//! Tests whether counts follow expected counts (Pearson's χ²).
//!
//! In: counts of cells, or draws of a discrete law with its mass function. Out: χ² and its p-value.

use statrs::function::gamma::gamma_ur;

use crate::goodness_of_fit::GoodnessOfFit;

/// Smallest expected count of a cell; sparser neighbours are pooled (Cochran 1954, Biometrics 10).
const SPARSE: f64 = 5.0;

/// Pearson's test of `observed` counts against `expected` counts, cell by cell.
///
/// χ² = Σ (O − E)²/E with cells − 1 degrees of freedom, p = Q((cells − 1)/2, χ²/2), Q the upper
/// regularised incomplete gamma function. Neighbouring cells are pooled, from the first to the
/// last, until each expects at least five. The expected counts are scaled to the observed
/// total, so probabilities serve as well, but no parameter may have been fitted.
///
/// Counts in a cell that cannot occur (E = 0 after pooling, or NaN) fit nothing: p is 0.
///
/// # Panics
/// If the slices differ in length, or the counts are all zero, or fewer than two cells remain
/// after pooling: such a test could not fail.
///
/// ```
/// use testkit::chi_square;
///
/// assert!(chi_square(&[98, 205, 97], &[0.25, 0.5, 0.25]).is_plausible());
/// assert!(!chi_square(&[98, 205, 97], &[0.4, 0.4, 0.2]).is_plausible());
/// ```
pub fn chi_square(observed: &[u64], expected: &[f64]) -> GoodnessOfFit {
    assert_eq!(
        observed.len(),
        expected.len(),
        "each cell must have both counts"
    );
    let count: u64 = observed.iter().sum();
    assert!(count > 0, "at least one cell must have been counted");
    let scale = count as f64 / expected.iter().sum::<f64>();
    let scaled: Vec<f64> = expected.iter().map(|mass| mass * scale).collect();
    if !scaled.iter().all(|mass| *mass >= 0.0) {
        return GoodnessOfFit {
            statistic: f64::INFINITY,
            p_value: 0.0,
        };
    }
    let cells = pool(observed, &scaled);
    assert!(
        cells.len() > 1,
        "two cells must expect at least {SPARSE} each, of {count} counts"
    );
    let statistic: f64 = cells
        .iter()
        .map(|(seen, mass)| (seen - mass) * (seen - mass) / mass)
        .sum();
    let degrees = (cells.len() - 1) as f64;
    // Q(a, 0) = 1, which the library refuses to be asked.
    let p_value = if statistic == 0.0 {
        1.0
    } else {
        gamma_ur(0.5 * degrees, 0.5 * statistic)
    };
    GoodnessOfFit { statistic, p_value }
}

/// χ² test of independent draws of a law on 0, 1, 2 … with probability `mass(k)`.
///
/// Every value up to the largest draw is a cell of its own (so the law should be one of moderate
/// counts), all beyond are one; sparse ones are pooled as in [`chi_square`]. A mass that sums to
/// more than one (by 1e-9) fits nothing: p is 0.
///
/// # Panics
/// As [`chi_square`]; in particular if there are no draws.
///
/// ```
/// use testkit::discrete_fit;
///
/// let fair = [0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0];
/// assert!(discrete_fit(&fair, |k| if k < 2 { 0.5 } else { 0.0 }).is_plausible());
/// ```
pub fn discrete_fit(draws: &[u64], mass: impl Fn(u64) -> f64) -> GoodnessOfFit {
    let largest = draws.iter().copied().max().unwrap_or(0);
    let mut observed = Vec::new();
    let mut expected = Vec::new();
    let mut sorted = draws.to_vec();
    sorted.sort_unstable();
    let mut rest = sorted.as_slice();
    for value in 0..=largest {
        let (equal, larger) = rest.split_at(rest.partition_point(|&draw| draw <= value));
        observed.push(equal.len() as u64);
        expected.push(mass(value));
        rest = larger;
    }
    let beyond = 1.0 - expected.iter().sum::<f64>();
    if beyond < -1e-9 {
        return GoodnessOfFit {
            statistic: f64::INFINITY,
            p_value: 0.0,
        };
    }
    observed.push(0);
    expected.push(beyond.max(0.0));
    chi_square(&observed, &expected)
}

/// Joins neighbours until each cell expects at least [`SPARSE`]; a sparse rest joins the last cell.
fn pool(observed: &[u64], expected: &[f64]) -> Vec<(f64, f64)> {
    let mut cells: Vec<(f64, f64)> = Vec::new();
    let mut open = (0.0, 0.0);
    for (&seen, &mass) in observed.iter().zip(expected) {
        open = (open.0 + seen as f64, open.1 + mass);
        if open.1 >= SPARSE {
            cells.push(open);
            open = (0.0, 0.0);
        }
    }
    match cells.last_mut() {
        Some(last) => *last = (last.0 + open.0, last.1 + open.1),
        None => cells.push(open),
    }
    cells
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

    use super::*;
    use crate::tolerance::relative_error;

    /// Draws of a geometric law with success probability 0.3: failures before the first success.
    fn geometric(count: usize) -> Vec<u64> {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let mut draw = || {
            let mut failures = 0;
            while rng.random::<f64>() >= 0.3 {
                failures += 1;
            }
            failures
        };
        (0..count).map(|_| draw()).collect()
    }

    fn geometric_mass(success: f64) -> impl Fn(u64) -> f64 {
        move |k| success * (k as f64 * (-success).ln_1p()).exp()
    }

    #[test]
    fn two_degrees_of_freedom_have_an_exponential_tail() {
        // χ² = 100/100 + 0 + 100/100 = 2 on 2 degrees: p = exp(−1).
        let fit = chi_square(&[110, 100, 90], &[100.0, 100.0, 100.0]);
        assert!(relative_error(fit.statistic, 2.0) < 1e-13);
        assert!(relative_error(fit.p_value, (-1.0_f64).exp()) < 1e-12);
    }

    #[test]
    fn critical_values_of_printed_tables_are_met() {
        // Upper 5 % points for 1 and 10 degrees of freedom: 3.841459 and 18.307038.
        for (degrees, critical) in [(1, 3.841_458_820_694_124), (10, 18.307_038_053_275_146)] {
            let p_value = gamma_ur(0.5 * f64::from(degrees), 0.5 * critical);
            assert!(
                relative_error(p_value, 0.05) < 1e-12,
                "{degrees}: {p_value}"
            );
        }
    }

    #[test]
    fn perfect_fit_has_p_value_one() {
        assert_eq!(chi_square(&[10, 10], &[1.0, 1.0]).p_value, 1.0);
    }

    #[test]
    fn right_mass_is_plausible_and_one_wrong_by_five_percent_is_not() {
        let draws = geometric(20_000);
        assert!(discrete_fit(&draws, geometric_mass(0.3)).is_plausible());
        assert!(!discrete_fit(&draws, geometric_mass(0.315)).is_plausible());
    }

    #[test]
    fn truncated_law_is_caught_by_the_cell_beyond_the_draws() {
        let draws: Vec<u64> = geometric(20_000).into_iter().filter(|&k| k < 8).collect();
        assert!(!discrete_fit(&draws, geometric_mass(0.3)).is_plausible());
    }

    #[test]
    fn mass_above_one_is_refused() {
        assert_eq!(
            discrete_fit(&geometric(100), |k| 1.1 * geometric_mass(0.3)(k)).p_value,
            0.0
        );
    }

    #[test]
    fn sparse_cells_are_pooled() {
        let cells = pool(&[1, 2, 30, 1], &[2.0, 4.0, 25.0, 1.0]);
        assert_eq!(cells, [(3.0, 6.0), (31.0, 26.0)]);
    }

    #[test]
    fn nan_mass_fits_nothing() {
        assert_eq!(chi_square(&[10, 10], &[1.0, f64::NAN]).p_value, 0.0);
    }

    #[test]
    #[should_panic(expected = "two cells")]
    fn test_that_cannot_fail_is_refused() {
        chi_square(&[10, 0], &[1.0, 0.0]);
    }
}
