//! Keeping order: bringing people into rooms and sending them out, bans, slow mode, and the record of it.

use super::{
    App, Error, Result, forms,
    respond::Call,
    store::{History, LeavingSpace},
};
use crate::protocol::{
    AuditEntry, AuditId, Ban, Failure, Field, LIST_PAGE, Member, Mute, Reason, Role, RoomAct, RoomId,
    RoomKind, RoomState, SLOW_LIMIT, Space, SpaceAct, SpaceId, User, UserId, check_note, encode_segment, may,
    may_in_space,
};

/// Brings somebody of the space into a room.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Archived`].
pub async fn add_to_room(call: Call, room: RoomId, user: String) -> Result<()> {
    let by = call.user()?;
    let whom = member_by_room(&call.app, RoomAct::Invite, room, &by, &user).await?;
    call.app.hub.add(&by, room, whom.user.id).await?;
    Ok(())
}

/// Sends somebody out of a room.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`], [`Failure::Forbidden`], or that this is oneself.
pub async fn remove_from_room(call: Call, room: RoomId, user: String) -> Result<()> {
    let by = call.user()?;
    let whom = member_by_room(&call.app, RoomAct::Remove, room, &by, &user).await?.user.id;
    refuse_oneself(&by, whom)?;
    call.app.hub.remove(&by, room, whom).await?;
    Ok(())
}

/// Gives somebody another role in a room.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::LastOwner`].
pub async fn set_room_role(call: Call, room: RoomId, user: String, role: Role) -> Result<()> {
    let by = call.user()?;
    let whom = member_by_room(&call.app, RoomAct::Configure, room, &by, &user).await?;
    call.app.hub.give_role(&by, room, whom.user.id, role).await?;
    Ok(())
}

/// Sends somebody out of a space for good, and deletes what they said if asked to.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::LastOwner`], what is wrong
/// with the reason, or that this is oneself.
pub async fn ban(
    call: Call,
    space: String,
    user: String,
    reason: String,
    delete_messages: bool,
) -> Result<()> {
    let by = call.user()?;
    let app = &call.app;
    let reason = check_note(&reason)?;
    let space = app.space(&space, &by).await?;
    expect(&space, SpaceAct::Ban)?;
    let at = app.clock.now();
    let whom = match app.store.find_member(space.id, &user).await? {
        Some(member) => {
            let whom = member.user;
            refuse_oneself(&by, whom.id)?;
            let (ban, id) = (Some(reason), whom.id);
            let leaving = LeavingSpace { space: space.id, user: whom, by: Some(by.clone()), ban, at };
            app.hub.leave_space(leaving).await?;
            id
        }
        // Who left before can still be kept from coming back.
        None => {
            let id = user.parse::<UserId>().map_err(|_| Failure::NotFound)?;
            app.store.ban_absent(space.id, by.id, id, &reason, at).await?;
            id
        }
    };
    if delete_messages {
        delete_all_of(app, space.id, whom, &by).await?;
    }
    Ok(())
}

/// Deletes what somebody said, a piece at a time; everybody sees it go.
async fn delete_all_of(app: &App, space: SpaceId, author: UserId, by: &User) -> Result<()> {
    while let Some((room, events)) = app.store.delete_some_of(space, author, by, app.clock.now()).await? {
        app.hub.hand_out(room, &events);
    }
    Ok(())
}

/// Lets somebody come into a space again.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`], [`Failure::Forbidden`].
pub async fn unban(call: Call, space: String, user: String) -> Result<()> {
    let by = call.user()?;
    let store = &call.app.store;
    let space = call.app.space(&space, &by).await?;
    expect(&space, SpaceAct::Ban)?;
    let id = match user.parse::<UserId>() {
        Ok(id) => id,
        Err(_) => store.find_banned(space.id, &user).await?.ok_or(Failure::NotFound)?.id,
    };
    store.unban(space.id, Some(by.id), id, call.app.clock.now()).await?;
    // Who is neither in nor banned has no page to come back to.
    let slug = encode_segment(&space.slug);
    forms::go_on_to(&call, &format!("/s/{slug}/-/people?__done=%2Fapi%2Funban"));
    Ok(())
}

