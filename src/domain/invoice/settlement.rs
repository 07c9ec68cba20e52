//! What settles an invoice besides payments: credit notes, credit of the client, a write-off; and what each of them may do.
//!
//! **Credit of a client** is what its invoices have above their totals: a payment that was too much, a credit note over what was paid
//! already. It stays with the invoice it came from until it pays another one or is paid back, so that it can be used once only, and
//! balances of invoices always add up to the client's account.

use chrono::NaiveDate;

use crate::domain::Refusal;
use crate::domain::key::{CreditUseKey, InvoiceKey, WriteOffKey};
use crate::values::money::Money;

use super::{Invoice, Kind, Stored};

/// What settled an invoice besides payments.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settlement {
    /// Credit notes over it, in order.
    pub credits: Vec<Credit>,
    /// Credit of other invoices that paid it.
    pub taken: Vec<CreditUse>,
    /// Its own credit that paid other invoices, or was paid back.
    pub given: Vec<CreditUse>,
    pub write_off: Option<WriteOff>,
}

/// A credit note, as far as its invoice goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    pub note: InvoiceKey,
    pub number: String,
    pub date: NaiveDate,
    pub amount: Money,
}

/// Credit that went from one invoice to another, or back to the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditUse {
    pub key: CreditUseKey,
    pub date: NaiveDate,
    pub amount: Money,
    /// The number of the invoice at the other end; none: it was paid back.
    pub other: Option<String>,
    /// How it was paid back.
    pub method: Option<String>,
}

/// What was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteOff {
    pub key: WriteOffKey,
    pub date: NaiveDate,
    pub amount: Money,
    pub reason: Option<String>,
}

/// What moved the balance of an invoice, in the order in which those of one day count: what settles it comes before what takes
/// credit away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Movement {
    /// A payment, or credit from another invoice.
    Paid,
    Credited,
    Given,
    WrittenOff,
}

/// An invoice as far as what settled it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    pub kind: Kind,
    pub stored: Stored,
    pub issue_date: NaiveDate,
    pub total: Money,
    /// Positive amounts settle it.
    pub movements: Vec<(NaiveDate, Movement, Money)>,
}

impl Invoice {
    /// The sum of the credit notes.
    pub fn credited(&self) -> Result<Money, Refusal> {
        let amounts = self.settlement.credits.iter().map(|credit| credit.amount);
        Ok(Money::sum(self.currency, amounts)?)
    }

    /// What was given up of it.
    pub fn written_off(&self) -> Money {
        let write_off = self.settlement.write_off.as_ref();
        write_off.map_or(Money::zero(self.currency), |write_off| write_off.amount)
    }

    /// What was paid: payments, and credit from elsewhere, less its own credit that went away.
    pub fn paid(&self) -> Result<Money, Refusal> {
        let Settlement { taken, given, .. } = &self.settlement;
        let payments = self.payments.iter().map(|payment| payment.amount);
        let taken = taken.iter().map(|taken| taken.amount);
        let came = Money::sum(self.currency, payments.chain(taken))?;
        let went = Money::sum(self.currency, given.iter().map(|given| given.amount))?;
        Ok(came.checked_sub(went)?)
    }

    /// What is open: the total less what settled it; nothing is open on a void invoice, a draft or a credit note. Less than nothing is
    /// credit of the client.
    pub fn balance(&self) -> Result<Money, Refusal> {
        let zero = Money::zero(self.currency);
        if self.stored == Stored::Void || self.kind == Kind::CreditNote {
            return Ok(zero);
        }
        let total = self.totals()?.total;
        let open = total.checked_sub(self.credited()?)?;
        Ok(open
            .checked_sub(self.paid()?)?
            .checked_sub(self.written_off())?)
    }

    /// What it has above its total, for other invoices of the client or to be paid back.
    pub fn credit(&self) -> Result<Money, Refusal> {
        let balance = self.balance()?;
        Ok(
            match balance.is_negative() && self.stored == Stored::Issued {
                true => balance.negated()?,
                false => Money::zero(self.currency),
            },
        )
    }

    /// What may still be credited: the total less the credit notes.
    pub fn creditable(&self) -> Result<Money, Refusal> {
        Ok(self.totals()?.total.checked_sub(self.credited()?)?)
    }

