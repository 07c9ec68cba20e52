//! How documents look and what they have with them: settings of the business, with the files that it gave.

use std::fmt;

use super::business::SettingError;

/// What documents are printed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    /// As is used in the country of the client: Letter in the United States and Canada, else A4.
    #[default]
    Auto,
    A4,
    Letter,
}

/// What is done for clients who take e-invoices where an invoice lacks something for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EInvoices {
    Off,
    #[default]
    Warn,
    /// The invoice is not issued.
    Require,
}

/// A file that is kept by its content. As a setting: the hash and the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    pub sha256: String,
    /// The name that it had, for people.
    pub name: String,
}

/// How documents look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Appearance {
    pub paper: Paper,
    pub logo: Option<KeptFile>,
    /// None: the program's own.
    pub template: Option<KeptFile>,
    pub fonts: Vec<KeptFile>,
    /// A QR code for SEPA transfers.
    pub payment_qr: bool,
    /// Invoices are issued with the entries behind their lines.
    pub annex: bool,
    pub e_invoices: EInvoices,
}

/// The settings that are files, which `settings set` takes by their path.
pub const FILES: [&str; 2] = ["logo", "fonts"];
/// The setting that is the template of invoices.
pub const TEMPLATE: &str = "invoice-template";
/// The most files of typefaces.
pub const MOST_FONTS: usize = 8;

impl fmt::Display for KeptFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.sha256, self.name)
    }
}

impl KeptFile {
    /// Reads the form in which it is kept.
    pub fn parse(text: &str) -> Option<Self> {
        let (sha256, name) = text.split_once(' ')?;
        let is_hash = sha256.len() == 64 && sha256.chars().all(|c| c.is_ascii_hexdigit());
        (is_hash && !name.trim().is_empty()).then(|| Self {
            sha256: sha256.to_owned(),
            name: name.to_owned(),
        })
    }

    /// Several, one a line.
    pub fn parse_all(text: &str) -> Option<Vec<Self>> {
        text.lines().map(Self::parse).collect()
    }
}

/// The words of a setting, where they are fixed.
fn words(key: &str) -> Option<&'static [&'static str]> {
    match key {
        "paper" => Some(&["auto", "a4", "letter"]),
        "payment-qr" | "invoice-annex" => Some(&["on", "off"]),
        "e-invoice" => Some(&["off", "warn", "require"]),
        _ => None,
    }
}

/// Checks a value of one of these settings, as it is kept; none: the setting is no such one.
pub(super) fn check(key: &'static str, value: &str) -> Option<Result<String, SettingError>> {
    let refuse = |reason: String| SettingError::Value {
        key,
        value: value.chars().take(100).collect(),
        reason,
    };
    if let Some(words) = words(key) {
        let word = value.trim().to_lowercase();
        return Some(if words.contains(&word.as_str()) {
            Ok(word)
        } else {
            Err(refuse(format!("expected {}", words.join(" or "))))
        });
    }
    match key {
        "logo" | TEMPLATE => Some(match KeptFile::parse(value) {
            Some(file) => Ok(file.to_string()),
            None => Err(refuse("expected a file".to_owned())),
        }),
        "fonts" => Some(match KeptFile::parse_all(value) {
            Some(files) if (1..=MOST_FONTS).contains(&files.len()) => Ok(value.to_owned()),
            _ => Err(refuse(format!("expected 1 to {MOST_FONTS} files"))),
        }),
        _ => None,
    }
}

impl Appearance {
    /// From checked values.
    pub(super) fn of(
        read: &impl Fn(&'static str) -> Result<Option<String>, SettingError>,
    ) -> Result<Self, SettingError> {
        let is_on = |key| Ok::<_, SettingError>(read(key)?.as_deref() == Some("on"));
        let file = |key| Ok::<_, SettingError>(read(key)?.as_deref().and_then(KeptFile::parse));
        Ok(Self {
            paper: match read("paper")?.as_deref() {
                Some("a4") => Paper::A4,
                Some("letter") => Paper::Letter,
                _ => Paper::Auto,
            },
            logo: file("logo")?,
            template: file(TEMPLATE)?,
            fonts: read("fonts")?
                .as_deref()
                .and_then(KeptFile::parse_all)
                .unwrap_or_default(),
            payment_qr: is_on("payment-qr")?,
            annex: is_on("invoice-annex")?,
            e_invoices: match read("e-invoice")?.as_deref() {
                Some("off") => EInvoices::Off,
                Some("require") => EInvoices::Require,
                _ => EInvoices::Warn,
            },
        })
    }

    /// The files that it needs.
    pub fn files(&self) -> impl Iterator<Item = &KeptFile> {
        self.logo.iter().chain(&self.template).chain(&self.fonts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_checked() {
        let hash = "ab".repeat(32);
        let logo = format!("{hash} logo.png");
        let two = format!("{hash} a.otf\n{hash} b c.otf");
        let cases = [
            ("paper", " A4 ", Some("a4")),
            ("paper", "legal", None),
            ("payment-qr", "yes", None),
            ("e-invoice", "require", Some("require")),
            ("logo", "logo.png", None),
            ("logo", &logo, Some(logo.as_str())),
            ("fonts", &two, Some(two.as_str())),
            ("fonts", "", None),
        ];
        for (key, value, kept) in cases {
            let checked = check(key, value).unwrap();
            assert_eq!(checked.ok().as_deref(), kept, "{key}={value}");
        }
        assert!(check("name", "x").is_none());
    }

    #[test]
    fn what_is_kept_reads_again() {
        let hash = "0f".repeat(32);
        let appearance = Appearance::of(&|key| {
            Ok(match key {
                "logo" => Some(format!("{hash} my logo.svg")),
                "paper" => Some("letter".to_owned()),
                "payment-qr" => Some("on".to_owned()),
                _ => None,
            })
        })
        .unwrap();
        assert_eq!(appearance.paper, Paper::Letter);
        assert!(appearance.payment_qr && !appearance.annex);
        let names: Vec<&str> = appearance.files().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["my logo.svg"]);
    }
}
