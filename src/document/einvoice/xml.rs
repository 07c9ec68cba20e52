//! A tree of elements, written by quick-xml. An element with nothing in it is not written: EN 16931 allows none.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::document::DocumentError;

/// An element with text, or with others in it.
#[derive(Debug, Default)]
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    text: Option<String>,
    children: Vec<Element>,
    /// Written even when empty, where a schema asks for it.
    kept: bool,
}

/// An element of others; those that are empty are left out when it is written.
pub(super) fn element(name: &'static str, children: impl IntoIterator<Item = Element>) -> Element {
    Element {
        name,
        children: children.into_iter().collect(),
        ..Element::default()
    }
}

/// An element of text; empty where the text is.
pub(super) fn text(name: &'static str, text: impl AsRef<str>) -> Element {
    let text = clean(text.as_ref());
    Element {
        name,
        text: Some(text).filter(|text| !text.is_empty()),
        ..Element::default()
    }
}

/// An element of a text that may be absent.
pub(super) fn maybe(name: &'static str, value: Option<impl AsRef<str>>) -> Element {
    value.map_or_else(|| element(name, []), |value| text(name, value))
}

impl Element {
    /// The same with an attribute.
    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.attributes.push((name, clean(value)));
        self
    }

    /// The same, written even when it is empty.
    #[must_use]
    pub(super) fn kept(self) -> Self {
        Self { kept: true, ..self }
    }

    fn is_empty(&self) -> bool {
        !self.kept && self.text.is_none() && self.children.iter().all(Self::is_empty)
    }

    /// The document with this root.
    pub(super) fn document(&self) -> Result<Vec<u8>, DocumentError> {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        writer
            .write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))
            .and_then(|()| self.write(&mut writer))
            .map_err(|error| DocumentError::Xml(error.to_string()))?;
        let mut bytes = writer.into_inner();
        bytes.push(b'\n');
        Ok(bytes)
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> std::io::Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let mut start = BytesStart::new(self.name);
        for (name, value) in &self.attributes {
            start.push_attribute((*name, value.as_str()));
        }
        if self.text.is_none() && self.children.iter().all(Self::is_empty) {
            return writer.write_event(Event::Empty(start));
        }
        writer.write_event(Event::Start(start))?;
        if let Some(text) = &self.text {
            writer.write_event(Event::Text(BytesText::new(text)))?;
        }
        for child in &self.children {
            child.write(writer)?;
        }
        writer.write_event(Event::End(BytesEnd::new(self.name)))
    }
}

/// Text without the characters that XML 1.0 has no way to write, nor space around it.
fn clean(text: &str) -> String {
    let allowed = |c: &char| !matches!(c, '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = text.chars().filter(allowed).collect();
    kept.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(root: &Element) -> String {
        String::from_utf8(root.document().unwrap()).unwrap()
    }

    #[test]
    fn nothing_empty_is_written_but_what_is_kept() {
        let root = element(
            "a",
            [
                text("b", " \u{0} "),
                element("c", [maybe("d", None::<&str>)]),
                element("e", []).kept(),
                text("f", "1").with("g", "<\">"),
            ],
        );
        assert_eq!(
            written(&root),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>\n  <e/>\n  <f g=\"&lt;&quot;&gt;\">1</f>\n</a>\n"
        );
    }

    #[test]
    fn text_is_text() {
        let xml = written(&element("a", [text("b", "]]> & <c> \u{1b}[31m\r\nü 株")]));
        assert!(
            xml.contains("<b>]]&gt; &amp; &lt;c&gt; [31m\nü 株</b>"),
            "{xml}"
        );
    }
}
