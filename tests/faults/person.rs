//! Somebody: calls over HTTP, and the whole logs in the end.

use crate::{
    patience::soon,
    server::Address,
    wire::{Heard, Key, Link, Transport},
};
use maru::protocol::{
    Arrival, ClientFrame, Event, Fetch, Hello, Lobby, RoomId, RoomState, ServerFrame, UserId,
};
use serde::de::DeserializeOwned;
use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

/// Somebody.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// By what the server knows them.
    pub key: Key,
    /// The name of the space in paths.
    space: String,
    address: Address,
    client: reqwest::Client,
}

impl Person {
    /// Comes in.
    pub async fn enter(address: Address, name: &str) -> (Self, RoomId) {
        let client =
            reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().expect("a client");
        let at = here(&address).await;
        let request = client.post(format!("http://{at}/api/enter")).header("origin", format!("http://{at}"));
        let answer = soon("the doorway", request.form(&[("name", name), ("next", "")]).send())
            .await
            .expect("an answer");
        let cookie = answer.headers().get("set-cookie").and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).expect("a cookie").to_owned();
        let arrival: Arrival = answer.json().await.expect("an arrival");
        let space = arrival.path.split('/').nth(2).expect("/s/<space>/<room>").to_owned();
        let person = Self { id: arrival.user.id, key: Key::Cookie(cookie), space, address, client };
        (person, arrival.room)
    }

    /// Calls until it is answered; what the answer is when it is no refusal.
    pub async fn call<T: DeserializeOwned>(&self, function: &str, fields: &[(&str, &str)]) -> T {
        loop {
            match self.try_call(function, fields).await {
                Some((200, text)) => {
                    return serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
                }
                Some((503 | 500, _)) | None => tokio::time::sleep(Duration::from_millis(50)).await,
                Some((status, text)) => panic!("{function}: {status} {text}"),
            }
        }
    }

    async fn try_call(&self, function: &str, fields: &[(&str, &str)]) -> Option<(u16, String)> {
        let at = here(&self.address).await;
        let Key::Cookie(cookie) = &self.key else { panic!("a person has a cookie") };
        let url = format!("http://{at}/api/{function}");
        let request = if function == "lobby" {
            self.client.get(reqwest::Url::parse_with_params(&url, fields).expect("a URL"))
        } else {
            self.client.post(url).form(fields)
        };
        let request = request.header("origin", format!("http://{at}")).header("accept", "application/json");
        let answer = request.header("cookie", cookie).send().await.ok()?;
        Some((answer.status().as_u16(), answer.text().await.ok()?))
    }

    /// Every room as this person sees it.
    pub async fn rooms(&self) -> Vec<RoomState> {
        self.call::<Lobby>("lobby", &[("space", &self.space)]).await.rooms
    }

    /// Makes a room.
    pub async fn create(&self, name: &str) -> RoomId {
        let fields = [("space", self.space.as_str()), ("name", name), ("topic", ""), ("kind", "public")];
        self.call::<RoomState>("create_room", &fields).await.id
    }

    /// Joins or leaves.
    pub async fn go(&self, room: RoomId, is_in: bool) {
        let function = if is_in { "join_room" } else { "leave_room" };
        self.call::<serde_json::Value>(function, &[("room", &room.to_string())]).await;
    }

    /// The whole log of each room, and how the rooms stand.
    pub async fn logs(&self, at: SocketAddr) -> (Vec<RoomState>, BTreeMap<RoomId, Vec<Event>>) {
        let opened = Link::open(Transport::Ws, at, &self.key, Hello::default()).await;
        let mut link = opened.expect("a connection");
        let rooms = loop {
            match soon("a welcome", link.hear()).await {
                Heard::Frame(ServerFrame::Welcome(welcome)) => break welcome.rooms,
                Heard::End(code) => panic!("no welcome: {code}"),
                _ => {}
            }
        };
        let mut logs = BTreeMap::new();
        for room in &rooms {
            logs.insert(room.id, whole(&mut link, room.id).await);
        }
        (rooms, logs)
    }
}

/// All of a room's history, in pages.
async fn whole(link: &mut Link, room: RoomId) -> Vec<Event> {
    let (mut events, mut before, mut id) = (Vec::new(), 1 << 52, 0);
    while before > 1 {
        id += 1;
        assert!(link.say(ClientFrame::Fetch(Fetch { id, room, before, limit: 100 })).await, "the link lives");
        let page = loop {
            match soon("history", link.hear()).await {
                Heard::Frame(ServerFrame::Events(batch)) if batch.fetch == Some(id) => break batch.events,
                Heard::Frame(ServerFrame::Refused(refused)) => panic!("no history: {refused:?}"),
                Heard::End(code) => panic!("no history: {code}"),
                _ => {}
            }
        };
        let Some(first) = page.first() else { break };
        before = first.seq;
        events.extend(page.into_iter().rev());
    }
    events.reverse();
    events
}

async fn here(address: &Address) -> SocketAddr {
    let mut address = address.clone();
    let known = soon("the server to be there", address.wait_for(Option::is_some)).await;
    known.expect("the server outlives its people").expect("waited for")
}
