//! People who talk: to all in one room, in many rooms, or many in one.

use super::{
    light::{Light, Mouth, micros, nonce},
    rig::{Rig, Target},
    table::{Row, Watch},
    tally::{Place, Tally, ack, after, events, text},
};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{task::JoinSet, time::Instant};

/// For how long each workload sends.
const SENDING: Duration = Duration::from_secs(5);
/// People who share the connections of a room.
const PEOPLE: usize = 20;

/// How somebody sends.
#[derive(Debug, Clone, Copy)]
enum Pace {
    /// So many on their way, each until it comes back as everybody else gets it.
    Window(u64),
    /// One at each end of this, whatever becomes of it.
    Every(Duration),
}

/// One connection in one room.
struct Talker {
    light: Light,
    room: String,
    number: usize,
    /// `None` for who only listens.
    pace: Option<Pace>,
    /// How many in the room are still sending.
    sending: Arc<AtomicUsize>,
}

/// One room of so many listeners and senders.
pub async fn fan_out(target: &Target, listeners: usize, half_of: Option<f64>) -> (Row, f64) {
    let senders = 8;
    let pace = match half_of {
        Some(rate) => Pace::Every(Duration::from_secs_f64(2.0 * senders as f64 / rate)),
        None => Pace::Window(16),
    };
    let name = match half_of {
        Some(_) => format!("the same, at half of that rate, {listeners} clients"),
        None => format!("fan-out, 1 room of {listeners} clients, 8 senders"),
    };
    // As the comparison has it: the senders are among the clients.
    one_room(target, &name, listeners - senders, senders, pace).await
}

/// One room in which everybody sends.
pub async fn hot_room(target: &Target) -> Row {
    one_room(target, "one hot room, 64 senders", 0, 64, Pace::Window(16)).await.0
}

async fn one_room(target: &Target, name: &str, listeners: usize, senders: usize, pace: Pace) -> (Row, f64) {
    let rig = Rig::start(target, PEOPLE).await;
    let room = rig.create_room(0).await;
    for person in 1..PEOPLE {
        rig.join(person, &room).await;
    }
    let sending = Arc::new(AtomicUsize::new(senders));
    let mut talkers = Vec::new();
    for number in 0..senders + listeners {
        let light = rig.connect(number).await;
        let pace = (number < senders).then_some(pace);
        talkers.push(Talker { light, room: room.clone(), number, pace, sending: sending.clone() });
    }
    talk(&rig, name, talkers).await
}

/// Many rooms, each with a few people in it who all send.
pub async fn many_rooms(target: &Target, window: u64) -> Row {
    let (rooms, clients) = (200, 5);
    let rig = Rig::start(target, rooms).await;
    let mut talkers = Vec::new();
    for person in 0..rooms {
        let room = rig.create_room(person).await;
        let sending = Arc::new(AtomicUsize::new(clients));
        for client in 0..clients {
            let (light, number) = (rig.connect(person).await, person * clients + client);
            let (room, pace, sending) = (room.clone(), Some(Pace::Window(window)), sending.clone());
            talkers.push(Talker { light, room, number, pace, sending });
        }
    }
    let name = format!("{rooms} rooms of {clients} clients who all send, {window} on their way each");
    talk(&rig, &name, talkers).await.0
}

/// Lets them talk until all have heard the end.
async fn talk(rig: &Rig, name: &str, talkers: Vec<Talker>) -> (Row, f64) {
    let watch = Watch::begin(rig, name);
    let mut talking = JoinSet::new();
    for talker in talkers {
        talking.spawn(talker.run(rig.clock()));
    }
    let (mut tally, mut sent) = (Tally::default(), 0);
    while let Some(done) = talking.join_next().await {
        let (own, count) = done.expect("a connection that ended well");
        tally.add(own);
        sent += count;
    }
    let row = watch.end(sent, tally);
    let rate = row.messages_each_second();
    (row, rate)
}

