//! The end of all faults: waiting until everybody holds the same, then judging.

use crate::{
    check::{Evidence, check},
    conversation::read_of,
    device::{Device, is_met},
    history::{Clue, Violation},
    network::Weather,
    patience::soon,
    person::Person,
    world::World,
};
use maru::protocol::{Event, Op, RoomId, RoomState};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// Memory that a server may need beyond what it began with, and descriptors beyond those of the devices.
const MORE_RESIDENT: u64 = 200 * 1024 * 1024;
const DESCRIPTORS: usize = 100;
/// A device that polls sends to many rooms at once, each by a request of its own.
const EACH_DESCRIPTORS: usize = 30;

impl World {
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
            if room.role.is_some()
                && held
                    .read
                    .get(&room.id)
                    .is_none_or(|read| (read.seq, read.backs) != (room.read, room.backs))
            {
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

    /// I10: all devices of a person know one marker, the furthest since it was last set back, and what is after it.
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
                let known = read_of(room);
                if let Some(marked) = held.marked.get(&room.id).filter(|marked| !is_met(marked, &known)) {
                    say(room.id, format!("device {} said {marked:?}, the server has {known:?}", device.id));
                }
            }
            let others = logs[&room.id].iter().filter(|event| event.by != person.id && event.seq > room.read);
            let said = others.filter(|event| matches!(event.op, Op::Message { .. })).count();
            if room.unread as usize != said {
                say(room.id, format!("u{user} is told of {} unread, there are {said}", room.unread));
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
}
