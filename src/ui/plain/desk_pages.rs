//! Every page of a space and of the server, for the rules that hold for all plain pages.

use super::*;
use crate::protocol::{
    Account, AccountKind, AuditAct, AuditEntry, AuditId, Ban, Entry, Invite, InviteId, InviteState, Member,
    Members, Mute, Report, ReportId, Role, RoomId, RoomKind, RoomState, Space, SpaceId, User, UserId,
};

fn user(id: i64, name: &str) -> User {
    User::new(UserId::from_raw(id), name.to_owned())
}

fn visit(role: Role) -> Visit {
    let space = Space {
        id: SpaceId::from_raw(1),
        slug: "한 마루".to_owned(),
        name: "<i>한마루".to_owned(),
        glyph: String::new(),
        role: Some(role),
    };
    Visit { me: user(1, "<b>ann"), space, now: 86_400_000 }
}

fn members() -> Members {
    let member = |id, name, role| Member {
        user: user(id, name),
        role,
        is_guest: role == Role::Guest,
        only_rooms: role == Role::Guest,
        joined_at: 0,
    };
    Members {
        members: vec![
            member(1, "<b>ann", Role::Owner),
            member(2, "bo", Role::Guest),
            member(3, "cy", Role::Member),
        ],
        next: Some("cy".to_owned()),
        total: 300,
    }
}

fn room_of(kind: RoomKind, role: Option<Role>, archived: bool) -> RoomState {
    RoomState {
        id: RoomId::from_raw(kind as i64 + 1),
        space: SpaceId::from_raw(1),
        name: if kind.is_direct() { String::new() } else { "<u>여름".to_owned() },
        topic: "<u>".to_owned(),
        kind,
        role,
        head: 9,
        min: 0,
        read: 0,
        unread: 0,
        mentions: 0,
        backs: 0,
        archived,
        people: if kind.is_direct() { vec![user(2, "bo")] } else { Vec::new() },
        slow_s: 7,
        mute: Mute::All,
        here: 2,
        reset: false,
    }
}

fn desk_of(kind: RoomKind, role: Option<Role>, archived: bool) -> RoomDesk {
    RoomDesk {
        visit: visit(role.unwrap_or(Role::Guest)),
        room: room_of(kind, role, archived),
        from_joining: true,
        members: members(),
        is_later: true,
        guests: true,
        made: Some(made()),
    }
}

fn made() -> Made {
    Made { link: "https://maru.example/invite/<u>".to_owned(), qr: Some("<svg></svg>".to_owned()) }
}

fn browse(role: Role, q: &str) -> Browse {
    let listed = |room| Listed { room, members: 2, last_at: 0 };
    let rooms = vec![
        listed(room_of(RoomKind::Public, None, false)),
        listed(room_of(RoomKind::Announcement, Some(Role::Member), false)),
        listed(room_of(RoomKind::Private, Some(Role::Member), true)),
    ];
    let rooms = if q.is_empty() { rooms } else { Vec::new() };
    Browse { visit: visit(role), q: q.to_owned(), rooms }
}

fn ban() -> Ban {
    Ban { user: user(4, "<b>ann"), by: Some(user(1, "bo")), reason: "<u>".to_owned(), at: 0 }
}

fn links() -> Vec<Invite> {
    let states = [InviteState::Open, InviteState::Expired, InviteState::UsedUp, InviteState::Revoked];
    let link = |(at, state): (usize, InviteState)| Invite {
        id: InviteId::from_raw(at as i64),
        room: (at > 0).then(|| "<u>".repeat(at - 1)),
        by: user(2, "bo"),
        guests: true,
        at: 0,
        expires_at: (at < 2).then_some(2 * 86_400_000),
        uses: 1,
        uses_limit: Some(5),
        state,
        note: "<u>".to_owned(),
    };
    states.into_iter().enumerate().map(link).collect()
}

fn told() -> Vec<Report> {
    let report = |id: i64, text: &str, settled| Report {
        id: ReportId::from_raw(id),
        room: RoomId::from_raw(1),
        room_name: text.to_owned(),
        seq: 4,
        author: user(2, "bo"),
        text: text.to_owned(),
        by: user(3, "cy"),
        reason: "<u>".to_owned(),
        at: 0,
        settled,
    };
    vec![report(1, "<u>", None), report(2, "", None), report(3, "", Some((user(1, "ann"), 0)))]
}

