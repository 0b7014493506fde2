//! What an edit, a deletion or a reaction does to its message.

use super::engine::{Tx, bigint};
use crate::protocol::{Event, Op, RoomId, Seq};
use crate::server::{Error, Result};

/// Changes the message that a new event is about; the event has its place, and has been permitted.
pub(super) async fn carry_out(tx: &mut Tx, room: RoomId, event: &Event) -> Result<()> {
    match &event.op {
        Op::Edit { of, text } => edit(tx, room, *of, text, event).await,
        Op::Delete { of } => delete(tx, room, *of, event).await,
        Op::React { of, emoji, on } => react(tx, room, *of, emoji, *on, event).await,
        _ => Ok(()),
    }
}

async fn edit(tx: &mut Tx, room: RoomId, of: Seq, text: &str, event: &Event) -> Result<()> {
    let update = tx.query(
        "update message set first_text = coalesce(first_text, text), text = $3, edited_at = $4, amended_seq = $5
         where room_id = $1 and seq = $2",
    );
    let update = update.bind(room).bind(bigint(of)).bind(text);
    found(update.bind(bigint(event.at)).bind(bigint(event.seq)).execute().await?)
}

/// Takes the text out of everything that holds it.
async fn delete(tx: &mut Tx, room: RoomId, of: Seq, event: &Event) -> Result<()> {
    let update = tx.query(
        "update message set text = '', first_text = null, gone_at = $3, amended_seq = $4
         where room_id = $1 and seq = $2",
    );
    found(
        update.bind(room).bind(bigint(of)).bind(bigint(event.at)).bind(bigint(event.seq)).execute().await?,
    )?;
    for sql in [
        "update event set body = null where room_id = $1 and of_seq = $2 and kind = 'edit'",
        "delete from reaction where room_id = $1 and seq = $2",
        "update room_member set own_after = own_after + 1
         where room_id = $1 and read_seq < $2
           and user_id <> (select user_id from message where room_id = $1 and seq = $2)",
        "update room_member set mentions = mentions - 1
         where room_id = $1 and read_seq < $2
           and user_id in (select user_id from mention where room_id = $1 and seq = $2)",
        "delete from mention where room_id = $1 and seq = $2",
    ] {
        tx.query(sql).bind(room).bind(bigint(of)).execute().await?;
    }
    Ok(())
}

async fn react(tx: &mut Tx, room: RoomId, of: Seq, emoji: &str, on: bool, event: &Event) -> Result<()> {
    let sql = if on {
        "insert into reaction (room_id, seq, user_id, emoji, at_seq) values ($1, $2, $3, $4, $5)
         on conflict (room_id, seq, user_id, emoji) do nothing"
    } else {
        "delete from reaction where room_id = $1 and seq = $2 and user_id = $3 and emoji = $4"
    };
    let change = tx.query(sql).bind(room).bind(bigint(of)).bind(event.by).bind(emoji);
    if on { change.bind(bigint(event.seq)) } else { change }.execute().await?;
    let update = tx.query("update message set amended_seq = $3 where room_id = $1 and seq = $2");
    found(update.bind(room).bind(bigint(of)).bind(bigint(event.seq)).execute().await?)
}

/// The message was there when the event was permitted, under the room's lock.
fn found(rows: u64) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(Error::Broken("a message to be amended is not there".to_owned())) }
}
