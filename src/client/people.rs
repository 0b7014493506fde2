//! The people in a room, from one answer about them to the next.

use crate::protocol::Person;

/// What an answer does not say of somebody is as it was; `is_close` when it is about them alone.
pub(super) fn keep(person: &mut Person, known: &Person, is_close: bool) {
    // Who sets a marker back has seen what they have seen. Of who tells nothing there is nothing to tell.
    if person.read > 0 {
        person.read = person.read.max(known.read);
    }
    if !is_close {
        person.rooms = known.rooms;
        // It is told of who tells when they were here.
        if person.seen_at > 0 {
            person.zone.clone_from(&known.zone);
        }
    }
}
