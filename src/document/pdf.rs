//! Prints invoices as PDF/A-3a with the tags of PDF/UA-1, so that they can be archived and read aloud.
//!
//! typst lays out `template/invoice.typ`, or the owner's own, which reads one virtual file, `invoice.json`, and the pictures that it
//! names. That is all it can reach: no other file, no package, no clock, no font of the system and no way to make code of text; so
//! the same invoice in the same look gives the same bytes, today and on any machine. The owner's own is watched: it may never end.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::Serialize;

use super::DocumentError;
use super::font::{Faces, Proof, faces_with};
use super::look::Look;
use super::press::{self, Desk, Printed};
use super::template::BUILTIN;
use super::watch::{Limits, watched};
use super::{payment_code, view};
use crate::published::{Annex, Estimate, Invoice, InvoiceKind};

/// What goes below a template, whichever it is, to put the data of the invoice into the PDF.
const ATTACHMENT: &str = "#pdf.attach(\"factur-x.xml\", bytes(json(\"invoice.json\").xml), relationship: \"alternative\", \
    mime-type: \"text/xml\", description: \"Factur-X\")\n";
/// The name of that file, as it stands in the PDF.
const ATTACHED: &[u8] = b"(factur-x.xml)";
/// Under which name a template finds the payment code.
const CODE: &str = "payment.svg";

/// The data of a template, with the file to attach.
#[derive(Serialize)]
struct WithData<'a, V: Serialize> {
    #[serde(flatten)]
    view: V,
    xml: Option<&'a str>,
}

/// Prints one invoice after the other. Keep it for all of a run: the second print is several times faster than the first.
#[derive(Debug)]
pub struct Printer {
    look: Look,
    faces: Arc<Faces>,
    desk: Desk,
    /// The same with the file to attach, once it was needed.
    hybrid: Option<Desk>,
    /// A template was given up: it goes on somewhere, and nothing is printed beside it.
    given_up: Option<DocumentError>,
}

impl Printer {
    /// A printer with the program's own look. Loads the fonts at the first call in a process.
    pub fn new() -> Result<Self, DocumentError> {
        Self::of(Look::default())
    }

    /// A printer with the look of a business. Its template is not checked before the first print.
    pub fn of(look: Look) -> Result<Self, DocumentError> {
        let faces = faces_with(&look.typefaces)?;
        let template = look.template.as_deref().unwrap_or(BUILTIN);
        let mut desk = Desk::new("/invoice.typ", template, Arc::clone(&faces))?;
        if let Some(logo) = &look.logo {
            desk.lay_file(&format!("/{}", logo.name()), logo.bytes().to_vec())?;
        }
        Ok(Self {
            look,
            faces,
            desk,
            hybrid: None,
            given_up: None,
        })
    }

    /// The bytes of the PDF.
    pub fn invoice(&mut self, invoice: &Invoice) -> Result<Vec<u8>, DocumentError> {
        self.with_annex(invoice, None)
    }

    /// The same with the time sheet behind it on further pages.
    pub fn with_annex(
        &mut self,
        invoice: &Invoice,
        annex: Option<&Annex>,
    ) -> Result<Vec<u8>, DocumentError> {
        Ok(self.printed(invoice, annex)?.pdf)
    }

    pub(super) fn printed(
        &mut self,
        invoice: &Invoice,
        annex: Option<&Annex>,
    ) -> Result<Printed, DocumentError> {
        let desk = self.laid(&self.desk, invoice, annex, None)?;
        self.print(desk, identifier(invoice), invoice.issue_date)
    }

    /// The bytes of the PDF of an estimate, by the same template.
    pub fn estimate(&mut self, estimate: &Estimate) -> Result<Vec<u8>, DocumentError> {
        let mut desk = self.desk.clone();
        let mut proof = Proof::with(Arc::clone(&self.faces));
        let view = self.view_of(estimate, &mut proof);
        desk.lay("/invoice.json", &WithData { view, xml: None })?;
        let number = estimate.number.as_deref().unwrap_or("draft");
        let (day, seller) = (estimate.date, &estimate.seller.name);
        let identifier = format!("loggia estimate {number} {day} {seller}");
        Ok(self.print(desk, identifier, day)?.pdf)
    }

