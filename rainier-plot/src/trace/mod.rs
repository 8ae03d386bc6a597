//! Pictures of a [`Trace`](rainier_sampler::Trace), one call each.
//!
//! In: a trace and a [`View`] of it, which parameters and what size; for a predictive check, data
//! sets. Out: SVG text, or lines for a terminal.
//!
//! | picture | shows | look for |
//! | --- | --- | --- |
//! | [`trace_plot`] | values by draw, a line a chain | chains that wander or stay apart |
//! | [`rank_plot`] | how ranks spread in each chain | bars outside the band |
//! | [`density_plot`] | densities, a line a chain | lines that differ |
//! | [`pairs_plot`] | parameters by pairs | funnels, ridges, divergences in one place |
//! | [`autocorrelation_plot`] | how long a chain remembers | bars outside the band at long lags |
//! | [`forest_plot`] | medians and intervals, a row a parameter | |
//! | [`energy_plot`] | energies beside their changes | changes much narrower than energies |
//! | [`predictive_check`] | observed values beside simulated ones | data unlike what the model makes |
//! | [`trace_lines`], [`forest_lines`] | the first and the sixth as text | |
//!
//! The pictures are those of `ArviZ` and `bayesplot`, so that what is written about those holds here.
//! Of many chains the first six are drawn, of many parameters the first few; the title then says
//! so.

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
