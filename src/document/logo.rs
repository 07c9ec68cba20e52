//! The logo of a business: a picture that is safe to print. It is looked at once, when it is set: its kind by its content, its size
//! before anything unpacks it, and of a drawing whether it refers to anything outside of itself.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The largest file that is taken.
pub const LARGEST: usize = 1024 * 1024;
/// The most pixels a side; far more than any printer shows.
const LONGEST_SIDE: u32 = 4000;
/// Parts of a drawing that run or load something.
const ACTIVE: [&str; 8] = [
    "script",
    "foreignObject",
    "image",
    "feImage",
    "iframe",
    "audio",
    "video",
    "a",
];

/// A picture that can be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    kind: Kind,
    bytes: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Png,
    Jpeg,
    Svg,
}

/// Why a picture is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    #[error("a logo is a PNG, a JPEG or an SVG")]
    Kind,
    #[error("a logo has at most 1 MiB, and this has {0} bytes")]
    TooLarge(usize),
    #[error("a logo has at most {LONGEST_SIDE} pixels a side, and this has {0} × {1}")]
    TooManyPixels(u32, u32),
    #[error("the logo cannot be read: {0}")]
    Broken(String),
    #[error(
        "the SVG has `{0}`; a logo draws and nothing else: save it with plain paths, or as PNG"
    )]
    Active(String),
    #[error("the SVG refers to `{0}`, outside of itself")]
    Remote(String),
}

impl Logo {
    /// Looks at the content of a file.
    pub fn read(bytes: Vec<u8>) -> Result<Self, LogoError> {
        if bytes.len() > LARGEST {
            return Err(LogoError::TooLarge(bytes.len()));
        }
        let (kind, size) = if let Some(size) = png(&bytes) {
            (Kind::Png, Some(size))
        } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            (Kind::Jpeg, Some(jpeg(&bytes).ok_or(LogoError::Kind)?))
        } else {
            drawing(std::str::from_utf8(&bytes).map_err(|_| LogoError::Kind)?)?;
            (Kind::Svg, None)
        };
        if let Some((width, height)) = size
            && (width.max(height) > LONGEST_SIDE || width.min(height) == 0)
        {
            return Err(LogoError::TooManyPixels(width, height));
        }
        Ok(Self { kind, bytes })
    }

    /// The name under which a template finds it.
    pub(super) fn name(&self) -> &'static str {
        match self.kind {
            Kind::Png => "logo.png",
            Kind::Jpeg => "logo.jpg",
            Kind::Svg => "logo.svg",
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Width and height, from the first part of the file.
fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    let head = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let number = |at: usize| {
        let four: [u8; 4] = head.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(four))
    };
    (head.get(4..8)? == b"IHDR").then_some(())?;
    Some((number(8)?, number(12)?))
}

/// Width and height, from the part that begins the picture.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.get(2..)?;
    loop {
        // Parts may be filled up before their mark.
        while rest.first() == Some(&0xff) && rest.get(1) == Some(&0xff) {
            rest = rest.get(1..)?;
        }
        let [0xff, mark, high, low, ..] = *rest else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let is_frame = (0xc0..=0xcf).contains(&mark) && !matches!(mark, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            let side = |at: usize| {
                let two: [u8; 2] = rest.get(at..at + 2)?.try_into().ok()?;
                Some(u32::from(u16::from_be_bytes(two)))
            };
            return Some((side(7)?, side(5)?));
        }
        rest = rest.get(2 + length..)?;
    }
}

