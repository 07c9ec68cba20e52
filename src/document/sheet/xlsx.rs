//! XLSX: numbers are numbers, dates are dates, money has the format of its currency, addresses can be clicked, and text is text
//! whatever it begins with. The header stays in sight and filters; the file says of its maker nothing but the name of the business.

use std::io::{Seek, Write};

use chrono::Datelike as _;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};

use super::{Cell, Column, DocumentError, Head, Kind, Sheet};
use crate::values::money::Currency;

/// The rows that the format has room for below the header.
const MOST_ROWS: usize = 1_048_575;
/// The characters that the format has room for in a cell.
const MOST_CHARACTERS: usize = 32_767;
/// Addresses that a sheet has room for, and the characters in each; what is more is text.
const MOST_LINKS: usize = 65_530;
const LONGEST_LINK: usize = 2_000;
/// From here on rows go to a temporary file while they are written, instead of being kept in memory.
const MANY_ROWS: usize = 20_000;
/// Rows from which the width of a column is taken, and how narrow and wide it gets.
const MEASURED: usize = 2_000;
const NARROWEST: usize = 8;
const WIDEST: usize = 60;

impl From<XlsxError> for DocumentError {
    fn from(error: XlsxError) -> Self {
        Self::Sheet(error.to_string())
    }
}

pub(super) fn write(sheet: &Sheet) -> Result<Vec<u8>, DocumentError> {
    if sheet.rows.len() > MOST_ROWS {
        return Err(DocumentError::TooManyRows {
            rows: sheet.rows.len(),
            most: MOST_ROWS,
        });
    }
    let widths = (0..).zip(&sheet.columns);
    let widths: Vec<usize> = widths
        .map(|(place, column)| width(sheet, place, column))
        .collect();
    let memory = match sheet.rows.len() > MANY_ROWS {
        true => Memory::Low,
        false => Memory::Whole,
    };
    let mut rows = XlsxRows::with(sheet.head(), &widths, memory)?;
    for row in &sheet.rows {
        rows.row(row)?;
    }
    let mut workbook = rows.finished()?;
    Ok(workbook.save_to_buffer()?)
}

/// How much of a sheet is kept while it is written.
#[derive(Debug, Clone, Copy)]
enum Memory {
    Whole,
    /// Rows go to a temporary file.
    Low,
    /// So do their texts.
    Constant,
}

/// A workbook that is written row by row; rows that were written are kept in a temporary file.
pub struct XlsxRows {
    workbook: Workbook,
    formats: Formats,
    columns: usize,
    rows: usize,
    links: usize,
}

impl std::fmt::Debug for XlsxRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("XlsxRows");
        shown.field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl XlsxRows {
    /// Begins a workbook. Its columns get the width that their kind usually takes.
    pub fn new(head: Head<'_>) -> Result<Self, DocumentError> {
        let widths: Vec<usize> = head.columns.iter().map(usual_width).collect();
        Self::with(head, &widths, Memory::Constant)
    }

    fn with(head: Head<'_>, widths: &[usize], memory: Memory) -> Result<Self, DocumentError> {
        let mut workbook = Workbook::new();
        workbook.set_properties(
            &DocProperties::new()
                .set_author(head.author)
                .set_creation_datetime(&date(head.day)?),
        );
        let page = match memory {
            Memory::Whole => workbook.add_worksheet(),
            Memory::Low => workbook.add_worksheet_with_low_memory()?,
            Memory::Constant => workbook.add_worksheet_with_constant_memory()?,
        };
        page.set_name(tab(head.title))?;
        set_up(page, head.columns, widths)?;
        Ok(Self {
            workbook,
            formats: Formats::default(),
            columns: head.columns.len(),
            rows: 0,
            links: 0,
        })
    }

    /// Writes a row; a cell that is missing is empty.
    pub fn row(&mut self, row: &[Cell]) -> Result<(), DocumentError> {
        self.rows += 1;
        if self.rows > MOST_ROWS {
            return Err(DocumentError::TooManyRows {
                rows: self.rows,
                most: MOST_ROWS,
            });
        }
        let number = u32::try_from(self.rows).unwrap_or(u32::MAX);
        let page = self.workbook.worksheet_from_index(0)?;
        for (place, cell) in (0..).zip(row.iter().take(self.columns)) {
            let (formats, links) = (&mut self.formats, &mut self.links);
            write_cell(page, number, place, cell, formats, links)?;
        }
        Ok(())
    }

    fn finished(mut self) -> Result<Workbook, DocumentError> {
        let last_row = u32::try_from(self.rows).unwrap_or(u32::MAX);
        if let Some(last) = self.columns.checked_sub(1) {
            let last = u16::try_from(last).unwrap_or(u16::MAX);
            let page = self.workbook.worksheet_from_index(0)?;
            page.autofilter(0, 0, last_row, last)?;
        }
        Ok(self.workbook)
    }

    /// Writes the file.
    pub fn finish<W: Write + Seek + Send>(self, out: W) -> Result<(), DocumentError> {
        Ok(self.finished()?.save_to_writer(out)?)
    }
}

