//! States the order of modules in each crate: the table that `layers` checks.
//!
//! Whoever adds a module gives it a layer here; whoever needs an arrow upwards changes the design.

/// A crate's modules, lowest layer first. A module may use its own layer and those below.
#[derive(Debug)]
pub(crate) struct Crate {
    pub(crate) folder: &'static str,
    pub(crate) layers: &'static [&'static [&'static str]],
    /// Pairs that must not use each other, whatever their layers.
    pub(crate) apart: &'static [(&'static str, &'static str)],
}

/// The order of every crate with more than a handful of modules.
pub(crate) const CRATES: [Crate; 6] = [
    Crate {
        folder: "rainier-core",
        layers: &[
            &["special", "compensated", "lanes", "aligned"],
            &["operation", "error"],
            &["kernel"],
            // The one knot: an expression is made of nodes, a column is an expression.
            &["real", "column", "graph"],
            &["gradient", "collapse"],
            &["instruction"],
            &["native"],
            &["program", "portable"],
            &["evaluate"],
        ],
        apart: &[],
    },
    Crate {
        folder: "rainier-dist",
        layers: &[
            &["error", "environment", "at_positions"],
            &["generator"],
            // A discrete distribution has a method for its zero-inflated form.
            &["distribution", "combined"],
            &["continuous", "discrete"],
            &["multivariate"],
            &["observation"],
            &["random_variable"],
            &["model"],
            &["do_notation"],
        ],
        apart: &[("continuous", "discrete")],
    },
    Crate {
        folder: "rainier-sampler",
        layers: &[
            &["sum", "energy_weight", "wide"],
            // Plain slices of draws in, so that they serve any sampler's output.
            &["diagnostics"],
            &[
                "error",
                "adapted",
                "control",
                "log_density",
                "random",
                "settings",
                "statistics",
                "cholesky",
            ],
            &["hamiltonian", "optimise"],
            &["transition", "ensemble", "adaptation"],
            &["trace"],
            &["chain"],
            &["run", "checkpoint", "lock_step"],
        ],
        // A transition reports and adaptation listens; a chain joins them.
        apart: &[
            ("transition", "adaptation"),
            ("transition", "ensemble"),
            ("ensemble", "adaptation"),
            ("ensemble", "hamiltonian"),
        ],
    },
    Crate {
        folder: "dns-anomaly",
        layers: &[
            &["spelling"],
            &[
                "answers",
                "timestamp",
                "names",
                "domain",
                "ecs",
                "hash",
                "stages",
                "threads",
                "model",
                "croston",
            ],
            &["bin_width", "record", "count_model"],
            &["slots"],
            &["read", "series"],
            &["identity", "domain_numbers", "tally", "contacts", "astray"],
            &["deduplicate", "spill", "cells"],
            &["gather", "simulate", "fit"],
            &["follow"],
            &["detect"],
            &["calibrated"],
            &["campaign"],
            &["state"],
            &["evaluate", "explain"],
            &["report"],
            &["cli", "main"],
        ],
        // The model knows counts and no names; reading knows no model.
        apart: &[
            ("gather", "fit"),
            ("gather", "model"),
            ("series", "model"),
            ("fit", "simulate"),
        ],
    },
    Crate {
        folder: "rainier-plot",
        layers: &[
            // A PNG is made of SVG text, whatever it shows.
            &["error", "png"],
            &["axis", "label", "finite"],
            // The canvas reads the settings, the plot draws on the canvas.
            &["canvas", "intervals", "sparkline", "text_plot"],
            // Panels of layers, drawn: all that pictures share.
            &["figure"],
            &["line_chart"],
            &["trace"],
        ],
        apart: &[],
    },
    Crate {
        folder: "testkit",
        layers: &[
            &["tolerance", "shared"],
            &["estimate", "goodness_of_fit", "sample_moments"],
            &[
                "finite_difference",
                "integrate",
                "kolmogorov_smirnov",
                "chi_square",
            ],
            &["uniformity"],
        ],
        apart: &[],
    },
];
