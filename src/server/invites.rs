//! Invitations: making links that bring people in, and coming in by them.

use super::{
    App, Result,
    accounts::is_own_path,
    clock::random,
    forms,
    moderation::readable,
    names::check_new_name,
    places::{first_room, home_room},
    respond::Call,
    session::{self, Visitor},
    store::{Acceptance, Accepted, NewAccount, NewInvite, Which},
};
use crate::protocol::{
    Arrival, Failure, Field, INVITE_DAYS, Invite, InviteId, InviteView, MadeInvite, Millis, Op, Reason,
    RoomId, User, UserId, check_note, encode_segment,
};
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap,
    header::{CONTENT_TYPE, HOST},
};
use qrcode::{QrCode, render::svg};
use sha2::{Digest, Sha256};

/// Characters of a code, of six bits each: 144 bits.
const CODE_LEN: usize = 24;
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// The most uses that a limit can give.
const USES_LIMIT: u32 = 100_000;
const DAY_MS: Millis = 24 * 60 * 60 * 1000;

/// What a form asks an invitation to be.
pub struct Asked {
    /// The space's slug or id.
    pub space: String,
    /// The room's id; empty for the space.
    pub room: String,
    /// Does it let guests in?
    pub guests: bool,
    /// For how many days; empty for ever.
    pub days: String,
    /// For how many uses; empty for any number.
    pub uses: String,
    /// What it is for.
    pub note: String,
}

/// Makes an invitation.
///
/// # Errors
/// What is wrong with a field, [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Archived`].
pub async fn create(call: Call, asked: Asked) -> Result<MadeInvite> {
    let by = call.user()?;
    let (app, at) = (&call.app, call.app.clock.now());
    let note = check_note(&asked.note)?;
    let days = number(&asked.days, INVITE_DAYS)?;
    let uses_limit = number(&asked.uses, USES_LIMIT)?;
    let space = app.space(&asked.space, &by).await?;
    let room = match asked.room.as_str() {
        "" => None,
        room => Some(room.parse::<RoomId>().map_err(|_| Failure::NotFound)?),
    };
    let code = new_code();
    let new = NewInvite {
        id: InviteId::from_random(u64::from_be_bytes(random())),
        code_hash: hash(&code),
        space: space.id,
        room,
        by: by.id,
        guests: asked.guests,
        at,
        expires_at: days.map(|days| at + Millis::from(days) * DAY_MS),
        uses_limit,
        note,
    };
    app.store.create_invite(&new).await?;
    match room {
        Some(room) => forms::go_on_to(&call, &format!("/s/{}/-/room/{room}?made={code}", slug(&space.slug))),
        None => forms::go_on_to(&call, &format!("/s/{}/-/invites?made={code}", slug(&space.slug))),
    }
    let link = link(&call, &code);
    Ok(MadeInvite { id: new.id, code, link })
}

/// Takes an invitation back.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`].
pub async fn revoke(call: Call, invite: InviteId) -> Result<()> {
    let by = call.user()?;
    call.app.store.revoke_invite(invite, Some(by.id), call.app.clock.now()).await?;
    Ok(())
}

/// The invitations of a space, or to one of its rooms.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`].
pub async fn list(call: Call, space: String, room: Option<RoomId>) -> Result<Vec<Invite>> {
    let me = call.user()?;
    let space = call.app.space(&space, &me).await?.id;
    let which = room.map_or(Which::Of(space), |room| Which::To(space, room));
    call.app.store.invites(which, me.id, call.app.clock.now()).await
}

/// Where a code leads, as a call.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn look_at(call: Call, code: String) -> Result<InviteView> {
    let visitor = call.visitor();
    look(&call.app, &code, &visitor).await
}

/// Where a code leads.
///
/// # Errors
/// [`Failure::NotFound`], whatever the reason is that it leads nowhere.
pub async fn look(app: &App, code: &str, visitor: &Visitor) -> Result<InviteView> {
    let visitor = visitor.0.as_ref().map(|session| session.user.id);
    let view = app.store.look_at_invite(hash(code), visitor, app.clock.now()).await?;
    Ok(view.ok_or(Failure::NotFound)?)
}

/// Comes in by a code.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`], [`Failure::Forbidden`] for a guest where guests may not come in.
pub async fn accept(call: Call, code: String) -> Result<Arrival> {
    let user = call.user()?;
    let acceptance = Acceptance { code_hash: hash(&code), user: user.clone(), at: call.app.clock.now() };
    let accepted = call.app.store.accept_invite(&acceptance).await?;
    arrive(&call, user, accepted).await
}

/// Comes in by a code with a name alone; who is signed in comes in as who that is.
///
/// # Errors
/// What is wrong with the name, and as [`accept`].
pub async fn enter(call: Call, code: String, name: String) -> Result<Arrival> {
    if call.visitor().0.is_some() {
        return accept(call, code).await;
    }
    let app = &call.app;
    let name = check_new_name(&name)?;
    app.door.enter(call.address(), app.clock.now())?;
    // Before a name is made: a code that leads nowhere says nothing about names.
    if !look(app, &code, &Visitor::default()).await?.guests {
        return Err(Failure::Forbidden.into());
    }
    let user = User::new(UserId::from_random(u64::from_be_bytes(random())), name);
    let account = NewAccount::guest(&user, app.clock.now());
    let accepted = app.store.create_invited(&account, hash(&code)).await?;
    call.set_cookie(session::begin(app, &user, &call.parts.headers).await?);
    arrive(&call, user, accepted).await
}

