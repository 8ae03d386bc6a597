//! Writes one chain as Stan's command line does.
//!
//! In: a trace, a chain. Out: comments with settings, a header, what warm-up settled on, draws.
//! Arrays are in Stan's order, the first index running fastest, counted from 1.

use std::io::{self, Write};

use super::super::Trace;
use super::variables::{Variable, variables};
use crate::adapted::{Adapted, MetricEstimate};
use crate::settings::Run;
use crate::statistics::{Ending, Statistics};

/// Writes the chain numbered `chain`.
pub(super) fn write(
    trace: &Trace,
    chain: usize,
    model: &str,
    run: &Run,
    out: &mut dyn Write,
) -> io::Result<()> {
    let adapted = trace.adapted(chain);
    write_settings(trace, chain, model, run, out)?;
    let columns: Vec<(String, usize)> = variables(trace.names())
        .iter()
        .flat_map(stan_columns)
        .collect();
    out.write_all(b"lp__,accept_stat__")?;
    if adapted.is_some() {
        out.write_all(b",stepsize__,treedepth__,n_leapfrog__,divergent__,energy__")?;
    }
    for (name, _) in &columns {
        write!(out, ",{name}")?;
    }
    writeln!(out)?;
    if let Some(adapted) = adapted {
        write_adapted(adapted, out)?;
    }
    for draw in 0..trace.draws_per_chain() {
        let statistics = trace.statistics(chain, draw);
        write_number(statistics.log_density, out)?;
        out.write_all(b",")?;
        write_number(statistics.acceptance, out)?;
        if adapted.is_some() {
            write_hamiltonian(statistics, out)?;
        }
        let values = trace.draw(chain, draw);
        for (_, parameter) in &columns {
            out.write_all(b",")?;
            write_number(values[*parameter], out)?;
        }
        writeln!(out)?;
    }
    out.write_all(
        b"# \n#  Elapsed Time: 0 seconds (Warm-up)\n#                0 seconds (Sampling)\n\
          #                0 seconds (Total)\n# \n",
    )
}

/// The comments above the header.
fn write_settings(
    trace: &Trace,
    chain: usize,
    model: &str,
    run: &Run,
    out: &mut dyn Write,
) -> io::Result<()> {
    // A line break would end the comment.
    let model: String = model.chars().filter(|c| !c.is_control()).collect();
    writeln!(
        out,
        "# stan_version_major = 2\n# stan_version_minor = 36\n# stan_version_patch = 0\n\
         # model = {model}\n# method = sample (Default)\n#   sample\n#     num_samples = {}\n\
         #     num_warmup = {}\n#     save_warmup = false (Default)\n#     thin = 1 (Default)\n\
         #     adapt\n#       engaged = true (Default)\n#       gamma = 0.05 (Default)\n\
         #       kappa = 0.75 (Default)\n#       t0 = 10 (Default)",
        trace.draws_per_chain(),
        run.warm_up(),
    )?;
    if let Some(adapted) = trace.adapted(chain) {
        let metric = match &adapted.metric {
            MetricEstimate::Diagonal(_) => "diag_e",
            MetricEstimate::Dense(_) => "dense_e",
        };
        writeln!(
            out,
            "#     algorithm = hmc (Default)\n#       hmc\n#         engine = nuts (Default)\n\
             #           nuts\n#             max_depth = {}\n#         metric = {metric}\n\
             #         stepsize = 1 (Default)",
            depth_limit(trace),
        )?;
    } else {
        writeln!(out, "#     algorithm = fixed_param")?;
    }
    writeln!(
        out,
        "#     num_chains = 1 (Default)\n# id = {}\n# data\n#   file =  (Default)\n\
         # init = 2 (Default)\n# random\n#   seed = {}\n# output\n#   refresh = 100 (Default)",
        chain + 1,
        run.seed(),
    )
}

/// The depth at which trajectories were cut short; where none was, one that none reached.
fn depth_limit(trace: &Trace) -> u32 {
    const DEFAULT: u32 = 10;
    let limited = trace
        .all_statistics()
        .find(|s| s.ending == Ending::DepthLimit);
    let deepest = trace.all_statistics().filter_map(|s| s.tree_depth).max();
    limited
        .and_then(|statistics| statistics.tree_depth)
        .unwrap_or_else(|| deepest.map_or(DEFAULT, |depth| DEFAULT.max(depth + 1)))
}

fn write_adapted(adapted: &Adapted, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "# Adaptation terminated\n# Step size = {:?}",
        adapted.step_size
    )?;
    let (title, numbers, columns) = match &adapted.metric {
        MetricEstimate::Diagonal(variances) => (
            "Diagonal elements of inverse mass matrix:",
            variances,
            variances.len(),
        ),
        MetricEstimate::Dense(covariances) => (
            "Elements of inverse mass matrix:",
            covariances,
            covariances.len().isqrt(),
        ),
    };
    if columns == 0 {
        return writeln!(out, "# No free parameters for unit metric");
    }
    writeln!(out, "# {title}")?;
    for row in numbers.chunks(columns) {
        let cells: Vec<String> = row.iter().map(|x| format!("{x:?}")).collect();
        writeln!(out, "# {}", cells.join(", "))?;
    }
    Ok(())
}

fn write_hamiltonian(statistics: &Statistics, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b",")?;
    write_number(statistics.step_size.unwrap_or(f64::NAN), out)?;
    write!(
        out,
        ",{},{},{},",
        statistics.tree_depth.unwrap_or(0),
        statistics.gradient_evaluations,
        u8::from(statistics.is_divergent())
    )?;
    write_number(statistics.energy.unwrap_or(f64::NAN), out)
}

/// The shortest digits that read back to the same number; not finite as Stan writes it.
fn write_number(x: f64, out: &mut dyn Write) -> io::Result<()> {
    if x.is_finite() {
        write!(out, "{x:?}")
    } else if x.is_nan() {
        out.write_all(b"nan")
    } else {
        write!(out, "{x}")
    }
}

/// Column names with the places of their values in a draw.
fn stan_columns(variable: &Variable) -> Vec<(String, usize)> {
    variable
        .elements()
        .into_iter()
        .map(|(index, place)| {
            let mut name = variable.name.clone();
            for i in index {
                name.push('.');
                name.push_str(&i.to_string());
            }
            (name, place)
        })
        .collect()
}
