//! Statements that sum the entries of a viewer's client. Whole months come from the sums that were made when they were committed, so
//! that a sum over years costs no more than its months; single days, and searches, go over the entries themselves.

use tokio_postgres::Row;

use crate::values::duration::Seconds;

use super::super::super::viewer::Viewer;
use super::super::column::{signed, unsigned};
use super::super::sums::{Piece, Stretch, Sums, money, stretches};
use super::super::{By, EntryFilter, Sum};
use super::entry::Condition;
use super::tx::Tx;
use super::{Outcome, text};

/// Hands over all that passes the filter, in pieces.
pub(super) async fn gather(
    tx: &Tx,
    viewer: &Viewer,
    filter: &EntryFilter,
    mut take: impl FnMut(Piece) -> Outcome<()>,
) -> Outcome<()> {
    for stretch in stretches(filter) {
        let (sql, condition) = statement(viewer.client_row(), filter, &stretch);
        for row in condition.query(tx, &sql).await? {
            take(piece(&row)?)?;
        }
    }
    Ok(())
}

fn statement<'a>(
    client: i64,
    filter: &'a EntryFilter,
    stretch: &Stretch,
) -> (String, Condition<'a>) {
    let mut condition = Condition::of(client, filter);
    match stretch {
        Stretch::Months(first, last) => {
            condition.also("month >=", first.map(|month| month.to_string()));
            condition.also("month <=", last.map(|month| month.to_string()));
            let sql = format!(
                "SELECT month, project, phase, task, member, billable, entries, seconds, minor, currency
                 FROM month_sum WHERE {}",
                condition.sql
            );
            (sql, condition)
        }
        Stretch::Days(from, to) => {
            condition.days(*from, *to);
            condition.words(&filter.words);
            let sql = format!(
                "SELECT to_char(day, 'YYYY-MM'), project, phase, task, member, billable, 1::bigint, seconds, minor, currency
                 FROM entry WHERE {}",
                condition.sql
            );
            (sql, condition)
        }
    }
}

fn piece(row: &Row) -> Outcome<Piece> {
    let (minor, currency): (Option<i64>, Option<&str>) = (row.try_get(8)?, row.try_get(9)?);
    let amount = minor.zip(currency);
    Ok(Piece {
        month: row.try_get(0)?,
        project: row.try_get(1)?,
        phase: row.try_get(2)?,
        task: row.try_get(3)?,
        member: row.try_get(4)?,
        billable: row.try_get(5)?,
        entries: unsigned(row.try_get(6)?)?,
        seconds: Seconds(row.try_get(7)?),
        amount: amount.map(|(minor, code)| money(minor, code)).transpose()?,
    })
}

/// See [`super::PortalStore::sums`].
pub(super) async fn by(
    tx: &Tx,
    viewer: &Viewer,
    filter: &EntryFilter,
    by: By,
) -> Outcome<Vec<Sum>> {
    let mut sums = Sums::new(viewer, by);
    gather(tx, viewer, filter, |piece| sums.take(piece)).await?;
    Ok(sums.done())
}

/// Phases, for a filter to offer.
pub(super) async fn phases(tx: &Tx, client: i64) -> Outcome<Vec<String>> {
    let sql = "SELECT DISTINCT phase FROM month_sum WHERE client_id = $1 AND phase IS NOT NULL ORDER BY phase";
    let rows = tx.query(sql, &[&client]).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Writes the sums of a month that is committed.
pub(super) async fn write(tx: &Tx, chunk: i64, client: i64, pieces: &[Piece]) -> Outcome<()> {
    let of = |value: fn(&Piece) -> &str| -> Vec<_> {
        pieces.iter().map(|piece| text(value(piece))).collect()
    };
    let maybe_of = |value: fn(&Piece) -> Option<&str>| -> Vec<_> {
        pieces.iter().map(|piece| value(piece).map(text)).collect()
    };
    let billable: Vec<_> = pieces.iter().map(|piece| piece.billable).collect();
    let entries = pieces.iter().map(|piece| signed(piece.entries));
    let seconds: Vec<_> = pieces.iter().map(|piece| piece.seconds.0).collect();
    let minors: Vec<_> = pieces
        .iter()
        .map(|piece| piece.amount.map(|amount| amount.minor()))
        .collect();
    let currencies: Vec<_> = pieces
        .iter()
        .map(|piece| piece.amount.map(|amount| amount.currency().code()))
        .collect();
    tx.execute(
        "INSERT INTO month_sum (chunk_id, client_id, month, project, phase, task, member, billable, entries, seconds, minor, currency)
         SELECT $1::bigint, $2::bigint, s.* FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
             $8::boolean[], $9::bigint[], $10::bigint[], $11::bigint[], $12::text[]) AS s",
        &[
            &chunk,
            &client,
            &of(|piece| &piece.month),
            &of(|piece| &piece.project),
            &maybe_of(|piece| piece.phase.as_deref()),
            &maybe_of(|piece| piece.task.as_deref()),
            &of(|piece| &piece.member),
            &billable,
            &entries.collect::<Outcome<Vec<i64>>>()?,
            &seconds,
            &minors,
            &currencies,
        ],
    )
    .await?;
    Ok(())
}
