//! Corrects for the number of windows looked at.
//!
//! In: the p-values, as −ln p, of all windows tested. Out: for each a q and an e-value with its own q.
//!
//! q is Benjamini & Hochberg's (1995): the smallest rate of false discoveries at which the window is one of them, for
//! windows that do not overlap. e is the average of Vovk & Wang's (2021) calibrators κ p^(κ−1) over κ,
//! (1 − p + p ln p)/(p ln² p), with mean at most 1 under the null; e-BH (Wang & Ramdas 2022) rejects the k largest when
//! the k-th is at least m/(k q), and controls the rate under any dependence, so also where windows overlap.

/// What a window's p is worth among all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Discovery {
    /// Benjamini–Hochberg.
    pub q: f64,
    /// The e-value.
    pub e: f64,
    /// e-BH.
    pub q_of_e: f64,
}

/// For each of all windows tested, in their order.
pub(super) fn discoveries(surprises: &[f64]) -> Vec<Discovery> {
    let order = largest_first(surprises);
    let ln_e: Vec<f64> = surprises.iter().map(|&t| ln_e_value(t)).collect();
    let q = step_up(&order, surprises, surprises.len());
    let q_of_e = step_up(&order, &ln_e, surprises.len());
    let all = q.into_iter().zip(ln_e).zip(q_of_e);
    all.map(|((q, ln_e), q_of_e)| Discovery {
        q,
        e: ln_e.exp(),
        q_of_e,
    })
    .collect()
}

/// The e-value of a p given as −ln p.
pub(crate) fn e_value(surprise: f64) -> f64 {
    // An infinite one would make means of others meaningless.
    ln_e_value(surprise).min(690.0).exp()
}

/// e-BH for the largest e-values of `count`: their q, in their order. Leaving out the smaller ones makes no q smaller.
pub(crate) fn q_of_largest(evidence: &[f64], count: usize) -> Vec<f64> {
    let ln_evidence: Vec<f64> = evidence.iter().map(|e| e.ln()).collect();
    step_up(&largest_first(evidence), &ln_evidence, count)
}

fn largest_first(evidence: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..evidence.len()).collect();
    order.sort_by(|&a, &b| evidence[b].total_cmp(&evidence[a]));
    order
}

/// The smallest of count / (k · evidence) from each rank k on, at most 1. Evidence, as logarithms, falls along `order`.
fn step_up(order: &[usize], ln_evidence: &[f64], count: usize) -> Vec<f64> {
    let ln_count = (count as f64).ln();
    let mut all = vec![1.0; order.len()];
    let mut q: f64 = 1.0;
    for (rank, &index) in order.iter().enumerate().rev() {
        let ln_rank = ((rank + 1) as f64).ln();
        q = q.min((ln_count - ln_rank - ln_evidence[index]).exp());
        all[index] = q;
    }
    all
}

/// ln of (1 − p + p ln p)/(p ln² p) at p = e^−t.
fn ln_e_value(t: f64) -> f64 {
    if t < 1e-3 {
        // Its series: 1/2 + t/6.
        return (0.5 + t / 6.0).ln();
    }
    let p = (-t).exp();
    (1.0 - p - p * t).ln() + t - 2.0 * t.ln()
}

/// What share of windows is thought to be no ordinary one, before any is seen: that of the calibration's tail which is
/// not trusted.
const PRIOR: f64 = 0.01;

/// The probability that a window with −ln p = t is no ordinary one.
///
/// e is the Bayes factor of p ~ Beta(κ, 1), κ uniform, against a uniform p: the odds are e times those of the prior.
pub(super) fn anomaly_prob(t: f64) -> f64 {
    let ln_odds = ln_e_value(t) + (PRIOR / (1.0 - PRIOR)).ln();
    1.0 / (1.0 + (-ln_odds).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(p: &[f64]) -> Vec<Discovery> {
        discoveries(&p.iter().map(|p| -p.ln()).collect::<Vec<f64>>())
    }

    #[test]
    fn q_values_are_those_of_benjamini_and_hochberg() {
        // Their table (1995, section 4.1): 4 of 15 are rejected at 0.05.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
            0.5719, 0.6528, 0.7590, 1.0,
        ];
        let q = of(&p);
        assert_eq!(q.iter().filter(|discovery| discovery.q <= 0.05).count(), 4);
        assert!((q[0].q - 0.0015).abs() < 1e-12);
    }

    #[test]
    fn e_values_have_mean_one_under_the_null() {
        // ∫₀¹ e(p) dp = ∫₀^∞ e(t) e^−t dt; for large t the integrand is t⁻², whose rest beyond T is 1/T.
        let end = 600.0;
        let mean = testkit::integrate_pieces(
            |t| (ln_e_value(t) - t).exp(),
            &[0.0, 1e-3, 1.0, 10.0, 100.0, end],
        );
        assert!(
            (mean.value + 1.0 / end - 1.0).abs() < 1e-3,
            "{}",
            mean.value
        );
    }

    #[test]
    fn ordinary_windows_are_hardly_ever_and_rare_ones_nearly_surely_anomalies() {
        // Averaged over a uniform p the odds keep their mean, so that the probability stays below the prior's.
        let mean = testkit::integrate_pieces(
            |t| anomaly_prob(t) * (-t).exp(),
            &[0.0, 1e-3, 1.0, 10.0, 100.0],
        );
        assert!(mean.value < PRIOR, "{}", mean.value);
        assert!(anomaly_prob(0.7) < 0.01 && anomaly_prob(14.0) > 0.9);
    }

    #[test]
    fn the_largest_e_values_alone_give_the_same_q() {
        let p = [1e-9, 1e-7, 1e-7, 0.02, 0.4, 0.9];
        let all = of(&p);
        let evidence: Vec<f64> = all[..3].iter().map(|discovery| discovery.e).collect();
        for (q, discovery) in q_of_largest(&evidence, p.len()).iter().zip(&all) {
            assert!(testkit::relative_error(*q, discovery.q_of_e) < 1e-9);
        }
    }

    #[test]
    fn e_values_ask_for_more_than_p_values() {
        let discoveries = of(&[1e-12, 1e-6, 0.2, 0.5, 0.9]);
        assert!(discoveries[0].q_of_e < 0.05 && discoveries[0].q < discoveries[0].q_of_e);
        assert!(discoveries[4].q_of_e > 0.5);
    }
}
