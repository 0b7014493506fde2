//! The first run: a link that the server prints makes the one who runs it, a space and its first room.

use super::{
    come::{check_account, go_on},
    sign_in::begin,
};
use crate::protocol::{
    Entry, Failure, Millis, RoomId, RoomKind, SLUG_LIMIT, SignedIn, Space, SpaceId, User, check_room_name,
    check_space_name,
};
use crate::server::{
    App, Error, Result,
    clock::random,
    places,
    respond::Call,
    session::{hash, is_secret, new_secret},
    store::{NewRoom, NewSpace, Purpose, Store},
};

/// Makes the code of a set-up, when there is no account yet; the ones before it are worth nothing any more.
///
/// # Errors
/// When the store does not answer.
pub async fn new_setup(store: &Store, now: Millis) -> Result<Option<String>> {
    if store.has_accounts().await? {
        return Ok(None);
    }
    let code = new_secret();
    // It ends with the first account, not with time: who started the server may come back to it later.
    store.keep_one_time(Purpose::Setup, hash(&code), None, now, Millis::MAX).await?;
    Ok(Some(code))
}

/// What the first one says.
pub struct SetUp {
    /// The code of the link.
    pub token: String,
    /// The owner's name.
    pub name: String,
    /// What the owner is shown as; empty for the name.
    pub display: String,
    /// The owner's password.
    pub password: String,
    /// The owner's e-mail address; empty for none.
    pub email: String,
    /// What the space is called.
    pub space: String,
    /// What its first room is called; empty for what the settings say.
    pub room: String,
}

/// Sets the server up, and signs its owner in.
///
/// # Errors
/// [`Failure::NotFound`] for a code that is none, and for every code once there is an account; what is
/// wrong with a field.
pub async fn set_up(call: Call, asked: SetUp) -> Result<SignedIn> {
    let (app, now) = (&call.app, call.app.clock.now());
    let code = hash(&asked.token);
    let is_known = is_secret(&asked.token)
        && app.store.find_one_time(Purpose::Setup, code, now).await?.is_some()
        && !app.store.has_accounts().await?;
    if !is_known {
        return Err(Failure::NotFound.into());
    }
    let account = check_account(&asked.name, &asked.display, &asked.password, &asked.email)?;
    let name = check_space_name(&asked.space)?;
    let room = match asked.room.trim() {
        "" => app.settings.first_room.clone(),
        room => check_room_name(room)?,
    };
    let password = Some(app.vault.hash(account.password.clone()).await?);
    let owner = crate::server::store::NewAccount { password, ..account.into_new(true, now) };
    let space = Space {
        id: SpaceId::from_random(u64::from_be_bytes(random())),
        slug: slug(&name),
        name,
        glyph: String::new(),
        role: None,
    };
    let new = NewSpace { space, entry: Entry::Invite, door: None, owner: Some(owner.id), at: now };
    let space = app.store.set_up(code, &owner, &new).await?;
    tracing::info!("the server was set up");
    let user = owner.user();
    begin(&call, &user).await?;
    let path = make_room(app, &space, room, &user).await?;
    Ok(go_on(user, None, path))
}

/// A name as it stands in a URL: letters and digits of any script, and `-` between them.
fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let slug: String = words.collect::<Vec<_>>().join("-").to_lowercase().chars().take(SLUG_LIMIT).collect();
    let slug = slug.trim_end_matches('-').to_owned();
    if slug.is_empty() { "maru".to_owned() } else { slug }
}

/// The first room, unless the space has one already; then the owner goes there.
async fn make_room(app: &App, space: &Space, name: String, by: &User) -> Result<String> {
    let is_there = app.store.first_room(space.id).await?.is_some();
    let id = RoomId::from_random(u64::from_be_bytes(random()));
    let (kind, topic) = (RoomKind::Public, String::new());
    let new = NewRoom { id, space: space.id, name, topic, kind, by: by.clone(), at: app.clock.now() };
    let room = match app.hub.create_room(new).await {
        Err(Error::Refused(Failure::Taken { .. })) if is_there => {
            places::first_room(app, space.id, by).await?
        }
        made => made?,
    };
    Ok(room.path(space))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_reads_as_the_name() {
        for (name, expected) in [
            ("우리 반", "우리-반"),
            ("Team  A/B", "team-a-b"),
            (" 🌱 ", "maru"),
            ("../..", "maru"),
            ("-x-", "x"),
        ] {
            assert_eq!(slug(name), expected);
        }
    }
}
