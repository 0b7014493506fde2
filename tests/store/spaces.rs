//! What spaces and rooms are like, who belongs to them, and direct rooms.

use super::*;
use maru::protocol::{Mute, RoomKind};
use maru::server::store::{History, LeavingSpace, NewDirect};
use std::collections::BTreeSet;

on_both_engines![
    one_room_for_each_set_of_people,
    eight_who_open_the_same_direct_room_find_one,
    a_direct_room_brings_back_who_left_and_nobody_else,
    only_people_of_the_space_are_written_to,
    a_space_is_never_without_an_owner,
    of_two_owners_who_leave_at_once_one_stays,
    a_ban_empties_every_room_and_can_be_lifted,
    who_left_can_still_be_kept_out,
    what_was_said_in_private_stays_private,
    a_slow_room_asks_members_to_wait,
    what_a_banned_person_said_goes_piece_by_piece,
    ten_thousand_members_are_told_a_page_at_a_time,
    a_room_is_muted_by_each_for_themselves,
];

impl TestStore {
    pub(super) async fn direct(&self, by: &User, others: &[&User]) -> Result<(RoomId, Vec<Event>)> {
        let others = others.iter().map(|user| user.id).collect();
        let (id, space) = (RoomId::from_random(random()), self.space.id);
        self.store.direct(&NewDirect { id, space, by: by.clone(), others, at: NOW }).await
    }

    async fn leave(&self, user: &User, by: Option<&User>, ban: Option<&str>) -> Result<Vec<(RoomId, Event)>> {
        let (user, by, ban) = (user.clone(), by.cloned(), ban.map(str::to_owned));
        self.store.leave_space(&LeavingSpace { space: self.space.id, user, by, ban, at: NOW }).await
    }
}

async fn one_room_for_each_set_of_people(test: &mut TestStore) {
    let (ann, bo, cy) = (test.person("ann").await, test.person("bo").await, test.person("cy").await);
    let (two, events) = test.direct(&ann, &[&bo]).await.expect("a member's right");
    let ops: Vec<_> = events.iter().map(|event| (event.seq, event.by, event.op.clone())).collect();
    let added = Op::Added { by: "ann".into() };
    assert_eq!(
        ops,
        [(1, ann.id, Op::Create { name: String::new() }), (2, ann.id, Op::Join), (3, bo.id, added)]
    );
    for again in [test.direct(&bo, &[&ann]).await, test.direct(&ann, &[&bo, &ann, &bo]).await] {
        assert_eq!(again.expect("a member's right"), (two, Vec::new()));
    }
    let (three, _) = test.direct(&cy, &[&ann, &bo]).await.expect("a member's right");
    assert_ne!(two, three);
    let kind =
        async |room| test.store.find_room_state(room, ann.id).await.expect("an answer").expect("there");
    let (pair, group) = (kind(two).await, kind(three).await);
    assert_eq!((pair.kind, pair.title().as_str()), (RoomKind::Direct, "bo"));
    assert_eq!((group.kind, group.title().as_str()), (RoomKind::Group, "bo, cy"));
    assert_eq!(test.store.find_room_state(two, cy.id).await.expect("an answer"), None);
    test.say(two, &bo, "hello").await;
}

async fn eight_who_open_the_same_direct_room_find_one(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let mut racers = Vec::new();
    for n in 0..8 {
        let (by, other) = if n % 2 == 0 { (&ann, &bo) } else { (&bo, &ann) };
        let (id, space) = (RoomId::from_random(random()), test.space.id);
        let new = NewDirect { id, space, by: by.clone(), others: vec![other.id], at: NOW };
        let store = test.store.clone();
        racers.push(tokio::spawn(async move { store.direct(&new).await }));
    }
    let mut found = BTreeSet::new();
    for racer in racers {
        found.insert(racer.await.expect("a racer ends well").expect("a member's right").0);
    }
    assert_eq!(found.len(), 1);
    assert_eq!(seqs(&test.log(*found.first().expect("one"), &ann).await), [1, 2, 3]);
}

