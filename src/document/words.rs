//! Every word that a document says on its own, in each language, with the ways numbers, money and dates are written there.
//!
//! It knows nothing of layout. A new language is one more variant, one more table and one more arm in each function below.

use chrono::{Datelike as _, NaiveDate};
use rust_decimal::Decimal;
use serde::Serialize;

use crate::published::{Grounds, InvoiceKind, TaxCategory};
use crate::values::country;
use crate::values::money::{Currency, Money};
use crate::values::month_name;
use crate::values::period::Period;

/// A language that documents are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    German,
}

/// Words that the template places itself.
#[derive(Debug, Serialize)]
pub(super) struct Words {
    pub(super) description: &'static str,
    pub(super) quantity: &'static str,
    pub(super) unit_price: &'static str,
    pub(super) tax: &'static str,
    pub(super) amount: &'static str,
    /// Of the section with the bank details.
    pub(super) payment: &'static str,
    /// `{page}` and `{pages}` are filled in by the template.
    pub(super) page: &'static str,
    /// Stands where an invoice has no lines.
    pub(super) nothing: &'static str,
    /// Below the code to pay with.
    pub(super) scan: &'static str,
    /// What that code is, for those who do not see it.
    pub(super) code: &'static str,
    /// What the logo is, likewise: the name of the business follows.
    pub(super) logo: &'static str,
    /// The heading of the time sheet, and of its columns.
    pub(super) annex: &'static str,
    pub(super) day: &'static str,
    pub(super) work: &'static str,
    pub(super) member: &'static str,
    pub(super) hours: &'static str,
    pub(super) total: &'static str,
}

/// Words for figures that stand above and below the lines.
#[derive(Debug)]
pub(super) struct Labels {
    pub(super) date: &'static str,
    pub(super) due: &'static str,
    pub(super) period: &'static str,
    pub(super) purchase_order: &'static str,
    pub(super) project_reference: &'static str,
    pub(super) corrects: &'static str,
    pub(super) subtotal: &'static str,
    pub(super) discount: &'static str,
    pub(super) surcharge: &'static str,
    pub(super) net: &'static str,
    pub(super) total: &'static str,
    pub(super) credit: &'static str,
    pub(super) paid: &'static str,
    pub(super) balance: &'static str,
    pub(super) overpaid: &'static str,
    pub(super) settled: &'static str,
    pub(super) account_holder: &'static str,
    pub(super) reference: &'static str,
    pub(super) attention: &'static str,
    pub(super) email: &'static str,
    pub(super) phone: &'static str,
    pub(super) draft: &'static str,
    pub(super) preview: &'static str,
    /// Work on the time sheet that is not shown in detail.
    pub(super) further: &'static str,
    pub(super) rounding: &'static str,
    /// The document that asks for no money, what it is about, and its last day.
    pub(super) estimate: &'static str,
    pub(super) subject: &'static str,
    pub(super) valid_until: &'static str,
}

/// What the tax is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tax {
    /// Value added tax, in Europe.
    Vat,
    /// The value added tax of Switzerland and Liechtenstein, which has its own German name.
    SwissVat,
    /// Any other.
    Other,
}

/// Countries with a value added tax under that name: the European Union (Greece also as EL), its neighbours, the United Kingdom.
const VAT_COUNTRIES: [&str; 44] = [
    "AD", "AL", "AT", "BA", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR",
    "GB", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT",
    "NL", "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "UA", "XI", "XK",
];

