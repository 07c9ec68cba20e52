//! The nights on which clocks change, in five zones: what passed is counted, and every entry has one day.

use crate::sandbox::Sandbox;

struct Night {
    zone: &'static str,
    /// The day on whose early morning the clock changes.
    day: &'static str,
    /// The day before.
    eve: &'static str,
    /// Seconds from 22:00 of the eve to 6:00 of the day.
    night: i64,
    /// A time of day that does not exist, or one that comes twice, with the seconds from then to 6:00.
    gap: Option<&'static str>,
    twice: Option<(&'static str, i64)>,
}

const HOUR: i64 = 3600;

const NIGHTS: [Night; 10] = [
    Night {
        zone: "Europe/Berlin",
        eve: "2026-03-28",
        day: "2026-03-29",
        night: 7 * HOUR,
        gap: Some("2:30"),
        twice: None,
    },
    Night {
        zone: "Europe/Berlin",
        eve: "2026-10-24",
        day: "2026-10-25",
        night: 9 * HOUR,
        gap: None,
        twice: Some(("2:30", 9 * HOUR / 2)),
    },
    Night {
        zone: "America/New_York",
        eve: "2026-03-07",
        day: "2026-03-08",
        night: 7 * HOUR,
        gap: Some("2:15"),
        twice: None,
    },
    Night {
        zone: "America/New_York",
        eve: "2026-10-31",
        day: "2026-11-01",
        night: 9 * HOUR,
        gap: None,
        twice: Some(("1:30", 11 * HOUR / 2)),
    },
    // Half an hour.
    Night {
        zone: "Australia/Lord_Howe",
        eve: "2026-10-03",
        day: "2026-10-04",
        night: 15 * HOUR / 2,
        gap: Some("2:15"),
        twice: None,
    },
    Night {
        zone: "Australia/Lord_Howe",
        eve: "2026-04-04",
        day: "2026-04-05",
        night: 17 * HOUR / 2,
        gap: None,
        twice: Some(("1:45", 19 * HOUR / 4)),
    },
    // The clock goes back for Ramadan and forward after it.
    Night {
        zone: "Africa/Casablanca",
        eve: "2026-03-21",
        day: "2026-03-22",
        night: 7 * HOUR,
        gap: Some("2:30"),
        twice: None,
    },
    Night {
        zone: "Africa/Casablanca",
        eve: "2026-02-14",
        day: "2026-02-15",
        night: 9 * HOUR,
        gap: None,
        twice: Some(("2:30", 9 * HOUR / 2)),
    },
    Night {
        zone: "America/St_Johns",
        eve: "2026-03-07",
        day: "2026-03-08",
        night: 7 * HOUR,
        gap: Some("2:30"),
        twice: None,
    },
    Night {
        zone: "America/St_Johns",
        eve: "2026-10-31",
        day: "2026-11-01",
        night: 9 * HOUR,
        gap: None,
        twice: Some(("1:30", 11 * HOUR / 2)),
    },
];

fn at(s: &Sandbox, night: &Night) {
    s.ok(&format!(
        "settings set zone={} time.overlap=allow time.day-limit=allow",
        night.zone
    ));
}

#[test]
fn intervals_over_the_night_count_what_passed() {
    let mut s = Sandbox::acme();
    s.at("2026-12-01T12:00:00Z");
    for night in &NIGHTS {
        let Night { zone, eve, day, .. } = night;
        at(&s, night);
        let entry = s.json(&format!("time log acme/website 22:00-6:00 --date {eve}"));
        assert_eq!(entry["seconds"], night.night, "{zone} {day}");
        assert_eq!(entry["date"], *eve, "{zone}");
        if let Some(gap) = night.gap {
            s.fails(
                &format!("time log acme/website {gap}-6:00 --date {day}"),
                2,
                "input.date",
            );
        }
        if let Some((time, seconds)) = night.twice {
            let entry = s.json(&format!("time log acme/website {time}-6:00 --date {day}"));
            assert_eq!(entry["seconds"], seconds, "{zone}: of two, the first");
            assert_eq!(entry["date"], *day, "{zone}");
        }
    }
}

#[test]
fn parts_of_a_night_are_as_long_as_the_night() {
    let mut s = Sandbox::acme();
    s.at("2026-12-01T12:00:00Z");
    for night in &NIGHTS {
        let Night { zone, eve, day, .. } = night;
        at(&s, night);
        s.ok(&format!("time log acme/website 22:00-6:00 --date {eve}"));
        let parts = s.json("time split @1 0:30");
        let seconds = |part: usize| parts[part]["seconds"].as_i64().unwrap();
        assert_eq!(seconds(0), 5 * HOUR / 2, "{zone}");
        assert_eq!(seconds(0) + seconds(1), night.night, "{zone}");
        assert_eq!(
            parts[1]["date"], *day,
            "{zone}: the rest is of the day on which it starts"
        );
        // A time that comes twice or never is cut at the first there is.
        let later = night.gap.or(night.twice.map(|(time, _)| time)).unwrap();
        let outcome = s.loggia(&format!("time split @1 {later} --json"));
        match night.gap {
            Some(_) => drop(outcome.exits(4)),
            None => {
                let parts = outcome.exits(0).json();
                let sum: i64 = [0, 1]
                    .map(|part: usize| parts[part]["seconds"].as_i64().unwrap())
                    .iter()
                    .sum();
                assert_eq!(sum, night.night - 5 * HOUR / 2, "{zone}");
            }
        }
    }
}

#[test]
fn timers_over_the_night_count_what_passed_and_belong_to_the_eve() {
    for night in &NIGHTS {
        let Night { zone, eve, day, .. } = night;
        let mut s = Sandbox::acme();
        s.at("2026-12-01T12:00:00Z");
        at(&s, night);
        // The instants of both ends, by the program's own calendar.
        let ends = s.json(&format!("time log acme/website 22:00-6:00 --date {eve}"));
        let (start, end) = (
            ends["start"].as_str().unwrap(),
            ends["end"].as_str().unwrap(),
        );
        s.at(start).ok("time start acme/website");
        s.at(end);
        assert_eq!(s.json("time status")[0]["seconds"], night.night, "{zone}");
        assert_eq!(s.json("time status")[0]["odd"], "over_midnight", "{zone}");
        s.at("2026-12-01T12:00:00Z");
        let entry = s.json(&format!("time stop --at '{day} 6:00'"));
        assert_eq!(entry["seconds"], night.night, "{zone}");
        assert_eq!(entry["date"], *eve, "{zone}");
        assert_eq!(
            s.json(&format!("time report {day}"))["total"]["seconds"],
            0,
            "{zone}"
        );
        assert_eq!(
            s.json(&format!("time report {eve}"))["total"]["seconds"],
            2 * night.night,
            "{zone}"
        );
        s.is_sound();
    }
}

#[test]
fn a_day_that_is_corrected_changes_no_minute() {
    let mut s = Sandbox::acme();
    s.at("2026-10-25T00:00:00Z");
    s.ok("time start acme/website --at 2026-10-25T01:00:00+02:00");
    s.at("2026-10-25T01:30:00Z");
    s.ok("time stop");
    assert_eq!(s.json("time show 1")["seconds"], 9000);
    s.at("2026-10-27T12:00:00Z");
    let moved = s.json("time edit 1 --date 2026-10-26");
    assert_eq!(moved["seconds"], 9000);
    assert_eq!(moved["start"], "2026-10-26T01:00:00+01:00");
}
