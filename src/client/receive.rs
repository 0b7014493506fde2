//! What follows from each frame of the server.

use super::{
    fetches::Aim,
    mind::{Mind, upto},
    timeline::Timeline,
};
use crate::protocol::{
    Ack, Batch, Cursor, Event, Failure, Millis, Op, Pairs, Refused, RoomId, RoomState, Seq, ServerFrame,
    Space, SpaceId, Welcome,
};

impl Mind {
    pub(super) fn receive(&mut self, frame: ServerFrame, now: Millis, chance: u32) {
        self.dialer.on_inbound();
        match frame {
            ServerFrame::Welcome(welcome) => self.on_welcome(*welcome, now, chance),
            ServerFrame::Events(batch) => {
                self.hear_out(&batch, now);
                self.on_events(batch);
            }
            ServerFrame::Ack(ack) => self.on_ack(&ack),
            ServerFrame::Refused(refused) => self.on_refused(refused, now),
            ServerFrame::Room { room } => self.on_room(room),
            ServerFrame::Gone { room } => self.on_gone(room),
            ServerFrame::Space { space } => self.on_space(space),
            ServerFrame::SpaceGone { space } => self.on_space_gone(space),
            ServerFrame::Here(here) => {
                self.touched.here = true;
                self.here.insert(here.room, here);
            }
            ServerFrame::Presence(state) => self.on_presence(state, now),
            ServerFrame::Typing(state) => self.on_typing(state, now),
            ServerFrame::Seen(state) => self.on_seen(&state),
            ServerFrame::People(state) => self.on_people(state),
            ServerFrame::Pong { heads, .. } => self.on_pong(heads),
            ServerFrame::Bye { code, retry_ms } => self.dialer.on_bye(code, retry_ms),
            ServerFrame::Read(state) => self.on_read(&state),
            ServerFrame::Unsent(text) => self.on_unsent(text),
            ServerFrame::Unknown => {}
        }
    }

    fn on_welcome(&mut self, welcome: Welcome, now: Millis, chance: u32) {
        if self.me.as_ref().is_some_and(|me| me.id != welcome.user) {
            // Somebody else signed in from another tab: what is on this page is not theirs to see.
            self.dialer.on_signed_out();
            return;
        }
        let was_live = self.dialer.is_live();
        self.dialer.on_welcome(now, welcome.heartbeat_s, chance);
        self.is_synced = true;
        self.conn = Some(welcome.conn);
        self.date_texts(now, welcome.now);
        if !was_live {
            self.welcomed_at = welcome.now;
            self.missed = 0;
            self.company_begins();
        }
        // The list that is held already is not sent again.
        if self.said_rev != Some(welcome.rev) {
            self.heads.clear();
            let known: Vec<RoomId> = welcome.rooms.iter().map(|room| room.id).collect();
            let held: Vec<RoomId> = self.timelines.keys().chain(self.rooms.keys()).collect();
            held.into_iter().filter(|room| !known.contains(room)).for_each(|room| self.on_gone(room));
        }
        for room in welcome.rooms {
            self.on_room(room);
        }
        self.spaces = welcome.spaces;
        self.find_space();
    }

    fn on_space(&mut self, space: Space) {
        match self.spaces.iter_mut().find(|held| held.id == space.id) {
            Some(held) => *held = space,
            None => {
                let place = self.spaces.partition_point(|held| held.name <= space.name);
                self.spaces.insert(place, space);
            }
        }
        self.find_space();
    }

    fn on_space_gone(&mut self, id: SpaceId) {
        self.spaces.retain(|held| held.id != id);
        let rooms: Vec<RoomId> =
            self.rooms.values().filter(|room| room.space == id).map(|room| room.id).collect();
        rooms.into_iter().for_each(|room| self.on_gone(room));
        self.touched.lobby = true;
    }

    /// The space one is in, as it is now.
    fn find_space(&mut self) {
        if let Some(space) = &mut self.space
            && let Some(now) = self.spaces.iter().find(|held| held.id == space.id)
        {
            space.clone_from(now);
        }
        self.touched.lobby = true;
    }

    fn on_room(&mut self, room: RoomState) {
        let id = room.id;
        self.raise_head(id, room.head);
        let was_member = self.rooms.get(&id).is_some_and(|held| held.role.is_some());
        let is_streamed = was_member && room.role.is_some() && self.greeted.contains(&id);
        if let Some(place) = self.shut.iter().position(|shut| *shut == id) {
            self.shut.swap_remove(place);
            self.show_drafts(id);
        }
        if room.reset {
            self.reset(id);
        } else if !is_streamed {
            self.fetch_if_behind(id);
        }
        self.take_state(room);
        self.touched.touch(id);
    }

    /// The log is another one than what is held came from.
    fn reset(&mut self, room: RoomId) {
        self.passed.remove(&room);
        self.outbox.settle_through(room, Seq::MAX);
        self.fetches.forget(room);
        if let Some(timeline) = self.timelines.get_mut(&room) {
            timeline.clear();
            self.fetch_if_behind(room);
            self.show_drafts(room);
        }
    }

    fn on_gone(&mut self, room: RoomId) {
        // Nothing more goes there; what was written stays written, for when the room comes back.
        self.outbox.refuse_all(room, &Failure::NotFound);
        if self.timelines.contains_key(&room) {
            self.shut.push(room);
        }
        self.rooms.remove(&room);
        self.tallies.remove(&room);
        self.here.remove(&room);
        self.heads.remove(&room);
        self.passed.remove(&room);
        self.timelines.remove(&room);
        self.fetches.forget(room);
        self.texts.remove(&room);
        self.touched.texts = true;
        self.touched.lobby = true;
        self.touched.here = true;
        self.touched.touch(room);
    }

