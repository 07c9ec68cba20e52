//! What must hold of all invoices together: numbers without a gap, sums that follow from the lines, credit notes that take back no
//! more than was billed. It proves what is kept; nothing here decides what may be done.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use crate::values::money::{Currency, Money};

use super::invoice::{
    Adjustments, Kind, Line, MOST_ROUNDING, Stored, Tax, TaxBase, TaxCategory, TaxRounding,
    rounded_totals,
};
use super::key::InvoiceKey;

/// A number that was given to a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    pub kind: Kind,
    /// What it counts within.
    pub counter: String,
    /// Its place there, from 1.
    pub sequence: u64,
    pub number: String,
    pub date: NaiveDate,
    /// It was let be dated before the one that precedes it.
    pub backdated: bool,
}

/// The numbers of one counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    pub kind: Kind,
    pub counter: String,
    pub numbers: usize,
    pub first: String,
    pub last: String,
}

/// The counters, and what is wrong with their numbers: gaps, places and numbers given twice, dates that run backwards.
pub fn series(mut given: Vec<Given>) -> (Vec<Series>, Vec<String>) {
    given.sort_by(|a, b| {
        (a.kind, &a.counter, a.sequence, &a.number)
            .cmp(&(b.kind, &b.counter, b.sequence, &b.number))
    });
    let mut broken = twice(&given);
    let mut all = Vec::new();
    for counter in given.chunk_by(|a, b| (a.kind, &a.counter) == (b.kind, &b.counter)) {
        let (Some(first), Some(last)) = (counter.first(), counter.last()) else {
            continue;
        };
        let name = match first.counter.as_str() {
            "" => format!("{}s", words(first.kind)),
            counter => format!("{}s of {counter}", words(first.kind)),
        };
        let mut before: Option<&Given> = None;
        let mut newest: Option<&Given> = None;
        for this in counter {
            let place = before.map_or(0, |before| before.sequence);
            match this.sequence.saturating_sub(place) {
                0 if this.sequence == 0 => {
                    broken.push(format!("{} has no place among the {name}", this.number));
                }
                0 => broken.push(format!(
                    "place {} among the {name} was given twice, to {} too",
                    this.sequence, this.number
                )),
                1 => {}
                2 => broken.push(format!("number {} of the {name} is missing", place + 1)),
                _ => broken.push(format!(
                    "numbers {} to {} of the {name} are missing",
                    place + 1,
                    this.sequence - 1
                )),
            }
            if let Some(newest) = newest.filter(|newest| newest.date > this.date && !this.backdated)
            {
                broken.push(format!(
                    "{} is dated {}, before {} of {} that precedes it",
                    this.number, this.date, newest.number, newest.date
                ));
            }
            // What was let be dated back does not let others be.
            if newest.is_none_or(|newest| newest.date <= this.date) || !this.backdated {
                newest = Some(this);
            }
            before = Some(this);
        }
        all.push(Series {
            kind: first.kind,
            counter: first.counter.clone(),
            numbers: counter.len(),
            first: first.number.clone(),
            last: last.number.clone(),
        });
    }
    (all, broken)
}

fn twice(given: &[Given]) -> Vec<String> {
    let mut numbers: Vec<&str> = given.iter().map(|given| given.number.as_str()).collect();
    numbers.sort_unstable();
    numbers
        .chunk_by(|a, b| a == b)
        .filter(|same| same.len() > 1)
        .filter_map(|same| {
            Some(format!(
                "the number {} is on {} documents",
                same.first()?,
                same.len()
            ))
        })
        .collect()
}

fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::Invoice => "invoice",
        Kind::CreditNote => "credit note",
    }
}

/// A document as it is kept, as far as its sums go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub key: InvoiceKey,
    pub kind: Kind,
    pub stored: Stored,
    /// The number, or how a draft is named.
    pub name: String,
    pub corrects: Option<InvoiceKey>,
    pub currency: Currency,
    pub adjustments: Adjustments,
    /// By what the taxes of a credit note differ from base times rate.
    pub tax_rounding: Vec<TaxRounding>,
    /// As it was when it was issued; none of a draft.
    pub total: Option<Money>,
    /// What the lines come to, once they are added up.
    pub bases: Vec<TaxBase>,
}

