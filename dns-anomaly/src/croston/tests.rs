//! Checks the forecasts against answers of other implementations.

use serde_json::Value;

use super::*;

/// The alpha at which statsforecast runs its fixed-constant methods.
const STATSFORECAST_ALPHA: f64 = 0.1;

fn assert_close(actual: f64, expected: f64, what: &str) {
    // Two orders of the same few hundred additions and products differ by less than this.
    let tolerance = 1e-12 * expected.abs();
    assert!(
        (actual - expected).abs() <= tolerance,
        "{what}: got {actual}, expected {expected}"
    );
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|number| number.as_f64().unwrap())
        .collect()
}

fn field(value: &Value, name: &str) -> f64 {
    value[name].as_f64().unwrap()
}

/// Runs `check` on every series of the shared reference file; `None` when the file is not there.
fn each_reference_series(check: impl Fn(&str, &[f64], &Value) -> usize) -> Option<usize> {
    let path = testkit::shared("reference/croston.json")?;
    let reference: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let series = reference["series"].as_array().unwrap();
    Some(
        series
            .iter()
            .map(|series| {
                check(
                    series["name"].as_str().unwrap(),
                    &numbers(&series["y"]),
                    series,
                )
            })
            .sum(),
    )
}

#[test]
fn classic_and_its_corrections_agree_with_the_plain_references() {
    let checked = each_reference_series(|name, observations, series| {
        let by_alpha = series["croston_by_alpha"].as_array().unwrap();
        for expected in by_alpha {
            let classic = Classic::default().with_alpha(field(expected, "alpha"));
            let forecast = classic.forecast(observations).unwrap();
            assert_close(forecast.expected_size(), field(expected, "level"), name);
            assert_close(
                forecast.expected_interval(),
                field(expected, "interval"),
                name,
            );
            for (correction, key) in [
                (Correction::None, "croston"),
                (Correction::SyntetosBoylan, "sba"),
                (Correction::ShaleBoylanJohnston, "sbj"),
            ] {
                let forecast = classic
                    .with_correction(correction)
                    .forecast(observations)
                    .unwrap();
                assert_close(forecast.rate(), field(expected, key), name);
            }
        }
        by_alpha.len()
    });
    assert_ne!(checked, Some(0));
}

#[test]
fn classic_agrees_with_statsforecast() {
    let checked = each_reference_series(|name, observations, series| {
        let classic = Classic::default().with_alpha(STATSFORECAST_ALPHA);
        let sba = classic.with_correction(Correction::SyntetosBoylan);
        let expected = &series["statsforecast"];
        assert_close(
            classic.forecast(observations).unwrap().rate(),
            field(expected, "CrostonClassic"),
            name,
        );
        assert_close(
            sba.forecast(observations).unwrap().rate(),
            field(expected, "CrostonSBA"),
            name,
        );
        1
    });
    assert_ne!(checked, Some(0));
}

#[test]
fn tsb_agrees_with_statsforecast() {
    let checked = each_reference_series(|name, observations, series| {
        let cases = series["statsforecast"]["TSB"].as_array().unwrap();
        for expected in cases {
            let tsb = Tsb::default()
                .with_alpha_demand(field(expected, "alpha_d"))
                .with_alpha_probability(field(expected, "alpha_p"));
            assert_close(
                tsb.forecast(observations).unwrap().rate(),
                field(expected, "forecast"),
                name,
            );
        }
        cases.len()
    });
    assert_ne!(checked, Some(0));
}

#[test]
fn optimised_methods_agree_with_statsforecast() {
    let checked = each_reference_series(|name, observations, series| {
        let rates = [
            ("CrostonOptimized", Optimised.forecast(observations)),
            ("ADIDA", Adida.forecast(observations)),
            ("IMAPA", Imapa.forecast(observations)),
        ];
        for (method, forecast) in rates {
            let (found, expected) = (
                forecast.unwrap().rate(),
                field(&series["statsforecast"], method),
            );
            // Either search knows its constant to about 1e-8.
            assert!(
                (found - expected).abs() <= 1e-7 * expected,
                "{name}, {method}: got {found}, expected {expected}"
            );
        }
        1
    });
    assert_ne!(checked, Some(0));
}

#[test]
fn the_talks_recurrence_agrees_with_the_references_step_by_step() {
    let checked = each_reference_series(|name, observations, series| {
        let cases = series["recurrence"].as_array().unwrap();
        for expected in cases {
            let start = Start::At {
                size: field(expected, "mu0"),
                active_prob: field(expected, "psi0"),
            };
            let talk = Talk::default()
                .with_weight(field(expected, "w"))
                .with_start(start);
            let forecast = talk.forecast(observations).unwrap();
            assert_close(forecast.expected_size(), field(expected, "mu_final"), name);
            assert_close(forecast.active_prob(), field(expected, "psi_final"), name);
            assert_close(forecast.rate(), field(expected, "mean_forecast"), name);
            if expected["mu"].is_array() {
                let mut state = talk.start(observations[0]).unwrap();
                let steps = numbers(&expected["mu"])
                    .into_iter()
                    .zip(numbers(&expected["psi"]));
                for (&observation, (size, active_prob)) in observations.iter().zip(steps) {
                    state.update(observation).unwrap();
                    assert_close(state.forecast().expected_size(), size, name);
                    assert_close(state.forecast().active_prob(), active_prob, name);
                }
            }
        }
        cases.len()
    });
    assert_ne!(checked, Some(0));
}

