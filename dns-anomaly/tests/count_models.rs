//! Claims about the models of counts: what they learn, and which one is chosen for a series.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole numbers of a file, rounded volumes"
)]

mod command;

use dns_anomaly::{ChoiceError, CountModel, FitSettings, choose_model};
use rainier::prelude::*;
use rainier::sampler::Streams;

fn settings() -> FitSettings {
    FitSettings::default()
        .with_chains(2)
        .with_warm_up(500)
        .with_draws(500)
}

/// `bins` counts of a distribution.
fn counts(law: &Generator<i64>, bins: usize, seed: u64) -> Vec<u64> {
    let mut rng = Streams::from_seed(seed).stream(0, 0);
    let environment = Environment::empty();
    (0..bins)
        .map(|_| law.draw(&environment, &mut rng).try_into().unwrap())
        .collect()
}

/// The names of the unknowns of a model with priors around `mean_size`, their means and standard deviations.
fn learned(model: CountModel, mean_size: f64, counts: &[u64]) -> Vec<(String, f64, f64)> {
    let fit = model
        .compile(mean_size)
        .unwrap()
        .fit(counts, &settings(), 1)
        .unwrap();
    let rows = fit.summary().rows().to_vec();
    rows.into_iter()
        .map(|row| (row.name, row.mean, row.sd))
        .collect()
}

fn comparable() -> Vec<dns_anomaly::CompiledCountModel> {
    let models = CountModel::ALL
        .into_iter()
        .filter(|model| model.is_comparable());
    models.map(|model| model.compile(5.0).unwrap()).collect()
}

#[test]
fn each_model_learns_what_counts_were_made_with() {
    let bins = 2000;
    let cases = [
        (
            CountModel::Poisson,
            Poisson::new(4.0).generator(),
            vec![("rate", 4.0)],
        ),
        (
            CountModel::Geometric,
            Geometric::new(0.3).generator(),
            vec![("success_prob", 0.3)],
        ),
        (
            CountModel::NegativeBinomial,
            NegativeBinomial::new(4.0, 0.7).generator(),
            vec![("mean", 4.0), ("dispersion", 0.7)],
        ),
        (
            CountModel::ZeroInflatedPoisson,
            Poisson::new(4.0).zero_inflated(0.6).generator(),
            vec![("zero_prob", 0.6), ("rate", 4.0)],
        ),
        (
            CountModel::ZeroInflatedNegativeBinomial,
            NegativeBinomial::new(9.0, 3.0)
                .zero_inflated(0.6)
                .generator(),
            vec![("zero_prob", 0.6), ("mean", 9.0), ("dispersion", 3.0)],
        ),
        (
            CountModel::HurdlePoisson,
            Poisson::new(4.0).hurdle(0.2).generator(),
            vec![("active_prob", 0.2), ("rate", 4.0)],
        ),
        (
            CountModel::HurdleNegativeBinomial,
            NegativeBinomial::new(4.0, 2.0).hurdle(0.5).generator(),
            vec![("active_prob", 0.5), ("mean", 4.0), ("dispersion", 2.0)],
        ),
    ];
    for (seed, (model, law, truth)) in (1..).zip(cases) {
        let learned = learned(model, 5.0, &counts(&law, bins, seed));
        let names: Vec<&str> = learned.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(
            names,
            truth.iter().map(|(name, _)| *name).collect::<Vec<_>>()
        );
        for ((name, mean, sd), (_, truth)) in learned.iter().zip(truth) {
            // One of thirteen unknowns is beyond four standard deviations once in a thousand seeds.
            assert!(
                (mean - truth).abs() < 4.0 * sd,
                "{model}, {name}: {mean} ± {sd}, {truth}"
            );
            // And two thousand bins are enough to tell something.
            assert!(*sd < 0.3 * truth, "{model}, {name}: {mean} ± {sd}");
        }
    }
}

