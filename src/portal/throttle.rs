//! When to let the next sign-in be tried. Pure: the stores keep the counters, in the database, for all server processes alike.
//!
//! Each attempt counts as failed before its password is looked at, so attempts side by side cannot outrun the count. One that
//! succeeds is taken off again, and no more than that: with an address of one's own in another account nobody shall be able to wipe
//! out what was guessed in the name of the same address. Only a sign-in whose password was right for all who have the address clears
//! its counter. What failed is forgotten by one an hour. The delay of a mail address stops growing at a quarter of an hour, so nobody
//! can shut another person out for longer than that, and a fresh invitation or an operator's link passes it by.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};

/// What is counted, and how patiently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counter {
    /// Names the counter; tells nobody's address of mail.
    pub key: String,
    /// Attempts before the first delay.
    pub free: u32,
    /// The delay grows to this.
    pub longest: TimeDelta,
    /// Whether a success clears the counter, or takes back its own attempt only.
    pub cleared: bool,
}

impl Counter {
    /// For one mail address, whether it is known or not.
    pub(super) fn for_email(email_key: &str) -> Self {
        let digest = Sha256::digest(format!("loggia sign-in\n{email_key}").as_bytes());
        Self {
            key: format!("email:{}", data_encoding::HEXLOWER.encode(&digest)),
            free: 5,
            longest: LONGEST_DELAY,
            cleared: false,
        }
    }

    /// The same, for an attempt that was right for everybody with this address: then nothing is left to be guessed.
    pub(super) fn cleared(self) -> Self {
        Self {
            cleared: true,
            ..self
        }
    }

    /// For the second factors of one mail address. A right password does not clear it.
    pub(super) fn for_factor(email_key: &str) -> Self {
        let email = Self::for_email(email_key);
        Self {
            key: email.key.replace("email:", "factor:"),
            ..email
        }
    }

    /// For wishes to get back in without a password.
    pub(super) fn for_reset(email_key: &str) -> Self {
        let email = Self::for_email(email_key);
        Self {
            key: email.key.replace("email:", "reset:"),
            free: 3,
            ..email
        }
    }

    /// For everybody together, in the hour of `now`. It slows a flood of guesses from many networks; the short delay is all that it
    /// does to others, and passkeys, invitations and open sessions do not count.
    pub(super) fn for_everybody(now: DateTime<Utc>) -> Self {
        let hour = now.timestamp().div_euclid(3_600);
        Self {
            key: format!("everybody:{hour}"),
            free: 1_000,
            longest: TimeDelta::seconds(5),
            cleared: false,
        }
    }

    /// For one network address; a whole /64 of IPv6 counts as one.
    pub(super) fn for_address(address: IpAddr) -> Self {
        let key = match address.to_canonical() {
            IpAddr::V4(v4) => v4.to_string(),
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        };
        Self {
            key: format!("address:{key}"),
            free: 30,
            longest: LONGEST_DELAY,
            cleared: false,
        }
    }
}

/// State of a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    /// Attempts that did not succeed.
    pub(super) failures: u32,
    /// The last of them.
    pub(super) last: DateTime<Utc>,
    /// Until when none is let through.
    pub(super) blocked_until: DateTime<Utc>,
}

/// Counts are forgotten after this long without an attempt.
pub(super) const FORGOTTEN: TimeDelta = TimeDelta::hours(24);

/// One failure is forgotten each time this long passes without an attempt. Much longer than the longest delay, so waiting for it gains
/// nothing.
const FADES: TimeDelta = TimeDelta::hours(1);

const FIRST_DELAY: TimeDelta = TimeDelta::seconds(30);
const LONGEST_DELAY: TimeDelta = TimeDelta::minutes(15);

impl Count {
    /// The counter after one more attempt at `now`, or until when it is blocked.
    pub(super) fn attempt(
        before: Option<Self>,
        counter: &Counter,
        now: DateTime<Utc>,
    ) -> Result<Self, DateTime<Utc>> {
        let before = before.filter(|count| now.signed_duration_since(count.last) < FORGOTTEN);
        if let Some(count) = before
            && count.blocked_until > now
        {
            return Err(count.blocked_until);
        }
        let failures = before.map_or(0, |count| count.faded(now)).saturating_add(1);
        Ok(Self {
            failures,
            last: now,
            blocked_until: now + delay(failures, counter.free).min(counter.longest),
        })
    }

