-- The message that a message answers: its seq in the same room.
alter table message add column reply_to integer;
