//! vCards: written as 4.0 (RFC 6350), read as 4.0 and 3.0 (RFC 2426), as far as they tell of a person at a company.
//!
//! The reader is strict about the frame and deaf to most properties it has no use for. Of 2.1, which has its own escapes and
//! character sets, it says that it is 2.1. A card that cannot be read does not hinder the others.

use std::fmt::Write as _;

/// A person. Texts are as they stand in the card, escapes taken off.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Card {
    /// The line on which it begins; 0 for one to be written.
    pub line: u64,
    pub name: String,
    pub organization: Option<String>,
    /// What the person is there.
    pub title: Option<String>,
    /// The preferred one first.
    pub emails: Vec<String>,
    /// The preferred one first; no fax numbers.
    pub phones: Vec<String>,
    pub categories: Vec<String>,
    /// What it tells of, where that is no person: `group`, `org`.
    pub kind: Option<String>,
    /// What else it says and a person may miss, by the names of the properties: `NOTE`, `ADR`. It is not written.
    pub unused: Vec<String>,
}

/// Properties that tell of a person and are not read.
const UNUSED: &[&str] = &["NOTE", "ADR", "URL", "BDAY", "IMPP", "NICKNAME"];

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VcardError {
    #[error("the file has no vCard")]
    None,
    #[error("line {line} is not part of a vCard")]
    Outside { line: u64 },
    /// Of the only cards there are.
    #[error("the vCard on line {line} {fault}")]
    Card { line: u64, fault: CardFault },
}

/// Why a card is not read: what it has or does.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CardFault {
    #[error("has no end")]
    Unended,
    #[error("has no value on line {line}; it looks like FN:Jane Miller")]
    NoValue { line: u64 },
    #[error("is of version {version}; 3.0 and 4.0 are read")]
    Version { version: String },
    #[error("does not say its version")]
    NoVersion,
    #[error("is quoted-printable on line {line}, which is of vCard 2.1; 3.0 and 4.0 are read")]
    QuotedPrintable { line: u64 },
    #[error("has no name")]
    NoName,
}

/// A card of a file, or the line on which it begins and why it is not read.
pub type Read = Result<Card, (u64, CardFault)>;

/// The longest line in bytes, without its end.
const LONGEST_LINE: usize = 75;

/// Cards as a file.
pub fn write(cards: &[Card]) -> String {
    let mut out = String::new();
    for card in cards {
        let Card {
            line: _,
            name,
            organization,
            title,
            emails,
            phones,
            categories,
            kind: _,
            unused: _,
        } = card;
        let mut put = |property: &str, value: &str| fold(&mut out, &format!("{property}:{value}"));
        put("BEGIN", "VCARD");
        put("VERSION", "4.0");
        put("FN", &escaped(name));
        if let Some(organization) = organization {
            put("ORG", &escaped(organization));
        }
        if let Some(title) = title {
            put("TITLE", &escaped(title));
        }
        for email in emails {
            put("EMAIL", &escaped(email));
        }
        for phone in phones {
            put("TEL", &escaped(phone));
        }
        if !categories.is_empty() {
            let list: Vec<String> = categories.iter().map(|word| escaped(word)).collect();
            put("CATEGORIES", &list.join(","));
        }
        put("END", "VCARD");
    }
    out
}

/// Adds a line, broken where it is too long.
fn fold(out: &mut String, line: &str) {
    let mut length = 0;
    for c in line.chars() {
        if length + c.len_utf8() > LONGEST_LINE {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out.push_str("\r\n");
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ',' | ';' => {
                let _ = write!(out, "\\{c}");
            }
            '\n' => out.push_str("\\n"),
            '\r' => {}
            other => out.push(other),
        }
    }
    out
}

