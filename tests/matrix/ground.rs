//! The ground on which the table is tried: for each of its lines a space of its own with a room of every kind,
//! and everybody who may come by.

use crate::kit::{Person, Reply, Socket, TestServer};
use maru::protocol::{KINDS, Role, RoomId, RoomKind, SpaceId, UserId};
use maru::server::store::{Location, Store};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use std::fmt::Write;

/// Everybody there is, as seen from a space: in this order they try, so that who may most comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Has not come in.
    Stranger,
    /// Belongs to another space.
    Elsewhere,
    /// Was sent out of the space and all its rooms.
    Former,
    /// Runs the server, and does not belong to the space.
    Admin,
    /// Belongs to the space, and is in none of the rooms.
    Beside,
    /// Came by a link to single rooms, none of these.
    OnlyRooms,
    /// Has a name alone.
    Guest,
    /// A program, as a member.
    Bot,
    /// Belongs to the space and to the rooms.
    Member,
    /// Keeps order in both.
    Moderator,
    /// Owns both.
    Owner,
}

/// All of them.
pub const WHO: [Who; 11] = [
    Who::Stranger,
    Who::Elsewhere,
    Who::Former,
    Who::Admin,
    Who::Beside,
    Who::OnlyRooms,
    Who::Guest,
    Who::Bot,
    Who::Member,
    Who::Moderator,
    Who::Owner,
];

impl Who {
    /// The role in the space.
    pub fn space_role(self) -> Option<Role> {
        match self {
            Self::Stranger | Self::Elsewhere | Self::Former | Self::Admin => None,
            Self::OnlyRooms | Self::Guest => Some(Role::Guest),
            Self::Beside | Self::Bot | Self::Member => Some(Role::Member),
            Self::Moderator => Some(Role::Moderator),
            Self::Owner => Some(Role::Owner),
        }
    }

    /// The role in each of the rooms.
    pub fn room_role(self) -> Option<Role> {
        if matches!(self, Self::Beside | Self::OnlyRooms) { None } else { self.space_role() }
    }

    fn place(self) -> usize {
        WHO.iter().position(|who| *who == self).expect("one of all")
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Guest | Self::OnlyRooms => "guest",
            Self::Bot => "bot",
            _ => "account",
        }
    }
}

/// A space, its rooms, and its people; made of its number alone.
pub struct Plot {
    number: usize,
    /// Its space.
    pub space: SpaceId,
}

impl Plot {
    fn new(number: usize) -> Self {
        Self { number, space: SpaceId::from_raw((number as i64 + 1) * 1_000) }
    }

    /// What its space is called in addresses.
    pub fn slug(&self) -> String {
        format!("space{}", self.number)
    }

    /// Its room of a kind.
    pub fn room(&self, kind: RoomKind) -> RoomId {
        let place = KINDS.iter().position(|known| *known == kind).expect("a known kind");
        RoomId::from_raw(self.space.raw() + place as i64)
    }

    fn id(&self, at: i64) -> UserId {
        UserId::from_raw(self.space.raw() + at)
    }

    fn user(&self, who: Who) -> UserId {
        self.id(100 + who.place() as i64)
    }

    /// Somebody in the space and its rooms, for each of them somebody else.
    fn victim(&self, who: Who) -> UserId {
        self.id(200 + who.place() as i64)
    }

    /// Somebody in the space and in none of its rooms.
    fn newcomer(&self, who: Who) -> UserId {
        self.id(300 + who.place() as i64)
    }

    /// Somebody who may not come into the space any more.
    fn banned(&self, who: Who) -> UserId {
        self.id(400 + who.place() as i64)
    }

    fn name(&self, id: UserId) -> String {
        format!("p{}", id.raw())
    }

    fn token(&self, who: Who) -> String {
        let secret = format!("{:064x}", self.user(who).raw());
        if who == Who::Bot { format!("maru_{secret}") } else { secret }
    }

    fn code(&self, who: Who) -> String {
        format!("code{:020x}", self.user(who).raw())
    }

