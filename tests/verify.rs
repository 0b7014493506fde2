//! `maru verify`, as it is typed.

use crate::kit::TestServer;
use sqlx::{Connection, SqliteConnection};

/// What `maru verify` says of a server's store: its exit code and its lines.
async fn verify(server: &TestServer) -> (Option<i32>, Vec<String>) {
    let data = server.data().display().to_string();
    let output = server.program().args(["verify", "--data", &data]).output().await.expect("it runs");
    let told = String::from_utf8(output.stdout).expect("UTF-8") + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), told.lines().map(str::to_owned).collect())
}

#[tokio::test]
async fn a_running_servers_store_is_looked_over_room_by_room() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), _) = server.pair().await;
    ann.create_room("garden").await;
    at_ann.say(ann.room(), "hi").await;
    let (code, lines) = verify(&server).await;
    assert_eq!(code, Some(0), "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("garden (r_") && line.ends_with("2 events, all well")));
    assert_eq!(lines.last().map(String::as_str), Some("2 rooms, 6 events: all is well"));
    at_ann.say(ann.room(), "still here").await;
}

#[tokio::test]
async fn damage_is_told_with_its_room_and_in_the_exit_code() {
    let mut server = TestServer::start().await;
    let (_, (bo, mut at_bo)) = server.pair().await;
    at_bo.say(bo.room(), "hi").await;
    server.ask_to_stop().await;
    server.ended().await;
    let file = server.data().join("maru.db").display().to_string();
    let mut db = SqliteConnection::connect(&file).await.expect("the file");
    sqlx::raw_sql("update room_member set read_seq = 99").execute(&mut db).await.expect("damage");
    db.close().await.expect("closed");
    let (code, lines) = verify(&server).await;
    assert_eq!(code, Some(1), "{lines:?}");
    assert!(lines.iter().any(|line| line.ends_with("read markers beyond the head: 2")), "{lines:?}");
}

#[tokio::test]
async fn where_no_store_is_none_is_made() {
    let server = TestServer::stopped(&[]);
    let (code, lines) = verify(&server).await;
    assert_eq!(code, Some(2), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("unable to open database")), "{lines:?}");
    assert!(!server.data().join("maru.db").exists());
}
