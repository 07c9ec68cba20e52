//! The account map: under which names a journal posts. A line is `key = account`; what is not set keeps its default.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::domain::invoice::{Tax, TaxCategory};
use crate::values::money::Percent;

use super::Account;

/// A key of the map: its default, the placeholders it knows, and what it is for.
struct Key {
    key: &'static str,
    default: &'static str,
    /// What stands in braces.
    fields: &'static [&'static str],
    about: &'static str,
}

const KEYS: [Key; 9] = [
    Key {
        key: "receivable",
        default: "Assets:Receivable:{client}",
        fields: &["client"],
        about: "what clients owe; of one: receivable.acme",
    },
    Key {
        key: "credit",
        default: "Liabilities:Client-Credit:{client}",
        fields: &["client"],
        about: "what clients paid too much",
    },
    Key {
        key: "bad-debt",
        default: "Expenses:Bad-Debt",
        fields: &["client"],
        about: "what was written off, with its tax; of one client: bad-debt.acme",
    },
    Key {
        key: "bank",
        default: "Assets:Bank",
        fields: &["method"],
        about: "where payments arrive; of one method: bank.card",
    },
    Key {
        key: "revenue",
        default: "Income:Sales:{category}",
        fields: &["category", "rate"],
        about: "what was earned, by tax category; of one: revenue.AE, revenue.S.7",
    },
    Key {
        key: "vat",
        default: "Liabilities:VAT:{rate}",
        fields: &["category", "rate"],
        about: "tax on it; of one rate: vat.S.7",
    },
    Key {
        key: "input-vat",
        default: "Assets:Input-VAT:{rate}",
        fields: &["rate"],
        about: "tax in what was spent; of one rate: input-vat.7",
    },
    Key {
        key: "expense",
        default: "Expenses:{category}",
        fields: &["category"],
        about: "what was spent; of one category: expense.Travel",
    },
    Key {
        key: "paid-from",
        default: "Assets:Bank",
        fields: &["member"],
        about: "from where it was paid; of one member: paid-from.mara",
    },
];

/// An account map that does not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountsError {
    #[error("line {line} of the account map is not `key = account`: `{text}`")]
    Form { line: usize, text: String },
    #[error("line {line} of the account map has an unknown key `{key}`")]
    Key { line: usize, key: String },
    #[error("line {line} of the account map sets `{key}` again")]
    Twice { line: usize, key: String },
    #[error(
        "line {line} of the account map has an unknown placeholder `{{{field}}}`; `{key}` has {known}"
    )]
    Field {
        line: usize,
        key: &'static str,
        field: String,
        known: String,
    },
    #[error(
        "line {line} of the account map: `{name}` is no account; its parts are letters, digits, `-`, `_`, `.`, `&` and single spaces, with `:` between them"
    )]
    Name { line: usize, name: String },
    #[error(
        "`{name}` is no account of beancount: it begins with Assets, Liabilities, Equity, Income or Expenses, and each part with a capital letter or a digit, then letters, digits and `-`"
    )]
    Beancount { name: String },
}

impl AccountsError {
    /// The keys that there are.
    pub fn keys() -> impl Iterator<Item = &'static str> {
        KEYS.iter().map(|key| key.key)
    }
}

/// Under which names a journal posts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accounts {
    /// By key in lower case: `revenue.s.7`.
    set: BTreeMap<String, String>,
}

impl Accounts {
    /// Reads a map. Empty lines and what follows `#` at the beginning of a line or after a space are skipped; quotes around an
    /// account are taken off.
    pub fn parse(text: &str) -> Result<Self, AccountsError> {
        let mut set = BTreeMap::new();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (line, typed) in (1..).zip(text.lines()) {
            let bare = match typed.trim_start().starts_with('#') {
                true => "",
                false => typed.split(" #").next().unwrap_or_default().trim(),
            };
            if bare.is_empty() {
                continue;
            }
            let form = || AccountsError::Form {
                line,
                text: bare.to_owned(),
            };
            let (key, name) = bare.split_once('=').ok_or_else(form)?;
            let (key, name) = (unquoted(key), unquoted(name));
            let noun = key.split('.').next().unwrap_or_default();
            let known = KEYS
                .iter()
                .find(|known| known.key.eq_ignore_ascii_case(noun))
                .ok_or_else(|| AccountsError::Key {
                    line,
                    key: key.to_owned(),
                })?;
            is_account(known, line, name)?;
            if set.insert(key.to_lowercase(), name.to_owned()).is_some() {
                let key = key.to_owned();
                return Err(AccountsError::Twice { line, key });
            }
        }
        Ok(Self { set })
    }