#[test]
fn a_mixture_and_a_chain_of_states_tell_quiet_from_busy() {
    let law = Mixture::discrete(0.5, Constant::new(0))
        .and(0.3, Poisson::new(2.0))
        .and(0.2, NegativeBinomial::new(40.0, 8.0))
        .generator();
    let mixture = learned(CountModel::Mixture, 5.0, &counts(&law, 1500, 3));
    let truths = [0.5, 0.3, 0.2, 2.0, 40.0, 8.0];
    for ((name, mean, sd), truth) in mixture.iter().zip(truths) {
        assert!(
            (mean - truth).abs() < 4.0 * sd,
            "{name}: {mean} ± {sd}, {truth}"
        );
    }
    // Forty bins of one kind, then forty of the other.
    let quiet = counts(&Poisson::new(1.0).generator(), 400, 4);
    let busy = counts(&Poisson::new(30.0).generator(), 400, 5);
    let parts = quiet.chunks(40).zip(busy.chunks(40));
    let series: Vec<u64> = parts
        .flat_map(|(quiet, busy)| [quiet, busy].concat())
        .collect();
    let states = learned(CountModel::HiddenMarkov, 5.0, &series);
    let names: Vec<&str> = states.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["stay_quiet", "stay_busy", "quiet", "busy"]);
    assert!(states[0].1 > 0.95 && states[1].1 > 0.95, "{states:?}");
    for ((name, mean, sd), truth) in states[2..].iter().zip([1.0, 30.0]) {
        assert!(
            (mean - truth).abs() < 4.0 * sd,
            "{name}: {mean} ± {sd}, {truth}"
        );
    }
}

#[test]
fn volumes_have_continuous_sizes() {
    let mut rng = Streams::from_seed(6).stream(0, 0);
    let environment = Environment::empty();
    let law = LogNormal::new(9.0, 0.5).zero_inflated(0.4).generator();
    let bytes: Vec<u64> = (0..1000)
        .map(|_| law.draw(&environment, &mut rng).round() as u64)
        .collect();
    let log_normal = learned(CountModel::ZeroInflatedLogNormal, 9e3, &bytes);
    for ((name, mean, sd), truth) in log_normal.iter().zip([0.4, 9.0, 0.5]) {
        assert!(
            (mean - truth).abs() < 4.0 * sd,
            "{name}: {mean} ± {sd}, {truth}"
        );
    }
    let gamma = learned(CountModel::ZeroInflatedGamma, 9e3, &bytes);
    let mean = (9.0_f64 + 0.125).exp();
    assert!((gamma[2].1 / mean - 1.0).abs() < 0.1, "{gamma:?}");
}

#[test]
fn the_model_that_made_the_counts_is_chosen_or_one_that_tells_them_as_well() {
    let models = comparable();
    let cases = [
        (Poisson::new(4.0).generator(), vec![CountModel::Poisson]),
        (Geometric::new(0.2).generator(), vec![CountModel::Geometric]),
        // Both have one likelihood.
        (
            Poisson::new(5.0).zero_inflated(0.7).generator(),
            vec![CountModel::ZeroInflatedPoisson, CountModel::HurdlePoisson],
        ),
        (
            NegativeBinomial::new(6.0, 0.3).generator(),
            vec![CountModel::NegativeBinomial],
        ),
    ];
    for (seed, (law, expected)) in (10..).zip(cases) {
        let choice = choose_model(&models, &counts(&law, 500, seed), &settings(), 1).unwrap();
        let chosen = choice.fit().model();
        assert!(
            expected.contains(&chosen),
            "{chosen}, not {expected:?}: {:?}",
            choice.rivals()
        );
        assert_eq!(choice.rivals().len(), models.len());
        assert_eq!(choice.rivals()[0].behind, 0.0);
        assert!(choice.rivals().is_sorted_by(|a, b| a.elpd >= b.elpd));
    }
}

