//! Corrects p-values for their number.
//!
//! In: the p-values of some of many tests; the others count as p = 1. Out: [`QValues`].

/// Benjamini–Hochberg values (1995): q₍ᵢ₎ = min over j ≥ i of m p₍ⱼ₎ / j.
pub(super) struct QValues {
    /// Ascending.
    p: Vec<f64>,
    q: Vec<f64>,
}

impl QValues {
    /// `p` of the outliers among `tested` windows.
    pub(super) fn new(mut p: Vec<f64>, tested: usize) -> Self {
        p.sort_by(f64::total_cmp);
        let mut q: Vec<f64> = p
            .iter()
            .enumerate()
            .map(|(index, p)| tested as f64 * p / (index + 1) as f64)
            .collect();
        let mut smallest: f64 = 1.0;
        for q in q.iter_mut().rev() {
            smallest = smallest.min(*q);
            *q = smallest;
        }
        Self { p, q }
    }

    /// q of a p that was among those given; of equal ones the last.
    pub(super) fn get(&self, p: f64) -> f64 {
        let above = self.p.partition_point(|other| *other <= p);
        above.checked_sub(1).map_or(1.0, |index| self.q[index])
    }

    /// The least q; 1 of nothing.
    pub(super) fn least(&self) -> f64 {
        self.q.first().copied().unwrap_or(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn q_values_are_those_of_benjamini_and_hochberg() {
        // Benjamini & Hochberg (1995), table of section 4.1: 15 tests, 4 of them rejected at 0.05.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
            0.5719, 0.6528, 0.7590, 1.0,
        ];
        let q = QValues::new(p.to_vec(), p.len());
        assert_eq!(p.iter().filter(|&&p| q.get(p) <= 0.05).count(), 4);
        assert!((q.get(0.0001) - 0.0015).abs() < 1e-12);
    }

    #[test]
    fn windows_that_are_no_outliers_count_among_the_tests() {
        let q = QValues::new(vec![0.001], 100);
        assert!((q.get(0.001) - 0.1).abs() < 1e-12);
    }
}