    /// Whether money, or credit in its place, moved on it.
    pub fn is_settled_by_anything(&self) -> bool {
        let Settlement {
            credits: _, // a void takes back the rest
            taken,
            given,
            write_off,
        } = &self.settlement;
        !self.payments.is_empty() || !taken.is_empty() || !given.is_empty() || write_off.is_some()
    }

    /// Refuses what cannot be done to an invoice that was written off.
    pub fn is_not_written_off(&self) -> Result<(), Refusal> {
        match self.settlement.write_off {
            Some(_) => Err(Refusal::WrittenOff {
                invoice: self.name(),
            }),
            None => Ok(()),
        }
    }

    /// Refuses a payment that is not positive, dated before the invoice or after today, or (unless `over`) above the balance.
    pub fn takes_payment(
        &self,
        amount: Money,
        date: NaiveDate,
        today: NaiveDate,
        over: bool,
    ) -> Result<(), Refusal> {
        self.is_open()?;
        self.is_not_written_off()?;
        if amount.minor() <= 0 {
            return Err(Refusal::PaymentNotPositive);
        }
        if date < self.issue_date {
            return Err(Refusal::PaymentTooEarly {
                date,
                issued: self.issue_date,
            });
        }
        if date > today {
            return Err(Refusal::PaymentInFuture { date });
        }
        let balance = self.balance()?;
        if balance.checked_sub(amount)?.is_negative() && !over {
            return Err(Refusal::Overpayment {
                invoice: self.name(),
                amount,
                balance,
            });
        }
        Ok(())
    }

    /// Refuses to void while money moved on it: payments, credit, a write-off.
    pub fn may_be_voided(&self) -> Result<(), Refusal> {
        self.is_open()?;
        self.is_not_written_off()?;
        if self.is_settled_by_anything() {
            return Err(Refusal::InvoicePaid {
                invoice: self.name(),
                paid: self.paid()?,
            });
        }
        Ok(())
    }

    /// Refuses a credit note over an invoice that has nothing left to credit.
    pub fn may_be_credited(&self) -> Result<(), Refusal> {
        self.is_open()?;
        self.is_not_written_off()?;
        if self.creditable()?.minor() <= 0 {
            return Err(Refusal::NothingToCredit {
                invoice: self.name(),
            });
        }
        Ok(())
    }

    /// The write-off of what is open. Refused where nothing is, and on a day before something that settled it.
    pub fn write_off(&self, date: NaiveDate, today: NaiveDate) -> Result<Money, Refusal> {
        self.is_open()?;
        self.is_not_written_off()?;
        let balance = self.balance()?;
        if balance.minor() <= 0 {
            return Err(Refusal::NothingOpen {
                invoice: self.name(),
            });
        }
        let first = self.movements().map(|(date, ..)| date).max();
        let first = first.map_or(self.issue_date, |first| first.max(self.issue_date));
        on_a_day(date, first, today)?;
        Ok(balance)
    }

    /// Refuses to take more credit from it than it has, on that day and since.
    pub fn gives_credit(
        &self,
        amount: Money,
        date: NaiveDate,
        today: NaiveDate,
    ) -> Result<(), Refusal> {
        self.is_open()?;
        if amount.minor() <= 0 {
            return Err(Refusal::PaymentNotPositive);
        }
        let credit = self.credit()?;
        if credit.checked_sub(amount)?.is_negative() {
            return Err(Refusal::CreditUsedUp { amount, credit });
        }
        let first = self.credit_since(amount)?.unwrap_or(self.issue_date);
        on_a_day(date, first, today)
    }

    /// The first day from which on it always has so much credit.
    fn credit_since(&self, amount: Money) -> Result<Option<NaiveDate>, Refusal> {
        let mut since = None;
        for (day, credit) in self.credit_by_day()? {
            since = match credit.checked_sub(amount)?.is_negative() {
                true => None,
                false => since.or(Some(day)),
            };
        }
        Ok(since)
    }

    /// Its credit after each day on which something moved.
    fn credit_by_day(&self) -> Result<Vec<(NaiveDate, Money)>, Refusal> {
        let mut days: Vec<(NaiveDate, Money)> = Vec::new();
        let mut credit = self.totals()?.total.negated()?;
        for (day, _, amount) in self.sorted_movements() {
            credit = credit.checked_add(amount)?;
            match days.last_mut() {
                Some((last, sum)) if *last == day => *sum = credit,
                _ => days.push((day, credit)),
            }
        }
        Ok(days)
    }

