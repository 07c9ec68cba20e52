//! Credit notes over a part of an invoice: over lines, over an amount, or over what is left.
//!
//! Parts add up to the whole **to the cent**. The tax of each part, rounded for itself, would not: two halves of 1.00 at 19 % have
//! 0.10 of tax each, the whole has 0.19. So a part bears the tax of all that is credited by then less what earlier parts bore, and
//! what that differs from base times rate is kept with the credit note.

use rust_decimal::Decimal;

use crate::domain::Refusal;
use crate::values::duration::Seconds;
use crate::values::money::Money;

use super::totals::{TaxRounding, split};
use super::{Adjustment, Adjustments, Invoice, Line, Source, Tax, Totals, totals};

/// By how many minor units the tax of a part may differ from base times rate.
pub const MOST_ROUNDING: i64 = 3;

/// A part of an invoice, as the lines of a credit note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub lines: Vec<CreditLine>,
    pub tax_rounding: Vec<TaxRounding>,
}

/// A line of a credit note, and the place of the line that it takes back, if it is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditLine {
    pub line: Line,
    pub credits: Option<usize>,
}

/// What of a line was credited before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credited {
    /// From 1.
    pub place: usize,
    pub quantity: Decimal,
}

/// A line to credit: its place from 1, and how much of it; none: what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pick {
    pub place: usize,
    pub quantity: Option<Decimal>,
}

/// What credit notes say in the language of the invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// A line over an amount.
    pub amount: String,
    /// A line over what is left.
    pub rest: String,
    /// The part of a discount or surcharge on the whole document.
    pub share: String,
}

/// A tax base of an invoice: what was billed, and what credit notes took back of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Base {
    tax: Tax,
    base: Money,
    amount: Money,
    credited: Money,
    credited_tax: Money,
}

impl Base {
    fn left(&self) -> Result<Money, Refusal> {
        Ok(self.base.checked_sub(self.credited)?)
    }

    fn tax_left(&self) -> Result<Money, Refusal> {
        Ok(self.amount.checked_sub(self.credited_tax)?)
    }

    /// The tax of a part of this base: that of everything credited by then, less that of earlier parts.
    fn tax_of(&self, part: Money) -> Result<Money, Refusal> {
        let left = self.tax_left()?;
        if part == self.left()? {
            return Ok(left);
        }
        let all = self.credited.checked_add(part)?.percent(self.tax.percent)?;
        let own = all.checked_sub(self.credited_tax)?.minor();
        let minor = own.clamp(0, left.minor().max(0));
        Ok(Money::from_minor(minor, part.currency()))
    }

    /// The base of a part that comes to this much with its tax.
    fn base_of(&self, gross: Money) -> Result<Money, Refusal> {
        let currency = gross.currency();
        let before = self.credited.checked_add(self.credited_tax)?;
        let all = before.checked_add(gross)?.decimal();
        let factor = Decimal::ONE + self.tax.percent.decimal() / Decimal::ONE_HUNDRED;
        let exact = all.checked_div(factor).ok_or(Refusal::AmountTooLarge)?;
        let wanted = Money::rounded(exact, currency)?.checked_sub(self.credited)?;
        let least = gross.checked_sub(self.tax_left()?)?.minor().max(0);
        let most = self.left()?.minor().min(gross.minor());
        // A line over nothing that bears tax would read oddly.
        let least = least.max(most.min(1));
        Ok(Money::from_minor(
            wanted.minor().clamp(least, most.max(least)),
            currency,
        ))
    }

    fn rounding(&self, part: Money, tax: Money) -> Result<Option<TaxRounding>, Refusal> {
        let amount = tax.checked_sub(part.percent(self.tax.percent)?)?;
        Ok((!amount.is_zero()).then_some(TaxRounding {
            tax: self.tax,
            amount,
        }))
    }
}

/// What credit notes can be made of: an invoice, and those over it so far.
#[derive(Debug, Clone)]
pub struct Creditable<'a> {
    invoice: &'a Invoice,
    sums: Totals,
    bases: Vec<Base>,
    credited: &'a [Credited],
}

impl<'a> Creditable<'a> {
    /// `notes` are the sums of the credit notes over it, `credited` what they took back of single lines.
    pub fn of(
        invoice: &'a Invoice,
        notes: &[Totals],
        credited: &'a [Credited],
    ) -> Result<Self, Refusal> {
        invoice.may_be_credited()?;
        if let Some(why) = whole_only(invoice) {
            let invoice = invoice.name();
            return Err(Refusal::CreditWhole { invoice, why });
        }
        let sums = invoice.totals()?;
        let mut bases = Vec::with_capacity(sums.taxes.len());
        for of in &sums.taxes {
            let own = || {
                let taxes = notes.iter().flat_map(|note| &note.taxes);
                taxes.filter(|note| note.tax == of.tax)
            };
            bases.push(Base {
                tax: of.tax,
                base: of.base,
                amount: of.amount,
                credited: Money::sum(invoice.currency, own().map(|note| note.base))?,
                credited_tax: Money::sum(invoice.currency, own().map(|note| note.amount))?,
            });
        }
        Ok(Self {
            invoice,
            sums,
            bases,
            credited,
        })
    }

