-- Markers of those who left and come back.

-- Those who come in begin with so many: no marker of somebody who left had been set back as often.
alter table room add column backs integer not null default 0;
