//! Factur-X, also called ZUGFeRD: the PDF for people with the CII file for programs in it, profile EN 16931.
//!
//! typst attaches the file, but has no way to say in the description of the PDF (XMP) that it is a Factur-X. That is added behind
//! the end as an incremental update, as the PDF standard has it: the description anew, and a table with its place.

use super::{Routing, cii};
use crate::document::DocumentError;
use crate::document::pdf::Printer;
use crate::published::{Annex, Invoice};

/// What the description of the PDF says about the file inside.
const PROPERTIES: &str = "<rdf:Description rdf:about=\"\" xmlns:fx=\"urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#\">\
    <fx:DocumentType>INVOICE</fx:DocumentType><fx:DocumentFileName>factur-x.xml</fx:DocumentFileName><fx:Version>1.0</fx:Version>\
    <fx:ConformanceLevel>EN 16931</fx:ConformanceLevel></rdf:Description>";

/// Each property with what it means, since PDF/A allows none that is not explained.
const EXPLAINED: [(&str, &str); 4] = [
    ("DocumentFileName", "name of the embedded XML invoice file"),
    ("DocumentType", "INVOICE"),
    ("Version", "version of the Factur-X XML schema"),
    (
        "ConformanceLevel",
        "conformance level of the embedded Factur-X data",
    ),
];

/// The bytes of the PDF. What [`super::missing`] names must be there.
pub fn invoice(
    printer: &mut Printer,
    invoice: &Invoice,
    annex: Option<&Annex>,
    routing: &Routing,
) -> Result<Vec<u8>, DocumentError> {
    let xml = cii::invoice(invoice, routing)?;
    let xml = String::from_utf8(xml).map_err(|error| DocumentError::Xml(error.to_string()))?;
    described(printer.with_attachment(invoice, annex, &xml)?)
}

/// The same PDF, described as a Factur-X.
fn described(mut pdf: Vec<u8>) -> Result<Vec<u8>, DocumentError> {
    let hybrid = DocumentError::Hybrid;
    let old = Description::find(&pdf).ok_or(hybrid("its description is not found"))?;
    let xmp = completed(old.xmp).ok_or(hybrid("its description has no place for more"))?;
    let trailer = Trailer::find(&pdf).ok_or(hybrid("its trailer is not found"))?;
    let (number, length) = (old.number, xmp.len());
    let (dictionary, previous) = (trailer.dictionary, trailer.table);
    let object = format!(
        "{number} 0 obj\n<</Length {length}/Type/Metadata/Subtype/XML>>\nstream\n{xmp}\nendstream\nendobj\n"
    );
    // The last line of the file ends in a line break or not; the object begins on its own.
    let gap = if pdf.ends_with(b"\n") { "" } else { "\n" };
    let place = pdf.len() + gap.len();
    let table = place + object.len();
    let rest = format!(
        "xref\n{number} 1\n{place:010} 00000 n \ntrailer\n<<{dictionary}/Prev {previous}>>\nstartxref\n{table}\n%%EOF\n"
    );
    for part in [gap, &object, &rest] {
        pdf.extend_from_slice(part.as_bytes());
    }
    Ok(pdf)
}

/// The object that describes the document, as XML that is not compressed.
struct Description<'a> {
    number: u32,
    xmp: &'a str,
}

impl<'a> Description<'a> {
    fn find(pdf: &'a [u8]) -> Option<Self> {
        let dictionary = last(pdf, b"/Type/Metadata")?;
        let head = pdf.get(..dictionary)?;
        let object = last(head, b" 0 obj")?;
        let number = pdf.get(..object)?;
        let number = number.rsplit(|byte| !byte.is_ascii_digit()).next()?;
        let body = pdf.get(dictionary..)?;
        let start = first(body, b"stream\n")? + b"stream\n".len();
        let end = first(body, b"endstream")?;
        Some(Self {
            number: std::str::from_utf8(number).ok()?.parse().ok()?,
            xmp: std::str::from_utf8(body.get(start..end)?).ok()?.trim_end(),
        })
    }
}

/// What stands at the end: the table of objects and what leads to them.
struct Trailer {
    dictionary: String,
    table: usize,
}

impl Trailer {
    fn find(pdf: &[u8]) -> Option<Self> {
        let tail = pdf.get(last(pdf, b"trailer")?..)?;
        let tail = std::str::from_utf8(tail).ok()?;
        let (dictionary, rest) = tail.split_once("<<")?.1.rsplit_once(">>")?;
        let table = rest.split_once("startxref")?.1;
        Some(Self {
            dictionary: dictionary.to_owned(),
            table: table.split_whitespace().next()?.parse().ok()?,
        })
    }
}

/// The description with the properties, and with their explanation among the others, of which there is one list.
fn completed(xmp: &str) -> Option<String> {
    let (before, after) = xmp.split_once("<pdfaExtension:schemas><rdf:Bag>")?;
    let (before, opened) = (before, "<pdfaExtension:schemas><rdf:Bag>");
    let after = after.replacen("</rdf:RDF>", &format!("{PROPERTIES}</rdf:RDF>"), 1);
    let explained: String = EXPLAINED
        .iter()
        .map(|(name, meaning)| {
            format!(
                "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>{name}</pdfaProperty:name>\
                 <pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>\
                 <pdfaProperty:description>{meaning}</pdfaProperty:description></rdf:li>"
            )
        })
        .collect();
    Some(format!(
        "{before}{opened}<rdf:li rdf:parseType=\"Resource\">\
         <pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>\
         <pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI>\
         <pdfaSchema:prefix>fx</pdfaSchema:prefix>\
         <pdfaSchema:property><rdf:Seq>{explained}</rdf:Seq></pdfaSchema:property></rdf:li>{after}"
    ))
}

fn first(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

fn last(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .rposition(|window| window == wanted)
}
