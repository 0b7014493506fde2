-- What people say of how they are beside their status, when they were last here, and what of it they hide.
-- Who said nothing and was never here has no row.
create table presence (
    user_id bigint not null,
    -- Until when the status holds; 0: until it is changed.
    status_until bigint not null default 0,
    -- Until when the person is not to be disturbed.
    dnd_until bigint not null default 0,
    -- When the person was last connected, to the minute.
    seen_at bigint not null default 0,
    hides_typing bigint not null default 0,
    hides_seen_at bigint not null default 0,
    -- Who hides how far they have read is not told it of others.
    hides_reading bigint not null default 0,
    constraint presence_pkey primary key (user_id),
    constraint presence_user_fkey foreign key (user_id) references app_user (id) on delete cascade
);
