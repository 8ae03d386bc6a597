//! Finds the fonts that words of a PNG are drawn with: [`PngFonts`].
//!
//! In: the system, or font files. Out: fonts of which one is known to draw letters.

use std::fmt;
use std::sync::Arc;

use resvg::usvg::fontdb::{Database, FaceInfo, Family, Query};

use super::error::PngError;
use super::{bitmap, words};

/// Fonts for pictures as PNG: found once, used for as many pictures as one likes, from any thread.
/// A clone shares them.
///
/// What was found are names and places; a font's file is read when a picture needs it.
#[derive(Clone)]
#[must_use]
pub struct PngFonts {
    database: Arc<Database>,
}

/// Sans-serif families by preference, for systems that say no family of their own or one that is
/// not there: the order of fontconfig, then what other systems bring along.
const FAMILIES: [&str; 8] = [
    "Noto Sans",
    "DejaVu Sans",
    "Arial",
    "Liberation Sans",
    "Helvetica",
    "Open Sans",
    "Roboto",
    "Segoe UI",
];

impl PngFonts {
    /// The fonts installed here. Words are drawn with the family that the system calls sans-serif,
    /// else with a well-known one, else with any that has letters; characters it lacks with the
    /// first other font that has them.
    ///
    /// # Errors
    /// If no font can draw letters.
    ///
    /// # Example
    /// ```no_run
    /// use rainier_plot::{Colour, LineChart, PngFonts};
    ///
    /// let fonts = PngFonts::of_system()?;
    /// for (name, level) in [("low", 1.0), ("high", 7.0)] {
    ///     let chart = LineChart::new(name).with_points("", Colour::Blue, [(0.0, level)]);
    ///     std::fs::write(format!("{name}.png"), fonts.svg_to_png(&chart.to_svg()?, 1.0)?)?;
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_system() -> Result<Self, PngError> {
        let mut database = Database::new();
        database.load_system_fonts();
        Self::choose(database)
    }

    /// The fonts in these files, each given by its bytes, and no others: pictures are then the same
    /// on every machine, and on one without fonts there are pictures at all. What is no font is left
    /// out.
    ///
    /// # Errors
    /// If no font can draw letters.
    ///
    /// # Example
    /// ```
    /// use rainier_plot::{PngError, PngFonts};
    ///
    /// let nothing = PngFonts::of_files([b"no font".to_vec()]);
    /// assert!(matches!(nothing, Err(PngError::NoFont { faces: 0 })));
    /// ```
    pub fn of_files(files: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, PngError> {
        let mut database = Database::new();
        for file in files {
            database.load_font_data(file);
        }
        Self::choose(database)
    }

    /// What [`svg_to_png`](crate::svg_to_png) does, with these fonts.
    ///
    /// # Errors
    /// As there.
    pub fn svg_to_png(&self, svg: &str, scale: f64) -> Result<Vec<u8>, PngError> {
        bitmap::check_scale(scale)?;
        let tree = words::read(svg, &self.database)?;
        bitmap::draw(&tree, scale)
    }

    /// Makes the first family that draws letters by itself the one that pictures ask for.
    fn choose(mut database: Database) -> Result<Self, PngError> {
        for family in candidates(&database) {
            database.set_sans_serif_family(family);
            let shared = Arc::new(database);
            if words::draws_letters(&shared) {
                return Ok(Self { database: shared });
            }
            database = Arc::unwrap_or_clone(shared);
        }
        let faces = database.len();
        Err(PngError::NoFont { faces })
    }
}

impl fmt::Debug for PngFonts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PngFonts")
            .field("sans_serif", &self.database.family_name(&Family::SansSerif))
            .field("faces", &self.database.len())
            .finish()
    }
}

/// Names of the families that are there, the best first.
fn candidates(database: &Database) -> Vec<String> {
    let of_system = database.family_name(&Family::SansSerif);
    let known = [of_system].into_iter().chain(FAMILIES);
    let known = known.filter(|family| {
        let families = &[Family::Name(family)];
        let query = Query {
            families,
            ..Query::default()
        };
        database.query(&query).is_some()
    });
    let mut known: Vec<String> = known.map(str::to_owned).collect();
    let mut others: Vec<(bool, bool, &str)> = database.faces().filter_map(rank).collect();
    others.sort_unstable();
    others.dedup();
    known.extend(others.into_iter().map(|(_, _, family)| family.to_owned()));
    known
}

/// Sorts fonts by what they are: sans-serif by name, then others, those of one width last.
fn rank(face: &FaceInfo) -> Option<(bool, bool, &str)> {
    let (family, _) = face.families.first()?;
    Some((face.monospaced, !family.contains("Sans"), family))
}
