//! `loggia mail template`.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use crate::app::mail_template::{self, Text};
use crate::app::{Error, Session};
use crate::cli::error::{Failure, Result};
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, View};
use crate::cli::{Context, file, input};
use crate::document::letter::{self, Occasion};

/// The texts of mails: write one out, change it, use it
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Template {
    /// List the texts with the places that each can have
    #[command(visible_alias = "ls")]
    List,
    /// Write a text to standard output or a file, to change it
    #[command(
        after_help = "Example:\n  loggia mail template export reminder-1 --language de --output reminder.txt"
    )]
    Export {
        #[command(flatten)]
        which: Which,
        /// The file; `-` is standard output [default: -]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Use a text from now on; it is checked first
    #[command(
        after_help = "The first line is the subject, the rest the body. Places such as {number} are filled in; a line in which nothing \
        fills any place is left out; {{ and }} are braces.\n\nExample:\n  loggia mail template use reminder-1 reminder.txt --language de"
    )]
    Use {
        #[command(flatten)]
        which: Which,
        /// `-` is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Check a text without using it
    Check {
        occasion: OccasionWord,
        /// `-` is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Use the text that comes with the program again
    Reset {
        #[command(flatten)]
        which: Which,
    },
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Which {
    occasion: OccasionWord,
    /// en or de [default: that of the business]
    #[arg(long)]
    language: Option<LanguageWord>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum OccasionWord {
    Invoice,
    CreditNote,
    Receipt,
    Statement,
    ReminderDue,
    #[value(name = "reminder-1")]
    ReminderFirst,
    #[value(name = "reminder-2")]
    ReminderSecond,
    #[value(name = "reminder-3")]
    ReminderLast,
}

impl From<OccasionWord> for Occasion {
    fn from(word: OccasionWord) -> Self {
        match word {
            OccasionWord::Invoice => Self::Invoice,
            OccasionWord::CreditNote => Self::CreditNote,
            OccasionWord::Receipt => Self::Receipt,
            OccasionWord::Statement => Self::Statement,
            OccasionWord::ReminderDue => Self::ReminderDue,
            OccasionWord::ReminderFirst => Self::ReminderFirst,
            OccasionWord::ReminderSecond => Self::ReminderSecond,
            OccasionWord::ReminderLast => Self::ReminderLast,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LanguageWord {
    En,
    De,
}

impl Which {
    fn of(&self, session: &Session) -> (Occasion, &'static str) {
        let language = match self.language {
            Some(LanguageWord::En) => "en",
            Some(LanguageWord::De) => "de",
            None => letter::language(session.business.language.as_str()),
        };
        (self.occasion.into(), language)
    }
}

impl Template {
    pub(super) fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        match self {
            Self::List => {
                let texts = mail_template::list(session)?;
                context.show(&TextList(texts.iter().map(TextView::of).collect()))
            }
            Self::Export { which, output } => {
                let (occasion, language) = which.of(session);
                let text = mail_template::show(session, occasion, language)?;
                let named = output.filter(|path| path.as_os_str() != "-");
                match named {
                    Some(path) => {
                        file::write(&path, text.text.as_bytes(), false)?;
                        context.say(&format!("wrote {}", path.display()))?;
                        context.show(&TextView::of(&text))
                    }
                    None if context.terminal.is_json() => context.show(&TextView::of(&text)),
                    None => context.terminal.bytes(text.text.as_bytes()),
                }
            }
            Self::Use { which, file } => {
                let (occasion, language) = which.of(session);
                let text = read(&file)?;
                let used = mail_template::replace(session, occasion, language, Some(&text))?;
                context.say(&format!("used for {} in {language}", occasion.word()))?;
                context.show(&TextView::of(&used))
            }
            Self::Check { occasion, file } => {
                let occasion = Occasion::from(occasion);
                mail_template::check(occasion, &read(&file)?)?;
                context.say(&format!("it works as {}", occasion.word()))
            }
            Self::Reset { which } => {
                let (occasion, language) = which.of(session);
                let ours = mail_template::replace(session, occasion, language, None)?;
                context.show(&TextView::of(&ours))
            }
        }
    }
}

/// More than the longest text takes.
const MOST: u64 = 1 << 18;

fn read(path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    let failed = |source| Error::File {
        path: path.to_owned(),
        source,
    };
    input::file(path)?
        .take(MOST)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    String::from_utf8(bytes).map_err(|_| {
        Failure::usage(
            "input.template",
            format!("`{}` is no text in UTF-8", path.display()),
            "save it as UTF-8".to_owned(),
        )
    })
}

#[derive(Debug, Serialize)]
struct TextView {
    occasion: &'static str,
    language: &'static str,
    own: bool,
    places: &'static [&'static str],
    text: String,
}

impl TextView {
    fn of(text: &Text) -> Self {
        Self {
            occasion: text.occasion.word(),
            language: text.language,
            own: text.own,
            places: text.occasion.places(),
            text: text.text.clone(),
        }
    }

    fn whose(&self) -> &'static str {
        if self.own { "your own" } else { "ours" }
    }
}

impl View for TextView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!(
            "{} in {}, {}",
            self.occasion,
            self.language,
            self.whose()
        ));
        for line in self.text.lines() {
            page.prose(2, line);
        }
    }

    fn reference(&self) -> String {
        format!("{} {}", self.occasion, self.language)
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct TextList(Vec<TextView>);

impl View for TextList {
    fn text(&self, page: &mut Page) {
        let columns = [
            Column::Whole("text"),
            Column::Whole("language"),
            Column::Whole("whose"),
            Column::Text("places"),
        ];
        let rows: Vec<Vec<String>> = self
            .0
            .iter()
            .map(|text| {
                vec![
                    text.occasion.to_owned(),
                    text.language.to_owned(),
                    text.whose().to_owned(),
                    text.places.join(" "),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        let all: Vec<String> = self.0.iter().map(View::reference).collect();
        all.join("\n")
    }
}
