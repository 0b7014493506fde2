-- What calls somebody, by time, and markers that are set back.

-- How often the marker was set back: what was said of it before that counts no more.
alter table room_member add column backs integer not null default 0;

-- When it was said.
alter table mention add column at integer not null default 0;
update mention set at = (select at from event where event.room_id = mention.room_id and event.seq = mention.seq);
create index mention_newest_idx on mention (user_id, at, room_id, seq);

-- own_after counts from here on what is deleted after the marker as well: neither is unread.
update room_member set own_after = (
    select count(*) from message m
    where m.room_id = room_member.room_id and m.seq > room_member.read_seq
      and (m.user_id = room_member.user_id or m.gone_at is not null)
);