/// A drawing that is whole in itself.
fn drawing(text: &str) -> Result<(), LogoError> {
    let broken = |error: &dyn std::fmt::Display| LogoError::Broken(error.to_string());
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let (mut depth, mut is_drawing) = (0_u32, false);
    let mut in_style = false;
    loop {
        let event = reader.read_event().map_err(|error| broken(&error))?;
        match &event {
            Event::Start(element) | Event::Empty(element) => {
                let name = local_name(element);
                if !is_drawing && name != "svg" {
                    return Err(LogoError::Kind);
                }
                is_drawing = true;
                if ACTIVE
                    .iter()
                    .any(|active| active.eq_ignore_ascii_case(&name))
                {
                    return Err(LogoError::Active(name));
                }
                attributes(element)?;
                if matches!(event, Event::Start(_)) {
                    depth += 1;
                    in_style = name == "style";
                }
                if depth > 200 {
                    return Err(LogoError::Broken("it is nested too deep".to_owned()));
                }
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                in_style = false;
            }
            Event::Text(content) if in_style => {
                style(content)?;
            }
            Event::CData(content) if in_style => {
                style(content)?;
            }
            // With entities a small file unpacks to a huge one.
            Event::DocType(content) if content.contains('[') => {
                return Err(LogoError::Active("<!ENTITY>".to_owned()));
            }
            Event::Text(content) if !is_drawing && !content.trim().is_empty() => {
                return Err(LogoError::Kind);
            }
            Event::Eof if !is_drawing => return Err(LogoError::Kind),
            Event::Eof if depth > 0 => {
                return Err(LogoError::Broken("it ends too early".to_owned()));
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn local_name(element: &BytesStart<'_>) -> String {
    element.local_name().as_ref().to_owned()
}

/// No attribute leads out of the drawing, and none runs anything.
fn attributes(element: &BytesStart<'_>) -> Result<(), LogoError> {
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|error| LogoError::Broken(error.to_string()))?;
        let name = attribute.key.local_name().as_ref().to_owned();
        let value = attribute.value.into_owned();
        if name.to_ascii_lowercase().starts_with("on") && name.len() > 2 {
            return Err(LogoError::Active(name));
        }
        if name == "href" && !value.trim().starts_with('#') {
            return Err(LogoError::Remote(shortened(&value)));
        }
        if !attribute.key.as_ref().starts_with("xmlns") {
            style(&value)?;
        }
    }
    Ok(())
}

/// A style refers to parts of the drawing alone.
fn style(text: &str) -> Result<(), LogoError> {
    if text.contains("@import") {
        return Err(LogoError::Remote("@import".to_owned()));
    }
    for reference in text.split("url(").skip(1) {
        let target = reference.trim_start_matches([' ', '"', '\'']);
        let is_quoted = target.starts_with("&quot;") || target.starts_with("&apos;");
        if !target.starts_with('#') && !is_quoted {
            return Err(LogoError::Remote(shortened(target)));
        }
    }
    Ok(())
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::document) const SVG: &str = "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" \
        viewBox=\"0 0 120 40\"><defs><linearGradient id=\"g\"><stop offset=\"0\" stop-color=\"#1f4a5c\"/></linearGradient></defs>\
        <path fill=\"url(#g)\" d=\"M0 40 L20 0 L40 40 Z\"/><rect x=\"50\" y=\"10\" width=\"70\" height=\"20\" style=\"fill:#888\"/></svg>";

    fn logo(text: &str) -> Result<Logo, LogoError> {
        Logo::read(text.as_bytes().to_vec())
    }

    #[test]
    fn a_drawing_that_is_whole_in_itself_is_taken() {
        assert_eq!(logo(SVG).unwrap().name(), "logo.svg");
    }

    #[test]
    fn a_drawing_that_loads_or_runs_something_is_not() {
        let inside = |text: &str| format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{text}</svg>");
        for text in [
            "<script>alert(1)</script>",
            "<image href=\"https://example.com/a.png\"/>",
            "<use href=\"https://example.com/a.svg#x\"/>",
            "<use xlink:href='file:///etc/passwd' xmlns:xlink='http://www.w3.org/1999/xlink'/>",
            "<rect onload=\"x()\"/>",
            "<rect style=\"fill: url(https://example.com/x)\"/>",
            "<rect fill=\"url( 'https://example.com/x')\"/>",
            "<style>@import 'https://example.com/x.css';</style>",
            "<style>rect { fill: url(//example.com/x) }</style>",
            "<foreignObject/>",
        ] {
            let found = logo(&inside(text)).unwrap_err();
            assert!(
                matches!(found, LogoError::Active(_) | LogoError::Remote(_)),
                "{text}: {found:?}"
            );
        }
        let bomb = "<!DOCTYPE svg [<!ENTITY a \"aaaa\">]><svg>&a;</svg>";
        assert!(matches!(logo(bomb), Err(LogoError::Active(_))));
    }

    #[test]
    fn what_is_no_picture_is_not_taken() {
        for text in ["", "hello", "<html><svg/></html>", "%PDF-1.7", "\u{89}PNG"] {
            assert_eq!(logo(text), Err(LogoError::Kind), "{text}");
        }
        assert!(matches!(logo("<svg><g></svg>"), Err(LogoError::Broken(_))));
        assert!(matches!(logo("<svg><g>"), Err(LogoError::Broken(_))));
        assert!(matches!(
            Logo::read(vec![0; LARGEST + 1]),
            Err(LogoError::TooLarge(_))
        ));
    }

    #[test]
    fn the_size_of_a_photograph_is_known_before_it_is_unpacked() {
        let png = |width: u32| {
            let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
            bytes.extend(width.to_be_bytes());
            bytes.extend(10_u32.to_be_bytes());
            bytes
        };
        assert_eq!(Logo::read(png(200)).unwrap().name(), "logo.png");
        assert_eq!(
            Logo::read(png(60_000)),
            Err(LogoError::TooManyPixels(60_000, 10))
        );
        let jpeg = [
            0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 11, 8, 0, 20, 0x75, 0x30, 1, 0, 0, 0,
        ];
        assert_eq!(
            Logo::read(jpeg.to_vec()),
            Err(LogoError::TooManyPixels(30_000, 20))
        );
        assert_eq!(
            Logo::read(vec![0xff, 0xd8, 0xff, 0xe0]),
            Err(LogoError::Kind)
        );
    }
}
