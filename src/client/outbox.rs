//! Drafts that are not in the timeline yet: waiting, in flight, taken, refused. Nothing said is lost here.

use super::keep::Kept;
use crate::protocol::{Draft, Failure, Millis, Nonce, Op, Pairs, RoomId, Seq};

/// How many drafts are kept at most; more than a person could write while a network is away.
const LIMIT: usize = 500;

/// Where a draft is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stage {
    /// To be sent, not before this instant.
    Waiting(Millis),
    /// To be let go at this instant, and until then to be taken back.
    Held(Millis),
    /// On the wire, unanswered.
    InFlight,
    /// On disk at this seq; its event has not come yet.
    Taken(Seq),
    /// Refused for good.
    Refused(Failure),
}

/// A draft, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) draft: Draft,
    /// When it was written, by the page's clock.
    pub(super) at: Millis,
    /// Its place in the order of writing, over reloads too: the clock, but never the same or less than before.
    pub(super) turn: u64,
    pub(super) stage: Stage,
}

impl Entry {
    /// What was said.
    pub(super) fn text(&self) -> &str {
        match &self.draft.op {
            Op::Message { text, .. } | Op::Edit { text, .. } => text,
            _ => "",
        }
    }

    fn is_unsent(&self) -> bool {
        matches!(self.stage, Stage::Waiting(_) | Stage::InFlight)
    }

    fn kept(&self) -> Kept {
        let failure = if let Stage::Refused(failure) = &self.stage { Some(failure.clone()) } else { None };
        Kept { draft: self.draft.clone(), at: self.at, turn: self.turn, failure }
    }
}

/// All drafts on their way, in the order of each room.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    pub(super) rooms: Pairs<RoomId, Vec<Entry>>,
    last_turn: u64,
    /// What the browser is to write down, by nonce: how a draft stands now, or that it is settled. In order.
    changes: Vec<(Nonce, Option<Kept>)>,
}

impl Outbox {
    /// Puts a draft behind the others of its room.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when there is no room for more.
    pub(super) fn push(&mut self, draft: Draft, now: Millis) -> Result<(), Failure> {
        if self.rooms.values().map(Vec::len).sum::<usize>() >= LIMIT {
            return Err(Failure::Unavailable { retry_ms: 1000 });
        }
        self.put(Entry { at: now, turn: now, stage: Stage::Waiting(0), draft });
        Ok(())
    }

    /// Puts an entry behind all others, and has it written down.
    fn put(&mut self, mut entry: Entry) {
        entry.turn = entry.turn.max(self.last_turn + 1);
        self.last_turn = entry.turn;
        self.changes.push((entry.draft.nonce, Some(entry.kept())));
        self.rooms.hold(entry.draft.room).push(entry);
    }

    /// Takes back what was written down by a page that is gone; what is here already stays as it is. True when
    /// something came.
    pub(super) fn restore(&mut self, kept: Kept) -> bool {
        self.last_turn = self.last_turn.max(kept.turn);
        if self.find(kept.draft.nonce).is_some() {
            return false;
        }
        let entries = self.rooms.hold(kept.draft.room);
        let place = entries.partition_point(|entry| entry.turn < kept.turn);
        let stage = kept.failure.map_or(Stage::Waiting(0), Stage::Refused);
        entries.insert(place, Entry { draft: kept.draft, at: kept.at, turn: kept.turn, stage });
        true
    }

    /// What is to be written down since this was last asked.
    pub(super) fn take_changes(&mut self) -> Vec<(Nonce, Option<Kept>)> {
        std::mem::take(&mut self.changes)
    }

    /// What may be sent now: the first waiting draft of each room that has none in flight. It is in flight then.
    pub(super) fn take_due(&mut self, now: Millis) -> Vec<Draft> {
        // One that was taken back may stand before the one in flight: it is not sent beside it.
        let at_rest =
            self.rooms.values_mut().filter(|room| room.iter().all(|entry| entry.stage != Stage::InFlight));
        let firsts = at_rest.filter_map(|room| room.iter_mut().find(|entry| entry.is_unsent()));
        let due = firsts.filter(|entry| matches!(entry.stage, Stage::Waiting(from) if from <= now));
        due.map(|entry| {
            entry.stage = Stage::InFlight;
            entry.draft.clone()
        })
        .collect()
    }

