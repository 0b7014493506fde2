//! Instants as numbers that the languages put into words.

use super::super::Zone;
use crate::protocol::Millis;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60;

/// The hour (0 to 23) and minute of an instant in a zone.
pub fn hour_and_minute(at: Millis, zone: Zone) -> (u8, u8) {
    let minutes = (at as i64).div_euclid(MINUTE) + i64::from((zone.0)(at));
    let of_day = minutes.rem_euclid(DAY);
    ((of_day / 60) as u8, (of_day % 60) as u8)
}

/// An instant for machines (RFC 3339), in UTC.
pub fn iso(at: Millis) -> String {
    let seconds = (at / 1000) as i64;
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let of_day = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Year, month and day of the day that many days after 1970-01-01, in the Gregorian calendar
/// (Howard Hinnant, “chrono-compatible low-level date algorithms”).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_read_in_the_readers_zone() {
        let at = 1_783_469_280_000; // 2026-07-08T00:08Z
        assert_eq!(iso(at), "2026-07-08T00:08:00Z");
        assert_eq!(hour_and_minute(at, Zone(|_| 0)), (0, 8));
        assert_eq!(hour_and_minute(at, Zone(|_| 9 * 60)), (9, 8));
        assert_eq!(hour_and_minute(at, Zone(|_| -5 * 60)), (19, 8));
    }

    #[test]
    fn leap_days_and_the_epoch_are_days_like_others() {
        assert_eq!(iso(0), "1970-01-01T00:00:00Z");
        assert_eq!(iso(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(iso(4_107_542_399_000), "2100-02-28T23:59:59Z");
    }
}
