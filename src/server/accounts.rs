//! Coming in, going out, and how one likes to read.

use super::{App, Result, clock::random, places, respond::Call, session};
use crate::protocol::{Arrival, Failure, RoomState, Space, User, UserId, check_name};

/// Makes somebody of a name, or goes on with the session there is; joins the space's first room.
///
/// # Errors
/// What is wrong with the name, or [`Failure::RateLimited`].
pub async fn enter(call: Call, name: String, next: Option<String>) -> Result<Arrival> {
    let app = &call.app;
    let (user, space, room) = match call.visitor().0 {
        Some(session) => {
            let (space, room) = match home_of(app, &session.user).await? {
                Some(home) => home,
                None => come_in(app, &session.user).await?,
            };
            (session.user, space, room)
        }
        None => {
            let name = check_name(&name)?;
            app.door.enter(call.address(), app.clock.now())?;
            let (space, role) = app.store.find_door().await?.ok_or(Failure::NotFound)?;
            let user = User::new(UserId::from_random(u64::from_be_bytes(random())), name);
            app.store.create_user(&user, Some((space.id, role)), app.clock.now()).await?;
            call.set_cookie(session::begin(app, &user, &call.parts.headers).await?);
            let room = places::first_room(app, space.id, &user).await?;
            (user, space, room)
        }
    };
    let path = next.filter(|next| is_own_path(next)).unwrap_or_else(|| room.path(&space));
    leptos_axum::redirect(&path);
    Ok(Arrival { user, space: space.id, room: room.id, path })
}

/// Lets somebody who is nowhere yet in through the door, if there is one that is open.
async fn come_in(app: &App, user: &User) -> Result<(Space, RoomState)> {
    let own = app.store.spaces_of(user.id).await?.into_iter().next();
    let space = match own {
        Some(space) => space,
        None => {
            let (space, role) = app.store.find_door().await?.ok_or(Failure::NotFound)?;
            if !app.store.add_to_space(space.id, user.id, role, app.clock.now()).await? {
                return Err(Failure::NotFound.into());
            }
            space
        }
    };
    let room = places::first_room(app, space.id, user).await?;
    Ok((space, room))
}

/// The first of somebody's spaces that has a room for them, and that room.
async fn home_of(app: &App, user: &User) -> Result<Option<(Space, RoomState)>> {
    for space in app.store.spaces_of(user.id).await? {
        if let Some(room) = places::home_room(app, space.id, user).await? {
            return Ok(Some((space, room)));
        }
    }
    Ok(None)
}

/// Who calls.
///
/// # Errors
/// [`Failure::SignedOut`].
pub async fn me(call: Call) -> Result<User> {
    call.user()
}

/// Ends the session; does nothing when there is none.
///
/// # Errors
/// When the store does not answer.
pub async fn sign_out(call: Call) -> Result<()> {
    let visitor = call.visitor();
    call.set_cookie(session::end(&call.app, &visitor).await?);
    if let Some(session) = visitor.0 {
        call.app.hub.sign_out(session.user.id, session.token_hash);
    }
    leptos_axum::redirect("/enter");
    Ok(())
}

/// Keeps how one likes to read, in cookies of one's own.
///
/// # Errors
/// [`Failure::Unknown`] for a choice that there is not.
pub async fn prefer(
    call: Call,
    lang: Option<String>,
    theme: Option<String>,
    density: Option<String>,
    back: Option<String>,
) -> Result<()> {
    let choices = [
        ("maru_lang", lang, ["ko", "en", "en"]),
        ("maru_theme", theme, ["light", "dark", "auto"]),
        ("maru_density", density, ["bubbles", "compact", "compact"]),
    ];
    let asked =
        choices.into_iter().filter_map(|(name, value, known)| value.map(|value| (name, value, known)));
    let asked: Vec<_> = asked.filter(|(_, value, _)| !value.is_empty()).collect();
    if asked.iter().any(|(_, value, known)| !known.contains(&value.as_str())) {
        return Err(Failure::Unknown.into());
    }
    for (name, value, _) in asked {
        call.set_cookie(session::choice_cookie(&call.app, name, &value));
    }
    if let Some(back) = back.filter(|back| is_own_path(back)) {
        leptos_axum::redirect(&back);
    }
    Ok(())
}

/// Where somebody goes who asks for nothing in particular.
///
/// # Errors
/// When the store does not answer.
pub async fn home(app: &App, user: &User) -> Result<String> {
    let home = home_of(app, user).await?;
    Ok(home.map_or_else(|| "/settings".to_owned(), |(space, room)| room.path(&space)))
}

/// A path on this site, which a header can carry and no browser takes for another host.
pub fn is_own_path(path: &str) -> bool {
    let mut bytes = path.bytes();
    bytes.next() == Some(b'/')
        && !matches!(bytes.next(), Some(b'/' | b'\\'))
        && path.bytes().all(|byte| byte.is_ascii_graphic())
        && path.len() <= 2_048
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_sent_on_only_within_the_site() {
        for own in ["/", "/s/maru/%EB%A7%88%EB%A3%A8", "/s/a/b?c=d#e"] {
            assert!(is_own_path(own), "{own}");
        }
        for foreign in [
            "",
            "s/a",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nb",
            "/마루",
            "/a b",
        ] {
            assert!(!is_own_path(foreign), "{foreign}");
        }
    }
}
