//! What the owner lets a client see: the keys of `portal-settings`, their values, and what holds when nothing is set.
//!
//! The default of [`Visibility`] discloses nothing, because its console is off. Global settings are overridden per client.

use crate::values::text::{Line, Note};

/// A key that can be set, globally or for a client.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    pub key: &'static str,
    pub default: &'static str,
    /// The values it takes; empty: free text.
    pub values: &'static [&'static str],
    pub meaning: &'static str,
}

const ON_OFF: &[&str] = &["on", "off"];

/// Every key, in the order in which they are shown.
pub const SETTINGS: &[Setting] = &[
    setting(
        "console",
        "off",
        &["off", "on"],
        "the client has a portal at all",
    ),
    setting(
        "timesheets",
        "on",
        ON_OFF,
        "single entries; off: totals only",
    ),
    setting(
        "detail",
        "live",
        &["live", "weekly"],
        "weekly: only whole past weeks, summed by day",
    ),
    setting(
        "descriptions",
        "full",
        &["full", "summary", "none"],
        "what entries say of the work",
    ),
    setting(
        "team",
        "names",
        &["names", "initials", "roles", "anonymous"],
        "how members are shown",
    ),
    setting(
        "rates",
        "hidden",
        &["hidden", "shown"],
        "rates, and amounts from which one follows",
    ),
    setting(
        "clock",
        "hidden",
        &["hidden", "shown"],
        "start and end times",
    ),
    setting("budget", "on", ON_OFF, "section"),
    setting("phases", "on", ON_OFF, "section"),
    setting("tasks", "on", ON_OFF, "section"),
    setting("retainer", "on", ON_OFF, "section"),
    setting("invoices", "on", ON_OFF, "section"),
    setting("unbilled", "on", ON_OFF, "section"),
    setting("expenses", "off", ON_OFF, "section"),
    setting("documents", "off", ON_OFF, "section"),
    setting("notes", "on", ON_OFF, "section"),
    setting("comments", "on", ON_OFF, "section"),
    setting(
        "approved-only",
        "off",
        &["off", "on"],
        "entries appear once approved internally",
    ),
    setting(
        "snapshots",
        "retainer-left,budget-left,hours-week,unbilled,outstanding",
        &[],
        "figures on top: hours-week, hours-total, budget-left, retainer-left, unbilled, next-invoice, outstanding",
    ),
    setting("welcome", "", &[], "note on the console"),
    setting(
        "mfa",
        "optional",
        &["optional", "required"],
        "second factor of this client's users",
    ),
    setting(
        "ip-allow",
        "",
        &[],
        "networks in CIDR notation from which alone pages open",
    ),
    setting(
        "session-timeout",
        "30m",
        &[],
        "idle time after which a session ends, 5m to 24h",
    ),
];

const fn setting(
    key: &'static str,
    default: &'static str,
    values: &'static [&'static str],
    meaning: &'static str,
) -> Setting {
    Setting {
        key,
        default,
        values,
        meaning,
    }
}

/// Why a value is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VisibilityError {
    #[error("there is no portal setting `{0}`")]
    Unknown(String),
    #[error("`{value}` is not a value of `{key}`: {expected}")]
    Value {
        key: &'static str,
        value: String,
        expected: String,
    },
}

/// How members of the team are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Team {
    Names,
    Initials,
    Roles,
    Anonymous,
}

/// What entries say of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Descriptions {
    Full,
    /// Grouped by task, without the entries' own words.
    Summary,
    None,
}

/// A figure on top of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Snapshot {
    HoursWeek,
    HoursTotal,
    BudgetLeft,
    RetainerLeft,
    Unbilled,
    NextInvoice,
    Outstanding,
}