    /// When the next draft may be sent, were the link live.
    pub(super) fn deadline(&self) -> Option<Millis> {
        let firsts = self.rooms.values().filter_map(|room| room.iter().find(|entry| entry.is_unsent()));
        firsts
            .filter_map(|entry| match entry.stage {
                Stage::Waiting(from) => Some(from),
                _ => None,
            })
            .min()
    }

    /// The connection is gone, and with it every answer: what was in flight waits again, where it stood.
    pub(super) fn recall(&mut self) {
        for entry in self.rooms.values_mut().flatten() {
            if entry.stage == Stage::InFlight {
                entry.stage = Stage::Waiting(0);
            }
        }
    }

    /// The server has it; the next of its room may go. It leaves with its event.
    pub(super) fn take(&mut self, nonce: Nonce, seq: Seq) -> Option<RoomId> {
        let entry = self.find(nonce)?;
        entry.stage = Stage::Taken(seq);
        let room = entry.draft.room;
        self.changes.push((nonce, None));
        Some(room)
    }

    /// Its event is here, so the timeline has it.
    pub(super) fn settle(&mut self, nonce: Nonce) -> Option<Entry> {
        self.remove(nonce)
    }

    /// The timeline of a room is complete up to this seq: what was taken up to there is settled.
    pub(super) fn settle_through(&mut self, room: RoomId, seq: Seq) {
        if let Some(entries) = self.rooms.get_mut(&room) {
            entries.retain(|entry| !matches!(entry.stage, Stage::Taken(at) if at <= seq));
        }
    }

    /// The server did not take it: it waits again where it may, and else stays as refused, with its text.
    pub(super) fn refuse(&mut self, nonce: Nonce, failure: Failure, now: Millis) -> Option<RoomId> {
        let entry = self.find(nonce)?;
        let room = entry.draft.room;
        if let Some(retry_ms) = failure.retry_ms() {
            entry.stage = Stage::Waiting(now.saturating_add(retry_ms));
        } else {
            entry.stage = Stage::Refused(failure);
            let kept = entry.kept();
            self.changes.push((nonce, Some(kept)));
        }
        Some(room)
    }

    /// Nothing can be sent to a room any more: its drafts stay as refused, with their texts.
    pub(super) fn refuse_all(&mut self, room: RoomId, failure: &Failure) {
        let entries = self.rooms.get_mut(&room).into_iter().flatten();
        for entry in entries.filter(|entry| entry.is_unsent() || matches!(entry.stage, Stage::Held(_))) {
            entry.stage = Stage::Refused(failure.clone());
            self.changes.push((entry.draft.nonce, Some(entry.kept())));
        }
    }

    /// Sends a refused draft again, now behind the others of its room. `fresh` becomes its nonce
    /// where the old one names another message.
    pub(super) fn retry(&mut self, nonce: Nonce, fresh: Nonce) -> Option<RoomId> {
        let Stage::Refused(failure) = &self.find(nonce)?.stage else {
            return None;
        };
        let is_spent = *failure == Failure::Conflict;
        let mut entry = self.remove(nonce)?;
        let room = entry.draft.room;
        entry.draft.nonce = if is_spent { fresh } else { nonce };
        entry.stage = Stage::Waiting(0);
        self.put(entry);
        Some(room)
    }

    /// Drops a refused draft.
    pub(super) fn discard(&mut self, nonce: Nonce) -> Option<Entry> {
        match self.find(nonce)?.stage {
            Stage::Refused(_) => self.remove(nonce),
            _ => None,
        }
    }

    /// The drafts of one room, in order.
    pub(super) fn of_room(&self, room: RoomId) -> impl Iterator<Item = &Entry> {
        self.rooms.get(&room).into_iter().flatten()
    }

    /// How many drafts are still to be sent.
    pub(super) fn unsent(&self) -> usize {
        self.rooms.values().flatten().filter(|entry| entry.is_unsent()).count()
    }

    /// What a draft is to do.
    pub(super) fn op(&mut self, nonce: Nonce) -> Option<&Op> {
        self.find(nonce).map(|entry| &entry.draft.op)
    }

