//! Rooms: what a person sees of them, and what a person does to them.

use super::{
    App, Error, Result,
    clock::random,
    forms::{self, Refusal},
    pages,
    respond::Call,
    store::{Arrival, NewRoom, fold},
};
use crate::protocol::{
    Batch, Failure, Field, HISTORY_PAGE, Lobby, Nonce, Op, RoomId, RoomKind, RoomPage, RoomState, Seq, Space,
    SpaceId, User, check_room_name, check_topic, decode_segment, encode_segment,
};
use crate::ui::Open;

/// The most events that one piece of history may have.
const FETCH_LIMIT: u32 = 100;

/// Who one is, where one is, and what rooms there are.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`].
pub async fn lobby(call: Call, space: String) -> Result<Lobby> {
    let (me, arrival) = arrive(&call).await?;
    lobby_of(&call, me, arrival, &space).await
}

/// What a room's page opens with: what is around the event `at`, or around the first that was not read where the
/// reader wants that, else what is newest.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`].
pub async fn room_page(call: Call, space: String, room: String, at: Option<Seq>) -> Result<RoomPage> {
    let (me, Arrival { spaces, rooms, .. }) = arrive(&call).await?;
    let room = room_among(&rooms, &space_among(&spaces, &space)?, &room)?;
    open(&call, &me, room, at).await
}

/// Both, for a page that opens: the space, and the room if one is named.
pub async fn opening(
    call: &Call,
    space: &str,
    room: Option<(&str, Option<Seq>)>,
) -> (Result<Lobby>, Option<Result<RoomPage>>) {
    let lobby = async {
        let (me, arrival) = arrive(call).await?;
        lobby_of(call, me, arrival, space).await
    };
    let lobby = lobby.await;
    let page = match (&lobby, room) {
        (Ok(lobby), Some((room, at))) => Some(match room_among(&lobby.rooms, &lobby.space, room) {
            Ok(room) => open(call, &lobby.me, room, at).await,
            Err(error) => Err(error),
        }),
        (Err(_), _) | (_, None) => None,
    };
    (lobby, page)
}

async fn arrive(call: &Call) -> Result<(User, Arrival)> {
    let me = call.user()?;
    let arrival = call.app.hub.arrival(me.id).await?;
    Ok((me, arrival))
}

async fn lobby_of(call: &Call, me: User, arrival: Arrival, space: &str) -> Result<Lobby> {
    let Arrival { spaces, rooms, .. } = arrival;
    let space = space_among(&spaces, space)?;
    let (has_account, is_admin) = call.app.store.powers(me.id).await?;
    Ok(Lobby { me, space, spaces, rooms, has_account, is_admin })
}

async fn open(call: &Call, me: &User, room: RoomState, at: Option<Seq>) -> Result<RoomPage> {
    let app = &call.app;
    let wants_new = pages::reader(&call.parts.headers).open == Open::New;
    let is_behind = wants_new && room.role.is_some() && room.unread > 0;
    let at = at.or(is_behind.then_some(room.read.max(room.min) + 1));
    let is_in = |at: &Seq| *at > room.min && *at <= room.head;
    let behind = at.filter(is_in).map_or(room.head, |at| at + u64::from(HISTORY_PAGE / 2));
    let before = behind.min(room.head) + 1;
    let history = app.store.events_before(room.id, me.id, before, HISTORY_PAGE).await?;
    let form_nonce = Nonce::new(app.clock.now(), random());
    let refused =
        call.parts.extensions.get::<Refusal>().map(|Refusal(failure, text)| (failure.clone(), text.clone()));
    Ok(RoomPage { room, history, at, form_nonce, refused })
}

/// The one of somebody's spaces that has this slug or id.
fn space_among(spaces: &[Space], named: &str) -> Result<Space> {
    let id = named.parse::<SpaceId>().ok();
    let found = spaces.iter().find(|space| id.map_or(space.slug == named, |id| space.id == id));
    Ok(found.cloned().ok_or(Failure::NotFound)?)
}

/// The one of the rooms that somebody sees which has this name or id.
fn room_among(rooms: &[RoomState], space: &Space, named: &str) -> Result<RoomState> {
    let id = named.parse::<RoomId>().ok();
    let names = [fold(named), fold(&decode_segment(named))];
    let rank = |room: &RoomState| match id {
        Some(id) => (room.id == id).then_some(0),
        None if room.space != space.id || room.kind.is_direct() => None,
        // A name may arrive as the URL had it.
        None => names.iter().position(|name| *name == fold(&room.name)),
    };
    let found = rooms.iter().filter_map(|room| Some((rank(room)?, room))).min_by_key(|(rank, _)| *rank);
    let room = found.map(|(_, room)| room).filter(|room| room.space == space.id);
    Ok(room.cloned().ok_or(Failure::NotFound)?)
}

/// The room of this name or id, as one person sees it.
pub(super) async fn find(app: &App, space: &Space, named: &str, user: &User) -> Result<RoomState> {
    let id = match named.parse::<RoomId>() {
        Ok(id) => Some(id),
        Err(_) => match app.store.find_room(space.id, named).await? {
            Some(id) => Some(id),
            // A name may arrive as the URL had it.
            None => app.store.find_room(space.id, &decode_segment(named)).await?,
        },
    };
    let room = room_state(app, id.ok_or(Failure::NotFound)?, user).await?;
    if room.space == space.id { Ok(room) } else { Err(Failure::NotFound.into()) }
}

/// A piece of history before a seq.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`].
pub async fn history(call: Call, room: RoomId, before: Seq, limit: u32) -> Result<Batch> {
    let me = call.user()?;
    call.app.store.events_before(room, me.id, before, limit.clamp(1, FETCH_LIMIT)).await
}

