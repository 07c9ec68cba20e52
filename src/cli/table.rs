//! Tables for people: they fit the width of the terminal, and every cell is escaped.

use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, Table, presets};

use crate::values::text::escape_terminal;

use super::terminal::Page;

/// A column.
#[derive(Debug, Clone, Copy)]
pub(super) enum Column {
    Text(&'static str),
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
    let style = page.style;
    let cell = |text: &str, column: &Column, strong: bool| {
        let mut cell = Cell::new(escape_terminal(text));
        if matches!(column, Column::Number(_)) {
            cell = cell.set_alignment(CellAlignment::Right);
        }
        if strong && style {
            cell = cell.add_attribute(Attribute::Bold);
        }
        cell
    };
    table.set_header(columns.iter().map(|column| {
        let (Column::Text(name) | Column::Number(name)) = column;
        cell(&name.to_uppercase(), column, true)
    }));
    for row in rows {
        table.add_row(
            row.iter()
                .zip(columns)
                .map(|(text, column)| cell(text, column, false)),
        );
    }
    if let Some(total) = total {
        table.add_row(
            total
                .iter()
                .zip(columns)
                .map(|(text, column)| cell(text, column, true)),
        );
    }
    if style {
        table.enforce_styling();
    }
    for line in table.lines() {
        page.line(line.trim_end());
    }
}