    /// The characters of an estimate that the PDF shows as `□`.
    pub fn missing_in(&self, estimate: &Estimate) -> Vec<char> {
        let mut proof = Proof::with(Arc::clone(&self.faces));
        self.view_of(estimate, &mut proof);
        proof.missing()
    }

    fn view_of(&self, estimate: &Estimate, proof: &mut Proof) -> view::View {
        let pictures = view::Pictures {
            logo: self.look.logo.as_ref().map(|logo| logo.name()),
            payment_code: None,
        };
        view::of_estimate(estimate, &self.look, pictures, proof)
    }

    /// The bytes of the PDF with the file of its data in it, as a Factur-X has it.
    pub(super) fn with_attachment(
        &mut self,
        invoice: &Invoice,
        annex: Option<&Annex>,
        xml: &str,
    ) -> Result<Vec<u8>, DocumentError> {
        let hybrid = match self.hybrid.take() {
            Some(desk) => desk,
            None => self.desk.extended("/invoice-with-data.typ", ATTACHMENT)?,
        };
        let desk = self.laid(&hybrid, invoice, annex, Some(xml))?;
        self.hybrid = Some(hybrid);
        let identifier = format!("{} with data", identifier(invoice));
        let pdf = self.print(desk, identifier, invoice.issue_date)?.pdf;
        let is_in_it = pdf.windows(ATTACHED.len()).any(|window| window == ATTACHED);
        if !is_in_it {
            return Err(DocumentError::Incomplete(
                "what stands below it, as a Factur-X has it",
            ));
        }
        Ok(pdf)
    }

    /// A desk with the data of an invoice on it.
    fn laid(
        &self,
        desk: &Desk,
        invoice: &Invoice,
        annex: Option<&Annex>,
        xml: Option<&str>,
    ) -> Result<Desk, DocumentError> {
        let mut desk = desk.clone();
        let code = self.code(invoice);
        let pictures = view::Pictures {
            logo: self.look.logo.as_ref().map(|logo| logo.name()),
            payment_code: code.is_some().then_some(CODE),
        };
        if let Some(code) = code {
            desk.lay_file(&format!("/{CODE}"), code.into_bytes())?;
        }
        let mut proof = Proof::with(Arc::clone(&self.faces));
        let view = view::of(invoice, annex, &self.look, pictures, &mut proof);
        desk.lay("/invoice.json", &WithData { view, xml })?;
        Ok(desk)
    }

    /// The drawing of the code to pay with.
    fn code(&self, invoice: &Invoice) -> Option<String> {
        let text = self
            .look
            .payment_code
            .then(|| payment_code::text(invoice))??;
        payment_code::svg(&text)
    }

    /// Our own template is trusted to end; any other is watched.
    fn print(
        &mut self,
        desk: Desk,
        identifier: String,
        day: NaiveDate,
    ) -> Result<Printed, DocumentError> {
        if self.look.template.is_none() {
            return desk.print(&press::archive(identifier, day)?);
        }
        if let Some(error) = &self.given_up {
            return Err(error.clone());
        }
        let printed = watched(Limits::USUAL, move || {
            desk.print(&press::archive(identifier, day)?)
        });
        if let Err(error @ DocumentError::Runaway(_)) = &printed {
            self.given_up = Some(error.clone());
        }
        printed
    }

    /// The characters of an invoice that the PDF shows as `□`, since no typeface here has them. Worth a warning.
    pub fn missing_glyphs(&self, invoice: &Invoice, annex: Option<&Annex>) -> Vec<char> {
        let mut proof = Proof::with(Arc::clone(&self.faces));
        let pictures = view::Pictures::default();
        view::of(invoice, annex, &self.look, pictures, &mut proof);
        proof.missing()
    }
}

