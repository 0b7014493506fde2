//! Days in the reader's time zone.

use crate::protocol::Millis;

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

impl Zone {
    /// Greenwich: what both sides render until the page knows better.
    pub const UTC: Self = Self(|_| 0);

    /// The day that an instant falls on.
    pub fn day(self, at: Millis) -> Day {
        civil(self.local_minutes(at).div_euclid(24 * 60))
    }

    /// The hour and minute of an instant, 0:00 to 23:59.
    pub fn time(self, at: Millis) -> (u8, u8) {
        let minutes = self.local_minutes(at).rem_euclid(24 * 60);
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
    fn the_first_day_and_absurd_instants_have_a_day() {
        assert_eq!(Zone::UTC.day(0), Day { year: 1970, month: 1, day: 1, weekday: 4 });
        assert_eq!(Zone(|_| -60).day(0), Day { year: 1969, month: 12, day: 31, weekday: 3 });
        Zone::UTC.day(Millis::MAX);
    }
}
