//! A day as it is written: 2026-11-03.

/// How many days after 1970-01-01 a date is, in the Gregorian calendar; `None` for what is no date of the years 1 to
/// 9999.
pub fn read_date(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let is_date = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !is_date {
        return None;
    }
    let number = |digits: &[u8]| digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'));
    let (year, month, day) = (number(&bytes[..4]), number(&bytes[5..7]), number(&bytes[8..]));
    let first = first_of(year, month);
    let is_there =
        year > 0 && (1..=12).contains(&month) && day > 0 && first + day <= first_of(year, month + 1);
    is_there.then_some(first + day - 1)
}

/// The first day of a month; a thirteenth is the first of the next year (Hinnant, `days_from_civil`).
fn first_of(year: i64, month: i64) -> i64 {
    // Years begin in March, so that the odd day is their last.
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_so_many_days_after_the_first() {
        for (date, days) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("2024-12-31", 20_088),
            ("2025-01-01", 20_089),
            ("2026-11-03", 20_760),
            ("0001-01-01", -719_162),
            ("9999-12-31", 2_932_896),
        ] {
            assert_eq!(read_date(date), Some(days), "{date}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "NaN",
            "2026-11-3",
            "2026-11-031",
            "99999-01-01",
            "0000-01-01",
            "2026-00-10",
            "2026-13-10",
            "2026-99-99",
            "2026-11-00",
            "2026-11-31",
            "2025-02-29",
            "1900-02-29",
            "2026/11/03",
            "+026-11-03",
            "2026-11-0a",
            "２026-1-3",
            "2026-11-03T00:00",
        ] {
            assert_eq!(read_date(text), None, "{text}");
        }
    }
}
