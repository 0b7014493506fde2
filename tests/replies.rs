//! Answers, through the wire.

use crate::kit::{TestServer, nonce};
use maru::protocol::{Batch, ClientFrame, Draft, Failure, Op};

fn answer(of: u64, text: &str) -> Op {
    Op::Message { text: text.to_owned(), reply_to: Some(of) }
}

#[tokio::test]
async fn an_answer_says_what_it_answers_live_and_in_history_and_its_texts_can_be_asked_for() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = ann.room();
    let said = at_ann.say(room, "when?").await;
    let name = nonce();
    at_bo.send(&ClientFrame::Send(Draft { nonce: name, room, op: answer(said.seq, "at fivw") })).await;
    let ack = at_bo.ack(name).await;
    let heard = at_ann.events_upto(room, ack.seq).await.pop().expect("the answer");
    assert_eq!(heard.op, answer(said.seq, "at fivw"));

    let edit = Op::Edit { of: ack.seq, text: "at five".to_owned() };
    let other = nonce();
    at_bo.send(&ClientFrame::Send(Draft { nonce: other, room, op: edit.clone() })).await;
    at_bo.ack(other).await;
    let page = at_ann.fetch(room, ack.seq + 1, 1).await.expect("history");
    assert_eq!(page.events[0].op, answer(said.seq, "at five"));

    let (room_id, seq) = (room.to_string(), ack.seq.to_string());
    let texts = ann.call("message_history", &[("room", &room_id), ("seq", &seq)]).await;
    let texts: Batch = serde_json::from_str(&texts.body).expect("a batch");
    let ops: Vec<Op> = texts.events.into_iter().map(|event| event.op).collect();
    assert_eq!(ops, [answer(said.seq, "at fivw"), edit]);
    drop(bo);
}

#[tokio::test]
async fn what_is_not_there_cannot_be_answered_and_one_nonce_answers_one_message() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), _) = server.pair().await;
    let room = ann.room();
    let said = at_ann.say(room, "when?").await;
    for of in [0, 1, said.seq + 1, 1 << 52] {
        let nonce = nonce();
        at_ann.send(&ClientFrame::Send(Draft { nonce, room, op: answer(of, "to what?") })).await;
        assert_eq!(at_ann.answer(nonce).await.map(|ack| ack.seq), Err(Failure::NotFound), "{of}");
    }
    let nonce = nonce();
    for (op, is_taken) in [(answer(said.seq, "five"), true), (Op::said("five"), false)] {
        at_ann.send(&ClientFrame::Send(Draft { nonce, room, op })).await;
        assert_eq!(at_ann.answer(nonce).await.is_ok(), is_taken);
    }
}