/// Every text that a message has had.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`].
pub async fn message_history(call: Call, room: RoomId, seq: Seq) -> Result<Batch> {
    let me = call.user()?;
    call.app.store.texts(room, me.id, seq).await
}

/// Makes a room, whose owner one then is.
///
/// # Errors
/// What is wrong with the name or the topic, [`Failure::Taken`], [`Failure::NotFound`].
pub async fn create_room(
    call: Call,
    space: String,
    name: String,
    topic: String,
    kind: Option<RoomKind>,
) -> Result<RoomState> {
    let by = call.user()?;
    let kind = match kind {
        None | Some(RoomKind::Public) => RoomKind::Public,
        Some(kind @ (RoomKind::Private | RoomKind::Announcement)) => kind,
        Some(RoomKind::Direct | RoomKind::Group | RoomKind::Other) => return Err(Failure::Unknown.into()),
    };
    let (name, topic) = (check_room_name(&name)?, check_topic(&topic)?);
    let space = call.app.space(&space, &by).await?;
    let room = make(&call.app, space.id, name, topic, kind, by).await?;
    forms::go_on_to(&call, &room.path(&space));
    Ok(room)
}

async fn make(
    app: &App,
    space: SpaceId,
    name: String,
    topic: String,
    kind: RoomKind,
    by: User,
) -> Result<RoomState> {
    let id = RoomId::from_random(u64::from_be_bytes(random()));
    app.hub.create_room(NewRoom { id, space, name, topic, kind, by, at: app.clock.now() }).await
}

async fn room_state(app: &App, room: RoomId, user: &User) -> Result<RoomState> {
    app.hub.room_state(room, user.id).await?.ok_or(Failure::NotFound.into())
}

/// The room of a space where everybody begins, joined; the first person to come makes it.
///
/// # Errors
/// When the store does not answer.
pub async fn first_room(app: &App, space: SpaceId, user: &User) -> Result<RoomState> {
    let id = match app.store.first_room(space).await? {
        Some(id) => id,
        None => match make_first_room(app, space, user).await? {
            Some(id) => id,
            None => return archived_room(app, space, user).await,
        },
    };
    let room = room_state(app, id, user).await?;
    if room.role.is_some() {
        return Ok(room);
    }
    app.hub.change(user, id, Op::Join).await?;
    room_state(app, id, user).await
}

/// `None` when its name is taken: somebody was faster, or it is there and archived.
async fn make_first_room(app: &App, space: SpaceId, user: &User) -> Result<Option<RoomId>> {
    let name = app.settings.first_room.clone();
    let made = make(app, space, name, String::new(), RoomKind::Public, user.clone()).await;
    match made {
        Ok(room) => Ok(Some(room.id)),
        Err(Error::Refused(Failure::Taken { field: Field::RoomName })) => app.store.first_room(space).await,
        Err(error) => Err(error),
    }
}

/// Every room is archived: they can still be read.
async fn archived_room(app: &App, space: SpaceId, user: &User) -> Result<RoomState> {
    let rooms = app.hub.rooms(space, user.id).await?;
    rooms.into_iter().next().ok_or(Failure::NotFound.into())
}

/// Where in a space somebody goes who has been there before: the first room if still in it, else any other.
/// Asking changes nothing. `None` when there is no room that one may see.
///
/// # Errors
/// When the store does not answer.
pub async fn home_room(app: &App, space: SpaceId, user: &User) -> Result<Option<RoomState>> {
    let first = app.store.first_room(space).await?;
    let rooms = app.hub.rooms(space, user.id).await?;
    Ok(rooms.into_iter().min_by_key(|room| (room.archived, room.role.is_none(), Some(room.id) != first)))
}

/// Gives a room another name.
///
/// # Errors
/// What is wrong with the name, [`Failure::Taken`], [`Failure::NotFound`], [`Failure::Archived`].
pub async fn rename_room(call: Call, room: RoomId, name: String) -> Result<RoomState> {
    let name = check_room_name(&name)?;
    change(call, room, Op::Rename { name }).await
}

/// Gives a room another topic.
///
/// # Errors
/// What is wrong with the topic, [`Failure::NotFound`], [`Failure::Archived`].
pub async fn set_topic(call: Call, room: RoomId, topic: String) -> Result<RoomState> {
    let topic = check_topic(&topic)?;
    change(call, room, Op::Topic { topic }).await
}

/// Carries out a change that needs nothing checked but the right to it.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::NotFound`], [`Failure::Archived`].
pub async fn change(call: Call, room: RoomId, op: Op) -> Result<RoomState> {
    let by = call.user()?;
    // Who changes a room on the page about it goes on there.
    let stays = !matches!(op, Op::Join | Op::Leave) && forms::is_of_plain_page(&call);
    let before = call.app.hub.room_state(room, by.id).await?;
    call.app.hub.change(&by, room, op).await?;
    // Who has gone out of a room that its members alone may see is told what it was.
    let gone = before.map(|before| RoomState { role: None, ..before });
    let after = call.app.hub.room_state(room, by.id).await?;
    let is_gone = after.is_none();
    let state = after.or(gone).ok_or(Failure::NotFound)?;
    if stays {
        return Ok(state);
    }
    if let Some(space) = call.app.store.find_space_of(state.space, by.id).await? {
        let home = || format!("/s/{}", encode_segment(&space.slug));
        forms::go_on_to(&call, &if is_gone { home() } else { state.path(&space) });
    }
    Ok(state)
}
