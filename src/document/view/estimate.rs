//! An estimate as the strings that a template shows: its table and sums are those of an invoice that asks for no money.

use super::{Fact, Pictures, View, fact, present};
use crate::document::font::Proof;
use crate::document::look::Look;
use crate::document::words::Language;
use crate::published::{Estimate, EstimateLine, Invoice, InvoiceKind, InvoiceState};
use crate::values::id::PublicId;
use crate::values::money::Money;

/// Words an estimate for printing.
pub(in crate::document) fn of(
    estimate: &Estimate,
    look: &Look,
    pictures: Pictures,
    proof: &mut Proof,
) -> View {
    let language = Language::of(&estimate.language);
    let kind = language.labels().estimate;
    let as_invoice = as_invoice(estimate);
    let view = super::of(&as_invoice, None, look, pictures, proof);
    View {
        title: match (&view.number, view.mark) {
            (Some(number), _) => format!("{kind} {number}"),
            (None, Some(mark)) => format!("{kind} ({mark})"),
            (None, None) => kind.to_owned(),
        },
        kind,
        facts: facts(estimate, language, proof),
        request: None,
        terms: Vec::new(),
        bank: Vec::new(),
        ..view
    }
}

fn facts(estimate: &Estimate, language: Language, proof: &mut Proof) -> Vec<Fact> {
    let labels = language.labels();
    let mut facts = vec![
        fact(labels.subject, proof.line(&estimate.title)),
        fact(labels.date, language.date(estimate.date)),
    ];
    let last = estimate.valid_until;
    facts.extend(last.map(|last| fact(labels.valid_until, language.date(last))));
    facts.extend(
        present(&estimate.buyer.tax_id).map(|id| fact(language.buyer_tax_id(id), proof.line(id))),
    );
    facts
}

/// What is the same on both.
fn as_invoice(estimate: &Estimate) -> Invoice {
    let Estimate {
        number,
        title: _, // one of the facts
        date,
        valid_until: _, // likewise
        currency,
        language,
        seller,
        buyer,
        introduction,
        lines,
        line_total,
        discount,
        discount_for,
        surcharge,
        net,
        taxes,
        total,
        tax_note,
        closing,
    } = estimate.clone();
    let lines = lines.into_iter().map(|of| {
        let EstimateLine {
            phase: _, // in the description
            task: _,  // likewise
            line,
        } = of;
        line
    });
    let nothing = Money::zero(currency);
    Invoice {
        id: PublicId::from_bytes([0; 16]),
        kind: InvoiceKind::Invoice,
        number,
        corrects: None,
        state: InvoiceState::Draft,
        issue_date: date,
        due_date: None,
        period: None,
        currency,
        language,
        seller,
        buyer,
        purchase_order: None,
        project_reference: None,
        introduction,
        lines: lines.collect(),
        line_total,
        discount,
        discount_for,
        surcharge,
        net,
        taxes,
        total,
        tax_note,
        payments: Vec::new(),
        paid: nothing,
        credits: Vec::new(),
        // Nothing is owed.
        balance: nothing,
        payment_terms: None,
        closing,
        file: None,
        e_invoice: None,
    }
}
