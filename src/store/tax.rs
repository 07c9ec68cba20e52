//! Rates of tax by country, and how clients are taxed, in the store.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Row};

use crate::domain::key::{ClientKey, TaxRateKey};
use crate::domain::tax::{ClientTax, DatedTaxRate, RateName, Treatment};
use crate::values::money::Percent;
use crate::values::text::{Country, Line};

use super::door::Writer;
use super::row::{int, maybe_text, optional, optional_day, parsed, text};
use super::{Books, Result};

impl Books<'_> {
    /// The table of rates, by country, name and day.
    pub fn tax_rates(&self) -> Result<Vec<DatedTaxRate>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id, country, name, percent, from_day FROM tax_rate ORDER BY country, name, from_day",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(DatedTaxRate {
                key: TaxRateKey(row.get(0)?),
                country: parsed(&row.get::<_, String>(1)?, Country::parse)?,
                name: parsed(&row.get::<_, String>(2)?, RateName::parse)?,
                percent: Percent::from_ten_thousandths(row.get(3)?),
                from: optional_day(row.get(4)?)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How a client is taxed; nothing of its own: as the business is.
    pub fn client_tax(&self, client: ClientKey) -> Result<ClientTax> {
        let found = self
            .conn
            .prepare_cached(
                "SELECT client_id, treatment, note FROM client_tax WHERE client_id = ?",
            )?
            .query_row([client.0], client_tax)
            .optional()?;
        Ok(found.unwrap_or(ClientTax::of_business(client)))
    }

    /// The clients that are not taxed as the business is.
    pub fn client_taxes(&self) -> Result<HashMap<ClientKey, ClientTax>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT client_id, treatment, note FROM client_tax")?;
        let rows = statement.query_map([], client_tax)?;
        let taxes = rows.map(|tax| tax.map(|tax| (tax.client, tax)));
        Ok(taxes.collect::<rusqlite::Result<_>>()?)
    }
}

fn client_tax(row: &Row<'_>) -> rusqlite::Result<ClientTax> {
    Ok(ClientTax {
        client: ClientKey(row.get(0)?),
        treatment: optional(row.get(1)?, Treatment::parse)?,
        note: optional(row.get(2)?, Line::parse)?,
    })
}

impl Writer<'_> {
    /// Adds a rate. The `key` of the given one is not used.
    pub fn add_tax_rate(&mut self, rate: &DatedTaxRate) -> Result<TaxRateKey> {
        let DatedTaxRate {
            key: _,
            country,
            name,
            percent,
            from,
        } = rate;
        let columns = [
            ("country", text(country)),
            ("name", text(name)),
            ("percent", int(percent.ten_thousandths())),
            ("from_day", maybe_text(*from)),
        ];
        self.insert("tax_rate", &columns).map(TaxRateKey)
    }

    /// Corrects a rate; whether anything changed.
    pub fn edit_tax_rate(&mut self, key: TaxRateKey, percent: Percent) -> Result<bool> {
        let columns = [("percent", int(percent.ten_thousandths()))];
        self.update("tax_rate", key.0, &columns)
    }

    /// Removes a rate.
    pub fn delete_tax_rate(&mut self, key: TaxRateKey) -> Result<()> {
        self.delete("tax_rate", key.0)
    }

    /// Says how a client is taxed.
    pub fn set_client_tax(&mut self, tax: &ClientTax) -> Result<()> {
        let ClientTax {
            client,
            treatment,
            note,
        } = tax;
        let columns = [
            ("client_id", int(client.0)),
            ("treatment", maybe_text(treatment.as_ref())),
            ("note", maybe_text(note.as_ref())),
        ];
        let row = self.rows_of("client_tax", "client_id = ?", client.0)?;
        match (row.first(), treatment.is_none() && note.is_none()) {
            (Some(row), true) => self.delete("client_tax", *row),
            (Some(row), false) => self.update("client_tax", *row, &columns).map(drop),
            (None, true) => Ok(()),
            (None, false) => self.insert("client_tax", &columns).map(drop),
        }
    }
}
