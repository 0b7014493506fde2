//! F4, F5, F8, F21, F22: the server stops or stands still, the network breaks, tabs die with a full outbox.

use crate::{
    history::What,
    network::Weather,
    patience::soon,
    raw::Raw,
    server::signal,
    wire::Transport,
    world::{Plan, World},
};
use std::time::{Duration, Instant};

/// What a stopping server may take.
const DRAIN: Duration = Duration::from_secs(25);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_asked_to_stop_under_load_answers_what_it_took_and_ends_in_time() {
    let mut world = World::new(Plan::new(21)).await;
    let _stuck = Raw::silent(world.server.here(), &world.people[0].key).await;
    for _ in 0..2 {
        world.until_acked(60).await;
        world.history.fault("SIGTERM");
        let asked = Instant::now();
        world.server.signal("TERM").await;
        let status = world.server.ended().await;
        assert_eq!(status.code(), Some(0), "{}", world.server.log());
        assert!(asked.elapsed() < DRAIN, "it took {:?}", asked.elapsed());
        world.server.start().await;
    }
    world.until_acked(60).await;
    world.expect_whole().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stood_still_goes_on_where_it_was() {
    let mut world = World::new(Plan::new(22)).await;
    world.until_acked(50).await;
    // Longer than the devices wait: all of them leave, and come back with what they had not heard.
    pause(&world, Duration::from_secs(9)).await;
    world.until_acked(50).await;
    pause(&world, Duration::from_secs(1)).await;
    world.until_acked(50).await;
    world.expect_whole().await;
}

/// Lets the process stand still for so long. Time is the fault itself here.
pub async fn pause(world: &World, long: Duration) {
    world.history.fault(format!("SIGSTOP for {long:?}"));
    let pid = world.server.pid();
    signal(pid, "STOP").await;
    tokio::time::sleep(long).await;
    signal(pid, "CONT").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_behind_a_hole_notices_and_comes_back() {
    let mut world = World::new(Plan::new(23)).await;
    world.until_acked(50).await;
    let (mut progress, since) = (world.history.progress(), world.history.records().len());
    let holed: Vec<usize> = (0..world.devices.len()).step_by(2).collect();
    world.history.fault(format!("nothing passes for {holed:?}"));
    holed.iter().for_each(|id| world.devices[*id].line.turn(Weather::Hole));
    let noticed = async {
        loop {
            let records = world.history.records();
            let lost = |id: &usize| {
                records[since..]
                    .iter()
                    .any(|record| record.device == *id && matches!(record.what, What::Linked(false)))
            };
            if holed.iter().all(lost) {
                return;
            }
            progress.changed().await.expect("the history is there");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    soon("the devices to notice", noticed).await;
    world.until_acked(30).await;
    world.expect_whole().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cuts_delays_and_heaps_change_nothing_but_when_things_arrive() {
    let mut world = World::new(Plan::new(24)).await;
    for round in 0..12 {
        world.until_acked(15).await;
        let id = world.any_device();
        let weather = match world.chance.below(5) {
            0 => Weather::Late(Duration::from_millis(300)),
            1 => Weather::Heaps(3000),
            2 => Weather::Down,
            _ => Weather::Fair,
        };
        world.history.fault(format!("device {id}: {weather:?}, and a cut"));
        world.devices[id].line.turn(weather);
        let other = world.any_device();
        world.devices[other].line.cut();
        if round % 3 == 0 {
            world.devices.iter().for_each(|device| device.line.cut());
        }
    }
    world.expect_whole().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_may_change_its_way_at_any_moment() {
    let mut world = World::new(Plan::new(25)).await;
    for _ in 0..15 {
        world.until_acked(12).await;
        let id = world.any_device();
        let transport = *world.chance.pick(&[Transport::Ws, Transport::Sse, Transport::Poll]);
        world.history.fault(format!("device {id} goes over to {transport:?}"));
        world.devices[id].order(|orders| orders.transport = transport);
    }
    world.expect_whole().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tab_that_is_killed_with_a_full_outbox_sends_each_draft_once_when_it_is_opened_again() {
    let mut world = World::new(Plan { pace_ms: 30, ..Plan::new(26) }).await;
    world.until_acked(50).await;
    for _ in 0..3 {
        // Nobody is answered, so the outboxes fill.
        world.history.fault("nothing passes for anybody, and every tab is killed");
        world.devices.iter().for_each(|device| device.line.turn(Weather::Hole));
        let full = async {
            let mut progress = world.history.progress();
            while world.devices.iter().any(|device| device.held().waiting() < 10) {
                let _ = progress.changed().await;
            }
        };
        soon("full outboxes", full).await;
        for id in 0..world.devices.len() {
            world.reopen(id).await;
            world.devices[id].line.turn(Weather::Fair);
        }
        world.until_acked(100).await;
    }
    world.expect_whole().await;
}
