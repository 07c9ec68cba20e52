//! Invoices: what would be billed, drafts, issuing, payments, void.
//!
//! Number, invoice, links to its entries and the document are one transaction: all of it is there, or nothing.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};

use crate::disclosure;
use crate::disclosure::public_id::PublicIds;
use crate::document::pdf::Printer;
use crate::domain::Refusal;
use crate::domain::approval::Approval;
use crate::domain::business::Business;
use crate::domain::client::{self, Client};
use crate::domain::invoice::{
    self, BillableTime, Group, Grouping, Invoice, Kind, Line, Party, Source, Stored,
};
use crate::domain::key::{ClientKey, EntryKey, InvoiceKey, MemberKey, ProjectKey, TaskKey};
use crate::domain::number::Pattern;
use crate::domain::rate::{self, Facts};
use crate::domain::retainer::{Account, Overage, Retainer};
use crate::published;
use crate::store::{
    ApprovalFilter, BilledEntry, Books, EntryFilter, InvoiceFilter, Listed, NewInvoice, Numbered,
    Writer,
};
use crate::values::duration::Seconds;
use crate::values::money::Money;
use crate::values::period::{Period, Span};

use super::{Error, Result, Session, face, find, retainer};

/// What to bill.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub client: String,
    /// Days whose work is billed.
    pub days: Span,
    pub grouping: Grouping,
    /// The date of the invoice; today, if none is given.
    pub date: Option<NaiveDate>,
}

/// An invoice with what a page about it shows.
#[derive(Debug, Clone)]
pub struct Shown {
    pub invoice: Invoice,
    pub client: Client,
    /// Keys of the entries that it bills or billed.
    pub entries: Vec<EntryKey>,
    /// Number of the document it corrects, or that corrects it.
    pub related: Option<String>,
    /// The day for which its state is told.
    pub today: NaiveDate,
}

/// What an invoice over unbilled work would be. Nothing is kept.
pub fn preview(session: &Session, wanted: &Wanted) -> Result<Shown> {
    let today = session.today();
    session.store.read(|books| {
        let (client, draft) = prepare(books, &session.business, wanted, today)?;
        let entries = draft.billed.iter().map(|billed| billed.entry).collect();
        Ok(Shown {
            invoice: unsaved(draft),
            client,
            entries,
            related: None,
            today,
        })
    })
}

/// Makes a draft over unbilled work. Its entries are bound to it, so that nothing else bills them.
pub fn draft(session: &mut Session, wanted: &Wanted) -> Result<Shown> {
    let today = session.today();
    let zone = session.business.zone;
    let key = session.write(|books| {
        let business = super::business(books, zone)?;
        let (_, draft) = prepare(books, &business, wanted, today)?;
        Ok::<_, Error>(books.add_invoice(&draft)?)
    })?;
    shown(session, key)
}

/// Bills unbilled work and issues the invoice, in one transaction.
pub fn create(session: &mut Session, wanted: &Wanted) -> Result<Shown> {
    let today = session.today();
    let zone = session.business.zone;
    let mut press = Press::new(session)?;
    let key = session.write(|books| {
        let business = super::business(books, zone)?;
        let (_, draft) = prepare(books, &business, wanted, today)?;
        let key = books.add_invoice(&draft)?;
        press.issue(books, &business, key, draft.issue_date)?;
        Ok::<_, Error>(key)
    })?;
    shown(session, key)
}

/// Issues a draft, under its own date or another: from then on it does not change.
pub fn issue(session: &mut Session, reference: &str, date: Option<NaiveDate>) -> Result<Shown> {
    let today = session.today();
    let zone = session.business.zone;
    let mut press = Press::new(session)?;
    let key = session.write(|books| {
        let business = super::business(books, zone)?;
        let invoice = find::invoice(books, reference)?;
        invoice.is_draft()?;
        let date = date.unwrap_or(invoice.issue_date);
        not_future(date, today)?;
        press.issue(books, &business, invoice.key, date)?;
        Ok::<_, Error>(invoice.key)
    })?;
    shown(session, key)
}

/// Removes a draft; its entries are open again.
pub fn delete(session: &mut Session, reference: &str) -> Result<String> {
    session.write(|books| {
        let invoice = find::invoice(books, reference)?;
        invoice.is_draft()?;
        books.delete_draft(invoice.key)?;
        Ok(invoice.name())
    })
}

