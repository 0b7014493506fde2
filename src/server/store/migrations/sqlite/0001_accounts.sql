-- People and their sessions. Instants are milliseconds since 1970, ids 63 random bits.

create table app_user (
    id integer not null,
    -- 'guest' came in through the doorway with a name alone.
    kind text not null,
    name text not null,
    name_folded text not null,
    -- Goes up whenever a session ends or a membership changes, so that others can see that it did.
    rev integer not null default 0,
    created_at integer not null,
    constraint app_user_pkey primary key (id),
    constraint user_name_key unique (name_folded)
) strict, without rowid;

create table session (
    -- SHA-256 of the cookie's token.
    token_hash blob not null,
    user_id integer not null,
    created_at integer not null,
    seen_at integer not null,
    expires_at integer not null,
    agent text not null,
    constraint session_pkey primary key (token_hash),
    constraint session_user_fkey foreign key (user_id) references app_user (id) on delete cascade
) strict, without rowid;

create index session_user_idx on session (user_id);
