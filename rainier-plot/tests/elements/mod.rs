//! Looks into SVG text, for tests.
//!
//! In: a picture. Out: its elements of a kind and colour, and numbers in them.

/// How often an element stands in the text.
pub(crate) fn count(svg: &str, element: &str) -> usize {
    svg.matches(&format!("<{element} ")).count()
}

/// The elements of a kind that have a colour.
pub(crate) fn of_colour<'a>(svg: &'a str, element: &str, colour: &str) -> Vec<&'a str> {
    let start = format!("<{element} ");
    svg.split('\n')
        .filter(|line| line.starts_with(&start) && line.contains(colour))
        .collect()
}

/// Whether tags are closed in the order in which they were opened.
pub(crate) fn is_balanced(svg: &str) -> bool {
    let mut open = Vec::new();
    for tag in svg.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap());
        }
    }
    open.is_empty()
}

/// The number an attribute has.
pub(crate) fn number(element: &str, attribute: &str) -> i32 {
    let (_, rest) = element.split_once(&format!(" {attribute}=\"")).unwrap();
    rest.split('"').next().unwrap().parse().unwrap()
}
