//! Checks shapes, statistics and warnings of traces.

use super::*;
use crate::statistics::Ending;

/// Two chains of `draws` in two dimensions; the second parameter is the draw's number.
fn trace(draws: usize, ending: impl Fn(usize) -> Ending) -> Trace {
    let chains = (0..2)
        .map(|number| {
            let mut chain = Chain::new(2);
            for draw in 0..draws {
                // A full period of a mixing sequence: every value once, in scattered order.
                let value = (draw * 37 + number * 11) % draws;
                let statistics = Statistics {
                    ending: ending(draw),
                    ..Statistics::default()
                };
                chain
                    .push(&[value as f64, draw as f64], statistics)
                    .unwrap();
            }
            chain
        })
        .collect();
    Trace::from_chains(vec!["x".to_owned(), "drift".to_owned()], chains).unwrap()
}

#[test]
fn chains_of_unequal_shape_are_refused() {
    let mut longer = Chain::new(1);
    longer.push(&[1.0], Statistics::default()).unwrap();
    let error = Trace::from_chains(vec!["x".to_owned()], vec![Chain::new(1), longer.clone()]);
    assert!(matches!(
        error,
        Err(TraceError::UnequalChains { chain: 1, .. })
    ));
    assert!(matches!(
        Trace::from_chains(Vec::new(), Vec::new()),
        Err(TraceError::NoChains)
    ));
    assert!(longer.push(&[1.0, 2.0], Statistics::default()).is_err());
}

#[test]
fn mapped_draws_keep_their_statistics_and_places() {
    let trace = trace(10, |draw| {
        if draw == 3 {
            Ending::Diverged
        } else {
            Ending::Completed
        }
    });
    let mapped = trace.map_draws(vec!["sum".to_owned()], |draw, out| {
        out[0] = draw[0] + draw[1];
    });
    assert_eq!(mapped.draw(1, 4), [trace.draw(1, 4)[0] + 4.0]);
    assert_eq!(mapped.divergences(), 2);
    assert!(mapped.statistics(0, 3).is_divergent());
}

#[test]
fn divergences_and_drift_are_reported_in_words() {
    let trace = trace(101, |draw| {
        if draw < 5 {
            Ending::Diverged
        } else {
            Ending::Turned
        }
    });
    let warnings = trace.warnings();
    assert!(warnings.contains(&Warning::Divergences {
        count: 10,
        draws: 202
    }));
    let is_about_drift =
        |warning: &Warning| matches!(warning, Warning::Rhat { name, .. } if name == "drift");
    assert!(warnings.iter().any(is_about_drift));
    assert!(
        warnings
            .iter()
            .all(|warning| !warning.to_string().is_empty())
    );
}

#[test]
fn the_summary_has_a_row_for_each_parameter() {
    let summary = trace(101, |_| Ending::Turned).summary();
    assert_eq!(summary.rows().len(), 2);
    assert_eq!(summary.rows()[1].mean, 50.0);
    let table = summary.to_string();
    assert!(table.contains("drift") && table.contains("rhat"), "{table}");
}

#[test]
fn rows_of_the_table_are_aligned_under_long_names_and_large_numbers() {
    let names = vec![
        "µ".to_owned(),
        "a_name_longer_than_any_column[12]".to_owned(),
    ];
    let trace = trace(101, |_| Ending::Turned).map_draws(names, |draw, out| {
        out.copy_from_slice(&[1e12 * draw[0], 1e-9 * draw[1]]);
    });
    let table = trace.summary().to_string();
    let widths: Vec<usize> = table.lines().map(|line| line.chars().count()).collect();
    assert_eq!(widths, [widths[0]; 3], "{table}");
}

#[test]
fn too_few_draws_to_tell_are_reported_and_a_constant_is_not() {
    let few = |warning: &Warning| matches!(warning, Warning::FewEffectiveDraws { .. });
    let short = trace(5, |_| Ending::Turned);
    assert_eq!(short.warnings().into_iter().filter(few).count(), 4);
    let constant = short.map_draws(vec!["one".to_owned()], |_, out| out[0] = 1.0);
    assert!(constant.warnings().is_empty());
}
