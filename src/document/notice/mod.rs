//! The letter that tells notices: one for several, since nobody wants ten mails. From the same blocks come plain text and simple HTML
//! that loads nothing and does not tell whether it was read.
//!
//! What stands in it was narrowed to what its reader may see. Who sends it, and when, is for others to know.

mod figure;
mod words;

use crate::published::MemberHours;
use crate::published::notice::{BudgetLine, Kind, Notice, RetainerLine, RetainerName, Week};
use crate::values::amount::Amount;

use figure::Figures;
use words::{Words, fill};

/// Everything that one person is told at once.
#[derive(Debug, Clone)]
pub struct Digest<'a> {
    pub business: &'a str,
    /// Who is greeted, if a name is known.
    pub reader: Option<&'a str>,
    /// BCP 47; English where it is none that is known.
    pub language: &'a str,
    pub items: &'a [Item],
    pub exit: Exit<'a>,
}

/// A notice with where to read on.
#[derive(Debug, Clone)]
pub struct Item {
    /// The client whom it is about.
    pub client: String,
    pub notice: Notice,
    /// A page of the portal.
    pub link: Option<String>,
    /// A command, for the owner.
    pub command: Option<String>,
}

/// How a reader gets no more of these.
#[derive(Debug, Clone, Copy)]
pub enum Exit<'a> {
    /// A link for each kind: the client it is about, the kind, the address; with `answer` some have none, and an answer does it.
    Links {
        links: &'a [(String, Kind, String)],
        answer: bool,
    },
    /// By an answer to the mail.
    Answer,
    /// By this command.
    Command(&'a str),
}

/// The letter in both forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Writes the letter.
pub fn write(digest: &Digest<'_>) -> Written {
    let words = Words::of(digest.language);
    let figures = Figures::of(words);
    let subject = subject(digest, words, figures);
    let blocks = blocks(digest, words, figures);
    Written {
        text: text(&blocks),
        html: html(&blocks, words, &subject),
        subject,
    }
}

/// A kind in words: `the weekly summary`.
pub fn kind(language: &str, kind: Kind) -> &'static str {
    Words::of(language).kind(kind)
}

/// What stands between the first and the last line.
enum Block {
    /// The client, where the letter is about several.
    Client(String),
    Heading(String),
    Text(String),
    /// What is counted, and how much of it.
    Rows(Vec<(String, String)>),
    Quote(String),
    Link {
        label: String,
        address: String,
    },
    Command(String),
    /// Below the line.
    Foot(Vec<(String, Option<String>)>),
}

fn subject(digest: &Digest<'_>, words: &'static Words, figures: Figures) -> String {
    let Some((first, others)) = digest.items.split_first() else {
        return digest.business.to_owned();
    };
    let title = title(first, words, figures);
    // The owner has many clients; a client has one business that writes.
    let whose = match digest.exit {
        Exit::Command(_) => &first.client,
        Exit::Links { .. } | Exit::Answer => digest.business,
    };
    let of = fill(words.subject, &[whose, &title]);
    match others.len() {
        0 => of,
        1 => fill(words.and_one, &[&of]),
        more => fill(words.and_more, &[&of, &more.to_string()]),
    }
}

fn title(item: &Item, words: &'static Words, figures: Figures) -> String {
    match &item.notice {
        Notice::Invoice {
            number,
            is_credit_note,
            ..
        } => fill(
            if *is_credit_note {
                words.credit_note
            } else {
                words.invoice
            },
            &[number],
        ),
        Notice::Budget { project, step, .. } if *step >= 100 => fill(words.budget_full, &[project]),
        Notice::Budget { project, step, .. } => {
            let step = figures.percent((*step).into());
            fill(words.budget, &[&step, project])
        }
        Notice::Retainer { standing, overage } => {
            let level = match overage.number() > 0 {
                true => words.retainer_over,
                false => words.retainer_low,
            };
            match &standing.name {
                Some(name) => format!("{level} ({})", retainer(name, words, figures)),
                None => level.to_owned(),
            }
        }
        Notice::Week(week) => fill(words.week, &[&figures.period(week.week)]),
        Notice::Said {
            is_answer, about, ..
        } => match (is_answer, about) {
            (true, Some(about)) => fill(words.answer_about, &[about]),
            (true, None) => words.answer.to_owned(),
            (false, Some(about)) => fill(words.question_about, &[about]),
            (false, None) => words.question.to_owned(),
        },
    }
}