impl Snapshot {
    const ALL: [(Self, &str); 7] = [
        (Self::HoursWeek, "hours-week"),
        (Self::HoursTotal, "hours-total"),
        (Self::BudgetLeft, "budget-left"),
        (Self::RetainerLeft, "retainer-left"),
        (Self::Unbilled, "unbilled"),
        (Self::NextInvoice, "next-invoice"),
        (Self::Outstanding, "outstanding"),
    ];

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known)| *known == word)
            .map(|(figure, _)| *figure)
    }
}

/// All settings that hold for one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visibility {
    pub console: bool,
    pub timesheets: bool,
    pub weekly: bool,
    pub descriptions: Descriptions,
    pub team: Team,
    pub rates: bool,
    pub clock: bool,
    pub budget: bool,
    pub phases: bool,
    pub tasks: bool,
    pub retainer: bool,
    pub invoices: bool,
    pub unbilled: bool,
    pub expenses: bool,
    pub documents: bool,
    pub notes: bool,
    pub comments: bool,
    pub approved_only: bool,
    pub snapshots: Vec<Snapshot>,
    pub welcome: Option<Note>,
    pub mfa_required: bool,
    pub ip_allow: Vec<String>,
    pub session_timeout_minutes: u32,
}

/// The key of this name.
pub fn find(key: &str) -> Result<&'static Setting, VisibilityError> {
    SETTINGS
        .iter()
        .find(|setting| setting.key == key)
        .ok_or_else(|| VisibilityError::Unknown(key.to_owned()))
}

impl Setting {
    /// Checks a value and gives it in the form in which it is kept.
    pub fn check(&self, value: &str) -> Result<String, VisibilityError> {
        let value = value.trim();
        let refuse = |expected: String| VisibilityError::Value {
            key: self.key,
            value: value.chars().take(100).collect(),
            expected,
        };
        if !self.values.is_empty() {
            return self
                .values
                .iter()
                .find(|known| **known == value)
                .map(|known| (*known).to_owned())
                .ok_or_else(|| refuse(format!("expected {}", self.values.join(" or "))));
        }
        match self.key {
            "snapshots" => {
                let known: Vec<&str> = Snapshot::ALL.iter().map(|(_, word)| *word).collect();
                list(value)
                    .map(|word| {
                        Snapshot::from_word(word)
                            .map(|_| word.to_owned())
                            .ok_or_else(|| {
                                refuse(format!("expected a list of {}", known.join(", ")))
                            })
                    })
                    .collect::<Result<Vec<_>, _>>()
                    .map(|words| words.join(","))
            }
            "ip-allow" => list(value)
                .map(|network| {
                    is_network(network)
                        .then(|| network.to_owned())
                        .ok_or_else(|| refuse("expected networks such as 203.0.113.0/24".into()))
                })
                .collect::<Result<Vec<_>, _>>()
                .map(|networks| networks.join(",")),
            "session-timeout" => minutes(value)
                .map(|minutes| format!("{minutes}m"))
                .ok_or_else(|| refuse("expected 5m to 24h".into())),
            _ if value.is_empty() => Ok(String::new()),
            "welcome" => Note::parse(value)
                .map(|note| note.as_str().to_owned())
                .map_err(|e| refuse(e.to_string())),
            _ => Line::parse(value)
                .map(|line| line.as_str().to_owned())
                .map_err(|e| refuse(e.to_string())),
        }
    }
}

fn list(value: &str) -> impl Iterator<Item = &str> {
    value
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
}

fn is_network(text: &str) -> bool {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits)),
        None => (text, None),
    };
    let Ok(address) = address.parse::<std::net::IpAddr>() else {
        return false;
    };
    let most = if address.is_ipv4() { 32 } else { 128 };
    bits.is_none_or(|bits| bits.parse::<u8>().is_ok_and(|bits| bits <= most))
}

fn minutes(text: &str) -> Option<u32> {
    let minutes = match (text.strip_suffix('h'), text.strip_suffix('m')) {
        (Some(hours), _) => hours.parse::<u32>().ok()?.checked_mul(60)?,
        (_, Some(minutes)) => minutes.parse().ok()?,
        _ => return None,
    };
    (5..=24 * 60).contains(&minutes).then_some(minutes)
}

