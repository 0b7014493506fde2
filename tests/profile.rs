//! Somebody looked at closely, over the wire: the time where they are, and the rooms that one is in with them.

use crate::{
    kit::{Person, Socket, TestServer},
    presence::ask,
};
use maru::protocol::{self as wire, ClientFrame, Failure, PeopleAsk, RoomId, RoomState, ServerFrame, UserId};

/// Looks at one person in a room, if they are in it.
async fn look(at: &mut Socket, room: RoomId, user: UserId) -> Option<wire::Person> {
    at.send(&ClientFrame::People(PeopleAsk { room, after: String::new(), user: Some(user) })).await;
    let told = at.wait_for("one person", |frame| match frame {
        ServerFrame::People(state) if state.user == Some(user) => Some(state.people.clone()),
        _ => None,
    });
    told.await.into_iter().next()
}

async fn facts(at: &mut Socket, room: RoomId, of: &Person) -> (String, u32) {
    look(at, room, of.user().id).await.map(|person| (person.zone, person.rooms)).expect("in the room")
}

async fn lives_in(person: &Person, zone: &str) {
    assert_eq!(person.call("edit_profile", &[("zone", zone)]).await.status, 200);
}

async fn private_room(by: &Person, name: &str) -> RoomId {
    let fields = [("space", "maru"), ("name", name), ("topic", ""), ("kind", "private")];
    by.call("create_room", &fields).await.value::<RoomState>().id
}

#[tokio::test]
async fn who_is_looked_at_closely_has_a_zone_and_rooms_that_both_are_in() {
    let server = TestServer::unlimited().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = ann.room();
    assert_eq!(facts(&mut at_ann, room, &bo).await, (String::new(), 1), "no zone is chosen");
    lives_in(&bo, "Asia/Seoul").await;
    bo.join(ann.create_room("tea").await.id).await;
    // Neither a room of the one alone is told of, nor a hidden one of theirs, nor one between the two.
    bo.create_room("bo's").await;
    private_room(&bo, "secret").await;
    let direct = ann.call("direct", &[("space", "maru"), ("people", "bo")]).await;
    let direct: RoomState = direct.value();
    let seoul = "Asia/Seoul".to_owned();
    assert_eq!(facts(&mut at_ann, room, &bo).await, (seoul.clone(), 2));
    assert_eq!(facts(&mut at_ann, direct.id, &bo).await, (seoul.clone(), 2), "wherever one meets them");
    let shared = private_room(&ann, "shared").await;
    assert_eq!(ann.change("add_to_room", shared, &[("user", "bo")]).await.status, 200);
    assert_eq!(facts(&mut at_ann, room, &bo).await, (seoul.clone(), 3), "a hidden one that both are in is");
    assert_eq!(facts(&mut at_bo, room, &ann).await, (String::new(), 3));
    assert_eq!(facts(&mut at_bo, room, &bo).await, (seoul, 0), "with oneself there is nothing in common");
    let page = ask(&mut at_ann, room).await;
    assert!(
        page.people.iter().all(|person| person.zone.is_empty() && person.rooms == 0),
        "not of all at once"
    );
}

#[tokio::test]
async fn who_hides_when_they_were_here_hides_what_time_it_is_for_them() {
    let server = TestServer::unlimited().await;
    let ((ann, mut at_ann), (bo, at_bo)) = server.pair().await;
    let room = ann.room();
    lives_in(&bo, "America/New_York").await;
    assert_eq!(bo.call("share_presence", &[("typing", "true"), ("reading", "true")]).await.status, 200);
    assert_eq!(facts(&mut at_ann, room, &bo).await, (String::new(), 1));
    at_bo.leave().await;
    assert_eq!(facts(&mut at_ann, room, &bo).await, (String::new(), 1), "nor once they are gone");
    assert_eq!(bo.call("share_presence", &[("seen_at", "true")]).await.status, 200);
    assert_eq!(facts(&mut at_ann, room, &bo).await.0, "America/New_York");
}

#[tokio::test]
async fn who_is_not_in_the_room_learns_nothing_of_anybody_in_it() {
    let server = TestServer::unlimited().await;
    let ((ann, mut at_ann), (bo, _at_bo)) = server.pair().await;
    let room = ann.room();
    lives_in(&bo, "Asia/Seoul").await;
    let secret = private_room(&bo, "secret").await;
    let cy = server.enter("cy").await;
    let mut at_cy = cy.connect().await;
    assert_eq!(facts(&mut at_cy, room, &bo).await, ("Asia/Seoul".to_owned(), 1));

    // From outside a public room one reads the names.
    let tea = bo.create_room("tea").await.id;
    assert_eq!(facts(&mut at_cy, tea, &bo).await, (String::new(), 0));
    at_cy
        .send(&ClientFrame::People(PeopleAsk {
            room: secret,
            after: String::new(),
            user: Some(bo.user().id),
        }))
        .await;
    assert_eq!(at_cy.any_refusal().await, Failure::NotFound);
    assert_eq!(look(&mut at_ann, room, UserId::from_raw(1)).await, None, "there is nobody of this id");
    let alone = ann.create_room("alone").await.id;
    assert_eq!(look(&mut at_ann, alone, bo.user().id).await, None, "they are not in it");

    // Who shares no space with them any more shares nothing.
    assert_eq!(cy.call("leave_space", &[("space", "maru")]).await.status, 200);
    for room in [room, tea, secret] {
        let user = Some(bo.user().id);
        at_cy.send(&ClientFrame::People(PeopleAsk { room, after: String::new(), user })).await;
        assert_eq!(at_cy.any_refusal().await, Failure::NotFound, "{room}");
    }
}