static ENGLISH: (Words, Labels) = (
    Words {
        description: "Description",
        quantity: "Quantity",
        unit_price: "Unit price",
        tax: "Tax",
        amount: "Amount",
        payment: "Payment",
        page: "Page {page} of {pages}",
        nothing: "No lines",
        scan: "Pay with your banking app",
        code: "QR code for a SEPA credit transfer",
        logo: "Logo of",
        annex: "Time sheet",
        day: "Date",
        work: "Work",
        member: "Who",
        hours: "Hours",
        total: "Total",
    },
    Labels {
        date: "Date",
        due: "Due date",
        period: "Service period",
        purchase_order: "Purchase order",
        project_reference: "Project",
        corrects: "Corrects invoice",
        subtotal: "Subtotal",
        discount: "Discount",
        surcharge: "Surcharge",
        net: "Net amount",
        total: "Total",
        credit: "Total credit",
        paid: "Paid",
        balance: "Balance due",
        overpaid: "Overpaid",
        settled: "Balance",
        account_holder: "Account holder",
        reference: "Reference",
        attention: "Attn.",
        email: "Email",
        phone: "Phone",
        draft: "Draft",
        preview: "Preview",
        further: "Further work",
        rounding: "Rounding",
        estimate: "Estimate",
        subject: "Subject",
        valid_until: "Valid until",
    },
);

static GERMAN: (Words, Labels) = (
    Words {
        description: "Beschreibung",
        quantity: "Menge",
        unit_price: "Einzelpreis",
        tax: "Steuer",
        amount: "Betrag",
        payment: "Zahlung",
        page: "Seite {page} von {pages}",
        nothing: "Keine Positionen",
        scan: "Mit der Banking-App bezahlen",
        code: "QR-Code für eine SEPA-Überweisung",
        logo: "Logo von",
        annex: "Stundennachweis",
        day: "Datum",
        work: "Tätigkeit",
        member: "Wer",
        hours: "Stunden",
        total: "Summe",
    },
    Labels {
        date: "Datum",
        due: "Fällig am",
        period: "Leistungszeitraum",
        purchase_order: "Bestellnummer",
        project_reference: "Projekt",
        corrects: "Zu Rechnung",
        subtotal: "Zwischensumme",
        discount: "Rabatt",
        surcharge: "Zuschlag",
        net: "Nettobetrag",
        total: "Gesamtbetrag",
        credit: "Korrekturbetrag",
        paid: "Bezahlt",
        balance: "Offener Betrag",
        overpaid: "Überzahlt",
        settled: "Offener Betrag",
        account_holder: "Kontoinhaber",
        reference: "Verwendungszweck",
        attention: "z. Hd.",
        email: "E-Mail",
        phone: "Telefon",
        draft: "Entwurf",
        preview: "Vorschau",
        further: "Weitere Arbeit",
        rounding: "Rundung",
        estimate: "Angebot",
        subject: "Betreff",
        valid_until: "Gültig bis",
    },
);

/// A space at which a line never breaks.
const NBSP: char = '\u{a0}';
/// The sign of a negative figure, as wide as a digit.
const MINUS: char = '\u{2212}';

impl Language {
    /// The language of a BCP 47 tag: German for `de`, `de-AT`, …; else English.
    pub(super) fn of(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("de") {
            Self::German
        } else {
            Self::English
        }
    }

