//! Judges how well momenta explore energies.
//!
//! In: the energy of each draw of one Hamiltonian chain, or of some side by side. Out: the fraction
//! of missing information.

/// E-BFMI: mean squared change of the energy from draw to draw, over its variance.
///
/// Near 1 or above is good; below 0.3 the chain wanders through energies too slowly to reach the
/// tails, and a reparametrisation is called for. Betancourt (2016), "Diagnosing suboptimal
/// cotangent disintegrations". NaN for fewer than two energies, or when they are all equal.
///
/// # Example
/// ```
/// use rainier_sampler::diagnostics::e_bfmi;
/// assert_eq!(e_bfmi(&[1.0, -1.0, 1.0, -1.0]), 3.0);
/// ```
pub fn e_bfmi(energies: &[f64]) -> f64 {
    let mut sums = EnergySums::default();
    for energy in energies {
        sums.push(&[*energy]);
    }
    sums.e_bfmi()
}

/// What [`e_bfmi`] needs of the energies of some chains, which come draw by draw and are not kept.
///
/// # Numerics
/// Sums are of deviations from a chain's first energy, so that a large common offset costs no
/// digits.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EnergySums<const CHAINS: usize = 1> {
    count: usize,
    first: [f64; CHAINS],
    /// Of the latest energy.
    deviation: [f64; CHAINS],
    sum: [f64; CHAINS],
    sum_of_squares: [f64; CHAINS],
    /// Σ (change from draw to draw)².
    changes: [f64; CHAINS],
}

impl<const CHAINS: usize> Default for EnergySums<CHAINS> {
    fn default() -> Self {
        let zeros = [0.0; CHAINS];
        Self {
            count: 0,
            first: zeros,
            deviation: zeros,
            sum: zeros,
            sum_of_squares: zeros,
            changes: zeros,
        }
    }
}

impl<const CHAINS: usize> EnergySums<CHAINS> {
    /// Hears of the next energy of each chain.
    #[inline]
    pub(crate) fn push(&mut self, energies: &[f64; CHAINS]) {
        if self.count == 0 {
            self.first = *energies;
        }
        self.count += 1;
        for (chain, energy) in energies.iter().enumerate() {
            let deviation = energy - self.first[chain];
            let change = deviation - self.deviation[chain];
            self.deviation[chain] = deviation;
            self.sum[chain] += deviation;
            self.sum_of_squares[chain] += deviation * deviation;
            self.changes[chain] += change * change;
        }
    }

    /// What is known of one chain.
    pub(crate) fn of_chain(&self, chain: usize) -> EnergySums {
        EnergySums {
            count: self.count,
            first: [self.first[chain]],
            deviation: [self.deviation[chain]],
            sum: [self.sum[chain]],
            sum_of_squares: [self.sum_of_squares[chain]],
            changes: [self.changes[chain]],
        }
    }
}

impl EnergySums {
    pub(crate) fn e_bfmi(&self) -> f64 {
        if self.count < 2 {
            return f64::NAN;
        }
        let ([sum], [sum_of_squares], [changes]) = (self.sum, self.sum_of_squares, self.changes);
        changes / (sum_of_squares - sum * sum / self.count as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_changes_nothing() {
        let energies: Vec<f64> = (0..1000).map(|k| f64::from(k * 37 % 101)).collect();
        let shifted: Vec<f64> = energies.iter().map(|energy| energy - 1e9).collect();
        assert!((e_bfmi(&shifted) / e_bfmi(&energies) - 1.0).abs() < 1e-12);
        assert!(e_bfmi(&[3.0; 10]).is_nan() && e_bfmi(&[3.0]).is_nan() && e_bfmi(&[]).is_nan());
    }

    #[test]
    fn chains_side_by_side_are_chains_alone() {
        let mut sums = EnergySums::<3>::default();
        let energy = |draw: i32, chain: i32| f64::from(draw * (7 + chain) % 13) / 3.0;
        for draw in 0..50 {
            sums.push(&[0, 1, 2].map(|chain| energy(draw, chain)));
        }
        for chain in [0_u8, 1, 2] {
            let alone: Vec<f64> = (0..50).map(|draw| energy(draw, chain.into())).collect();
            let found = sums.of_chain(chain.into()).e_bfmi();
            assert_eq!(found.to_bits(), e_bfmi(&alone).to_bits());
        }
    }
}
