//! Persons with their devices, rooms, a server between them, and faults.

use crate::{
    chance::Chance,
    device::{Device, Orders},
    history::{History, Violation, What},
    network::Line,
    patience::{PATIENCE, soon},
    person::Person,
    server::Server,
    wire::{Key, Transport},
};
use maru::protocol::RoomId;
use std::{sync::Arc, time::Duration};
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
    pub gate: Arc<RwLock<()>>,
    pub closed: Option<OwnedRwLockWriteGuard<()>>,
    pub fence: u32,
    /// How long it may take until all is quiet and equal again.
    pub patience: Duration,
    /// The server's memory when the devices first were at work.
    pub resident: u64,
}

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

    /// Goes on after [`Self::heal`].
    pub fn resume(&mut self) {
        self.closed = None;
        for device in &self.devices {
            device.order(|orders| orders.pace_ms = Some(self.plan.pace_ms));
        }
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