/// Maximal log-likelihoods of 204 months of prescriptions, from the literature of intermittent demand's most used series:
/// Poisson −454.3, zero-inflated Poisson and hurdle −394.6, geometric −355.6, negative binomial −351.7.
#[test]
fn prescriptions_are_over_dispersed() {
    let Some(path) = testkit::shared("data/intermittent/PBS_dataset.csv") else {
        return;
    };
    let text = std::fs::read_to_string(path).unwrap();
    let months = text
        .lines()
        .skip(1)
        .map(|line| line.split_once(',').unwrap().1);
    let series: Vec<u64> = months
        .map(|count| count.parse::<f64>().unwrap() as u64)
        .collect();
    let choice = choose_model(&comparable(), &series, &settings(), 1).unwrap();
    let elpd = |model: CountModel| {
        let rival = choice.rivals().iter().find(|rival| rival.model == model);
        rival.unwrap().elpd
    };
    let likelihoods = [
        (CountModel::Poisson, -454.3),
        (CountModel::ZeroInflatedPoisson, -394.6),
        (CountModel::HurdlePoisson, -394.6),
        (CountModel::Geometric, -355.6),
        (CountModel::NegativeBinomial, -351.7),
    ];
    for (model, largest) in likelihoods {
        // What is predicted is less likely than what is fitted, by about one nat for each unknown, more where counts are
        // wilder than the model has them.
        let loss = largest - elpd(model);
        assert!(
            (0.0..12.0).contains(&loss),
            "{model}: {} and {largest}",
            elpd(model)
        );
    }
    assert!(matches!(
        choice.fit().model(),
        CountModel::NegativeBinomial | CountModel::Geometric
    ));
}

#[test]
fn what_cannot_be_compared_is_refused_by_name() {
    let models = [CountModel::HiddenMarkov.compile(1.0).unwrap()];
    let error = choose_model(&models, &[0, 1], &settings(), 1).unwrap_err();
    assert!(
        error.to_string().starts_with("hmm gives no probability"),
        "{error}"
    );
    assert!(matches!(
        choose_model(&[], &[0], &settings(), 1),
        Err(ChoiceError::NoModel)
    ));
    assert!(matches!(
        choose_model(&comparable(), &[], &settings(), 1),
        Err(ChoiceError::NoBins)
    ));
    assert!(CountModel::Poisson.compile(-1.0).is_err());
}

#[test]
fn series_without_anything_to_tell_have_a_model_all_the_same() {
    let models = comparable();
    for series in [
        vec![0; 50],
        vec![7; 50],
        [vec![0; 49], vec![1]].concat(),
        vec![1_000_000_000; 20],
    ] {
        let choice = choose_model(&models, &series, &settings(), 1).unwrap();
        assert!(
            choice.rivals().iter().all(|rival| rival.elpd.is_finite()),
            "{:?}",
            choice.rivals()
        );
    }
}

#[test]
fn the_command_says_which_model_it_chose_and_how_far_the_others_are_behind() {
    let folder = command::folder("count-models");
    let counts = counts(&Poisson::new(5.0).zero_inflated(0.7).generator(), 300, 20);
    let head: Vec<String> = (1..=counts.len()).map(|bin| format!("c{bin}")).collect();
    let cells: Vec<String> = counts.iter().map(u64::to_string).collect();
    let table = format!("key,{}\nexample.com,{}\n", head.join(","), cells.join(","));
    std::fs::write(folder.join("counts.csv"), table).unwrap();
    let lines = command::succeed(&folder, &["fit", "counts.csv", "--model", "best", "--json"]);
    let line: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert!(
        ["zip", "hurdle"].contains(&line["model"].as_str().unwrap()),
        "{line}"
    );
    let models = line["models"].as_array().unwrap();
    assert_eq!((models.len(), models[0]["behind"].as_f64()), (8, Some(0.0)));
    let lines = command::succeed(&folder, &["fit", "counts.csv", "--model", "hmm", "--json"]);
    assert_eq!(lines.lines().count(), 4, "{lines}");
    for (model, is_warned) in [("zinb", true), ("nb", false)] {
        let output = command::run(&folder, &["fit", "counts.csv", "--model", model]);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            message.contains("makes zeros as well"),
            is_warned,
            "{message}"
        );
    }
    command::fail(
        &folder,
        &["fit", "counts.csv", "--model", "nb", "--prior", "talk"],
        2,
        &["--prior"],
    );
}
