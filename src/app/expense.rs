//! Expenses: adding, changing and listing them, and their receipts.

use std::collections::HashMap;
use std::hash::Hash;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::domain::Refusal;
use crate::domain::client::Client;
use crate::domain::expense::{self, Currencies, Measure, Receipt, Spent};
use crate::domain::guard::Guards;
use crate::domain::key::{ClientKey, ExpenseKey, ProjectKey};
use crate::domain::project::Project;
use crate::store::{Books, ExpenseFilter, ListedExpense, Writer};
use crate::values::file_name::FileName;
use crate::values::id::{Slug, near};
use crate::values::money::{Currency, Money, Percent, Rate};
use crate::values::period::Span;
use crate::values::quantity::{Spending, UnitPrice, positive_money};
use crate::values::text::Line;

use super::client::Made;
use super::error::field;
use super::member::{at_work, works_for};
use super::{Error, Result, Session, client_document, find};

/// What `expense add` was given.
#[derive(Debug, Clone)]
pub struct New {
    pub project: String,
    pub spending: Spending,
    /// None: that of the client, which it has to be.
    pub currency: Option<Currency>,
    /// For one of a quantity.
    pub price: Option<Rate>,
    /// None: today.
    pub day: Option<NaiveDate>,
    pub by: Option<String>,
    pub category: Option<Line>,
    pub tax: Option<Percent>,
    pub markup: Percent,
    pub billable: Option<bool>,
    pub note: Option<Line>,
    pub internal_note: Option<Line>,
    pub receipt: Option<PathBuf>,
    pub if_missing: bool,
}

/// What `expense edit` changes; none: as it is. Some(None) takes a value away.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub spending: Option<Spending>,
    pub price: Option<Rate>,
    pub project: Option<String>,
    pub day: Option<NaiveDate>,
    pub by: Option<String>,
    pub category: Option<Option<Line>>,
    pub tax: Option<Option<Percent>>,
    pub markup: Option<Percent>,
    pub billable: Option<Option<bool>>,
    pub note: Option<Option<Line>>,
    pub internal_note: Option<Option<Line>>,
    pub receipt: Option<Option<PathBuf>>,
}

/// An expense that was written, and what the user should know about it.
#[derive(Debug, Clone)]
pub struct Saved {
    pub expense: ListedExpense,
    pub made: Made,
    pub notices: Vec<Notice>,
}

/// What may not be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// It is dated after today.
    Future(NaiveDate),
    /// It says the same as another.
    Twin(ExpenseKey),
    /// The category is new, and much like others.
    Category { given: Line, near: Vec<String> },
}

/// Which expenses to list, as named on the command line.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    pub days: Span,
    pub client: Option<String>,
    pub project: Option<String>,
    pub member: Option<String>,
    pub category: Option<Line>,
    pub billable: Option<bool>,
    pub unbilled: bool,
}

/// What the business has set for expenses.
struct Terms {
    today: NaiveDate,
    zone: Tz,
    guards: Guards,
    mileage: Option<UnitPrice>,
    currency: Currency,
    /// Who works where nobody is named, by setting and by login name.
    member: Option<Slug>,
    who: String,
}

impl Terms {
    fn of(session: &Session) -> Self {
        let business = &session.business;
        Self {
            today: session.today(),
            zone: business.zone,
            guards: business.guards,
            mileage: business.mileage.clone(),
            currency: business.currency,
            member: business.member.clone(),
            who: session.who().to_owned(),
        }
    }

    /// The same with the guards as they are now: within a write nobody changes them meanwhile.
    fn within(self, books: &Books<'_>) -> Result<Self> {
        let guards = super::business(books, self.zone)?.guards;
        Ok(Self { guards, ..self })
    }

    /// Refuses a locked day, or one to come where that is refused; else tells of it.
    fn day(&self, day: NaiveDate) -> Result<Option<Notice>> {
        let future = self.guards.day(day, self.today)?;
        Ok(future.map(|_| Notice::Future(day)))
    }