/// Takes an invoice back by a credit note; its entries are open again. Gives the credit note.
pub fn void(session: &mut Session, reference: &str) -> Result<Shown> {
    let today = session.today();
    let zone = session.business.zone;
    let mut press = Press::new(session)?;
    let key = session.write(|books| {
        let business = super::business(books, zone)?;
        let invoice = find::invoice(books, reference)?;
        invoice.may_be_voided()?;
        let credit = NewInvoice {
            client: invoice.client,
            kind: Kind::CreditNote,
            corrects: Some(invoice.key),
            issue_date: today.max(invoice.issue_date),
            due_date: None,
            period: invoice.period,
            currency: invoice.currency,
            language: invoice.language.clone(),
            seller: invoice.seller.clone(),
            buyer: invoice.buyer.clone(),
            payment_terms: None,
            lines: invoice.lines.clone(),
            discount: invoice.discount,
            billed: Vec::new(),
        };
        let key = books.add_invoice(&credit)?;
        press.issue(books, &business, key, credit.issue_date)?;
        books.void_invoice(invoice.key)?;
        let number = invoice.name();
        books.cannot_be_undone(&format!(
            "invoice {number} is void by a credit note, which stays"
        ))?;
        Ok::<_, Error>(key)
    })?;
    shown(session, key)
}

/// Records a payment. `amount` is in the invoice's currency.
pub fn pay(
    session: &mut Session,
    reference: &str,
    amount: &str,
    date: Option<NaiveDate>,
    method: Option<&str>,
    over: bool,
) -> Result<Shown> {
    let today = session.today();
    let key = session.write(|books| {
        let invoice = find::invoice(books, reference)?;
        let amount = Money::parse(amount, invoice.currency)?;
        let date = date.unwrap_or(today);
        invoice.takes_payment(amount, date, over)?;
        books.add_payment(invoice.key, date, amount, method)?;
        Ok::<_, Error>(invoice.key)
    })?;
    shown(session, key)
}

/// An invoice, credit note or draft.
pub fn show(session: &Session, reference: &str) -> Result<Shown> {
    let key = session
        .store
        .read(|books| find::invoice(books, reference))?
        .key;
    shown(session, key)
}

/// Invoices and credit notes, newest first; of one client, if one is named. Only `with_entries` they name what they billed.
pub fn list(session: &Session, client: Option<&str>, with_entries: bool) -> Result<Vec<Shown>> {
    let today = session.today();
    session.store.read(|books| {
        let client = client
            .map(|client| find::client(books, client))
            .transpose()?;
        let filter = InvoiceFilter {
            client: client.map(|client| client.key),
            drafts: true,
        };
        let mut billed = if with_entries {
            books.billed_by_invoice(filter.client)?
        } else {
            HashMap::new()
        };
        let mut clients: HashMap<ClientKey, Client> = HashMap::new();
        books
            .invoices(filter)?
            .into_iter()
            .map(|invoice| {
                let client = match clients.get(&invoice.client) {
                    Some(client) => client.clone(),
                    None => {
                        let client = find::client_of(books, invoice.client)?;
                        clients.insert(client.key, client.clone());
                        client
                    }
                };
                Ok(Shown {
                    client,
                    entries: billed.remove(&invoice.key).unwrap_or_default(),
                    related: None,
                    invoice,
                    today,
                })
            })
            .collect()
    })
}

/// The PDF of an invoice: the one that was issued, or one drawn now of a draft.
pub fn pdf(session: &mut Session, reference: &str) -> Result<Vec<u8>> {
    let shown = show(session, reference)?;
    let stored = match &shown.invoice.document_sha256 {
        Some(sha256) => session.store.read(|books| books.file(sha256))?,
        None => None,
    };
    match stored {
        Some(bytes) => Ok(bytes),
        None => draw(session, &shown),
    }
}

/// A PDF drawn now: of a draft or a preview.
pub fn draw(session: &mut Session, shown: &Shown) -> Result<Vec<u8>> {
    let press = Press::new(session)?;
    let face = session
        .store
        .read(|books| press.face(books, &shown.invoice))?;
    Ok(Printer::new()?.invoice(&face)?)
}

/// The invoice as its client gets it, with payments as of today.
pub fn for_client(session: &mut Session, shown: &Shown) -> Result<published::Invoice> {
    let ids = PublicIds::new(session.store.identity()?);
    let today = session.today();
    session
        .store
        .read(|books| face::client(books, &ids, &shown.invoice, today))
}

