//! Computes how probable a long run of silent, or of busy, bins is.
//!
//! In: the probability of each bin to be active, how much bins hold on to their state, a length. Out: the probability
//! that some run is at least so long.
//!
//! Bins are a Markov chain with two states. With persistence ρ, a bin is active with probability pᵢ + ρ (1 − pᵢ) after
//! an active one and (1 − ρ) pᵢ after a silent one; ρ = 0 are independent bins. The probability is the sum over bins of
//! that of the first long run ending there: only positive terms are added, so that rare runs keep their digits.

/// Which bins a run is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RunOf {
    Silent,
    Active,
}

/// What the recursion needs beside its arguments; reused from call to call.
#[derive(Debug, Clone, Default)]
pub(super) struct RunScratch {
    /// P(no long run ended yet, the last bin breaks runs), by bin, from before the first.
    broken: Vec<f64>,
    /// Running sums of the logarithms of "the run goes on".
    ln_stay: Vec<f64>,
}

impl RunScratch {
    /// P(the longest run of `of` is shorter than `length` bins), and P(it is not): both sums of positive terms.
    pub(super) fn sides(
        &mut self,
        active: &[f64],
        persistence: f64,
        of: RunOf,
        length: usize,
    ) -> (f64, f64) {
        if length == 0 {
            return (0.0, 1.0);
        }
        if length > active.len() {
            return (1.0, 0.0);
        }
        let run_prob = |p: f64| match of {
            RunOf::Silent => 1.0 - p,
            RunOf::Active => p,
        };
        self.broken.clear();
        self.ln_stay.clear();
        // Before the first bin stands a break that the first bin does not remember.
        self.broken.push(1.0);
        self.ln_stay.push(0.0);
        let (mut in_run, mut total) = (0.0, 0.0);
        for (i, &p) in active.iter().enumerate() {
            let marginal = run_prob(p).clamp(1e-12, 1.0 - 1e-12);
            let stay = marginal + persistence * (1.0 - marginal);
            let enter = entry(i, marginal, persistence);
            let broken = self.broken[i];
            self.ln_stay.push(self.ln_stay[i] + stay.ln());
            let next_broken = broken * (1.0 - enter) + in_run * (1.0 - stay);
            let mut next_run = broken * enter + in_run * stay;
            if i + 1 >= length {
                let first = i + 1 - length;
                let start = self.broken[first]
                    * entry(
                        first,
                        run_prob(active[first]).clamp(1e-12, 1.0 - 1e-12),
                        persistence,
                    );
                let ended = start * (self.ln_stay[i + 1] - self.ln_stay[first + 1]).exp();
                total += ended;
                next_run = (next_run - ended).max(0.0);
            }
            in_run = next_run;
            self.broken.push(next_broken);
        }
        let shorter = in_run + self.broken[active.len()];
        (shorter.min(1.0), total.min(1.0))
    }
}

/// The probability to enter a run after a break.
fn entry(bin: usize, marginal: f64, persistence: f64) -> f64 {
    if bin == 0 {
        marginal
    } else {
        marginal * (1.0 - persistence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By all sequences of states.
    fn by_enumeration(active: &[f64], persistence: f64, of: RunOf, length: usize) -> f64 {
        let bins = active.len();
        (0_u32..1 << bins)
            .filter(|states| {
                let mut longest = 0;
                let mut run = 0;
                for i in 0..bins {
                    let is_active = states >> i & 1 == 1;
                    run = if is_active == (of == RunOf::Active) {
                        run + 1
                    } else {
                        0
                    };
                    longest = longest.max(run);
                }
                longest >= length
            })
            .map(|states| {
                let mut probability = 1.0;
                for (i, &p_active) in active.iter().enumerate() {
                    let before = i.checked_sub(1).map(|i| states >> i & 1 == 1);
                    let p = match before {
                        None => p_active,
                        Some(true) => p_active + persistence * (1.0 - p_active),
                        Some(false) => p_active * (1.0 - persistence),
                    };
                    probability *= if states >> i & 1 == 1 { p } else { 1.0 - p };
                }
                probability
            })
            .sum()
    }

    #[test]
    fn runs_agree_with_enumeration_of_all_windows() {
        let active = [0.2, 0.7, 0.5, 0.05, 0.9, 0.4, 0.6, 0.3];
        let mut scratch = RunScratch::default();
        for persistence in [0.0, 0.6] {
            for of in [RunOf::Silent, RunOf::Active] {
                for length in 0..=9 {
                    let expected = by_enumeration(&active, persistence, of, length);
                    let actual = scratch.sides(&active, persistence, of, length).1;
                    assert!(
                        (actual - expected).abs() < 1e-9,
                        "{persistence} {of:?} {length}: {actual} {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn rare_runs_keep_their_digits() {
        let actual = RunScratch::default()
            .sides(&[0.01; 24], 0.0, RunOf::Active, 12)
            .1;
        // Feller: q p^r (n − r) + p^r, less the chance of two such runs, which is far smaller.
        let expected = 0.01_f64.powi(12) * (1.0 + 12.0 * 0.99);
        assert!(testkit::relative_error(actual, expected) < 1e-9);
        // No silent bin at all.
        let actual = RunScratch::default()
            .sides(&[0.01; 24], 0.0, RunOf::Silent, 1)
            .0;
        assert!(testkit::relative_error(actual, 0.01_f64.powi(24)) < 1e-9);
    }
}
