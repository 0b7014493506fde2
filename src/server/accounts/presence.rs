//! How one wants to be seen: a status, a time of quiet, and what of oneself is not told.

use crate::protocol::{Failure, Millis, UserId, check_status};
use crate::server::{App, Result, respond::Call, store::Hides};

const MINUTE_MS: Millis = 60_000;
const DAY_MINUTES: i64 = 24 * 60;
/// As good as for ever, and a number that JSON has.
const FOREVER: Millis = 1 << 53;

/// Says what one is up to, with an emoji before it, for so long.
///
/// # Errors
/// [`Failure::SignedOut`], what is wrong with the status, [`Failure::Unknown`] for a time that there is not.
pub async fn set_status(call: Call, status: String, emoji: String, lasts: String, offset: i32) -> Result<()> {
    let user = call.user()?;
    let status = check_status(&format!("{} {status}", emoji.trim()))?;
    let until = until(&lasts, offset, call.app.clock.now())?;
    keep_status(&call.app, user.id, status, until).await
}

/// Keeps a status, and tells it.
pub(super) async fn keep_status(app: &App, user: UserId, status: String, until: Millis) -> Result<()> {
    app.store.set_status(user, &status, until).await?;
    app.hub.change_manner(user, |manner| (manner.status, manner.status_until) = (status, until));
    Ok(())
}

/// Asks not to be disturbed for so long; `off` ends it.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::Unknown`] for a time that there is not.
pub async fn set_dnd(call: Call, lasts: String, offset: i32) -> Result<()> {
    let user = call.user()?;
    let until = match lasts.as_str() {
        "off" => 0,
        "" => FOREVER,
        lasts => until(lasts, offset, call.app.clock.now())?,
    };
    call.app.store.set_dnd(user.id, until).await?;
    call.app.hub.change_manner(user.id, |manner| manner.dnd_until = until);
    Ok(())
}

/// Says what of oneself others are told.
///
/// # Errors
/// [`Failure::SignedOut`].
pub async fn share_presence(call: Call, typing: bool, seen_at: bool, reading: bool) -> Result<()> {
    let user = call.user()?;
    let hides = Hides { typing: !typing, seen_at: !seen_at, reading: !reading };
    call.app.store.set_hides(user.id, hides).await?;
    call.app.hub.change_manner(user.id, |manner| manner.hides = hides);
    Ok(())
}

/// The instant at which something ends that lasts so long; 0 for what has no end. `offset` is how many minutes
/// the person's clock is ahead of UTC: a day is theirs.
fn until(lasts: &str, offset: i32, now: Millis) -> Result<Millis> {
    let minutes = match lasts {
        "" => return Ok(0),
        "30" => 30,
        "60" => 60,
        "today" => {
            let minute = i64::try_from(now / MINUTE_MS).unwrap_or(0) + i64::from(offset);
            DAY_MINUTES - minute.rem_euclid(DAY_MINUTES)
        }
        _ => return Err(Failure::Unknown.into()),
    };
    Ok((now / MINUTE_MS + minutes.unsigned_abs()) * MINUTE_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn today_ends_at_the_midnight_of_who_asks() {
        let noon = 1_799_971_200_000 + 12 * 60 * MINUTE_MS;
        assert_eq!(noon % (24 * 60 * MINUTE_MS), 12 * 60 * MINUTE_MS);
        let hours = |offset| (until("today", offset, noon).expect("a time") - noon) / (60 * MINUTE_MS);
        assert_eq!([hours(0), hours(9 * 60), hours(-5 * 60), hours(12 * 60)], [12, 3, 17, 24]);
        assert!(hours(i32::MAX) <= 24 && hours(i32::MIN) <= 24);
    }

    #[test]
    fn half_an_hour_is_half_an_hour_and_a_week_is_not_known() {
        assert_eq!(until("30", 540, 90_000).expect("a time"), 31 * MINUTE_MS);
        assert_eq!(until("", 0, 90_000).expect("no end"), 0);
        assert!(until("week", 0, 0).is_err());
    }
}