    /// The defaults as a map that can be edited.
    pub fn example() -> String {
        let mut text =
            String::from("# Accounts of `loggia export hledger` and `loggia export beancount`.\n");
        for key in &KEYS {
            let _ = write!(text, "\n# {}\n{} = {}\n", key.about, key.key, key.default);
        }
        text
    }

    /// The name of an account: the closest key that is set, else the default.
    pub fn name(&self, account: &Account) -> String {
        let (keys, fields) = keys_of(account);
        let set = keys
            .iter()
            .find_map(|key| self.set.get(&key.to_lowercase()));
        let noun = keys.last().map_or("", String::as_str);
        let default = KEYS.iter().find(|key| key.key == noun);
        let template = set.map_or_else(|| default.map_or("", |key| key.default), String::as_str);
        let mut name = template.to_owned();
        for (field, value) in fields {
            name = name.replace(&format!("{{{field}}}"), &component(&value));
        }
        name
    }
}

/// The keys of an account, the closest first, and what fills its placeholders.
fn keys_of(account: &Account) -> (Vec<String>, Vec<(&'static str, String)>) {
    let one = |noun: &str, field, value: &str| {
        let keys = vec![format!("{noun}.{value}"), noun.to_owned()];
        (keys, vec![(field, value.to_owned())])
    };
    let taxed = |noun: &str, tax: &Tax| {
        let (code, rate) = (tax.category.code(), rate(tax.percent));
        let keys = vec![
            format!("{noun}.{code}.{rate}"),
            format!("{noun}.{code}"),
            noun.to_owned(),
        ];
        (keys, vec![("category", category(tax)), ("rate", rate)])
    };
    match account {
        Account::Receivable { client } => one("receivable", "client", client),
        Account::Credit { client } => one("credit", "client", client),
        Account::BadDebt { client } => one("bad-debt", "client", client),
        Account::Bank { method } => one("bank", "method", method.as_deref().unwrap_or("Other")),
        Account::Revenue { tax } => taxed("revenue", tax),
        Account::Vat { tax } => taxed("vat", tax),
        Account::InputVat { percent } => one("input-vat", "rate", &rate(*percent)),
        Account::Expense { category } => one(
            "expense",
            "category",
            category.as_deref().unwrap_or("Other"),
        ),
        Account::PaidFrom { member } => one("paid-from", "member", member),
    }
}

fn rate(percent: Percent) -> String {
    percent.decimal().normalize().to_string()
}

fn category(tax: &Tax) -> String {
    match tax.category {
        TaxCategory::S => format!("Standard-{}", rate(tax.percent)),
        TaxCategory::Z => "Zero-Rated".to_owned(),
        TaxCategory::E => "Exempt".to_owned(),
        TaxCategory::AE => "Reverse-Charge".to_owned(),
        TaxCategory::K => "Intra-Community".to_owned(),
        TaxCategory::G => "Export".to_owned(),
        TaxCategory::O => "Outside-Scope".to_owned(),
    }
}

/// A text as a part of an account that every program reads: letters, digits and `-`, with a capital letter or a digit first.
pub fn component(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphabetic() && !c.is_ascii_digit())
        .filter(|word| !word.is_empty())
        .collect();
    let joined = words.join("-");
    let mut letters = joined.chars();
    let Some(first) = letters.next() else {
        return "Other".to_owned();
    };
    let first: String = first.to_uppercase().collect();
    let plain = first
        .chars()
        .all(|c| c.is_uppercase() || c.is_ascii_digit());
    // Scripts without capital letters.
    let before = if plain { "" } else { "X-" };
    format!("{before}{first}{}", letters.as_str())
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let inner = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(text).trim()
}

