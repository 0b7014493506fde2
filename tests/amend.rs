//! Edits, deletions, reactions and markers, through the wire.

use crate::kit::{Socket, TestServer, nonce};
use maru::protocol::{
    ClientFrame, Cursor, Draft, Event, Failure, Hello, Marker, Op, ReadState, RoomId, Seq, ServerFrame,
    list_rev,
};

impl Socket {
    /// Does this in a room; its answer.
    async fn act(&mut self, room: RoomId, op: Op) -> Result<Seq, Failure> {
        let nonce = nonce();
        self.send(&ClientFrame::Send(Draft { nonce, room, op })).await;
        self.answer(nonce).await.map(|ack| ack.seq)
    }

    async fn marked(&mut self, is_such: impl Fn(&ReadState) -> bool) -> ReadState {
        self.wait_for("a marker", |frame| match frame {
            ServerFrame::Read(state) if is_such(state) => Some(*state),
            _ => None,
        })
        .await
    }
}

fn edit(of: Seq, text: &str) -> Op {
    Op::Edit { of, text: text.to_owned() }
}

#[tokio::test]
async fn who_was_away_gets_edits_deletions_and_reactions_in_order() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let room = ann.room();
    let said = at_bo.say(room, "deploy at 5").await;
    let held = at_ann.say(room, "ok").await;
    at_ann.leave().await;

    let react = Op::React { of: held.seq, emoji: "👍".to_owned(), on: true };
    let ops = [edit(said.seq, "deploy at 6"), react, Op::Delete { of: said.seq }];
    let mut last = 0;
    for op in ops.clone() {
        last = at_bo.act(room, op).await.expect("taken");
    }
    let mut back = ann.resume([(room, Cursor { seq: held.seq, at: held.at })]).await;
    let missed = back.events_upto(room, last).await;
    let told: Vec<Op> = missed.into_iter().map(|event| event.op).collect();
    assert_eq!(told[1..], ops[1..]);
    assert_eq!(told[0], edit(said.seq, ""), "its text went with the message");
    let history = back.whole_history(room).await;
    let find = |seq: Seq| -> &Event { history.iter().find(|event| event.seq == seq).expect("in the log") };
    assert_eq!(find(said.seq).op, Op::Gone);
    assert_eq!(find(held.seq).amended.as_ref().map(|amended| amended.reactions.len()), Some(1));
}

#[tokio::test]
async fn an_amendment_is_heard_live_and_says_who_did_it() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = ann.room();
    let said = at_ann.say(room, "teh tea").await;
    at_ann.act(room, edit(said.seq, "the tea")).await.expect("her own");
    at_bo.act(room, Op::React { of: said.seq, emoji: "🍵".into(), on: true }).await.expect("a member");
    at_bo.events_upto(room, said.seq).await;
    let heard = [at_bo.event(room).await, at_bo.event(room).await];
    assert_eq!((&heard[0].op, heard[0].by), (&edit(said.seq, "the tea"), ann.user().id));
    assert_eq!(heard[1].by, bo.user().id);
    let refused = at_bo.act(room, edit(said.seq, "no tea")).await;
    assert_eq!(refused, Err(Failure::Forbidden));
    let wordy = Op::React { of: said.seq, emoji: "tea".into(), on: true };
    assert!(matches!(at_bo.act(room, wordy).await, Err(Failure::Invalid { .. })));
    assert!(matches!(at_ann.act(room, edit(said.seq, " ")).await, Err(Failure::Invalid { .. })));
}

#[tokio::test]
async fn a_marker_is_the_same_on_all_of_a_persons_devices() {
    let server = TestServer::start().await;
    let ((_, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = bo.room();
    let mut at_phone = bo.connect().await;
    let first = at_ann.say(room, "one").await;
    let last = at_ann.say(room, "@bo two").await;

    at_bo.send(&ClientFrame::Read(Marker::upto(room, first.seq))).await;
    let state = ReadState { room, seq: first.seq, head: last.seq, unread: 1, mentions: 1, backs: 0 };
    for device in [&mut at_bo, &mut at_phone] {
        assert_eq!(device.marked(|told| told.seq == first.seq).await, state);
    }
    at_phone.send(&ClientFrame::Read(Marker::upto(room, last.seq + 5))).await;
    let state = ReadState { room, seq: last.seq, head: last.seq, unread: 0, mentions: 0, backs: 0 };
    for device in [&mut at_bo, &mut at_phone] {
        assert_eq!(device.marked(|told| told.seq == last.seq).await, state);
    }
    at_bo.send(&ClientFrame::Read(Marker::upto(room, first.seq))).await;
    assert_eq!(
        at_bo.marked(|told| told.seq == last.seq).await,
        state,
        "it never moves back, and is told where it is"
    );
    assert_eq!(bo.room_state(room).await.read, last.seq);
    at_ann.ping().await;
    assert!(!at_ann.has_kept(|frame| matches!(frame, ServerFrame::Read(_))), "nobody else is told");
}

#[tokio::test]
async fn who_holds_the_list_already_is_not_told_it_again() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let first = ann.connect().await;
    let welcome = first.welcome().clone();
    assert_eq!(welcome.rev, list_rev(&welcome.rooms));
    let hello = |rev| Hello { client: "tests".into(), rev: Some(rev), ..Hello::default() };

    let mut again = ann.open().await;
    again.hello(hello(welcome.rev)).await;
    assert_eq!((again.welcome().rev, again.welcome().rooms.len()), (welcome.rev, 0));

    ann.create_room("garden").await;
    let mut later = ann.open().await;
    later.hello(hello(welcome.rev)).await;
    assert_eq!(later.welcome().rooms.len(), 2);
    assert_ne!(later.welcome().rev, welcome.rev);
}