impl Visibility {
    /// Reads settings as they are kept; `get` gives the value that holds for the client, its own before the global one.
    pub fn from_settings(get: impl Fn(&str) -> Option<String>) -> Result<Self, VisibilityError> {
        let read = |key: &str| -> Result<String, VisibilityError> {
            let setting = find(key)?;
            setting.check(&get(key).unwrap_or_else(|| setting.default.to_owned()))
        };
        let is = |key: &str, value: &str| read(key).map(|kept| kept == value);
        Ok(Self {
            console: is("console", "on")?,
            timesheets: is("timesheets", "on")?,
            weekly: is("detail", "weekly")?,
            descriptions: match read("descriptions")?.as_str() {
                "full" => Descriptions::Full,
                "summary" => Descriptions::Summary,
                _ => Descriptions::None,
            },
            team: match read("team")?.as_str() {
                "names" => Team::Names,
                "initials" => Team::Initials,
                "roles" => Team::Roles,
                _ => Team::Anonymous,
            },
            rates: is("rates", "shown")?,
            clock: is("clock", "shown")?,
            budget: is("budget", "on")?,
            phases: is("phases", "on")?,
            tasks: is("tasks", "on")?,
            retainer: is("retainer", "on")?,
            invoices: is("invoices", "on")?,
            unbilled: is("unbilled", "on")?,
            expenses: is("expenses", "on")?,
            documents: is("documents", "on")?,
            notes: is("notes", "on")?,
            comments: is("comments", "on")?,
            approved_only: is("approved-only", "on")?,
            snapshots: list(&read("snapshots")?)
                .filter_map(Snapshot::from_word)
                .collect(),
            welcome: Note::parse(&read("welcome")?).ok(),
            mfa_required: is("mfa", "required")?,
            ip_allow: list(&read("ip-allow")?).map(str::to_owned).collect(),
            session_timeout_minutes: minutes(&read("session-timeout")?).unwrap_or(30),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_set_discloses_nothing() {
        let empty = Visibility::from_settings(|_| None).unwrap();
        assert!(!empty.console && !empty.rates && !empty.clock);
        assert!(!empty.expenses && !empty.documents);
        assert!(empty.timesheets);
        assert_eq!(empty.session_timeout_minutes, 30);
    }

    #[test]
    fn every_default_is_a_value_and_every_key_is_read() {
        let asked = std::cell::RefCell::new(Vec::new());
        Visibility::from_settings(|key| {
            asked.borrow_mut().push(key.to_owned());
            None
        })
        .unwrap();
        for setting in SETTINGS {
            assert_eq!(
                setting.check(setting.default).as_deref(),
                Ok(setting.default)
            );
            assert!(asked.borrow().iter().any(|key| key == setting.key));
        }
    }

    #[test]
    fn values_are_checked() {
        let cases = [
            ("rates", "shown", Some("shown")),
            ("rates", "on", None),
            ("team", "anonymous", Some("anonymous")),
            (
                "snapshots",
                "unbilled, hours-week",
                Some("unbilled,hours-week"),
            ),
            ("snapshots", "weather", None),
            (
                "ip-allow",
                "203.0.113.0/24, ::1",
                Some("203.0.113.0/24,::1"),
            ),
            ("ip-allow", "203.0.113.0/33", None),
            ("ip-allow", "office", None),
            ("session-timeout", "2h", Some("120m")),
            ("session-timeout", "4m", None),
            ("session-timeout", "25h", None),
            ("session-timeout", "99999999999h", None),
            ("welcome", "Hello\nyou", Some("Hello\nyou")),
        ];
        for (key, value, kept) in cases {
            let checked = find(key).unwrap().check(value);
            assert_eq!(checked.ok().as_deref(), kept, "{key}={value}");
        }
    }
}
