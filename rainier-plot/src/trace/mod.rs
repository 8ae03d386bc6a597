//! Pictures of a [`Trace`](rainier_sampler::Trace), one call each.
//!
//! In: a trace and a [`View`] of it, which parameters and what size; for a predictive check, data
//! sets. Out: SVG text, or lines for a terminal.
//!
//! One file a picture; `tour.md` is the part of the crate's documentation that shows them all.

mod autocorrelation_plot;
mod counts;
mod density_plot;
mod energy_plot;
mod forest_plot;
mod kernel_density;
mod lines;
mod pairs_plot;
mod predictive_check;
mod rank_plot;
mod thin;
mod trace_plot;
mod view;

pub use autocorrelation_plot::autocorrelation_plot;
pub use density_plot::density_plot;
pub use energy_plot::energy_plot;
pub use forest_plot::forest_plot;
pub use lines::{forest_lines, trace_lines};
pub use pairs_plot::pairs_plot;
pub use predictive_check::predictive_check;
pub use rank_plot::rank_plot;
pub use trace_plot::trace_plot;
pub use view::View;
