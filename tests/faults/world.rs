//! Persons with their devices, rooms, a server between them, and faults.

use crate::{
    chance::Chance,
    check::{Evidence, check},
    device::{Device, Orders},
    history::{Clue, History, Violation, What},
    network::{Line, Weather},
    patience::{PATIENCE, soon},
    server::{Address, Server},
    wire::{Heard, Key, Link, Transport},
};
use maru::protocol::{
    Arrival, ClientFrame, Event, Fetch, Hello, Lobby, Op, RoomId, RoomState, ServerFrame, UserId,
};
use serde::de::DeserializeOwned;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    sync::{OwnedRwLockWriteGuard, RwLock},
    task::JoinHandle,
};

/// What a world is made of.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Workload and faults derive from it.
    pub seed: u64,
    /// How many persons.
    pub users: usize,
    /// Devices of each.
    pub devices: usize,
    /// Rooms that all are in.
    pub rooms: usize,
    /// Milliseconds between two thoughts of a device, about.
    pub pace_ms: u64,
    /// The ways by which devices connect, in turn.
    pub transports: Vec<Transport>,
    /// Whether persons leave rooms and come back.
    pub is_moving: bool,
    /// The devices move their cursors by acks: a mistake to be found.
    pub is_hasty: bool,
    /// What the server is asked to do wrong from the start.
    pub faults: String,
}

impl Plan {
    /// A small world.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            users: 3,
            devices: 3,
            rooms: 20,
            pace_ms: 100,
            transports: vec![Transport::Ws, Transport::Sse, Transport::Poll],
            is_moving: true,
            is_hasty: false,
            faults: String::new(),
        }
    }
}

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

/// Everything.
pub struct World {
    /// How it was made.
    pub plan: Plan,
    /// The server.
    pub server: Server,
    /// What happened.
    pub history: Arc<History>,
    /// The devices, in the order of their numbers.
    pub devices: Vec<Arc<Device>>,
    /// The persons.
    pub people: Vec<Person>,
    /// The rooms.
    pub rooms: Vec<RoomId>,
    /// For faults.
    pub chance: Chance,
    /// The longest that it took until all was quiet and equal again.
    pub worst: Duration,
    tasks: Vec<JoinHandle<()>>,
    lives: Vec<u64>,
    movers: Vec<JoinHandle<()>>,
    gate: Arc<RwLock<()>>,
    closed: Option<OwnedRwLockWriteGuard<()>>,
    fence: u32,
    /// How long it may take until all is quiet and equal again.
    pub patience: Duration,
    /// The server's memory when the devices first were at work.
    resident: u64,
}

/// Memory that a server may need beyond what it began with, and descriptors beyond those of the devices.
const MORE_RESIDENT: u64 = 200 * 1024 * 1024;
const DESCRIPTORS: usize = 100;
/// A device that polls sends to many rooms at once, each by a request of its own.
const EACH_DESCRIPTORS: usize = 30;

impl World {
    /// Starts a server and lets everybody in; the devices write at once.
    pub async fn new(plan: Plan) -> Self {
        Self::on(Server::new(), plan).await
    }

    /// On a server that was prepared.
    pub async fn on(mut server: Server, plan: Plan) -> Self {
        server.ask("");
        if !plan.faults.starts_with("die") {
            server.ask(&plan.faults);
        }
        server.start().await;
        let (mut people, mut rooms) = (Vec::new(), Vec::new());
        for user in 0..plan.users {
            let (person, first) = Person::enter(server.address(), &format!("person {user}")).await;
            if user == 0 {
                rooms.push(first);
                for room in 1..plan.rooms {
                    rooms.push(person.create(&format!("room {room}")).await);
                }
            } else {
                for room in &rooms[1..] {
                    person.go(*room, true).await;
                }
            }
            people.push(person);
        }
        let history = Arc::new(History::new());
        let mut world = Self {
            chance: Chance::of(plan.seed, u64::MAX),
            resident: server.resident(),
            server,
            history,
            devices: Vec::new(),
            people,
            rooms,
            worst: Duration::ZERO,
            tasks: Vec::new(),
            lives: Vec::new(),
            movers: Vec::new(),
            gate: Arc::default(),
            closed: None,
            fence: 0,
            patience: PATIENCE,
            plan,
        };
        world.populate().await;
        world
    }

