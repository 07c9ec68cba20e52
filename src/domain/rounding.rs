//! From worked time to billed time: a policy is applied to seconds that themselves never change.

use crate::values::duration::Seconds;

/// Which way a step is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    None,
    Up,
    /// An exact half goes up.
    Nearest,
    Down,
}

/// A rounding policy over one sum of worked seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    pub mode: Mode,
    /// 1–480 minutes.
    pub step_minutes: u16,
    /// What is more than zero is billed as at least this many minutes.
    pub minimum_minutes: u16,
}

impl Policy {
    /// Billed time is worked time.
    pub const EXACT: Self = Self {
        mode: Mode::None,
        step_minutes: 1,
        minimum_minutes: 0,
    };

    /// The billed time of this worked time. A zero stays zero; an exact multiple of the step stays as it is.
    pub fn billed(&self, worked: Seconds) -> Seconds {
        if worked.0 <= 0 {
            return worked;
        }
        let step = i64::from(self.step_minutes.max(1)) * 60;
        let whole = worked.0 / step;
        let rest = worked.0 % step;
        let steps = match self.mode {
            Mode::None => return Seconds(worked.0.max(self.minimum())),
            Mode::Up => whole + i64::from(rest > 0),
            Mode::Nearest => whole + i64::from(rest * 2 >= step),
            Mode::Down => whole,
        };
        Seconds(steps.saturating_mul(step).max(self.minimum()))
    }

    fn minimum(&self) -> i64 {
        i64::from(self.minimum_minutes) * 60
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_round_as_the_table_says() {
        use Mode::{Down, Nearest, None, Up};
        // mode, step, minimum, worked minutes and seconds, billed minutes and seconds
        let cases = [
            (None, 15, 0, (7, 31), (7, 31)),
            (None, 15, 10, (7, 31), (10, 0)),
            (Up, 15, 0, (15, 0), (15, 0)),
            (Up, 15, 0, (15, 1), (30, 0)),
            (Up, 6, 0, (0, 1), (6, 0)),
            (Nearest, 15, 0, (7, 29), (0, 0)),
            (Nearest, 15, 0, (7, 30), (15, 0)),
            (Nearest, 15, 15, (7, 29), (15, 0)),
            (Down, 15, 0, (29, 59), (15, 0)),
            (Down, 15, 0, (30, 0), (30, 0)),
            (Down, 15, 5, (4, 0), (5, 0)),
            (Up, 480, 0, (1, 0), (480, 0)),
        ];
        for (mode, step_minutes, minimum_minutes, (wm, ws), (bm, bs)) in cases {
            let policy = Policy {
                mode,
                step_minutes,
                minimum_minutes,
            };
            assert_eq!(
                policy.billed(Seconds(wm * 60 + ws)),
                Seconds(bm * 60 + bs),
                "{policy:?} of {wm}:{ws}"
            );
        }
    }

    #[test]
    fn a_zero_stays_zero_whatever_the_minimum() {
        for mode in [Mode::None, Mode::Up, Mode::Nearest, Mode::Down] {
            let policy = Policy {
                mode,
                step_minutes: 15,
                minimum_minutes: 30,
            };
            assert_eq!(policy.billed(Seconds(0)), Seconds(0));
        }
    }
}
