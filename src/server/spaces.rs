//! Spaces: making them, what they are like, who belongs to them, and talking to a few people alone.

use super::{
    App, Result,
    clock::random,
    forms,
    moderation::{expect, readable, refuse_oneself},
    respond::Call,
    store::{LeavingSpace, NewDirect, NewSpace, SpaceEdit},
};
use crate::protocol::{
    Entry, Failure, Field, LIST_PAGE, Members, Reason, Role, RoomId, RoomState, Space, SpaceAct, SpaceId,
    UserId, check_glyph, check_slug, check_space_name, encode_segment,
};

/// The most people beside oneself in a direct room.
const PARTY_LIMIT: usize = 20;

/// Makes a space.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::Forbidden`], what is wrong with the name or slug, [`Failure::Taken`].
pub async fn create(call: Call, name: String, slug: String) -> Result<Space> {
    let by = call.user()?;
    let (name, slug) = (check_space_name(&name)?, check_slug(&slug)?);
    let id = SpaceId::from_random(u64::from_be_bytes(random()));
    let space = Space { id, slug, name, glyph: String::new(), role: Some(Role::Owner) };
    let at = call.app.clock.now();
    let new = NewSpace { space: space.clone(), entry: Entry::Invite, door: None, owner: Some(by.id), at };
    call.app.store.make_space(&new, Some(by.id)).await?;
    call.app.hub.tell_member(by.id, id);
    forms::go_on_to(&call, &format!("/s/{}/-/rooms", encode_segment(&space.slug)));
    Ok(space)
}

/// Says what a space is like.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`], [`Failure::Forbidden`], what is wrong with a field, or
/// [`Failure::Unknown`] for a word that there is not.
pub async fn edit(
    call: Call,
    space: String,
    name: String,
    glyph: String,
    entry: String,
    door: String,
    guests: bool,
) -> Result<Space> {
    let by = call.user()?;
    let app = &call.app;
    let space = app.space(&space, &by).await?;
    expect(&space, SpaceAct::Configure)?;
    let (name, glyph) = (check_space_name(&name)?, check_glyph(&glyph)?);
    let entry = Entry::of(&entry).ok_or(Failure::Unknown)?;
    let door = match door.as_str() {
        "" => None,
        "guest" => Some(Role::Guest),
        "member" => Some(Role::Member),
        // Nobody keeps order who has nothing but a name.
        _ => return Err(Failure::Unknown.into()),
    };
    let edit = SpaceEdit { name, glyph, entry, door, guests };
    app.store.edit_space(space.id, Some(by.id), &edit, app.clock.now()).await?;
    app.hub.tell_members(space.id);
    Ok(Space { name: edit.name, glyph: edit.glyph, ..space })
}

/// Gives somebody another role in a space.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::LastOwner`].
pub async fn set_role(call: Call, space: String, user: String, role: Role) -> Result<()> {
    let by = call.user()?;
    let app = &call.app;
    let space = app.space(&space, &by).await?;
    expect(&space, SpaceAct::GiveRoles)?;
    let whom = app.store.find_member(space.id, &user).await?.ok_or(Failure::NotFound)?.user.id;
    if app.store.set_space_role(space.id, Some(by.id), whom, role, app.clock.now()).await? {
        app.hub.tell_member(whom, space.id);
    }
    Ok(())
}

/// Goes out of a space and all its rooms.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`], [`Failure::LastOwner`].
pub async fn leave(call: Call, space: String) -> Result<()> {
    let user = call.user()?;
    let app = &call.app;
    let space = app.space(&space, &user).await?.id;
    let leaving = LeavingSpace { space, user, by: None, ban: None, at: app.clock.now() };
    app.hub.leave_space(leaving).await?;
    forms::go_on_to(&call, "/");
    Ok(())
}

/// Who belongs to a space.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`], [`Failure::Forbidden`].
pub async fn people(call: Call, space: String, after: String, q: String) -> Result<Members> {
    let me = call.user()?;
    let space = call.app.space(&space, &me).await?;
    call.app.store.members_of_space(space.id, me.id, &q, &without_nul(after), LIST_PAGE).await
}

/// Who is in a room.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`].
pub async fn room_people(call: Call, room: RoomId, after: String) -> Result<Members> {
    let me = call.user()?;
    call.app.store.members_of_room(room, me.id, &without_nul(after), LIST_PAGE).await
}

/// Opens the room of these people and oneself.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`] when one of them does not belong to the space,
/// [`Failure::Forbidden`], or that nobody or too many were named.
pub async fn direct(call: Call, space: String, people: String) -> Result<RoomState> {
    let by = call.user()?;
    let app = &call.app;
    let space = app.space(&space, &by).await?;
    expect(&space, SpaceAct::StartDirect)?;
    let others = named(app, space.id, &people).await?;
    if let [only] = others[..] {
        refuse_oneself(&by, only)?;
    }
    let new = NewDirect {
        id: RoomId::from_random(u64::from_be_bytes(random())),
        space: space.id,
        by: by.clone(),
        others,
        at: app.clock.now(),
    };
    let (room, events) = app.store.direct(&new).await?;
    app.hub.hand_out(room, &events);
    let state = readable(app, room, &by).await?;
    forms::go_on_to(&call, &state.path(&space));
    Ok(state)
}

/// The ids of people who are named in a list.
async fn named(app: &App, space: SpaceId, people: &str) -> Result<Vec<UserId>> {
    let wrong = |reason| Failure::Invalid { field: Field::People, reason };
    let names = people.split([',', '\n']).map(str::trim).filter(|name| !name.is_empty());
    let mut ids = Vec::new();
    for name in names {
        if ids.len() >= PARTY_LIMIT {
            return Err(wrong(Reason::TooMany(PARTY_LIMIT as u32)).into());
        }
        let id = app.store.find_member(space, name).await?.ok_or(Failure::NotFound)?.user.id;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.is_empty() { Err(wrong(Reason::Empty).into()) } else { Ok(ids) }
}

/// PostgreSQL keeps no NUL in a text.
fn without_nul(text: String) -> String {
    text.replace('\0', "")
}
