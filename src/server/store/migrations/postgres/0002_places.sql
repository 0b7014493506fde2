-- Where things are said, and who is there.

create table space (
    id bigint not null,
    slug text not null,
    name text not null,
    created_at bigint not null,
    constraint space_pkey primary key (id),
    constraint space_slug_key unique (slug)
);

create table room (
    id bigint not null,
    space_id bigint not null,
    name text not null,
    name_folded text not null,
    topic text not null,
    kind text not null,
    -- The newest event; the room's row is the lock under which it goes up by one.
    last_seq bigint not null,
    last_at bigint not null,
    created_by bigint,
    created_at bigint not null,
    archived_at bigint,
    constraint room_pkey primary key (id),
    constraint room_space_name_key unique (space_id, name_folded),
    constraint room_space_fkey foreign key (space_id) references space (id),
    constraint room_created_by_fkey foreign key (created_by) references app_user (id)
);

create table space_member (
    space_id bigint not null,
    user_id bigint not null,
    role smallint not null,
    joined_at bigint not null,
    constraint space_member_pkey primary key (space_id, user_id),
    constraint space_member_space_fkey foreign key (space_id) references space (id),
    constraint space_member_user_fkey foreign key (user_id) references app_user (id)
);

create index space_member_user_idx on space_member (user_id);

create table room_member (
    room_id bigint not null,
    user_id bigint not null,
    role smallint not null,
    -- Events up to here are not for this member's eyes.
    min_seq bigint not null,
    read_seq bigint not null,
    joined_at bigint not null,
    constraint room_member_pkey primary key (room_id, user_id),
    constraint room_member_room_fkey foreign key (room_id) references room (id),
    constraint room_member_user_fkey foreign key (user_id) references app_user (id)
);

create index room_member_user_idx on room_member (user_id);
