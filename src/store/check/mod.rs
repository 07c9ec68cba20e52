//! `check`: whether the file is whole and every invariant of the books holds. What it proves of invoices is in [`invoice`], which
//! `invoice verify` asks for alone.

mod invoice;
mod retainer;

use std::fmt;

use crate::domain::client::Client;
use crate::domain::invariant::{self, Surroundings};

use super::client::ClientFilter;
use super::expense::ExpenseFilter;
use super::open::SCHEMA;
use super::{Books, Result, Store};

pub use invoice::Proof;
use invoice::Whole;

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
    /// `jobs`, `people`, `retainers`, `estimates`, `inbox`, `approvals`.
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

/// A query that must find nothing: the invariant, and what each row of its answer says.
type Nothing = (&'static str, &'static str);

/// What must not be there beside invoices.
const NOTHING: [Nothing; 10] = [
    (
        "inbox",
        "SELECT 'message ' || message.id || ' is of another client than its thread' FROM message JOIN thread ON thread.id = thread_id \
     WHERE message.client_id <> thread.client_id",
    ),
    (
        "approvals",
        "SELECT 'approval-' || approval_request.id || ' is about a project of another client' FROM approval_request \
     JOIN project ON project.id = project_id WHERE project.client_id <> approval_request.client_id",
    ),
    (
        "approvals",
        "SELECT 'approval-' || id || ' was answered by nobody' FROM approval_request WHERE decided IS NOT NULL \
     AND (decided_by IS NULL OR shown IS NULL)",
    ),
    (
        "approvals",
        "SELECT 'approval-' || id || ' covers more entries than it has' FROM approval_request WHERE covered > \
     (SELECT count(*) FROM approval_entry WHERE request_id = approval_request.id) AND kind = 'timesheet'",
    ),
    (
        "times",
        "SELECT 'entry ' || id || ' ends before it starts' FROM entry WHERE ended <= started OR seconds <= 0",
    ),
    (
        "jobs",
        "SELECT 'document ' || invoice_id || ' was made by ' || count(*) || ' jobs' FROM job WHERE invoice_id IS NOT NULL \
     GROUP BY invoice_id HAVING count(*) > 1",
    ),
    (
        "numbers",
        "SELECT 'the numbers of estimates in counter ' || counter || ' have a gap' FROM estimate WHERE counter IS NOT NULL \
     GROUP BY counter HAVING max(sequence) <> count(*) OR min(sequence) <> 1",
    ),
    (
        "documents",
        "SELECT 'the document of estimate ' || number || ' is gone' FROM estimate WHERE document_sha256 IS NOT NULL \
     AND document_sha256 NOT IN (SELECT sha256 FROM file)",
    ),
    (
        "estimates",
        "SELECT 'estimate ' || coalesce(number, id) || ' has no lines' FROM estimate WHERE id NOT IN (SELECT estimate_id FROM estimate_line)",
    ),
    (
        "estimates",
        "SELECT 'estimate ' || number || ' became a project of another client' FROM estimate JOIN project ON project.id = project_id \
     WHERE project.client_id <> estimate.client_id OR estimate.state <> 'accepted'",
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
        self.nothing_of(&NOTHING, &mut health.findings)?;
        self.nothing_of(&retainer::NOTHING, &mut health.findings)?;
        for message in self.fees_twice(None)? {
            let check = "billed-once";
            health.findings.push(Finding { check, message });
        }
        self.people_findings(&mut health.findings)?;
        let whole = self.whole_files(&mut health.findings)?;
        self.proof_of_invoices(&whole, &mut health.findings)?;
        self.document_findings(&whole, &mut health.findings)?;
        self.expense_findings(&whole, &mut health.findings)?;
        Ok(health)
    }

    /// What the queries find that must find nothing.
    fn nothing_of(&self, queries: &[Nothing], findings: &mut Vec<Finding>) -> Result<()> {
        for (check, sql) in queries {
            let mut statement = self.conn.prepare(sql)?;
            let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
            for message in rows {
                findings.push(Finding {
                    check,
                    message: message?,
                });
            }
        }
        Ok(())
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
            retainers: self.retainers(Some(client.key))?,
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

    fn document_findings(&self, whole: &Whole, findings: &mut Vec<Finding>) -> Result<()> {
        for document in self.client_documents(None)? {
            if !whole.contains(&document.sha256) {
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

    /// Amounts are multiplied again.
    fn expense_findings(&self, whole: &Whole, findings: &mut Vec<Finding>) -> Result<()> {
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
                && !whole.contains(&receipt.sha256)
            {
                findings.push(Finding {
                    check: "documents",
                    message: format!("the receipt of expense {key} is not the one that was added"),
                });
            }
        }
        Ok(())
    }
}