    /// The amount that was spent, and the quantity behind it.
    fn amount(
        &self,
        client: &Client,
        spending: &Spending,
        currency: Option<Currency>,
        price: Option<Rate>,
    ) -> Result<(Money, Option<Measure>)> {
        let theirs = client.details.currency;
        let check = |given| expense::in_currency_of(&client.slug, theirs, given);
        check(currency.unwrap_or(theirs))?;
        match spending {
            Spending::Amount {
                number,
                currency: beside,
            } => {
                check(beside.unwrap_or(theirs))?;
                Ok((positive_money(number, theirs)?, None))
            }
            Spending::Measured { quantity, unit } => {
                let currencies = Currencies {
                    business: self.currency,
                    client: theirs,
                };
                let measure = Measure {
                    price: expense::price(unit, price, self.mileage.as_ref(), currencies)?,
                    quantity: *quantity,
                    unit: unit.clone(),
                };
                Ok((measure.amount(theirs)?, Some(measure)))
            }
        }
    }
}

/// Adds an expense.
pub fn add(session: &mut Session, new: &New) -> Result<Saved> {
    let terms = Terms::of(session);
    let receipt = new.receipt.as_deref().map(read_receipt).transpose()?;
    session.write(|books| {
        let terms = terms.within(books)?;
        let (client, project) = target(books, &new.project)?;
        let member = at_work(books, new.by.as_deref(), terms.member.as_ref(), &terms.who)?;
        works_for(books, &member, &client)?;
        let (amount, measure) = terms.amount(&client, &new.spending, new.currency, new.price)?;
        let used = books.expense_categories()?;
        let mut spent = Spent {
            project: project.key,
            member: member.key,
            day: new.day.unwrap_or(terms.today),
            amount,
            measure,
            category: new
                .category
                .clone()
                .map(|name| expense::spelled(name, &used)),
            tax: new.tax,
            markup: new.markup,
            billable: new.billable,
            note: new.note.clone(),
            internal_note: new.internal_note.clone(),
            receipt: None,
        };
        spent.is_payable()?;
        let twin = twin(books, &spent)?;
        if let (Some(twin), true) = (&twin, new.if_missing) {
            return Ok(Saved {
                expense: twin.clone(),
                made: Made::Existing,
                notices: Vec::new(),
            });
        }
        let future = terms.day(spent.day)?;
        spent.receipt = kept(books, receipt)?;
        let key = books.add_expense(&spent)?;
        let mut notices: Vec<Notice> = twin
            .map(|twin| Notice::Twin(twin.expense.key))
            .into_iter()
            .collect();
        notices.extend(future);
        notices.extend(unusual(&spent, &used));
        Ok(Saved {
            expense: find::expense(books, &key.0.to_string())?,
            made: Made::New,
            notices,
        })
    })
}

/// Changes an expense that is on no invoice.
pub fn edit(session: &mut Session, reference: &str, edit: &Edit) -> Result<Saved> {
    let terms = Terms::of(session);
    let receipt = edit
        .receipt
        .as_ref()
        .map(|path| path.as_deref().map(read_receipt).transpose());
    let receipt = receipt.transpose()?;
    session.write(|books| {
        let terms = terms.within(books)?;
        let found = find::expense(books, reference)?;
        may_change(&found, &terms)?;
        let before = found.expense.spent;
        let mut spent = before.clone();
        change_target(books, &mut spent, edit)?;
        change_amount(books, &terms, found.expense.key, &mut spent, edit)?;
        let used = books.expense_categories()?;
        if let Some(category) = edit.category.clone() {
            spent.category = category.map(|name| expense::spelled(name, &used));
        }
        spent.day = edit.day.unwrap_or(spent.day);
        let future = match spent.day == before.day {
            true => None,
            false => terms.day(spent.day)?,
        };
        spent.tax = edit.tax.unwrap_or(spent.tax);
        spent.markup = edit.markup.unwrap_or(spent.markup);
        spent.billable = edit.billable.unwrap_or(spent.billable);
        spent.note = edit.note.clone().unwrap_or(spent.note);
        spent.internal_note = edit.internal_note.clone().unwrap_or(spent.internal_note);
        if let Some(receipt) = receipt {
            spent.receipt = kept(books, receipt)?;
        }
        spent.is_payable()?;
        books.edit_expense(found.expense.key, &spent)?;
        let mut notices = Vec::new();
        notices.extend(future);
        notices.extend(unusual(&spent, &used));
        Ok(Saved {
            expense: find::expense(books, &found.expense.key.0.to_string())?,
            made: Made::New,
            notices,
        })
    })
}

/// Removes an expense that is on no invoice.
pub fn delete(session: &mut Session, reference: &str) -> Result<ListedExpense> {
    let terms = Terms::of(session);
    session.write(|books| {
        let terms = terms.within(books)?;
        let found = find::expense(books, reference)?;
        may_change(&found, &terms)?;
        books.delete_expense(found.expense.key)?;
        Ok(found)
    })
}

