//! F1, F2: the server is killed, anywhere and just where it hurts.

use crate::{
    history::What,
    world::{Plan, World},
};
use maru::protocol::Ack;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_doubled_or_reordered_when_the_server_is_killed_again_and_again() {
    let mut world = World::new(Plan::new(1)).await;
    for _ in 0..4 {
        let more = world.chance.within(30, 150);
        world.until_acked(more as usize).await;
        world.kill().await;
    }
    world.until_acked(100).await;
    world.expect_whole().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_committed_before_the_end_is_acknowledged_as_known_after_it() {
    let mut world = World::new(Plan { pace_ms: 60, ..Plan::new(2) }).await;
    for place in ["die_before_ack", "die_before_publish", "die_before_ack"] {
        let every = world.chance.within(5, 40);
        world.server.ask(&format!("{place}={every}"));
        world.kill().await;
        world.supervise(3).await;
    }
    world.server.ask("");
    world.kill().await;
    world.until_acked(50).await;
    world.expect_whole().await;
    let is_known = |what: &What| matches!(what, What::Acked(Ack { dup: true, .. }));
    assert!(world.history.count(is_known) > 0, "no draft was committed and not acknowledged");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_handed_out_arrives_without_any_further_word_in_the_room() {
    let mut world = World::new(Plan { is_moving: false, ..Plan::new(3) }).await;
    world.until_acked(20).await;
    world.server.ask("die_before_publish=3");
    world.kill().await;
    world.server.ended().await;
    world.server.ask("");
    world.server.start().await;
    // Nobody says anything any more: `expect_whole` stops the devices before it waits.
    world.expect_whole().await;
}