/// What the file is called inside, taken from the invoice alone.
fn identifier(invoice: &Invoice) -> String {
    let kind = match invoice.kind {
        InvoiceKind::Invoice => "invoice",
        InvoiceKind::CreditNote => "credit-note",
    };
    let number = invoice.number.as_deref().unwrap_or("draft");
    let (day, seller) = (invoice.issue_date, &invoice.seller.name);
    format!("loggia {kind} {number} {day} {seller}")
}

#[cfg(test)]
mod tests {
    use typst::layout::{Frame, FrameItem};

    use super::*;
    use crate::document::logo::Logo;
    use crate::document::logo::tests::SVG as LOGO;
    use crate::document::{Paper, sample, specimen};

    /// The text of each page in the order in which it is drawn, line breaks and all spaces taken out.
    fn pages(invoice: &Invoice) -> Vec<String> {
        pages_in(Look::default(), invoice, None)
    }

    fn pages_in(look: Look, invoice: &Invoice, annex: Option<&Annex>) -> Vec<String> {
        fn walk(frame: &Frame, text: &mut String) {
            for (_, item) in frame.items() {
                match item {
                    FrameItem::Group(group) => walk(&group.frame, text),
                    FrameItem::Text(run) => text.push_str(&run.text),
                    _ => {}
                }
            }
        }
        let printer = Printer::of(look).unwrap();
        let desk = printer.laid(&printer.desk, invoice, annex, None).unwrap();
        let (document, _) = desk.lay_out().unwrap();
        let text = |frame| {
            let mut text = String::new();
            walk(frame, &mut text);
            squeezed(&text)
        };
        document
            .pages()
            .iter()
            .map(|page| text(&page.frame))
            .collect()
    }

    fn with_template(template: &str) -> Printer {
        Printer::of(Look {
            template: Some(template.to_owned()),
            ..Look::default()
        })
        .unwrap()
    }

    fn squeezed(text: &str) -> String {
        text.chars()
            .filter(|c| !c.is_whitespace() && *c != '\u{200b}' && *c != '\u{ad}')
            .collect()
    }

    fn print(invoice: &Invoice) -> Vec<u8> {
        Printer::new().unwrap().invoice(invoice).unwrap()
    }

    /// How often these bytes stand in the file, outside of what is compressed.
    fn count(pdf: &[u8], marker: &str) -> usize {
        pdf.windows(marker.len())
            .filter(|window| *window == marker.as_bytes())
            .count()
    }

    #[test]
    fn the_same_invoice_gives_the_same_bytes() {
        let invoice = sample::rich();
        let first = print(&invoice);
        let mut printer = Printer::new().unwrap();
        printer.invoice(&sample::many(5)).unwrap();
        printer.invoice(&sample::draft()).unwrap();
        assert!(
            first == printer.invoice(&invoice).unwrap(),
            "after others on the same printer"
        );
        assert!(first == print(&invoice), "on a fresh printer");
        assert!(first != print(&sample::invoice()));
    }

    /// Maps of the standard library iterate differently in each process, so this one asks a second process.
    #[test]
    fn another_process_prints_the_same_bytes() {
        const FILE: &str = "LOGGIA_TEST_PRINT_TO";
        if let Ok(path) = std::env::var(FILE) {
            return std::fs::write(path, print(&sample::rich())).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("invoice.pdf");
        let test = format!("{}::another_process_prints_the_same_bytes", module_path!());
        let status = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test.trim_start_matches("loggia::"), "--quiet"])
            .env(FILE, &path)
            .stdout(std::process::Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
        assert!(std::fs::read(path).unwrap() == print(&sample::rich()));
    }