fn blocks(digest: &Digest<'_>, words: &'static Words, figures: Figures) -> Vec<Block> {
    let hello = match digest.reader {
        Some(name) => fill(words.hello_name, &[name]),
        None => words.hello.to_owned(),
    };
    let mut blocks = vec![Block::Text(hello)];
    let several = digest.items.iter().any(|item| {
        digest
            .items
            .first()
            .is_some_and(|first| first.client != item.client)
    });
    let mut client: Option<&str> = None;
    for item in digest.items {
        if several && client != Some(&item.client) {
            blocks.push(Block::Client(item.client.clone()));
            client = Some(&item.client);
        }
        blocks.push(Block::Heading(capital(&title(item, words, figures))));
        content(&mut blocks, &item.notice, words, figures);
        if let Some(address) = &item.link {
            blocks.push(Block::Link {
                label: words.read_on.to_owned(),
                address: address.clone(),
            });
        }
        blocks.extend(item.command.clone().map(Block::Command));
    }
    blocks.push(Block::Text(digest.business.to_owned()));
    blocks.push(Block::Foot(foot(digest, words, several)));
    blocks
}

/// With a capital at the beginning.
fn capital(text: &str) -> String {
    let mut rest = text.chars();
    match rest.next() {
        Some(first) => first.to_uppercase().chain(rest).collect(),
        None => String::new(),
    }
}

fn content(blocks: &mut Vec<Block>, notice: &Notice, words: &'static Words, figures: Figures) {
    match notice {
        Notice::Invoice { total, due, .. } => {
            let mut rows = vec![(words.total.to_owned(), figures.money(*total))];
            rows.extend(due.map(|due| (words.due.to_owned(), figures.day(due))));
            blocks.push(Block::Rows(rows));
        }
        Notice::Budget {
            standing, until, ..
        } => {
            blocks.push(Block::Text(used(standing, words, figures)));
            let is_over = standing.used.exact() >= standing.allocated.exact();
            if let Some(until) = until.filter(|_| !is_over) {
                blocks.push(Block::Text(fill(words.lasts, &[&figures.day(until)])));
            }
        }
        Notice::Retainer { standing, overage } => {
            blocks.push(Block::Text(left(standing, words, figures)));
            if overage.number() > 0 {
                blocks.push(Block::Text(fill(words.over, &[&figures.amount(*overage)])));
            }
        }
        Notice::Week(week) => of_week(blocks, week, words, figures),
        Notice::Said { author, text, .. } => {
            blocks.push(Block::Text(fill(words.wrote, &[author])));
            blocks.push(Block::Quote(text.clone()));
        }
    }
}

fn of_week(blocks: &mut Vec<Block>, week: &Week, words: &'static Words, figures: Figures) {
    let hours = |name: &str, seconds| (name.to_owned(), figures.hours(seconds));
    let mut rows = vec![hours(words.hours, week.total)];
    rows.extend(
        week.projects
            .iter()
            .map(|(name, seconds)| hours(name, *seconds)),
    );
    blocks.push(Block::Rows(rows));
    if let [_, _, ..] = week.members.as_slice() {
        let by = |one: &MemberHours| hours(&one.member, one.seconds);
        blocks.push(Block::Text(words.by_member.to_owned()));
        blocks.push(Block::Rows(week.members.iter().map(by).collect()));
    }
    if !week.budgets.is_empty() {
        blocks.push(Block::Text(words.budgets.to_owned()));
        let row = |line: &BudgetLine| (line.project.clone(), of_budget(line, words, figures));
        blocks.push(Block::Rows(week.budgets.iter().map(row).collect()));
    }
    for line in &week.retainers {
        let left = left(line, words, figures);
        blocks.push(Block::Text(match &line.name {
            Some(name) => fill(words.of_one, &[&retainer(name, words, figures), &left]),
            None => left,
        }));
    }
}

fn of_budget(line: &BudgetLine, words: &'static Words, figures: Figures) -> String {
    let (used, all) = (figures.amount(line.used), figures.amount(line.allocated));
    fill(words.of, &[&used, &all, &figures.percent(line.percent)])
}

fn used(line: &BudgetLine, words: &'static Words, figures: Figures) -> String {
    let (used, all) = (figures.amount(line.used), figures.amount(line.allocated));
    fill(words.used, &[&used, &all, &figures.percent(line.percent)])
}

fn left(line: &RetainerLine, words: &'static Words, figures: Figures) -> String {
    let amount = |amount: Amount| figures.amount(amount);
    let until = figures.day(line.until);
    fill(
        words.left,
        &[&amount(line.left), &amount(line.available), &until],
    )
}

