-- People and their sessions. Instants are milliseconds since 1970, ids 63 random bits.

create table app_user (
    id bigint not null,
    -- 'guest' came in through the doorway with a name alone.
    kind text not null,
    name text not null,
    name_folded text not null,
    -- Goes up whenever a session ends or a membership changes, so that others can see that it did.
    rev bigint not null default 0,
    created_at bigint not null,
    constraint app_user_pkey primary key (id),
    constraint user_name_key unique (name_folded)
);

create table session (
    -- SHA-256 of the cookie's token.
    token_hash bytea not null,
    user_id bigint not null,
    created_at bigint not null,
    seen_at bigint not null,
    expires_at bigint not null,
    agent text not null,
    constraint session_pkey primary key (token_hash),
    constraint session_user_fkey foreign key (user_id) references app_user (id) on delete cascade
);

create index session_user_idx on session (user_id);