    /// The failures that are not forgotten yet.
    fn faded(&self, now: DateTime<Utc>) -> u32 {
        let rested = now.signed_duration_since(self.last).num_seconds();
        let forgotten = rested.checked_div(FADES.num_seconds()).unwrap_or_default();
        self.failures
            .saturating_sub(u32::try_from(forgotten).unwrap_or_default())
    }
}

/// Nothing for the free attempts, then 30 s, 1 min, 2 min, ... up to a quarter of an hour.
fn delay(failures: u32, free: u32) -> TimeDelta {
    let Some(beyond) = failures.checked_sub(free.max(1)) else {
        return TimeDelta::zero();
    };
    let factor = 1_i32.checked_shl(beyond.min(16)).unwrap_or(i32::MAX);
    FIRST_DELAY
        .checked_mul(factor)
        .map_or(LONGEST_DELAY, |delay| delay.min(LONGEST_DELAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_grows_to_its_limit() {
        let seconds: Vec<i64> = (1..=12).map(|n| delay(n, 5).num_seconds()).collect();
        assert_eq!(seconds, [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
        assert_eq!(delay(u32::MAX, 5), LONGEST_DELAY);
    }

    #[test]
    fn a_blocked_counter_opens_again_and_is_forgotten_in_the_end() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let counter = Counter::for_email("x@y.example");
        let mut count = None;
        for _ in 0..5 {
            count = Some(Count::attempt(count, &counter, now).unwrap());
        }
        let until = Count::attempt(count, &counter, now).unwrap_err();
        assert_eq!(until, now + TimeDelta::seconds(30));
        let sixth = Count::attempt(count, &counter, until).unwrap();
        assert_eq!(
            (sixth.failures, sixth.blocked_until),
            (6, until + TimeDelta::seconds(60))
        );
        assert_eq!(
            Count::attempt(count, &counter, now + FORGOTTEN)
                .unwrap()
                .failures,
            1
        );
    }

    #[test]
    fn a_flood_of_guesses_slows_others_for_moments_and_for_an_hour() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let counter = Counter::for_everybody(now);
        let flooded = Count {
            failures: 50_000,
            last: now,
            blocked_until: now,
        };
        let next = Count::attempt(Some(flooded), &counter, now).unwrap();
        assert_eq!(next.blocked_until, now + TimeDelta::seconds(5));
        let later = Counter::for_everybody(now + TimeDelta::hours(1));
        assert_ne!(counter.key, later.key);
    }

    #[test]
    fn one_failure_fades_each_hour_of_rest() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let counter = Counter::for_email("x@y.example");
        let count = Count {
            failures: 7,
            last: now,
            blocked_until: now,
        };
        for (minutes, failures) in [(0, 8), (59, 8), (60, 7), (60 * 5, 3), (60 * 20, 1)] {
            let later = now + TimeDelta::minutes(minutes);
            let next = Count::attempt(Some(count), &counter, later).unwrap();
            assert_eq!(next.failures, failures, "after {minutes} minutes");
        }
        // A clock that was put back forgets nothing.
        let earlier = now - TimeDelta::hours(3);
        let before = Count {
            blocked_until: earlier,
            ..count
        };
        let next = Count::attempt(Some(before), &counter, earlier).unwrap();
        assert_eq!(next.failures, 8);
    }

    #[test]
    fn each_way_in_has_a_counter_of_its_own() {
        let keys = [Counter::for_email, Counter::for_factor, Counter::for_reset]
            .map(|counter| counter("x@y.example").key);
        assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
        assert!(!keys.iter().any(|key| key.contains("y.example")));
    }

    #[test]
    fn neighbours_in_one_ipv6_network_share_a_counter() {
        let key = |text: &str| Counter::for_address(text.parse().unwrap()).key;
        assert_eq!(key("2001:db8::1"), key("2001:db8::2:3"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
    }
}