/// Expenses in the order of their days.
pub fn list(session: &Session, selection: &Selection) -> Result<Vec<ListedExpense>> {
    session.store.read(|books| {
        let client = selection.client.as_deref();
        let client = client
            .map(|client| find::client(books, client))
            .transpose()?;
        let project = selection.project.as_deref();
        let project = project
            .map(|project| find::project(books, project))
            .transpose()?;
        let member = selection.member.as_deref();
        let member = member
            .map(|member| find::member(books, member))
            .transpose()?;
        Ok(books.expenses(&ExpenseFilter {
            days: selection.days,
            client: client.map(|client| client.key),
            project: project.map(|(_, project, _)| project.key),
            member: member.map(|member| member.key),
            category: category(books, selection.category.as_ref())?,
            billable: selection.billable,
            unbilled: selection.unbilled,
        })?)
    })
}

/// One expense.
pub fn show(session: &Session, reference: &str) -> Result<ListedExpense> {
    session.store.read(|books| find::expense(books, reference))
}

/// The receipt of an expense with its content.
pub fn receipt(session: &Session, reference: &str) -> Result<(Receipt, Vec<u8>)> {
    session.store.read(|books| {
        let found = find::expense(books, reference)?.expense;
        let receipt = found.spent.receipt.ok_or(Refusal::NoReceipt {
            expense: found.key.0,
        })?;
        let bytes = books.file(&receipt.sha256)?;
        let bytes = bytes.ok_or_else(|| client_document::lost("the content of a receipt"))?;
        Ok((receipt, bytes))
    })
}

/// Billable expenses on no invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unbilled {
    pub count: usize,
    /// What would be billed, before the tax of the invoice.
    pub amount: Money,
    /// The first day of them.
    pub since: NaiveDate,
}

/// The unbilled expenses of the clients that have some, up to a day; of one client, if one is given.
pub(super) fn unbilled(
    books: &Books<'_>,
    client: Option<ClientKey>,
    through: NaiveDate,
) -> Result<HashMap<ClientKey, Unbilled>> {
    unbilled_by(books, client, through, |listed| listed.client)
}

/// The same by project.
pub(super) fn unbilled_by_project(
    books: &Books<'_>,
    client: Option<ClientKey>,
    through: NaiveDate,
) -> Result<HashMap<(ClientKey, ProjectKey), Unbilled>> {
    unbilled_by(books, client, through, |listed| {
        (listed.client, listed.expense.spent.project)
    })
}

fn unbilled_by<K: Eq + Hash>(
    books: &Books<'_>,
    client: Option<ClientKey>,
    through: NaiveDate,
    key: impl Fn(&ListedExpense) -> K,
) -> Result<HashMap<K, Unbilled>> {
    let expenses = match client {
        Some(client) => books.unbilled_expenses(client, through)?,
        None => books.expenses(&ExpenseFilter {
            days: Span {
                from: None,
                to: Some(through),
            },
            billable: Some(true),
            unbilled: true,
            ..ExpenseFilter::default()
        })?,
    };
    let mut all: HashMap<K, Unbilled> = HashMap::new();
    for listed in expenses {
        let spent = &listed.expense.spent;
        // They come in the order of their days.
        let sum = all.entry(key(&listed)).or_insert(Unbilled {
            count: 0,
            amount: Money::zero(spent.amount.currency()),
            since: spent.day,
        });
        sum.count += 1;
        sum.amount = sum.amount.checked_add(spent.worth()?.billed)?;
    }
    Ok(all)
}

/// The project that takes the expense, and its client.
fn target(books: &Writer<'_>, project: &str) -> Result<(Client, Project)> {
    let (client, project, reference) = find::project(books, project)?;
    client.takes_work()?;
    project.takes_work(&reference)?;
    Ok((client, project))
}

fn may_change(found: &ListedExpense, terms: &Terms) -> Result<()> {
    if let (Some(_), Some(invoice)) = (found.expense.invoice, &found.invoice) {
        return Err(Error::from(Refusal::ExpenseInvoiced {
            expense: found.expense.key.0,
            invoice: invoice.clone(),
        }));
    }
    Ok(terms.guards.unlocked(found.expense.spent.day)?)
}