impl Talker {
    /// What it heard, and how many messages it sent.
    async fn run(self, clock: Instant) -> (Tally, u64) {
        let Self { light: Light { mut ear, mouth }, room, number, pace, sending } = self;
        let (mut tally, mut place, mut own) = (Tally::default(), Place::default(), Own::default());
        let until = Instant::now() + SENDING;
        let window = if let Some(Pace::Window(window)) = pace { window } else { 0 };
        // Who only listens holds on to the mouth too: without it the connection would end.
        let (mut mouth, pacer) = match pace {
            Some(Pace::Every(period)) => {
                let (room, sending) = (room.clone(), sending.clone());
                (None, Some(tokio::spawn(keep_pace(mouth, clock, room, number, period, sending))))
            }
            _ => (Some(mouth), None),
        };
        if let Some(mouth) = mouth.as_mut() {
            own.send(mouth, clock, &room, number, window).await;
        }
        let mut is_done = window == 0;
        'heard: loop {
            let frame = ear.next().await;
            let now = micros(clock);
            if let Some((seq, _)) = ack(frame) {
                own.acked(seq);
            }
            let mut adjoins = after(frame);
            for event in events(frame) {
                if let Some((last, first)) = place.take(&mut tally, adjoins, event.seq) {
                    own.skipped(last, first);
                }
                adjoins = event.seq;
                if event.text == Some("end") {
                    break 'heard;
                }
                if let Some(sent_at) = event.sent_at() {
                    tally.record(now.saturating_sub(sent_at));
                }
                if event.sender() == Some(number) {
                    own.heard(event.seq);
                }
            }
            let Some(mouth) = mouth.as_mut().filter(|_| !is_done) else { continue };
            if Instant::now() < until {
                own.send(mouth, clock, &room, number, window).await;
            } else if own.on_the_way == 0 {
                is_done = true;
                end_with_the_last(mouth, &room, number, &sending).await;
            }
        }
        let paced = match pacer {
            Some(pacer) => pacer.await.expect("it ended well").1,
            None => 0,
        };
        (tally, own.sent + paced)
    }
}

/// Sends one message after another; answers with how many, and keeps the connection open until it is heard.
async fn keep_pace(
    mut mouth: Mouth,
    clock: Instant,
    room: String,
    number: usize,
    period: Duration,
    sending: Arc<AtomicUsize>,
) -> (Mouth, u64) {
    let mut turns = tokio::time::interval(period);
    let until = Instant::now() + SENDING;
    let mut sent = 0;
    while turns.tick().await < until {
        let now = micros(clock);
        mouth.say(&room, &nonce(number, sent, now), &text(now, number));
        mouth.flush().await;
        sent += 1;
    }
    end_with_the_last(&mut mouth, &room, number, &sending).await;
    (mouth, sent)
}

/// Whoever is the last to stop says so, and nobody in the room can miss it: it is the newest event.
async fn end_with_the_last(mouth: &mut Mouth, room: &str, number: usize, sending: &AtomicUsize) {
    if sending.fetch_sub(1, Ordering::AcqRel) == 1 {
        mouth.say(room, &nonce(number, u64::MAX, 0), "end");
        mouth.flush().await;
    }
}

/// One's own messages on their way.
#[derive(Default)]
struct Own {
    sent: u64,
    on_the_way: u64,
    /// Acknowledged, and not heard yet; and the other way round.
    acked: BTreeSet<u64>,
    heard: BTreeSet<u64>,
    holes: Vec<(u64, u64)>,
}

impl Own {
    async fn send(&mut self, mouth: &mut Mouth, clock: Instant, room: &str, number: usize, window: u64) {
        while self.on_the_way < window {
            let now = micros(clock);
            mouth.say(room, &nonce(number, self.sent, now), &text(now, number));
            (self.on_the_way, self.sent) = (self.on_the_way + 1, self.sent + 1);
        }
        mouth.flush().await;
    }

    fn acked(&mut self, seq: u64) {
        if self.heard.remove(&seq) {
            return;
        }
        if self.holes.iter().any(|(last, first)| seq > *last && seq < *first) {
            self.on_the_way = self.on_the_way.saturating_sub(1);
        } else {
            self.acked.insert(seq);
        }
    }

    fn heard(&mut self, seq: u64) {
        self.on_the_way = self.on_the_way.saturating_sub(1);
        if !self.acked.remove(&seq) {
            self.heard.insert(seq);
        }
    }

    /// What is in an announced hole will not be heard.
    fn skipped(&mut self, last: u64, first: u64) {
        let gone: Vec<u64> = self.acked.range(last + 1..first).copied().collect();
        for seq in gone {
            self.acked.remove(&seq);
            self.on_the_way = self.on_the_way.saturating_sub(1);
        }
        self.holes.push((last, first));
    }
}