async fn a_direct_room_brings_back_who_left_and_nobody_else(test: &mut TestStore) {
    let (ann, bo, cy) = (test.person("ann").await, test.person("bo").await, test.person("cy").await);
    let (room, _) = test.direct(&ann, &[&bo, &cy]).await.expect("a member's right");
    test.change(room, &bo, Op::Leave).await.expect("one may leave").expect("an event");
    let (again, events) = test.direct(&ann, &[&bo, &cy]).await.expect("a member's right");
    assert_eq!((again, events.len(), events[0].by), (room, 1, bo.id));
    let (pair, _) = test.direct(&ann, &[&bo]).await.expect("a member's right");
    assert_eq!(refusal(test.change(pair, &bo, Op::Leave).await), Failure::Forbidden, "two stay two");
}

async fn only_people_of_the_space_are_written_to(test: &mut TestStore) {
    let (ann, gu) = (test.person("ann").await, test.person_as("gu", Role::Guest).await);
    let out = test.outsider("out").await;
    assert_eq!(refusal(test.direct(&ann, &[&out]).await), Failure::NotFound);
    assert_eq!(refusal(test.direct(&out, &[&ann]).await), Failure::NotFound);
    assert_eq!(refusal(test.direct(&gu, &[&ann]).await), Failure::Forbidden);
    test.direct(&ann, &[&gu]).await.expect("a member's right");
    assert_eq!(test.numbers("select count(*) from room").await, [1]);
}

async fn a_space_is_never_without_an_owner(test: &mut TestStore) {
    let (ann, bo) = (test.person_as("ann", Role::Owner).await, test.person("bo").await);
    let set = async |by: &User, of: &User, role| {
        test.store.set_space_role(test.space.id, Some(by.id), of.id, role, NOW).await
    };
    assert_eq!(refusal(test.leave(&ann, None, None).await), Failure::LastOwner);
    assert_eq!(refusal(set(&ann, &ann, Role::Member).await), Failure::LastOwner);
    assert_eq!(refusal(set(&bo, &bo, Role::Owner).await), Failure::Forbidden);
    assert_eq!(
        refusal(test.leave(&ann, Some(&ann), Some("")).await),
        Failure::Forbidden,
        "nobody bans themselves"
    );
    assert!(set(&ann, &bo, Role::Owner).await.expect("the owner's right"));
    assert!(!set(&ann, &bo, Role::Owner).await.expect("as it is"));
    assert!(set(&bo, &ann, Role::Guest).await.expect("an owner may of an owner"));
    assert_eq!(refusal(test.leave(&bo, None, None).await), Failure::LastOwner);
}

async fn of_two_owners_who_leave_at_once_one_stays(test: &mut TestStore) {
    let (ann, bo) = (test.person_as("ann", Role::Owner).await, test.person_as("bo", Role::Owner).await);
    let leaving = [&ann, &bo].map(|user| {
        let (store, space, user) = (test.store.clone(), test.space.id, user.clone());
        tokio::spawn(async move {
            store.leave_space(&LeavingSpace { space, user, by: None, ban: None, at: NOW }).await.is_ok()
        })
    });
    let mut left = 0;
    for one in leaving {
        left += usize::from(one.await.expect("it ends well"));
    }
    assert_eq!(left, 1);
    assert_eq!(test.numbers("select count(*) from space_member where role = 40").await, [1]);
}