    #[test]
    fn the_file_says_that_it_is_an_archive_with_tags() {
        let pdf = print(&sample::invoice());
        assert!(pdf.starts_with(b"%PDF-1.7"));
        for marker in [
            "<pdfaid:part>3</pdfaid:part>",
            "<pdfaid:conformance>A</pdfaid:conformance>",
            "<pdfuaid:part>1</pdfuaid:part>",
            "<xmp:CreateDate>2026-12-01T00:00:00",
            "Invoice 2026-0007",
        ] {
            assert!(count(&pdf, marker) > 0, "{marker}");
        }
        assert_eq!(count(&pdf, "/JavaScript"), 0);
    }

    #[test]
    fn any_shape_of_invoice_can_be_printed() {
        let mut printer = Printer::new().unwrap();
        let mut empty = sample::invoice();
        empty.lines.clear();
        let mut bare = sample::draft();
        bare.due_date = None;
        bare.period = None;
        bare.introduction = None;
        bare.purchase_order = None;
        for party in [&mut bare.seller, &mut bare.buyer] {
            party.address.clear();
            party.country = None;
            party.email = None;
            party.phone = None;
            party.tax_id = None;
            party.iban = None;
            party.bic = None;
            party.attention = None;
        }
        let mut essay = sample::invoice();
        essay.lines = vec![sample::line(
            &"A long story about the work.\n".repeat(300),
            "1",
            "HUR",
            "95",
        )];
        for invoice in [
            sample::sum(empty),
            bare,
            essay,
            sample::credit_note(),
            sample::rich(),
        ] {
            printer.invoice(&invoice).unwrap();
        }
        let letter = Look {
            paper: Some(Paper::Letter),
            ..Look::default()
        };
        let mut printer = Printer::of(letter).unwrap();
        printer.invoice(&sample::rich()).unwrap();
    }

    #[test]
    fn one_page_holds_everything_that_an_invoice_says() {
        let pages = pages(&sample::invoice());
        assert_eq!(pages.len(), 1);
        for text in [
            "Lindgren Studio",
            "VAT ID DE123456789",
            "Attn. Jane Miller",
            "Invoice 2026-0007",
            "Service period November 2026",
            "Purchase order PO-88123",
            "Website: development 32.25 h 95.00 3,063.75",
            "VAT 19% €1,037.71",
            "Total €6,499.36",
            "Please transfer €6,499.36 by 15 December 2026.",
            "DE89 3704 0044 0532 0130 00",
            "Page 1 of 1",
        ] {
            assert!(pages[0].contains(&squeezed(text)), "{text}\n{}", pages[0]);
        }
    }

    #[test]
    fn two_hundred_lines_take_several_pages_each_with_its_head_and_number() {
        let pages = pages(&sample::many(200));
        assert!(pages.len() >= 6);
        for number in 1..=200 {
            let line = squeezed(&format!("Task {number}: development"));
            assert_eq!(
                pages.iter().filter(|page| page.contains(&line)).count(),
                1,
                "{number}"
            );
        }
        for (number, page) in pages.iter().enumerate() {
            assert!(page.contains(&squeezed(&format!(
                "Page {} of {}",
                number + 1,
                pages.len()
            ))));
            assert_eq!(
                page.contains("DescriptionQuantityUnitpriceAmount(EUR)"),
                page.contains("Task")
            );
        }
    }

    #[test]
    fn a_draft_is_marked_on_every_page() {
        let mut draft = sample::many(60);
        draft.number = None;
        draft.state = crate::published::InvoiceState::Draft;
        let pages = pages(&draft);
        assert!(pages.len() > 1);
        assert!(pages.iter().all(|page| page.contains("DRAFT")));
    }

    #[test]
    fn text_of_people_is_shown_as_it_is_and_never_run() {
        let hostile = sample::hostile();
        print(&hostile);
        let text = pages(&hostile).concat();
        let shown = squeezed(
            "#read(\"/etc/passwd\") #{1/0} $x^2$ *b* _i_ `c` \\u{41} \\ <label> @ref // /* */ = h - item [a] evil ) Tj ( □□□□ □ %s {{x}} <script>",
        );
        assert!(text.matches(&shown).count() >= 15, "{text}");
        let printer = Printer::new().unwrap();
        assert_eq!(
            printer.missing_glyphs(&hostile, None),
            vec!['会', '式', '株', '社', '🎉']
        );
        assert!(printer.missing_glyphs(&sample::rich(), None).is_empty());
    }

