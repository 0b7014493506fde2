-- What becomes of messages after they were said, who was called by name, and how far each member has read.

-- How many messages the room has had: what is unread is a difference of such counts, never a scan.
alter table room add column said bigint not null default 0;

-- How many messages the room had had with this event; the message that an edit, deletion or reaction is about.
alter table event add column said bigint not null default 0;
alter table event add column of_seq bigint;
create index event_of_idx on event (room_id, of_seq) where of_seq is not null;

-- The text as it was first said, once there is a newer one; the newest event about the message, 0 for none.
alter table message add column first_text text;
alter table message add column amended_seq bigint not null default 0;

create table reaction (
    room_id bigint not null,
    seq bigint not null,
    user_id bigint not null,
    emoji text not null,
    -- The event that put it there.
    at_seq bigint not null,
    constraint reaction_pkey primary key (room_id, seq, user_id, emoji),
    constraint reaction_message_fkey foreign key (room_id, seq) references message (room_id, seq),
    constraint reaction_user_fkey foreign key (user_id) references app_user (id)
);

create table mention (
    user_id bigint not null,
    room_id bigint not null,
    seq bigint not null,
    constraint mention_pkey primary key (user_id, room_id, seq),
    constraint mention_user_fkey foreign key (user_id) references app_user (id),
    constraint mention_message_fkey foreign key (room_id, seq) references message (room_id, seq)
);

create index mention_message_idx on mention (room_id, seq);

-- Beside read_seq: the room's count there, one's own messages after it, and how many after it call one by name.
alter table room_member add column read_said bigint not null default 0;
alter table room_member add column own_after bigint not null default 0;
alter table room_member add column mentions bigint not null default 0;

update event set said = counted.said
from (
    select room_id, seq, sum(case when kind = 'message' then 1 else 0 end) over (partition by room_id order by seq) as said
    from event
) as counted
where event.room_id = counted.room_id and event.seq = counted.seq;

update room set said = coalesce((select said from event where room_id = room.id and seq = room.last_seq), 0);

update room_member set
    read_said = coalesce((select said from event where room_id = room_member.room_id and seq = room_member.read_seq), 0),
    own_after = (
        select count(*) from message m
        where m.room_id = room_member.room_id and m.seq > room_member.read_seq and m.user_id = room_member.user_id
    );
