//! F9, F10: readers that are slow, and one that never reads, cost nobody but themselves.

use crate::{
    device::Orders,
    network::Weather,
    patience::soon,
    raw::{Raw, frame},
    wire::Transport,
    world::{Plan, World},
};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_readers_cost_a_cursor_and_catch_up_through_the_hole() {
    let mut world = World::new(Plan { pace_ms: 60, devices: 4, ..Plan::new(31) }).await;
    let slow: Vec<usize> = (0..world.devices.len()).filter(|id| id % 4 == 1).collect();
    world.history.fault(format!("{slow:?} read 1 KB a second"));
    for id in &slow {
        world.devices[*id].line.turn(Weather::Slow(1024));
        world.devices[*id].line.cut();
        world.devices[*id].order(|orders: &mut Orders| {
            orders.transport = Transport::Ws;
            orders.pace_ms = None;
        });
    }
    let before = world.server.resident();
    world.until_acked(900).await;
    let grown = world.server.resident().saturating_sub(before);
    assert!(grown < 64 << 20, "slow readers cost {} MB", grown >> 20);
    world.expect_whole().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_who_never_reads_is_closed_and_others_do_not_notice() {
    const STALL: u64 = 4;
    let mut world = World::new(Plan { pace_ms: 30, faults: format!("stall={STALL}"), ..Plan::new(32) }).await;
    let before = world.server.resident();
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(Raw::silent(world.server.here(), &world.people[1].key).await);
    }
    // What it asks for is never read, so that its connection fills soon.
    let room = world.rooms[0];
    world.until_acked(300).await;
    let began = Instant::now();
    for one in &mut silent {
        let mut id = 0;
        let shut = async {
            loop {
                id += 1;
                let fetch =
                    format!(r#"{{"type":"fetch","id":{id},"room":"{room}","before":9000000,"limit":100}}"#);
                if !one.write(&frame(0x81, fetch.as_bytes())).await {
                    return;
                }
            }
        };
        soon("the server to give up on one who never reads", shut).await;
    }
    let took = began.elapsed();
    assert!(took < Duration::from_secs(STALL * 4 + 20), "it took {took:?}");
    let grown = world.server.resident().saturating_sub(before);
    assert!(grown < 64 << 20, "they cost {} MB", grown >> 20);
    world.until_acked(50).await;
    world.expect_whole().await;
}