    /// Puts what is meant for `{…}` in a line.
    pub fn fill(&self, line: &str, who: Who, kind: RoomKind) -> String {
        let place = who.place();
        let filled = line
            .replace("{space}", &self.slug())
            .replace("{space_id}", &self.space.to_string())
            .replace("{room}", &self.room(kind).to_string())
            .replace("{user}", &self.victim(who).to_string())
            .replace("{user_name}", &self.name(self.victim(who)))
            .replace("{newcomer}", &self.newcomer(who).to_string())
            .replace("{self}", &self.user(who).to_string())
            .replace("{word}", &format!("w{}x{place}", self.room(kind).raw()))
            .replace("{message}", &(2 + 2 * place).to_string())
            .replace("{own}", &(3 + 2 * place).to_string())
            .replace("{banned}", &self.banned(who).to_string())
            .replace("{password}", "otter plays the drum")
            .replace("{code}", &self.code(who));
        let thing = self.user(who).raw();
        filled.replace("{invite}", &format!("i_{thing:016x}")).replace("{report}", &format!("x_{thing:016x}"))
    }

    /// The rows of all this. Nobody checks permissions here: that is what is to be tried.
    fn rows(&self, out: &mut String) {
        let space = self.space.raw();
        let mut row = |text: String| writeln!(out, "insert into {text};").expect("a text takes it");
        row(format!(
            "space (id, slug, name, created_at, entry) values ({space}, 'space{0}', 'Space {0}', 1, 'invite')",
            self.number
        ));
        let people = WHO.into_iter().filter(|who| *who != Who::Stranger);
        for who in people.clone() {
            let others = [self.victim(who), self.newcomer(who), self.banned(who)];
            for (id, kind) in
                others.map(|id| (id, "account")).into_iter().chain([(self.user(who), who.kind())])
            {
                let (raw, name) = (id.raw(), self.name(id));
                let is_admin = i64::from(who == Who::Admin && id == self.user(who));
                row(format!(
                    "app_user (id, kind, name, name_folded, skeleton, created_at, is_admin, face)
                     values ({raw}, '{kind}', '{name}', '{name}', '{name}', 1, {is_admin}, 1)"
                ));
                row(format!("face (user_id, picture) values ({raw}, x'00')"));
            }
            let hash = hash(&self.token(who));
            let (user, kind) = (self.user(who).raw(), if who == Who::Bot { "token" } else { "cookie" });
            row(format!(
                "session (token_hash, user_id, created_at, seen_at, expires_at, agent, kind) values (x'{hash}', {user}, {NOW}, {NOW}, 9000000000000, '', '{kind}')"
            ));
            let mut member = |user: UserId, role: Role, only_rooms: bool| {
                let (user, role, only_rooms) = (user.raw(), rank(role), i64::from(only_rooms));
                row(format!(
                    "space_member (space_id, user_id, role, joined_at, only_rooms) values ({space}, {user}, {role}, 1, {only_rooms})"
                ));
            };
            for user in [self.victim(who), self.newcomer(who)] {
                member(user, Role::Member, false);
            }
            if let Some(role) = who.space_role() {
                member(self.user(who), role, who == Who::OnlyRooms);
            }
        }
        self.rows_of_elsewhere(&mut row);
        let owner = self.user(Who::Owner).raw();
        for banned in people.map(|who| self.banned(who)).chain([self.user(Who::Former)]) {
            let banned = banned.raw();
            row(format!(
                "space_ban (space_id, user_id, by_id, reason, at) values ({space}, {banned}, {owner}, '', 1)"
            ));
        }
        for kind in KINDS {
            self.room_rows(kind, &mut row);
        }
        for who in WHO {
            let (id, code, by) = (self.user(who).raw(), hash(&self.code(who)), self.victim(Who::Owner).raw());
            row(format!(
                "invite (id, code_hash, space_id, by_id, guests, created_at)
                 values ({id}, x'{code}', {space}, {owner}, 1, 1)"
            ));
            let (room, seq) = (self.room(RoomKind::Public).raw(), 2 + 2 * who.place());
            row(format!(
                "report (id, space_id, room_id, seq, by_id, reason, at)
                 values ({id}, {space}, {room}, {seq}, {by}, '', 1)"
            ));
        }
    }

    /// Another space with a room of its own, for those who have no place in this one.
    fn rows_of_elsewhere(&self, row: &mut impl FnMut(String)) {
        let (space, room) = (self.space.raw() + 500, self.space.raw() + 510);
        row(format!(
            "space (id, slug, name, created_at) values ({space}, 'other{0}', 'Other {0}', 1)",
            self.number
        ));
        row(format!(
            "room (id, space_id, name, name_folded, topic, kind, last_seq, last_at, created_at)
             values ({room}, {space}, 'other', 'other', '', 'public', 0, 1, 1)"
        ));
        for who in [Who::Elsewhere, Who::Former, Who::Admin] {
            let user = self.user(who).raw();
            row(format!("space_member (space_id, user_id, role, joined_at) values ({space}, {user}, 40, 1)"));
        }
    }

