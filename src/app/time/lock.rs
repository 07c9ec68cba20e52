//! Days that are locked.

use chrono::NaiveDate;

use crate::domain::Refusal;

use super::super::{Error, Result, Session};

pub(in crate::app) const KEY: &str = "time.locked-before";

/// The day before which all days are locked.
pub fn locked_before(session: &Session) -> Option<NaiveDate> {
    session.business.guards.locked_before
}

/// Locks all days before one. Today can be locked, days to come cannot.
pub fn lock(session: &mut Session, before: NaiveDate) -> Result<()> {
    not_ahead(before, session.today())?;
    session.write(|books| Ok::<_, Error>(books.set_setting(KEY, &before.to_string())?))?;
    session.business.guards.locked_before = Some(before);
    Ok(())
}

/// Refuses to lock days to come, however the lock is set.
pub(in crate::app) fn not_ahead(before: NaiveDate, today: NaiveDate) -> Result<()> {
    if before.pred_opt().is_some_and(|last| last > today) {
        return Err(Refusal::LockAhead { before }.into());
    }
    Ok(())
}

/// Unlocks all days. Whether some were locked.
pub fn unlock(session: &mut Session) -> Result<bool> {
    session.write(|books| Ok::<_, Error>(books.unset_setting(KEY)?))?;
    Ok(session.business.guards.locked_before.take().is_some())
}
