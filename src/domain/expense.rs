//! Expenses: what was spent for a project, what of it is billed, and what an amount or a quantity at a price comes to.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::values::file_name::FileName;
use crate::values::id::Slug;
use crate::values::money::{Currency, Money, MoneyError, Percent, Rate};
use crate::values::quantity::{Quantity, Unit, UnitPrice};
use crate::values::text::{Line, fold};

use super::Refusal;
use super::key::{ExpenseKey, InvoiceKey, MemberKey, ProjectKey};

/// Money that a member spent for a project on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expense {
    pub key: ExpenseKey,
    pub spent: Spent,
    /// The invoice that bills it; while it is set, the expense does not change.
    pub invoice: Option<InvoiceKey>,
}

/// The part of an expense that people type and edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    pub project: ProjectKey,
    pub member: MemberKey,
    pub day: NaiveDate,
    /// What was paid, with the tax in it, in the currency of the client; more than zero.
    pub amount: Money,
    /// Where the amount is a quantity at a price.
    pub measure: Option<Measure>,
    pub category: Option<Line>,
    /// The rate of the tax that the amount contains; none: there is none, or it cannot be got back.
    pub tax: Option<Percent>,
    /// What is added to the net amount when it is billed.
    pub markup: Percent,
    /// What the expense itself says; none: as its project and client say.
    pub billable: Option<bool>,
    /// What a client may read.
    pub note: Option<Line>,
    /// For the owner's eyes.
    pub internal_note: Option<Line>,
    pub receipt: Option<Receipt>,
}

/// So many of something at a price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    pub quantity: Quantity,
    pub unit: Unit,
    pub price: Rate,
}

/// The file that proves an expense; its content is known by its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub name: FileName,
    pub sha256: String,
}

impl Measure {
    /// Quantity times price, rounded once; more than zero.
    pub fn amount(&self, currency: Currency) -> Result<Money, Refusal> {
        let amount = self.price.of(self.quantity.decimal(), currency)?;
        if amount.is_zero() {
            return Err(Refusal::ExpenseOfNothing);
        }
        Ok(amount)
    }
}

/// What an expense comes to when it is billed.
///
/// The tax that was paid is not passed on: it is got back from the tax office, and the invoice adds the client's. So the net amount
/// is billed, with the mark-up on it; the tax of the invoice is computed there, on the sum of its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worth {
    /// What was paid.
    pub amount: Money,
    /// The tax contained in it: the amount less the net.
    pub tax: Money,
    /// `amount / (1 + tax rate)`, rounded once.
    pub net: Money,
    /// The mark-up on the net amount, rounded once.
    pub markup: Money,
    /// Net and mark-up: the net of a line on an invoice.
    pub billed: Money,
}

impl Worth {
    /// Of an amount that contains tax at a rate, with a mark-up.
    pub fn of(amount: Money, tax: Option<Percent>, markup: Percent) -> Result<Self, MoneyError> {
        let net = match tax {
            None => amount,
            Some(rate) => without_tax(amount, rate)?,
        };
        let markup = net.percent(markup)?;
        Ok(Self {
            amount,
            tax: amount.checked_sub(net)?,
            net,
            markup,
            billed: net.checked_add(markup)?,
        })
    }
}

fn without_tax(amount: Money, rate: Percent) -> Result<Money, MoneyError> {
    let parts = Decimal::ONE_HUNDRED
        .checked_add(rate.decimal())
        .ok_or(MoneyError::TooLarge)?;
    let exact = amount
        .decimal()
        .checked_mul(Decimal::ONE_HUNDRED)
        .and_then(|hundredfold| hundredfold.checked_div(parts))
        .ok_or(MoneyError::TooLarge)?;
    Money::rounded(exact, amount.currency())
}

/// The most that one expense comes to, in minor units: with the largest mark-up, eight hundred of them can be added.
const MOST_MINOR: i64 = 1_000_000_000_000_000;

