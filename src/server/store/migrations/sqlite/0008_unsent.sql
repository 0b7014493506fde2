-- What people are still writing, for all of their devices.

create table unsent (
    user_id integer not null,
    room_id integer not null,
    -- Empty when it was said or given up: an older text that comes late does not bring it back.
    text text not null,
    at integer not null,
    constraint unsent_pkey primary key (user_id, room_id),
    constraint unsent_member_fkey foreign key (room_id, user_id) references room_member (room_id, user_id) on delete cascade
) strict;