/// Who may not come into a space.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`], [`Failure::Forbidden`].
pub async fn bans(call: Call, space: String) -> Result<Vec<Ban>> {
    let me = call.user()?;
    let space = call.app.space(&space, &me).await?;
    call.app.store.bans(space.id, me.id).await
}

/// Slows a room down.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Archived`], or too many seconds.
pub async fn set_slow(call: Call, room: RoomId, seconds: u32) -> Result<RoomState> {
    let by = call.user()?;
    if seconds > SLOW_LIMIT {
        let reason = Reason::TooMany(SLOW_LIMIT);
        return Err(Failure::Invalid { field: Field::Number, reason }.into());
    }
    readable(&call.app, room, &by).await?;
    call.app.store.set_slow(room, by.id, seconds, call.app.clock.now()).await?;
    call.app.hub.tell_room(room).await?;
    readable(&call.app, room, &by).await
}

/// Changes a room's kind and what newcomers see.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Archived`],
/// [`Failure::Unknown`] for a kind or a history that there is not.
pub async fn configure_room(call: Call, room: RoomId, kind: String, history: String) -> Result<RoomState> {
    let by = call.user()?;
    let (app, at) = (&call.app, call.app.clock.now());
    let kind = match kind.as_str() {
        "" => None,
        word => Some(RoomKind::of(word)),
    };
    if kind == Some(RoomKind::Other) {
        return Err(Failure::Unknown.into());
    }
    let history = match history.as_str() {
        "" => None,
        word => Some(History::of(word).ok_or(Failure::Unknown)?),
    };
    let state = readable(app, room, &by).await?;
    let held = app.store.configure_room(room, by.id, kind, history, at).await?;
    app.hub.tell_room(room).await?;
    if kind.is_some_and(|kind| kind != held) {
        // Who may not find it any more sees it go.
        app.hub.tell_everybody(state.space, room);
    }
    readable(app, room, &by).await
}

/// What of a room one wants to be told loudly.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`].
pub async fn set_mute(call: Call, room: RoomId, mute: Mute) -> Result<RoomState> {
    let me = call.user()?;
    call.app.store.set_mute(room, me.id, mute).await?;
    call.app.hub.tell_person(me.id, room);
    readable(&call.app, room, &me).await
}

/// What was done in a space to keep order.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`], [`Failure::Forbidden`].
pub async fn audit(call: Call, space: String, after: Option<AuditId>) -> Result<Vec<AuditEntry>> {
    let me = call.user()?;
    let space = call.app.space(&space, &me).await?;
    expect(&space, SpaceAct::ReadAudit)?;
    call.app.store.audit(Some(space.id), me.id, after, LIST_PAGE).await
}

/// One's role in a space allows this.
///
/// # Errors
/// [`Failure::Forbidden`].
pub fn expect(space: &Space, act: SpaceAct) -> Result<Role, Failure> {
    let role = space.role.ok_or(Failure::NotFound)?;
    if may_in_space(act, role) { Ok(role) } else { Err(Failure::Forbidden) }
}

/// The room as one sees it.
///
/// # Errors
/// [`Failure::NotFound`] for one that one may not see.
pub async fn readable(app: &App, room: RoomId, user: &User) -> Result<RoomState> {
    app.hub.room_state(room, user.id).await?.ok_or(Failure::NotFound.into())
}

/// The member of a room's space of this id or name, for who may do this in the room. Nobody else is told
/// whether there is such a member.
async fn member_by_room(app: &App, act: RoomAct, room: RoomId, by: &User, named: &str) -> Result<Member> {
    let state = readable(app, room, by).await?;
    let role = state.role.ok_or(Failure::NotFound)?;
    if !may(act, state.kind, role) {
        return Err(Failure::Forbidden.into());
    }
    app.store.find_member(state.space, named).await?.ok_or(Failure::NotFound.into())
}

/// Who is meant is somebody else.
///
/// # Errors
/// That it is oneself.
pub fn refuse_oneself(by: &User, whom: UserId) -> Result<(), Error> {
    if by.id != whom {
        return Ok(());
    }
    Err(Failure::Invalid { field: Field::People, reason: Reason::Oneself }.into())
}