    pub(super) fn find(&mut self, nonce: Nonce) -> Option<&mut Entry> {
        self.rooms.values_mut().flatten().find(|entry| entry.draft.nonce == nonce)
    }

    pub(super) fn remove(&mut self, nonce: Nonce) -> Option<Entry> {
        let room = self.find(nonce)?.draft.room;
        let entries = self.rooms.get_mut(&room)?;
        let place = entries.iter().position(|entry| entry.draft.nonce == nonce)?;
        let entry = entries.remove(place);
        if !matches!(entry.stage, Stage::Taken(_)) {
            self.changes.push((nonce, None));
        }
        if entries.is_empty() {
            self.rooms.remove(&room);
        }
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEA: RoomId = RoomId::from_raw(1);
    const BOOKS: RoomId = RoomId::from_raw(2);

    fn nonce(n: u8) -> Nonce {
        Nonce::new(u64::from(n), [n; 10])
    }

    fn outbox(drafts: &[(u8, RoomId)]) -> Outbox {
        let mut outbox = Outbox::default();
        for (n, room) in drafts {
            let op = Op::said(format!("text {n}"));
            outbox.push(Draft { nonce: nonce(*n), room: *room, op }, 7).expect("there is room");
        }
        outbox
    }

    fn due(outbox: &mut Outbox, now: Millis) -> Vec<Nonce> {
        outbox.take_due(now).into_iter().map(|draft| draft.nonce).collect()
    }

    #[test]
    fn one_draft_of_a_room_is_in_flight_and_rooms_do_not_wait_for_one_another() {
        let mut outbox = outbox(&[(1, TEA), (2, TEA), (3, BOOKS)]);
        assert_eq!(due(&mut outbox, 0), [nonce(1), nonce(3)]);
        assert_eq!(due(&mut outbox, 0), []);
        assert_eq!(outbox.take(nonce(1), 9), Some(TEA));
        assert_eq!(due(&mut outbox, 0), [nonce(2)]);
    }

    #[test]
    fn a_lost_connection_sends_everything_again_in_the_same_order_under_the_same_nonces() {
        let mut outbox = outbox(&[(1, TEA), (2, TEA), (3, TEA)]);
        assert_eq!(due(&mut outbox, 0), [nonce(1)]);
        outbox.recall();
        for n in 1..=3 {
            assert_eq!(due(&mut outbox, 0), [nonce(n)]);
            outbox.settle(nonce(n));
        }
        assert_eq!(outbox.of_room(TEA).count(), 0);
    }

    #[test]
    fn a_draft_that_may_be_retried_holds_its_room_back_until_then() {
        let mut outbox = outbox(&[(1, TEA), (2, TEA)]);
        due(&mut outbox, 0);
        outbox.refuse(nonce(1), Failure::RateLimited { retry_ms: 500 }, 100);
        assert_eq!(outbox.deadline(), Some(600));
        assert_eq!(due(&mut outbox, 599), []);
        assert_eq!(due(&mut outbox, 600), [nonce(1)]);
    }

    #[test]
    fn a_refused_draft_keeps_its_text_and_lets_the_next_one_go() {
        let mut outbox = outbox(&[(1, TEA), (2, TEA)]);
        due(&mut outbox, 0);
        outbox.refuse(nonce(1), Failure::Archived, 0);
        assert_eq!(due(&mut outbox, 0), [nonce(2)]);
        let kept = outbox.of_room(TEA).next().expect("it is kept");
        assert_eq!((kept.text(), &kept.stage), ("text 1", &Stage::Refused(Failure::Archived)));
        assert_eq!(outbox.discard(nonce(1)).map(|entry| entry.text().to_owned()), Some("text 1".to_owned()));
        assert!(outbox.discard(nonce(2)).is_none(), "only what was refused can be dropped");
    }

    #[test]
    fn a_retry_goes_behind_the_others_with_the_same_nonce_unless_that_is_spent() {
        let mut outbox = outbox(&[(1, TEA), (2, TEA)]);
        outbox.refuse(nonce(1), Failure::Archived, 0);
        assert_eq!(outbox.retry(nonce(1), nonce(9)), Some(TEA));
        let order: Vec<_> = outbox.of_room(TEA).map(|entry| entry.draft.nonce).collect();
        assert_eq!(order, [nonce(2), nonce(1)]);
        outbox.refuse(nonce(2), Failure::Conflict, 0);
        outbox.retry(nonce(2), nonce(8));
        let order: Vec<_> = outbox.of_room(TEA).map(|entry| entry.draft.nonce).collect();
        assert_eq!(order, [nonce(1), nonce(8)]);
        assert_eq!(outbox.retry(nonce(1), nonce(9)), None, "it was not refused");
    }

    #[test]
    fn a_taken_draft_stays_until_the_timeline_passes_its_place() {
        let mut outbox = outbox(&[(1, TEA)]);
        due(&mut outbox, 0);
        outbox.take(nonce(1), 12);
        outbox.recall();
        assert_eq!(due(&mut outbox, 0), [], "it is on disk: never sent again");
        outbox.settle_through(TEA, 11);
        assert_eq!(outbox.of_room(TEA).count(), 1);
        outbox.settle_through(TEA, 12);
        assert_eq!((outbox.of_room(TEA).count(), outbox.unsent()), (0, 0));
    }

    #[test]
    fn there_is_an_end_to_what_can_wait() {
        let mut outbox = Outbox::default();
        let draft = |n: usize| Draft { nonce: Nonce::new(n as u64, [0; 10]), room: TEA, op: Op::Leave };
        for n in 0..LIMIT {
            outbox.push(draft(n), 0).expect("there is room");
        }
        assert!(outbox.push(draft(LIMIT), 0).is_err());
    }

    /// What a browser would hold after these changes, in no order.
    fn written(outbox: &mut Outbox) -> Vec<Kept> {
        let mut rows = Pairs::default();
        for (nonce, kept) in outbox.take_changes() {
            match kept {
                Some(kept) => rows.insert(nonce, kept),
                None => drop(rows.remove(&nonce)),
            }
        }
        rows.into_iter().map(|(_, kept)| kept).rev().collect()
    }

    #[test]
    fn what_was_written_down_comes_back_in_the_order_of_writing_under_the_same_nonces() {
        let mut before = outbox(&[(3, TEA), (1, TEA), (2, BOOKS), (4, TEA)]);
        due(&mut before, 0);
        before.refuse(nonce(3), Failure::Archived, 0);
        let mut after = Outbox::default();
        for kept in written(&mut before) {
            assert!(after.restore(kept.clone()) && !after.restore(kept), "once");
        }
        assert_eq!(after.take_changes(), [], "it is written down already");
        let order: Vec<_> = after.of_room(TEA).map(|entry| entry.draft.nonce).collect();
        assert_eq!(order, [nonce(3), nonce(1), nonce(4)]);
        assert_eq!(due(&mut after, 0), [nonce(1), nonce(2)], "the refused one waits for the person");
    }

    #[test]
    fn what_comes_back_late_stands_where_it_was_written_and_waits_for_what_is_in_flight() {
        let mut before = outbox(&[(1, TEA)]);
        let mut after = Outbox::default();
        let op = Op::said("newer");
        after.push(Draft { nonce: nonce(2), room: TEA, op }, 1_000).expect("there is room");
        assert_eq!(due(&mut after, 0), [nonce(2)]);
        written(&mut before).into_iter().for_each(|kept| assert!(after.restore(kept)));
        assert_eq!(due(&mut after, 0), []);
        after.take(nonce(2), 5);
        assert_eq!(due(&mut after, 0), [nonce(1)]);
    }

    #[test]
    fn nothing_stays_written_down_of_what_the_server_has_or_the_person_dropped() {
        let mut outbox = outbox(&[(1, TEA), (2, TEA), (3, TEA)]);
        outbox.take(nonce(1), 9);
        outbox.settle_through(TEA, 9);
        outbox.settle(nonce(2));
        outbox.refuse(nonce(3), Failure::Conflict, 0);
        outbox.retry(nonce(3), nonce(4));
        outbox.refuse(nonce(4), Failure::Archived, 0);
        outbox.discard(nonce(4));
        assert_eq!(written(&mut outbox), []);
    }
}