    /// Accents on nothing, unusual spaces, soft hyphens, what Unicode never assigned: none may break the rules of the archive.
    #[test]
    fn every_character_can_be_archived() {
        let all: Vec<char> = (1..=0x52f)
            .chain(0x1e00..=0x2bff)
            .chain([0xe000, 0xfb01, 0xfffc, 0xfffe, 0x1f600, 0xe0041, 0x10ffff])
            .filter_map(char::from_u32)
            .collect();
        let mut invoice = sample::invoice();
        invoice.seller.name = all.iter().take(700).collect();
        invoice.lines = all
            .chunks(512)
            .map(|chunk| {
                sample::line(
                    &chunk
                        .iter()
                        .flat_map(|&c| ['a', c, ' ', c])
                        .collect::<String>(),
                    "1",
                    "HUR",
                    "1",
                )
            })
            .collect();
        print(&sample::sum(invoice));
    }

    #[test]
    fn a_template_reaches_nothing_but_the_invoice() {
        for attempt in [
            "#read(\"/etc/passwd\")",
            "#read(\"invoice.typ.bak\")",
            "#json(\"../invoice.json\")",
            "#include \"other.typ\"",
            "#import \"@preview/tablex:0.0.9\": *",
            "#datetime.today().display()",
            "#image(\"/tmp/logo.png\")",
            "#eval(json(\"invoice.json\").seller.name)",
            "#std.eval(\"1 + 1\")",
            "#plugin(bytes((0, 97)))",
        ] {
            let mut printer = with_template(&format!("fine\n\n{attempt}"));
            match printer.invoice(&sample::invoice()) {
                Err(DocumentError::Template { line, .. }) => assert_eq!(line, Some(3), "{attempt}"),
                other => panic!("{attempt}: {:?}", other.map(|pdf| pdf.len())),
            }
            // And prints again afterwards with the right one.
        }
        print(&sample::invoice());
    }

    #[test]
    fn logo_code_and_time_sheet_are_part_of_the_document() {
        let look = Look {
            logo: Some(Logo::read(LOGO.as_bytes().to_vec()).unwrap()),
            payment_code: true,
            ..Look::default()
        };
        let mut invoice = sample::invoice();
        for line in &mut invoice.lines {
            line.tax_category = crate::published::TaxCategory::E;
            line.tax_rate = sample::decimal("0");
        }
        invoice.tax_note = Some("Kleinunternehmer nach § 19 UStG".to_owned());
        let invoice = sample::sum(invoice);
        let annex = specimen::all()
            .into_iter()
            .find_map(|specimen| specimen.annex)
            .unwrap();
        let pages = pages_in(look.clone(), &invoice, Some(&annex));
        assert!(pages.len() > 2);
        for text in ["Lindgren Studio", "§ 19 UStG", "Pay with your banking app"] {
            assert!(pages[0].contains(&squeezed(text)), "{text}");
        }
        let sheet = pages[1..].concat();
        for text in [
            "Time sheet 2026-0007",
            "Rounding",
            "0.25",
            "Further work",
            "0.50",
            "Total 50.75",
        ] {
            assert!(sheet.contains(&squeezed(text)), "{text}\n{sheet}");
        }
        let mut printer = Printer::of(look).unwrap();
        let first = printer.with_annex(&invoice, Some(&annex)).unwrap();
        assert!(first == printer.with_annex(&invoice, Some(&annex)).unwrap());
        assert!(first != printer.invoice(&invoice).unwrap());
    }

