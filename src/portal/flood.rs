//! How many requests one network address may make, and how many connections it may hold. A guard of this process only, kept in
//! memory: what must hold over all server processes (sign-ins) is counted in the store, see [`super::throttle`].

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::throttle::Counter;

/// Addresses that are kept in mind at the same time.
const MOST: usize = 20_000;

/// A bucket for each address, which fills by the second and is emptied by requests.
#[derive(Debug)]
pub(super) struct Flood {
    /// What a bucket holds.
    burst: u32,
    /// Time for one request to come back; none: nothing is limited.
    every: Option<Duration>,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// When it would be full if nobody asked any more.
    full_at: Instant,
}

impl Flood {
    /// So many requests a minute, and a burst of half of them at once; 0: any number.
    pub(super) fn new(a_minute: u32) -> Self {
        Self {
            burst: a_minute.div_ceil(2),
            every: Duration::from_secs(60).checked_div(a_minute),
            buckets: Mutex::new(HashMap::new()),
        }
    }

    /// Counts a request; how long to wait, if there were too many.
    pub(super) fn take(&self, from: IpAddr, now: Instant) -> Result<(), Duration> {
        let (Some(every), false) = (self.every, is_here(from)) else {
            return Ok(());
        };
        let room = every.saturating_mul(self.burst);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST {
            buckets.retain(|_, bucket| bucket.full_at > now);
        }
        let key = Counter::for_address(from).key;
        if buckets.len() >= MOST && !buckets.contains_key(&key) {
            // So many at once are no visitors; those who are known go on.
            return Err(every);
        }
        let bucket = buckets.entry(key).or_insert(Bucket { full_at: now });
        let next = bucket.full_at.max(now) + every;
        let wait = next.saturating_duration_since(now).saturating_sub(room);
        if wait.is_zero() {
            bucket.full_at = next;
            Ok(())
        } else {
            Err(wait)
        }
    }
}

/// A proxy on this machine that nobody told us to trust would share one bucket among all visitors.
fn is_here(from: IpAddr) -> bool {
    from.to_canonical().is_loopback()
}

/// How many connections each address holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Held(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// One connection of an address; dropped, it is counted no longer.
#[derive(Debug)]
pub(super) struct Hold {
    held: Held,
    from: IpAddr,
}

impl Held {
    /// One more, unless the address has `most` already.
    pub(super) fn take(&self, from: IpAddr, most: usize) -> Option<Hold> {
        let from = from.to_canonical();
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(from).or_insert(0);
        if *count >= most && !from.is_loopback() {
            return None;
        }
        *count = count.saturating_add(1);
        Some(Hold {
            held: self.clone(),
            from,
        })
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut held = self.held.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.from) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                held.remove(&self.from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_goes_through_and_then_one_at_a_time() {
        let flood = Flood::new(60);
        let (visitor, other): (IpAddr, IpAddr) =
            ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let start = Instant::now();
        for n in 0..30 {
            assert!(flood.take(visitor, start).is_ok(), "{n}");
        }
        let wait = flood.take(visitor, start).unwrap_err();
        assert_eq!(wait, Duration::from_secs(1));
        assert!(flood.take(other, start).is_ok());
        let later = start + Duration::from_secs(2);
        assert!(flood.take(visitor, later).is_ok());
        assert!(flood.take(visitor, later).is_ok());
        assert!(flood.take(visitor, later).is_err());
    }

    #[test]
    fn this_machine_and_no_limit_are_let_through() {
        let now = Instant::now();
        let (none, some) = (Flood::new(0), Flood::new(2));
        for _ in 0..100 {
            assert!(none.take("192.0.2.1".parse().unwrap(), now).is_ok());
            assert!(some.take("127.0.0.1".parse().unwrap(), now).is_ok());
        }
    }

    #[test]
    fn connections_are_counted_while_they_live() {
        let held = Held::default();
        let from = "192.0.2.1".parse().unwrap();
        let (one, two) = (held.take(from, 2), held.take(from, 2));
        assert!(one.is_some() && two.is_some() && held.take(from, 2).is_none());
        drop(one);
        assert!(held.take(from, 2).is_some());
        drop(two);
        assert!(held.0.lock().unwrap().is_empty());
    }
}
