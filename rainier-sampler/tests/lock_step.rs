//! Checks that chains in lock step are the chains that would have been run alone.
//!
//! In: curved densities with data of their own, some impossible. Out: the bits of `sample`, whatever
//! the number of lanes, the neighbours and the order; failures that stay with their series.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rainier_sampler::{
    Ending, Hmc, LockStepDensity, LogDensity, LogDensityGradient, MetricShape, NotFinite, Run,
    SampleError, Series, Start, Statistics, Trace, sample, sample_many, sample_many_positions,
};

/// ln p = −½ x² − ½ (y − bend x²)²/s², s = 0.3, outside the support for y < −1: curved, with an
/// edge, and not a number everywhere if the bend is not. With an infinite bend it is −|x| − |y − 10⁶|,
/// whose slope along y tells no scale near the start.
#[derive(Debug, Clone, Copy)]
struct Bent(f64);

impl LogDensity for Bent {
    fn dimension(&self) -> usize {
        2
    }

    fn log_density(&mut self, position: &[f64]) -> f64 {
        self.log_density_and_gradient(position, &mut [0.0; 2])
    }
}

impl LogDensityGradient for Bent {
    fn log_density_and_gradient(&mut self, position: &[f64], gradient: &mut [f64]) -> f64 {
        let (x, y) = (position[0], position[1]);
        if self.0.is_infinite() {
            gradient[0] = -x.signum();
            gradient[1] = (1e6 - y).signum();
            return -x.abs() - (y - 1e6).abs();
        }
        let residual = (y - self.0 * x * x) / 0.09;
        gradient[0] = -x + 2.0 * self.0 * x * residual;
        gradient[1] = -residual;
        if y < -1.0 && self.0.is_finite() {
            return f64::NEG_INFINITY;
        }
        -0.5 * x * x - 0.045 * residual * residual
    }
}

/// A bend for each lane.
struct Lanes<const LANES: usize>([Bent; LANES]);

impl<const LANES: usize> LockStepDensity<LANES> for Lanes<LANES> {
    type Data = f64;

    fn dimension(&self) -> usize {
        2
    }

    fn set_lane(&mut self, lane: usize, data: &f64) {
        self.0[lane] = Bent(*data);
    }

    fn evaluate(
        &mut self,
        positions: &[[f64; LANES]],
        values: &mut [f64; LANES],
        gradients: &mut [[f64; LANES]],
    ) {
        for lane in 0..LANES {
            let mut gradient = [0.0; 2];
            let position = [positions[0][lane], positions[1][lane]];
            values[lane] = self.0[lane].log_density_and_gradient(&position, &mut gradient);
            gradients[0][lane] = gradient[0];
            gradients[1][lane] = gradient[1];
        }
    }
}

type Outcome = Series<(f64, Trace), SampleError>;

fn run() -> Run {
    Run::default()
        .with_seed(11)
        .with_chains(3)
        .with_warm_up(160)
        .with_draws(40)
        .with_threads(1)
}

fn many<const LANES: usize>(series: &[(u64, f64)], sampler: &Hmc) -> Vec<Outcome> {
    let lanes = Lanes([Bent(0.0); LANES]);
    let series = series.iter().map(|&(key, bend)| (key, Ok(bend)));
    sample_many(lanes, series, sampler, &run())
        .unwrap()
        .collect()
}

fn series() -> Vec<(u64, f64)> {
    (0..17_u32)
        .map(|key| (u64::from(key) * 7, 0.05 * f64::from(key)))
        .chain([(119, f64::INFINITY)])
        .collect()
}

fn samplers() -> [Hmc; 3] {
    [
        Hmc::default(),
        Hmc::default().with_steps(1).with_jitter(0.0),
        Hmc::default()
            .with_steps(9)
            .with_metric(MetricShape::Dense)
            .with_target_acceptance(0.6),
    ]
}

#[test]
fn a_series_in_lock_step_is_the_same_series_alone() {
    let is_same = |found: &Outcome, alone: &Trace| {
        let (_, trace) = found.outcome.as_ref().unwrap();
        (0..3).all(|chain| {
            let statistics = |trace: &Trace| -> Vec<Statistics> {
                let of_draw = |draw| trace.statistics(chain, draw).clone();
                (0..trace.draws_per_chain()).map(of_draw).collect()
            };
            statistics(trace) == statistics(alone) && trace.adapted(chain) == alone.adapted(chain)
        }) && (0..2).all(|parameter| trace.parameter(parameter) == alone.parameter(parameter))
            && trace.warm_up_gradient_evaluations() == alone.warm_up_gradient_evaluations()
    };
    let mut decided_nothing = 0;
    for sampler in samplers() {
        for (found, (key, bend)) in many::<4>(&series(), &sampler).iter().zip(series()) {
            let alone = |key| sample(|| Bent(bend), &sampler, &run().with_key(key)).unwrap();
            assert_eq!(found.key, key);
            let expected = alone(key);
            assert!(is_same(found, &expected), "series {key}");
            assert!(!is_same(found, &alone(key + 1)), "series {key}");
            let draws = (0..3).flat_map(|chain| (0..39).map(move |draw| (chain, draw)));
            let endings = draws.map(|(chain, draw)| expected.statistics(chain, draw).ending);
            decided_nothing += endings
                .filter(|&ending| ending == Ending::LeftSupport)
                .count();
        }
    }
    // A trajectory that leaves the support has nothing to decide; its number is drawn all the same.
    assert!(decided_nothing > 10, "{decided_nothing}");
}

