//! F13: the machine's clock jumps an hour, a year, back, or stands still.

use crate::{
    server::Server,
    world::{Plan, World},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clocks_order_nothing() {
    const HOUR: i64 = 3_600_000;
    let mut server = Server::new();
    let file = server.folder().join("clock");
    std::fs::write(&file, "0").expect("written");
    let faults = format!("clock={}", file.display());
    server.ask(&faults);
    let mut world = World::on(server, Plan { faults, ..Plan::new(71) }).await;
    let jumps = [HOUR, -HOUR, 365 * 24 * HOUR, -365 * 24 * HOUR, 0].map(|jump| jump.to_string());
    for jump in jumps.iter().map(String::as_str).chain(["=1766750000000", "0"]) {
        world.history.fault(format!("the clock is at {jump}"));
        // In one step: half a number would be another time.
        let next = file.with_extension("next");
        std::fs::write(&next, jump).and_then(|()| std::fs::rename(&next, &file)).expect("written");
        world.until_acked(30).await;
    }
    world.expect_whole().await;
}
