//! What prose asks the chat: who is called by a name, which room an address is of, how code is coloured.

use super::chat::Chat;
use crate::protocol::{UserId, mention::names};
use leptos::prelude::*;

/// So many of the newest events are looked at for the names of who said them.
const AUTHORS: usize = 300;

impl Chat {
    /// How many bytes of a run of text are the name of somebody whom the page knows, and whose it is: oneself, who
    /// said something here, and whom the room is called after. Not reactive: a message is read as it comes.
    pub fn named(self, run: &str) -> Option<(usize, Option<UserId>)> {
        let room = self.current.try_get_untracked().flatten()?;
        let mut found: Option<(usize, Option<UserId>)> = None;
        let mut try_name = |name: &str, who: UserId| {
            let is_longer = found.is_none_or(|(length, _)| length < name.len());
            if is_longer && begins(run, name) {
                found = Some((name.len(), Some(who)));
            }
        };
        self.ask(&mut |mind| {
            if let Some(me) = &mind.me {
                try_name(&me.name, me.id);
            }
            for state in mind.seen.rooms.iter().filter(|state| state.id == room) {
                state.people.iter().for_each(|one| try_name(&one.name, one.id));
            }
            if let Some(timeline) = mind.timeline(room) {
                timeline.authors(AUTHORS).for_each(|(name, who)| try_name(name, who));
            }
        });
        found
    }

    /// What the room is called that this path is of, where one knows it; and whether the path is a message's.
    pub fn place(self, path: &str) -> Option<(String, bool)> {
        let mut found = None;
        self.look_around(&mut |seen| {
            for room in &seen.rooms {
                let Some(space) = seen.spaces.iter().find(|space| space.id == room.space) else { continue };
                let by_name = room.path(space);
                let by_id = format!("{}/{}", space.path(), room.id);
                let rest = path.strip_prefix(&by_name).or_else(|| path.strip_prefix(&by_id));
                if let Some(rest) = rest {
                    let seq = rest.strip_prefix('/').unwrap_or_default();
                    if rest.is_empty() || !seq.is_empty() && seq.bytes().all(|byte| byte.is_ascii_digit()) {
                        found = Some((room.title(), !rest.is_empty()));
                    }
                }
            }
        });
        found
    }

    /// How code is to be coloured, once the server said so; `is_told` is set then.
    pub fn colours(self, language: &str, text: &str, is_told: RwSignal<bool>) -> Option<String> {
        (self.hands().colours)(language, text, is_told)
    }

    /// Where the page is served from; empty while it is not awake.
    pub fn origin(self) -> String {
        if self.awake.get() { (self.hands().origin)() } else { String::new() }
    }
}

/// Does a run begin with this name, and is it a whole name there?
fn begins(run: &str, name: &str) -> bool {
    run.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
        && names(run).any(|whole| whole.len() == name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_begins_with_a_whole_name() {
        assert!(begins("하은아 밥", "하은") && begins("Ann!", "ann") && begins("Ana Lee hi", "ana lee"));
        assert!(!begins("anna", "ann") && !begins("an", "ann") && !begins("가", "a"));
    }
}
