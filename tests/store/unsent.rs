//! Texts that are still being written, on both engines.

use super::*;
use maru::protocol::Unsent;

on_both_engines![
    the_newest_text_of_each_room_is_kept,
    texts_are_kept_where_one_may_write_and_nowhere_else,
    many_texts_are_kept_at_once_and_outlive_a_restart,
];

fn text(room: RoomId, text: &str, at: u64) -> Unsent {
    Unsent { room, text: text.to_owned(), at }
}

impl TestStore {
    async fn keep(&self, by: &User, unsent: Unsent) -> Result<Unsent, Failure> {
        self.store.keep_unsent(&[(by.id, unsent)]).await.expect("an answer").pop().expect("one answer")
    }
}

async fn the_newest_text_of_each_room_is_kept(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let (one, two) = (test.room(&ann, "one").await, test.room(&ann, "two").await);
    assert_eq!(test.keep(&ann, text(one, "a", 5)).await, Ok(text(one, "a", 5)));
    assert_eq!(test.keep(&ann, text(one, "b", 4)).await, Ok(text(one, "a", 5)));
    assert_eq!(test.keep(&ann, text(one, "c", 5)).await, Ok(text(one, "a", 5)), "the first of one instant");
    assert_eq!(test.keep(&ann, text(two, "d", 6)).await, Ok(text(two, "d", 6)));
    assert_eq!(test.store.unsent_of(ann.id).await.expect("texts"), [text(two, "d", 6), text(one, "a", 5)]);
    assert_eq!(test.keep(&ann, text(two, "", 7)).await, Ok(text(two, "", 7)));
    assert_eq!(test.store.unsent_of(ann.id).await.expect("texts"), [text(one, "a", 5)]);
    assert_eq!(test.keep(&ann, text(two, "d", 6)).await, Ok(text(two, "", 7)), "it is over");
}

async fn texts_are_kept_where_one_may_write_and_nowhere_else(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    let batch = [
        (bo.id, text(room, "x", 1)),
        (ann.id, text(room, "y", 1)),
        (ann.id, text(RoomId::from_raw(9), "z", 1)),
    ];
    let answers = test.store.keep_unsent(&batch).await.expect("answers");
    assert_eq!(answers, [Err(Failure::NotFound), Ok(text(room, "y", 1)), Err(Failure::NotFound)]);
    test.change(room, &bo, Op::Join).await.expect("a public room");
    assert_eq!(test.keep(&bo, text(room, "x", 2)).await, Ok(text(room, "x", 2)));
    assert_eq!(
        test.store.unsent_of(ann.id).await.expect("texts"),
        [text(room, "y", 1)],
        "each has their own"
    );
    test.change(room, &bo, Op::Leave).await.expect("done");
    assert_eq!(test.store.unsent_of(bo.id).await.expect("texts"), []);
}

async fn many_texts_are_kept_at_once_and_outlive_a_restart(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let mut batch = Vec::new();
    for name in 0..30 {
        let room = test.room(&ann, &format!("room {name}")).await;
        batch.push((ann.id, text(room, "가'\"\n", 30 - name)));
    }
    let answers = test.store.keep_unsent(&batch).await.expect("answers");
    assert!(answers.iter().zip(&batch).all(|(answer, (_, asked))| answer.as_ref() == Ok(asked)));
    test.restart().await;
    let kept: Vec<Unsent> = batch.into_iter().map(|(_, text)| text).collect();
    assert_eq!(test.store.unsent_of(ann.id).await.expect("texts"), kept);
}
