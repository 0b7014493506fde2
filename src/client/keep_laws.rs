//! A page may go at any moment, and come back: nothing is lost, nothing doubled, the order of writing is kept.

use super::{
    keep::Kept,
    mind::Mind,
    mind_laws::{ANN, OPEN, TEA, batch, lobby, mine, nonce, page, room, welcome},
};
use crate::protocol::{
    Ack, Batch, ClientFrame, Draft, Event, Failure, Nonce, Op, Pairs, Refused, Seq, ServerFrame, User,
};
use proptest::prelude::*;

/// What a server and a browser hold while pages come and go.
#[derive(Default)]
struct World {
    mind: Mind,
    /// The room's log: one's own messages alone.
    log: Vec<(Nonce, Op)>,
    /// The browser's storage, in no order that means anything.
    disk: Pairs<Nonce, Kept>,
    now: u64,
}

impl World {
    fn start() -> Self {
        let mut world = Self::default();
        world.load();
        world
    }

    fn head(&self) -> Seq {
        self.log.len() as Seq
    }

    fn event(&self, seq: Seq) -> Event {
        let (nonce, op) = self.log[seq as usize - 1].clone();
        Event { op, ..mine(seq, nonce) }
    }

    fn events(&self, after: Seq) -> Batch {
        Batch { after, ..batch(TEA, (after + 1..=self.head()).map(|seq| self.event(seq)).collect()) }
    }

    /// A new page, with history as the server renders it.
    fn load(&mut self) {
        self.mind = Mind::default();
        self.mind.seed_lobby(&lobby(&[room(TEA, self.head())]), Some(self.now));
        self.mind.seed_room(&page(room(TEA, self.head()), self.events(0)));
        let me = self.mind.me.clone().expect("the lobby says it").id;
        self.mind.restore(me, self.disk.values().rev_by_text());
        self.write_down();
    }

    fn write_down(&mut self) {
        for change in self.mind.take_changes() {
            match change.kept {
                Some(kept) => self.disk.insert(change.nonce, kept),
                None => drop(self.disk.remove(&change.nonce)),
            }
        }
    }

    fn say(&mut self, n: u8) {
        self.mind.send(TEA, &format!("text {n}"), nonce(n), self.now).expect("it may be said");
        self.write_down();
    }

    fn connect(&mut self) {
        if self.mind.dialer.is_live() {
            return;
        }
        while self.mind.step(self.now, 0) != OPEN {
            self.now += 1;
        }
        let ClientFrame::Hello(hello) = self.mind.hello() else { panic!("a hello") };
        self.mind.receive(welcome(vec![room(TEA, self.head())], self.now), self.now, 0);
        let held = hello.rooms.get(&TEA).map_or(self.head(), |cursor| cursor.seq);
        if held < self.head() {
            self.mind.receive(ServerFrame::Events(self.events(held)), self.now, 0);
        }
    }

    /// Sends what is due. What of it gets there, and what of the answers comes back, is `luck`.
    fn exchange(&mut self, luck: u8) {
        self.write_down();
        for frame in self.mind.take_outgoing(self.now) {
            let ClientFrame::Send(draft) = frame else { continue };
            assert!(self.disk.contains_key(&draft.nonce), "written down before it is sent");
            if luck & 1 == 0 {
                continue;
            }
            let known = self.log.iter().position(|(nonce, _)| *nonce == draft.nonce);
            let place = known.unwrap_or_else(|| {
                self.log.push((draft.nonce, draft.op.clone()));
                self.log.len() - 1
            });
            let seq = place as Seq + 1;
            if luck & 2 != 0 {
                let ack = Ack { nonce: draft.nonce, room: TEA, seq, at: self.now, dup: known.is_some() };
                self.mind.receive(ServerFrame::Ack(ack), self.now, 0);
            }
            if luck & 4 != 0 && known.is_none() {
                let said = batch(TEA, vec![self.event(seq)]);
                self.mind.receive(ServerFrame::Events(said), self.now, 0);
            }
            self.write_down();
        }
    }
}

/// Storage has an order of its own.
trait RevByText {
    fn rev_by_text(self) -> Vec<Kept>;
}

