//! Invitations, and coming in by them.

use super::*;
use maru::protocol::{Field, InviteId, InviteState, RoomKind};
use maru::server::store::{Acceptance, Accepted, LeavingSpace, NewAccount, NewInvite, Which};

on_both_engines![
    a_link_to_the_space_makes_a_member_of_who_has_an_account,
    a_link_to_a_room_lets_into_that_room_alone,
    a_link_to_the_space_lifts_who_saw_single_rooms,
    eight_who_race_for_a_link_for_one_are_one,
    who_is_in_already_uses_nothing_up,
    whatever_makes_a_link_useless_makes_it_unknown,
    a_guest_comes_in_where_guests_may,
    a_taken_name_uses_nothing_up,
    who_may_not_invite_makes_no_link,
    a_link_is_revoked_by_its_maker_or_who_may_invite,
    a_list_shows_what_is_for_ones_eyes,
];

const DAY: u64 = 24 * 60 * 60 * 1000;

impl TestStore {
    fn invite(&self, by: &User, code: u8) -> NewInvite {
        NewInvite {
            id: InviteId::from_random(random()),
            code_hash: [code; 32],
            space: self.space.id,
            room: None,
            by: by.id,
            guests: true,
            at: NOW,
            expires_at: None,
            uses_limit: None,
            note: String::new(),
        }
    }

    async fn accept(&self, user: &User, code: u8) -> Result<Accepted> {
        let acceptance = Acceptance { code_hash: [code; 32], user: user.clone(), at: NOW };
        self.store.accept_invite(&acceptance).await
    }

    /// How often each invitation was used, the oldest first.
    async fn uses(&self) -> Vec<i64> {
        self.numbers("select uses from invite order by created_at, code_hash").await
    }

    async fn role(&self, user: &User) -> Option<Role> {
        let space = self.store.find_space_of(self.space.id, user.id).await.expect("an answer");
        space.and_then(|space| space.role)
    }
}

async fn a_link_to_the_space_makes_a_member_of_who_has_an_account(test: &mut TestStore) {
    let (ann, bo) = (test.person_as("ann", Role::Owner).await, test.outsider("bo").await);
    let room = test.room(&ann, "one").await;
    test.store.create_invite(&test.invite(&ann, 1)).await.expect("the owner's right");
    let accepted = test.accept(&bo, 1).await.expect("a good link");
    assert_eq!((accepted.space, accepted.room, accepted.is_new), (test.space.id, None, true));
    assert_eq!(test.role(&bo).await, Some(Role::Member));
    assert!(test.change(room, &bo, Op::Join).await.expect("a public room").is_some());
    assert_eq!(test.uses().await, [1]);
}

async fn a_link_to_a_room_lets_into_that_room_alone(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.outsider("bo").await);
    let (one, two) = (test.room(&ann, "one").await, test.room(&ann, "two").await);
    test.store
        .create_invite(&NewInvite { room: Some(one), ..test.invite(&ann, 1) })
        .await
        .expect("a member's right");
    let accepted = test.accept(&bo, 1).await.expect("a good link");
    let event = accepted.event.expect("an event");
    assert_eq!((event.seq, event.by, &event.op), (3, bo.id, &Op::Join));
    assert_eq!(test.log(one, &ann).await.last(), Some(&event));
    assert_eq!(test.role(&bo).await, Some(Role::Guest));
    let seen = test.store.rooms(test.space.id, bo.id).await.expect("rooms");
    assert_eq!(seen.iter().map(|room| (room.id, room.role)).collect::<Vec<_>>(), [(one, Some(Role::Guest))]);
    assert_eq!(refusal(test.change(two, &bo, Op::Join).await), Failure::NotFound);
    assert_eq!(refusal(test.store.events_before(two, bo.id, 9, 9).await), Failure::NotFound);
    test.say(one, &bo, "hello").await;
}

