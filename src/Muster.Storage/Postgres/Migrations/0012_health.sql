-- How it is found out whether a group's instances work and what is done about those that do not, as people want it; and what people and
-- sources of health say of each instance, which stands beside the group, as claims do. How many did not work at the last check stands with
-- the other counts. Null where there is nothing, nobody asked for anything, or none: as in every store of before.

ALTER TABLE groups ADD COLUMN IF NOT EXISTS health jsonb;
ALTER TABLE groups ADD COLUMN IF NOT EXISTS repair jsonb;
ALTER TABLE groups ADD COLUMN IF NOT EXISTS notes jsonb;
ALTER TABLE group_states ADD COLUMN IF NOT EXISTS unhealthy bigint;
