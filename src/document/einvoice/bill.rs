//! An invoice in the terms of EN 16931: what both syntaxes write, worked out once.
//!
//! All sums are made from the lines up (BR-CO-10 to 17). Where they are not those of the published invoice nothing is written.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::Routing;
use crate::document::DocumentError;
use crate::document::exemption;
use crate::document::words::{Language, Tax, has_vat};
use crate::published::{Grounds, Invoice, InvoiceKind, InvoiceLine, Party, TaxCategory};
use crate::values::money::{Money, MoneyError};
use crate::values::peppol_id::PeppolId;

/// The invoice, ready to be written.
#[derive(Debug)]
pub(super) struct Bill<'a> {
    pub(super) invoice: &'a Invoice,
    pub(super) routing: &'a Routing,
    pub(super) number: &'a str,
    pub(super) seller: Identity,
    pub(super) buyer: Identity,
    pub(super) lines: Vec<Line<'a>>,
    pub(super) adjustments: Vec<Adjustment>,
    pub(super) taxes: Vec<Breakdown>,
    pub(super) allowances: Money,
    pub(super) charges: Money,
    pub(super) tax: Money,
    /// Total less what is paid (BT-115).
    pub(super) due: Money,
    pub(super) terms: Option<String>,
    /// BT-22: the texts above and below the lines; Peppol takes one note.
    pub(super) note: Option<String>,
}

/// One line (BG-25). The price is never negative; where the invoice has it so, the quantity is.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) name: &'a str,
    pub(super) description: Option<&'a str>,
    pub(super) quantity: Decimal,
    pub(super) unit: &'a str,
    pub(super) price: Decimal,
    /// BG-27 or BG-28.
    pub(super) adjustment: Option<Adjustment>,
    pub(super) net: Money,
    pub(super) rate: Rate,
}

/// Category with its percent; none where the standard allows none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    pub(super) category: TaxCategory,
    pub(super) percent: Option<Decimal>,
}

/// The part of the document's discount on one tax base (BG-20), or of a surcharge (BG-21).
#[derive(Debug)]
pub(super) struct Adjustment {
    pub(super) is_charge: bool,
    pub(super) amount: Money,
    /// Percents with the amount that they are of; the two come together or not at all.
    pub(super) share: Option<(Decimal, Money)>,
    pub(super) reason: String,
    pub(super) rate: Rate,
}

/// Tax on one base (BG-23).
#[derive(Debug)]
pub(super) struct Breakdown {
    pub(super) rate: Rate,
    pub(super) base: Money,
    pub(super) amount: Money,
    pub(super) code: Option<String>,
    pub(super) reason: Option<String>,
}

/// What tells a party from all others.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Identity {
    /// BT-31, BT-48.
    pub(super) vat: Option<String>,
    /// BT-32.
    pub(super) registration: Option<String>,
    /// BT-29, BT-46: any tax id that is none for VAT, or may not stand as such.
    pub(super) id: Option<String>,
    /// BT-34, BT-49.
    pub(super) endpoint: Option<PeppolId>,
    pub(super) address: Address,
}

impl Identity {
    /// BT-30, BT-47.
    pub(super) fn register(&self) -> Option<&PeppolId> {
        self.endpoint.as_ref().filter(|id| id.is_register())
    }

    pub(super) fn of_seller(invoice: &Invoice, routing: &Routing) -> Self {
        let own = Self::of(&invoice.seller, routing.seller.as_ref(), invoice);
        Self {
            registration: own.id.clone().filter(|_| !is_out_of_scope(invoice)),
            ..own
        }
    }

    pub(super) fn of_buyer(invoice: &Invoice, routing: &Routing) -> Self {
        Self::of(&invoice.buyer, routing.buyer.as_ref(), invoice)
    }

    fn of(party: &Party, endpoint: Option<&PeppolId>, invoice: &Invoice) -> Self {
        let vat = party.tax_id.as_deref().and_then(vat_id);
        let derived = || PeppolId::of_vat(vat.as_deref()?);
        Self {
            endpoint: endpoint.cloned().or_else(derived),
            id: party
                .tax_id
                .clone()
                .filter(|_| vat.is_none() || is_out_of_scope(invoice)),
            // BR-O-02: outside the scope of VAT there is no VAT id.
            vat: vat.filter(|_| !is_out_of_scope(invoice)),
            registration: None,
            address: Address::of(&party.address),
        }
    }
}