/// The header, the widths, and how it prints.
fn set_up(page: &mut Worksheet, columns: &[Column], widths: &[usize]) -> Result<(), DocumentError> {
    let header = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0xE8_EE_F0))
        .set_border_bottom(FormatBorder::Thin)
        .set_align(FormatAlign::Top);
    for (place, (column, width)) in (0..).zip(columns.iter().zip(widths)) {
        let header = if column.kind.is_figure() {
            &header.clone().set_align(FormatAlign::Right)
        } else {
            &header
        };
        page.set_column_width(place, u32::try_from(*width).unwrap_or_default())?;
        page.write_string_with_format(0, place, cut(&column.name), header)?;
    }
    page.set_freeze_panes(1, 0)?;
    page.set_repeat_rows(0, 0)?;
    page.set_landscape();
    page.set_paper_size(9);
    page.set_print_fit_to_pages(1, 0);
    page.set_footer("&L&A&R&P / &N");
    Ok(())
}

/// The formats of cells, each made once.
struct Formats {
    text: Format,
    lines: Format,
    whole: Format,
    number: Format,
    hours: Format,
    date: Format,
    link: Format,
    money: Vec<(Currency, Format)>,
}

impl Default for Formats {
    fn default() -> Self {
        let top = || Format::new().set_align(FormatAlign::Top);
        Self {
            text: top(),
            lines: top().set_text_wrap(),
            whole: top().set_num_format("#,##0"),
            number: top().set_num_format("#,##0.0###"),
            hours: top().set_num_format("#,##0.00"),
            date: top()
                .set_num_format("yyyy-mm-dd")
                .set_align(FormatAlign::Left),
            link: Format::new().set_hyperlink().set_align(FormatAlign::Top),
            money: Vec::new(),
        }
    }
}

impl Formats {
    fn money(&mut self, currency: Currency) -> Format {
        if let Some((_, format)) = self.money.iter().find(|(known, _)| *known == currency) {
            return format.clone();
        }
        let places = match currency.exponent() {
            0 => String::new(),
            places => format!(".{}", "0".repeat(places as usize)),
        };
        let code = currency.code();
        let format = Format::new()
            .set_align(FormatAlign::Top)
            .set_num_format(format!(
                "#,##0{places} \"{code}\";-#,##0{places} \"{code}\""
            ));
        self.money.push((currency, format.clone()));
        format
    }
}

fn write_cell(
    page: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    formats: &mut Formats,
    links: &mut usize,
) -> Result<(), DocumentError> {
    if let Some((text, url)) = cell.shown() {
        return write_text(page, (row, column), text, url, formats, links);
    }
    match cell {
        Cell::Number(number) => {
            let format = if number.fract().is_zero() {
                &formats.whole
            } else {
                &formats.number
            };
            page.write_number_with_format(row, column, float(*number), format)?;
        }
        Cell::Money(money) => {
            let format = formats.money(money.currency());
            page.write_number_with_format(row, column, float(money.decimal()), &format)?;
        }
        Cell::Hours(seconds) => {
            let hours = float(seconds.as_hours());
            page.write_number_with_format(row, column, hours, &formats.hours)?;
        }
        Cell::Date(day) if (1900..=9999).contains(&day.year()) => {
            page.write_datetime_with_format(row, column, &date(*day)?, &formats.date)?;
        }
        Cell::Date(day) => {
            page.write_string(row, column, day.to_string())?;
        }
        Cell::Flag(flag) => {
            page.write_boolean_with_format(row, column, *flag, &formats.text)?;
        }
        Cell::Empty
        | Cell::Text(_)
        | Cell::Link { .. }
        | Cell::Word { .. }
        | Cell::Remark { .. } => {}
    }
    Ok(())
}

/// A text, with the address behind it where that can be clicked and the sheet has room for one more.
fn write_text(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    url: Option<&str>,
    formats: &Formats,
    links: &mut usize,
) -> Result<(), DocumentError> {
    let room = *links < MOST_LINKS;
    if let Some(url) = url.filter(|url| room && can_be_clicked(url)) {
        *links += 1;
        let link = rust_xlsxwriter::Url::new(url).set_text(cut(text));
        page.write_url_with_format(row, column, link, &formats.link)?;
        return Ok(());
    }
    let format = if text.contains('\n') {
        &formats.lines
    } else {
        &formats.text
    };
    page.write_string_with_format(row, column, cut(text), format)?;
    Ok(())
}

