//! What there was between the business and a client: talks, documents, payments, sign-ins, and what was changed.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use serde_json::Value;

use crate::domain::approval_request::State;
use crate::domain::client::{Client, Stage};
use crate::domain::inbox::Author;
use crate::domain::invoice::{self, Stored};
use crate::domain::key::{ExpenseKey, OperationKey};
use crate::domain::talk::Talk;
use crate::domain::user::Role;
use crate::store::{Books, ExpenseFilter, InvoiceFilter, RowChange, Touch};
use crate::values::calendar::Calendar;
use crate::values::money::Money;
use crate::values::period::Span;
use crate::values::text::Line;

use super::{Result, Session, find};

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct Event {
    pub date: NaiveDate,
    /// Login name, or `portal`.
    pub who: String,
    /// In which operation it was written down.
    pub operation: OperationKey,
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum What {
    Talk(Talk),
    Issued {
        kind: invoice::Kind,
        number: String,
        total: Money,
    },
    /// The client looked at it on the portal for the first time.
    Viewed {
        number: String,
    },
    Paid {
        number: String,
        amount: Money,
        method: Option<String>,
    },
    /// Money was spent for the client.
    Spent {
        expense: ExpenseKey,
        amount: Money,
        category: Option<Line>,
        note: Option<Line>,
    },
    Invited {
        email: String,
        role: Role,
    },
    Accepted {
        email: String,
    },
    SignedIn {
        email: String,
    },
    /// A user asked or said something.
    Asked {
        question: String,
        by: String,
        text: String,
    },
    /// A member answered.
    Replied {
        question: String,
        text: String,
    },
    /// The client was asked to approve something.
    Requested {
        request: String,
    },
    /// The client answered that.
    Answered {
        request: String,
        approved: bool,
        by: String,
        note: Option<String>,
    },
    /// Somebody chose what to be told by mail; empty: all that is set.
    Chose {
        email: String,
        muted: Vec<String>,
    },
    /// A file was fetched on the portal.
    Exported {
        file: String,
        by: Option<String>,
    },
    Added {
        stage: Stage,
    },
    Stage {
        from: Stage,
        to: Stage,
        taken_back: bool,
    },
    /// Anything else that was done, by its command.
    Done {
        /// It was about a document.
        document: bool,
        command: String,
        taken_back: bool,
    },
    /// Commands over time on one day.
    Tracked {
        commands: usize,
        last: String,
    },
}

impl What {
    /// The word by which events are chosen.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Talk(talk) => talk.kind.word(),
            Self::Issued { kind, .. } => kind.word(),
            Self::Viewed { .. } => "invoice",
            Self::Paid { .. } => "payment",
            Self::Spent { .. } => "expense",
            Self::Invited { .. } => "invitation",
            Self::Accepted { .. } | Self::SignedIn { .. } => "sign-in",
            Self::Asked { .. } | Self::Replied { .. } => "question",
            Self::Requested { .. } | Self::Answered { .. } => "approval",
            Self::Chose { .. } => "notification",
            Self::Exported { .. } => "export",
            Self::Added { .. } | Self::Stage { .. } => "stage",
            Self::Done { document: true, .. } => "document",
            Self::Done { .. } => "change",
            Self::Tracked { .. } => "time",
        }
    }
}

/// The events of a client in a span of days, oldest first.
pub fn history(session: &Session, reference: &str, days: Span) -> Result<Vec<Event>> {
    session.store.read(|books| {
        let client = find::client(books, reference)?;
        let touches = books.touches(client.key)?;
        let taken_back = touches.iter().filter(|touch| touch.taken_back);
        let mut gathering = Gathering {
            taken_back: taken_back.map(|touch| touch.operation).collect(),
            books,
            calendar: &session.calendar,
            events: Vec::new(),
            told: HashSet::new(),
        };
        gathering.stages(&client)?;
        gathering.talks(&client)?;
        gathering.invoices(&client)?;
        gathering.expenses(&client)?;
        gathering.users(&client)?;
        gathering.questions(&client)?;
        gathering.choices(&client)?;
        gathering.requests(&client)?;
        gathering.looks(&client)?;
        gathering.others(touches);
        let mut events = gathering.events;
        events.retain(|event| days.contains(event.date));
        events.sort_by_key(|event| (event.date, event.operation));
        Ok(events)
    })
}

/// The day on which a client was added, as the log knows.
pub(super) fn added_on(
    books: &Books<'_>,
    calendar: &Calendar,
    client: &Client,
) -> Result<Option<NaiveDate>> {
    let changes = books.row_changes("client", client.key.0)?;
    Ok(made(&changes).map(|change| calendar.day_of(change.at)))
}

