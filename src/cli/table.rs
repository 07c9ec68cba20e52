//! Tables for people: they fit the width of the terminal, every cell is escaped, and what has an address can be clicked where the
//! terminal knows how.

use std::borrow::Cow;
use std::collections::VecDeque;

use comfy_table::{Attribute, CellAlignment, ColumnConstraint, ContentArrangement, Table, presets};

use crate::document::sheet::{Cell, Kind, Sheet};
use crate::values::text::escape_terminal;

use super::terminal::Page;

/// A column.
#[derive(Debug, Clone, Copy)]
pub(super) enum Column {
    Text(&'static str),
    /// Text that is never broken: what is copied into commands, and dates.
    Whole(&'static str),
    /// Numbers stand right.
    Number(&'static str),
}

/// Adds a table to a page. The last row can be set apart as a total.
pub(super) fn table(
    page: &mut Page,
    columns: &[Column],
    rows: &[Vec<String>],
    total: Option<Vec<String>>,
) {
    let heads = columns.iter().map(|column| {
        let (Column::Text(name) | Column::Whole(name) | Column::Number(name)) = column;
        Head {
            name: name.to_uppercase(),
            right: matches!(column, Column::Number(_)),
            whole: matches!(column, Column::Whole(_)),
        }
    });
    let totals: &[usize] = if total.is_some() { &[rows.len()] } else { &[] };
    let rows = rows.iter().chain(&total).map(|row| plain(row)).collect();
    draw(page, &heads.collect::<Vec<_>>(), rows, totals);
}

fn plain(row: &[String]) -> Vec<Entry<'_>> {
    row.iter().map(|text| Entry::plain(text)).collect()
}

/// The longest text that a cell shows on a terminal; the whole of it is in the other formats.
const LONGEST: usize = 60;
/// The longest and the shortest text that stands for an address, by the width of the terminal.
const LONGEST_LINK: usize = 32;
const SHORTEST_LINK: usize = 14;

/// Adds a table of values to a page.
pub(super) fn sheet(page: &mut Page, sheet: &Sheet) {
    summed(page, sheet, &[]);
}

/// Adds a table of values to a page; the rows with these numbers are totals, and set apart.
pub(super) fn summed(page: &mut Page, sheet: &Sheet, totals: &[usize]) {
    let heads: Vec<Head> = sheet
        .columns
        .iter()
        .map(|column| Head {
            name: column.key.replace('_', " ").to_uppercase(),
            right: column.kind.is_figure(),
            whole: match column.kind {
                Kind::Link => page.links,
                kind => kind == Kind::Reference,
            },
        })
        .collect();
    let rows = sheet.rows.iter().map(|row| {
        let cells = row.iter().take(heads.len());
        cells.map(|cell| entry(cell, page)).collect()
    });
    let rows = rows.collect();
    draw(page, &heads, rows, totals);
}

fn entry<'c>(cell: &'c Cell, page: &Page) -> Entry<'c> {
    match cell {
        Cell::Money(money) => Entry::owned(money.to_string()),
        Cell::Text(text) => {
            let one_line = text.replace('\n', " ");
            // A file or a pipe has room for everything.
            Entry::owned(match page.width {
                Some(_) => cut(&one_line, LONGEST),
                None => one_line,
            })
        }
        Cell::Link { text, url } if page.links && url.bytes().all(|b| b.is_ascii_graphic()) => {
            let shown = text
                .split_once("://")
                .map_or(text.as_str(), |(_, rest)| rest);
            Entry {
                text: cut(shown, longest_link(page)).into(),
                url: Some(url),
            }
        }
        Cell::Word { name, .. } => Entry::owned((*name).to_owned()),
        Cell::Remark { words, url } => Entry {
            text: (*words).into(),
            url: url.as_deref().filter(|_| page.links),
        },
        other => Entry::owned(other.plain()),
    }
}

/// A quarter of the width.
fn longest_link(page: &Page) -> usize {
    let quarter = page.width.map(|width| usize::from(width) / 4);
    quarter.map_or(LONGEST_LINK, |quarter| {
        quarter.clamp(SHORTEST_LINK, LONGEST_LINK)
    })
}

/// The beginning of a text, with an ellipsis where it does not end there.
pub(super) fn cut(text: &str, longest: usize) -> String {
    if text.chars().nth(longest).is_none() {
        return text.to_owned();
    }
    let kept: String = text.chars().take(longest - 1).collect();
    format!("{}…", kept.trim_end())
}

struct Head {
    name: String,
    right: bool,
    /// Its cells stay on one line, since they can be clicked or copied.
    whole: bool,
}

struct Entry<'c> {
    text: Cow<'c, str>,
    url: Option<&'c str>,
}

impl<'c> Entry<'c> {
    fn plain(text: &'c str) -> Self {
        Self {
            text: text.into(),
            url: None,
        }
    }

    fn owned(text: String) -> Self {
        Self {
            text: text.into(),
            url: None,
        }
    }
}

/// Stand around a text that can be clicked while the table is laid out. They have no width and no meaning, and the sequences that
/// take their places would be counted as text.
const BEGIN: char = '\u{e0ff0}';
const END: char = '\u{e0ff1}';