fn entries() -> Vec<AuditEntry> {
    let entry = |(at, act): (usize, &AuditAct)| AuditEntry {
        id: AuditId::from_raw(at as i64),
        at: 0,
        by: (at > 0).then(|| user(1, "<b>ann")),
        act: *act,
        user: Some(user(2, "bo")),
        room: Some("<u>".to_owned()),
        detail: "moderator".to_owned(),
    };
    AuditAct::ALL.iter().enumerate().map(entry).collect()
}

fn desk_of_server(recovery: Option<String>) -> ServerDesk {
    let account = |id, kind, is_admin, deactivated_at| Account {
        user: user(id, "<b>ann"),
        kind,
        email: None,
        status: String::new(),
        lang: String::new(),
        zone: String::new(),
        is_admin,
        at: 0,
        deactivated_at,
    };
    let accounts = vec![
        account(1, AccountKind::Account, true, None),
        account(2, AccountKind::Account, false, None),
        account(3, AccountKind::Guest, false, None),
        account(4, AccountKind::Bot, false, Some(0)),
    ];
    let spaces = vec![SpaceRow { space: visit(Role::Owner).space, members: 3, rooms: 1 }];
    let (next, entries) = (Some("ann".to_owned()), entries());
    let (me, q) = (user(1, "ann"), "<u>".to_owned());
    ServerDesk { me, now: 0, q, accounts, next, is_later: true, spaces, recovery, entries }
}

/// Every page of a space and of the server, by what it is.
pub(super) fn all(page: &Page) -> Vec<(&'static str, String)> {
    let visit = || visit(Role::Owner);
    let person =
        |standing| Person { visit: visit(), user: user(2, "bo"), status: "<u>".to_owned(), standing };
    let member = members().members.remove(2);
    let people_of = |role| People {
        visit: self::visit(role),
        q: "<u>".to_owned(),
        members: members(),
        is_later: true,
        bans: vec![ban()],
    };
    let room_page = |kind, role, archived| room(page, &desk_of(kind, role, archived));
    let record = Record { visit: visit(), entries: entries(), next: Some("1".to_owned()), is_later: true };
    let telling = Telling {
        visit: visit(),
        room: room_of(RoomKind::Public, None, false),
        seq: 4,
        author: "<b>ann".to_owned(),
        text: "<u>".to_owned(),
    };
    let told_page = Page { done: Some("/api/report".to_owned()), ..page.clone() };
    let space_desk =
        |role| SpaceDesk { visit: self::visit(role), entry: Entry::Open, door: None, guests: true };
    vec![
        ("rooms", rooms(page, &browse(Role::Owner, ""))),
        ("no rooms, to a guest", rooms(page, &browse(Role::Guest, "<u>"))),
        ("room, to its owner", room_page(RoomKind::Public, Some(Role::Owner), false)),
        ("private room, to its owner", room_page(RoomKind::Private, Some(Role::Owner), false)),
        ("archived room, to its owner", room_page(RoomKind::Announcement, Some(Role::Owner), true)),
        ("room, to a member", room_page(RoomKind::Public, Some(Role::Member), false)),
        ("room, to who is not in it", room_page(RoomKind::Public, None, false)),
        ("direct room", room_page(RoomKind::Group, Some(Role::Member), false)),
        ("people", people(page, &people_of(Role::Owner))),
        ("people, to a member", people(page, &people_of(Role::Member))),
        ("person", super::person(page, &person(Standing::In(member)))),
        ("banned person", super::person(page, &person(Standing::Banned(ban())))),
        (
            "whom to write to",
            direct(
                page,
                &Direct {
                    visit: visit(),
                    chosen: "bo, <u>".to_owned(),
                    q: String::new(),
                    members: members(),
                },
            ),
        ),
        (
            "invitations",
            invites(page, &Invites { visit: visit(), links: links(), guests: true, made: Some(made()) }),
        ),
        ("reports", reports(page, &Reports { visit: visit(), all: true, reports: told() })),
        ("no reports", reports(page, &Reports { visit: visit(), all: false, reports: Vec::new() })),
        ("telling", tell(page, &telling)),
        ("told", tell(&told_page, &telling)),
        ("record", audit(page, &record)),
        ("space", space(page, &space_desk(Role::Owner))),
        ("space, to a guest", space(page, &space_desk(Role::Guest))),
        ("server", server(page, &desk_of_server(Some("https://maru.example/recover/x".to_owned())))),
    ]
}