struct Gathering<'a> {
    books: &'a Books<'a>,
    calendar: &'a Calendar,
    events: Vec<Event>,
    /// Operations that an event tells of.
    told: HashSet<OperationKey>,
    /// Operations that were taken back.
    taken_back: HashSet<OperationKey>,
}

impl Gathering<'_> {
    fn tell(&mut self, change: &RowChange, date: NaiveDate, what: What) {
        self.told.insert(change.operation);
        self.events.push(Event {
            date,
            who: change.who.clone(),
            operation: change.operation,
            what,
        });
    }

    fn stages(&mut self, client: &Client) -> Result<()> {
        let changes = self.books.row_changes("client", client.key.0)?;
        for (place, change) in changes.iter().enumerate() {
            let stage =
                |value: Option<&Value>| value.and_then(Value::as_str).and_then(Stage::from_word);
            let what = match (stage(change.was("stage")), stage(change.is("stage"))) {
                (Some(from), Some(to)) => What::Stage {
                    from,
                    to,
                    taken_back: self.taken_back.contains(&change.operation),
                },
                (None, Some(stage)) if place == 0 => What::Added { stage },
                _ => continue,
            };
            self.tell(change, self.calendar.day_of(change.at), what);
        }
        Ok(())
    }

    fn talks(&mut self, client: &Client) -> Result<()> {
        for talk in self.books.talks(client.key)? {
            let changes = self.books.row_changes("talk", talk.key.0)?;
            if let Some(change) = made(&changes) {
                self.tell(change, talk.day, What::Talk(talk));
            }
        }
        Ok(())
    }

    fn invoices(&mut self, client: &Client) -> Result<()> {
        let filter = InvoiceFilter {
            client: Some(client.key),
            drafts: false,
        };
        for invoice in self.books.invoices(filter)? {
            if invoice.stored == Stored::Draft {
                continue;
            }
            let number = invoice.name();
            let total = invoice.totals()?.total;
            for change in self.books.row_changes("invoice", invoice.key.0)? {
                if change.is("number").is_some_and(Value::is_string) {
                    let what = What::Issued {
                        kind: invoice.kind,
                        number: number.clone(),
                        total,
                    };
                    self.tell(&change, invoice.issue_date, what);
                }
                if let Some(at) = change.instant("viewed") {
                    let number = number.clone();
                    self.tell(&change, self.calendar.day_of(at), What::Viewed { number });
                }
            }
            for payment in &invoice.payments {
                let changes = self.books.row_changes("payment", payment.key.0)?;
                let what = What::Paid {
                    number: number.clone(),
                    amount: payment.amount,
                    method: payment.method.clone(),
                };
                if let Some(change) = made(&changes) {
                    self.tell(change, payment.date, what);
                }
            }
        }
        Ok(())
    }

    fn expenses(&mut self, client: &Client) -> Result<()> {
        let filter = ExpenseFilter {
            client: Some(client.key),
            ..ExpenseFilter::default()
        };
        for listed in self.books.expenses(&filter)? {
            let (key, spent) = (listed.expense.key, listed.expense.spent);
            let changes = self.books.row_changes("expense", key.0)?;
            let what = What::Spent {
                expense: key,
                amount: spent.amount,
                category: spent.category,
                note: spent.note,
            };
            if let Some(change) = made(&changes) {
                self.tell(change, spent.day, what);
            }
        }
        Ok(())
    }

    fn users(&mut self, client: &Client) -> Result<()> {
        for user in self.books.users(Some(client.key))? {
            let email = user.email.to_string();
            let changes = self.books.row_changes("user", user.key.0)?;
            for (place, change) in changes.into_iter().enumerate() {
                if change.before.is_none() {
                    // An undo of a removal brings the row back; nobody was invited by it.
                    if place > 0 {
                        continue;
                    }
                    let role = change.is("role").and_then(Value::as_str);
                    let what = What::Invited {
                        email: email.clone(),
                        role: role.and_then(Role::from_word).unwrap_or(user.role),
                    };
                    self.tell(&change, self.calendar.day_of(change.at), what);
                    continue;
                }
                if let Some(at) = change.instant("accepted") {
                    let what = What::Accepted {
                        email: email.clone(),
                    };
                    self.tell(&change, self.calendar.day_of(at), what);
                }
                if let Some(at) = change.instant("last_sign_in") {
                    let what = What::SignedIn {
                        email: email.clone(),
                    };
                    self.tell(&change, self.calendar.day_of(at), what);
                }
            }
        }
        Ok(())
    }

    fn choices(&mut self, client: &Client) -> Result<()> {
        for choice in self.books.notice_choices(Some(client.key))? {
            for change in self.books.row_changes("notice_choice", choice.key.0)? {
                let Some(muted) = change.is("muted").and_then(Value::as_str) else {
                    continue;
                };
                let words = muted.split(',').filter(|word| !word.is_empty());
                let what = What::Chose {
                    email: choice.email.to_string(),
                    muted: words.map(str::to_owned).collect(),
                };
                self.tell(&change, self.calendar.day_of(change.at), what);
            }
        }
        Ok(())
    }

    fn questions(&mut self, client: &Client) -> Result<()> {
        for thread in self.books.threads(Some(client.key))? {
            let question = thread.reference();
            for message in thread.messages {
                let changes = self.books.row_changes("message", message.key.0)?;
                let text = message.text.to_string();
                let question = question.clone();
                let what = match message.author {
                    Author::User { name: by, .. } => What::Asked { question, by, text },
                    Author::Member(_) => What::Replied { question, text },
                };
                if let Some(change) = made(&changes) {
                    self.tell(change, self.calendar.day_of(message.at), what);
                }
            }
        }
        Ok(())
    }

    fn requests(&mut self, client: &Client) -> Result<()> {
        for request in self.books.approval_requests(Some(client.key))? {
            let reference = request.reference();
            let changes = self.books.row_changes("approval_request", request.key.0)?;
            if let Some(change) = made(&changes) {
                let what = What::Requested {
                    request: reference.clone(),
                };
                self.tell(change, self.calendar.day_of(request.asked), what);
            }
            let answered = changes.iter().find(|change| change.is("decided").is_some());
            if let (Some(change), Some(answer)) = (answered, &request.answer) {
                let what = What::Answered {
                    request: reference,
                    approved: request.state == State::Approved,
                    by: answer.by.clone(),
                    note: answer.note.as_ref().map(ToString::to_string),
                };
                self.tell(change, self.calendar.day_of(answer.at), what);
            }
        }
        Ok(())
    }

    /// What users looked at on the portal and fetched from it. The first look at an invoice stands in its row already.
    fn looks(&mut self, client: &Client) -> Result<()> {
        let filter = InvoiceFilter {
            client: Some(client.key),
            drafts: false,
        };
        let invoices = self.books.invoices(filter)?;
        let is_first = |number: &str, at| {
            let mut invoices = invoices.iter();
            invoices.any(|one| one.number.as_deref() == Some(number) && one.viewed == Some(at))
        };
        for event in self.books.portal_events(client.key)? {
            let (Some(at), Some(subject)) = (event.at, event.subject) else {
                continue;
            };
            let what = match event.kind.as_str() {
                "invoice_viewed" if !is_first(&subject, at) => What::Viewed { number: subject },
                "export_made" => What::Exported {
                    file: subject,
                    by: event.who,
                },
                _ => continue,
            };
            self.events.push(Event {
                date: self.calendar.day_of(at),
                who: super::PORTAL.to_owned(),
                operation: OperationKey(0),
                what,
            });
        }
        Ok(())
    }

    /// Operations of which no event tells. Those over time are told once a day, because there are many.
    fn others(&mut self, touches: Vec<Touch>) {
        let mut tracked: BTreeMap<NaiveDate, Vec<Touch>> = BTreeMap::new();
        for touch in touches {
            if self.told.contains(&touch.operation) {
                continue;
            }
            let date = self.calendar.day_of(touch.at);
            let is_time = |noun: &String| matches!(noun.as_str(), "entry" | "timer");
            if touch.nouns.iter().all(is_time) {
                tracked.entry(date).or_default().push(touch);
                continue;
            }
            self.events.push(Event {
                date,
                who: touch.who,
                operation: touch.operation,
                what: What::Done {
                    document: touch.nouns.iter().any(|noun| noun == "document"),
                    command: touch.command,
                    taken_back: touch.taken_back,
                },
            });
        }
        for (date, touches) in tracked {
            let commands = touches.len();
            if let Some(last) = touches.into_iter().next_back() {
                self.events.push(Event {
                    date,
                    who: last.who,
                    operation: last.operation,
                    what: What::Tracked {
                        commands,
                        last: last.command,
                    },
                });
            }
        }
    }
}

/// The change by which a row came to be.
fn made(changes: &[RowChange]) -> Option<&RowChange> {
    changes.iter().find(|change| change.before.is_none())
}
