-- What happened in each room, numbered without gaps, and what was said.

create table event (
    room_id integer not null,
    seq integer not null,
    at integer not null,
    user_id integer not null,
    -- 16 bytes; only what a client sent has one.
    nonce blob,
    kind text not null,
    -- The operation as JSON; a message keeps its text in its own table.
    body text,
    constraint event_pkey primary key (room_id, seq),
    constraint event_author_nonce_key unique (user_id, nonce),
    constraint event_room_fkey foreign key (room_id) references room (id),
    constraint event_user_fkey foreign key (user_id) references app_user (id)
) strict, without rowid;

create table message (
    room_id integer not null,
    seq integer not null,
    user_id integer not null,
    text text not null,
    edited_at integer,
    gone_at integer,
    constraint message_pkey primary key (room_id, seq),
    constraint message_event_fkey foreign key (room_id, seq) references event (room_id, seq)
) strict, without rowid;