    /// The tag that the document carries.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    pub(super) fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH.0,
            Self::German => &GERMAN.0,
        }
    }

    pub(super) fn labels(self) -> &'static Labels {
        match self {
            Self::English => &ENGLISH.1,
            Self::German => &GERMAN.1,
        }
    }

    /// What the document is called. German law keeps `Gutschrift` for bills written by the buyer, so a credit note is none.
    pub(super) fn kind(self, kind: InvoiceKind) -> &'static str {
        match (self, kind) {
            (Self::English, InvoiceKind::Invoice) => "Invoice",
            (Self::English, InvoiceKind::CreditNote) => "Credit note",
            (Self::German, InvoiceKind::Invoice) => "Rechnung",
            (Self::German, InvoiceKind::CreditNote) => "Rechnungskorrektur",
        }
    }

    /// `1,234.50` or `1.234,50`, with at least this many places.
    pub(super) fn number(self, value: Decimal, places: u32) -> String {
        let (group, point) = match self {
            Self::English => (',', '.'),
            Self::German => ('.', ','),
        };
        let mut value = value.normalize();
        if value.scale() < places {
            value.rescale(places);
        }
        let digits = value.abs().to_string();
        let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
        let mut out = String::new();
        if value.is_sign_negative() && !value.is_zero() {
            out.push(MINUS);
        }
        let length = whole.chars().count();
        for (position, digit) in whole.chars().enumerate() {
            if position > 0 && (length - position) % 3 == 0 {
                out.push(group);
            }
            out.push(digit);
        }
        if !fraction.is_empty() {
            out.push(point);
            out.push_str(fraction);
        }
        out
    }

    /// The figure alone, for a column that names the currency.
    pub(super) fn amount(self, money: Money) -> String {
        self.number(money.decimal(), money.currency().exponent())
    }

    /// The figure with its currency: `€1,210.00`, `CHF 1,210.00`, `1.210,00 €`.
    pub(super) fn money(self, money: Money) -> String {
        let figure = self.amount(money);
        let sign = symbol(money.currency());
        match self {
            Self::German => format!("{figure}{NBSP}{}", sign.unwrap_or(money.currency().code())),
            Self::English => {
                let (minus, figure) = match figure.strip_prefix(MINUS) {
                    Some(rest) => (MINUS.to_string(), rest),
                    None => (String::new(), figure.as_str()),
                };
                match sign {
                    Some(sign) => format!("{minus}{sign}{figure}"),
                    None => format!("{}{NBSP}{minus}{figure}", money.currency().code()),
                }
            }
        }
    }

    /// `19%` or `19 %`.
    pub(super) fn percent(self, rate: Decimal) -> String {
        let figure = self.number(rate, 0);
        match self {
            Self::English => format!("{figure}%"),
            Self::German => format!("{figure}{NBSP}%"),
        }
    }

    /// What something is given for less, or costs more: `Discount 10% (loyalty)`.
    pub(super) fn adjustment(self, is_surcharge: bool, grounds: &Grounds) -> String {
        let labels = self.labels();
        let word = match is_surcharge {
            true => labels.surcharge,
            false => labels.discount,
        };
        let percent = grounds.percent.map(|percent| self.percent(percent));
        let mut label = word.to_owned();
        if let Some(percent) = percent {
            label = format!("{label} {percent}");
        }
        match &grounds.reason {
            Some(reason) => format!("{label} ({reason})"),
            None => label,
        }
    }

    /// When the amount of an e-invoice is due, where neither a date nor words are given.
    pub(super) fn at_once(self, kind: InvoiceKind) -> &'static str {
        match (self, kind) {
            (Self::English, InvoiceKind::Invoice) => "Payable at once.",
            (Self::German, InvoiceKind::Invoice) => "Sofort zahlbar.",
            (Self::English, InvoiceKind::CreditNote) => "The amount is credited to you.",
            (Self::German, InvoiceKind::CreditNote) => "Der Betrag wird Ihnen gutgeschrieben.",
        }
    }

    /// How long a list is: `42 rows`, `1 row`, `42 Zeilen`.
    pub(super) fn rows(self, count: usize) -> String {
        let figure = self.number(Decimal::from(count), 0);
        let word = match (self, count) {
            (Self::English, 1) => "row",
            (Self::English, _) => "rows",
            (Self::German, 1) => "Zeile",
            (Self::German, _) => "Zeilen",
        };
        format!("{figure}{NBSP}{word}")
    }

    /// `21 November 2026` or `21. November 2026`.
    pub(super) fn date(self, day: NaiveDate) -> String {
        format!("{}{NBSP}{} {}", self.day(day), self.month(day), day.year())
    }

    /// `21 Nov 2026` or `21.11.2026`: as wide in each row of a table.
    pub(super) fn short_date(self, day: NaiveDate) -> String {
        match self {
            Self::English => {
                let month: String = self.month(day).chars().take(3).collect();
                format!("{}{NBSP}{month}{NBSP}{}", day.day(), day.year())
            }
            Self::German => format!("{:02}.{:02}.{}", day.day(), day.month(), day.year()),
        }
    }

    /// As short as it can be said: `November 2026`, `3–9 November 2026`, `28 October – 3 November 2026`.
    pub(super) fn period(self, period: Period) -> String {
        let (from, to) = (period.from, period.to);
        let same_month = (from.year(), from.month()) == (to.year(), to.month());
        let whole =
            same_month && from.day() == 1 && to.succ_opt().is_none_or(|next| next.day() == 1);
        if from == to {
            self.date(from)
        } else if whole {
            format!("{} {}", self.month(from), from.year())
        } else if same_month {
            format!("{}–{}", self.day(from), self.date(to))
        } else if from.year() == to.year() {
            format!(
                "{}{NBSP}{} – {}",
                self.day(from),
                self.month(from),
                self.date(to)
            )
        } else {
            format!("{} – {}", self.date(from), self.date(to))
        }
    }

    fn day(self, day: NaiveDate) -> String {
        match self {
            Self::English => day.day().to_string(),
            Self::German => format!("{}.", day.day()),
        }
    }

    fn month(self, day: NaiveDate) -> &'static str {
        let months = match self {
            Self::English => &month_name::ENGLISH,
            Self::German => &month_name::GERMAN,
        };
        usize::try_from(day.month0())
            .ok()
            .and_then(|month| months.get(month))
            .copied()
            .unwrap_or_default()
    }

    /// The short word after a quantity; none for a unit that is not known.
    pub(super) fn unit(self, code: &str) -> Option<&'static str> {
        let (english, german) = match code {
            "HUR" => ("h", "Std."),
            "MIN" => ("min", "Min."),
            "DAY" => ("d", "Tg."),
            "WEE" => ("wk", "Wo."),
            "MON" => ("mo", "Mon."),
            "ANN" => ("yr", "J."),
            "KMT" => ("km", "km"),
            "SMI" => ("mi", "Meilen"),
            "C62" | "H87" => ("pc", "Stk."),
            "LS" => ("lump sum", "pauschal"),
            _ => return None,
        };
        Some(match self {
            Self::English => english,
            Self::German => german,
        })
    }

    /// The name of a country; its code where the table does not have it.
    pub(super) fn country(self, code: &str) -> &str {
        country::names(code).map_or(code, |(english, german)| match self {
            Self::English => english,
            Self::German => german,
        })
    }

    /// What the tax is called on this document.
    pub(super) fn tax(self, tax: Tax) -> &'static str {
        match (self, tax) {
            (Self::English, Tax::Vat | Tax::SwissVat) => "VAT",
            (Self::English, Tax::Other) => "Tax",
            (Self::German, Tax::Vat) => "Umsatzsteuer",
            (Self::German, Tax::SwissVat) => "MwSt.",
            (Self::German, Tax::Other) => "Steuer",
        }
    }

    /// `VAT 19% on €1,000.00`; the base only where it is told apart from another one.
    pub(super) fn tax_line(self, name: &str, rate: Decimal, base: Option<Money>) -> String {
        let label = format!("{name} {}", self.percent(rate));
        match (base, self) {
            (None, _) => label,
            (Some(base), Self::English) => format!("{label} on {}", self.money(base)),
            (Some(base), Self::German) => format!("{label} auf {}", self.money(base)),
        }
    }

    /// What a tax id is called: it is one for VAT when it begins with the letters of a country that has it.
    pub(super) fn tax_id(self, id: &str) -> &'static str {
        let country: String = id.chars().take(2).collect();
        match (self, has_vat(&country)) {
            (Self::English, true) => "VAT ID",
            (Self::English, false) => "Tax ID",
            (Self::German, true) => "USt-IdNr.",
            (Self::German, false) => "Steuernummer",
        }
    }

    /// The same for the one who gets the document.
    pub(super) fn buyer_tax_id(self, id: &str) -> String {
        match self {
            Self::English => format!("Your {}", self.tax_id(id)),
            Self::German => format!("Ihre {}", self.tax_id(id)),
        }
    }

    /// The sentence that the law asks for where no tax is charged.
    pub(super) fn reason(self, tax: Tax, category: TaxCategory) -> Option<&'static str> {
        use TaxCategory::{AE, E, G, K, O, S, Z};
        Some(match (self, category) {
            (_, S | Z) => return None,
            (Self::English, AE) => {
                "Reverse charge: the recipient of the service is liable for the tax."
            }
            (Self::German, AE) => "Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge).",
            (Self::English, K) => {
                "Intra-Community supply, exempt from VAT (Article 138 of Directive 2006/112/EC)."
            }
            (Self::German, K) => {
                "Steuerfreie innergemeinschaftliche Lieferung (Artikel 138 der Richtlinie 2006/112/EG)."
            }
            (Self::English, G) if tax == Tax::Other => "Export, exempt from tax.",
            (Self::English, G) => "Export outside the European Union, exempt from VAT.",
            (Self::German, G) => "Steuerfreie Ausfuhrlieferung.",
            (Self::English, E) if tax == Tax::Other => "Exempt from tax.",
            (Self::English, E) => "Exempt from VAT.",
            (Self::German, E) => "Steuerfreie Leistung.",
            (Self::English, O) if tax == Tax::Other => "Not subject to tax.",
            (Self::English, O) => "Outside the scope of VAT.",
            (Self::German, O) => "Nicht steuerbare Leistung.",
        })
    }

    /// `Paid on 3 December 2026 (card)`.
    pub(super) fn paid(self, day: NaiveDate, method: Option<&str>) -> String {
        let text = match self {
            Self::English => format!("Paid on {}", self.date(day)),
            Self::German => format!("Bezahlt am {}", self.date(day)),
        };
        match method {
            Some(method) if !method.is_empty() => format!("{text} ({method})"),
            _ => text,
        }
    }

    /// Asks for the money, where the business gave no words of its own.
    pub(super) fn please_pay(self, balance: Money, due: Option<NaiveDate>) -> String {
        let amount = self.money(balance);
        match (self, due.map(|day| self.date(day))) {
            (Self::English, Some(day)) => format!("Please transfer {amount} by {day}."),
            (Self::English, None) => format!("Please transfer {amount}."),
            (Self::German, Some(day)) => format!("Bitte überweisen Sie {amount} bis zum {day}."),
            (Self::German, None) => format!("Bitte überweisen Sie {amount}."),
        }
    }
}

