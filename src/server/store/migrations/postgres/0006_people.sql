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
alter table app_user add column is_admin bigint not null default 0;
-- Which picture: goes up with each; 0 for none.
alter table app_user add column face bigint not null default 0;
alter table app_user add column deactivated_at bigint;
create unique index user_email_key on app_user (email_folded);
create index user_skeleton_idx on app_user (skeleton);

create table face (
    user_id bigint not null,
    -- Square WebP, written by us.
    picture bytea not null,
    constraint face_pkey primary key (user_id),
    constraint face_user_fkey foreign key (user_id) references app_user (id) on delete cascade
);

-- A secret that works once: to set the server up, or to choose a new password.
create table one_time (
    -- SHA-256 of the secret.
    secret_hash bytea not null,
    -- 'setup' or 'recover'.
    purpose text not null,
    user_id bigint,
    created_at bigint not null,
    expires_at bigint not null,
    constraint one_time_pkey primary key (secret_hash),
    constraint one_time_user_fkey foreign key (user_id) references app_user (id) on delete cascade
);

-- Browsers from which somebody has signed in before: others' guessing does not slow them down.
create table device (
    device_hash bytea not null,
    user_id bigint not null,
    seen_at bigint not null,
    constraint device_pkey primary key (device_hash, user_id),
    constraint device_user_fkey foreign key (user_id) references app_user (id) on delete cascade
);

-- entry: 'open' lets everybody in who has or makes an account, 'invite' those who were invited, 'closed' nobody.
alter table space add column entry text not null default 'invite';
-- The role of who comes in with a name alone, at the door; none when nobody may.
alter table space add column door smallint;
-- Whether invitations may let guests in.
alter table space add column guests bigint not null default 1;
alter table space add column glyph text not null default '';

-- 1 for who was let into single rooms: of the others, public ones too, such a member sees nothing.
alter table space_member add column only_rooms bigint not null default 0;

create table space_ban (
    space_id bigint not null,
    user_id bigint not null,
    -- None for the command line.
    by_id bigint,
    reason text not null,
    at bigint not null,
    constraint space_ban_pkey primary key (space_id, user_id),
    constraint space_ban_space_fkey foreign key (space_id) references space (id),
    constraint space_ban_user_fkey foreign key (user_id) references app_user (id)
);

-- Who is in a direct room: their ids in order, as a JSON array, so that there is one room for each set of people.
alter table room add column party text;
create unique index room_party_key on room (space_id, party);
-- 'all' shows newcomers everything, 'joined' what is said from then on.
alter table room add column history text not null default 'all';
-- Seconds between two messages of one member; 0 for none.
alter table room add column slow_s bigint not null default 0;
-- 'all', 'mentions' or 'nothing'.
alter table room_member add column mute text not null default 'all';
-- When the member last spoke, where the room slows its members down.
alter table room_member add column said_at bigint not null default 0;

create table invite (
    id bigint not null,
    -- SHA-256 of the code in the link.
    code_hash bytea not null,
    space_id bigint not null,
    -- The one room it leads to; none for the space.
    room_id bigint,
    by_id bigint not null,
    -- May who follows it come in with a name alone?
    guests bigint not null,
    created_at bigint not null,
    expires_at bigint,
    -- How often it may be used, and how often it was.
    uses_limit bigint,
    uses bigint not null default 0,
    revoked_at bigint,
    note text not null default '',
    constraint invite_pkey primary key (id),
    constraint invite_code_key unique (code_hash),
    constraint invite_space_fkey foreign key (space_id) references space (id),
    constraint invite_room_fkey foreign key (room_id) references room (id),
    constraint invite_by_fkey foreign key (by_id) references app_user (id)
);

create index invite_space_idx on invite (space_id, created_at);

create table report (
    id bigint not null,
    space_id bigint not null,
    room_id bigint not null,
    seq bigint not null,
    by_id bigint not null,
    reason text not null,
    at bigint not null,
    closed_at bigint,
    closed_by bigint,
    constraint report_pkey primary key (id),
    constraint report_once_key unique (room_id, seq, by_id),
    constraint report_space_fkey foreign key (space_id) references space (id),
    constraint report_message_fkey foreign key (room_id, seq) references message (room_id, seq),
    constraint report_by_fkey foreign key (by_id) references app_user (id)
);

create index report_space_idx on report (space_id, at);

-- What was done to keep order, and by whom; rows are only ever added.
create table audit (
    id bigint not null,
    -- None for what concerns the whole server.
    space_id bigint,
    at bigint not null,
    -- None for the command line.
    by_id bigint,
    action text not null,
    user_id bigint,
    room_id bigint,
    detail text not null,
    constraint audit_pkey primary key (id)
);

create index audit_space_idx on audit (space_id, at);

-- Goes up whenever something is changed beside a running server, which then looks at what it holds.
insert into session_end (id, count) values (2, 0);