/// Another project, another member: whoever spent it has to work for the client, where either of them changes.
fn change_target(books: &mut Writer<'_>, spent: &mut Spent, edit: &Edit) -> Result<()> {
    if edit.by.is_none() && edit.project.is_none() {
        return Ok(());
    }
    let client = match &edit.project {
        Some(project) => {
            let (client, project) = target(books, project)?;
            spent.project = project.key;
            client
        }
        None => client_of(books, spent)?,
    };
    let member = match &edit.by {
        Some(by) => at_work(books, Some(by), None, "")?,
        None => find::member_of(books, spent.member)?,
    };
    works_for(books, &member, &client)?;
    spent.member = member.key;
    Ok(())
}

/// Another amount or price. What was spent stays in its currency, also where it moves to another client.
fn change_amount(
    books: &Books<'_>,
    terms: &Terms,
    key: ExpenseKey,
    spent: &mut Spent,
    edit: &Edit,
) -> Result<()> {
    let client = client_of(books, spent)?;
    match (&edit.spending, edit.price) {
        (Some(spending), price) => {
            // A new quantity of the same keeps its price.
            let same = |measure: &&Measure| matches!(spending, Spending::Measured { unit, .. } if *unit == measure.unit);
            let old = spent
                .measure
                .as_ref()
                .filter(same)
                .map(|measure| measure.price);
            (spent.amount, spent.measure) = terms.amount(&client, spending, None, price.or(old))?;
        }
        (None, Some(price)) => {
            let measure = spent.measure.as_mut();
            let measure = measure.ok_or(Refusal::NotMeasured { expense: key.0 })?;
            measure.price = price;
            spent.amount = measure.amount(spent.amount.currency())?;
        }
        (None, None) => {}
    }
    let theirs = client.details.currency;
    Ok(expense::in_currency_of(
        &client.slug,
        theirs,
        spent.amount.currency(),
    )?)
}

fn client_of(books: &Books<'_>, spent: &Spent) -> Result<Client> {
    let project = find::project_of(books, spent.project)?;
    find::client_of(books, project.client)
}

/// A file that is to be kept, with its name.
fn read_receipt(path: &Path) -> Result<(FileName, Vec<u8>)> {
    let bytes = client_document::read(path)?;
    let name = field("receipt", FileName::of_path(&path.to_string_lossy()))?;
    Ok((name, bytes))
}

fn kept(books: &mut Writer<'_>, receipt: Option<(FileName, Vec<u8>)>) -> Result<Option<Receipt>> {
    let kept = receipt.map(|(name, bytes)| books.keep_receipt(name, &bytes));
    Ok(kept.transpose()?)
}

/// Another expense that says the same.
fn twin(books: &Books<'_>, spent: &Spent) -> Result<Option<ListedExpense>> {
    let same_day = books.expenses(&ExpenseFilter {
        days: Span {
            from: Some(spent.day),
            to: Some(spent.day),
        },
        project: Some(spent.project),
        ..ExpenseFilter::default()
    })?;
    Ok(same_day
        .into_iter()
        .find(|other| other.expense.spent.is_like(spent)))
}

/// A category that was never used before, where it is much like one that was.
fn unusual(spent: &Spent, used: &[Line]) -> Option<Notice> {
    let given = spent.category.clone()?;
    if used.contains(&given) {
        return None;
    }
    let near = near(given.as_str(), used.iter().map(Line::as_str));
    (!near.is_empty()).then_some(Notice::Category { given, near })
}