/// The invoice with all that the owner may see of it, with payments as of today.
pub fn for_owner(session: &mut Session, shown: &Shown) -> Result<published::Invoice> {
    let ids = PublicIds::new(session.store.identity()?);
    let today = session.today();
    session
        .store
        .read(|books| face::owner(books, &ids, &shown.invoice, today))
}

fn shown(session: &Session, key: InvoiceKey) -> Result<Shown> {
    let today = session.today();
    session.store.read(|books| {
        let invoice = books.invoice_by_key(key)?.ok_or_else(|| Error::NotFound {
            noun: "invoice",
            wanted: key.0.to_string(),
            near: Vec::new(),
        })?;
        complete(books, invoice, today)
    })
}

fn complete(books: &Books<'_>, invoice: Invoice, today: NaiveDate) -> Result<Shown> {
    let related = match invoice.corrects {
        Some(original) => books.invoice_by_key(original)?.map(|i| i.name()),
        None => books.correction_of(invoice.key)?,
    };
    Ok(Shown {
        client: find::client_of(books, invoice.client)?,
        entries: books.billed_entries(invoice.key)?,
        related,
        invoice,
        today,
    })
}

/// Gives numbers and draws documents.
struct Press {
    ids: PublicIds,
    printer: Printer,
}

impl Press {
    fn new(session: &mut Session) -> Result<Self> {
        Ok(Self {
            ids: PublicIds::new(session.store.identity()?),
            printer: Printer::new()?,
        })
    }

    /// Number, date, document and state, within the transaction of the caller.
    fn issue(
        &mut self,
        books: &mut Writer<'_>,
        business: &Business,
        key: InvoiceKey,
        date: NaiveDate,
    ) -> Result<()> {
        if business.name.is_none() {
            return Err(Refusal::NoBusiness.into());
        }
        let Some(mut invoice) = books.invoice_by_key(key)? else {
            return Err(Error::NotFound {
                noun: "invoice",
                wanted: key.0.to_string(),
                near: Vec::new(),
            });
        };
        let client = find::client_of(books, invoice.client)?;
        if invoice.issue_date != date {
            let due = due_date(business, invoice.kind, date);
            books.date_invoice(key, date, due)?;
            invoice.issue_date = date;
            invoice.due_date = due;
        }
        let numbered = next_number(books, business, invoice.kind, &client, date)?;
        invoice.number = Some(numbered.number.clone());
        invoice.stored = Stored::Issued;
        let face = self.face(books, &invoice)?;
        let total = invoice.totals()?.total;
        let bytes = self.printer.invoice(&face)?;
        let digest = face::digest(&face)?;
        books.issue_invoice(key, &numbered, total, &bytes, digest.as_str())?;
        let number = numbered.number;
        books.cannot_be_undone(&format!(
            "invoice {number} is issued; `loggia invoice void {number}` takes it back"
        ))?;
        Ok(())
    }

    /// What the document is drawn from: the invoice as of its issue.
    fn face(&self, books: &Books<'_>, invoice: &Invoice) -> Result<published::Invoice> {
        let face = face::client(books, &self.ids, invoice, invoice.issue_date)?;
        Ok(disclosure::invoice::as_issued(face))
    }
}

fn not_future(date: NaiveDate, today: NaiveDate) -> std::result::Result<(), Refusal> {
    if date > today {
        return Err(Refusal::FutureDate { date });
    }
    Ok(())
}

fn due_date(business: &Business, kind: Kind, date: NaiveDate) -> Option<NaiveDate> {
    match kind {
        Kind::Invoice => date.checked_add_days(Days::new(u64::from(business.terms_days))),
        Kind::CreditNote => None,
    }
}

/// The next number of the series. Numbers and dates run the same way.
fn next_number(
    books: &Books<'_>,
    business: &Business,
    kind: Kind,
    client: &Client,
    date: NaiveDate,
) -> Result<Numbered> {
    let pattern: &Pattern = match kind {
        Kind::Invoice => &business.invoice_number,
        Kind::CreditNote => &business.credit_note_number,
    };
    let slug = client.slug.as_str();
    let counter = pattern.counter(date, slug);
    let last = books.last_number(kind, &counter)?;
    let newest = if pattern.is_per_client() {
        last.as_ref()
            .map(|(_, number, date)| (number.clone(), *date))
    } else {
        books.last_issued(kind)?
    };
    let newest = newest
        .as_ref()
        .map(|(number, date)| (number.as_str(), *date));
    invoice::dates_run_forward(newest, date)?;
    let sequence = last.map_or(0, |(sequence, ..)| sequence) + 1;
    let number = pattern.number(sequence, date, slug);
    if books.invoice(&number)?.is_some() {
        return Err(Refusal::NumberTaken { number }.into());
    }
    Ok(Numbered {
        number,
        counter,
        sequence,
    })
}

