//! Entries for programs, written as they are read: a list of a million needs no more memory than one of ten.

use serde::Serializer as _;
use serde::ser::SerializeSeq as _;

use crate::app::Session;
use crate::app::time::{self, Selection};
use crate::document::sheet::{Cell, Column, CsvRows, Kind};

use super::super::Context;
use super::super::error::Result;
use super::super::terminal::Interrupted;
use super::entry::EntryView;

/// One JSON array.
pub(super) fn json(
    context: &mut Context<'_>,
    session: &Session,
    selection: &Selection,
) -> Result<()> {
    context.terminal.stream(|out| {
        let mut serializer = serde_json::Serializer::pretty(&mut *out);
        let output = |error: serde_json::Error| Interrupted::Output(error.into());
        let mut array = serializer.serialize_seq(None).map_err(output)?;
        time::each(session, selection, |listed| {
            let view = EntryView::of(&listed, session);
            array.serialize_element(&view).map_err(output)
        })?;
        array.end().map_err(output)?;
        Ok(out.write_all(b"\n")?)
    })?;
    Ok(())
}

const COLUMNS: [&str; 21] = [
    "id",
    "client",
    "project",
    "phase",
    "task",
    "activity",
    "member",
    "date",
    "start",
    "end",
    "seconds",
    "hours",
    "billed_hours",
    "billable",
    "note",
    "internal_note",
    "rate",
    "tags",
    "invoice",
    "approval",
    "approval_note",
];

/// CSV with the names of the JSON as columns; tags are separated by `, `.
pub(super) fn csv(
    context: &mut Context<'_>,
    session: &Session,
    selection: &Selection,
) -> Result<()> {
    context.terminal.stream(|out| {
        let columns = COLUMNS.map(|name| Column {
            key: name.to_owned(),
            name: name.to_owned(),
            kind: Kind::Text,
        });
        let mut rows = CsvRows::new(&columns, &mut *out)?;
        time::each(session, selection, |listed| {
            let view = EntryView::of(&listed, session);
            Ok::<_, Interrupted>(rows.row(&fields(&view).map(Cell::Text))?)
        })?;
        rows.finish()?;
        Ok(())
    })?;
    Ok(())
}

fn fields(view: &EntryView) -> [String; COLUMNS.len()] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        view.id.to_string(),
        view.client.clone(),
        view.project.clone(),
        text(&view.phase),
        text(&view.task),
        text(&view.activity),
        view.member.clone(),
        view.date.clone(),
        text(&view.start),
        text(&view.end),
        view.seconds.to_string(),
        view.hours.clone(),
        view.billed_hours.clone(),
        if view.billable { "yes" } else { "no" }.to_owned(),
        text(&view.note),
        text(&view.internal_note),
        text(&view.rate),
        view.tags.join(", "),
        text(&view.invoice),
        view.approval.unwrap_or_default().to_owned(),
        text(&view.approval_note),
    ]
}
