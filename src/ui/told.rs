//! What the server says of where the address leads: with the page, and again when it leads elsewhere.

use super::form::{Answer, Asker};
use crate::{
    IS_PAGE,
    api::{self, Told},
    protocol::{Failure, Seq, encode_segment, json::read},
};
use futures::{
    channel::oneshot,
    future::{BoxFuture, FutureExt},
};
use leptos::prelude::{codee::string::FromToStringCodec, *};
use serde::de::DeserializeOwned;

/// What is told. The room waits for what is told of the space.
pub(super) type ToldResource = Resource<Told, FromToStringCodec>;

/// Where the address leads: a space, a room of it, an event of that.
pub(super) type Asked = (String, String, Option<Seq>);

/// How it is asked for. The page asks by address: the framework's way takes code that nothing else there needs.
type Tell = fn(Asked, Option<Asker>) -> BoxFuture<'static, Told>;

/// What is told of a space.
pub(super) fn told_lobby(asked: impl Fn() -> Asked + Send + Sync + 'static) -> ToldResource {
    told(Box::new(asked), |(space, ..), asker| {
        if IS_PAGE {
            let path = format!("/api/lobby?space={}", encode_segment(&space));
            ask(asker, &path, |answer| Told::Lobby(Box::new(parse(answer))))
        } else {
            async { Told::Lobby(Box::new(api::lobby(space).await)) }.boxed()
        }
    })
}

/// What is told of a room.
pub(super) fn told_room(asked: impl Fn() -> Asked + Send + Sync + 'static) -> ToldResource {
    told(Box::new(asked), |(space, room, at), asker| {
        if IS_PAGE {
            let at = at.map(|at| format!("&at={at}")).unwrap_or_default();
            let (space, room) = (encode_segment(&space), encode_segment(&room));
            let path = format!("/api/room_page?space={space}&room={room}{at}");
            ask(asker, &path, |answer| Told::Room(Box::new(parse(answer))))
        } else {
            async move { Told::Room(Box::new(api::room_page(space, room, at).await)) }.boxed()
        }
    })
}

fn told(asked: Box<dyn Fn() -> Asked + Send + Sync>, tell: Tell) -> ToldResource {
    let asker = use_context::<Asker>();
    Resource::new_str_blocking(asked, move |asked| tell(asked, asker))
}

fn ask(asker: Option<Asker>, path: &str, told: fn(Answer) -> Told) -> BoxFuture<'static, Told> {
    let (done, answer) = oneshot::channel();
    if let Some(Asker(ask)) = asker {
        // Who has gone elsewhere meanwhile waits no more.
        ask(path, Box::new(move |answer| drop(done.send(answer))));
    }
    answer.map(move |answer| told(answer.unwrap_or(Err(Failure::Unreachable)))).boxed()
}

fn parse<T: DeserializeOwned>(answer: Answer) -> Result<T, Failure> {
    answer.and_then(|json| read(&json).map_err(|_| Failure::Other))
}