/// The draft over everything that is to be billed.
fn prepare(
    books: &Books<'_>,
    business: &Business,
    wanted: &Wanted,
    today: NaiveDate,
) -> Result<(Client, NewInvoice)> {
    let client = find::client(books, &wanted.client)?;
    let date = wanted.date.unwrap_or(today);
    not_future(date, today)?;
    let days = Span {
        to: Some(wanted.days.to.unwrap_or(today)),
        ..wanted.days
    };
    let retainers = books.retainers(Some(client.key))?;
    let approval = business
        .approved_only
        .then_some(ApprovalFilter::Is(Approval::Approved));
    let unbilled = unbilled(books, &client, &retainers, days, approval)?;
    let time = priced(books, business, &client, &unbilled)?;
    let time = invoice::rounded(time, client.key, &books.policies()?, wanted.grouping);
    let names = Names::of(books, &client, &unbilled)?;
    let currency = client.details.currency;
    let mut lines = Vec::new();
    for retainer in &retainers {
        lines.extend(retainer_lines(
            books, business, &client, retainer, days, today,
        )?);
    }
    lines.extend(invoice::time_lines(
        &time,
        wanted.grouping,
        currency,
        |group| names.describe(group),
    )?);
    if lines.is_empty() {
        // Nothing is approved: all that is unbilled waits.
        let waiting = match approval {
            Some(_) => self::unbilled(books, &client, &retainers, days, None)?.len(),
            None => 0,
        };
        return Err(Refusal::NothingToBill {
            client: client.slug,
            period: days.to_string(),
            waiting,
        }
        .into());
    }
    let billed = time
        .iter()
        .filter(|item| item.difference.is_none())
        .map(|item| BilledEntry {
            entry: item.entry,
            worked: item.worked,
            billed: item.billed,
        })
        .collect();
    let period = billed_period(&lines, &time, days);
    let draft = NewInvoice {
        client: client.key,
        kind: Kind::Invoice,
        corrects: None,
        issue_date: date,
        due_date: due_date(business, Kind::Invoice, date),
        period,
        currency,
        language: client.details.language.to_string(),
        seller: seller(business),
        buyer: buyer(books, &client)?,
        payment_terms: business.payment_terms.as_ref().map(ToString::to_string),
        lines,
        discount: Money::zero(currency),
        billed,
    };
    Ok((client, draft))
}

/// Billable entries that are on no invoice and draw from no retainer.
fn unbilled(
    books: &Books<'_>,
    client: &Client,
    retainers: &[Retainer],
    days: Span,
    approval: Option<ApprovalFilter>,
) -> Result<Vec<Listed>> {
    let filter = EntryFilter {
        days,
        client: Some(client.key),
        billable: Some(true),
        unbilled: true,
        approval,
        ..Default::default()
    };
    let mut entries = books.entries(&filter)?;
    entries.retain(|listed| {
        let work = &listed.entry.work;
        !retainers
            .iter()
            .any(|retainer| retainer.covers(work.project, work.day))
    });
    Ok(entries)
}

/// Entries, not rounded yet, with the rate in force. Refused if any has none, naming them.
fn priced(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    entries: &[Listed],
) -> Result<Vec<BillableTime>> {
    let rates = books.rates()?;
    let mut priced = Vec::with_capacity(entries.len());
    let mut without: Vec<&Listed> = Vec::new();
    for listed in entries {
        let work = &listed.entry.work;
        let facts = Facts::of(client.key, work);
        match rate::resolve(&rates, &facts) {
            Some(resolved) => priced.push(BillableTime {
                entry: listed.entry.key,
                project: work.project,
                task: work.task,
                member: work.member,
                day: work.day,
                worked: work.seconds,
                billed: work.seconds,
                rate: resolved.rate,
                tax: business.tax,
                difference: None,
            }),
            None => without.push(listed),
        }
    }
    let Some(first) = without.first() else {
        return Ok(priced);
    };
    let mut named: Vec<String> = without
        .iter()
        .take(10)
        .map(|listed| listed.entry.key.0.to_string())
        .collect();
    if without.len() > named.len() {
        named.push("…".to_owned());
    }
    Err(Refusal::NoRate {
        count: without.len(),
        entries: named.join(", "),
        project: find::project_name(books, first.entry.work.project)?,
    }
    .into())
}