/// Lines of an address, told apart as far as they can be.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) streets: Vec<String>,
    pub(super) postcode: Option<String>,
    pub(super) city: Option<String>,
}

impl Address {
    /// The last of several lines is the town, with its post code before it (`10999 Berlin`, `1012 AB Amsterdam`) or after it
    /// (`London SW1A 2AA`).
    pub(super) fn of(lines: &[String]) -> Self {
        let lines: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
        let lines: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        let Some((town, streets)) = lines
            .split_last()
            .filter(|(_, streets)| !streets.is_empty())
        else {
            return Self {
                streets: lines.into_iter().map(str::to_owned).collect(),
                ..Self::default()
            };
        };
        let words: Vec<&str> = town.split_whitespace().collect();
        let has_digit = |word: &&str| word.chars().any(|c| c.is_ascii_digit());
        let is_letters =
            |word: &&str| word.len() == 2 && word.chars().all(|c| c.is_ascii_uppercase());
        let mut leading = words.iter().take_while(|word| has_digit(word)).count();
        if leading == 1 && words.len() > 2 && words.get(1).is_some_and(is_letters) {
            leading += 1;
        }
        let trailing = words
            .iter()
            .rev()
            .take_while(|word| has_digit(word))
            .count();
        let (city, postcode) = if leading > 0 {
            let (code, city) = words.split_at(leading.min(words.len()));
            (city, code)
        } else {
            words.split_at(words.len() - trailing)
        };
        let joined = |words: &[&str]| {
            let text = words.join(" ");
            Some(text.trim_end_matches(',').to_owned()).filter(|text| !text.is_empty())
        };
        Self {
            streets: streets.iter().map(|line| (*line).to_owned()).collect(),
            postcode: joined(postcode),
            city: joined(city),
        }
    }
}

/// A tax id as a VAT id in the form that registers have, if it is one.
pub(super) fn vat_id(tax_id: &str) -> Option<String> {
    let compact: String = tax_id
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-'))
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let (country, rest) = compact.split_at_checked(2)?;
    let plain = compact.chars().all(|c| c.is_ascii_alphanumeric());
    let digits = rest.chars().filter(char::is_ascii_digit).count();
    if !has_vat(country) || !plain || digits < 2 {
        return None;
    }
    Some(match country {
        "GR" => format!("EL{rest}"),
        _ => compact,
    })
}

pub(super) fn is_out_of_scope(invoice: &Invoice) -> bool {
    has(invoice, TaxCategory::O)
}

pub(super) fn has(invoice: &Invoice, category: TaxCategory) -> bool {
    invoice
        .lines
        .iter()
        .any(|line| line.tax_category == category)
}

impl Rate {
    fn of(category: TaxCategory, percent: Decimal) -> Self {
        let percent = Some(percent.normalize());
        Self {
            category,
            percent: percent.filter(|_| category != TaxCategory::O),
        }
    }
}

impl<'a> Bill<'a> {
    /// Works everything out. What [`super::missing`] names must be there.
    pub(super) fn of(invoice: &'a Invoice, routing: &'a Routing) -> Result<Self, DocumentError> {
        let language = Language::of(&invoice.language);
        let number = invoice.number.as_deref().ok_or(DocumentError::Sums)?;
        let adjustments = adjustments(invoice, language)?;
        let sum = |charges: bool| {
            let amounts = adjustments.iter().filter(|part| part.is_charge == charges);
            Money::sum(invoice.currency, amounts.map(|part| part.amount))
        };
        let (allowances, charges) = (sum(false)?, sum(true)?);
        let tax = Money::sum(invoice.currency, invoice.taxes.iter().map(|tax| tax.amount))?;
        let due = invoice.total.checked_sub(invoice.paid)?;
        let bill = Self {
            number,
            seller: Identity::of_seller(invoice, routing),
            buyer: Identity::of_buyer(invoice, routing),
            lines: invoice
                .lines
                .iter()
                .map(|line| Line::of(line, language))
                .collect::<Result<_, _>>()?,
            taxes: taxes(invoice, routing, language),
            terms: terms(invoice, language),
            note: note(invoice),
            adjustments,
            allowances,
            charges,
            tax,
            due,
            invoice,
            routing,
        };
        bill.adds_up()?;
        Ok(bill)
    }

