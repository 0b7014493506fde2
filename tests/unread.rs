//! What is unread and what calls one, through the wire: the same on all devices, whatever comes in between.

use crate::kit::{Person, Socket, TestServer, nonce, say};
use maru::protocol::{ClientFrame, Draft, Marker, Mute, Op, ReadState, RoomId, RoomState, Seq, ServerFrame};

impl Socket {
    async fn told(&mut self, is_such: impl Fn(&ReadState) -> bool) -> ReadState {
        self.wait_for("a marker", |frame| match frame {
            ServerFrame::Read(state) if is_such(state) => Some(*state),
            _ => None,
        })
        .await
    }

    async fn does(&mut self, room: RoomId, op: Op) -> Seq {
        let nonce = nonce();
        self.send(&ClientFrame::Send(Draft { nonce, room, op })).await;
        self.answer(nonce).await.expect("taken").seq
    }
}

async fn counts(person: &Person, room: RoomId) -> (Seq, u32, u32) {
    let RoomState { read, unread, mentions, .. } = person.room_state(room).await;
    (read, unread, mentions)
}

#[tokio::test]
async fn who_is_called_hears_of_it_on_all_devices_and_nobody_else_does() {
    let server = TestServer::start().await;
    let ((_, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = bo.room();
    let mut at_phone = bo.connect().await;
    let said = at_bo.say(room, "shall we?").await;
    at_ann.say(room, "@bo yes").await;
    for device in [&mut at_bo, &mut at_phone] {
        assert_eq!(device.told(|_| true).await.mentions, 1);
    }
    let answer = Op::Message { text: "tomorrow".to_owned(), reply_to: Some(said.seq) };
    let last = at_ann.does(room, answer).await;
    for device in [&mut at_bo, &mut at_phone] {
        let told = device.told(|_| true).await;
        assert_eq!((told.head, told.unread, told.mentions), (last, 2, 2));
    }
    at_ann.ping().await;
    assert!(!at_ann.has_kept(|frame| matches!(frame, ServerFrame::Read(_))));
}

#[tokio::test]
async fn marking_unread_is_the_same_on_all_devices_and_no_older_word_undoes_it() {
    let server = TestServer::start().await;
    let ((_, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = bo.room();
    let mut at_phone = bo.connect().await;
    let first = at_ann.say(room, "one").await.seq;
    let last = at_ann.say(room, "two").await.seq;
    at_bo.send(&ClientFrame::Read(Marker { backs: Some(0), ..Marker::upto(room, last) })).await;
    at_bo.told(|told| told.seq == last).await;

    let back = Marker { room, seq: first - 1, back: true, backs: Some(0) };
    at_phone.send(&ClientFrame::Read(back)).await;
    for device in [&mut at_bo, &mut at_phone] {
        let told = device.told(|told| told.backs == 1).await;
        assert_eq!((told.seq, told.unread), (first - 1, 2));
    }
    // One device had said this before it heard of that.
    at_bo.send(&ClientFrame::Read(Marker { backs: Some(0), ..Marker::upto(room, last) })).await;
    assert_eq!(at_bo.told(|told| told.backs == 1).await.seq, first - 1);
    at_phone.send(&ClientFrame::Read(back)).await;
    assert_eq!(at_phone.told(|told| told.backs > 0).await.backs, 1, "said again, it is done already");
    // A device that was away all the time finds it so.
    let away = bo.connect().await;
    let welcomed = away.welcomed(room);
    assert_eq!((welcomed.read, welcomed.unread, welcomed.backs), (first - 1, 2, 1));
    at_bo.send(&ClientFrame::Read(Marker { backs: Some(1), ..Marker::upto(room, last) })).await;
    assert_eq!(at_phone.told(|told| told.seq == last).await.unread, 0);
}

#[tokio::test]
async fn markers_that_cross_keep_their_order() {
    let server = TestServer::start().await;
    let ((_, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = bo.room();
    let first = at_ann.say(room, "one").await.seq;
    let last = at_ann.say(room, "two").await.seq;
    // All of it is under way before the first is answered.
    let on = |backs| ClientFrame::Read(Marker { backs: Some(backs), ..Marker::upto(room, last) });
    let back = |backs| ClientFrame::Read(Marker { room, seq: first, back: true, backs: Some(backs) });
    for frame in [on(0), back(0), on(0), on(1), back(1)] {
        at_bo.send(&frame).await;
    }
    at_bo.told(|told| told.backs == 2).await;
    assert_eq!(counts(&bo, room).await, (first, 1, 0));
}

#[tokio::test]
async fn a_deleted_message_is_unread_for_nobody() {
    let server = TestServer::start().await;
    let ((_, mut at_ann), (bo, _at_bo)) = server.pair().await;
    let room = bo.room();
    let (read, before, _) = counts(&bo, room).await;
    let said = at_ann.say(room, "@bo secret").await.seq;
    at_ann.say(room, "kept").await;
    assert_eq!(counts(&bo, room).await, (read, before + 2, 1));
    at_ann.does(room, Op::Delete { of: said }).await;
    assert_eq!(counts(&bo, room).await, (read, before + 1, 0));
}

#[tokio::test]
async fn all_rooms_are_read_at_once_and_a_room_up_to_where_one_says() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let mut rooms = vec![bo.room()];
    for name in ["tea", "books"] {
        let room = ann.create_room(name).await.id;
        bo.join(room).await;
        rooms.push(room);
    }
    let mut heads = Vec::new();
    for room in &rooms {
        at_ann.say(*room, "@bo one").await;
        heads.push(at_ann.say(*room, "two").await.seq);
    }
    let state: ReadState =
        bo.change("mark_read", rooms[1], &[("seq", &(heads[1] - 1).to_string())]).await.value();
    assert_eq!((state.unread, state.mentions), (1, 0));
    bo.call("mark_all_read", &[("space", "")]).await.value::<()>();
    for (room, head) in rooms.iter().zip(&heads) {
        at_bo.told(|told| told.room == *room && told.seq == *head && told.unread == 0).await;
        assert_eq!(counts(&bo, *room).await, (*head, 0, 0));
    }
    let unread = [("seq", "0"), ("back", "true")];
    assert!(bo.change("mark_read", rooms[1], &unread).await.value::<ReadState>().unread >= 2);
    let nowhere = RoomId::from_raw(7);
    assert_eq!(bo.change("mark_read", nowhere, &[]).await.status, 404);
}

#[tokio::test]
async fn a_muted_room_is_muted_on_all_devices() {
    let server = TestServer::start().await;
    let ((_, _at_ann), (bo, mut at_bo)) = server.pair().await;
    let mut at_phone = bo.connect().await;
    bo.change("set_mute", bo.room(), &[("mute", "nothing")]).await.value::<RoomState>();
    for device in [&mut at_bo, &mut at_phone] {
        device.room(|room| room.mute == Mute::Nothing).await;
    }
}

#[tokio::test]
async fn the_inbox_shows_who_called_where_and_why_and_marks_it_read() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = bo.room();
    let path = format!("/s/{}/-/inbox", bo.space().await.slug);
    assert!(!bo.get(&path).await.body.contains("why__item"));
    let said = at_bo.say(room, "shall we?").await.seq;
    let call = at_ann.say(room, "@bo <b>look</b>").await.seq;
    let answer = Op::Message { text: "yes, we shall".to_owned(), reply_to: Some(said) };
    let reply = at_ann.does(room, answer).await;

    let page = bo.get(&path).await.body;
    assert_eq!(page.matches("why__item is-unread").count(), 2, "{page}");
    assert!(page.find("yes, we shall") < page.find("@bo &lt;b&gt;look"), "the newest comes first: {page}");
    assert!(page.contains(&format!("/{reply}\"")) && page.contains(&format!("/{call}\"")), "{page}");
    bo.change("mark_read", room, &[("seq", &call.to_string())]).await.value::<ReadState>();
    let page = bo.get(&path).await.body;
    assert_eq!((page.matches("why__item").count(), page.matches("is-unread").count()), (2, 1), "{page}");
    at_ann.does(room, Op::Delete { of: reply }).await;
    assert!(!bo.get(&path).await.body.contains("yes, we shall"));
    assert!(!ann.get(&path).await.body.contains("why__item"));
    at_ann.send(&say(nonce(), room, "done")).await;
}