fn is_account(key: &'static Key, line: usize, name: &str) -> Result<(), AccountsError> {
    let mut plain = name.to_owned();
    for field in key.fields {
        plain = plain.replace(&format!("{{{field}}}"), "X");
    }
    if let Some((_, rest)) = plain.split_once('{') {
        let field = rest.split('}').next().unwrap_or_default().to_owned();
        let known: Vec<String> = key.fields.iter().map(|f| format!("`{{{f}}}`")).collect();
        return Err(AccountsError::Field {
            line,
            key: key.key,
            field,
            known: known.join(" and "),
        });
    }
    let reads = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '&' | ' ');
    let part = |part: &str| {
        part.starts_with(char::is_alphanumeric)
            && part.trim() == part
            && !part.contains("  ")
            && part.chars().all(reads)
    };
    if plain.split(':').all(part) && !plain.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(());
    }
    Err(AccountsError::Name {
        line,
        name: name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taxed(category: TaxCategory, percent: &str) -> Tax {
        Tax {
            category,
            percent: Percent::parse(percent).unwrap(),
        }
    }

    #[test]
    fn the_closest_key_wins() {
        let map = Accounts::parse(
            "# mine\nrevenue = Income:All\nrevenue.s = 'Income:Taxed' # all rates\n\nrevenue.S.7 = \"Income:Reduced {rate}\"\n\
             receivable.acme = Assets:Acme\nexpense = Expenses:Work:{category}\nexpense.Travel & Co = Expenses:Trips\n",
        )
        .unwrap();
        let revenue = |category, percent| Account::Revenue {
            tax: taxed(category, percent),
        };
        let expense = |category: Option<&str>| Account::Expense {
            category: category.map(str::to_owned),
        };
        let receivable = |client: &str| Account::Receivable {
            client: client.to_owned(),
        };
        for (account, name) in [
            (revenue(TaxCategory::AE, "0"), "Income:All"),
            (revenue(TaxCategory::S, "19"), "Income:Taxed"),
            (revenue(TaxCategory::S, "7"), "Income:Reduced 7"),
            (receivable("acme"), "Assets:Acme"),
            (receivable("birch-co"), "Assets:Receivable:Birch-co"),
            (expense(None), "Expenses:Work:Other"),
            (expense(Some("travel & co")), "Expenses:Trips"),
            (expense(Some("a:b; {c}")), "Expenses:Work:A-b-c"),
            (
                Account::Vat {
                    tax: taxed(TaxCategory::S, "7.7"),
                },
                "Liabilities:VAT:7-7",
            ),
        ] {
            assert_eq!(map.name(&account), name);
        }
    }

    #[test]
    fn a_map_that_does_not_read_says_where() {
        for (text, found) in [
            ("\nrevenue Income", "line 2 of the account map is not"),
            ("sales = Income", "unknown key `sales`"),
            (
                "bank = A\nBank = B",
                "line 2 of the account map sets `Bank` again",
            ),
            ("bank = Assets:{client}", "unknown placeholder `{client}`"),
            ("bank = ", "is no account"),
            ("bank = Assets::Bank", "is no account"),
            ("bank = Assets:Bank  5 EUR", "is no account"),
            ("bank = Assets:Bank;x", "is no account"),
            ("bank = (Assets)", "is no account"),
            ("bank = * Assets", "is no account"),
        ] {
            let error = Accounts::parse(text).unwrap_err().to_string();
            assert!(error.contains(found), "{text}: {error}");
        }
    }

    #[test]
    fn the_example_says_what_holds_without_it() {
        let example = Accounts::parse(&Accounts::example()).unwrap();
        assert_eq!(example.set.len(), KEYS.len());
        for key in &KEYS {
            assert_eq!(example.set[key.key], key.default);
        }
    }

    #[test]
    fn any_text_is_a_part_of_an_account() {
        for (text, part) in [
            ("travel", "Travel"),
            ("Büro / Miete", "Büro-Miete"),
            ("7.7", "7-7"),
            ("  ;;", "Other"),
            ("", "Other"),
            ("東京", "X-東京"),
            ("a\n  Assets:Bank  -5", "A-Assets-Bank-5"),
        ] {
            assert_eq!(component(text), part);
        }
    }
}
