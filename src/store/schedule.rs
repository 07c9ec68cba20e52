//! Schedules of invoices in the store: their terms, what they bill, and the dates that are left out.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row};
use rust_decimal::Decimal;

use crate::domain::invoice::{Grouping, Item, Tax, TaxCategory, Unit as ItemUnit};
use crate::domain::key::{ClientKey, ScheduleKey};
use crate::domain::schedule::{Every, On, Schedule, Terms, Unit};
use crate::values::item::signed;
use crate::values::money::Percent;

use super::door::Writer;
use super::row::{
    day, flag, int, maybe_int, maybe_text, of_client, optional_at, optional_day, ten_thousandths,
    text, unreadable, word,
};
use super::{Books, Result};

/// A schedule that is not there yet, or what one is changed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSchedule {
    pub client: ClientKey,
    pub terms: Terms,
    pub items: Vec<Item>,
    pub work: bool,
    pub grouping: Grouping,
    pub draft: bool,
    pub terms_days: Option<u16>,
}

const SELECT: &str = "SELECT id, client_id, unit, every, wanted, start, until, times, work, group_by, draft, terms_days, paused FROM schedule";

fn schedule(row: &Row<'_>) -> rusqlite::Result<Schedule> {
    let unit = word(&row.get::<_, String>(2)?, Unit::from_word)?;
    let on = On::from_number(row.get(4)?, unit).ok_or_else(|| unreadable("a day that is none"))?;
    Ok(Schedule {
        key: ScheduleKey(row.get(0)?),
        client: ClientKey(row.get(1)?),
        terms: Terms {
            every: Every {
                count: row.get(3)?,
                unit,
            },
            on,
            from: day(&row.get::<_, String>(5)?)?,
            until: optional_day(row.get(6)?)?,
            times: row.get(7)?,
        },
        items: Vec::new(),
        work: row.get(8)?,
        grouping: word(&row.get::<_, String>(9)?, Grouping::from_word)?,
        draft: row.get(10)?,
        terms_days: row.get(11)?,
        paused: optional_day(row.get(12)?)?,
        skips: BTreeSet::new(),
    })
}

/// Quantities and prices are kept in ten thousandths.
const PLACES: u32 = 4;

fn item(row: &Row<'_>) -> rusqlite::Result<Item> {
    let category: Option<String> = row.get(4)?;
    let rate: Option<i64> = row.get(5)?;
    let tax = match (category, rate) {
        (Some(category), Some(rate)) => Some(Tax {
            category: word(&category, TaxCategory::from_code)?,
            percent: Percent::from_ten_thousandths(rate),
        }),
        _ => None,
    };
    Ok(Item {
        description: row.get(0)?,
        quantity: Decimal::new(row.get(1)?, PLACES).normalize(),
        unit: word(&row.get::<_, String>(2)?, ItemUnit::from_code)?,
        unit_price: Decimal::new(row.get(3)?, PLACES).normalize(),
        adjustment: optional_at(row, 6, |text| match signed(text) {
            Some(Ok(adjustment)) => Ok(adjustment),
            _ => Err(format!("`{text}` is no discount")),
        })?,
        tax,
    })
}

impl Books<'_> {
    /// Schedules in the order in which they were added; of one client, if one is given.
    pub fn schedules(&self, client: Option<ClientKey>) -> Result<Vec<Schedule>> {
        let mut statement = self
            .conn
            .prepare_cached(&format!("{SELECT} WHERE {} ORDER BY id", of_client(client)))?;
        let rows = statement.query_map([client.map(|client| client.0)], schedule)?;
        let heads: Vec<Schedule> = rows.collect::<rusqlite::Result<_>>()?;
        heads.into_iter().map(|head| self.filled(head)).collect()
    }

    /// The schedule of this key.
    pub fn schedule(&self, key: ScheduleKey) -> Result<Option<Schedule>> {
        let head = self
            .conn
            .prepare_cached(&format!("{SELECT} WHERE id = ?"))?
            .query_row([key.0], schedule)
            .optional()?;
        head.map(|head| self.filled(head)).transpose()
    }

    fn filled(&self, head: Schedule) -> Result<Schedule> {
        let mut statement = self.conn.prepare_cached(
            "SELECT description, quantity, unit, unit_price, tax_category, tax_rate, adjustment FROM schedule_item WHERE schedule_id = ? ORDER BY id",
        )?;
        let items = statement
            .query_map([head.key.0], item)?
            .collect::<rusqlite::Result<_>>()?;
        let mut statement = self
            .conn
            .prepare_cached("SELECT day FROM schedule_skip WHERE schedule_id = ?")?;
        let skips = statement
            .query_map([head.key.0], |row| day(&row.get::<_, String>(0)?))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(Schedule {
            items,
            skips,
            ..head
        })
    }
}