    /// An amount with its tax, over all tax bases in proportion to what is left of them.
    pub fn amount(&self, amount: Money, words: &Words) -> Result<Part, Refusal> {
        if amount.minor() <= 0 {
            return Err(Refusal::CreditNotPositive);
        }
        let left = self.invoice.creditable()?;
        if left.checked_sub(amount)?.is_negative() {
            return Err(self.too_much(amount, left));
        }
        let mut weights = Vec::with_capacity(self.bases.len());
        for base in &self.bases {
            let gross = base.left()?.checked_add(base.tax_left()?)?;
            weights.push(Money::from_minor(gross.minor().max(0), gross.currency()));
        }
        let shares = split(amount, &weights, self.invoice.currency)?;
        let mut part = Part::new();
        for (base, gross) in self.bases.iter().zip(shares) {
            if gross.is_zero() {
                continue;
            }
            let net = base.base_of(gross)?;
            part.fixed(&words.amount, net, base.tax);
            let tax = gross.checked_sub(net)?;
            part.tax_rounding.extend(base.rounding(net, tax)?);
        }
        Ok(part)
    }

    /// What is left of it.
    pub fn rest(&self, words: &Words) -> Result<Part, Refusal> {
        let mut part = Part::new();
        for base in &self.bases {
            let (net, tax) = (base.left()?, base.tax_left()?);
            if net.is_zero() && tax.is_zero() {
                continue;
            }
            part.fixed(&words.rest, net, base.tax);
            part.tax_rounding.extend(base.rounding(net, tax)?);
        }
        Ok(part)
    }

    /// Lines, or some of each. Where the document has a discount, a line takes its share of it along.
    pub fn lines(&self, picks: &[Pick], words: &Words) -> Result<Part, Refusal> {
        let mut part = Part::new();
        for pick in picks {
            let again = picks.iter().filter(|other| other.place == pick.place);
            if again.count() > 1 {
                return Err(Refusal::LineTwice { place: pick.place });
            }
            part.lines.push(self.line(*pick)?);
        }
        for base in &self.bases {
            self.share(base, &mut part, words)?;
        }
        let sums = part.totals(self.invoice)?;
        if sums.total.minor() <= 0 {
            return Err(Refusal::CreditNotPositive);
        }
        let left = self.invoice.creditable()?;
        if left.checked_sub(sums.total)?.is_negative() {
            return Err(self.too_much(sums.total, left));
        }
        Ok(part)
    }

    fn line(&self, pick: Pick) -> Result<CreditLine, Refusal> {
        let Pick { place, quantity } = pick;
        let index = place.checked_sub(1);
        let line = index
            .and_then(|index| self.invoice.lines.get(index))
            .ok_or_else(|| Refusal::NoLine {
                invoice: self.invoice.name(),
                place,
                count: self.invoice.lines.len(),
            })?;
        let left = self.quantity_left(place, line);
        let quantity = quantity.unwrap_or(left);
        if left.is_zero() || quantity > left && !left.is_sign_negative() {
            return Err(Refusal::LineCredited {
                place,
                quantity,
                left,
            });
        }
        if quantity.is_zero() || quantity.is_sign_negative() != left.is_sign_negative() {
            return Err(Refusal::CreditNotPositive);
        }
        let currency = self.invoice.currency;
        let exact = quantity
            .checked_mul(line.unit_price)
            .ok_or(Refusal::AmountTooLarge)?;
        let gross = Money::rounded(exact, currency)?;
        let adjustment = line
            .adjustment
            .as_ref()
            .map(|whole| share_of(whole, quantity, line.quantity))
            .transpose()?;
        let net = match &adjustment {
            Some(adjustment) => gross.checked_add(adjustment.amount)?,
            None => gross,
        };
        Ok(CreditLine {
            line: Line {
                source: partly(&line.source, quantity, line.quantity),
                quantity,
                net,
                adjustment,
                ..line.clone()
            },
            credits: Some(place),
        })
    }

    fn quantity_left(&self, place: usize, line: &Line) -> Decimal {
        let own = self.credited.iter().filter(|before| before.place == place);
        line.quantity - own.map(|before| before.quantity).sum::<Decimal>()
    }

