//! A text with places in braces: its first line is the subject, the rest the body. Where a line has places and nothing fills any of
//! them, the line is left out.

use super::Occasion;

/// The beginning of the line with the subject.
const SUBJECT: &str = "Subject:";
/// The most characters of a text.
const LONGEST: usize = 20_000;

/// A text that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    subject: Vec<Part>,
    body: Vec<Vec<Part>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Place(&'static str),
}

/// A text that was filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    pub body: String,
}

/// Why a text is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("its first line is not the subject, such as `Subject: Invoice {{number}}`")]
    NoSubject,
    #[error("it has a subject and no body")]
    NoBody,
    #[error("it is longer than {LONGEST} characters")]
    TooLong,
    #[error("line {line} has a character that is not text (U+{code:04X})")]
    NotText { line: usize, code: u32 },
    #[error(
        "line {line} has a `{brace}` that stands alone; write `{brace}{brace}` for the character itself"
    )]
    Brace { line: usize, brace: char },
    #[error("line {line} has `{{{name}}}`, which there is not; there are {}", known(.there))]
    Unknown {
        line: usize,
        name: String,
        there: &'static [&'static str],
    },
}

fn known(places: &[&str]) -> String {
    let places: Vec<String> = places.iter().map(|place| format!("{{{place}}}")).collect();
    places.join(" ")
}

impl Template {
    /// Reads a text; every place in it has to be one of the occasion's.
    pub fn parse(text: &str, occasion: Occasion) -> Result<Self, TemplateError> {
        if text.chars().count() > LONGEST {
            return Err(TemplateError::TooLong);
        }
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let mut lines = text.trim_end().lines().zip(1..);
        let subject = lines
            .next()
            .and_then(|(line, number)| Some((line.strip_prefix(SUBJECT)?.trim(), number)))
            .filter(|(subject, _)| !subject.is_empty())
            .ok_or(TemplateError::NoSubject)?;
        let subject = parts(subject.0, subject.1, occasion)?;
        let body: Vec<Vec<Part>> = lines
            .skip_while(|(line, _)| line.trim().is_empty())
            .map(|(line, number)| parts(line.trim_end(), number, occasion))
            .collect::<Result<_, _>>()?;
        if body.is_empty() {
            return Err(TemplateError::NoBody);
        }
        Ok(Self { subject, body })
    }

    /// Fills the places.
    pub(super) fn render(&self, value: impl Fn(&'static str) -> String) -> Rendered {
        let (subject, _) = fill(&self.subject, &value);
        let mut body = String::new();
        for line in &self.body {
            let (line, is_told) = fill(line, &value);
            // A line that is left out takes the empty one after it along.
            let is_second_empty =
                line.trim().is_empty() && (body.is_empty() || body.ends_with("\n\n"));
            if is_told && !is_second_empty {
                body.push_str(&line);
                body.push('\n');
            }
        }
        let words: Vec<&str> = subject.split_whitespace().collect();
        Rendered {
            subject: words.join(" "),
            body: format!("{}\n", body.trim_end()),
        }
    }
}

/// A line with its places filled, and whether it says anything.
fn fill(line: &[Part], value: &impl Fn(&'static str) -> String) -> (String, bool) {
    let mut filled = String::new();
    let (mut places, mut empty) = (0, 0);
    for part in line {
        match part {
            Part::Text(text) => filled.push_str(text),
            Part::Place(name) => {
                let value = value(name);
                places += 1;
                empty += usize::from(value.is_empty());
                filled.push_str(&value);
            }
        }
    }
    (filled, places == 0 || empty < places)
}

fn parts(line: &str, number: usize, occasion: Occasion) -> Result<Vec<Part>, TemplateError> {
    let bad = line.chars().find(|c| c.is_control() && *c != '\t');
    if let Some(bad) = bad {
        let code = u32::from(bad);
        return Err(TemplateError::NotText { line: number, code });
    }
    let alone = |brace| TemplateError::Brace {
        line: number,
        brace,
    };
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '{' | '}' if rest.peek() == Some(&c) => {
                rest.next();
                text.push(c);
            }
            '}' => return Err(alone('}')),
            '{' => {
                let mut name = String::new();
                loop {
                    match rest.next() {
                        Some('}') => break,
                        Some('{') | None => return Err(alone('{')),
                        Some(c) => name.push(c),
                    }
                }
                let there = occasion.places();
                let place = there.iter().find(|place| **place == name.trim());
                let place = place.ok_or_else(|| TemplateError::Unknown {
                    line: number,
                    name: name.chars().take(40).collect(),
                    there,
                })?;
                parts.push(Part::Text(std::mem::take(&mut text)));
                parts.push(Part::Place(place));
            }
            c => text.push(c),
        }
    }
    parts.push(Part::Text(text));
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_would_not_work_is_refused_by_its_line() {
        let cases = [
            ("", "its first line is not the subject"),
            ("Hello\n\nx", "its first line is not the subject"),
            ("Subject:\n\nx", "its first line is not the subject"),
            ("Subject: x\n\n", "no body"),
            ("Subject: x\n\nHello {name}", "line 3 has `{name}`"),
            ("Subject: {total} {days}\n\nx", "line 1 has `{days}`"),
            ("Subject: x\n\na { b", "line 3 has a `{` that stands alone"),
            ("Subject: x\n\n{a{b}}", "line 3 has a `{` that stands alone"),
            ("Subject: x\n\na } b", "line 3 has a `}` that stands alone"),
            ("Subject: x\n\na\u{1b}[31m", "(U+001B)"),
        ];
        for (text, expected) in cases {
            let error = Template::parse(text, Occasion::Invoice).unwrap_err();
            assert!(error.to_string().contains(expected), "{text}: {error}");
        }
        let long = format!("Subject: x\n\n{}", "x".repeat(LONGEST));
        assert_eq!(
            Template::parse(&long, Occasion::Invoice),
            Err(TemplateError::TooLong)
        );
    }

    #[test]
    fn places_are_filled_and_values_are_no_templates() {
        let text = "\u{feff}Subject: {number} {{x}}\r\n\r\nA {client}\r\nB {iban}\r\n{message}\r\n\r\nC\r\n";
        let template = Template::parse(text, Occasion::Invoice).unwrap();
        let filled = template.render(|place| match place {
            "number" => "7\nBcc: eve@example.com".to_owned(),
            "client" => "{iban} }".to_owned(),
            _ => String::new(),
        });
        assert_eq!(filled.subject, "7 Bcc: eve@example.com {x}");
        assert_eq!(filled.body, "A {iban} }\n\nC\n");
    }
}
