-- What is remembered of instances beyond their launch has more to say than that they boot, and each placement of a group has brakes of its
-- own: those of a group's only placement stay where they are. What others than a person claim of a group's capacity stands beside it,
-- and when a person last set it. JSON arrays, null where there is nothing, as nearly always. The column booting is read no more.

ALTER TABLE group_states ADD COLUMN IF NOT EXISTS members jsonb;
ALTER TABLE group_states ADD COLUMN IF NOT EXISTS placements jsonb;
ALTER TABLE groups ADD COLUMN IF NOT EXISTS claims jsonb;
ALTER TABLE groups ADD COLUMN IF NOT EXISTS scaled_at timestamptz;

UPDATE group_states SET members = booting, updated_at = now() WHERE booting IS NOT NULL AND members IS NULL;