impl Document {
    /// Adds up the lines again and keeps the bases; what does not follow from them.
    pub fn add_up(&mut self, lines: &[Line]) -> Vec<String> {
        let name = &self.name;
        let mut broken = Vec::new();
        for (place, line) in (1..).zip(lines) {
            if line.worked_out(self.currency) != Ok(line.net) {
                broken.push(format!(
                    "line {place} of {name} is not quantity times price"
                ));
            }
            if line.tax.category != TaxCategory::S && !line.tax.percent.is_zero() {
                broken.push(format!(
                    "line {place} of {name} has tax in category {}, which has none",
                    line.tax.category.code()
                ));
            }
        }
        let most = match self.kind {
            Kind::Invoice => 0,
            Kind::CreditNote => MOST_ROUNDING,
        };
        let mut rounding = self.tax_rounding.iter();
        if rounding.any(|of| of.amount.minor().abs() > most) {
            broken.push(format!("the tax of {name} is not base times rate"));
        }
        match rounded_totals(lines, &self.adjustments, &self.tax_rounding, self.currency) {
            Err(refusal) => broken.push(format!("the lines of {name} do not add up: {refusal}")),
            Ok(sums) => {
                let bases = Money::sum(self.currency, sums.taxes.iter().map(|base| base.base));
                // Taxes with names share their bases.
                let named = sums.taxes.iter().any(|base| base.name.is_some());
                if bases != Ok(sums.net) && !lines.is_empty() && !named {
                    broken.push(format!("the tax bases of {name} are not its net"));
                }
                if self.stored != Stored::Draft && self.total != Some(sums.total) {
                    broken.push(format!("the lines of {name} no longer give its total"));
                }
                self.bases = sums.taxes;
            }
        }
        broken
    }
}

/// What is wrong with credit notes: without an original, over more than it, in another currency; and void invoices that are not taken
/// back to nothing.
pub fn credits(documents: &[Document]) -> Vec<String> {
    let places: HashMap<InvoiceKey, usize> = documents.iter().map(|d| d.key).zip(0..).collect();
    let mut notes: BTreeMap<usize, Vec<&Document>> = BTreeMap::new();
    let mut broken = Vec::new();
    for (place, document) in documents.iter().enumerate() {
        match (document.kind, document.stored) {
            (Kind::Invoice, Stored::Void) => {
                notes.entry(place).or_default();
                continue;
            }
            (Kind::Invoice, _) | (_, Stored::Draft) => continue,
            (Kind::CreditNote, _) => {}
        }
        let original = document.corrects.and_then(|key| places.get(&key));
        match original {
            Some(place) => notes.entry(*place).or_default().push(document),
            None => broken.push(format!("{} takes back no invoice", document.name)),
        }
    }
    for (place, notes) in notes {
        if let Some(original) = documents.get(place) {
            broken.extend(credited(original, &notes));
        }
    }
    broken
}