async fn a_ban_empties_every_room_and_can_be_lifted(test: &mut TestStore) {
    let (ann, bo) = (test.person_as("ann", Role::Owner).await, test.person("bo").await);
    let vi = test.person_as("vi", Role::Moderator).await;
    let (one, two) = (test.room(&ann, "one").await, test.room(&bo, "two").await);
    test.change(one, &bo, Op::Join).await.expect("a public room");
    assert_eq!(refusal(test.leave(&ann, Some(&vi), Some("")).await), Failure::Forbidden, "an owner");
    assert_eq!(refusal(test.leave(&vi, Some(&bo), Some("")).await), Failure::Forbidden, "by a member");
    let events = test.leave(&bo, Some(&vi), Some("rude")).await.expect("a moderator's right");
    let rooms: BTreeSet<RoomId> = events.iter().map(|(room, _)| *room).collect();
    assert_eq!(rooms, BTreeSet::from([one, two]));
    assert!(events.iter().all(|(_, event)| event.op == Op::Removed { by: "vi".into() } && event.by == bo.id));
    assert_eq!(refusal(test.store.events_before(one, bo.id, 9, 9).await), Failure::NotFound);
    assert_eq!(refusal(test.act(one, &bo, Op::said("hi")).await.map_err(Error::from)), Failure::NotFound);
    assert!(!test.store.add_member(test.space.id, bo.id, Role::Member, NOW).await.expect("an answer"));
    let bans = test.store.bans(test.space.id, vi.id).await.expect("a moderator's right");
    assert_eq!((bans.len(), &bans[0].user, bans[0].reason.as_str()), (1, &bo, "rude"));
    assert_eq!(refusal(test.store.bans(test.space.id, bo.id).await), Failure::NotFound);
    test.store.unban(test.space.id, Some(vi.id), bo.id, NOW).await.expect("a moderator's right");
    assert_eq!(refusal(test.store.unban(test.space.id, Some(vi.id), bo.id, NOW).await), Failure::NotFound);
    assert!(test.store.add_member(test.space.id, bo.id, Role::Member, NOW).await.expect("an answer"));
}

async fn who_left_can_still_be_kept_out(test: &mut TestStore) {
    let (ann, bo) = (test.person_as("ann", Role::Owner).await, test.person("bo").await);
    let never_here = test.outsider("never").await;
    test.room(&bo, "one").await;
    let ban = async |by: &User, user: &User| {
        test.store.ban_absent(test.space.id, by.id, user.id, "spam", NOW).await
    };
    assert_eq!(refusal(ban(&ann, &bo).await), Failure::NotFound, "who is here is banned otherwise");
    test.leave(&bo, None, None).await.expect("one may leave");
    assert_eq!(refusal(ban(&ann, &never_here).await), Failure::NotFound);
    ban(&ann, &bo).await.expect("the owner's right");
    assert!(!test.store.add_member(test.space.id, bo.id, Role::Member, NOW).await.expect("an answer"));
}

async fn what_was_said_in_private_stays_private(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    let configure =
        async |by: &User, kind, history| test.store.configure_room(room, by.id, kind, history, NOW).await;
    assert_eq!(refusal(configure(&bo, Some(RoomKind::Private), None).await), Failure::NotFound);
    test.change(room, &bo, Op::Join).await.expect("a public room");
    assert_eq!(refusal(configure(&bo, Some(RoomKind::Private), None).await), Failure::Forbidden);
    assert_eq!(refusal(configure(&ann, Some(RoomKind::Direct), None).await), Failure::Forbidden);
    configure(&ann, Some(RoomKind::Announcement), None).await.expect("the owner's right");
    configure(&ann, Some(RoomKind::Private), Some(History::Joined)).await.expect("the owner's right");
    for kind in [RoomKind::Public, RoomKind::Announcement] {
        assert_eq!(refusal(configure(&ann, Some(kind), None).await), Failure::Forbidden);
    }
    assert_eq!(test.store.history_of(room).await.expect("an answer"), Some(History::Joined));
    let said = test.say(room, &ann, "before").await;
    let cy = test.person("cy").await;
    let (whom, op) = (Some(cy.id), Op::Added { by: "ann".into() });
    let add = Change { room, by: ann.clone(), at: NOW, whom, op };
    test.store.change(&add).await.expect("the owner's right");
    assert!(test.log(room, &cy).await.iter().all(|event| event.seq > said), "newcomers see what comes");
}

async fn a_slow_room_asks_members_to_wait(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    assert_eq!(refusal(test.store.set_slow(room, bo.id, 30, NOW).await), Failure::Forbidden);
    test.store.set_slow(room, ann.id, 30, NOW).await.expect("the owner's right");
    let say = async |by: &User, at: u64| {
        let draft = Draft { nonce: nonce(), room, op: Op::said("hi") };
        test.store
            .append(&[Append { by: by.clone(), draft, at }])
            .await
            .expect("a batch")
            .pop()
            .expect("an answer")
    };
    say(&bo, NOW).await.expect("the first");
    assert_eq!(refusal(say(&bo, NOW + 1_000).await), Failure::RateLimited { retry_ms: 29_000 });
    say(&ann, NOW + 1_000).await.expect("who keeps order");
    say(&ann, NOW + 1_001).await.expect("who keeps order");
    say(&bo, NOW + 30_000).await.expect("in time");
    test.store.set_slow(room, ann.id, 0, NOW).await.expect("the owner's right");
    say(&bo, NOW + 30_001).await.expect("as fast as one likes");
}