async fn a_link_to_the_space_lifts_who_saw_single_rooms(test: &mut TestStore) {
    let (ann, bo) = (test.person_as("ann", Role::Owner).await, test.outsider("bo").await);
    let (one, two) = (test.room(&ann, "one").await, test.room(&ann, "two").await);
    test.store.create_invite(&NewInvite { room: Some(one), ..test.invite(&ann, 1) }).await.expect("a link");
    test.store.create_invite(&test.invite(&ann, 2)).await.expect("a link");
    test.accept(&bo, 1).await.expect("a good link");
    let accepted = test.accept(&bo, 2).await.expect("a good link");
    assert!(accepted.is_new && accepted.event.is_none());
    assert_eq!(test.role(&bo).await, Some(Role::Member));
    assert!(test.change(two, &bo, Op::Join).await.expect("a public room").is_some());
    // An owner is not made less by a link.
    test.accept(&ann, 2).await.expect("a good link");
    assert_eq!((test.role(&ann).await, test.uses().await), (Some(Role::Owner), vec![1, 1]));
}

async fn eight_who_race_for_a_link_for_one_are_one(test: &mut TestStore) {
    let ann = test.person_as("ann", Role::Owner).await;
    let room = test.room(&ann, "one").await;
    let for_one = NewInvite { room: Some(room), uses_limit: Some(1), ..test.invite(&ann, 1) };
    test.store.create_invite(&for_one).await.expect("a link");
    let mut racers = Vec::new();
    for n in 0..8 {
        let user = test.outsider(&format!("racer {n}")).await;
        let (store, acceptance) = (test.store.clone(), Acceptance { code_hash: [1; 32], user, at: NOW });
        racers.push(tokio::spawn(async move { store.accept_invite(&acceptance).await }));
    }
    let mut came = 0;
    for racer in racers {
        match racer.await.expect("a racer ends well") {
            Ok(accepted) => came += usize::from(accepted.is_new),
            refused => assert_eq!(refusal(refused), Failure::NotFound),
        }
    }
    assert_eq!((came, test.uses().await), (1, vec![1]));
    assert_eq!(test.log(room, &ann).await.len(), 3, "one joined");
    assert_eq!(test.numbers("select count(*) from space_member").await, [2]);
}

