//! Who may do what, asked of the running program: everything that it answers to, for everybody there is, in every
//! kind of room. What is expected follows from the table in `protocol::permit` and from one line each in `table`;
//! what has no line fails.

mod ground;
mod page;
mod table;

use crate::{
    kit::{Reply, nonce},
    surface,
};
use ground::{Ground, Plot, WHO, Who};
use maru::protocol::{ClientFrame, Failure, KINDS, Op, RoomKind, ServerFrame};
use reqwest::header::{HeaderName, HeaderValue};
use std::collections::BTreeSet;
use table::{Answer, FRAMES, FUNCTIONS, Line, ROUTES, expected};

/// What was answered, as far as permissions go.
fn told(status: u16, failure: Option<Failure>) -> Answer {
    match (status, failure) {
        (401, Some(Failure::SignedOut)) => Answer::SignedOut,
        (403, Some(Failure::Forbidden)) => Answer::Forbidden,
        (404, Some(Failure::NotFound)) => Answer::NotFound,
        (200 | 302 | 303, None) => Answer::Done,
        (status, Some(failure)) => Answer::Refused(status, failure),
        (status, None) => panic!("{status} says nothing"),
    }
}

fn told_by_call(reply: &Reply) -> Answer {
    let failure = (reply.status >= 400).then(|| reply.failure().1);
    told(reply.status, failure)
}

fn told_by_frame(reply: &Reply) -> Answer {
    let failure = match ServerFrame::decode(&reply.body) {
        Ok(ServerFrame::Refused(refused)) => Some(refused.failure),
        Ok(_) => None,
        Err(_) => Some(reply.failure().1),
    };
    told(reply.status, failure)
}

/// A page says it by its status, or by showing the way in.
fn told_by_page(reply: &Reply) -> Answer {
    match (reply.status, reply.header("location")) {
        (303, way) if way.starts_with("/enter") => Answer::SignedOut,
        (200 | 302 | 303, _) => Answer::Done,
        (401, _) => Answer::SignedOut,
        (403, _) => Answer::Forbidden,
        (404, _) => Answer::NotFound,
        (status, _) => Answer::Refused(status, Failure::Other),
    }
}

/// Where an answer was another than the table's.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn check(&mut self, what: String, expected: &Answer, told: &Answer) {
        if expected != told {
            self.0.push(format!("{what}: expected {expected:?}, was told {told:?}"));
        }
    }

    /// What may not be seen and what is not there are told in the same bytes.
    fn check_same(&mut self, case: &Case<'_>, hidden: &Reply, absent: &Reply) {
        let what = case.name();
        let own = [case.plot.room(case.kind).to_string(), case.plot.slug()];
        let places = own.into_iter().chain([NO_ROOM.to_owned(), NO_SPACE.to_owned()]).collect::<Vec<_>>();
        let (hidden, absent) = (bare(hidden, &places), bare(absent, &places));
        if hidden != absent {
            let told = [hidden, absent].map(|answer| format!("{answer:?}"));
            let same = told[0].bytes().zip(told[1].bytes()).take_while(|(one, other)| one == other).count();
            let around = |told: &str| {
                let bytes = told.as_bytes();
                String::from_utf8_lossy(&bytes[same.saturating_sub(60)..bytes.len().min(same + 90)])
                    .into_owned()
            };
            let [hidden, absent] = told.map(|told| around(&told));
            self.0.push(format!("{what}: hidden and absent differ:\n  …{hidden}…\n  …{absent}…"));
        }
    }

    fn settle(self) {
        assert!(self.0.is_empty(), "{} answers are not the table's:\n{}", self.0.len(), self.0.join("\n"));
    }
}

/// All of an answer but what is another in each, whatever was asked: the time, the nonces, the place itself.
fn bare(reply: &Reply, places: &[String]) -> (u16, Vec<(String, String)>, String) {
    let header = |(name, value): (&HeaderName, &HeaderValue)| (name.to_string(), format!("{value:?}"));
    let headers = reply.headers.iter().map(header);
    let headers = headers
        .filter(|(name, _)| !["date", "content-length", "content-security-policy"].contains(&name.as_str()));
    let policy = reply.header("content-security-policy");
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or("no nonce");
    let mut body = reply.body.replace(nonce, "");
    if let Some(at) = body.find("\"nonce\":\"") {
        body.replace_range(at..at + "\"nonce\":\"".len() + 36, "");
    }
    for place in places {
        body = body.replace(place, "PLACE");
    }
    (reply.status, headers.collect(), body)
}

