//! Draws every picture of a posterior: eight schools again, this time in the form that is hard.
//!
//! What to see: one call a picture. In the centred form the funnel of `spread` and the schools shows
//! in `pairs.svg`, where divergences gather at its neck.
//!
//! Pictures go into the folder named on the command line, else into one for what is temporary.

#![expect(clippy::print_stdout, reason = "an example says where its files are")]

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use rainier::plot::{
    View, autocorrelation_plot, density_plot, energy_plot, forest_lines, forest_plot, pairs_plot,
    predictive_check, rank_plot, trace_plot,
};
use rainier::prelude::*;

const EFFECTS: [(f64, f64); 8] = [
    (28.0, 15.0),
    (8.0, 10.0),
    (-3.0, 16.0),
    (7.0, 11.0),
    (-1.0, 9.0),
    (1.0, 11.0),
    (18.0, 10.0),
    (12.0, 18.0),
];

fn main() -> Result<(), Box<dyn Error>> {
    let model = model! {
        mean = Normal::new(0.0, 5.0).param();
        spread = HalfCauchy::new(5.0).param();
        school = RandomVariable::sequence(EFFECTS.map(|_| {
            Normal::new(&mean, &spread).param_centred()
        }));
        let outcomes: Vec<_> = school
            .iter()
            .zip(EFFECTS)
            .map(|(school, (_, error))| Normal::new(school, error))
            .collect();
        () = RandomVariable::sequence(
            outcomes.iter().zip(EFFECTS).map(|(outcome, (effect, _))| outcome.fit([effect])),
        ).map(|_| ());
        let again: Vec<_> = outcomes.iter().map(Distribution::generator).collect();
        yield (mean, spread, school, again)
    };
    let posterior = model.sample(&Nuts::default(), &Run::default().with_seed(3))?;
    let trace = posterior.trace();
    let all = View::default().with_parameters(&["mean", "spread", "school"]);
    let few = View::default().with_parameters(&["mean", "spread", "school[0]"]);

    let observed = EFFECTS.map(|(effect, _)| effect);
    let simulated = posterior.draws().iter().map(|draw| &draw.3);
    let pictures = [
        ("trace", trace_plot(trace, &all)?),
        ("rank", rank_plot(trace, &all)?),
        ("density", density_plot(trace, &all)?),
        ("pairs", pairs_plot(trace, &few)?),
        ("autocorrelation", autocorrelation_plot(trace, &few)?),
        ("forest", forest_plot(trace, &all)?),
        ("energy", energy_plot(posterior.positions(), &all)?),
        ("predictive", predictive_check(&observed, simulated, &all)?),
    ];
    let folder = env::args_os()
        .nth(1)
        .map_or_else(env::temp_dir, PathBuf::from);
    for (name, svg) in pictures {
        let path = folder.join(format!("eight-schools-{name}.svg"));
        fs::write(&path, svg)?;
        println!("{}", path.display());
    }
    println!("{}", forest_lines(trace, &all, 60)?.join("\n"));
    Ok(())
}
