//! Days in the reader's time zone.

use crate::protocol::{Millis, read_date};

const DAY_MINUTES: i64 = 24 * 60;

/// The reader's time zone: minutes east of UTC at an instant.
#[derive(Debug, Clone, Copy)]
pub struct Zone(pub fn(Millis) -> i32);

/// A day in the reader's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Day {
    /// Year.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 is Sunday.
    pub weekday: u8,
}

impl Day {
    /// As machines write it: 2026-11-03.
    pub fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Zone {
    /// Greenwich: what both sides render until the page knows better.
    pub const UTC: Self = Self(|_| 0);

    /// The day that an instant falls on.
    pub fn day(self, at: Millis) -> Day {
        civil(self.local_minutes(at).div_euclid(DAY_MINUTES))
    }

    /// When the day begins that is written so; of what is before 1970, 1970. `None` when it is no date.
    pub fn start(self, date: &str) -> Option<Millis> {
        let local = read_date(date)? * DAY_MINUTES;
        let at = |minutes: i64| minutes.max(0) as Millis * 60_000;
        // The clock may be put on or back about then. At midnight there is, of the two, the first; where it skips
        // midnight, the day begins at the leap.
        let [before, behind] =
            [local - DAY_MINUTES, local + DAY_MINUTES].map(|near| at(local - i64::from((self.0)(at(near)))));
        let is_midnight = |at: Millis| self.local_minutes(at) == local;
        Some(if is_midnight(behind) && !is_midnight(before) { behind } else { before })
    }

    /// The hour and minute of an instant, 0:00 to 23:59.
    pub fn time(self, at: Millis) -> (u8, u8) {
        let minutes = self.local_minutes(at).rem_euclid(DAY_MINUTES);
        ((minutes / 60) as u8, (minutes % 60) as u8)
    }

    fn local_minutes(self, at: Millis) -> i64 {
        i64::try_from(at / 60_000).unwrap_or(i64::MAX / 2) + i64::from((self.0)(at))
    }
}

/// The day that is so many days after 1970-01-01, in the Gregorian calendar (Hinnant, `civil_from_days`).
fn civil(days: i64) -> Day {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    Day {
        year: (year_of_era + era * 400 + i64::from(month <= 2)) as i32,
        month: month as u8,
        day: (day_of_year - (153 * march_month + 2) / 5 + 1) as u8,
        weekday: (days + 4).rem_euclid(7) as u8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEOUL: Zone = Zone(|_| 9 * 60);

    #[test]
    fn a_day_is_the_readers_own() {
        // 2024-02-29 20:30 UTC, a Thursday.
        let at = 1_709_238_600_000;
        assert_eq!(Zone::UTC.day(at), Day { year: 2024, month: 2, day: 29, weekday: 4 });
        assert_eq!(SEOUL.day(at), Day { year: 2024, month: 3, day: 1, weekday: 5 });
        assert_eq!((Zone::UTC.time(at), SEOUL.time(at)), ((20, 30), (5, 30)));
    }

    #[test]
    fn a_day_begins_at_the_readers_midnight() {
        assert_eq!(Zone::UTC.start("2026-11-03"), Some(1_793_664_000_000));
        assert_eq!(SEOUL.start("2026-11-03"), Some(1_793_631_600_000));
        assert_eq!(Zone(|_| -5 * 60).start("2026-11-03"), Some(1_793_682_000_000));
        assert_eq!(SEOUL.start("1969-12-31"), Some(0));
        assert_eq!(SEOUL.start("2026-11-31"), None);
        for date in ["2026-11-03", "2024-02-29", "1999-12-31"] {
            let start = SEOUL.start(date).expect("a date");
            assert_eq!((SEOUL.day(start).iso(), SEOUL.time(start)), (date.to_owned(), (0, 0)));
            assert_ne!(SEOUL.day(start - 1).iso(), date);
        }
    }

    /// Midnight in Greenwich, about which clocks are put on or back.
    const AT: Millis = 1_793_664_000_000;

    #[test]
    fn a_day_begins_once_however_the_clock_is_put() {
        // In each, the day before, the day itself and the day after; east and west, at midnight and about it.
        let zones: [fn(Millis) -> i32; 8] = [
            |at| if at < AT { 0 } else { 60 },
            |at| if at < AT { 60 } else { 0 },
            |at| if at < AT - 2 * 3_600_000 { 120 } else { 180 },
            |at| if at < AT - 3 * 3_600_000 { 180 } else { 120 },
            |at| if at < AT - 2 * 3_600_000 { 180 } else { 120 },
            |at| if at < AT + 3 * 3_600_000 { -180 } else { -120 },
            |at| if at < AT + 3 * 3_600_000 { -120 } else { -180 },
            |at| if at < AT + 9 * 3_600_000 { -300 } else { -240 },
        ];
        for (place, zone) in zones.into_iter().map(Zone).enumerate() {
            for date in ["2026-11-02", "2026-11-03", "2026-11-04"] {
                let start = zone.start(date).expect("a date");
                assert_eq!(zone.day(start).iso(), date, "{place}");
                let before = zone.day(start - 60_000).iso();
                assert!(before.as_str() < date, "{place}: {before} is before {date}");
            }
        }
    }

    #[test]
    fn the_first_day_and_absurd_instants_have_a_day() {
        assert_eq!(Zone::UTC.day(0), Day { year: 1970, month: 1, day: 1, weekday: 4 });
        assert_eq!(Zone(|_| -60).day(0), Day { year: 1969, month: 12, day: 31, weekday: 3 });
        Zone::UTC.day(Millis::MAX);
    }
}
