//! What is proven of invoices, over the whole store: in one pass over the documents, one over their lines and one over the kept
//! files. `check` and `invoice verify` both ask for it.

use std::collections::HashSet;

use rusqlite::Row;
use rust_decimal::Decimal;
use sha2::Digest;

use crate::domain::invoice::{
    Adjustment, Adjustments, Grounds, Kind, Line, Source, Stored, Tax, TaxCategory, Unit,
};
use crate::domain::key::InvoiceKey;
use crate::domain::proof::{self, Document, Given, Series};
use crate::values::money::{Currency, Money, Percent};
use crate::values::named_tax::NamedTax;

use super::super::invoice::tax_rounding;
use super::super::row::{currency, day, optional, unsigned, word};
use super::super::{Books, Result, Store};
use super::{Finding, Nothing};

/// What was proven of the invoices, and what was found instead.
#[derive(Debug, Clone, Default)]
pub struct Proof {
    /// Empty: everything is proven.
    pub findings: Vec<Finding>,
    pub series: Vec<Series>,
    pub invoices: usize,
    pub credit_notes: usize,
    pub lines: usize,
    /// Kept files that were hashed again.
    pub files: usize,
    /// Entries on invoices and drafts.
    pub entries: i64,
}

/// Hashes of the kept files that are what their names say.
pub(super) type Whole = HashSet<String>;

/// What must not be there: an entry that two invoices bill, or none where it is billed.
const NOTHING: [Nothing; 14] = [
    (
        "billed-once",
        "SELECT 'entry ' || entry_id || ' is on two invoices' FROM billed WHERE live = 1 GROUP BY entry_id HAVING count(*) > 1",
    ),
    (
        "billed-once",
        "SELECT 'entry ' || entry.id || ' and its invoice do not agree' FROM entry LEFT JOIN billed ON billed.entry_id = entry.id \
         AND billed.live = 1 LEFT JOIN invoice_line ON invoice_line.id = billed.line_id \
         WHERE entry.invoice_id IS NOT NULL AND invoice_line.invoice_id IS NOT entry.invoice_id",
    ),
    (
        "billed-once",
        "SELECT 'entry ' || billed.entry_id || ' is billed and open' FROM billed JOIN entry ON entry.id = billed.entry_id \
         WHERE billed.live = 1 AND entry.invoice_id IS NULL",
    ),
    (
        "billed-once",
        "SELECT 'void invoice ' || number || ' still holds entries' FROM invoice WHERE state = 'void' AND EXISTS \
         (SELECT 1 FROM entry WHERE entry.invoice_id = invoice.id)",
    ),
    (
        "billed-once",
        "SELECT 'entry ' || entry.id || ' is not as long as it was billed' FROM billed JOIN entry ON entry.id = billed.entry_id \
         JOIN invoice_line ON invoice_line.id = billed.line_id \
         WHERE billed.live = 1 AND invoice_line.source = 'time' AND coalesce(billed.worked, billed.seconds) <> entry.seconds",
    ),
    (
        "billed-once",
        "SELECT 'void invoice ' || number || ' still holds expenses' FROM invoice WHERE state = 'void' AND EXISTS \
         (SELECT 1 FROM expense WHERE expense.invoice_id = invoice.id)",
    ),
    (
        "billed-once",
        "SELECT 'expense ' || expense.id || ' is on an invoice of another client' FROM expense \
         JOIN project ON project.id = expense.project_id JOIN invoice ON invoice.id = expense.invoice_id \
         WHERE invoice.client_id <> project.client_id",
    ),
    (
        "billed-once",
        "SELECT 'expense ' || expense.id || ' and its invoice do not agree' FROM expense WHERE expense.invoice_id IS NOT NULL \
         AND (SELECT count(*) FROM invoice_line WHERE expense_id = expense.id AND invoice_line.invoice_id = expense.invoice_id) <> 1",
    ),
    (
        "billed-once",
        "SELECT 'expense ' || expense_id || ' is on ' || coalesce(invoice.number, 'draft-' || invoice.id) || ' and not billed by it' \
         FROM invoice_line JOIN invoice ON invoice.id = invoice_line.invoice_id LEFT JOIN expense ON expense.id = expense_id \
         WHERE expense_id IS NOT NULL AND invoice.kind = 'invoice' AND invoice.state <> 'void' \
         AND expense.invoice_id IS NOT invoice.id",
    ),
    (
        "billed-once",
        "SELECT 'deposit ' || deposit.number || ' and the invoice that deducts it do not agree' FROM invoice AS deposit \
         WHERE deducted_by IS NOT NULL AND (deposit.state <> 'issued' OR NOT EXISTS (SELECT 1 FROM invoice_line \
         JOIN invoice ON invoice.id = invoice_line.invoice_id WHERE deposit_id = deposit.id AND invoice.id = deposit.deducted_by \
         AND invoice.state <> 'void' AND invoice.client_id = deposit.client_id))",
    ),
    (
        "billed-once",
        "SELECT DISTINCT 'a deposit is taken off ' || coalesce(invoice.number, 'draft-' || invoice.id) || ' and not deducted by it' \
         FROM invoice_line JOIN invoice ON invoice.id = invoice_line.invoice_id JOIN invoice AS deposit ON deposit.id = deposit_id \
         WHERE invoice.kind = 'invoice' AND invoice.state <> 'void' AND deposit.deducted_by IS NOT invoice.id",
    ),
    (
        "billed-once",
        "SELECT coalesce(invoice.number, 'draft-' || invoice.id) || ' does not take off what deposit ' || deposit.number || ' came to' \
         FROM invoice_line JOIN invoice ON invoice.id = invoice_line.invoice_id JOIN invoice AS deposit ON deposit.id = deposit_id \
         WHERE invoice.kind = 'invoice' GROUP BY invoice.id, deposit.id HAVING sum(invoice_line.net) <> \
         -(SELECT sum(net) FROM invoice_line AS of WHERE of.invoice_id = deposit.id)",
    ),
    (
        "payments",
        "SELECT 'credit of ' || source.number || ' pays ' || coalesce(target.number, 'nothing') || ', an invoice of another client or currency' \
         FROM credit_use JOIN invoice AS source ON source.id = credit_use.invoice_id LEFT JOIN invoice AS target ON target.id = to_invoice_id \
         WHERE to_invoice_id IS NOT NULL AND (target.client_id IS NOT source.client_id OR target.currency IS NOT source.currency)",
    ),
    (
        "payments",
        "SELECT 'a payment of ' || number || ' is dated before it' FROM payment JOIN invoice ON invoice.id = payment.invoice_id \
         WHERE payment.day < invoice.issue_date",
    ),
];