async fn what_a_banned_person_said_goes_piece_by_piece(test: &mut TestStore) {
    let (ann, bo) = (test.person_as("ann", Role::Owner).await, test.person("bo").await);
    let (one, two) = (test.room(&bo, "one").await, test.room(&bo, "two").await);
    let hidden = NewRoom { kind: RoomKind::Private, ..test.new_room(&bo, "hidden") };
    test.store.create_room(&hidden).await.expect("a free name");
    let batch: Vec<Append> = (0..150).map(|n| draft(one, &bo, &format!("{n}"))).collect();
    test.store.append(&batch).await.expect("a batch");
    test.say(two, &bo, "two").await;
    test.change(two, &ann, Op::Join).await.expect("a public room");
    test.say(two, &ann, "mine").await;
    test.say(hidden.id, &bo, "private").await;
    let (mut pieces, mut deleted) = (0, 0);
    while let Some((_, events)) =
        test.store.delete_some_of(test.space.id, bo.id, &ann, NOW + 1).await.expect("a piece")
    {
        pieces += 1;
        deleted += events.len();
        assert!(events.iter().all(|event| matches!(event.op, Op::Delete { .. }) && event.by == ann.id));
    }
    assert_eq!((pieces, deleted), (3, 151));
    let left = test.numbers("select count(*) from message where gone_at is null").await;
    assert_eq!(left, [2], "what others said, and what is not for everybody");
    assert_eq!(seqs(&test.log(one, &bo).await), Vec::from_iter(1..=302), "no gaps");
}

async fn ten_thousand_members_are_told_a_page_at_a_time(test: &mut TestStore) {
    let (ann, gu) = (test.person("ann").await, test.person_as("gu", Role::Guest).await);
    let numbers = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000)";
    test.tamper(&format!(
        "insert into app_user (id, kind, name, name_folded, created_at)
         {numbers} select i, 'account', 'm' || i, 'm' || i, 1 from n;
         insert into space_member (space_id, user_id, role, joined_at)
         {numbers} select {}, i, 20, 1 from n;",
        test.space.id.raw()
    ))
    .await;
    let (mut after, mut names, mut pages) = (String::new(), BTreeSet::new(), 0);
    loop {
        let page =
            test.store.members_of_space(test.space.id, ann.id, "", &after, 1_000).await.expect("a page");
        assert_eq!(page.total, 10_002);
        pages += 1;
        names.extend(page.members.into_iter().map(|member| member.user.name));
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!((names.len(), pages), (10_002, 11));
    let some = test.store.members_of_space(test.space.id, ann.id, "M77", "m776", 3).await.expect("a page");
    let names: Vec<&str> = some.members.iter().map(|member| member.user.name.as_str()).collect();
    assert_eq!((names, some.total), (vec!["m7760", "m7761", "m7762"], 111));
    let refused = test.store.members_of_space(test.space.id, gu.id, "", "", 10).await;
    assert_eq!(refusal(refused), Failure::Forbidden);
    let found = test.store.find_member(test.space.id, "M777").await.expect("an answer").expect("there");
    assert_eq!((found.user.name.as_str(), found.role, found.is_guest), ("m777", Role::Member, false));
}

async fn a_room_is_muted_by_each_for_themselves(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    assert_eq!(refusal(test.store.set_mute(room, bo.id, Mute::Nothing).await), Failure::NotFound);
    test.change(room, &bo, Op::Join).await.expect("a public room");
    test.store.set_mute(room, bo.id, Mute::Mentions).await.expect("one's own");
    let mute = async |user: &User| {
        test.store.find_room_state(room, user.id).await.expect("an answer").expect("there").mute
    };
    assert_eq!((mute(&ann).await, mute(&bo).await), (Mute::All, Mute::Mentions));
}