impl Writer<'_> {
    /// Adds a schedule.
    pub fn add_schedule(&mut self, new: &NewSchedule) -> Result<ScheduleKey> {
        let key = ScheduleKey(self.insert("schedule", &columns(new))?);
        self.add_schedule_items(key, &new.items)?;
        Ok(key)
    }

    /// Changes a schedule; its items are replaced where they differ.
    pub fn edit_schedule(&mut self, current: &Schedule, new: &NewSchedule) -> Result<()> {
        let key = current.key;
        self.update("schedule", key.0, &columns(new))?;
        if current.items != new.items {
            for row in self.rows_of("schedule_item", "schedule_id = ?", key.0)? {
                self.delete("schedule_item", row)?;
            }
            self.add_schedule_items(key, &new.items)?;
        }
        Ok(())
    }

    /// Pauses a schedule since a day, or lets it go on.
    pub fn pause_schedule(&mut self, key: ScheduleKey, since: Option<NaiveDate>) -> Result<bool> {
        self.update("schedule", key.0, &[("paused", maybe_text(since))])
    }

    /// Leaves a date out.
    pub fn skip_date(&mut self, key: ScheduleKey, date: NaiveDate) -> Result<()> {
        let columns = [("schedule_id", int(key.0)), ("day", text(date))];
        self.insert("schedule_skip", &columns).map(drop)
    }

    fn add_schedule_items(&mut self, key: ScheduleKey, items: &[Item]) -> Result<()> {
        for item in items {
            let Item {
                description,
                quantity,
                unit,
                unit_price,
                adjustment,
                tax,
            } = item;
            let adjustment = adjustment
                .as_ref()
                .map(|(sign, part)| format!("{sign}{part}"));
            let columns = [
                ("schedule_id", int(key.0)),
                ("description", text(description)),
                ("quantity", int(ten_thousandths(*quantity)?)),
                ("unit", text(unit.code())),
                ("unit_price", int(ten_thousandths(*unit_price)?)),
                ("adjustment", maybe_text(adjustment.as_ref())),
                (
                    "tax_category",
                    maybe_text(tax.map(|tax| tax.category.code())),
                ),
                (
                    "tax_rate",
                    maybe_int(tax.map(|tax| tax.percent.ten_thousandths())),
                ),
            ];
            self.insert("schedule_item", &columns)?;
        }
        Ok(())
    }
}

fn columns(new: &NewSchedule) -> [(&'static str, Value); 11] {
    let NewSchedule {
        client,
        terms,
        items: _,
        work,
        grouping,
        draft,
        terms_days,
    } = new;
    let Terms {
        every,
        on,
        from,
        until,
        times,
    } = terms;
    [
        ("client_id", int(client.0)),
        ("unit", text(every.unit.word())),
        ("every", int(every.count.into())),
        ("wanted", int(on.number().into())),
        ("start", text(from)),
        ("until", maybe_text(*until)),
        ("times", maybe_int(times.map(i64::from))),
        ("work", flag(*work)),
        ("group_by", text(grouping.word())),
        ("draft", flag(*draft)),
        ("terms_days", maybe_int(terms_days.map(i64::from))),
    ]
}