/// Places that nobody has.
const NO_ROOM: &str = "r_00000000000000ff";
const NO_SPACE: &str = "space999999";

/// One line of the table for somebody, in a room of some kind.
struct Case<'a> {
    line: &'a Line,
    plot: &'a Plot,
    who: Who,
    kind: RoomKind,
}

impl Case<'_> {
    fn name(&self) -> String {
        let place = if self.line.is_of_rooms() { format!(" in {:?}", self.kind) } else { String::new() };
        format!("{} by {:?}{place}", self.line.name, self.who)
    }

    fn fields(&self, template: &str) -> Vec<(String, String)> {
        let pairs = template.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').expect("name=value"));
        pairs.map(|(name, value)| (name.to_owned(), self.plot.fill(value, self.who, self.kind))).collect()
    }

    /// Asks for the same of a place that nobody has.
    fn elsewhere(&self, template: &str) -> Option<String> {
        let place = if self.line.is_of_rooms() { "{room}" } else { "{space}" };
        let nowhere = if self.line.is_of_rooms() { NO_ROOM } else { NO_SPACE };
        template.contains(place).then(|| template.replace(place, nowhere))
    }

    async fn call(&self, ground: &Ground, is_get: bool, template: &str) -> Reply {
        let fields = self.fields(template);
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let person = ground.person(self.plot, self.who);
        match is_get {
            true => person.ask(self.line.about(), &fields).await,
            false => person.call(self.line.about(), &fields).await,
        }
    }

    async fn check_call(&self, ground: &Ground, is_get: bool, wrong: &mut Wrong) {
        let expected = expected(self.line, self.kind, self.who);
        let reply = self.call(ground, is_get, self.line.with).await;
        wrong.check(self.name(), &expected, &told_by_call(&reply));
        if let (Answer::NotFound, Some(template)) = (expected, self.elsewhere(self.line.with)) {
            wrong.check_same(self, &reply, &self.call(ground, is_get, &template).await);
        }
    }
}

fn kinds_of(line: &Line) -> &'static [RoomKind] {
    if line.is_of_rooms() { &KINDS } else { &KINDS[..1] }
}

#[tokio::test]
async fn every_function_answers_everybody_as_the_table_says() {
    let functions = surface::functions();
    let lines: BTreeSet<&str> = FUNCTIONS.iter().map(Line::about).collect();
    let served: BTreeSet<&str> = functions.keys().map(String::as_str).collect();
    assert_eq!(lines, served, "a line for every function, a function for every line");
    let ground = Ground::seed(FUNCTIONS.len()).await;
    let mut wrong = Wrong::default();
    for (line, plot) in FUNCTIONS.iter().zip(&ground.plots) {
        for kind in kinds_of(line).iter().copied() {
            for who in WHO {
                let case = Case { line, plot, who, kind };
                case.check_call(&ground, functions[line.about()], &mut wrong).await;
            }
        }
    }
    wrong.settle();
}

#[tokio::test]
async fn every_frame_answers_everybody_as_the_table_says() {
    let ground = Ground::seed(FRAMES.len()).await;
    let mut wrong = Wrong::default();
    for ((line, frame), plot) in FRAMES.iter().zip(&ground.plots) {
        for kind in kinds_of(line).iter().copied() {
            for who in WHO {
                let case = Case { line, plot, who, kind };
                let person = ground.person(plot, who);
                let path = if line.name == "hello" { "/v1/sync" } else { "/v1/send" };
                let text = |line: &str| plot.fill(line, who, kind).replace("{nonce}", &nonce().to_string());
                let told = |reply: &Reply| {
                    if path == "/v1/sync" { told_by_page(reply) } else { told_by_frame(reply) }
                };
                let reply = person.post_raw(path, "application/json", text(frame)).await;
                let expected = expected(line, kind, who);
                wrong.check(case.name(), &expected, &told(&reply));
                if expected == Answer::NotFound {
                    let absent = text(&case.elsewhere(frame).expect("about a room"));
                    let absent = person.post_raw(path, "application/json", absent).await;
                    wrong.check_same(&case, &reply, &absent);
                }
            }
        }
    }
    wrong.settle();
}

