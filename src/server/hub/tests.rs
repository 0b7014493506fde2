//! The hub on a real store: order, keeping, acknowledging, handing out.

use super::*;
use crate::protocol::{Nonce, RoomKind, Seq, Space, SpaceId};
use crate::server::{
    clock::random,
    hub::{mailbox::Mailbox, room::Room, tail::Pulled},
    store::Location,
};
use futures::future::join_all;
use std::time::Duration;

/// A space with people in one room.
pub struct World {
    pub hub: Hub,
    pub store: Store,
    pub space: SpaceId,
    pub people: Vec<User>,
    pub room: RoomState,
    _folder: tempfile::TempDir,
}

fn id() -> u64 {
    u64::from_le_bytes(random())
}

pub fn draft(room: RoomId, text: &str) -> Draft {
    Draft { nonce: Nonce::from_bytes(random()), room, op: Op::said(text.to_owned()) }
}

impl World {
    pub async fn new(count: usize, rules: Rules) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("maru.db");
        let store = Store::open(&Location::Sqlite(file)).await.expect("a store");
        let asked = Space {
            id: SpaceId::from_random(id()),
            slug: "maru".to_owned(),
            name: "Maru".to_owned(),
            glyph: String::new(),
            role: None,
        };
        let space = store.first_space(&asked, 1).await.expect("a space").id;
        let hub = Hub::new(store.clone(), Clock::system(), rules);
        let mut people = Vec::new();
        for number in 0..count {
            let user = User::new(UserId::from_random(id()), format!("p{number}"));
            store.create_user(&user, Some((space, Role::Member)), 1).await.expect("a person");
            people.push(user);
        }
        let room = hub.create_room(new_room(space, "마루", &people[0])).await.expect("a room");
        for user in &people[1..] {
            hub.change(user, room.id, Op::Join).await.expect("may join").expect("was not in");
        }
        let room = hub.room_state(room.id, people[0].id).await.expect("reads").expect("is there");
        Self { hub, store, space, people, room, _folder: folder }
    }

    pub fn mailbox(&self, number: usize, conn: i64) -> Arc<Mailbox> {
        let user = &self.people[number];
        let mailbox =
            Arc::new(Mailbox::new(crate::protocol::ConnId::from_raw(conn), user.id, [number as u8; 32]));
        self.hub.live().people.enter(&mailbox, 20);
        self.hub.live().people.enter_space(self.space, &mailbox);
        mailbox
    }
}

pub fn new_room(space: SpaceId, name: &str, by: &User) -> NewRoom {
    let (id, name, topic) = (RoomId::from_random(id()), name.to_owned(), String::new());
    NewRoom { id, space, name, topic, kind: RoomKind::Public, by: by.clone(), at: 1 }
}

fn rates_off() -> Rules {
    Rules { rates_off: true, ..Rules::default() }
}