/// The fee of each period that begins in these days, and the overage of each that is over, as far as they are not billed yet.
fn retainer_lines(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    retainer: &Retainer,
    days: Span,
    today: NaiveDate,
) -> Result<Vec<Line>> {
    let currency = client.details.currency;
    let mut lines = Vec::new();
    let through = days.to.unwrap_or(today);
    for account in retainer::ledger(books, retainer, through, business.approved_only)? {
        let period = account.period;
        let begins = days.contains(period.from);
        if let (Some(fee), true) = (retainer.fee, begins)
            && !books.is_billed_period(client.key, "retainer-fee", period)?
        {
            let fee = Money::from_minor(retainer.terms.share(fee, period, 1), currency);
            let description = format!("Retainer {period}");
            let source = Source::RetainerFee { period };
            lines.push(Line::fixed(source, description, fee, business.tax));
        }
        let billable = retainer.terms.overage == Overage::Bill;
        if billable && days.contains(period.to) && period.to < today {
            // What was logged after the overage was billed makes it larger; only the rest is billed then.
            let billed = books.billed_overage(client.key, period)?;
            let open = Seconds(account.overage) - billed;
            if open > Seconds::ZERO {
                lines.extend(overage_lines(
                    books, business, client, retainer, &account, open,
                )?);
            }
        }
    }
    Ok(lines)
}

/// One line per rate over what the entries of a period drew beyond the retainer and is not billed yet: the latest draws.
fn overage_lines(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    retainer: &Retainer,
    account: &Account,
    open: Seconds,
) -> Result<Vec<Line>> {
    let rates = books.rates()?;
    let mut by_rate: std::collections::BTreeMap<_, (Seconds, Vec<EntryKey>)> = Default::default();
    let mut rest = open;
    let beyond = account
        .draws
        .iter()
        .filter(|draw| draw.granted_on.is_none());
    for draw in beyond.rev() {
        let part = Seconds(draw.amount).min(rest);
        if part <= Seconds::ZERO {
            break;
        }
        rest = rest - part;
        let Some(listed) = books.listed_entry(draw.entry)? else {
            continue;
        };
        let work = &listed.entry.work;
        let facts = Facts::of(client.key, work);
        let Some(resolved) = rate::resolve(&rates, &facts) else {
            return Err(Refusal::NoRate {
                count: 1,
                entries: draw.entry.0.to_string(),
                project: find::project_name(books, work.project)?,
            }
            .into());
        };
        let rate = retainer.overage_rate.unwrap_or(resolved.rate);
        let (seconds, entries) = by_rate.entry(rate).or_default();
        *seconds += part;
        // An entry is on one invoice; what an earlier one left open of it is billed without naming it again.
        if listed.entry.invoice.is_none() {
            entries.push(draw.entry);
        }
    }
    by_rate
        .into_iter()
        .map(|(rate, (seconds, entries))| {
            let source = Source::Overage {
                period: account.period,
                entries,
                seconds,
            };
            let description = format!("Beyond the retainer {}", account.period);
            let currency = client.details.currency;
            Ok(Line::hours(
                source,
                description,
                seconds,
                rate,
                business.tax,
                currency,
            )?)
        })
        .collect()
}

/// The days that an invoice bills: as asked for, else those of the work on it.
fn billed_period(lines: &[Line], time: &[BillableTime], days: Span) -> Option<Period> {
    let worked = time.iter().map(|item| Period {
        from: item.day,
        to: item.day,
    });
    let periods = lines.iter().filter_map(|line| match &line.source {
        Source::RetainerFee { period } | Source::Overage { period, .. } => Some(*period),
        Source::Time { .. } | Source::Fixed => None,
    });
    let covered = worked.chain(periods).reduce(|a, b| Period {
        from: a.from.min(b.from),
        to: a.to.max(b.to),
    });
    match (days.from, covered) {
        (Some(from), _) => days.to.map(|to| Period { from, to }),
        (None, covered) => covered,
    }
}

/// What the descriptions of time lines are made of.
struct Names {
    projects: HashMap<ProjectKey, String>,
    tasks: HashMap<TaskKey, String>,
    members: HashMap<MemberKey, String>,
    notes: HashMap<EntryKey, String>,
}

