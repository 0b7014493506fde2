-- Sessions of programs, and how a running server learns that a session was ended beside it.

-- 'cookie' for a browser; 'token' for a program.
alter table session add column kind text not null default 'cookie';
-- What a token is for, in its maker's words.
alter table session add column label text not null default '';

-- One row, which goes up whenever sessions end.
create table session_end (
    id integer not null,
    count integer not null,
    constraint session_end_pkey primary key (id)
) strict, without rowid;

insert into session_end (id, count) values (1, 0);