fn draw(page: &mut Page, heads: &[Head], rows: Vec<Vec<Entry<'_>>>, totals: &[usize]) {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    match page.width {
        Some(width) => {
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(width);
        }
        None => {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    let mut urls: VecDeque<&str> = VecDeque::new();
    let style = page.style;
    let cell = |entry: &Entry<'_>, head: &Head, strong: bool| {
        let text = escape_terminal(&entry.text).replace([BEGIN, END], "");
        let mut cell = comfy_table::Cell::new(match entry.url {
            Some(_) if !text.is_empty() => format!("{BEGIN}{text}{END}"),
            _ => text,
        });
        if head.right {
            cell = cell.set_alignment(CellAlignment::Right);
        }
        if strong && style {
            cell = cell.add_attribute(Attribute::Bold);
        }
        cell
    };
    let names: Vec<Entry<'_>> = heads.iter().map(|head| Entry::plain(&head.name)).collect();
    table.set_header(
        names
            .iter()
            .zip(heads)
            .map(|(name, head)| cell(name, head, true)),
    );
    for (number, row) in rows.iter().enumerate() {
        let strong = totals.contains(&number);
        table.add_row(
            row.iter()
                .zip(heads)
                .map(|(entry, head)| cell(entry, head, strong)),
        );
        let addresses = row.iter().filter(|entry| !entry.text.is_empty());
        urls.extend(addresses.filter_map(|entry| entry.url));
    }
    for (number, head) in heads.iter().enumerate() {
        if let (true, Some(column)) = (head.whole, table.column_mut(number)) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    if style {
        table.enforce_styling();
    }
    for line in table.lines() {
        page.line(linked(line.trim_end(), &mut urls));
    }
}

/// The line with its links. Cells with links stand on one line each, so the addresses come in their order.
fn linked<'l>(line: &'l str, urls: &mut VecDeque<&str>) -> Cow<'l, str> {
    if !line.contains(BEGIN) {
        return line.into();
    }
    let mut out = String::with_capacity(line.len() + 64);
    for c in line.chars() {
        match c {
            BEGIN => {
                let url = urls.pop_front().unwrap_or_default();
                out.push_str(&format!("\u{1b}]8;;{url}\u{1b}\\"));
            }
            END => out.push_str("\u{1b}]8;;\u{1b}\\"),
            other => out.push(other),
        }
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::sheet::Column as SheetColumn;

    fn page(width: Option<u16>, links: bool) -> Page {
        Page::new(width, false, links)
    }

    fn link(text: &str, url: &str) -> Cell {
        Cell::Link {
            text: text.to_owned(),
            url: url.to_owned(),
        }
    }

    fn drawn(rows: Vec<Vec<Cell>>, width: Option<u16>, links: bool) -> String {
        let column = |key: &str, kind| SheetColumn {
            key: key.to_owned(),
            name: key.to_owned(),
            kind,
        };
        let drawn = Sheet {
            title: String::new(),
            author: String::new(),
            day: chrono::NaiveDate::MIN,
            language: "en".to_owned(),
            columns: vec![
                column("site", Kind::Link),
                column("notes", Kind::Text),
                column("phone", Kind::Link),
            ],
            rows,
        };
        let mut page = page(width, links);
        sheet(&mut page, &drawn);
        page.into_text()
    }

    fn rows() -> Vec<Vec<Cell>> {
        let note = Cell::Text("a note that is long enough to be broken".to_owned());
        vec![
            vec![
                link("https://a.example", "https://a.example"),
                note,
                link("030 12345", "tel:03012345"),
            ],
            vec![
                Cell::Empty,
                Cell::Text("\u{e0ff0}x\u{1b}[31m".to_owned()),
                link("1", "tel:1"),
            ],
        ]
    }

    #[test]
    fn links_are_clicked_where_they_stand_and_take_no_room() {
        let with = drawn(rows(), Some(50), true);
        let site = "\u{1b}]8;;https://a.example\u{1b}\\a.example\u{1b}]8;;\u{1b}\\";
        let phone = "\u{1b}]8;;tel:03012345\u{1b}\\030 12345\u{1b}]8;;\u{1b}\\";
        let first = with.lines().find(|line| line.contains(site)).unwrap();
        assert!(first.contains(phone), "{first:?}");
        assert!(with.contains("\u{1b}]8;;tel:1\u{1b}\\1\u{1b}]8;;\u{1b}\\"));
        assert!(with.contains(r"x\u{1b}[31m"));
        assert!(!with.contains([BEGIN, END]));
        // Without the sequences it is laid out as if there were none.
        let bare = bare_of_links(&with);
        assert!(bare.lines().all(|line| line.chars().count() <= 50));
        assert!(bare.contains(" a.example  a note"), "{bare}");
    }

    /// The text without the sequences of links.
    fn bare_of_links(text: &str) -> String {
        let mut out = String::new();
        for (number, part) in text.split("\u{1b}]8;;").enumerate() {
            let rest = if number == 0 {
                part
            } else {
                part.split_once("\u{1b}\\").unwrap().1
            };
            out.push_str(rest);
        }
        out
    }

    #[test]
    fn without_links_addresses_are_plain() {
        let plain = drawn(rows(), None, false);
        assert!(plain.contains("https://a.example"));
        assert!(!plain.contains('\u{1b}'));
        let evil = vec![vec![link("x", "https://a.example/\u{1b}\\")]];
        assert!(!drawn(evil, None, true).contains('\u{1b}'));
    }
}