impl Names {
    fn of(books: &Books<'_>, client: &Client, entries: &[Listed]) -> Result<Self> {
        let projects = books.projects(Some(client.key))?;
        let mut tasks = HashMap::new();
        for project in &projects {
            // Internal tasks keep their lines apart, and their names to the owner.
            let shared = books.tasks(Some(project.key))?.into_iter();
            let shared = shared.filter(|task| task.shared);
            tasks.extend(shared.map(|task| (task.key, task.name.to_string())));
        }
        Ok(Self {
            projects: projects
                .into_iter()
                .map(|project| (project.key, project.name.to_string()))
                .collect(),
            tasks,
            members: books
                .members()?
                .into_iter()
                .map(|member| (member.key, member.name.to_string()))
                .collect(),
            notes: entries
                .iter()
                .filter_map(|listed| {
                    let note = listed.entry.work.note.as_ref()?;
                    Some((listed.entry.key, note.to_string()))
                })
                .collect(),
        })
    }

    /// The first line says what a client may read in any case; members, days and words of entries stand below it.
    fn describe(&self, group: &Group) -> String {
        let about = [
            self.projects.get(&group.project).cloned(),
            group.task.and_then(|task| self.tasks.get(&task).cloned()),
        ];
        let more = [
            group
                .member
                .and_then(|member| self.members.get(&member).cloned()),
            group.day.map(|day| day.to_string()),
            group
                .entry
                .and_then(|entry| self.notes.get(&entry).cloned()),
            group.rounding.then(|| "rounding of the day".to_owned()),
        ];
        let join = |parts: Vec<String>| parts.join(" · ");
        let about = join(about.into_iter().flatten().collect());
        let more = join(more.into_iter().flatten().collect());
        if more.is_empty() {
            about
        } else {
            format!("{about}\n{more}")
        }
    }
}

fn lines_of(text: Option<&str>) -> Vec<String> {
    text.map(|text| text.lines().map(str::to_owned).collect())
        .unwrap_or_default()
}

fn seller(business: &Business) -> Party {
    let text = |value: Option<&dyn std::fmt::Display>| value.map(ToString::to_string);
    Party {
        name: business
            .name
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
        address: lines_of(business.address.as_ref().map(|address| address.as_str())),
        country: text(business.country.as_ref().map(|v| v as _)),
        email: text(business.email.as_ref().map(|v| v as _)),
        phone: text(business.phone.as_ref().map(|v| v as _)),
        tax_id: text(business.tax_id.as_ref().map(|v| v as _)),
        iban: text(business.iban.as_ref().map(|v| v as _)),
        bic: text(business.bic.as_ref().map(|v| v as _)),
        attention: None,
    }
}

fn buyer(books: &Books<'_>, client: &Client) -> Result<Party> {
    let details = &client.details;
    let contacts = books.contacts(client.key)?;
    Ok(Party {
        name: details.name.to_string(),
        address: lines_of(details.address.as_ref().map(|address| address.as_str())),
        country: details.country.as_ref().map(ToString::to_string),
        email: details.email.as_ref().map(ToString::to_string),
        phone: None,
        tax_id: details.tax_id.as_ref().map(ToString::to_string),
        iban: None,
        bic: None,
        attention: client::attention(&contacts).map(|contact| contact.name.to_string()),
    })
}

/// A draft as an invoice that is not kept.
fn unsaved(draft: NewInvoice) -> Invoice {
    Invoice {
        key: InvoiceKey(0),
        client: draft.client,
        kind: draft.kind,
        number: None,
        stored: Stored::Draft,
        corrects: draft.corrects,
        issue_date: draft.issue_date,
        due_date: draft.due_date,
        period: draft.period,
        currency: draft.currency,
        language: draft.language,
        seller: draft.seller,
        buyer: draft.buyer,
        payment_terms: draft.payment_terms,
        lines: draft.lines,
        discount: draft.discount,
        payments: Vec::new(),
        document_sha256: None,
        document_face: None,
        sent: None,
        viewed: None,
    }
}

/// What an invoice over all unbilled work of a client up to a day would be without tax; none where there is nothing, or no rate.
pub(super) fn next_net(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    today: NaiveDate,
) -> Result<Option<Money>> {
    let wanted = Wanted {
        client: client.slug.to_string(),
        days: Span::all(),
        grouping: Grouping::Project,
        date: None,
    };
    match prepare(books, business, &wanted, today) {
        Ok((_, draft)) => {
            let totals = invoice::totals(&draft.lines, draft.discount, draft.currency)?;
            Ok(Some(totals.net))
        }
        Err(Error::Refused(Refusal::NothingToBill { .. } | Refusal::NoRate { .. })) => Ok(None),
        Err(other) => Err(other),
    }
}