    fn room_rows(&self, kind: RoomKind, row: &mut impl FnMut(String)) {
        let (room, space, word) = (self.room(kind).raw(), self.space.raw(), kind.word());
        let (last, said, owner) = (2 * WHO.len() + 1, 2 * WHO.len(), self.user(Who::Owner).raw());
        let party = if kind.is_direct() { format!("'[{owner},{room}]'") } else { "null".to_owned() };
        row(format!(
            "room (id, space_id, name, name_folded, topic, kind, last_seq, last_at, created_by, created_at, said, party) values ({room}, {space}, '{word}', '{word}', '', '{word}', {last}, 1, {owner}, 1, {said}, {party})"
        ));
        let created = format!(r#"{{"kind":"create","name":"{word}"}}"#);
        row(format!(
            "event (room_id, seq, at, user_id, kind, body, said) values ({room}, 1, 1, {owner}, 'create', '{created}', 0)"
        ));
        for who in WHO {
            let members = [
                who.room_role().map(|role| (self.user(who), role)),
                (who != Who::Stranger).then_some((self.victim(who), Role::Member)),
            ];
            for (user, role) in members.into_iter().flatten() {
                let (user, role) = (user.raw(), rank(role));
                row(format!(
                    "room_member (room_id, user_id, role, min_seq, read_seq, joined_at) values ({room}, {user}, {role}, 0, 1, 1)"
                ));
            }
            let other = if who == Who::Stranger { self.user(Who::Owner) } else { self.victim(who) };
            let own = if who == Who::Stranger { other } else { self.user(who) };
            for (at, by) in [(0, other.raw()), (1, own.raw())] {
                let (seq, said) = (2 + 2 * who.place() + at, 1 + 2 * who.place() + at);
                row(format!(
                    "event (room_id, seq, at, user_id, kind, said) values ({room}, {seq}, 1, {by}, 'message', {said})"
                ));
                row(format!(
                    "message (room_id, seq, user_id, text) values ({room}, {seq}, {by}, 'said {seq}')"
                ));
            }
        }
    }
}

/// The instant at which the sessions were used last: lately enough for as long as this is worked on.
const NOW: i64 = 4_000_000_000_000;

/// What the store keeps of a secret.
fn hash(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A role as the store keeps it.
fn rank(role: Role) -> i64 {
    match role {
        Role::Guest => 10,
        Role::Member => 20,
        Role::Moderator => 30,
        Role::Owner => 40,
    }
}

/// A running server with plots.
pub struct Ground {
    server: TestServer,
    /// One for each line.
    pub plots: Vec<Plot>,
}

impl Ground {
    /// Makes so many plots, and starts a server on them.
    pub async fn seed(count: usize) -> Self {
        let settings = [("MARU_LIMITS", "off"), ("MARU_LIMIT_POLL", "1"), ("MARU_OPEN", "off")];
        let mut server = TestServer::stopped(&settings);
        std::fs::create_dir_all(server.data()).expect("a folder");
        let file = server.data().join("maru.db");
        Store::open(&Location::Sqlite(file.clone())).await.expect("a new store").close().await;
        let plots: Vec<Plot> = (0..count).map(Plot::new).collect();
        let mut rows = "begin;\n".to_owned();
        plots.iter().for_each(|plot| plot.rows(&mut rows));
        rows.push_str("commit;");
        let mut db = SqliteConnection::connect(&file.display().to_string()).await.expect("the file");
        sqlx::raw_sql(AssertSqlSafe(rows)).execute(&mut db).await.expect("rows that the store takes");
        db.close().await.expect("closed");
        server.start_again().await;
        Self { server, plots }
    }

    /// What somebody is told who asks for a socket.
    pub async fn upgrade(&self, person: &Person) -> Reply {
        let address = self.server.address();
        let opened = Socket::open_as(&address, &person.headers(&address)).await;
        Reply { status: opened.err().unwrap_or(200), headers: Default::default(), body: String::new() }
    }

    /// Somebody at a plot.
    pub fn person(&self, plot: &Plot, who: Who) -> Person {
        let mut person = self.server.stranger();
        match who {
            Who::Stranger => {}
            Who::Bot => person.token = Some(plot.token(who)),
            _ => person.cookie = Some(format!("maru={}", plot.token(who))),
        }
        person
    }
}
