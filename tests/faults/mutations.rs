//! The checker is itself checked: with each of these mistakes in the server, or in the checker's own
//! device, it must find a violation, and of the right kind.

use crate::{
    history::Violation,
    wire::Transport,
    world::{Plan, World},
};
use std::time::Duration;

/// A small world on sockets: what is looked for here has nothing to do with the way.
fn plan(seed: u64, faults: &str) -> Plan {
    Plan {
        faults: faults.to_owned(),
        transports: vec![Transport::Ws],
        pace_ms: 40,
        rooms: 10,
        ..Plan::new(seed)
    }
}

/// Kills the server in the middle of its work until the checker has seen it.
async fn until_red(mut world: World, rule: &str) {
    let mut found: Vec<Violation> = Vec::new();
    // What is broken may never come to rest.
    world.patience = Duration::from_secs(6);
    for _ in 0..6 {
        for _ in 0..3 {
            world.until_acked(25).await;
            // Just after an ack nothing may be under way: the mistakes are to be met in the middle.
            let wait = world.chance.below(90);
            tokio::time::sleep(Duration::from_millis(wait)).await;
            world.history.fault("kill -9");
            world.server.kill().await;
            world.server.ask(&world.plan.faults.clone());
            world.server.start().await;
        }
        found.extend(world.heal().await);
        if found.iter().any(|violation| violation.rule == rule) {
            return;
        }
        world.resume();
    }
    panic!("the checker did not see {rule}: {found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ack_before_the_commit_is_seen() {
    until_red(World::new(plan(11, "ack_before_commit")).await, "I1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handing_out_before_the_commit_is_seen() {
    until_red(World::new(plan(12, "publish_before_commit")).await, "I3").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dedupe_that_forgets_is_seen() {
    // Nonces are kept for 30 s, in memory: what is asked about after a restart is forgotten.
    let mut world = World::new(plan(13, "dedupe_cache=30000")).await;
    world.patience = Duration::from_secs(6);
    world.server.ask("dedupe_cache=30000,die_before_ack=12");
    world.history.fault("it dies between commit and ack");
    world.server.kill().await;
    world.server.start().await;
    world.supervise(2).await;
    world.server.ask("dedupe_cache=30000");
    world.supervise(1).await;
    let found = world.heal().await;
    assert!(found.iter().any(|violation| violation.rule == "I2"), "{found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asking_for_membership_only_once_is_seen() {
    let mut world = World::new(plan(14, "member_once")).await;
    world.until_acked(400).await;
    let found = world.heal().await;
    assert!(found.iter().any(|violation| violation.rule == "I8"), "{found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_moved_by_an_ack_is_seen() {
    let mut world = World::new(Plan { is_hasty: true, ..plan(15, "") }).await;
    world.until_acked(200).await;
    let found = world.heal().await;
    assert!(found.iter().any(|violation| violation.rule == "I4"), "{found:?}");
}
