//! Writes HTML in which every text is escaped: nothing that an input holds can become an element.
//!
//! In: headings, paragraphs, tables, pictures. Out: one page with its style inside and nothing outside: no script, no
//! address that a browser would ask for; the page itself forbids both.

use std::fmt::{self, Display};
use std::io::{self, Write};

/// A page being written.
pub(super) struct Page<'w> {
    writer: &'w mut dyn Write,
}

/// What stands in a cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// To the left.
    Text(String),
    /// To the left, broken where it is long, such as names.
    Long(String),
    /// To the right.
    Number(String),
    /// A text that leads to the figure with this name.
    Link(String, String),
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn number(number: impl Display) -> Self {
        Self::Number(number.to_string())
    }
}

/// What every page begins with: its style, and a policy that allows no script, no picture, no font and no connection.
const HEAD: &str = include_str!("head.html");

impl<'w> Page<'w> {
    /// Begins a page.
    pub(super) fn begin(writer: &'w mut dyn Write, title: &str) -> io::Result<Self> {
        let title = Escaped(title);
        write!(
            writer,
            "{HEAD}<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n"
        )?;
        Ok(Self { writer })
    }

    pub(super) fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.writer, "<h2>{}</h2>", Escaped(text))
    }

    pub(super) fn paragraph(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.writer, "<p>{}</p>", Escaped(text))
    }

    /// A paragraph that should not be passed over.
    pub(super) fn warning(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.writer, "<p class=\"warning\">{}</p>", Escaped(text))
    }

    /// A table named `name`; every row has as many cells as the header. Columns of numbers have their header to the right.
    pub(super) fn table(
        &mut self,
        name: &str,
        header: &[&str],
        rows: &[Vec<Cell>],
    ) -> io::Result<()> {
        write!(self.writer, "<table id=\"{}\">\n<thead><tr>", Escaped(name))?;
        for (column, text) in header.iter().enumerate() {
            let is_number = rows
                .first()
                .is_some_and(|row| matches!(row[column], Cell::Number(_)));
            let class = if is_number { " class=\"n\"" } else { "" };
            write!(self.writer, "<th{class}>{}</th>", Escaped(text))?;
        }
        writeln!(self.writer, "</tr></thead>\n<tbody>")?;
        for row in rows {
            write!(self.writer, "<tr>")?;
            for cell in row {
                self.cell(cell)?;
            }
            writeln!(self.writer, "</tr>")?;
        }
        writeln!(self.writer, "</tbody>\n</table>")
    }

    /// Names may hold letters that are written from right to left: `bdi` keeps them from turning what stands beside.
    fn cell(&mut self, cell: &Cell) -> io::Result<()> {
        match cell {
            Cell::Text(text) => write!(self.writer, "<td><bdi>{}</bdi></td>", Escaped(text)),
            Cell::Long(text) => write!(
                self.writer,
                "<td class=\"w\"><bdi>{}</bdi></td>",
                Escaped(text)
            ),
            Cell::Number(text) => write!(self.writer, "<td class=\"n\">{}</td>", Escaped(text)),
            Cell::Link(text, target) => write!(
                self.writer,
                "<td class=\"w\"><a href=\"#{}\"><bdi>{}</bdi></a></td>",
                Escaped(target),
                Escaped(text)
            ),
        }
    }

    /// A picture, whose text is escaped already, under a name that links lead to.
    pub(super) fn figure(&mut self, name: &str, svg: &str, caption: &str) -> io::Result<()> {
        writeln!(
            self.writer,
            "<figure id=\"{}\">\n{svg}<figcaption><bdi>{}</bdi></figcaption>\n</figure>",
            Escaped(name),
            Escaped(caption)
        )
    }

    pub(super) fn end(self) -> io::Result<()> {
        writeln!(self.writer, "</body>\n</html>")
    }
}

/// Text that stands for itself in elements and in quoted attributes. Control characters, which no page may hold, are
/// replaced.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '&' => formatter.write_str("&amp;"),
            '<' => formatter.write_str("&lt;"),
            '>' => formatter.write_str("&gt;"),
            '"' => formatter.write_str("&quot;"),
            '\'' => formatter.write_str("&#39;"),
            character if character.is_control() => formatter.write_str("\u{fffd}"),
            character => write!(formatter, "{character}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_an_element_or_leaves_its_attribute() {
        let evil = "<script>alert('1')</script>\"\u{0}&";
        let mut written = Vec::new();
        let mut page = Page::begin(&mut written, evil).unwrap();
        page.heading(evil).unwrap();
        page.paragraph(evil).unwrap();
        page.warning(evil).unwrap();
        let row = vec![
            Cell::text(evil),
            Cell::Long(evil.to_owned()),
            Cell::number(evil),
            Cell::Link(evil.to_owned(), evil.to_owned()),
        ];
        page.table(evil, &[evil; 4], &[row]).unwrap();
        page.figure(evil, "<svg></svg>\n", evil).unwrap();
        page.end().unwrap();
        let text = String::from_utf8(written).unwrap();
        assert!(!text.contains("<script") && !text.contains('\u{0}'));
        let escaped = "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;\u{fffd}&amp;";
        // Title, heading of the page, heading, paragraph, warning, table, header, cells, figure and caption.
        assert_eq!(text.matches(escaped).count(), 17);
    }

    #[test]
    fn a_page_names_nothing_outside() {
        let mut written = Vec::new();
        Page::begin(&mut written, "x").unwrap().end().unwrap();
        let text = String::from_utf8(written).unwrap();
        for outside in ["http:", "https:", "src=", "url(", "@import", "<link"] {
            assert!(!text.contains(outside), "{outside}");
        }
    }
}
