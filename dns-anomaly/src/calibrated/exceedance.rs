//! Says how often a number as large as a given one was seen, where some of those seen count for more than others.
//!
//! In: numbers with weights. Out: [`Exceedance`], ln P(T ≥ t) for any t.
//!
//! Up to the value that a tenth of the weight exceeds, P is the share of the weight. Beyond, ln P is a straight line,
//! whose slope 1/s is estimated by maximum likelihood from the excesses; those of the highest three hundredths count as "at
//! least there", so that the anomalies one looks for do not set the measure for themselves. There is no largest number.

/// The share of the largest whose excesses make the tail.
pub(super) const TAIL: f64 = 0.1;
/// The share of the largest that count only as being there.
const CENSORED: f64 = 0.03;

/// The distribution of weighted numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct Exceedance {
    /// From the largest on.
    numbers: Vec<f32>,
    /// The weight of each and of all larger ones.
    weight_to: Vec<u32>,
    /// How many numbers of equal weight they are worth, (Σ w)² / Σ w².
    worth: f64,
    /// How many of them are in the tail.
    tail: usize,
    scale: f64,
}

impl Exceedance {
    /// Becomes the distribution of these numbers, two at least, with a weight of at least 1 each.
    pub(super) fn fit(&mut self, numbers: &[f32], weights: &[u16]) {
        let both = numbers.iter().copied().zip(weights.iter().copied());
        let mut weighted: Vec<(f32, u16)> = both.collect();
        weighted.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        self.numbers.clear();
        self.numbers
            .extend(weighted.iter().map(|(number, _)| number));
        self.weight_to.clear();
        let (mut total, mut squares) = (0, 0.0);
        for (_, weight) in &weighted {
            total += u32::from(*weight);
            squares += f64::from(*weight).powi(2);
            self.weight_to.push(total);
        }
        self.worth = f64::from(total).powi(2) / squares;
        self.tail = self.place_of(TAIL).clamp(1, self.len() - 1);
        let censored = self.place_of(CENSORED).max(1).min(self.tail / 2);
        let (start, limit) = (self.number(self.tail), self.number(censored));
        let excesses = weighted[..self.tail]
            .iter()
            .map(|&(number, weight)| f64::from(weight) * (f64::from(number).min(limit) - start));
        let excess: f64 = excesses.sum();
        let seen = self.weight_of(self.tail) - self.weight_of(censored);
        self.scale = (excess / seen).clamp(0.2, 20.0);
    }

    /// How many numbers there are.
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// How many numbers of equal weight they are worth.
    pub(super) fn worth(&self) -> f64 {
        self.worth
    }

    /// ln P(T ≥ t); half a number is added, so that none is impossible.
    pub(super) fn ln_share(&self, t: f64) -> f64 {
        let total = self.weight_of(self.len());
        let half = 0.5 * total / self.worth;
        let start = self.number(self.tail);
        let above = if t >= start {
            self.tail
        } else {
            self.numbers
                .partition_point(|&number| f64::from(number) >= t)
        };
        let share = (self.weight_of(above) + half).min(total) / total;
        share.ln() - (t - start).max(0.0) / self.scale
    }

    fn number(&self, place: usize) -> f64 {
        f64::from(self.numbers[place])
    }

    /// How many of the largest have this share of the weight, at most.
    fn place_of(&self, share: f64) -> usize {
        let limit = share * self.weight_of(self.len());
        self.weight_to
            .partition_point(|&weight| f64::from(weight) <= limit)
    }

    /// The weight of so many of the largest.
    fn weight_of(&self, largest: usize) -> f64 {
        match largest.checked_sub(1) {
            Some(last) => f64::from(self.weight_to[last]),
            None => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(numbers: &[f32], weights: &[u16]) -> Exceedance {
        let mut exceedance = Exceedance::default();
        exceedance.fit(numbers, weights);
        exceedance
    }

    #[test]
    fn a_weight_stands_for_as_many_numbers() {
        let numbers: Vec<f32> = (0..200).map(|k| (k * 37 % 200) as f32 * 0.03).collect();
        let weights: Vec<u16> = (0..200).map(|k| 1 + k % 3).collect();
        let repeated: Vec<f32> = numbers
            .iter()
            .zip(&weights)
            .flat_map(|(&number, &weight)| std::iter::repeat_n(number, usize::from(weight)))
            .collect();
        let weighted = fitted(&numbers, &weights);
        let repeated = fitted(&repeated, &vec![1; repeated.len()]);
        assert_eq!(repeated.worth(), 399.0);
        // (Σ w)² / Σ w² of as many ones, twos and threes.
        assert!((weighted.worth() - 399.0 * 399.0 / 929.0).abs() < 1e-9);
        for t in [0.0, 1.0, 3.0, 5.0, 5.3] {
            // Half a number is another share where one is worth more, and the places of the limits may be off by one.
            let (a, b) = (weighted.ln_share(t).exp(), repeated.ln_share(t).exp());
            assert!((a - b).abs() < 3.0 / 399.0, "{t}: {a} {b}");
        }
    }

    #[test]
    fn heavy_numbers_decide() {
        // Every second number is ten times as large as the one before and counts a thousandth.
        let numbers: Vec<f32> = (0..400)
            .map(|k| if k % 2 == 0 { 1.0 } else { 10.0 } * ((k / 2 + 1) as f32 / 200.0))
            .collect();
        let weights: Vec<u16> = (0..400)
            .map(|k| if k % 2 == 0 { 1000 } else { 1 })
            .collect();
        let heavy = fitted(&numbers, &weights);
        assert!((heavy.ln_share(0.5).exp() - 0.5).abs() < 0.01);
        // The control: alike, three quarters are above.
        let alike = fitted(&numbers, &vec![1; 400]);
        assert!((alike.ln_share(0.5).exp() - 0.725).abs() < 0.01);
    }

    /// P(T ≥ 7) where this share of the numbers is huge and the others are exponential.
    fn share_beside_huge(huge: f64) -> f64 {
        let numbers: Vec<f32> = (0..10_000)
            .map(|k| {
                let p = (f64::from(k) + 0.5) / 10_000.0;
                if p < huge { 1000.0 } else { -p.ln() as f32 }
            })
            .collect();
        fitted(&numbers, &vec![1; numbers.len()])
            .ln_share(7.0)
            .exp()
    }

    #[test]
    fn a_few_huge_numbers_do_not_bend_the_tail() {
        let expected = (-7.0_f64).exp();
        // Those below the limit are as before; the error of a sum for an integral is a part in a hundred.
        assert!((share_beside_huge(0.0) / expected - 1.0).abs() < 0.02);
        assert!((share_beside_huge(0.029) / expected - 1.0).abs() < 0.02);
        // The control: more are taken for what is usual.
        assert!(share_beside_huge(0.05) > 10.0 * expected);
    }

    #[test]
    fn two_numbers_are_a_distribution() {
        for numbers in [[1.0, 2.0], [3.0, 3.0], [0.0, 1e30]] {
            let exceedance = fitted(&numbers, &[1, 10_000]);
            let shares = [-1.0, 0.0, 1.5, 3.0, 1e31].map(|t| exceedance.ln_share(t));
            assert!(
                shares.windows(2).all(|pair| pair[0] >= pair[1]),
                "{shares:?}"
            );
            assert!(
                shares
                    .iter()
                    .all(|share| share.is_finite() && *share <= 0.0)
            );
        }
    }
}
