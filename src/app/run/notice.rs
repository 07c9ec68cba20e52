//! Notices: what somebody is to be told by mail is put into the outbox, once.

use crate::app::notice::{self, Due};
use crate::app::{Error, Result};
use crate::domain::job::{Key, Kind, Outcome};
use crate::domain::notice::Side;
use crate::values::period::YearMonth;

use super::{Job, Run, State};

impl Run<'_> {
    /// Puts what is due into the outbox: one mail for each person. Where nothing could send it, it stays due, and that is told once a
    /// month.
    pub(super) fn notices(&mut self) -> Result<()> {
        let notice::List { mut due, failed } = notice::list_due(self.session)?;
        for (slug, error) in failed {
            let key = Key::new(Kind::Notice, &slug, self.today);
            self.note(Job {
                client: Some(slug),
                ..Job::failed(key, error)
            });
        }
        // What the portal does not have yet, or who wants no more mail there, is told after the next sync.
        due.retain(|one| one.side == Side::Owner || !self.is_behind(&one.slug));
        if due.is_empty() {
            return Ok(());
        }
        if self.wanted.dry_run {
            for one in &due {
                self.note(job(one, State::Due));
            }
            return Ok(());
        }
        let mark = self.wanted.mark_done;
        let before = due.len();
        due.retain(|one| mark || notice::has_way_for(self.session, one));
        if due.len() < before {
            self.no_way(before - due.len())?;
        }
        for (one, mail) in notice::give(self.session, due, mark)? {
            let state = if mark { State::Marked } else { State::Done };
            self.note(Job {
                reference: mail.map(|mail| format!("mail-{}", mail.0)),
                ..job(&one, state)
            });
        }
        Ok(())
    }

    fn no_way(&mut self, waiting: usize) -> Result<()> {
        let key = Key::new(Kind::Notice, "no-way", YearMonth::of(self.today));
        let today = self.today;
        let is_new = self.session.write(|books| {
            if books.job(&key)?.is_some() {
                return Ok::<_, Error>(false);
            }
            books.settle(&key, today, Outcome::Nothing, None, None)?;
            Ok(true)
        })?;
        if is_new {
            self.note(Job {
                reference: Some(waiting.to_string()),
                ..Job::new(key, State::Waiting)
            });
        }
        Ok(())
    }
}

fn job(due: &Due, state: State) -> Job {
    let subject = format!("{}/{}/{}", due.event, due.slug, due.to);
    Job {
        client: Some(due.slug.clone()),
        ..Job::new(Key::new(Kind::Notice, subject, &due.period), state)
    }
}