/// Hands out what an accepted invitation wrote, once that is committed.
pub fn hand_out(app: &App, user: UserId, accepted: &Accepted) {
    if accepted.is_new {
        app.hub.tell_member(user, accepted.space);
    }
    if let (Some(room), Some(event)) = (accepted.room, &accepted.event) {
        app.hub.hand_out(room, std::slice::from_ref(event));
    }
}

/// The page of the room that an accepted invitation leads to, else of the space's first.
///
/// # Errors
/// When the store does not answer.
pub async fn path_of(app: &App, user: &User, accepted: &Accepted) -> Result<(RoomId, String)> {
    let space = app.store.find_space_of(accepted.space, user.id).await?.ok_or(Failure::NotFound)?;
    let room = match accepted.room {
        Some(room) => readable(app, room, user).await?,
        None => match home_room(app, accepted.space, user).await? {
            Some(room) if room.role.is_some() || room.archived => room,
            Some(room) => {
                app.hub.change(user, room.id, Op::Join).await?;
                readable(app, room.id, user).await?
            }
            None => first_room(app, accepted.space, user).await?,
        },
    };
    Ok((room.id, room.path(&space)))
}

async fn arrive(call: &Call, user: User, accepted: Accepted) -> Result<Arrival> {
    hand_out(&call.app, user.id, &accepted);
    let (room, path) = path_of(&call.app, &user, &accepted).await?;
    if is_own_path(&path) {
        leptos_axum::redirect(&path);
    }
    Ok(Arrival { user, space: accepted.space, room, path })
}

/// Under which hash a code is kept.
pub fn hash(code: &str) -> [u8; 32] {
    Sha256::digest(code.as_bytes()).into()
}

/// A new code.
pub fn new_code() -> String {
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte & 63)]);
    random::<CODE_LEN>().into_iter().map(letter).collect()
}

/// Could this be a code of ours?
pub fn is_code(text: &str) -> bool {
    text.len() == CODE_LEN && text.bytes().all(|byte| LETTERS.contains(&byte))
}

/// The whole link of a code, as people reach the server.
pub fn link(call: &Call, code: &str) -> String {
    let host = call.parts.headers.get(HOST).and_then(|host| host.to_str().ok());
    link_from(call.app.settings.base_url.as_deref(), host, code)
}

/// The whole link of a code; without a base URL by the host that was asked for.
pub fn link_from(base_url: Option<&str>, host: Option<&str>, code: &str) -> String {
    match (base_url, host) {
        (Some(base_url), _) => format!("{base_url}/invite/{code}"),
        (None, Some(host)) => format!("http://{host}/invite/{code}"),
        (None, None) => format!("/invite/{code}"),
    }
}

/// `GET /invite/{code}/qr.svg`: the link as a picture. Whether the code leads anywhere is not looked up.
///
/// # Errors
/// [`Failure::NotFound`] for what could not be a code.
pub async fn qr(State(app): State<App>, Path(code): Path<String>, headers: HeaderMap) -> Result<Response> {
    if !is_code(&code) {
        return Err(Failure::NotFound.into());
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let picture =
        qr_svg(&link_from(app.settings.base_url.as_deref(), host, &code)).ok_or(Failure::NotFound)?;
    Ok(([(CONTENT_TYPE, "image/svg+xml")], picture).into_response())
}

/// A link as a QR code, dark on light whatever the page's colours are; `None` when it is too long for one.
pub fn qr_svg(link: &str) -> Option<String> {
    let code = QrCode::new(link).ok()?;
    let mut picture = code.render::<svg::Color<'_>>();
    let picture = picture.dark_color(svg::Color("#000")).light_color(svg::Color("#fff"));
    Some(picture.quiet_zone(true).min_dimensions(240, 240).build())
}

/// A number of a form that may be left empty.
fn number(text: &str, limit: u32) -> Result<Option<u32>, Failure> {
    let wrong = |reason| Failure::Invalid { field: Field::Number, reason };
    match text.trim() {
        "" => Ok(None),
        text => match text.parse::<u32>() {
            Ok(0) | Err(_) => Err(wrong(Reason::Malformed)),
            Ok(number) if number > limit => Err(wrong(Reason::TooMany(limit))),
            Ok(number) => Ok(Some(number)),
        },
    }
}

fn slug(slug: &str) -> String {
    encode_segment(slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_long_and_another_each_time() {
        let (one, other) = (new_code(), new_code());
        assert!(is_code(&one) && is_code(&other) && one != other, "{one} {other}");
        for text in ["", "abc", "../../etc/passwd.........", &format!("{one}a")] {
            assert!(!is_code(text), "{text}");
        }
    }

    #[test]
    fn a_number_is_left_out_or_within_its_limit() {
        assert_eq!(number(" ", 9), Ok(None));
        assert_eq!(number(" 9 ", 9), Ok(Some(9)));
        let refused = |text| match number(text, 9) {
            Err(Failure::Invalid { field: Field::Number, reason }) => reason,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(refused("10"), Reason::TooMany(9));
        for text in ["0", "-1", "1.5", "many", "99999999999"] {
            assert_eq!(refused(text), Reason::Malformed, "{text}");
        }
    }

    #[test]
    fn a_link_is_one_that_people_can_follow() {
        assert_eq!(link_from(Some("https://a.example"), Some("b"), "c"), "https://a.example/invite/c");
        assert_eq!(link_from(None, Some("b:1"), "c"), "http://b:1/invite/c");
    }

    #[test]
    fn a_link_has_a_picture_and_an_endless_one_has_none() {
        let picture = qr_svg("https://maru.example/invite/abc").expect("short enough");
        assert!(picture.contains("<svg") && picture.contains("#000"), "{picture}");
        assert_eq!(qr_svg(&"a".repeat(10_000)), None);
    }
}