    #[test]
    fn sums_never_stand_on_a_page_alone() {
        for count in 8..40 {
            let pages = pages(&sample::many(count));
            let sums = pages.iter().find(|page| page.contains("Netamount"));
            let last = squeezed(&format!("Task {count}: development"));
            assert!(sums.unwrap().contains(&last), "{count} lines");
        }
    }

    #[test]
    fn a_template_without_title_is_no_archive() {
        let mut printer = with_template("Just text");
        assert!(matches!(
            printer.invoice(&sample::invoice()),
            Err(DocumentError::Standard(message)) if message.contains("title")
        ));
    }

    #[test]
    fn a_date_beyond_the_calendar_of_pdf_is_refused() {
        let mut invoice = sample::invoice();
        invoice.issue_date = sample::day("-0001-01-01");
        assert_eq!(
            Printer::new().unwrap().invoice(&invoice),
            Err(DocumentError::Date(invoice.issue_date))
        );
    }
}

/// What other programs find in the files.
#[cfg(test)]
#[cfg(feature = "peers")]
mod peers {
    use std::process::{Command, Output};

    use super::*;
    use crate::document::sample;

    /// Runs a reader on the printed invoice. A missing program fails the test: nothing passes by skipping.
    fn read(invoice: &Invoice, package: &str, program: &str, options: &[&str]) -> Output {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("invoice.pdf");
        std::fs::write(&path, Printer::new().unwrap().invoice(invoice).unwrap()).unwrap();
        let (before, after) = match options.split_last() {
            Some((&"-", before)) => (before, Some("-")),
            _ => (options, None),
        };
        Command::new(program)
            .args(before)
            .arg(&path)
            .args(after)
            .output()
            .unwrap_or_else(|error| {
                panic!("{program}: {error}; install it with: apt-get install -y {package}")
            })
    }

    fn text(output: Output) -> String {
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    #[test]
    fn qpdf_finds_nothing_wrong() {
        for invoice in [
            sample::invoice(),
            sample::rich(),
            sample::draft(),
            sample::hostile(),
            sample::many(200),
        ] {
            text(read(&invoice, "qpdf", "qpdf", &["--check"]));
        }
    }

    #[test]
    fn pdftotext_reads_what_is_printed() {
        let german = text(read(
            &sample::rich(),
            "poppler-utils",
            "pdftotext",
            &["-layout", "-"],
        ));
        for line in [
            "Rechnung 2026-0007",
            "Fällig am",
            "17.394,78 €",
            "Seite 1 von 1",
        ] {
            assert!(german.contains(line), "{line}\n{german}");
        }
        let hostile = text(read(
            &sample::hostile(),
            "poppler-utils",
            "pdftotext",
            &["-raw", "-"],
        ));
        assert!(
            hostile.contains("#read(\"/etc/passwd\") #{1/0} $x^2$"),
            "{hostile}"
        );
    }

    #[test]
    fn pdfinfo_finds_title_date_and_tags() {
        let info = text(read(
            &sample::invoice(),
            "poppler-utils",
            "pdfinfo",
            &["-isodates"],
        ));
        for (key, value) in [
            ("Title:", "Invoice 2026-0007"),
            ("Author:", "Lindgren Studio"),
            ("Creator:", "Loggia"),
            ("CreationDate:", "2026-12-01T00:00:00Z"),
            ("Tagged:", "yes"),
            ("Page size:", "595.276 x 841.89 pts (A4)"),
        ] {
            let line = info
                .lines()
                .find(|line| line.starts_with(key))
                .unwrap_or(key);
            assert!(line.ends_with(value), "{line}");
        }
        let structure = text(read(
            &sample::invoice(),
            "poppler-utils",
            "pdfinfo",
            &["-struct-text"],
        ));
        for tag in ["H1", "Table", "THead", "TH", "TD"] {
            assert!(
                structure.lines().any(|line| line.trim().starts_with(tag)),
                "{tag}\n{structure}"
            );
        }
    }
}
