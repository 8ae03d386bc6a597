//! Writes a run as one HTML page that needs nothing else.
//!
//! In: what a run read, was asked, and found. Out: a page with tables and pictures; `html` writes it, so that names chosen
//! by whoever is watched stay text, and `tables` says what stands in its tables.

mod html;
mod tables;

use std::io::{self, Write};

use self::html::Page;
use crate::calibrated::{CalibratedDetection, Explanation};
use crate::campaign::FoundCampaign;
use crate::explain::history_svg;
use crate::series::SeriesTable;
use crate::stages::StageTimes;
use crate::tally::Tally;

/// What a report is made of.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The series.
    pub table: &'a SeriesTable,
    /// What became of the rows read.
    pub tally: &'a Tally,
    /// Settings, by name.
    pub settings: &'a [(&'static str, String)],
    /// What was found.
    pub detection: &'a CalibratedDetection,
    /// Campaigns, when they were looked for.
    pub campaigns: Option<&'a [FoundCampaign]>,
    /// The series whose history is drawn.
    pub explanations: &'a [Explanation],
    /// How long each stage took.
    pub stages: &'a StageTimes,
    /// At most this many domains, new names and campaigns are listed.
    pub top: usize,
}

impl Report<'_> {
    /// Writes the page.
    ///
    /// # Errors
    /// When it cannot be written, or a picture cannot be drawn.
    pub fn write(&self, writer: &mut dyn Write) -> io::Result<()> {
        let mut page = Page::begin(writer, "DNS anomalies")?;
        self.overview(&mut page)?;
        self.outliers(&mut page)?;
        self.global(&mut page)?;
        self.pictures(&mut page)?;
        self.calibration(&mut page)?;
        page.heading("Settings")?;
        page.table("settings", &["setting", "value"], &tables::settings(self))?;
        page.heading("Input")?;
        page.table("input", &["rows", "number"], &tables::rows_read(self.tally))?;
        page.end()
    }

    fn overview(&self, page: &mut Page<'_>) -> io::Result<()> {
        let detection = self.detection;
        let series = self.table.series();
        let start = series.iter().map(|one| one.bins().start).min();
        let end = series.iter().map(|one| one.bins().end).max();
        if let (Some(start), Some(end)) = (start, end) {
            let [start, end] = [start, end].map(|bin| self.table.width().start_of(bin));
            page.paragraph(&format!(
                "From {start} to {end}, in bins of {}. {} series, {} of them with windows tested; {} windows tested, {} \
                 discoveries in {} domains that stand out; {} new names.",
                self.table.width(),
                detection.series,
                detection.series_tested,
                detection.calibration.windows,
                detection.discoveries,
                detection.domains.len(),
                detection.newcomers.len(),
            ))?;
        }
        let took = self.stages.iter();
        let took: Vec<String> = took
            .map(|(stage, time)| format!("{stage} {:.1} s", time.as_secs_f64()))
            .collect();
        page.paragraph(&format!("Time: {}.", took.join(", ")))
    }

    fn outliers(&self, page: &mut Page<'_>) -> io::Result<()> {
        page.heading("Outlier windows")?;
        if self.detection.domains.is_empty() {
            page.paragraph("No window stands out.")?;
        } else {
            page.table("outliers", &tables::OUTLIERS, &tables::outliers(self))?;
        }
        if !self.detection.newcomers.is_empty() {
            page.heading("New names")?;
            page.paragraph("Names without history have no p; their score only orders them.")?;
            page.table("new", &tables::NEW, &tables::newcomers(self))?;
        }
        Ok(())
    }

    fn global(&self, page: &mut Page<'_>) -> io::Result<()> {
        if !self.detection.strange_windows.is_empty() {
            page.heading("Windows strange for everyone")?;
            page.table("strange", &tables::STRANGE, &tables::strange(self))?;
        }
        let Some(campaigns) = self.campaigns else {
            return Ok(());
        };
        page.heading("Campaigns")?;
        let found: Vec<&FoundCampaign> = campaigns
            .iter()
            .filter(|one| one.is_discovery)
            .take(self.top)
            .collect();
        if found.is_empty() {
            return page.paragraph(&format!("None, among {} clusters.", campaigns.len()));
        }
        page.table(
            "campaigns",
            &tables::CAMPAIGNS,
            &tables::campaigns(self, &found),
        )
    }

    fn pictures(&self, page: &mut Page<'_>) -> io::Result<()> {
        if self.explanations.is_empty() {
            return Ok(());
        }
        page.heading("Histories")?;
        page.paragraph(
            "Queries of each window, beside what the name's own past and its neighbours let expect.",
        )?;
        for (place, explanation) in self.explanations.iter().enumerate() {
            let name = tables::figure_name(place);
            let svg = history_svg(explanation, self.table.width()).map_err(io::Error::other)?;
            page.figure(&name, &svg, &tables::caption(explanation))?;
        }
        Ok(())
    }

    fn calibration(&self, page: &mut Page<'_>) -> io::Result<()> {
        let calibration = &self.detection.calibration;
        page.heading("Calibration")?;
        page.paragraph(
            "Shares of windows with so small a p. They equal the level when all is well; anomalies count in them, too.",
        )?;
        if !calibration.is_calibrated {
            page.warning("Too few earlier windows to calibrate by: no share of false discoveries is promised.")?;
        } else if !calibration.is_controlled() {
            page.warning(
                "Too many windows have small p: no share of false discoveries is promised.",
            )?;
        }
        page.table(
            "calibration",
            &tables::CALIBRATION,
            &tables::calibration(calibration),
        )
    }
}