    async fn populate(&mut self) {
        let plan = self.plan.clone();
        let mut tokens = Vec::new();
        for user in 0..plan.users {
            tokens.push(Key::Token(self.server.token(&format!("person {user}")).await));
        }
        for id in 0..plan.users * plan.devices {
            let user = id % plan.users;
            let line = Line::new(self.server.address()).await;
            let transport = plan.transports[id / plan.users % plan.transports.len()];
            let orders = Orders { transport, pace_ms: Some(plan.pace_ms), fence: 0 };
            // Half of the devices are browsers, half are programs.
            let keys = [&self.people[user].key, &tokens[user]];
            let key = keys[id / plan.users % 2].clone();
            let device =
                Device::new((id, user), key, line, orders, self.history.clone(), (plan.seed, plan.is_hasty));
            let device = Arc::new(device);
            self.tasks.push(tokio::spawn(device.clone().run(0)));
            self.lives.push(0);
            self.devices.push(device);
        }
        if plan.is_moving {
            let movable: Vec<RoomId> = self.rooms[self.rooms.len() * 3 / 5..].to_vec();
            for user in 1..plan.users {
                let (person, history, rooms) =
                    (self.people[user].clone(), self.history.clone(), movable.clone());
                let chance = Chance::of(plan.seed, 1 << 32 | user as u64);
                self.movers.push(tokio::spawn(wander(
                    user,
                    person,
                    rooms,
                    history,
                    chance,
                    self.gate.clone(),
                )));
            }
        }
    }

    /// Waits until so many more drafts were acknowledged.
    pub async fn until_acked(&self, more: usize) {
        let enough = self.history.acked() + more;
        let mut progress = self.history.progress();
        let grown = async {
            while self.history.acked() < enough {
                progress.changed().await.expect("the history is there");
            }
        };
        soon("more acks", grown).await;
    }

    /// Kills the tab of a device and opens it again.
    pub async fn reopen(&mut self, id: usize) {
        self.tasks[id].abort();
        let _ = (&mut self.tasks[id]).await;
        self.devices[id].reopen();
        self.lives[id] += 1;
        self.tasks[id] = tokio::spawn(self.devices[id].clone().run(self.lives[id]));
    }

    /// Kills the server and starts it again on what is on disk.
    pub async fn kill(&mut self) {
        self.history.fault("kill -9");
        self.server.kill().await;
        self.server.start().await;
    }

    /// Starts the server again each time it has ended of itself, as a supervisor would.
    pub async fn supervise(&mut self, deaths: usize) {
        for _ in 0..deaths {
            let status = self.server.ended().await;
            self.history.fault(format!("it ended: {status}"));
            self.server.start().await;
        }
    }

    /// Ends every fault, waits until all is quiet and everybody holds the same, and judges.
    pub async fn heal(&mut self) -> Vec<Violation> {
        self.server.ask("");
        if !self.server.is_running() {
            self.server.kill().await;
            self.server.start().await;
        }
        for device in &self.devices {
            device.line.turn(Weather::Fair);
            device.order(|orders| orders.pace_ms = None);
        }
        self.fence += 1;
        self.history.fault("all faults end");
        let healed = Instant::now();
        self.closed = Some(soon("who is on the move", self.gate.clone().write_owned()).await);
        for device in &self.devices {
            device.order(|orders| orders.fence = self.fence);
        }
        let mut violations = self.history.seen();
        match self.converge().await {
            Ok(()) => self.worst = self.worst.max(healed.elapsed()),
            Err(why) => violations.push(Violation { rule: "I7", text: why, clue: Clue::default() }),
        }
        violations.extend(self.judge().await);
        violations.extend(self.weigh());
        violations
    }

    /// Goes on after [`Self::heal`].
    pub fn resume(&mut self) {
        self.closed = None;
        for device in &self.devices {
            device.order(|orders| orders.pace_ms = Some(self.plan.pace_ms));
        }
    }

    /// Waits until nothing is on its way and everybody is at the head of each of their rooms.
    async fn converge(&self) -> Result<(), String> {
        let deadline = Instant::now() + self.patience;
        let mut progress = self.history.progress();
        let mut lobbies: Option<Vec<Vec<RoomState>>> = None;
        loop {
            let behind = self.devices.iter().find_map(|device| self.lack(device, lobbies.as_deref()));
            match (&behind, &lobbies) {
                (None, Some(_)) => return Ok(()),
                (None, None) => {
                    let mut all = Vec::new();
                    for person in &self.people {
                        all.push(person.rooms().await);
                    }
                    lobbies = Some(all);
                    continue;
                }
                (Some(why), _) if Instant::now() > deadline => return Err(why.clone()),
                _ => {}
            }
            let _ = tokio::time::timeout(Duration::from_millis(200), progress.changed()).await;
        }
    }

    /// What a device still lacks.
    fn lack(&self, device: &Device, lobbies: Option<&[Vec<RoomState>]>) -> Option<String> {
        let held = device.held();
        if !held.is_live {
            return Some(format!("device {} is not connected", device.id));
        }
        if held.waiting() > 0 || !held.is_read() {
            return Some(format!("device {} has {} drafts and markers to send", device.id, held.waiting()));
        }
        if held.fence != self.fence {
            return Some(format!("device {} has not heard all that was said", device.id));
        }
        for room in lobbies.map(|lobbies| &lobbies[device.user]).into_iter().flatten() {
            let told = held.list.get(&room.id).map(|told| told.role);
            if told != Some(room.role) {
                return Some(format!("device {} takes its role in {} for {told:?}", device.id, room.id));
            }
            if room.role.is_some() && held.read.get(&room.id).is_none_or(|read| read.seq != room.read) {
                return Some(format!(
                    "device {} does not know the marker {} in {}",
                    device.id, room.read, room.id
                ));
            }
            let Some(view) = held.views.get(&room.id).filter(|_| room.role.is_some()) else { continue };
            let cursor = view.log.cursor.map_or(0, |cursor| cursor.seq);
            if cursor != room.head || !view.log.holes.is_empty() {
                let holes = &view.log.holes;
                return Some(format!(
                    "device {} is at {cursor} of {} in {}, holes {holes:?}",
                    device.id, room.head, room.id
                ));
            }
        }
        None
    }

