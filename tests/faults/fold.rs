//! What messages look like once everything that changed them has come, in whatever order it came.

use maru::protocol::{Event, Millis, Op, Seq, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// A message as it is to be seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    text: String,
    is_gone: bool,
    edited_at: Option<Millis>,
    reactions: BTreeSet<(String, UserId)>,
}

/// What messages are to look like, from the events that are held, in whatever order they came.
pub fn fold<'a>(events: impl Iterator<Item = &'a Event>) -> BTreeMap<Seq, Shown> {
    let mut shown: BTreeMap<Seq, (Seq, Shown)> = BTreeMap::new();
    for event in events {
        let known = event.amended.as_deref();
        let base = match &event.op {
            Op::Message { text, .. } => Shown { text: text.clone(), ..Shown::default() },
            Op::Gone => Shown { is_gone: true, ..Shown::default() },
            _ => {
                if let Some((since, message)) = event.op.of().and_then(|of| shown.get_mut(&of))
                    && event.seq > *since
                {
                    amend(message, event);
                }
                continue;
            }
        };
        let reactions = known.iter().flat_map(|known| &known.reactions);
        let reactions = reactions
            .flat_map(|reaction| reaction.by.iter().map(|(user, _)| (reaction.emoji.clone(), *user)));
        let edited_at = known.and_then(|known| known.edited_at);
        let message = Shown { edited_at, reactions: reactions.collect(), ..base };
        shown.insert(event.seq, (known.map_or(0, |known| known.seq), message));
    }
    shown.into_iter().map(|(seq, (_, message))| (seq, message)).collect()
}

fn amend(message: &mut Shown, event: &Event) {
    if message.is_gone {
        return;
    }
    match &event.op {
        Op::Edit { text, .. } => {
            message.text.clone_from(text);
            message.edited_at = Some(event.at);
        }
        Op::Delete { .. } => *message = Shown { is_gone: true, ..Shown::default() },
        Op::React { emoji, on: true, .. } => _ = message.reactions.insert((emoji.clone(), event.by)),
        Op::React { emoji, on: false, .. } => _ = message.reactions.remove(&(emoji.clone(), event.by)),
        _ => {}
    }
}
