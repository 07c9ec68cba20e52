//! The template of invoices: the program's own, and the trial that another one has to stand before it is used.

use super::DocumentError;
use super::logo::{Logo, LogoError};
use super::look::Look;
use super::pdf::Printer;
use super::press::Paper;
use super::specimen::{self, Specimen};

/// The template that invoices are printed with where there is no other.
pub const BUILTIN: &str = include_str!("template/invoice.typ");
/// The largest template that is taken, in bytes.
pub const LARGEST: usize = 256 * 1024;
/// More pages than any specimen has in a sensible layout.
const MOST_PAGES: usize = 60;

/// A drawing for the trial, where the business has none.
const LOGO: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 160 40\">\
    <path fill=\"#1f4a5c\" d=\"M0 40 20 0 40 40z\"/><path fill=\"#9fb6bf\" d=\"M50 14h110v12h-110z\"/></svg>";

/// What a template makes of one kind of invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// `credit-note`.
    pub name: &'static str,
    pub pages: usize,
    pub pdf: Vec<u8>,
}

/// A template that printed every kind of invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    pub tried: Vec<Tried>,
    /// What is odd about it, each with its line.
    pub warnings: Vec<String>,
}

/// A template that does not work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}{}", with(.specimen))]
pub struct TemplateError {
    /// The kind of invoice with which it does not.
    pub specimen: Option<&'static str>,
    pub error: DocumentError,
}

fn with(specimen: &Option<&'static str>) -> String {
    specimen
        .map(|name| format!(", with the sample `{name}`"))
        .unwrap_or_default()
}

/// Prints an invoice of every kind in this look, on both papers, with and without logo, payment code and time sheet.
pub fn try_out(look: &Look) -> Result<Trial, TemplateError> {
    let template = look.template.as_deref().unwrap_or(BUILTIN);
    let failed = |specimen, error| TemplateError { specimen, error };
    let refused = |message: &str| {
        failed(
            None,
            DocumentError::Template {
                message: message.to_owned(),
                line: None,
            },
        )
    };
    if template.trim().is_empty() {
        return Err(refused("it is empty"));
    }
    if template.len() > LARGEST {
        return Err(refused("it has more than 256 KiB"));
    }
    let mut trial = Trial {
        tried: Vec::new(),
        warnings: Vec::new(),
    };
    for specimen in specimen::all() {
        let Specimen {
            name,
            invoice,
            annex,
            adorned,
            ..
        } = &specimen;
        let failed = |error| failed(Some(*name), error);
        let mut printer = Printer::of(adapted(look, &specimen)).map_err(failed)?;
        let printed = printer.printed(invoice, annex.as_ref()).map_err(failed)?;
        if printed.pages > MOST_PAGES {
            return Err(failed(DocumentError::Runaway(format!(
                "it makes {} pages",
                printed.pages
            ))));
        }
        if *adorned {
            let xml = "<sample/>";
            printer
                .with_attachment(invoice, annex.as_ref(), xml)
                .map_err(failed)?;
        }
        for warning in printed.warnings {
            if !trial.warnings.contains(&warning) {
                trial.warnings.push(warning);
            }
        }
        trial.tried.push(Tried {
            name,
            pages: printed.pages,
            pdf: printed.pdf,
        });
    }
    Ok(trial)
}

/// Refuses a logo that looks like a picture and cannot be printed.
pub fn try_logo(look: &Look) -> Result<(), DocumentError> {
    let Some(specimen) = specimen::all().into_iter().next() else {
        return Ok(());
    };
    // Watched like a template: a drawing may be endless, too.
    let look = Look {
        template: Some(BUILTIN.to_owned()),
        ..look.clone()
    };
    match Printer::of(look)?.invoice(&specimen.invoice) {
        Ok(_) => Ok(()),
        Err(DocumentError::Template { message, .. }) => Err(LogoError::Broken(message).into()),
        Err(other) => Err(other),
    }
}

/// The look for a specimen: one has everything that a look can have, one other paper; the rest is as the business has it.
fn adapted(look: &Look, specimen: &Specimen) -> Look {
    let mut look = look.clone();
    if specimen.letter {
        look.paper = Some(Paper::Letter);
    }
    if specimen.adorned {
        look.payment_code = true;
        look.logo = look.logo.or_else(|| Logo::read(LOGO.to_vec()).ok());
    }
    look
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_template(text: &str) -> Result<Trial, TemplateError> {
        try_out(&Look {
            template: Some(text.to_owned()),
            ..Look::default()
        })
    }

    #[test]
    fn our_own_prints_every_kind() {
        let trial = try_out(&Look::default()).unwrap();
        assert!(trial.warnings.is_empty(), "{:?}", trial.warnings);
        let pages = |name: &str| {
            let tried = trial.tried.iter().find(|tried| tried.name == name);
            tried.unwrap().pages
        };
        assert_eq!(pages("short"), 1);
        assert!((4..=8).contains(&pages("long")), "{}", pages("long"));
        assert!(pages("time-sheet") > 1);
        // The same template, as one that somebody exported and did not change.
        let exported = with_template(BUILTIN).unwrap();
        assert!(exported.tried == trial.tried, "the same bytes");
    }

    #[test]
    fn one_that_does_not_work_is_refused_with_its_line() {
        let title = "#set document(title: json(\"invoice.json\").title)\n";
        let cases = [
            (String::new(), None),
            (format!("{title}#unknown"), Some(2)),
            (
                format!("{title}\n#let data = json(\"invoice.json\")\n#data.nothing"),
                Some(4),
            ),
            (format!("{title}#eval(\"1\")"), Some(2)),
            (format!("{title}#image(\"/etc/logo.png\")"), Some(2)),
            (format!("{title}#while true {{ }}"), Some(2)),
            (format!("{title}#let f() = f()\n#f()"), Some(2)),
            (format!("{title}$"), Some(2)),
        ];
        for (text, expected) in cases {
            match with_template(&text) {
                Err(TemplateError {
                    error: DocumentError::Template { line, .. },
                    ..
                }) => assert_eq!(line, expected, "{text}"),
                other => panic!("{text}: {:?}", other.map(|trial| trial.tried.len())),
            }
        }
    }

    #[test]
    fn one_that_leaves_out_what_comes_below_it_is_refused() {
        let text = "#set document(title: json(\"invoice.json\").title)\n#show: _ => [Hello]\n";
        let error = with_template(text).unwrap_err().error;
        assert!(matches!(error, DocumentError::Incomplete(_)), "{error}");
    }

    #[test]
    fn one_that_makes_pages_without_need_is_refused() {
        let text = "#set document(title: json(\"invoice.json\").title)\n#for n in range(200) [x #pagebreak()]";
        let error = with_template(text).unwrap_err().error;
        assert!(matches!(error, DocumentError::Runaway(_)), "{error}");
    }
}