/// The category that is asked for, in its spelling; one that nobody uses is not there.
fn category(books: &Books<'_>, wanted: Option<&Line>) -> Result<Option<Line>> {
    let Some(wanted) = wanted else {
        return Ok(None);
    };
    let used = books.expense_categories()?;
    let spelled = expense::spelled(wanted.clone(), &used);
    if used.contains(&spelled) {
        return Ok(Some(spelled));
    }
    Err(Error::NotFound {
        noun: "category",
        wanted: wanted.to_string(),
        near: near(wanted.as_str(), used.iter().map(Line::as_str)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::invoice::{self as drafts, Wanted};
    use crate::app::publish::sample::{day, line, sample};
    use crate::app::{client, settings, undo};
    use crate::domain::invoice::Grouping;
    use crate::domain::time::is_billable;

    fn new(project: &str, amount: &str) -> New {
        New {
            project: project.to_owned(),
            spending: Spending::parse(amount).unwrap(),
            currency: None,
            price: None,
            day: None,
            by: None,
            category: None,
            tax: None,
            markup: Percent::ZERO,
            billable: None,
            note: None,
            internal_note: None,
            receipt: None,
            if_missing: false,
        }
    }

    fn code(error: Error) -> &'static str {
        match error {
            Error::Refused(refusal) => refusal.code(),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn what_is_on_an_invoice_does_not_change_until_it_is_off_it() {
        let mut sample = sample();
        let session = &mut sample.session;
        add(session, &new("acme/website", "10")).unwrap();
        let wanted = Wanted {
            client: "acme".to_owned(),
            days: Span::all(),
            work: true,
            items: Vec::new(),
            terms: crate::app::invoice::Terms::default(),
            grouping: Grouping::Project,
            date: None,
        };
        let draft = drafts::draft(session, &wanted).unwrap();
        let change = Edit {
            note: Some(Some(line("another"))),
            ..Edit::default()
        };
        assert_eq!(
            code(edit(session, "1", &change).unwrap_err()),
            "expense.invoiced"
        );
        assert_eq!(code(delete(session, "1").unwrap_err()), "expense.invoiced");
        let through = day("2026-12-31");
        let unbilled = |session: &Session| {
            let read = |books: &Books<'_>| unbilled(books, None, through);
            session.store.read(read).unwrap().len()
        };
        assert_eq!(unbilled(session), 0);
        drafts::delete(session, &draft.invoice.name()).unwrap();
        assert_eq!(unbilled(session), 1);
        edit(session, "1", &change).unwrap();
        delete(session, "1").unwrap();
    }

    #[test]
    fn locked_days_take_nothing_and_give_nothing() {
        let mut sample = sample();
        let on = |text: &str| New {
            day: Some(day(text)),
            ..new("acme/website", "10")
        };
        add(&mut sample.session, &on("2026-10-31")).unwrap();
        add(&mut sample.session, &on("2026-11-01")).unwrap();
        let set = [("time.locked-before".to_owned(), "2026-11-01".to_owned())];
        settings::set(&mut sample.session, &set, &[]).unwrap();
        drop(sample.session);
        let session = &mut crate::app::publish::sample::open(sample.folder.path(), "books.db");
        let to = |text: &str| Edit {
            day: Some(day(text)),
            ..Edit::default()
        };
        assert_eq!(
            code(add(session, &on("2026-10-30")).unwrap_err()),
            "day.locked"
        );
        assert_eq!(
            code(edit(session, "1", &Edit::default()).unwrap_err()),
            "day.locked"
        );
        assert_eq!(
            code(edit(session, "1", &to("2026-11-02")).unwrap_err()),
            "day.locked"
        );
        assert_eq!(
            code(edit(session, "2", &to("2026-10-31")).unwrap_err()),
            "day.locked"
        );
        assert_eq!(code(delete(session, "1").unwrap_err()), "day.locked");
        edit(session, "2", &to("2026-11-02")).unwrap();
        // What is there already is there, locked or not.
        let again = New {
            if_missing: true,
            ..on("2026-10-31")
        };
        assert_eq!(add(session, &again).unwrap().made, Made::Existing);
    }

    #[test]
    fn billability_in_a_query_is_that_of_the_rule() {
        let mut sample = sample();
        let session = &mut sample.session;
        for own in [None, Some(true), Some(false)] {
            let with = New {
                billable: own,
                ..new("acme/website", "10")
            };
            add(session, &with).unwrap();
        }
        for of_client in [true, false] {
            let marking = client::Marking::default();
            client::edit(session, "acme", None, &marking, |details| {
                details.billable = of_client;
            })
            .unwrap();
            for listed in list(session, &Selection::default()).unwrap() {
                let own = listed.expense.spent.billable;
                assert_eq!(
                    listed.billable,
                    is_billable(own, true, true, of_client),
                    "{own:?}"
                );
            }
        }
    }

    #[test]
    fn a_removed_expense_comes_back_with_its_receipt() {
        let mut sample = sample();
        let file = sample.folder.path().join("ticket.pdf");
        std::fs::write(&file, "a ticket").unwrap();
        let session = &mut sample.session;
        let with = New {
            receipt: Some(file.clone()),
            ..new("acme/website", "10")
        };
        add(session, &with).unwrap();
        std::fs::remove_file(&file).unwrap();
        delete(session, "1").unwrap();
        undo::undo(session, None).unwrap();
        let (kept, bytes) = receipt(session, "1").unwrap();
        assert_eq!(
            (kept.name.as_str(), bytes.as_slice()),
            ("ticket.pdf", &b"a ticket"[..])
        );
        assert_eq!(session.store.check().unwrap().findings, []);
    }
}