    /// What was open at the end of a day; nothing of what was written off since.
    pub fn open_on(&self, day: NaiveDate) -> Result<Money, Refusal> {
        if self.stored != Stored::Issued || self.settlement.write_off.is_some() {
            return Ok(Money::zero(self.currency));
        }
        let moved = self.movements().filter(|(on, ..)| *on <= day);
        let moved = Money::sum(self.currency, moved.map(|(.., amount)| amount))?;
        Ok(self.totals()?.total.checked_sub(moved)?)
    }

    /// What moved the balance, each with its day.
    fn movements(&self) -> impl Iterator<Item = (NaiveDate, Movement, Money)> {
        let Settlement {
            credits,
            taken,
            given,
            write_off,
        } = &self.settlement;
        let negative = |money: Money| Money::from_minor(-money.minor(), money.currency());
        let payments = self.payments.iter();
        let payments = payments.map(|of| (of.date, Movement::Paid, of.amount));
        let credits = credits
            .iter()
            .map(|of| (of.date, Movement::Credited, of.amount));
        let taken = taken.iter().map(|of| (of.date, Movement::Paid, of.amount));
        let given = given
            .iter()
            .map(move |of| (of.date, Movement::Given, negative(of.amount)));
        let write_off = write_off.iter();
        let write_off = write_off.map(|of| (of.date, Movement::WrittenOff, of.amount));
        payments
            .chain(credits)
            .chain(taken)
            .chain(given)
            .chain(write_off)
    }

    fn sorted_movements(&self) -> Vec<(NaiveDate, Movement, Money)> {
        let mut movements: Vec<_> = self.movements().collect();
        movements.sort_by_key(|(day, movement, _)| (*day, *movement));
        movements
    }

    /// What does not agree about what settled it, in words.
    pub fn unsettled(&self) -> Vec<String> {
        match self.totals() {
            Ok(sums) => Account {
                name: self.name(),
                kind: self.kind,
                stored: self.stored,
                issue_date: self.issue_date,
                total: sums.total,
                movements: self.movements().collect(),
            }
            .broken(),
            Err(refusal) => vec![format!("{} does not add up: {refusal}", self.name())],
        }
    }
}

impl Account {
    /// What does not agree, in words. Commands keep it; undo and `check` hold the books against it.
    pub fn broken(mut self) -> Vec<String> {
        let name = &self.name;
        let paid = |of: &(NaiveDate, Movement, Money)| of.1 != Movement::Credited;
        let moved = self.movements.iter().any(paid);
        match (self.kind, self.stored) {
            (Kind::CreditNote, _) if !self.movements.is_empty() => {
                return vec![format!("credit note {name} was paid or credited")];
            }
            (_, Stored::Draft) if moved => return vec![format!("{name} is a draft and was paid")],
            (_, Stored::Void) if moved => return vec![format!("{name} is void and was paid")],
            (Kind::Invoice, Stored::Issued) => {}
            _ => return Vec::new(),
        }
        self.movements
            .sort_by_key(|(day, movement, _)| (*day, *movement));
        self.replayed().unwrap_or_else(|refusal| {
            vec![format!(
                "what settled {} does not add up: {refusal}",
                self.name
            )]
        })
    }

    /// Goes through the movements day by day.
    fn replayed(&self) -> Result<Vec<String>, Refusal> {
        let name = &self.name;
        let mut broken = Vec::new();
        let mut open = self.total;
        let mut creditable = self.total;
        let mut written_off = false;
        for (day, movement, amount) in &self.movements {
            if *day < self.issue_date {
                broken.push(format!("{name} was paid on {day}, before it was issued"));
            }
            open = open.checked_sub(*amount)?;
            match movement {
                Movement::Credited => creditable = creditable.checked_sub(*amount)?,
                Movement::Given if open.minor() > 0 => broken.push(format!(
                    "credit of {name} was used that was not there on {day}"
                )),
                Movement::WrittenOff => written_off = true,
                Movement::Paid | Movement::Given => {}
            }
        }
        if creditable.is_negative() && !self.total.is_negative() {
            broken.push(format!("credit notes over {name} are more than its total"));
        }
        if written_off && !open.is_zero() {
            broken.push(format!("the write-off of {name} does not close it"));
        }
        Ok(broken)
    }
}

fn on_a_day(date: NaiveDate, first: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if date < first {
        return Err(Refusal::TooEarly { date, first });
    }
    if date > today {
        return Err(Refusal::PaymentInFuture { date });
    }
    Ok(())
}