/// The functions that a page's forms call.
fn called(html: &str) -> Vec<&str> {
    let mut all: Vec<&str> =
        html.split(" action=\"/api/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[test]
fn what_one_may_not_do_is_not_there() {
    let page = super::tests::page(crate::client::wording::Lang::En);
    let room_page = |role, archived| room(&page, &desk_of(RoomKind::Public, role, archived));
    assert_eq!(called(&room_page(None, false)), ["join_room"]);
    assert_eq!(called(&room_page(Some(Role::Guest), false)), ["leave_room", "set_mute"]);
    let member = ["add_to_room", "create_invite", "leave_room", "rename_room", "set_mute", "set_topic"];
    assert_eq!(called(&room_page(Some(Role::Member), false)), member);
    let html = room_page(Some(Role::Moderator), false);
    assert!(html.contains("/api/remove_from_room") && html.contains("/api/set_slow"), "{html}");
    assert!(!html.contains("/api/configure_room") && !html.contains("/api/archive_room"), "{html}");
    let archived = ["archive_room", "leave_room", "set_mute"];
    assert_eq!(called(&room_page(Some(Role::Owner), true)), archived);
    let settings =
        |role| SpaceDesk { visit: visit(role), entry: Entry::Open, door: Some(Role::Guest), guests: false };
    assert_eq!(called(&space(&page, &settings(Role::Moderator))), ["leave_space"]);
    assert_eq!(called(&space(&page, &settings(Role::Owner))), ["edit_space", "leave_space"]);
    let guest = rooms(&page, &browse(Role::Guest, ""));
    assert_eq!(called(&guest), ["join_room"]);
    assert!(!guest.contains("/-/people") && !guest.contains("/-/audit"), "{guest}");
    let owner = rooms(&page, &browse(Role::Owner, ""));
    assert!(owner.contains("/-/people") && owner.contains("/-/audit"), "{owner}");
}

#[test]
fn nobody_is_asked_to_ban_an_equal_or_oneself() {
    let page = super::tests::page(crate::client::wording::Lang::Ko);
    let html = |me: Role, id: i64, role: Role| {
        let member = Member { user: user(id, "bo"), role, ..members().members.remove(0) };
        let standing = Standing::In(member);
        let of = Person { visit: visit(me), user: user(id, "bo"), status: String::new(), standing };
        super::person(&page, &of)
    };
    assert!(html(Role::Moderator, 2, Role::Member).contains("/api/ban"));
    assert!(!html(Role::Moderator, 2, Role::Moderator).contains("/api/ban"));
    assert!(!html(Role::Member, 2, Role::Guest).contains("/api/ban"));
    assert!(!html(Role::Owner, 1, Role::Owner).contains("/api/ban"));
    assert!(html(Role::Owner, 2, Role::Owner).contains("/api/set_space_role"));
}

#[test]
fn what_asks_before_it_acts_stays_open_when_it_is_refused() {
    let page = super::tests::page(crate::client::wording::Lang::En);
    let person_page = |page: &Page| {
        let standing = Standing::In(members().members.remove(2));
        let of = Person { visit: visit(Role::Owner), user: user(3, "cy"), status: String::new(), standing };
        super::person(page, &of)
    };
    assert!(!person_page(&page).contains("<details class=\"ask\" open"));
    let typed =
        vec![("reason".to_owned(), "loud".to_owned()), ("delete_messages".to_owned(), "true".to_owned())];
    let failure = crate::protocol::Failure::Forbidden;
    let refused = Some(Refused { by: "/api/ban".to_owned(), failure, typed });
    let html = person_page(&Page { refused, ..page });
    assert!(html.contains("<details class=\"ask\" open"), "{html}");
    assert!(html.contains("value=\"loud\"") && html.contains("role=\"alert\""), "{html}");
    assert!(html.contains("checked"), "{html}");
}