impl Tax {
    /// By the country of the seller, else by the form of the tax id. Most invoices without either are European.
    pub(super) fn of(country: Option<&str>, tax_id: Option<&str>) -> Self {
        let prefix: Option<String> = tax_id.map(|id| id.chars().take(2).collect());
        match country.or(prefix.as_deref()) {
            Some("CH" | "LI") => Self::SwissVat,
            Some(code) if has_vat(code) => Self::Vat,
            Some(_) => Self::Other,
            None => Self::Vat,
        }
    }
}

pub(super) fn has_vat(country: &str) -> bool {
    VAT_COUNTRIES.contains(&country)
}

/// The sign of a currency that nobody mistakes for another. The column of amounts names the currency in any case.
fn symbol(currency: Currency) -> Option<&'static str> {
    match currency.code() {
        "EUR" => Some("€"),
        "GBP" => Some("£"),
        "USD" => Some("$"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64, code: &str) -> Money {
        Money::from_minor(minor, Currency::parse(code).unwrap())
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn money_is_written_as_each_language_does() {
        let cases = [
            (0, "EUR", "€0.00", "0,00 €"),
            (5, "EUR", "€0.05", "0,05 €"),
            (121_000, "EUR", "€1,210.00", "1.210,00 €"),
            (-121_000, "EUR", "−€1,210.00", "−1.210,00 €"),
            (100_000_000, "USD", "$1,000,000.00", "1.000.000,00 $"),
            (123_456, "CHF", "CHF 1,234.56", "1.234,56 CHF"),
            (-5, "CHF", "CHF −0.05", "−0,05 CHF"),
            (1210, "JPY", "JPY 1,210", "1.210 JPY"),
            (1500, "BHD", "BHD 1.500", "1,500 BHD"),
            (
                i64::MIN,
                "GBP",
                "−£92,233,720,368,547,758.08",
                "−92.233.720.368.547.758,08 £",
            ),
        ];
        for (minor, code, english, german) in cases {
            let plain = |text: String| text.replace(NBSP, " ");
            assert_eq!(plain(Language::English.money(money(minor, code))), english);
            assert_eq!(plain(Language::German.money(money(minor, code))), german);
        }
    }

    #[test]
    fn numbers_keep_the_places_they_need() {
        let number = |text: &str, places| Language::German.number(text.parse().unwrap(), places);
        assert_eq!(number("2.5000", 2), "2,50");
        assert_eq!(number("0.3333", 2), "0,3333");
        assert_eq!(number("1000", 0), "1.000");
        assert_eq!(number("-0.00", 2), "0,00");
        assert_eq!(Language::English.percent("7.70".parse().unwrap()), "7.7%");
    }

    #[test]
    fn periods_are_said_as_short_as_they_can_be() {
        let cases = [
            ("2026-11-01", "2026-11-30", "November 2026", "November 2026"),
            ("2024-02-01", "2024-02-29", "February 2024", "Februar 2024"),
            (
                "2026-11-03",
                "2026-11-09",
                "3–9 November 2026",
                "3.–9. November 2026",
            ),
            (
                "2026-10-28",
                "2026-11-03",
                "28 October – 3 November 2026",
                "28. Oktober – 3. November 2026",
            ),
            (
                "2025-12-29",
                "2026-01-04",
                "29 December 2025 – 4 January 2026",
                "29. Dezember 2025 – 4. Januar 2026",
            ),
            ("2026-03-05", "2026-03-05", "5 March 2026", "5. März 2026"),
        ];
        for (from, to, english, german) in cases {
            let period = Period {
                from: day(from),
                to: day(to),
            };
            let plain = |text: String| text.replace(NBSP, " ");
            assert_eq!(plain(Language::English.period(period)), english);
            assert_eq!(plain(Language::German.period(period)), german);
        }
    }

    #[test]
    fn a_tag_with_a_region_is_its_language_and_a_foreign_one_english() {
        assert_eq!(Language::of("de-AT"), Language::German);
        assert_eq!(Language::of("DE"), Language::German);
        for tag in ["en", "en-GB", "fr", "", "den"] {
            assert_eq!(Language::of(tag), Language::English, "{tag}");
        }
    }

    #[test]
    fn the_tax_is_called_what_it_is_at_the_sellers() {
        assert_eq!(Tax::of(Some("DE"), None), Tax::Vat);
        assert_eq!(Tax::of(Some("CH"), None), Tax::SwissVat);
        assert_eq!(Tax::of(Some("US"), Some("12-3456789")), Tax::Other);
        assert_eq!(Tax::of(None, Some("ATU12345678")), Tax::Vat);
        assert_eq!(Tax::of(None, None), Tax::Vat);
        assert_eq!(Language::German.tax_id("DE123456789"), "USt-IdNr.");
        assert_eq!(Language::German.tax_id("11/123/45678"), "Steuernummer");
    }

    #[test]
    fn every_category_without_tax_says_why() {
        use TaxCategory::{AE, E, G, K, O, S, Z};
        for language in [Language::English, Language::German] {
            for tax in [Tax::Vat, Tax::SwissVat, Tax::Other] {
                for category in [AE, E, G, K, O] {
                    assert!(language.reason(tax, category).is_some());
                }
                for category in [S, Z] {
                    assert!(language.reason(tax, category).is_none());
                }
            }
        }
    }
}
