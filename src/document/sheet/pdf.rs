//! A table to print: A4 across, the header on every page, pages counted; drawn by `template/list.typ`.

use serde::Serialize;

use super::{Cell, DocumentError, Kind, Sheet};
use crate::document::font::{self, Proof};
use crate::document::press::{self, Desk};
use crate::document::words::Language;

/// The template that tables are printed with.
const TEMPLATE: &str = include_str!("../template/list.typ");
/// Rows that fill some hundred pages and a gigabyte while they are laid out; what is more is not for printing.
const MOST_ROWS: usize = 12_000;
/// A text is cut here, or one note takes the room of a page.
const LONGEST: usize = 1_000;
/// Rows from which the widths of columns are taken.
const MEASURED: usize = 2_000;
/// The widest share that a column of text gets, and the narrowest, in characters.
const WIDEST: usize = 44;
const NARROWEST: usize = 7;

pub(super) fn write(sheet: &Sheet) -> Result<(Vec<u8>, Vec<char>), DocumentError> {
    let mut desk = Desk::new("/list.typ", TEMPLATE, font::faces()?)?;
    let mut proof = Proof::new()?;
    desk.lay("/list.json", &view(sheet, &mut proof)?)?;
    let identifier = format!("loggia {} {} {}", sheet.title, sheet.day, sheet.author);
    let printed = desk.print(&press::archive(identifier, sheet.day)?)?;
    Ok((printed.pdf, proof.missing()))
}

/// All that the template is given, under the names it reads.
#[derive(Debug, Serialize)]
struct View {
    language: &'static str,
    title: String,
    author: String,
    day: String,
    /// `42 rows`.
    count: String,
    page: &'static str,
    /// Type size in points.
    size: u8,
    columns: Vec<Head>,
    rows: Vec<Vec<Shown>>,
}

#[derive(Debug, Serialize)]
struct Head {
    name: String,
    figure: bool,
    /// Its share of the width; none: as wide as it is.
    share: Option<usize>,
}

/// A value as text, with the address behind it.
#[derive(Debug, Serialize)]
struct Shown {
    text: String,
    url: Option<String>,
}

fn view(sheet: &Sheet, proof: &mut Proof) -> Result<View, DocumentError> {
    if sheet.rows.len() > MOST_ROWS {
        return Err(DocumentError::TooManyRows {
            rows: sheet.rows.len(),
            most: MOST_ROWS,
        });
    }
    let language = Language::of(&sheet.language);
    let columns = sheet.columns.iter().enumerate();
    let heads = columns
        .map(|(place, column)| Head {
            name: proof.line(&column.name),
            figure: column.kind.is_figure(),
            share: share(sheet, place),
        })
        .collect();
    let rows = sheet
        .rows
        .iter()
        .map(|row| {
            (0..sheet.columns.len())
                .map(|place| shown(row.get(place).unwrap_or(&Cell::Empty), language, proof))
                .collect()
        })
        .collect();
    Ok(View {
        language: language.tag(),
        title: proof.line(&sheet.title),
        author: proof.line(&sheet.author),
        day: language.date(sheet.day),
        count: language.rows(sheet.rows.len()),
        page: language.words().page,
        size: match sheet.columns.len() {
            0..=6 => 9,
            7..=9 => 8,
            10..=12 => 7,
            _ => 6,
        },
        columns: heads,
        rows,
    })
}

fn shown(cell: &Cell, language: Language, proof: &mut Proof) -> Shown {
    if let Some((text, url)) = cell.shown() {
        return Shown {
            text: paragraph(text, proof),
            url: url.map(str::to_owned),
        };
    }
    let text = match cell {
        Cell::Number(number) => language.number(*number, 0),
        Cell::Money(money) => language.money(*money),
        Cell::Hours(seconds) => language.number(seconds.as_hours().round_dp(2), 2),
        Cell::Date(day) => day.to_string(),
        Cell::Flag(true) => "✓".to_owned(),
        _ => String::new(),
    };
    Shown { text, url: None }
}

/// Lines that can be printed, cut where they are too long.
fn paragraph(text: &str, proof: &mut Proof) -> String {
    let mut kept: String = text.chars().take(LONGEST).collect();
    if kept.len() < text.len() {
        kept.push('…');
    }
    proof.lines(&kept).join("\n")
}

/// How much of the width a column of text wants, by what stands in it; figures, days and flags take what they need.
fn share(sheet: &Sheet, place: usize) -> Option<usize> {
    let column = sheet.columns.get(place)?;
    if !matches!(column.kind, Kind::Text | Kind::Reference | Kind::Link) {
        return None;
    }
    let widest = sheet
        .rows
        .iter()
        .take(MEASURED)
        .filter_map(|row| {
            let (text, _) = row.get(place)?.shown()?;
            text.lines().map(|line| line.chars().count()).max()
        })
        .max()
        .unwrap_or_default();
    Some(
        widest
            .max(column.name.chars().count())
            .clamp(NARROWEST, WIDEST),
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn the_same_sheet_gives_the_same_bytes_and_names_what_it_cannot_show() {
        let (first, missing) = write(&sample::sheet()).unwrap();
        assert!(first.starts_with(b"%PDF-1.7"));
        assert_eq!(missing, ['株']);
        assert!(first == write(&sample::sheet()).unwrap().0);
    }

    #[test]
    fn any_shape_of_sheet_can_be_printed() {
        let mut sheet = sample::sheet();
        sheet.language = "de".to_owned();
        sheet.rows = std::iter::repeat_n(sheet.rows, 30).flatten().collect();
        write(&sheet).unwrap();
        sheet.rows = vec![vec![sample::text(&"long words and lines\n".repeat(2_000))]];
        write(&sheet).unwrap();
        sheet.rows.clear();
        write(&sheet).unwrap();
        sheet.columns = vec![sample::column("a", Kind::Text); 25];
        sheet.rows = vec![vec![sample::text("a value"); 25]; 3];
        write(&sheet).unwrap();
        sheet.rows = vec![Vec::new(); MOST_ROWS + 1];
        assert!(matches!(
            write(&sheet),
            Err(DocumentError::TooManyRows { .. })
        ));
    }
}