#[tokio::test]
async fn every_route_answers_everybody_as_the_table_says() {
    let served: BTreeSet<String> = surface::routes();
    let lines: BTreeSet<String> = ROUTES.iter().map(|(_, _, line)| line.name.to_owned()).collect();
    assert_eq!(lines, served, "a line for every route, a route for every line");
    let ground = Ground::seed(ROUTES.len()).await;
    let mut wrong = Wrong::default();
    for ((method, path, line), plot) in ROUTES.iter().zip(&ground.plots) {
        for kind in kinds_of(line).iter().copied() {
            for who in WHO {
                let case = Case { line, plot, who, kind };
                let person = ground.person(plot, who);
                let ask = async |path: &str| {
                    let path = plot.fill(path, who, kind);
                    match *method {
                        "GET" => person.get(&path).await,
                        "UPGRADE" => ground.upgrade(&person).await,
                        _ => {
                            let fields = case.fields(&line.with.replace("{nonce}", &nonce().to_string()));
                            let fields: Vec<_> =
                                fields.iter().map(|(name, value)| (&**name, &**value)).collect();
                            person.post_form(&path, &fields).await
                        }
                    }
                };
                let expected = match expected(line, kind, who) {
                    // A page that one may not open is not there.
                    Answer::Forbidden if *method == "GET" => Answer::NotFound,
                    expected => expected,
                };
                let reply = ask(path).await;
                wrong.check(case.name(), &expected, &told_by_page(&reply));
                // The page of a room that one can see says so, also where one has no part in it.
                let is_seen = line.is_of_rooms() && table::can_read(kind, who);
                if let (Answer::NotFound, false, Some(absent)) = (expected, is_seen, case.elsewhere(path)) {
                    wrong.check_same(&case, &reply, &ask(&absent).await);
                }
            }
        }
    }
    wrong.settle();
}

#[tokio::test]
async fn what_one_may_not_read_is_in_no_list() {
    let ground = Ground::seed(1).await;
    let plot = &ground.plots[0];
    for who in WHO.into_iter().filter(|who| *who != Who::Stranger) {
        let person = ground.person(plot, who);
        let mut socket = person.connect().await;
        socket.ping().await;
        let in_plot = KINDS.map(|kind| plot.room(kind));
        let welcomed = socket.welcome().rooms.iter().map(|room| room.id);
        let welcomed: BTreeSet<_> = welcomed.filter(|room| in_plot.contains(room)).collect();
        let readable =
            KINDS.into_iter().filter(|kind| table::can_read(*kind, who)).map(|kind| plot.room(kind));
        assert_eq!(welcomed, readable.collect(), "{who:?}");
        let is_in = who.space_role().is_some();
        assert_eq!(socket.welcome().spaces.iter().any(|space| space.id == plot.space), is_in, "{who:?}");
    }
}

/// The line of each frame that a client can send. Without `_`, so that a new one does not compile before it is here.
fn line_of(frame: &ClientFrame) -> &'static str {
    match frame {
        ClientFrame::Hello(_) => "hello",
        ClientFrame::Fetch(_) => "fetch",
        ClientFrame::Read { .. } => "read",
        ClientFrame::Unsent(_) => "unsent",
        ClientFrame::Ping { .. } => "ping",
        ClientFrame::Typing { .. } => "typing",
        ClientFrame::People(_) => "people",
        ClientFrame::Unknown => "unknown",
        ClientFrame::Send(draft) => match &draft.op {
            Op::Message { .. } => "send message",
            Op::Edit { .. } => "send edit",
            Op::Delete { .. } => "send delete",
            Op::React { .. } => "send react",
            // The server's own words: a client that sends them is not understood, whoever it is.
            Op::Create { .. } => "send create",
            Op::Join => "send join",
            Op::Added { .. } => "send added",
            Op::Leave => "send leave",
            Op::Removed { .. } => "send removed",
            Op::Role { .. } => "send role",
            Op::Rename { .. } => "send rename",
            Op::Topic { .. } => "send topic",
            Op::Archive { .. } => "send archive",
            Op::Gone => "send gone",
            Op::Unknown => "send unknown",
        },
    }
}

#[test]
fn every_line_of_a_frame_is_the_frame_that_it_says() {
    let mut lines = BTreeSet::new();
    for (line, frame) in FRAMES {
        let text = frame.replace("{room}", "r_0000000000000001").replace("{nonce}", &nonce().to_string());
        let text = text.replace("{message}", "1").replace("{own}", "2");
        let frame: ClientFrame =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert!(line.name.starts_with(line_of(&frame)), "{}: {frame:?}", line.name);
        lines.insert(line_of(&frame));
    }
    assert_eq!(lines.len(), 23, "{lines:?}");
}