/// Reads a file of cards, those that can be read and the others.
pub fn read(text: &str) -> Result<Vec<Read>, VcardError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut cards = Vec::new();
    let mut open: Option<Draft> = None;
    for (number, line) in unfolded(text) {
        if line.trim().is_empty() {
            continue;
        }
        let property = Property::parse(&line);
        let frame = property.as_ref().and_then(Property::frame);
        match (frame, open.take()) {
            (Some(Frame::Begin), before) => {
                cards.extend(before.map(Draft::unended));
                open = Some(Draft::at(number));
            }
            (Some(Frame::End), Some(draft)) => cards.push(draft.finish()),
            (_, None) => return Err(VcardError::Outside { line: number }),
            (None, Some(mut draft)) => {
                draft.take(property.as_ref(), number);
                open = Some(draft);
            }
        }
    }
    cards.extend(open.map(Draft::unended));
    if cards.is_empty() {
        return Err(VcardError::None);
    }
    Ok(cards)
}

/// What a property frames.
enum Frame {
    Begin,
    End,
}

/// The lines, those that were broken put together again, each with the number of its first.
fn unfolded(text: &str) -> Vec<(u64, String)> {
    let mut lines: Vec<(u64, String)> = Vec::new();
    // Old Macs end lines with a return alone.
    let end = if text.contains('\n') { '\n' } else { '\r' };
    for (number, line) in (1..).zip(text.split(end)) {
        let line = line.trim_end_matches('\r');
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, before))) => before.push_str(rest),
            _ => lines.push((number, line.to_owned())),
        }
    }
    lines
}

/// `item1.EMAIL;TYPE=work;PREF=1:jo@acme.example`, taken apart.
struct Property {
    /// In capitals, without its group.
    name: String,
    /// In capitals: `TYPE=WORK`.
    parameters: Vec<String>,
    value: String,
}

impl Property {
    fn parse(line: &str) -> Option<Self> {
        let mut quoted = false;
        let colon = line.char_indices().find(|(_, c)| {
            quoted ^= *c == '"';
            *c == ':' && !quoted
        });
        let (head, value) = line.split_at_checked(colon?.0)?;
        let mut parts = head.split(';');
        let name = parts.next()?;
        let name = name.rsplit('.').next()?.trim().to_ascii_uppercase();
        if name.is_empty() {
            return None;
        }
        Some(Self {
            name,
            parameters: parts.map(str::to_ascii_uppercase).collect(),
            value: value.strip_prefix(':')?.to_owned(),
        })
    }

    /// Whether it begins or ends a card.
    fn frame(&self) -> Option<Frame> {
        let is_card = self.value.trim().eq_ignore_ascii_case("VCARD");
        match self.name.as_str() {
            "BEGIN" if is_card => Some(Frame::Begin),
            "END" if is_card => Some(Frame::End),
            _ => None,
        }
    }

    /// Whether a parameter has this value, alone or in a list.
    fn has(&self, name: &str, value: &str) -> bool {
        self.parameters.iter().any(|parameter| {
            let (key, values) = parameter.split_once('=').unwrap_or(("TYPE", parameter));
            key == name
                && values
                    .trim_matches('"')
                    .split(',')
                    .any(|known| known == value)
        })
    }

    /// 1 is the most preferred; what says nothing comes after all that do.
    fn preference(&self) -> u8 {
        let said = self.parameters.iter().find_map(|p| p.strip_prefix("PREF="));
        match said.and_then(|number| number.parse().ok()) {
            Some(number) => number,
            None if self.has("TYPE", "PREF") => 1,
            None => u8::MAX,
        }
    }
}

/// A card while it is read.
struct Draft {
    card: Card,
    versioned: bool,
    /// Of `N`, for a card without a formatted name.
    structured_name: String,
    role: Option<String>,
    emails: Vec<(u8, String)>,
    phones: Vec<(u8, String)>,
    /// The first thing that is wrong with it.
    fault: Option<CardFault>,
}

impl Draft {
    fn at(line: u64) -> Self {
        Self {
            card: Card {
                line,
                ..Card::default()
            },
            versioned: false,
            structured_name: String::new(),
            role: None,
            emails: Vec::new(),
            phones: Vec::new(),
            fault: None,
        }
    }

    /// Takes in what a line says, or what is wrong with it. After a first fault nothing is read.
    fn take(&mut self, property: Option<&Property>, line: u64) {
        if self.fault.is_none() {
            let taken = match property {
                Some(property) => self.property(property, line),
                None => Err(CardFault::NoValue { line }),
            };
            self.fault = taken.err();
        }
    }