#[test]
fn lanes_neighbours_and_order_change_no_bit() {
    let sampler = Hmc::default();
    let together = many::<4>(&series(), &sampler);
    assert_eq!(many::<1>(&series(), &sampler), together);
    assert_eq!(many::<64>(&series(), &sampler), together);
    let backwards: Vec<_> = series().into_iter().rev().collect();
    let mut found = many::<8>(&backwards, &sampler);
    found.reverse();
    assert_eq!(found, together);
}

#[test]
fn a_series_that_cannot_start_fails_alone() {
    let good = many::<4>(&series(), &Hmc::default());
    let mut data = series();
    for place in [0, 5, 6, 16] {
        data[place].1 = f64::NAN;
    }
    for (place, (found, good)) in many::<4>(&data, &Hmc::default())
        .iter()
        .zip(&good)
        .enumerate()
    {
        assert_eq!(found.key, good.key);
        if data[place].1.is_nan() {
            let error = found.outcome.as_ref().unwrap_err();
            assert!(
                matches!(
                    error,
                    SampleError::Initialisation {
                        chain: 0,
                        cause: NotFinite::LogDensity { value, .. },
                        ..
                    } if value.is_nan()
                ),
                "{error}"
            );
        } else {
            assert_eq!(found, good);
        }
    }
}

#[test]
fn positions_are_the_draws_of_the_trace_and_warn_alike() {
    for sampler in samplers() {
        let traces = many::<4>(&series(), &sampler);
        let lanes = Lanes([Bent(0.0); 4]);
        let series = series().into_iter().map(|(key, bend)| (key, Ok(bend)));
        let found: Vec<Series<_, SampleError>> =
            sample_many_positions(lanes, series, &sampler, &run())
                .unwrap()
                .collect();
        assert_eq!(found.len(), traces.len());
        for (found, trace) in found.iter().zip(&traces) {
            let (_, trace) = trace.outcome.as_ref().unwrap();
            let (_, positions) = found.outcome.as_ref().unwrap();
            assert_eq!(
                (
                    positions.dimension(),
                    positions.chains(),
                    positions.draws_per_chain()
                ),
                (2, 3, 40)
            );
            for parameter in 0..2 {
                for (chain, draws) in trace.parameter(parameter).iter().enumerate() {
                    assert_eq!(positions.draws(chain, parameter), draws);
                }
            }
            assert_eq!(
                positions.gradient_evaluations(),
                trace.gradient_evaluations()
            );
            assert_eq!(positions.divergences(), trace.divergences());
            // Of 40 draws there is something to warn of.
            let warnings = trace.warnings();
            assert!(!warnings.is_empty());
            let found = positions.warnings_beside(&trace.summary());
            assert_eq!(format!("{found:?}"), format!("{warnings:?}"));
        }
    }
}

#[test]
fn data_that_came_as_an_error_leave_as_one_in_their_place() {
    let error = run().with_chains(0).validate().unwrap_err();
    let series = (0..9).map(|key| match key {
        2 | 3 | 8 => (key, Err(SampleError::Settings(error.clone()))),
        _ => (key, Ok(0.1)),
    });
    let lanes = Lanes([Bent(0.0); 4]);
    let found: Vec<_> = sample_many(lanes, series, &Hmc::default(), &run())
        .unwrap()
        .collect();
    let keys: Vec<u64> = found.iter().map(|series| series.key).collect();
    assert_eq!(keys, (0..9).collect::<Vec<u64>>());
    for series in found {
        assert_eq!(series.outcome.is_err(), [2, 3, 8].contains(&series.key));
    }
}

#[test]
fn series_are_asked_for_as_lanes_need_them() {
    let asked = std::cell::Cell::new(0_u64);
    let series = (0..10_000_u64).map(|key| {
        asked.set(key + 1);
        (key, Ok::<_, SampleError>(0.1))
    });
    let mut outcomes = sample_many(Lanes([Bent(0.0); 4]), series, &Hmc::default(), &run()).unwrap();
    for handed_out in 1..=50 {
        outcomes.next().unwrap().outcome.unwrap();
        // Three chains each: four lanes hold those of three series at most.
        assert!(asked.get() <= handed_out + 3, "{}", asked.get());
    }
}

#[test]
fn what_lock_step_cannot_do_is_refused() {
    let refused = |sampler: Hmc, run: Run| {
        let series = [(0, Ok::<_, SampleError>(0.1))];
        sample_many(Lanes([Bent(0.0); 2]), series, &sampler, &run).err()
    };
    let is_settings = |error| matches!(error, Some(SampleError::Settings(_)));
    assert!(is_settings(refused(
        Hmc::default().with_start(Start::Pathfinder),
        run()
    )));
    assert!(is_settings(refused(Hmc::default().with_steps(0), run())));
    assert!(is_settings(refused(Hmc::default(), run().with_chains(0))));
    assert!(refused(Hmc::default(), run()).is_none());
}
