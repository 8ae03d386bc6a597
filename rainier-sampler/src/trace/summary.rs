//! Condenses a trace into a table, one row for each parameter.
//!
//! In: a trace. Out: rows as data, and an aligned text table through `Display`.

use std::fmt;

use super::Trace;
use crate::diagnostics::{Overview, Room};

/// One row for each parameter of a trace.
///
/// # Example
/// ```
/// use rainier_sampler::{Chain, Statistics, Trace};
/// let mut chain = Chain::new(1);
/// for i in 0..100 {
///     chain.push(&[f64::from(i * 37 % 100)], Statistics::default())?;
/// }
/// let summary = Trace::from_chains(vec!["x".to_owned()], vec![chain])?.summary();
/// assert_eq!(summary.rows()[0].mean, 49.5);
/// assert!(summary.to_string().starts_with("name"));
/// # Ok::<(), rainier_sampler::TraceError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    rows: Vec<SummaryRow>,
}

/// Location, spread and diagnostics of one parameter; NaN where a diagnostic is undefined.
#[derive(Debug, Clone, PartialEq)]
pub struct SummaryRow {
    /// Name of the parameter.
    pub name: String,
    /// Mean of all draws.
    pub mean: f64,
    /// Standard deviation of all draws (denominator n − 1).
    pub sd: f64,
    /// Monte Carlo standard error of the mean.
    pub mcse_mean: f64,
    /// 5 % quantile.
    pub q5: f64,
    /// Median.
    pub q50: f64,
    /// 95 % quantile.
    pub q95: f64,
    /// Effective number of draws for the location.
    pub ess_bulk: f64,
    /// Effective number of draws for the tails.
    pub ess_tail: f64,
    /// Rank-normalised split R-hat.
    pub rhat: f64,
}

/// Makes one summary after another, keeping its room and what depends on the number of draws alone.
#[derive(Debug, Clone, Default)]
pub struct Summaries {
    room: Room,
}

impl Summaries {
    /// A row for each name, of that parameter's draws, `[parameter][chain][draw]`.
    pub fn summary<C: AsRef<[f64]>>(&mut self, names: &[String], draws: &[Vec<C>]) -> Summary {
        let rows = names.iter().zip(draws).map(|(name, chains)| {
            let overview = Overview::of(chains, &mut self.room);
            let [q5, q50, q95] = overview.quantiles;
            SummaryRow {
                name: name.clone(),
                mean: overview.mean,
                sd: overview.standard_deviation,
                mcse_mean: overview.mcse_mean,
                q5,
                q50,
                q95,
                ess_bulk: overview.ess_bulk,
                ess_tail: overview.ess_tail,
                rhat: overview.rhat,
            }
        });
        Summary {
            rows: rows.collect(),
        }
    }
}

impl Summary {
    pub(super) fn of(trace: &Trace) -> Self {
        let parameters = 0..trace.dimension();
        let draws: Vec<_> = parameters.map(|index| trace.parameter(index)).collect();
        Summaries::default().summary(trace.names(), &draws)
    }

    /// The rows, in the order of the parameters.
    pub fn rows(&self) -> &[SummaryRow] {
        &self.rows
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const HEADER: [&str; 10] = [
            "name",
            "mean",
            "sd",
            "mcse_mean",
            "q5",
            "q50",
            "q95",
            "ess_bulk",
            "ess_tail",
            "rhat",
        ];
        let mut table = vec![HEADER.map(str::to_owned)];
        table.extend(self.rows.iter().map(SummaryRow::cells));
        let widths: [usize; 10] = std::array::from_fn(|column| {
            table
                .iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        });
        for (number, row) in table.iter().enumerate() {
            if number > 0 {
                writeln!(formatter)?;
            }
            write!(formatter, "{:<width$}", row[0], width = widths[0])?;
            for (cell, width) in row.iter().zip(widths).skip(1) {
                write!(formatter, "  {cell:>width$}")?;
            }
        }
        Ok(())
    }
}

impl SummaryRow {
    fn cells(&self) -> [String; 10] {
        // Digits below the standard deviation's third say nothing about the posterior.
        let decimals = decimals_for(self.sd);
        let value = |x: f64| fixed_or_scientific(x, decimals);
        [
            self.name.clone(),
            value(self.mean),
            value(self.sd),
            fixed_or_scientific(self.mcse_mean, decimals_for(self.mcse_mean)),
            value(self.q5),
            value(self.q50),
            value(self.q95),
            fixed_or_scientific(self.ess_bulk, 0),
            fixed_or_scientific(self.ess_tail, 0),
            fixed_or_scientific(self.rhat, 3),
        ]
    }
}

/// Decimals that show three significant digits of `scale`.
fn decimals_for(scale: f64) -> usize {
    if !scale.is_finite() || scale == 0.0 {
        return 3;
    }
    let magnitude = scale.abs().log10().floor().clamp(-300.0, 300.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number between 0 and 302"
    )]
    let decimals = (2.0 - magnitude).max(0.0) as usize;
    decimals
}

/// Fixed notation while it stays short.
fn fixed_or_scientific(value: f64, decimals: usize) -> String {
    if value.is_nan() {
        "undefined".to_owned()
    } else if decimals > 7 || value.abs() >= 1e9 {
        format!("{value:.3e}")
    } else {
        format!("{value:.decimals$}")
    }
}
