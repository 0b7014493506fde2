//! The first run.

use super::*;
use maru::protocol::{AccountKind, Failure, Field, Reason, Role};

#[tokio::test]
async fn the_one_with_the_link_makes_the_owner_the_space_and_its_room() {
    let server = closed_server(&[]).await;
    let code = setup_code(&server).await;
    let mut owner = server.stranger();
    let reply = try_set_up(&owner, &code, "haneul").await;
    let arrived = keep(&mut owner, &reply);
    assert_eq!(arrived.user.name, "haneul");
    assert_eq!(arrived.path, "/s/%EC%9A%B0%EB%A6%AC-%EB%B0%98/%EA%B5%90%EC%8B%A4");
    let account = profile(&owner).await;
    assert!(account.is_admin && account.kind == AccountKind::Account);
    let lobby: maru::protocol::Lobby = owner.ask("lobby", &[("space", "우리-반")]).await.value();
    assert_eq!((lobby.space.name.as_str(), lobby.space.role), ("우리 반", Some(Role::Owner)));
    assert_eq!(lobby.rooms.iter().map(|room| room.name.as_str()).collect::<Vec<_>>(), ["교실"]);
    assert!(owner.get(&arrived.path).await.body.contains("교실"));
}

#[tokio::test]
async fn a_second_visitor_is_told_that_there_is_nothing() {
    let (server, _owner) = set_up_server(&[]).await;
    let wrong = "0".repeat(64);
    let answers = [
        try_set_up(&server.stranger(), &wrong, "second").await,
        try_set_up(&server.stranger(), "", "second").await,
        try_set_up(&server.stranger(), "x", "admin").await,
    ];
    for answer in answers {
        assert_eq!(answer.failure(), (404, Failure::NotFound));
    }
    let (done, printed, complaint) = server.run(&["setup-link"]).await;
    assert!(!done && printed.is_empty() && complaint.contains("set up already"), "{complaint}");
}

#[tokio::test]
async fn only_the_newest_link_works_and_only_once() {
    let server = closed_server(&[]).await;
    let (old, new) = (setup_code(&server).await, setup_code(&server).await);
    assert_ne!(old, new);
    assert_eq!(try_set_up(&server.stranger(), &old, "ann").await.failure().1, Failure::NotFound);
    assert_eq!(try_set_up(&server.stranger(), &new, "ann").await.status, 200);
    assert_eq!(try_set_up(&server.stranger(), &new, "bo").await.failure().1, Failure::NotFound);
}

#[tokio::test]
async fn of_many_at_once_one_sets_the_server_up() {
    let server = closed_server(&[]).await;
    let code = setup_code(&server).await;
    let people: Vec<Person> = (0..6).map(|_| server.stranger()).collect();
    let names: Vec<String> = (0..6).map(|n| format!("owner{n}")).collect();
    let tries = people.iter().zip(&names).map(|(person, name)| try_set_up(person, &code, name));
    let done = futures::future::join_all(tries).await;
    assert_eq!(done.iter().filter(|reply| reply.status == 200).count(), 1);
    assert_eq!(done.iter().filter(|reply| reply.status == 404).count(), 5);
}

#[tokio::test]
async fn what_is_wrong_with_a_field_uses_the_link_not_up() {
    let server = closed_server(&[]).await;
    let code = setup_code(&server).await;
    let stranger = server.stranger();
    let weak =
        [("token", code.as_str()), ("name", "ann"), ("password", "12345678"), ("space", "a"), ("room", "")];
    let refused = Failure::Invalid { field: Field::Password, reason: Reason::Common };
    assert_eq!(stranger.call("set_up", &weak).await.failure(), (422, refused));
    let reserved = try_set_up(&stranger, &code, "admin").await.failure();
    assert_eq!(reserved, (422, Failure::Invalid { field: Field::Name, reason: Reason::Reserved }));
    assert_eq!(try_set_up(&stranger, &code, "ann").await.status, 200);
}

#[tokio::test]
async fn a_try_out_is_taken_over_with_its_rooms() {
    let server = TestServer::start().await;
    let guest = server.enter("guest one").await;
    let code = setup_code(&server).await;
    let mut owner = server.stranger();
    let reply = try_set_up(&owner, &code, "haneul").await;
    keep(&mut owner, &reply);
    let space = guest.space().await;
    assert_eq!((space.slug.as_str(), space.name.as_str()), ("maru", "우리 반"));
    let rooms: maru::protocol::Lobby = owner.ask("lobby", &[("space", "maru")]).await.value();
    let names: Vec<&str> = rooms.rooms.iter().map(|room| room.name.as_str()).collect();
    assert_eq!((names, rooms.space.role), (vec!["교실", "마루"], Some(Role::Owner)));
}