    pub(super) fn is_credit(&self) -> bool {
        self.invoice.kind == InvoiceKind::CreditNote
    }

    /// The day of delivery (BT-72): the last that is billed. A supply to another member state must name one.
    pub(super) fn delivered(&self) -> Option<NaiveDate> {
        let named = self.invoice.period.map(|period| period.to);
        named.or_else(|| self.is_supply().then_some(self.invoice.issue_date))
    }

    /// The country that goods go to (BT-80).
    pub(super) fn destination(&self) -> Option<&str> {
        let country = self.invoice.buyer.country.as_deref();
        country.filter(|_| self.is_supply())
    }

    fn is_supply(&self) -> bool {
        has(self.invoice, TaxCategory::K)
    }

    /// The account to pay to; a credit note asks for no payment.
    pub(super) fn account(&self) -> Option<&str> {
        let iban = self.invoice.seller.iban.as_deref();
        iban.filter(|_| !self.is_credit())
    }

    /// How it is paid (BT-81): SEPA or another credit transfer; for a credit note not defined.
    pub(super) fn means(&self) -> Option<&'static str> {
        match (self.account(), self.invoice.currency.code()) {
            (Some(_), "EUR") => Some("58"),
            (Some(_), _) => Some("30"),
            (None, _) => self.is_credit().then_some("1"),
        }
    }

    /// Parts of an invoice bear its tax to the cent, so that the tax of one may be some cents off base times rate. The official rules
    /// allow it to be less than one whole unit off.
    fn tolerance(&self) -> i64 {
        if self.is_credit() { 3 } else { 0 }
    }

    /// BR-CO-10 to 15 and 17, exactly.
    fn adds_up(&self) -> Result<(), DocumentError> {
        let invoice = self.invoice;
        let lines = Money::sum(invoice.currency, self.lines.iter().map(|line| line.net))?;
        let net = lines
            .checked_sub(self.allowances)?
            .checked_add(self.charges)?;
        let of_taxes = self.taxes.iter().all(|tax| {
            let percent = tax.rate.percent.unwrap_or_default();
            let exact = tax.base.decimal().checked_mul(percent);
            let exact = exact.map(|exact| exact / Decimal::ONE_HUNDRED);
            let rounded = exact.and_then(|exact| Money::rounded(exact, invoice.currency).ok());
            rounded.is_some_and(|rounded| {
                (rounded.minor() - tax.amount.minor()).abs() <= self.tolerance()
            })
        });
        let bases = Money::sum(invoice.currency, self.taxes.iter().map(|tax| tax.base))?;
        let sound = lines == invoice.line_total
            && net == invoice.net
            && bases == net
            && of_taxes
            && net.checked_add(self.tax)? == invoice.total;
        if sound {
            Ok(())
        } else {
            Err(DocumentError::Sums)
        }
    }
}

impl<'a> Line<'a> {
    fn of(line: &'a InvoiceLine, language: Language) -> Result<Self, MoneyError> {
        let text = line.description.trim();
        let (name, description) = text.split_once('\n').unwrap_or((text, ""));
        let description = Some(description.trim()).filter(|text| !text.is_empty());
        let turned = line.unit_price.is_sign_negative() && !line.unit_price.is_zero();
        let sign = if turned { -Decimal::ONE } else { Decimal::ONE };
        let rate = Rate::of(line.tax_category, line.tax_rate);
        let adjustment = line.adjustment.as_ref().map(|of| {
            let is_charge = !of.amount.is_negative();
            let amount = if is_charge {
                of.amount
            } else {
                of.amount.negated()?
            };
            let gross = line.net.checked_sub(of.amount)?;
            Ok(Adjustment {
                is_charge,
                amount,
                share: share(&of.grounds, gross, amount),
                reason: reason(&of.grounds, is_charge, language),
                rate,
            })
        });
        Ok(Self {
            adjustment: adjustment.transpose()?,
            name: name.trim(),
            description,
            quantity: (line.quantity * sign).normalize(),
            unit: &line.unit,
            price: (line.unit_price * sign).normalize(),
            net: line.net,
            rate,
        })
    }
}