/// The log knows each number that was ever given: one that is gone, or that stands on another document now, is found.
const GIVEN_BEFORE: &str = "SELECT DISTINCT given.number, now.number FROM \
    (SELECT row_id, after ->> '$.number' AS number FROM change WHERE noun = 'invoice' AND after IS NOT NULL) AS given \
    LEFT JOIN invoice AS now ON now.id = given.row_id \
    WHERE given.number IS NOT NULL AND now.number IS NOT given.number ORDER BY given.number";

impl Store {
    /// Proves numbers, totals, credit notes and documents of all invoices, and that nothing is billed twice, in one moment.
    pub fn verify(&self) -> Result<Proof> {
        self.read(|books| {
            let mut findings = Vec::new();
            let whole = books.whole_files(&mut findings)?;
            let mut proof = books.proof_of_invoices(&whole, &mut findings)?;
            proof.findings = findings;
            Ok(proof)
        })
    }
}

impl Books<'_> {
    /// Hashes every kept file again, each once, however many refer to it.
    pub(super) fn whole_files(&self, findings: &mut Vec<Finding>) -> Result<Whole> {
        let mut statement = self.conn.prepare("SELECT sha256, bytes FROM file")?;
        let mut rows = statement.query([])?;
        let mut whole = Whole::new();
        while let Some(row) = rows.next()? {
            let name: String = row.get(0)?;
            let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            if data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(bytes)) == name {
                whole.insert(name);
            } else {
                findings.push(Finding {
                    check: "documents",
                    message: format!("the content of the kept file {name} has changed"),
                });
            }
        }
        Ok(whole)
    }

    /// Numbers, totals, credit notes, documents, and what was billed.
    pub(super) fn proof_of_invoices(
        &self,
        whole: &Whole,
        findings: &mut Vec<Finding>,
    ) -> Result<Proof> {
        let found = |check| move |message| Finding { check, message };
        let mut heads = self.heads()?;
        let given: Vec<Given> = heads.iter_mut().filter_map(|h| h.given.take()).collect();
        let (series, broken) = proof::series(given);
        findings.extend(broken.into_iter().map(found("numbers")));
        findings.extend(
            self.numbers_given_before()?
                .into_iter()
                .map(found("numbers")),
        );
        self.nothing_of(&NOTHING, findings)?;
        let mut proof = Proof {
            series,
            files: whole.len(),
            entries: self.conn.query_row(
                "SELECT count(*) FROM billed WHERE live = 1",
                [],
                |row| row.get(0),
            )?,
            ..Proof::default()
        };
        for head in &heads {
            match head.document.kind {
                _ if head.document.stored == Stored::Draft => {}
                Kind::Invoice => proof.invoices += 1,
                Kind::CreditNote => proof.credit_notes += 1,
            }
            if let Some(sha256) = &head.sha256
                && !whole.contains(sha256)
            {
                findings.push(Finding {
                    check: "documents",
                    message: format!(
                        "the document of {} is not the one that was issued",
                        head.document.name
                    ),
                });
            }
        }
        let mut documents: Vec<Document> = heads.into_iter().map(|head| head.document).collect();
        proof.lines = self.add_up(&mut documents, findings)?;
        let credits = proof::credits(&documents);
        findings.extend(credits.into_iter().map(found("credits")));
        for account in self.accounts(None)? {
            findings.extend(account.broken().into_iter().map(found("payments")));
        }
        Ok(proof)
    }

    fn numbers_given_before(&self) -> Result<Vec<String>> {
        let mut statement = self.conn.prepare(GIVEN_BEFORE)?;
        let rows = statement.query_map([], |row| {
            let (number, now): (String, Option<String>) = (row.get(0)?, row.get(1)?);
            Ok(match now {
                None => format!("{number} was given, and its document is gone"),
                Some(now) => format!("{number} was given to the document that is {now} now"),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// All documents without their lines, by key.
    fn heads(&self) -> Result<Vec<Head>> {
        let mut statement = self.conn.prepare(
            "SELECT id, kind, state, number, counter, sequence, issue_date, corrects, currency, discount, total, document_sha256, \
             surcharge, tax_rounding, backdated FROM invoice ORDER BY id",
        )?;
        let rows = statement.query_map([], |row| {
            let key = InvoiceKey(row.get(0)?);
            let kind = word(&row.get::<_, String>(1)?, Kind::from_word)?;
            let number: Option<String> = row.get(3)?;
            let currency = currency(&row.get::<_, String>(8)?)?;
            let in_currency = |minor| Money::from_minor(minor, currency);
            let given = match &number {
                None => None,
                Some(number) => Some(Given {
                    kind,
                    counter: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
                    sequence: unsigned(row.get::<_, Option<i64>>(5)?.unwrap_or_default())?,
                    number: number.clone(),
                    date: day(&row.get::<_, String>(6)?)?,
                    backdated: row.get(14)?,
                }),
            };
            Ok(Head {
                document: Document {
                    key,
                    kind,
                    stored: word(&row.get::<_, String>(2)?, Stored::from_word)?,
                    name: number.unwrap_or_else(|| format!("draft-{}", key.0)),
                    corrects: row.get::<_, Option<i64>>(7)?.map(InvoiceKey),
                    currency,
                    adjustments: Adjustments {
                        discount: in_currency(row.get(9)?),
                        surcharge: in_currency(row.get(12)?),
                        ..Adjustments::none(currency)
                    },
                    tax_rounding: tax_rounding(row.get(13)?, currency)?,
                    total: row.get::<_, Option<i64>>(10)?.map(in_currency),
                    bases: Vec::new(),
                },
                given,
                sha256: row.get(11)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Adds up the lines of each document again; the number of lines. Lines and documents come in the order of the documents' keys.
    fn add_up(&self, documents: &mut [Document], findings: &mut Vec<Finding>) -> Result<usize> {
        let mut statement = self.conn.prepare(
            "SELECT invoice_id, quantity, unit_price, net, tax_category, tax_rate, adjustment, taxes, deposit_id FROM invoice_line \
             ORDER BY invoice_id, position",
        )?;
        let mut rows = statement.query([])?;
        let mut row = rows.next()?;
        let mut count = 0;
        let mut lines: Vec<Line> = Vec::new();
        for document in documents {
            lines.clear();
            while let Some(of) = row {
                let key = InvoiceKey(of.get(0)?);
                if key > document.key {
                    break;
                }
                // A line of no document is found with the references.
                if key == document.key {
                    lines.push(line(of, document.currency)?);
                }
                row = rows.next()?;
            }
            count += lines.len();
            let broken = document.add_up(&lines).into_iter();
            findings.extend(broken.map(|message| Finding {
                check: "totals",
                message,
            }));
        }
        Ok(count)
    }
}

/// A document before its lines are read.
struct Head {
    document: Document,
    given: Option<Given>,
    sha256: Option<String>,
}

/// A line as far as its arithmetic goes.
fn line(row: &Row<'_>, currency: Currency) -> rusqlite::Result<Line> {
    Ok(Line {
        source: match row.get(8)? {
            Some(deposit) => Source::Deduction {
                deposit: InvoiceKey(deposit),
            },
            None => Source::Fixed,
        },
        description: String::new(),
        quantity: Decimal::new(row.get(1)?, 4),
        unit: Unit::Piece,
        unit_price: Decimal::new(row.get(2)?, 4),
        adjustment: row.get::<_, Option<i64>>(6)?.map(|minor| Adjustment {
            amount: Money::from_minor(minor, currency),
            grounds: Grounds::default(),
        }),
        net: Money::from_minor(row.get(3)?, currency),
        tax: Tax {
            category: word(&row.get::<_, String>(4)?, TaxCategory::from_code)?,
            percent: Percent::from_ten_thousandths(row.get(5)?),
        },
        taxes: optional(row.get(7)?, NamedTax::parse_all)?.unwrap_or_default(),
    })
}