async fn who_is_in_already_uses_nothing_up(test: &mut TestStore) {
    let (ann, bo) = (test.person_as("ann", Role::Owner).await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    let for_one = NewInvite { uses_limit: Some(1), ..test.invite(&ann, 1) };
    test.store.create_invite(&for_one).await.expect("a link");
    let accepted = test.accept(&bo, 1).await.expect("a good link");
    assert!(!accepted.is_new && accepted.event.is_none());
    test.store.create_invite(&NewInvite { room: Some(room), ..test.invite(&ann, 2) }).await.expect("a link");
    assert!(
        test.accept(&bo, 2).await.expect("a good link").event.is_some(),
        "a member of the space comes in"
    );
    assert_eq!(test.role(&bo).await, Some(Role::Member));
    assert!(test.accept(&bo, 2).await.expect("a good link").event.is_none(), "once");
    assert_eq!(test.uses().await, [0, 1]);
}

async fn whatever_makes_a_link_useless_makes_it_unknown(test: &mut TestStore) {
    let (ann, vi) = (test.person_as("ann", Role::Owner).await, test.person_as("vi", Role::Moderator).await);
    let room = test.room(&ann, "one").await;
    let links = [
        NewInvite { expires_at: Some(NOW), ..test.invite(&ann, 1) },
        test.invite(&ann, 2),
        NewInvite { uses_limit: Some(1), ..test.invite(&ann, 3) },
        test.invite(&vi, 4),
        NewInvite { room: Some(room), ..test.invite(&ann, 5) },
    ];
    for link in &links {
        test.store.create_invite(link).await.expect("a link");
    }
    test.store.revoke_invite(links[1].id, Some(ann.id), NOW).await.expect("one's own");
    let first = test.outsider("first").await;
    test.accept(&first, 3).await.expect("the one use");
    let leaving = LeavingSpace { space: test.space.id, user: vi, by: None, ban: None, at: NOW };
    test.store.leave_space(&leaving).await.expect("one may leave");
    test.change(room, &ann, Op::Archive { on: true }).await.expect("the owner's right");
    let stranger = test.outsider("stranger").await;
    for code in [1, 2, 3, 4, 5, 99] {
        assert_eq!(refusal(test.accept(&stranger, code).await), Failure::NotFound, "{code}");
        let seen = test.store.look_at_invite([code; 32], Some(stranger.id), NOW).await.expect("an answer");
        assert_eq!(seen, None, "{code}");
    }
    assert_eq!(test.role(&stranger).await, None);

    test.store.create_invite(&test.invite(&ann, 6)).await.expect("a link");
    assert!(test.store.look_at_invite([6; 32], None, NOW).await.expect("an answer").is_some());
    let ban = LeavingSpace {
        space: test.space.id,
        user: first.clone(),
        by: Some(ann.clone()),
        ban: Some("spam".to_owned()),
        at: NOW,
    };
    test.store.leave_space(&ban).await.expect("the owner's right");
    assert_eq!(refusal(test.accept(&first, 6).await), Failure::NotFound, "banned");
    test.tamper("update space set entry = 'closed'").await;
    assert_eq!(refusal(test.accept(&stranger, 6).await), Failure::NotFound, "closed");
    test.tamper("update space set entry = 'invite'").await;
    test.accept(&stranger, 6).await.expect("a good link");
    assert_eq!(test.uses().await, [0, 0, 1, 0, 0, 1]);
}

async fn a_guest_comes_in_where_guests_may(test: &mut TestStore) {
    let ann = test.person_as("ann", Role::Owner).await;
    test.store.create_invite(&test.invite(&ann, 1)).await.expect("a link");
    test.store.create_invite(&NewInvite { guests: false, ..test.invite(&ann, 2) }).await.expect("a link");
    let guest = |name: &str| User::new(UserId::from_random(random()), name.to_owned());
    let come = async |name: &str, code: u8| {
        test.store.create_invited(&NewAccount::guest(&guest(name), NOW), [code; 32]).await
    };
    assert_eq!(refusal(come("gu", 2).await), Failure::Forbidden);
    come("gu", 1).await.expect("guests may; the name is free after a refusal");
    let gu = test.store.find_user("gu").await.expect("an answer").expect("made");
    assert_eq!(test.role(&gu).await, Some(Role::Guest));
    test.tamper("update space set guests = 0").await;
    assert_eq!(refusal(come("ha", 1).await), Failure::Forbidden);
    assert!(!test.store.look_at_invite([1; 32], None, NOW).await.expect("an answer").expect("a link").guests);
    assert_eq!(test.store.find_user("ha").await.expect("an answer"), None);
}

async fn a_taken_name_uses_nothing_up(test: &mut TestStore) {
    let ann = test.person_as("ann", Role::Owner).await;
    test.store
        .create_invite(&NewInvite { uses_limit: Some(1), ..test.invite(&ann, 1) })
        .await
        .expect("a link");
    let user = User::new(UserId::from_random(random()), "ANN".to_owned());
    let refused = test.store.create_invited(&NewAccount::guest(&user, NOW), [1; 32]).await;
    assert_eq!(refusal(refused), Failure::Taken { field: Field::Name });
    assert_eq!(test.uses().await, [0]);
}

async fn who_may_not_invite_makes_no_link(test: &mut TestStore) {
    let (ann, bo) = (test.person_as("ann", Role::Owner).await, test.person("bo").await);
    let gu = test.person_as("gu", Role::Guest).await;
    let out = test.outsider("out").await;
    let room = test.room(&ann, "one").await;
    let hidden = NewRoom { kind: RoomKind::Private, ..test.new_room(&ann, "hidden") };
    test.store.create_room(&hidden).await.expect("a free name");
    test.change(room, &gu, Op::Join).await.expect("a public room");
    let try_to = async |by: &User, room: Option<RoomId>| {
        let new = NewInvite { room, ..test.invite(by, 1) };
        test.store.create_invite(&new).await
    };
    for (by, room, why) in [
        (&bo, None, Failure::Forbidden),
        (&gu, None, Failure::Forbidden),
        (&out, None, Failure::NotFound),
        (&bo, Some(room), Failure::Forbidden),
        (&gu, Some(room), Failure::Forbidden),
        (&bo, Some(hidden.id), Failure::NotFound),
        (&out, Some(room), Failure::NotFound),
        (&ann, Some(RoomId::from_raw(1)), Failure::NotFound),
    ] {
        assert_eq!(refusal(try_to(by, room).await), why, "{} {room:?}", by.name);
    }
    test.change(room, &ann, Op::Archive { on: true }).await.expect("the owner's right");
    assert_eq!(refusal(try_to(&ann, Some(room)).await), Failure::Archived);
    assert_eq!(test.uses().await, [0_i64; 0]);
}

async fn a_link_is_revoked_by_its_maker_or_who_may_invite(test: &mut TestStore) {
    let (ann, bo, cy) =
        (test.person_as("ann", Role::Owner).await, test.person("bo").await, test.person("cy").await);
    let room = test.room(&ann, "one").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    let links = [1, 2].map(|code| NewInvite { room: Some(room), ..test.invite(&bo, code) });
    for link in &links {
        test.store.create_invite(link).await.expect("a member's right");
    }
    let revoke = async |id: InviteId, by: &User| test.store.revoke_invite(id, Some(by.id), NOW).await;
    assert_eq!(refusal(revoke(links[0].id, &cy).await), Failure::NotFound);
    assert_eq!(refusal(revoke(InviteId::from_raw(1), &ann).await), Failure::NotFound);
    revoke(links[0].id, &bo).await.expect("one's own");
    revoke(links[1].id, &ann).await.expect("the owner's right");
    revoke(links[1].id, &ann).await.expect("twice is once");
    let revoked = test.numbers("select count(*) from audit where action = 'invite_revoked'").await;
    assert_eq!(revoked, [2]);
}

async fn a_list_shows_what_is_for_ones_eyes(test: &mut TestStore) {
    let (ann, bo) = (test.person_as("ann", Role::Moderator).await, test.person("bo").await);
    let hidden = NewRoom { kind: RoomKind::Private, ..test.new_room(&bo, "hidden") };
    test.store.create_room(&hidden).await.expect("a free name");
    let soon = NewInvite { expires_at: Some(NOW + DAY), note: "summer".into(), ..test.invite(&ann, 1) };
    test.store.create_invite(&soon).await.expect("a link");
    test.store
        .create_invite(&NewInvite { room: Some(hidden.id), ..test.invite(&bo, 2) })
        .await
        .expect("a link");
    let list = async |reader: &User, now| {
        test.store.invites(Which::Of(test.space.id), reader.id, now).await.expect("a list")
    };
    let of_ann = list(&ann, NOW).await;
    assert_eq!(of_ann.len(), 2, "who may invite sees all");
    let room =
        |by: &User| of_ann.iter().find(|invite| invite.by.id == by.id).map(|invite| invite.room.clone());
    assert_eq!((room(&ann), room(&bo)), (Some(None), Some(Some(String::new()))), "not what is private");
    let own = list(&bo, NOW).await;
    assert_eq!((own.len(), own[0].room.as_deref(), own[0].state), (1, Some("hidden"), InviteState::Open));
    let later = list(&ann, NOW + DAY).await;
    let first = later.iter().find(|invite| invite.note == "summer").expect("told");
    assert_eq!(first.state, InviteState::Expired);
    assert_eq!(
        refusal(test.store.invites(Which::Of(test.space.id), UserId::from_raw(9), NOW).await),
        Failure::NotFound
    );
}
