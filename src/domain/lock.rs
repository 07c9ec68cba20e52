//! Days that are closed: what is before the day of the setting `time.locked-before` does not change any more.

use chrono::NaiveDate;

use super::Refusal;

/// Refuses to write or change what is dated before the day up to which the books are closed. That day itself is open.
pub fn is_open(day: NaiveDate, locked_before: Option<NaiveDate>) -> Result<(), Refusal> {
    match locked_before {
        Some(before) if day < before => Err(Refusal::Locked { date: day, before }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_before_the_lock_are_closed_and_all_others_open() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let lock = Some(day("2026-11-01"));
        assert!(is_open(day("1990-01-01"), None).is_ok());
        assert!(is_open(day("2026-11-01"), lock).is_ok());
        assert!(is_open(day("2026-11-02"), lock).is_ok());
        assert_eq!(
            is_open(day("2026-10-31"), lock),
            Err(Refusal::Locked {
                date: day("2026-10-31"),
                before: day("2026-11-01"),
            })
        );
    }
}
