//! Prints measurements, one line each.
//!
//! In: measurements. Out: lines on standard output.

use crate::record::{Measurement, Record};
use crate::series::FIRST_FIT_BARS;

/// Most milliseconds from a model to its program, for every workload.
const COMPILE_BAR: f64 = 5.0;

/// Bars of the largest graph: milliseconds from nothing to a program, and bytes a node.
const GRAPH_BARS: (f64, f64) = (60.0, 200.0);

pub(crate) fn print_head() {
    println!(
        "{:36} {:>11} {:>11} {:>7} {:>10} {:>9}  bar",
        "value and gradient", "ns", "by hand", "ratio", "compile ms", "bind ms"
    );
}

pub(crate) fn print(measurement: &Measurement) {
    let Measurement {
        name,
        reference_nanoseconds: reference,
        ours,
        bar,
    } = measurement;
    let verdict = verdict(ours.of_bar);
    let compile = if ours.compile_milliseconds > COMPILE_BAR {
        format!("; compiling takes over {COMPILE_BAR} ms")
    } else {
        String::new()
    };
    println!(
        "{name:36} {:>11.1} {reference:>11.1} {:>7.2} {:>10.3} {:>9.3}  {bar}: {verdict}{compile}",
        ours.nanoseconds, ours.ratio, ours.compile_milliseconds, ours.bind_milliseconds
    );
}

/// What whole posteriors take.
pub(crate) fn print_sampling(record: &Record) {
    if !record.posteriors.is_empty() {
        println!(
            "\n{:36} {:15} {:>8} {:>13} {:>12} {:>8}  bar; nanoseconds a step beside the gradient",
            "posterior, 1000 + 1000 a chain",
            "chains",
            "ESS/s",
            "of squares/s",
            "gradients/s",
            "ms"
        );
    }
    for job in &record.posteriors {
        let overhead = job
            .overhead_nanoseconds
            .map_or_else(String::new, |overhead| format!("; {overhead:.0} ns"));
        println!(
            "{:36} {:15} {:>8.0} {:>13.0} {:>12.0} {:>8.1}  {}/s: {}{overhead}",
            job.name,
            job.sampler,
            job.ess_per_second,
            job.ess_of_squares_per_second,
            job.gradients_per_second,
            job.milliseconds,
            job.bar,
            verdict(job.bar / job.ess_per_second),
        );
    }
    if !record.steps.is_empty() {
        println!("\nleapfrog steps of a sampler alone");
    }
    for figures in &record.steps {
        let (nuts, hmc) = (figures.nuts_nanoseconds, figures.hmc_nanoseconds);
        println!(
            "{:>2} normals: {nuts:.0} ns by NUTS, {hmc:.0} ns by HMC, bar {}: {}",
            figures.dimension,
            figures.bar,
            verdict(nuts.max(hmc) / figures.bar)
        );
    }
    if !record.many_series.is_empty() {
        println!(
            "\n{:36} {:>11} {:>11} {:>11}  bar",
            "many series", "series/s", "median ESS", "of squares"
        );
    }
    for job in &record.many_series {
        println!(
            "{:36} {:>11.0} {:>11.0} {:>11.0}  {}/s: {}",
            job.name,
            job.series_per_second,
            job.median_ess_bulk,
            job.median_ess_of_squares,
            job.bar,
            verdict(job.bar / job.series_per_second)
        );
    }
    if let Some(first) = record.first_fit {
        let (milliseconds, bytes) = (first.first_draw_milliseconds, first.peak_bytes as f64);
        println!(
            "\nfirst draw after {milliseconds:.1} ms, bar {}: {}; {:.1} MB in use at most, bar {}: {}",
            FIRST_FIT_BARS.0,
            verdict(milliseconds / FIRST_FIT_BARS.0),
            bytes / 1e6,
            FIRST_FIT_BARS.1 / 1e6,
            verdict(bytes / FIRST_FIT_BARS.1)
        );
    }
}

pub(crate) fn print_growth(record: &Record) {
    println!(
        "\n{:>9} {:>10} {:>11} {:>16} {:>13} {:>11}",
        "nodes", "build ms", "compile ms", "expression B", "program B", "peak B/node"
    );
    for graph in &record.graphs {
        println!(
            "{:>9} {:>10.3} {:>11.3} {:>16.0} {:>13.0} {:>11.0}",
            graph.nodes,
            graph.build_milliseconds,
            graph.compile_milliseconds,
            graph.expression_bytes_per_node,
            graph.program_bytes_per_node,
            graph.peak_bytes_per_node
        );
    }
    if let Some(largest) = record.graphs.last() {
        let time = largest.build_milliseconds + largest.compile_milliseconds;
        let bytes = largest.expression_bytes_per_node + largest.program_bytes_per_node;
        println!(
            "{} nodes: {time:.1} ms, bar {} ms: {}; {bytes:.0} bytes a node kept, bar {}: {}",
            largest.nodes,
            GRAPH_BARS.0,
            verdict(time / GRAPH_BARS.0),
            GRAPH_BARS.1,
            verdict(bytes / GRAPH_BARS.1)
        );
    }
    println!("\n{:>9} {:>10} {:>11}", "rows", "bind ms", "ns/row");
    for binding in &record.binding {
        println!(
            "{:>9} {:>10.3} {:>11.1}",
            binding.rows,
            binding.milliseconds,
            binding.milliseconds * 1e6 / binding.rows as f64
        );
    }
}

fn verdict(of_bar: f64) -> String {
    if of_bar <= 1.0 {
        "met".to_owned()
    } else {
        format!("missed, {of_bar:.2} × the bar")
    }
}
