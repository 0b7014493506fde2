-- What happened in each room, numbered without gaps, and what was said.

create table event (
    room_id bigint not null,
    seq bigint not null,
    at bigint not null,
    user_id bigint not null,
    -- 16 bytes; only what a client sent has one.
    nonce bytea,
    kind text not null,
    -- The operation as JSON; a message keeps its text in its own table.
    body text,
    constraint event_pkey primary key (room_id, seq),
    constraint event_author_nonce_key unique (user_id, nonce),
    constraint event_room_fkey foreign key (room_id) references room (id),
    constraint event_user_fkey foreign key (user_id) references app_user (id)
);

create table message (
    room_id bigint not null,
    seq bigint not null,
    user_id bigint not null,
    text text not null,
    edited_at bigint,
    gone_at bigint,
    constraint message_pkey primary key (room_id, seq),
    constraint message_event_fkey foreign key (room_id, seq) references event (room_id, seq)
);
