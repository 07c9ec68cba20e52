//! What was agreed, and from when on it changed.

use serde::Serialize;

use crate::app::retainer::Agreed;
use crate::cli::terminal::{Page, View};
use crate::domain::retainer::{Agreement, Overage, Per, Retainer};
use crate::values::money::{Currency, Money};

use super::{named, references, sized};

#[derive(Debug, Serialize)]
pub(super) struct TermsView {
    client: String,
    kind: &'static str,
    per: &'static str,
    /// What holds from the start.
    #[serde(flatten)]
    first: AgreementView,
    currency: &'static str,
    from: String,
    to: Option<String>,
    prorate: bool,
    projects: Vec<String>,
    /// What holds later.
    changes: Vec<ChangeView>,
    #[serde(skip)]
    words: String,
}

#[derive(Debug, Serialize)]
struct AgreementView {
    allowance: String,
    fee: Option<String>,
    carry_cap: Option<String>,
    carry_expires: Option<u32>,
    overage: &'static str,
    overage_rate: Option<String>,
}

#[derive(Debug, Serialize)]
struct ChangeView {
    from: String,
    #[serde(flatten)]
    agreement: AgreementView,
    #[serde(skip)]
    words: String,
}

/// What is agreed for a while, in words.
fn agreement_words(retainer: &Retainer, agreement: &Agreement, currency: Currency) -> String {
    let terms = &retainer.terms;
    let amount = |number| sized(terms.kind.amount(number, currency));
    let mut words = match terms.per {
        Per::Term => format!("{} in all", amount(agreement.allowance)),
        per => format!("{} a {}", amount(agreement.allowance), per.word()),
    };
    if let Some(carry) = agreement.carry {
        words.push_str(&format!(", up to {} carried over", amount(carry.cap)));
        match carry.periods {
            Some(1) => words.push_str(" for 1 period"),
            Some(periods) => words.push_str(&format!(" for {periods} periods")),
            None => {}
        }
    }
    words.push_str(match agreement.overage {
        Overage::Bill => ", billed beyond that",
        Overage::Carry => ", a deficit carried over",
        Overage::Absorb => ", given beyond that",
    });
    if let Some(rate) = agreement.overage_rate {
        words.push_str(&format!(" at {rate}"));
    }
    if let Some(fee) = agreement.fee {
        words.push_str(&format!(", fee {}", Money::from_minor(fee, currency)));
    }
    words
}

/// What was agreed at first, in words.
pub(in crate::cli) fn words(retainer: &Retainer, currency: Currency) -> String {
    let terms = &retainer.terms;
    let mut words = agreement_words(retainer, &terms.first, currency);
    words.push_str(&format!(", from {}", terms.start));
    if let Some(end) = terms.end {
        words.push_str(&format!(" to {end}"));
    }
    words
}

impl AgreementView {
    fn of(retainer: &Retainer, agreement: &Agreement, currency: Currency) -> Self {
        let amount = |number| retainer.terms.kind.amount(number, currency).decimal();
        let Agreement {
            allowance,
            fee,
            carry,
            overage,
            overage_rate,
        } = agreement;
        Self {
            allowance: amount(*allowance),
            fee: fee.map(|fee| Money::from_minor(fee, currency).amount()),
            carry_cap: carry.map(|carry| amount(carry.cap)),
            carry_expires: carry.and_then(|carry| carry.periods),
            overage: overage.word(),
            overage_rate: overage_rate.map(|rate| rate.to_string()),
        }
    }
}

impl TermsView {
    pub(super) fn of(agreed: &Agreed) -> Self {
        let Agreed {
            client,
            retainer,
            projects,
        } = agreed;
        let terms = &retainer.terms;
        let currency = client.details.currency;
        let changes = terms.changes.iter().map(|change| ChangeView {
            from: change.from.to_string(),
            agreement: AgreementView::of(retainer, &change.agreement, currency),
            words: agreement_words(retainer, &change.agreement, currency),
        });
        Self {
            client: client.slug.to_string(),
            kind: terms.kind.word(),
            per: terms.per.word(),
            first: AgreementView::of(retainer, &terms.first, currency),
            currency: currency.code(),
            from: terms.start.to_string(),
            to: terms.end.map(|day| day.to_string()),
            prorate: terms.prorate,
            projects: projects.clone(),
            changes: changes.collect(),
            words: words(retainer, currency),
        }
    }
}

impl View for TermsView {
    fn text(&self, page: &mut Page) {
        let name = named(&self.client, &self.projects);
        page.line(format!("{name}: {}", self.words));
        for change in &self.changes {
            page.line(format!("  from {}: {}", change.from, change.words));
        }
    }

    fn reference(&self) -> String {
        self.client.clone()
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct TermsList(pub(super) Vec<TermsView>);

impl View for TermsList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no retainers; `loggia retainer add CLIENT --hours 20 --from DATE` adds one");
        }
        for terms in &self.0 {
            terms.text(page);
        }
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}
