//! Draws energies beside their changes: [`energy_plot`].
//!
//! In: a trace of a Hamiltonian sampler and a view. Out: one panel with two densities, and E-BFMI.

use rainier_sampler::Trace;
use rainier_sampler::diagnostics::{e_bfmi, mean};

use super::density_plot::shaded;
use super::kernel_density::density_or_upright;
use super::view::{MOST_CHAINS, View};
use crate::error::PlotError;
use crate::figure::{Colour, Layer, Panel, Shape, YAxis};

/// The density of energies about their mean, and that of the changes of energy from draw to draw,
/// all chains together; above, E-BFMI of each chain.
///
/// Changes much narrower than energies, an E-BFMI below 0.3, mean that momenta explore energies too
/// slowly to reach the tails. Betancourt (2016), "Diagnosing suboptimal cotangent disintegrations".
/// The parameters of the view play no part.
///
/// # Errors
/// [`PlotError::NoEnergies`] for a sampler without energies; if no energy is finite, or the size is
/// out of its range.
///
/// # Example
/// ```
/// use rainier_plot::{View, energy_plot};
/// use rainier_sampler::{Chain, Statistics, Trace};
///
/// let mut chain = Chain::new(1);
/// for draw in 0..100 {
///     let energy = Some(f64::from(draw * draw % 17));
///     chain.push(&[0.0], Statistics { energy, ..Statistics::default() })?;
/// }
/// let trace = Trace::from_chains(vec!["rate".to_owned()], vec![chain])?;
/// assert!(energy_plot(&trace, &View::default())?.contains("E-BFMI"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn energy_plot(trace: &Trace, view: &View) -> Result<String, PlotError> {
    let chains = trace.energies().ok_or(PlotError::NoEnergies)?;
    let finite = chains.iter().flatten().filter(|energy| energy.is_finite());
    let centre = mean(&[finite.copied().collect::<Vec<f64>>()]);
    let energies: Vec<f64> = chains
        .iter()
        .flatten()
        .map(|energy| energy - centre)
        .collect();
    let changes: Vec<f64> = chains
        .iter()
        .flat_map(|chain| chain.windows(2).map(|pair| pair[1] - pair[0]))
        .collect();
    let curves = [
        (Colour::Blue, "energy − mean", &energies),
        (Colour::Orange, "change of energy", &changes),
    ];
    let mut layers = Vec::new();
    for (colour, name, values) in curves {
        let curve = density_or_upright(values, 1.0);
        layers.push(shaded(colour, &curve).with_name(name));
        layers.push(Layer::new(colour, Shape::Line(curve)));
    }
    let panel = Panel {
        layers,
        y_including: vec![0.0],
        y_axis: YAxis::Blank,
        ..Panel::default()
    };
    let title = format!("Energies, E-BFMI by chain {}", fractions(&chains));
    view.figure(title, 1, 1, (560, 260)).to_svg(&[panel])
}

/// E-BFMI of each chain, or the least of many.
fn fractions(chains: &[Vec<f64>]) -> String {
    let fractions = chains.iter().map(|chain| e_bfmi(chain));
    if chains.len() > MOST_CHAINS {
        let least = fractions.fold(f64::INFINITY, f64::min);
        return format!("{least:.2} or more");
    }
    let text = |fraction: f64| {
        if fraction.is_nan() {
            "undefined".to_owned()
        } else {
            format!("{fraction:.2}")
        }
    };
    fractions.map(text).collect::<Vec<String>>().join(", ")
}