    async fn judge(&self) -> Vec<Violation> {
        let (mut logs, mut violations) = (Vec::new(), Vec::new());
        for (user, person) in self.people.iter().enumerate() {
            let (rooms, own) = person.logs(self.server.here()).await;
            violations.extend(self.markers(user, person, &rooms, &own));
            logs.push(own);
        }
        let devices = self.devices.iter().map(|device| (device.id, device.user, device.held().views.clone()));
        let users = self.people.iter().map(|person| person.id).collect();
        let evidence = Evidence { records: self.history.records(), users, logs, devices: devices.collect() };
        violations.extend(check(&evidence));
        violations
    }

    /// I10: all devices of a person know one marker, the furthest that was set, and what is after it.
    fn markers(
        &self,
        user: usize,
        person: &Person,
        rooms: &[RoomState],
        logs: &BTreeMap<RoomId, Vec<Event>>,
    ) -> Vec<Violation> {
        let mut found = Vec::new();
        let mut say = |room: RoomId, text: String| {
            let clue = Clue { room: Some(room), nonce: None, seq: None };
            found.push(Violation { rule: "I10", text, clue });
        };
        for room in rooms.iter().filter(|room| room.role.is_some()) {
            let own = self.devices.iter().filter(|device| device.user == user);
            for device in own {
                let held = device.held();
                if let Some(read) = held.read.get(&room.id).filter(|read| read.seq != room.read) {
                    say(
                        room.id,
                        format!("device {} has the marker {}, the server {}", device.id, read.seq, room.read),
                    );
                }
                if let Some(marked) = held.marked.get(&room.id).filter(|marked| **marked > room.read) {
                    say(room.id, format!("device {} marked {marked}, the server {}", device.id, room.read));
                }
            }
            let others = logs[&room.id].iter().filter(|event| event.by != person.id && event.seq > room.read);
            let (said, gone): (Vec<&Event>, Vec<&Event>) = others
                .filter(|event| matches!(event.op, Op::Message { .. } | Op::Gone))
                .partition(|event| matches!(event.op, Op::Message { .. }));
            let unread = room.unread as usize;
            if !(said.len()..=said.len() + gone.len()).contains(&unread) {
                say(room.id, format!("u{user} is told of {unread} unread, there are {}", said.len()));
            }
        }
        found
    }

    /// I9: memory and descriptors stay within bounds.
    fn weigh(&self) -> Option<Violation> {
        let (resident, descriptors) = (self.server.resident(), self.server.descriptors());
        let is_light = resident < self.resident + MORE_RESIDENT
            && descriptors < self.devices.len() * EACH_DESCRIPTORS + DESCRIPTORS;
        let text = format!("the server has {} MB resident and {descriptors} descriptors", resident >> 20);
        (!is_light).then(|| Violation { rule: "I9", text, clue: Clue::default() })
    }

    /// Heals, and gives up with the history of each violation if there is any.
    pub async fn expect_whole(&mut self) {
        let violations = self.heal().await;
        if !violations.is_empty() {
            panic!("{}", self.report(&violations));
        }
        let said = self.history.acked();
        eprintln!("seed {}: {said} acknowledged, converged in {:?}", self.plan.seed, self.worst);
    }

    /// The first violations with their history.
    pub fn report(&self, violations: &[Violation]) -> String {
        let told: Vec<String> =
            violations.iter().take(3).map(|violation| self.history.tell(violation)).collect();
        format!("{} violations with seed {}:\n{}", violations.len(), self.plan.seed, told.join("\n"))
    }

    /// A device, by chance.
    pub fn any_device(&mut self) -> usize {
        self.chance.below(self.devices.len() as u64) as usize
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.tasks.iter().chain(&self.movers).for_each(JoinHandle::abort);
    }
}

/// Leaves rooms and comes back, for ever; each call is repeated until it is answered.
async fn wander(
    user: usize,
    person: Person,
    rooms: Vec<RoomId>,
    history: Arc<History>,
    mut chance: Chance,
    gate: Arc<RwLock<()>>,
) {
    let mut out: Vec<RoomId> = Vec::new();
    loop {
        tokio::time::sleep(Duration::from_millis(chance.within(150, 800))).await;
        let open = gate.read().await;
        let room = *chance.pick(&rooms);
        let is_in = out.contains(&room);
        history.note(usize::MAX - 1, user, What::Moving { room, is_in });
        person.go(room, is_in).await;
        if is_in {
            out.retain(|other| *other != room)
        } else {
            out.push(room)
        }
        drop(open);
    }
}