/// `20.00 h a month, since 1 November 2026`, as on the pages of the portal.
fn retainer(name: &RetainerName, words: &'static Words, figures: Figures) -> String {
    match name {
        RetainerName::Projects(projects) => projects.clone(),
        RetainerName::Terms {
            allowance,
            per,
            start,
            end,
        } => {
            let terms = fill(words.terms(per), &[&figures.amount(*allowance)]);
            let start = figures.day(*start);
            match end {
                None => fill(words.since, &[&terms, &start]),
                Some(end) => fill(words.since_until, &[&terms, &start, &figures.day(*end)]),
            }
        }
    }
}

/// Why it came, and how no more like it come.
fn foot(
    digest: &Digest<'_>,
    words: &'static Words,
    several: bool,
) -> Vec<(String, Option<String>)> {
    let why = fill(words.why, &[digest.business]);
    match digest.exit {
        Exit::Links { links, answer } => {
            let mut lines = vec![(why, None)];
            for (client, kind, address) in links {
                let kind = words.kind(*kind);
                let label = match several {
                    true => fill(words.stop_of, &[kind, client]),
                    false => fill(words.stop, &[kind]),
                };
                lines.push((label, Some(address.clone())));
            }
            lines.extend(answer.then(|| (words.stop_answer.to_owned(), None)));
            lines
        }
        Exit::Answer => vec![(why, None), (words.stop_answer.to_owned(), None)],
        Exit::Command(command) => vec![(fill(words.stop_command, &[command]), None)],
    }
}

fn text(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        let paragraph = match block {
            Block::Client(name) => {
                let line = "=".repeat(name.chars().count().min(72));
                format!("{name}\n{line}")
            }
            Block::Heading(title) => {
                let line = "-".repeat(title.chars().count().min(72));
                format!("{title}\n{line}")
            }
            Block::Text(text) => text.clone(),
            Block::Rows(rows) => aligned(rows),
            Block::Quote(quote) => {
                let lines: Vec<String> = quote.lines().map(|line| format!("> {line}")).collect();
                lines.join("\n")
            }
            Block::Link { label, address } => format!("{label}\n{address}"),
            Block::Command(command) => format!("$ {command}"),
            Block::Foot(lines) => {
                let lines = lines.iter().map(|(label, address)| match address {
                    Some(address) => format!("{label}\n{address}"),
                    None => label.clone(),
                });
                format!("-- \n{}", lines.collect::<Vec<_>>().join("\n"))
            }
        };
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&paragraph);
    }
    text.push('\n');
    text
}

/// Rows in two columns, the second to the right.
fn aligned(rows: &[(String, String)]) -> String {
    let width = |text: &str| text.chars().count();
    let first = rows
        .iter()
        .map(|(name, _)| width(name))
        .max()
        .unwrap_or(0)
        .min(48);
    let second = rows
        .iter()
        .map(|(_, value)| width(value))
        .max()
        .unwrap_or(0);
    let lines = rows.iter().map(|(name, value)| {
        let gap = first.saturating_sub(width(name)) + second.saturating_sub(width(value)) + 2;
        format!("  {name}{}{value}", " ".repeat(gap))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn html(blocks: &[Block], words: &'static Words, subject: &str) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n<body>\n",
        words.tag,
        escape(subject)
    );
    for block in blocks {
        let inner = match block {
            Block::Client(name) => format!("<h1>{}</h1>", escape(name)),
            Block::Heading(title) => format!("<h2>{}</h2>", escape(title)),
            Block::Text(text) => format!("<p>{}</p>", escape(text)),
            Block::Rows(rows) => {
                let rows = rows.iter().map(|(name, value)| {
                    format!(
                        "<tr><th scope=\"row\" align=\"left\">{}</th><td align=\"right\">{}</td></tr>",
                        escape(name),
                        escape(value)
                    )
                });
                format!("<table>\n{}\n</table>", rows.collect::<Vec<_>>().join("\n"))
            }
            Block::Quote(quote) => {
                let lines: Vec<String> = quote.lines().map(escape).collect();
                format!("<blockquote>{}</blockquote>", lines.join("<br>\n"))
            }
            Block::Link { label, address } => format!("<p>{}</p>", link(label, address)),
            Block::Command(command) => format!("<p><code>{}</code></p>", escape(command)),
            Block::Foot(lines) => {
                let lines = lines.iter().map(|(label, address)| match address {
                    Some(address) => link(label, address),
                    None => escape(label),
                });
                let lines: Vec<String> = lines.collect();
                format!("<hr>\n<p><small>{}</small></p>", lines.join("<br>\n"))
            }
        };
        page.push_str(&inner);
        page.push('\n');
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn link(label: &str, address: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escape(address), escape(label))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
