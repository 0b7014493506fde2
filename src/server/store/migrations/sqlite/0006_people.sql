-- Accounts beside guests, many spaces, kinds of rooms, invitations, and what keeps order.

-- kind: 'guest' has a name alone, 'account' a password as well, 'bot' speaks by token.
alter table app_user add column display text not null default '';
-- What the name looks like (UTS 39): names that look alike are one name.
alter table app_user add column skeleton text not null default '';
-- PHC string of argon2id; none for who cannot sign in by a password.
alter table app_user add column password text;
alter table app_user add column email text;
alter table app_user add column email_folded text;
alter table app_user add column status text not null default '';
alter table app_user add column lang text not null default '';
alter table app_user add column zone text not null default '';
-- Runs the server: makes spaces, helps who is locked out.
alter table app_user add column is_admin integer not null default 0;
-- Which picture: goes up with each; 0 for none.
alter table app_user add column face integer not null default 0;
alter table app_user add column deactivated_at integer;
create unique index user_email_key on app_user (email_folded);
create index user_skeleton_idx on app_user (skeleton);

create table face (
    user_id integer not null,
    -- Square WebP, written by us.
    picture blob not null,
    constraint face_pkey primary key (user_id),
    constraint face_user_fkey foreign key (user_id) references app_user (id) on delete cascade
) strict;

-- A secret that works once: to set the server up, or to choose a new password.
create table one_time (
    -- SHA-256 of the secret.
    secret_hash blob not null,
    -- 'setup' or 'recover'.
    purpose text not null,
    user_id integer,
    created_at integer not null,
    expires_at integer not null,
    constraint one_time_pkey primary key (secret_hash),
    constraint one_time_user_fkey foreign key (user_id) references app_user (id) on delete cascade
) strict, without rowid;

-- Browsers from which somebody has signed in before: others' guessing does not slow them down.
create table device (
    device_hash blob not null,
    user_id integer not null,
    seen_at integer not null,
    constraint device_pkey primary key (device_hash, user_id),
    constraint device_user_fkey foreign key (user_id) references app_user (id) on delete cascade
) strict, without rowid;

-- entry: 'open' lets everybody in who has or makes an account, 'invite' those who were invited, 'closed' nobody.
alter table space add column entry text not null default 'invite';
-- The role of who comes in with a name alone, at the door; none when nobody may.
alter table space add column door integer;
-- Whether invitations may let guests in.
alter table space add column guests integer not null default 1;
alter table space add column glyph text not null default '';

-- 1 for who was let into single rooms: of the others, public ones too, such a member sees nothing.
alter table space_member add column only_rooms integer not null default 0;

create table space_ban (
    space_id integer not null,
    user_id integer not null,
    -- None for the command line.
    by_id integer,
    reason text not null,
    at integer not null,
    constraint space_ban_pkey primary key (space_id, user_id),
    constraint space_ban_space_fkey foreign key (space_id) references space (id),
    constraint space_ban_user_fkey foreign key (user_id) references app_user (id)
) strict, without rowid;

-- Who is in a direct room: their ids in order, as a JSON array, so that there is one room for each set of people.
alter table room add column party text;
create unique index room_party_key on room (space_id, party);
-- 'all' shows newcomers everything, 'joined' what is said from then on.
alter table room add column history text not null default 'all';
-- Seconds between two messages of one member; 0 for none.
alter table room add column slow_s integer not null default 0;
-- 'all', 'mentions' or 'nothing'.
alter table room_member add column mute text not null default 'all';
-- When the member last spoke, where the room slows its members down.
alter table room_member add column said_at integer not null default 0;

create table invite (
    id integer not null,
    -- SHA-256 of the code in the link.
    code_hash blob not null,
    space_id integer not null,
    -- The one room it leads to; none for the space.
    room_id integer,
    by_id integer not null,
    -- May who follows it come in with a name alone?
    guests integer not null,
    created_at integer not null,
    expires_at integer,
    -- How often it may be used, and how often it was.
    uses_limit integer,
    uses integer not null default 0,
    revoked_at integer,
    note text not null default '',
    constraint invite_pkey primary key (id),
    constraint invite_code_key unique (code_hash),
    constraint invite_space_fkey foreign key (space_id) references space (id),
    constraint invite_room_fkey foreign key (room_id) references room (id),
    constraint invite_by_fkey foreign key (by_id) references app_user (id)
) strict, without rowid;

create index invite_space_idx on invite (space_id, created_at);

create table report (
    id integer not null,
    space_id integer not null,
    room_id integer not null,
    seq integer not null,
    by_id integer not null,
    reason text not null,
    at integer not null,
    closed_at integer,
    closed_by integer,
    constraint report_pkey primary key (id),
    constraint report_once_key unique (room_id, seq, by_id),
    constraint report_space_fkey foreign key (space_id) references space (id),
    constraint report_message_fkey foreign key (room_id, seq) references message (room_id, seq),
    constraint report_by_fkey foreign key (by_id) references app_user (id)
) strict, without rowid;

create index report_space_idx on report (space_id, at);

-- What was done to keep order, and by whom; rows are only ever added.
create table audit (
    id integer not null,
    -- None for what concerns the whole server.
    space_id integer,
    at integer not null,
    -- None for the command line.
    by_id integer,
    action text not null,
    user_id integer,
    room_id integer,
    detail text not null,
    constraint audit_pkey primary key (id)
) strict, without rowid;

create index audit_space_idx on audit (space_id, at);

-- Goes up whenever something is changed beside a running server, which then looks at what it holds.
insert into session_end (id, count) values (2, 0);
