-- What rests beside a group's level, as people want it. How many rested at the last check, and how many were on their way there, stands
-- with the other counts; which of them and since when stands with members. Null where there is no pool, or none: as in every store of
-- before.

ALTER TABLE groups ADD COLUMN pool TEXT;
ALTER TABLE group_states ADD COLUMN warm INTEGER;
ALTER TABLE group_states ADD COLUMN warming INTEGER;