impl<'a, I: Iterator<Item = &'a Kept>> RevByText for I {
    fn rev_by_text(self) -> Vec<Kept> {
        let mut kept: Vec<Kept> = self.cloned().collect();
        kept.sort_by_key(|kept| std::cmp::Reverse(kept.draft.nonce));
        kept
    }
}

#[derive(Debug, Clone)]
enum Happens {
    Say,
    Exchange(u8),
    Break,
    Reload,
    Later(u64),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => Just(Happens::Say),
        6 => (0u8..8).prop_map(Happens::Exchange),
        2 => Just(Happens::Break),
        3 => Just(Happens::Reload),
        1 => (0u64..100).prop_map(Happens::Later),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whenever_a_page_goes_each_text_is_said_once_and_in_order(all in prop::collection::vec(happens(), 1..60)) {
        let mut world = World::start();
        let mut said = 0;
        for one in all {
            match one {
                Happens::Say => {
                    said += 1;
                    world.say(said);
                }
                Happens::Exchange(luck) => {
                    world.connect();
                    world.exchange(luck);
                }
                Happens::Break => world.mind.closed(world.now, None, 0),
                Happens::Reload => world.load(),
                Happens::Later(ms) => world.now += ms,
            }
        }
        for _ in 0..=said {
            world.mind.closed(world.now, None, 0);
            world.connect();
            world.exchange(7);
        }
        let texts: Vec<Op> = world.log.iter().map(|(_, op)| op.clone()).collect();
        let expected: Vec<Op> = (1..=said).map(|n| Op::said(format!("text {n}"))).collect();
        prop_assert_eq!(texts, expected);
        prop_assert_eq!(world.disk.len(), 0, "nothing is written down of what was said");
        prop_assert_eq!(world.mind.outbox.unsent(), 0);
    }
}

#[test]
fn a_refusal_outlives_the_page_with_its_text_and_its_reason() {
    let mut world = World::start();
    world.say(1);
    world.connect();
    world.mind.take_outgoing(world.now);
    let refused = Refused { nonce: Some(nonce(1)), fetch: None, failure: Failure::Archived };
    world.mind.receive(ServerFrame::Refused(refused), world.now, 0);
    world.write_down();
    world.load();
    world.connect();
    world.exchange(7);
    assert_eq!((world.log.len(), world.disk.len()), (0, 1), "it waits for the person");
    assert_eq!(world.mind.discard(nonce(1)), Some("text 1".to_owned()));
    world.write_down();
    assert_eq!(world.disk.len(), 0);
}

#[test]
fn what_somebody_wrote_is_neither_shown_nor_sent_by_another_and_is_kept() {
    let mut world = World::start();
    world.say(1);
    world.mind.send(TEA, "text 2", nonce(2), 5).expect("it may be said");
    let mine = world.disk.values().cloned().collect();
    let me = world.mind.me.clone().expect("the lobby says it").id;
    let mut other = lobby(&[room(TEA, 0)]);
    other.me = User::new(ANN, "ann".to_owned());
    world.mind.seed_lobby(&other, Some(5));
    world.mind.restore(me, mine);
    assert_eq!(world.mind.outbox.of_room(TEA).count(), 0);
    world.write_down();
    assert_eq!(world.disk.len(), 2, "also what was not written down yet");
    world.load();
    assert_eq!(world.mind.outbox.unsent(), 2, "and its author finds it again");
}

#[test]
fn a_kept_draft_survives_its_writing() {
    let op = Op::said("한 줄\n두 줄 \"\\\r\u{2028}".to_owned());
    let draft = Draft { nonce: nonce(7), room: TEA, op };
    for failure in [None, Some(Failure::Archived), Some(Failure::TooLarge { limit: 8000 })] {
        let kept = Kept { draft: draft.clone(), at: 5, turn: 9, failure };
        assert_eq!(Kept::read(&kept.write()), Some(kept));
    }
    for text in ["", "x", "a\nb\nc\nd\ne\nf"] {
        assert_eq!(Kept::read(text), None, "{text}");
    }
}
