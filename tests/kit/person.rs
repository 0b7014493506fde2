//! Somebody with a browser (a cookie, an origin) or a program (a token): calls and sockets.

use super::{How, HttpLine, Reply, Socket, Way, calls, server::Address, soon};
use maru::protocol::{Arrival, Cursor, Hello, Lobby, RoomId, RoomState, Space, User};
use reqwest::header::CONTENT_TYPE;

/// Somebody with a browser or a program. Finds the server again when it was restarted.
#[derive(Clone)]
pub struct Person {
    address: Address,
    /// The `Cookie` header; `None` for somebody who has not come in.
    pub cookie: Option<String>,
    /// The token; `None` for somebody with a browser.
    pub token: Option<String>,
    /// By which transport connections are made.
    pub way: Way,
    arrival: Option<Arrival>,
}

impl Person {
    /// Somebody who is nobody yet.
    pub fn stranger(address: Address, how: How) -> Self {
        Self { address, cookie: None, token: None, way: how.way, arrival: None }
    }

    /// Comes in through the doorway.
    pub async fn enter(&mut self, name: &str) {
        let reply = self.call("enter", &[("name", name), ("next", "")]).await;
        let token = reply.cookie("maru").unwrap_or_else(|| panic!("no cookie: {reply:?}"));
        self.arrival = Some(reply.value());
        self.cookie = Some(format!("maru={token}"));
    }

    /// Comes into the first room with a token.
    pub async fn enter_by_token(&mut self, token: &str) {
        self.token = Some(token.to_owned());
        self.arrival = Some(self.call("enter", &[("name", ""), ("next", "")]).await.value());
        self.join(self.room()).await;
    }

    /// What shows who this is, and where it comes from.
    pub fn headers(&self, address: &str) -> Vec<(&'static str, String)> {
        let mut headers = Vec::new();
        match &self.token {
            Some(token) => headers.push(("authorization", format!("Bearer {token}"))),
            None => headers.push(("origin", format!("http://{address}"))),
        }
        headers.extend(self.cookie.iter().map(|cookie| ("cookie", cookie.clone())));
        headers
    }

    /// Where the server is, once it is anywhere.
    pub async fn address(&self) -> String {
        let mut address = self.address.clone();
        let known = soon("the server to be there", address.wait_for(Option::is_some)).await;
        known.expect("the server outlives its people").clone().expect("waited for")
    }

    fn arrival(&self) -> &Arrival {
        self.arrival.as_ref().expect("came in")
    }

    /// Who this is.
    pub fn user(&self) -> &User {
        &self.arrival().user
    }

    /// The room in which everybody begins.
    pub fn room(&self) -> RoomId {
        self.arrival().room
    }

    /// The path of that room's page.
    pub fn path(&self) -> &str {
        &self.arrival().path
    }

    /// Calls a server function that only reads, as the page does.
    pub async fn ask(&self, function: &str, arguments: &[(&str, &str)]) -> Reply {
        let query = reqwest::Url::parse_with_params("http://any/", arguments).expect("a URL");
        self.get(&format!("/api/{function}?{}", query.query().unwrap_or_default())).await
    }

    /// Calls a server function that changes something, as the page does.
    pub async fn call(&self, function: &str, arguments: &[(&str, &str)]) -> Reply {
        self.post_form(&format!("/api/{function}"), arguments).await
    }

    /// Posts a form, as the page does.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        Reply::of(self.request(reqwest::Method::POST, path).await.form(fields)).await
    }

    /// Posts a form to a server function, as a page without WASM does.
    pub async fn post_plain(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let request = self.request(reqwest::Method::POST, path).await;
        Reply::of(request.header(reqwest::header::ACCEPT, "text/html").form(fields)).await
    }

    /// Posts any body under any name of its type.
    pub async fn post_raw(&self, path: &str, kind: &str, body: impl Into<reqwest::Body>) -> Reply {
        let request = self.request(reqwest::Method::POST, path).await;
        Reply::of(request.header(CONTENT_TYPE, kind).body(body)).await
    }

    /// Posts a frame in a request of its own.
    pub async fn post_frame(&self, text: impl Into<reqwest::Body>) -> Reply {
        self.post_raw("/v1/send", "application/json", text).await
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Reply {
        let request = self.request(reqwest::Method::GET, path).await;
        let accepted = if path.starts_with("/api/") { "application/json" } else { "text/html" };
        Reply::of(request.header(reqwest::header::ACCEPT, accepted)).await
    }

    async fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let address = self.address().await;
        let is_get = method == reqwest::Method::GET;
        let headers = self.headers(&address).into_iter().filter(|(name, _)| !(is_get && *name == "origin"));
        let request = calls::client().request(method, format!("http://{address}{path}"));
        headers.fold(request, |request, (name, value)| request.header(name, value))
    }

    /// The space and its rooms.
    pub async fn lobby(&self) -> Lobby {
        let slug = self.path().split('/').nth(2).expect("/s/<space>/<room>").to_owned();
        self.ask("lobby", &[("space", &slug)]).await.value()
    }

    /// Where everybody is.
    pub async fn space(&self) -> Space {
        self.lobby().await.space
    }

    /// One room, as this person sees it in the list.
    pub async fn room_state(&self, room: RoomId) -> RoomState {
        let rooms = self.lobby().await.rooms;
        rooms.into_iter().find(|state| state.id == room).expect("in the list")
    }

    /// Tries to make a room.
    pub async fn try_create_room(&self, name: &str, topic: &str) -> Reply {
        let space = self.space().await.slug;
        let arguments = [("space", space.as_str()), ("name", name), ("topic", topic), ("kind", "public")];
        self.call("create_room", &arguments).await
    }

    /// Makes a room.
    pub async fn create_room(&self, name: &str) -> RoomState {
        self.try_create_room(name, "").await.value()
    }

    /// Does something with a room.
    pub async fn change(&self, function: &str, room: RoomId, more: &[(&str, &str)]) -> Reply {
        let id = room.to_string();
        let mut arguments = vec![("room", id.as_str())];
        arguments.extend_from_slice(more);
        self.call(function, &arguments).await
    }

    /// Joins a room.
    pub async fn join(&self, room: RoomId) -> RoomState {
        self.change("join_room", room, &[]).await.value()
    }

    /// A live connection that holds nothing yet.
    pub async fn connect(&self) -> Socket {
        self.resume([]).await
    }

    /// A live connection that holds rooms up to these cursors.
    pub async fn resume(&self, rooms: impl IntoIterator<Item = (RoomId, Cursor)>) -> Socket {
        let mut socket = self.open().await;
        socket
            .hello(Hello { client: "tests".to_owned(), rooms: rooms.into_iter().collect(), rev: None })
            .await;
        socket
    }

    /// An open connection on which nothing has been said yet.
    pub async fn open(&self) -> Socket {
        let address = self.address().await;
        if self.way != Way::Socket {
            return Socket::over(HttpLine::new(&address, self.headers(&address), self.way));
        }
        let opened = Socket::open_as(&address, &self.headers(&address)).await;
        opened.unwrap_or_else(|status| panic!("the server refused to upgrade: {status}"))
    }
}
