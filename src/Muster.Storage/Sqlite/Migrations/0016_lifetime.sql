-- How old a group's instances become at most, in microseconds. Null for as long as they last: as in every store of before.

ALTER TABLE groups ADD COLUMN lifetime_max_us INTEGER;
