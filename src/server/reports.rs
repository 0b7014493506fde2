//! Reports: telling the moderators of a message, and settling what was told.

use super::{Error, Result, clock::random, respond::Call, store::NewReport};
use crate::protocol::{Draft, Failure, Nonce, Op, Report, ReportId, RoomId, Seq, check_note};

/// Tells the moderators of a message.
///
/// # Errors
/// [`Failure::SignedOut`], what is wrong with the reason, [`Failure::NotFound`] for what one cannot read.
pub async fn report(call: Call, room: RoomId, seq: Seq, reason: String, more: String) -> Result<()> {
    let by = call.user()?;
    let whole = [reason.trim(), more.trim()].into_iter().filter(|part| !part.is_empty());
    let reason = check_note(&whole.collect::<Vec<_>>().join(" · "))?;
    let id = ReportId::from_random(u64::from_be_bytes(random()));
    let new = NewReport { id, room, seq, by: by.id, reason, at: call.app.clock.now() };
    call.app.store.report(&new).await?;
    Ok(())
}

/// What was reported in a space.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`], [`Failure::Forbidden`].
pub async fn list(call: Call, space: String, all: bool) -> Result<Vec<Report>> {
    let me = call.user()?;
    let space = call.app.space(&space, &me).await?;
    call.app.store.reports(space.id, me.id, all).await
}

/// Settles every report of a message, and deletes the message if asked to.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`]; [`Failure::Forbidden`] for a message that one may not delete,
/// which leaves the report open.
pub async fn settle(call: Call, report: ReportId, delete: bool) -> Result<()> {
    let by = call.user()?;
    let app = &call.app;
    let reported = app.store.reported(report, by.id).await?;
    if delete {
        let nonce = Nonce::new(app.clock.now(), random());
        let draft = Draft { nonce, room: reported.room_id, op: Op::Delete { of: reported.seq() } };
        match app.hub.send(&by, draft).await {
            Ok(_) => {}
            // It is gone already, or the room is none of one's own.
            Err(Failure::NotFound) if app.store.is_gone(&reported).await? => {}
            Err(Failure::NotFound) => return Err(Failure::Forbidden.into()),
            Err(failure) => return Err(Error::Refused(failure)),
        }
    }
    app.store.settle_reports(&reported, by.id, app.clock.now()).await?;
    Ok(())
}