impl Spent {
    /// What it comes to when it is billed.
    pub fn worth(&self) -> Result<Worth, MoneyError> {
        Worth::of(self.amount, self.tax, self.markup)
    }

    /// Refuses an amount so large that sums of such could not be told any more: it is a slip of the keys.
    pub fn is_payable(&self) -> Result<(), Refusal> {
        if self.amount.minor() > MOST_MINOR {
            return Err(Refusal::AmountTooLarge);
        }
        Ok(())
    }

    /// Whether two are so alike that one may be the other, entered twice.
    pub fn is_like(&self, other: &Self) -> bool {
        let words = |line: &Option<Line>| line.as_ref().map(|line| fold(line.as_str()));
        self.project == other.project
            && self.member == other.member
            && self.day == other.day
            && self.amount == other.amount
            && self.measure == other.measure
            && words(&self.category) == words(&other.category)
            && words(&self.note) == words(&other.note)
    }
}

/// Refuses an amount in another currency than that of the client who is to pay it.
pub fn in_currency_of(client: &Slug, currency: Currency, given: Currency) -> Result<(), Refusal> {
    if currency == given {
        return Ok(());
    }
    Err(Refusal::ExpenseCurrency {
        client: client.clone(),
        currency,
        given,
    })
}

/// The price for one of a unit: as given, else that of the setting for ways, which is in the currency of the business.
pub fn price(
    unit: &Unit,
    given: Option<Rate>,
    set: Option<&UnitPrice>,
    currencies: Currencies,
) -> Result<Rate, Refusal> {
    match (given, set) {
        (Some(price), _) => Ok(price),
        (None, Some(set)) if set.unit == *unit => {
            if currencies.business != currencies.client {
                return Err(Refusal::MileageCurrency {
                    set: set.clone(),
                    business: currencies.business,
                    client: currencies.client,
                });
            }
            Ok(set.price)
        }
        _ => Err(Refusal::NoPrice { unit: unit.clone() }),
    }
}

/// Whose money it is.
#[derive(Debug, Clone, Copy)]
pub struct Currencies {
    pub business: Currency,
    pub client: Currency,
}

