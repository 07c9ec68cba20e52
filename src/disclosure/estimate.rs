//! An estimate of the books as its client gets it. With rates hidden no line tells hours or a rate, as on invoices.

use crate::domain::Refusal;
use crate::domain::estimate::{Estimate, EstimateLine, Task};
use crate::domain::invoice::{Adjustments, Totals};
use crate::domain::visibility::Visibility;
use crate::published;

use super::invoice::{grounds, line_of, party, tax_line};

/// The estimate as its client may see it.
pub fn estimate(
    estimate: &Estimate,
    visibility: &Visibility,
) -> Result<published::Estimate, Refusal> {
    let Totals {
        line_total,
        discount,
        surcharge,
        net,
        taxes,
        tax: _, // the sum of what `taxes` lists
        total,
    } = estimate.totals()?;
    let Estimate {
        key: _,    // local
        client: _, // the client's own
        number,
        stored: _, // what was answered the client knows
        title,
        date,
        valid_until,
        currency,
        language,
        seller,
        buyer,
        lines,
        adjustments:
            Adjustments {
                discount: _,  // in the totals
                surcharge: _, // likewise
                discount_for,
                surcharge_for,
            },
        treatment: _, // how the owner typed what the tax lines tell
        tax_note,
        introduction,
        closing,
        sent: _,            // when mail went out is the owner's
        decided: _,         // of the owner's records
        reason: _,          // likewise, in the owner's words
        project: _,         // local
        document_sha256: _, // of the file itself
    } = estimate;
    Ok(published::Estimate {
        number: number.clone(),
        title: title.to_string(),
        date: *date,
        valid_until: *valid_until,
        currency: *currency,
        language: language.clone(),
        seller: published::Party {
            // An estimate asks for no money.
            iban: None,
            bic: None,
            ..party(seller)
        },
        buyer: party(buyer),
        introduction: introduction.clone(),
        lines: lines
            .iter()
            .map(|line| self::line(line, visibility))
            .collect(),
        line_total,
        discount,
        discount_for: grounds(discount_for),
        surcharge: (!surcharge.is_zero()).then(|| published::Adjustment {
            amount: surcharge,
            grounds: grounds(surcharge_for),
        }),
        net,
        taxes: taxes.iter().map(tax_line).collect(),
        total,
        tax_note: tax_note.clone(),
        closing: closing.clone(),
    })
}

fn line(line: &EstimateLine, visibility: &Visibility) -> published::EstimateLine {
    let EstimateLine { task, line } = line;
    let (phase, name) = match task {
        Some(Task {
            phase,
            name,
            seconds: _, // told by the quantity, where rates are shown
        }) => (phase.as_ref(), Some(name)),
        None => (None, None),
    };
    published::EstimateLine {
        phase: phase.map(ToString::to_string),
        task: name.map(ToString::to_string),
        line: line_of(line, visibility),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclosure::sample::visibility;
    use crate::domain::estimate::tests::draft;

    #[test]
    fn hidden_rates_hide_hours_and_prices_of_each_task() {
        let source = draft(&["Build: Shop=12.25h@92", "Design=7h@95"]);
        let shown = estimate(&source, &visibility(&[("rates", "shown")])).unwrap();
        assert_eq!(shown.lines[0].line.unit, "HUR");
        assert_eq!(shown.lines[0].line.description, "Build · Shop");
        let hidden = estimate(&source, &visibility(&[("rates", "hidden")])).unwrap();
        assert_eq!(hidden.total, shown.total);
        assert_eq!(hidden.lines[0].phase.as_deref(), Some("Build"));
        let text = serde_json::to_string(&hidden).unwrap();
        for figure in ["12.25", "HUR", "\"92", "\"95"] {
            assert!(!text.contains(figure), "{figure} in {text}");
        }
    }

    #[test]
    fn what_the_owner_notes_and_the_account_are_not_told() {
        let mut source = draft(&["Design=7h@95"]);
        source.reason = Some("canary-reason".to_owned());
        source.treatment = Some("canary-treatment".to_owned());
        source.document_sha256 = Some("canary-hash".to_owned());
        source.seller.iban = Some("canary-iban".to_owned());
        let text = serde_json::to_string(&estimate(&source, &visibility(&[])).unwrap()).unwrap();
        assert!(!text.contains("canary"), "{text}");
    }
}