/// Spreadsheets open pages and letters; they dial no numbers.
fn can_be_clicked(url: &str) -> bool {
    let known = ["https://", "http://", "mailto:"];
    url.len() <= LONGEST_LINK && known.iter().any(|scheme| url.starts_with(scheme))
}

/// The format knows no other number than this one; up to 15 digits it keeps as they are.
fn float(number: Decimal) -> f64 {
    number.to_f64().unwrap_or_default()
}

fn date(day: chrono::NaiveDate) -> Result<ExcelDateTime, DocumentError> {
    let part = |number: u32| u8::try_from(number).unwrap_or(1);
    let year = u16::try_from(day.year()).map_err(|_| DocumentError::Date(day))?;
    ExcelDateTime::from_ymd(year, part(day.month()), part(day.day()))
        .map_err(|_| DocumentError::Date(day))
}

/// What fits into a cell.
fn cut(text: &str) -> String {
    if text.len() <= MOST_CHARACTERS {
        return text.to_owned();
    }
    // The format counts UTF-16 units, of which no text has more than bytes.
    let mut kept = String::new();
    for c in text.chars() {
        if kept.len() + c.len_utf8() > MOST_CHARACTERS - '…'.len_utf8() {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

/// A name that the tab of a sheet can have.
fn tab(title: &str) -> String {
    let kept: String = title
        .chars()
        .filter(|c| !r"[]:*?/\'".contains(*c) && !c.is_control())
        .take(31)
        .collect();
    match kept.trim() {
        "" => "Sheet".to_owned(),
        name => name.to_owned(),
    }
}

/// The characters of the widest value of a column, within reason.
fn width(sheet: &Sheet, place: usize, column: &Column) -> usize {
    let widest = sheet
        .rows
        .iter()
        .take(MEASURED)
        .filter_map(|row| row.get(place))
        .map(|cell| match cell {
            // Groups of digits, the code of the currency.
            Cell::Money(money) => money.amount().len() * 4 / 3 + 5,
            other => match other.shown() {
                Some((text, _)) => text.lines().map(cells).max().unwrap_or_default(),
                None => cells(&other.plain()),
            },
        })
        .max()
        .unwrap_or_default();
    // Room for the arrow of the filter.
    widest
        .max(cells(&column.name) + 3)
        .saturating_add(1)
        .clamp(NARROWEST, WIDEST)
}

/// The characters that a column of this kind usually takes.
fn usual_width(column: &Column) -> usize {
    let usual = match column.kind {
        Kind::Text | Kind::Link => 30,
        Kind::Reference => 24,
        Kind::Number | Kind::Hours | Kind::Flag => 10,
        Kind::Money | Kind::Date => 14,
    };
    usual.max(cells(&column.name) + 4)
}

fn cells(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn the_same_sheet_gives_the_same_bytes() {
        let first = write(&sample::sheet()).unwrap();
        assert!(first.starts_with(b"PK"));
        assert!(first == write(&sample::sheet()).unwrap());
    }

    #[test]
    fn any_shape_of_sheet_can_be_written() {
        let mut empty = sample::sheet();
        empty.rows.clear();
        write(&empty).unwrap();
        empty.columns.clear();
        empty.title = "a/b: [c]*?".to_owned();
        write(&empty).unwrap();
        let mut long = sample::sheet();
        long.rows = vec![vec![
            sample::text(&"é".repeat(40_000)),
            Cell::Link {
                text: "x".repeat(40_000),
                url: format!("https://x.example/{}", "y".repeat(3_000)),
            },
            Cell::Link {
                text: "030 12345".to_owned(),
                url: "tel:03012345".to_owned(),
            },
            Cell::Number(Decimal::MAX),
        ]];
        write(&long).unwrap();
        let mut many = sample::sheet();
        many.rows = vec![vec![sample::text("a"), sample::text("b")]; MANY_ROWS + 1];
        write(&many).unwrap();
        many.rows = vec![Vec::new(); MOST_ROWS + 1];
        assert!(matches!(
            write(&many),
            Err(DocumentError::TooManyRows { .. })
        ));
    }

    #[test]
    fn rows_can_be_written_one_by_one() {
        let sheet = sample::sheet();
        let mut rows = XlsxRows::new(sheet.head()).unwrap();
        for row in &sheet.rows {
            rows.row(row).unwrap();
        }
        let mut file = std::io::Cursor::new(Vec::new());
        rows.finish(&mut file).unwrap();
        assert!(file.into_inner().starts_with(b"PK"));
    }

    #[test]
    fn names_of_tabs() {
        for (title, name) in [
            ("Clients", "Clients"),
            ("2026/11: [x]", "202611 x"),
            ("'quoted'", "quoted"),
            ("***", "Sheet"),
            (&"long ".repeat(10), "long long long long long long l"),
        ] {
            assert_eq!(tab(title), name);
        }
    }
}
