//! What clients ask on the portal, and what they are answered.

use chrono::{DateTime, NaiveDate, Utc};

use crate::values::id::PublicId;
use crate::values::text::Note;

use super::Refusal;
use super::approval_request;
use super::key::{ApprovalRequestKey, ClientKey, MemberKey, MessageKey, ThreadKey};

/// A question with all that was said to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    pub key: ThreadKey,
    pub client: ClientKey,
    /// Under which id the portal has it.
    pub public_id: PublicId,
    /// What it is about, as the portal names it.
    pub about: String,
    /// The same as people here name it: `acme/website`, `2026-0007`.
    pub subject: String,
    pub asked: DateTime<Utc>,
    pub done: bool,
    /// It came of the answer to this request.
    pub request: Option<ApprovalRequestKey>,
    /// In order. Of an answer to a request without a word there is none.
    pub messages: Vec<Message>,
}

/// What somebody said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub key: MessageKey,
    pub at: DateTime<Utc>,
    pub author: Author,
    pub text: Note,
}

/// Who said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// A user of the client, under the name of that day.
    User {
        message: PublicId,
        id: PublicId,
        name: String,
    },
    Member(MemberKey),
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The client waits.
    Open,
    Answered,
    Done,
}

impl State {
    /// The word in JSON and tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Done => "done",
        }
    }
}

impl Thread {
    /// How it is named: `question-7`.
    pub fn reference(&self) -> String {
        format!("question-{}", self.key.0)
    }

    /// Whose turn it is: the last word decides.
    pub fn state(&self) -> State {
        if self.done {
            return State::Done;
        }
        match self.messages.last().map(|message| &message.author) {
            Some(Author::Member(_)) => State::Answered,
            Some(Author::User { .. }) | None => State::Open,
        }
    }

    /// Whether it is nothing but a task of the owner's: it came of an answer to a request, and no client wrote a word.
    pub fn is_task(&self) -> bool {
        let mut authors = self.messages.iter().map(|message| &message.author);
        self.request.is_some() && !authors.any(|author| matches!(author, Author::User { .. }))
    }

    /// Refuses an answer that nobody waits for or would see, where it came of a request in this state.
    pub fn may_be_answered(&self, request: Option<approval_request::State>) -> Result<(), Refusal> {
        let (Some(key), Some(state)) = (self.request, request) else {
            return Ok(());
        };
        let (question, request) = (self.reference(), approval_request::reference(key));
        match state {
            approval_request::State::Withdrawn => Err(Refusal::TaskTakenBack { question, request }),
            approval_request::State::Approved if self.is_task() => {
                Err(Refusal::TaskApproved { question, request })
            }
            _ => Ok(()),
        }
    }

    /// Whether a client said something after this many messages.
    pub fn is_unread(&self, read: usize) -> bool {
        let mut later = self.messages.iter().skip(read);
        let silent = self.messages.is_empty() && read == 0;
        silent || later.any(|message| matches!(message.author, Author::User { .. }))
    }

    /// Since when it is as it is.
    pub fn since(&self) -> DateTime<Utc> {
        self.messages.last().map_or(self.asked, |last| last.at)
    }
}

/// Days after which an unanswered request is told.
const UNANSWERED_DAYS: i64 = 7;

/// Whether a request is unanswered for long.
pub fn is_unanswered(asked: NaiveDate, today: NaiveDate) -> bool {
    (today - asked).num_days() >= UNANSWERED_DAYS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thread(by_user: &[bool]) -> Thread {
        let id = || PublicId::from_bytes([1; 16]);
        let at = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let message = |by_user: &bool| Message {
            key: MessageKey(1),
            at,
            author: match by_user {
                true => Author::User {
                    message: id(),
                    id: id(),
                    name: "Jo".to_owned(),
                },
                false => Author::Member(MemberKey(1)),
            },
            text: Note::parse("text").unwrap(),
        };
        Thread {
            key: ThreadKey(7),
            client: ClientKey(1),
            public_id: id(),
            about: "client".to_owned(),
            subject: "acme".to_owned(),
            asked: at,
            done: false,
            request: None,
            messages: by_user.iter().map(message).collect(),
        }
    }

    #[test]
    fn the_last_word_tells_whose_turn_it_is() {
        let cases: [(&[bool], State); 4] = [
            (&[], State::Open),
            (&[true], State::Open),
            (&[true, false], State::Answered),
            (&[true, false, true], State::Open),
        ];
        for (messages, state) in cases {
            let one = thread(messages);
            assert_eq!(one.state(), state, "{messages:?}");
            let done = Thread { done: true, ..one };
            assert_eq!(done.state(), State::Done);
        }
    }

    #[test]
    fn what_a_client_said_since_is_unread() {
        let cases: [(&[bool], usize, bool); 6] = [
            (&[], 0, true),
            (&[], 1, false),
            (&[true], 0, true),
            (&[true], 1, false),
            (&[true, false], 1, false),
            (&[true, false, true], 2, true),
        ];
        for (messages, read, unread) in cases {
            assert_eq!(
                thread(messages).is_unread(read),
                unread,
                "{messages:?} {read}"
            );
        }
    }

    #[test]
    fn a_week_without_an_answer_is_long() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert!(!is_unanswered(day("2026-11-14"), day("2026-11-20")));
        assert!(is_unanswered(day("2026-11-13"), day("2026-11-20")));
    }

    #[test]
    fn what_came_of_an_answer_is_answered_where_somebody_waits_for_it() {
        use approval_request::State as Request;
        let of_request = |by_user: &[bool]| Thread {
            request: Some(ApprovalRequestKey(3)),
            ..thread(by_user)
        };
        for (thread, request, refused) in [
            (thread(&[true]), None, false),
            (of_request(&[]), Some(Request::Declined), false),
            (of_request(&[true]), Some(Request::Declined), false),
            (of_request(&[]), Some(Request::Approved), true),
            (of_request(&[true]), Some(Request::Approved), false),
            (of_request(&[]), Some(Request::Withdrawn), true),
            (of_request(&[true]), Some(Request::Withdrawn), true),
        ] {
            let is = thread.may_be_answered(request).is_err();
            assert_eq!(is, refused, "{thread:?} {request:?}");
        }
        assert!(of_request(&[]).is_task() && of_request(&[false]).is_task());
        assert!(!of_request(&[true]).is_task() && !thread(&[]).is_task());
    }
}