    fn on_events(&mut self, mut batch: Batch) {
        if let Some(id) = batch.fetch
            && self.take_quote(id, &batch.events)
        {
            return;
        }
        let newest = batch.events.last().map_or(0, |event| event.seq);
        self.raise_head(batch.room, newest);
        let is_live = batch.fetch.is_none();
        if let Some(Event { seq, at, .. }) = batch.events.last().filter(|_| is_live) {
            self.pass(batch.room, Cursor { seq: *seq, at: *at });
        }
        if is_live {
            self.count(&batch);
            self.company_hears(&batch);
        }
        let (mut sought, mut newer) = (None, None);
        if let Some(id) = batch.fetch {
            match self.fetches.settle(id) {
                Some((room, _)) if room != batch.room => return,
                // Asked for what is newest: it continues what is held, so it counts as live.
                Some((_, Aim::Newest)) => batch.fetch = None,
                Some((_, Aim::Older)) => sought = self.timelines.get(&batch.room).map(Timeline::from),
                Some((_, Aim::Newer)) => newer = self.timelines.get(&batch.room).map(|held| held.log.end()),
                Some((_, Aim::Way)) => return self.on_way(&batch),
                Some((_, Aim::Renewal)) => return self.on_renewal(&batch),
                Some((_, Aim::Hole)) => {}
                None => return,
            }
            self.touched.touch(batch.room);
        }
        let fresh = self.apply(&batch);
        if self.attended == Some(batch.room) {
            // At once: it was never shown as unread.
            self.mark(batch.room);
        }
        if let Some(from) = sought {
            self.exhaust_if_bare(&batch, from);
        }
        if newer.is_some() && newer == self.timelines.get(&batch.room).map(|held| held.log.end()) {
            self.fetches.give_up(batch.room, Aim::Newer);
        }
        if is_live {
            let is_fresh = |event: &&Event| fresh.binary_search(&event.seq).is_ok();
            let missed = batch.events.iter().filter(is_fresh).filter(|event| self.is_missed(event));
            self.missed += missed.count();
        }
    }

    /// Notes how far a room has been told that is not held.
    fn pass(&mut self, room: RoomId, cursor: Cursor) {
        if !self.timelines.contains_key(&room) {
            self.passed.insert(room, cursor);
        }
    }

    /// Said by somebody else before we were back.
    fn is_missed(&self, event: &Event) -> bool {
        let is_other = self.me.as_ref().is_some_and(|me| me.id != event.by);
        is_other && event.at <= self.welcomed_at && matches!(event.op, Op::Message { .. })
    }

    /// An answer that begins where history began already means that there is no more: it is not asked for again.
    fn exhaust_if_bare(&mut self, batch: &Batch, from: Seq) {
        let is_about_it = batch.events.last().is_none_or(|event| event.seq >= from);
        if let Some(timeline) = self.timelines.get_mut(&batch.room)
            && is_about_it
            && timeline.from() == from
        {
            timeline.exhaust();
        }
    }

    /// Puts a batch into the timeline of its room, if that is held, and settles what came home with it.
    /// Gives the seqs that are new.
    pub(super) fn apply(&mut self, batch: &Batch) -> Vec<Seq> {
        let Some(timeline) = self.timelines.get_mut(&batch.room) else {
            return Vec::new();
        };
        let brought = timeline.apply(batch);
        let upto = upto(timeline);
        if !brought.fresh.is_empty() || !brought.nonces.is_empty() {
            brought.nonces.into_iter().for_each(|nonce| drop(self.outbox.settle(nonce)));
            self.outbox.settle_through(batch.room, upto);
            self.show_drafts(batch.room);
        }
        brought.fresh
    }

    fn on_ack(&mut self, ack: &Ack) {
        let Some(room) = self.outbox.take(ack.nonce, ack.seq) else {
            return;
        };
        let upto = self.timelines.get(&room).map_or(0, upto);
        self.outbox.settle_through(room, upto);
        self.show_drafts(room);
    }

    fn on_refused(&mut self, refused: Refused, now: Millis) {
        if refused.failure == Failure::SignedOut {
            self.dialer.on_signed_out();
            return;
        }
        let nonce = refused.nonce.filter(|nonce| !self.settle_moot(*nonce, &refused.failure));
        if let Some(room) = nonce.and_then(|nonce| self.outbox.refuse(nonce, refused.failure, now)) {
            self.show_drafts(room);
        }
        let fetch = refused.fetch.filter(|id| !self.take_quote(*id, &[]));
        if let Some((room, aim)) = fetch.and_then(|id| self.fetches.refuse(id)) {
            if aim == Aim::Way {
                self.lose_way(room);
            }
            self.touched.touch(room);
        }
    }

    /// A head that is not reached by the next pong means that something was lost on the way: greet anew.
    fn on_pong(&mut self, heads: Pairs<RoomId, Seq>) {
        for (room, head) in heads {
            self.raise_head(room, head);
        }
        let is_unreached = |(room, head): &&(RoomId, Seq)| {
            let is_member = self.rooms.get(room).is_some_and(|state| state.role.is_some());
            is_member && self.timelines.get(room).is_some_and(|timeline| upto(timeline) < *head)
        };
        self.must_redial = self.behind.iter().any(|behind| is_unreached(&behind));
        self.behind = self.heads.iter().filter(is_unreached).copied().collect();
    }
}