/// Monthly prescriptions of the Australian PBS data; the answers are those of R's `forecast::croston`.
fn prescriptions() -> Option<Vec<f64>> {
    let path = testkit::shared("data/intermittent/PBS_dataset.csv")?;
    let text = std::fs::read_to_string(path).unwrap();
    Some(
        text.lines()
            .skip(1)
            .map(|line| line.split_once(',').unwrap().1.parse().unwrap())
            .collect(),
    )
}

/// Whether `actual`, written with as many decimals as `printed` has, reads the same.
fn reads_as(actual: f64, printed: &str) -> bool {
    let decimals = printed
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    format!("{actual:.decimals$}") == printed
}

#[test]
fn classic_gives_the_answers_of_r_on_the_prescriptions() {
    let Some(observations) = prescriptions() else {
        return;
    };
    for (alpha, printed) in [(0.1, "0.8688921"), (0.5, "0.6754646"), (0.05, "1.405808")] {
        let rate = Classic::default()
            .with_alpha(alpha)
            .forecast(&observations)
            .unwrap()
            .rate();
        assert!(
            reads_as(rate, printed),
            "alpha {alpha}: got {rate}, expected {printed}"
        );
    }
    let forecast = Classic::default().forecast(&observations).unwrap();
    assert!(reads_as(forecast.expected_size(), "2.3374875"));
    assert!(reads_as(forecast.expected_interval(), "2.6901930"));
}

#[test]
fn the_talks_forms_give_the_known_answers_on_the_prescriptions() {
    let Some(observations) = prescriptions() else {
        return;
    };
    let forecast = Talk::default().forecast(&observations).unwrap();
    assert!(reads_as(forecast.active_prob(), "0.0065"));
    assert!(reads_as(forecast.expected_size(), "2.337"));
    assert!(reads_as(forecast.rate(), "0.0152"));
    let literal = Talk::default()
        .with_size_update(SizeUpdate::Unconditional)
        .forecast(&observations)
        .unwrap();
    assert!(reads_as(literal.expected_size(), "0.0117"));
    assert!(reads_as(literal.rate(), "0.000076"));
}

#[test]
fn the_golden_series_has_its_hand_computed_state() {
    let observations = [
        0.0, 0.0, 2.0, 7.0, 0.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0, 0.0, 3.0,
    ];
    let forecast = Classic::default().forecast(&observations).unwrap();
    assert_close(forecast.expected_size(), 2.775, "size");
    assert_close(forecast.expected_interval(), 3.128, "interval");
    assert!(reads_as(forecast.rate(), "0.88714834"));
}

#[test]
fn no_observations_is_an_error_for_every_method() {
    assert_eq!(
        Classic::default().forecast(&[]),
        Err(CrostonError::NoObservations)
    );
    assert_eq!(
        Tsb::default().forecast(&[]),
        Err(CrostonError::NoObservations)
    );
    assert_eq!(
        Talk::default().forecast(&[]),
        Err(CrostonError::NoObservations)
    );
}

#[test]
fn silence_alone_forecasts_zero() {
    let observations = [0.0; 5];
    assert_eq!(
        Classic::default().forecast(&observations),
        Ok(PointForecast::SILENT)
    );
    assert_eq!(
        Tsb::default().forecast(&observations),
        Ok(PointForecast::SILENT)
    );
    assert_eq!(
        Talk::default().forecast(&observations),
        Ok(PointForecast::SILENT)
    );
}

#[test]
fn one_busy_bin_among_zeros_is_its_size_over_its_position() {
    assert_eq!(
        Classic::default()
            .forecast(&[0.0, 0.0, 0.0, 8.0, 0.0])
            .unwrap()
            .rate(),
        2.0
    );
}

#[test]
fn a_series_without_zeros_is_plain_exponential_smoothing() {
    let expected = 5.0 + 0.1 * (7.0 - 5.0);
    let forecast = Classic::default().forecast(&[5.0, 7.0]).unwrap();
    assert_close(forecast.rate(), expected, "classic");
    assert_eq!(forecast.expected_interval(), 1.0);
    assert_close(
        Tsb::default().forecast(&[5.0, 7.0]).unwrap().rate(),
        expected,
        "tsb",
    );
    assert_close(
        Talk::default().forecast(&[5.0, 7.0]).unwrap().rate(),
        expected,
        "talk",
    );
}

#[test]
fn observations_and_settings_out_of_range_are_refused_with_their_value() {
    let negative = Err(CrostonError::Observation {
        index: 1,
        value: -1.0,
    });
    assert_eq!(Classic::default().forecast(&[0.0, -1.0]), negative);
    assert_eq!(Tsb::default().forecast(&[0.0, -1.0]), negative);
    assert_eq!(Talk::default().forecast(&[0.0, -1.0]), negative);
    assert!(Classic::default().forecast(&[f64::NAN]).is_err());
    assert!(
        Classic::default()
            .with_alpha(f64::NAN)
            .forecast(&[1.0])
            .is_err()
    );
    assert!(
        Tsb::default()
            .with_alpha_probability(1.1)
            .forecast(&[1.0])
            .is_err()
    );
    assert!(Talk::default().with_weight(-0.1).forecast(&[1.0]).is_err());
    let start = Start::At {
        size: f64::INFINITY,
        active_prob: 0.5,
    };
    assert!(Talk::default().with_start(start).forecast(&[1.0]).is_err());
}
