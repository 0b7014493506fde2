//! What the chat offers to the page's hands, and to nobody else: browser/ carries bytes, and asks here what to do.

use super::{
    chat::Chat,
    link::{Hands, Sign, Step},
};
use crate::protocol::{ClientFrame, Millis, ServerFrame};
use futures::channel::mpsc;

impl Chat {
    /// Lends the page's hands. What comes out of the receiver says: look again at what there is to do.
    pub fn set_hands(self, hands: Hands) -> mpsc::Receiver<()> {
        let (waker, woken) = mpsc::channel(1);
        self.lend(Hands { waker: Some(waker), ..hands });
        let now = self.now();
        self.change(&mut |mind| {
            if mind.me.is_some() {
                mind.dialer.start(now);
            }
        });
        woken
    }

    /// What is to be done with the socket now; the frames to send come from `take_outgoing`.
    pub fn step(self, now: Millis) -> Step {
        let (chance, mut step) = (self.chance(), Step::Wait);
        self.change(&mut |mind| step = mind.step(now, chance));
        step
    }

    /// Is the socket still of use, or should it be dropped?
    pub fn is_engaged(self) -> bool {
        self.is(&|mind| mind.dialer.is_engaged())
    }

    /// Is the session gone?
    pub fn is_signed_out(self) -> bool {
        self.is(&|mind| mind.dialer.is_signed_out())
    }

    /// When to call `step` again at the latest.
    pub fn deadline(self) -> Option<Millis> {
        let mut deadline = None;
        self.ask(&mut |mind| deadline = mind.deadline());
        deadline
    }

    /// The first frame of a connection, and the body of every poll.
    pub fn hello(self) -> ClientFrame {
        let mut hello = ClientFrame::Unknown;
        self.ask(&mut |mind| hello = mind.hello());
        hello
    }

    /// The name that the server gave the connection; a plain request says by it where it belongs.
    pub fn conn(self) -> String {
        let mut conn = String::new();
        self.ask(&mut |mind| conn = mind.conn.map(|conn| conn.to_string()).unwrap_or_default());
        conn
    }

    /// A plain request was taken.
    pub fn answered(self, now: Millis) {
        self.change(&mut |mind| mind.dialer.on_answered(now));
    }

    /// The next poll is on its way.
    pub fn polling(self, now: Millis) {
        self.change(&mut |mind| mind.dialer.on_polling(now));
    }

    /// Something came that is no frame of ours; still somebody is there.
    pub fn heard(self) {
        self.change(&mut |mind| mind.dialer.on_inbound());
    }

    /// Takes frames, in order, and then shows what became of them: once, however many they are.
    pub fn receive(self, frames: Vec<ServerFrame>, now: Millis) {
        let (chance, mut frames) = (self.chance(), frames.into_iter());
        self.change(&mut |mind| frames.by_ref().for_each(|frame| mind.receive(frame, now, chance)));
    }

    /// Frames to be sent now, in order; empties as it is read.
    pub fn take_outgoing(self, now: Millis) -> Vec<ClientFrame> {
        let mut frames = Vec::new();
        self.ask(&mut |mind| frames = mind.take_outgoing(now));
        frames
    }

    /// The socket is closed, with this code if there was one.
    pub fn closed(self, code: Option<u16>, now: Millis) {
        let chance = self.chance();
        self.change(&mut |mind| mind.closed(now, code, chance));
    }

    /// Is it worth asking over HTTP why there was no welcome? Browsers do not tell.
    pub fn is_worth_asking(self) -> bool {
        self.is(&|mind| mind.dialer.is_worth_asking())
    }

    /// What the server said over HTTP when it was asked: there is a session, there is none, or nothing at all.
    pub fn asked(self, is_signed_in: Option<bool>) {
        self.change(&mut |mind| {
            mind.dialer.on_door(is_signed_in.is_some());
            if is_signed_in == Some(false) {
                mind.dialer.on_signed_out();
            }
        });
    }

    /// The browser noticed something of the person or the network.
    pub fn notice(self, sign: Sign) {
        let now = self.now();
        self.change(&mut |mind| mind.sign(now, sign));
        self.wake();
    }
}