/// The spelling of a category among those that were used before, in any case; a new one stays as it is.
pub fn spelled(category: Line, used: &[Line]) -> Line {
    let wanted = fold(category.as_str());
    let known = used.iter().find(|known| fold(known.as_str()) == wanted);
    known.cloned().unwrap_or(category)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn eur(text: &str) -> Money {
        Money::parse(text, Currency::parse("EUR").unwrap()).unwrap()
    }

    fn percent(text: &str) -> Percent {
        Percent::parse(text).unwrap()
    }

    #[test]
    fn the_net_amount_is_billed_with_the_mark_up_on_it() {
        // amount, tax, mark-up: net, contained tax, mark-up, billed
        for (amount, tax, markup, expected) in [
            ("119", "19", "0", ["100.00", "19.00", "0.00", "100.00"]),
            ("119", "19", "10", ["100.00", "19.00", "10.00", "110.00"]),
            ("49.90", "19", "0", ["41.93", "7.97", "0.00", "41.93"]),
            ("49.90", "7", "15", ["46.64", "3.26", "7.00", "53.64"]),
            ("49.90", "", "0", ["49.90", "0.00", "0.00", "49.90"]),
            ("49.90", "0", "12.5", ["49.90", "0.00", "6.24", "56.14"]),
            ("0.01", "19", "0", ["0.01", "0.00", "0.00", "0.01"]),
            ("0.01", "100", "0", ["0.01", "0.00", "0.00", "0.01"]),
            ("10", "100", "1000", ["5.00", "5.00", "50.00", "55.00"]),
            ("100", "7.7", "0", ["92.85", "7.15", "0.00", "92.85"]),
        ] {
            let tax = (!tax.is_empty()).then(|| percent(tax));
            let worth = Worth::of(eur(amount), tax, percent(markup)).unwrap();
            let found = [worth.net, worth.tax, worth.markup, worth.billed].map(Money::amount);
            assert_eq!(found, expected, "{amount} with {tax:?} and {markup} %");
        }
    }

    #[test]
    fn a_currency_without_minor_units_rounds_to_whole_ones() {
        let yen = Money::parse("1000", Currency::parse("JPY").unwrap()).unwrap();
        let worth = Worth::of(yen, Some(percent("8")), percent("3")).unwrap();
        assert_eq!(worth.net.amount(), "926");
        assert_eq!(worth.tax.amount(), "74");
        assert_eq!(worth.billed.amount(), "954");
    }

    #[test]
    fn a_quantity_at_a_price_is_rounded_once() {
        let currency = Currency::parse("EUR").unwrap();
        for (quantity, price, expected) in [
            ("42", "0.30", Some("12.60")),
            ("12.5", "0.30", Some("3.75")),
            ("33.3", "0.655", Some("21.81")),
            ("1.5", "0.01", Some("0.02")),
            ("0.0001", "0.01", None),
            ("42", "0", None),
        ] {
            let measure = Measure {
                quantity: Quantity::parse(quantity).unwrap(),
                unit: Unit::parse("km").unwrap(),
                price: Rate::parse(price).unwrap(),
            };
            let amount = measure.amount(currency).map(Money::amount);
            assert_eq!(amount.ok().as_deref(), expected, "{quantity} at {price}");
        }
    }

    #[test]
    fn the_price_is_the_given_one_else_that_of_the_setting_in_its_currency() {
        let code = |code| Currency::parse(code).unwrap();
        let unit = |word| Unit::parse(word).unwrap();
        let set = UnitPrice::parse_mileage("0.30").unwrap();
        let rate = |text| Rate::parse(text).unwrap();
        let of = |word, given, set, client| {
            let currencies = Currencies {
                business: code("EUR"),
                client: code(client),
            };
            price(&unit(word), given, set, currencies).map_err(|refusal| refusal.code())
        };
        let given = Some(rate("0.50"));
        assert_eq!(of("km", given, Some(&set), "EUR"), Ok(rate("0.50")));
        assert_eq!(of("km", None, Some(&set), "EUR"), Ok(rate("0.30")));
        assert_eq!(of("km", None, None, "EUR"), Err("expense.no_price"));
        assert_eq!(of("mi", None, Some(&set), "EUR"), Err("expense.no_price"));
        assert_eq!(of("km", None, Some(&set), "USD"), Err("expense.currency"));
        assert_eq!(of("km", given, Some(&set), "USD"), Ok(rate("0.50")));
    }

    #[test]
    fn a_category_keeps_the_spelling_it_was_first_given() {
        let line = |text| Line::parse(text).unwrap();
        let used = [line("Travel"), line("Print")];
        assert_eq!(spelled(line("TRAVEL"), &used), line("Travel"));
        assert_eq!(spelled(line("travels"), &used), line("travels"));
    }

    proptest! {
        #[test]
        fn parts_add_up_and_none_is_negative(
            minor in 1i64..10_000_000_000,
            tax in proptest::option::of(0i64..=1_000_000),
            markup in 0i64..=10_000_000,
            code in 0usize..3,
        ) {
            let currency = Currency::parse(["EUR", "JPY", "BHD"][code]).unwrap();
            let amount = Money::from_minor(minor, currency);
            let tax = tax.map(Percent::from_ten_thousandths);
            let worth = Worth::of(amount, tax, Percent::from_ten_thousandths(markup)).unwrap();
            prop_assert_eq!(worth.net.checked_add(worth.tax), Ok(amount));
            prop_assert_eq!(worth.net.checked_add(worth.markup), Ok(worth.billed));
            for part in [worth.tax, worth.net, worth.markup] {
                prop_assert!(!part.is_negative());
            }
            prop_assert!(worth.net.minor() <= minor);
            // The tax of the net is the tax that was contained, to the minor unit.
            let again = worth.net.percent(tax.unwrap_or(Percent::ZERO)).unwrap();
            prop_assert!((again.minor() - worth.tax.minor()).abs() <= 1);
        }
    }
}
