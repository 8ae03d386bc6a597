//! Reads SVG with its words set in fonts, and makes sure that none is lost.
//!
//! In: SVG text and fonts. Out: a tree to be drawn, or what the fonts lack.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use resvg::usvg::fontdb::Database;
use resvg::usvg::{FontResolver, Group, ImageHrefResolver, Node, Options, Tree};

use super::error::PngError;

/// The picture, every word of it in a font.
pub(super) fn read(svg: &str, fonts: &Arc<Database>) -> Result<Tree, PngError> {
    let all_found = AtomicBool::new(true);
    let select = FontResolver::default_font_selector();
    let mut options = options(fonts);
    // Words for which no font is found are left out without an error. A file may be gone since.
    options.font_resolver.select_font = Box::new(|font, fonts| {
        let found =
            select(font, fonts).filter(|&face| fonts.with_face_data(face, |_, _| ()).is_some());
        all_found.fetch_and(found.is_some(), Ordering::Relaxed);
        found
    });
    let tree = Tree::from_str(svg, &options).map_err(|error| PngError::Drawing {
        reason: error.to_string(),
    })?;
    drop(options);
    if !all_found.into_inner() {
        let faces = fonts.len();
        return Err(PngError::NoFont { faces });
    }
    match missing(&tree) {
        Some(characters) => Err(PngError::NoCharacter { characters }),
        None => Ok(tree),
    }
}

/// Letters, digits and signs that pictures have.
const LETTERS: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\">\
    <text font-family=\"sans-serif\" font-size=\"9\">\
    ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:%()[]+-\
    </text></svg>";

/// Whether the sans-serif family has the letters of pictures without help from other fonts, and as
/// outlines.
pub(super) fn draws_letters(fonts: &Arc<Database>) -> bool {
    let mut options = options(fonts);
    options.font_resolver.select_fallback = Box::new(|_, _, _| None);
    // Words without outlines are no part of the tree.
    Tree::from_str(LETTERS, &options)
        .is_ok_and(|tree| tree.root().has_children() && missing(&tree).is_none())
}

/// A picture reads fonts and no other file, whatever it says.
fn options(fonts: &Arc<Database>) -> Options<'static> {
    Options {
        fontdb: Arc::clone(fonts),
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    }
}

/// The first characters that no font has: those for which fonts draw their glyph 0, a box.
fn missing(tree: &Tree) -> Option<String> {
    let mut groups: Vec<&Group> = vec![tree.root()];
    while let Some(group) = groups.pop() {
        for node in group.children() {
            match node {
                Node::Group(group) => groups.push(group),
                Node::Text(text) => {
                    let glyphs = text
                        .layouted()
                        .iter()
                        .flat_map(|span| &span.positioned_glyphs);
                    let mut boxes = glyphs.filter(|glyph| glyph.id.0 == 0);
                    if let Some(first) = boxes.next() {
                        return Some(first.text.clone());
                    }
                }
                Node::Path(_) | Node::Image(_) => {}
            }
        }
    }
    None
}
