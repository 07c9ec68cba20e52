//! `check`: whether the file is whole and every invariant of the books holds.

use std::fmt;

use crate::domain::client::Client;
use crate::domain::invariant::{self, Surroundings};
use crate::domain::invoice::Stored;

use super::client::ClientFilter;
use super::expense::ExpenseFilter;
use super::invoice::InvoiceFilter;
use super::open::SCHEMA;
use super::{Books, Result, Store};

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Health {
    /// Empty: all is well.
    pub findings: Vec<Finding>,
    pub schema: u32,
    pub entries: i64,
    pub invoices: i64,
    pub operations: i64,
}

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The invariant: `integrity`, `references`, `numbers`, `billed-once`, `totals`, `documents`, `times`,
    /// `people`.
    pub check: &'static str,
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check, self.message)
    }
}

impl Store {
    /// Checks the file and the books, in one moment.
    pub fn check(&self) -> Result<Health> {
        self.read(|books| books.check())
    }
}

/// Queries that must find nothing: the invariant and what each row of the answer says.
const NOTHING: [(&str, &str); 10] = [
    (
        "numbers",
        "SELECT kind || ' counter ' || counter || ' has ' || count(*) || ' numbers up to ' || max(sequence) FROM invoice \
         WHERE number IS NOT NULL GROUP BY kind, counter HAVING count(*) <> max(sequence) OR min(sequence) <> 1",
    ),
    (
        "numbers",
        "SELECT number || ' is dated before a number that precedes it' FROM invoice WHERE number IS NOT NULL AND EXISTS \
         (SELECT 1 FROM invoice AS earlier WHERE earlier.kind = invoice.kind AND earlier.counter = invoice.counter \
          AND earlier.sequence = invoice.sequence - 1 AND earlier.issue_date > invoice.issue_date)",
    ),
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
         WHERE billed.live = 1 AND invoice_line.source = 'time' AND billed.seconds <> entry.seconds",
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
        "times",
        "SELECT 'entry ' || id || ' ends before it starts' FROM entry WHERE ended <= started OR seconds <= 0",
    ),
];

impl Books<'_> {
    fn check(&self) -> Result<Health> {
        let count = |table: &str| {
            self.conn
                .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                    row.get(0)
                })
        };
        let mut health = Health {
            schema: SCHEMA,
            entries: count("entry")?,
            invoices: count("invoice")?,
            operations: count("operation")?,
            findings: self.file_findings()?,
        };
        for (check, sql) in NOTHING {
            let mut statement = self.conn.prepare(sql)?;
            let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
            for message in rows.take(100) {
                health.findings.push(Finding {
                    check,
                    message: message?,
                });
            }
        }
        self.people_findings(&mut health.findings)?;
        self.invoice_findings(&mut health.findings)?;
        self.document_findings(&mut health.findings)?;
        self.expense_findings(&mut health.findings)?;
        Ok(health)
    }

    /// What has to agree around clients and in the team.
    fn people_findings(&self, findings: &mut Vec<Finding>) -> Result<()> {
        let everybody = ClientFilter {
            archived: true,
            ..ClientFilter::default()
        };
        let timers = self.timers(None)?;
        let mut broken = invariant::of_team(&self.members()?, &timers);
        for client in self.clients(&everybody)? {
            broken.extend(invariant::of_client(&self.surroundings(client)?, &timers));
        }
        findings.extend(broken.into_iter().take(100).map(|message| Finding {
            check: "people",
            message,
        }));
        Ok(())
    }

    /// A client with what has to agree around it.
    pub fn surroundings(&self, client: Client) -> Result<Surroundings> {
        Ok(Surroundings {
            contacts: self.contacts(client.key)?,
            documents: self.client_documents(Some(client.key))?,
            projects: self.projects(Some(client.key))?,
            client,
        })
    }

    fn file_findings(&self) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        let mut statement = self.conn.prepare("PRAGMA integrity_check(20)")?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        for row in rows {
            let message = row?;
            if message != "ok" {
                findings.push(Finding {
                    check: "integrity",
                    message,
                });
            }
        }
        let mut statement = self.conn.prepare("PRAGMA foreign_key_check")?;
        let rows = statement.query_map([], |row| {
            Ok(format!(
                "{} {} refers to a {} that is not there",
                row.get::<_, String>(0)?,
                row.get::<_, Option<i64>>(1)?.unwrap_or_default(),
                row.get::<_, String>(2)?
            ))
        })?;
        for message in rows.take(20) {
            findings.push(Finding {
                check: "references",
                message: message?,
            });
        }
        Ok(findings)
    }

    /// Totals are added up again and files hashed again.
    fn invoice_findings(&self, findings: &mut Vec<Finding>) -> Result<()> {
        for invoice in self.invoices(InvoiceFilter::default())? {
            let name = invoice.name();
            let stored: Option<i64> = self
                .conn
                .prepare_cached("SELECT total FROM invoice WHERE id = ?")?
                .query_row([invoice.key.0], |row| row.get(0))?;
            let again = invoice.totals().map(|totals| totals.total.minor()).ok();
            if invoice.stored != Stored::Draft && stored != again {
                findings.push(Finding {
                    check: "totals",
                    message: format!("the lines of {name} no longer give its total"),
                });
            }
            for line in &invoice.lines {
                let product = crate::values::money::Money::rounded(
                    line.quantity * line.unit_price,
                    invoice.currency,
                );
                if product != Ok(line.net) {
                    findings.push(Finding {
                        check: "totals",
                        message: format!("a line of {name} is not quantity times price"),
                    });
                }
            }
            let Some(sha256) = &invoice.document_sha256 else {
                continue;
            };
            if !self.is_whole(sha256)? {
                findings.push(Finding {
                    check: "documents",
                    message: format!("the document of {name} is not the one that was issued"),
                });
            }
        }
        Ok(())
    }

    fn document_findings(&self, findings: &mut Vec<Finding>) -> Result<()> {
        for document in self.client_documents(None)? {
            if !self.is_whole(&document.sha256)? {
                findings.push(Finding {
                    check: "documents",
                    message: format!(
                        "the document `{}` is not the one that was added",
                        document.name
                    ),
                });
            }
        }
        Ok(())
    }

    /// Amounts are multiplied again and receipts hashed again.
    fn expense_findings(&self, findings: &mut Vec<Finding>) -> Result<()> {
        for listed in self.expenses(&ExpenseFilter::default())? {
            let (key, spent) = (listed.expense.key.0, listed.expense.spent);
            if let Some(measure) = &spent.measure
                && measure.amount(spent.amount.currency()) != Ok(spent.amount)
            {
                findings.push(Finding {
                    check: "totals",
                    message: format!("expense {key} is not quantity times price"),
                });
            }
            if let Some(receipt) = &spent.receipt
                && !self.is_whole(&receipt.sha256)?
            {
                findings.push(Finding {
                    check: "documents",
                    message: format!("the receipt of expense {key} is not the one that was added"),
                });
            }
        }
        Ok(())
    }

    /// Whether a kept file is there and is what its name says.
    fn is_whole(&self, sha256: &str) -> Result<bool> {
        use sha2::Digest;
        let hashed = self
            .file(sha256)?
            .map(|bytes| data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(bytes)));
        Ok(hashed.as_deref() == Some(sha256))
    }
}