fn credited(original: &Document, notes: &[&Document]) -> Option<String> {
    let name = &original.name;
    if original.kind != Kind::Invoice || original.stored == Stored::Draft {
        let note = &notes.first()?.name;
        return Some(format!(
            "{note} takes back {name}, which is no issued invoice"
        ));
    }
    if let Some(note) = notes.iter().find(|note| note.currency != original.currency) {
        return Some(format!("{} is not in the currency of {name}", note.name));
    }
    let mut left: BTreeMap<(Tax, Option<&str>), (i128, i128, i128)> = BTreeMap::new();
    for base in &original.bases {
        let (billed, net, tax) = left.entry((base.tax, base.name.as_deref())).or_default();
        *billed += i128::from(base.base.minor());
        *net += i128::from(base.base.minor());
        *tax += i128::from(base.amount.minor());
    }
    for base in notes.iter().flat_map(|note| &note.bases) {
        let (_, net, tax) = left.entry((base.tax, base.name.as_deref())).or_default();
        *net -= i128::from(base.base.minor());
        *tax -= i128::from(base.amount.minor());
    }
    // Parts bear the tax of the whole to the cent: no part of a base or of its tax is taken back twice.
    // A deposit that was deducted under another tax than the work has a base below zero.
    let turned = |billed: &i128, left: &i128| *left != 0 && left.signum() != billed.signum();
    let over = left
        .values()
        .any(|(billed, net, tax)| turned(billed, net) || turned(billed, tax));
    let nothing = left.values().all(|(_, net, _)| *net == 0);
    let tax: i128 = left.values().map(|(_, _, tax)| tax).sum();
    match original.stored {
        _ if over => Some(format!("credit notes take back more than {name} billed")),
        Stored::Void if notes.is_empty() => Some(format!("{name} is void without a credit note")),
        Stored::Void if !nothing || tax != 0 => Some(format!(
            "{name} is void, and its credit notes do not net it"
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::invoice::{Source, totals};
    use crate::values::money::Percent;

    fn given(sequence: u64, date: &str) -> Given {
        Given {
            kind: Kind::Invoice,
            counter: "2026".into(),
            sequence,
            number: format!("2026-{sequence:04}"),
            date: date.parse().unwrap(),
            backdated: false,
        }
    }

    #[test]
    fn gaps_repeats_and_dates_that_run_backwards_are_found() {
        let day = "2026-03-01";
        let other = |mut of: Given| {
            of.number = "X".into();
            of
        };
        for (numbers, found) in [
            (vec![given(1, day), given(2, day)], vec![]),
            (vec![given(2, day), given(1, day)], vec![]),
            (vec![given(2, day)], vec!["number 1 of"]),
            (vec![given(1, day), given(3, day)], vec!["number 2 of"]),
            (
                vec![given(1, day), given(5, day)],
                vec!["numbers 2 to 4 of"],
            ),
            (
                vec![given(1, day), given(1, day)],
                vec!["is on 2 documents", "place 1 among"],
            ),
            (
                vec![given(1, day), other(given(1, day))],
                vec!["place 1 among"],
            ),
            (vec![given(0, day)], vec!["has no place"]),
            (
                vec![given(1, "2026-03-02"), given(2, day)],
                vec!["2026-0002 is dated 2026-03-01, before 2026-0001"],
            ),
        ] {
            let (_, broken) = series(numbers.clone());
            assert_eq!(broken.len(), found.len(), "{numbers:?}: {broken:?}");
            for (broken, found) in broken.iter().zip(found) {
                assert!(broken.contains(found), "{broken}");
            }
        }
    }

    #[test]
    fn counters_are_apart() {
        let mut note = given(1, "2026-01-01");
        note.kind = Kind::CreditNote;
        note.number = "C-1".into();
        let mut old = given(1, "2025-01-01");
        old.counter = "2025".into();
        old.number = "2025-0001".into();
        let (all, broken) = series(vec![given(1, "2026-02-01"), note, old]);
        assert_eq!((all.len(), broken), (3, vec![]));
    }

    fn eur(minor: i64) -> Money {
        Money::from_minor(minor, Currency::parse("EUR").unwrap())
    }

    fn line(net: i64, percent: &str) -> Line {
        let tax = Tax {
            category: TaxCategory::S,
            percent: Percent::parse(percent).unwrap(),
        };
        Line::fixed(Source::Fixed, String::new(), eur(net), tax)
    }

    fn document(key: i64, kind: Kind, stored: Stored, lines: &[Line]) -> Document {
        let sums = totals(
            lines,
            &Adjustments::none(eur(0).currency()),
            eur(0).currency(),
        )
        .unwrap();
        let mut document = Document {
            key: InvoiceKey(key),
            kind,
            stored,
            name: format!("no-{key}"),
            corrects: (kind == Kind::CreditNote).then_some(InvoiceKey(1)),
            currency: eur(0).currency(),
            adjustments: Adjustments::none(eur(0).currency()),
            tax_rounding: Vec::new(),
            total: Some(sums.total),
            bases: Vec::new(),
        };
        assert_eq!(document.add_up(lines), Vec::<String>::new());
        document
    }

    #[test]
    fn sums_that_do_not_follow_from_the_lines_are_found() {
        let mut wrong = document(1, Kind::Invoice, Stored::Issued, &[line(1000, "19")]);
        assert_eq!(wrong.add_up(&[line(1001, "19")]).len(), 1);
        assert_eq!(wrong.add_up(&[]).len(), 1);
        let mut bent = line(1000, "19");
        bent.unit_price = rust_decimal::Decimal::new(9, 0);
        assert!(wrong.add_up(&[bent])[0].contains("line 1 of no-1"));
        let mut exempt = line(1000, "19");
        exempt.tax.category = TaxCategory::E;
        assert!(wrong.add_up(&[exempt])[0].contains("category E"));
    }

    #[test]
    fn credit_notes_take_back_what_was_billed_and_no_more() {
        let lines = [line(1000, "19"), line(500, "7")];
        let invoice = |stored| document(1, Kind::Invoice, stored, &lines);
        let note = |key, lines: &[Line]| document(key, Kind::CreditNote, Stored::Issued, lines);
        let orphan = Document {
            corrects: None,
            ..note(2, &lines)
        };
        for (documents, found) in [
            (vec![invoice(Stored::Issued)], None),
            (
                vec![invoice(Stored::Void)],
                Some("void without a credit note"),
            ),
            (vec![invoice(Stored::Void), note(2, &lines)], None),
            (vec![invoice(Stored::Issued), note(2, &lines[..1])], None),
            (
                vec![invoice(Stored::Void), note(2, &lines[..1])],
                Some("do not net it"),
            ),
            (
                vec![
                    invoice(Stored::Void),
                    note(2, &lines[..1]),
                    note(3, &lines[1..]),
                ],
                None,
            ),
            (
                vec![
                    invoice(Stored::Issued),
                    note(2, &lines),
                    note(3, &lines[..1]),
                ],
                Some("more than no-1 billed"),
            ),
            (
                vec![invoice(Stored::Issued), note(2, &[line(1, "5")])],
                Some("more than no-1 billed"),
            ),
            (
                vec![invoice(Stored::Issued), orphan],
                Some("takes back no invoice"),
            ),
            (
                vec![invoice(Stored::Draft), note(2, &lines)],
                Some("no issued invoice"),
            ),
        ] {
            let broken = credits(&documents);
            assert_eq!(broken.len(), usize::from(found.is_some()), "{broken:?}");
            assert!(
                broken.iter().zip(found).all(|(a, b)| a.contains(b)),
                "{broken:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn one_number_taken_out_is_always_found(count in 2u64..60, out in 1u64..60) {
            let all = |without: u64| {
                (1..=count).filter(|n| *n != without).map(|n| given(n, "2026-01-01")).collect()
            };
            prop_assert!(series(all(0)).1.is_empty());
            // The last one leaves no gap: the log knows of it.
            prop_assert_eq!(series(all(out)).1.len(), usize::from(out < count));
        }
    }
}