/// Reads a room as a client does, until `upto`: what is pulled, and the holes from the store.
async fn read_until(store: &Store, room: &Room, mailbox: &Mailbox, from: Seq, upto: Seq) -> Vec<Event> {
    let (mut cursor, mut got) = (from, Vec::new());
    let fill = async |cursor: &mut Seq, got: &mut Vec<Event>, upto: Seq| {
        while *cursor < upto {
            let batch = store.events_after(room.id, mailbox.user, *cursor, 100).await.expect("reads");
            got.extend(batch.events.into_iter().filter(|event| event.seq <= upto));
            *cursor = got.last().expect("there is more").seq;
        }
    };
    while cursor < upto {
        match room.pull(mailbox.user, cursor) {
            Pulled::Frame { frame, upto, .. } => {
                let batch = super::encode::tests::parse(&frame);
                fill(&mut cursor, &mut got, batch.after).await;
                got.extend(batch.events);
                cursor = upto;
            }
            Pulled::Read { upto, .. } => fill(&mut cursor, &mut got, upto).await,
            Pulled::Nothing | Pulled::Later => mailbox.woken().await,
            Pulled::Gone => panic!("not a member after {cursor}"),
        }
    }
    got
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_senders_at_once_have_one_gapless_order_on_every_side() {
    let world = World::new(8, rates_off()).await;
    let (room, head) = (world.room.id, world.room.head);
    let mailbox = world.mailbox(0, 1);
    let live = world.hub.live().admit(room, &mailbox, &world.people[0]);
    let (upto, store) = (head + 8 * 40, world.store.clone());
    let reader = tokio::spawn(async move { read_until(&store, &live, &mailbox, head, upto).await });

    let sends = world.people.iter().map(|by| async {
        let pending: Vec<_> = (0..40)
            .map(|number| {
                let draft = draft(room, &format!("{} {number}", by.name));
                (draft.nonce, world.hub.begin_send(by, draft).expect("there is room in the queue"))
            })
            .collect();
        let mut acks = Vec::new();
        for (nonce, pending) in pending {
            let ack = pending.settled().await.expect("is taken");
            assert_eq!((ack.nonce, ack.room, ack.dup), (nonce, room, false));
            acks.push(ack);
        }
        assert!(acks.is_sorted_by_key(|ack| ack.seq), "a sender's order is kept");
        acks
    });
    let mut acks: Vec<Ack> = join_all(sends).await.into_iter().flatten().collect();
    acks.sort_by_key(|ack| ack.seq);
    assert!(acks.iter().map(|ack| ack.seq).eq(head + 1..=upto), "no gap, none twice");

    let got = reader.await.expect("reads to the end");
    assert!(got.iter().map(|event| event.seq).eq(head + 1..=upto));
    assert!(got.iter().zip(&acks).all(|(event, ack)| event.at == ack.at));
    let own = got.iter().filter(|event| event.nonce.is_some()).count();
    assert_eq!(own, 40, "of oneself alone");
    let mut kept = Vec::new();
    while kept.len() < got.len() {
        let after = head + kept.len() as Seq;
        kept.extend(
            world.store.events_after(room, world.people[0].id, after, 100).await.expect("reads").events,
        );
    }
    assert_eq!(kept, got, "what was handed out is what was kept");
}

#[tokio::test]
async fn what_is_sent_again_is_acknowledged_again_and_said_once() {
    let world = World::new(2, rates_off()).await;
    let by = &world.people[0];
    let draft = draft(world.room.id, "once");
    let pending: Vec<_> =
        (0..8).map(|_| world.hub.begin_send(by, draft.clone()).expect("is queued")).collect();
    let acks: Vec<Ack> = join_all(pending.into_iter().map(Pending::settled))
        .await
        .into_iter()
        .collect::<Result<_, _>>()
        .expect("acks");
    assert_eq!(acks.iter().filter(|ack| !ack.dup).count(), 1);
    let later = world.hub.send(by, draft.clone()).await.expect("known");
    assert!(later.dup && acks.iter().all(|ack| (ack.seq, ack.at) == (later.seq, later.at)));
    let other = Draft { op: Op::said("other"), ..draft };
    assert_eq!(world.hub.send(by, other).await, Err(Failure::Conflict));
    let state = world.hub.room_state(world.room.id, by.id).await.expect("reads").expect("is there");
    assert_eq!(state.head, world.room.head + 1);
}

#[tokio::test]
async fn closing_answers_all_that_was_taken_and_takes_no_more() {
    let world = World::new(1, rates_off()).await;
    let by = &world.people[0];
    let pending: Vec<_> = (0..300)
        .map(|number| world.hub.begin_send(by, draft(world.room.id, &number.to_string())).expect("is queued"))
        .collect();
    world.hub.close().await;
    for pending in pending {
        pending.settled().await.expect("is kept");
    }
    let refused = world.hub.send(by, draft(world.room.id, "late")).await;
    assert_eq!(refused, Err(Failure::Unavailable { retry_ms: RETRY_MS }));
    assert!(world.hub.create_room(new_room(world.space, "late", by)).await.is_err());
}

#[tokio::test]
async fn a_full_queue_asks_to_come_back() {
    let world = World::new(1, Rules { queue: 4, ..rates_off() }).await;
    let by = &world.people[0];
    let begun: Vec<_> = (0..6).map(|_| world.hub.begin_send(by, draft(world.room.id, "x"))).collect();
    let refused: Vec<_> = begun.iter().filter_map(|begun| begun.as_ref().err()).collect();
    assert_eq!(refused, [&Failure::Unavailable { retry_ms: RETRY_MS }; 2]);
    for pending in begun.into_iter().flatten() {
        pending.settled().await.expect("is kept");
    }
}

#[tokio::test]
async fn what_may_not_be_said_is_refused_before_it_costs_anything() {
    let world = World::new(1, Rules::default()).await;
    let (by, room) = (&world.people[0], world.room.id);
    assert!(matches!(world.hub.send(by, draft(room, " \n")).await, Err(Failure::Invalid { .. })));
    let joining = Draft { op: Op::Join, ..draft(room, "x") };
    assert_eq!(world.hub.send(by, joining).await, Err(Failure::Unknown));
    let unknown = world.hub.send(by, draft(RoomId::from_raw(1), "x")).await;
    assert_eq!(unknown, Err(Failure::NotFound));
    let taken = join_all((0..40).map(|_| world.hub.send(by, draft(room, "x")))).await;
    let refused = taken.iter().filter(|taken| matches!(taken, Err(Failure::RateLimited { .. }))).count();
    assert!((9..=12).contains(&refused), "{refused} of 40 are beyond the burst");
    assert!(matches!(world.hub.change(by, room, Op::Gone).await, Err(Error::Refused(Failure::Unknown))));
    let unnamed = Op::Rename { name: " ".to_owned() };
    assert!(matches!(
        world.hub.change(by, room, unnamed).await,
        Err(Error::Refused(Failure::Invalid { .. }))
    ));
}

#[tokio::test]
async fn a_new_room_and_a_new_name_are_told_to_the_whole_space() {
    let world = World::new(2, rates_off()).await;
    let [maker, other] = [world.mailbox(0, 1), world.mailbox(1, 2)];
    let new = new_room(world.space, "새 방", &world.people[0]);
    let made = world.hub.create_room(new).await.expect("is made");
    assert!(made.role.is_some());
    let note = maker.collect().notes.remove(&made.id).expect("is told");
    assert_eq!(note.joined, Some(1), "from its creation on");
    let note = other.collect().notes.remove(&made.id).expect("is told");
    let common = note.common.expect("as a stranger sees it");
    assert_eq!((note.joined, common.role, common.name.as_str()), (None, None, "새 방"));

    let rename = Op::Rename { name: "헌 방".to_owned() };
    world.hub.change(&world.people[0], made.id, rename).await.expect("may").expect("is new");
    let note = other.collect().notes.remove(&made.id).expect("is told");
    assert_eq!(note.common.expect("as a stranger sees it").name, "헌 방");
    maker.collect();
    world.hub.change(&world.people[1], made.id, Op::Join).await.expect("may").expect("is new");
    assert!(other.collect().notes[&made.id].joined.is_some());
    assert!(!maker.collect().notes.contains_key(&made.id), "others' joining is in the log");
}

#[tokio::test]
async fn a_room_counts_who_is_here_and_sleeps_when_nobody_is() {
    let rules = Rules { grace: Duration::ZERO, ..rates_off() };
    let world = World::new(2, rules).await;
    let live = world.hub.live();
    let mailboxes = [world.mailbox(0, 1), world.mailbox(0, 2), world.mailbox(1, 3)];
    let rooms: Vec<_> = [0, 0, 1]
        .into_iter()
        .zip(&mailboxes)
        .map(|(number, mailbox)| live.admit(world.room.id, mailbox, &world.people[number]))
        .collect();
    assert_eq!(world.hub.here(world.room.id), 2);
    let here = async |mailbox: &Mailbox| loop {
        if let Some(frame) = mailbox.collect().here.remove(&world.room.id) {
            return frame;
        }
        mailbox.woken().await;
    };
    assert!(here(&mailboxes[2]).await.contains(r#""count":2,"names":["p0","p1"]"#));
    live.dismiss(&rooms[2], &mailboxes[2], &world.people[1], room::Leaving::Connection);
    while !here(&mailboxes[0]).await.contains(r#""count":1,"names":["p0"]"#) {}
    live.dismiss(&rooms[0], &mailboxes[0], &world.people[0], room::Leaving::Connection);
    live.dismiss(&rooms[1], &mailboxes[1], &world.people[0], room::Leaving::Connection);
    while live.find(world.room.id).is_some() {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.hub.here(world.room.id), 0);
    let again = live.admit(world.room.id, &mailboxes[0], &world.people[0]);
    world.hub.send(&world.people[1], draft(world.room.id, "안녕")).await.expect("is kept");
    let head = world.room.head;
    let got = read_until(&world.store, &again, &mailboxes[0], head, head + 1).await;
    assert_eq!(got[0].op, Op::said("안녕"));
}