    fn property(&mut self, property: &Property, line: u64) -> Result<(), CardFault> {
        if property.name == "VERSION" {
            self.versioned = true;
            return match property.value.trim() {
                "3.0" | "4.0" => Ok(()),
                other => Err(CardFault::Version {
                    version: other.chars().take(20).collect(),
                }),
            };
        }
        if property.has("ENCODING", "QUOTED-PRINTABLE") || property.has("TYPE", "QUOTED-PRINTABLE")
        {
            return Err(CardFault::QuotedPrintable { line });
        }
        let parts = |separator| parts(&property.value, separator);
        let whole = || plain(&property.value);
        match property.name.as_str() {
            "FN" if self.card.name.is_empty() => self.card.name = whole(),
            "N" => {
                let names = parts(';');
                let of = |place: usize| names.get(place).map(|name| name.trim().to_owned());
                // Prefix, given, additional, family, suffix: as they are said.
                let said = [of(3), of(1), of(2), of(0), of(4)].into_iter().flatten();
                let said: Vec<String> = said.filter(|name| !name.is_empty()).collect();
                self.structured_name = said.join(" ");
            }
            "ORG" => {
                self.card.organization = parts(';').into_iter().next().filter(|o| !o.is_empty())
            }
            "TITLE" => self.card.title = Some(whole()).filter(|title| !title.is_empty()),
            "ROLE" => self.role = Some(whole()).filter(|role| !role.is_empty()),
            "EMAIL" => {
                let address = whole();
                let address = without_scheme(&address, "mailto:").unwrap_or(&address);
                self.emails
                    .push((property.preference(), address.to_owned()));
            }
            "TEL" if !property.has("TYPE", "FAX") => {
                self.phones.push((property.preference(), phone(&whole())));
            }
            "CATEGORIES" => self.card.categories.extend(parts(',')),
            // 4.0, and what Apple writes in 3.0.
            "KIND" | "X-ADDRESSBOOKSERVER-KIND" => {
                let kind = Some(whole().to_ascii_lowercase());
                self.card.kind = kind.filter(|kind| !kind.is_empty() && kind != "individual");
            }
            "TEL" => self.unused("fax"),
            name if UNUSED.contains(&name) && !whole().trim_matches(';').is_empty() => {
                self.unused(name);
            }
            _ => {}
        }
        Ok(())
    }

    fn unused(&mut self, name: &str) {
        if !self.card.unused.iter().any(|known| known == name) {
            self.card.unused.push(name.to_owned());
        }
    }

    /// A card that another one begins in, or the end of the file.
    fn unended(self) -> Read {
        Err((self.card.line, CardFault::Unended))
    }

    fn finish(self) -> Read {
        let Self {
            mut card,
            versioned,
            structured_name,
            role,
            emails,
            phones,
            fault,
        } = self;
        let line = card.line;
        if let Some(fault) = fault {
            return Err((line, fault));
        }
        if !versioned {
            return Err((line, CardFault::NoVersion));
        }
        if card.name.is_empty() {
            card.name = structured_name;
        }
        if card.name.is_empty() && card.kind.is_none() {
            return Err((line, CardFault::NoName));
        }
        card.title = card.title.or(role);
        card.emails = preferred(emails);
        card.phones = preferred(phones);
        Ok(card)
    }
}

fn preferred(mut values: Vec<(u8, String)>) -> Vec<String> {
    values.retain(|(_, value)| !value.is_empty());
    values.sort_by_key(|(preference, _)| *preference);
    values.into_iter().map(|(_, value)| value).collect()
}

/// A number as people write it, also of `tel:+49-30-1234;ext=5`.
fn phone(value: &str) -> String {
    let Some(uri) = without_scheme(value, "tel:") else {
        return value.to_owned();
    };
    let mut parts = uri.split(';');
    let number = parts.next().unwrap_or_default();
    match parts.find_map(|part| part.strip_prefix("ext=")) {
        Some(extension) => format!("{number} ext {extension}"),
        None => number.to_owned(),
    }
}

/// What comes after the scheme of a URI, in any case; none where it has another, or is no URI.
fn without_scheme<'v>(value: &'v str, scheme: &str) -> Option<&'v str> {
    let (begin, rest) = value.split_at_checked(scheme.len())?;
    begin.eq_ignore_ascii_case(scheme).then_some(rest)
}

