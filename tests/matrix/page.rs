//! docs/permissions.md is printed from the table that decides.

use maru::protocol::{KINDS, ROOM_ACTS, Role, RoomAct, SERVER_ACTS, SPACE_ACTS, ServerAct, SpaceAct};
use std::{fmt::Write, fs, path::Path};

/// Everything before the tables.
const HEAD: &str = "# Who may do what

This page is printed from the table that decides, `src/protocol/permit.rs`, and a test holds the two equal. Pages, \
calls, sockets and the command line ask that one table; another test tries all of it on the running program, for \
everybody from a stranger to the owner.

Roles are, from least to greatest: **guest** (came in with a name alone, or by a link to one room), **member**, \
**moderator**, **owner**. Each may do what the ones before may. One has a role in each space that one belongs to, and \
one in each room that one is in.

* **What counts in a room** is the role in that room. In public and announcement rooms, moderators and owners of the \
space count as such in the room as well, once they are in it. In private rooms and conversations they do not: what \
is said there is for those who are in it.
* **What one may not see is not there.** A private room, a space that one does not belong to, a message in either: the \
answer is the same, to the byte, as for something that never was. Where one is in a room and may not do this with it, \
the answer says so; who sees a public room from outside can read it and join it, and has no part in it before.
* **Nobody acts on a greater or an equal**: a moderator sends out members and guests; owners may act on owners. A \
space always keeps an owner, and so does a private room in which there are people.
* **A guest who came by a link to a room** sees the rooms that they were let into, and no others.
* **Who runs the server** makes spaces and helps with accounts. That gives no way into any space or room over the web; \
but whoever has the disk can read it ([security.md](security.md)).
* **A program with a token** is a person like others: it may what its account may.
";

fn role(role: Role) -> &'static str {
    match role {
        Role::Guest => "guest",
        Role::Member => "member",
        Role::Moderator => "moderator",
        Role::Owner => "owner",
    }
}

fn room_act(act: RoomAct) -> &'static str {
    match act {
        RoomAct::Read => "See that it is there, and read it",
        RoomAct::Join => "Come in without being asked",
        RoomAct::Leave => "Go out for good",
        RoomAct::Send => "Say something",
        RoomAct::Amend => "React; edit or delete a message of one's own",
        RoomAct::CallAll => "Call everybody at once (`@everyone`, `@here`)",
        RoomAct::DeleteOthers => "Delete a message of somebody else",
        RoomAct::Report => "Report a message to the moderators",
        RoomAct::Rename => "Change its name or topic",
        RoomAct::Invite => "Bring people in, and make links that do",
        RoomAct::Remove => "Send somebody of a lesser role out",
        RoomAct::SlowDown => "Say how fast one may talk (slow mode)",
        RoomAct::Configure => "Give roles, change its kind and what newcomers see",
        RoomAct::Archive => "Archive it, and restore it",
    }
}

fn space_act(act: SpaceAct) -> &'static str {
    match act {
        SpaceAct::See => "See that it is there, and its public rooms",
        SpaceAct::ListPeople => "See who belongs to it",
        SpaceAct::StartDirect => "Write to somebody alone, or to a few",
        SpaceAct::CreateRoom => "Make a public or private room",
        SpaceAct::CreateAnnouncement => "Make an announcement room",
        SpaceAct::Invite => "Bring people in, and make links that do",
        SpaceAct::HandleReports => "See what was reported, and settle it",
        SpaceAct::Ban => "Ban somebody of a lesser role, and let them in again",
        SpaceAct::ReadAudit => "Read the record of what was done to keep order",
        SpaceAct::Configure => "Change its name, its sign, and who may come in",
        SpaceAct::GiveRoles => "Give roles",
    }
}

fn server_act(act: ServerAct) -> &'static str {
    match act {
        ServerAct::CreateSpace => "Make a space",
        ServerAct::ManageAccounts => "See every account, help who is locked out, take accounts out of use",
    }
}

fn print() -> String {
    let mut page = HEAD.to_owned();
    let mut line = |text: String| writeln!(page, "{text}").expect("a text takes it");
    line(
        "\n## In a room\n\nThe least role that each takes, by the kind of room; – where nobody may.\n"
            .to_owned(),
    );
    line(format!("| |{}", KINDS.map(|kind| format!(" {} |", kind.word())).concat()));
    line(format!("|---|{}", "---|".repeat(KINDS.len())));
    for (act, least) in ROOM_ACTS {
        let least = least.map(|least| format!(" {} |", least.map_or("–", role)));
        line(format!("| {} |{}", room_act(act), least.concat()));
    }
    line(
        "\nTo read, to join and to report in a public or announcement room it is the role in the space that counts."
            .to_owned(),
    );
    line("\n## In a space\n\n| | the least role |\n|---|---|".to_owned());
    for (act, least) in SPACE_ACTS {
        line(format!("| {} | {} |", space_act(act), role(least)));
    }
    line("\n## On the server\n\nFor those who run it (`maru user admin`, or the settings page of the server):\n".to_owned());
    for act in SERVER_ACTS {
        line(format!("* {}", server_act(act)));
    }
    page
}

#[test]
fn the_page_about_permissions_says_what_the_table_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/permissions.md");
    let printed = print();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, &printed).expect("the page can be written");
    }
    let page = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        page == printed,
        "docs/permissions.md is old: UPDATE=1 cargo test --features ssr,faults --test server permissions"
    );
}
