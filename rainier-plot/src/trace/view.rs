//! Says which parameters a picture shows, how large it is and what stands above it.
//!
//! In: names, pixels, a title. Out: the parameters' places in a trace and an empty figure.

use rainier_sampler::Trace;

use crate::error::PlotError;
use crate::figure::{Colour, Figure, Panel, printable};

/// What a picture shows of a trace. The default is the first parameters, as many as the picture has
/// room for, in a size that grows with the number of panels.
///
/// ```
/// use rainier_plot::View;
///
/// let view = View::default()
///     .with_parameters(&["mean", "spread"])
///     .with_size(900, 600)
///     .with_title("eight schools");
/// # let _ = view;
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct View {
    parameters: Vec<String>,
    size: Option<(u32, u32)>,
    title: Option<String>,
}

/// Chains that a picture draws: as many as there are colours.
pub(super) const MOST_CHAINS: usize = CHAIN_COLOURS.len();

/// Red and black mark divergences.
const CHAIN_COLOURS: [Colour; 6] = [
    Colour::Blue,
    Colour::Orange,
    Colour::Green,
    Colour::Purple,
    Colour::SkyBlue,
    Colour::Grey,
];

/// Letters at the ticks of a picture of many panels, in pixels.
const LETTERS: u32 = 12;
/// Room above the panels, in pixels.
const HEAD: u32 = 40;

/// What a picture draws of a trace.
#[derive(Debug)]
pub(super) struct Choice<'a> {
    trace: &'a Trace,
    /// Places of the parameters.
    pub(super) parameters: Vec<usize>,
    /// The first chains.
    pub(super) chains: usize,
    /// Whether parameters were left out unasked.
    is_cut: bool,
}

impl View {
    /// Only these parameters, in this order. The name of a vector stands for all its components:
    /// `school` for `school[0]`, `school[1]`, … None named is all.
    pub fn with_parameters(mut self, names: &[impl AsRef<str>]) -> Self {
        self.parameters = names.iter().map(|name| name.as_ref().to_owned()).collect();
        self
    }

    /// Width and height of the whole picture in pixels, 100 to 10,000 each.
    pub fn with_size(mut self, width: u32, height: u32) -> Self {
        self.size = Some((width, height));
        self
    }

    /// What stands above the picture, instead of what it shows.
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// The parameters asked for, or the first `most`.
    pub(super) fn choose<'a>(
        &self,
        trace: &'a Trace,
        most: usize,
    ) -> Result<Choice<'a>, PlotError> {
        let mut parameters = Vec::new();
        for name in &self.parameters {
            let before = parameters.len();
            parameters.extend((0..trace.dimension()).filter(|&place| {
                let known = &trace.names()[place];
                let rest = known.strip_prefix(name.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
            }));
            if parameters.len() == before {
                return Err(PlotError::NoSuchParameter {
                    name: name.clone(),
                    known: known(trace),
                });
            }
        }
        let is_cut = parameters.is_empty() && trace.dimension() > most;
        if parameters.is_empty() {
            parameters.extend(0..trace.dimension().min(most));
        }
        Ok(Choice {
            trace,
            parameters,
            chains: trace.chains().min(MOST_CHAINS),
            is_cut,
        })
    }

    /// A figure for `panels` of about this size, `columns` in a row.
    pub(super) fn figure(
        &self,
        title: String,
        panels: usize,
        columns: usize,
        (width, height): (u32, u32),
    ) -> Figure {
        let columns = columns.min(panels).max(1);
        let times = |count: usize, size: u32| {
            u32::try_from(count)
                .unwrap_or(u32::MAX)
                .saturating_mul(size)
        };
        let size = self.size.unwrap_or_else(|| {
            let rows = panels.div_ceil(columns);
            (
                times(columns, width),
                times(rows, height).saturating_add(HEAD),
            )
        });
        Figure {
            title: printable(self.title.clone().unwrap_or(title)),
            legend: Vec::new(),
            width: size.0,
            height: size.1,
            columns,
            letters: LETTERS,
        }
    }
}

impl Choice<'_> {
    /// `what`, and which parameters are left out of it.
    pub(super) fn title(&self, what: &str) -> String {
        if !self.is_cut {
            return what.to_owned();
        }
        let (drawn, all) = (self.parameters.len(), self.trace.dimension());
        format!("{what}, first {drawn} of {all} parameters")
    }

    /// The same for a picture that keeps chains apart: which of them are left out.
    pub(super) fn title_by_chain(&self, what: &str) -> String {
        let title = self.title(what);
        let (drawn, all) = (self.chains, self.trace.chains());
        if drawn == all {
            return title;
        }
        format!("{title}, first {drawn} of {all} chains")
    }

    /// What a parameter is called.
    pub(super) fn name(&self, parameter: usize) -> String {
        printable(self.trace.names()[parameter].clone())
    }

    /// A panel for a parameter.
    pub(super) fn panel(&self, parameter: usize) -> Panel {
        Panel {
            title: self.name(parameter),
            ..Panel::default()
        }
    }

    /// The colour of each chain, by name.
    pub(super) fn legend(&self) -> Vec<(String, Colour)> {
        let name = |chain| (format!("chain {}", chain + 1), colour_of(chain));
        (0..self.chains).map(name).collect()
    }
}

/// The colour of a chain below [`MOST_CHAINS`].
pub(super) fn colour_of(chain: usize) -> Colour {
    CHAIN_COLOURS[chain % MOST_CHAINS]
}

/// The first names, for an error.
fn known(trace: &Trace) -> String {
    const MOST: usize = 8;
    let mut known = trace
        .names()
        .iter()
        .take(MOST)
        .map(String::as_str)
        .collect::<Vec<_>>();
    if trace.dimension() > MOST {
        known.push("…");
    }
    known.join(", ")
}
