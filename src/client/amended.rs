//! What became of a message: the events about it, folded in the order of the log, whenever they came.

use crate::protocol::{Amended, Event, Millis, Op, Pairs, Reaction, Seq, UserId};

/// So many names are told of those who chose an emoji.
const NAMES: usize = 20;

/// Which of the held events are about which message: by message, then by place in the log.
#[derive(Debug, Default)]
pub(super) struct Amends(Vec<(Seq, Seq)>);

impl Amends {
    /// Notes that the event at `seq` is about the message at `of`.
    pub(super) fn note(&mut self, of: Seq, seq: Seq) {
        let place = self.0.partition_point(|held| *held < (of, seq));
        if self.0.get(place) != Some(&(of, seq)) {
            self.0.insert(place, (of, seq));
        }
    }

    /// The events about a message, in the order of the log.
    pub(super) fn about(&self, message: Seq) -> impl Iterator<Item = Seq> {
        let start = self.0.partition_point(|held| *held < (message, 0));
        let end = self.0.partition_point(|held| *held < (message + 1, 0));
        self.0[start..end].iter().map(|(_, seq)| *seq)
    }

    /// Every message that there are events about; one may come more than once.
    pub(super) fn messages(&self) -> impl Iterator<Item = Seq> {
        self.0.iter().map(|(message, _)| *message)
    }

    /// Lets go of the events up to and with `seq`.
    pub(super) fn forget_through(&mut self, seq: Seq) {
        self.0.retain(|(_, held)| *held > seq);
    }

    /// Lets go of the events above `seq`.
    pub(super) fn forget_above(&mut self, seq: Seq) {
        self.0.retain(|(_, held)| *held <= seq);
    }
}

/// A message as it stands after all that is known about it.
#[derive(Debug)]
pub(super) struct Told {
    /// Its newest text; `None` once it is deleted.
    pub(super) text: Option<String>,
    /// When the text was last changed.
    pub(super) edited: Option<Millis>,
    /// What was put under it.
    reactions: Vec<Reaction>,
    /// Events up to this seq are in already.
    upto: Seq,
}

impl Told {
    /// As the event of the message itself tells it.
    pub(super) fn by(event: &Event) -> Self {
        let Amended { seq: upto, edited_at: edited, reactions } = match &event.amended {
            Some(amended) => (**amended).clone(),
            None => Amended { seq: event.seq, edited_at: None, reactions: Vec::new() },
        };
        let text = if let Op::Message { text, .. } = &event.op { Some(text.clone()) } else { None };
        Self { text, edited, reactions, upto }
    }

    /// Takes one more event about it, unless it is in already.
    pub(super) fn fold(&mut self, event: &Event) {
        if event.seq > self.upto {
            self.amend(&event.op, event.by, &event.name, event.at);
        }
    }

    /// Writes it down as the message itself tells it, with everything in it up to and with `upto`.
    pub(super) fn write(self, upto: Seq, event: &mut Event) {
        if let (Op::Message { text, .. }, Some(now)) = (&mut event.op, self.text) {
            *text = now;
            let (edited_at, reactions) = (self.edited, self.reactions);
            event.amended = Some(Box::new(Amended { seq: upto.max(self.upto), edited_at, reactions }));
        }
    }

    /// Does to it what an operation says.
    pub(super) fn amend(&mut self, op: &Op, by: UserId, name: &str, at: Millis) {
        match op {
            _ if is_end(op) => {
                self.text = None;
                self.edited = None;
                self.reactions.clear();
            }
            Op::Edit { text, .. } if self.text.is_some() => {
                self.text = Some(text.clone());
                self.edited = Some(at);
            }
            Op::React { emoji, on, .. } if self.text.is_some() => self.react(emoji, *on, by, name),
            _ => {}
        }
    }

    fn react(&mut self, emoji: &str, on: bool, by: UserId, name: &str) {
        let place = self.reactions.iter().position(|held| held.emoji == emoji);
        match place {
            Some(place) if on => self.reactions[place].by.insert(by, name.to_owned()),
            Some(place) => {
                self.reactions[place].by.remove(&by);
                if self.reactions[place].by.is_empty() {
                    self.reactions.remove(place);
                }
            }
            None if on => {
                let by = Pairs::from([(by, name.to_owned())]);
                self.reactions.push(Reaction { emoji: emoji.to_owned(), by });
            }
            None => {}
        }
    }

    /// What stands under it, for a reader. In an order that does not depend on who came first: of a message
    /// that is told as it is now, nobody knows that any more.
    pub(super) fn reacted(&self, me: Option<UserId>) -> Vec<Reacted> {
        let mut all: Vec<Reacted> = Vec::with_capacity(self.reactions.len());
        for Reaction { emoji, by } in &self.reactions {
            let mine = me.is_some_and(|me| by.contains_key(&me));
            let others = by.iter().filter(|(id, _)| Some(*id) != me).map(|(_, name)| name.clone());
            let reacted = Reacted {
                emoji: emoji.clone(),
                count: by.len() as u32,
                names: others.take(NAMES).collect(),
                mine,
            };
            let place = all.partition_point(|held| held.emoji < reacted.emoji);
            all.insert(place, reacted);
        }
        all
    }
}

/// Does this operation end its message? An edit of what was deleted later comes without its text.
pub(super) fn is_end(op: &Op) -> bool {
    match op {
        Op::Delete { .. } => true,
        Op::Edit { text, .. } => text.is_empty(),
        _ => false,
    }
}

/// One emoji under a message, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reacted {
    /// Which.
    pub emoji: String,
    /// How many chose it.
    pub count: u32,
    /// What the first few of them are called, the reader left out.
    pub names: Vec<String>,
    /// Is the reader one of them?
    pub mine: bool,
}
