//! Checks predictions against simulation, and inputs that break careless code.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Gamma, Poisson};

use super::combine::{MEASURES, Parts};
use super::population::Population;
use super::screen::{Compared, Screen};
use super::statistic::Measures;
use crate::series::BusyBin;

/// The busy bins of a window that starts at bin 0.
fn busy(counts: &[u64]) -> Vec<BusyBin> {
    let bins = counts.iter().enumerate().filter(|(_, count)| **count > 0);
    bins.map(|(bin, &count)| BusyBin {
        bin: bin as i64,
        count,
        clients: None,
    })
    .collect()
}

/// Compares counts with references of the same length, all in one slot.
fn compare(observed: &[u64], references: &[Vec<u64>]) -> Compared {
    let references: Vec<Vec<BusyBin>> = references.iter().map(|counts| busy(counts)).collect();
    let references: Vec<(i64, &[BusyBin])> =
        references.iter().map(|bins| (0, bins.as_slice())).collect();
    let measures = Measures::of(0, observed.len() as i64, &busy(observed));
    let slots = vec![0; observed.len()];
    Screen::default().compare(&measures, &references, &slots, &Population::default())
}

fn is_sane(compared: &Compared) -> bool {
    let is_probability = |p: f64| (0.0..=1.0 + 1e-9).contains(&p);
    compared.busy.is_finite()
        && compared.sum.is_finite()
        && compared.tails.iter().all(|tail| {
            is_probability(tail.below)
                && is_probability(tail.at)
                && is_probability(tail.above)
                && (tail.below + tail.at + tail.above - 1.0).abs() < 0.02
        })
}

#[test]
fn extreme_histories_give_probabilities() {
    for bins in [1, 3, 24, 288] {
        let constant = |count: u64| vec![count; bins];
        let mut one = constant(0);
        one[bins / 2] = 1;
        let mut almost = constant(60);
        almost[0] = 0;
        let histories = [
            constant(0),
            constant(1),
            constant(7),
            constant(1_000_000_000),
            one.clone(),
            almost.clone(),
        ];
        for history in &histories {
            for observed in &histories {
                for references in [2, 4, 20] {
                    let compared = compare(observed, &vec![history.clone(); references]);
                    assert!(
                        is_sane(&compared),
                        "{bins} {:?} {:?}: {compared:?}",
                        &history[..bins.min(3)],
                        &observed[..bins.min(3)]
                    );
                }
            }
        }
    }
}

#[test]
fn a_window_like_its_references_is_no_surprise() {
    for counts in [vec![0; 24], vec![7; 24], vec![1_000_000_000; 24]] {
        let compared = compare(&counts, &vec![counts.clone(); 20]);
        let parts = Parts::of(&compared.tails, [0.5; MEASURES]);
        let largest = parts.surprise.iter().copied().fold(0.0, f32::max);
        assert!(largest < 2.0, "{counts:?}: {parts:?}");
    }
}

/// A window of 24 bins: hurdle with probability 0.4, sizes 1 + NB2 with mean 5 and dispersion 2, window levels with
/// spread 0.3 of activity and of size.
fn draw(rng: &mut ChaCha8Rng) -> Vec<u64> {
    let normal = |rng: &mut ChaCha8Rng| rand_distr::StandardNormal.sample(rng);
    let spread: [f64; 2] = [normal(rng), normal(rng)].map(|z: f64| 0.3 * z);
    let odds = 0.4 / 0.6 * f64::exp(spread[0]);
    let level = 5.0 * f64::exp(spread[1] - 0.045);
    let rates = Gamma::new(2.0, level / 2.0).unwrap();
    (0..24)
        .map(|_| {
            if rng.random::<f64>() < odds / (1.0 + odds) {
                1 + Poisson::new(rates.sample(rng)).map_or(0, |poisson| poisson.sample(rng) as u64)
            } else {
                0
            }
        })
        .collect()
}

/// How many of `windows` windows have p at most 0.05, by measure; their level is that of their references but for
/// `factor`.
fn count_below(windows: usize, factor: u64) -> [usize; MEASURES] {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut below = [0; MEASURES];
    for _ in 0..windows {
        let references: Vec<Vec<u64>> = (0..20).map(|_| draw(&mut rng)).collect();
        let observed: Vec<u64> = draw(&mut rng).iter().map(|count| count * factor).collect();
        let compared = compare(&observed, &references);
        let parts = Parts::of(&compared.tails, std::array::from_fn(|_| rng.random()));
        for (count, surprise) in below.iter_mut().zip(parts.surprise) {
            *count += usize::from(surprise > -(0.05_f32.ln()));
        }
    }
    below
}

#[test]
fn p_values_before_calibration_are_right_within_a_factor_of_two() {
    const WINDOWS: usize = 2_000;
    let is_right = |count: usize| {
        let share = count as f64 / WINDOWS as f64;
        let nearest = share.clamp(0.025, 0.1);
        let standard_error = (nearest * (1.0 - nearest) / WINDOWS as f64).sqrt();
        testkit::within_standard_errors(share, nearest, standard_error)
    };
    let below = count_below(WINDOWS, 1);
    assert!(below.iter().all(|&count| is_right(count)), "{below:?}");
    // The control: three times the size is seen in sum and maximum, and nowhere else.
    let below = count_below(WINDOWS, 3);
    assert_eq!(
        below.map(is_right),
        [false, true, false, true, true],
        "{below:?}"
    );
}