    /// Adds what the lines of a base bear of the document's discount or surcharge, and keeps them within what is left.
    fn share(&self, base: &Base, part: &mut Part, words: &Words) -> Result<(), Refusal> {
        let currency = self.invoice.currency;
        let net_of = |lines: &mut dyn Iterator<Item = &Line>| {
            let own = lines.filter(|line| line.tax == base.tax);
            Money::sum(currency, own.map(|line| line.net))
        };
        let gross = net_of(&mut part.lines.iter().map(|of| &of.line))?;
        if part.lines.iter().all(|of| of.line.tax != base.tax) {
            return Ok(());
        }
        let whole = net_of(&mut self.invoice.lines.iter())?;
        let of_document = whole.checked_sub(base.base)?;
        let share = match whole.is_zero() || of_document.is_zero() {
            true => Money::zero(currency),
            false => {
                let product = of_document.decimal().checked_mul(gross.decimal());
                let exact = product.and_then(|product| product.checked_div(whole.decimal()));
                Money::rounded(exact.ok_or(Refusal::AmountTooLarge)?, currency)?
            }
        };
        let left = base.left()?;
        let mut net = gross.checked_sub(share)?;
        // Each part was rounded for itself; the last of them takes what is left, and none takes more.
        let slack = i64::try_from(self.invoice.lines.len() + self.credited.len()).unwrap_or(1) + 1;
        let beyond = net.checked_sub(left)?.minor();
        let last = self.credits_all_of(base.tax, part);
        if (beyond > 0 || last) && beyond.abs() <= slack {
            net = left;
        } else if beyond > 0 {
            let most = self.invoice.creditable()?;
            let wanted = net.checked_add(base.tax_of(net)?)?;
            return Err(self.too_much(wanted, most));
        }
        let correction = net.checked_sub(gross)?;
        if !correction.is_zero() {
            part.fixed(&words.share, correction, base.tax);
        }
        let tax = base.tax_of(net)?;
        part.tax_rounding.extend(base.rounding(net, tax)?);
        Ok(())
    }

    /// Whether nothing is left of any line of a tax after this part.
    fn credits_all_of(&self, tax: Tax, part: &Part) -> bool {
        let lines = (1..).zip(&self.invoice.lines);
        lines
            .filter(|(_, line)| line.tax == tax)
            .all(|(place, line)| {
                let now = part.lines.iter().filter(|of| of.credits == Some(place));
                let now: Decimal = now.map(|of| of.line.quantity).sum();
                self.quantity_left(place, line) == now
            })
    }

    fn too_much(&self, amount: Money, left: Money) -> Refusal {
        Refusal::CreditTooMuch {
            invoice: self.invoice.name(),
            amount,
            left,
        }
    }

    /// The sums of the invoice.
    pub fn sums(&self) -> &Totals {
        &self.sums
    }
}

impl Part {
    fn new() -> Self {
        Self {
            lines: Vec::new(),
            tax_rounding: Vec::new(),
        }
    }

    fn fixed(&mut self, description: &str, net: Money, tax: Tax) {
        self.lines.push(CreditLine {
            line: Line::fixed(Source::Fixed, description.to_owned(), net, tax),
            credits: None,
        });
    }

    fn totals(&self, invoice: &Invoice) -> Result<Totals, Refusal> {
        let lines: Vec<Line> = self.lines.iter().map(|of| of.line.clone()).collect();
        let nothing = Adjustments::none(invoice.currency);
        let mut sums = totals(&lines, &nothing, invoice.currency)?;
        sums.round(&self.tax_rounding)?;
        Ok(sums)
    }
}

/// Why an invoice has no parts that could be credited: several taxes are on the same base, and a deposit is deducted as a whole.
fn whole_only(invoice: &Invoice) -> Option<&'static str> {
    invoice.lines.iter().find_map(|line| match line.source {
        Source::Deposit => Some("is a deposit"),
        Source::Deduction { .. } => Some("deducts a deposit"),
        _ if !line.taxes.is_empty() => Some("has several taxes on a line"),
        _ => None,
    })
}

/// What a part of a line bears of its discount or surcharge.
fn share_of(whole: &Adjustment, quantity: Decimal, of: Decimal) -> Result<Adjustment, Refusal> {
    let product = whole.amount.decimal().checked_mul(quantity);
    let exact = product.and_then(|product| product.checked_div(of));
    let exact = exact.ok_or(Refusal::AmountTooLarge)?;
    Ok(Adjustment {
        amount: Money::rounded(exact, whole.amount.currency())?,
        grounds: whole.grounds.clone(),
    })
}

/// What a part of a line bills: as much of the time, and none of the entries, which stay with the invoice.
fn partly(source: &Source, quantity: Decimal, whole: Decimal) -> Source {
    let part = |seconds: Seconds| {
        let exact = Decimal::from(seconds.0).checked_mul(quantity);
        let exact = exact.and_then(|product| product.checked_div(whole));
        let seconds = exact.and_then(|exact| i64::try_from(exact.round().mantissa()).ok());
        Seconds(seconds.unwrap_or_default())
    };
    match source {
        Source::Time {
            project,
            task,
            entries: _,
            seconds,
        } => Source::Time {
            project: *project,
            task: *task,
            entries: Vec::new(),
            seconds: part(*seconds),
        },
        Source::Overage {
            retainer,
            period,
            entries: _,
            seconds,
        } => Source::Overage {
            retainer: *retainer,
            period: *period,
            entries: Vec::new(),
            seconds: part(*seconds),
        },
        Source::RetainerFee { .. }
        | Source::Expense { .. }
        | Source::Deposit
        | Source::Deduction { .. }
        | Source::Fixed => source.clone(),
    }
}
