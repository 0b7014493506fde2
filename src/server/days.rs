//! Where a day begins in a room's log.

use super::{Result, forms, respond::Call};
use crate::protocol::{Failure, Field, Millis, Reason, RoomId, Seq, read_date};

const DAY_MS: Millis = 24 * 60 * 60 * 1000;

/// The first message of a day, else the first after it, else the newest. Who asks by a plain form goes there.
///
/// # Errors
/// [`Failure::SignedOut`]; what is wrong with the day; [`Failure::NotFound`], also where nothing was said yet.
pub async fn find_day(call: Call, room: RoomId, day: String, from: String) -> Result<Seq> {
    let me = call.user()?;
    let app = &call.app;
    let seq = app.store.first_since(room, me.id, beginning(&day, &from)?).await?;
    let state = app.hub.room_state(room, me.id).await?.ok_or(Failure::NotFound)?;
    if let Some(space) = app.store.find_space_of(state.space, me.id).await? {
        forms::go_on_to(&call, &format!("{}/{seq}", state.path(&space)));
    }
    Ok(seq)
}

/// When a day begins: at the instant that a page tells, which knows its reader's zone; else as it does in Greenwich.
fn beginning(day: &str, from: &str) -> Result<Millis, Failure> {
    let wrong = |reason| Failure::Invalid { field: Field::Day, reason };
    match (day, from) {
        ("", "") => Err(wrong(Reason::Empty)),
        (day, "") => {
            let days = read_date(day).ok_or(wrong(Reason::Malformed))?;
            // Nothing was said before 1970.
            Ok(u64::try_from(days).unwrap_or(0) * DAY_MS)
        }
        (_, from) => from.parse().map_err(|_| wrong(Reason::Malformed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_when_the_page_says_so_else_as_in_greenwich() {
        assert_eq!(beginning("2026-11-03", ""), Ok(1_793_664_000_000));
        assert_eq!(beginning("2026-11-03", "1793631600000"), Ok(1_793_631_600_000));
        assert_eq!(beginning("0001-01-01", ""), Ok(0));
        assert_eq!(beginning("9999-12-31", ""), Ok(253_402_214_400_000));
    }

    #[test]
    fn what_is_no_day_is_refused_by_its_field() {
        let refused = |reason| Err(Failure::Invalid { field: Field::Day, reason });
        assert_eq!(beginning("", ""), refused(Reason::Empty));
        for (day, from) in [
            ("0000-01-01", ""),
            ("99999-01-01", ""),
            ("2026-02-30", ""),
            ("yesterday", ""),
            ("2026-11-03", "NaN"),
            ("2026-11-03", "-1"),
            ("2026-11-03", "1.5"),
            ("2026-11-03", "99999999999999999999"),
        ] {
            assert_eq!(beginning(day, from), refused(Reason::Malformed), "{day} {from}");
        }
    }
}