fn plain(value: &str) -> String {
    // No character parts a text that is one whole.
    parts(value, '\0').concat().trim().to_owned()
}

/// The parts of a value, escapes taken off.
fn parts(value: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        let c = match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => '\n',
                Some(other) => other,
                None => '\\',
            },
            c if c == separator => {
                parts.push(String::new());
                continue;
            }
            c => c,
        };
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn jane() -> Card {
        Card {
            line: 0,
            name: "Jane Miller; CFO, of\\course".to_owned(),
            organization: Some("Öhm & Söhne, Inc".to_owned()),
            title: Some(
                "Head of a department with a name so long that its line is broken in two"
                    .to_owned(),
            ),
            emails: vec!["jane@oehm.example".to_owned()],
            phones: vec!["+49 30 123456 ext 7".to_owned()],
            categories: vec!["billing".to_owned(), "decision".to_owned()],
            kind: None,
            unused: Vec::new(),
        }
    }

    /// The cards of a file of which all can be read.
    fn cards(text: &str) -> Vec<Card> {
        read(text)
            .unwrap()
            .into_iter()
            .map(Result::unwrap)
            .collect()
    }

    #[test]
    fn what_is_written_reads_back_and_no_line_is_too_long() {
        let text = write(&[
            jane(),
            Card {
                name: "Bob".to_owned(),
                ..Card::default()
            },
        ]);
        assert!(text.starts_with(
            "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Jane Miller\\; CFO\\, of\\\\course\r\n"
        ));
        assert!(text.split("\r\n").all(|line| line.len() <= LONGEST_LINE));
        let back = cards(&text);
        assert_eq!(back.len(), 2);
        assert_eq!(
            Card {
                line: 0,
                ..back[0].clone()
            },
            jane()
        );
    }

    #[test]
    fn cards_of_other_programs() {
        let text = "BEGIN:VCARD\nVERSION:3.0\nPRODID:-//Apple Inc.//iPhone OS//EN\nN:Miller;Jane;M.;Dr.;\nFN:\n\
            ORG:Acme\\, Inc;Sales\nitem1.EMAIL;type=INTERNET;type=pref:jane@acme.\n example\nEMAIL;type=HOME:j@home.example\n\
            TEL;TYPE=fax:030 999\nTEL;TYPE=\"work,voice\";PREF=1;VALUE=uri:tel:+49-30-1234567;ext=5\nTEL;type=CELL:0171 123\n\
            PHOTO;ENCODING=b;TYPE=JPEG:AAAA\n AAAA\nROLE:Buyer\nNOTE:a: b\nEND:VCARD\n\n";
        let cards = cards(text);
        let expected = Card {
            line: 1,
            name: "Dr. Jane M. Miller".to_owned(),
            organization: Some("Acme, Inc".to_owned()),
            title: Some("Buyer".to_owned()),
            emails: vec!["jane@acme.example".to_owned(), "j@home.example".to_owned()],
            phones: vec!["+49-30-1234567 ext 5".to_owned(), "0171 123".to_owned()],
            categories: Vec::new(),
            kind: None,
            unused: vec!["fax".to_owned(), "NOTE".to_owned()],
        };
        assert_eq!(cards, [expected]);
        // Lines of old Macs, and what is there but empty.
        let text = "BEGIN:VCARD\rVERSION:3.0\rFN:Jo\rADR:;;;;;;\rNOTE:\rEND:VCARD\r";
        let cards = super::tests::cards(text);
        assert_eq!((cards[0].name.as_str(), cards[0].unused.len()), ("Jo", 0));
    }

    #[test]
    fn schemes_and_kinds_are_read_in_any_case() {
        let text = "BEGIN:VCARD\nVERSION:4.0\nKIND:Individual\nFN:Jane\nEMAIL:MAILTO:jane@acme.example\nTEL;VALUE=uri:Tel:+49-30-1;ext=5\n\
            END:VCARD\nBEGIN:VCARD\nVERSION:4.0\nKIND:GROUP\nMEMBER:urn:uuid:1\nEND:VCARD\n\
            BEGIN:VCARD\nVERSION:3.0\nFN:Team\nX-ADDRESSBOOKSERVER-KIND:group\nEND:VCARD\n";
        let cards = cards(text);
        assert_eq!(cards[0].emails, ["jane@acme.example"]);
        assert_eq!(cards[0].phones, ["+49-30-1 ext 5"]);
        let kinds: Vec<_> = cards.iter().map(|card| card.kind.as_deref()).collect();
        assert_eq!(kinds, [None, Some("group"), Some("group")]);
    }

    #[test]
    fn a_card_that_cannot_be_read_does_not_hinder_the_others() {
        let good = "BEGIN:VCARD\nVERSION:4.0\nFN:Jo\nEND:VCARD\n";
        for bad in [
            "BEGIN:VCARD\nVERSION:4.0\nEND:VCARD\n",
            "BEGIN:VCARD\nVERSION:2.1\nNOTE;QUOTED-PRINTABLE:a=\nb\nEND:VCARD\n",
            "BEGIN:VCARD\nVERSION:4.0\nFN:Sue\n",
            "BEGIN:VCARD\nVERSION:4.0\nFN\nEND:VCARD\n",
        ] {
            let read = read(&format!("{good}{bad}{good}")).unwrap();
            let lines: Vec<_> = read
                .iter()
                .map(|card| {
                    card.as_ref()
                        .map(|card| card.line)
                        .map_err(|(line, _)| *line)
                })
                .collect();
            assert_eq!(lines[..2], [Ok(1), Err(5)], "{bad}");
            assert!(lines[2].is_ok(), "{bad}");
        }
    }

    #[test]
    fn what_is_no_card_is_refused_by_line() {
        for (text, message) in [
            ("", "the file has no vCard"),
            ("name,email\nJane,x", "line 1 is not part of a vCard"),
            (
                "BEGIN:VCARD\nVERSION:4.0\nFN:Jane\n",
                "the vCard on line 1 has no end",
            ),
            (
                "BEGIN:VCARD\nVERSION:4.0\nBEGIN:VCARD\n",
                "the vCard on line 1 has no end",
            ),
            (
                "BEGIN:VCARD\nVERSION:4.0\nFN\nEND:VCARD",
                "the vCard on line 1 has no value on line 3; it looks like FN:Jane Miller",
            ),
            (
                "BEGIN:VCARD\nVERSION:2.1\nFN:x\nEND:VCARD",
                "the vCard on line 1 is of version 2.1; 3.0 and 4.0 are read",
            ),
            (
                "BEGIN:VCARD\nFN:x\nEND:VCARD",
                "the vCard on line 1 does not say its version",
            ),
            (
                "BEGIN:VCARD\nVERSION:4.0\nEND:VCARD",
                "the vCard on line 1 has no name",
            ),
            (
                "BEGIN:VCARD\nVERSION:3.0\nFN;ENCODING=QUOTED-PRINTABLE:M=C3=BCller\nEND:VCARD",
                "the vCard on line 1 is quoted-printable on line 3, which is of vCard 2.1; 3.0 and 4.0 are read",
            ),
            (
                "BEGIN:VCARD\nVERSION:4.0\nFN:x\nEND:VCARD\nFN:y",
                "line 5 is not part of a vCard",
            ),
        ] {
            let told = match read(text).map(|cards| cards[0].clone()) {
                Err(error) => error,
                Ok(card) => {
                    let (line, fault) = card.unwrap_err();
                    VcardError::Card { line, fault }
                }
            };
            assert_eq!(told.to_string(), message, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(BEGIN:VCARD\n|VERSION:4.0\n|FN:|[a-z;:\"\\\\,\n ]|END:VCARD\n){0,30}") {
            let _ = read(&text);
        }

        #[test]
        fn any_name_reads_back(name in "[a-zA-ZäéñΩЖ中0-9:;,.'\"\\\\ -]{0,80}[a-z:;,\\\\]") {
            let text = write(&[Card { name: name.clone(), ..Card::default() }]);
            prop_assert_eq!(&cards(&text)[0].name, name.trim());
        }
    }
}