/// The owner's reason, else the general word.
fn reason(grounds: &Grounds, is_charge: bool, language: Language) -> String {
    let own = grounds.reason.clone();
    own.unwrap_or_else(|| language.adjustment(is_charge, &Grounds::default()))
}

/// Percents with their base, where these two give the amount to the cent.
fn share(grounds: &Grounds, base: Money, amount: Money) -> Option<(Decimal, Money)> {
    let percent = grounds.percent?;
    let exact = base.decimal().checked_mul(percent)? / Decimal::ONE_HUNDRED;
    let product = Money::rounded(exact, base.currency()).ok()?;
    (product == amount).then(|| (percent.normalize(), base))
}

/// What each base has less than its lines, and what it has more: the shares of a discount and a surcharge that
/// [`published`](crate::published) bases have in them.
fn adjustments(invoice: &Invoice, language: Language) -> Result<Vec<Adjustment>, MoneyError> {
    let mut parts = Vec::new();
    for tax in &invoice.taxes {
        let lines = invoice.lines.iter().filter(|line| {
            line.tax_category == tax.category && line.tax_rate.normalize() == tax.rate.normalize()
        });
        let gross = Money::sum(invoice.currency, lines.map(|line| line.net))?;
        let on = tax.surcharge.unwrap_or(Money::zero(invoice.currency));
        let off = gross.checked_add(on)?.checked_sub(tax.base)?;
        let nothing = Grounds::default();
        let surcharge = invoice.surcharge.as_ref();
        let sides = [
            (off, off.is_negative(), &invoice.discount_for),
            (on, true, surcharge.map_or(&nothing, |of| &of.grounds)),
        ];
        for (amount, is_charge, grounds) in sides {
            if amount.is_zero() {
                continue;
            }
            let amount = if amount.is_negative() {
                amount.negated()?
            } else {
                amount
            };
            parts.push(Adjustment {
                is_charge,
                amount,
                share: share(grounds, gross, amount),
                reason: reason(grounds, is_charge, language),
                rate: Rate::of(tax.category, tax.rate),
            });
        }
    }
    Ok(parts)
}

/// The setting of the business tells the ground of an exemption and nothing else.
fn note_of<'a>(
    category: TaxCategory,
    invoice: &'a Invoice,
    note: Option<&'a str>,
) -> Option<&'a str> {
    match category {
        TaxCategory::E => note,
        _ => invoice.tax_note.as_deref(),
    }
}

fn taxes(invoice: &Invoice, routing: &Routing, language: Language) -> Vec<Breakdown> {
    let seller = &invoice.seller;
    let kind = Tax::of(seller.country.as_deref(), seller.tax_id.as_deref());
    let note = invoice.tax_note.as_deref().or(routing.exemption.as_deref());
    let breakdown = invoice.taxes.iter().map(|tax| {
        let exemption = exemption::of(
            invoice,
            note_of(tax.category, invoice, note),
            tax.category,
            language,
            kind,
        );
        let (code, reason) = exemption.map_or((None, None), |of| (of.code, Some(of.text)));
        Breakdown {
            rate: Rate::of(tax.category, tax.rate),
            base: tax.base,
            amount: tax.amount,
            code,
            reason,
        }
    });
    breakdown.collect()
}

fn note(invoice: &Invoice) -> Option<String> {
    let texts = [&invoice.introduction, &invoice.closing];
    let texts: Vec<&str> = texts
        .into_iter()
        .flatten()
        .map(|text| text.trim())
        .collect();
    Some(texts.join("\n\n")).filter(|text| !text.is_empty())
}

/// BT-20: the owner's words; where there is no date either, that it is due at once.
fn terms(invoice: &Invoice, language: Language) -> Option<String> {
    let own = invoice.payment_terms.clone();
    let at_once = || language.at_once(invoice.kind).to_owned();
    own.or_else(|| invoice.due_date.is_none().then(at_once))
}
